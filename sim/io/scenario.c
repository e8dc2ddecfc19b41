#include "scenario.h"

#include "actions.h"
#include "branch.h"
#include "complain.h"
#include "include.h"
#include "json.h"
#include "merge.h"
#include "objective.h"
#include "override.h"
#include "plain.h"
#include "quantity.h"
#include "rare.h"
#include "resolve.h"
#include "rule.h"
#include "sampling.h"
#include "scenario_rest.h"
#include "thresholds.h"

#include "sim/core/nearest.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { REPLICAS_MOST = 10000000, TIMES_MOST = 1000000 };

static const double events_most = 1e13, events_a_replica_most = 1e11;

/* ---- the common keys ---- */

static const ds_param output_table[] = {
    DS_P_SWITCH(ds_output_config, paths, true,
                "keep every replica's series, not only their summary"),
    {.name = "metrics",
     .kind = DS_TEXT,
     .offset = offsetof(ds_output_config, metrics),
     .unit = "1",
     .doc = "names of the metrics to store, a list; all by default"},
    {0},
};

#define TEXT(field, doc_)                                                    \
    {                                                                        \
        DS_AT(ds_common, field), .kind = DS_TEXT, .unit = "1", .doc = (doc_) \
    }
#define NUMBER(field, min_, max_, doc_)                                                        \
    {                                                                                          \
        DS_AT(ds_common, field), .kind = DS_NUMBER, .unit = "d", .min = (min_), .max = (max_), \
                                 .doc = (doc_)                                                 \
    }
#define ELSEWHERE(name_, doc_)                                                                \
    {                                                                                         \
        .name = (name_), .kind = DS_TEXT, .offset = offsetof(ds_common, title), .doc = (doc_) \
    }
static const ds_param common_table[] = {
    TEXT(model, "the model: which keys follow"),
    TEXT(title, "what the result is called"),
    TEXT(description, "what the scenario is about"),
    {DS_AT(ds_common, start), .kind = DS_DATE, .unit = "1", .text = "2026-09-19",
     .doc = "date of time 0, 00:00 UTC"},
    NUMBER(horizon, 1e-9, 1e12,
           "simulated time, warm-up included; a date where the model has dates"),
    NUMBER(warmup, 0, 1e12, "time at the beginning that is simulated and not recorded"),
    {DS_AT(ds_common, observe), .kind = DS_NUMBER, .unit = "d", .min = 1e-9, .max = 1e12,
     .unlimited = true,
     .doc =
         "time between two observations; unlimited: one interval from the warm-up to the horizon"},
    DS_P_INTEGER(ds_common, replicas, "1", 100, 1, REPLICAS_MOST, "simulated paths of every point",
                 NULL),
    DS_P_INTEGER(ds_common, seed, "1", 0, 0, 0x1p63,
                 "of all randomness; drawn and printed when it is missing", NULL),
    DS_P_WORD(ds_common, sampling, ds_sampling_words, "independent",
              "how replicas are drawn: antithetic pairs and Sobol' points make means surer where "
              "replicas react to single draws in one direction"),
    DS_P_GROUP(ds_common, output, output_table, ds_output_config, "what is stored"),
    DS_P_GROUP(ds_common, until, ds_rule_table, ds_rule_config,
               "a rule that ends the run once an estimate is sure enough"),
    {DS_AT(ds_common, splitting), .kind = DS_GROUP, .unit = "1", .table = ds_splitting_params,
     .size = sizeof(ds_splitting), .check = ds_splitting_check,
     .doc = "the probability of a rare event by multilevel splitting; replicas are then "
            "repetitions of the whole estimate"},
    {DS_AT(ds_common, thresholds), .kind = DS_MAP, .unit = "1", .table = ds_threshold_table,
     .size = sizeof(ds_threshold_config), .max = DS_THRESHOLDS_MOST,
     .doc = "what must hold, by name, and in what share of replicas; the model's by default"},
    {0},
};

/* Keys that are read before tables are bound. */
static const ds_param outer_table[] = {
    ELSEWHERE("include", "a scenario, or a list of them, that this one changes"),
    {.name = "variants",
     .kind = DS_MAP,
     .doc = "named sets of changes that are compared on the same "
            "random numbers; {}: none"},
    ELSEWHERE("branch", "several futures of one past: 'at', a time, and 'variants', by name what "
                        "changes then"),
    ELSEWHERE("sweep", "key paths with lists or ranges of values, and the design that makes points "
                       "of them; every combination by default"),
    {0},
};

void ds_common_table(const ds_model *model, ds_param table[DS_COMMON_ROOM])
{
    size_t n = 0;
    for (const ds_param *p = common_table; p->name; p++) {
        if (strcmp(p->name, "start") == 0 && !model->dated)
            continue;
        table[n] = *p;
        if (p->kind == DS_NUMBER)
            table[n].unit = model->time_unit;
        if (strcmp(p->name, "horizon") == 0)
            table[n].fallback = model->default_horizon;
        if (strcmp(p->name, "observe") == 0)
            table[n].fallback = model->default_observe;
        n++;
    }
    table[n] = ds_goal_map;
    table[n++].offset = offsetof(ds_common, objective);
    for (const ds_param *p = ds_search_table; p->name; p++) {
        table[n] = *p;
        table[n++].offset += offsetof(ds_common, search);
    }
    for (const ds_param *p = outer_table; p->name; p++) {
        table[n] = *p;
        if (p->kind == DS_MAP)
            table[n].table = model->params;
        n++;
    }
    table[n] = (ds_param){0};
}

/* ---- reading ---- */

static char *real_path(ds_pool *pool, const char *path)
{
    return path ? ds_pool_path(pool, path) : NULL;
}

static const char *folder_of(ds_pool *pool, const char *path)
{
    char *const file = real_path(pool, path);
    if (!file)
        return NULL;
    char *const slash = strrchr(file, '/');
    *(slash == file ? slash + 1 : slash) = '\0';
    return file;
}

/* The scenario and what it includes, not yet laid over each other. */
static bool read_top(ds_scenario *s, const ds_scenario_request *q, ds_node **layers)
{
    ds_scenario_rest *const r = s->rest;
    ds_text *const text = ds_pool_take(&r->pool, sizeof *text);
    *text = (ds_text){.name = ds_escape(&r->pool, q->path),
                      .text = q->text,
                      .size = q->text ? strlen(q->text) : 0};
    if (!q->text) {
        if (!ds_file_slurp(&r->pool, q->path, DS_SCENARIO_MOST, &text->text, &text->size, r->st))
            return false;
        text->real = real_path(&r->pool, q->path);
        text->folder = r->files.home = folder_of(&r->pool, q->path);
        r->files.presets = real_path(&r->pool, q->presets);
    }
    s->source = text->text;
    return ds_include(&r->binder, text, layers);
}

/* ---- the model and the frame ---- */

static bool refuse_model(ds_scenario *s, const ds_scenario_request *q, const ds_node *said)
{
    ds_pool *const pool = &s->rest->pool;
    const char *const word = said->shape == DS_SCALAR ? said->scalar : "";
    ds_nearest nearest = ds_nearest_to(word);
    const char *all = NULL;
    for (const ds_model *const *m = q->models; *m; m++) {
        ds_nearest_try(&nearest, (*m)->name);
        all = all ? ds_pool_print(pool, "%s, %s", all, (*m)->name) : (*m)->name;
    }
    if (said->shape != DS_SCALAR)
        return ds_complain(s->rest->st, said, "'model' must be one of: %s", all);
    if (nearest.best)
        return ds_complain(s->rest->st, said, "'model' is '%s', did you mean '%s'? (one of: %s)",
                           ds_quote(pool, word), nearest.best, all);
    return ds_complain(s->rest->st, said, "'model' is '%s', must be one of: %s",
                       ds_quote(pool, word), all);
}

/* What the uppermost layer says that says anything; a `--set` lies over all. */
static bool find_model(ds_scenario *s, const ds_scenario_request *q, const ds_node *layers)
{
    const ds_node *said = NULL;
    for (uint32_t i = 0; i < layers->count; i++) {
        const ds_node *const here = ds_node_get(layers->item[i], "model", NULL);
        said = here ? here : said;
    }
    for (size_t i = 0; i < q->set_count; i++)
        if (strncmp(q->sets[i], "model=", 6) == 0 &&
            !ds_override_value(&s->rest->binder, q->sets[i], &said))
            return false;
    s->model = said ? NULL : q->models[0];
    for (const ds_model *const *m = q->models; !s->model && *m; m++)
        if (said->shape == DS_SCALAR && strcmp((*m)->name, said->scalar) == 0)
            s->model = *m;
    return s->model || (said && refuse_model(s, q, said));
}

/* A horizon given as a date becomes days from the start. */
static bool date_horizon(ds_scenario *s, ds_node *root, ds_node **out)
{
    ds_scenario_rest *const r = s->rest;
    const ds_node *const horizon = ds_node_get(root, "horizon", NULL);
    const ds_node *const start = ds_node_get(root, "start", NULL);
    double end, begin;
    *out = root;
    if (!horizon || horizon->shape != DS_SCALAR || !s->model->dated ||
        !ds_date_read(horizon->scalar, &end))
        return true;
    if (!start || start->shape != DS_SCALAR || !ds_date_read(start->scalar, &begin))
        return ds_complain(r->st, horizon, "'horizon' is a date: 'start' must be one too");
    ds_node *const days = ds_node_scalar(
        &r->pool, horizon, ds_pool_print(&r->pool, "%.17g", ds_date_since(end, begin)));
    ds_node *const over =
        ds_node_new(&r->pool, DS_MAPPING, horizon->from, horizon->line, horizon->column);
    ds_node_add(&r->pool, over, ds_node_scalar(&r->pool, horizon, "horizon"), days);
    const ds_param *const tables[2] = {r->common_table, NULL};
    *out = ds_merge(&r->binder, tables, root, over);
    return true;
}

static bool choose_metrics(ds_scenario *s, const ds_node *output, ds_status *st)
{
    const ds_metric *const table = s->model->metrics;
    const size_t count = ds_metric_count(table);
    bool *const recorded = ds_pool_take(&s->rest->pool, count + 1);
    const ds_node *const list = ds_node_get(output, "metrics", NULL);
    memset(recorded, !list, count);
    s->recorded = recorded;
    if (list && (list->shape != DS_SEQUENCE || list->count == 0))
        return ds_complain(
            st, list,
            "'metrics' must be a list of at least one name, as 'diemsim metrics' prints "
            "them");
    for (uint32_t i = 0; list && i < list->count; i++) {
        const ds_node *const name = list->item[i];
        ds_nearest nearest = ds_nearest_to(name->shape == DS_SCALAR ? name->scalar : "");
        for (const ds_metric *m = table; m->name; m++)
            ds_nearest_try(&nearest, m->name);
        const ds_metric *const metric =
            name->shape == DS_SCALAR ? ds_metric_find(table, name->scalar) : NULL;
        if (!metric)
            return ds_complain(st, name, "unknown metric '%s'%s",
                               name->shape == DS_SCALAR ? ds_quote(&s->rest->pool, name->scalar)
                                                        : "",
                               ds_nearest_or(&nearest, "; 'diemsim metrics' lists them"));
        recorded[metric - table] = true;
    }
    return true;
}

static bool check_frame(ds_scenario *s, const ds_node *root, ds_status *st)
{
    ds_frame *const f = &s->frame;
    const ds_node *at = ds_node_get(root, "horizon", NULL);
    at = at ? at : root;
    if (!(f->warmup < f->horizon))
        return ds_complain(st, at,
                           "'horizon' is %g, must be above 'warmup' = %g, which is part of it",
                           f->horizon, f->warmup);
    if (isinf(f->observe) || f->observe > f->horizon - f->warmup)
        f->observe = f->horizon - f->warmup;
    if ((f->horizon - f->warmup) / f->observe > TIMES_MOST)
        return ds_complain(
            st, at,
            "%.3g observations, must be at most %d: 'observe' is too short for this 'horizon'",
            (f->horizon - f->warmup) / f->observe, TIMES_MOST);
    return true;
}

static bool draw_seed(int64_t *seed, ds_status *st)
{
    uint64_t word;
    if (getrandom(&word, sizeof word, 0) != (ssize_t)sizeof word)
        return ds_fail(st, DS_E_SYSTEM, "cannot draw a seed: %s", strerror(errno));
    *seed = (int64_t)(word >> 12); /* exact in JSON */
    return true;
}

/* The tree of common keys alone: those the model owns, and those that are read as trees, taken out.
 */
static ds_node *common_part(ds_scenario *s, ds_node *root)
{
    ds_node *part = ds_node_new(&s->rest->pool, DS_MAPPING, root->from, root->line, root->column);
    for (uint32_t i = 0; i < root->count; i++) {
        const char *const key = root->key[i]->scalar;
        const bool outer =
            strcmp(key, "variants") == 0 || strcmp(key, "sweep") == 0 || strcmp(key, "branch") == 0;
        if (ds_param_find(s->model->params, key) || outer)
            continue;
        ds_node *item = root->item[i];
        if (strcmp(key, "output") == 0 && item->shape == DS_MAPPING)
            item = ds_node_without(&s->rest->pool, item, "metrics");
        if (ds_param_find(ds_search_table, key) && item->shape == DS_MAPPING)
            item = ds_node_without(&s->rest->pool, item, "vary");
        ds_node_add(&s->rest->pool, part, root->key[i], item);
    }
    return part;
}

static bool bind_common(ds_scenario *s, ds_node *root, ds_status *st)
{
    ds_scenario_rest *const r = s->rest;
    ds_common *const c = &r->common;
    ds_param table[DS_COMMON_ROOM];
    ds_common_table(s->model, table);
    memcpy(r->common_table, table, sizeof table);
    /* Keys are checked against the whole language, then only the common ones are bound. */
    if (!ds_bind(&r->binder, table, s->model->params, common_part(s, root), c))
        return false;
    s->seed_given = ds_node_get(root, "seed", NULL) != NULL;
    if (!s->seed_given && !draw_seed(&c->seed, st))
        return false;
    s->title = c->title ? c->title : "";
    s->description = c->description ? c->description : "";
    s->keep_paths = c->output.paths;
    s->outcomes = s->model->outcomes;
    s->frame = (ds_frame){.start = s->model->dated ? c->start : NAN,
                          .warmup = c->warmup,
                          .horizon = c->horizon,
                          .observe = c->observe,
                          .seed = (uint64_t)c->seed,
                          .replicas = (uint32_t)c->replicas,
                          .sampling = (ds_sampling)c->sampling};
    r->binder.start = s->frame.start;
    r->binder.horizon = s->frame.horizon;
    return check_frame(s, root, st) && ds_sampling_check(s->model, &s->frame, root, st) &&
           choose_metrics(s, ds_node_get(root, "output", NULL), st) &&
           ds_rare_read(s, ds_node_get(root, "splitting", NULL), st) &&
           ds_rule_read(s, root, &c->until, st) && ds_rare_check(s, root, st) &&
           ds_objective_read(s, root, &c->objective, st) &&
           ds_search_read(s, root, &c->search, st) &&
           ds_thresholds_read(s, root, &c->thresholds, st);
}

/* ---- configs ---- */

static ds_node *model_part(ds_scenario *s, ds_node *tree)
{
    ds_node *const part =
        ds_node_new(&s->rest->pool, DS_MAPPING, tree->from, tree->line, tree->column);
    for (uint32_t i = 0; i < tree->count; i++)
        if (!ds_param_find(s->rest->common_table, tree->key[i]->scalar))
            ds_node_add(&s->rest->pool, part, tree->key[i], tree->item[i]);
    return part;
}

static bool check_events(ds_scenario *s, const ds_node *tree, const void *config, ds_status *st)
{
    const double one = s->model->events ? s->model->events(config, &s->frame) : 0;
    const double all = one * (double)s->frame.replicas * (double)s->points;
    if (one <= events_a_replica_most && all <= events_most)
        return true;
    return ds_complain(st, tree,
                       "about %.3g events a replica, %.3g in all, must be at most %.0e and %.0e: "
                       "shorten the horizon, "
                       "slow the rates or take fewer replicas",
                       one, all, events_a_replica_most, events_most);
}

bool ds_config_of(ds_scenario *s, ds_node *tree, double since, void **config, ds_status *st)
{
    ds_scenario_rest *const r = s->rest;
    ds_frame frame = s->frame;
    frame.since = since;
    void *const made = ds_pool_take(&r->pool, s->model->config_size);
    ds_status inner = {0};
    r->binder.st = r->st = st;
    if (!ds_bind(&r->binder, s->model->params, NULL, model_part(s, tree), made))
        return false;
    if (s->model->check && !s->model->check(made, &frame, &inner))
        return ds_bind_refuse(&r->binder, &inner, tree);
    *config = made;
    return check_events(s, tree, made, st);
}

static bool build(ds_scenario *s, ds_node *tree, const void **config, ds_status *st)
{
    void *made = NULL;
    if (!ds_config_of(s, tree, 0, &made, st) || !ds_actions_bind(s, tree, made, st))
        return false;
    *config = made;
    return true;
}

bool ds_scenario_config(ds_scenario *s, size_t point, const void **config, ds_status *st)
{
    ds_scenario_rest *const r = s->rest;
    ds_node *tree;
    bool fine = true;
    if (!r->config[point]) {
        const ds_plain numbers = ds_plain_begin();
        tree = ds_points_tree(s, point);
        fine = ds_branch_tree(s, point % s->branches, &tree, st) &&
               build(s, tree, &r->config[point], st);
        ds_plain_end(numbers);
    }
    *config = r->config[point];
    return fine;
}

/* ---- resolved ---- */

static void resolve_metrics(const ds_scenario *s, ds_json *j)
{
    ds_json_key(j, "output");
    ds_json_open(j, '{');
    ds_json_key(j, "paths");
    ds_json_raw(j, s->keep_paths ? "true" : "false");
    if (!s->splitting) {
        ds_json_key(j, "metrics");
        ds_json_open(j, '[');
        for (const ds_metric *m = s->model->metrics; m->name; m++)
            if (s->recorded[m - s->model->metrics]) {
                ds_json_item(j);
                ds_json_string(j, m->name);
            }
        ds_json_close(j, ']');
    }
    ds_json_close(j, '}');
}

static void resolve_common(const ds_scenario *s, ds_json *j)
{
    char date[40];
    ds_json_key(j, "model");
    ds_json_string(j, s->model->name);
    ds_json_key(j, "title");
    ds_json_string(j, s->title);
    ds_json_key(j, "description");
    ds_json_string(j, s->description);
    if (s->model->dated) {
        ds_date_print(s->frame.start, date, sizeof date);
        ds_json_key(j, "start");
        ds_json_string(j, date);
    }
    const double numbers[] = {s->frame.horizon, s->frame.warmup, s->frame.observe,
                              (double)s->rest->common.replicas};
    static const char *const names[] = {"horizon", "warmup", "observe", "replicas"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        ds_json_key(j, names[i]);
        ds_json_number(j, numbers[i]);
    }
    ds_json_key(j, "seed");
    ds_json_integer(j, (int64_t)s->frame.seed);
    ds_json_key(j, "sampling");
    ds_json_string(j, ds_sampling_words[s->frame.sampling]);
    resolve_metrics(s, j);
    if (s->splitting) {
        ds_json_key(j, "splitting");
        ds_json_open(j, '{');
        ds_resolve(j, ds_splitting_params, s->splitting);
        ds_json_close(j, '}');
    }
}

static bool resolve(ds_scenario *s, const void *config)
{
    ds_scenario_rest *const r = s->rest;
    ds_json j = {.pool = &r->pool};
    ds_json_open(&j, '{');
    resolve_common(s, &j);
    ds_resolve(&j, s->model->params, config);
    ds_objective_resolve(&j, s->goals);
    if (s->thresholds.said)
        ds_thresholds_resolve(&s->thresholds, &j);
    static const char *const trees[] = {"until",  "variants", "sweep",
                                        "branch", "optimise", "calibrate"};
    for (size_t i = 0; i < sizeof trees / sizeof trees[0]; i++) {
        const ds_node *const tree = ds_node_get(r->base, trees[i], NULL);
        if (!tree)
            continue;
        ds_json_key(&j, trees[i]);
        ds_json_node(&j, tree);
    }
    ds_json_close(&j, '}');
    s->resolved = j.text;
    return true;
}

/* ---- loading ---- */

static bool apply_sets(ds_scenario *s, const ds_scenario_request *q, ds_node **root)
{
    ds_scenario_rest *const r = s->rest;
    const ds_param *const tables[2] = {r->common_table, s->model->params};
    return ds_override_sets(&r->binder, tables, root, q->sets, q->set_count);
}

static bool check_points(ds_scenario *s, ds_status *st)
{
    const void *config;
    for (size_t point = 0; point < s->points && point < 10000; point++)
        if (!ds_scenario_config(s, point, &config, st))
            return false;
    return true;
}

static bool load(ds_scenario *s, const ds_scenario_request *q, ds_status *st)
{
    ds_scenario_rest *const r = s->rest;
    ds_node *layers, *root;
    const void *base = NULL;
    if (!read_top(s, q, &layers) || !find_model(s, q, layers))
        return false;
    ds_common_table(s->model, r->common_table);
    const ds_param *const tables[2] = {r->common_table, s->model->params};
    root = layers->item[0];
    for (uint32_t i = 1; i < layers->count; i++)
        root = ds_merge(&r->binder, tables, root, layers->item[i]);
    if (!ds_with_defaults(&r->binder, s->model->params, root, &root) || !apply_sets(s, q, &root) ||
        !date_horizon(s, root, &root))
        return false;
    r->base = root;
    if (!bind_common(s, root, st) || (q->stress && !ds_stress_lay(s, q->stress, st)) ||
        !ds_points_read(s, st) || !ds_branch_read(s, st))
        return false;
    r->config = ds_pool_take(&r->pool, s->points * sizeof *r->config);
    if (!build(s, r->base, &base, st) || !check_points(s, st) || !ds_stress_check(s, st) ||
        !resolve(s, base) || !ds_search_now(s, st))
        return false;
    ds_branch_part(s);
    s->files = r->files.read;
    s->file_count = r->files.read_count;
    s->program = r->files.program;
    s->warnings = r->binder.warnings;
    s->warning_count = r->binder.warning_count;
    return true;
}

bool ds_scenario_load(ds_scenario *s, const ds_scenario_request *q, ds_status *st)
{
    *s = (ds_scenario){.branches = 1, .branch_at = NAN, .rest = calloc(1, sizeof *s->rest)};
    if (!s->rest)
        return ds_fail(st, DS_E_SYSTEM, "no memory for a scenario");
    ds_scenario_rest *const r = s->rest;
    r->st = st;
    r->files = (ds_files){.pool = &r->pool, .stored = q->files, .stored_count = q->file_count};
    r->files.natives = real_path(&r->pool, q->natives);
    r->files.plugins = real_path(&r->pool, q->plugins);
    r->binder = (ds_binder){.pool = &r->pool, .files = &r->files, .st = st};
    const ds_plain numbers = ds_plain_begin();
    const bool fine = load(s, q, st);
    ds_plain_end(numbers);
    return fine;
}

void ds_scenario_free(ds_scenario *s)
{
    if (!s->rest)
        return;
    ds_pool_free(&s->rest->pool);
    free(s->rest);
    *s = (ds_scenario){0};
}

const char *ds_scenario_path(const ds_scenario *s, size_t file)
{
    const ds_files *const files = &s->rest->files;
    return s->files == files->read && file < files->read_count ? files->text[file]->real : NULL;
}
