#include "providers.h"

#include "bond.h"
#include "compute.h"

#include "sim/core/real.h"

enum { TRAILING_DAYS = 30 };

static const double busy_target = 0.7; /* of a provider's own slots, above which it asks more */
static const double least_price = 0.5;

static const ds_provider_cohort *cohort_of(const ds_world *w, const ds_provider *p)
{
    return (const ds_provider_cohort *)w->config->providers.cohorts.items + p->cohort;
}

/* Revenue a day since the last review joins the exponentially weighted 30-day trail. */
static void bring_forward(ds_world *w, ds_provider *p)
{
    const double now = ds_now(&w->engine), gap = now - p->seen;
    if (gap <= 0)
        return;
    p->revenue += (p->earned / gap - p->revenue) * (1 - ds_exp(-gap / TRAILING_DAYS));
    p->earned = 0;
    p->seen = now;
}

/* USD/d of a slot, now. */
static double cost_of(const ds_world *w, const ds_provider *p)
{
    return p->cost * w->eco->shocked[DS_SHOCK_COST];
}

/* USD/d that a slot of this provider would earn at the network's utilization. */
static double expected(const ds_world *w, const ds_provider *p)
{
    return cohort_of(w, p)->speed * p->size * w->eco->utilization_day * w->eco->price *
           w->eco->share[DS_PROVIDERS] * p->price;
}

/* With a rate below 1 not every review acts; the draw hangs on who and which review alone. */
static bool acts(ds_world *w, uint32_t who, uint64_t turn, double rate)
{
    return rate >= 1 || ds_rng_uniform(ds_rng_of_turn(w, DS_FOR_PROVIDER_MOVES, who, turn)) < rate;
}

static bool consider_entry(ds_world *w, uint32_t who, uint64_t turn)
{
    ds_provider *const p = &w->provider[who];
    p->earned = 0;
    p->seen = ds_now(&w->engine);
    const ds_providers_config *const c = &w->config->providers;
    if (p->barred > 0 ||
        expected(w, p) <= cost_of(w, p) * (1 + c->entry_margin) + ds_bond_cost(w, p) ||
        !acts(w, who, turn, c->entry_rate))
        return true;
    p->revenue = expected(w, p) * p->slots; /* the trail starts at what made it enter */
    return ds_provider_joins(w, who);
}

static void reprice(ds_world *w, uint32_t who)
{
    ds_provider *const p = &w->provider[who];
    const double step = w->config->providers.reprice;
    const double slots = __builtin_popcountll(p->up);
    if (slots == 0 || step == 0)
        return;
    const double busy = 1 - __builtin_popcountll(p->idle) / slots;
    p->price = fmin(1, fmax(least_price, p->price * (busy > busy_target ? 1 + step : 1 - step)));
    ds_provider_priced(w, who);
}

bool ds_provider_review(void *world)
{
    ds_world *const w = world;
    ds_rng *const times = &w->rng[DS_FOR_PROVIDER_TIMES];
    const uint32_t who = w->engine.subject = ds_rng_below(times, w->providers);
    ds_provider *const p = &w->provider[who];
    ds_clock_again(&w->engine, DS_AT_PROVIDER_REVIEW, w->provider_clock, times);
    const uint64_t turn = ds_turn(w, DS_FOR_PROVIDER_TIMES);
    if (!p->in)
        return consider_entry(w, who, turn);
    bring_forward(w, p);
    if (p->revenue < (cost_of(w, p) + ds_bond_cost(w, p)) * p->slots &&
        acts(w, who, turn, w->config->providers.exit_rate))
        return ds_provider_leaves(w, who);
    reprice(w, who);
    return true;
}

/* Streams of the population's purpose, one a cohort, behind those of holders and consumers. */
enum { SIZES = 3 * DS_COHORTS };

static const double least_size = 1e-3; /* a slot that serves nothing would never be free again */

/* What a slot of each provider serves over the cohort's mean; its cost is in proportion. */
static void share_sizes(ds_world *w, uint32_t k)
{
    const ds_choice *const rule =
        &((const ds_provider_cohort *)w->config->providers.cohorts.items)[k].sizes;
    const uint32_t members = w->provider_first[k + 1] - w->provider_first[k];
    ds_provider *const p = &w->provider[w->provider_first[k]];
    const ds_shares shares = rule->as ? ds_shares_of(rule, members) : ds_shares_zipf(0, members);
    ds_rng rng = ds_rng_stream(w->eco->seed, w->eco->replica, DS_FOR_POPULATION, SIZES + k);
    double sum = 0;
    for (uint32_t i = 0; i < members; i++)
        sum += p[i].size = ds_shares_weight(&shares, i, &rng);
    for (uint32_t i = 0; i < members; i++)
        p[i].size = fmax(least_size, p[i].size * members / sum);
}

static bool open_provider(ds_world *w, uint32_t who, uint32_t k, uint32_t *slot, ds_rng *rng)
{
    const ds_provider_cohort *const c =
        (const ds_provider_cohort *)w->config->providers.cohorts.items + k;
    ds_provider *const p = &w->provider[who];
    const double spread = c->cost_spread;
    p->cohort = (uint8_t)k;
    p->first = *slot;
    p->slots = (uint32_t)c->slots & 255;
    p->price = c->price;
    p->cost = c->cost * p->size * ds_exp(spread * ds_rng_normal(rng) - spread * spread / 2);
    p->revenue = p->cost * p->slots * (1 + w->config->providers.entry_margin);
    for (uint32_t i = 0; i < p->slots; i++)
        w->slot[(*slot)++] = (ds_slot){.provider = who, .speed = (float)(c->speed * p->size)};
    return ds_rng_uniform(rng) >= c->active || (ds_bond_open(w, p) && ds_provider_joins(w, who));
}

void ds_providers_pace(ds_world *w)
{
    ds_clock_set_rate(&w->engine, DS_AT_PROVIDER_REVIEW, w->provider_clock,
                      w->providers / w->config->providers.review);
    ds_failures_pace(w);
    ds_patience_pace(w);
}

bool ds_providers_begin(ds_world *w)
{
    uint32_t slot = 0;
    const ds_list *const cohorts = &w->config->providers.cohorts;
    for (uint32_t k = 0; k < cohorts->count; k++) {
        ds_rng rng = ds_rng_stream(w->eco->seed, w->eco->replica, DS_FOR_PROVIDER, k);
        share_sizes(w, k);
        for (uint32_t i = w->provider_first[k]; i < w->provider_first[k + 1]; i++)
            if (!open_provider(w, i, k, &slot, &rng))
                return false;
    }
    ds_clock_start(&w->engine, DS_AT_FAILURE, w->failure_clock, &w->rng[DS_FOR_FAILURES], 0);
    ds_clock_start(&w->engine, DS_AT_PROVIDER_REVIEW, w->provider_clock,
                   &w->rng[DS_FOR_PROVIDER_TIMES], 0);
    ds_providers_pace(w);
    return true;
}

static const char *const dispatch_words[] = {"random", "least_loaded", "cheapest", NULL};

#define P DS_P_NUMBER
#define S ds_provider_cohort
static const ds_param cohort_params[] = {
    {DS_AT(S, name), .kind = DS_TEXT, .unit = "1", .doc = "what the cohort is called"},
    DS_P_FIXED_INTEGER(S, count, "1", 100, 1, 1e6, "providers in the cohort, in the network or out",
                       NULL),
    DS_P_FIXED_INTEGER(S, slots, "1", 4, 1, 64,
                       "slots of a provider; a slot serves one job at a time", NULL),
    DS_P_FIXED_INTEGER(S, gpus, "1", 8, 1, 1e5, "GPUs of a slot; it fails when one fails", NULL),
    DS_P_FIXED(S, active, "1", 0.85, 0, 1, "probability of being in the network at the start",
               NULL),
    DS_P_FIXED(S, speed, "USD/d", 60, 1e-6, 1e9, "what a busy slot serves, at list price", NULL),
    DS_P_FIXED(S, cost, "USD/d", 26, 0, 1e9, "cost of a slot that is in the network, busy or not",
               "list price over a markup of 1.25, at 0.54 of the slot's time"),
    DS_P_FIXED(S, cost_spread, "1", 0.15, 0, 3, "log sd of the cost over providers", NULL),
    DS_P_FIXED(S, price, "1", 1, 0.5, 1, "asked part of the providers' share of the list price",
               NULL),
    P(S, bond, "VVV", 0, 0, 1e9, "posted for each slot while in the network", NULL),
    {DS_AT(S, sizes), .kind = DS_CHOICE, .unit = "1", .tag = "distribution",
     .alternatives = ds_share_rules, .fixed = true,
     .doc = "how speed, and with it cost, is spread over the providers; by default all are alike"},
    {0},
};
#undef S

#define S ds_providers_config
const ds_param ds_providers_params[] = {
    DS_P_FIXED(S, scale, "1", 1, 1e-6, 1e6, "multiplies the counts of all cohorts", NULL),
    P(S, review, "d", 30, 1e-3, 36500, "mean time between two reviews of a provider", NULL),
    DS_P_WORD(S, dispatch, dispatch_words, "least_loaded", "which idle slot takes a job"),
    DS_P_FIXED_INTEGER(S, queue, "1", 2000, 0, 1e7, "jobs that can wait; beyond it a job is lost",
                       NULL),
    {DS_AT(S, patience), .kind = DS_NUMBER, .unit = "d", .fallback = 0.25, .min = 0, .max = 36500,
     .unlimited = true, .doc = "wait after which a job is lost to an outside provider"},
    {DS_AT(S, mttf), .kind = DS_NUMBER, .unit = "d", .fallback = 50677.0 / 24, .min = 1e-3,
     .max = 1e9, .unlimited = true, .doc = "mean time to failure of a GPU",
     .source = "419 interruptions in 54 days on 16,384 GPUs, 2024"},
    {DS_AT(S, repair), .kind = DS_CHOICE, .unit = "d", .tag = "distribution",
     .alternatives = ds_distributions,
     .text = "{distribution: lognormal, mean: 0.0416666666666666667, scv: 1}",
     .doc = "time to repair a slot, d"},
    P(S, entry_margin, "1", 0.15, 0, 100, "margin over cost that makes a provider enter", NULL),
    P(S, entry_rate, "1", 1, 0, 1, "probability that a review enters when that is met", NULL),
    P(S, exit_rate, "1", 1, 0, 1,
      "probability that a review leaves when trailing revenue is below cost", NULL),
    P(S, bond_return, "1/yr", 0.2, 0, 100, "return that providers want on their bond", NULL),
    P(S, slash, "1", 0, 0, 1, "part of a slot's bond that is burned when the slot fails", NULL),
    P(S, reprice, "1", 0.02, 0, 0.5,
      "change of price at a review: up when busy, down when idle; 0: none", NULL),
    {DS_AT(S, cohorts), .kind = DS_MAP, .unit = "1", .table = cohort_params,
     .size = sizeof(ds_provider_cohort), .min = 1, .max = DS_COHORTS,
     .text = "datacenters: {count: 40, slots: 18}\n"
             "independents: {count: 160, slots: 2, cost: 27, cost_spread: 0.25}\n",
     .doc = "who serves inference: a name and the cohort's attributes"},
    {0},
};
#undef S
#undef P
