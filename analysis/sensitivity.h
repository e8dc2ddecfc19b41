/*
 * Which axes of a sweep a figure depends on. Of a Saltelli design: Sobol' indices (indices.h); of a
 * Morris design: elementary effects (morris.h); of a grid: parts of the variance over its points
 * (factorial.h); of points spread otherwise (lhs, sobol): rank regression (regression.h). The value
 * of a point is the mean over its replicas, of a metric at the end or of an outcome.
 */
#ifndef DS_ANALYSIS_SENSITIVITY_H
#define DS_ANALYSIS_SENSITIVITY_H

#include "estimate.h"
#include "sim/io/store.h"
#include "table.h"

typedef enum ds_sensitivity_method {
    DS_SENSITIVITY_SOBOL,  /* first, total; second */
    DS_SENSITIVITY_MORRIS, /* mu, mu_star, sigma */
    DS_SENSITIVITY_GRID,   /* first, total; of the grid's points, without intervals */
    DS_SENSITIVITY_RANKS,  /* rank */
} ds_sensitivity_method;

typedef struct ds_sensitivity_axis {
    const char *path, *unit;        /* of the parameter; unit NULL: words */
    double low, high;               /* values it takes; NAN: words */
    ds_estimate first, total;       /* shares of the variance, alone and with all others */
    ds_estimate mu, mu_star, sigma; /* in the figure's unit, for the whole range of the axis */
    ds_estimate rank;               /* standardised rank regression coefficient; of two words the
                                       second by the alphabet is up, of more it is NAN */
    ds_estimate weight;             /* what a tornado chart shows: total, mu_star or rank */
} ds_sensitivity_axis;

/* One figure of one group of points: those of one variant and branch. */
typedef struct ds_sensitivity {
    const char *of, *unit;
    char *group; /* "variant" or "variant, branch"; NULL: there is one group */
    size_t first_point;
    size_t points, empty;       /* of these, without a value */
    ds_estimate mean, variance; /* over the points */
    double noise; /* squared error of a point's mean, without what common random numbers give all
                     points alike, over the variance over points. NAN: unknown */
    double determination; /* RANKS: R^2; below 0.7 coefficients say little (Saltelli et al. 2008) */
    ds_sensitivity_axis *axis; /* in the order of the design */
    size_t axes;
    ds_estimate *second; /* [axes][axes], i < k; NULL: the design has no second order */
    char why[200];       /* why there are no figures of the axes; empty: there are */
} ds_sensitivity;

typedef struct ds_sensitivities {
    ds_sensitivity_method method;
    ds_sensitivity *item; /* of all groups, each with all figures */
    size_t count;
    double level;
} ds_sensitivities;

typedef struct ds_sensitivity_query {
    ds_result *result;
    const char *const *of; /* metrics and outcomes that the result has */
    size_t count;
    double level;
} ds_sensitivity_query;

/* Fails where the points are of no design that says anything of axes. */
DS_MUST_CHECK bool ds_sensitivities_of(ds_sensitivities *all, const ds_sensitivity_query *query,
                                       ds_status *st);
void ds_sensitivities_free(ds_sensitivities *all);

/* ---- as tables ---- */

/* The axes of each figure, the weightiest first, at most so many; SIZE_MAX: all. Figures that have
 * none are left out. */
void ds_sensitivity_table(ds_table *table, const ds_sensitivities *all, size_t most);
/* Pairs of axes. No rows where the design has no second order. */
void ds_interaction_table(ds_table *table, const ds_sensitivities *all, size_t most);
unsigned ds_sensitivity_doubts(const ds_sensitivities *all);

#endif
