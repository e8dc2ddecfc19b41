#include "arena.h"

#include <assert.h>
#include <string.h>
#include <sys/mman.h>

enum { LINE = 64 };

static void *lay_out(ds_arena *arena, size_t count, size_t size)
{
    size_t bytes, end;
    if (__builtin_mul_overflow(count, size, &bytes) ||
        __builtin_add_overflow(bytes, (size_t)(LINE - 1), &bytes) ||
        __builtin_add_overflow(arena->used, bytes & ~(size_t)(LINE - 1), &end)) {
        arena->overflow = true;
        return NULL;
    }
    if (arena->base && end > arena->size) {
        arena->overflow = true;
        return NULL;
    }
    char *block = arena->base ? arena->base + arena->used : NULL;
    arena->used = end;
    return block;
}

void *ds_arena_take(ds_arena *arena, size_t count, size_t size)
{
    assert(arena->raw == 0);
    return lay_out(arena, count, size);
}

void *ds_arena_take_raw(ds_arena *arena, size_t count, size_t size)
{
    const size_t before = arena->used;
    void *const block = lay_out(arena, count, size);
    arena->raw += arena->used - before;
    return block;
}

bool ds_arena_open(ds_arena *arena, size_t size, ds_status *st)
{
    *arena = (ds_arena){0};
    void *base =
        mmap(NULL, size ? size : 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED)
        return ds_fail(st, DS_E_SYSTEM, "no memory for a replica of %zu bytes", size);
#ifdef MADV_HUGEPAGE
    if (size >= (size_t)8 << 20)
        (void)madvise(base, size, MADV_HUGEPAGE); /* advice: a kernel without it only loses speed */
#endif
    arena->base = base;
    arena->size = size;
    return true;
}

void ds_arena_close(ds_arena *arena)
{
    if (arena->base)
        munmap(arena->base, arena->size ? arena->size : 1);
    *arena = (ds_arena){0};
}

void ds_arena_reset(ds_arena *arena)
{
    memset(arena->base, 0, arena->used - arena->raw);
}

void ds_arena_clear(ds_arena *arena)
{
    memset(arena->base, 0, arena->size);
    arena->used = arena->raw = 0;
    arena->overflow = false;
}
