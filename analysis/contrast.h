/*
 * By what two samples differ where means are not the question, or no more is known than means: of
 * probabilities, and of quantiles. A contrast is a's figure less b's, and a's over b's less 1.
 * Values are one a replica, NAN where there is none.
 */
#ifndef DS_ANALYSIS_CONTRAST_H
#define DS_ANALYSIS_CONTRAST_H

#include "estimate.h"
#include "sim/core/status.h"

#include <stdint.h>

typedef struct ds_contrast {
    double a, b;
    ds_estimate difference;
    ds_estimate relative; /* NAN where b may be 0 */
    double p;             /* two-sided probability of such a difference if there were none; NAN */
    double sd; /* of the difference, of one pair, or of one replica of each, so that its error is
                  sd / sqrt(count) */
} ds_contrast;

/*
 * Probabilities from values of 0 and 1. Paired (values of one index belong together): Wald's
 * interval after half a pair is added to each of the four cells (Agresti & Min 2005). Independent:
 * after one hit and one miss is added to each (Agresti & Caffo 2000). p is of the same statistic,
 * so that the interval holds 0 where p is large. Where fewer than five pairs differ, or there are
 * fewer than five hits or misses, EXTREME: p is McNemar's (1947) or Fisher's exact one, and the
 * interval that of two by Clopper and Pearson, which covers more than it says.
 */
ds_contrast ds_contrast_share_pairs(const double *a, const double *b, size_t count, double level);
ds_contrast ds_contrast_shares(const double *a, size_t count_a, const double *b, size_t count_b,
                               double level);

/* What quantiles are drawn by: see bootstrap.h. */
typedef struct ds_contrast_quantile {
    double share;
    size_t group; /* replicas that are dependent, see estimate.h */
    double level;
    uint64_t seed;
    uint32_t stream;
} ds_contrast_quantile;

/* Quantiles: Student's interval and p with the error of a bootstrap of pairs (or of each sample for
 * itself), that is taken from the middle 95 % of resamples: half of it, or where values are in
 * steps, as counts are, its farther end (of 99.9 % where 95 % do not vary). THIN where order
 * statistics do not bound the quantile, SMALL below thirty replicas. */
DS_MUST_CHECK bool ds_contrast_quantile_pairs(ds_contrast *contrast, const double *a,
                                              const double *b, size_t count,
                                              const ds_contrast_quantile *how, ds_status *st);
DS_MUST_CHECK bool ds_contrast_quantiles(ds_contrast *contrast, const double *a, size_t count_a,
                                         const double *b, size_t count_b,
                                         const ds_contrast_quantile *how, ds_status *st);

/* Means, independent of each other (Welch 1947), in groups of dependent replicas. */
ds_contrast ds_contrast_means(const double *a, size_t count_a, const double *b, size_t count_b,
                              size_t group, double level);
/* The same where nothing is kept but these. */
ds_contrast ds_contrast_known(const ds_known_mean *a, const ds_known_mean *b, double level);

/* Two that differ by the same throughout: that is not sure yet, but as likely by chance as `p`, of
 * a coin for each pair or of sharing out all values; the interval is open where that is too likely.
 */
void ds_contrast_unvaried(ds_contrast *contrast, double p);

#endif
