/*
 * When trouble first shows.
 *
 * A signal: the first time at which a metric leaves its baseline band to stay outside on one side
 * for `lasting` days. With a baseline (the same replicas, without what the point does) the band is
 * that of 5 to 95 % of the baseline's replicas at the same time. What the baseline's replica of the
 * same number does itself does not count, since both met the same random numbers, unless none of
 * the baseline's goes so far: so nothing is a signal before the two part. How often the band is
 * left without any cause is told by the baseline's own replicas. Without a baseline the band is
 * that of 5 to 95 % of the replica's own values before `window`, and what is looked at comes later:
 * a metric with a trend then leaves it by the trend alone.
 *
 * A signature: clues of the model's guide that hold together (sim/core/guide.h).
 */
#ifndef DS_ANALYSIS_SIGNALS_H
#define DS_ANALYSIS_SIGNALS_H

#include "band.h"
#include "estimate.h"
#include "sim/core/guide.h"

typedef struct ds_signals_query {
    const ds_case *baseline; /* of the same result; NULL: none */
    const ds_guide *guide;   /* tells what is no signal; NULL: none */
    double window;           /* in model time; 0: an eighth of the horizon */
    double lasting;          /* 0: seven; at least two grid times whatever it is */
    double level;
} ds_signals_query;

/* Times are the result's. Replicas in which it never shows count as later than any time. */
typedef struct ds_first_time {
    ds_estimate share;               /* of replicas in which it shows at all */
    ds_estimate early, median, late; /* by when it shows in 5, 50 and 95 % of replicas; INFINITY:
                                        in fewer */
} ds_first_time;

typedef struct ds_signal {
    const char *metric;
    ds_first_time first;
    double below; /* of those that show, the share that leaves it downward */
    ds_estimate
        false_alarm; /* share of the baseline's replicas that leave the band; NAN: unknown */
} ds_signal;

/* The earliest median first, then the greatest share. None where there are fewer than two times
 * after the start, or less time than a signal lasts. */
typedef struct ds_signals {
    ds_signal *signal;
    size_t count;
    double window, lasting; /* that were used */
    bool paired;            /* held against a baseline */
} ds_signals;

DS_MUST_CHECK bool ds_signals_of(ds_signals *signals, const ds_case *c,
                                 const ds_signals_query *query, ds_status *st);
void ds_signals_free(ds_signals *signals);

typedef struct ds_sign {
    const ds_signature *signature;
    ds_first_time first;
    double days; /* on which it holds, mean over replicas */
    bool unseen; /* the result is too short to show it; figures are NAN */
} ds_sign;

typedef struct ds_signs {
    ds_sign *sign; /* in the order of the guide, those whose metrics are all there */
    size_t count;
} ds_signs;

DS_MUST_CHECK bool ds_signs_of(ds_signs *signs, const ds_case *c, const ds_guide *guide,
                               double level, ds_status *st);
void ds_signs_free(ds_signs *signs);

/* When the signature first holds in one replica: series[clues][times]; NAN: never. `days`: on which
 * it does. */
double ds_signature_first(const ds_signature *signature, const double *const *series,
                          const double *time, size_t times, double *days);

#endif
