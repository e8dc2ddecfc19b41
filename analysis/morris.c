#include "morris.h"

#include "bootstrap.h"
#include "stats.h"

#include <math.h>
#include <stdlib.h>

enum { EFFECTS_LEAST = 30 };

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

static void resampled_sigma(const uint32_t *times, size_t units, const void *data,
                            ds_figure *figure)
{
    const double *const effect = data;
    double n = 0, sum = 0, squares = 0;
    for (size_t u = 0; u < units; u++) {
        n += times[u];
        sum += times[u] * effect[u];
    }
    for (size_t u = 0; u < units; u++)
        squares += times[u] * (effect[u] - sum / n) * (effect[u] - sum / n);
    figure->value = sqrt(squares / (n - 1));
}

static bool fill_axis(ds_morris_axis *a, const ds_morris_query *q, size_t k, double *effect,
                      ds_status *st)
{
    const ds_bootstrap how = {
        .method = DS_BOOTSTRAP_BCA, .seed = q->seed, .stream = q->stream + (uint32_t)k};
    size_t n = 0;
    ds_figure sigma;
    for (size_t t = 0; t < q->trajectories; t++)
        if (!isnan(effect[t]))
            effect[n++] = effect[t];
    *a = (ds_morris_axis){.effects = n};
    a->mu = ds_estimate_mean(effect, n, 1, q->level);
    a->sigma = a->mu;
    const ds_resampling what = {.of = resampled_sigma, .data = effect, .units = n, .figures = 1};
    if (!ds_bootstrap_of(&how, &what, q->level, &sigma, &a->sigma.interval, st))
        return false;
    a->sigma.value = n > 1 ? sigma.value : NAN;
    a->sigma.doubts |= n < EFFECTS_LEAST ? DS_DOUBT_SMALL : 0;
    for (size_t i = 0; i < n; i++)
        effect[i] = fabs(effect[i]);
    a->mu_star = ds_estimate_mean(effect, n, 1, q->level);
    a->mu_star.interval.low = fmax(a->mu_star.interval.low, 0);
    return true;
}

bool ds_morris_of(ds_morris_axis *axis, const ds_morris_query *q, ds_status *st)
{
    double *const effect = calloc(q->axes * q->trajectories + 1, sizeof *effect);
    if (!effect)
        return ds_fail(st, DS_E_SYSTEM, "no memory for the effects of %zu axes", q->axes);
    take_effects(q, effect);
    bool ok = true;
    for (size_t k = 0; ok && k < q->axes; k++)
        ok = fill_axis(&axis[k], q, k, effect + k * q->trajectories, st);
    free(effect);
    return ok;
}
