/*
 * Results on disk: netCDF-4 in HDF5 with named dimensions (point, replica, time), units and meaning
 * on every variable, and provenance inside. The only room that knows HDF5.
 *
 * A run first writes *shards*, one a batch of replicas, into a folder beside the result: written as
 * `.part`, closed, reopened and checked against the digest, synced, renamed, the folder synced.
 * What is under its final name is whole, whatever killed the run. When all batches are there they
 * are joined into the result, which is made the same way. Equal runs give equal bytes: nothing in a
 * result depends on time, machine, threads, or how often the run was stopped.
 */
#ifndef DS_IO_STORE_H
#define DS_IO_STORE_H

#include "coordinate.h"
#include "reduction.h"
#include "sim/core/model.h"

enum { DS_STORE_ROWS = 16 }; /* a batch has a multiple of so many replicas */

typedef struct ds_provenance {
    const char *scenario; /* as written */
    const char *resolved; /* JSON, see scenario.h */
    const char *program, *version, *build;
    const char *doubt; /* why the same may not come out elsewhere; NULL: it does */
    uint64_t seed;
    size_t file_count;
    const char *const *file_names; /* files the scenario read besides itself, and their text */
    const char *const *file_texts;
} ds_provenance;

/* What every shard and the result of one experiment agree on. */
typedef struct ds_experiment {
    const char *title, *model;
    const ds_metric *metrics;  /* of the model */
    const bool *recorded;      /* one a metric; NULL: all */
    const ds_metric *outcomes; /* kind is of no meaning */
    size_t points, replicas, times;
    size_t group;                        /* replicas a group, see ds_frame_group; 0: as 1 */
    size_t batch_points, batch_replicas; /* of a batch; 0: one, DS_STORE_ROWS */
    const double *time;                  /* [times], days since `start`, or plain model time */
    double start;                        /* days since 1970-01-01 UTC; NAN: not dated */
    const char *const *labels;           /* [points] */
    const char *design;                  /* how points were chosen, where any coordinate varies */
    size_t coordinates;
    const ds_coordinate *coordinate;
    bool keep_paths; /* else the series of all replicas are reduced as they arrive */
    bool watches;    /* a number of each replica is kept for the rule that stops the run */
    ds_provenance provenance;
    const char *identity; /* as ds_store_identity says it, once it is known; or NULL */
} ds_experiment;

/* Results of a rectangle of replicas: [first, first + count) of points [point, point + points). */
typedef struct ds_batch {
    size_t number;
    size_t point, points, first, count;
    void **paths; /* one a metric, [points][rows][times], float or, of a wide metric, double; NULL:
                     not recorded, or not kept. Rows: see ds_store_rows; there may be room for more
                     points */
    struct ds_batch_locks *locks; /* of the reductions */
    ds_reduction **reduced; /* [points], cell (column, time) of the recorded metrics; NULL: kept */
    double *outcomes;       /* [points][count][outcomes] */
    double *watched;        /* [points][count], or NULL */
    uint8_t *state;         /* [points][count]: ds_replica_state */
    uint64_t *events;       /* [points][count] */
    int32_t *code;          /* [points][count]: ds_code of a failure */
    char **cause;           /* [points][count]: why it failed, for free(); NULL: it did not */
} ds_batch;

typedef enum ds_replica_state {
    DS_REPLICA_MISSING,
    DS_REPLICA_DONE,
    DS_REPLICA_FAILED
} ds_replica_state;

size_t ds_store_batches(const ds_experiment *experiment);
/* Number, points and replicas of a batch; the buffers are left alone. */
void ds_store_batch_range(const ds_experiment *experiment, size_t number, ds_batch *batch);
/* Rows of replicas that a batch of `count` has room for: whole chunks of the result. */
size_t ds_store_rows(const ds_experiment *experiment, size_t count);

/* Buffers for any batch of the experiment. To be freed whatever happens. */
DS_MUST_CHECK bool ds_batch_open(ds_batch *batch, const ds_experiment *experiment, ds_status *st);
void ds_batch_close(ds_batch *batch, const ds_experiment *experiment);
/* A batch without room for series, and the experiment without them that it is a batch of. */
DS_MUST_CHECK bool ds_batch_open_bare(ds_batch *batch, ds_experiment *bare,
                                      const ds_experiment *experiment, ds_status *st);
/* The batch of that number, nothing known of its replicas. */
void ds_batch_blank(ds_batch *batch, const ds_experiment *experiment, size_t number);
/* Keeps the series of a replica whose state, outcomes and watched value are set,
 * rows[times][metrics] as ds_replica_run fills them; all are rounded to what is stored. `index` is
 * that of its state. Different replicas may be put by different threads at a time. False: the batch
 * is spoiled. */
DS_MUST_CHECK bool ds_batch_put(ds_batch *batch, const ds_experiment *experiment, size_t index,
                                double *rows, ds_status *st);
double ds_batch_bytes(const ds_experiment *experiment);      /* of memory, about */
double ds_store_datasets(const ds_experiment *experiment);   /* of the result, about */
double ds_store_join_bytes(const ds_experiment *experiment); /* of memory while it is made, about */

/* Identity of an experiment: digest of scenario, seed, version, shape. 32 hex digits and NUL. */
void ds_store_identity(const ds_experiment *experiment, char identity[33]);

/* Shards are for any thread; joining and reading results for one at a time. */

/* A batch, whole or with replicas still missing. */
DS_MUST_CHECK bool ds_shard_write(const char *folder, const ds_experiment *experiment,
                                  const ds_batch *batch, ds_status *st);
/* Reads the batch's shard if there is one: *found tells. A shard of another experiment is refused
 * with both identities; one that fails its digest counts as not found. */
DS_MUST_CHECK bool ds_shard_read(const char *folder, const ds_experiment *experiment,
                                 ds_batch *batch, bool *found, ds_status *st);
/* The same without the series: what is known of each replica. */
DS_MUST_CHECK bool ds_shard_look(const char *folder, const ds_experiment *experiment,
                                 ds_batch *batch, bool *found, ds_status *st);

/* How a rule ended a run: the replicas that every point has, and the interval at each. */
typedef struct ds_stopping {
    size_t replicas;
    bool reached; /* else the most were run */
    const char *metric, *statistic;
    double confidence, half_width; /* as asked */
    double above, below;           /* what a probability is of; NAN: the other, or none */
    bool relative;
    const double *estimate, *low, *high; /* [points] */
} ds_stopping;

typedef struct ds_joined {
    size_t replicas, failed;
    char first_cause[256]; /* why the first failed replica failed, by index */
} ds_joined;
void ds_joined_cause(ds_joined *joined, const char *text); /* of the first: as much as fits */

/* Joins all shards into `path` (via `path`.part), with /summary and /outcomes. `stopping` NULL: all
 * replicas were to be run. If all have failed there is no result, but a failure with the cause. */
DS_MUST_CHECK bool ds_store_join(const char *folder, const ds_experiment *experiment,
                                 const ds_stopping *stopping, const char *path, ds_joined *joined,
                                 ds_status *st);

/* ---- reading ---- */

typedef struct ds_result ds_result;

typedef struct ds_variable {
    const char *name, *unit, *doc, *kind;
    bool wide;
} ds_variable;

typedef struct ds_result_info {
    const char *title, *model, *program, *version, *build, *scenario, *resolved, *digest;
    const char *identity; /* as ds_store_identity says it */
    const char *doubt;    /* why the same may not come out elsewhere; NULL: it does */
    uint64_t seed;
    size_t points, replicas, times, variables, outcomes, failed;
    size_t group; /* replicas a group, which are not independent of each other */
    const double *time;
    const char *time_units; /* CF, or "1" */
    const char *const *labels;
    const char *design; /* NULL, and no coordinates, where nothing varies */
    size_t coordinates;
    const ds_coordinate *coordinate;
    const ds_variable *variable; /* [variables]: what was recorded */
    const ds_variable *outcome;  /* [outcomes] */
    bool has_paths;
    const ds_stopping *stopping; /* NULL: no rule ended the run */
    size_t file_count;
    const char *const *file_names, *const *file_texts;
} ds_result_info;

/* Opens a result after checking that it is whole (size, structure, digest of every byte) and that
 * every dataset has the rank, type and shape it must have; external links and data are refused and
 * filter plugins are never loaded. */
DS_MUST_CHECK bool ds_result_open(ds_result **result, const char *path, ds_status *st);
void ds_result_close(ds_result *result);
const ds_result_info *ds_result_about(const ds_result *result);

/* One variable's series of replicas [first, first + count) of a point: values[count][times]. */
DS_MUST_CHECK bool ds_result_series(ds_result *result, const char *variable, size_t point,
                                    size_t first, size_t count, double *values, ds_status *st);
/* Summary of a variable at a point: mean, standard error [times]; quantiles [5][times]
 * at 0.05, 0.25, 0.5, 0.75, 0.95. Any pointer may be NULL. */
DS_MUST_CHECK bool ds_result_summary(ds_result *result, const char *variable, size_t point,
                                     double *mean, double *error, double *quantiles, ds_status *st);
/* One outcome of all replicas of a point: values[replicas]. */
DS_MUST_CHECK bool ds_result_outcome(ds_result *result, const char *outcome, size_t point,
                                     double *values, ds_status *st);
/* State of replica r of a point (ds_replica_state), events handled, and the cause of a failure. */
DS_MUST_CHECK bool ds_result_replica(ds_result *result, size_t point, size_t replica,
                                     uint8_t *state, uint64_t *events, const char **cause,
                                     ds_status *st);

#endif
