/* Rounds of a protocol within a policy's memory: they begin with the policy, and what an epoch
 * does not complete goes on into the next. */
#ifndef DS_MODELS_ROUNDS_H
#define DS_MODELS_ROUNDS_H

#include <math.h>

/* Whole rounds of that length since *began, which moves on by them. Epochs a day apart make a
 * round of a day, whatever their times round to. */
static inline double ds_rounds_since(double *began, double now, double length)
{
    const double rounds = fmax(0, floor((now - *began) / length + 1e-9));
    *began += rounds * length;
    return rounds;
}

#endif
