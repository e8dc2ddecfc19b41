/*
 * Memory that lives as long as a scenario: taken piece by piece, given back all at once.
 */
#ifndef DS_IO_POOL_H
#define DS_IO_POOL_H

#include "sim/core/status.h"

#include <stddef.h>

typedef struct ds_pool {
    struct ds_pool_block *blocks;
} ds_pool;

/* Zeroed, aligned for any type. Without memory the program ends with exit code 71 and a message: a
 * scenario is small, and nothing has been begun that could be saved. */
void *ds_pool_take(ds_pool *pool, size_t size);
char *ds_pool_copy(ds_pool *pool, const char *text, size_t length); /* adds a NUL */
char *ds_pool_print(ds_pool *pool, const char *format, ...) DS_PRINTF(2, 3);
void ds_pool_free(ds_pool *pool);

#endif
