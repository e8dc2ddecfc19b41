#include "vary.h"

#include "complain.h"
#include "json.h"
#include "override.h"
#include "plain.h"
#include "quantity.h"
#include "scenario_rest.h"
#include "sweep.h"
#include "yaml.h"

#include "sim/core/nearest.h"
#include "sim/core/real.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading ---- */

static bool check_path(ds_scenario *s, const ds_node *key)
{
    ds_scenario_rest *const r = s->rest;
    const ds_param *const tables[2] = {s->model->params, NULL};
    ds_node *const place = ds_node_scalar(&r->pool, key, "");
    ds_node *nest;
    return ds_sweep_may_vary(r, key) &&
           ds_override_nest(&r->binder, tables, r->base, key, place, &nest);
}

static bool add_axis(ds_scenario *s, const ds_node *key, const ds_node *item, ds_sweep_axis *axis)
{
    ds_binder *const b = &s->rest->binder;
    if (!check_path(s, key))
        return false;
    *axis = (ds_sweep_axis){.path = key,
                            .param = ds_override_param(b, s->model->params, s->rest->base, key)};
    return b->st->code == DS_OK && ds_axis_read(b, item, axis);
}

/* An axis that an include has, taken out. */
static bool is_out(const ds_node *item)
{
    return item->shape == DS_SCALAR && !item->quoted &&
           (!*item->scalar || strcmp(item->scalar, "null") == 0 || strcmp(item->scalar, "~") == 0);
}

bool ds_vary_read(ds_scenario *s, const ds_node *mapping, ds_vary *vary, ds_status *st)
{
    ds_scenario_rest *const r = s->rest;
    r->binder.st = st;
    if (mapping->shape != DS_MAPPING || mapping->count == 0)
        return ds_complain(st, mapping,
                           "'vary' must be a mapping of at least one key path to a list or a range "
                           "{from: ..., to: ...}");
    if (mapping->count > DS_VARY_MOST)
        return ds_complain(st, mapping, "'vary' has %u key paths, must have at most %d",
                           mapping->count, DS_VARY_MOST);
    ds_sweep_axis *const axis = ds_pool_take(&r->pool, mapping->count * sizeof *axis);
    size_t count = 0;
    for (uint32_t i = 0; i < mapping->count; i++)
        if (!is_out(mapping->item[i]) &&
            !add_axis(s, mapping->key[i], mapping->item[i], &axis[count++]))
            return false;
    *vary = (ds_vary){.count = count, .axis = axis};
    return true;
}

bool ds_vary_ordered(const ds_vary *vary, size_t axis)
{
    return isfinite(ds_vary_number(vary, axis, 0));
}

/* ---- values ---- */

/* So small beside the range that it means 0. */
static double hardly(const ds_sweep_axis *a, int digits)
{
    double part = a->to - a->from;
    for (int i = -2; i < digits; i++)
        part /= 10;
    return part;
}

/* Rounded, but not out of the range. */
static double range_number(const ds_sweep_axis *a, int digits, double unit)
{
    char text[DS_PLAIN_ROOM];
    snprintf(text, sizeof text, "%.*g", a->whole ? 17 : digits, ds_axis_number(a, unit));
    if (!a->log && fabs(strtod(text, NULL)) < hardly(a, digits))
        return fmin(fmax(0, a->from), a->to);
    return fmin(fmax(strtod(text, NULL), a->from), a->to);
}

static double range_unit(const ds_sweep_axis *a, double x)
{
    const double margin = a->whole ? 0.5 : 0;
    const double from = a->from - margin, to = a->to + margin;
    return a->log ? ds_log(x / from) / ds_log(to / from) : (x - from) / (to - from);
}

void ds_vary_snap(const ds_vary *vary, int digits, double *unit)
{
    for (size_t k = 0; k < vary->count; k++) {
        const ds_sweep_axis *const a = &vary->axis[k];
        unit[k] = a->count ? (ds_axis_place(a, unit[k]) + 0.5) / a->count
                           : fmin(fmax(range_unit(a, range_number(a, digits, unit[k])), 0), 1);
    }
}

static void print_value(ds_json *j, const ds_vary *vary, size_t axis, int digits, double unit)
{
    const ds_sweep_axis *const a = &vary->axis[axis];
    char text[DS_PLAIN_ROOM];
    if (a->count) {
        ds_json_node(j, a->value[ds_axis_place(a, unit)]);
        return;
    }
    ds_plain_print(range_number(a, digits, unit), text);
    if (*a->unit)
        ds_json_string(j, ds_pool_print(j->pool, "%s%s", text, a->unit));
    else
        ds_json_raw(j, text);
    j->comma = true;
}

const char *ds_vary_text(ds_pool *pool, const ds_vary *vary, size_t axis, int digits, double unit)
{
    ds_json j = {.pool = pool};
    const ds_sweep_axis *const a = &vary->axis[axis];
    char text[DS_PLAIN_ROOM];
    const ds_node *const listed = a->count ? a->value[ds_axis_place(a, unit)] : NULL;
    if (listed && listed->shape == DS_SCALAR)
        return ds_escape(pool, listed->scalar);
    if (listed) {
        ds_json_node(&j, listed);
        return j.text;
    }
    ds_plain_print(range_number(a, digits, unit), text);
    return ds_pool_print(pool, "%s%s", text, a->unit);
}

const char *ds_vary_sweep(ds_pool *pool, const ds_vary *vary, int digits, const double *points,
                          size_t count)
{
    ds_json j = {.pool = pool};
    ds_json_raw(&j, "sweep=");
    ds_json_open(&j, '{');
    ds_json_key(&j, "design");
    ds_json_string(&j, "zip");
    for (size_t k = 0; k < vary->count; k++) {
        ds_json_key(&j, vary->axis[k].path->scalar);
        ds_json_open(&j, '[');
        for (size_t p = 0; p < count; p++) {
            ds_json_item(&j);
            print_value(&j, vary, k, digits, points[p * vary->count + k]);
        }
        ds_json_close(&j, ']');
    }
    ds_json_close(&j, '}');
    return j.text;
}

static void print_changes(ds_json *j, const ds_vary *vary, int digits, const double *unit,
                          bool listed)
{
    for (size_t k = 0; k < vary->count; k++) {
        if ((vary->axis[k].count > 0) != listed)
            continue;
        ds_json_key(j, vary->axis[k].path->scalar);
        print_value(j, vary, k, digits, unit[k]);
    }
}

const char *ds_vary_changes(ds_pool *pool, const ds_vary *vary, int digits, const double *unit)
{
    ds_json j = {.pool = pool};
    ds_json_open(&j, '{');
    print_changes(&j, vary, digits, unit, true);
    print_changes(&j, vary, digits, unit, false);
    ds_json_close(&j, '}');
    return j.text;
}

static int by_path(const void *a, const void *b)
{
    const ds_sweep_axis *const *const x = a, *const *const y = b;
    return strcmp((*x)->path->scalar, (*y)->path->scalar);
}

/* Lines of the words of a path that the one before does not share. */
static const char *put_words(ds_pool *pool, const char *text, const char *path, const char *before)
{
    size_t shared = 0, at = 0;
    int depth = 0;
    while (path[at] && path[at] == before[at])
        if (path[at++] == '.')
            shared = at;
    for (size_t i = 0; i < shared; i++)
        depth += path[i] == '.';
    for (const char *word = path + shared; *word; depth++) {
        const size_t length = strcspn(word, ".");
        text = ds_pool_print(pool, "%s%*s%.*s:%s", text, 2 * depth, "", (int)length, word,
                             word[length] ? "\n" : " ");
        word += length + (word[length] == '.');
    }
    return text;
}

const char *ds_vary_yaml(ds_pool *pool, const ds_vary *vary, int digits, const double *unit)
{
    const ds_sweep_axis *sorted[DS_VARY_MOST];
    const char *text = "", *before = "";
    for (size_t k = 0; k < vary->count; k++)
        sorted[k] = &vary->axis[k];
    qsort(sorted, vary->count, sizeof *sorted, by_path);
    for (size_t k = 0; k < vary->count; k++) {
        const size_t axis = (size_t)(sorted[k] - vary->axis);
        ds_json j = {.pool = pool};
        print_value(&j, vary, axis, digits, unit[axis]);
        text = put_words(pool, text, sorted[k]->path->scalar, before);
        text = ds_pool_print(pool, "%s%s\n", text, j.text);
        before = sorted[k]->path->scalar;
    }
    return text;
}

/* Of a scalar that is a number and a unit, the number. */
static bool number_of(const ds_node *value, double *number)
{
    char text[DS_PLAIN_ROOM], why[200];
    if (value->shape != DS_SCALAR)
        return false;
    snprintf(text, sizeof text, "%.*s", (int)strcspn(value->scalar, " %"), value->scalar);
    return ds_quantity_read(text, "1", number, why, sizeof why);
}

double ds_vary_number(const ds_vary *vary, size_t axis, double unit)
{
    const ds_sweep_axis *const a = &vary->axis[axis];
    double number;
    if (a->count == 0)
        return ds_axis_number(a, unit);
    return number_of(a->value[ds_axis_place(a, unit)], &number) ? number : NAN;
}

/* ---- what the scenario itself says ---- */

/* At a dotted path of the resolved scenario. */
static const ds_node *resolved_at(ds_pool *pool, const ds_node *root, const char *path)
{
    char *rest = NULL;
    const ds_node *at = root;
    for (char *word = strtok_r(ds_pool_copy(pool, path, strlen(path)), ".", &rest); at && word;
         word = strtok_r(NULL, ".", &rest))
        at = at->shape == DS_MAPPING ? ds_node_get(at, word, NULL) : NULL;
    return at;
}

/* How many of the axis' unit make one of the parameter's. */
static double unit_scale(const ds_sweep_axis *a)
{
    char text[80], why[200];
    double one;
    if (!a->param || !a->param->unit || !*a->unit)
        return 1;
    snprintf(text, sizeof text, "1%.60s", a->unit);
    return ds_quantity_read(text, a->param->unit, &one, why, sizeof why) && one > 0 ? 1 / one : 1;
}

static double coordinate_of(const ds_sweep_axis *a, const ds_node *value)
{
    double number, listed;
    const bool numeric = number_of(value, &number);
    for (uint32_t i = 0; i < a->count; i++) {
        const ds_node *const one = a->value[i];
        const bool same = numeric && number_of(one, &listed)
                              ? number == listed
                              : one->shape == DS_SCALAR && value->shape == DS_SCALAR &&
                                    strcmp(one->scalar, value->scalar) == 0;
        if (same)
            return (i + 0.5) / a->count;
    }
    if (a->count || !numeric)
        return NAN;
    number *= unit_scale(a);
    return number >= a->from && number <= a->to ? range_unit(a, number) : NAN;
}

/* Whether the scenario can be bound with a value at the axis' path. */
static bool can_be(ds_scenario *s, const ds_sweep_axis *a, ds_node *value, ds_status *st)
{
    ds_scenario_rest *const r = s->rest;
    const ds_param *const tables[2] = {s->model->params, NULL};
    ds_node *tree = r->base;
    void *config;
    r->binder.st = st;
    return ds_override(&r->binder, tables, &tree, a->path, value) &&
           ds_config_of(s, tree, 0, &config, st);
}

static bool complains_of(ds_pool *pool, const ds_status *st, const ds_node *node)
{
    const char *const place =
        ds_pool_print(pool, "%s:%d:%d: ", node->from->name, node->line, node->column);
    return strncmp(st->text, place, strlen(place)) == 0;
}

/* A listed value that is wrong wherever it stands is so with all else as the scenario has it. What
 * is wrong elsewhere then may be right beside another axis' values, and is left to the candidates.
 */
static bool try_listed(ds_scenario *s, const ds_sweep_axis *a, ds_status *st)
{
    for (uint32_t i = 0; i < a->count; i++) {
        ds_status inner = {0};
        if (!can_be(s, a, a->value[i], &inner) && complains_of(&s->rest->pool, &inner, a->value[i]))
            return ds_fail(st, inner.code, "%s", inner.text);
    }
    s->rest->binder.st = st;
    return true;
}

/* A path that no table knows may be that of a script's parameter, or a misspelt one: binding it
 * tells. Behind a policy that varies too it is left to the candidates. */
static bool try_unknown(ds_scenario *s, const ds_vary *vary, size_t axis, ds_status *st)
{
    const ds_sweep_axis *const a = &vary->axis[axis];
    for (size_t k = 0; k < vary->count; k++)
        if (a->param || vary->axis[k].count)
            return true;
    return can_be(s, a, ds_axis_value(&s->rest->pool, a, 0), st);
}

bool ds_vary_now(ds_scenario *s, ds_vary *vary, ds_status *st)
{
    ds_pool *const pool = &s->rest->pool;
    ds_text *const text = ds_pool_take(pool, sizeof *text);
    double *const now = ds_pool_take(pool, (vary->count + 1) * sizeof *now);
    const char **const shown = ds_pool_take(pool, (vary->count + 1) * sizeof *shown);
    ds_node *root;
    *text = (ds_text){.name = "resolved", .text = s->resolved, .size = strlen(s->resolved)};
    if (!ds_yaml_parse(pool, text, &root, st))
        return false;
    for (size_t k = 0; k < vary->count; k++) {
        const ds_sweep_axis *const a = &vary->axis[k];
        const ds_node *const value = resolved_at(pool, root, a->path->scalar);
        const bool scalar = value && value->shape == DS_SCALAR;
        double number;
        if (!try_listed(s, a, st) || !try_unknown(s, vary, k, st))
            return false;
        now[k] = value ? coordinate_of(a, value) : NAN;
        shown[k] = !scalar ? "-" : ds_escape(pool, value->scalar);
        if (scalar && a->count == 0 && number_of(value, &number))
            shown[k] = ds_pool_print(pool, "%.6g%s", number * unit_scale(a), a->unit);
    }
    vary->now = now;
    vary->now_text = shown;
    return true;
}
