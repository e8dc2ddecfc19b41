/*
 * A clock: the Poisson process of a whole cohort, superposed. One exponential for the cohort, then
 * the handler picks a member, so an event costs the same whatever the population. When the rate
 * changes, the pending time is rescaled and nothing new is drawn: the same random numbers meet the
 * same events under another rate (Gibson & Bruck 2000), which is what pairs two runs on one seed.
 */
#ifndef DS_CORE_CLOCK_H
#define DS_CORE_CLOCK_H

#include "dist.h"
#include "engine.h"

typedef struct ds_clock {
    double rate; /* events a day */
    double mean; /* 1 / rate; INFINITY at rate 0 */
    double left; /* while the rate is 0: unit exponential still to be spent */
    double next; /* unit exponential of the event after the pending one: drawn ahead, because the
                    engine can do nothing until it knows the next time */
} ds_clock;

/* The next event after `unit` of hazard, 1 on average. */
static inline void ds_clock_after(ds_engine *engine, uint32_t source, ds_clock *clock, double unit)
{
    if (DS_LIKELY(clock->rate > 0)) {
        ds_engine_set(engine, source, ds_now(engine) + unit * clock->mean);
    } else {
        clock->left = unit;
        ds_engine_set(engine, source, INFINITY);
    }
}

/* Sets the next event, in the handler of the source. */
static inline void ds_clock_again(ds_engine *engine, uint32_t source, ds_clock *clock, ds_rng *rng)
{
    ds_clock_after(engine, source, clock, clock->next);
    clock->next = ds_rng_exponential(rng);
}

/* The same at another rate from now on. */
static inline void ds_clock_again_at(ds_engine *engine, uint32_t source, ds_clock *clock,
                                     ds_rng *rng, double rate)
{
    clock->rate = rate;
    clock->mean = 1 / rate;
    ds_clock_again(engine, source, clock, rng);
}

/* A rate that varies with time: the clock runs at a ceiling, and of its events those count that
 * this accepts (Lewis & Shedler 1979); 0 <= rate <= clock->rate. */
static inline bool ds_clock_accepts(const ds_clock *clock, double rate, ds_rng *rng)
{
    assert(rate >= 0 && rate <= clock->rate);
    return ds_rng_uniform(rng) * clock->rate < rate;
}

/* The pending time, and what is drawn ahead, anew: that it has not come by now says nothing about
 * when it will. Not in the handler of the source. */
static inline void ds_clock_redraw(ds_engine *engine, uint32_t source, ds_clock *clock, ds_rng *rng)
{
    clock->next = ds_rng_exponential(rng);
    ds_clock_after(engine, source, clock, ds_rng_exponential(rng));
}

/* Sets the rate before the first event, and draws it. */
void ds_clock_start(ds_engine *engine, uint32_t source, ds_clock *clock, ds_rng *rng, double rate);

/* Changes the rate of a running clock; rate >= 0 and finite. */
void ds_clock_set_rate(ds_engine *engine, uint32_t source, ds_clock *clock, double rate);

#endif
