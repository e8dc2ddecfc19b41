/*
 * Distribution functions and quantiles behind intervals. Whether a run goes on hangs on these, and
 * intervals are in results, so they are made of the operations of real.h alone: the same bits
 * everywhere, to 1e-13 of the value, or 1e-10 of
 * one for a million trials or degrees of freedom.
 */
#ifndef DS_CORE_LAW_H
#define DS_CORE_LAW_H

#include <stddef.h>

double ds_normal_below(double z); /* P(Z <= z) */
double ds_normal_above(double z);
double ds_normal_quantile(double p); /* of p in [0, 1] */

/* Of Student's t with so many degrees of freedom, at least 1; p in [0, 1]. */
double ds_t_below(double t, size_t freedom);
double ds_t_quantile(double p, size_t freedom);

/* P(B <= k), B the successes in `count` trials of probability `share`, in [0, 1]. */
double ds_binomial_below(size_t k, double share, size_t count);

#endif
