#include "minting.h"

#include "models/diem/mint_rule.h"
#include "staking.h"

const ds_param ds_policies_params[] = {
    DS_P_CHOICE(ds_policies_config, mint, "use", ds_mint_policies, "{use: table}",
                "sVVV to lock for one more DIEM"),
    DS_P_CHOICE(ds_policies_config, fee_split, "use", ds_fee_split_policies, "{use: fixed}",
                "who gets what part of every fee"),
    DS_P_CHOICE(ds_policies_config, emission, "use", ds_emission_policies, "{use: schedule}",
                "VVV issued to stakers"),
    DS_P_CHOICE(ds_policies_config, buyback, "use", ds_buyback_policies, "{use: revenue_share}",
                "USD the treasury spends on VVV to burn"),
    {0},
};

ds_view ds_world_view(const ds_world *w)
{
    const ds_economy *const e = w->eco;
    const ds_book *const vvv = &e->ledger.book[DS_VVV], *const diem = &e->ledger.book[DS_DIEM];
    return (ds_view){
        .time = ds_now(&w->engine),
        .date = w->frame->start + ds_now(&w->engine),
        .diem_supply = ds_tokens(ds_ledger_supply(&e->ledger, DS_DIEM)),
        .diem_staked = ds_tokens(diem->bucket[DS_STAKED] + diem->bucket[DS_USERS_STAKED]),
        .vvv_supply = ds_tokens(ds_ledger_supply(&e->ledger, DS_VVV)),
        .vvv_staked = ds_tokens(vvv->bucket[DS_STAKED] + vvv->bucket[DS_LOCKED]),
        .vvv_locked = ds_tokens(vvv->bucket[DS_LOCKED]),
        .utilization = e->utilization_day,
        .capacity = e->speed.value,
        .demand = e->demand_day,
        .vvv_price = e->vvv_price,
        .diem_price = e->diem_price,
        .treasury = ds_tokens(e->ledger.book[DS_USD].bucket[DS_PROTOCOL]),
        .revenue = e->revenue_day,
    };
}

double ds_mint_rate(const ds_world *w)
{
    const ds_choice *const mint = &w->config->policies.mint;
    const ds_view now = ds_world_view(w);
    return ds_policy_of(mint)->rate(mint->params, &now, now.diem_supply);
}

bool ds_mint(ds_world *w, ds_holder *h, ds_amount lock, ds_amount least, ds_amount *minted)
{
    const ds_choice *const mint = &w->config->policies.mint;
    const ds_view now = ds_world_view(w);
    ds_ledger *const ledger = &w->eco->ledger;
    ds_status *const st = ds_world_status(w);
    *minted = 0;
    const ds_mint_rule rule = {ds_policy_of(mint), mint->params, &now};
    const ds_amount diem = ds_mint_amount(&rule, ds_ledger_supply(ledger, DS_DIEM), lock);
    if (diem <= 0 || diem < least)
        return true;
    /* Where the policy ends, the DIEM that is left costs less than the lock. */
    const ds_amount cost = ds_mint_lock_amount(&rule, ds_ledger_supply(ledger, DS_DIEM), diem);
    if (cost < lock)
        lock = cost;
    if (!ds_staking_settle(w, h) ||
        !ds_ledger_move(ledger, DS_VVV, ds_cell_of(DS_STAKED, &h->staked),
                        ds_cell_of(DS_LOCKED, &h->locked), lock, st) ||
        !ds_ledger_mint(ledger, DS_DIEM, ds_cell_of(DS_LIQUID, &h->diem), diem, st))
        return false;
    h->outstanding += diem;
    w->eco->flow.diem_minted += ds_tokens(diem);
    *minted = diem;
    return true;
}

bool ds_burn(ds_world *w, ds_holder *h, ds_amount diem)
{
    if (diem > h->outstanding)
        diem = h->outstanding;
    if (diem == 0)
        return true;
    ds_ledger *const ledger = &w->eco->ledger;
    ds_status *const st = ds_world_status(w);
    const ds_amount unlocked = ds_muldiv(h->locked, diem, h->outstanding);
    if (!ds_staking_settle(w, h) ||
        !ds_ledger_burn(ledger, DS_DIEM, ds_cell_of(DS_LIQUID, &h->diem), diem, st) ||
        !ds_ledger_move(ledger, DS_VVV, ds_cell_of(DS_LOCKED, &h->locked),
                        ds_cell_of(DS_STAKED, &h->staked), unlocked, st))
        return false;
    h->outstanding -= diem;
    w->eco->flow.diem_burned += ds_tokens(diem);
    return true;
}
