#include "summary.h"

#include "sim/core/interval.h"

#include <math.h>
#include <stdlib.h>

/* ---- order statistics ---- */

enum { SMALL = 24, FALL = 64 };

static void sort_small(double *values, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const double value = values[i];
        size_t at = i;
        for (; at > 0 && values[at - 1] > value; at--)
            values[at] = values[at - 1];
        values[at] = value;
    }
}

static double middle_of(double a, double b, double c)
{
    if ((a < b) == (b < c))
        return b;
    return (a < b) == (a < c) ? (b < c ? c : b) : a;
}

/* Moves values so that none before the place that is returned is above one behind it; both sides
 * have some (Hoare 1961). */
static size_t split(double *values, size_t count)
{
    const double pivot = middle_of(values[0], values[count / 2], values[count - 1]);
    size_t low = 0, high = count - 1;
    for (;; low++, high--) {
        while (values[low] < pivot)
            low++;
        while (values[high] > pivot)
            high--;
        if (low >= high)
            return low > high ? low : low + 1;
        const double swapped = values[low];
        values[low] = values[high];
        values[high] = swapped;
    }
}

/* Puts the order statistics of these ranks, which ascend, where sorting would (Hoare's FIND, 1961,
 * for several). After too many bad splits it sorts. */
static void place(double *values, size_t count, const size_t *rank, size_t ranks, size_t skipped)
{
    for (int splits = 0; ranks > 0 && count > SMALL; splits++) {
        if (splits == FALL) {
            qsort(values, count, sizeof *values, ds_ascending);
            return;
        }
        const size_t left = split(values, count);
        size_t below = 0;
        while (below < ranks && rank[below] - skipped < left)
            below++;
        place(values, left, rank, below, skipped);
        values += left;
        count -= left;
        skipped += left;
        rank += below;
        ranks -= below;
    }
    if (ranks > 0)
        sort_small(values, count);
}

static void place_quantiles(double *values, size_t count)
{
    size_t rank[2 * DS_QUANTILES];
    for (size_t q = 0; q < DS_QUANTILES; q++) {
        rank[2 * q] = (size_t)(ds_quantiles[q] * (double)(count - 1));
        rank[2 * q + 1] = rank[2 * q] + (rank[2 * q] + 1 < count);
    }
    place(values, count, rank, sizeof rank / sizeof *rank, 0);
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
    place_quantiles(values, count);
    for (size_t q = 0; q < DS_QUANTILES; q++)
        summary.quantile[q] = ds_quantile(values, count, ds_quantiles[q]);
    return summary;
}
