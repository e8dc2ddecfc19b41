#include "rent.h"

#include "amount.h"

#include "sim/core/real.h"

enum { INDEX_BITS = 40 };

static const ds_holder_cohort *cohort(const ds_world *w, uint32_t k)
{
    return (const ds_holder_cohort *)w->config->holders.cohorts.items + k;
}

static uint64_t *index_of(const ds_world *w, uint32_t day)
{
    return w->rent_index + (size_t)(day < w->rent_days ? day : w->rent_days - 1) * DS_COHORTS;
}

void ds_rent_place(ds_world *w, ds_arena *arena)
{
    /* One row an epoch, and the start's. */
    w->rent_days = (uint32_t)ceil(w->frame->horizon) + 2;
    w->rent_index = DS_TAKE(arena, (size_t)w->rent_days * DS_COHORTS, uint64_t);
}

void ds_rent_begin(ds_world *w)
{
    w->eco->rent.price = w->config->markets.rental.price;
    w->eco->rent.filled = w->eco->rent.worth = 1;
}

/* ---- what is offered ---- */

double ds_rent_offer(const ds_world *w, uint32_t k)
{
    const ds_holder_cohort *const c = cohort(w, k);
    return (1 - fmin(1, c->use * ds_demand_scale(w))) * c->rent_out;
}

double ds_rent_price(const ds_world *w)
{
    return w->eco->rent.price * ds_diem_credit(w);
}

double ds_credit_worth(const ds_world *w, uint32_t k)
{
    const ds_rental *const r = &w->eco->rent;
    const double use = fmin(1, cohort(w, k)->use * ds_demand_scale(w));
    return ds_rent_price(w) * (use + ds_rent_offer(w, k) * r->sold);
}

static double offered(const ds_world *w)
{
    double sum = 0;
    for (uint32_t k = 0; k < w->config->holders.cohorts.count; k++)
        sum += ds_tokens(w->eco->rent.staked[k]) * ds_rent_offer(w, k);
    return sum;
}

/* ---- the day's market ---- */

/* The price moves by excess demand (Walras' tatonnement, Samuelson 1941), between a floor and what
 * the same inference costs without DIEM. */
static void price_moves(ds_world *w, double supply) /* USD of credit */
{
    const ds_rental_config *const c = &w->config->markets.rental;
    ds_rental *const r = &w->eco->rent;
    const double wanted = ds_tokens_of_sum(r->wanted);
    if (wanted + supply > 0)
        r->price *= ds_exp(c->speed * (wanted - supply) / (wanted + supply));
    r->price = fmax(c->floor, fmin(r->price, fmax(c->floor, w->eco->price)));
    r->filled = r->worth = wanted > 0 ? fmin(1, supply / wanted) : 1;
    r->sold = supply > 0 ? fmin(1, wanted / supply) : 1;
}

/* Shares a cohort's rent among its staked DIEM; what is below a tick stays for the next day. */
static void share(ds_world *w, uint32_t k, ds_amount usd)
{
    ds_rental *const r = &w->eco->rent;
    uint64_t *const index = &index_of(w, w->eco->day)[k];
    r->pending[k] += usd;
    if (r->staked[k] == 0)
        return;
    const ds_wide tick = (ds_wide)(uint64_t)r->pending[k] << INDEX_BITS;
    const ds_wide delta = tick / (uint64_t)r->staked[k];
    const ds_wide spent = delta * (uint64_t)r->staked[k];
    if (delta > UINT64_MAX - *index) /* a speck of DIEM would get more than 64 bits hold */
        return;
    *index += (uint64_t)delta;
    r->pending[k] -= (ds_amount)((spent + (((ds_wide)1 << INDEX_BITS) - 1)) >> INDEX_BITS);
}

bool ds_rent_epoch(ds_world *w)
{
    ds_economy *const e = w->eco;
    ds_rental *const r = &e->rent;
    const double supply = offered(w);
    memcpy(index_of(w, e->day), index_of(w, e->day - 1), DS_COHORTS * sizeof *w->rent_index);
    price_moves(w, supply * ds_diem_credit(w));
    const double sold = supply * r->sold;
    r->let = ds_amount_of(sold);
    for (uint32_t k = 0; sold > 0 && k < w->config->holders.cohorts.count; k++) {
        const double part =
            ds_tokens(r->staked[k]) * ds_rent_offer(w, k) * r->sold * ds_rent_price(w);
        const ds_amount usd = ds_amount_of(part);
        if (!ds_ledger_mint(&e->ledger, DS_USD, ds_cell_of(DS_REWARDS, NULL), usd,
                            ds_world_status(w)))
            return false;
        e->flow.rent += ds_tokens(usd);
        share(w, k, usd);
    }
    return true;
}

/* ---- owners ---- */

bool ds_rent_settle(ds_world *w, ds_holder *h)
{
    const uint64_t before = index_of(w, h->rent_day)[h->cohort];
    const uint64_t now = index_of(w, w->eco->day)[h->cohort];
    h->rent_day = w->eco->day & 0xffffff;
    if (now == before || h->diem_staked == 0)
        return true;
    const ds_wide usd = ((ds_wide)(uint64_t)h->diem_staked * (now - before)) >> INDEX_BITS;
    return ds_ledger_move(&w->eco->ledger, DS_USD, ds_cell_of(DS_REWARDS, NULL),
                          ds_cell_of(DS_LIQUID, &h->usd), (ds_amount)usd, ds_world_status(w));
}

void ds_rent_staked(ds_world *w, const ds_holder *h, ds_amount by)
{
    w->eco->rent.staked[h->cohort] += by;
}

/* ---- consumers ---- */

void ds_rent_devalued(ds_world *w, double ratio)
{
    ds_rental *const r = &w->eco->rent;
    r->worth *= ratio;
    r->filled = fmin(1, r->worth);
}

void ds_rent_want(ds_world *w, ds_consumer *c, ds_amount want)
{
    if (c->wants != w->eco->day) {
        c->wants = w->eco->day;
        c->had = c->rented;
    }
    w->eco->rent.wanted += (ds_sum)want - c->rented;
    c->rented = want;
}

ds_amount ds_rent_planned(const ds_world *w, const ds_consumer *c)
{
    return c->rented ? ds_share_of(c->rented, w->eco->rent.filled) : 0;
}

/* None on the first day: DIEM is let at epochs. */
ds_amount ds_rent_granted(const ds_world *w, const ds_consumer *c)
{
    const ds_amount wanted = c->wants == w->eco->day ? c->had : c->rented;
    return wanted ? ds_share_of(wanted, w->eco->rent.filled) : 0;
}
