/*
 * What a calibration aims at: observations that fall on what a model records, as statistics. A
 * quantity that was seen a few times is compared row by row; one that was seen often by its mean,
 * its deviation, how it changes from row to row, and its last value, all at the times of the rows.
 */
#ifndef DS_ANALYSIS_TARGET_H
#define DS_ANALYSIS_TARGET_H

#include "sim/core/model.h"
#include "sim/io/observations.h"

enum { DS_TARGET_ROWS = 12 }; /* of a quantity, that are compared one by one */

/* An observation, and between which grid times it lies: at `part` of the way from `time`. */
typedef struct ds_target_row {
    size_t metric, time;
    double part, when, value;
} ds_target_row;

typedef struct ds_target {
    ds_target_row *row; /* by metric, then by time */
    size_t rows;
    size_t statistics;
    const char **name; /* [statistics] */
    double *observed;  /* [statistics] */
    size_t *first;     /* [quantities + 1]: its rows */
    size_t quantities;
    size_t unknown, outside; /* rows left out: of no metric; when the model records nothing of it */
    const char *unknown_name; /* of no metric: the first that is like one, else the first, */
    const char *meant;        /* and the metric that it is like; NULL: none */
} ds_target;

/* What is returned lives as long as the pool. Fails where nothing is left. */
DS_MUST_CHECK bool ds_target_of(ds_pool *pool, const ds_observations *observed,
                                const ds_model *model, const ds_frame *frame, ds_target *target,
                                ds_status *st);

/* Statistics of values[rows]; NAN where a value is that. */
void ds_target_statistics(const ds_target *target, const double *values, double *statistics);

#endif
