/*
 * Holders who borrow, of cohorts with a leverage above 1: dollars against VVV buy more VVV, or
 * dollars against the DIEM that a locked VVV mints buy VVV that is staked, locked and mints more.
 * A review brings the loan towards the leverage when it chooses so, and undoes a step of it when it
 * chooses anything else. Before it thinks of anything, it looks after a loan near liquidation. A
 * borrower whose debt is worth more than its collateral lets it go.
 */
#ifndef DS_DIEM_LEVERAGE_H
#define DS_DIEM_LEVERAGE_H

#include "holders.h"
#include "lending.h"

bool ds_borrows(const ds_world *w, const ds_holder *holder);
/* Has the loans of a holder on their way from memory; its row is not read. */
void ds_leverage_fetch(const ds_world *w, uint32_t holder);
ds_loan_at ds_loan_of_holder(const ds_world *w, const ds_holder *holder, ds_lending_market m);

/* What a holder expects of VVV, of one locked and of DIEM, 1/yr. */
typedef struct ds_expected {
    double vvv, locked, diem;
} ds_expected;

void ds_leverage_returns(const ds_world *w, const ds_outlook *now, const ds_holder *holder,
                         ds_expected expected, double value[DS_HOLDER_OPTIONS]);

/* Repays what is too near liquidation, with own dollars and then by selling collateral; takes back
 * what stands for no debt. */
DS_MUST_CHECK bool ds_leverage_mind(ds_world *w, ds_holder *holder);
DS_MUST_CHECK bool ds_lever(ds_world *w, ds_holder *holder);
/* Behind the staking and minting of the same review: the holder's liquid DIEM is deposited. */
DS_MUST_CHECK bool ds_lever_diem(ds_world *w, ds_holder *holder);
/* Undoes a step of both loans. */
DS_MUST_CHECK bool ds_unlever(ds_world *w, ds_holder *holder);

#endif
