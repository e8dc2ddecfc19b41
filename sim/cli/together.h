/*
 * What a result says of its replicas together, against the same computed anew: the summaries of
 * metrics, and how a rule ended the run. Summaries are of the series in the file where it has them,
 * else of the batches of a run that is repeated. In memory at a time: some series of one metric, or
 * the reductions of the points whose batches are under way.
 */
#ifndef DS_CLI_TOGETHER_H
#define DS_CLI_TOGETHER_H

#include "sim/run/plan.h"

typedef struct ds_together_row ds_together_row;

typedef struct ds_together {
    ds_result *result;
    const ds_result_info *about;
    const ds_plan *plan;
    const size_t *metric;  /* [variables]: of the model */
    ds_together_row *rows; /* points of which some batches have come, others not yet */
    size_t row_count;
    double *stored;  /* the summary of a metric at a point */
    double *watched; /* [points][replicas], where a rule ended the run */
    size_t point;    /* the first that differs, once there is a text */
    char text[600];
} ds_together;

/* A number of the file and one that is computed anew: the same bits, or no number both. */
bool ds_together_same(double stored, double now);

/* `metric` stays with the caller. To be closed whatever happens. */
DS_MUST_CHECK bool ds_together_open(ds_together *t, ds_result *result, const ds_plan *plan,
                                    const size_t *metric, ds_status *st);
void ds_together_close(ds_together *t);
/* Of memory at most: for series that the file has, or where a run is repeated. */
double ds_together_bytes(const ds_plan *plan, unsigned threads);

/* A batch of the run that is repeated; each of those that the file has replicas of comes once. */
DS_MUST_CHECK bool ds_together_take(ds_together *t, const ds_batch *batch, ds_status *st);

/* False: something differs, the first of it told. `all`: every batch has come. */
DS_MUST_CHECK bool ds_together_check(ds_together *t, bool all, ds_status *st);

#endif
