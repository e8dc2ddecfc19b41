/*
 * Standardised regression coefficients of ranks (Iman & Conover 1979; Saltelli & Sobol' 1995): by
 * how many of its standard deviations the rank of an output moves when that of an axis moves by one
 * of its own. They order axes where the output rises or falls throughout along each, which R^2
 * tells: below about 0.7 they say little.
 */
#ifndef DS_ANALYSIS_REGRESSION_H
#define DS_ANALYSIS_REGRESSION_H

#include "estimate.h"
#include "sim/core/status.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct ds_regression_query {
    const double *input;  /* [points][axes] */
    const double *output; /* [points]; NAN: the point is left out */
    size_t points, axes;
    double level;
} ds_regression_query;

/* Fills coefficient[axes]; NAN for an axis that does not vary, and for all of them where points are
 * too few or axes move together. Errors are those of the jackknife (Tukey 1958), points left out
 * and the others ranked anew, with Student's distribution: what regression itself says of its
 * errors takes an output that is no sum of ranks for noise, and covers far less. */
DS_MUST_CHECK bool ds_rank_regression(ds_estimate *coefficient, double *determination,
                                      const ds_regression_query *query, ds_status *st);

#endif
