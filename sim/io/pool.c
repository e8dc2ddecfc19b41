#include "pool.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 1 << 16, ALIGN = 16 };

struct ds_pool_block {
    struct ds_pool_block *next;
    size_t size, used;
    char data[] __attribute__((aligned(ALIGN)));
};

static struct ds_pool_block *new_block(size_t size)
{
    struct ds_pool_block *const block = calloc(1, sizeof *block + size);
    if (!block) {
        fprintf(stderr, "diemsim: no memory for a scenario (%zu bytes)\n", size);
        _Exit(DS_E_SYSTEM);
    }
    block->size = size;
    return block;
}

void *ds_pool_take(ds_pool *pool, size_t size)
{
    size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    struct ds_pool_block *block = pool->blocks;
    if (!block || block->size - block->used < size) {
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

void ds_pool_free(ds_pool *pool)
{
    while (pool->blocks) {
        struct ds_pool_block *const next = pool->blocks->next;
        free(pool->blocks);
        pool->blocks = next;
    }
}
