/*
 * Reads all that a result says it holds, as somebody would who trusts it.
 */
#ifndef DS_TEST_READ_EVERYTHING_H
#define DS_TEST_READ_EVERYTHING_H

#include "sim/io/store.h"

#include <stdlib.h>

static inline bool read_variable_of(ds_result *r, const char *name, size_t point, double *values,
                                    ds_status *st)
{
    const ds_result_info *const i = ds_result_about(r);
    double *const error = values + i->times, *const levels = error + i->times;
    return ds_result_summary(r, name, point, values, error, levels, st) &&
           (!i->has_paths || ds_result_series(r, name, point, 0, i->replicas, values, st));
}

static inline bool read_point(ds_result *r, size_t point, double *values, ds_status *st)
{
    const ds_result_info *const i = ds_result_about(r);
    for (size_t v = 0; v < i->variables; v++)
        if (!read_variable_of(r, i->variable[v].name, point, values, st))
            return false;
    for (size_t o = 0; o < i->outcomes; o++)
        if (!ds_result_outcome(r, i->outcome[o].name, point, values, st))
            return false;
    for (size_t k = 0; k < i->replicas; k++) {
        const char *cause;
        if (!ds_result_replica(r, point, k, NULL, NULL, &cause, st))
            return false;
    }
    return true;
}

/* A reader of small results: what says that it is large is left at what opening it found. */
static inline bool read_everything(const char *path, ds_status *st)
{
    ds_result *r;
    if (!ds_result_open(&r, path, st))
        return false;
    const ds_result_info *const i = ds_result_about(r);
    const size_t most = (i->replicas + 7) * i->times + i->replicas;
    double *const values = calloc(most < 10000000 ? most : 1, sizeof *values);
    bool ok = values || ds_fail(st, DS_E_SYSTEM, "no memory to read everything");
    for (size_t p = 0; ok && most < 10000000 && p < i->points; p++)
        ok = read_point(r, p, values, st);
    free(values);
    ds_result_close(r);
    return ok;
}

#endif
