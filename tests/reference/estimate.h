/*
 * Figures of independent replicas against figures from outside: means and moments with their own
 * standard errors, and at most five of them off.
 */
#ifndef DS_TESTS_ESTIMATE_H
#define DS_TESTS_ESTIMATE_H

#include <check.h>
#include <math.h>
#include <stddef.h>

static const double estimate_most = 5; /* standard errors */

/* Debug builds look for other faults: they take one part in so many of a sample, and are as much
 * less sharp. */
#ifdef NDEBUG
enum { estimate_thrift = 1 };
#else
enum { estimate_thrift = 16 };
#endif

typedef struct estimate {
    double value, error;
} estimate;

static inline double sample_mean(const double *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return sum / (double)n;
}

/* Central moment k. */
static inline double sample_moment(const double *x, size_t n, int k)
{
    const double mean = sample_mean(x, n);
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += pow(x[i] - mean, k);
    return sum / (double)n;
}

static inline double sample_variance(const double *x, size_t n)
{
    return sample_moment(x, n, 2) * (double)n / (double)(n - 1);
}

static inline double sample_skewness(const double *x, size_t n)
{
    return sample_moment(x, n, 3) / pow(sample_moment(x, n, 2), 1.5);
}

static inline double sample_excess_kurtosis(const double *x, size_t n)
{
    return sample_moment(x, n, 4) / pow(sample_moment(x, n, 2), 2) - 3;
}

/* Any smooth statistic, by the jackknife that leaves out one of 40 groups (Quenouille 1949, Tukey
 * 1958). Groups are swapped to the end and back, so that the rest lies together. */
static inline estimate estimate_of(double (*of)(const double *x, size_t n), double *x, size_t n)
{
    enum { GROUPS = 40 };
    const size_t size = n / GROUPS, rest = size * (GROUPS - 1);
    const double all = of(x, size * GROUPS);
    double left_out[GROUPS];
    for (size_t g = 0; g < GROUPS; g++) {
        for (int twice = 0; twice < 2; twice++) {
            for (size_t i = 0; i < size; i++) {
                const double swapped = x[g * size + i];
                x[g * size + i] = x[rest + i];
                x[rest + i] = swapped;
            }
            if (twice == 0)
                left_out[g] = of(x, rest);
        }
    }
    return (estimate){all, sqrt((GROUPS - 1) * sample_moment(left_out, GROUPS, 2))};
}

/* `sharpest` is how small the error must be for the comparison to say anything, over the figure. */
static inline void estimate_agrees(estimate e, double expected, double sharpest, const char *what)
{
    const double largest = sharpest * sqrt(estimate_thrift) * fabs(expected);
    ck_assert_msg(e.error > 0 && e.error <= largest,
                  "%s: the standard error is %g, must be at most %g", what, e.error, largest);
    ck_assert_msg(fabs(e.value - expected) <= estimate_most * e.error,
                  "%s is %.8g, must be %.8g: %.2f standard errors", what, e.value, expected,
                  (e.value - expected) / e.error);
}

#endif
