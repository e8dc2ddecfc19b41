/* Clocks: rates that change, cohorts superposed, thinning. */
#include "run.h"

#include "sim/core/clock.h"

#include <string.h>

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

/* Rates 0.5, 1.5 and 2 as three clocks, and as one of their sum: the same process. */
START_TEST(a_clock_of_summed_rates_is_the_superposition)
{
    enum { REPLICAS = 2000 };
    static const double rates[] = {0.5, 1.5, 2};
    double apart = 0, together = 0;
    for (uint32_t r = 0; r < REPLICAS; r++) {
        pulse p;
        for (uint32_t i = 0; i < 3; i++) {
            open_pulse(&p, rates[i], REPLICAS * (i + 1) + r);
            ck_assert(ds_engine_run(&p.engine, 50));
            apart += p.fired;
            ds_arena_close(&p.arena);
        }
        open_pulse(&p, 4, r);
        ck_assert(ds_engine_run(&p.engine, 50));
        together += p.fired;
        ds_arena_close(&p.arena);
    }
    const double expected = 4 * 50.0 * REPLICAS;
    ck_assert_double_lt(fabs(apart - expected) / sqrt(expected), 4);
    ck_assert_double_lt(fabs(together - expected) / sqrt(expected), 4);
}
END_TEST

/* The gaps of a clock, whose draws are made one ahead, against the stream drawn plainly. */
START_TEST(a_clock_spends_its_stream_in_order)
{
    pulse p;
    open_pulse(&p, 2, 7);
    ds_rng rng = ds_rng_stream(5, 7, 0, 0);
    double expected = 0;
    for (int i = 0; i < 100; i++) {
        expected += ds_rng_exponential(&rng) * 0.5;
        ck_assert_double_eq(ds_engine_get(&p.engine, 0), expected);
        if (i % 10 == 3) /* on the way, another rate and back: no draw is lost */
            ds_clock_set_rate(&p.engine, 0, &p.clock, 0);
        if (i % 10 == 3)
            ds_clock_set_rate(&p.engine, 0, &p.clock, 2);
        expected =
            ds_engine_get(&p.engine, 0); /* rescaled there and back: to the last bit or two */
        ck_assert(ds_engine_run(&p.engine, expected));
        ck_assert_double_eq(p.fired, i + 1);
    }
    ds_arena_close(&p.arena);
}
END_TEST

/* Rate 10 (1 + 0.5 sin 2 pi t) under a ceiling of 15: in [0, 2.25] 10 (2.25 + 0.5 / (2 pi)) events
 * on average, Poisson. */
START_TEST(a_thinned_clock_follows_a_rate_that_varies)
{
    enum { REPLICAS = 20000 };
    const double pi = acos(-1), expected = 10 * (2.25 + 0.5 / (2 * pi));
    double sum = 0, squares = 0;
    for (uint32_t r = 0; r < REPLICAS; r++) {
        ds_rng times = ds_rng_stream(6, r, 0, 0), picks = ds_rng_stream(6, r, 1, 0);
        const ds_clock clock = {.rate = 15, .mean = 1.0 / 15};
        double n = 0;
        for (double t = 0;;) {
            t += ds_rng_exponential(&times) * clock.mean;
            if (t > 2.25)
                break;
            n += ds_clock_accepts(&clock, 10 * (1 + 0.5 * sin(2 * pi * t)), &picks);
        }
        sum += n;
        squares += n * n;
    }
    const double mean = sum / REPLICAS, variance = squares / REPLICAS - mean * mean;
    ck_assert_double_lt(fabs(mean - expected) / sqrt(expected / REPLICAS), 4);
    ck_assert_double_lt(fabs(variance / expected - 1) / sqrt(2.1 / REPLICAS), 4);
}
END_TEST

/* What is left of an exponential is one, and so is what was drawn ahead. */
START_TEST(a_clock_is_redrawn_from_its_stream)
{
    pulse p;
    open_pulse(&p, 4, 0);
    ck_assert(ds_engine_run(&p.engine, 3));
    ds_rng rng = ds_rng_stream(8, 0, 0, 0), other = rng;
    const double next = ds_rng_exponential(&rng), left = ds_rng_exponential(&rng);
    ds_clock_redraw(&p.engine, 0, &p.clock, &other);
    ck_assert_double_eq(ds_engine_get(&p.engine, 0), 3 + left * 0.25);
    ck_assert_double_eq(p.clock.next, next);
    ds_clock_set_rate(&p.engine, 0, &p.clock, 0);
    ds_clock_redraw(&p.engine, 0, &p.clock, &rng);
    ck_assert(isinf(ds_engine_get(&p.engine, 0)));
    const double spent = p.clock.left;
    ds_clock_set_rate(&p.engine, 0, &p.clock, 2);
    ck_assert_double_eq(ds_engine_get(&p.engine, 0), 3 + spent / 2);
    ds_arena_close(&p.arena);
}
END_TEST

static bool last_beat(void *world)
{
    pulse *const p = world;
    ds_clock_again_at(&p->engine, 0, &p->clock, &p->rng, 0);
    p->fired++;
    return true;
}

static const ds_source last_sources[] = {{"last", last_beat}};

START_TEST(an_event_can_be_the_last)
{
    pulse p;
    open_pulse(&p, 3, 0);
    p.engine.sources = last_sources;
    ck_assert(ds_engine_run(&p.engine, 100));
    ck_assert_double_eq(p.fired, 1);
    ck_assert(isinf(ds_engine_get(&p.engine, 0)));
    ds_arena_close(&p.arena);
}
END_TEST

/* Whatever is drawn: a uniform can be 0. */
START_TEST(nothing_is_accepted_at_rate_zero)
{
    const ds_clock clock = {.rate = 15, .mean = 1.0 / 15};
    ds_rng rng = ds_rng_stream(1, 0, 0, 0);
    (void)ds_rng_next(&rng);
    memset(rng.word, 0, sizeof rng.word);
    ck_assert(!ds_clock_accepts(&clock, 0, &rng));
    ck_assert(ds_clock_accepts(&clock, 1e-300, &rng));
}
END_TEST

START_TEST(a_rate_that_stays_changes_nothing)
{
    pulse p;
    open_pulse(&p, 3, 0);
    ck_assert(ds_engine_run(&p.engine, 0.7));
    const double pending = ds_engine_get(&p.engine, 0);
    ds_clock_set_rate(&p.engine, 0, &p.clock, 3);
    ck_assert_double_eq(ds_engine_get(&p.engine, 0), pending);
    ds_arena_close(&p.arena);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{a_change_of_rate_rescales_the_pending_time, 0},
                             {a_clock_of_changing_rate_is_poisson, 0},
                             {a_clock_of_summed_rates_is_the_superposition, 0},
                             {a_clock_spends_its_stream_in_order, 0},
                             {a_clock_is_redrawn_from_its_stream, 0},
                             {a_rate_that_stays_changes_nothing, 0},
                             {an_event_can_be_the_last, 0},
                             {nothing_is_accepted_at_rate_zero, 0},
                             {a_thinned_clock_follows_a_rate_that_varies, 0},
                             {0}};
    return ds_run_tests("clock", tests, 120);
}
