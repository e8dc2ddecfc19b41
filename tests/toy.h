/*
 * A toy model for tests of runs: a random walk that ticks once a unit of time, and can be told to
 * fail, to show odd numbers, and to ask for a stop at a replica.
 */
#ifndef DS_TEST_TOY_H
#define DS_TEST_TOY_H

#include "sim/core/model.h"
#include "sim/core/rng.h"

#include <math.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

typedef struct toy_config {
    int64_t fail_from;  /* replicas from this one on fail at half time */
    int64_t fail_every; /* of so many replicas one fails; 0: none */
    double drift;
    bool odd;     /* shows NAN, infinities and zeros of both signs */
    bool verbose; /* says at length why a replica failed */
} toy_config;

#define S toy_config
static const ds_param toy_params[] = {
    DS_P_INTEGER(S, fail_from, "1", 1000000000, 0, 1000000000, "first replica that fails", NULL),
    DS_P_INTEGER(S, fail_every, "1", 0, 0, 1000, "of so many replicas one fails", NULL),
    DS_P_NUMBER(S, drift, "1", 0, -1, 1, "of the walk", NULL),
    DS_P_SWITCH(S, odd, false, "shows numbers that are none"),
    DS_P_SWITCH(S, verbose, false, "says at length why a replica failed"),
    {0},
};
#undef S

typedef struct toy_state {
    ds_rng rng;
    uint32_t replica;
    double at;
} toy_state;

typedef struct toy {
    ds_engine engine;
    toy_state *state;
    const toy_config *config;
    const ds_frame *frame;
} toy;

static _Atomic int toy_stop_in; /* replicas until a signal comes, in the last of them; 0: never */

static bool toy_fails(const toy *t)
{
    const int64_t replica = t->state->replica, every = t->config->fail_every;
    return replica >= t->config->fail_from ||
           (every && (replica * 7 + (int64_t)(t->config->drift * 10)) % every == 0);
}

static bool toy_tick(void *world)
{
    toy *const t = world;
    const double now = ds_now(&t->engine);
    if (now > t->frame->horizon / 2 && toy_fails(t))
        return ds_fail(t->engine.status, DS_E_POLICY, "replica %u does not like it%*s",
                       t->state->replica, t->config->verbose ? 1500 : 0, "");
    t->state->at += ds_rng_uniform(&t->state->rng) - 0.5 + t->config->drift;
    ds_engine_set(&t->engine, 0, now + 1);
    return true;
}

static const ds_source toy_sources[] = {{"tick", toy_tick}};

static void toy_place(void *world, const void *config, const ds_frame *frame, ds_arena *arena)
{
    toy *const t = world;
    t->config = config;
    t->frame = frame;
    t->state = DS_TAKE(arena, 1, toy_state);
    ds_engine_place(&t->engine, toy_sources, 1, arena);
}

static ds_engine *toy_engine(void *world)
{
    return &((toy *)world)->engine;
}

static bool toy_begin(void *world, uint32_t replica)
{
    toy *const t = world;
    ds_engine_reset(&t->engine);
    *t->state =
        (toy_state){.rng = ds_rng_stream(t->frame->seed, replica, 0, 0), .replica = replica};
    ds_engine_set(&t->engine, 0, 1);
    if (atomic_load(&toy_stop_in) && atomic_fetch_sub(&toy_stop_in, 1) == 1 && raise(SIGTERM) != 0)
        abort();
    return true;
}

/* What is shown in place of a number that is nothing special. */
static double toy_oddity(const toy *t, double value)
{
    static const double odd[] = {NAN, INFINITY, -INFINITY, -0.0, 0.0, 1e300, 5e-324};
    const size_t count = sizeof odd / sizeof odd[0];
    const size_t pick = (size_t)(fabs(value) * 1e6) % (2 * count);
    return t->config->odd && pick < count ? odd[pick] : value;
}

static void toy_observe(void *world, double *row, bool first)
{
    const toy *const t = world;
    (void)first;
    row[0] = toy_oddity(t, t->state->at);
    row[1] = toy_oddity(t, t->state->at / 3);
}

static void toy_conclude(void *world, double *outcomes)
{
    const toy *const t = world;
    outcomes[0] = toy_oddity(t, t->state->at);
}

static double toy_events(const void *config, const ds_frame *frame)
{
    (void)config;
    return 1e5 * frame->horizon; /* as if each were worth coming back for */
}

static double toy_few_events(const void *config, const ds_frame *frame)
{
    (void)config;
    return frame->horizon;
}

static const ds_metric toy_metrics[] = {{"place", "1", "where the walk is", DS_STATE, true},
                                        {"third", "1", "a third of it", DS_STATE, false},
                                        {0}};
static const ds_metric toy_outcomes[] = {{"end", "1", "where it ends", DS_STATE, true}, {0}};

#define TOY(NAME, EVENTS)                                                                        \
    {                                                                                            \
        .name = (NAME), .doc = "a walk", .time_unit = "1", .default_observe = 1,                 \
        .default_horizon = 10, .params = toy_params, .config_size = sizeof(toy_config),          \
        .metrics = toy_metrics, .outcomes = toy_outcomes, .events = (EVENTS),                    \
        .world_size = sizeof(toy), .place = toy_place, .engine = toy_engine, .begin = toy_begin, \
        .observe = toy_observe, .conclude = toy_conclude,                                        \
    }
/* `toy` has batches of 16; `light` says what its events are, and has large ones. */
static const ds_model toy_model = TOY("toy", toy_events), toy_light = TOY("light", toy_few_events);
static const ds_model *const toys[] = {&toy_model, &toy_light, NULL};

#endif
