#include "pilot.h"

#include "memory.h"
#include "packing.h"
#include "sim/core/replica.h"
#include "sim/io/experiment.h"
#include "space.h"

#include <math.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { POINTS_MOST = 4, PIECES = 1000, LEAST_EFFORT = 2, MOST_EFFORT = 100 };

static const double events_most = 4e6, splitting_events_most = 1.2e7, seconds_most = 1.5;

/* Of an economy's year with its hundred metrics; nanoseconds of a core of 2020. */
static const double seconds_a_value = 150e-9, seconds_a_dataset = 300e-6, seconds_to_start = 0.02;

typedef struct trial {
    const ds_plan *plan;
    const void *config;
    ds_replica replica;
    double *row;
    ds_packing *packing;
    double events_most, seconds_most, begun;        /* of this trial */
    double handled, expected, seconds, bytes, time; /* what it took */
} trial;

static double processor_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static bool is_spent(const trial *t, double events)
{
    return events > t->events_most || processor_seconds() - t->begun > t->seconds_most;
}

static double events_of(const trial *t)
{
    return (double)t->replica.model->engine(t->replica.world)->state->handled;
}

/* From one grid time to the next, in pieces so small that no budget is missed by much. */
static bool run_interval(trial *t, double to, bool *spent)
{
    const double from = t->time;
    const size_t times = t->plan->experiment.times, pieces = 1 + PIECES / times;
    for (size_t i = 1; i <= pieces && !*spent; i++) {
        t->time = i < pieces ? from + (to - from) * (double)i / (double)pieces : to;
        if (!ds_replica_until(&t->replica, t->time))
            return false;
        *spent = is_spent(t, events_of(t));
    }
    return true;
}

static bool run_replica(trial *t)
{
    const ds_frame *const frame = &t->plan->scenario->frame;
    bool spent = false, ok = ds_replica_begin(&t->replica, 0);
    for (size_t k = 0; ok && k < ds_frame_times(frame) && !spent; k++) {
        ok = run_interval(t, ds_frame_time(frame, k), &spent);
        if (ok && !spent) {
            t->replica.model->observe(t->replica.world, t->row, k == 0);
            ds_packing_add(t->packing, t->row);
        }
        ok = ok && t->replica.status.code == DS_OK;
    }
    ds_frame part = *frame;
    part.horizon = t->time;
    t->handled = events_of(t);
    t->expected = t->replica.model->events ? t->replica.model->events(t->config, &part) : 0;
    return ok;
}

/* So many trials a stage that a repetition is a part of the budget, and does not die out. */
static int64_t effort_for(const trial *t, int64_t asked, double trials)
{
    const double wanted =
        t->handled > 0 ? t->events_most / 2 / (t->handled / trials) : LEAST_EFFORT;
    return (int64_t)fmin((double)asked, fmin(fmax(wanted, LEAST_EFFORT), MOST_EFFORT));
}

/* Repetitions with fewer trials, until so much is spent. Their events go with the trials. */
static bool run_splitting(trial *t)
{
    const ds_splitting *const asked = t->plan->scenario->splitting;
    ds_splitting small = *asked;
    double outcomes[16], trials = 0;
    uint64_t events;
    for (uint32_t done = 0; !is_spent(t, t->handled); done++) {
        small.effort = effort_for(t, asked->effort, trials);
        if (!ds_splitting_run(&t->replica, &small, done, outcomes, &events))
            return false;
        t->handled += (double)events;
        trials += ds_splitting_trials(&small);
    }
    t->expected = trials / ds_splitting_trials(asked) * t->plan->events[0];
    return true;
}

/* Of the arena, pages that were written to. */
static double bytes_in_use(const ds_arena *arena)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE), pages = (arena->size + page - 1) / page;
    unsigned char *const in = calloc(pages + 1, 1);
    size_t count = 0;
    if (!in || mincore(arena->base, arena->size, in) != 0)
        count = pages;
    else
        for (size_t i = 0; i < pages; i++)
            count += in[i] & 1;
    free(in);
    return (double)count * (double)page;
}

static bool run(trial *t, ds_status *st)
{
    const ds_scenario *const s = t->plan->scenario;
    if (!ds_replica_open(&t->replica, s->model, t->config, &s->frame, st))
        return false;
    t->begun = processor_seconds();
    const bool ok = s->splitting ? run_splitting(t) : run_replica(t);
    t->seconds = processor_seconds() - t->begun;
    t->bytes = bytes_in_use(&t->replica.arena);
    if (!ok)
        ds_fail(st, t->replica.status.code, "replica 0 failed: %s", t->replica.status.text);
    ds_replica_close(&t->replica);
    return ok && ds_packing_end(t->packing, st);
}

static bool run_some(trial *sum, ds_packing *packing, const ds_plan *plan, ds_status *st)
{
    const size_t points = plan->experiment.points;
    const size_t count = points < POINTS_MOST ? points : POINTS_MOST;
    double *const row = calloc(ds_metric_count(plan->experiment.metrics) + 1, sizeof *row);
    bool ok = row || ds_fail(st, DS_E_SYSTEM, "no memory for a row of metrics");
    for (size_t i = 0; ok && i < count; i++) {
        const size_t point = count > 1 ? i * (points - 1) / (count - 1) : 0;
        trial t = {.plan = plan,
                   .config = plan->config[point],
                   .row = row,
                   .packing = packing,
                   .events_most = plan->scenario->splitting ? splitting_events_most
                                                            : events_most / (double)count,
                   .seconds_most = seconds_most / (double)count};
        ok = run(&t, st);
        sum->handled += t.handled;
        sum->expected += t.expected;
        sum->seconds += t.seconds;
        sum->bytes = fmax(sum->bytes, t.bytes);
    }
    free(row);
    return ok;
}

/* Futures of one past: the past is simulated once, though its events count in each. */
static double simulated(const ds_scenario *s)
{
    const double futures = (double)s->branches;
    const double past = isnan(s->branch_at) ? 0 : s->branch_at / s->frame.horizon;
    return 1 - past * (futures - 1) / futures;
}

static void measure_result(ds_pilot *pilot, const ds_plan *plan)
{
    const ds_experiment *const x = &plan->experiment;
    const double cells = (double)ds_experiment_columns(x) * (double)x->times * (double)x->points;
    const double values = x->keep_paths ? cells * (double)x->replicas : 0;
    pilot->joining = seconds_to_start + ds_store_datasets(x) * seconds_a_dataset +
                     (values + 10 * cells) * seconds_a_value;
    pilot->result = ds_space_result(plan, pilot->packing);
}

bool ds_pilot_run(ds_pilot *pilot, const ds_plan *plan, unsigned threads, ds_status *st)
{
    trial sum = {0};
    ds_packing packing;
    *pilot = (ds_pilot){0};
    const bool ok =
        ds_packing_open(&packing, &plan->experiment, st) && run_some(&sum, &packing, plan, st);
    pilot->packing = ds_packing_share(&packing);
    ds_packing_close(&packing);
    if (!ok)
        return false;
    const double few = 100;
    const bool idle = plan->scenario->splitting && sum.handled == 0; /* all are there at once */
    const double correction = idle                                    ? 0
                              : sum.handled > few && sum.expected > 0 ? sum.handled / sum.expected
                                                                      : 1;
    pilot->events = plan->all_events * correction;
    measure_result(pilot, plan);
    pilot->seconds = pilot->joining +
                     pilot->events * simulated(plan->scenario) * sum.seconds / fmax(1, sum.handled);
    pilot->replica = fmin(sum.bytes, (double)plan->replica_bytes);
    pilot->memory = ds_memory_own() + ds_plan_bytes_used(plan, threads, pilot->replica);
    return true;
}

double ds_pilot_time(const ds_pilot *pilot, unsigned threads)
{
    return pilot->joining + (pilot->seconds - pilot->joining) / threads;
}
