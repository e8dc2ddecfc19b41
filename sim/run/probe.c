#include "probe.h"

#include "crew.h"
#include "memory.h"
#include "signals.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct run {
    ds_probe *probe;
    ds_plan plan;
    uint8_t *due;
    size_t first, count, known;
    uint64_t *held;
} run;

static double value_of(const run *r, const ds_batch *batch, size_t index, const ds_threshold *t)
{
    const size_t times = r->plan.experiment.times;
    const size_t last = (index + 1) * times - 1; /* of one point: rows are its replicas */
    if (t->outcome)
        return batch->outcomes[index * ds_metric_count(r->probe->scenario->outcomes) + t->number];
    const void *const path = batch->paths[t->number];
    return r->plan.experiment.metrics[t->number].wide ? ((const double *)path)[last]
                                                      : (double)((const float *)path)[last];
}

static uint64_t held_by(const run *r, const ds_batch *batch, size_t index)
{
    uint64_t held = DS_PROBE_FINISHED;
    for (size_t i = 0; i < r->probe->count; i++) {
        const ds_threshold *const t = &r->probe->thresholds[i];
        if (ds_threshold_holds(t, value_of(r, batch, index, t)))
            held |= UINT64_C(1) << i;
    }
    return held;
}

static bool put(void *self, const ds_batch *batch, ds_status *st)
{
    run *const r = self;
    ds_probe *const probe = r->probe;
    (void)st;
    for (size_t i = 0; i < batch->count; i++) {
        const size_t replica = batch->first + i;
        if (replica < r->first || replica >= r->first + r->count ||
            batch->state[i] == DS_REPLICA_MISSING)
            continue;
        const bool done = batch->state[i] == DS_REPLICA_DONE;
        r->held[replica - r->first] = done ? held_by(r, batch, i) : 0;
        r->known++;
        if (!done && !*probe->cause && batch->cause[i])
            snprintf(probe->cause, sizeof probe->cause, "%s", batch->cause[i]);
    }
    return true;
}

/* Batches that have any of the replicas; what a batch has before them is simulated too. */
static double mark(run *r)
{
    double replicas = 0;
    ds_batch batch = {0};
    for (size_t i = 0; i < r->plan.batches; i++) {
        ds_store_batch_range(&r->plan.experiment, i, &batch);
        const size_t end = r->first + r->count;
        const bool wanted = batch.first < end && batch.first + batch.count > r->first;
        r->due[i] = wanted ? DS_DUE_ALL : DS_DUE_NONE;
        if (wanted)
            replicas += fmin((double)batch.count, (double)(end - batch.first));
    }
    return replicas;
}

static bool simulate(run *r, ds_status *st)
{
    ds_progress progress;
    const unsigned threads = ds_crew_threads(&r->plan, r->probe->threads);
    const ds_crew crew = {.plan = &r->plan,
                          .threads = threads,
                          .due = r->due,
                          .limit = r->first + r->count,
                          .stopped = ds_signals_stop,
                          .put = put,
                          .owner = r,
                          .progress = &progress};
    if (!ds_memory_check(ds_plan_bytes(&r->plan, threads), threads, st))
        return false;
    const double replicas = mark(r);
    ds_progress_begin(&progress, 0, (uint64_t)replicas, r->plan.events[0] * replicas,
                      r->probe->quiet);
    const bool ok = ds_crew_run(&crew, st);
    ds_progress_end(&progress);
    return ok &&
           (r->known == r->count ||
            ds_fail(st, DS_E_STOPPED, "stopped with %zu of %zu replicas", r->known, r->count));
}

bool ds_probe_run(ds_probe *probe, size_t first, size_t count, uint64_t *held, ds_status *st)
{
    const ds_maker nobody = {"", "", ""};
    run r = {.probe = probe, .first = first, .count = count, .held = held};
    bool ok = ds_plan_make(&r.plan, probe->scenario, &nobody, st);
    if (ok) {
        r.due = calloc(r.plan.batches, sizeof *r.due);
        ok = r.due || ds_fail(st, DS_E_SYSTEM, "no memory for %zu batches", r.plan.batches);
    }
    ok = ok && simulate(&r, st);
    free(r.due);
    ds_plan_free(&r.plan);
    return ok;
}
