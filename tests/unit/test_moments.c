/* Fits by simulated moments, where errors and tests are known. */
#include "run.h"

#include "analysis/moments.h"
#include "sim/core/rng.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

/* Four moments of two parameters, normal and correlated: the first is a, the second a + b, the
 * third b, the fourth a - b, with a common error. */
enum { MOMENTS = 4, REPLICAS = 200 };

static void one(const double *x, uint32_t replica, uint64_t seed, double *row)
{
    ds_rng rng = ds_rng_stream(seed, replica, 1, 0);
    const gsl_rng g = ds_rng_gsl(&rng);
    const double common = gsl_ran_gaussian_ziggurat(&g, 0.03);
    const double mean[MOMENTS] = {x[0], x[0] + x[1], x[1], x[0] - x[1]};
    for (int k = 0; k < MOMENTS; k++)
        row[k] = mean[k] + common + gsl_ran_gaussian_ziggurat(&g, 0.05);
}

typedef struct toy {
    uint64_t seed;
    size_t calls;
} toy;

static bool simulate(void *self, const double *x, double *values, ds_status *st)
{
    toy *const t = self;
    (void)st;
    t->calls++;
    for (uint32_t r = 0; r < REPLICAS; r++)
        one(x, r, t->seed, values + r * MOMENTS);
    return true;
}

static const double truth[2] = {0.4, 0.6}, start[2] = {0.9, 0.1};

static ds_moments_result fit(uint64_t number, double shift)
{
    toy t = {1000 + number, 0};
    double observed[MOMENTS];
    ds_moments_result r;
    ds_status st = {0};
    one(truth, (uint32_t)number, 5, observed);
    observed[0] += shift;
    const ds_moments m = {.parameters = 2,
                          .moments = MOMENTS,
                          .replicas = REPLICAS,
                          .observed = observed,
                          .start = start,
                          .evaluations = 100,
                          .seed = 1,
                          .tolerance = 1e-4,
                          .simulate = simulate,
                          .self = &t};
    ck_assert_msg(ds_moments_fit(&m, &r, &st), "%s", st.text);
    ck_assert_uint_eq(r.evaluations, t.calls);
    return r;
}

START_TEST(errors_and_the_test_are_as_they_say)
{
    enum { TIMES = 150 };
    int covered = 0, refused = 0;
    for (uint64_t i = 0; i < TIMES; i++) {
        const ds_moments_result r = fit(i, 0);
        covered += fabs(r.x[0] - truth[0]) < 1.96 * r.error[0];
        refused += r.p < 0.05;
        ck_assert(r.together && r.freedom == 2);
    }
    /* 3.5 standard errors of a share of 150. */
    ck_assert_msg(fabs(covered - 0.95 * TIMES) < 3.5 * sqrt(TIMES * 0.95 * 0.05), "%d", covered);
    ck_assert_msg(fabs(refused - 0.05 * TIMES) < 3.5 * sqrt(TIMES * 0.95 * 0.05), "%d", refused);
}
END_TEST

START_TEST(a_model_that_cannot_fit_is_refused)
{
    ck_assert_double_lt(fit(1, 0.8).p, 0.001);
}
END_TEST

static bool simulate_flat(void *self, const double *x, double *values, ds_status *st)
{
    const double fixed[2] = {x[0], 0.6};
    return simulate(self, fixed, values, st);
}

START_TEST(a_parameter_that_does_nothing_is_not_known)
{
    toy t = {7, 0};
    double observed[MOMENTS];
    ds_moments_result r;
    ds_status st = {0};
    one(truth, 3, 5, observed);
    const ds_moments m = {.parameters = 2,
                          .moments = MOMENTS,
                          .replicas = REPLICAS,
                          .observed = observed,
                          .start = start,
                          .evaluations = 100,
                          .seed = 1,
                          .tolerance = 1e-4,
                          .simulate = simulate_flat,
                          .self = &t};
    ck_assert_msg(ds_moments_fit(&m, &r, &st), "%s", st.text);
    ck_assert(isinf(r.error[1]) && isfinite(r.error[0]));
    ck_assert_double_eq_tol(r.x[0], truth[0], 4 * r.error[0]);
}
END_TEST

START_TEST(too_few_moments_are_refused)
{
    ds_moments_result r;
    ds_status st = {0};
    const ds_moments m = {.parameters = 2, .moments = 1, .replicas = 10};
    ck_assert(!ds_moments_fit(&m, &r, &st));
    ck_assert_ptr_nonnull(strstr(st.text, "1 moments of 10 replicas for 2 parameters"));
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {errors_and_the_test_are_as_they_say, 0},
        {a_model_that_cannot_fit_is_refused, 0},
        {a_parameter_that_does_nothing_is_not_known, 0},
        {too_few_moments_are_refused, 0},
        {0},
    };
    return ds_run_tests("moments", tests, 120);
}
