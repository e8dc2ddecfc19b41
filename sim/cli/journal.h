/*
 * What a search has looked at so far, in a file beside where results go: it is stopped at will, and
 * the same command goes on. A line a look; one that was not finished does not count. Whoever has it
 * open holds a lock on it.
 */
#ifndef DS_CLI_JOURNAL_H
#define DS_CLI_JOURNAL_H

#include "sim/core/status.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct ds_journal_look {
    double depth;
    size_t first, count;
    uint64_t *held; /* [count] */
} ds_journal_look;

typedef struct ds_journal {
    const char *path;
    FILE *file;
    size_t looks, room;
    ds_journal_look *look;
    bool taken; /* by another search, which is why it was not opened */
} ds_journal;

/* Takes up what is there, if it is of the same identity; else begins anew. */
DS_MUST_CHECK bool ds_journal_open(ds_journal *journal, const char *path, const char *identity,
                                   ds_status *st);
/* NULL: not looked at yet. */
const uint64_t *ds_journal_find(const ds_journal *journal, double depth, size_t first,
                                size_t count);
/* Of so many numbers in `held`, which are copied. */
DS_MUST_CHECK bool ds_journal_add(ds_journal *journal, const ds_journal_look *look, ds_status *st);
/* `done`: the file has served its purpose. */
void ds_journal_close(ds_journal *journal, bool done);

#endif
