#include "timers.h"

static uint32_t power_of_two(uint32_t n)
{
    uint32_t p = 1;
    while (p < n)
        p *= 2;
    return p;
}

static uint32_t blocks(uint32_t slots)
{
    return slots / DS_TIMERS_BLOCK + (slots % DS_TIMERS_BLOCK != 0);
}

void ds_timers_place(ds_timers *timers, uint32_t slots, ds_arena *arena)
{
    const bool blocked = slots > DS_TIMERS_FLAT;
    timers->slots = slots;
    timers->ties = arena->ties;
    timers->leaves = power_of_two(blocked ? blocks(slots) : slots);
    timers->node = DS_TAKE(arena, 2 * (size_t)timers->leaves, ds_timer_node);
    timers->time = blocked ? DS_TAKE(arena, (size_t)blocks(slots) * DS_TIMERS_BLOCK, double) : NULL;
}

static ds_timer_node node_of(const ds_timers *timers, uint32_t slot, double time)
{
    ds_timer_node node = {.slot = slot, .rank = slot ^ timers->ties};
    memcpy(&node.time, &time, sizeof time);
    return node;
}

void ds_timers_reset(ds_timers *timers)
{
    const uint32_t stride = timers->time ? DS_TIMERS_BLOCK : 1;
    for (uint32_t i = 0; i < timers->leaves; i++)
        timers->node[timers->leaves + i] = node_of(timers, i * stride, INFINITY);
    for (uint32_t k = timers->leaves - 1; k >= 1; k--)
        timers->node[k] = timers->node[2 * k];
    for (size_t i = 0; timers->time && i < (size_t)blocks(timers->slots) * DS_TIMERS_BLOCK; i++)
        timers->time[i] = INFINITY;
}

/* Which of the hits has the least rank. */
static unsigned first_hit(unsigned hits, unsigned ties)
{
    unsigned rank = 0;
    if (DS_LIKELY(ties == 0))
        return (unsigned)__builtin_ctz(hits);
    while (!(hits >> (rank ^ ties) & 1))
        rank++;
    return rank ^ ties;
}

/* The scan is scalar on purpose: vectors of two, four minima side by side and blocks of 8 measured
 * the same, because what bounds it is the miss on the block, then the climb. */
double ds_timers_set_blocked(ds_timers *timers, uint32_t slot, double time)
{
    assert(slot < timers->slots && time >= 0 && !signbit(time));
    const uint32_t block = slot / DS_TIMERS_BLOCK;
    double *const t = timers->time + (size_t)block * DS_TIMERS_BLOCK;
    t[slot % DS_TIMERS_BLOCK] = time;
    double least = t[0];
    for (unsigned i = 1; i < DS_TIMERS_BLOCK; i++)
        least = t[i] < least ? t[i] : least;
    unsigned hits = 0;
    for (unsigned i = 0; i < DS_TIMERS_BLOCK; i++)
        hits |= (unsigned)(t[i] == least) << i;
    const uint32_t first =
        block * DS_TIMERS_BLOCK + first_hit(hits, timers->ties % DS_TIMERS_BLOCK);
    return ds_timers_climb(timers, block, node_of(timers, first, least));
}
