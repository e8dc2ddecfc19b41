#include "axis.h"

#include "complain.h"
#include "plain.h"
#include "quantity.h"

#include "sim/core/nearest.h"
#include "sim/core/real.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- reading ---- */

typedef struct range {
    double from, to, steps, by;
    bool has_from, has_to, has_steps, has_by, log;
    const char *unit;
} range;

/* Length of the number that a text begins with. */
static size_t number_length(const char *text)
{
    return strcspn(text, " %");
}

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
    const size_t length = unit ? number_length(text) : strlen(text);
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
        const char *const key = node->key[i]->scalar;
        ds_nearest nearest = ds_nearest_to(key);
        bool found = false;
        for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
            ds_nearest_try(&nearest, known[k]);
            found = found || strcmp(key, known[k]) == 0;
        }
        if (!found)
            return ds_complain(b->st, node->key[i],
                               "unknown key '%s' of a range%s (one of: from, to, steps, by, "
                               "scale; a parameter "
                               "within a group is one key with dots)",
                               ds_quote(b->pool, key), ds_nearest_or(&nearest, ""));
    }
    return true;
}

/* Whole numbers that a double holds. */
static bool is_whole(double x)
{
    return x == floor(x) && fabs(x) <= 0x1p53;
}

static bool check_continuous(ds_binder *b, const ds_node *node, const range *r,
                             const ds_sweep_axis *axis)
{
    if (!(r->from < r->to))
        return ds_complain(b->st, ds_node_get(node, "from", NULL),
                           "'from' is %g, must be below 'to' = %g", r->from, r->to);
    if (axis->whole && !(is_whole(r->from) && is_whole(r->to)))
        return ds_complain(b->st, node,
                           "'%s' takes whole numbers: 'from' and 'to' of its range must be whole "
                           "too, not %.10g and %.10g",
                           axis->param->name, r->from, r->to);
    return true;
}

static bool check_steps(ds_binder *b, const ds_node *node, range *r)
{
    if (!(r->from <= r->to))
        return ds_complain(b->st, ds_node_get(node, "from", NULL),
                           "'from' is %g, must be at most 'to' = %g", r->from, r->to);
    if (r->has_by && !(r->by > 0))
        return ds_complain(b->st, ds_node_get(node, "by", NULL), "'by' is %g, must be above 0",
                           r->by);
    if (r->has_by)
        r->steps = floor((r->to - r->from) / r->by + 1e-9) + 1;
    if (!(r->steps >= 1 && r->steps <= DS_POINTS_MOST && r->steps == floor(r->steps)))
        return ds_complain(b->st, node, "a range of %g values, must be 1 to %d", r->steps,
                           DS_POINTS_MOST);
    return true;
}

static bool check_range(ds_binder *b, const ds_node *node, range *r, const ds_sweep_axis *axis)
{
    if (!r->has_from || !r->has_to || (r->has_steps && r->has_by))
        return ds_complain(b->st, node,
                           "a range has 'from', 'to' and either 'steps' or 'by'; with neither it "
                           "is continuous");
    if (r->log && (r->has_by || !(r->from > 0 && r->to > 0)))
        return ds_complain(b->st, node,
                           "a range with 'scale: log' must have 'steps' or be continuous, and lie "
                           "above 0");
    return r->has_steps || r->has_by ? check_steps(b, node, r) : check_continuous(b, node, r, axis);
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
        return ds_complain(b->st, scale, "'scale' is '%s', must be linear or log",
                           scale->shape == DS_SCALAR ? ds_quote(b->pool, scale->scalar) : "");
    return true;
}

static double range_value(const range *r, uint32_t i)
{
    if (r->by > 0)
        return r->from + i * r->by;
    const double share = r->steps > 1 ? i / (r->steps - 1) : 0;
    return r->log ? r->from * ds_pow(r->to / r->from, share) : r->from + (r->to - r->from) * share;
}

/* Short numbers where they differ: 0.3 rather than 0.30000000000000004. */
static bool print_values(ds_binder *b, const ds_node *node, const range *r, int digits,
                         ds_sweep_axis *axis)
{
    bool differ = true;
    for (uint32_t i = 0; i < axis->count; i++) {
        axis->value[i] = ds_node_scalar(
            b->pool, node, ds_pool_print(b->pool, "%.*g%s", digits, range_value(r, i), r->unit));
        differ =
            differ && (i == 0 || strcmp(axis->value[i]->scalar, axis->value[i - 1]->scalar) != 0);
    }
    return differ;
}

static bool axis_of_range(ds_binder *b, const ds_node *node, ds_sweep_axis *axis)
{
    range r = {0};
    axis->whole = axis->param && ds_param_whole(axis->param);
    if (!read_range(b, node, &r) || !check_range(b, node, &r, axis))
        return false;
    axis->range = node;
    axis->from = r.from;
    axis->to = r.to;
    axis->log = r.log;
    axis->unit = r.unit;
    axis->count = (uint32_t)r.steps; /* 0 where it is continuous */
    axis->value = ds_pool_take(b->pool, (axis->count + 1) * sizeof *axis->value);
    if (!print_values(b, node, &r, 12, axis) && !print_values(b, node, &r, 17, axis))
        return ds_complain(b->st, node, "%u values from %.17g to %.17g are not all different",
                           axis->count, r.from, r.to);
    return true;
}

bool ds_axis_read(ds_binder *b, const ds_node *node, ds_sweep_axis *axis)
{
    if (node->shape == DS_MAPPING)
        return axis_of_range(b, node, axis);
    if (node->shape != DS_SEQUENCE || node->count == 0)
        return ds_complain(
            b->st, node->shape == DS_SEQUENCE ? axis->path : node,
            "'%s' must be a list of at least one value, or a range {from: ..., to: ...}",
            ds_quote(b->pool, axis->path->scalar));
    axis->count = node->count;
    axis->value = node->item;
    return true;
}

/* ---- coordinates to values ---- */

uint32_t ds_axis_place(const ds_sweep_axis *axis, double unit)
{
    const uint32_t place = (uint32_t)(unit * axis->count);
    return place < axis->count ? place : axis->count - 1;
}

double ds_axis_number(const ds_sweep_axis *axis, double unit)
{
    /* Each whole number has the share of what is rounded to it. */
    const double margin = axis->whole ? 0.5 : 0;
    const double from = axis->from - margin, to = axis->to + margin;
    double x = axis->log ? from * ds_pow(to / from, unit) : (1 - unit) * from + unit * to;
    if (axis->whole)
        x = floor(x + 0.5);
    return fmin(fmax(x, axis->from), axis->to);
}

ds_node *ds_axis_value(ds_pool *pool, const ds_sweep_axis *axis, double unit)
{
    char text[DS_PLAIN_ROOM];
    if (axis->count > 0)
        return axis->value[ds_axis_place(axis, unit)];
    ds_plain_print(ds_axis_number(axis, unit), text);
    return ds_node_scalar(pool, axis->range,
                          *axis->unit ? ds_pool_print(pool, "%s%s", text, axis->unit) : text);
}

const char *ds_axis_label(ds_pool *pool, const ds_sweep_axis *axis, double unit, int digits)
{
    const char *const path = ds_escape(pool, axis->path->scalar);
    if (axis->count == 0)
        return ds_pool_print(pool, "%s=%.*g%s", path, axis->whole ? 17 : digits,
                             ds_axis_number(axis, unit), axis->unit);
    const uint32_t place = ds_axis_place(axis, unit);
    const ds_node *const value = axis->value[place];
    if (value->shape != DS_SCALAR)
        return ds_pool_print(pool, "%s=#%u", path, place + 1);
    return ds_pool_print(pool, "%s=%s", path, ds_escape(pool, value->scalar));
}

bool ds_axis_numbers(ds_pool *pool, const ds_sweep_axis *axis, double *numbers, const char **unit)
{
    char why[200];
    const ds_param *const p = axis->param;
    *unit = axis->count ? NULL : axis->unit;
    if (p && p->kind != DS_NUMBER && p->kind != DS_INTEGER)
        return false;
    for (uint32_t i = 0; i < axis->count; i++) {
        const ds_node *const value = axis->value[i];
        const char *const text = value->shape == DS_SCALAR ? value->scalar : "";
        const size_t length = number_length(text);
        if (!ds_quantity_read(ds_pool_copy(pool, text, length), "1", &numbers[i], why, sizeof why))
            return false;
        if (*unit && strcmp(*unit, text + length) != 0)
            return false;
        *unit = text + length;
    }
    *unit += strspn(*unit, " ");
    return true;
}
