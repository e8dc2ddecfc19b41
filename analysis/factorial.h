/*
 * Parts of the variance over a full factorial design, every combination of the values of its axes
 * once: which share of it an axis takes alone, and with all that it does together with others
 * (Sobol' indices of axes that take each of their values equally often; the analysis of variance of
 * Fisher 1925 without error). Exact for these points, so there is no interval.
 */
#ifndef DS_ANALYSIS_FACTORIAL_H
#define DS_ANALYSIS_FACTORIAL_H

#include <stddef.h>

/* output[product of count[axes]], the last axis fastest, without NAN. Fills first[axes] and
 * total[axes], NAN where nothing varies, and the mean and the variance over the points. */
void ds_factorial_of(const double *output, const size_t *count, size_t axes, double *first,
                     double *total, double *mean, double *variance);

#endif
