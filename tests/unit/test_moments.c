/* Fits by simulated moments, where errors and tests are known. */
#include "run.h"

#include "analysis/moments.h"
#include "sim/core/rng.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
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

static ds_moments_result fit_to(toy *t, const double *observed,
                                void (*snap)(const void *self, double *x))
{
    ds_moments_result r;
    ds_status st = {0};
    const ds_moments m = {.parameters = 2,
                          .moments = MOMENTS,
                          .replicas = REPLICAS,
                          .observed = observed,
                          .start = start,
                          .evaluations = 100,
                          .seed = 1,
                          .tolerance = 1e-4,
                          .simulate = simulate,
                          .snap = snap,
                          .self = t};
    ck_assert_msg(ds_moments_fit(&m, &r, &st), "%s", st.text);
    ck_assert_uint_eq(r.evaluations, t->calls);
    return r;
}

static ds_moments_result fit(uint64_t number, double shift)
{
    toy t = {1000 + number, 0};
    double observed[MOMENTS];
    one(truth, (uint32_t)number, 5, observed);
    observed[0] += shift;
    return fit_to(&t, observed, NULL);
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
    ck_assert_uint_eq(r.freedom, 3); /* nor does it make the distance smaller */
    ck_assert_double_eq_tol(r.x[0], truth[0], 4 * r.error[0]);
}
END_TEST

/* ---- simulators that misbehave ---- */

typedef struct mishap {
    toy toy;
    size_t fails_at; /* the call that fails; 0: none */
    size_t only;     /* of so many replicas one has its moments */
    int constant;    /* this moment does not vary; -1: all do */
    double beyond;   /* a first coordinate above this has no moments; 0: all have */
} mishap;

static bool simulate_mishap(void *self, const double *x, double *values, ds_status *st)
{
    mishap *const t = self;
    if (t->toy.calls + 1 == t->fails_at)
        return ds_fail(st, DS_E_STOPPED, "stopped at call %zu", t->fails_at);
    if (!simulate(&t->toy, x, values, st))
        return false;
    for (size_t r = 0; r < REPLICAS; r++) {
        if (r % t->only != 0)
            values[r * MOMENTS + r % MOMENTS] = r % 2 ? NAN : INFINITY;
        if (t->beyond > 0 && x[0] > t->beyond)
            values[r * MOMENTS] = NAN;
        if (t->constant >= 0)
            values[r * MOMENTS + (size_t)t->constant] = 1;
    }
    return true;
}

/* Coordinates of the grid of tenths. */
static void to_tenths(const void *self, double *x)
{
    (void)self;
    for (int k = 0; k < 2; k++)
        x[k] = round(x[k] * 10) / 10;
}

static bool fit_mishap(mishap *t, ds_moments *m, ds_moments_result *r, ds_status *st)
{
    static double observed[MOMENTS];
    one(truth, 1, 5, observed);
    *m = (ds_moments){.parameters = 2,
                      .moments = MOMENTS,
                      .replicas = REPLICAS,
                      .observed = observed,
                      .start = start,
                      .ordered = m->ordered,
                      .evaluations = m->evaluations ? m->evaluations : 24,
                      .seed = 1,
                      .tolerance = 1e-3,
                      .step = m->step,
                      .simulate = simulate_mishap,
                      .snap = m->snap,
                      .self = t};
    *st = (ds_status){0};
    return ds_moments_fit(m, r, st);
}

START_TEST(a_failure_ends_a_fit_with_its_cause)
{
    mishap t = {.toy = {9, 0}, .only = 1, .constant = -1};
    ds_moments m = {0};
    ds_moments_result r;
    ds_status st;
    ck_assert_msg(fit_mishap(&t, &m, &r, &st), "%s", st.text);
    const size_t calls = t.toy.calls;
    ck_assert_uint_eq(r.evaluations, calls);
    ck_assert_uint_le(calls, m.evaluations + DS_MOMENTS_WEIGHING + 2 * m.parameters);
    ck_assert_uint_gt(calls, m.evaluations); /* the errors take some of their own */
    for (size_t k = 1; k <= calls; k++) {
        char text[40];
        t = (mishap){.toy = {9, 0}, .fails_at = k, .only = 1, .constant = -1};
        snprintf(text, sizeof text, "stopped at call %zu", k);
        ck_assert(!fit_mishap(&t, &m, &r, &st));
        ck_assert_int_eq(st.code, DS_E_STOPPED);
        ck_assert_str_eq(st.text, text);
        ck_assert_uint_eq(t.toy.calls, k - 1); /* nothing was asked for after it */
    }
}
END_TEST

/* Those without a moment are left out; of too few the moments are weighted one by one, without a
 * test. */
START_TEST(replicas_without_a_moment_are_left_out)
{
    static const struct {
        size_t only, replicas;
        bool together;
    } cases[] = {{1, 200, true}, {2, 100, true}, {20, 10, false}, {100, 2, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mishap t = {.toy = {9, 0}, .only = cases[i].only, .constant = -1};
        ds_moments m = {.evaluations = 60};
        ds_moments_result r;
        ds_status st;
        ck_assert_msg(fit_mishap(&t, &m, &r, &st), "%s", st.text);
        ck_assert_uint_eq(r.replicas, cases[i].replicas);
        ck_assert_int_eq(r.together, cases[i].together);
        ck_assert_uint_eq(r.freedom, 2);
        ck_assert_int_eq(isnan(r.p), !cases[i].together);
        ck_assert_double_eq_tol(r.x[0], truth[0], 0.15);
        ck_assert_double_eq_tol(r.x[1], truth[1], 0.15);
    }
}
END_TEST

START_TEST(without_two_replicas_there_is_no_fit)
{
    mishap t = {.toy = {9, 0}, .only = REPLICAS, .constant = -1};
    ds_moments m = {0};
    ds_moments_result r;
    ds_status st;
    ck_assert(!fit_mishap(&t, &m, &r, &st));
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_ptr_nonnull(strstr(st.text, "gives all the moments that were observed"));
}
END_TEST

START_TEST(a_moment_that_does_not_vary_is_weighted_by_itself)
{
    mishap t = {.toy = {9, 0}, .only = 1, .constant = 3};
    ds_moments m = {.evaluations = 60};
    ds_moments_result r;
    ds_status st;
    ck_assert_msg(fit_mishap(&t, &m, &r, &st), "%s", st.text);
    ck_assert(!r.together && isnan(r.p));
    ck_assert_double_eq(r.sd[3], 0);
    ck_assert_double_eq_tol(r.x[0], truth[0], 0.15);
}
END_TEST

/* A grid is kept to, also where slopes are taken; what has no order has no error. */
START_TEST(a_fit_on_a_grid_stays_on_it)
{
    static const bool ordered[2] = {true, false};
    mishap t = {.toy = {9, 0}, .only = 1, .constant = -1};
    ds_moments m = {.evaluations = 80, .step = 0.1, .ordered = ordered, .snap = to_tenths};
    ds_moments_result r;
    ds_status st;
    ck_assert_msg(fit_mishap(&t, &m, &r, &st), "%s", st.text);
    ck_assert_double_eq_tol(r.x[0], 0.4, 1e-9);
    ck_assert_double_eq_tol(r.x[1], 0.6, 1e-9);
    ck_assert(isfinite(r.error[0]) && isinf(r.error[1]));
    const double error = r.error[0];
    m.step = 0; /* smaller than the grid: its neighbours are looked at all the same */
    ck_assert_msg(fit_mishap(&t, &m, &r, &st), "%s", st.text);
    ck_assert_double_eq_tol(r.error[0], error, 1e-9);
}
END_TEST

/* Where the model gives nothing on one side, the other one tells how surely a parameter is known.
 */
START_TEST(an_error_is_of_where_there_are_moments)
{
    mishap t = {.toy = {9, 0}, .only = 1, .constant = -1};
    ds_moments m = {.evaluations = 300};
    ds_moments_result all, r;
    ds_status st;
    ck_assert_msg(fit_mishap(&t, &m, &all, &st), "%s", st.text);
    t.beyond = all.x[0] + 0.005;
    ck_assert_msg(fit_mishap(&t, &m, &r, &st), "%s", st.text);
    ck_assert_double_gt(r.x[0], all.x[0] - 0.01); /* less than a step from the edge */
    ck_assert_double_eq_tol(r.error[0], all.error[0], 0.05 * all.error[0]);
}
END_TEST

static void to_quarters(const void *self, double *x)
{
    (void)self;
    x[1] = round(x[1] * 4) / 4;
}

/* Of a value that is one of few, and surely that one, nothing is adapted: a right model is refused
 * as seldom as is said. */
START_TEST(the_test_holds_where_a_value_is_one_of_few)
{
    enum { TIMES = 150 };
    const double exact[2] = {0.4, 0.5};
    int refused = 0;
    for (uint64_t i = 0; i < TIMES; i++) {
        toy t = {4000 + i, 0};
        double observed[MOMENTS];
        one(exact, (uint32_t)i, 5, observed);
        const ds_moments_result r = fit_to(&t, observed, to_quarters);
        ck_assert_double_eq(r.x[1], 0.5);
        ck_assert_uint_eq(r.freedom, 3);
        refused += r.p < 0.05;
    }
    ck_assert_msg(fabs(refused - 0.05 * TIMES) < 3.5 * sqrt(TIMES * 0.95 * 0.05), "%d", refused);
}
END_TEST

START_TEST(too_few_moments_are_refused)
{
    ds_moments_result r;
    ds_status st = {0};
    const ds_moments m = {.parameters = 2, .moments = 1, .replicas = 10};
    ck_assert(!ds_moments_fit(&m, &r, &st));
    ck_assert_ptr_nonnull(strstr(st.text, "1 moment of 10 replicas for 2 parameters"));
    static const ds_moments others[] = {
        {.parameters = 2, .moments = 4, .replicas = 1},
        {.parameters = 0, .moments = 4, .replicas = 9},
        {.parameters = 2, .moments = DS_MOMENTS_MOST + 1, .replicas = 9},
        {.parameters = DS_SEARCH_AXES + 1, .moments = DS_SEARCH_AXES + 1, .replicas = 9},
    };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        st = (ds_status){0};
        ck_assert(!ds_moments_fit(&others[i], &r, &st));
        ck_assert_int_eq(st.code, DS_E_DATA);
    }
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {errors_and_the_test_are_as_they_say, 0},
        {a_model_that_cannot_fit_is_refused, 0},
        {a_parameter_that_does_nothing_is_not_known, 0},
        {a_failure_ends_a_fit_with_its_cause, 0},
        {replicas_without_a_moment_are_left_out, 0},
        {without_two_replicas_there_is_no_fit, 0},
        {a_moment_that_does_not_vary_is_weighted_by_itself, 0},
        {a_fit_on_a_grid_stays_on_it, 0},
        {an_error_is_of_where_there_are_moments, 0},
        {the_test_holds_where_a_value_is_one_of_few, 0},
        {too_few_moments_are_refused, 0},
        {0},
    };
    return ds_run_tests("moments", tests, 120);
}
