/*
 * The plan of an experiment: every (point, replica) of a scenario, its configs, what it is expected
 * to cost, and the experiment as the store sees it. Two plans of one scenario are equal.
 */
#ifndef DS_RUN_PLAN_H
#define DS_RUN_PLAN_H

#include "sim/io/scenario.h"
#include "sim/io/store.h"

typedef struct ds_plan {
    ds_scenario *scenario;
    ds_experiment experiment;
    const void **config; /* [points] */
    double *events;      /* [points]: expected in one replica */
    double all_events;
    size_t batches, replica_bytes; /* of the largest point */
    double splitting_bytes;        /* beside a replica, where it is a repetition of a splitting */
    double *time;
    const char **labels, **file_names, **file_texts;
    bool *none; /* [metrics]: what a splitting records */
    char identity[33];
    char doubt[160]; /* why the same may not come out elsewhere; empty: it does */
    /* Replica r of point p is drawn as number from + r + p * step: 0 and 0 where points meet the
     * same random numbers, as those of a result always do. */
    size_t number_from, number_step;
} ds_plan;

typedef struct ds_maker {
    const char *program, *version, *build;
} ds_maker;

/* Builds and checks the config of every point. To be freed whatever happens. */
DS_MUST_CHECK bool ds_plan_make(ds_plan *plan, ds_scenario *scenario, const ds_maker *maker,
                                ds_status *st);
void ds_plan_free(ds_plan *plan);

/* Batches in work at a time, so that threads need not wait for one that is being written. */
size_t ds_plan_slots(const ds_plan *plan, unsigned threads);
/* Memory of a run at most, in bytes, the program itself apart; a double, so that nothing overflows.
 */
double ds_plan_bytes(const ds_plan *plan, unsigned threads);
/* What it is likely to use, where replicas use that much of theirs. */
double ds_plan_bytes_used(const ds_plan *plan, unsigned threads, double replica);

#endif
