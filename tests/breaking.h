/* Toy replicas of which it is known at what depth they break, for the search for that depth. */
#ifndef DS_TESTS_BREAKING_H
#define DS_TESTS_BREAKING_H

#include "sim/core/rng.h"
#include "sim/run/breaking.h"

#include <check.h>
#include <math.h>

/* A replica holds while the depth is below one of its own: uniform in [0, 1], or, where it is not
 * the same at every depth, drawn anew at each. */
typedef struct toy {
    uint64_t seed;
    bool anew; /* no common random numbers */
    bool never, always, wavy;
    size_t asked, simulated, most_at_once;
} toy;

static inline double level_of(const toy *t, double depth, size_t replica, size_t property)
{
    uint64_t bits = 0;
    if (t->anew)
        bits = (uint64_t)(depth * 1e6);
    ds_rng rng = ds_rng_stream(t->seed + 7919 * bits, (uint32_t)replica, (uint32_t)property, 0);
    return ds_rng_uniform(&rng);
}

static inline bool holds(const toy *t, double depth, size_t replica, size_t property)
{
    if (t->never || t->always)
        return t->always;
    if (t->wavy && depth > 0.3 && depth < 0.4) /* a dip on the way */
        return false;
    return depth <= level_of(t, depth, replica, property);
}

static inline bool simulate(void *owner, double depth, size_t first, size_t count,
                            ds_depth_count *sum, ds_status *st)
{
    toy *const t = owner;
    (void)st;
    t->asked++;
    t->simulated += count;
    for (size_t r = first; r < first + count; r++) {
        sum->finished++;
        for (size_t p = 0; p < 2; p++)
            sum->held[p] += holds(t, depth, r, p);
    }
    return true;
}

static const double required[2] = {0.8, 0.9};

static inline ds_breaking search_of(toy *t)
{
    return (ds_breaking){.mild = 0,
                         .deep = 1,
                         .properties = 2,
                         .required = required,
                         .first = 64,
                         .most = 1024,
                         .depths = 14,
                         .confidence = 0.95,
                         .simulate = simulate,
                         .owner = t};
}

/* P(holds at x) = 1 - x of each: the second property, which asks for 0.9, breaks at 0.1. */
static const double truth = 0.1;

/* How many of so many brackets miss, and how wide they are on average. */
static inline size_t misses(bool anew, size_t times, double *width)
{
    size_t wrong = 0;
    ds_status st = {0};
    for (size_t i = 0; i < times; i++) {
        ds_bracket found;
        toy t = {.seed = 1000 + i, .anew = anew};
        const ds_breaking b = search_of(&t);
        ck_assert(ds_breaking_search(&b, &found, &st));
        wrong += found.holds > truth || found.breaks <= truth;
        *width += (found.breaks - found.holds) / (double)times;
    }
    return wrong;
}

#endif
