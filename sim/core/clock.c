#include "clock.h"

static void put_rate(ds_clock *clock, double rate)
{
    clock->rate = rate;
    clock->mean = 1 / rate;
}

void ds_clock_start(ds_engine *engine, uint32_t source, ds_clock *clock, ds_rng *rng, double rate)
{
    put_rate(clock, rate);
    ds_clock_again(engine, source, clock, rng);
}

void ds_clock_set_rate(ds_engine *engine, uint32_t source, ds_clock *clock, double rate)
{
    if (rate == clock->rate)
        return;
    const double now = ds_now(engine);
    const double left =
        clock->rate > 0 ? (ds_engine_get(engine, source) - now) * clock->rate : clock->left;
    put_rate(clock, rate);
    clock->left = left;
    ds_engine_set(engine, source, rate > 0 ? now + left * clock->mean : INFINITY);
}
