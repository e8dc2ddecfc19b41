/*
 * One contiguous block that holds all mutable state of one replica, so that reset, snapshot,
 * restore and fork are one memcpy. A model lays it out with the same function twice: first over an
 * arena without memory, which only measures, then over the real one. What a layout function
 * computes are *views*: structs of pointers outside the arena, constant while the replica runs.
 * Nothing inside the arena points anywhere, so a copy of the bytes is a copy of the world.
 */
#ifndef DS_CORE_ARENA_H
#define DS_CORE_ARENA_H

#include "status.h"

#include <stddef.h>
#include <stdint.h>

typedef struct ds_arena {
    char *base;    /* NULL while measuring */
    size_t size;   /* bytes at base */
    size_t used;   /* bytes laid out so far */
    size_t raw;    /* of these, at the end, bytes that a reset need not clear */
    bool overflow; /* a size did not fit size_t, or the block */
    uint32_t ties; /* test mode: timers laid out from now on fire equal times in the order of
                      slot ^ ties */
} ds_arena;

/* The next count * size bytes, on a cache line; NULL while measuring (never to be written then). */
void *ds_arena_take(ds_arena *arena, size_t count, size_t size);

/* The same for what is always written before it is read. Must come after all else: a reset then
 * costs nothing for room that a run does not use. */
void *ds_arena_take_raw(ds_arena *arena, size_t count, size_t size);

#define DS_TAKE(arena, count, type) ((type *)ds_arena_take((arena), (count), sizeof(type)))

/* Memory for `size` bytes (zeroed, page-aligned, huge pages advised where large). */
DS_MUST_CHECK bool ds_arena_open(ds_arena *arena, size_t size, ds_status *st);
void ds_arena_close(ds_arena *arena);
void ds_arena_reset(ds_arena *arena); /* zeroes what is not raw; the layout stays */
void ds_arena_clear(ds_arena *arena); /* all bytes zero, layout forgotten */

#endif
