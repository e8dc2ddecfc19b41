/*
 * The interest of a lending market: a curve over utilization whose level moves, faster the further
 * utilization is from its target (Morpho, AdaptiveCurveIRM). Pure arithmetic on rates in 1/yr and
 * times in years; who owes what is lending.c's.
 */
#ifndef DS_DIEM_INTEREST_H
#define DS_DIEM_INTEREST_H

#include "config.h"

/* Utilization from its target, over what there is on that side: -1 at 0, 0 at the target, 1 at 1.
 */
double ds_interest_error(const ds_interest_config *c, double utilization);

/* Rate at a utilization so far from the target; `level` is the rate at the target. Between
 * level / steepness and level * steepness. */
double ds_interest_curve(const ds_interest_config *c, double level, double error);

/* Moves *level over `years` by exp(speed * error * years), within its bounds, and returns the mean
 * rate of that time: the contract's trapezoidal rule over two halves. */
double ds_interest_adapt(const ds_interest_config *c, double *level, double error, double years);

/* Growth of a debt at `rate` over `years`, less 1: the first three terms of exp (Morpho Blue,
 * wTaylorCompounded). */
double ds_interest_compounded(double rate, double years);

/* What a liquidator gets for a dollar repaid: min(1.15, 1 / (1 - 0.3 (1 - lltv))) (Morpho Blue). */
double ds_liquidation_incentive(double lltv);

#endif
