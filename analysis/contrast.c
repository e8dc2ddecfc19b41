#include "contrast.h"

#include "bootstrap.h"
#include "paired.h"
#include "stats.h"

#include "sim/core/real.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Value and error to an interval, p and the error of one pair; `critical` errors to each side. */
static ds_contrast around(double value, double error, size_t count, double critical, double level)
{
    ds_contrast c = {.difference = ds_estimate_none(level, 0),
                     .relative = ds_estimate_none(level, 0),
                     .p = NAN,
                     .sd = error * sqrt((double)count)};
    c.difference.value = value;
    c.difference.count = c.relative.count = count;
    if (isfinite(value) && isfinite(error * critical))
        c.difference.interval = (ds_interval){value - critical * error, value + critical * error};
    return c;
}

/* ---- what does not vary ---- */

void ds_contrast_unvaried(ds_contrast *c, double p)
{
    c->p = p;
    if (p > 1 - c->difference.level)
        c->difference.interval = c->relative.interval = (ds_interval){-INFINITY, INFINITY};
}

/* That of all ways to share out so many values none puts the two further apart, twice. */
static double unvaried_p(double count_a, double count_b)
{
    return fmin(1, 2 * ds_exp(ds_lgamma(count_a + 1) + ds_lgamma(count_b + 1) -
                              ds_lgamma(count_a + count_b + 1)));
}

/* ---- means ---- */

ds_contrast ds_contrast_known(const ds_known_mean *a, const ds_known_mean *b, double level)
{
    const double variance = a->error * a->error + b->error * b->error;
    ds_contrast c = {.a = a->mean, .b = b->mean};
    c.difference = ds_estimate_welch(a, b, level, &c.p);
    c.relative = c.difference;
    c.relative.value = b->mean != 0 ? a->mean / b->mean - 1 : NAN;
    const double half = c.difference.interval.high - c.difference.value;
    c.relative.interval = ds_ratio_interval(a, b, 0, variance > 0 ? half / sqrt(variance) : 0);
    c.sd = sqrt(variance * (double)(a->count < b->count ? a->count : b->count));
    if (variance == 0 && c.difference.value != 0 && c.p == 0)
        ds_contrast_unvaried(&c, unvaried_p((double)a->count, (double)b->count));
    return c;
}

ds_contrast ds_contrast_means(const double *a, size_t count_a, const double *b, size_t count_b,
                              size_t group, double level)
{
    const ds_sample x = ds_sample_grouped(a, count_a, group);
    const ds_sample y = ds_sample_grouped(b, count_b, group);
    const ds_known_mean u = {x.mean, x.error, x.groups}, v = {y.mean, y.error, y.groups};
    ds_contrast c = ds_contrast_known(&u, &v, level);
    const size_t fewer = x.count < y.count ? x.count : y.count;
    c.sd = sqrt((x.error * x.error + y.error * y.error) * (double)fewer);
    c.difference.count = c.relative.count = x.count + y.count;
    c.difference.doubts |=
        ds_doubts_of_mean(a, count_a, group) | ds_doubts_of_mean(b, count_b, group);
    return c;
}

/* ---- probabilities ---- */

/* Below, single replicas make the figure, and what is said must be exact. */
enum { EXTREME = 5 };

static double normal_critical(double level)
{
    return gsl_cdf_ugaussian_Pinv(0.5 + level / 2);
}

static double normal_p(double off, double error)
{
    return error > 0 ? 2 * gsl_cdf_ugaussian_Q(fabs(off) / error) : off == 0;
}

/* No difference of probabilities is beyond -1 or 1. */
static ds_interval within(ds_interval i)
{
    return (ds_interval){fmax(i.low, -1), fmin(i.high, 1)};
}

static ds_contrast no_shares(double level)
{
    ds_contrast c = around(NAN, NAN, 0, NAN, level);
    c.a = c.b = NAN;
    c.difference.doubts = DS_DOUBT_FEW;
    return c;
}

/* Of two probabilities of so many trials each, surely enough for both together. */
static ds_interval apart(const double hits[2], const double trials[2], double level)
{
    const double both = 1 - (1 - level) / 2;
    const ds_interval a = ds_clopper_pearson((size_t)hits[0], (size_t)trials[0], both);
    const ds_interval b = ds_clopper_pearson((size_t)hits[1], (size_t)trials[1], both);
    return (ds_interval){a.low - b.high, a.high - b.low};
}

/* McNemar's exact test: a coin for each pair that differs. */
static double coin_p(double more, double less)
{
    const double fewer = fmin(more, less);
    return fmin(1, 2 * gsl_cdf_binomial_P((unsigned)fewer, 0.5, (unsigned)(more + less)));
}

/* Fisher's exact test, twice the smaller side. */
static double fisher_p(const double hits[2], const double trials[2])
{
    const unsigned x = (unsigned)hits[0], m = (unsigned)trials[0], n = (unsigned)trials[1];
    const unsigned all = (unsigned)(hits[0] + hits[1]);
    const double low = gsl_cdf_hypergeometric_P(x, all, m + n - all, m);
    const double high = x > 0 ? gsl_cdf_hypergeometric_Q(x - 1, all, m + n - all, m) : 1;
    return fmin(1, 2 * fmin(low, high));
}

ds_contrast ds_contrast_share_pairs(const double *a, const double *b, size_t count, double level)
{
    double n = 0, more = 0, less = 0, hits_a = 0, hits_b = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(a[i]) && !isnan(b[i])) {
            n++;
            more += a[i] > b[i];
            less += a[i] < b[i];
            hits_a += a[i];
            hits_b += b[i];
        }
    if (n == 0)
        return no_shares(level);
    const double off = more - less, added = n + 2;
    const double error = sqrt(more + less + 1 - off * off / added) / added;
    ds_contrast c = around(off / added, error, (size_t)n, normal_critical(level), level);
    c.p = normal_p(off / added, error);
    c.a = hits_a / n;
    c.b = hits_b / n;
    c.difference.value = off / n;
    c.difference.interval = within(c.difference.interval);
    c.difference.doubts = more + less > 0 && more + less < EXTREME ? DS_DOUBT_EXTREME : 0;
    if (more + less < EXTREME) {
        c.difference.interval =
            apart((const double[2]){more, less}, (const double[2]){n, n}, level);
        c.p = coin_p(more, less);
    }
    return c;
}

static double hits_of(const double *values, size_t count, double *trials)
{
    const ds_sample s = ds_sample_of(values, count);
    *trials = (double)s.count;
    return s.count > 0 ? s.mean * (double)s.count : 0;
}

ds_contrast ds_contrast_shares(const double *a, size_t count_a, const double *b, size_t count_b,
                               double level)
{
    double m, n;
    const double x = hits_of(a, count_a, &m), y = hits_of(b, count_b, &n);
    if (m == 0 || n == 0)
        return no_shares(level);
    const double p = (x + 1) / (m + 2), q = (y + 1) / (n + 2);
    const double error = sqrt(p * (1 - p) / (m + 2) + q * (1 - q) / (n + 2));
    const size_t fewer = (size_t)fmin(m, n);
    ds_contrast c = around(p - q, error, fewer, normal_critical(level), level);
    c.p = normal_p(p - q, error);
    c.a = x / m;
    c.b = y / n;
    c.difference.value = c.a - c.b;
    c.difference.interval = within(c.difference.interval);
    c.difference.count = (size_t)(m + n);
    c.difference.doubts = fmin(x + y, m + n - x - y) < EXTREME ? DS_DOUBT_EXTREME : 0;
    if (fmin(x + y, m + n - x - y) < EXTREME) {
        c.difference.interval = apart((const double[2]){x, y}, (const double[2]){m, n}, level);
        c.p = fisher_p((const double[2]){x, y}, (const double[2]){m, n});
    }
    return c;
}

/* ---- quantiles ---- */

enum { RESAMPLES = 999, SMALL = 30 };

typedef struct place {
    double value;
    size_t unit;
} place;

/* One sample or two, sorted, each value with the unit that it is drawn with. */
typedef struct drawn {
    place *sample[2];
    size_t count[2], units; /* units: replicas or groups of them that have a value */
    double share;
} drawn;

static int by_value(const void *a, const void *b)
{
    const place *const x = a, *const y = b;
    return x->value != y->value ? (x->value > y->value) - (x->value < y->value)
                                : (x->unit > y->unit) - (x->unit < y->unit);
}

/* As ds_quantile, of values that are met times[unit] times. */
static double weighted_quantile(const place *sorted, size_t count, const uint32_t *times,
                                double share)
{
    double total = 0, below = 0, low = NAN;
    for (size_t i = 0; i < count; i++)
        total += times[sorted[i].unit];
    if (total == 0)
        return NAN;
    const double rank = share * (total - 1), whole = floor(rank), part = rank - whole;
    for (size_t i = 0; i < count; i++) {
        below += times[sorted[i].unit];
        if (isnan(low) && below > whole)
            low = sorted[i].value;
        if (below > whole + 1 || (below > whole && part == 0))
            return part == 0 || low == sorted[i].value ? low : low + part * (sorted[i].value - low);
    }
    return low;
}

/* a, b, a - b, a / b - 1; of one sample the first only. */
enum { FIGURES = 4 };

static void quantile_figures(const uint32_t *times, size_t units, const void *data,
                             ds_figure *figure)
{
    const drawn *const d = data;
    (void)units;
    const double a = weighted_quantile(d->sample[0], d->count[0], times, d->share);
    figure[0].value = a;
    if (!d->sample[1])
        return;
    const double b = weighted_quantile(d->sample[1], d->count[1], times, d->share);
    figure[1].value = b;
    figure[2].value = a - b;
    figure[3].value = b != 0 ? a / b - 1 : NAN;
}

/* Values as a sample, and room for as many; those without a value in either are left out, and so
 * are units that have none: they tell nothing. */
static bool take_sample(drawn *d, int which, const double *values, const double *other,
                        size_t count, size_t group)
{
    place *const places = calloc(count + 1, sizeof *places);
    size_t kept = 0, last = 0;
    d->units = 0;
    for (size_t i = 0; places && i < count; i++) {
        if (isnan(values[i]) || (other && isnan(other[i])))
            continue;
        if (d->units == 0 || i / group != last)
            d->units++;
        last = i / group;
        places[kept++] = (place){values[i], d->units - 1};
    }
    if (places)
        qsort(places, kept, sizeof *places, by_value);
    d->sample[which] = places;
    d->count[which] = kept;
    return places != NULL;
}

static bool in_steps(const drawn *d)
{
    for (size_t s = 0; s < 2 && d->sample[s]; s++)
        for (size_t i = 1; i < d->count[s]; i++)
            if (d->sample[s][i].value == d->sample[s][i - 1].value)
                return true;
    return false;
}

/* Half the middle of resamples; of values in steps the farther half, since all may be on one side.
 */
static double error_of(const drawn *d, double value, ds_interval i, double middle)
{
    const double half = (i.high - i.low) / 2;
    return (in_steps(d) ? fmax(i.high - value, value - i.low) : half) / normal_critical(middle);
}

/* Figures with errors, from the middle of resamples. */
static bool draw_middle(const drawn *d, const ds_contrast_quantile *how, double middle,
                        ds_figure figure[FIGURES], ds_status *st)
{
    ds_interval interval[FIGURES];
    const ds_bootstrap by = {.method = DS_BOOTSTRAP_PERCENTILE,
                             .seed = how->seed,
                             .stream = how->stream,
                             .resamples = RESAMPLES};
    const ds_resampling what = {quantile_figures, d, d->units, d->sample[1] ? FIGURES : 1};
    if (!ds_bootstrap_of(&by, &what, middle, figure, interval, st))
        return false;
    for (size_t f = 0; f < what.figures; f++)
        figure[f].error = error_of(d, figure[f].value, interval[f], middle);
    return true;
}

/* From the middle 95 %, or nearly all where these do not vary. */
static bool draw(const drawn *d, const ds_contrast_quantile *how, ds_figure figure[FIGURES],
                 ds_status *st)
{
    const size_t figures = d->sample[1] ? FIGURES : 1;
    ds_figure wider[FIGURES];
    bool steps = false;
    if (!draw_middle(d, how, 0.95, figure, st))
        return false;
    for (size_t f = 0; f < figures; f++)
        steps = steps || figure[f].error == 0;
    if (steps && !draw_middle(d, how, 0.999, wider, st))
        return false;
    for (size_t f = 0; steps && f < figures; f++)
        if (figure[f].error == 0)
            figure[f] = wider[f];
    return true;
}

static unsigned quantile_doubts(size_t count, size_t units, const ds_contrast_quantile *how)
{
    const ds_ranks r = ds_quantile_ranks(count, how->share, how->level);
    return (units < 2 ? DS_DOUBT_FEW : 0) | (units < SMALL ? DS_DOUBT_SMALL : 0) |
           (r.low == 0 || r.high > count ? DS_DOUBT_THIN : 0);
}

/* Of figure[FIGURES] from so many values, in so many independent units. */
static ds_contrast contrast_of(const ds_figure *figure, size_t count, size_t units, double level)
{
    const double critical = ds_t_critical(units, level);
    const ds_figure off = figure[2], ratio = figure[3];
    ds_contrast c = around(off.value, off.error, count, critical, level);
    c.a = figure[0].value;
    c.b = figure[1].value;
    if (units >= 2 && off.error == 0 && off.value == 0)
        c.p = 1;
    else if (units >= 2 && isfinite(off.error))
        c.p = 2 * gsl_cdf_tdist_Q(fabs(off.value) / off.error, (double)units - 1);
    if (fabs(c.b) > critical * figure[1].error && isfinite(ratio.value)) {
        c.relative.value = ratio.value;
        c.relative.interval = (ds_interval){ratio.value - critical * ratio.error,
                                            ratio.value + critical * ratio.error};
    }
    return c;
}

static size_t group_of(const ds_contrast_quantile *how)
{
    return how->group > 0 ? how->group : 1;
}

bool ds_contrast_quantile_pairs(ds_contrast *contrast, const double *a, const double *b,
                                size_t count, const ds_contrast_quantile *how, ds_status *st)
{
    ds_figure figure[FIGURES];
    drawn d = {.share = how->share};
    const bool ok =
        take_sample(&d, 0, a, b, count, group_of(how)) &&
                take_sample(&d, 1, b, a, count, group_of(how))
            ? draw(&d, how, figure, st)
            : ds_fail(st, DS_E_SYSTEM, "no memory for the quantiles of %zu pairs", count);
    if (ok) {
        *contrast = contrast_of(figure, d.count[0], d.units, how->level);
        if (d.units >= 2 && figure[2].error == 0 && figure[2].value != 0)
            ds_contrast_unvaried(contrast, ds_pow(2, 1 - (double)d.units));
        contrast->difference.doubts = quantile_doubts(d.count[0], d.units, how);
    }
    free(d.sample[0]);
    free(d.sample[1]);
    return ok;
}

/* What is known of one sample: its quantile, values and units. */
typedef struct known {
    ds_figure figure;
    size_t count, units;
} known;

static bool alone(const double *values, size_t count, const ds_contrast_quantile *how, known *k,
                  ds_status *st)
{
    drawn d = {.share = how->share};
    ds_figure all[FIGURES];
    const bool ok = take_sample(&d, 0, values, NULL, count, group_of(how))
                        ? draw(&d, how, all, st)
                        : ds_fail(st, DS_E_SYSTEM, "no memory for a quantile of %zu values", count);
    if (ok)
        *k = (known){all[0], d.count[0], d.units};
    free(d.sample[0]);
    return ok;
}

bool ds_contrast_quantiles(ds_contrast *contrast, const double *a, size_t count_a, const double *b,
                           size_t count_b, const ds_contrast_quantile *how, ds_status *st)
{
    known x, y;
    ds_figure f[FIGURES];
    if (!alone(a, count_a, how, &x, st) || !alone(b, count_b, how, &y, st))
        return false;
    const size_t fewer = x.units < y.units ? x.units : y.units;
    const size_t count = x.count < y.count ? x.count : y.count;
    f[0] = x.figure;
    f[1] = y.figure;
    f[2] = (ds_figure){f[0].value - f[1].value, ds_hypot(f[0].error, f[1].error)};
    f[3].value = f[1].value != 0 ? f[0].value / f[1].value - 1 : NAN;
    f[3].error = fabs(f[3].value + 1) *
                 ds_hypot(f[0].error / f[0].value, f[1].error / f[1].value); /* first order */
    *contrast = contrast_of(f, count, fewer, how->level);
    if (fewer >= 2 && f[2].error == 0 && f[2].value != 0)
        ds_contrast_unvaried(contrast, unvaried_p((double)x.units, (double)y.units));
    contrast->difference.count = x.count + y.count;
    contrast->difference.doubts = quantile_doubts(count, fewer, how);
    return true;
}
