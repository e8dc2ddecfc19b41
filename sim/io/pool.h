/*
 * Memory that lives as long as a scenario: taken piece by piece, given back all at once.
 */
#ifndef DS_IO_POOL_H
#define DS_IO_POOL_H

#include "sim/core/status.h"

#include <stddef.h>

typedef struct ds_pool {
    struct ds_pool_block *blocks;
    bool shared; /* has one block and never more */
} ds_pool;

/* Zeroed, aligned for any type. Without memory the program ends with exit code 71 and a message: a
 * scenario is small, and nothing has been begun that could be saved. */
void *ds_pool_take(ds_pool *pool, size_t size);
/* Ends it so, and says what for. */
_Noreturn void ds_pool_give_up(const char *what);
char *ds_pool_copy(ds_pool *pool, const char *text, size_t length); /* adds a NUL */
char *ds_pool_print(ds_pool *pool, const char *format, ...) DS_PRINTF(2, 3);
/* The real path of what exists; NULL: nothing does. */
char *ds_pool_path(ds_pool *pool, const char *path);
void ds_pool_free(ds_pool *pool);

/* Memory for `size` bytes in all that a child process shares with this one, at the same place;
 * where it does not suffice, the child ends with 71. Freed as any pool. */
DS_MUST_CHECK bool ds_pool_share(ds_pool *pool, size_t size, ds_status *st);
/* Takes over all memory of another pool. */
void ds_pool_adopt(ds_pool *pool, ds_pool *other);

#endif
