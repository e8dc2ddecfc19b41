/*
 * Intervals of a mean, a quantile and a probability from independent replicas: what the rule that
 * ends a run and whoever reads its result have in common. A level is the probability with which an
 * interval is meant to hold the true figure, in (0, 1). Everything is a pure function; where there
 * are too few values to say anything, a figure is NAN and an interval is open.
 */
#ifndef DS_CORE_INTERVAL_H
#define DS_CORE_INTERVAL_H

#include <stddef.h>

typedef struct ds_interval {
    double low, high; /* infinite where open */
} ds_interval;

/* ---- a mean ---- */

/* Standard errors, to each side of a mean, of Student's t interval; `count` independent values or
 * groups, NAN below two. */
double ds_t_critical(size_t count, double level);

/* Half the width of Student's t interval of a mean, in the unit of its standard error. */
double ds_t_half_width(double error, size_t count, double level);

/* ---- a quantile ---- */

/* For qsort(), of doubles without NANs: -0 before 0, as an order that leaves any two undecided is
 * completed by each C library in its own way. */
int ds_ascending(const void *a, const void *b);

/* Sorts ascending and drops NANs; returns how many are left. */
size_t ds_sort(double *values, size_t count);

/* Interpolated between order statistics (Hyndman & Fan 1996, definition 7), or the nearer of two
 * where one is infinite and the other is met; NAN of nothing. */
double ds_quantile(const double *sorted, size_t count, double share);

/* Order statistics, numbered from 1, between which the quantile lies with at least `level`,
 * whatever the distribution, half of the rest on each side (Hahn & Meeker 1991, 5.2). low 0 or high
 * count + 1: no value of the sample bounds it on that side. */
typedef struct ds_ranks {
    size_t low, high;
    double coverage; /* exact for a continuous distribution, at least that with ties */
} ds_ranks;

ds_ranks ds_quantile_ranks(size_t count, double share, double level);
ds_interval ds_quantile_interval(const double *sorted, size_t count, double share, double level);

/* Least number of values whose `order`-th largest is, with the confidence `level`, above the
 * quantile `share` (Wilks 1941); share and level in (0, 1), order from 1. */
size_t ds_values_needed(double share, double level, size_t order);

/* ---- a probability ---- */

/* From a share of so many trials, which need be no whole number; `critical` is the normal's or
 * Student's (Wilson 1927). [0, 1] of no trials. */
ds_interval ds_wilson_of(double share, double trials, double critical);
ds_interval ds_wilson(size_t hits, size_t count, double level);

/* Covers at least `level` whatever the probability (Clopper & Pearson 1934). */
ds_interval ds_clopper_pearson(size_t hits, size_t count, double level);

#endif
