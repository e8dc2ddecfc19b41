/*
 * The inside of joining shards into a result, shared by its files: what is open, and the part of a
 * point's series that is in memory at a time.
 */
#ifndef DS_IO_JOIN_INSIDE_H
#define DS_IO_JOIN_INSIDE_H

#include "digest.h"
#include "head.h"
#include "shard.h"
#include "summary.h"

/* Datasets of a recorded metric, and the digest of its paths in the order (point, replica, time),
 * or of its reductions. */
typedef struct ds_join_column {
    size_t metric;
    ds_h5 path, quantiles, mean, error;
    ds_digest *digest;
} ds_join_column;

typedef struct ds_join_failure {
    int32_t point, replica, code;
    char *text;
} ds_join_failure;

/* Datasets with one value a replica, and the digest of each in the order (point, replica). */
typedef struct ds_join_record {
    ds_h5 set;
    ds_digest *digest;
} ds_join_record;

/* Results of one point, and the part of its paths that is in memory. */
typedef struct ds_joining {
    const ds_experiment *x;
    ds_experiment bare; /* the same without series */
    const char *folder;
    size_t replicas; /* of each point, in the result */
    ds_tree tree;
    ds_join_column *columns;
    size_t column_count, outcome_count;
    ds_join_record *records; /* [outcomes], states, events */
    ds_join_failure *failures;
    size_t failure_count;
    ds_digest *summaries; /* of /summary */
    ds_batch batch;       /* of the shard that is open; its series are not used */
    ds_shard shard;
    bool is_open;
    void *piece;             /* a batch's values of one metric at one point */
    double *slab;            /* [columns][times][replicas] of the slab */
    ds_reduction *reduction; /* [columns][times] of the slab */
    double *series;          /* [DS_QUANTILES + 2][times] */
    double *line;            /* [replicas of a batch] */
    uint8_t *state;          /* [replicas] of the point, where paths are kept */
    ds_h5_buffer chunk;
} ds_joining;

/* Metrics and times of a point whose values of all replicas fit the memory at a time. */
typedef struct ds_join_slab {
    size_t column, columns, time, times;
} ds_join_slab;

/* For that many replicas of each point. To be closed whatever happens. */
DS_MUST_CHECK bool ds_join_open(ds_joining *j, const char *folder, const ds_experiment *x,
                                size_t replicas, ds_status *st);
void ds_join_close(ds_joining *j);
void ds_join_drop_shard(ds_joining *j);

/* The next slab of a point; false after the last. Begin with zeroes. */
bool ds_join_next(const ds_joining *j, ds_join_slab *s);
size_t ds_join_value_size(const ds_metric *metric);
ds_join_record *ds_join_states(const ds_joining *j); /* and behind them those of the events */

/* Moves the summary of a slab's times between j->series and the file. */
typedef bool ds_join_move(ds_h5 set, const ds_h5_box *box, double *values, ds_status *st);
DS_MUST_CHECK bool ds_join_summary(ds_joining *j, const ds_join_column *c, size_t point,
                                   const ds_join_slab *s, ds_join_move *move, ds_status *st);

/* A full disk may have looked like success: everything is read again and compared with what was
 * written. Wrong data are then a failed write. */
DS_MUST_CHECK bool ds_join_check(const ds_joining *j, const char *path, ds_status *st);

#endif
