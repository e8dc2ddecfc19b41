/*
 * How often intervals hold what they say they hold: thousands of samples of distributions whose
 * figures are known, each with its interval. Prints a table. Where a method is known to cover less,
 * the doubt that says so must be raised (analysis/doubt.h).
 */
#ifndef DS_TESTS_COVERAGE_H
#define DS_TESTS_COVERAGE_H

#include "tests/unit/run.h"

#include "analysis/estimate.h"
#include "sim/core/rng.h"
#include "tests/reference/estimate.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

enum { MOST = 1024 };

typedef enum law { NORMAL, UNIFORM, EXPONENTIAL, LOGNORMAL, STUDENT4, PARETO } law;

static const char *const law_name[] = {"normal",    "uniform", "exponential",
                                       "lognormal", "t4",      "Pareto 2.5"};

typedef struct row {
    const char *what;
    /* Draws a sample; the estimate, or the worst of several, and whether it holds the truth. */
    bool (*trial)(gsl_rng *g, const struct row *row, unsigned *doubts);
    law law;
    size_t n;
    double share; /* or whatever else the trial wants */
    int trials;
    double least, most; /* of coverage */
    unsigned doubt;     /* raised in so many trials at least: */
    double raised;
} row;

static double drawn(gsl_rng *g, law from)
{
    switch (from) {
    case NORMAL:
        return gsl_ran_gaussian_ziggurat(g, 1);
    case UNIFORM:
        return gsl_ran_flat(g, 0, 1);
    case EXPONENTIAL:
        return gsl_ran_exponential(g, 1);
    case LOGNORMAL:
        return gsl_ran_lognormal(g, 0, 1);
    case STUDENT4:
        return gsl_ran_tdist(g, 4);
    case PARETO:
        return gsl_ran_pareto(g, 2.5, 1);
    }
    return NAN;
}

static double quantile_of(law from, double share)
{
    switch (from) {
    case NORMAL:
        return gsl_cdf_ugaussian_Pinv(share);
    case UNIFORM:
        return share;
    case EXPONENTIAL:
        return -log1p(-share);
    case LOGNORMAL:
        return exp(gsl_cdf_ugaussian_Pinv(share));
    case STUDENT4:
        return gsl_cdf_tdist_Pinv(share, 4);
    case PARETO:
        return pow(1 - share, -1 / 2.5);
    }
    return NAN;
}

static void fill(gsl_rng *g, const row *r, double *values)
{
    for (size_t i = 0; i < r->n; i++)
        values[i] = drawn(g, r->law);
}

static bool holds(ds_estimate e, double truth, unsigned *doubts)
{
    *doubts = e.doubts;
    return e.interval.low <= truth && truth <= e.interval.high;
}

/* Rows of one test have one seed, and each its number. */
static void check_row(const row *r, uint64_t seed, uint32_t number)
{
    const int trials = (r->trials + estimate_thrift - 1) / estimate_thrift;
    const double slack = estimate_thrift > 1 ? 4 * sqrt(0.95 * 0.05 / trials) : 0;
    int held = 0, raised = 0;
    for (int t = 0; t < trials; t++) {
        ds_rng rng = ds_rng_stream(seed, (uint32_t)t, number, 0);
        gsl_rng g = ds_rng_gsl(&rng);
        unsigned doubts;
        held += r->trial(&g, r, &doubts);
        raised += r->doubt && doubts & r->doubt;
    }
    const double coverage = (double)held / trials;
    printf("%-34s %-12s n %4zu %6.3g: %.3f", r->what, law_name[r->law], r->n, r->share, coverage);
    if (r->doubt)
        printf(", doubted in %.0f %%", 100.0 * raised / trials);
    printf("\n");
    ck_assert_msg(coverage >= r->least - slack && coverage <= r->most + slack,
                  "%s: covers %.4f, must in %g .. %g", r->what, coverage, r->least, r->most);
    ck_assert_msg(raised >= (r->raised - 2 * slack) * trials, "%s: doubted in %d of %d", r->what,
                  raised, trials);
}

#endif
