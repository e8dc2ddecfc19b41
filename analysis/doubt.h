/*
 * Where a figure is less sure than its interval says, as a value: a set of bits, each with a
 * sentence for people. A doubt is raised where the method is known to cover less than its level, or
 * says more than the replicas can bear out; it does not change the figure.
 */
#ifndef DS_ANALYSIS_DOUBT_H
#define DS_ANALYSIS_DOUBT_H

#include <stddef.h>

typedef enum ds_doubt {
    DS_DOUBT_FEW = 1 << 0,      /* no interval at all */
    DS_DOUBT_SKEWED = 1 << 1,   /* Cochran's rule */
    DS_DOUBT_HEAVY = 1 << 2,    /* infinite variance suspected */
    DS_DOUBT_THIN = 1 << 3,     /* the tail holds few replicas */
    DS_DOUBT_EXTREME = 1 << 4,  /* a probability near 0 or 1 */
    DS_DOUBT_EQUAL = 1 << 5,    /* nothing varies */
    DS_DOUBT_GROUPED = 1 << 6,  /* dependence that the method takes no account of */
    DS_DOUBT_INFINITE = 1 << 7, /* infinities among the values */
    DS_DOUBT_SMALL = 1 << 8,    /* a method that holds for large samples only, and a small one */
    DS_DOUBT_CENSORED = 1 << 9, /* much was not seen to its end */
    DS_DOUBTS = 10              /* how many there are */
} ds_doubt;

/* One sentence: a clause without capital and full stop, as messages are; of one bit. */
const char *ds_doubt_text(ds_doubt doubt);

/* Of the t interval of a mean: FEW, SKEWED, HEAVY, EQUAL, INFINITE. `group`: see stats.h. */
unsigned ds_doubts_of_mean(const double *values, size_t count, size_t group);

/* Replicas or groups for which the t interval of a 95 % level covers 94 %: 25 g1^2, g1 the skewness
 * (Cochran 1977, 2.15). */
double ds_skewed_needs(double skewness);

/* 1 / index of the upper tail of sorted values (sign 1) or of the lower (-1): the shape of a
 * generalised Pareto distribution of the largest min(n / 5, 3 sqrt(n)) (threshold and estimate as
 * in Vehtari et al. 2024). NAN below 50 values, or where most of these are equal. */
double ds_tail_heaviness(const double *sorted, size_t count, int sign);

#define DS_HEAVINESS_INFINITE 0.5 /* above: the variance is */
#define DS_HEAVINESS_SLOW                                                  \
    0.25 /* above: the fourth moment is, and means of the tail settle late \
          */

#endif
