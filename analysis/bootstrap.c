#include "bootstrap.h"

#include "sim/core/real.h"
#include "sim/core/rng.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { JACKKNIFE_MOST = 256 };

typedef struct work {
    const ds_bootstrap *how;
    const ds_resampling *what;
    size_t resamples;
    uint32_t *times;   /* [units] */
    double *drawn;     /* [figures][resamples], ascending at last */
    double *left_out;  /* [groups][figures], for BCa */
    ds_figure *figure; /* [figures], of a resample */
} work;

static void resample(work *w, size_t r)
{
    ds_rng rng = ds_rng_stream(w->how->seed, (uint32_t)r, DS_FOR_ANALYSIS, w->how->stream);
    const uint32_t n = (uint32_t)w->what->units;
    memset(w->times, 0, n * sizeof *w->times);
    for (uint32_t i = 0; i < n; i++)
        w->times[ds_rng_below(&rng, n)]++;
    w->what->of(w->times, n, w->what->data, w->figure);
}

/* Where nothing varies in a resample, a figure that is off is off by more than any error. */
static double studentised(ds_figure drawn, ds_figure all)
{
    const double off = drawn.value - all.value;
    return off == 0 ? 0 : off / drawn.error;
}

static void draw(work *w, const ds_figure *all)
{
    const bool student = w->how->method == DS_BOOTSTRAP_STUDENT;
    for (size_t r = 0; r < w->resamples; r++) {
        resample(w, r);
        for (size_t f = 0; f < w->what->figures; f++)
            w->drawn[f * w->resamples + r] =
                student ? studentised(w->figure[f], all[f]) : w->figure[f].value;
    }
}

/* Units are left out one by one, or, when they are many, in equal parts. */
static size_t leave_out(work *w)
{
    const size_t n = w->what->units, groups = n < JACKKNIFE_MOST ? n : JACKKNIFE_MOST;
    for (size_t g = 0; g < groups; g++) {
        for (size_t i = 0; i < n; i++)
            w->times[i] = i * groups / n != g;
        w->what->of(w->times, n, w->what->data, w->figure);
        for (size_t f = 0; f < w->what->figures; f++)
            w->left_out[g * w->what->figures + f] = w->figure[f].value;
    }
    return groups;
}

/* Efron (1987), 6.6: a sixth of the skewness of the jackknife's values. */
static double acceleration(const work *w, size_t f, size_t groups)
{
    double mean = 0, squares = 0, cubes = 0;
    for (size_t g = 0; g < groups; g++)
        mean += w->left_out[g * w->what->figures + f] / (double)groups;
    for (size_t g = 0; g < groups; g++) {
        const double off = mean - w->left_out[g * w->what->figures + f];
        squares += off * off;
        cubes += off * off * off;
    }
    return squares > 0 ? cubes / (6 * ds_pow(squares, 1.5)) : 0;
}

/* The value below which a share of resamples lies: (n + 1) share of them (Davison & Hinkley 1997,
 * 5.2.1), interpolated. Between infinities of both signs there is none. */
static double percentile(const double *sorted, size_t n, double share)
{
    const double rank = fmin(fmax(share * ((double)n + 1), 1), (double)n);
    const size_t below = (size_t)rank;
    const double part = rank - (double)below;
    return part == 0 || below == n || sorted[below - 1] == sorted[below]
               ? sorted[below - 1]
               : sorted[below - 1] + part * (sorted[below] - sorted[below - 1]);
}

static double bias(const double *sorted, size_t n, double all)
{
    double below = 0;
    for (size_t i = 0; i < n; i++)
        below += sorted[i] < all ? 1 : sorted[i] == all ? 0.5 : 0;
    return gsl_cdf_ugaussian_Pinv(fmin(fmax(below, 0.5), (double)n - 0.5) / (double)n);
}

static double corrected(double z0, double a, double z)
{
    return gsl_cdf_ugaussian_P(z0 + (z0 + z) / (1 - a * (z0 + z)));
}

static ds_interval interval_of(const work *w, size_t f, size_t groups, ds_figure all, double level)
{
    double *const sorted = w->drawn + f * w->resamples;
    const size_t n = ds_sort(sorted, w->resamples);
    const double tail = (1 - level) / 2, z = gsl_cdf_ugaussian_Pinv(1 - tail);
    double low = tail, high = 1 - tail;
    if (n == 0 || isnan(all.value))
        return (ds_interval){-INFINITY, INFINITY};
    if (w->how->method == DS_BOOTSTRAP_STUDENT) {
        if (!(all.error > 0)) /* nothing varies */
            return (ds_interval){all.value, all.value};
        return (ds_interval){all.value - all.error * percentile(sorted, n, high),
                             all.value - all.error * percentile(sorted, n, low)};
    }
    if (w->how->method == DS_BOOTSTRAP_BCA) {
        const double z0 = bias(sorted, n, all.value), a = acceleration(w, f, groups);
        low = corrected(z0, a, -z);
        high = corrected(z0, a, z);
    }
    return (ds_interval){percentile(sorted, n, low), percentile(sorted, n, high)};
}

static void fill(work *w, double level, ds_figure *figure, ds_interval *interval)
{
    size_t groups = 0;
    for (size_t u = 0; u < w->what->units; u++)
        w->times[u] = 1;
    w->what->of(w->times, w->what->units, w->what->data, figure);
    for (size_t f = 0; f < w->what->figures; f++)
        interval[f] = (ds_interval){-INFINITY, INFINITY};
    if (w->what->units < 2)
        return;
    draw(w, figure);
    if (w->how->method == DS_BOOTSTRAP_BCA)
        groups = leave_out(w);
    for (size_t f = 0; f < w->what->figures; f++)
        interval[f] = interval_of(w, f, groups, figure[f], level);
}

bool ds_bootstrap_of(const ds_bootstrap *how, const ds_resampling *what, double level,
                     ds_figure *figure, ds_interval *interval, ds_status *st)
{
    work w = {.how = how,
              .what = what,
              .resamples = how->resamples ? how->resamples : DS_BOOTSTRAP_RESAMPLES};
    w.times = calloc(what->units + 1, sizeof *w.times);
    w.drawn = calloc(what->figures * w.resamples + 1, sizeof *w.drawn);
    w.left_out = calloc(what->figures * JACKKNIFE_MOST + 1, sizeof *w.left_out);
    w.figure = calloc(what->figures + 1, sizeof *w.figure);
    const bool ok = w.times && w.drawn && w.left_out && w.figure;
    if (ok)
        fill(&w, level, figure, interval);
    free(w.times);
    free(w.drawn);
    free(w.left_out);
    free(w.figure);
    return ok || ds_fail(st, DS_E_SYSTEM, "no memory to resample %zu units %zu times", what->units,
                         w.resamples);
}

void ds_resampled_mean(const uint32_t *times, size_t units, const void *data, ds_figure *figure)
{
    const double *const values = ((const ds_mean_data *)data)->values;
    double n = 0, sum = 0, squares = 0;
    for (size_t u = 0; u < units; u++) {
        n += times[u];
        sum += times[u] * values[u];
    }
    const double mean = sum / n;
    for (size_t u = 0; u < units; u++)
        squares += times[u] * (values[u] - mean) * (values[u] - mean);
    *figure = (ds_figure){mean, sqrt(squares / ((n - 1) * n))};
}
