#include "shock_effects.h"

#include "compute.h"
#include "demand.h"
#include "market.h"
#include "rent.h"
#include "sim/core/shuffle.h"
#include "staking.h"

static const double least_price = 1e-12, most_price = 1e12; /* as in price.c */
static const double dust = 1e-9; /* of a reserve: goes along with what it belongs to */

/* ---- factors ---- */

void ds_shock_factor_set(ds_world *w, ds_shock_kind kind, double factor)
{
    ds_economy *const e = w->eco;
    const double ratio = factor / e->shocked[kind];
    if (factor == e->shocked[kind])
        return;
    e->shocked[kind] = factor;
    switch (kind) {
    case DS_SHOCK_PRICE:
        e->offered.price = fmin(fmax(e->offered.price * ratio, least_price), most_price);
        break;
    case DS_SHOCK_CREDIT:
        ds_rent_devalued(w, ratio);
        ds_credit_changes(w);
        ds_demand_moves(w); /* owners spend credit */
        break;
    case DS_SHOCK_DEMAND:
        ds_demand_moves(w);
        break;
    case DS_SHOCK_COST:
        ds_level_set(&e->cost, e->slot_costs * factor, ds_now(&w->engine));
        break;
    default: /* read where it is needed */
        break;
    }
}

/* ---- members: slots and providers ---- */

static uint32_t nearest(double x)
{
    return (uint32_t)(x + 0.5);
}

static uint32_t population(const ds_world *w, const ds_shock_config *c)
{
    return c->slots ? w->slots : w->providers;
}

void ds_shock_aim(ds_world *w, const ds_shock_config *c, ds_shock *s)
{
    if (c->kind == DS_SHOCK_UNSTAKE)
        s->base = w->eco->crowd[DS_HOLDERS].all;
    else
        s->base = c->slots ? ds_members_count(&w->up) : nearest(w->eco->providers_in.value);
}

/* Strikes one member; *counts: it was among those the shock was aimed at. */
static bool strike(ds_world *w, const ds_shock_config *c, uint32_t who, bool *counts)
{
    if (c->slots) {
        *counts = ds_members_has(&w->up, who);
        ds_slot_hold(w, who);
        return true;
    }
    *counts = w->provider[who].in;
    if (c->kind == DS_SHOCK_OUTAGE) {
        ds_provider_hold(w, who);
        return true;
    }
    w->provider[who].barred++;
    return !*counts || ds_provider_leaves(w, who);
}

static void spare(ds_world *w, const ds_shock_config *c, uint32_t who)
{
    if (c->slots)
        ds_slot_release(w, who);
    else if (c->kind == DS_SHOCK_OUTAGE)
        ds_provider_release(w, who);
    else
        w->provider[who].barred--;
}

/* On the way up members are met in their order until as many as the level asks for are struck; on
 * the way down the last met are spared first. */
static bool follow_members(ds_world *w, const ds_shock_config *c, ds_shock *s, double level)
{
    const uint32_t all = population(w, c);
    const uint32_t want = nearest(s->depth * level * s->base);
    while (level > s->level && s->struck < want && s->met < all) {
        bool counts;
        if (!strike(w, c, ds_shuffled(s->order, all, s->met), &counts))
            return false;
        s->struck += counts;
        s->most = ++s->met;
    }
    while (level < s->level && s->met > nearest(level * s->most))
        spare(w, c, ds_shuffled(s->order, all, --s->met));
    return true;
}

/* ---- liquidity ---- */

static const ds_asset assets[DS_PAIRS][2] = {
    [DS_PAIR_VVV_USD] = {DS_VVV, DS_USD},
    [DS_PAIR_DIEM_VVV] = {DS_DIEM, DS_VVV},
};

static ds_amount in_purse(const ds_world *w, ds_asset asset)
{
    return w->eco->ledger.book[asset].bucket[DS_LP];
}

static bool withdraw(ds_world *w, ds_pair pair, ds_shock *s, double share)
{
    const ds_asset *const token = assets[pair];
    const ds_amount before[2] = {in_purse(w, token[0]), in_purse(w, token[1])};
    if (!ds_market_withdraw(w, pair, share))
        return false;
    for (int i = 0; i < 2; i++)
        s->taken[pair][i] += in_purse(w, token[i]) - before[i];
    return true;
}

/* A part of what was taken comes back, in the proportion that the pool has by now: what one token
 * lacks keeps some of the other in the purse. */
static bool give_back(ds_world *w, ds_pair pair, ds_shock *s, double part)
{
    ds_amount amount[2];
    double share[2];
    for (int i = 0; i < 2; i++) {
        amount[i] = ds_smaller(ds_share_of(s->taken[pair][i], part), in_purse(w, assets[pair][i]));
        share[i] = (double)amount[i] / (double)ds_market_reserve(w, pair, assets[pair][i]);
    }
    const int less = share[1] < share[0];
    if (share[!less] > share[less] + dust)
        amount[!less] = ds_share_of(amount[!less], share[less] / share[!less]);
    for (int i = 0; i < 2; i++)
        s->taken[pair][i] -= amount[i];
    return ds_market_add(w, pair, amount);
}

static bool follow_liquidity(ds_world *w, const ds_shock_config *c, ds_shock *s, double level)
{
    const double kept = 1 - s->depth * level, before = 1 - s->depth * s->level;
    for (int pair = 0; pair < DS_PAIRS; pair++) {
        if (c->pool != DS_PAIRS && c->pool != pair)
            continue;
        if (kept < before && !withdraw(w, (ds_pair)pair, s, 1 - kept / before))
            return false;
        if (kept > before && !give_back(w, (ds_pair)pair, s, 1 - level / s->level))
            return false;
    }
    return true;
}

/* ---- a herd ---- */

static uint32_t herd(const ds_shock *s)
{
    return nearest(s->depth * s->base);
}

double ds_shock_herd_next(const ds_shock_config *c, const ds_shock *s)
{
    const uint32_t all = herd(s);
    return s->met < all ? s->since + c->within * (s->met + 0.5) / all : INFINITY;
}

/* One holder an event, so that none costs more with more of them. */
static bool follow_herd(ds_world *w, const ds_shock_config *c, ds_shock *s)
{
    if (ds_now(&w->engine) < ds_shock_herd_next(c, s))
        return true;
    const uint32_t who = ds_shuffled(s->order, s->base, s->met++);
    ds_holder *const h = &w->holder[who];
    w->engine.subject = who;
    return ds_unstake(w, h, h->staked);
}

bool ds_shock_follow(ds_world *w, const ds_shock_config *c, ds_shock *s, double level)
{
    switch ((ds_shock_kind)c->kind) {
    case DS_SHOCK_OUTAGE:
    case DS_SHOCK_EXIT:
        return follow_members(w, c, s, level);
    case DS_SHOCK_LIQUIDITY:
        return follow_liquidity(w, c, s, level);
    case DS_SHOCK_UNSTAKE:
        return follow_herd(w, c, s);
    default:
        return true;
    }
}
