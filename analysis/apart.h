/*
 * How replicas that are the worst by one figure differ from the others by other figures: the
 * difference of the means in standard deviations of all replicas (a standardised difference, Cohen
 * 1988, about the whole population), and whether there is one. Which replicas are the worst is part
 * of the sample: it is decided anew in every resample, and the replica on the edge belongs to them
 * in part, as in tail.h.
 */
#ifndef DS_ANALYSIS_APART_H
#define DS_ANALYSIS_APART_H

#include "estimate.h"
#include "sim/core/status.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct ds_apart_query {
    const double *values; /* [figures][count], replicas from the worst on; NAN: none */
    size_t count, figures;
    double share; /* of replicas that are not among the worst, as 0.95 */
    double level;
    uint64_t seed; /* see bootstrap.h */
    uint32_t stream;
    size_t resamples; /* 0: DS_BOOTSTRAP_RESAMPLES, fewer where each is dear */
} ds_apart_query;

/*
 * Fills difference[figures], with intervals by bootstrap-t, and p[figures]: two-sided probability
 * of such a difference if there were none, of Welch's test on ranks, which neither skewness nor
 * long tails mislead (Zimmerman & Zumbo 1993).
 */
DS_MUST_CHECK bool ds_apart_of(ds_estimate *difference, double *p, const ds_apart_query *query,
                               ds_status *st);

/* Whole replicas that are among the worst. */
size_t ds_apart_inside(size_t count, double share);

#endif
