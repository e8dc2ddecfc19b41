/*
 * Isolated lending markets: dollars against VVV, and dollars against DIEM, as in Morpho Blue.
 * Off unless a scenario says otherwise. Lenders are one institution a market; a loan is a slot of a
 * column, with collateral and shares of the market's debt, so that interest is one number a market:
 * a share owes lent / shares. Loans stand in a tree by collateral over shares, which interest does
 * not disturb: the first is the one that a falling price reaches first (liquidation.h). Amounts
 * round in the lenders' favour. Only this file and liquidation.c change loans.
 */
#ifndef DS_DIEM_LENDING_H
#define DS_DIEM_LENDING_H

#include "market.h"

/* One loan: a market, and a slot of its column. */
typedef struct ds_loan_at {
    ds_lending_market market;
    uint32_t slot;
} ds_loan_at;

const ds_lending_market_config *ds_lending_of(const ds_diem_config *config, ds_lending_market m);
/* Loans a market has room for: borrowers from outside, and one a holder of cohorts that borrow. */
uint32_t ds_loan_slots(const ds_world *w, ds_lending_market m);
void ds_lending_place(ds_world *w, ds_arena *arena);
void ds_lending_reset(ds_world *w);

/* Lenders' dollars and the first loans. Behind ds_market_begin, before holders get what is left. */
DS_MUST_CHECK bool ds_lending_begin(ds_world *w);
void ds_lending_pace(ds_world *w); /* the rate of reviews, as the config of now says */
/* Interest up to now, and what lenders remember of losses. */
DS_MUST_CHECK bool ds_lending_hour(ds_world *w, double dt);
bool ds_lender_review(void *world); /* handler */

ds_asset ds_collateral_of(ds_lending_market m);
/* Price that loans are judged by: of VVV at the outside venue; of DIEM, its averaged price in VVV
 * times that. */
double ds_lending_price(const ds_world *w, ds_lending_market m);
double ds_lending_utilization(const ds_world *w, ds_lending_market m);
double ds_borrow_rate(const ds_world *w, ds_lending_market m); /* now, 1/yr */
double ds_supply_rate(const ds_world *w, ds_lending_market m); /* what lenders get, 1/yr */

/* Brings a market's interest up to now. What follows reads amounts as of the last call. */
DS_MUST_CHECK bool ds_lending_accrue(ds_world *w, ds_lending_market m);
const ds_loan *ds_loan_of(const ds_world *w, ds_loan_at at);
ds_amount ds_loan_debt(const ds_world *w, ds_loan_at at); /* rounded up */
/* Whether debt is above collateral * price * LLTV. */
bool ds_loan_crossed(const ds_world *w, ds_loan_at at);

ds_cell ds_collateral_cell(ds_world *w, ds_loan_at at);
/* After the collateral in the cell has been changed by a trade. */
void ds_loan_changed(ds_world *w, ds_loan_at at);
/* The caller sees to it that the loan stays safe: between a borrowing and the deposit of what it
 * bought, it need not be. */
DS_MUST_CHECK bool ds_loan_deposit(ds_world *w, ds_loan_at at, ds_cell from, ds_amount amount);
DS_MUST_CHECK bool ds_loan_withdraw(ds_world *w, ds_loan_at at, ds_cell to, ds_amount amount);
/* At most what the market has. */
DS_MUST_CHECK bool ds_loan_borrow(ds_world *w, ds_loan_at at, ds_cell to, ds_amount amount);
/* At most the debt; a payment of all of it leaves no share. */
DS_MUST_CHECK bool ds_loan_repay(ds_world *w, ds_loan_at at, ds_cell from, ds_amount amount);
/* Debt that nothing stands behind is taken off what lenders have. */
void ds_loan_write_off(ds_world *w, ds_loan_at at);

/* Loans and markets against the ledger: O(loans). */
DS_MUST_CHECK bool ds_lending_audit(const ds_world *w, ds_status *st);

#endif
