#ifndef DS_RUN_STOPPING_H
#define DS_RUN_STOPPING_H
#include "sim/core/status.h"
#include "sim/io/until.h"
typedef struct ds_interval {
    double estimate, low, high, half_width;
    size_t values;
} ds_interval;
DS_MUST_CHECK bool ds_until_interval(const ds_until *until, const double *values, size_t count,
                                     ds_interval *interval, ds_status *st);
size_t ds_until_next(const ds_until *until, const ds_interval *now, size_t count, size_t step);
size_t ds_until_first(const ds_until *until, size_t step);
bool ds_until_reached(const ds_until *until, const ds_interval *now);
#endif
