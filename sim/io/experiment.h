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

/* Batches of one point. */
static inline size_t ds_experiment_batches(const ds_experiment *experiment)
{
    return (experiment->replicas + DS_STORE_BATCH - 1) / DS_STORE_BATCH;
}

static inline size_t ds_experiment_group(const ds_experiment *experiment)
{
    return experiment->group ? experiment->group : 1;
}

/* Replicas a shard has room for, and a chunk of the result. */
static inline size_t ds_experiment_rows(const ds_experiment *experiment)
{
    return experiment->replicas < DS_STORE_BATCH ? experiment->replicas : DS_STORE_BATCH;
}

#endif
