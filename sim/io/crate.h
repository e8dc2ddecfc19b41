/*
 * Named blocks of bytes one after the other: what a shard is. They are taken from where they lie,
 * aligned for numbers, so a shard is read with one allocation and written with one write.
 */
#ifndef DS_IO_CRATE_H
#define DS_IO_CRATE_H

#include "sim/core/status.h"

#include <stddef.h>

/* That is filled. Starts as zeroes; `bytes` is for free(). */
typedef struct ds_crate {
    char *bytes;
    size_t size, room;
    size_t begun; /* where the block begins that is open */
} ds_crate;

DS_MUST_CHECK bool ds_crate_put(ds_crate *crate, const char *name, const void *bytes, size_t size,
                                ds_status *st);
/* The same piece by piece. */
DS_MUST_CHECK bool ds_crate_begin(ds_crate *crate, const char *name, ds_status *st);
DS_MUST_CHECK bool ds_crate_add(ds_crate *crate, const void *bytes, size_t size, ds_status *st);
DS_MUST_CHECK bool ds_crate_end(ds_crate *crate, ds_status *st);

/* The block of that name, in a crate that may be anything; NULL: there is none. */
const void *ds_crate_find(const char *crate, size_t size, const char *name, size_t *found);

#endif
