/*
 * What the keys of random draws cost: the economy, and the economy less what its keyed draws cost
 * over the same draws from one stream in event order, each kind timed alone and counted in the run.
 */
#include "bench.h"

#include "models/diem/compute.h"
#include "models/diem/taste.h"
#include "models/models.h"
#include "sim/core/replica.h"
#include "sim/io/scenario.h"

#include <stdio.h>
#include <stdlib.h>

enum { TIMES = 1000000, SLOTS = 256, OPTIONS = 6 };

static volatile double sink;

static const double days = 180;

/* ---- one kind of draw, seconds each ---- */

/* An hour of a class: its streams go on at a block of the hour, and the pending time is new. */
static double hour_keyed(ds_rng *rng)
{
    double sum = 0;
    const double begun = ds_cpu_seconds();
    for (uint64_t i = 0; i < TIMES; i++) {
        ds_rng_seek(rng, i << 32);
        sum += ds_rng_exponential(rng) + ds_rng_exponential(rng);
        ds_rng_seek(rng, i << 32 | 1);
        sum += ds_rng_uniform(rng);
    }
    sink = sum;
    return (ds_cpu_seconds() - begun) / TIMES;
}

/* Two idle slots of a job: by the quarters of a word and the halves of another, and by two draws
 * below their number. */
static double job_keyed(ds_rng *rng)
{
    double sum = 0;
    const double begun = ds_cpu_seconds();
    for (int i = 0; i < TIMES; i++) {
        const uint32_t count = SLOTS * 3 / 4 + (uint32_t)i % (SLOTS / 2);
        uint64_t names = ds_rng_next(rng), cuts = ds_rng_next(rng);
        int found = 0;
        for (int n = 0; n < 4 && found < 2; n++, names >>= 16) {
            const uint32_t place = (uint32_t)names & (2 * SLOTS - 1);
            found += place < count;
            sum += place < count ? place : 0;
        }
        for (; found < 2; found++, cuts >>= 32)
            sum += (double)((cuts & UINT32_MAX) * count >> 32);
    }
    sink = sum;
    return (ds_cpu_seconds() - begun) / TIMES;
}

static double job_plain(ds_rng *rng)
{
    double sum = 0;
    const double begun = ds_cpu_seconds();
    for (int i = 0; i < TIMES; i++) {
        const uint32_t count = SLOTS * 3 / 4 + (uint32_t)i % (SLOTS / 2);
        sum += ds_rng_below(rng, count);
        sum += ds_rng_below(rng, count);
    }
    sink = sum;
    return (ds_cpu_seconds() - begun) / TIMES;
}

static const double weight[OPTIONS] = {1, 0.5, 0.3, 0.8, 0.1, 0.6};
static const double weights = 3.3;

/* A choice: a race of shocks from the turn's own stream, and one uniform over the summed weights.
 */
static double choice_keyed(ds_rng *rng)
{
    double sum = 0;
    const double begun = ds_cpu_seconds();
    for (uint32_t i = 0; i < TIMES; i++) {
        rng->agent = i;
        ds_rng_seek(rng, (uint64_t)i << DS_TURN_BITS);
        sum += ds_taste_pick(weight, OPTIONS, rng);
    }
    sink = sum;
    return (ds_cpu_seconds() - begun) / TIMES;
}

static double choice_plain(ds_rng *rng)
{
    double sum = 0;
    const double begun = ds_cpu_seconds();
    for (uint32_t i = 0; i < TIMES; i++) {
        double left = ds_rng_uniform(rng) * weights;
        int pick = 0;
        while (pick < OPTIONS - 1 && left >= weight[pick])
            left -= weight[pick++];
        sum += pick;
    }
    sink = sum;
    return (ds_cpu_seconds() - begun) / TIMES;
}

/* ---- the economy ---- */

typedef struct life {
    double seconds, events, jobs, hours, choices;
} life;

static double count_choices(const ds_world *w)
{
    const ds_list *const cohorts = &w->config->holders.cohorts;
    double active = 0;
    for (uint32_t k = 0; k < cohorts->count; k++)
        active += (w->holder_first[k + 1] - w->holder_first[k]) *
                  (1 - ((const ds_holder_cohort *)cohorts->items)[k].inertia);
    return (double)w->eco->turns[DS_FOR_HOLDER_TIMES] * active / w->holder_first[cohorts->count] +
           (double)w->eco->turns[DS_FOR_CONSUMER_TIMES] * (1 - w->config->consumers.inertia);
}

static life live(void)
{
    static const char text[] = "{model: diem, start: 2026-09-19, horizon: 180 d, seed: 1, "
                               "replicas: 1}";
    const ds_scenario_request request = {.path = "keys", .text = text, .models = ds_models};
    ds_scenario s;
    ds_replica replica;
    ds_status st = {0};
    const void *config;
    if (!ds_scenario_load(&s, &request, &st) || !ds_scenario_config(&s, 0, &config, &st) ||
        !ds_replica_open(&replica, s.model, config, &s.frame, &st) ||
        !ds_replica_begin(&replica, 0))
        abort();
    const double begun = ds_cpu_seconds();
    if (!ds_replica_until(&replica, days))
        abort();
    const ds_world *const w = replica.world;
    const life l = {
        .seconds = ds_cpu_seconds() - begun,
        .events = (double)w->engine.state->handled,
        .jobs = w->eco->flow.jobs,
        .hours = 24 * days * w->classes,
        .choices = count_choices(w),
    };
    ds_replica_close(&replica);
    ds_scenario_free(&s);
    return l;
}

static ds_work economy(double keyed)
{
    const life l = live();
    ds_rng rng = ds_rng_stream(1, 0, 0, 0);
    double keys = 0;
    if (keyed == 0)
        keys = l.hours * hour_keyed(&rng) + l.jobs * (job_keyed(&rng) - job_plain(&rng)) +
               l.choices * (choice_keyed(&rng) - choice_plain(&rng));
    return (ds_work){l.seconds - keys, l.events};
}

const ds_row ds_key_rows[] = {
    {.name = "economy, less its keys",
     .unit = "ns",
     .run = economy,
     .size = 0,
     .bound = "as the economy"},
    {.name = "economy, keyed",
     .unit = "ns",
     .run = economy,
     .size = 1,
     .against = "economy, less its keys",
     .most = 1.15,
     .bound = "a job's words, blocks of choices"},
    {0},
};
