#include "demand.h"

#include "compute.h"
#include "growth.h"
#include "holders.h"
#include "sim/core/path.h"
#include "sim/core/real.h"

/* Owners' own use is a plain Poisson process. */
static const ds_alternative *owners_process(ds_choice *choice)
{
    static double rate = 1; /* constant: what `poisson` reads */
    choice->as = ds_alternative_find(ds_arrival_processes, "poisson");
    choice->params = &rate;
    return choice->as;
}

static const ds_consumer_cohort *cohort(const ds_world *w, uint32_t k)
{
    return (const ds_consumer_cohort *)w->config->consumers.cohorts.items + k;
}

static bool is_owners(const ds_world *w, uint32_t class)
{
    return class == w->config->consumers.cohorts.count;
}

static ds_choice process_of(const ds_world *w, uint32_t class)
{
    ds_choice owners;
    if (!is_owners(w, class))
        return cohort(w, class)->process;
    owners_process(&owners);
    return owners;
}

double ds_demand_at_start(const ds_diem_config *c, double scale, double index)
{
    const double owned = c->initial.diem_staked * (1 - c->initial.consumers_share);
    return c->demand.spend * scale * index + owned * ds_owners_use(&c->holders) * scale;
}

void ds_demand_place(ds_world *w, ds_arena *arena)
{
    const ds_diem_config *const c = w->config;
    w->classes = c->consumers.cohorts.count + 1;
    w->job_rng = DS_TAKE(arena, w->classes, ds_rng);
    for (uint32_t k = 0; k < w->classes; k++) {
        const uint32_t source = DS_AT_ARRIVAL + 2 * k;
        w->process[k] = process_of(w, k);
        ds_arrivals_place(&w->arrivals[k], &w->process[k], &w->engine, source, source + 1, arena);
        if (!is_owners(w, k))
            ds_fenwick_place(&w->weight[k], w->most[DS_CONSUMERS][k], arena);
    }
    w->job_value = ds_demand_at_start(c, 1, 1) / c->demand.jobs_per_day;
}

/* Logistic growth of users (Verhulst 1838) to growth_limit: from 1 at the start, or from where it
 * stood when its parameters last changed. */
static double growth(const ds_world *w, double days)
{
    const ds_demand_config *const c = &w->config->demand;
    const double k = c->growth_limit, from = w->eco->grown;
    return k / (1 + (k / from - 1) * ds_exp(-c->growth_rate * (days - w->eco->grown_since) / 365));
}

/* Growth's level at the end of the path, which stands for all growth until then. */
static double growth_on_path(const ds_world *w)
{
    const double days = ds_path_end(&w->config->demand.path) - w->frame->start;
    return days > w->eco->grown_since ? growth(w, days) : w->eco->grown_on_path;
}

/* On the path, which stands for all growth, its value; behind it, growth from then on. */
static void index_now(ds_world *w)
{
    const ds_demand_config *const c = &w->config->demand;
    const double now = ds_now(&w->engine), date = w->frame->start + now;
    const double end = ds_path_end(&c->path);
    w->eco->index = c->path.count ? ds_path_at(&c->path, date) : 1;
    w->eco->growth = date <= end ? 1 : growth(w, now) / growth_on_path(w);
}

void ds_demand_changes(ds_world *w)
{
    const double now = ds_now(&w->engine), on_path = growth_on_path(w), level = growth(w, now);
    w->eco->grown_on_path = on_path;
    w->eco->grown = level;
    w->eco->grown_since = now;
}

double ds_demand_multiplier(const ds_world *w, uint32_t k)
{
    const double growth = w->brings[k] ? 1 : w->eco->growth;
    return ds_demand_scale(w) * (w->eco->index * growth);
}

double ds_demand_most(const ds_diem_config *c, const ds_frame *frame)
{
    const ds_growing consumers = ds_growing_of(c, DS_CONSUMERS);
    double most = 1;
    for (uint32_t i = 0; i < c->demand.path.count; i++)
        most = fmax(most, c->demand.path.value[i]);
    /* A cohort grows one way or the other. */
    return most * fmax(c->demand.growth_limit, ds_growth_most(&consumers, frame));
}

static double hour_weight(const ds_world *w, uint32_t class, double now)
{
    const ds_numbers *const profile = &cohort(w, class)->profile;
    const double date = w->frame->start + now;
    const uint32_t hour = (uint32_t)((date - floor(date)) * 24 + 1e-6) % 24;
    double sum = 0;
    for (uint32_t i = 0; i < profile->count; i++)
        sum += profile->value[i];
    return profile->value[hour] * profile->count / sum;
}

/* Jobs a day of a class, now. */
static double rate_of(const ds_world *w, uint32_t class)
{
    if (is_owners(w, class)) {
        const double staked = ds_tokens(w->eco->ledger.book[DS_DIEM].bucket[DS_STAKED]);
        return staked * ds_diem_credit(w) * w->eco->owner_use * ds_demand_scale(w) / w->job_value;
    }
    const double spend = (double)ds_fenwick_total(&w->weight[class]) * 1e-6;
    return spend * ds_demand_multiplier(w, class) * hour_weight(w, class, ds_now(&w->engine)) /
           w->job_value;
}

/* Sets how much worth a job of the class carries, and returns the factor of its process. Prices can
 * drive demand to any multiple of what was planned: beyond ten times, jobs grow instead of coming
 * oftener, so that a run ends. */
static double factor_of(ds_world *w, uint32_t class)
{
    const ds_demand_config *const c = &w->config->demand;
    const double most = DS_JOBS_MOST * c->jobs_per_day * fmax(1, c->scale) * w->demand_most;
    const double rate = rate_of(w, class);
    w->eco->job_weight[class] = fmax(1, rate / most);
    return fmin(rate, most) / ds_arrivals_mean_rate(&w->process[class]);
}

void ds_demand_open(ds_world *w)
{
    w->eco->grown = w->eco->grown_on_path = 1;
    index_now(w);
    w->eco->growth = 1;
}

void ds_demand_begin(ds_world *w)
{
    w->eco->owner_use = ds_owners_use(&w->config->holders);
    for (uint32_t k = 0; k < w->classes; k++) {
        w->job_rng[k] = ds_rng_stream(w->eco->seed, w->eco->replica, DS_FOR_JOBS, k);
        ds_arrivals_begin(&w->arrivals[k], w->eco->seed, w->eco->replica, DS_FOR_ARRIVALS, k,
                          factor_of(w, k));
    }
}

void ds_demand_moves(ds_world *w)
{
    for (uint32_t k = 0; k < w->classes; k++)
        ds_arrivals_factor(&w->arrivals[k], factor_of(w, k));
}

void ds_demand_resets(ds_world *w)
{
    index_now(w);
    w->eco->owner_use = ds_owners_use(&w->config->holders);
    ds_demand_moves(w);
}

void ds_demand_hour(ds_world *w)
{
    ds_demand_resets(w);
    for (uint32_t k = 0; k < w->classes; k++) {
        ds_rng_seek(&w->job_rng[k], (uint64_t)w->eco->hours << 32);
        ds_arrivals_period(&w->arrivals[k], w->eco->hours);
    }
}

static uint32_t class_that_fired(const ds_world *w)
{
    return (ds_timers_first(&w->engine.pending) - DS_AT_ARRIVAL) / 2;
}

bool ds_arrival(void *world)
{
    ds_world *const w = world;
    const uint32_t class = class_that_fired(w);
    ds_rng *const rng = &w->job_rng[class];
    if (!ds_arrivals_fire(&w->arrivals[class]))
        return true;
    uint32_t who = DS_OWNER;
    /* All draws are made whatever they decide, so that streams stay aligned. */
    const uint64_t word = ds_rng_next(rng);
    const double size = ds_dist_draw(&w->size, rng) / w->size.mean;
    const uint64_t names = ds_rng_next(rng), cuts = ds_rng_next(rng);
    const uint64_t luck[DS_LUCK] = {names, cuts};
    if (!is_owners(w, class)) {
        w->engine.thinned = ds_fenwick_total(&w->weight[class]) == 0;
        if (w->engine.thinned)
            return true;
        who = ds_consumer_row(w, class, ds_fenwick_pick(&w->weight[class], word));
    }
    w->engine.subject = who;
    const ds_amount cost = ds_amount_of(size * w->job_value * w->eco->job_weight[class]);
    return ds_job_arrives(w, who, cost > 0 ? cost : 1, luck);
}

bool ds_phase_changes(void *world)
{
    ds_world *const w = world;
    const uint32_t class = (ds_timers_first(&w->engine.pending) - DS_AT_ARRIVAL - 1) / 2;
    w->engine.subject = class;
    ds_arrivals_switch(&w->arrivals[class]);
    return true;
}

#define P DS_P_NUMBER
#define S ds_demand_config
const ds_param ds_demand_params[] = {
    P(S, scale, "1", 1, 0, 1e6, "multiplies all demand", NULL),
    DS_P_FIXED(S, spend, "USD/d", 27000, 1e-3, 1e12,
               "consumers' demand at the start, at list price", NULL),
    DS_P_FIXED(
        S, jobs_per_day, "1/d", 5000, 1, 1e9,
        "granularity: jobs a day that the demand at the start makes; a job carries its worth, so "
        "money is "
        "exact at any",
        NULL),
    P(S, growth_limit, "1", 1.6, 0.01, 1e4,
      "demand at saturation over demand at the start (logistic); for cohorts without a growth of "
      "their own, in which consumers come instead",
      NULL),
    P(S, growth_rate, "1/yr", 1.0, 0, 1e3, "speed of that growth", NULL),
    {DS_AT(S, path), .kind = DS_PATH, .unit = "1", .fallback = DS_LINEAR, .min = 0, .max = 1e6,
     .doc = "dated index that multiplies consumers' demand in place of growth, a CSV file; behind "
            "its last row growth goes on from there"},
    DS_P_CHOICE(S, size, "distribution", ds_distributions,
                "{distribution: lognormal, mean: 1, scv: 1.5}",
                "size of a job over the mean job's; the distribution's own mean is divided out"),
    {0},
};
#undef P
#undef S
