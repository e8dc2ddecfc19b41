/*
 * The shape of an experiment as the store sees it: which metrics are recorded, which replicas make
 * a batch, and the identity that keeps shards of different experiments apart.
 */
#ifndef DS_IO_EXPERIMENT_H
#define DS_IO_EXPERIMENT_H

#include "store.h"

static inline bool ds_experiment_records(const ds_experiment *experiment, size_t metric)
{
    return !experiment->recorded || experiment->recorded[metric];
}

/* Recorded metrics: the columns of a reduction. */
size_t ds_experiment_columns(const ds_experiment *experiment);

/* Points and replicas of a batch, and batches side by side over the replicas. */
static inline size_t ds_experiment_batch_points(const ds_experiment *experiment)
{
    return experiment->batch_points ? experiment->batch_points : 1;
}

static inline size_t ds_experiment_group(const ds_experiment *experiment)
{
    return experiment->group ? experiment->group : 1;
}

static inline size_t ds_experiment_batch_replicas(const ds_experiment *experiment)
{
    return experiment->batch_replicas ? experiment->batch_replicas : DS_STORE_ROWS;
}

static inline size_t ds_experiment_across(const ds_experiment *experiment)
{
    const size_t each = ds_experiment_batch_replicas(experiment);
    return (experiment->replicas + each - 1) / each;
}

/* Replicas and points of a chunk. A batch has whole ones: what it lacks for that is NAN. */
size_t ds_experiment_chunk_replicas(const ds_experiment *experiment);
size_t ds_experiment_chunk_points(const ds_experiment *experiment);
/* Points that a batch of so many has room for. */
size_t ds_experiment_room(const ds_experiment *experiment, size_t points);

#endif
