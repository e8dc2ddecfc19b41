/*
 * The folder `<output>.shards` beside a result, where a run keeps what is finished until all is.
 * Whoever runs holds a lock in it, so that two runs never meet in one output; the kernel drops the
 * lock of a killed run.
 */
#ifndef DS_RUN_FOLDER_H
#define DS_RUN_FOLDER_H

#include "sim/core/status.h"

#include <stddef.h>
#include <stdint.h>

typedef struct ds_folder {
    char path[4096];
    int lock;
} ds_folder;

/* The folder's name alone, for those who work in another's. */
DS_MUST_CHECK bool ds_folder_name(ds_folder *folder, const char *output, ds_status *st);
/* Whether the output may be written, without creating anything: for those who simulate before they
 * open it. */
DS_MUST_CHECK bool ds_folder_can(const char *output, bool force, ds_status *st);
/* Checks that the output may be written, then creates and locks its folder. */
DS_MUST_CHECK bool ds_folder_open(ds_folder *folder, const char *output, bool force, ds_status *st);
/* The same for a folder that must hold no shards of a run yet; `force` removes them. What an
 * earlier call left behind, copies of what it was to merge, goes. */
DS_MUST_CHECK bool ds_folder_open_empty(ds_folder *folder, const char *output, bool force,
                                        ds_status *st);
/* Bytes of the shards that are there. */
double ds_folder_bytes(const ds_folder *folder);
/* Removes what a run has put there. */
void ds_folder_clear(const ds_folder *folder);
/* Removes the shards of one share, those of number = shard (modulo shards), and no others. */
void ds_folder_clear_share(const ds_folder *folder, size_t shard, size_t shards);
/* Whether it is still the folder that was opened: somebody may have removed it, and another run
 * come. */
DS_MUST_CHECK bool ds_folder_check(const ds_folder *folder, ds_status *st);
/* Drops the lock; a folder without shards goes. */
void ds_folder_close(ds_folder *folder);

/* The seed of a run that may have to go on, for scenarios that leave it to chance. */
DS_MUST_CHECK bool ds_folder_keep_seed(const ds_folder *folder, uint64_t seed, ds_status *st);
/* *seed stays as it is where there is no run to go on. A seed that is there and cannot be read is a
 * failure: with another one, what was saved would be lost. */
DS_MUST_CHECK bool ds_folder_kept_seed(const char *output, uint64_t *seed, ds_status *st);

#endif
