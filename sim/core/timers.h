/*
 * Timers: everything that has one pending time and an owner. Each owner has a fixed slot in a
 * winner tree whose nodes store (time, slot) of the earliest below, so that a change walks one path
 * of known addresses to the root and the earliest is read at the root. Cancelling is setting to
 * INFINITY: nothing is allocated and nothing dangles. Above DS_TIMERS_FLAT slots, leaves stand for
 * blocks of slots whose bare times are scanned.
 *
 * Total order: time, then slot. It does not depend on what happened before, so a restored or
 * resumed replica needs no counter to fire ties in the same order. To find models whose results
 * hang on that order, a test shuffles it (ties in arena.h); a leaf keeps its own rank, so that
 * this costs nothing.
 */
#ifndef DS_CORE_TIMERS_H
#define DS_CORE_TIMERS_H

#include "arena.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

enum { DS_TIMERS_FLAT = 30000, DS_TIMERS_BLOCK = 16 };

typedef struct ds_timer_node {
    uint32_t slot;
    uint32_t rank; /* among equal times: slot ^ ties */
    uint64_t time; /* bits of a double >= 0: they order as the numbers do */
} ds_timer_node;

/* View; all it points to lies in an arena. */
typedef struct ds_timers {
    ds_timer_node *node; /* [1 .. 2 * leaves): root at 1, leaf i at leaves + i */
    double *time;        /* blocked only: [slots rounded up to blocks] */
    uint32_t slots, leaves;
    uint32_t ties; /* of the arena */
} ds_timers;

void ds_timers_place(ds_timers *timers, uint32_t slots, ds_arena *arena);
void ds_timers_reset(ds_timers *timers); /* every slot at INFINITY */

static inline double ds_timers_earliest(const ds_timers *timers)
{
    double time;
    memcpy(&time, &timers->node[1].time, sizeof time);
    return time;
}

/* The slot of the earliest time; meaningless when that is INFINITY. */
static inline uint32_t ds_timers_first(const ds_timers *timers)
{
    return timers->node[1].slot;
}

/* A node as one number: a time, then a rank. */
__extension__ typedef unsigned __int128 ds_timer_key;
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "a node is read as one number");

/* Branch-free: a mispredicted branch a level costs four times the whole walk. gcc makes conditional
 * moves of a choice, and of a mask a detour through vector registers at three times the cost;
 * clang makes a branch of a choice. */
static inline ds_timer_key ds_timer_least(ds_timer_key a, ds_timer_key b)
{
#if defined(__clang__)
    const uint64_t mask = -(uint64_t)(b < a), hi = (uint64_t)(a >> 64), lo = (uint64_t)a;
    return (ds_timer_key)(hi ^ ((hi ^ (uint64_t)(b >> 64)) & mask)) << 64 |
           (lo ^ ((lo ^ (uint64_t)b) & mask));
#else
    return b < a ? b : a;
#endif
}

/* From a leaf to the root, after the leaf has changed. Returns the earliest time. */
static inline double ds_timers_climb(ds_timers *timers, uint32_t leaf, ds_timer_node changed)
{
    ds_timer_key least, other;
    ds_timer_node *const node = timers->node; /* by itself: a write by memcpy may alias the view */
    size_t k = timers->leaves + leaf;
    memcpy(&least, &changed, sizeof least);
    memcpy(&node[k], &least, sizeof least);
    while (k > 1) {
        memcpy(&other, &node[k ^ 1], sizeof other);
        least = ds_timer_least(least, other);
        k >>= 1;
        memcpy(&node[k], &least, sizeof least);
    }
    const uint64_t bits = (uint64_t)(least >> 64);
    double earliest;
    memcpy(&earliest, &bits, sizeof earliest);
    return earliest;
}

static inline double ds_timers_set_flat(ds_timers *timers, uint32_t slot, double time)
{
    assert(slot < timers->slots && time >= 0 && !signbit(time));
    ds_timer_node leaf = timers->node[timers->leaves + slot];
    memcpy(&leaf.time, &time, sizeof time);
    return ds_timers_climb(timers, slot, leaf);
}

double ds_timers_set_blocked(ds_timers *timers, uint32_t slot, double time);

/* Returns the earliest time of all slots, which is then at hand: to read it back at the root would
 * wait for it to be written. */
static inline double ds_timers_set(ds_timers *timers, uint32_t slot, double time)
{
    if (DS_LIKELY(!timers->time))
        return ds_timers_set_flat(timers, slot, time);
    return ds_timers_set_blocked(timers, slot, time);
}

/* The pending time of a slot. */
static inline double ds_timers_get(const ds_timers *timers, uint32_t slot)
{
    if (timers->time)
        return timers->time[slot];
    double time;
    memcpy(&time, &timers->node[timers->leaves + slot].time, sizeof time);
    return time;
}

#endif
