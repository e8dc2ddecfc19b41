#include "coordinate.h"

#include "complain.h"
#include "json.h"
#include "plain.h"
#include "scenario_rest.h"

#include <stdio.h>
#include <string.h>

enum { NAME_MOST = 120 }; /* of a variable in a result */

/* As a variable may be called: a slash parts groups there. Names that become the same, as long
 * ones do that are cut, are numbered. */
static const char *name_of(ds_pool *pool, const char *path, const ds_coordinate *others, size_t n)
{
    const char *const shown = ds_escape(pool, path);
    size_t length = strlen(shown);
    if (length > NAME_MOST)
        for (length = NAME_MOST; ((unsigned char)shown[length] & 0xc0) == 0x80;)
            length--;
    char *const name = ds_pool_copy(pool, shown, length);
    for (char *c = name; *c; c++)
        if (*c == '/')
            *c = '_';
    for (size_t i = 0; i < n; i++)
        if (strcmp(others[i].name, name) == 0)
            return ds_pool_print(pool, "%s_%zu", name, n + 1);
    return name;
}

static const char *text_of(ds_pool *pool, const ds_node *value)
{
    if (value->shape == DS_SCALAR)
        return ds_escape(pool, value->scalar);
    ds_json j = {.pool = pool};
    ds_json_node(&j, value);
    return j.text;
}

/* The values of an axis that is being written down point by point. */
typedef struct column {
    const double *listed; /* of a list, numbers: */
    const char **shown;   /* or texts */
    double *number;       /* [points], or NULL: */
    const char **text;
} column;

static void take_numbers(ds_pool *pool, size_t points, column *to, ds_coordinate *c)
{
    c->number = to->number = ds_pool_take(pool, points * sizeof *to->number);
}

static void take_texts(ds_pool *pool, size_t points, column *to, ds_coordinate *c)
{
    c->text = to->text = ds_pool_take(pool, points * sizeof *to->text);
}

/* Numbers have the axis' own unit, or else the parameter's. */
static column begin_axis(ds_pool *pool, const ds_sweep_axis *a, size_t points, ds_coordinate *c)
{
    double *const listed = ds_pool_take(pool, (a->count + 1) * sizeof *listed);
    column to = {.listed = listed};
    const char *unit;
    c->path = ds_escape(pool, a->path->scalar);
    c->doc = a->param && a->param->doc ? a->param->doc : c->path;
    if (ds_axis_numbers(pool, a, listed, &unit)) {
        c->unit = *unit ? unit : a->param && a->param->unit ? a->param->unit : "1";
        take_numbers(pool, points, &to, c);
        return to;
    }
    to.shown = ds_pool_take(pool, a->count * sizeof *to.shown);
    for (uint32_t i = 0; i < a->count; i++)
        to.shown[i] = text_of(pool, a->value[i]);
    take_texts(pool, points, &to, c);
    return to;
}

static void put(const column *to, const ds_sweep_axis *a, size_t point, double unit)
{
    if (to->shown)
        to->text[point] = to->shown[ds_axis_place(a, unit)];
    else if (to->number)
        to->number[point] = a->count ? to->listed[ds_axis_place(a, unit)] : ds_axis_number(a, unit);
}

/* Names of a mapping that is gone through again and again, each entry for `each` points. */
static ds_coordinate names_of(ds_pool *pool, const ds_node *mapping, size_t points, size_t each)
{
    ds_coordinate c = {0};
    if (mapping->count == 0 || each == 0)
        return c;
    const char **const name = ds_pool_take(pool, mapping->count * sizeof *name);
    column to = {0};
    take_texts(pool, points, &to, &c);
    for (uint32_t v = 0; v < mapping->count; v++)
        name[v] = ds_escape(pool, mapping->key[v]->scalar);
    for (size_t p = 0; p < points; p++)
        to.text[p] = name[p / each % mapping->count];
    return c;
}

const ds_coordinate *ds_scenario_coordinates(ds_scenario *s, size_t *count)
{
    ds_scenario_rest *const r = s->rest;
    const size_t axes = r->design.axes, each = (size_t)ds_design_points(&r->design);
    ds_coordinate *const c = ds_pool_take(&r->pool, (axes + 2) * sizeof *c);
    column *const to = ds_pool_take(&r->pool, (axes + 1) * sizeof *to);
    const ds_plain numbers = ds_plain_begin();
    size_t n = 0;
    if (r->variants) {
        c[n] = names_of(&r->pool, r->variants, s->points, each * s->branches);
        c[n].path = "variant";
        c[n++].doc = "name of the variant";
    }
    if (r->futures) {
        c[n] = names_of(&r->pool, r->futures, s->points, 1);
        c[n].path = "branch";
        c[n++].doc = "name of the future";
    }
    for (size_t k = 0; k < axes; k++)
        to[k] = begin_axis(&r->pool, &r->axis[k], s->points, &c[n++]);
    for (size_t i = 0; i < n; i++)
        c[i].name = name_of(&r->pool, c[i].path, c, i);
    for (size_t p = 0; axes > 0 && p < s->points; p++) {
        ds_design_at(&r->design, p / s->branches % each, r->unit);
        for (size_t k = 0; k < axes; k++)
            put(&to[k], &r->axis[k], p, r->unit[k]);
    }
    ds_plain_end(numbers);
    *count = n;
    return c;
}
