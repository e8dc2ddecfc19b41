/*
 * Picks one of n owners with probability proportional to a weight that changes: a binary indexed
 * tree (Fenwick 1994) of integer weights, so that sums never drift. Change and pick are O(log n);
 * an owner of weight 0 is never picked. One random word picks by inversion, so that a small change
 * of weights changes few picks: two runs on one seed stay paired.
 */
#ifndef DS_CORE_FENWICK_H
#define DS_CORE_FENWICK_H

#include "arena.h"

#include <stdint.h>

typedef struct ds_fenwick {
    uint64_t *sum;    /* [1 .. size] partial sums; sum[0] is the total */
    uint64_t *weight; /* [n] */
    uint32_t n, size; /* size: power of two >= n */
} ds_fenwick;

void ds_fenwick_place(ds_fenwick *f, uint32_t n,
                      ds_arena *arena); /* all weights 0 over zeroed memory */
/* The sum of all weights must stay below 2^63. */
void ds_fenwick_set(ds_fenwick *f, uint32_t i, uint64_t weight);

static inline uint64_t ds_fenwick_total(const ds_fenwick *f)
{
    return f->sum[0];
}

/* The owner that a uniform 64-bit word falls on; the total must not be 0. */
static inline uint32_t ds_fenwick_pick(const ds_fenwick *f, uint64_t word)
{
    __extension__ typedef unsigned __int128 wide;
    uint64_t left = (uint64_t)((wide)word * f->sum[0] >> 64);
    uint32_t at = 0;
    /* left < total, so the walk ends before the last owner of weight; at + step never passes size.
     */
    for (uint32_t step = f->size / 2; step; step >>= 1) {
        const uint64_t sum = f->sum[at + step];
        const uint64_t take = -(uint64_t)(sum <= left);
        at += step & (uint32_t)take;
        left -= sum & take;
    }
    return at;
}

#endif
