/* The points of an experiment: variants, times the points of a sweep's design, times futures. */
#include "branch.h"
#include "complain.h"
#include "merge.h"
#include "override.h"
#include "plain.h"
#include "sweep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what the axes lay over the base ---- */

/* A key, and what stands there: an axis' value, keys below, or both. Made once of all axes, so that
 * the order in which they are written means nothing: a policy and its parameters go together. */
typedef struct ds_overlay {
    ds_node *key;
    const ds_sweep_axis *axis;
    size_t index; /* of the axis */
    struct ds_overlay *below, *next;
} ds_overlay;

static ds_overlay *overlay_at(ds_pool *pool, ds_overlay *within, ds_node *key)
{
    ds_overlay **at = &within->below;
    while (*at && strcmp((*at)->key->scalar, key->scalar) != 0)
        at = &(*at)->next;
    if (!*at) {
        *at = ds_pool_take(pool, sizeof **at);
        (*at)->key = key;
    }
    return *at;
}

/* Checks the path against the tree, and splits it. */
static bool add_path(ds_scenario_rest *r, const ds_param *table, const ds_node *tree, size_t axis)
{
    const ds_param *const tables[2] = {table, NULL};
    const ds_node *const path = r->axis[axis].path;
    ds_node *const place = ds_node_scalar(&r->pool, path, "");
    ds_node *nest;
    if (!ds_override_nest(&r->binder, tables, tree, path, place, &nest))
        return false;
    ds_overlay *at = r->overlay;
    for (; nest != place; nest = nest->item[0])
        at = overlay_at(&r->pool, at, nest->key[0]);
    at->axis = &r->axis[axis];
    at->index = axis;
    return true;
}

static bool build_overlay(ds_scenario *s)
{
    ds_scenario_rest *const r = s->rest;
    const size_t variants = r->variants ? r->variants->count : 1;
    r->overlay = ds_pool_take(&r->pool, sizeof *r->overlay);
    for (size_t v = 0; v < variants; v++)
        for (size_t k = 0; k < r->design.axes; k++)
            if (!add_path(r, s->model->params, r->variant_base[v], k))
                return false;
    return true;
}

static ds_node *laid(ds_pool *pool, const ds_overlay *o, const ds_node *at, const double *unit)
{
    ds_node *const value = o->axis ? ds_axis_value(pool, o->axis, unit[o->index]) : NULL;
    if (!o->below)
        return value;
    ds_node *const mapping = ds_node_new(pool, DS_MAPPING, at->from, at->line, at->column);
    for (uint32_t i = 0; value && value->shape == DS_MAPPING && i < value->count; i++) {
        const ds_overlay *wins = o->below;
        while (wins && strcmp(wins->key->scalar, value->key[i]->scalar) != 0)
            wins = wins->next;
        if (!wins)
            ds_node_add(pool, mapping, value->key[i], value->item[i]);
    }
    for (const ds_overlay *b = o->below; b; b = b->next)
        ds_node_add(pool, mapping, b->key, laid(pool, b, b->key, unit));
    return mapping;
}

/* ---- reading ---- */

static bool read_variants(ds_scenario_rest *r, const ds_node *variants, double *product)
{
    ds_binder *const b = &r->binder;
    if (variants->shape != DS_MAPPING || variants->count == 0)
        return ds_complain(b->st, variants,
                           "'variants' must be a mapping of names to what differs");
    for (uint32_t i = 0; i < variants->count; i++) {
        ds_node *const v = variants->item[i];
        if (!*variants->key[i]->scalar)
            return ds_complain(b->st, variants->key[i], "a variant must have a name");
        if (v->shape != DS_MAPPING &&
            !(v->shape == DS_SCALAR && (!*v->scalar || strcmp(v->scalar, "null") == 0)))
            return ds_complain(b->st, v,
                               "a variant must be a mapping of what differs, {} for nothing");
        for (uint32_t k = 0; v->shape == DS_MAPPING && k < v->count; k++)
            if (!ds_sweep_may_vary(r, v->key[k]))
                return false;
    }
    r->variants = variants;
    *product *= variants->count;
    return true;
}

/* A key of a variant, or a dotted path. */
static bool lay_key(ds_scenario_rest *r, const ds_param *const tables[2], const ds_node *over,
                    uint32_t k, ds_node **tree)
{
    if (strchr(over->key[k]->scalar, '.'))
        return ds_override(&r->binder, tables, tree, over->key[k], over->item[k]);
    ds_node *const alone = ds_node_new(&r->pool, DS_MAPPING, over->from, over->line, over->column);
    ds_node_add(&r->pool, alone, over->key[k], over->item[k]);
    *tree = ds_merge(&r->binder, tables, *tree, alone);
    return true;
}

static bool lay_variants(ds_scenario *s)
{
    ds_scenario_rest *const r = s->rest;
    const ds_param *const tables[2] = {s->model->params, NULL};
    const uint32_t count = r->variants ? r->variants->count : 1;
    r->variant_base = ds_pool_take(&r->pool, count * sizeof *r->variant_base);
    for (uint32_t v = 0; v < count; v++) {
        const ds_node *const over = r->variants ? r->variants->item[v] : NULL;
        r->variant_base[v] = r->base;
        if (!over || over->shape != DS_MAPPING)
            continue;
        const uint32_t *const order = ds_override_order_of(&r->binder, tables[0], r->base, over);
        for (uint32_t k = 0; k < over->count; k++)
            if (!lay_key(r, tables, over, order[k], &r->variant_base[v]))
                return false;
    }
    return true;
}

/* ---- labels that differ ---- */

typedef struct fingerprint {
    uint64_t label, point;
} fingerprint;

static int by_label(const void *a, const void *b)
{
    const fingerprint *const x = a, *const y = b;
    return (x->label > y->label) - (x->label < y->label);
}

/* FNV-1a (Fowler, Noll & Vo). */
static uint64_t hashed(uint64_t hash, const void *bytes, size_t size)
{
    const unsigned char *const byte = bytes;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ byte[i]) * 0x100000001b3;
    return hash;
}

static fingerprint fingerprint_of(const ds_scenario_rest *r, size_t point)
{
    fingerprint print = {0xcbf29ce484222325, 0xcbf29ce484222325};
    ds_design_at(&r->design, point, r->unit);
    for (size_t k = 0; k < r->design.axes; k++) {
        const ds_sweep_axis *const axis = &r->axis[k];
        const bool listed = axis->count > 0;
        const double value =
            listed ? ds_axis_place(axis, r->unit[k]) : ds_axis_number(axis, r->unit[k]);
        char text[DS_PLAIN_ROOM];
        const int length = snprintf(text, sizeof text, "%.*g", listed ? 17 : r->digits, value);
        print.label = hashed(print.label, text, (size_t)length + 1);
        print.point = hashed(print.point, &value, sizeof value);
    }
    return print;
}

/* Whether two points that differ have one label. */
static bool labels_collide(const ds_scenario_rest *r, fingerprint *print, size_t points)
{
    for (size_t p = 0; p < points; p++)
        print[p] = fingerprint_of(r, p);
    qsort(print, points, sizeof *print, by_label);
    for (size_t p = 1; p < points; p++)
        if (print[p].label == print[p - 1].label && print[p].point != print[p - 1].point)
            return true;
    return false;
}

static void choose_digits(ds_scenario_rest *r, size_t points)
{
    bool continuous = false;
    for (size_t k = 0; k < r->design.axes; k++)
        continuous = continuous || (r->axis[k].count == 0 && !r->axis[k].whole);
    r->digits = DS_LABEL_DIGITS;
    if (!continuous)
        return;
    fingerprint *const print = ds_pool_take(&r->pool, points * sizeof *print);
    while (r->digits < 17 && labels_collide(r, print, points))
        r->digits = r->digits < 15 ? r->digits + 3 : 17;
}

bool ds_points_read(ds_scenario *s, ds_status *st)
{
    ds_scenario_rest *const r = s->rest;
    double product = 1;
    r->binder.st = st;
    const ds_node *const variants = ds_node_get(r->base, "variants", NULL);
    const ds_node *const sweep = ds_node_get(r->base, "sweep", NULL);
    ds_sweep_none(s);
    if ((variants && !read_variants(r, variants, &product)) || (sweep && !ds_sweep_read(s, sweep)))
        return false;
    const double each = ds_design_points(&r->design);
    product *= each;
    if (product > DS_POINTS_MOST)
        return ds_complain(st, sweep ? sweep : variants,
                           "%.0f points, must be at most %d in one experiment", product,
                           DS_POINTS_MOST);
    s->points = (size_t)product;
    if (!lay_variants(s) || !build_overlay(s))
        return false;
    ds_design_build(&r->design, &r->pool);
    r->unit = ds_pool_take(&r->pool, (r->design.axes + 1) * sizeof *r->unit);
    choose_digits(r, (size_t)each);
    return true;
}

/* ---- one point ---- */

const ds_design *ds_scenario_design(const ds_scenario *s)
{
    return &s->rest->design;
}

/* Coordinates of a point, into r->unit; returns the variant. */
static size_t locate(ds_scenario *s, size_t point)
{
    ds_scenario_rest *const r = s->rest;
    const size_t each = (size_t)ds_design_points(&r->design), place = point / s->branches;
    ds_design_at(&r->design, place % each, r->unit);
    return place / each;
}

ds_node *ds_points_tree(ds_scenario *s, size_t point)
{
    ds_scenario_rest *const r = s->rest;
    const ds_param *const tables[2] = {s->model->params, NULL};
    ds_node *const base = r->variant_base[locate(s, point)];
    if (r->design.axes == 0)
        return base;
    return ds_merge(&r->binder, tables, base, laid(&r->pool, r->overlay, base, r->unit));
}

/* Parts of a label lie in a pool of their own: there may be many labels of many parts. */
static const char *print_label(ds_scenario_rest *r, size_t variant, const char *future,
                               ds_pool *scratch)
{
    const char *label = r->variants ? ds_escape(scratch, r->variants->key[variant]->scalar) : NULL;
    for (size_t k = 0; k < r->design.axes; k++) {
        const char *const part = ds_axis_label(scratch, &r->axis[k], r->unit[k], r->digits);
        label = label ? ds_pool_print(scratch, "%s, %s", label, part) : part;
    }
    if (future)
        label = label ? ds_pool_print(scratch, "%s, %s", label, future) : future;
    return label ? ds_pool_copy(&r->pool, label, strlen(label)) : "base";
}

const char *ds_scenario_label(ds_scenario *s, size_t point)
{
    ds_pool scratch = {0};
    const ds_plain numbers = ds_plain_begin();
    const char *const label =
        print_label(s->rest, locate(s, point), ds_branch_label(s, point % s->branches), &scratch);
    ds_plain_end(numbers);
    ds_pool_free(&scratch);
    return label;
}
