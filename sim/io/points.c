/* The points of an experiment: variants, times the product of a sweep's axes. */
#include "branch.h"
#include "complain.h"
#include "merge.h"
#include "override.h"
#include "quantity.h"
#include "scenario_rest.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- axes ---- */

typedef struct range {
    double from, to, steps, by;
    bool has_from, has_to, has_steps, has_by, log;
    const char *unit; /* what follows the numbers: "", or a space and a unit */
} range;

/* A number of a range, its unit cut off. */
static bool range_number(ds_binder *b, const ds_node *mapping, const char *key, double *value,
                         bool *said, const char **unit)
{
    char why[200] = "must be a number";
    const ds_node *const node = ds_node_get(mapping, key, NULL);
    *said = node != NULL;
    if (!node)
        return true;
    const char *const text = node->shape == DS_SCALAR ? node->scalar : "";
    const size_t length = unit ? strcspn(text, " %") : strlen(text);
    if (!*text ||
        !ds_quantity_read(ds_pool_copy(b->pool, text, length), "1", value, why, sizeof why))
        return ds_complain(b->st, node, "'%s' of a range is '%s': %s", key, ds_quote(b->pool, text),
                           why);
    if (unit && *unit && strcmp(*unit, text + length) != 0)
        return ds_complain(b->st, node, "the numbers of a range must have the same unit");
    if (unit)
        *unit = text + length;
    return true;
}

static bool range_keys(ds_binder *b, const ds_node *node)
{
    static const char *const known[] = {"from", "to", "steps", "by", "scale"};
    for (uint32_t i = 0; i < node->count; i++) {
        bool found = false;
        for (size_t k = 0; k < sizeof known / sizeof known[0]; k++)
            found = found || strcmp(node->key[i]->scalar, known[k]) == 0;
        if (!found)
            return ds_complain(b->st, node->key[i],
                               "unknown key '%s' of a range, must be from, to, steps, by or scale",
                               ds_quote(b->pool, node->key[i]->scalar));
    }
    return true;
}

static bool check_range(ds_binder *b, const ds_node *node, range *r)
{
    if (!r->has_from || !r->has_to || r->has_steps == r->has_by)
        return ds_complain(b->st, node, "a range has 'from', 'to' and either 'steps' or 'by'");
    if (r->has_by)
        r->steps = r->by > 0 && r->to >= r->from ? floor((r->to - r->from) / r->by + 1e-9) + 1 : 0;
    if (!(r->steps >= 1 && r->steps <= DS_POINTS_MOST && r->steps == floor(r->steps)))
        return ds_complain(b->st, node, "a range of %g values, must be 1 to %d", r->steps,
                           DS_POINTS_MOST);
    if (r->log && (r->has_by || !(r->from > 0 && r->to > 0)))
        return ds_complain(b->st, node,
                           "a range with 'scale: log' must have 'steps' and lie above 0");
    return true;
}

static bool read_range(ds_binder *b, const ds_node *node, range *r)
{
    if (!range_keys(b, node) || !range_number(b, node, "from", &r->from, &r->has_from, &r->unit) ||
        !range_number(b, node, "to", &r->to, &r->has_to, &r->unit) ||
        !range_number(b, node, "by", &r->by, &r->has_by, &r->unit) ||
        !range_number(b, node, "steps", &r->steps, &r->has_steps, NULL))
        return false;
    const ds_node *const scale = ds_node_get(node, "scale", NULL);
    r->log = scale && scale->shape == DS_SCALAR && strcmp(scale->scalar, "log") == 0;
    if (scale && !r->log && (scale->shape != DS_SCALAR || strcmp(scale->scalar, "linear") != 0))
        return ds_complain(b->st, scale, "'scale' must be linear or log");
    return check_range(b, node, r);
}

static double range_value(const range *r, uint32_t i)
{
    if (r->by > 0)
        return r->from + i * r->by;
    const double share = r->steps > 1 ? i / (r->steps - 1) : 0;
    return r->log ? r->from * pow(r->to / r->from, share) : r->from + (r->to - r->from) * share;
}

static bool axis_of_range(ds_binder *b, const ds_node *node, ds_axis *axis)
{
    range r = {0};
    if (!read_range(b, node, &r))
        return false;
    axis->count = (uint32_t)r.steps;
    axis->value = ds_pool_take(b->pool, axis->count * sizeof *axis->value);
    for (uint32_t i = 0; i < axis->count; i++)
        axis->value[i] = ds_node_scalar(
            b->pool, node, ds_pool_print(b->pool, "%.12g%s", range_value(&r, i), r.unit));
    return true;
}

static bool read_axis(ds_binder *b, const ds_node *key, const ds_node *node, ds_axis *axis)
{
    axis->path = key;
    if (node->shape == DS_MAPPING)
        return axis_of_range(b, node, axis);
    if (node->shape != DS_SEQUENCE || node->count == 0)
        return ds_complain(b->st, node->shape == DS_SEQUENCE ? key : node,
                           "'%s' of a sweep must be a list of at least one value, or a range",
                           ds_quote(b->pool, key->scalar));
    axis->count = node->count;
    axis->value = node->item;
    return true;
}

/* What a point cannot change: the shape of the experiment. */
static bool fixed_key(const ds_scenario_rest *r, const ds_node *key)
{
    const size_t length = strcspn(key->scalar, ".");
    for (const ds_param *p = r->common_table; p->name; p++)
        if (strlen(p->name) == length && strncmp(key->scalar, p->name, length) == 0)
            return ds_complain(r->binder.st, key, "'%s' is the same for all points and cannot vary",
                               p->name);
    return true;
}

static bool read_sweep(ds_scenario_rest *r, const ds_node *sweep, double *product)
{
    ds_binder *const b = &r->binder;
    if (sweep->shape != DS_MAPPING || sweep->count == 0 || sweep->count > DS_AXES)
        return ds_complain(b->st, sweep,
                           "'sweep' must be a mapping of 1 to %d key paths to lists or ranges",
                           DS_AXES);
    for (uint32_t i = 0; i < sweep->count; i++, r->axes++) {
        if (!fixed_key(r, sweep->key[i]) ||
            !read_axis(b, sweep->key[i], sweep->item[i], &r->axis[i]))
            return false;
        *product *= r->axis[i].count;
        if (*product > 1e9)
            return ds_complain(b->st, sweep, "the product of a sweep is over 1e9 points");
    }
    return true;
}

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
            if (!fixed_key(r, v->key[k]))
                return false;
    }
    r->variants = variants;
    *product *= variants->count;
    return true;
}

bool ds_points_read(ds_scenario *s, ds_status *st)
{
    ds_scenario_rest *const r = s->rest;
    double product = 1;
    r->binder.st = st;
    const ds_node *const variants = ds_node_get(r->base, "variants", NULL);
    const ds_node *const sweep = ds_node_get(r->base, "sweep", NULL);
    if ((variants && !read_variants(r, variants, &product)) ||
        (sweep && !read_sweep(r, sweep, &product)))
        return false;
    if (product > DS_POINTS_MOST)
        return ds_complain(st, sweep ? sweep : variants,
                           "%.0f points, must be at most %d in one experiment", product,
                           DS_POINTS_MOST);
    s->points = (size_t)product;
    return true;
}

/* ---- one point ---- */

static size_t variant_of(const ds_scenario_rest *r, size_t point, uint32_t place[DS_AXES])
{
    for (uint32_t i = r->axes; i-- > 0;) {
        place[i] = (uint32_t)(point % r->axis[i].count);
        point /= r->axis[i].count;
    }
    return point;
}

bool ds_points_tree(ds_scenario *s, size_t point, ds_node **tree, ds_status *st)
{
    ds_scenario_rest *const r = s->rest;
    const ds_param *const tables[2] = {s->model->params, NULL};
    uint32_t place[DS_AXES];
    const size_t variant = variant_of(r, point, place);
    r->binder.st = st;
    *tree = r->base;
    if (r->variants && r->variants->item[variant]->shape == DS_MAPPING)
        *tree = ds_merge(&r->binder, tables, *tree, r->variants->item[variant]);
    for (uint32_t i = 0; i < r->axes; i++)
        if (!ds_override(&r->binder, tables, tree, r->axis[i].path, r->axis[i].value[place[i]]))
            return false;
    return true;
}

static const char *axis_label(ds_pool *pool, const ds_axis *axis, uint32_t place)
{
    const ds_node *const value = axis->value[place];
    const char *const text =
        value->shape == DS_SCALAR ? value->scalar : ds_pool_print(pool, "#%u", place + 1);
    return ds_pool_print(pool, "%s=%s", ds_escape(pool, axis->path->scalar), ds_escape(pool, text));
}

const char *ds_scenario_label(ds_scenario *s, size_t point)
{
    ds_scenario_rest *const r = s->rest;
    uint32_t place[DS_AXES] = {0};
    const size_t variant = variant_of(r, point / s->branches, place);
    const char *const future = ds_branch_label(s, point % s->branches);
    const char *label = r->variants ? ds_escape(&r->pool, r->variants->key[variant]->scalar) : NULL;
    for (uint32_t i = 0; i < r->axes; i++) {
        const char *const part = axis_label(&r->pool, &r->axis[i], place[i]);
        label = label ? ds_pool_print(&r->pool, "%s, %s", label, part) : part;
    }
    if (future)
        label = label ? ds_pool_print(&r->pool, "%s, %s", label, future) : future;
    return label ? label : "base";
}
