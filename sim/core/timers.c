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
    return (slots + DS_TIMERS_BLOCK - 1) / DS_TIMERS_BLOCK;
}

void ds_timers_place(ds_timers *timers, uint32_t slots, ds_arena *arena)
{
    const bool blocked = slots > DS_TIMERS_FLAT;
    timers->slots = slots;
    timers->leaves = power_of_two(blocked ? blocks(slots) : slots);
    timers->node = DS_TAKE(arena, 2 * (size_t)timers->leaves, ds_timer_node);
    timers->time = blocked ? DS_TAKE(arena, (size_t)blocks(slots) * DS_TIMERS_BLOCK, double) : NULL;
}

void ds_timers_reset(ds_timers *timers)
{
    const double never = INFINITY;
    uint64_t bits;
    memcpy(&bits, &never, sizeof bits);
    const uint32_t stride = timers->time ? DS_TIMERS_BLOCK : 1;
    for (uint32_t i = 0; i < timers->leaves; i++)
        timers->node[timers->leaves + i] = (ds_timer_node){(uint64_t)i * stride, bits};
    for (uint32_t k = timers->leaves - 1; k >= 1; k--)
        timers->node[k] = timers->node[2 * k];
    for (uint32_t i = 0; timers->time && i < blocks(timers->slots) * DS_TIMERS_BLOCK; i++)
        timers->time[i] = never;
}

void ds_timers_set_blocked(ds_timers *timers, uint32_t slot, double time)
{
    const uint32_t block = slot / DS_TIMERS_BLOCK;
    double *const t = timers->time + (size_t)block * DS_TIMERS_BLOCK;
    t[slot % DS_TIMERS_BLOCK] = time;
    double least = t[0];
    for (unsigned i = 1; i < DS_TIMERS_BLOCK; i++)
        least = t[i] < least ? t[i] : least;
    unsigned hits = 0;
    for (unsigned i = 0; i < DS_TIMERS_BLOCK; i++)
        hits |= (unsigned)(t[i] == least) << i;
    const unsigned at = (unsigned)__builtin_ctz(hits);
    ds_timers_climb(timers, block, (uint64_t)block * DS_TIMERS_BLOCK + at, least);
}
