#include "stopping.h"

#include "sim/core/interval.h"
#include "sim/core/law.h"
#include "sim/core/real.h"
#include "sim/core/threshold.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_LEAST = 64 };

/* How far a look goes of the way that seems left, and at least and at most. */
static const double way = 0.5, growth_least = 1.05, growth_most = 8, growth_of_quantile = 1.1;

static double two_sided(double confidence)
{
    return ds_normal_quantile(0.5 + confidence / 2);
}

static double confidence_of(double z)
{
    return 1 - 2 * ds_normal_above(z);
}

/* ---- a mean ---- */

typedef struct moments {
    double mean, error, skewness;
} moments;

static moments moments_of(const double *values, size_t count)
{
    moments m = {.mean = NAN, .error = NAN};
    double sum = 0, squares = 0, cubes = 0;
    const double n = (double)count;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    m.mean = sum / n;
    for (size_t i = 0; i < count; i++) {
        const double off = values[i] - m.mean;
        squares += off * off;
        cubes += off * off * off;
    }
    m.error = sqrt(squares / (n * (n - 1)));
    m.skewness = squares > 0 ? cubes / n / ds_pow(squares / n, 1.5) : 0;
    return m;
}

/*
 * Student's interval, wider by terms of order 1/n: what skewness takes from its coverage (the
 * second term of Edgeworth's expansion, Hall 1992, 2.4), and what stopping takes that is prompted
 * by a small standard deviation, which grows with the kurtosis, and that with the skewness. The
 * factors were fitted by simulation; test_stopping_coverage.c holds what they reach.
 */
static double critical(const moments *m, size_t count, double confidence)
{
    static const double of_skewness = 1.25, of_looking = 1.3, of_kurtosis = 1.75;
    const double z = two_sided(confidence), g = m->skewness * m->skewness;
    const double edgeworth = g * (z * z * z * z + 2 * z * z - 3) / 18;
    const double looking = 1 + of_kurtosis * g;
    return ds_t_critical(count, confidence) *
           (1 + (of_skewness * edgeworth + of_looking * looking) / (double)count);
}

static bool all_equal(const double *values, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (values[i] != values[0])
            return false;
    return true;
}

static ds_estimate_now look_at_mean(const ds_until *until, const double *values, size_t count)
{
    if (all_equal(values, count) && isfinite(values[0])) /* to the bit, whatever their sum is */
        return (ds_estimate_now){
            .estimate = values[0], .low = values[0], .high = values[0], .unvaried = true};
    const moments m = moments_of(values, count);
    const double half = m.error > 0 ? critical(&m, count, until->confidence) * m.error : m.error;
    return (ds_estimate_now){.estimate = m.mean,
                             .low = m.mean - half,
                             .high = m.mean + half,
                             .half_width = half,
                             .doubtful = (double)count < 25 * m.skewness * m.skewness};
}

/* ---- a probability ---- */

/* Clopper and Pearson's interval, which never covers less than it says for a number of replicas
 * that is fixed; a little wider where hits are few or many, for the looking. */
static ds_estimate_now look_at_probability(const ds_until *until, const double *values,
                                           size_t count)
{
    static const double of_looking = 0.15;
    size_t hits = 0;
    for (size_t i = 0; i < count; i++)
        hits += ds_beyond(values[i], until->threshold, until->below);
    const double n = (double)count, k = (double)hits;
    const double uneven = (n - 2 * k) * (n - 2 * k) / (n * (k + 1) * (n - k + 1));
    const double z = two_sided(until->confidence) * (1 + of_looking * uneven);
    const ds_interval i = ds_clopper_pearson(hits, count, confidence_of(z));
    return (ds_estimate_now){
        .estimate = k / n, .low = i.low, .high = i.high, .half_width = (i.high - i.low) / 2};
}

/* ---- a quantile ---- */

/* The interval between order statistics, whatever the distribution, a little wider for the looking.
 */
static ds_estimate_now look_at_quantile(const ds_until *until, const double *sorted, size_t count)
{
    static const double of_looking = 0.4;
    const double spread = sqrt((double)count * until->level * (1 - until->level));
    const double z = two_sided(until->confidence) + of_looking / spread;
    const ds_interval i = ds_quantile_interval(sorted, count, until->level, confidence_of(z));
    return (ds_estimate_now){.estimate = ds_quantile(sorted, count, until->level),
                             .low = i.low,
                             .high = i.high,
                             .half_width = (i.high - i.low) / 2};
}

/* ---- the rule ---- */

bool ds_until_look(const ds_until *until, const double *values, size_t count, ds_estimate_now *now,
                   ds_status *st)
{
    double *const known = malloc((count + 1) * sizeof *known);
    size_t n = 0;
    if (!known)
        return ds_fail(st, DS_E_SYSTEM, "no memory to look at %zu replicas", count);
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i]))
            known[n++] = values[i];
    *now = (ds_estimate_now){
        .estimate = NAN, .low = -INFINITY, .high = INFINITY, .half_width = INFINITY};
    if (n >= 2 && until->statistic == DS_STAT_MEAN)
        *now = look_at_mean(until, known, n);
    else if (n >= 2 && until->statistic == DS_STAT_PROBABILITY)
        *now = look_at_probability(until, known, n);
    else if (n >= 2)
        *now = look_at_quantile(until, known, ds_sort(known, n));
    now->values = n;
    free(known);
    return true;
}

static double target(const ds_until *until, const ds_estimate_now *now)
{
    return until->relative ? until->half_width * fabs(now->estimate) : until->half_width;
}

bool ds_until_reached(const ds_until *until, const ds_estimate_now *now)
{
    return now->half_width <= target(until, now);
}

static size_t whole_steps(const ds_until *until, double replicas, size_t step)
{
    const double most = (double)until->max_replicas;
    const double rounded = ceil(fmin(replicas, most) / (double)step) * (double)step;
    return rounded < most ? (size_t)rounded : until->max_replicas;
}

size_t ds_until_first(const ds_until *until, size_t step)
{
    const size_t least = until->min_replicas > FIRST_LEAST ? until->min_replicas : FIRST_LEAST;
    return whole_steps(until, (double)least, step);
}

size_t ds_until_next(const ds_until *until, const ds_estimate_now *now, size_t count, size_t step)
{
    const double n = (double)count, ratio = now->half_width / target(until, now);
    if (ds_until_reached(until, now) || count >= until->max_replicas)
        return 0;
    double needed = n * ratio * ratio;
    if (isnan(needed)) /* an infinite interval of an estimate of nothing */
        needed = INFINITY;
    double go = way * needed > n ? way * needed : needed;
    if (until->statistic == DS_STAT_QUANTILE) /* whose first intervals tell little of their width */
        go = fmax(sqrt(n * needed), growth_of_quantile * n);
    const double next = fmin(fmax(go, growth_least * n), growth_most * n);
    return whole_steps(until, next, step);
}
