#include "fenwick.h"

void ds_fenwick_place(ds_fenwick *f, uint32_t n, ds_arena *arena)
{
    const uint32_t most = UINT32_C(1) << 31;
    arena->overflow = arena->overflow || n > most;
    f->n = n;
    f->size = 1;
    while (f->size < n && f->size < most)
        f->size *= 2;
    f->sum = DS_TAKE(arena, (size_t)f->size + 1, uint64_t);
    f->weight = DS_TAKE(arena, n, uint64_t);
}

void ds_fenwick_set(ds_fenwick *f, uint32_t i, uint64_t weight)
{
    const uint64_t change = weight - f->weight[i]; /* modulo 2^64: sums come out right */
    f->weight[i] = weight;
    f->sum[0] += change;
    for (uint32_t k = i + 1; k <= f->size; k += k & -k)
        f->sum[k] += change;
}
