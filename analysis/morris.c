#include "morris.h"

#include <math.h>
#include <stdlib.h>

/* The axis in which two points differ; `axes` where it is not exactly one. */
static size_t moved(const double *from, const double *to, size_t axes)
{
    size_t axis = axes, differ = 0;
    for (size_t k = 0; k < axes; k++)
        if (from[k] != to[k]) {
            axis = k;
            differ++;
        }
    return differ == 1 ? axis : axes;
}

/* effect[axes][trajectories], NAN where there is none. */
static void take_effects(const ds_morris_query *q, double *effect)
{
    const size_t axes = q->axes;
    for (size_t i = 0; i < axes * q->trajectories; i++)
        effect[i] = NAN;
    for (size_t t = 0; t < q->trajectories; t++)
        for (size_t step = 0; step < axes; step++) {
            const size_t at = t * (axes + 1) + step;
            const double *const from = q->unit + at * axes, *const to = from + axes;
            const size_t k = moved(from, to, axes);
            if (k < axes)
                effect[k * q->trajectories + t] =
                    (q->output[at + 1] - q->output[at]) / (to[k] - from[k]);
        }
}

static void fill_axis(ds_morris_axis *a, const ds_morris_query *q, double *effect)
{
    size_t n = 0;
    for (size_t t = 0; t < q->trajectories; t++)
        if (!isnan(effect[t]))
            effect[n++] = effect[t];
    a->effects = n;
    a->mu = ds_estimate_mean(effect, n, 1, q->level);
    n = ds_sort(effect, n);
    a->sigma = ds_estimate_deviation(effect, n, q->level);
    for (size_t i = 0; i < n; i++)
        effect[i] = fabs(effect[i]);
    a->mu_star = ds_estimate_mean(effect, n, 1, q->level);
    a->mu_star.interval.low = fmax(a->mu_star.interval.low, 0);
}

bool ds_morris_of(ds_morris_axis *axis, const ds_morris_query *q, ds_status *st)
{
    double *const effect = calloc(q->axes * q->trajectories + 1, sizeof *effect);
    if (!effect)
        return ds_fail(st, DS_E_SYSTEM, "no memory for the effects of %zu axes", q->axes);
    take_effects(q, effect);
    for (size_t k = 0; k < q->axes; k++)
        fill_axis(&axis[k], q, effect + k * q->trajectories);
    free(effect);
    return true;
}
