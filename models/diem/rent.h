/*
 * The rental market of DIEM-days: owners of staked DIEM who do not use its credit rent it out by
 * the day, consumers who would rather not own DIEM rent it. One price a day moves with what is
 * wanted over what is offered; where more is wanted than offered, all get the same part. What is
 * paid reaches owners by a per-share index a day and cohort, so an epoch costs nothing a holder.
 */
#ifndef DS_DIEM_RENT_H
#define DS_DIEM_RENT_H

#include "world.h"

void ds_rent_place(ds_world *w, ds_arena *arena);
void ds_rent_begin(ds_world *w);
/* Once a day: the price moves, the day's rent is paid in advance and shared out. */
DS_MUST_CHECK bool ds_rent_epoch(ds_world *w);

/* What a holder's DIEM has earned becomes liquid USD. Before any change of its staked DIEM. */
DS_MUST_CHECK bool ds_rent_settle(ds_world *w, ds_holder *holder);
/* A holder's staked DIEM has changed. */
void ds_rent_staked(ds_world *w, const ds_holder *holder, ds_amount by);

/* A consumer wants to rent so much credit a day from the next epoch on. */
void ds_rent_want(ds_world *w, ds_consumer *consumer, ds_amount want);
/* The part of that which is let at present: what it plans with. */
ds_amount ds_rent_planned(const ds_world *w, const ds_consumer *consumer);
/* What it has today: of what it wanted when the day began. */
ds_amount ds_rent_granted(const ds_world *w, const ds_consumer *consumer);

/* USD a DIEM-day. */
double ds_rent_price(const ds_world *w);
/* The credit of a DIEM has changed within the day, by this ratio: what is rented buys less. */
void ds_rent_devalued(ds_world *w, double ratio);

/* Part of its credit that a holder of the cohort offers, and USD a day that a staked DIEM brings
 * by use and rent. */
double ds_rent_offer(const ds_world *w, uint32_t cohort);
double ds_credit_worth(const ds_world *w, uint32_t cohort);

#endif
