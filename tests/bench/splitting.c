/* Rows of splitting: what an event of a trial costs, and how sure two seconds make of a rare event
 * whose probability is known. */
#include "bench.h"

#include "models/models.h"
#include "sim/io/scenario.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { REPETITIONS = 60 };

static const double seconds_given = 2;

typedef struct sample {
    double seconds, events, mean, error; /* error: of the mean, over the closed form */
} sample;

static void repeat(ds_scenario *s, const void *config, double truth, sample *out)
{
    ds_replica replica;
    ds_status st = {0};
    double outcomes[16], sum = 0, squares = 0;
    uint64_t events;
    if (!ds_replica_open(&replica, s->model, config, &s->frame, &st))
        abort();
    const double begun = ds_cpu_seconds();
    for (uint32_t i = 0; i < REPETITIONS; i++) {
        if (!ds_splitting_run(&replica, s->splitting, i, outcomes, &events))
            abort();
        sum += outcomes[0] / truth;
        squares += outcomes[0] / truth * outcomes[0] / truth;
        out->events += (double)events;
    }
    out->seconds = ds_cpu_seconds() - begun;
    ds_replica_close(&replica);
    out->mean = sum / REPETITIONS;
    out->error = sqrt((squares / REPETITIONS - out->mean * out->mean) / (REPETITIONS - 1));
}

/* An M/M/1 queue at load 1/2 that reaches `target` before it is empty again. */
static sample overflow(double target)
{
    char text[400];
    ds_scenario s;
    ds_status st = {0};
    const void *config;
    sample out = {0};
    snprintf(text, sizeof text,
             "model: queue\nhorizon: 1e4\nseed: 1\ninitial: 1\narrivals: {process: poisson, rate: "
             "1}\nservice: {distribution: exponential, mean: 0.5}\n"
             "splitting: {metric: number_in_system, target: %g, stop: 0}\n",
             target);
    const ds_scenario_request q = {.path = "overflow.yaml", .text = text, .models = ds_models};
    if (!ds_scenario_load(&s, &q, &st) || !ds_scenario_config(&s, 0, &config, &st))
        abort();
    repeat(&s, config, 1 / (exp2(target) - 1), &out);
    ds_scenario_free(&s);
    return out;
}

static ds_work event(double size)
{
    const sample s = overflow(size);
    return (ds_work){s.seconds, s.events};
}

/* Percent of the probability. */
static ds_work error(double size)
{
    const sample s = overflow(size);
    return (ds_work){100 * s.error * sqrt(s.seconds / seconds_given) * 1e-9, 1};
}

const ds_row ds_splitting_rows[] = {
    {.name = "splitting, an event",
     .unit = "ns",
     .run = event,
     .size = 30,
     .bound = "an event of the queue, a look, a state copied every 30"},
    {.name = "splitting, 9e-10 in 2 s",
     .unit = "%",
     .run = error,
     .size = 30,
     .goal = 5,
     .bound = "standard error: stages, over trials"},
    {.name = "splitting, 9e-16 in 2 s",
     .unit = "%",
     .run = error,
     .size = 50,
     .goal = 5,
     .bound = "standard error: stages, over trials"},
    {0},
};
