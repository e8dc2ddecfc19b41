/*
 * What was seen outside the model: a CSV file whose rows are `date,quantity,value`, the quantity
 * named as a metric; further columns, such as a unit or how far to trust the row, are not read.
 */
#ifndef DS_IO_OBSERVATIONS_H
#define DS_IO_OBSERVATIONS_H

#include "node.h"

typedef struct ds_observation {
    double date; /* d since 1970-01-01 UTC; or model time */
    const char *quantity;
    double value;
} ds_observation;

typedef struct ds_observations {
    size_t count;
    const ds_observation *item; /* in the order of the file */
} ds_observations;

/* The same of a text; `timed`: of a model without dates, whose rows are `time,quantity,value`. */
DS_MUST_CHECK bool ds_observations_parse(ds_pool *pool, const ds_text *text, bool timed,
                                         ds_observations *out, ds_status *st);

/* Reads a file; what it holds lives as long as the pool. */
DS_MUST_CHECK bool ds_observations_read(ds_pool *pool, const char *path, ds_observations *out,
                                        ds_status *st);
DS_MUST_CHECK bool ds_observations_read_timed(ds_pool *pool, const char *path, bool timed,
                                              ds_observations *out, ds_status *st);

#endif
