/*
 * The statistics of the rule that ends a run: from the values of the first n replicas, an interval,
 * and how many replicas to have before looking again. Nothing but the values in their order
 * decides.
 *
 * Who looks often and stops when the interval happens to be narrow gets intervals that hold the
 * true figure too seldom. So there are few looks, each planned from what is known then: half of the
 * way that seems to be left, then the rest (Hall 1981, three stages), and what looking costs is
 * added to the interval, the more the more skewed the values are.
 *
 * Simulated at 90, 95 and 99 %, intervals hold at most a point less than they say, for means of
 * normal, uniform, exponential values and waits, for probabilities from 0.002 on and for quantiles.
 * Where values are more skewed and some 100 replicas seem enough, they hold less: 1.4 points of a
 * lognormal of sigma 0.8, 3 of sigma 1; `doubtful` sees only some of these, since runs that stop
 * early look less skewed than they are.
 */
#ifndef DS_RUN_STOPPING_H
#define DS_RUN_STOPPING_H

#include "sim/core/status.h"
#include "sim/io/until.h"

typedef struct ds_estimate_now {
    double estimate, low, high, half_width; /* NAN and open where there is nothing to tell */
    size_t values;                          /* that are not NAN */
    bool doubtful; /* so skewed that the interval may cover less than it says: Cochran 1977, 2.15 */
    bool unvaried; /* a mean of values that are all equal, which does not show that none differs */
} ds_estimate_now;

/* From the values of `count` replicas, NAN where one failed. */
DS_MUST_CHECK bool ds_until_look(const ds_until *until, const double *values, size_t count,
                                 ds_estimate_now *now, ds_status *st);

/* Whether it is as narrow as was asked. */
bool ds_until_reached(const ds_until *until, const ds_estimate_now *now);

/* Replicas before the first look, and before the next: whole steps, at most max_replicas. 0: no
 * more are needed, or there are no more. */
size_t ds_until_first(const ds_until *until, size_t step);
size_t ds_until_next(const ds_until *until, const ds_estimate_now *now, size_t count, size_t step);

#endif
