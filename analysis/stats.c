#include "stats.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

/* Two passes, the second corrected by what is left of the mean (Chan, Golub & LeVeque 1983). */
ds_sample ds_sample_of(const double *values, size_t count)
{
    ds_sample s = {.mean = NAN, .sd = NAN, .error = NAN};
    double sum = 0, rest = 0, squares = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i])) {
            sum += values[i];
            s.count++;
        }
    if (s.count == 0)
        return s;
    const double n = (double)s.count, first = sum / n;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i])) {
            rest += values[i] - first;
            squares += (values[i] - first) * (values[i] - first);
        }
    s.mean = isfinite(first) ? first + rest / n : first;
    if (s.count < 2)
        return s;
    s.sd = sqrt((squares - rest * rest / n) / (n - 1));
    s.error = s.sd / sqrt(n);
    return s;
}

double ds_t_half_width(double error, size_t count, double level)
{
    if (count < 2)
        return NAN;
    return error * gsl_cdf_tdist_Pinv(0.5 + level / 2, (double)count - 1);
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

size_t ds_sort(double *values, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i]))
            values[kept++] = values[i];
    if (kept)
        qsort(values, kept, sizeof *values, ascending);
    return kept;
}

double ds_quantile(const double *sorted, size_t count, double share)
{
    return count ? gsl_stats_quantile_from_sorted_data(sorted, 1, count, share) : NAN;
}

/* Least k with P(B <= k) >= p of a binomial B. */
static size_t binomial_quantile(size_t count, double share, double p)
{
    size_t low = 0, high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (gsl_cdf_binomial_P((unsigned)middle, share, (unsigned)count) >= p)
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
    r.coverage = gsl_cdf_binomial_P((unsigned)(r.high - 1), share, (unsigned)count);
    if (r.low > 0)
        r.coverage -= gsl_cdf_binomial_P((unsigned)(r.low - 1), share, (unsigned)count);
    return r;
}

ds_interval ds_quantile_interval(const double *sorted, size_t count, double share, double level)
{
    const ds_ranks r = ds_quantile_ranks(count, share, level);
    return (ds_interval){.low = r.low > 0 ? sorted[r.low - 1] : -INFINITY,
                         .high = r.high <= count ? sorted[r.high - 1] : INFINITY};
}
