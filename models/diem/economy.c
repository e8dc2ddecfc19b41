#include "economy.h"

#include "compute.h"
#include "consumers.h"
#include "demand.h"
#include "estimate.h"
#include "fees.h"
#include "governance.h"
#include "growth.h"
#include "guide.h"
#include "holders.h"
#include "lending.h"
#include "liquidation.h"
#include "liquidity.h"
#include "market.h"
#include "metrics.h"
#include "minting.h"
#include "models/models.h"
#include "perpetual.h"
#include "policies.h"
#include "providers.h"
#include "redemption.h"
#include "rent.h"
#include "shocks.h"
#include "staking.h"
#include "thresholds.h"

enum { STREAMS = DS_PURPOSES };

/* ---- regular events ---- */

static bool conserved(ds_world *w)
{
    return ds_ledger_conserved(&w->eco->ledger, ds_world_status(w));
}

/* A network without slots turns all jobs away: to who thinks of entering it looks full, and would
 * stay empty for ever if it looked idle. */
static double full_without_slots(double demand)
{
    return demand > 0 ? 1 : 0;
}

/* When the k-th epoch or hour begins, k from 1; the one that the start itself may be is not
 * counted. */
static double grid_time(double first, double a_day, uint32_t k)
{
    return ds_time_after(first, (first > 0 ? k - 1 : k) / a_day);
}

/* From a start to the next whole day, or hour of it. A date has lost the last microsecond, and an
 * epoch must not be a hair behind the observation of its time: so in whole milliseconds. */
static double until_next(double start, double a_day)
{
    return ds_time_whole(ceil(start * a_day - 1e-6) / a_day - start);
}

/* 00:00 UTC: the credit of the day begins, policies are asked, the treasury settles. */
static bool epoch(void *world)
{
    ds_world *const w = world;
    ds_economy *const e = w->eco;
    const double now = ds_now(&w->engine);
    const double busy = ds_level_take(&e->day_busy, now), up = ds_level_take(&e->day_up, now);
    w->engine.subject = ++e->day;
    /* Two time averages that are equal may differ by rounding, and policies divide what is left. */
    e->utilization_day = up > 0 ? fmin(1, busy / up) : full_without_slots(e->day_demand);
    e->demand_day = e->day_demand;
    e->revenue_day = e->day_revenue;
    e->stakers_day = e->day_stakers;
    e->minters_day = e->day_minters;
    e->burned_day = e->day_burned;
    e->day_demand = e->day_revenue = e->day_stakers = e->day_minters = e->day_burned = 0;
    ds_engine_set(&w->engine, DS_AT_EPOCH, grid_time(w->first_epoch, 1, e->day + 1));
    ds_risk_day(w);
    return ds_fees_epoch(w) && ds_rent_epoch(w) && conserved(w);
}

static bool emission_changes(void *world)
{
    ds_world *const w = world;
    w->engine.subject = 0;
    return ds_emission_ask(w);
}

static bool hour(void *world)
{
    ds_world *const w = world;
    ds_economy *const e = w->eco;
    w->engine.subject = ++e->hours;
    /* A start within an hour makes the first one shorter. */
    const double dt = e->hours == 1 && w->first_hour > 0 ? w->first_hour : 1.0 / 24;
    if (!ds_shocks_hour(w))
        return false;
    ds_market_hour(w, dt);
    ds_liquidity_hour(w, dt);
    ds_consumers_hour(w, dt);
    ds_demand_hour(w);
    ds_risk_hour(w);
    const double next = grid_time(w->first_hour, 24, e->hours + 1);
    ds_engine_set(&w->engine, DS_AT_HOUR, next);
    ds_growth_hour(w, next);
    return ds_lending_hour(w, dt) && ds_perpetual_hour(w, dt);
}

static const ds_source fixed_sources[DS_AT_ARRIVAL] = {
    [DS_AT_GOVERNANCE] = {"governance_acts", ds_governance_acts},
    [DS_AT_EPOCH] = {"epoch", epoch},
    [DS_AT_EMISSION_CHANGE] = {"emission_changes", emission_changes},
    [DS_AT_HOUR] = {"hour", hour},
    [DS_AT_SHOCK] = {"shock", ds_shock_fires},
    [DS_AT_COOLDOWN] = {"cooldown_ends", ds_cooldown_ends},
    [DS_AT_DIEM_COOLDOWN] = {"diem_cooldown_ends", ds_diem_cooldown_ends},
    [DS_AT_USER_COOLDOWN] = {"consumer_cooldown_ends", ds_user_cooldown_ends},
    [DS_AT_COMPLETION] = {"job_completes", ds_job_completes},
    [DS_AT_REPAIR] = {"slot_repaired", ds_slot_repaired},
    [DS_AT_PATIENCE_END] = {"patience_ends", ds_patience_ends},
    [DS_AT_FAILURE] = {"slot_fails", ds_slot_fails},
    [DS_AT_HOLDER_REVIEW] = {"holder_review", ds_holder_review},
    [DS_AT_NEW_HOLDER_REVIEW] = {"holder_review", ds_new_holder_review},
    [DS_AT_CONSUMER_REVIEW] = {"consumer_review", ds_consumer_review},
    [DS_AT_NEW_CONSUMER_REVIEW] = {"consumer_review", ds_new_consumer_review},
    [DS_AT_PROVIDER_REVIEW] = {"provider_review", ds_provider_review},
    [DS_AT_NOISE_TRADE] = {"noise_trade", ds_noise_trade},
    [DS_AT_ARBITRAGE] = {"arbitrage", ds_arbitrage},
    [DS_AT_REDEMPTION] = {"redemption", ds_redemption_visit},
    [DS_AT_LIQUIDITY_REVIEW] = {"liquidity_review", ds_liquidity_review},
    [DS_AT_LIQUIDATION] = {"liquidation", ds_liquidation},
    [DS_AT_LENDER_REVIEW] = {"lender_review", ds_lender_review},
    [DS_AT_HOLDER_ARRIVAL] = {"holder_arrives", ds_holder_arrives},
    [DS_AT_CONSUMER_ARRIVAL] = {"consumer_arrives", ds_consumer_arrives},
};

#ifndef NDEBUG
/* Debug builds check conservation behind every event: each source fires through this one. */
static bool checked(void *world)
{
    ds_world *const w = world;
    const uint32_t source = ds_timers_first(&w->engine.pending);
    return w->plain[source].fire(world) && conserved(w);
}
#endif

static void wire(ds_world *w)
{
    memcpy(w->sources, fixed_sources, sizeof fixed_sources);
    for (uint32_t k = 0; k < w->classes; k++) {
        w->sources[DS_AT_ARRIVAL + 2 * k] = (ds_source){"job_arrives", ds_arrival};
        w->sources[DS_AT_ARRIVAL + 2 * k + 1] = (ds_source){"phase_changes", ds_phase_changes};
    }
#ifndef NDEBUG
    memcpy(w->plain, w->sources, sizeof w->plain);
    for (uint32_t s = 0; s < DS_AT_ARRIVAL + 2 * w->classes; s++)
        w->sources[s].fire = checked;
#endif
}

/* ---- layout ---- */

uint32_t ds_population(const ds_providers_config *c, uint32_t first[DS_COHORTS + 1])
{
    double all = 0;
    for (uint32_t k = 0; k < c->cohorts.count; k++) {
        const int64_t count = ((const ds_provider_cohort *)c->cohorts.items)[k].count;
        first[k] = (uint32_t)fmin(all, 4e9);
        all += fmax(1, floor((double)count * c->scale + 0.5));
    }
    first[c->cohorts.count] = (uint32_t)fmin(all, 4e9);
    return first[c->cohorts.count];
}

static void populate(ds_world *w)
{
    const ds_diem_config *const c = w->config;
    w->providers = ds_population(&c->providers, w->provider_first);
    w->slots = 0;
    w->gpus_most = 0;
    for (uint32_t k = 0; k < c->providers.cohorts.count; k++) {
        const ds_provider_cohort *const p =
            (const ds_provider_cohort *)c->providers.cohorts.items + k;
        w->slots += (w->provider_first[k + 1] - w->provider_first[k]) * (uint32_t)p->slots;
        w->gpus[k] = (double)p->gpus;
        w->gpus_most = fmax(w->gpus_most, w->gpus[k]);
    }
}

static void place_columns(ds_world *w, ds_arena *arena)
{
    w->eco = DS_TAKE(arena, 1, ds_economy);
    w->rng = DS_TAKE(arena, STREAMS, ds_rng);
    w->stake_class = DS_TAKE(arena, DS_STAKE_CLASSES, ds_stake_class);
    w->holder = DS_TAKE(arena, w->holders, ds_holder);
    w->consumer = DS_TAKE(arena, w->consumers, ds_consumer);
    w->provider = DS_TAKE(arena, w->providers, ds_provider);
    w->slot = DS_TAKE(arena, w->slots, ds_slot);
    w->queue_capacity = (uint32_t)w->config->providers.queue + 1;
    w->queue = DS_TAKE(arena, w->queue_capacity, ds_job);
    w->debtors = DS_TAKE(arena, w->providers, uint32_t);
}

static void place_clocks(ds_world *w, ds_arena *arena)
{
    ds_clock **const clocks[] = {&w->holder_clock[DS_FIRST],
                                 &w->holder_clock[DS_LATER],
                                 &w->consumer_clock[DS_FIRST],
                                 &w->consumer_clock[DS_LATER],
                                 &w->provider_clock,
                                 &w->failure_clock,
                                 &w->noise_clock,
                                 &w->arbitrage_clock,
                                 &w->redemption_clock};
    for (size_t i = 0; i < sizeof clocks / sizeof clocks[0]; i++)
        *clocks[i] = DS_TAKE(arena, 1, ds_clock);
    ds_timers_place(&w->completions, w->slots, arena);
    ds_timers_place(&w->repairs, w->slots, arena);
    ds_timers_place(&w->cooldowns, w->holders, arena);
    ds_timers_place(&w->diem_cooldowns, w->holders, arena);
    ds_timers_place(&w->user_cooldowns, w->consumers, arena);
    ds_timers_place(&w->cheapest, w->providers, arena);
    ds_members_place(&w->idle, w->slots, arena);
    ds_members_place(&w->up, w->slots, arena);
    w->liquidity_clock = DS_TAKE(arena, 1, ds_clock);
}

static void place(void *world, const void *config, const ds_frame *frame, ds_arena *arena)
{
    ds_world *const w = world;
    w->base = w->config = config;
    w->frame = frame;
    w->first_epoch = until_next(frame->start, 1);
    w->first_hour = until_next(frame->start, 24);
    populate(w);
    ds_growth_place(w, arena);
    place_columns(w, arena);
    place_clocks(w, arena);
    ds_holders_place(w);
    ds_consumers_place(w);
    ds_demand_place(w, arena);
    ds_policies_place(w->rooms[0], w->base, NULL, arena);
    ds_rent_place(w, arena);
    ds_lending_place(w, arena);
    ds_shocks_place(w, arena);
    wire(w);
    ds_engine_place(&w->engine, w->sources, DS_AT_ARRIVAL + 2 * w->classes, arena);
    ds_governance_place(w, arena);
}

/* ---- the start ---- */

static void reset(ds_world *w, uint32_t replica)
{
    w->eco->seed = w->frame->seed;
    w->eco->replica = replica;
    ds_engine_reset(&w->engine);
    ds_timers *const timers[] = {&w->completions,    &w->repairs,        &w->cooldowns,
                                 &w->diem_cooldowns, &w->user_cooldowns, &w->cheapest};
    for (size_t i = 0; i < sizeof timers / sizeof timers[0]; i++)
        ds_timers_reset(timers[i]);
    ds_lending_reset(w);
    for (uint32_t purpose = 0; purpose < STREAMS; purpose++)
        w->rng[purpose] = ds_rng_stream(w->eco->seed, replica, purpose, UINT32_MAX);
}

static bool open_institutions(ds_world *w)
{
    const ds_initial_config *const n = &w->config->initial;
    ds_ledger *const l = &w->eco->ledger;
    ds_status *const st = ds_world_status(w);
    return ds_ledger_open(l, DS_USD, ds_cell_of(DS_PROTOCOL, NULL), ds_amount_near(n->treasury),
                          st) &&
           ds_ledger_open(l, DS_VVV, ds_cell_of(DS_VENUE, NULL), ds_amount_near(n->outside_vvv),
                          st) &&
           ds_ledger_open(l, DS_VVV, ds_cell_of(DS_NOISE, NULL), ds_amount_near(n->noise_vvv),
                          st) &&
           ds_ledger_open(l, DS_DIEM, ds_cell_of(DS_NOISE, NULL), ds_amount_near(n->noise_diem),
                          st);
}

static void open_days(ds_world *w)
{
    ds_economy *const e = w->eco;
    const ds_book *const diem = &e->ledger.book[DS_DIEM];
    e->treasury_seen = e->ledger.book[DS_USD].bucket[DS_PROTOCOL];
    ds_level_set(&e->diem_credit,
                 ds_tokens(diem->bucket[DS_STAKED] + diem->bucket[DS_USERS_STAKED]), 0);
    e->demand_day = ds_demand_at_start(w->config, w->config->demand.scale, e->index);
    e->utilization_day = e->speed.value > 0 ? fmin(1, e->demand_day / e->speed.value)
                                            : full_without_slots(e->demand_day);
    ds_engine_set(&w->engine, DS_AT_EPOCH, grid_time(w->first_epoch, 1, 1));
    ds_engine_set(&w->engine, DS_AT_HOUR, grid_time(w->first_hour, 24, 1));
}

static bool begin(void *world, uint32_t replica)
{
    ds_world *const w = world;
    reset(w, replica);
    ds_governance_resume(w);
    w->eco->price = 1;
    ds_shocks_begin(w);
    ds_growth_open(w);
    ds_demand_open(w);
    ds_rent_begin(w);
    if (!ds_market_begin(w) || !ds_liquidity_begin(w) || !ds_perpetual_begin(w) ||
        !ds_lending_begin(w) || !open_institutions(w) || !ds_consumers_begin(w) ||
        !ds_providers_begin(w) || !ds_holders_begin(w))
        return false;
    ds_demand_begin(w);
    ds_redemption_begin(w);
    open_days(w);
    ds_growth_begin(w);
    ds_governance_begin(w);
    if (!ds_policies_begin(w))
        return false;
    ds_risk_begin(w); /* the price of inference is the policy's */
    return ds_economy_audit(w, ds_world_status(w));
}

/* ---- audit ---- */

typedef struct ds_count {
    ds_sum owned[DS_ASSETS][DS_BUCKETS];
} ds_count;

static void count_holder(ds_count *c, const ds_holder *h)
{
    c->owned[DS_VVV][DS_LIQUID] += h->liquid;
    c->owned[DS_VVV][DS_STAKED] += h->staked;
    c->owned[DS_VVV][DS_LOCKED] += h->locked;
    c->owned[DS_VVV][DS_COOLING] += h->cooling;
    c->owned[DS_DIEM][DS_LIQUID] += h->diem;
    c->owned[DS_DIEM][DS_STAKED] += h->diem_staked;
    c->owned[DS_DIEM][DS_COOLING] += h->diem_cooling;
    c->owned[DS_USD][DS_LIQUID] += h->usd;
}

static bool agrees(const ds_world *w, const ds_count *c, ds_asset asset, ds_bucket bucket,
                   ds_status *st)
{
    if (c->owned[asset][bucket] == w->eco->ledger.book[asset].bucket[bucket])
        return true;
    return ds_fail(st, DS_E_BUG, "the owners' %s in bucket %d do not add up to the ledger's",
                   ds_asset_name(asset), (int)bucket);
}

/* What mechanisms keep beside the ledger so as not to go through a population. */
static bool tallies_agree(const ds_world *w, ds_status *st)
{
    const ds_rental *const r = &w->eco->rent;
    ds_amount staked[DS_COHORTS] = {0};
    ds_sum wanted = 0;
    for (uint32_t i = 0; i < w->holders; i++)
        staked[w->holder[i].cohort] += w->holder[i].diem_staked;
    for (uint32_t i = 0; i < w->consumers; i++)
        wanted += w->consumer[i].rented;
    if (wanted != r->wanted || memcmp(staked, r->staked, sizeof staked) != 0)
        return ds_fail(st, DS_E_BUG, "what is staked or wanted for rent does not add up");
    return true;
}

static void count_provider(ds_count *c, const ds_provider *p)
{
    c->owned[DS_USD][DS_PAID] += p->usd;
    c->owned[DS_VVV][DS_BONDS] += p->bond;
}

bool ds_economy_audit(const ds_world *w, ds_status *st)
{
    static const ds_bucket shared[] = {DS_LIQUID,  DS_STAKED,       DS_LOCKED,
                                       DS_COOLING, DS_USERS_STAKED, DS_USERS_COOLING,
                                       DS_PAID,    DS_MARGIN,       DS_BONDS};
    ds_count c = {0};
    ds_sum outstanding = 0;
    for (uint32_t i = 0; i < w->holders; i++) {
        count_holder(&c, &w->holder[i]);
        outstanding += w->holder[i].outstanding;
    }
    for (uint32_t i = 0; i < w->consumers; i++) {
        c.owned[DS_DIEM][DS_USERS_STAKED] += w->consumer[i].diem_staked;
        c.owned[DS_DIEM][DS_USERS_COOLING] += w->consumer[i].diem_cooling;
    }
    for (uint32_t i = 0; i < w->providers; i++)
        count_provider(&c, &w->provider[i]);
    for (int i = 0; i < DS_TRADERS; i++)
        c.owned[DS_USD][DS_MARGIN] += w->eco->perpetual.account[i].margin;
    for (int asset = 0; asset < DS_ASSETS; asset++)
        for (size_t b = 0; b < sizeof shared / sizeof shared[0]; b++)
            if (!agrees(w, &c, (ds_asset)asset, shared[b], st))
                return false;
    if (outstanding + w->eco->unbacked != ds_ledger_supply(&w->eco->ledger, DS_DIEM))
        return ds_fail(st, DS_E_BUG, "holders' outstanding DIEM does not add up to the supply");
    return tallies_agree(w, st) && ds_lending_audit(w, st) &&
           ds_ledger_conserved(&w->eco->ledger, st);
}

/* ---- the model ---- */

static void resume(void *world)
{
    ds_world *const w = world;
    ds_governance_resume(w);
    ds_governance_begin(w);
    for (uint32_t i = 0; i < w->providers; i++)
        ds_provider_priced(w, i);
}

static void rekey(void *world, uint64_t seed)
{
    ds_world *const w = world;
    w->eco->seed = seed;
    for (uint32_t purpose = 0; purpose < STREAMS; purpose++)
        ds_rng_rekey(&w->rng[purpose], seed);
    for (uint32_t k = 0; k < w->classes; k++) {
        ds_rng_rekey(&w->job_rng[k], seed);
        ds_arrivals_rekey(&w->arrivals[k], seed);
    }
    ds_shocks_rekey(w);
}

static ds_engine *engine(void *world)
{
    return &((ds_world *)world)->engine;
}

#define GROUP(field, table, type, doc) DS_P_GROUP(ds_diem_config, field, table, type, doc)
const ds_param ds_diem_params[] = {
    GROUP(policies, ds_policies_params, ds_policies_config, "rules that governance decides on"),
    GROUP(staking, ds_staking_params, ds_staking_config, "staking, cooldowns and locked stake"),
    GROUP(demand, ds_demand_params, ds_demand_config, "demand for inference"),
    GROUP(holders, ds_holders_params, ds_holders_config, "holders of VVV"),
    GROUP(consumers, ds_consumers_params, ds_consumers_config, "consumers of inference"),
    GROUP(providers, ds_providers_params, ds_providers_config, "providers of compute"),
    GROUP(markets, ds_markets_params, ds_markets_config, "pools, the outside price, traders"),
    GROUP(perpetual, ds_perpetual_params, ds_perpetual_config, "perpetual future on DIEM"),
    GROUP(lending, ds_lending_params, ds_lending_config,
          "markets that lend dollars against VVV and DIEM"),
    {DS_AT(ds_diem_config, initial), .kind = DS_GROUP, .unit = "1", .table = ds_initial_params,
     .size = sizeof(ds_initial_config), .fixed = true,
     .doc = "supply, stake, prices and cash at the start"},
    {DS_AT(ds_diem_config, governance), .kind = DS_MAP, .unit = "1", .table = ds_governance_params,
     .size = sizeof(ds_action), .max = DS_ACTIONS, .fixed = true,
     .doc = "actions, by name: parameters that change, or policies that are swapped, at a time"},
    {DS_AT(ds_diem_config, shocks), .kind = DS_MAP, .unit = "1", .table = ds_shock_params,
     .size = sizeof(ds_shock_config), .max = DS_SHOCKS, .check = ds_shock_check, .fixed = true,
     .doc = "what strikes the economy from outside: a name and the shock's attributes"},
    {0},
};
#undef GROUP

static const char *const shock_lengths[] = {"duration", "half_life", "within", NULL};

static double shock_within(int kind, double depth)
{
    return ds_shock_within((ds_shock_kind)kind, depth);
}

static const ds_strikes strikes = {.map = "shocks",
                                   .kind = "kind",
                                   .at = "at",
                                   .depth = "depth",
                                   .lengths = shock_lengths,
                                   .within = shock_within};

const ds_model ds_diem_model = {
    .name = "diem",
    .doc = "A compute-token economy: VVV is staked, staked VVV is locked to mint DIEM, a staked "
           "DIEM is "
           "a right to 1 USD of inference a day, providers serve it, fees are split.",
    .purposes = DS_PURPOSES,
    .plain_last = true,
    .time_unit = "d",
    .dated = true,
    .default_observe = 1,
    .default_horizon = 365,
    .params = ds_diem_params,
    .config_size = sizeof(ds_diem_config),
    .check = ds_diem_check,
    .actions = "governance",
    .metrics = ds_diem_metrics,
    .outcomes = ds_diem_outcomes,
    .thresholds = ds_diem_thresholds,
    .strikes = &strikes,
    .guide = &ds_diem_guide,
    .events = ds_events_expected,
    .world_size = sizeof(ds_world),
    .place = place,
    .engine = engine,
    .begin = begin,
    .observe = ds_diem_observe,
    .conclude = ds_diem_conclude,
    .resume = resume,
    .shares_past = ds_governance_shares_past,
    .past = ds_governance_past,
    .has_level = ds_diem_has_level,
    .level = ds_diem_level,
    .rekey = rekey,
};
