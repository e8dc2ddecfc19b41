#include "thresholds.h"

#include "complain.h"
#include "json.h"
#include "quantity.h"
#include "scenario_rest.h"
#include "yaml.h"

#include "sim/core/nearest.h"

#include <math.h>
#include <string.h>

static const double share_by_default = 0.95;

#define TEXT(field, doc_)                                                              \
    {                                                                                  \
        DS_AT(ds_threshold_config, field), .kind = DS_TEXT, .unit = "1", .doc = (doc_) \
    }
const ds_param ds_threshold_table[] = {
    TEXT(name, "what the threshold is called"),
    TEXT(of, "what is bounded: an outcome, or a metric, at the horizon"),
    TEXT(at_least, "its least value, in its unit"),
    TEXT(at_most, "its largest value, in its unit"),
    DS_P_NUMBER(ds_threshold_config, in, "1", NAN, 1e-4, 0.9999,
                "the share of replicas in which it must hold; 95 % by default", NULL),
    {0},
};

typedef struct reader {
    ds_scenario *s;
    const ds_node *entry, *key;
    ds_status *st;
} reader;

static const ds_node *at(const reader *r, const char *key)
{
    const ds_node *const found = ds_node_get(r->entry, key, NULL);
    return found ? found : r->key;
}

/* ---- of what ---- */

static bool refuse_name(const reader *r, const char *name)
{
    ds_nearest nearest = ds_nearest_to(name);
    for (const ds_metric *m = r->s->model->metrics; m->name && !r->s->splitting; m++)
        ds_nearest_try(&nearest, m->name);
    for (const ds_metric *m = r->s->outcomes; m->name; m++)
        ds_nearest_try(&nearest, m->name);
    return ds_complain(r->st, at(r, "of"), "'%s' is no metric or outcome%s",
                       ds_quote(&r->s->rest->pool, name), ds_nearest_or(&nearest, ""));
}

/* Of a metric and an outcome of one name the outcome is meant. */
static bool find(const ds_scenario *s, ds_threshold *t)
{
    const ds_metric *metric = ds_metric_find(s->outcomes, t->of);
    t->outcome = metric != NULL;
    if (!metric && !s->splitting) /* which records no series */
        metric = ds_metric_find(s->model->metrics, t->of);
    if (!metric)
        return false;
    t->of = metric->name;
    t->unit = metric->unit;
    t->number = (size_t)(metric - (t->outcome ? s->outcomes : s->model->metrics));
    return true;
}

static const ds_threshold *find_default(const ds_model *model, const char *name)
{
    for (const ds_threshold *t = model->thresholds; t && t->name; t++)
        if (strcmp(t->name, name) == 0)
            return t;
    return NULL;
}

static bool refuse_nothing(const reader *r, const char *name)
{
    ds_nearest nearest = ds_nearest_to(name);
    for (const ds_threshold *t = r->s->model->thresholds; t && t->name; t++)
        ds_nearest_try(&nearest, t->name);
    return ds_complain(
        r->st, r->key, "threshold '%s' lacks 'of', the outcome or metric that it bounds%s%s%s",
        ds_quote(&r->s->rest->pool, name), nearest.best ? "; the model's own is called '" : "",
        nearest.best ? nearest.best : "", nearest.best ? "'" : "");
}

/* ---- bounds ---- */

static bool read_bound(const reader *r, const char *key, const char *text, const char *unit,
                       double *value)
{
    char why[200] = "must be a number";
    if (!text)
        return true;
    if (ds_quantity_read(text, unit, value, why, sizeof why) && isfinite(*value))
        return true;
    return ds_complain(r->st, at(r, key), "'%s' is '%s': %s", key,
                       ds_quote(&r->s->rest->pool, text), why);
}

static bool check_bounds(const reader *r, const ds_threshold *t)
{
    if (isinf(t->at_least) && isinf(t->at_most))
        return ds_complain(r->st, r->key,
                           "threshold '%s' has neither 'at_most' nor 'at_least', must have one",
                           ds_quote(&r->s->rest->pool, t->name));
    return t->at_least <= t->at_most ||
           ds_complain(r->st, at(r, "at_least"),
                       "'at_least' is %g, must not be above 'at_most' = %g", t->at_least,
                       t->at_most);
}

/* What an entry does not say, a default of its name does, as far as it speaks of the same. */
static bool read_one(const reader *r, const ds_threshold_config *c, ds_threshold *t)
{
    const ds_threshold *const base = find_default(r->s->model, c->name);
    *t = (ds_threshold){.at_least = -INFINITY, .at_most = INFINITY, .share = share_by_default};
    if (base && (!c->of || strcmp(c->of, base->of) == 0))
        *t = *base;
    t->name = ds_escape(&r->s->rest->pool, c->name);
    t->of = c->of ? c->of : t->of;
    t->share = isnan(c->in) ? t->share : c->in;
    if (!*t->name)
        return ds_complain(r->st, r->key, "a threshold must have a name");
    if (!t->of)
        return refuse_nothing(r, c->name);
    if (!find(r->s, t))
        return refuse_name(r, t->of);
    return read_bound(r, "at_least", c->at_least, t->unit, &t->at_least) &&
           read_bound(r, "at_most", c->at_most, t->unit, &t->at_most) && check_bounds(r, t);
}

static bool read_defaults(ds_scenario *s)
{
    size_t count = 0;
    for (const ds_threshold *t = s->model->thresholds; t && t->name && !s->splitting; t++)
        count++;
    ds_threshold *const made = ds_pool_take(&s->rest->pool, (count + 1) * sizeof *made);
    for (size_t i = 0; i < count; i++) {
        made[i] = s->model->thresholds[i];
        if (!find(s, &made[i]))
            return ds_fail(s->rest->st, DS_E_BUG, "the model bounds '%s', which it does not have",
                           made[i].of);
    }
    s->thresholds = (ds_thresholds){.count = count, .threshold = made};
    return true;
}

bool ds_thresholds_read(ds_scenario *s, const ds_node *root, const ds_list *said, ds_status *st)
{
    const ds_node *const map = ds_node_get(root, "thresholds", NULL);
    const ds_threshold_config *const config = said->items;
    if (!map)
        return read_defaults(s);
    ds_threshold *const made = ds_pool_take(&s->rest->pool, (said->count + 1) * sizeof *made);
    for (uint32_t i = 0; i < said->count; i++) {
        reader r = {.s = s, .key = map, .st = st};
        r.entry = ds_node_get(map, config[i].name, &r.key);
        if (!read_one(&r, &config[i], &made[i]))
            return false;
    }
    s->thresholds = (ds_thresholds){.count = said->count, .threshold = made, .said = true};
    return true;
}

/* ---- stored ---- */

void ds_thresholds_resolve(const ds_thresholds *all, ds_json *j)
{
    ds_json_key(j, "thresholds");
    ds_json_open(j, '{');
    for (size_t i = 0; i < all->count; i++) {
        const ds_threshold *const t = &all->threshold[i];
        ds_json_key(j, t->name);
        ds_json_open(j, '{');
        ds_json_key(j, "of");
        ds_json_string(j, t->of);
        if (isfinite(t->at_least)) {
            ds_json_key(j, "at_least");
            ds_json_number(j, t->at_least);
        }
        if (isfinite(t->at_most)) {
            ds_json_key(j, "at_most");
            ds_json_number(j, t->at_most);
        }
        ds_json_key(j, "in");
        ds_json_number(j, t->share);
        ds_json_close(j, '}');
    }
    ds_json_close(j, '}');
}

static void place(const ds_variable *variables, size_t count, ds_threshold *t)
{
    for (size_t i = 0; i < count && t->number == SIZE_MAX; i++)
        if (strcmp(variables[i].name, t->of) == 0) {
            t->number = i;
            t->unit = variables[i].unit;
        }
}

static double stored_number(const ds_node *entry, const char *key, double fallback)
{
    char why[200];
    double value = fallback;
    const ds_node *const said = ds_node_get(entry, key, NULL);
    if (said && said->shape == DS_SCALAR &&
        !ds_quantity_read(said->scalar, "1", &value, why, sizeof why))
        value = fallback;
    return value;
}

static ds_threshold stored(const ds_result_info *about, const ds_node *key, const ds_node *entry)
{
    const ds_node *const of = ds_node_get(entry, "of", NULL);
    ds_threshold t = {.name = key->scalar,
                      .of = of && of->shape == DS_SCALAR ? of->scalar : "",
                      .at_least = stored_number(entry, "at_least", -INFINITY),
                      .at_most = stored_number(entry, "at_most", INFINITY),
                      .share = stored_number(entry, "in", share_by_default),
                      .number = SIZE_MAX,
                      .unit = "1"};
    place(about->outcome, about->outcomes, &t);
    t.outcome = t.number != SIZE_MAX;
    if (!t.outcome)
        place(about->variable, about->variables, &t);
    return t;
}

bool ds_thresholds_stored(ds_pool *pool, const ds_result_info *about, ds_thresholds *thresholds,
                          ds_status *st)
{
    ds_text *const text = ds_pool_take(pool, sizeof *text);
    ds_node *root;
    *thresholds = (ds_thresholds){0};
    *text =
        (ds_text){.name = "the result", .text = about->resolved, .size = strlen(about->resolved)};
    if (!ds_yaml_parse(pool, text, &root, st))
        return false;
    const ds_node *const map = ds_node_get(root, "thresholds", NULL);
    if (!map || map->shape != DS_MAPPING)
        return true;
    ds_threshold *const made = ds_pool_take(pool, (map->count + 1) * sizeof *made);
    for (uint32_t i = 0; i < map->count; i++)
        made[i] = stored(about, map->key[i], map->item[i]);
    *thresholds = (ds_thresholds){.count = map->count, .threshold = made, .said = true};
    return true;
}
