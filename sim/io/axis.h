/*
 * An axis of a sweep: a parameter by its dotted path, and the values that coordinates in [0, 1]
 * stand for. A list, or a range with 'steps' or 'by', gives each of its values an equal share; a
 * range without them is continuous, or, where the parameter takes whole numbers, gives every whole
 * number its share.
 */
#ifndef DS_IO_AXIS_H
#define DS_IO_AXIS_H

#include "bind.h"
#include "node.h"

enum { DS_POINTS_MOST = 100000, DS_LABEL_DIGITS = 6 };

typedef struct ds_sweep_axis {
    const ds_node *path;
    const ds_param *param; /* NULL: not known before values are bound */
    uint32_t count;        /* of values; 0: a range */
    ds_node **value;
    const ds_node *range;
    double from, to;
    bool log, whole;
    const char *unit; /* what follows a range's numbers: "", or "%", or a space and a unit */
} ds_sweep_axis;

/* Reads the list or range of a path; `axis` has its path and parameter. */
DS_MUST_CHECK bool ds_axis_read(ds_binder *b, const ds_node *node, ds_sweep_axis *axis);

/* The number of a range at a coordinate. */
double ds_axis_number(const ds_sweep_axis *axis, double unit);

/* What stands in a scenario for a coordinate; numbers in full. */
ds_node *ds_axis_value(ds_pool *pool, const ds_sweep_axis *axis, double unit);

/* For people: "path=value", numbers of a range in so many digits. */
const char *ds_axis_label(ds_pool *pool, const ds_sweep_axis *axis, double unit, int digits);

/* Whether all values are numbers with the same unit, which is cut off; `numbers` has room for the
 * axis' values. */
bool ds_axis_numbers(ds_pool *pool, const ds_sweep_axis *axis, double *numbers, const char **unit);

/* Of a list, the place of a coordinate's value. */
uint32_t ds_axis_place(const ds_sweep_axis *axis, double unit);

#endif
