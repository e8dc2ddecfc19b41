/* Rare events whose probability is known, at length: no bias, an error that is as small as it is
 * said to be, and intervals that cover. */
#include "tests/rare.h"
#include "tests/reference/cases.h"
#include "tests/unit/run.h"

#include <gsl/gsl_cdf.h>

#define OVERFLOW(seed, replicas, rest)                                                           \
    "model: queue\nhorizon: 1e5\nseed: " seed "\ninitial: 1\nreplicas: " replicas "\narrivals: " \
    "{process: poisson, rate: 1}\nservice: {distribution: exponential, mean: 0.5}\ncapacity: "   \
    "1000\nsplitting: {metric: number_in_system, stop: 0, " rest "}\n"

START_TEST(published_overflows_are_met)
{
    static const struct {
        const char *text, *parameters;
    } cases[] = {
        {OVERFLOW("31", "400", "target: 25, effort: 400"),
         "lambda=1 mu=2 L=25, start with 1 customer"},
        {OVERFLOW("32", "200", "target: 50"), "lambda=1 mu=2 L=50, start with 1 customer"},
    };
    rare_is(cases[_i].text, case_value("mm1_overflow", cases[_i].parameters, "P(reach L before 0)"),
            4);
}
END_TEST

/* Few trials a stage: what bias there is would show. */
START_TEST(small_efforts_have_no_bias)
{
    static const char *const cases[] = {
        OVERFLOW("33", "20000", "target: 10, effort: 20"),
        OVERFLOW("34", "20000", "target: 10, effort: 20, levels: [2, 4, 6, 8]"),
        OVERFLOW("35", "20000", "target: 10, effort: 20, states: 2"),
        OVERFLOW("36", "3000", "target: 20, effort: 100, states: 5"),
    };
    rare_is(cases[_i], rare_overflow(0.5, _i < 3 ? 10 : 20), 4);
}
END_TEST

/* Nominal 95 % intervals of 20 repetitions. */
START_TEST(intervals_of_repetitions_cover)
{
    enum { RUNS = 600 / estimate_thrift, EACH = 20 };
    const double truth = rare_overflow(0.5, 12), t = gsl_cdf_tdist_Pinv(0.975, EACH - 1);
    ds_rare r;
    uint32_t covered = 0;
    rare_open(&r, OVERFLOW("37", "1", "target: 12, effort: 200"));
    for (uint32_t run = 0; run < RUNS; run++) {
        double p[EACH];
        for (uint32_t i = 0; i < EACH; i++)
            p[i] = rare_once(&r, run * EACH + i);
        const double half = t * sqrt(sample_variance(p, EACH) / EACH);
        covered += fabs(sample_mean(p, EACH) - truth) <= half;
    }
    rare_close(&r);
    const double part = (double)covered / RUNS, error = sqrt(0.95 * 0.05 / RUNS);
    ck_assert_msg(part > 0.95 - 0.02 - 4 * error && part < 0.95 + 4 * error, "covered %.3f", part);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{published_overflows_are_met, 2},
                             {small_efforts_have_no_bias, 4},
                             {intervals_of_repetitions_cover, 0},
                             {0}};
    return ds_run_tests("rare", tests, 900);
}
