/*
 * What a sample of replicas tells about a mean and about quantiles, and how surely. Replicas are
 * independent (or come in groups that are, which then count instead: sim/io/summary.h), so the
 * classical intervals apply, with their limits: the t interval of a mean covers less than it says
 * where replicas are few and their distribution is skewed, and means nothing where the variance is
 * infinite (a Pareto tail of index 2 or less); the interval of a quantile holds for any continuous
 * distribution, but has an open end when there are too few replicas for so extreme a quantile.
 */
#ifndef DS_ANALYSIS_STATS_H
#define DS_ANALYSIS_STATS_H

#include <stddef.h>

typedef struct ds_sample {
    size_t count;           /* values that are not NAN: only these are used */
    double mean, sd, error; /* sd of the values, standard error of the mean; NAN below two values */
} ds_sample;

ds_sample ds_sample_of(const double *values, size_t count);

/* Half the width of Student's t interval of a mean; NAN below two values. */
double ds_t_half_width(double error, size_t count, double level);

/* Sorts ascending and drops NANs; returns how many are left. */
size_t ds_sort(double *values, size_t count);

/* Interpolated between order statistics (Hyndman & Fan 1996, definition 7); NAN of nothing. */
double ds_quantile(const double *sorted, size_t count, double share);

/* Order statistics, numbered from 1, between which the quantile lies with at least `level`,
 * whatever the distribution, half of the rest on each side (Hahn & Meeker 1991, 5.2). low 0 or high
 * count + 1: no value of the sample bounds it on that side. */
typedef struct ds_ranks {
    size_t low, high;
    double coverage; /* exact */
} ds_ranks;

ds_ranks ds_quantile_ranks(size_t count, double share, double level);

typedef struct ds_interval {
    double low, high; /* infinite where open */
} ds_interval;

ds_interval ds_quantile_interval(const double *sorted, size_t count, double share, double level);

#endif
