/*
 * One batch of replicas on disk, in a file of its own. Paths lie in the chunks of the result, so
 * that joining copies them as they are; rows of replicas that are missing are NAN. Where paths are
 * not kept, their reductions lie in it.
 */
#ifndef DS_IO_SHARD_H
#define DS_IO_SHARD_H

#include "experiment.h"
#include "h5.h"

typedef struct ds_shard {
    const ds_experiment *experiment;
    char path[4096];
    char *bytes; /* of the file, read where they lie */
    ds_h5 file, paths;
} ds_shard;

/* Opens the shard of a batch after checking its seal and that it belongs to the experiment. Missing
 * or damaged: *found is false. */
DS_MUST_CHECK bool ds_shard_open(ds_shard *shard, const char *folder,
                                 const ds_experiment *experiment, const ds_batch *batch,
                                 bool *found, ds_status *st);
void ds_shard_close(ds_shard *shard);
/* Dataset of a metric's paths: [points][rows][times], float or, of a wide metric, double. */
DS_MUST_CHECK bool ds_shard_paths(ds_shard *shard, const ds_batch *batch, size_t metric, ds_h5 *set,
                                  ds_status *st);
/* Columns [first, first + count) of a point of the batch. */
typedef struct ds_shard_part {
    size_t point, first, count;
} ds_shard_part;
/* Adds them to the cells of a reduction from `at` on. */
DS_MUST_CHECK bool ds_shard_reduced(ds_shard *shard, const ds_batch *batch,
                                    const ds_shard_part *part, ds_reduction *into, size_t at,
                                    ds_status *st);
/* Outcomes, states, events and causes of the batch; its series are left alone. */
DS_MUST_CHECK bool ds_shard_replicas(ds_shard *shard, ds_batch *batch, ds_status *st);
/* The file's name. */
DS_MUST_CHECK bool ds_shard_name(char path[4096], const char *folder, size_t number, ds_status *st);

#endif
