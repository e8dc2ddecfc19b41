#include "ensemble.h"

#include "crew.h"
#include "ensemble_mpi.h"
#include "folder.h"
#include "memory.h"
#include "signals.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One call of ds_run. */
typedef struct run {
    const ds_run_request *request;
    ds_run_report *report;
    ds_plan plan;
    ds_folder folder;
    uint16_t *todo; /* [batches]: replicas that are not on disk */
    size_t missing;
    double missing_events;
    size_t cause_at; /* plan index of the first failure */
    ds_code cause_code;
} run;

/* Counts replicas that are known; the first failure by index is the one that is named. */
static void count(run *r, const ds_batch *batch, uint16_t which)
{
    for (size_t i = 0; i < batch->count; i++) {
        if (!(which >> i & 1) || batch->state[i] != DS_REPLICA_FAILED)
            continue;
        const size_t at = batch->point * r->plan.experiment.replicas + batch->first + i;
        if (!r->report->failed++ || at < r->cause_at) {
            r->cause_at = at;
            r->cause_code = batch->cause[i].code;
            snprintf(r->report->first_cause, sizeof r->report->first_cause, "%.*s",
                     (int)sizeof r->report->first_cause - 1, batch->cause[i].text);
        }
    }
}

static size_t number_of(const run *r, const ds_batch *batch)
{
    const size_t each = r->plan.batches / r->plan.experiment.points;
    return batch->point * each + batch->first / DS_STORE_BATCH;
}

static bool fetch(void *self, ds_batch *batch, ds_status *st)
{
    const run *const r = self;
    bool found;
    if (!ds_shard_read(r->folder.path, &r->plan.experiment, batch, &found, st))
        return false;
    return found || ds_fail(st, DS_E_IO, "a shard has vanished from '%s'", r->folder.path);
}

static bool put(void *self, const ds_batch *batch, ds_status *st)
{
    run *const r = self;
    count(r, batch, r->todo[number_of(r, batch)]);
    return ds_shard_write(r->folder.path, &r->plan.experiment, batch, st);
}

/* ---- what is on disk ---- */

static bool scan_one(run *r, size_t number, ds_batch *batch, ds_status *st)
{
    bool found;
    ds_plan_batch_blank(&r->plan, number, batch);
    if (!ds_shard_read(r->folder.path, &r->plan.experiment, batch, &found, st))
        return false;
    unsigned todo = 0;
    for (size_t i = 0; i < batch->count; i++)
        if (!found || batch->state[i] == DS_REPLICA_MISSING)
            todo |= 1u << i;
    r->todo[number] = (uint16_t)todo;
    const size_t missing = (size_t)__builtin_popcount(todo);
    r->missing += missing;
    r->missing_events += (double)missing * r->plan.events[batch->point];
    r->report->resumed += batch->count - missing;
    if (found)
        count(r, batch, (uint16_t)~todo);
    return true;
}

static bool scan_all(run *r, ds_status *st)
{
    ds_batch batch;
    r->missing = r->report->resumed = r->report->failed = 0;
    r->missing_events = 0;
    if (!ds_plan_batch(&r->plan, &batch, st))
        return false;
    bool ok = true;
    for (size_t number = 0; ok && number < r->plan.batches; number++)
        ok = scan_one(r, number, &batch, st);
    ds_batch_free(&batch);
    return ok;
}

static bool scan(run *r, ds_status *st)
{
    ds_status found = {0};
    if (scan_all(r, &found))
        return true;
    if (found.code != DS_E_DATA || !r->request->force)
        return ds_fail(st, found.code, "%s%s", found.text,
                       found.code == DS_E_DATA ? "; --force discards what is there" : "");
    ds_folder_clear(&r->folder);
    return scan_all(r, st);
}

/* ---- simulating ---- */

static bool simulate(run *r, unsigned threads, ds_status *st)
{
    ds_progress progress;
    const bool shared = ds_mpi_size() > 1;
    const ds_crew crew = {.plan = &r->plan,
                          .threads = threads,
                          .todo = r->todo,
                          .stopped = ds_signals_stop,
                          .claim = shared ? ds_mpi_claim : NULL,
                          .poll = shared ? ds_mpi_poll : NULL,
                          .fetch = fetch,
                          .put = put,
                          .owner = r,
                          .progress = &progress};
    const double begun = ds_seconds();
    ds_progress_begin(&progress, r->report->resumed, r->report->replicas, r->missing_events,
                      r->request->quiet || ds_mpi_rank() > 0);
    const bool ok = ds_crew_run(&crew, st);
    ds_progress_end(&progress);
    if (!ds_mpi_agree(ok, st))
        return false;
    r->missing = r->report->replicas - r->report->resumed -
                 ds_mpi_sum(atomic_load(&progress.replicas) - r->report->resumed);
    r->report->events = ds_mpi_sum(atomic_load(&progress.events));
    r->report->seconds = ds_seconds() - begun;
    const bool whole =
        r->missing == 0 ||
        ds_fail(st, DS_E_STOPPED,
                "stopped with %zu of %zu replicas saved in '%s'; run the same command to go on",
                r->report->replicas - r->missing, r->report->replicas, r->folder.path);
    return ds_mpi_agree(whole, st);
}

static bool join(run *r, ds_status *st)
{
    const double begun = ds_seconds();
    const bool ok = ds_store_join(r->folder.path, &r->plan.experiment, r->request->output, st);
    r->report->join_seconds = ds_seconds() - begun;
    return ok;
}

/* Nothing that could be looked at: no result, and nothing to go on from. */
static bool all_failed(const run *r, ds_status *st)
{
    ds_folder_clear(&r->folder);
    return ds_fail(st, r->cause_code, "all %zu replicas failed, the first: %s", r->report->replicas,
                   r->report->first_cause);
}

/* What process 0 found on disk, for all. */
static bool learn(run *r, ds_status *st)
{
    r->todo = calloc(r->plan.batches, sizeof *r->todo);
    bool ok = r->todo || ds_fail(st, DS_E_SYSTEM, "no memory for %zu batches", r->plan.batches);
    if (ok && ds_mpi_rank() == 0)
        ok = scan(r, st) && ds_folder_keep_seed(&r->folder, r->plan.experiment.provenance.seed, st);
    if (!ds_mpi_agree(ok, st))
        return false;
    ds_mpi_share(r->todo, r->plan.batches * sizeof *r->todo);
    ds_mpi_share(&r->missing, sizeof r->missing);
    ds_mpi_share(&r->report->resumed, sizeof r->report->resumed);
    return true;
}

/* Process 0 makes the result; it has seen only its own failures. */
static bool conclude(run *r, ds_status *st)
{
    if (ds_mpi_size() > 1) {
        const size_t resumed = r->report->resumed;
        if (!scan_all(r, st))
            return false;
        r->report->resumed = resumed;
    }
    if (r->report->failed == r->report->replicas)
        return all_failed(r, st);
    if (!join(r, st))
        return false;
    ds_folder_clear(&r->folder);
    return true;
}

static bool run_locked(run *r, unsigned threads, ds_status *st)
{
    if (!learn(r, st) || (r->missing && !simulate(r, threads, st)))
        return false;
    return ds_mpi_agree(ds_mpi_rank() > 0 || conclude(r, st), st);
}

/* Everything that can be refused before work begins. */
static bool prepare(run *r, unsigned threads, ds_status *st)
{
    const ds_run_request *const q = r->request;
    const bool ok = ds_memory_check(ds_plan_bytes(&r->plan, threads), threads, st) &&
                    (ds_mpi_rank() > 0 ? ds_folder_name(&r->folder, q->output, st)
                                       : ds_folder_open(&r->folder, q->output, q->force, st));
    return ds_mpi_agree(ok, st);
}

bool ds_run(const ds_run_request *request, ds_run_report *report, ds_status *st)
{
    run r = {.request = request, .report = report, .folder = {.lock = -1}};
    const ds_maker maker = {request->program, request->version, request->build};
    *report = (ds_run_report){.replicas = request->scenario->points *
                                          (size_t)request->scenario->frame.replicas};
    bool ok = ds_mpi_agree(ds_plan_make(&r.plan, request->scenario, &maker, st), st);
    if (ok) {
        const unsigned threads = ds_crew_threads(&r.plan, request->threads);
        ok = prepare(&r, threads, st);
        ds_signals_catch();
        ok = ok && run_locked(&r, threads, st);
        ds_folder_close(&r.folder);
        ds_signals_release();
    }
    free(r.todo);
    ds_plan_free(&r.plan);
    return ok;
}

bool ds_run_plan(ds_scenario *scenario, unsigned threads, ds_run_estimate *estimate, ds_status *st)
{
    ds_plan plan;
    const ds_maker nobody = {"", "", ""};
    const bool ok = ds_plan_make(&plan, scenario, &nobody, st);
    if (ok) {
        const double bytes = ds_plan_bytes(&plan, ds_crew_threads(&plan, threads));
        *estimate = (ds_run_estimate){.bytes = (size_t)fmin(bytes, 0x1p62),
                                      .replica_bytes = plan.replica_bytes,
                                      .batches = plan.batches,
                                      .events = plan.all_events};
    }
    ds_plan_free(&plan);
    return ok;
}
