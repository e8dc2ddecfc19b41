#include "pool.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* With blocks of 0 bytes every piece is a block, whose ends sanitizers know. */
#ifndef DS_POOL_BLOCK
#define DS_POOL_BLOCK (1 << 16)
#endif
enum { BLOCK = DS_POOL_BLOCK, ALIGN = 16 };

struct ds_pool_block {
    struct ds_pool_block *next;
    size_t size, used;
    bool shared; /* mapped, and the only one of its pool while two processes see it */
    char data[] __attribute__((aligned(ALIGN)));
};

void ds_pool_give_up(const char *what)
{
    fprintf(stderr, "diemsim: no memory for %s\n", what);
    _Exit(DS_E_SYSTEM);
}

static struct ds_pool_block *new_block(size_t size)
{
    struct ds_pool_block *const block = calloc(1, sizeof *block + size);
    if (!block)
        ds_pool_give_up("a scenario");
    block->size = size;
    return block;
}

void *ds_pool_take(ds_pool *pool, size_t size)
{
    size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    struct ds_pool_block *block = pool->blocks;
    if (!block || block->size - block->used < size) {
        if (pool->shared)
            ds_pool_give_up("a scenario");
        block = new_block(size > BLOCK ? size : BLOCK);
        block->next = pool->blocks;
        pool->blocks = block;
    }
    char *const piece = block->data + block->used;
    block->used += size;
    return piece;
}

char *ds_pool_copy(ds_pool *pool, const char *text, size_t length)
{
    char *const copy = ds_pool_take(pool, length + 1);
    memcpy(copy, text, length);
    return copy;
}

char *ds_pool_print(ds_pool *pool, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    const int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *const text = ds_pool_take(pool, (size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

char *ds_pool_path(ds_pool *pool, const char *path)
{
    errno = 0;
    char *const resolved = realpath(path, NULL);
    if (!resolved && errno == ENOMEM)
        ds_pool_give_up("a path");
    char *const kept = resolved ? ds_pool_copy(pool, resolved, strlen(resolved)) : NULL;
    free(resolved);
    return kept;
}

void ds_pool_free(ds_pool *pool)
{
    while (pool->blocks) {
        struct ds_pool_block *const block = pool->blocks;
        pool->blocks = block->next;
        if (block->shared)
            munmap(block, sizeof *block + block->size);
        else
            free(block);
    }
}

bool ds_pool_share(ds_pool *pool, size_t size, ds_status *st)
{
    struct ds_pool_block *const block = mmap(NULL, sizeof *block + size, PROT_READ | PROT_WRITE,
                                             MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (block == MAP_FAILED)
        return ds_fail(st, DS_E_SYSTEM, "no memory for a scenario (%zu bytes)", size);
    block->size = size;
    block->shared = true;
    *pool = (ds_pool){.blocks = block, .shared = true};
    return true;
}

/* Behind those that it has: detectors of leaks do not look for pointers in what is mapped. */
void ds_pool_adopt(ds_pool *pool, ds_pool *other)
{
    struct ds_pool_block **last = &pool->blocks;
    while (*last)
        last = &(*last)->next;
    *last = other->blocks;
    *other = (ds_pool){.blocks = NULL};
}
