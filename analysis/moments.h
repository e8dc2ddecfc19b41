/*
 * The method of simulated moments (McFadden 1989; Duffie & Singleton 1993): parameters at which the
 * mean of simulated moments is as near as can be to what was observed once. A moment is weighted by
 * how it varies from replica to replica, since what was observed is one path: first each by itself,
 * then all together at the first answer. The distance that is left is a test of the model (J;
 * Hotelling 1931 for replicas that are few), and the slope of the moments says how surely
 * parameters are known.
 *
 * Parameters are coordinates of a unit cube. All candidates meet the same random numbers.
 */
#ifndef DS_ANALYSIS_MOMENTS_H
#define DS_ANALYSIS_MOMENTS_H

#include "search.h"

enum {
    DS_MOMENTS_MOST = 64,
    DS_MOMENTS_WEIGHING = 3 /* candidates beyond the search's: the start and two answers; then the
                               two sides of every parameter */
};

typedef struct ds_moments {
    size_t parameters, moments, replicas;
    const double *observed; /* [moments] */
    const double *start;    /* [parameters] */
    const bool *ordered;    /* [parameters], see search.h */
    size_t evaluations;     /* of the search */
    uint64_t seed;
    double tolerance; /* of coordinates */
    double step;      /* by which slopes are taken; 0: 0.02 */
    /* values[replicas][moments] of a candidate; NAN: a replica that is left out. */
    bool (*simulate)(void *self, const double *x, double *values, ds_status *st);
    void (*snap)(const void *self, double *x); /* see search.h */
    void *self;
} ds_moments;

typedef struct ds_moments_result {
    double x[DS_SEARCH_AXES];
    double error[DS_SEARCH_AXES]; /* standard errors; INFINITY: the moments do not tell, or the
                                     parameter has no order */
    double correlation[DS_SEARCH_AXES * DS_SEARCH_AXES];
    double mean[DS_MOMENTS_MOST], sd[DS_MOMENTS_MOST]; /* simulated at x, of one replica */
    double j, p;     /* p: of so large a J if the model holds; NAN: no test */
    size_t freedom;  /* of J: moments less the parameters that were fitted to them */
    bool together;   /* moments were weighted together; else each by itself, for lack of replicas */
    size_t replicas; /* that had all the moments */
    size_t evaluations;
} ds_moments_result;

/* Whether so many moments of so many replicas can tell of the parameters. */
DS_MUST_CHECK bool ds_moments_check(const ds_moments *moments, ds_status *st);
DS_MUST_CHECK bool ds_moments_fit(const ds_moments *moments, ds_moments_result *result,
                                  ds_status *st);

#endif
