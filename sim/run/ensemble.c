#include "ensemble.h"

#include "course.h"
#include "crew.h"
#include "ensemble_mpi.h"
#include "folder.h"
#include "memory.h"
#include "packing.h"
#include "pilot.h"
#include "signals.h"
#include "sim/io/part.h"
#include "space.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One call of ds_run. */
typedef struct run {
    const ds_run_request *request;
    ds_run_report *report;
    ds_plan plan;
    ds_folder folder;
    uint8_t *found; /* [batches]: a ds_due, what the folder lacks of it */
    uint8_t *due;   /* [batches]: the same of the round under way, else DS_DUE_NONE */
    size_t wanted;  /* replicas of the rounds so far, */
    size_t known;   /* and those of them that are in the folder */
    ds_course course;
    unsigned threads;
} run;

/* Batches of a round: those that begin at replicas [from, to) and fall to this run. */
typedef struct span {
    size_t from, to;
} span;

static bool is_part(const run *r, const ds_batch *batch, const span *s)
{
    const ds_run_request *const q = r->request;
    return batch->first >= s->from && batch->first < s->to &&
           (q->shards == 0 || batch->number % q->shards == q->shard % q->shards);
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
    const run *const r = self;
    ds_status trouble = {0};
    if (ds_folder_check(&r->folder, st) &&
        ds_shard_write(r->folder.path, &r->plan.experiment, batch, &trouble))
        return true;
    return ds_folder_check(&r->folder, st) && ds_fail(st, trouble.code, "%s", trouble.text);
}

/* ---- what is on disk ---- */

/* What is known of a batch, its number set, its series left out. */
static bool look(run *r, ds_batch *batch, ds_status *st)
{
    const size_t all = batch->points * batch->count, number = batch->number;
    size_t known = 0;
    bool found;
    if (!ds_shard_look(r->folder.path, &r->plan.experiment, batch, &found, st))
        return false;
    for (size_t i = 0; found && i < all; i++)
        known += batch->state[i] != DS_REPLICA_MISSING;
    r->found[number] = known == 0 ? DS_DUE_ALL : known < all ? DS_DUE_REST : DS_DUE_NONE;
    r->wanted += all;
    r->known += known;
    ds_course_take(&r->course, batch);
    return true;
}

/* Shards of later rounds and of other shares: of this experiment too, before work begins. */
static bool glance(const run *r, ds_batch *batch, ds_status *st)
{
    bool found;
    return ds_shard_look(r->folder.path, &r->plan.experiment, batch, &found, st);
}

static bool scan_span(run *r, const span *s, ds_status *st)
{
    ds_experiment bare;
    ds_batch batch;
    bool ok = ds_batch_open_bare(&batch, &bare, &r->plan.experiment, st);
    for (size_t number = 0; ok && number < r->plan.batches; number++) {
        ds_batch_blank(&batch, &bare, number);
        ok = is_part(r, &batch, s) ? look(r, &batch, st) : s->from > 0 || glance(r, &batch, st);
    }
    ds_batch_close(&batch, &bare);
    return ok;
}

/* Discards what belongs to something else where that was asked for. */
static bool scan(run *r, const span *s, ds_status *st)
{
    const size_t wanted = r->wanted, known = r->known;
    ds_status found = {0};
    if (scan_span(r, s, &found))
        return true;
    if (found.code != DS_E_DATA || !r->request->force)
        return ds_fail(st, found.code, "%s%s", found.text,
                       found.code == DS_E_DATA ? "; --force discards what is there" : "");
    ds_folder_clear(&r->folder);
    r->wanted = wanted;
    r->known = known;
    return scan_span(r, s, st);
}

/* What process 0 found on disk, for all. */
static bool learn(run *r, const span *s, ds_status *st)
{
    /* The seed only now: if the shards are another run's, so is the seed beside them. */
    const uint64_t seed = r->plan.experiment.provenance.seed;
    const bool ok =
        ds_mpi_rank() > 0 || (scan(r, s, st) && ds_folder_keep_seed(&r->folder, seed, st));
    if (!ds_mpi_agree(ok, st))
        return false;
    ds_mpi_share(r->found, r->plan.batches * sizeof *r->found);
    ds_mpi_share(&r->wanted, sizeof r->wanted);
    ds_mpi_share(&r->known, sizeof r->known);
    return true;
}

/* ---- simulating ---- */

/* Marks what the round lacks; events expected in it, had nothing of a batch been found. */
static double mark(run *r, const span *s)
{
    ds_batch batch = {0};
    double events = 0;
    for (size_t number = 0; number < r->plan.batches; number++) {
        ds_store_batch_range(&r->plan.experiment, number, &batch);
        r->due[number] = is_part(r, &batch, s) ? r->found[number] : DS_DUE_NONE;
        for (size_t p = 0; r->due[number] != DS_DUE_NONE && p < batch.points; p++)
            events += (double)batch.count * r->plan.events[batch.point + p];
    }
    return events;
}

static bool stopped(const run *r, ds_status *st)
{
    return ds_fail(st, DS_E_STOPPED,
                   "stopped with %zu of %zu replicas saved in '%s'; run the same command to go on",
                   r->known, r->wanted, r->folder.path);
}

/* A disk that is full keeps what was saved before it was. */
static bool failed(const run *r, const ds_status *why, ds_status *st)
{
    ds_status gone = {0};
    const bool goes_on = why->code == DS_E_IO && ds_folder_check(&r->folder, &gone);
    return ds_fail(st, why->code, "%.1400s%s", why->text,
                   goes_on ? "; once that is mended, the same command goes on with what was saved"
                           : "");
}

static bool simulate(run *r, const span *s, ds_status *st)
{
    ds_progress progress;
    ds_status trouble = {0};
    const bool shared = ds_mpi_size() > 1;
    const ds_crew crew = {.plan = &r->plan,
                          .threads = r->threads,
                          .due = r->due,
                          .stopped = ds_signals_stop,
                          .claim = shared ? ds_mpi_claim : NULL,
                          .poll = shared ? ds_mpi_poll : NULL,
                          .fetch = fetch,
                          .put = put,
                          .owner = r,
                          .progress = &progress};
    const double begun = ds_seconds(), events = mark(r, s);
    ds_mpi_restart();
    ds_progress_begin(&progress, r->known, r->wanted, events,
                      r->request->quiet || ds_mpi_rank() > 0);
    const bool ok = ds_crew_run(&crew, &trouble) || failed(r, &trouble, st);
    if (!ok || ds_signals_stop())
        ds_mpi_exhaust();
    ds_progress_end(&progress);
    if (!ds_mpi_agree(ok, st))
        return false;
    r->known += ds_mpi_sum(atomic_load(&progress.replicas) - r->known);
    r->report->events += ds_mpi_sum(atomic_load(&progress.events));
    r->report->seconds += ds_seconds() - begun;
    return ds_mpi_agree(r->known == r->wanted || stopped(r, st), st);
}

/* What had been stored is there no more, or damaged. */
static bool lost(const run *r, ds_status *st)
{
    return ds_fail(st, DS_E_IO,
                   "%zu of %zu replicas are lost that were saved in '%s'; run the same command to "
                   "compute them again",
                   r->wanted - r->known, r->wanted, r->folder.path);
}

/* One round: what is missing of its replicas is computed. */
static bool play(run *r, const span *s, ds_status *st)
{
    const size_t wanted = r->wanted, known = r->known;
    if (!learn(r, s, st))
        return false;
    r->report->resumed += r->known - known;
    if (r->known == r->wanted)
        return true;
    if (!simulate(r, s, st))
        return false;
    if (!ds_course_has_rule(&r->course))
        return true;
    /* Again, for the values of all processes. */
    r->wanted = wanted;
    r->known = known;
    return learn(r, s, st) && ds_mpi_agree(r->known == r->wanted || lost(r, st), st);
}

static bool play_all(run *r, ds_status *st)
{
    span s = {.to = ds_course_first(&r->course)};
    bool ok = true;
    while (ok && s.to > s.from) {
        ok = play(r, &s, st);
        s.from = s.to;
        if (ok && ds_mpi_rank() == 0)
            ok = ds_course_next(&r->course, &s.to, st);
        ok = ds_mpi_agree(ok, st);
        ds_mpi_share(&s.to, sizeof s.to);
    }
    return ok;
}

/* ---- the result ---- */

static void count_failed(const ds_batch *batch, ds_joined *joined)
{
    for (size_t i = 0; i < batch->points * batch->count; i++)
        if (batch->state[i] == DS_REPLICA_FAILED && joined->failed++ == 0)
            ds_joined_cause(joined, batch->cause[i] ? batch->cause[i] : "");
}

/* Whoever joins the parts is told of all, but that may be days later. */
static bool find_failed(run *r, ds_joined *joined, ds_status *st)
{
    const span all = {.to = SIZE_MAX};
    ds_experiment bare;
    ds_batch batch;
    bool found, ok = ds_batch_open_bare(&batch, &bare, &r->plan.experiment, st);
    for (size_t number = 0; ok && number < r->plan.batches; number++) {
        ds_batch_blank(&batch, &bare, number);
        if (!is_part(r, &batch, &all))
            continue;
        ok = ds_shard_look(r->folder.path, &r->plan.experiment, &batch, &found, st);
        count_failed(&batch, joined);
    }
    ds_batch_close(&batch, &bare);
    return ok;
}

static bool make(run *r, ds_joined *joined, ds_status *st)
{
    const ds_run_request *const q = r->request;
    const ds_part part = {.folder = r->folder.path, .shard = q->shard, .shards = q->shards};
    if (!ds_folder_check(&r->folder, st))
        return false;
    if (q->shards == 0)
        return ds_store_join(r->folder.path, &r->plan.experiment, ds_course_stopping(&r->course),
                             q->output, joined, st);
    return find_failed(r, joined, st) && ds_part_write(&part, &r->plan.experiment, q->output, st);
}

static bool join(run *r, ds_status *st)
{
    const double begun = ds_seconds();
    ds_joined joined = {0};
    ds_status trouble = {0};
    const bool ok = make(r, &joined, &trouble);
    /* Nothing that could be looked at: no result, and nothing to go on from. */
    const bool vain = joined.failed && joined.failed == joined.replicas;
    if (!ok && !vain && trouble.code == DS_E_DATA) /* a shard that was whole a moment ago */
        trouble.code = DS_E_IO;
    r->report->replicas = r->wanted;
    r->report->failed = joined.failed;
    r->report->reached = !r->course.until || r->course.stopping.reached;
    r->report->doubtful = r->course.doubtful;
    r->report->unvaried = r->course.unvaried;
    r->report->valueless = ds_course_valueless(&r->course);
    memcpy(r->report->first_cause, joined.first_cause, sizeof joined.first_cause);
    r->report->join_seconds = ds_seconds() - begun;
    if (r->request->shards && (ok || vain)) /* others may be those of a run that has to go on */
        ds_folder_clear_share(&r->folder, r->request->shard, r->request->shards);
    else if (ok || vain)
        ds_folder_clear(&r->folder);
    return ok || failed(r, &trouble, st);
}

static bool run_locked(run *r, ds_status *st)
{
    r->found = calloc(r->plan.batches, sizeof *r->found);
    r->due = calloc(r->plan.batches, sizeof *r->due);
    bool ok = (r->found && r->due) ||
              ds_fail(st, DS_E_SYSTEM, "no memory for %zu batches", r->plan.batches);
    ok = ok && ds_course_open(&r->course, &r->plan, st);
    if (!ds_mpi_agree(ok, st) || !play_all(r, st))
        return false;
    return ds_mpi_agree(ds_mpi_rank() > 0 || join(r, st), st);
}

/* What is saved already takes no more. Only where it may be close is a pilot worth its time. */
static bool check_space(const run *r, ds_status *st)
{
    const ds_run_request *const q = r->request;
    const double usual = ds_space_run(&r->plan, ds_packing_usual, q->shards);
    const double there = ds_folder_bytes(&r->folder);
    char warning[DS_SPACE_ROOM];
    ds_status close = {0};
    ds_pilot pilot;
    if (ds_space_check(2 * usual - there, q->output, warning, &close) && !*warning)
        return true;
    close = (ds_status){0};
    const bool seen = ds_pilot_run(&pilot, &r->plan, r->threads, &close);
    const double bytes = seen ? ds_space_run(&r->plan, pilot.packing, q->shards) : usual;
    if (!ds_space_check(bytes - there, q->output, warning, st))
        return false;
    if (*warning)
        fprintf(stderr, "warning: %s\n", warning);
    return true;
}

/* Everything that can be refused before work begins. */
static bool prepare(run *r, ds_status *st)
{
    const ds_run_request *const q = r->request;
    const bool ok = ds_memory_check(ds_plan_bytes(&r->plan, r->threads), r->threads, st) &&
                    (ds_mpi_rank() > 0 ? ds_folder_name(&r->folder, q->output, st)
                                       : ds_folder_open(&r->folder, q->output, q->force, st) &&
                                             check_space(r, st));
    return ds_mpi_agree(ok, st);
}

bool ds_run(const ds_run_request *request, ds_run_report *report, ds_status *st)
{
    run r = {.request = request, .report = report, .folder = {.lock = -1}};
    const ds_maker maker = {request->program, request->version, request->build};
    *report = (ds_run_report){0};
    bool ok = ds_mpi_agree(ds_plan_make(&r.plan, request->scenario, &maker, st), st);
    if (ok) {
        r.threads = ds_crew_threads(&r.plan, request->threads);
        ok = prepare(&r, st);
        ds_signals_catch();
        ok = ok && run_locked(&r, st);
        ds_folder_close(&r.folder);
        ds_signals_release();
    }
    free(r.found);
    free(r.due);
    ds_course_close(&r.course);
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
