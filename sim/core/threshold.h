/*
 * What must hold of a replica, and in what share of replicas: a bound on an outcome, or on a metric
 * at the end. Models give defaults, scenarios their own (sim/io/thresholds.h).
 */
#ifndef DS_CORE_THRESHOLD_H
#define DS_CORE_THRESHOLD_H

#include <stdbool.h>
#include <stddef.h>

typedef struct ds_threshold {
    const char *name;
    const char *of;           /* an outcome, or a metric: its value at the end */
    double at_least, at_most; /* -INFINITY, INFINITY: not bounded on that side */
    double share;             /* of replicas that it must hold in, in (0, 1) */
    const char *doc, *source; /* of a model's default; source NULL: an assumption. Else NULL */
    bool outcome;             /* what `of` is, */
    size_t number;            /* which one in its table, and its unit: */
    const char *unit;         /* not of a model's table */
} ds_threshold;

/* A value that is not defined holds nothing. */
static inline bool ds_threshold_holds(const ds_threshold *threshold, double value)
{
    return value >= threshold->at_least && value <= threshold->at_most;
}

#endif
