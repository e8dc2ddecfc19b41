#include "sweep.h"

#include "complain.h"
#include "fallback.h"
#include "override.h"

#include "sim/core/nearest.h"

#include <stdlib.h>
#include <string.h>

/* ---- designs and their words ---- */

typedef struct words {
    int64_t samples, seed, trajectories, levels;
    bool second_order, scramble;
} words;

#define SAMPLES(doc_)                                                                       \
    {                                                                                       \
        DS_AT(words, samples), .kind = DS_INTEGER, .unit = "1", .required = true, .min = 1, \
                               .max = DS_POINTS_MOST, .doc = (doc_)                         \
    }
#define SEED                                     \
    DS_P_INTEGER(words, seed, "1", 0, 0, 0x1p63, \
                 "of the points; they do not depend on the seed of the scenario", NULL)
#define SCRAMBLE \
    DS_P_SWITCH(words, scramble, true, "digits of the points are permuted at random (Owen 1995)")

static const ds_param lattice_table[] = {{0}};
static const ds_param lhs_table[] = {SAMPLES("how many points"), SEED, {0}};
static const ds_param sobol_table[] = {
    SAMPLES("how many points; balanced where it is a power of two"), SCRAMBLE, SEED, {0}};
static const ds_param saltelli_table[] = {
    SAMPLES("rows N, a power of two: N (d + 2) points of d axes"),
    DS_P_SWITCH(words, second_order, false, "for indices of pairs too: N (2 d + 2) points"),
    SCRAMBLE,
    SEED,
    {0}};
static const ds_param morris_table[] = {
    DS_P_INTEGER(words, trajectories, "1", 10, 1, DS_POINTS_MOST, "of d + 1 points each",
                 "Campolongo, Cariboni & Saltelli 2007"),
    DS_P_INTEGER(words, levels, "1", 4, 2, 1000, "values of a continuous axis; even",
                 "Campolongo, Cariboni & Saltelli 2007"),
    SEED,
    {0}};

static bool check_morris(void *params, ds_status *st)
{
    const words *const w = params;
    return w->levels % 2 == 0 ||
           ds_fail(st, DS_E_DATA, "'levels' is %lld, must be even: a step is half of the levels",
                   (long long)w->levels);
}

#define DESIGN(name_, doc_, source_, table_)                                     \
    {                                                                            \
        .name = (name_), .doc = (doc_), .source = (source_), .params = (table_), \
        .params_size = sizeof(words)                                             \
    }
static const ds_alternative
    grid = DESIGN("grid", "Every combination of the values.", NULL, lattice_table),
    zip = DESIGN("zip", "The first values of all axes, the second ones, and so on.", NULL,
                 lattice_table),
    lhs = DESIGN("lhs", "Latin hypercube: each axis is met evenly.",
                 "McKay, Beckman & Conover 1979", lhs_table),
    sobol = DESIGN("sobol", "Points of Sobol': the space is met evenly. At most 40 axes.",
                   "Sobol' 1967; Bratley & Fox 1988", sobol_table),
    saltelli = DESIGN("saltelli", "For Sobol' indices of sensitivity. At most 20 axes.",
                      "Saltelli et al. 2010", saltelli_table),
    morris = {.name = "morris",
              .doc = "Trajectories that change one axis at a time, to screen many.",
              .source = "Morris 1991",
              .params = morris_table,
              .params_size = sizeof(words),
              .check = check_morris};

/* In the order of ds_design_kind. */
const ds_alternative *const ds_designs[] = {&grid, &zip, &lhs, &sobol, &saltelli, &morris, NULL};

typedef struct chosen {
    ds_choice design;
} chosen;

static const ds_param choice_table[] = {{DS_AT(chosen, design), .kind = DS_CHOICE, .unit = "1",
                                         .tag = "design", .alternatives = ds_designs,
                                         .text = "{design: grid}", .merged = true,
                                         .doc = "how points are chosen"},
                                        {0}};

/* ---- words ---- */

static bool is_word(const char *key)
{
    for (const ds_alternative *const *a = ds_designs; *a; a++)
        if (ds_param_find((*a)->params, key))
            return true;
    return strcmp(key, choice_table[0].tag) == 0;
}

/* A list at the word 'seed' means the scenario's, which is no axis. */
static bool is_axis(const ds_node *key, const ds_node *item)
{
    return !is_word(key->scalar) || (item->shape != DS_SCALAR && strcmp(key->scalar, "seed") == 0);
}

static const char *words_of(ds_pool *pool, const ds_alternative *design)
{
    const char *all = NULL;
    for (const ds_param *p = design->params; p->name; p++)
        all = all ? ds_pool_print(pool, "%s, %s", all, p->name) : p->name;
    return all ? all : "no words of its own";
}

static bool read_words(ds_binder *b, const ds_node *said, chosen *out)
{
    const char *const tag = choice_table[0].tag;
    const ds_alternative *const design = ds_fallback_pick(b, choice_table, said);
    for (uint32_t i = 0; design && i < said->count; i++) {
        const char *const key = said->key[i]->scalar;
        if (strcmp(key, tag) != 0 && !ds_param_find(design->params, key))
            return ds_complain(b->st, said->key[i],
                               "'%s' is no word of the design '%s', which has %s", key,
                               design->name, words_of(b->pool, design));
    }
    if (design)
        return ds_bind(b, choice_table, NULL, said, out);
    /* Of a design that is not known, words mean nothing. */
    ds_node *const alone = ds_node_new(b->pool, DS_MAPPING, said->from, said->line, said->column);
    const ds_node *key = said;
    ds_node *const name = ds_node_get(said, tag, &key);
    ds_node_add(b->pool, alone, ds_node_scalar(b->pool, key, tag), name);
    return ds_bind(b, choice_table, NULL, alone, out);
}

/* ---- axes ---- */

bool ds_sweep_may_vary(const ds_scenario_rest *r, const ds_node *key)
{
    const size_t length = strcspn(key->scalar, ".");
    for (const ds_param *p = r->common_table; p->name; p++)
        if (strlen(p->name) == length && strncmp(key->scalar, p->name, length) == 0)
            return ds_complain(r->binder.st, key, "'%s' is the same for all points and cannot vary",
                               p->name);
    return true;
}

/* A key that is no parameter may be a misspelt word. */
static bool known_key(ds_scenario *s, const ds_node *key)
{
    ds_binder *const b = &s->rest->binder;
    if (strchr(key->scalar, '.') || ds_param_find(s->model->params, key->scalar))
        return true;
    ds_nearest nearest = ds_nearest_to(key->scalar);
    ds_nearest_try(&nearest, choice_table[0].tag);
    for (const ds_alternative *const *a = ds_designs; *a; a++)
        for (const ds_param *p = (*a)->params; p->name; p++)
            ds_nearest_try(&nearest, p->name);
    for (const ds_param *p = s->model->params; p->name; p++)
        ds_nearest_try(&nearest, p->name);
    return ds_complain(b->st, key, "unknown key '%s'%s", ds_quote(b->pool, key->scalar),
                       ds_nearest_or(&nearest, ""));
}

static bool refuse_range(ds_binder *b, const ds_sweep_axis *axis, const ds_design *design)
{
    return ds_complain(b->st, axis->range,
                       "a range of the design '%s' has 'from', 'to' and either 'steps' or 'by'; "
                       "without them it is continuous, for lhs, sobol, saltelli and morris",
                       design->name);
}

static int by_text(const void *a, const void *b)
{
    const ds_node *const x = *(ds_node *const *)a, *const y = *(ds_node *const *)b;
    const int order = strcmp(x->scalar, y->scalar);
    if (order != 0 || x->line != y->line)
        return order != 0 ? order : x->line - y->line;
    return x->column - y->column;
}

/* In a grid such a value would be simulated twice, under one name; elsewhere it has a double share.
 */
static bool check_listed(ds_binder *b, const ds_sweep_axis *axis, const ds_design *design)
{
    ds_node **const word = ds_pool_take(b->pool, (axis->count + 1) * sizeof *word);
    size_t said = 0;
    if (design->kind != DS_DESIGN_GRID || axis->range)
        return true;
    for (uint32_t i = 0; i < axis->count; i++)
        if (axis->value[i]->shape == DS_SCALAR)
            word[said++] = axis->value[i];
    qsort(word, said, sizeof *word, by_text);
    for (size_t i = 1; i < said; i++)
        if (strcmp(word[i - 1]->scalar, word[i]->scalar) == 0)
            return ds_complain(b->st, word[i], "'%s' is listed twice: its points would be the same",
                               ds_quote(b->pool, word[i]->scalar));
    return true;
}

static bool add_axis(ds_scenario *s, const ds_node *key, const ds_node *item)
{
    ds_scenario_rest *const r = s->rest;
    ds_binder *const b = &r->binder;
    ds_design *const d = &r->design;
    ds_sweep_axis *const axis = &r->axis[d->axes];
    const size_t most = ds_design_axes_most(d->kind);
    if (d->axes == most)
        return ds_complain(b->st, key, "'%s' is axis %zu, the design '%s' has at most %zu",
                           ds_quote(b->pool, key->scalar), most + 1, d->name, most);
    *axis =
        (ds_sweep_axis){.path = key, .param = ds_override_param(b, s->model->params, r->base, key)};
    if (b->st->code != DS_OK || !ds_axis_read(b, item, axis))
        return false;
    const bool lattice = d->kind == DS_DESIGN_GRID || d->kind == DS_DESIGN_ZIP;
    if (lattice && axis->count == 0)
        return refuse_range(b, axis, d);
    if (!check_listed(b, axis, d))
        return false;
    d->axes++;
    return true;
}

static bool check_zip(ds_scenario_rest *r)
{
    for (size_t k = 1; r->design.kind == DS_DESIGN_ZIP && k < r->design.axes; k++)
        if (r->axis[k].count != r->axis[0].count)
            return ds_complain(r->binder.st, r->axis[k].path,
                               "'%s' has %u value%s, must have as many as '%s', %u: the design "
                               "'zip' takes one of each a point",
                               ds_quote(&r->pool, r->axis[k].path->scalar), r->axis[k].count,
                               r->axis[k].count == 1 ? "" : "s",
                               ds_quote(&r->pool, r->axis[0].path->scalar), r->axis[0].count);
    return true;
}

/* ---- all of it ---- */

static void warn_of_samples(ds_scenario_rest *r)
{
    const size_t n = r->design.samples;
    const ds_design_kind kind = r->design.kind;
    size_t power = 1;
    while (2 * power <= n)
        power *= 2;
    if ((kind == DS_DESIGN_SOBOL || kind == DS_DESIGN_SALTELLI) && n != power)
        ds_bind_warn(&r->binder,
                     ds_pool_print(&r->pool,
                                   "'samples' is %zu, no power of two: points of Sobol' are "
                                   "balanced where it is one, such as %zu or %zu",
                                   n, power, 2 * power));
}

static void take_words(ds_design *d, const chosen *c)
{
    const words *const w = c->design.params;
    size_t kind = 0;
    while (strcmp(ds_designs[kind]->name, c->design.as->name) != 0)
        kind++;
    d->kind = (ds_design_kind)kind;
    d->name = c->design.as->name;
    d->samples = (size_t)(d->kind == DS_DESIGN_MORRIS ? w->trajectories : w->samples);
    d->levels = (size_t)w->levels;
    d->second_order = w->second_order;
    d->scramble = w->scramble;
    d->seed = (uint64_t)w->seed;
}

static bool check_size(ds_scenario_rest *r, const ds_node *sweep)
{
    ds_design *const d = &r->design;
    const char **const path = ds_pool_take(&r->pool, (d->axes + 1) * sizeof *path);
    uint32_t *const count = ds_pool_take(&r->pool, (d->axes + 1) * sizeof *count);
    for (size_t k = 0; k < d->axes; k++) {
        path[k] = r->axis[k].path->scalar;
        count[k] = r->axis[k].count;
    }
    d->path = path;
    d->count = count;
    if (d->axes == 0)
        return ds_complain(r->binder.st, sweep,
                           "'sweep' must be a mapping of key paths to lists or ranges, beside the "
                           "words of its design");
    if (ds_design_points(d) > 1e9)
        return ds_complain(r->binder.st, sweep, "the product of a sweep is over 1e9 points");
    return true;
}

bool ds_sweep_read(ds_scenario *s, const ds_node *sweep)
{
    ds_scenario_rest *const r = s->rest;
    ds_binder *const b = &r->binder;
    chosen c = {0};
    if (sweep->shape != DS_MAPPING || sweep->count == 0)
        return ds_complain(b->st, sweep,
                           "'sweep' must be a mapping of key paths to lists or ranges");
    ds_node *const said = ds_node_new(b->pool, DS_MAPPING, sweep->from, sweep->line, sweep->column);
    for (uint32_t i = 0; i < sweep->count; i++) {
        if (!is_axis(sweep->key[i], sweep->item[i]))
            ds_node_add(b->pool, said, sweep->key[i], sweep->item[i]);
        else if (!ds_sweep_may_vary(r, sweep->key[i]) || !known_key(s, sweep->key[i]))
            return false;
    }
    if (!read_words(b, said, &c))
        return false;
    take_words(&r->design, &c);
    r->axis = ds_pool_take(b->pool, (sweep->count + 1) * sizeof *r->axis);
    for (uint32_t i = 0; i < sweep->count; i++)
        if (is_axis(sweep->key[i], sweep->item[i]) && !add_axis(s, sweep->key[i], sweep->item[i]))
            return false;
    warn_of_samples(r);
    return check_zip(r) && check_size(r, sweep);
}

void ds_sweep_none(ds_scenario *s)
{
    s->rest->design = (ds_design){.kind = DS_DESIGN_GRID, .name = grid.name};
}
