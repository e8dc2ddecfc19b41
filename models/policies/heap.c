#include "heap.h"

#include <string.h>

/* Up to this many grains every number of them is a size, above there are four to a doubling. */
enum { FINE = 32, FIRST_SHIFT = 3 };

typedef struct heap_size {
    size_t list, bytes;
} heap_size;

static heap_size size_of(size_t bytes)
{
    const size_t most = (bytes - 1) / DS_HEAP_GRAIN; /* the last grain */
    if (most < FINE)
        return (heap_size){most, (most + 1) * DS_HEAP_GRAIN};
    const unsigned top = 63 - (unsigned)__builtin_clzll(most), shift = top - 2;
    const size_t quarter = most >> shift; /* 4 to 7 */
    return (heap_size){FINE + 4 * (shift - FIRST_SHIFT) + quarter - 4,
                       ((quarter + 1) << shift) * DS_HEAP_GRAIN};
}

void ds_heap_open(ds_heap *heap, void *block, size_t size)
{
    *heap = (ds_heap){.next = block, .end = (char *)block + size};
}

void *ds_heap_take(ds_heap *heap, size_t size)
{
    if (size > (size_t)1 << 30)
        return NULL;
    const heap_size s = size_of(size);
    void *const piece = heap->given[s.list];
    if (piece) {
        memcpy(&heap->given[s.list], piece, sizeof piece);
        return piece;
    }
    if (s.bytes > (size_t)(heap->end - heap->next))
        return NULL;
    heap->next += s.bytes;
    return heap->next - s.bytes;
}

void ds_heap_give(ds_heap *heap, void *piece, size_t size)
{
    void **const list = &heap->given[size_of(size).list];
    memcpy(piece, list, sizeof *list);
    *list = piece;
}

void *ds_heap_resize(ds_heap *heap, void *piece, size_t old, size_t size)
{
    if (size <= (size_t)1 << 30 && size_of(old).list == size_of(size).list)
        return piece;
    void *const other = ds_heap_take(heap, size);
    if (!other)
        return size < old ? piece : NULL;
    memcpy(other, piece, old < size ? old : size);
    ds_heap_give(heap, piece, old);
    return other;
}
