/*
 * The folder beside a result in which a run keeps its shards, with a lock that dies with the process:
 * two runs on one output cannot meet, and a killed run leaves nothing that stops the next.
 */
#ifndef DS_RUN_FOLDER_H
#define DS_RUN_FOLDER_H

#include "sim/core/status.h"

#include <stddef.h>

enum { DS_FOLDER_PATH = 4096 };

typedef struct ds_folder {
    char path[DS_FOLDER_PATH];
    int lock; /* file descriptor, -1: none */
} ds_folder;

/* Is the output free, or may it be replaced, and can its folder be written? Before any work. */
DS_MUST_CHECK bool ds_output_check(const char *output, bool force, ds_status *st);

DS_MUST_CHECK bool ds_folder_open(ds_folder *folder, const char *output, ds_status *st);
/* Drops the lock; the shards stay. */
void ds_folder_close(ds_folder *folder);
/* Removes shards, and with `all` the lock and the folder too. */
DS_MUST_CHECK bool ds_folder_empty(ds_folder *folder, bool all, ds_status *st);

#endif
