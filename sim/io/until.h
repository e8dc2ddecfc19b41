/*
 * A rule that ends a run once an estimate is sure enough: which number of each replica, which
 * statistic of it, and how narrow its interval is to be.
 */
#ifndef DS_IO_UNTIL_H
#define DS_IO_UNTIL_H

#include <stdbool.h>
#include <stddef.h>

typedef enum ds_statistic { DS_STAT_MEAN, DS_STAT_QUANTILE, DS_STAT_PROBABILITY } ds_statistic;

typedef struct ds_until {
    ds_statistic statistic;
    double level;     /* of a quantile, in (0, 1) */
    double threshold; /* of a probability: values above it count, or those below */
    bool below;
    double half_width; /* at most this, in the metric's unit, or as a share of the estimate */
    bool relative;
    double confidence; /* in (0.5, 1) */
    size_t min_replicas, max_replicas;
} ds_until;

#endif
