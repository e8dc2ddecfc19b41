/*
 * What is said of an unknown figure: the estimate, an interval that holds the figure with a stated
 * probability, how many replicas it rests on, and what there is to doubt of it (doubt.h). Values
 * are one a replica, NAN where there is none; `group` replicas at a time are dependent (stats.h), 1
 * where all are independent. With groups a mean and a share have the error of groups and Student's
 * distribution with one degree of freedom less than there are groups.
 */
#ifndef DS_ANALYSIS_ESTIMATE_H
#define DS_ANALYSIS_ESTIMATE_H

#include "doubt.h"
#include "sim/core/interval.h"

typedef struct ds_estimate {
    double value; /* NAN where there is none */
    ds_interval interval;
    double level;    /* of the interval */
    size_t count;    /* replicas it rests on */
    unsigned doubts; /* of ds_doubt */
} ds_estimate;

/* Nothing known: NAN, open. */
ds_estimate ds_estimate_none(double level, unsigned doubts);

/* Student's t interval. */
ds_estimate ds_estimate_mean(const double *values, size_t count, size_t group, double level);

/* Order statistics on both sides (interval.h); with groups it is approximate, and says so. */
ds_estimate ds_estimate_quantile(const double *sorted, size_t count, size_t group, double share,
                                 double level);

/* A probability from scores in [0, 1], such as 1 for yes, 0 for no, 1/2 for a tie. Wilson's
 * interval of as many trials as would have the scores' error (Korn & Graubard 1998 for the idea);
 * Clopper's and Pearson's where independent answers have fewer than five of a kind, since Wilson's
 * then covers less. */
ds_estimate ds_estimate_share(const double *scores, size_t count, size_t group, double level);

/* A mean by regression on a control whose mean is known: the error is that of what the control does
 * not explain, n - 2 degrees of freedom (Lavenberg & Welch 1981). Independent replicas. */
ds_estimate ds_estimate_controlled(const double *values, const double *control, size_t count,
                                   double expected, double level);

/* Standard deviation, whatever the distribution (Bonett 2006); open below five values, SMALL below
 * thirty. Long tails make it cover far less: 0.77 for 100 lognormal values. */
ds_estimate ds_estimate_deviation(const double *sorted, size_t count, double level);

/* A mean of which no more is known than its standard error, and how many independent values or
 * groups of them that is from. */
typedef struct ds_known_mean {
    double mean, error;
    size_t count;
} ds_known_mean;

/* Mean of a less mean of b, independent of each other (Welch 1947). `p` (or NULL): two-sided
 * probability of such a difference if there were none. */
ds_estimate ds_estimate_welch(const ds_known_mean *a, const ds_known_mean *b, double level,
                              double *p);
ds_estimate ds_estimate_difference(const double *a, size_t count_a, const double *b, size_t count_b,
                                   double level, double *p);

#endif
