/* Approximate posteriors, on simulators whose posterior is known. */
#include "run.h"

#include "../reference/cases.h"
#include "analysis/abc.h"
#include "sim/core/dist.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- toys: one parameter, one statistic ---- */

typedef struct toy {
    void (*draw)(const void *self, ds_rng *rng, double *theta);
    double (*density)(const void *self, const double *theta);
    double (*simulate)(double theta, const gsl_rng *rng);
    double observed, tolerance;
    uint64_t seed;
} toy;

static bool simulate(void *self, const double *theta, size_t count, size_t from, double *statistics,
                     ds_status *st)
{
    const toy *const t = self;
    (void)st;
    for (size_t i = 0; i < count; i++) {
        ds_rng rng = ds_rng_stream(t->seed + 1000003, (uint32_t)(from + i), 1, 0);
        const gsl_rng g = ds_rng_gsl(&rng);
        statistics[i] = t->simulate(theta[i], &g);
    }
    return true;
}

enum { PARTICLES = 2000 };

static void infer(toy *t, ds_abc_result *result)
{
    static const double unit_scale = 1;
    ds_status st = {0};
    const ds_abc abc = {.parameters = 1,
                        .statistics = 1,
                        .particles = PARTICLES,
                        .simulations = 20000000,
                        .tolerance = t->tolerance,
                        .seed = t->seed,
                        .observed = &t->observed,
                        .scale = &unit_scale,
                        .draw = t->draw,
                        .density = t->density,
                        .simulate = simulate,
                        .self = t};
    ck_assert_msg(ds_abc_run(&abc, result, &st), "%s", st.text);
    ck_assert_int_eq(result->end, DS_ABC_REACHED);
}

static double effective(const ds_abc_result *r)
{
    return r->step[r->steps - 1].ess;
}

/* Within 3.5 errors of a weighted mean, or of a weighted deviation. */
static void check(const ds_abc_result *r, double wanted, double found, double error)
{
    (void)r;
    ck_assert_msg(fabs(found - wanted) <= 3.5 * error, "%g, must be %g +- %g", found, wanted,
                  3.5 * error);
}

static void check_mean(const ds_abc_result *r, double mean, double sd)
{
    ds_marginal m;
    ds_status st = {0};
    ck_assert(ds_abc_marginal(r, 0, 0.95, &m, &st));
    check(r, mean, m.mean, sd / sqrt(effective(r)));
}

static void check_sd(const ds_abc_result *r, double sd)
{
    ds_marginal m;
    ds_status st = {0};
    ck_assert(ds_abc_marginal(r, 0, 0.95, &m, &st));
    check(r, sd, m.sd, sd / sqrt(2 * effective(r)));
}

/* ---- a normal mean ---- */

static void draw_wide(const void *self, ds_rng *rng, double *theta)
{
    (void)self;
    *theta = 10 * gsl_cdf_ugaussian_Pinv(ds_rng_open(rng));
}

static double density_wide(const void *self, const double *theta)
{
    (void)self;
    return gsl_ran_gaussian_pdf(*theta, 10);
}

static double mean_of_twenty(double theta, const gsl_rng *rng)
{
    double sum = 0;
    for (int i = 0; i < 20; i++)
        sum += theta + gsl_ran_gaussian_ziggurat(rng, 1);
    return sum / 20;
}

START_TEST(a_normal_mean_has_its_posterior)
{
    const char *const with = "prior N(0,10^2), 20 obs sd 1 mean 1.5";
    toy t = {draw_wide, density_wide, mean_of_twenty, 1.5, 0.02, 7};
    ds_abc_result r;
    infer(&t, &r);
    const double sd = case_value("abc_normal", with, "posterior sd");
    check_mean(&r, case_value("abc_normal", with, "posterior mean"), sd);
    check_sd(&r, sd);
    ck_assert_double_eq_tol(r.prior_sd[0], 10, 0.5);
    ds_abc_free(&r);
}
END_TEST

/* ---- a rate ---- */

static void draw_gamma(const void *self, ds_rng *rng, double *theta)
{
    (void)self;
    *theta = gsl_cdf_gamma_Pinv(ds_rng_open(rng), 2, 1);
}

static double density_gamma(const void *self, const double *theta)
{
    (void)self;
    return *theta > 0 ? gsl_ran_gamma_pdf(*theta, 2, 1) : 0;
}

static double sum_of_ten(double theta, const gsl_rng *rng)
{
    return gsl_ran_poisson(rng, 10 * theta);
}

START_TEST(a_poisson_rate_has_its_posterior)
{
    const char *const with = "Gamma(2,1) prior, n=10 sum=37";
    toy t = {draw_gamma, density_gamma, sum_of_ten, 37, 0.4, 7}; /* the very count */
    ds_abc_result r;
    infer(&t, &r);
    const double sd = case_value("abc_poisson", with, "posterior sd");
    check_mean(&r, case_value("abc_poisson", with, "posterior mean"), sd);
    check_sd(&r, sd);
    ds_abc_free(&r);
}
END_TEST

/* ---- a mixture that tells a biased sampler ---- */

static void draw_flat(const void *self, ds_rng *rng, double *theta)
{
    (void)self;
    *theta = 20 * ds_rng_uniform(rng) - 10;
}

static double density_flat(const void *self, const double *theta)
{
    (void)self;
    return fabs(*theta) <= 10;
}

static double narrow_or_wide(double theta, const gsl_rng *rng)
{
    const double sd = gsl_rng_uniform(rng) < 0.5 ? 1 : 0.1;
    return theta + gsl_ran_gaussian_ziggurat(rng, sd);
}

START_TEST(a_mixture_keeps_both_its_parts)
{
    const double tolerance = 0.025;
    toy t = {draw_flat, density_flat, narrow_or_wide, 0, tolerance, 7};
    ds_abc_result r;
    ds_marginal m;
    ds_status st = {0};
    infer(&t, &r);
    ck_assert(ds_abc_marginal(&r, 0, 0.95, &m, &st));
    const double variance =
        case_value("abc_mixture",
                   "theta~U(-10,10), x|theta~0.5N(theta,1)+0.5N(theta,0.01), x_obs=0, eps->0",
                   "posterior variance") +
        tolerance * tolerance / 3;
    /* The fourth moment is half of 3, so the square's variance 1.5 less that of the mean. */
    check(&r, variance, m.sd * m.sd, sqrt((1.5 - variance * variance) / effective(&r)));
    const double share = case_value("abc_mixture", "same", "P(|theta|<0.1)");
    double inside = 0;
    for (size_t i = 0; i < r.particles; i++)
        inside += fabs(r.theta[i]) < 0.1 ? r.weight[i] : 0;
    check(&r, share, inside, sqrt(share * (1 - share) / effective(&r)));
    ds_abc_free(&r);
}
END_TEST

/* ---- what a tolerance does ---- */

static double one_normal(double theta, const gsl_rng *rng)
{
    return theta + gsl_ran_gaussian_ziggurat(rng, 1);
}

START_TEST(a_tolerance_widens_as_it_must)
{
    toy t = {draw_flat, density_flat, one_normal, 1, 0.5, 7};
    ds_abc_result r;
    infer(&t, &r);
    check_sd(&r, sqrt(case_value("abc_normal_eps",
                                 "flat prior, y|th~N(th,1), y_obs=1, accept |y-y_obs|<=0.5",
                                 "ABC posterior variance 1+eps^2/3")));
    ds_abc_free(&r);
}
END_TEST

START_TEST(a_regression_undoes_what_the_tolerance_widened)
{
    const char *const with = "prior N(0,10^2), 20 obs sd 1 mean 1.5";
    static const double observed = 1.5, one = 1;
    toy t = {draw_wide, density_wide, mean_of_twenty, 1.5, 0, 7};
    const ds_abc abc = {.parameters = 1,
                        .statistics = 1,
                        .particles = PARTICLES,
                        .simulations = 20000000,
                        .tolerance = 0.5,
                        .seed = 7,
                        .observed = &observed,
                        .scale = &one,
                        .draw = draw_wide,
                        .density = density_wide,
                        .simulate = simulate,
                        .self = &t};
    ds_abc_result r;
    ds_marginal m;
    ds_status st = {0};
    bool moved;
    const double sd = case_value("abc_normal", with, "posterior sd");
    ck_assert(ds_abc_run(&abc, &r, &st) && ds_abc_marginal(&r, 0, 0.95, &m, &st));
    ck_assert_double_gt(m.sd, 1.3 * sd);
    ck_assert(ds_abc_adjust(&abc, false, NULL, &r, &moved, &st) && moved);
    check_mean(&r, case_value("abc_normal", with, "posterior mean"), 1.2 * sd);
    check_sd(&r, sd);
    ds_abc_free(&r);
}
END_TEST

/* ---- how it behaves ---- */

START_TEST(the_same_again)
{
    toy t = {draw_wide, density_wide, mean_of_twenty, 1.5, 0.5, 7};
    ds_abc_result a, b;
    infer(&t, &a);
    infer(&t, &b);
    ck_assert_uint_eq(a.simulations, b.simulations);
    ck_assert_mem_eq(a.theta, b.theta, PARTICLES * sizeof *a.theta);
    ck_assert_mem_eq(a.weight, b.weight, PARTICLES * sizeof *a.weight);
    ds_abc_free(&a);
    ds_abc_free(&b);
}
END_TEST

/* The first of two parameters decides, the second does nothing. */
static void draw_pair(const void *self, ds_rng *rng, double *theta)
{
    (void)self;
    theta[0] = ds_rng_uniform(rng);
    theta[1] = ds_rng_uniform(rng);
}

static double density_pair(const void *self, const double *theta)
{
    (void)self;
    return theta[0] >= 0 && theta[0] <= 1 && theta[1] >= 0 && theta[1] <= 1;
}

static bool simulate_pair(void *self, const double *theta, size_t count, size_t from,
                          double *statistics, ds_status *st)
{
    (void)self, (void)st;
    for (size_t i = 0; i < count; i++) {
        ds_rng rng = ds_rng_stream(3, (uint32_t)(from + i), 1, 0);
        /* A replica of five has no value. */
        statistics[i] =
            ds_rng_below(&rng, 5) ? theta[2 * i] + 0.05 * (ds_rng_uniform(&rng) - 0.5) : NAN;
    }
    return true;
}

static ds_abc pair_of(size_t simulations)
{
    static const double observed = 0.3;
    return (ds_abc){.parameters = 2,
                    .statistics = 1,
                    .particles = 500,
                    .simulations = simulations,
                    .seed = 5,
                    .observed = &observed,
                    .draw = draw_pair,
                    .density = density_pair,
                    .simulate = simulate_pair};
}

START_TEST(a_parameter_that_does_nothing_keeps_its_prior)
{
    const ds_abc abc = pair_of(100000);
    ds_abc_result r;
    ds_marginal m[2];
    ds_status st = {0};
    ck_assert_msg(ds_abc_run(&abc, &r, &st), "%s", st.text);
    ck_assert(ds_abc_marginal(&r, 0, 0.95, &m[0], &st) && ds_abc_marginal(&r, 1, 0.95, &m[1], &st));
    ck_assert_double_lt(m[0].narrowing, 0.2);
    ck_assert_double_gt(m[1].narrowing, 0.9);
    ck_assert(m[0].interval.low < 0.3 && m[0].interval.high > 0.3);
    ck_assert_double_lt(fabs(ds_abc_correlation(&r, 0, 1)), 0.3);
    ds_abc_free(&r);
}
END_TEST

START_TEST(simulations_are_not_exceeded)
{
    const ds_abc abc = pair_of(1700);
    ds_abc_result r;
    ds_status st = {0};
    ck_assert_msg(ds_abc_run(&abc, &r, &st), "%s", st.text);
    ck_assert_uint_le(r.simulations, 1700);
    ck_assert_int_eq(r.end, DS_ABC_SPENT);
    ck_assert_uint_ge(r.steps, 1);
    ds_abc_free(&r);
}
END_TEST

/* Besides the first statistic one that is always about 5, and 100 was observed. */
static bool simulate_odd(void *self, const double *theta, size_t count, size_t from,
                         double *statistics, ds_status *st)
{
    (void)self, (void)st;
    for (size_t i = 0; i < count; i++) {
        ds_rng rng = ds_rng_stream(3, (uint32_t)(from + i), 1, 0);
        statistics[2 * i] = theta[2 * i] + 0.05 * (ds_rng_uniform(&rng) - 0.5);
        statistics[2 * i + 1] = 5 + 0.01 * ds_rng_uniform(&rng);
    }
    return true;
}

START_TEST(what_the_model_cannot_give_decides_nothing)
{
    static const double observed[2] = {0.3, 100}, hopeless[2] = {30, 100};
    ds_abc abc = pair_of(20000);
    ds_abc_result r;
    ds_marginal m;
    ds_status st = {0};
    bool moved;
    abc.statistics = 2;
    abc.observed = observed;
    abc.simulate = simulate_odd;
    ck_assert_msg(ds_abc_run(&abc, &r, &st), "%s", st.text);
    ck_assert(isinf(r.scale[1]) && isfinite(r.scale[0]));
    ck_assert(ds_abc_adjust(&abc, true, NULL, &r, &moved, &st) && moved);
    ck_assert(ds_abc_marginal(&r, 0, 0.95, &m, &st));
    ck_assert_double_eq_tol(m.median, 0.3, 0.03);
    ds_abc_free(&r);
    abc.observed = hopeless;
    ck_assert(!ds_abc_run(&abc, &r, &st));
    ck_assert_ptr_nonnull(strstr(st.text, "nothing that the model gives under the prior"));
    ds_abc_free(&r);
}
END_TEST

static bool no_value(void *self, const double *theta, size_t count, size_t from, double *statistics,
                     ds_status *st)
{
    (void)self, (void)theta, (void)from, (void)st;
    for (size_t i = 0; i < count; i++)
        statistics[i] = NAN;
    return true;
}

START_TEST(what_gives_nothing_is_refused)
{
    ds_abc abc = pair_of(5000);
    ds_abc_result r;
    ds_status st = {0};
    abc.simulate = no_value;
    ck_assert(!ds_abc_run(&abc, &r, &st));
    ck_assert_ptr_nonnull(strstr(st.text, "none of 500 simulations"));
    ds_abc_free(&r);
}
END_TEST

/* ---- simulators that fail, and questions that are none ---- */

typedef struct failing {
    toy toy;
    size_t calls, fails_at;
    size_t told; /* populations that passed */
    double tolerance;
} failing;

static bool simulate_failing(void *self, const double *theta, size_t count, size_t from,
                             double *statistics, ds_status *st)
{
    failing *const f = self;
    if (++f->calls == f->fails_at)
        return ds_fail(st, DS_E_STOPPED, "stopped at call %zu", f->calls);
    return simulate(&f->toy, theta, count, from, statistics, st);
}

static void draw_failing(const void *self, ds_rng *rng, double *theta)
{
    draw_wide(self, rng, theta);
}

static void passed(void *self, size_t steps, double tolerance, size_t simulations)
{
    failing *const f = self;
    ck_assert_uint_eq(steps, ++f->told);
    ck_assert(steps == 1 ? isinf(tolerance) : tolerance < f->tolerance);
    ck_assert_uint_ge(simulations, 100 * steps);
    f->tolerance = tolerance;
}

static bool infer_failing(failing *f, size_t fails_at, ds_abc_result *r, ds_status *st)
{
    static const double observed = 1.5, unit_scale = 1;
    *f = (failing){.toy = {draw_wide, density_wide, mean_of_twenty, 1.5, 0.05, 7},
                   .fails_at = fails_at};
    const ds_abc abc = {.parameters = 1,
                        .statistics = 1,
                        .particles = 100,
                        .simulations = 100000,
                        .tolerance = 0.05,
                        .seed = 7,
                        .observed = &observed,
                        .scale = &unit_scale,
                        .draw = draw_failing,
                        .density = density_wide,
                        .simulate = simulate_failing,
                        .passed = passed,
                        .self = f};
    *st = (ds_status){0};
    return ds_abc_run(&abc, r, st);
}

START_TEST(a_failure_ends_it_with_its_cause_and_steps_are_told)
{
    failing f;
    ds_abc_result r;
    ds_status st;
    ck_assert_msg(infer_failing(&f, 0, &r, &st), "%s", st.text);
    ck_assert_uint_gt(f.told, 2);
    ck_assert_uint_le(f.told, r.steps);
    const size_t calls = f.calls;
    ds_abc_free(&r);
    for (size_t k = 1; k <= calls; k++) {
        ck_assert(!infer_failing(&f, k, &r, &st));
        ck_assert_int_eq(st.code, DS_E_STOPPED);
        ck_assert_uint_eq(f.calls, k);
        ds_abc_free(&r);
    }
}
END_TEST

START_TEST(what_is_no_question_is_refused)
{
    static const ds_abc questions[] = {
        {.parameters = 0, .statistics = 1, .particles = 10, .simulations = 100},
        {.parameters = DS_ABC_PARAMETERS + 1, .statistics = 1, .particles = 10, .simulations = 100},
        {.parameters = 1, .statistics = 0, .particles = 10, .simulations = 100},
        {.parameters = 1, .statistics = 1, .particles = 1, .simulations = 100},
        {.parameters = 1, .statistics = 1, .particles = 10, .simulations = 9},
    };
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        ds_abc_result r;
        ds_status st = {0};
        ck_assert(!ds_abc_run(&questions[i], &r, &st));
        ck_assert_int_eq(st.code, DS_E_DATA);
    }
}
END_TEST

/* A prior of one point: whatever is proposed beside it is outside. */
static void draw_point(const void *self, ds_rng *rng, double *theta)
{
    (void)self;
    *theta = ds_rng_uniform(rng);
}

static double density_nowhere(const void *self, const double *theta)
{
    (void)self, (void)theta;
    return 0;
}

START_TEST(particles_that_cannot_move_are_told)
{
    static const double observed = 1.5, unit_scale = 1;
    toy t = {draw_point, density_nowhere, mean_of_twenty, 1.5, 0.01, 7};
    const ds_abc abc = {.parameters = 1,
                        .statistics = 1,
                        .particles = 50,
                        .simulations = 10000,
                        .tolerance = 0.01,
                        .seed = 7,
                        .observed = &observed,
                        .scale = &unit_scale,
                        .draw = draw_point,
                        .density = density_nowhere,
                        .simulate = simulate,
                        .self = &t};
    ds_abc_result r;
    ds_status st = {0};
    ck_assert(!ds_abc_run(&abc, &r, &st));
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_ptr_nonnull(strstr(st.text, "no move of the particles stays within the prior"));
    ds_abc_free(&r);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {a_normal_mean_has_its_posterior, 0},
        {a_poisson_rate_has_its_posterior, 0},
        {a_mixture_keeps_both_its_parts, 0},
        {a_tolerance_widens_as_it_must, 0},
        {a_regression_undoes_what_the_tolerance_widened, 0},
        {the_same_again, 0},
        {a_parameter_that_does_nothing_keeps_its_prior, 0},
        {simulations_are_not_exceeded, 0},
        {what_the_model_cannot_give_decides_nothing, 0},
        {what_gives_nothing_is_refused, 0},
        {a_failure_ends_it_with_its_cause_and_steps_are_told, 0},
        {what_is_no_question_is_refused, 0},
        {particles_that_cannot_move_are_told, 0},
        {0},
    };
    return ds_run_tests("abc", tests, 120);
}
