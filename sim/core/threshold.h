/*
 * What must hold of a replica, and in what share of replicas: a bound on an outcome, or on a metric
 * at the end. Models give defaults, scenarios their own (sim/io/thresholds.h).
 */
#ifndef DS_CORE_THRESHOLD_H
#define DS_CORE_THRESHOLD_H

#include <float.h>
#include <math.h>
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

/* Most metrics are kept in single precision, in which 0.2 is more than 0.2: a value that is the
 * bound as that keeps it is the bound. */
static inline double ds_bound_for(double bound, double value)
{
    const double size = fabs(bound);
    return size >= (double)FLT_MIN && size <= (double)FLT_MAX && (double)(float)bound == value
               ? value
               : bound;
}

/* A value that is not defined holds nothing. */
static inline bool ds_threshold_holds(const ds_threshold *t, double value)
{
    const double low = t->outcome ? t->at_least : ds_bound_for(t->at_least, value);
    const double high = t->outcome ? t->at_most : ds_bound_for(t->at_most, value);
    return value >= low && value <= high;
}

/* Whether a value is beyond a bound, above it or below. */
static inline bool ds_beyond(double value, double bound, bool below)
{
    const double edge = ds_bound_for(bound, value);
    return below ? value < edge : value > edge;
}

#endif
