/*
 * One task's share of an experiment that array jobs divide among themselves: its shards packed into
 * one sealed file, with the provenance from which the experiment can be put together again. Parts
 * are unpacked into the folder of a result and joined there.
 */
#ifndef DS_IO_PART_H
#define DS_IO_PART_H

#include "store.h"

typedef struct ds_part {
    const char *folder;   /* where the shards lie */
    size_t shard, shards; /* batches of number = shard (modulo shards) */
} ds_part;

/* Packs the shards of a folder into a file (via `path`.part). */
DS_MUST_CHECK bool ds_part_write(const ds_part *part, const ds_experiment *experiment,
                                 const char *path, ds_status *st);

/* What a part says of itself; all memory is its own. */
typedef struct ds_part_head {
    char *identity, *program, *version, *build, *model, *scenario, *resolved;
    uint64_t seed, shard, shards, batches;
    size_t file_count;
    char **file_names, **file_texts;
} ds_part_head;

DS_MUST_CHECK bool ds_part_read(const char *path, ds_part_head *head, ds_status *st);
void ds_part_forget(ds_part_head *head);
/* Puts the part's shards into a folder, and marks their numbers in found[batches]. A shard that is
 * there already must be the same. */
DS_MUST_CHECK bool ds_part_unpack(const char *path, const char *folder, bool *found, size_t batches,
                                  ds_status *st);

#endif
