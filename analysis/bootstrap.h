/*
 * Intervals by resampling (Efron 1979), for figures that have no formula of their own. What is
 * drawn again and again, with replacement, are units that are independent of one another: replicas,
 * groups of them, rows of a design. Every resample has a random stream of its own, so that an
 * interval is the same bits whatever else is computed.
 */
#ifndef DS_ANALYSIS_BOOTSTRAP_H
#define DS_ANALYSIS_BOOTSTRAP_H

#include "sim/core/interval.h"
#include "sim/core/status.h"

#include <stdint.h>

enum { DS_BOOTSTRAP_RESAMPLES = 1999 };

typedef enum ds_bootstrap_method {
    DS_BOOTSTRAP_PERCENTILE, /* Efron 1979; first order, too narrow for few units */
    DS_BOOTSTRAP_BCA,        /* bias corrected and accelerated (Efron 1987); second order */
    DS_BOOTSTRAP_STUDENT,    /* figures over their errors (Hall 1988); second order, widest */
} ds_bootstrap_method;

typedef struct ds_bootstrap {
    ds_bootstrap_method method;
    uint64_t seed;    /* of the result that is looked at */
    uint32_t stream;  /* tells apart what is resampled under one seed */
    size_t resamples; /* 0: DS_BOOTSTRAP_RESAMPLES */
} ds_bootstrap;

typedef struct ds_figure {
    double value;
    double error; /* only for DS_BOOTSTRAP_STUDENT */
} ds_figure;

/* Computes figures of a sample in which unit u is met times[u] times. NAN: has none. */
typedef void ds_resampled(const uint32_t *times, size_t units, const void *data, ds_figure *figure);

typedef struct ds_resampling {
    ds_resampled *of;
    const void *data;
    size_t units, figures;
} ds_resampling;

/* figure[figures] of all units, once each, and interval[figures], open below two units. */
DS_MUST_CHECK bool ds_bootstrap_of(const ds_bootstrap *how, const ds_resampling *what, double level,
                                   ds_figure *figure, ds_interval *interval, ds_status *st);

/* Mean of values[units], for resampling; `data` is ds_mean_data. */
typedef struct ds_mean_data {
    const double *values;
} ds_mean_data;
void ds_resampled_mean(const uint32_t *times, size_t units, const void *data, ds_figure *figure);

#endif
