/*
 * Logit choice (McFadden 1974): each option is worth what it weighs plus a shock of the agent's
 * own, and the best is taken. Written as a race: an exponential for each option, the least one over
 * its weight wins, which is the same law. The shocks belong to the agent, the turn and the option,
 * so under another rule the same agent chooses the same unless the weights have changed enough to
 * matter to it; with one uniform over the summed weights, a change of one would move all behind it.
 */
#ifndef DS_DIEM_TASTE_H
#define DS_DIEM_TASTE_H

#include "sim/core/real.h"
#include "sim/core/rng.h"

#include <math.h>

/* One word an option. An option of weight 0 is not taken; one weight at least is above 0. */
static inline int ds_taste_pick(const double *weight, int options, ds_rng *shocks)
{
    double least = INFINITY;
    int pick = 0;
    for (int i = 0; i < options; i++) {
        const double time = -ds_log(ds_rng_open(shocks)) / weight[i];
        pick = time < least ? i : pick;
        least = fmin(time, least);
    }
    return pick;
}

#endif
