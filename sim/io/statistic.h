/* Words for what is asked of a figure over replicas, as `until` and `objective` have them. */
#ifndef DS_IO_STATISTIC_H
#define DS_IO_STATISTIC_H

#include "node.h"
#include "until.h"

/* "mean", "median", "quantile 5 %", "probability". `at`: where complaints point. */
DS_MUST_CHECK bool ds_statistic_read(ds_pool *pool, const char *text, const ds_node *at,
                                     ds_statistic *statistic, double *level, ds_status *st);

/* A finite number in that unit; `key`: as complaints call it. */
DS_MUST_CHECK bool ds_statistic_number(ds_pool *pool, const char *key, const char *text,
                                       const ds_node *at, const char *unit, double *value,
                                       ds_status *st);

#endif
