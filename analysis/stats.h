/*
 * What a sample of replicas is like: mean, deviation, skewness, tail. How surely a mean is known
 * depends on which replicas are independent: all of them, or groups that follow one another
 * (antithetic pairs; the points of one scrambling). NAN is no value.
 */
#ifndef DS_ANALYSIS_STATS_H
#define DS_ANALYSIS_STATS_H

#include "sim/core/interval.h"

#include <stdbool.h>

typedef struct ds_sample {
    size_t count;    /* values that are not NAN: only these are used */
    size_t groups;   /* that have a value: independent of one another */
    double mean;     /* of all values */
    double sd;       /* of the values (n - 1); NAN below two */
    double error;    /* standard error of the mean; NAN below two groups */
    double skewness; /* of what is independent, g1 = m3 / m2^1.5; 0 where all is equal */
} ds_sample;

/* Independent values. */
ds_sample ds_sample_of(const double *values, size_t count);

/* `group` values at a time are dependent, the last group may be short. The error is that of a ratio
 * of group sums and group counts, so that values may be missing (Cochran 1977, 6.9 and 11.8);
 * without gaps, that of the mean of group means. */
ds_sample ds_sample_grouped(const double *values, size_t count, size_t group);

/* Whether values differ by more than rounding. */
bool ds_sample_varies(const ds_sample *sample);

/* Of values in a row with their followers, lag 1 (as NIST certifies it); NAN below two. */
double ds_autocorrelation(const double *values, size_t count);

/* Gini coefficient of values >= 0 (Gini 1912), corrected for a sample by n / (n - 1); NAN below two
 * or where all are zero. */
double ds_gini(const double *sorted, size_t count);

/* Index of the tail above `sorted[count - 1 - beyond]`, which must be positive: 1 / mean log excess
 * (Hill 1975). The variance is infinite where it is at most 2. */
double ds_hill(const double *sorted, size_t count, size_t beyond);

/* Shape of the generalised Pareto distribution of `excesses` > 0, ascending, by the quasi-Bayesian
 * estimate of Zhang & Stephens (2009): 1 / tail index, above 0.5 where the variance is infinite.
 * Unlike Hill's it does not depend on where zero is. NAN below five. */
double ds_tail_shape(const double *excesses, size_t count);

#endif
