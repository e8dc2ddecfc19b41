/*
 * Mean, standard error and quantiles of one quantity over replicas. Sums run in the order of the
 * replicas, so that they are the same bits on any schedule.
 */
#ifndef DS_IO_SUMMARY_H
#define DS_IO_SUMMARY_H

#include "layout.h"

typedef struct ds_summary {
    double quantile[DS_QUANTILES];
    double mean, error; /* NAN: no value; the error also of a single one */
} ds_summary;

/* Over `count` values that are not NAN; sorts them. */
ds_summary ds_summarise(double *values, size_t count);

#endif
