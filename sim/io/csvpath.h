/*
 * Numbers from a CSV file: a header row, then named columns of numbers, and for a dated series
 * `date` (YYYY-MM-DD, with a time if wanted) or `unix_time`. Lines that begin with # are comments.
 */
#ifndef DS_IO_CSVPATH_H
#define DS_IO_CSVPATH_H

#include "node.h"
#include "sim/core/param.h"

/* Fills the series of `path` from its column (NULL: the first that is no time), between the bounds
 * of `param`. Unless path->gaps, rows must not be missing from a series that is otherwise regular.
 */
DS_MUST_CHECK bool ds_csv_path(ds_pool *pool, const ds_text *text, const ds_param *param,
                               ds_path *path, ds_status *st);

/* Fills the numbers of `column`, in the order of their rows, between the bounds of `param`. Without
 * a name the file must have one column. */
DS_MUST_CHECK bool ds_csv_column(ds_pool *pool, const ds_text *text, const ds_param *param,
                                 ds_column *column, ds_status *st);

#endif
