#include "cli.h"

#include "models/models.h"
#include "sim/run/crew.h"
#include "sim/run/memory.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* A result that is computed again. */
typedef struct check {
    ds_result *result;
    const ds_result_info *about;
    ds_scenario scenario;
    ds_plan plan;
    uint16_t *todo;
    size_t *metric; /* [variables]: of the model */
    double *values; /* a batch of one variable */
    size_t replicas, different;
    size_t first; /* plan index of the first replica that differs */
    char text[600];
} check;

/* ---- comparing ---- */

static bool same(double a, double b)
{
    return (isnan(a) && isnan(b)) || a == b;
}

/* Keeps the difference that comes first in the plan, whatever the order of batches. */
static void note(check *c, const ds_batch *batch, size_t r, const char *text)
{
    const size_t at = batch->point * c->about->replicas + batch->first + r;
    if (c->different && at >= c->first)
        return;
    c->first = at;
    snprintf(c->text, sizeof c->text, "point %zu (%.100s), replica %zu: %s", batch->point,
             c->about->labels[batch->point], batch->first + r, text);
}

static bool compare_state(check *c, const ds_batch *batch, size_t r, bool *equal, ds_status *st)
{
    uint8_t state;
    uint64_t events;
    const char *cause;
    char text[300];
    if (!ds_result_replica(c->result, batch->point, batch->first + r, &state, &events, &cause, st))
        return false;
    if (!*equal || (state == batch->state[r] && events == batch->events[r]))
        return true;
    *equal = false;
    snprintf(text, sizeof text, "stored as state %d after %llu events, now state %d after %llu",
             state, (unsigned long long)events, batch->state[r],
             (unsigned long long)batch->events[r]);
    note(c, batch, r, text);
    return true;
}

static void compare_series(check *c, const ds_batch *batch, size_t r, size_t variable, bool *equal)
{
    const size_t times = c->about->times, metrics = ds_metric_count(c->scenario.model->metrics);
    const ds_variable *const v = &c->about->variable[variable];
    char text[300];
    for (size_t k = 0; k < times && *equal; k++) {
        const double now = batch->rows[(r * times + k) * metrics + c->metric[variable]];
        const double again = v->wide ? now : (double)(float)now;
        const double stored = c->values[r * times + k];
        if (same(stored, again))
            continue;
        *equal = false;
        snprintf(text, sizeof text, "'%.60s' at time %.10g is %.17g in the file, now %.17g",
                 v->name, c->about->time[k], stored, again);
        note(c, batch, r, text);
    }
}

static void compare_outcome(check *c, const ds_batch *batch, size_t r, size_t o, bool *equal)
{
    const double now = batch->outcomes[r * c->about->outcomes + o];
    const double stored = c->values[batch->first + r];
    char text[300];
    if (!*equal || same(stored, now))
        return;
    *equal = false;
    snprintf(text, sizeof text, "outcome '%.60s' is %.17g in the file, now %.17g",
             c->about->outcome[o].name, stored, now);
    note(c, batch, r, text);
}

static bool compare(void *self, const ds_batch *batch, ds_status *st)
{
    check *const c = self;
    bool equal[DS_STORE_BATCH], ok = true;
    for (size_t r = 0; r < batch->count; r++)
        equal[r] = true;
    for (size_t v = 0; ok && c->about->has_paths && v < c->about->variables; v++) {
        ok = ds_result_series(c->result, c->about->variable[v].name, batch->point, batch->first,
                              batch->count, c->values, st);
        for (size_t r = 0; ok && r < batch->count; r++)
            if (batch->state[r] != DS_REPLICA_MISSING)
                compare_series(c, batch, r, v, &equal[r]);
    }
    for (size_t o = 0; ok && o < c->about->outcomes; o++) {
        ok = ds_result_outcome(c->result, c->about->outcome[o].name, batch->point, c->values, st);
        for (size_t r = 0; ok && r < batch->count; r++)
            if (batch->state[r] != DS_REPLICA_MISSING)
                compare_outcome(c, batch, r, o, &equal[r]);
    }
    for (size_t r = 0; ok && r < batch->count; r++) {
        if (batch->state[r] == DS_REPLICA_MISSING)
            continue;
        ok = compare_state(c, batch, r, &equal[r], st);
        c->replicas++;
        c->different += !equal[r];
    }
    return ok;
}

/* ---- the run ---- */

static bool reload(check *c, const ds_args *args, ds_status *st)
{
    const ds_result_info *const about = c->about;
    ds_scenario_file *const files = calloc(about->file_count + 1, sizeof *files);
    if (!files)
        return ds_fail(st, DS_E_SYSTEM, "no memory for the files of a scenario");
    for (size_t i = 0; i < about->file_count; i++)
        files[i] = (ds_scenario_file){about->file_names[i], about->file_texts[i],
                                      strlen(about->file_texts[i])};
    const ds_scenario_request request = {.path = "the scenario in the result",
                                         .text = about->resolved,
                                         .files = files,
                                         .file_count = about->file_count,
                                         .natives = args->plugins,
                                         .models = ds_models};
    const bool ok = ds_scenario_load(&c->scenario, &request, st);
    free(files);
    return ok;
}

static bool check_shape(const check *c, ds_status *st)
{
    const ds_result_info *const about = c->about;
    const ds_scenario *const s = &c->scenario;
    if (s->points != about->points || s->frame.replicas != about->replicas ||
        ds_frame_times(&s->frame) != about->times || s->frame.seed != about->seed ||
        ds_metric_count(s->model->outcomes) != about->outcomes)
        return ds_fail(st, DS_E_DATA,
                       "the file holds %zu points, %zu replicas, %zu times, seed %llu; its own "
                       "scenario asks for %zu, %u, %zu, %llu",
                       about->points, about->replicas, about->times,
                       (unsigned long long)about->seed, s->points, s->frame.replicas,
                       ds_frame_times(&s->frame), (unsigned long long)s->frame.seed);
    return true;
}

static bool check_maker(const ds_result_info *about, ds_status *st)
{
    if (strcmp(about->version, DIEMSIM_VERSION) != 0)
        return ds_fail(st, DS_E_DATA,
                       "the result was made by version %.40s, this is %s: only the version that "
                       "made it can verify it",
                       about->version, DIEMSIM_VERSION);
    if (strcmp(about->build, ds_build()) != 0)
        fprintf(stderr, "warning: the result was made by another build (%.100s; this is %s)\n",
                about->build, ds_build());
    return true;
}

static bool prepare(check *c, const ds_args *args, ds_status *st)
{
    const ds_result_info *const about = c->about;
    const size_t wanted = args->has_replicas ? args->replicas : about->replicas;
    const size_t most = about->replicas > DS_STORE_BATCH * about->times
                            ? about->replicas
                            : DS_STORE_BATCH * about->times;
    c->todo = calloc(c->plan.batches, sizeof *c->todo);
    c->metric = calloc(about->variables + 1, sizeof *c->metric);
    c->values = calloc(most, sizeof *c->values);
    if (!c->todo || !c->metric || !c->values)
        return ds_fail(st, DS_E_SYSTEM, "no memory to compare %zu replicas", about->replicas);
    for (size_t i = 0; i < c->plan.batches; i++) {
        ds_batch batch;
        ds_store_batch_range(&c->plan.experiment, i, &batch);
        for (size_t r = 0; r < batch.count; r++)
            if (batch.first + r < wanted)
                c->todo[i] |= (uint16_t)(1u << r);
    }
    for (size_t v = 0; v < about->variables; v++) {
        const ds_metric *const metric =
            ds_metric_find(c->scenario.model->metrics, about->variable[v].name);
        if (!metric)
            return ds_fail(st, DS_E_DATA, "the model '%s' has no metric '%.60s'",
                           c->scenario.model->name, about->variable[v].name);
        c->metric[v] = (size_t)(metric - c->scenario.model->metrics);
    }
    return true;
}

static bool simulate(check *c, const ds_args *args, ds_status *st)
{
    ds_progress progress;
    const unsigned threads = ds_crew_threads(&c->plan, (unsigned)args->threads);
    const ds_crew crew = {.plan = &c->plan,
                          .threads = threads,
                          .todo = c->todo,
                          .put = compare,
                          .owner = c,
                          .progress = &progress};
    size_t todo = 0;
    for (size_t i = 0; i < c->plan.batches; i++)
        todo += (size_t)__builtin_popcount(c->todo[i]);
    const double work =
        c->plan.all_events * (double)todo / ((double)c->about->points * (double)c->about->replicas);
    if (!ds_memory_check(ds_plan_bytes(&c->plan, threads), threads, st))
        return false;
    ds_progress_begin(&progress, 0, todo, work, args->quiet);
    const bool ok = ds_crew_run(&crew, st);
    ds_progress_end(&progress);
    return ok;
}

static bool tell(const check *c, const char *path, ds_status *st)
{
    if (c->different)
        return ds_fail(st, DS_E_DATA, "'%s' differs in %zu of %zu replicas, the first: %s", path,
                       c->different, c->replicas, c->text);
    printf("%s: %zu of %zu replicas simulated again, every bit is the same\n", path, c->replicas,
           c->about->points * c->about->replicas);
    printf("compared: ");
    if (c->about->has_paths)
        printf("%zu metrics at %zu times, ", c->about->variables, c->about->times);
    printf("%zu outcomes, states and numbers of events%s\n", c->about->outcomes,
           c->about->has_paths ? "" : " (the file keeps no paths)");
    return true;
}

bool ds_cmd_verify(const ds_args *args, ds_status *st)
{
    const ds_maker maker = {"diemsim", DIEMSIM_VERSION, ds_build()};
    const char *const path = args->operand[0];
    check c = {0};
    signal(SIGPIPE, SIG_IGN);
    if (!ds_result_open(&c.result, path, st))
        return false;
    c.about = ds_result_about(c.result);
    const bool ok = check_maker(c.about, st) && reload(&c, args, st) && check_shape(&c, st) &&
                    ds_plan_make(&c.plan, &c.scenario, &maker, st) && prepare(&c, args, st) &&
                    simulate(&c, args, st) && tell(&c, path, st);
    free(c.todo);
    free(c.metric);
    free(c.values);
    ds_plan_free(&c.plan);
    ds_scenario_free(&c.scenario);
    ds_result_close(c.result);
    return ok;
}
