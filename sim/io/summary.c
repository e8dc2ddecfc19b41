#include "summary.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Linear interpolation between order statistics; next to an infinity that has no meaning, and the
 * nearer of the two is taken. */
static double quantile(const double *sorted, size_t count, double share)
{
    const double value = gsl_stats_quantile_from_sorted_data(sorted, 1, count, share);
    return isnan(value) ? sorted[(size_t)(share * (double)(count - 1) + 0.5)] : value;
}

/* NAN when one of them is. */
static double mean_of(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum / (double)count;
}

static bool any_nan(const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (isnan(values[i]))
            return true;
    return false;
}

double ds_group_error(const double *values, size_t replicas, size_t group, size_t *groups)
{
    double sum = 0, squares = 0;
    size_t count = 0;
    for (size_t i = 0; i + group <= replicas; i += group)
        if (!any_nan(values + i, group)) {
            sum += mean_of(values + i, group);
            count++;
        }
    const double n = (double)count, mean = sum / n;
    for (size_t i = 0; i + group <= replicas; i += group)
        if (!any_nan(values + i, group)) {
            const double off = mean_of(values + i, group) - mean;
            squares += off * off;
        }
    *groups = count;
    const double error = sqrt(squares / (n * (n - 1)));
    return isnan(error) ? NAN : error; /* one bit pattern for NAN */
}

static size_t drop_nans(double *values, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i]))
            values[kept++] = values[i];
    return kept;
}

ds_summary ds_summarise(double *values, size_t replicas, size_t group)
{
    ds_summary summary = {.mean = NAN};
    size_t groups;
    summary.error = ds_group_error(values, replicas, group, &groups);
    const size_t count = drop_nans(values, replicas);
    for (size_t q = 0; q < DS_QUANTILES; q++)
        summary.quantile[q] = NAN;
    if (count == 0)
        return summary;
    const double mean = mean_of(values, count);
    if (!isnan(mean))
        summary.mean = mean;
    qsort(values, count, sizeof *values, ascending);
    for (size_t q = 0; q < DS_QUANTILES; q++)
        summary.quantile[q] = quantile(values, count, ds_quantiles[q]);
    return summary;
}
