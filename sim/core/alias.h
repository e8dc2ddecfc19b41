/*
 * Picks one of n owners with probability proportional to a fixed weight in O(1): Walker's alias
 * table (Walker 1977, built as by Vose 1991). Rebuilt in O(n) when weights change, so for weights
 * that change seldom; see fenwick.h for those that change often.
 */
#ifndef DS_CORE_ALIAS_H
#define DS_CORE_ALIAS_H

#include "arena.h"

#include <stdint.h>

typedef struct ds_alias_cell {
    uint32_t limit; /* of 2^32: below it the cell's own index, else the alias */
    uint32_t alias;
} ds_alias_cell;

typedef struct ds_alias {
    ds_alias_cell *cell;
    uint32_t *work; /* [n] while building */
    uint32_t n;
} ds_alias;

void ds_alias_place(ds_alias *a, uint32_t n, ds_arena *arena);
/* Weights >= 0 with a finite sum above 0. */
void ds_alias_build(ds_alias *a, const double *weight);

static inline uint32_t ds_alias_pick(const ds_alias *a, uint64_t word)
{
    const uint32_t i = (uint32_t)((word >> 32) * a->n >> 32);
    return (uint32_t)word <= a->cell[i].limit && a->cell[i].limit ? i : a->cell[i].alias;
}

#endif
