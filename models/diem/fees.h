/*
 * Who pays for a job, who is paid, and the treasury. A job is paid in this order: the account's
 * DIEM credit of the day, bundled credit, USD. Shares of the fee-split policy divide the USD; of
 * what credit paid only the providers' share is owed, by the treasury, which pays late when it is
 * empty: the provider that has waited longest first.
 */
#ifndef DS_DIEM_FEES_H
#define DS_DIEM_FEES_H

#include "world.h"

/* A job of that worth at list price, charged at the price of the pricing policy. */
DS_MUST_CHECK bool ds_bill(ds_world *w, uint32_t provider, uint32_t consumer, ds_amount list);

/* Once a day: yesterday's credit expires, the treasury buys and burns, trailing sums move on. */
DS_MUST_CHECK bool ds_fees_epoch(ds_world *w);

/* Days the treasury lasts at its trailing net outflow, at most 36500. */
double ds_runway(const ds_world *w);

#endif
