/*
 * A heap inside a block of fixed size, for an interpreter that lives in a replica's memory. The
 * same requests give the same blocks wherever it lies. Blocks are of few sizes and go back on a
 * list of their size; nothing is ever joined, so that every call takes constant time.
 */
#ifndef DS_MODELS_HEAP_H
#define DS_MODELS_HEAP_H

#include <stddef.h>

enum { DS_HEAP_SIZES = 128, DS_HEAP_GRAIN = 16 };

typedef struct ds_heap {
    char *next, *end; /* never used so far */
    void *given[DS_HEAP_SIZES];
} ds_heap;

/* `block` on a boundary of DS_HEAP_GRAIN. */
void ds_heap_open(ds_heap *heap, void *block, size_t size);
/* NULL: full. Sizes above 0. */
void *ds_heap_take(ds_heap *heap, size_t size);
void ds_heap_give(ds_heap *heap, void *piece, size_t size);
/* May move it; a piece that becomes smaller always fits. */
void *ds_heap_resize(ds_heap *heap, void *piece, size_t old, size_t size);

#endif
