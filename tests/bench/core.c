/* Rows of sim/core: one variate, timers by number, a clock by members. */
#include "bench.h"

#include "sim/core/clock.h"

#include <stdlib.h>

enum { OPERATIONS = 4000000 };

static volatile double sink;

static ds_work exponential(double size)
{
    ds_rng rng = ds_rng_stream(1, 0, 0, 0);
    double sum = 0;
    (void)size;
    const double begun = ds_cpu_seconds();
    for (int i = 0; i < OPERATIONS; i++)
        sum += ds_rng_exponential(&rng);
    sink = sum;
    return (ds_work){ds_cpu_seconds() - begun, OPERATIONS};
}

static void open_arena(ds_arena *arena, size_t bytes)
{
    ds_status st = {0};
    if (!ds_arena_open(arena, bytes, &st))
        abort();
}

/* Hold model (Jones 1986): take the earliest, set it again an exponential later. */
static ds_work timers(double size)
{
    const uint32_t n = (uint32_t)size;
    ds_arena measure = {0}, arena;
    ds_timers t;
    ds_timers_place(&t, n, &measure);
    open_arena(&arena, measure.used);
    ds_timers_place(&t, n, &arena);
    ds_timers_reset(&t);
    ds_rng rng = ds_rng_stream(1, 0, 0, 0);
    for (uint32_t i = 0; i < n; i++)
        ds_timers_set(&t, i, ds_rng_exponential(&rng));
    for (uint32_t i = 0; i < n; i++) /* to the steady state */
        ds_timers_set(&t, ds_timers_first(&t), ds_timers_earliest(&t) + ds_rng_exponential(&rng));
    const double begun = ds_cpu_seconds();
    for (int i = 0; i < OPERATIONS; i++)
        ds_timers_set(&t, ds_timers_first(&t), ds_timers_earliest(&t) + ds_rng_exponential(&rng));
    const double spent = ds_cpu_seconds() - begun;
    sink = ds_timers_earliest(&t);
    ds_arena_close(&arena);
    return (ds_work){spent, OPERATIONS};
}

/* A cohort whose members count their events: one clock, a uniform pick, one touch of a member. */
typedef struct cohort {
    ds_engine engine;
    ds_clock clock;
    ds_rng rng;
    uint32_t *touched, members;
} cohort;

static bool member_acts(void *world)
{
    cohort *const c = world;
    c->touched[ds_rng_below(&c->rng, c->members)]++;
    ds_clock_again(&c->engine, 0, &c->clock, &c->rng);
    return true;
}

static const ds_source cohort_sources[] = {{"member_acts", member_acts}};

static ds_work clock_events(double size)
{
    cohort c = {.members = (uint32_t)size, .rng = ds_rng_stream(1, 0, 0, 0)};
    ds_status st = {0};
    ds_arena arena;
    open_arena(&arena, (size_t)size * sizeof(uint32_t) + 65536);
    c.touched = DS_TAKE(&arena, c.members, uint32_t);
    ds_engine_place(&c.engine, cohort_sources, 1, &arena);
    c.engine.world = &c;
    c.engine.status = &st;
    ds_engine_reset(&c.engine);
    ds_clock_start(&c.engine, 0, &c.clock, &c.rng, size);
    const double begun = ds_cpu_seconds();
    if (!ds_engine_run(&c.engine, OPERATIONS / size))
        abort();
    const double spent = ds_cpu_seconds() - begun;
    const double handled = (double)c.engine.state->handled;
    sink = c.touched[0];
    ds_arena_close(&arena);
    return (ds_work){spent, handled};
}

const ds_row ds_core_rows[] = {
    {.name = "exponential variate",
     .unit = "ns",
     .run = exponential,
     .goal = 7,
     .bound = "Philox, a table look-up"},
    {.name = "timers, 10^2",
     .unit = "ns",
     .run = timers,
     .size = 1e2,
     .goal = 16,
     .against = "exponential variate",
     .most = 5, /* a climb with branches takes four times this */
     .bound = "7 dependent compares"},
    {.name = "timers, 10^4",
     .unit = "ns",
     .run = timers,
     .size = 1e4,
     .goal = 24,
     .against = "timers, 10^2",
     .most = 3,
     .bound = "14 dependent compares"},
    {.name = "timers, 10^5",
     .unit = "ns",
     .run = timers,
     .size = 1e5,
     .goal = 36,
     .against = "timers, 10^2",
     .most = 5,
     .bound = "second-level cache"},
    {.name = "timers, 10^6",
     .unit = "ns",
     .run = timers,
     .size = 1e6,
     .goal = 90,
     .against = "timers, 10^2",
     .most = 10,
     .bound = "cache misses, known ahead"},
    {.name = "clock, 10^2 members",
     .unit = "ns",
     .run = clock_events,
     .size = 1e2,
     .bound = "two draws and a call"},
    {.name = "clock, 10^6 members",
     .unit = "ns",
     .run = clock_events,
     .size = 1e6,
     .against = "clock, 10^2 members",
     .most = 2.5,
     .bound = "the touch of the member"},
    {0},
};
