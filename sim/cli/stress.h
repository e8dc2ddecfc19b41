/* What the ways of `diemsim stress` share. */
#ifndef DS_CLI_STRESS_H
#define DS_CLI_STRESS_H

#include "launch.h"

#define DS_STRESS_LEVEL 0.95 /* of all that is said */

/* The thresholds that --threshold names, all by default; made[DS_THRESHOLDS_MOST]. */
DS_MUST_CHECK bool ds_stress_choose(const ds_args *args, const ds_thresholds *all,
                                    ds_threshold *made, size_t *count, ds_status *st);

/* Names of thresholds, and whether what they bound will be there. */
DS_MUST_CHECK bool ds_stress_able(const ds_args *args, const ds_scenario *scenario, ds_status *st);

/* --break */
DS_MUST_CHECK bool ds_stress_break(const ds_args *args, ds_status *st);

#endif
