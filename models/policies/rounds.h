/* Rounds of a protocol within a policy's memory: they begin with the policy, and what an epoch
 * does not complete goes on into the next. */
#ifndef DS_MODELS_ROUNDS_H
#define DS_MODELS_ROUNDS_H

#include <math.h>
#include <stdbool.h>

/* Two numbers of the memory: when the round under way began, and its length. */
static inline void ds_rounds_begin(double round[2], double now, double length)
{
    round[0] = now;
    round[1] = length;
}

/* Whole rounds of that length since the one under way began, which is then another. Epochs a day
 * apart make a round of a day, whatever their times round to. Where rounds have become shorter,
 * what has passed of one is no more than one: a new length is none of the time before it. */
static inline double ds_rounds_since(double round[2], double now, double length)
{
    const double rounds = fmax(0, floor((now - round[0]) / length + 1e-9));
    const bool changed = length != round[1];
    round[1] = length;
    if (changed && rounds > 1) {
        round[0] = now;
        return 1;
    }
    round[0] += rounds * length;
    return rounds;
}

#endif
