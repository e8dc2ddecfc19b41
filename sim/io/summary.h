/*
 * Mean, standard error and quantiles of one quantity over replicas. Sums run in the order of the
 * replicas, so that they are the same bits on any schedule. Replicas that were not drawn one by one
 * come in groups, one after the other, and only groups are independent: the error of the mean is
 * that of the groups' means.
 */
#ifndef DS_IO_SUMMARY_H
#define DS_IO_SUMMARY_H

#include "layout.h"

typedef struct ds_summary {
    double quantile[DS_QUANTILES];
    double mean, error; /* NAN: no value; the error also of a single one */
} ds_summary;

/* Over the values of so many replicas, NAN where there is none; moves those that there are.
 * `group`: replicas a group. */
ds_summary ds_summarise(double *values, size_t replicas, size_t group);

/* Standard error of the mean from the groups none of whose values is NAN, and their number; NAN
 * below two. */
double ds_group_error(const double *values, size_t replicas, size_t group, size_t *groups);

#endif
