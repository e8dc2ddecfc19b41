/*
 * A heat map: a threshold, or the weakest of several, over a grid of two parameters. Cells are of
 * the points of a result whose design is such a grid.
 */
#ifndef DS_ANALYSIS_HEAT_H
#define DS_ANALYSIS_HEAT_H

#include "table.h"
#include "threshold.h"

typedef struct ds_heat_axis {
    const char *path, *unit; /* of the parameter, of the result */
    size_t count;
    double *value; /* [count], ascending */
} ds_heat_axis;

typedef struct ds_heat {
    ds_heat_axis x, y;
    ds_fared *cell; /* [y.count][x.count]; share.value NAN: the design has no such point */
} ds_heat;

/* Whether a design is a grid of two parameters that are numbers, which `ds_heat_of` can draw: every
 * pair of values at most once, and nothing else that varies. */
bool ds_heat_fits(const ds_result_info *about);

/* The worst of the thresholds at each point: one that fails before one that is undecided before one
 * that passes, then the one with the least share in relation to what is asked. The first
 * coordinate is x. Free what it made, also after a failure. */
DS_MUST_CHECK bool ds_heat_of(ds_result *result, const ds_threshold *thresholds, size_t count,
                              double level, ds_heat *heat, ds_status *st);
void ds_heat_free(ds_heat *heat);

/* For a terminal: values of y downwards, the largest first, of x along the bottom; in between the
 * shares in percent, marked `x` where a threshold fails and `?` where it is undecided. */
void ds_heat_draw(FILE *out, const ds_heat *heat);
/* A row a cell with everything in it, for CSV. */
void ds_heat_list(const ds_heat *heat, ds_table *table);

#endif
