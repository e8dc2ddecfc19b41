/*
 * Elementary effects of a Morris design (Morris 1991): how much an output changes when one axis
 * moves by a step, from many places. mu: the mean effect; mu* of its size, which does not cancel
 * (Campolongo, Cariboni & Saltelli 2007): how much an axis matters; sigma: how much that depends on
 * the place, by curvature or by other axes.
 */
#ifndef DS_ANALYSIS_MORRIS_H
#define DS_ANALYSIS_MORRIS_H

#include "estimate.h"
#include "sim/core/status.h"

#include <stdbool.h>

typedef struct ds_morris_query {
    const double *output; /* [trajectories][axes + 1], in the order of the design's points */
    const double *unit;   /* [trajectories][axes + 1][axes]: where those points are, see
                             ds_design_at, or in the parameters' own units */
    size_t trajectories, axes;
    double level;
} ds_morris_query;

typedef struct ds_morris_axis {
    size_t effects;      /* NAN outputs leave none */
    ds_estimate mu;      /* Student's t; per unit of the axis, the whole of it for ds_design_at */
    ds_estimate mu_star; /* Student's t, cut at 0 */
    ds_estimate sigma;   /* Bonett's, see estimate.h */
} ds_morris_axis;

/* Fills axis[axes]. An effect belongs to the one axis in which a point differs from the one before
 * it; where none or several do there is none. */
DS_MUST_CHECK bool ds_morris_of(ds_morris_axis *axis, const ds_morris_query *query, ds_status *st);

#endif
