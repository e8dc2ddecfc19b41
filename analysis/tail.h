/*
 * Value at risk and expected shortfall over replicas: the figure that the worst few replicas reach
 * or pass, and their mean. At a share of 0.95 "the worst" are 5 % of replicas, on the side that is
 * said to be bad. Value at risk has an interval of order statistics; expected shortfall one by
 * resampling (bootstrap-t over the asymptotic error), since the plain asymptotic interval covers 80
 * to 90 % where it says 95 % and ten replicas lie in the tail. Both are refused where the tail
 * holds too few replicas, with how many are needed. Where the tail falls as slowly as a Pareto one
 * of index 4 or less, DS_DOUBT_SKEWED: the interval of 95 % then covers about 92 %.
 */
#ifndef DS_ANALYSIS_TAIL_H
#define DS_ANALYSIS_TAIL_H

#include "bootstrap.h"
#include "estimate.h"

typedef enum ds_side { DS_SIDE_HIGH, DS_SIDE_LOW } ds_side; /* which values are bad */

enum {
    DS_TAIL_LEAST = 10, /* replicas in the tail for an expected shortfall */
    DS_TAIL_GOOD = 50,  /* below it, DS_DOUBT_THIN */
};

typedef struct ds_tail_query {
    ds_side worst;
    double share; /* in [0.5, 1): 0.95 looks at the worst 5 % */
    double level; /* of the intervals */
    size_t group; /* replicas that are dependent, see estimate.h */
    uint64_t seed;
    uint32_t stream; /* see bootstrap.h */
} ds_tail_query;

typedef struct ds_tail {
    double beyond; /* replicas that the worst part of the sample has, need not be whole */
    ds_estimate risk, shortfall;        /* NAN where refused */
    size_t risk_needs, shortfall_needs; /* replicas below which each is refused */
} ds_tail;

/* Values ascending without NAN, as ds_sort leaves them. Value at risk is the quantile (interval.h),
 * expected shortfall the mean of the worst 1 - share of the sample, the replica on the edge in part
 * (Acerbi & Tasche 2002); its error is that of Manistre & Hancock (2005). */
DS_MUST_CHECK bool ds_tail_of(const double *sorted, size_t count, const ds_tail_query *query,
                              ds_tail *tail, ds_status *st);

/* Replicas below which each is refused: for risk, those that bound the quantile on both sides. */
size_t ds_tail_risk_needs(double share, double level);
size_t ds_tail_shortfall_needs(double share);

/* Mean of the worst 1 - share of ascending values and its asymptotic error; any count. */
ds_figure ds_expected_shortfall(const double *sorted, size_t count, ds_side worst, double share);

#endif
