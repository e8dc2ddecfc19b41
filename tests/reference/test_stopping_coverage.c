/*
 * How often the interval at which a run stops holds the true figure: over 10,000 runs of each case
 * never more than a point below what it says, sampling error of the test aside.
 */
#include "tests/unit/run.h"

#include "sim/core/dist.h"
#include "sim/run/stopping.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

enum { RUNS = 10000, MOST = 100000, STEP = 16 };

static double normal(ds_rng *rng)
{
    return 1 + ds_rng_normal(rng);
}

static double exponential(ds_rng *rng)
{
    return ds_rng_exponential(rng);
}

static double lognormal(ds_rng *rng) /* skewness 1.75 */
{
    return exp(0.5 * ds_rng_normal(rng));
}

static double uniform(ds_rng *rng)
{
    return ds_rng_uniform(rng);
}

/* A wait in M/M/1 at load 0.9 in the long run: none in one case of ten. */
static double wait(ds_rng *rng)
{
    return ds_rng_uniform(rng) < 0.9 ? 10 * ds_rng_exponential(rng) : 0;
}

static const struct {
    const char *name;
    double (*draw)(ds_rng *rng);
    ds_statistic statistic;
    double level, truth; /* level: of a quantile; of a probability, the threshold */
    double one;   /* standard deviation of what one replica tells: half width * sqrt(n) / z */
    double ideal; /* replicas that would do, if it were known */
    double confidence;
    bool relative;
} cases[] = {
    {"normal", normal, DS_STAT_MEAN, 0, 1, 1, 100, 0.95, false},
    {"normal", normal, DS_STAT_MEAN, 0, 1, 1, 1000, 0.99, true},
    {"uniform", uniform, DS_STAT_MEAN, 0, 0.5, 0.288675, 200, 0.9, false},
    {"exponential", exponential, DS_STAT_MEAN, 0, 1, 1, 100, 0.95, false},
    {"exponential", exponential, DS_STAT_MEAN, 0, 1, 1, 400, 0.95, true},
    {"exponential", exponential, DS_STAT_MEAN, 0, 1, 1, 2000, 0.9, false},
    {"lognormal", lognormal, DS_STAT_MEAN, 0, 1.133148453, 0.603900534, 300, 0.95, false},
    {"wait", wait, DS_STAT_MEAN, 0, 9, 9.949874371, 500, 0.95, false},
    {"wait", wait, DS_STAT_MEAN, 0, 9, 9.949874371, 200, 0.99, true},
    {"half", uniform, DS_STAT_PROBABILITY, 0.5, 0.5, 0.5, 300, 0.95, false},
    {"a tenth", uniform, DS_STAT_PROBABILITY, 0.9, 0.1, 0.3, 300, 0.95, false},
    {"a tenth", uniform, DS_STAT_PROBABILITY, 0.9, 0.1, 0.3, 1000, 0.9, true},
    {"a hundredth", uniform, DS_STAT_PROBABILITY, 0.99, 0.01, 0.099498744, 1000, 0.95, false},
    {"median", normal, DS_STAT_QUANTILE, 0.5, 1, 1.253314137, 300, 0.95, false},
    {"normal 5 %", normal, DS_STAT_QUANTILE, 0.05, -0.644853627, 2.113171, 600, 0.95, false},
    {"exponential 95 %", exponential, DS_STAT_QUANTILE, 0.95, 2.995732274, 4.358898944, 600, 0.9,
     false},
    {"exponential 99 %", exponential, DS_STAT_QUANTILE, 0.99, 4.605170186, 9.949874371, 2000, 0.95,
     false},
};

static size_t run_until_sure(const ds_until *until, double (*draw)(ds_rng *rng), ds_rng *rng,
                             double *values, ds_estimate_now *now)
{
    ds_status st = {0};
    size_t have = 0, n = ds_until_first(until, STEP);
    for (;;) {
        for (; have < n; have++)
            values[have] = draw(rng);
        ck_assert(ds_until_look(until, values, n, now, &st));
        const size_t next = ds_until_next(until, now, n, STEP);
        if (next == 0)
            return n;
        n = next;
    }
}

START_TEST(intervals_hold_what_they_say)
{
    const double confidence = cases[_i].confidence, truth = cases[_i].truth;
    const double z = gsl_cdf_ugaussian_Pinv(0.5 + confidence / 2);
    const double half = z * cases[_i].one / sqrt(cases[_i].ideal);
    const ds_until until = {.statistic = cases[_i].statistic,
                            .level = cases[_i].level,
                            .threshold = cases[_i].level,
                            .half_width = cases[_i].relative ? half / truth : half,
                            .relative = cases[_i].relative,
                            .confidence = confidence,
                            .min_replicas = 20,
                            .max_replicas = MOST};
    double *const values = malloc(MOST * sizeof *values), replicas = 0;
    int held = 0;
    for (uint32_t run = 0; run < RUNS; run++) {
        ds_rng rng = ds_rng_stream(4, run, (uint32_t)_i, 0);
        ds_estimate_now now;
        replicas += (double)run_until_sure(&until, cases[_i].draw, &rng, values, &now);
        held += now.low <= truth && truth <= now.high;
        ck_assert(ds_until_reached(&until, &now));
    }
    free(values);
    const double share = held / (double)RUNS;
    const double error = sqrt(confidence * (1 - confidence) / RUNS);
    printf("%-16s %s %g %%, ideal %5.0f: %.4f, %.2f times the ideal\n", cases[_i].name,
           cases[_i].relative ? "relative" : "absolute", 100 * confidence, cases[_i].ideal, share,
           replicas / RUNS / cases[_i].ideal);
    ck_assert_msg(share >= confidence - 0.01 - 2 * error, "%s: %.4f of %g", cases[_i].name, share,
                  confidence);
    ck_assert_msg(replicas / RUNS < 2.5 * cases[_i].ideal, "%s takes %g replicas of %g",
                  cases[_i].name, replicas / RUNS, cases[_i].ideal);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {intervals_hold_what_they_say, sizeof cases / sizeof cases[0]},
        {0},
    };
    return ds_run_tests("stopping_coverage", tests, 600);
}
