#include "interval.h"

#include "law.h"

#include <math.h>
#include <stdlib.h>

double ds_t_critical(size_t count, double level)
{
    return count < 2 ? NAN : ds_t_quantile(0.5 + level / 2, count - 1);
}

double ds_t_half_width(double error, size_t count, double level)
{
    return error * ds_t_critical(count, level);
}

int ds_ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return x == y ? !signbit(x) - !signbit(y) : (x > y) - (x < y);
}

size_t ds_sort(double *values, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i]))
            values[kept++] = values[i];
    if (kept)
        qsort(values, kept, sizeof *values, ds_ascending);
    return kept;
}

double ds_quantile(const double *sorted, size_t count, double share)
{
    if (count == 0)
        return NAN;
    const double at = share * (double)(count - 1);
    const size_t below = (size_t)at;
    if (below + 1 >= count)
        return sorted[count - 1];
    const double part = at - (double)below;
    const double value = (1 - part) * sorted[below] + part * sorted[below + 1];
    return isnan(value) ? sorted[(size_t)(at + 0.5)] : value; /* 0 times an infinity */
}

/* Least k with P(B <= k) >= p of a binomial B. */
static size_t binomial_quantile(size_t count, double share, double p)
{
    size_t low = 0, high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (ds_binomial_below(middle, share, count) >= p)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

ds_ranks ds_quantile_ranks(size_t count, double share, double level)
{
    const double tail = (1 - level) / 2;
    ds_ranks r = {.low = binomial_quantile(count, share, tail),
                  .high = binomial_quantile(count, share, 1 - tail) + 1};
    r.coverage = ds_binomial_below(r.high - 1, share, count);
    if (r.low > 0)
        r.coverage -= ds_binomial_below(r.low - 1, share, count);
    return r;
}

ds_interval ds_quantile_interval(const double *sorted, size_t count, double share, double level)
{
    const ds_ranks r = ds_quantile_ranks(count, share, level);
    return (ds_interval){.low = r.low > 0 ? sorted[r.low - 1] : -INFINITY,
                         .high = r.high <= count ? sorted[r.high - 1] : INFINITY};
}

/* The order-th largest is above the quantile where at most count - order values are below it. */
static double tolerance(size_t count, double share, size_t order)
{
    return count < order ? 0 : ds_binomial_below(count - order, share, count);
}

size_t ds_values_needed(double share, double level, size_t order)
{
    size_t low = order, high = order;
    while (tolerance(high, share, order) < level)
        high *= 2;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (tolerance(middle, share, order) >= level)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

ds_interval ds_wilson_of(double share, double trials, double critical)
{
    if (!(trials > 0) || !isfinite(critical))
        return (ds_interval){.low = 0, .high = 1};
    const double z = critical * critical / trials;
    const double centre = (share + z / 2) / (1 + z);
    const double half = sqrt(share * (1 - share) * z + z * z / 4) / (1 + z);
    return (ds_interval){.low = share > 0 ? fmax(centre - half, 0) : 0,
                         .high = share < 1 ? fmin(centre + half, 1) : 1};
}

ds_interval ds_wilson(size_t hits, size_t count, double level)
{
    const double n = (double)count;
    return ds_wilson_of(count ? (double)hits / n : NAN, n, ds_normal_quantile(0.5 + level / 2));
}

/* The probability under which at most `hits` of `count` are as likely as `tail`: by halving, since
 * the beta distribution's own inverse need not converge. */
static double least_likely(size_t hits, size_t count, double tail)
{
    double low = 0, high = 1;
    for (;;) {
        const double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high)
            return middle;
        if (ds_binomial_below(hits, middle, count) > tail)
            low = middle;
        else
            high = middle;
    }
}

ds_interval ds_clopper_pearson(size_t hits, size_t count, double level)
{
    const double tail = (1 - level) / 2;
    return (ds_interval){.low = hits > 0 ? 1 - least_likely(count - hits, count, tail) : 0,
                         .high = hits < count ? least_likely(hits, count, tail) : 1};
}
