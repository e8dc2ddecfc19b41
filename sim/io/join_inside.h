/*
 * The inside of joining shards into a result, shared by its files: what is open, and the part of
 * the series that is in memory at a time.
 */
#ifndef DS_IO_JOIN_INSIDE_H
#define DS_IO_JOIN_INSIDE_H

#include "digest.h"
#include "head.h"
#include "shard.h"
#include "summary.h"

/* Datasets of a recorded metric, and digests: of its paths in the order (point, replica, time), or
 * of its reductions; of its stored chunks; and of its summary. */
typedef struct ds_join_column {
    size_t metric;
    ds_h5 path, quantiles, mean, error;
    ds_shard_paths shard; /* in the shard that is open; no chunks: not looked for yet */
    ds_digest *digest, *chunks, *summary;
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

/* Memory that the series of some metrics may take at a time: bytes of paths, or cells of
 * reductions, some kilobytes each. Of a result only the order of chunks in the file depends on it.
 * Tests make it small. */
typedef struct ds_join_memory {
    size_t bytes, cells;
} ds_join_memory;
extern ds_join_memory ds_join_most;

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
    ds_batch batch; /* of the shard that is open; its series are not used */
    ds_shard shard;
    bool is_open, knows_replicas;
    void *piece;             /* a batch's values of one metric at the points of a slab */
    void *slab;              /* [columns][points][times][replicas] of the slab */
    ds_reduction *reduction; /* [points][columns][times] of the slab */
    double *values;          /* [replicas] of one cell of the slab */
    double *series;          /* a metric's [points][DS_QUANTILES][all times], means, errors */
    double *line;            /* a number of the replicas of a batch at the points of a slab */
    uint8_t *state;          /* [points][replicas] of the slab, where paths are kept */
} ds_joining;

/* What is in memory at a time: some metrics at some times of neighbouring points. Points are those
 * of a chunk; times are all of them, unless there is one metric only. */
typedef struct ds_join_slab {
    size_t point, points, column, columns, time, times;
} ds_join_slab;

/* For that many replicas of each point. To be closed whatever happens. */
DS_MUST_CHECK bool ds_join_open(ds_joining *j, const char *folder, const ds_experiment *x,
                                size_t replicas, ds_status *st);
void ds_join_close(ds_joining *j);
void ds_join_drop_shard(ds_joining *j);

/* The points of the next chunk; false after the last. Begin with zeroes. */
bool ds_join_next_points(const ds_joining *j, ds_join_slab *s);
/* The next slab of these points; false after the last. */
bool ds_join_next(const ds_joining *j, ds_join_slab *s);
/* Of the first columns of a slab. */
size_t ds_join_slab_bytes(const ds_joining *j, const ds_join_slab *s, size_t columns);
size_t ds_join_value_size(const ds_metric *metric);
ds_join_record *ds_join_states(const ds_joining *j); /* and behind them those of the events */

/* The origins of a metric's chunks of paths at `point` and replicas [first, first + count), in the
 * order of the file: begin with (point, first, 0). False: no more. */
bool ds_join_next_chunk(const ds_h5_spec *spec, size_t first, size_t count,
                        size_t origin[DS_H5_RANK]);
void ds_join_note_chunk(ds_digest *digest, const ds_chunk *chunk);

/* The digests of what was written: of each column's summary and chunks, then of the records. */
typedef struct ds_join_written {
    const ds_experiment *x;
    size_t replicas;
    const ds_hex *digest;
} ds_join_written;

/* A full disk may have looked like success: everything is read again and compared with what was
 * written. Wrong data are then a failed write. */
DS_MUST_CHECK bool ds_join_check(const ds_join_written *written, const char *path, ds_status *st);

#endif
