/*
 * One batch of replicas on disk, in a file of its own. Paths lie in the chunks of the result, so
 * that joining copies them as they are; rows of replicas that are missing are NAN. Where paths are
 * not kept, their reductions lie in it. A shard is a crate and a seal, and no HDF5: threads of any
 * number may have one each, and a failed allocation or write is an error and nothing else.
 */
#ifndef DS_IO_SHARD_H
#define DS_IO_SHARD_H

#include "chunk.h"
#include "experiment.h"

typedef struct ds_shard {
    const ds_experiment *experiment;
    char path[4096];
    char *bytes; /* of the file, read where they lie; NULL: not open */
    size_t size;
} ds_shard;

/* Opens the shard of a batch after checking its seal and that it belongs to the experiment. Missing
 * or damaged: *found is false. */
DS_MUST_CHECK bool ds_shard_open(ds_shard *shard, const char *folder,
                                 const ds_experiment *experiment, const ds_batch *batch,
                                 bool *found, ds_status *st);
void ds_shard_close(ds_shard *shard);

/* A metric's paths: [points][rows][times] of floats or, of a wide metric, doubles. They lie in the
 * shard, which stays open. */
typedef struct ds_shard_paths {
    ds_h5_spec spec;
    const ds_shard *shard;
    ds_chunk *chunk; /* in the order of the file; for free() */
} ds_shard_paths;
DS_MUST_CHECK bool ds_shard_find_paths(const ds_shard *shard, const ds_batch *batch, size_t metric,
                                       ds_shard_paths *paths, ds_status *st);
/* The chunk at an origin. */
const ds_chunk *ds_shard_chunk(const ds_shard_paths *paths, const size_t *origin);
DS_MUST_CHECK bool ds_shard_read_paths(const ds_shard_paths *paths, const ds_h5_box *box,
                                       void *values, ds_status *st);

/* Columns [first, first + count) of a point of the batch. */
typedef struct ds_shard_part {
    size_t point, first, count;
} ds_shard_part;
/* Adds them to the cells of a reduction from `at` on. */
DS_MUST_CHECK bool ds_shard_reduced(const ds_shard *shard, const ds_batch *batch,
                                    const ds_shard_part *part, ds_reduction *into, size_t at,
                                    ds_status *st);
/* Outcomes, states, events and causes of the batch; its series are left alone. */
DS_MUST_CHECK bool ds_shard_replicas(const ds_shard *shard, ds_batch *batch, ds_status *st);
extern const char ds_shard_ending[]; /* of a shard's name */
/* The file's name. */
DS_MUST_CHECK bool ds_shard_name(char path[4096], const char *folder, size_t number, ds_status *st);

#endif
