#include "bond.h"

#include "market.h"

static double per_slot(const ds_world *w, const ds_provider *p)
{
    return ((const ds_provider_cohort *)w->config->providers.cohorts.items + p->cohort)->bond;
}

static ds_amount required(const ds_world *w, const ds_provider *p)
{
    return ds_amount_near(per_slot(w, p) * p->slots);
}

static ds_cell bond_of(ds_provider *p)
{
    return ds_cell_of(DS_BONDS, &p->bond);
}

bool ds_bond_open(ds_world *w, ds_provider *p)
{
    return ds_ledger_open(&w->eco->ledger, DS_VVV, bond_of(p), required(w, p), ds_world_status(w));
}

/* Dollars are outside before and after. */
static bool swap(ds_world *w, ds_provider *p, ds_asset pays, ds_amount in)
{
    const ds_cell cash = ds_cell_of(DS_BONDS, NULL);
    ds_ledger *const l = &w->eco->ledger;
    ds_status *const st = ds_world_status(w);
    const ds_trade trade = {.pair = DS_PAIR_VVV_USD,
                            .pays = pays,
                            .from = pays == DS_USD ? cash : bond_of(p),
                            .to = pays == DS_USD ? bond_of(p) : cash,
                            .in = in,
                            .slippage = 1,
                            .informed = true};
    ds_amount out;
    return (pays != DS_USD || ds_ledger_mint(l, DS_USD, cash, in, st)) &&
           ds_market_swap(w, &trade, &out) &&
           ds_ledger_burn(l, DS_USD, cash, l->book[DS_USD].bucket[DS_BONDS], st);
}

bool ds_bond_post(ds_world *w, ds_provider *p, bool *posted)
{
    const ds_amount lack = required(w, p) - p->bond;
    *posted = true;
    if (lack <= 0)
        return true;
    const ds_amount pays = ds_market_payment(w, DS_PAIR_VVV_USD, DS_USD, lack);
    *posted = pays <= ds_market_most(w, DS_PAIR_VVV_USD, DS_USD, w->config->holders.slippage);
    return !*posted || swap(w, p, DS_USD, pays);
}

bool ds_bond_slash(ds_world *w, ds_provider *p)
{
    const ds_amount part = ds_share_of(p->bond / p->slots, w->config->providers.slash);
    if (part == 0)
        return true;
    w->eco->flow.vvv_burned += ds_tokens(part);
    w->eco->day_burned += ds_tokens(part);
    return ds_ledger_burn(&w->eco->ledger, DS_VVV, bond_of(p), part, ds_world_status(w));
}

bool ds_bond_return(ds_world *w, ds_provider *p)
{
    return p->bond == 0 || swap(w, p, DS_VVV, p->bond);
}

double ds_bond_cost(const ds_world *w, const ds_provider *p)
{
    const ds_providers_config *const c = &w->config->providers;
    const double failures = w->gpus[p->cohort] / c->mttf; /* a day; 0 when mttf is unlimited */
    return per_slot(w, p) * w->eco->vvv_price * (c->bond_return / 365 + c->slash * failures);
}
