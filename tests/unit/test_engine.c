/* A replica is one arena: snapshot, restore and move by one copy; clocks rescale; averages are
 * exact. */
#include "run.h"

#include "sim/core/clock.h"
#include "sim/core/replica.h"
#include "sim/core/series.h"

#include <stdlib.h>

/* ---- a toy: births by a clock, deaths by timers ---- */

enum { PLACES = 500 };

typedef struct toy_state {
    ds_clock births;
    ds_rng rng;
    ds_level alive;
    double born;
} toy_state;

typedef struct toy {
    ds_engine engine;
    ds_timers deaths;
    toy_state *state;
    const ds_frame *frame;
} toy;

static bool birth(void *world)
{
    toy *const w = world;
    const double now = ds_now(&w->engine);
    ds_clock_again(&w->engine, 1, &w->state->births, &w->state->rng);
    const uint32_t place = ds_rng_below(&w->state->rng, PLACES);
    if (isfinite(ds_timers_get(&w->deaths, place)))
        return true;
    ds_engine_timer(&w->engine, 0, &w->deaths, place, now + 3 * ds_rng_exponential(&w->state->rng));
    ds_level_add(&w->state->alive, 1, now);
    w->state->born++;
    return true;
}

static bool death(void *world)
{
    toy *const w = world;
    ds_engine_timer(&w->engine, 0, &w->deaths, ds_timers_first(&w->deaths), INFINITY);
    ds_level_add(&w->state->alive, -1, ds_now(&w->engine));
    return true;
}

static const ds_source toy_sources[] = {{"death", death}, {"birth", birth}};

static void toy_place(void *world, const void *config, const ds_frame *frame, ds_arena *arena)
{
    toy *const w = world;
    (void)config;
    w->frame = frame;
    w->state = DS_TAKE(arena, 1, toy_state);
    ds_timers_place(&w->deaths, PLACES, arena);
    ds_engine_place(&w->engine, toy_sources, 2, arena);
}

static ds_engine *toy_engine(void *world)
{
    return &((toy *)world)->engine;
}

static bool toy_begin(void *world, uint32_t replica)
{
    toy *const w = world;
    ds_engine_reset(&w->engine);
    ds_timers_reset(&w->deaths);
    w->state->rng = ds_rng_stream(w->frame->seed, replica, 0, 0);
    ds_clock_start(&w->engine, 1, &w->state->births, &w->state->rng, 20);
    return true;
}

static void toy_observe(void *world, double *row, bool first)
{
    toy *const w = world;
    row[0] = w->state->alive.value;
    row[1] = first ? NAN : ds_level_take(&w->state->alive, ds_now(&w->engine));
}

static void toy_conclude(void *world, double *outcomes)
{
    outcomes[0] = ((toy *)world)->state->born;
}

static const ds_metric toy_metrics[] = {{"alive", "1", "alive", DS_STATE, true},
                                        {"alive_mean", "1", "mean alive", DS_AVERAGE, true},
                                        {0}};
static const ds_metric toy_outcomes[] = {{"born", "1", "born", DS_STATE, true}, {0}};
static const ds_model toy_model = {.name = "toy",
                                   .metrics = toy_metrics,
                                   .outcomes = toy_outcomes,
                                   .world_size = sizeof(toy),
                                   .place = toy_place,
                                   .engine = toy_engine,
                                   .begin = toy_begin,
                                   .observe = toy_observe,
                                   .conclude = toy_conclude};
static const ds_frame frame = {
    .start = NAN, .warmup = 5, .horizon = 50, .observe = 1, .seed = 9, .replicas = 3};

static ds_replica open_toy(void)
{
    ds_replica r;
    ds_status st = {0};
    ck_assert(ds_replica_open(&r, &toy_model, NULL, &frame, &st));
    return r;
}

START_TEST(a_restored_replica_runs_on_to_the_same_bits)
{
    ds_replica r = open_toy();
    char *const snapshot = malloc(r.arena.size), *const end = malloc(r.arena.size);
    ck_assert(ds_replica_begin(&r, 1) && ds_replica_until(&r, 20));
    memcpy(snapshot, r.arena.base, r.arena.size);
    ck_assert(ds_replica_until(&r, 40));
    memcpy(end, r.arena.base, r.arena.size);
    memcpy(r.arena.base, snapshot, r.arena.size);
    ck_assert(ds_replica_until(&r, 40));
    ck_assert_mem_eq(r.arena.base, end, r.arena.size);
    free(snapshot);
    free(end);
    ds_replica_close(&r);
}
END_TEST

START_TEST(a_replica_moved_to_another_arena_runs_on_to_the_same_bits)
{
    ds_replica a = open_toy(), b = open_toy();
    ck_assert(a.arena.base != b.arena.base);
    ck_assert(ds_replica_begin(&a, 1) && ds_replica_until(&a, 20));
    memcpy(b.arena.base, a.arena.base, a.arena.size);
    ck_assert(ds_replica_until(&a, 40) && ds_replica_until(&b, 40));
    ck_assert_mem_eq(a.arena.base, b.arena.base, a.arena.size);
    ds_replica_close(&a);
    ds_replica_close(&b);
}
END_TEST

START_TEST(a_reused_arena_gives_the_bits_of_a_new_one)
{
    enum { VALUES = 46 * 2 };
    ds_replica r = open_toy(), fresh = open_toy();
    double a[VALUES], b[VALUES], other[VALUES], born[3];
    ck_assert_uint_eq(ds_frame_times(&frame), VALUES / 2);
    ck_assert(ds_replica_run(&fresh, 2, a, &born[0]));
    ck_assert(ds_replica_run(&r, 0, other, &born[1]) && ds_replica_run(&r, 2, b, &born[2]));
    ck_assert_mem_eq(a, b, sizeof a);
    ck_assert_double_eq(born[0], born[2]);
    ck_assert(memcmp(a, other, sizeof a) != 0);
    ds_replica_close(&r);
    ds_replica_close(&fresh);
}
END_TEST

/* ---- clocks ---- */

typedef struct pulse {
    ds_engine engine;
    ds_clock clock;
    ds_rng rng;
    ds_arena arena;
    ds_status st;
    double fired;
} pulse;

static bool beat(void *world)
{
    pulse *const p = world;
    ds_clock_again(&p->engine, 0, &p->clock, &p->rng);
    p->fired++;
    return true;
}

static const ds_source pulse_sources[] = {{"beat", beat}};

static void open_pulse(pulse *p, double rate, uint32_t replica)
{
    *p = (pulse){.rng = ds_rng_stream(5, replica, 0, 0)};
    ck_assert(ds_arena_open(&p->arena, 4096, &p->st));
    ds_engine_place(&p->engine, pulse_sources, 1, &p->arena);
    p->engine.world = p;
    p->engine.status = &p->st;
    ds_engine_reset(&p->engine);
    ds_clock_start(&p->engine, 0, &p->clock, &p->rng, rate);
}

START_TEST(a_change_of_rate_rescales_the_pending_time)
{
    pulse p;
    open_pulse(&p, 2, 0);
    const double pending = ds_engine_get(&p.engine, 0);
    ds_clock_set_rate(&p.engine, 0, &p.clock, 4);
    ck_assert_double_eq_tol(ds_engine_get(&p.engine, 0), pending / 2, 1e-15);
    ds_clock_set_rate(&p.engine, 0, &p.clock, 0);
    ck_assert(isinf(ds_engine_get(&p.engine, 0)));
    ck_assert(ds_engine_run(&p.engine, 100));
    ck_assert_double_eq(p.fired, 0);
    ds_clock_set_rate(&p.engine, 0, &p.clock, 2);
    ck_assert_double_eq_tol(ds_engine_get(&p.engine, 0), 100 + pending, 1e-12);
    ds_arena_close(&p.arena);
}
END_TEST

/* Rate 3 for 100 days, 0 for 50, 1 for 100: 400 events expected, Poisson. */
START_TEST(a_clock_of_changing_rate_is_poisson)
{
    enum { REPLICAS = 2000 };
    double sum = 0, squares = 0;
    for (uint32_t r = 0; r < REPLICAS; r++) {
        pulse p;
        open_pulse(&p, 3, r);
        ck_assert(ds_engine_run(&p.engine, 100));
        ds_clock_set_rate(&p.engine, 0, &p.clock, 0);
        ck_assert(ds_engine_run(&p.engine, 150));
        ds_clock_set_rate(&p.engine, 0, &p.clock, 1);
        ck_assert(ds_engine_run(&p.engine, 250));
        sum += p.fired;
        squares += p.fired * p.fired;
        ds_arena_close(&p.arena);
    }
    const double mean = sum / REPLICAS, variance = squares / REPLICAS - mean * mean;
    ck_assert_double_lt(fabs(mean - 400) / sqrt(400.0 / REPLICAS), 4);
    ck_assert_double_lt(fabs(variance / 400 - 1) / sqrt(2.0 / REPLICAS), 4);
}
END_TEST

START_TEST(a_level_averages_over_time_exactly)
{
    ds_level level = {0};
    ds_level_set(&level, 2, 0);
    ds_level_add(&level, 3, 1.5);
    ds_level_set(&level, 1, 2);
    ck_assert_double_eq(ds_level_take(&level, 4), 2 * 1.5 + 5 * 0.5 + 1 * 2);
    ck_assert_double_eq(ds_level_take(&level, 5), 1);
}
END_TEST

START_TEST(the_last_interval_ends_at_the_horizon)
{
    const ds_frame f = {.warmup = 1, .horizon = 4.5, .observe = 1},
                   even = {.horizon = 0.3, .observe = 0.1};
    ck_assert_uint_eq(ds_frame_times(&f), 5);
    ck_assert_double_eq(ds_frame_time(&f, 0), 1);
    ck_assert_double_eq(ds_frame_time(&f, 4), 4.5);
    ck_assert_uint_eq(ds_frame_times(&even), 4);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{a_restored_replica_runs_on_to_the_same_bits, 0},
                             {a_replica_moved_to_another_arena_runs_on_to_the_same_bits, 0},
                             {a_reused_arena_gives_the_bits_of_a_new_one, 0},
                             {a_change_of_rate_rescales_the_pending_time, 0},
                             {a_clock_of_changing_rate_is_poisson, 0},
                             {a_level_averages_over_time_exactly, 0},
                             {the_last_interval_ends_at_the_horizon, 0},
                             {0}};
    return ds_run_tests("engine", tests, 120);
}
