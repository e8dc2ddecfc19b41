#include "governance.h"

#include "compute.h"
#include "consumers.h"
#include "demand.h"
#include "liquidation.h"
#include "liquidity.h"
#include "market.h"
#include "policies.h"
#include "prospect.h"
#include "providers.h"
#include "redemption.h"
#include "rival.h"
#include "staking.h"

static uint32_t count(const ds_world *w)
{
    return w->base->governance.count;
}

static const ds_action *action(const ds_world *w, uint32_t i)
{
    return (const ds_action *)w->base->governance.items + i;
}

static const ds_diem_config *config_after(const ds_world *w, uint32_t actions)
{
    return actions ? action(w, actions - 1)->set.config : w->base;
}

void ds_governance_place(ds_world *w, ds_arena *arena)
{
    w->priced = w->base->providers.dispatch == DS_DISPATCH_CHEAPEST;
    w->rooms_end[0] = arena->used;
    for (uint32_t i = 0; i < count(w); i++) {
        const ds_diem_config *const next = config_after(w, i + 1);
        ds_policies_place(w->rooms[i + 1], next, config_after(w, i), arena);
        w->priced = w->priced || next->providers.dispatch == DS_DISPATCH_CHEAPEST;
        w->rooms_end[i + 1] = arena->used;
    }
}

/* ---- the config of now ---- */

void ds_governance_resume(ds_world *w)
{
    const uint32_t done = w->eco->actions_done;
    w->config = config_after(w, done);
    w->repair = ds_dist_of(&w->config->providers.repair);
    w->size = ds_dist_of(&w->config->demand.size);
    ds_consumers_step(w);
    w->demand_most = ds_demand_most(w->config, w->frame);
    for (uint32_t k = 0; k < w->config->consumers.cohorts.count; k++)
        w->bundled[k] = ds_amount_of(
            ((const ds_consumer_cohort *)w->config->consumers.cohorts.items)[k].bundled);
    for (int rule = 0; rule < DS_RULES; rule++)
        for (uint32_t i = 0; i <= done; i++)
            if (w->rooms[i][rule])
                w->room[rule] = w->rooms[i][rule];
}

static void set_rates(ds_world *w)
{
    ds_holders_pace(w);
    ds_consumers_pace(w);
    ds_providers_pace(w);
    ds_market_pace(w);
    ds_redemption_pace(w);
    ds_liquidity_pace(w);
    ds_lending_pace(w);
    ds_demand_resets(w);
}

static bool accrue_loans(ds_world *w)
{
    ds_liquidation_watch(w);
    return !w->config->lending.active ||
           (ds_lending_accrue(w, DS_LEND_VVV) && ds_lending_accrue(w, DS_LEND_DIEM));
}

static bool same_growth(const ds_demand_config *a, const ds_demand_config *b)
{
    return a->growth_limit == b->growth_limit && a->growth_rate == b->growth_rate;
}

/* What moves by itself goes on from where it is. */
static void go_on(ds_world *w, const ds_diem_config *next)
{
    const ds_consumers_config *const before = &w->config->consumers, *const now = &next->consumers;
    if (!same_growth(&w->config->demand, &next->demand))
        ds_demand_changes(w);
    ds_rival_changes(&w->eco->rival, &before->outside, &now->outside);
    if (now->outside.path.count == 0)
        ds_rival_turns(&w->eco->rival, before->outside_price, now->outside_price);
}

/* What was earned until now was earned under the old rules. */
static bool enact(ds_world *w)
{
    const ds_diem_config *const before = w->config;
    const uint32_t number = w->eco->actions_done + 1;
    const ds_diem_config *const next = config_after(w, number);
    if (!ds_staking_accrue(w) || !accrue_loans(w))
        return false;
    ds_staking_keeps(w, next->staking.locked_keep);
    go_on(w, next);
    w->eco->actions_done = number;
    ds_governance_resume(w);
    set_rates(w);
    ds_liquidation_watch(w);
    return ds_policies_open(w, next, w->rooms[number]) && ds_policies_turn(w, before);
}

/* ---- announcements ---- */

static double told_at(const ds_action *a)
{
    return fmax(0, a->at - a->lead);
}

static bool announce(ds_world *w, uint32_t number)
{
    w->eco->actions_told = number;
    return ds_policies_open(w, config_after(w, number), w->rooms[number]);
}

/* In the order of the times at which they are done: rules that a later action leaves as an earlier
 * one made them are those of the earlier. */
static bool announce_all(ds_world *w, double now)
{
    uint32_t last = w->eco->actions_told;
    for (uint32_t i = last; i < count(w); i++)
        if (told_at(action(w, i)) <= now)
            last = i + 1;
    while (w->eco->actions_told < last)
        if (!announce(w, w->eco->actions_told + 1))
            return false;
    return true;
}

static double next_time(const ds_world *w)
{
    double next = INFINITY;
    for (uint32_t i = w->eco->actions_told; i < count(w); i++)
        next = fmin(next, told_at(action(w, i)));
    return w->eco->actions_done < count(w) ? fmin(next, action(w, w->eco->actions_done)->at) : next;
}

void ds_governance_begin(ds_world *w)
{
    ds_engine_set(&w->engine, DS_AT_GOVERNANCE, next_time(w));
}

bool ds_governance_acts(void *world)
{
    ds_world *const w = world;
    ds_economy *const e = w->eco;
    const double now = ds_now(&w->engine);
    if (!announce_all(w, now))
        return false;
    while (e->actions_done < count(w) && action(w, e->actions_done)->at <= now)
        if (!enact(w))
            return false;
    w->engine.subject = e->actions_done;
    ds_engine_set(&w->engine, DS_AT_GOVERNANCE, next_time(w));
    return true;
}

/* ---- one past, several futures ---- */

static const ds_action *action_of(const ds_diem_config *c, uint32_t i)
{
    return (const ds_action *)c->governance.items + i;
}

static uint32_t actions_before(const ds_diem_config *c, double at)
{
    uint32_t n = 0;
    while (n < c->governance.count && action_of(c, n)->at < at)
        n++;
    return n;
}

static bool untold_before(const ds_diem_config *c, uint32_t first, double at)
{
    for (uint32_t i = first; i < c->governance.count; i++)
        if (told_at(action_of(c, i)) < at)
            return false;
    return true;
}

static bool same_without_actions(const ds_diem_config *a, const ds_diem_config *b)
{
    ds_diem_config plain_a = *a, plain_b = *b;
    plain_a.governance = plain_b.governance = (ds_list){0};
    return ds_params_same(ds_diem_params, &plain_a, &plain_b);
}

static bool same_action(const ds_action *a, const ds_action *b)
{
    return a->at == b->at && a->lead == b->lead &&
           same_without_actions(a->set.config, b->set.config);
}

bool ds_governance_shares_past(const void *a, const void *b, double at)
{
    const uint32_t n = actions_before(a, at);
    if (a == b) /* what is told has its room beyond the past */
        return untold_before(a, n, at);
    if (actions_before(b, at) != n || !untold_before(a, n, at) || !untold_before(b, n, at) ||
        !same_without_actions(a, b))
        return false;
    for (uint32_t i = 0; i < n; i++)
        if (!same_action(action_of(a, i), action_of(b, i)))
            return false;
    return true;
}

size_t ds_governance_past(const void *world, double at)
{
    const ds_world *const w = world;
    return w->rooms_end[actions_before(w->base, at)];
}

/* ---- anticipation ---- */

/* Actions that are done by when the next one comes that was announced, and those of its time. */
static uint32_t next_announced(const ds_world *w)
{
    const double now = ds_now(&w->engine);
    uint32_t next = 0;
    for (uint32_t i = w->eco->actions_done; i < w->eco->actions_told; i++) {
        if (next && action(w, i)->at > action(w, next - 1)->at)
            break;
        if (told_at(action(w, i)) <= now)
            next = i + 1;
    }
    return next;
}

/* Yields last: what is announced counts as a part of what is. A mint is one act: who waits until
 * the rate has changed loses or gains the difference. */
bool ds_governance_foresee(ds_world *w, ds_outlook *now)
{
    const ds_economy *const e = w->eco;
    const double part = w->config->holders.anticipation;
    if (DS_LIKELY(e->actions_told == e->actions_done) || part == 0)
        return true;
    const uint32_t next = next_announced(w);
    ds_terms then;
    if (next == 0)
        return true;
    if (!ds_terms_then(w, config_after(w, next), next, action(w, next - 1)->at, &then))
        return false;
    const ds_outlook later = ds_holders_outlook_under(w, &then);
    now->apr += part * (later.apr - now->apr);
    now->locked_apr += part * (later.locked_apr - now->locked_apr);
    now->proceeds = fmax(0, now->proceeds + part * (now->proceeds - later.proceeds));
    return true;
}

const ds_param ds_governance_params[] = {
    {DS_AT(ds_action, name), .kind = DS_TEXT, .unit = "1", .doc = "what the action is called"},
    {DS_AT(ds_action, at), .kind = DS_NUMBER, .unit = "d", .max = 1e9, .required = true,
     .moment = true, .doc = "from when on it holds: a date, or time from the start"},
    DS_P_NUMBER(ds_action, lead, "d", 0, 0, 1e9, "how long before that it is announced", NULL),
    {DS_AT(ds_action, set), .kind = DS_CHANGES, .unit = "1", .table = ds_diem_params,
     .required = true, .doc = "what changes: nested keys, or dotted paths, and their new values"},
    {0},
};
