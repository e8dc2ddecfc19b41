/*
 * Time to an event, one time a replica or never: the share of replicas that have been spared so far
 * (Kaplan & Meier 1958). Where every replica was seen as long as the others this is a plain share,
 * with the interval of one; where some were seen for a shorter time the interval is Greenwood's on
 * the scale of log(-log S) (Greenwood 1926; Kalbfleisch & Prentice 2002, 1.4). Intervals hold at
 * one time each, not along the whole curve.
 */
#ifndef DS_ANALYSIS_SURVIVAL_H
#define DS_ANALYSIS_SURVIVAL_H

#include "estimate.h"
#include "sim/core/status.h"

#include <stdbool.h>

typedef struct ds_survival_step {
    double time; /* from here on, until the next step */
    size_t at_risk, events;
    double survival; /* probability that the event comes later than `time` */
    double error;    /* Greenwood's standard error */
    ds_interval interval;
} ds_survival_step;

typedef struct ds_survival {
    size_t count, events; /* replicas; of these, with an event that was seen */
    bool censored;        /* some were seen for a shorter time than the last event takes */
    double level;
    size_t steps; /* the first at time 0, where no event has been; then one a time of events */
    ds_survival_step *step;
} ds_survival;

/* time[count]: of the event, from 0; NAN or infinite: it was not seen. until[count]: how long a
 * replica was seen; NULL: all to the same horizon. An event after that was not seen. */
DS_MUST_CHECK bool ds_survival_of(ds_survival *survival, const double *time, const double *until,
                                  size_t count, double level, ds_status *st);
void ds_survival_free(ds_survival *survival);

/* Probability that the event comes later than `time`. Beyond the last time at which a censored
 * replica was seen the curve just goes on. */
ds_estimate ds_survival_at(const ds_survival *survival, double time);

/* Time by which a share of replicas has had the event, 0.5: the median; INFINITY where so many have
 * not been seen to. The interval is that of times at which the curve's holds 1 - share (Brookmeyer
 * & Crowley 1982). */
ds_estimate ds_survival_time(const ds_survival *survival, double share);

#endif
