#include "stats.h"

#include "sim/core/real.h"

#include <math.h>

/* Sums of the values of a group that are there, less a number near their mean. */
typedef struct group_sum {
    double count, sum, squares;
} group_sum;

static group_sum sum_of(const double *values, size_t count, double centre)
{
    group_sum g = {0};
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i])) {
            const double off = values[i] - centre;
            g.count++;
            g.sum += off;
            g.squares += off * off;
        }
    return g;
}

/* Second and third moments of group sums about what their counts make one expect. */
static void take_groups(ds_sample *s, const double *values, size_t count, size_t group)
{
    double squares = 0, cubes = 0;
    for (size_t i = 0; i < count; i += group) {
        const size_t size = count - i < group ? count - i : group;
        const group_sum g = sum_of(values + i, size, s->mean);
        squares += g.sum * g.sum;
        cubes += g.sum * g.sum * g.sum;
        s->groups += g.count > 0;
    }
    const double n = (double)s->groups;
    if (s->groups > 1)
        s->error = sqrt(squares * n / (n - 1)) / (double)s->count;
    s->skewness = squares > 0 ? cubes / n / ds_pow(squares / n, 1.5) : 0;
}

/* Two passes, the second corrected by what is left of the mean (Chan, Golub & LeVeque 1983). */
ds_sample ds_sample_grouped(const double *values, size_t count, size_t group)
{
    ds_sample s = {.mean = NAN, .sd = NAN, .error = NAN, .skewness = NAN};
    const group_sum all = sum_of(values, count, 0);
    if (all.count == 0)
        return s;
    const double n = all.count, first = all.sum / n;
    const group_sum rest = sum_of(values, count, first);
    s.count = (size_t)n;
    s.mean = isfinite(first) ? first + rest.sum / n : first;
    const double squares = rest.squares - rest.sum * rest.sum / n;
    if (s.count > 1)
        s.sd = sqrt(squares < 0 ? 0 : squares / (n - 1)); /* below 0 by rounding only */
    take_groups(&s, values, count, group > 0 ? group : 1);
    return s;
}

ds_sample ds_sample_of(const double *values, size_t count)
{
    ds_sample s = ds_sample_grouped(values, count, 1);
    s.error = s.sd / sqrt((double)s.count); /* the same, less one rounding */
    return s;
}

bool ds_sample_varies(const ds_sample *s)
{
    return s->sd > 1e-14 * fabs(s->mean);
}

double ds_autocorrelation(const double *values, size_t count)
{
    const double mean = ds_sample_of(values, count).mean;
    double products = 0, squares = 0;
    if (count < 2)
        return NAN;
    for (size_t i = 0; i < count; i++) {
        squares += (values[i] - mean) * (values[i] - mean);
        if (i > 0)
            products += (values[i] - mean) * (values[i - 1] - mean);
    }
    return products / squares;
}

double ds_gini(const double *sorted, size_t count)
{
    const double n = (double)count;
    double sum = 0, ranked = 0;
    for (size_t i = 0; i < count; i++) {
        sum += sorted[i];
        ranked += (2 * (double)i + 1 - n) * sorted[i];
    }
    return count > 1 && sum > 0 ? ranked / ((n - 1) * sum) : NAN;
}

double ds_hill(const double *sorted, size_t count, size_t beyond)
{
    double sum = 0;
    if (beyond == 0 || beyond >= count || !(sorted[count - 1 - beyond] > 0))
        return NAN;
    const double threshold = ds_log(sorted[count - 1 - beyond]);
    for (size_t i = count - beyond; i < count; i++)
        sum += ds_log(sorted[i]) - threshold;
    return (double)beyond / sum;
}

/* Mean of log(1 - b x): minus the shape that belongs to the scale parameter b. */
static double mean_log(const double *x, size_t n, double b)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += ds_log1p(-b * x[i]);
    return sum / (double)n;
}

/* Zhang & Stephens' grid over b and its profile likelihood; the shape of their `k` has the other
 * sign. */
double ds_tail_shape(const double *x, size_t n)
{
    enum { MOST = 512 };
    double b[MOST], likelihood[MOST], largest = -INFINITY, weights = 0, mean = 0;
    if (n < 5 || !(x[0] >= 0) || !(x[n - 1] > 0) || !isfinite(x[n - 1]))
        return NAN;
    const size_t points = 30 + (size_t)sqrt((double)n) < MOST ? 30 + (size_t)sqrt((double)n) : MOST;
    const double quartile = x[(size_t)((double)n / 4 + 0.5) - 1];
    const double unit = quartile > 0 ? quartile : x[n - 1] / (double)n;
    for (size_t i = 0; i < points; i++) {
        b[i] = 1 / x[n - 1] + (1 - sqrt((double)points / ((double)i + 0.5))) / (3 * unit);
        const double k = mean_log(x, n, b[i]);
        likelihood[i] = (double)n * (ds_log(-b[i] / k) - k - 1);
        largest = fmax(largest, likelihood[i]);
    }
    for (size_t i = 0; i < points; i++) {
        const double w = isnan(likelihood[i]) ? 0 : ds_exp(likelihood[i] - largest);
        weights += w;
        mean += w > 0 ? w * b[i] : 0;
    }
    return mean_log(x, n, mean / weights);
}
