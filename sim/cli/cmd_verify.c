#include "analysis/text.h"
#include "cli.h"
#include "together.h"

#include "models/models.h"
#include "sim/io/experiment.h"
#include "sim/io/head.h"
#include "sim/io/restore.h"
#include "sim/run/crew.h"
#include "sim/run/memory.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* A result that is computed again. */
typedef struct check {
    ds_result *result;
    const ds_result_info *about;
    ds_scenario scenario;
    ds_plan plan;
    uint8_t *due;
    size_t *metric; /* [variables]: of the model */
    double *values; /* a batch of one variable at one point */
    ds_together together;
    size_t wanted; /* replicas of a point */
    size_t replicas, different;
    size_t first; /* plan index of the first replica that differs */
    char text[600];
} check;

/* ---- comparing ---- */

/* A replica of a batch, `index` that of its state. */
typedef struct replica {
    const ds_batch *batch;
    size_t index, point, number;
} replica;

static replica replica_of(const ds_batch *batch, size_t index)
{
    const size_t each = batch->count ? batch->count : 1;
    return (replica){batch, index, batch->point + index / each, batch->first + index % each};
}

/* Keeps the difference that comes first in the plan, whatever the order of batches. */
static void note(check *c, const replica *r, const char *text)
{
    const size_t at = r->point * c->about->replicas + r->number;
    if (*c->text && at >= c->first)
        return;
    c->first = at;
    snprintf(c->text, sizeof c->text, "point %zu (%.100s), replica %zu: %s", r->point,
             c->about->labels[r->point], r->number, text);
}

static bool compare_state(check *c, const replica *r, bool *equal, ds_status *st)
{
    const uint8_t now = r->batch->state[r->index];
    const uint64_t handled = r->batch->events[r->index];
    uint8_t state;
    uint64_t events;
    const char *cause;
    char text[300];
    if (!ds_result_replica(c->result, r->point, r->number, &state, &events, &cause, st))
        return false;
    const char *const why = r->batch->cause[r->index];
    if (!*equal ||
        (state == now && events == handled && strcmp(cause ? cause : "", why ? why : "") == 0))
        return true;
    *equal = false;
    if (state == now && events == handled) {
        snprintf(text, sizeof text, "failed because '%.120s' in the file, now '%.120s'",
                 cause ? cause : "", why ? why : "");
        note(c, r, text);
        return true;
    }
    snprintf(text, sizeof text, "stored as state %d after %llu events, now state %d after %llu",
             state, (unsigned long long)events, now, (unsigned long long)handled);
    note(c, r, text);
    return true;
}

/* `row`: of the replica in the batch's paths; `stored`: its series in the file. */
static void compare_series(check *c, const replica *r, size_t variable, size_t row,
                           const double *stored, bool *equal)
{
    const size_t times = c->about->times;
    const ds_variable *const v = &c->about->variable[variable];
    const double *const wide = r->batch->paths[c->metric[variable]];
    const float *const narrow = r->batch->paths[c->metric[variable]];
    char text[300];
    for (size_t k = 0; k < times && *equal; k++) {
        const double again = v->wide ? wide[row * times + k] : (double)narrow[row * times + k];
        if (ds_together_same(stored[k], again))
            continue;
        *equal = false;
        snprintf(text, sizeof text, "'%.60s' at time %.10g is %.17g in the file, now %.17g",
                 v->name, c->about->time[k], stored[k], again);
        note(c, r, text);
    }
}

static void compare_outcome(check *c, const replica *r, size_t o, bool *equal)
{
    const double now = r->batch->outcomes[r->index * c->about->outcomes + o];
    const double stored = c->values[r->number];
    char text[300];
    if (!*equal || ds_together_same(stored, now))
        return;
    *equal = false;
    snprintf(text, sizeof text, "outcome '%.60s' is %.17g in the file, now %.17g",
             c->about->outcome[o].name, stored, now);
    note(c, r, text);
}

static bool is_known(const ds_batch *batch, size_t index)
{
    return batch->state[index] != DS_REPLICA_MISSING;
}

/* The batch's replicas of one point that the file holds. */
static bool compare_point(check *c, const ds_batch *batch, size_t point, bool *equal, ds_status *st)
{
    const size_t begin = point * batch->count, number = batch->point + point;
    const size_t row = point * ds_store_rows(&c->plan.experiment, batch->count);
    const size_t left = c->about->replicas > batch->first ? c->about->replicas - batch->first : 0;
    const size_t count = left < batch->count ? left : batch->count;
    bool ok = true;
    for (size_t v = 0; ok && count && c->about->has_paths && v < c->about->variables; v++) {
        ok = ds_result_series(c->result, c->about->variable[v].name, number, batch->first, count,
                              c->values, st);
        for (size_t i = 0; ok && i < count; i++) {
            const replica r = replica_of(batch, begin + i);
            if (is_known(batch, begin + i))
                compare_series(c, &r, v, row + i, c->values + i * c->about->times,
                               &equal[begin + i]);
        }
    }
    for (size_t o = 0; ok && o < c->about->outcomes; o++) {
        ok = ds_result_outcome(c->result, c->about->outcome[o].name, number, c->values, st);
        for (size_t i = begin; ok && i < begin + count; i++) {
            const replica r = replica_of(batch, i);
            if (is_known(batch, i))
                compare_outcome(c, &r, o, &equal[i]);
        }
    }
    return ok;
}

/* Whether all replicas of the file are simulated again. */
static bool is_whole(const check *c)
{
    return c->wanted == c->about->replicas;
}

static bool compare(void *self, const ds_batch *batch, ds_status *st)
{
    check *const c = self;
    const size_t replicas = batch->points * batch->count;
    bool *const equal = malloc(replicas * sizeof *equal);
    bool ok = equal || ds_fail(st, DS_E_SYSTEM, "no memory to compare %zu replicas", replicas);
    if (ok)
        memset(equal, true, replicas * sizeof *equal);
    for (size_t p = 0; ok && p < batch->points; p++)
        ok = compare_point(c, batch, p, equal, st);
    for (size_t i = 0; ok && i < replicas; i++) {
        const replica r = replica_of(batch, i);
        if (!is_known(batch, i))
            continue;
        ok = compare_state(c, &r, &equal[i], st);
        c->replicas++;
        c->different += !equal[i];
    }
    free(equal);
    return ok && (!is_whole(c) || ds_together_take(&c->together, batch, st));
}

/* ---- what the file says of itself ---- */

/* Of a text that the file holds and its scenario gives. */
static bool is_said(const char *what, const char *of, const char *stored, const char *now,
                    ds_status *st)
{
    return strcmp(stored, now) == 0 ||
           ds_fail(st, DS_E_DATA,
                   "the %s of '%.60s' is '%.100s' in the file, and '%.100s' by its scenario", what,
                   of, stored, now);
}

static bool compare_coordinate(const check *c, const ds_coordinate *was, const ds_coordinate *now,
                               ds_status *st)
{
    if (!is_said("name", now->path, was->name, now->name, st) ||
        !is_said("path", now->name, was->path, now->path, st) ||
        !is_said("meaning", now->name, was->doc, now->doc, st) ||
        !is_said("unit", now->name, was->unit ? was->unit : "", now->unit ? now->unit : "", st))
        return false;
    if (!was->number != !now->number)
        return ds_fail(st, DS_E_DATA, "the values of '%.60s' are %s in the file", now->name,
                       was->number ? "numbers" : "texts");
    for (size_t p = 0; p < c->about->points; p++) {
        if (now->number && !ds_together_same(was->number[p], now->number[p]))
            return ds_fail(st, DS_E_DATA,
                           "'%.60s' at point %zu is %.17g in the file, and %.17g by its scenario",
                           now->name, p, was->number[p], now->number[p]);
        if (!now->number && !is_said("value", now->name, was->text[p], now->text[p], st))
            return false;
    }
    return true;
}

/* What varied over the points. */
static bool compare_design(const check *c, ds_status *st)
{
    const ds_experiment *const x = &c->plan.experiment;
    if (c->about->coordinates != x->coordinates)
        return ds_fail(st, DS_E_DATA, "%zu things vary in the file, and %zu by its scenario",
                       c->about->coordinates, x->coordinates);
    if (x->coordinates && !is_said("design", "sweep", c->about->design, x->design, st))
        return false;
    for (size_t i = 0; i < x->coordinates; i++)
        if (!compare_coordinate(c, &c->about->coordinate[i], &x->coordinate[i], st))
            return false;
    return true;
}

static bool compare_meaning(const ds_variable *was, const ds_metric *now, const char *kind,
                            ds_status *st)
{
    return is_said("unit", now->name, was->unit, now->unit, st) &&
           is_said("meaning", now->name, was->doc, now->doc, st) &&
           is_said("kind", now->name, was->kind, kind, st);
}

/* What the file says of its metrics and outcomes, and which it has. */
static bool compare_meanings(const check *c, ds_status *st)
{
    const ds_experiment *const x = &c->plan.experiment;
    size_t recorded = 0;
    for (size_t m = 0; m < ds_metric_count(x->metrics); m++)
        recorded += !x->recorded || x->recorded[m];
    if (recorded != c->about->variables)
        return ds_fail(st, DS_E_DATA, "the file has %zu metrics, its scenario asks for %zu",
                       c->about->variables, recorded);
    for (size_t v = 0; v < c->about->variables; v++) {
        const ds_metric *const metric = &x->metrics[c->metric[v]];
        if (!ds_experiment_records(x, c->metric[v]))
            return ds_fail(st, DS_E_DATA, "the file has the metric '%.60s', its scenario does not",
                           metric->name);
        if (c->about->variable[v].wide != metric->wide)
            return ds_fail(st, DS_E_DATA, "'%.60s' is stored as float%d in the file, must be %d",
                           metric->name, metric->wide ? 32 : 64, metric->wide ? 64 : 32);
        if (!compare_meaning(&c->about->variable[v], metric, ds_metric_kind_name(metric->kind), st))
            return false;
    }
    for (size_t o = 0; o < c->about->outcomes; o++)
        if (!is_said("name", "outcomes", c->about->outcome[o].name, x->outcomes[o].name, st) ||
            !compare_meaning(&c->about->outcome[o], &x->outcomes[o], "outcome", st))
            return false;
    return true;
}

/* What the file says of itself. */
static bool compare_origin(const check *c, ds_status *st)
{
    const ds_experiment *const x = &c->plan.experiment;
    char units[80];
    ds_head_time_units(x->start, units);
    if (c->scenario.program && !c->about->doubt)
        return ds_fail(st, DS_E_DATA,
                       "the file says that it comes out the same everywhere, but '%.80s' is a "
                       "program",
                       c->scenario.program);
    return (c->about->doubt || x->provenance.doubt ||
            is_said("identity", "result", c->about->identity, c->plan.identity, st)) &&
           is_said("unit", "time", c->about->time_units, units, st) &&
           is_said("title", "result", c->about->title, x->title, st) &&
           is_said("model", "result", c->about->model, x->model, st);
}

/* What the file says of its points and times is what its scenario says. */
static bool compare_axes(const check *c, ds_status *st)
{
    const ds_experiment *const x = &c->plan.experiment;
    for (size_t p = 0; p < x->points; p++)
        if (strcmp(x->labels[p], c->about->labels[p]) != 0)
            return ds_fail(st, DS_E_DATA,
                           "point %zu is called '%.100s' in the file, and '%.100s' by its scenario",
                           p, c->about->labels[p], x->labels[p]);
    for (size_t k = 0; k < x->times; k++)
        if (!ds_together_same(x->time[k], c->about->time[k]))
            return ds_fail(st, DS_E_DATA,
                           "time %zu is %.17g in the file, and %.17g by its scenario", k,
                           c->about->time[k], x->time[k]);
    return true;
}

/* ---- the run ---- */

static bool reload(check *c, const ds_args *args, ds_status *st)
{
    char plugins[DS_DATA_ROOM];
    const ds_result_info *const about = c->about;
    const ds_stored_scenario stored = {.name = "the scenario in the result",
                                       .source = about->scenario,
                                       .resolved = about->resolved,
                                       .file_count = about->file_count,
                                       .file_names = about->file_names,
                                       .file_texts = about->file_texts,
                                       .natives = args->plugins,
                                       .plugins = ds_data_plugins(plugins)};
    return ds_scenario_restore(&c->scenario, &stored, ds_models, st);
}

static bool check_shape(const check *c, ds_status *st)
{
    const ds_result_info *const about = c->about;
    const ds_scenario *const s = &c->scenario;
    const bool fits =
        s->until ? s->frame.replicas >= about->replicas : s->frame.replicas == about->replicas;
    if (s->points != about->points || !fits || ds_frame_times(&s->frame) != about->times ||
        s->frame.seed != about->seed || ds_metric_count(s->outcomes) != about->outcomes)
        return ds_fail(st, DS_E_DATA,
                       "the file holds %zu points, %zu replicas, %zu times, seed %llu; its own "
                       "scenario asks for %zu, %u, %zu, %llu",
                       about->points, about->replicas, about->times,
                       (unsigned long long)about->seed, s->points, s->frame.replicas,
                       ds_frame_times(&s->frame), (unsigned long long)s->frame.seed);
    if (about->group != ds_frame_group(&s->frame))
        return ds_fail(st, DS_E_DATA,
                       "replicas come in groups of %zu in the file, and of %zu by its scenario",
                       about->group, ds_frame_group(&s->frame));
    if (!about->stopping != !s->until)
        return ds_fail(st, DS_E_DATA, "%s has a rule that ends the run, %s has none",
                       s->until ? "the scenario" : "the file",
                       s->until ? "the file" : "its scenario");
    return about->variables == 0 || about->has_paths == s->keep_paths ||
           ds_fail(st, DS_E_DATA, "the file keeps %s of its metrics, its scenario asks for %s",
                   about->has_paths ? "paths" : "summaries", s->keep_paths ? "paths" : "summaries");
}

static bool check_maker(const ds_result_info *about, ds_status *st)
{
    if (strcmp(about->version, DIEMSIM_VERSION) != 0)
        return ds_fail(st, DS_E_DATA,
                       "the result was made by version %.40s, this is %s: only the version that "
                       "made it can verify it",
                       about->version, DIEMSIM_VERSION);
    if (about->doubt)
        fprintf(stderr, "warning: the result may not come out elsewhere: %s\n", about->doubt);
    if (about->doubt && strcmp(about->build, ds_build()) != 0)
        fprintf(stderr, "warning: the result was made by another build (%.100s; this is %s)\n",
                about->build, ds_build());
    return true;
}

static bool prepare(check *c, const ds_args *args, ds_status *st)
{
    const ds_result_info *const about = c->about;
    const size_t rows = c->plan.experiment.batch_replicas * about->times;
    const size_t most = about->replicas > rows ? about->replicas : rows;
    c->wanted =
        args->has_replicas && args->replicas < about->replicas ? args->replicas : about->replicas;
    c->due = calloc(c->plan.batches, sizeof *c->due);
    c->metric = calloc(about->variables + 1, sizeof *c->metric);
    c->values = calloc(most, sizeof *c->values);
    if (!c->due || !c->metric || !c->values)
        return ds_fail(st, DS_E_SYSTEM, "no memory to compare %zu replicas", about->replicas);
    for (size_t i = 0; i < c->plan.batches; i++) {
        ds_batch batch = {0};
        ds_store_batch_range(&c->plan.experiment, i, &batch);
        c->due[i] = batch.first < c->wanted ? DS_DUE_ALL : DS_DUE_NONE;
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
                          .due = c->due,
                          .limit = c->wanted,
                          .put = compare,
                          .owner = c,
                          .progress = &progress};
    const size_t due = c->about->points * c->wanted;
    const double work = c->plan.all_events * (double)c->wanted / c->plan.scenario->frame.replicas;
    const double together =
        is_whole(c) || c->about->has_paths ? ds_together_bytes(&c->plan, threads) : 0;
    if (!ds_memory_check(ds_plan_bytes(&c->plan, threads) + together, threads, st))
        return false;
    ds_progress_begin(&progress, 0, due, work, args->quiet);
    const bool ok = ds_crew_run(&crew, st);
    ds_progress_end(&progress);
    return ok;
}

static bool tell(const check *c, const char *path, ds_status *st)
{
    if (c->different)
        return ds_fail(st, DS_E_DATA, "'%s' differs in %zu of %zu replicas, the first: %s", path,
                       c->different, c->replicas, c->text);
    ds_text_put(stdout, path, DS_MARKUP_PLAIN);
    printf(": %zu of %zu replicas simulated again, every bit is the same\n", c->replicas,
           c->about->points * c->about->replicas);
    const ds_result_info *const about = c->about;
    const bool reduced = about->variables && !about->has_paths;
    printf("compared: ");
    if (about->has_paths)
        printf("%zu metrics at %zu times, their summaries, ", about->variables, about->times);
    else if (reduced && is_whole(c))
        printf("summaries of %zu metrics at %zu times, ", about->variables, about->times);
    printf("%zu outcomes, states, numbers of events%s\n", about->outcomes,
           about->stopping && is_whole(c) ? ", and where 'until' ended the run" : "");
    if (!is_whole(c) && (reduced || about->stopping))
        printf("not compared, for this takes all replicas: %s%s%s\n",
               reduced ? "the summaries of metrics" : "", reduced && about->stopping ? ", " : "",
               about->stopping ? "where 'until' ended the run" : "");
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
    const bool ok =
        check_maker(c.about, st) && reload(&c, args, st) && check_shape(&c, st) &&
        ds_plan_make(&c.plan, &c.scenario, &maker, st) && compare_axes(&c, st) &&
        compare_design(&c, st) && compare_origin(&c, st) && prepare(&c, args, st) &&
        compare_meanings(&c, st) &&
        ds_together_open(&c.together, c.result, &c.plan, c.metric, st) && simulate(&c, args, st) &&
        (c.different || ds_together_check(&c.together, is_whole(&c), st)) && tell(&c, path, st);
    ds_together_close(&c.together);
    free(c.due);
    free(c.metric);
    free(c.values);
    ds_plan_free(&c.plan);
    ds_scenario_free(&c.scenario);
    ds_result_close(c.result);
    return ok;
}
