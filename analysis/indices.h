/*
 * Sobol' indices: which share of an output's variance comes from each axis of a Saltelli design,
 * alone (first order) and with all that it does together with others (total). Outputs are in the
 * order of the design's points (sim/io/designs.h): rows of A, A with the i-th axis of B, with
 * second order also B with the i-th axis of A, and B. Where the model itself is random, give means
 * over replicas on common random numbers: noise that points do not share counts as interaction.
 */
#ifndef DS_ANALYSIS_INDICES_H
#define DS_ANALYSIS_INDICES_H

#include "estimate.h"
#include "sim/core/status.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct ds_indices_query {
    const double *output; /* [rows][2 + axes], with second order [rows][2 + 2 axes] */
    size_t rows, axes;
    bool second_order;
    double level;
    uint64_t seed; /* of the intervals' resamples, see bootstrap.h */
    uint32_t stream;
    size_t resamples; /* 0: 999 */
} ds_indices_query;

typedef struct ds_indices {
    size_t axes, rows; /* rows without NAN: only these are used */
    ds_estimate mean, variance;
    ds_estimate *first, *total; /* [axes], shares of the variance; NAN where there is none */
    ds_estimate *second;        /* [axes][axes], i < k; NULL without second order */
} ds_indices;

/*
 * First order as Saltelli et al. (2010), table 2 (b), total as Jansen (1999), second order as
 * Saltelli (2002); of outputs less their mean, on which they do not depend. Intervals are those of
 * rows drawn again (percentile); with rows of Sobol' points they cover more than they say, since
 * such rows err less than independent ones. Indices are not cut to [0, 1].
 */
DS_MUST_CHECK bool ds_indices_of(ds_indices *indices, const ds_indices_query *query, ds_status *st);
void ds_indices_free(ds_indices *indices);

#endif
