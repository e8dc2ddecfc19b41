/*
 * Approximate Bayesian computation: which parameters make a simulator give what was seen, as
 * weighted particles of the posterior, where no likelihood can be written down. Population after
 * population comes closer (Toni et al. 2009; Beaumont, Cornuet, Marin & Robert 2009): each is drawn
 * from the one before, moved by a normal kernel of twice its covariance, kept where the simulated
 * statistics lie within the tolerance of those observed, and weighted by prior over proposal, so
 * that it is a sample of the same posterior under a smaller tolerance. The next tolerance is a
 * quantile of the distances (Del Moral, Doucet & Jasra 2012 for the idea).
 *
 * What is left at a finite tolerance is the posterior under statistics that are blurred by it: it
 * is wider, never surer, than the one that is meant.
 */
#ifndef DS_ANALYSIS_ABC_H
#define DS_ANALYSIS_ABC_H

#include "sim/core/interval.h"
#include "sim/core/rng.h"

enum { DS_ABC_PARAMETERS = 32, DS_ABC_STEPS = 40 };

typedef struct ds_abc {
    size_t parameters, statistics, particles;
    size_t simulations; /* at most, in all; at least `particles` */
    double tolerance;   /* where it is done; 0: as near as the simulations reach */
    double keep;        /* the next tolerance is this quantile of distances; 0: 0.5 */
    uint64_t seed;
    const double *observed; /* [statistics] */
    const double *scale;    /* [statistics], by which distances are divided; NULL: robust
                               deviations over the prior */
    void (*draw)(const void *self, ds_rng *rng, double *theta); /* of the prior */
    /* Of the prior, but for a constant; 0 outside. */
    double (*density)(const void *self, const double *theta);
    /* statistics[count][statistics] of theta[count][parameters], NAN: such a particle is never
     * kept. Simulations are numbered: these are `from`, `from` + 1, ..., each with random numbers
     * of its own. */
    bool (*simulate)(void *self, const double *theta, size_t count, size_t from, double *statistics,
                     ds_status *st);
    /* After every population; NULL: nobody listens. */
    void (*passed)(void *self, size_t step, double tolerance, size_t simulations);
    void *self;
} ds_abc;

/* A population. */
typedef struct ds_abc_step {
    double tolerance; /* INFINITY: the prior */
    size_t simulations;
    double ess; /* effective number of particles, 1 / sum of squared weights (Kong 1992) */
} ds_abc_step;

/* Why it ended. */
typedef enum ds_abc_end {
    DS_ABC_REACHED, /* the tolerance that was asked for */
    DS_ABC_SPENT,   /* no simulations left for another population */
    DS_ABC_SETTLED, /* hardly one proposal in fifty is kept, or distances do not shrink */
} ds_abc_end;
extern const char *const ds_abc_end_words[];

typedef struct ds_abc_result {
    size_t particles, parameters;
    double *theta;     /* [particles][parameters] */
    double *weight;    /* [particles], sum 1 */
    double *distance;  /* [particles] */
    double *statistic; /* [particles][statistics], simulated */
    double *scale;     /* [statistics]; INFINITY: left out, since the prior gives nothing near */
    double prior_sd[DS_ABC_PARAMETERS], prior_mean[DS_ABC_PARAMETERS]; /* of what was drawn */
    ds_abc_step step[DS_ABC_STEPS];
    size_t steps, simulations;
    ds_abc_end end;
} ds_abc_result;

DS_MUST_CHECK bool ds_abc_run(const ds_abc *abc, ds_abc_result *result, ds_status *st);
void ds_abc_free(ds_abc_result *result);

/*
 * Moves particles to where they would lie had their statistics been those observed, by a local
 * linear regression of parameters on statistics (Beaumont, Zhang & Balding 2002), and weights them
 * by how near they came: what a tolerance above 0 has widened becomes narrow again, as far as the
 * relation is linear. Parameters of the unit interval (`unit`) are moved on the logit's scale, so
 * that they stay in it; those that are not `movable` (NULL: all are) keep their values. Without
 * particles enough for a regression, by what they are worth, nothing is changed, and *moved is
 * false. Residuals are widened by the degrees of freedom that the regression has taken.
 */
DS_MUST_CHECK bool ds_abc_adjust(const ds_abc *abc, bool unit, const bool *movable,
                                 ds_abc_result *result, bool *moved, ds_status *st);

/* One parameter of a posterior. */
typedef struct ds_marginal {
    double mean, sd, median;
    ds_interval interval; /* equal tails */
    double narrowing;     /* sd over that of the prior; near 1: the data say nothing of it */
} ds_marginal;

DS_MUST_CHECK bool ds_abc_marginal(const ds_abc_result *result, size_t parameter, double level,
                                   ds_marginal *marginal, ds_status *st);
double ds_abc_correlation(const ds_abc_result *result, size_t a, size_t b);

#endif
