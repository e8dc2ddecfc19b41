/*
 * Two variants replica by replica on common random numbers: what their difference is, and how
 * surely. A pair is a replica that has both figures; NAN in one drops it. Pairs come in groups of
 * dependent ones (estimate.h), 1 where all are independent; tests then look at means of groups.
 */
#ifndef DS_ANALYSIS_PAIRED_H
#define DS_ANALYSIS_PAIRED_H

#include "estimate.h"
#include "sim/core/status.h"

typedef struct ds_paired {
    size_t count;           /* pairs */
    size_t ties;            /* of these, without a difference */
    double mean_a, mean_b;  /* over pairs */
    ds_estimate difference; /* mean of a - b, Student's t */
    ds_estimate relative;   /* mean of a over that of b, less 1 (Fieller 1954); open where the sign
                               of b's mean is not sure */
    ds_estimate median;     /* of a - b; the interval is that of the sign test */
    ds_estimate better;     /* probability that a > b, ties count half; EXTREME where fewer than
                               five pairs differ, and surely wide enough */
    double correlation;     /* of a and b; NAN where one does not vary */
    double reduction;       /* variance of a - b from independent replicas over that from these;
                               INFINITY where pairs do not vary */
    double sd;              /* of a - b, of a pair that counts as one independent of others */
    double t_p;             /* two-sided probability of such a difference if there were none: t, */
    double sign_p;          /* sign test on pairs that differ (exact), */
    double signed_rank_p;   /* Wilcoxon's (1945), exact to 50 without ties, else normal */
} ds_paired;

DS_MUST_CHECK bool ds_paired_of(ds_paired *paired, const double *a, const double *b, size_t count,
                                size_t group, double level, ds_status *st);

/* Pairs that show a difference of that size (the t interval excludes 0) with probability `power`
 * (Guenther 1981); INFINITY where it is 0. */
double ds_pairs_needed(double difference, double sd, double level, double power);

/* Interval of a's mean over b's, less 1 (Fieller 1954), from the covariance of these; `critical`
 * standard errors to each side. Open where the sign of b's mean is not sure. */
ds_interval ds_ratio_interval(const ds_known_mean *a, const ds_known_mean *b, double covariance,
                              double critical);

/* Two-sided probability of Wilcoxon's signed ranks; zeros are left out. Sorts what it is given. */
double ds_signed_rank_p(double *differences, size_t count);

#endif
