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

static double sum_of_squares(const double *values, size_t count, double mean)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (values[i] - mean) * (values[i] - mean);
    return sum;
}

ds_summary ds_summarise(double *values, size_t count)
{
    ds_summary summary = {.mean = NAN, .error = NAN};
    for (size_t q = 0; q < DS_QUANTILES; q++)
        summary.quantile[q] = NAN;
    if (count == 0)
        return summary;
    const double n = (double)count;
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    summary.mean = sum / n;
    const double error = sqrt(sum_of_squares(values, count, summary.mean) / (n * (n - 1)));
    if (!isnan(error)) /* one bit pattern for NAN */
        summary.error = error;
    if (isnan(summary.mean))
        summary.mean = NAN;
    qsort(values, count, sizeof *values, ascending);
    for (size_t q = 0; q < DS_QUANTILES; q++)
        summary.quantile[q] = quantile(values, count, ds_quantiles[q]);
    return summary;
}
