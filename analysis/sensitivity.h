/*
 * Which axes of a sweep a figure depends on. Of a Saltelli design: Sobol' indices; of a Morris
 * design: elementary effects; of a grid: the parts of the variance over its points, exactly; of
 * points spread otherwise (lhs, sobol): standardised rank regression coefficients (Saltelli &
 * Sobol' 1995), which say how much a figure that rises or falls throughout does so along each axis.
 * The value of a point is the mean over its replicas, of a metric at the end or of an outcome.
 */
#ifndef DS_ANALYSIS_SENSITIVITY_H
#define DS_ANALYSIS_SENSITIVITY_H

#include "estimate.h"
#include "sim/io/store.h"
#include "table.h"

typedef enum ds_sensitivity_method {
    DS_SENSITIVITY_SOBOL,  /* first, total */
    DS_SENSITIVITY_MORRIS, /* mu, mu_star, sigma */
    DS_SENSITIVITY_GRID,   /* first, total; of the grid's points, without intervals */
    DS_SENSITIVITY_RANKS,  /* rank */
} ds_sensitivity_method;

typedef struct ds_sensitivity_axis {
    const char *path, *unit;        /* unit NULL: words */
    double low, high;               /* values it takes; NAN: words */
    ds_estimate first, total;       /* shares of the variance */
    ds_estimate mu, mu_star, sigma; /* for the whole range of the axis */
    ds_estimate rank;               /* standardised rank regression coefficient */
    ds_estimate weight;             /* what a tornado chart shows: total, mu_star or rank */
} ds_sensitivity_axis;

/* One figure of one group of points: those of one variant and branch. */
typedef struct ds_sensitivity {
    const char *of, *unit;
    const char *group; /* "variant", "variant, branch"; NULL: there is one group */
    ds_sensitivity_method method;
    size_t points, empty;       /* of these, without a value */
    ds_estimate mean, variance; /* over the points */
    double determination;       /* RANKS: R^2 of the ranks; below 0.7 coefficients say little */
    ds_sensitivity_axis *axis;  /* in the order of the design */
    size_t axes;
    ds_estimate *second; /* [axes][axes], i < k; NULL: the design has no second order */
    bool none;           /* nothing can be said: why */
    char why[160];
} ds_sensitivity;

typedef struct ds_sensitivities {
    ds_sensitivity *item; /* of all groups, each with all figures */
    size_t count;
    ds_sensitivity_method method;
    struct ds_sensitivity_memory *memory;
} ds_sensitivities;

typedef struct ds_sensitivity_query {
    ds_result *result;
    const char *const *of; /* metrics and outcomes; ends with NULL */
    double level;
} ds_sensitivity_query;

/* Fails where the points are of no design that says anything of axes, and where a name is none. */
DS_MUST_CHECK bool ds_sensitivities_of(ds_sensitivities *all, const ds_sensitivity_query *query,
                                       ds_status *st);
void ds_sensitivities_free(ds_sensitivities *all);

#endif
