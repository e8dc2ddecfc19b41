#include "plan.h"

#include "sim/core/arithmetic.h"
#include "sim/core/libm.h"
#include "sim/core/replica.h"
#include "sim/io/designs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double events_a_repetition = 1e6;

/* A repetition of unknown length is a few seconds of work; its states are memory. */
static bool count_splitting(ds_plan *plan, const void *config, size_t point, ds_status *st)
{
    const ds_scenario *const s = plan->scenario;
    double bytes;
    if (!ds_splitting_bytes(s->splitting, s->model, config, &s->frame, &bytes, st))
        return false;
    plan->splitting_bytes = fmax(plan->splitting_bytes, bytes);
    plan->events[point] = events_a_repetition;
    return true;
}

static bool take_points(ds_plan *plan, ds_status *st)
{
    ds_scenario *const s = plan->scenario;
    for (size_t p = 0; p < s->points; p++) {
        size_t bytes;
        if (!ds_scenario_config(s, p, &plan->config[p], st) ||
            !ds_replica_size(s->model, plan->config[p], &s->frame, &bytes, st))
            return false;
        plan->replica_bytes = bytes > plan->replica_bytes ? bytes : plan->replica_bytes;
        plan->labels[p] = ds_scenario_label(s, p);
        plan->events[p] = s->model->events ? s->model->events(plan->config[p], &s->frame) : 0;
        if (s->splitting && !count_splitting(plan, plan->config[p], p, st))
            return false;
        plan->all_events += plan->events[p] * (double)s->frame.replicas;
    }
    return true;
}

/* ---- batches ---- */

static const double most_events = 2e7;  /* some seconds of one core: what a crash may cost */
static const double least_events = 5e5; /* some tens of milliseconds: storing is a few hundredths */
static const double batches_to_share = 64; /* among ranks, where a plan has the work for them */
static const double batch_bytes = 8 << 20, many_batches = 512, chunks_most = 1024;

/* How many times over a batch may grow. */
static double room_for(const ds_experiment *x)
{
    return fmin(x->keep_paths ? fmax(1, batch_bytes / ds_batch_bytes(x)) : INFINITY, chunks_most);
}

static double power_below(double number)
{
    int exponent;
    (void)frexp(number, &exponent);
    return ldexp(1, exponent - 1);
}

static double power_above(double number)
{
    const double below = power_below(number);
    return below < number ? 2 * below : below;
}

static double events_a_batch(const ds_plan *plan)
{
    return fmin(most_events, fmax(least_events, plan->all_events / batches_to_share));
}

/*
 * A batch is so much work that storing it costs next to nothing, and a file; there are never very
 * many of them where nothing speaks against large ones. Powers of two, of which chunks are made.
 * What it holds depends on the scenario alone, so that shards from anywhere fit together.
 */
static void shape_batches(ds_plan *plan)
{
    ds_experiment *const x = &plan->experiment;
    const double each = fmax(1, plan->all_events / ((double)x->points * (double)x->replicas));
    const double chunks = ceil((double)x->replicas / DS_STORE_ROWS);
    const ds_scenario *const s = plan->scenario;
    x->batch_points = s->branches; /* the futures of a past stay together */
    x->batch_replicas = DS_STORE_ROWS;
    const ds_until *const until = s->until;
    double room = room_for(x);
    if (until) /* a round has whole batches: small ones overshoot less */
        room = fmin(room, fmax(1, floor((double)until->min_replicas / (4 * DS_STORE_ROWS))));
    double wanted = events_a_batch(plan) / (each * DS_STORE_ROWS * (double)s->branches);
    if (!x->keep_paths)
        wanted = fmax(wanted, ceil(chunks * (double)x->points / many_batches));
    const double most = fmin(fmax(wanted, 1), room);
    x->batch_replicas *= (size_t)(most < chunks ? power_below(most) : power_above(chunks));
    if (most < chunks || s->branches > 1)
        return;
    const double whole = power_below(fmax(1, most / chunks));
    x->batch_points = (size_t)fmin(whole, power_above((double)x->points));
}

static void doubt(ds_plan *plan)
{
    if (plan->scenario->program)
        snprintf(plan->doubt, sizeof plan->doubt,
                 "'%.80s' is a program: what it computes hangs on how and where it was built",
                 plan->scenario->program);
    else if (!ds_arithmetic_is_as_written())
        snprintf(plan->doubt, sizeof plan->doubt,
                 "this program was built with arithmetic that is another from build to build");
    else if (!ds_libm_is_ours())
        snprintf(plan->doubt, sizeof plan->doubt,
                 "GSL and Lua compute with the functions of this machine's C library");
}

/* Of what builds differ in no number hangs, unless there are doubts. */
static const char *build_of(const ds_plan *plan, const ds_maker *maker)
{
    return *plan->doubt ? maker->build : "C17, IEEE 754 doubles, correctly rounded functions";
}

static void describe(ds_plan *plan, const ds_maker *maker)
{
    ds_scenario *const s = plan->scenario;
    const ds_design *const design = ds_scenario_design(s);
    size_t coordinates;
    const ds_coordinate *const coordinate = ds_scenario_coordinates(s, &coordinates);
    doubt(plan);
    for (size_t k = 0; k < ds_frame_times(&s->frame); k++)
        plan->time[k] = ds_frame_time(&s->frame, k);
    for (size_t i = 0; i < s->file_count; i++) {
        plan->file_names[i] = s->files[i].name;
        plan->file_texts[i] = s->files[i].text;
    }
    plan->experiment = (ds_experiment){
        .title = s->title,
        .model = s->model->name,
        .metrics = s->model->metrics,
        .recorded = s->splitting ? plan->none : s->recorded,
        .outcomes = s->outcomes,
        .points = s->points,
        .replicas = s->frame.replicas,
        .group = ds_frame_group(&s->frame),
        .times = ds_frame_times(&s->frame),
        .time = plan->time,
        .start = s->frame.start,
        .labels = plan->labels,
        .design = design->axes      ? design->name
                  : s->branches > 1 ? "branch"
                                    : "variants",
        .coordinates = coordinates,
        .coordinate = coordinate,
        .keep_paths = s->keep_paths,
        .watches = s->until != NULL,
        .provenance = {.scenario = s->source,
                       .resolved = s->resolved,
                       .program = maker->program,
                       .version = maker->version,
                       .build = build_of(plan, maker),
                       .doubt = *plan->doubt ? plan->doubt : NULL,
                       .seed = s->frame.seed,
                       .file_count = s->file_count,
                       .file_names = plan->file_names,
                       .file_texts = plan->file_texts},
    };
    shape_batches(plan);
    plan->batches = ds_store_batches(&plan->experiment);
    ds_store_identity(&plan->experiment, plan->identity);
    plan->experiment.identity = plan->identity;
}

bool ds_plan_make(ds_plan *plan, ds_scenario *scenario, const ds_maker *maker, ds_status *st)
{
    *plan = (ds_plan){.scenario = scenario};
    const size_t points = scenario->points, files = scenario->file_count + 1;
    plan->config = calloc(points, sizeof *plan->config);
    plan->events = calloc(points, sizeof *plan->events);
    plan->labels = calloc(points, sizeof *plan->labels);
    plan->time = calloc(ds_frame_times(&scenario->frame), sizeof *plan->time);
    plan->none = calloc(ds_metric_count(scenario->model->metrics) + 1, sizeof *plan->none);
    plan->file_names = calloc(files, sizeof *plan->file_names);
    plan->file_texts = calloc(files, sizeof *plan->file_texts);
    if (!plan->config || !plan->events || !plan->labels || !plan->time || !plan->none ||
        !plan->file_names || !plan->file_texts)
        return ds_fail(st, DS_E_SYSTEM, "no memory for a plan of %zu points", points);
    if (!take_points(plan, st))
        return false;
    describe(plan, maker);
    return true;
}

void ds_plan_free(ds_plan *plan)
{
    free(plan->config);
    free(plan->events);
    free(plan->labels);
    free(plan->time);
    free(plan->none);
    free(plan->file_names);
    free(plan->file_texts);
    *plan = (ds_plan){0};
}

/* Twice what the threads hold, and one being written while another waits to be. */
size_t ds_plan_slots(const ds_plan *plan, unsigned threads)
{
    const size_t each = plan->experiment.replicas * plan->experiment.points / plan->batches;
    const size_t wanted = (2 * threads + each - 1) / each + 2;
    return wanted < plan->batches ? wanted : plan->batches;
}

static double bytes_with(const ds_plan *plan, unsigned threads, double replica, double splitting)
{
    const ds_experiment *const x = &plan->experiment;
    const double rows =
        (double)x->times * (double)ds_metric_count(x->metrics) * (double)sizeof(double);
    /* A shard is built in memory and read back: twice its size. */
    const double past = plan->scenario->branches > 1 ? replica + rows : 0;
    const double running = (replica + rows + past + splitting) * threads +
                           ds_batch_bytes(x) * (double)(ds_plan_slots(plan, threads) + 2);
    return fmax(running, ds_store_join_bytes(x));
}

double ds_plan_bytes(const ds_plan *plan, unsigned threads)
{
    return bytes_with(plan, threads, (double)plan->replica_bytes, plan->splitting_bytes);
}

double ds_plan_bytes_used(const ds_plan *plan, unsigned threads, double replica)
{
    const double kept = 0.25; /* a pilot's thresholds let a fifth of the trials pass */
    return bytes_with(plan, threads, replica, kept * plan->splitting_bytes);
}
