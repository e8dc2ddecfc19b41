#include "minting.h"

#include "models/diem/mint_rule.h"
#include "policies.h"
#include "staking.h"

double ds_mint_rate(const ds_world *w)
{
    const ds_choice *const mint = ds_rule_choice(w, DS_RULE_MINT);
    const ds_view now = ds_rule_view(w, DS_RULE_MINT);
    const double rate = ds_policy_of(mint)->rate(mint->params, &now, now.diem_supply);
    if (rate > 0)
        return rate;
    (void)ds_fail(now.st, DS_E_POLICY,
                  "policy 'mint.%s' proposes %g VVV/DIEM at supply %g, must be above 0",
                  mint->as->name, rate, now.diem_supply);
    return INFINITY;
}

bool ds_mint(ds_world *w, ds_holder *h, ds_amount lock, ds_amount least, ds_amount *minted)
{
    const ds_choice *const mint = ds_rule_choice(w, DS_RULE_MINT);
    const ds_view now = ds_rule_view(w, DS_RULE_MINT);
    ds_ledger *const ledger = &w->eco->ledger;
    ds_status *const st = ds_world_status(w);
    *minted = 0;
    const ds_mint_rule rule = {ds_policy_of(mint), mint->params, &now};
    ds_amount cost;
    const ds_amount diem = ds_mint_amount(&rule, ds_ledger_supply(ledger, DS_DIEM), lock, &cost);
    if (st->code != DS_OK) /* the policy had no answer */
        return false;
    if (diem <= 0 || diem < least)
        return true;
    /* Where the policy ends, the DIEM that is left costs less than the lock. */
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
