/*
 * What each kind of shock does. A factor that has changed is passed on to whatever depends on it
 * within the hour; the other kinds bring whom an occurrence struck to its level, and change only
 * through the mechanisms of compute, market and staking.
 */
#ifndef DS_DIEM_SHOCK_EFFECTS_H
#define DS_DIEM_SHOCK_EFFECTS_H

#include "shocks.h"

/* A factor takes another value. */
void ds_shock_factor_set(ds_world *w, ds_shock_kind kind, double factor);

/* An occurrence strikes: who is there to be struck. */
void ds_shock_aim(ds_world *w, const ds_shock_config *config, ds_shock *shock);
/* It moves to `level`; its own still says the one before. */
DS_MUST_CHECK bool ds_shock_follow(ds_world *w, const ds_shock_config *config, ds_shock *shock,
                                   double level);

/* When the next holder of a herd unstakes; INFINITY when all have. */
double ds_shock_herd_next(const ds_shock_config *config, const ds_shock *shock);

#endif
