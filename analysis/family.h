/*
 * Many questions asked of the same replicas at once: metrics of a comparison, or the times of a
 * series. Adjusted probabilities can be held against the level that one question would have; a
 * simultaneous band holds all true figures together with its level, where pointwise intervals
 * together would hold them far less often.
 */
#ifndef DS_ANALYSIS_FAMILY_H
#define DS_ANALYSIS_FAMILY_H

#include "bootstrap.h"

/* Probabilities p[count] of a family, NAN: no question. adjusted may be p itself. */
void ds_bonferroni(const double *p, size_t count, double *adjusted);
/* Any false alarm at all, under any dependence (Holm 1979). */
DS_MUST_CHECK bool ds_holm(const double *p, size_t count, double *adjusted, ds_status *st);
/* Share of false alarms among alarms, under independence or positive dependence (Benjamini &
 * Hochberg 1995). */
DS_MUST_CHECK bool ds_benjamini_hochberg(const double *p, size_t count, double *adjusted,
                                         ds_status *st);

/* Means of several figures over the same replicas. */
typedef struct ds_family {
    const double *values; /* [replicas][figures], NAN: none */
    size_t replicas, figures;
    size_t group; /* replicas that are dependent, see estimate.h */
    double level;
    uint64_t seed; /* see bootstrap.h */
    uint32_t stream;
    size_t resamples; /* 0: DS_BOOTSTRAP_RESAMPLES */
} ds_family;

typedef struct ds_family_member {
    double mean, error;
    ds_interval interval; /* together with the others' */
    unsigned doubts;      /* of ds_doubt; SMALL below twenty replicas or groups */
    double p;             /* two-sided, of a mean of 0, adjusted for the family (max-t) */
} ds_family_member;

/*
 * Fills member[figures]. The critical value is the quantile of the largest of all t statistics,
 * from replicas (or groups) weighted with random normal numbers (sup-t: Montiel Olea &
 * Plagborg-Møller 2019; the multiplier bootstrap of Chernozhukov, Chetverikov & Kato 2013; max-t:
 * Westfall & Young 1993, single step), carried over to Student's distribution so that one figure
 * alone has its t interval, and never wider than Bonferroni's. `critical` (or NULL): standard
 * errors to each side.
 */
DS_MUST_CHECK bool ds_family_of(const ds_family *family, ds_family_member *member, double *critical,
                                ds_status *st);

#endif
