/*
 * A dated series from a CSV file: a header row, then `date` (YYYY-MM-DD, with a time if wanted) or
 * `unix_time`, and named columns of numbers. Lines that begin with # are comments.
 */
#ifndef DS_IO_CSVPATH_H
#define DS_IO_CSVPATH_H

#include "node.h"
#include "sim/core/param.h"

/* Fills the series of `path` from its column (NULL: the first that is no time), between the bounds
 * of `param`. Unless path->gaps, rows must not be missing from a series that is otherwise regular.
 */
DS_MUST_CHECK bool ds_csv_read(ds_pool *pool, const ds_text *text, const ds_param *param,
                               ds_path *path, ds_status *st);

#endif
