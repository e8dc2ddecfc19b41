/*
 * A set of indices 0 .. n - 1 with O(1) insert, remove and uniform pick: the members stand in an
 * array in any order, each knows its place, and who leaves is replaced by the last.
 */
#ifndef DS_CORE_MEMBERS_H
#define DS_CORE_MEMBERS_H

#include "arena.h"
#include "rng.h"

#include <assert.h>

typedef struct ds_members {
    uint32_t *count; /* in the arena, as all that changes */
    uint32_t *member;
    uint32_t *place; /* place + 1 of an index; 0: not a member */
    uint32_t n;
} ds_members;

void ds_members_place(ds_members *m, uint32_t n, ds_arena *arena); /* empty over zeroed memory */

static inline uint32_t ds_members_count(const ds_members *m)
{
    return *m->count;
}

static inline bool ds_members_has(const ds_members *m, uint32_t i)
{
    return m->place[i] != 0;
}

static inline void ds_members_add(ds_members *m, uint32_t i)
{
    assert(i < m->n && !m->place[i]);
    m->member[*m->count] = i;
    m->place[i] = ++*m->count;
}

static inline void ds_members_remove(ds_members *m, uint32_t i)
{
    assert(i < m->n && m->place[i]);
    const uint32_t at = m->place[i] - 1, last = m->member[--*m->count];
    m->member[at] = last;
    m->place[last] = at + 1;
    m->place[i] = 0;
}

/* A member, all equally likely; the set must not be empty. */
static inline uint32_t ds_members_pick(const ds_members *m, ds_rng *rng)
{
    return m->member[ds_rng_below(rng, *m->count)];
}

#endif
