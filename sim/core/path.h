/*
 * The value of a dated series at any time: of its first row before that, of its last row behind it,
 * and between two rows by the rule that the scenario names.
 */
#ifndef DS_CORE_PATH_H
#define DS_CORE_PATH_H

#include "param.h"

#include <math.h>

/* O(log rows); the path must have rows. */
double ds_path_at(const ds_path *path, double date);

/* Date of the last row; -INFINITY where the scenario names no path. */
static inline double ds_path_end(const ds_path *path)
{
    return path->count ? path->time[path->count - 1] : -INFINITY;
}

#endif
