/*
 * Staking VVV and DIEM, cooldowns, and what stakers earn. Emission and fees are shared by per-share
 * accumulators: a distribution costs the same whatever the population, and a holder's part is exact
 * when the holder is next settled. Rounding favours the protocol; the dust stays in DS_REWARDS.
 */
#ifndef DS_DIEM_STAKING_H
#define DS_DIEM_STAKING_H

#include "world.h"

/* Emission up to now is minted and shared, fees set aside for stakers and minters are shared.
 * Before any change of what is staked, locked or emitted a year. */
DS_MUST_CHECK bool ds_staking_accrue(ds_world *w);
/* Emission since it was last minted, and the protocol's part of it: what
 * accruing now would book. For who only looks, so that looking changes nothing. */
typedef struct ds_unbooked {
    ds_amount emitted, protocol;
} ds_unbooked;
ds_unbooked ds_staking_unbooked(const ds_world *w);
/* What a holder has earned becomes liquid. Before any change of the holder's stake. */
DS_MUST_CHECK bool ds_staking_settle(ds_world *w, ds_holder *holder);

DS_MUST_CHECK bool ds_stake(ds_world *w, ds_holder *holder, ds_amount amount);
/* Begins a cooldown, or adds to the one that runs and restarts it; the amount stops earning now. */
DS_MUST_CHECK bool ds_unstake(ds_world *w, ds_holder *holder, ds_amount amount);
/* Credit needs at least staking.diem_minimum staked; a smaller total stays liquid. */
DS_MUST_CHECK bool ds_stake_diem(ds_world *w, ds_holder *holder, ds_amount amount);
DS_MUST_CHECK bool ds_unstake_diem(ds_world *w, ds_holder *holder, ds_amount amount);

/* After any change of the DIEM that holders or consumers stake: follows the credit it gives. */
void ds_credit_changes(ds_world *w);

/* Handlers: the earliest cooldown ends. */
bool ds_cooldown_ends(void *world);
bool ds_diem_cooldown_ends(void *world);

/* What locked sVVV keeps becomes `next` behind this; emission has been accrued up to now. */
void ds_staking_keeps(ds_world *w, double next);

/* Keeps the histogram that the Gini coefficient of stake is read from. */
void ds_stake_counted(ds_world *w, ds_amount before, ds_amount after);
double ds_stake_gini(const ds_world *w);

/* Base APR of an unlocked sVVV from emission, 1/yr; 0 while nothing is staked. */
double ds_emission_apr(const ds_world *w);

#endif
