#include "estimate.h"

#include "stats.h"

#include "sim/core/real.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

ds_estimate ds_estimate_none(double level, unsigned doubts)
{
    return (ds_estimate){
        .value = NAN, .interval = {-INFINITY, INFINITY}, .level = level, .doubts = doubts};
}

/* Open where half a width has no meaning. */
static ds_interval around(double value, double half)
{
    if (isnan(half) || !isfinite(value))
        return (ds_interval){-INFINITY, INFINITY};
    return (ds_interval){value - half, value + half};
}

ds_estimate ds_estimate_mean(const double *values, size_t count, size_t group, double level)
{
    const ds_sample s = ds_sample_grouped(values, count, group);
    return (ds_estimate){.value = s.mean,
                         .interval = around(s.mean, ds_t_half_width(s.error, s.groups, level)),
                         .level = level,
                         .count = s.count,
                         .doubts = ds_doubts_of_mean(values, count, group)};
}

ds_estimate ds_estimate_quantile(const double *sorted, size_t count, size_t group, double share,
                                 double level)
{
    if (count == 0)
        return ds_estimate_none(level, DS_DOUBT_FEW);
    const ds_ranks r = ds_quantile_ranks(count, share, level);
    return (ds_estimate){.value = ds_quantile(sorted, count, share),
                         .interval = ds_quantile_interval(sorted, count, share, level),
                         .level = level,
                         .count = count,
                         .doubts = (r.low == 0 || r.high > count ? DS_DOUBT_THIN : 0) |
                                   (group > 1 ? DS_DOUBT_GROUPED : 0) |
                                   (sorted[0] == sorted[count - 1] ? DS_DOUBT_EQUAL : 0)};
}

static bool all_yes_or_no(const double *scores, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!isnan(scores[i]) && scores[i] != 0 && scores[i] != 1)
            return false;
    return true;
}

/* Trials of yes or no that would have this error; all replicas where nothing varies. */
static double trials(const ds_sample *s)
{
    const double n = (double)s->groups, variance = s->error * s->error * (n - 1) / n;
    return variance > 0 ? s->mean * (1 - s->mean) / variance : (double)s->count;
}

ds_estimate ds_estimate_share(const double *scores, size_t count, size_t group, double level)
{
    enum { EXTREME = 5 };
    const ds_sample s = ds_sample_grouped(scores, count, group);
    if (s.count == 0)
        return ds_estimate_none(level, DS_DOUBT_FEW);
    const double n = (double)s.count, yes = s.mean * n, fewer = fmin(yes, n - yes);
    const bool extreme = fewer < EXTREME - 0.25, exact = group <= 1 && all_yes_or_no(scores, count);
    const double critical = group > 1 && s.groups > 1 ? ds_t_critical(s.groups, level)
                                                      : gsl_cdf_ugaussian_Pinv(0.5 + level / 2);
    return (ds_estimate){
        .value = s.mean,
        .interval = exact && extreme ? ds_clopper_pearson((size_t)(yes + 0.5), s.count, level)
                                     : ds_wilson_of(s.mean, trials(&s), critical),
        .level = level,
        .count = s.count,
        .doubts = (extreme ? DS_DOUBT_EXTREME : 0) | (s.groups < 2 ? DS_DOUBT_FEW : 0) |
                  (s.error > 0 ? 0 : DS_DOUBT_EQUAL)};
}

typedef struct products {
    double n, y, c, yy, yc, cc; /* means, and sums of products about them */
} products;

static products products_of(const double *y, const double *c, size_t count)
{
    products p = {0};
    for (size_t i = 0; i < count; i++)
        if (!isnan(y[i]) && !isnan(c[i])) {
            p.n++;
            p.y += y[i];
            p.c += c[i];
        }
    p.y /= p.n;
    p.c /= p.n;
    for (size_t i = 0; i < count; i++)
        if (!isnan(y[i]) && !isnan(c[i])) {
            p.yy += (y[i] - p.y) * (y[i] - p.y);
            p.yc += (y[i] - p.y) * (c[i] - p.c);
            p.cc += (c[i] - p.c) * (c[i] - p.c);
        }
    return p;
}

ds_estimate ds_estimate_controlled(const double *values, const double *control, size_t count,
                                   double expected, double level)
{
    const products p = products_of(values, control, count);
    if (p.n < 3 || !(p.cc > 0))
        return ds_estimate_mean(values, count, 1, level);
    const double slope = p.yc / p.cc, off = p.c - expected;
    const double left = fmax(p.yy - slope * p.yc, 0) / (p.n - 2);
    const double error = sqrt(left * (1 / p.n + off * off / p.cc));
    const double mean = p.y - slope * off;
    return (ds_estimate){.value = mean,
                         .interval = around(mean, ds_t_half_width(error, (size_t)p.n - 1, level)),
                         .level = level,
                         .count = (size_t)p.n,
                         .doubts = ds_doubts_of_mean(values, count, 1)};
}

/* Without a share of the values at either end. */
static double trimmed_mean(const double *sorted, size_t count, double share)
{
    size_t cut = (size_t)(share * (double)count);
    double sum = 0;
    cut = 2 * cut < count ? cut : (count - 1) / 2;
    for (size_t i = cut; i < count - cut; i++)
        sum += sorted[i];
    return sum / (double)(count - 2 * cut);
}

/* Bonett (2006): log s^2 has an error by the kurtosis, taken about a trimmed mean. */
static ds_interval deviation_interval(const double *sorted, size_t count, double sd, double level)
{
    const double n = (double)count, z = gsl_cdf_ugaussian_Pinv(0.5 + level / 2);
    const double centre = trimmed_mean(sorted, count, 1 / (2 * sqrt(n - 4)));
    const double squares = sd * sd * (n - 1), c = n / (n - z);
    double fourth = 0;
    for (size_t i = 0; i < count; i++)
        fourth += ds_pow(sorted[i] - centre, 4);
    const double kurtosis = n * fourth / (squares * squares);
    const double off = c * z * sqrt((kurtosis - (n - 3) / n) / (n - 1));
    return (ds_interval){sd * sqrt(c) * ds_exp(-off / 2), sd * sqrt(c) * ds_exp(off / 2)};
}

ds_estimate ds_estimate_deviation(const double *sorted, size_t count, double level)
{
    enum { LEAST = 5, LARGE = 30 };
    const ds_sample s = ds_sample_of(sorted, count);
    ds_estimate e = ds_estimate_none(level, 0);
    e.value = s.sd;
    e.count = s.count;
    e.doubts = (count < LEAST ? DS_DOUBT_FEW : 0) | (count < LARGE ? DS_DOUBT_SMALL : 0);
    if (count > 1 && !isfinite(s.sd))
        e.doubts |= DS_DOUBT_INFINITE;
    else if (count > 1 && !ds_sample_varies(&s))
        e.doubts |= DS_DOUBT_EQUAL;
    e.doubts |= ds_doubts_of_mean(sorted, count, 1) & (DS_DOUBT_SKEWED | DS_DOUBT_HEAVY);
    if (e.doubts & DS_DOUBT_EQUAL)
        e.interval = (ds_interval){s.sd, s.sd};
    else if (count >= LEAST && isfinite(s.sd))
        e.interval = deviation_interval(sorted, count, s.sd, level);
    return e;
}

ds_estimate ds_estimate_welch(const ds_known_mean *a, const ds_known_mean *b, double level,
                              double *p)
{
    const double u = a->error * a->error, v = b->error * b->error, off = a->mean - b->mean;
    const double freedom =
        (u + v) * (u + v) / (u * u / ((double)a->count - 1) + v * v / ((double)b->count - 1));
    double half = NAN, chance = NAN;
    if (freedom > 0) {
        half = sqrt(u + v) * gsl_cdf_tdist_Pinv(0.5 + level / 2, freedom);
        chance = 2 * gsl_cdf_tdist_Q(fabs(off) / sqrt(u + v), freedom);
    } else if (u + v == 0) { /* both without any variation */
        half = 0;
        chance = off == 0;
    }
    if (p)
        *p = chance;
    return (ds_estimate){.value = off,
                         .interval = around(off, half),
                         .level = level,
                         .count = a->count + b->count,
                         .doubts = a->count < 2 || b->count < 2 ? DS_DOUBT_FEW : 0};
}

ds_estimate ds_estimate_difference(const double *a, size_t count_a, const double *b, size_t count_b,
                                   double level, double *p)
{
    const ds_sample x = ds_sample_of(a, count_a), y = ds_sample_of(b, count_b);
    const ds_known_mean u = {x.mean, x.error, x.count}, v = {y.mean, y.error, y.count};
    ds_estimate e = ds_estimate_welch(&u, &v, level, p);
    e.doubts |= ds_doubts_of_mean(a, count_a, 1) | ds_doubts_of_mean(b, count_b, 1);
    return e;
}
