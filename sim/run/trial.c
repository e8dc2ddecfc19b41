#include "trial.h"

#include "crew.h"
#include "memory.h"
#include "signals.h"
#include "sim/core/rng.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t ds_trial_seed(uint64_t seed, uint32_t stream)
{
    uint64_t word[2];
    ds_rng_block(seed, stream, DS_FOR_ANALYSIS, 0, 0, word);
    return word[0] >> 12; /* exact in JSON */
}

/* ---- figures of a batch ---- */

typedef struct collection {
    const ds_trial *trial;
    const ds_plan *plan;
    size_t replicas;
    ds_trial_answer answer; /* its arrays begin at the first candidate of the call */
    size_t first_failed;
} collection;

static double stored(const ds_batch *batch, const ds_metric *metric, size_t number, size_t at)
{
    return metric->wide ? ((const double *)batch->paths[number])[at]
                        : (double)((const float *)batch->paths[number])[at];
}

static double figure_of(const collection *c, const ds_batch *batch, size_t index,
                        const ds_trial_figure *f)
{
    const ds_experiment *const x = &c->plan->experiment;
    if (f->outcome)
        return batch->outcomes[index * ds_metric_count(x->outcomes) + f->number];
    const ds_metric *const metric = &x->metrics[f->number];
    const size_t rows = ds_store_rows(x, batch->count);
    const size_t begin = (index / batch->count * rows + index % batch->count) * x->times;
    const double first = stored(batch, metric, f->number, begin + f->time);
    const double last = ds_last_weight(x->time, x->times);
    double sum = 0, count = 0;
    switch (f->when) {
    case DS_TRIAL_END:
        return stored(batch, metric, f->number, begin + x->times - 1);
    case DS_TRIAL_AT:
        return f->part > 0
                   ? first +
                         f->part * (stored(batch, metric, f->number, begin + f->time + 1) - first)
                   : first;
    case DS_TRIAL_MEAN:
        for (size_t k = 0; k < x->times; k++) {
            const double value = stored(batch, metric, f->number, begin + k);
            const double weight = isnan(value) ? 0 : k + 1 == x->times ? last : 1;
            sum += weight > 0 ? weight * value : 0;
            count += weight;
        }
        return sum / count;
    }
    return NAN;
}

static void note_failure(collection *c, const ds_batch *batch, size_t index, size_t at)
{
    c->answer.failed++;
    if (at >= c->first_failed)
        return;
    c->first_failed = at;
    snprintf(c->answer.cause, sizeof c->answer.cause, "%s",
             batch->cause[index] ? batch->cause[index] : "");
}

static bool collect(void *owner, const ds_batch *batch, ds_status *st)
{
    collection *const c = owner;
    const size_t figures = c->trial->figures;
    (void)st;
    for (size_t index = 0; index < batch->points * batch->count; index++) {
        const size_t at = (batch->point + index / batch->count) * c->replicas + batch->first +
                          index % batch->count;
        const bool done = batch->state[index] == DS_REPLICA_DONE;
        for (size_t f = 0; f < figures; f++)
            c->answer.value[at * figures + f] =
                done ? figure_of(c, batch, index, &c->trial->figure[f]) : NAN;
        if (batch->state[index] == DS_REPLICA_FAILED)
            note_failure(c, batch, index, at);
    }
    return true;
}

/* ---- one experiment ---- */

static bool simulate(collection *c, ds_plan *plan, ds_status *st)
{
    ds_progress progress;
    const ds_trial *const trial = c->trial;
    const unsigned threads = ds_crew_threads(plan, trial->threads);
    uint8_t *const due = malloc(plan->batches);
    if (!due)
        return ds_fail(st, DS_E_SYSTEM, "no memory for %zu batches", plan->batches);
    memset(due, DS_DUE_ALL, plan->batches);
    const ds_crew crew = {.plan = plan,
                          .threads = threads,
                          .due = due,
                          .stopped = ds_signals_stop,
                          .put = collect,
                          .owner = c,
                          .progress = &progress};
    bool ok = ds_memory_check(ds_plan_bytes(plan, threads), threads, st);
    if (ok) {
        ds_progress_begin(&progress, 0, plan->experiment.points * c->replicas, plan->all_events,
                          true);
        ok = ds_crew_run(&crew, st) &&
             (!ds_signals_stop() || ds_fail(st, DS_E_STOPPED, "stopped within a candidate"));
        ds_progress_end(&progress);
    }
    free(due);
    return ok;
}

/* Metrics that figures are of; one at least is kept. */
static void print_output(const ds_trial *trial, char *text, size_t room)
{
    size_t used = (size_t)snprintf(text, room, "output={paths: true, metrics: [");
    const ds_metric *const metrics = trial->scenario->model->metrics;
    bool any = false;
    for (size_t m = 0; metrics[m].name; m++) {
        bool wanted = false;
        for (size_t f = 0; f < trial->figures; f++)
            wanted = wanted || (!trial->figure[f].outcome && trial->figure[f].number == m);
        if (wanted && used < room)
            used +=
                (size_t)snprintf(text + used, room - used, "%s%s", any ? "," : "", metrics[m].name);
        any = any || wanted;
    }
    if (used < room)
        snprintf(text + used, room - used, "%s]}", any ? "" : metrics[0].name);
}

enum { OWN_SETS = 5, OUTPUT_ROOM = 8192 };

/* The scenario with these candidates as points. */
static bool load(const ds_trial *trial, const ds_trial_call *call, ds_scenario *s, ds_status *st)
{
    char replicas[40], seed[40], output[OUTPUT_ROOM];
    ds_pool pool = {0};
    ds_scenario_request request = *trial->base;
    const char **const sets = ds_pool_take(&pool, (request.set_count + OWN_SETS) * sizeof *sets);
    for (size_t i = 0; i < request.set_count; i++)
        sets[i] = request.sets[i];
    snprintf(replicas, sizeof replicas, "replicas=%zu", call->replicas);
    snprintf(seed, sizeof seed, "seed=%llu", (unsigned long long)call->seed);
    print_output(trial, output, sizeof output);
    request.sets = sets;
    sets[request.set_count++] = replicas;
    sets[request.set_count++] = seed;
    sets[request.set_count++] = output;
    if (call->candidate)
        sets[request.set_count++] =
            ds_vary_sweep(&pool, trial->vary, trial->digits, call->candidate, call->count);
    if (call->apart)
        sets[request.set_count++] = "sampling=independent";
    const bool ok = ds_scenario_load(s, &request, st);
    ds_pool_free(&pool);
    return ok;
}

static bool run(const ds_trial *trial, const ds_trial_call *call, ds_trial_answer *answer,
                bool *loaded, ds_status *st)
{
    const ds_maker nobody = {"", "", ""};
    ds_scenario scenario = {0};
    ds_plan plan = {0};
    collection c = {.trial = trial,
                    .plan = &plan,
                    .replicas = call->replicas,
                    .answer = {.value = answer->value},
                    .first_failed = SIZE_MAX};
    *loaded = load(trial, call, &scenario, st);
    bool ok = *loaded && ds_plan_make(&plan, &scenario, &nobody, st);
    if (ok && call->apart) {
        plan.number_from = call->from;
        plan.number_step = call->replicas;
    }
    ok = ok && simulate(&c, &plan, st);
    if (ok && c.answer.failed) {
        answer->failed += c.answer.failed;
        if (!*answer->cause)
            memcpy(answer->cause, c.answer.cause, sizeof answer->cause);
    }
    ds_plan_free(&plan);
    ds_scenario_free(&scenario);
    return ok;
}

/* ---- candidates that a scenario refuses ---- */

static ds_trial_call part_of(const ds_trial_call *call, size_t axes, size_t from, size_t count)
{
    ds_trial_call part = *call;
    part.candidate += from * axes;
    part.count = count;
    part.from += from * call->replicas;
    return part;
}

static void refuse(const ds_trial *trial, const ds_trial_call *call, ds_trial_answer *answer,
                   const ds_status *why)
{
    answer->valid[0] = false;
    for (size_t i = 0; i < call->replicas * trial->figures; i++)
        answer->value[i] = NAN;
    /* The place is in a text that nobody wrote. */
    const char *const place = strncmp(why->text, "--set:", 6) == 0 ? strstr(why->text, ": ") : NULL;
    const char *const text = place ? place + 2 : why->text;
    if (!*answer->refusal)
        snprintf(answer->refusal, sizeof answer->refusal, "%.*s", (int)strcspn(text, "\n"), text);
}

/* What cannot be loaded together is halved, so that one candidate spoils no others. */
bool ds_trial_run(const ds_trial *trial, const ds_trial_call *call, ds_trial_answer *answer,
                  ds_status *st)
{
    ds_status why = {0};
    bool loaded = false;
    if (call->count == 0)
        return true;
    memset(answer->valid, true, call->count * sizeof *answer->valid);
    if (run(trial, call, answer, &loaded, &why))
        return true;
    if (loaded || why.code != DS_E_DATA) {
        *st = st->code == DS_OK ? why : *st;
        return false;
    }
    if (call->count == 1) {
        refuse(trial, call, answer, &why);
        return true;
    }
    const size_t half = call->count / 2, axes = trial->vary->count;
    const ds_trial_call left = part_of(call, axes, 0, half);
    const ds_trial_call right = part_of(call, axes, half, call->count - half);
    if (!ds_trial_run(trial, &left, answer, st))
        return false;
    ds_trial_answer rest = *answer;
    rest.value += half * call->replicas * trial->figures;
    rest.valid += half;
    const bool ok = ds_trial_run(trial, &right, &rest, st);
    answer->failed = rest.failed;
    memcpy(answer->refusal, rest.refusal, sizeof answer->refusal);
    memcpy(answer->cause, rest.cause, sizeof answer->cause);
    return ok;
}
