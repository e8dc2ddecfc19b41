#include "clock.h"

void ds_clock_start(ds_engine *engine, uint32_t source, ds_clock *clock, ds_rng *rng, double rate)
{
    *clock = (ds_clock){.next = ds_rng_exponential(rng)};
    ds_clock_again_at(engine, source, clock, rng, rate);
}

void ds_clock_set_rate(ds_engine *engine, uint32_t source, ds_clock *clock, double rate)
{
    if (rate == clock->rate)
        return;
    const double now = ds_now(engine);
    const double left =
        clock->rate > 0 ? (ds_engine_get(engine, source) - now) * clock->rate : clock->left;
    clock->rate = rate;
    clock->mean = 1 / rate;
    clock->left = left;
    ds_engine_set(engine, source, rate > 0 ? now + left * clock->mean : INFINITY);
}
