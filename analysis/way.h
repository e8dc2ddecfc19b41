/*
 * How far a step of a Morris design goes, as a part of the whole way from the first value of an
 * axis to its last: half of the levels, but for values that are rounded to whole numbers, and for
 * lists, of which levels meet only some. Then an effect is that of the whole way all the same, and
 * of what is linear it is the same from everywhere.
 */
#ifndef DS_ANALYSIS_WAY_H
#define DS_ANALYSIS_WAY_H

#include "sim/io/node.h"
#include "sim/io/store.h"

/* What the sweep says, in the scenario as it was resolved; NULL: nothing that can be read. */
const ds_node *ds_way_sweep(const ds_result_info *about, ds_pool *pool);

/* Levels that it says, or that it has by default. */
double ds_way_levels(const ds_node *sweep);

/* Of a move between two points, `step` by the levels; `said` is the axis in the sweep, or NULL.
 * From one word to another is the whole way. */
double ds_way_of(const ds_coordinate *axis, const ds_node *said, const size_t move[2], double step);

#endif
