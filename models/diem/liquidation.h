/*
 * Liquidation of loans: whose debt is above collateral * price * LLTV may be repaid by anybody, who
 * gets collateral of incentive times the worth (Morpho Blue). Liquidators have capital, watch every
 * trade and hour at the cost of one comparison a market, and act a block later, on one loan a
 * market and block: the first in the tree. They take as much of it as gains them the most when they
 * sell it into the pools at once, and nothing where that would not gain; the rest stays. A loan
 * whose collateral is spent is written off against its lenders.
 */
#ifndef DS_DIEM_LIQUIDATION_H
#define DS_DIEM_LIQUIDATION_H

#include "lending.h"

typedef struct ds_seizure {
    ds_amount seized, repaid; /* collateral, USD */
} ds_seizure;

/* What a liquidator gets who may repay up to `debt` and takes at most `most` of the collateral:
 * rounded for the lenders. Repaid is all of the debt where the collateral suffices. */
ds_seizure ds_seizure_of(const ds_loan *loan, ds_amount debt, double price, double incentive,
                         ds_amount most);

/* Collateral that a liquidator sells into the pools, to the last that still pays for its debt. */
ds_amount ds_seizure_most(const ds_world *w, ds_lending_market m);

/* Collateral over debt shares below which loans are liquidated: lent / (shares * price * LLTV). */
double ds_liquidation_threshold(const ds_world *w, ds_lending_market m);

void ds_liquidation_begin(ds_world *w);
/* After a price or a debt has changed. */
void ds_liquidation_watch(ds_world *w);
bool ds_liquidation(void *world); /* handler */

#endif
