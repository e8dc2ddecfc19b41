#include "plan.h"

#include "sim/core/replica.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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
        plan->all_events += plan->events[p] * (double)s->frame.replicas;
    }
    return true;
}

static void describe(ds_plan *plan, const ds_maker *maker)
{
    const ds_scenario *const s = plan->scenario;
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
        .recorded = s->recorded,
        .outcomes = s->model->outcomes,
        .points = s->points,
        .replicas = s->frame.replicas,
        .group = ds_frame_group(&s->frame),
        .times = ds_frame_times(&s->frame),
        .time = plan->time,
        .start = s->frame.start,
        .labels = plan->labels,
        .keep_paths = s->keep_paths,
        .provenance = {.scenario = s->source,
                       .resolved = s->resolved,
                       .program = maker->program,
                       .version = maker->version,
                       .build = maker->build,
                       .seed = s->frame.seed,
                       .file_count = s->file_count,
                       .file_names = plan->file_names,
                       .file_texts = plan->file_texts},
    };
    plan->batches = ds_store_batches(&plan->experiment);
}

bool ds_plan_make(ds_plan *plan, ds_scenario *scenario, const ds_maker *maker, ds_status *st)
{
    *plan = (ds_plan){.scenario = scenario};
    const size_t points = scenario->points, files = scenario->file_count + 1;
    plan->config = calloc(points, sizeof *plan->config);
    plan->events = calloc(points, sizeof *plan->events);
    plan->labels = calloc(points, sizeof *plan->labels);
    plan->time = calloc(ds_frame_times(&scenario->frame), sizeof *plan->time);
    plan->file_names = calloc(files, sizeof *plan->file_names);
    plan->file_texts = calloc(files, sizeof *plan->file_texts);
    if (!plan->config || !plan->events || !plan->labels || !plan->time || !plan->file_names ||
        !plan->file_texts)
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
    free(plan->file_names);
    free(plan->file_texts);
    *plan = (ds_plan){0};
}

static size_t batch_room(const ds_plan *plan)
{
    const size_t replicas = plan->experiment.replicas;
    return replicas < DS_STORE_BATCH ? replicas : DS_STORE_BATCH;
}

bool ds_plan_batch(const ds_plan *plan, ds_batch *batch, ds_status *st)
{
    const size_t room = batch_room(plan), times = plan->experiment.times;
    const size_t metrics = ds_metric_count(plan->experiment.metrics);
    const size_t outcomes = ds_metric_count(plan->experiment.outcomes);
    *batch = (ds_batch){
        .rows = calloc(room * times, metrics * sizeof *batch->rows),
        .outcomes = calloc(room, (outcomes + 1) * sizeof *batch->outcomes),
        .state = calloc(room, sizeof *batch->state),
        .events = calloc(room, sizeof *batch->events),
        .cause = calloc(room, sizeof *batch->cause),
    };
    if (batch->rows && batch->outcomes && batch->state && batch->events && batch->cause)
        return true;
    ds_batch_free(batch);
    return ds_fail(st, DS_E_SYSTEM, "no memory for %zu replicas of %zu times and %zu metrics", room,
                   times, metrics);
}

void ds_batch_free(ds_batch *batch)
{
    free(batch->rows);
    free(batch->outcomes);
    free(batch->state);
    free(batch->events);
    free(batch->cause);
    *batch = (ds_batch){0};
}

void ds_plan_batch_blank(const ds_plan *plan, size_t number, ds_batch *batch)
{
    ds_store_batch_range(&plan->experiment, number, batch);
    memset(batch->state, DS_REPLICA_MISSING, batch->count * sizeof *batch->state);
    memset(batch->events, 0, batch->count * sizeof *batch->events);
    memset(batch->cause, 0, batch->count * sizeof *batch->cause);
}

/* Twice what the threads hold, and one being written while another waits to be. */
size_t ds_plan_slots(const ds_plan *plan, unsigned threads)
{
    const size_t each = plan->experiment.replicas * plan->experiment.points / plan->batches;
    const size_t wanted = (2 * threads + each - 1) / each + 2;
    return wanted < plan->batches ? wanted : plan->batches;
}

double ds_plan_bytes(const ds_plan *plan, unsigned threads)
{
    const double joined_at_most = 256 << 20;
    const double times = (double)plan->experiment.times;
    const double row = times * (double)ds_metric_count(plan->experiment.metrics) * sizeof(double);
    const double batch = row * (double)batch_room(plan);
    const double point = row * (double)plan->experiment.replicas;
    /* A shard is built in memory and read back: twice its size. */
    const double running =
        (double)plan->replica_bytes * threads + batch * (double)(ds_plan_slots(plan, threads) + 2);
    const double joining = fmin(point, joined_at_most) + 2 * batch;
    return fmax(running, joining);
}
