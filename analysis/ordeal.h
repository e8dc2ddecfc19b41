/*
 * A stress test that has run: every point of a result but the first under every threshold, beside
 * the first, which is the same without a shock.
 */
#ifndef DS_ANALYSIS_ORDEAL_H
#define DS_ANALYSIS_ORDEAL_H

#include "table.h"
#include "threshold.h"

typedef struct ds_ordeal {
    ds_fared fared;
    ds_estimate change; /* of the share that holds, from that at the first point: over pairs of
                           replicas, which met the same random numbers (contrast.h). None of the
                           first point */
} ds_ordeal;

typedef struct ds_ordeals {
    const ds_result_info *about;
    size_t points, thresholds; /* the first point is the calm one */
    ds_ordeal *ordeal;         /* [points][thresholds] */
    bool *idle;                /* [points]: no replica differs from the first point's in anything
                                  that was looked at, nor in its number of events */
    size_t failed;             /* replicas */
    double level;
} ds_ordeals;

/* Free what it made, also after a failure. */
DS_MUST_CHECK bool ds_ordeals_of(ds_result *result, const ds_threshold *thresholds, size_t count,
                                 double level, ds_ordeals *ordeals, ds_status *st);
void ds_ordeals_free(ds_ordeals *ordeals);

const ds_ordeal *ds_ordeals_at(const ds_ordeals *ordeals, size_t point, size_t threshold);
/* What is said of a point: a threshold that fails before one that is undecided. */
ds_fate ds_ordeals_fate(const ds_ordeals *ordeals, size_t point);
/* Points but the first of such a fate. */
size_t ds_ordeals_count(const ds_ordeals *ordeals, ds_fate fate);

/* Points down, thresholds across: in what percentage of replicas each holds, with a mark. Frees
 * with ds_ordeals_grid_free. */
typedef struct ds_ordeals_grid {
    ds_table table;
    ds_table_column *column;
} ds_ordeals_grid;
DS_MUST_CHECK bool ds_ordeals_grid_of(const ds_ordeals *ordeals, ds_ordeals_grid *grid,
                                      ds_status *st);
void ds_ordeals_grid_free(ds_ordeals_grid *grid);

/* Replicas that would show what holds in each of those there are; 0 where that is shown. */
size_t ds_ordeals_needs(const ds_ordeals *ordeals);

/* A row a point and threshold; where `trouble`, only those that fail, or are undecided with some
 * replica in which they do not hold. */
void ds_ordeals_table(const ds_ordeals *ordeals, bool trouble, ds_table *table);

#endif
