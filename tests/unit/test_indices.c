/* Sobol' indices over designs of sim/io/designs.h, against closed forms: Ishigami's function
 * (cases.csv) and the g-function (Saltelli & Sobol' 1995). */
#include "run.h"

#include "analysis/indices.h"
#include "sim/io/designs.h"
#include "tests/reference/cases.h"

#include <math.h>

enum { AXES_MOST = 8 };

typedef double function(const double *unit, size_t axes);

static double ishigami(const double *unit, size_t axes)
{
    const double pi = 3.14159265358979323846;
    double x[3];
    (void)axes;
    for (int k = 0; k < 3; k++)
        x[k] = pi * (2 * unit[k] - 1);
    return sin(x[0]) + 7 * pow(sin(x[1]), 2) + 0.1 * pow(x[2], 4) * sin(x[0]);
}

static const double g_weight[] = {0, 1, 4.5, 9, 99, 99};

static double g_function(const double *unit, size_t axes)
{
    double product = 1;
    for (size_t k = 0; k < axes; k++)
        product *= (fabs(4 * unit[k] - 2) + g_weight[k]) / (1 + g_weight[k]);
    return product;
}

/* Variance of each factor; the whole is the product of 1 + these, less 1. */
static double g_variance(size_t k)
{
    return 1 / (3 * pow(1 + g_weight[k], 2));
}

static double *outputs(function *of, size_t axes, size_t rows, bool second_order)
{
    ds_pool pool = {0};
    ds_design d = {.kind = DS_DESIGN_SALTELLI,
                   .axes = axes,
                   .samples = rows,
                   .second_order = second_order,
                   .scramble = true,
                   .seed = 3};
    double unit[AXES_MOST];
    ds_design_build(&d, &pool);
    const size_t points = (size_t)ds_design_points(&d);
    double *const y = calloc(points, sizeof *y);
    for (size_t p = 0; p < points; p++) {
        ds_design_at(&d, p, unit);
        y[p] = of(unit, axes);
    }
    ds_pool_free(&pool);
    return y;
}

static ds_indices indices_of(const double *y, size_t axes, size_t rows, bool second_order)
{
    ds_status st = {0};
    ds_indices s;
    const ds_indices_query q = {.output = y,
                                .rows = rows,
                                .axes = axes,
                                .second_order = second_order,
                                .level = 0.95,
                                .seed = 1,
                                .resamples = 199};
    ck_assert(ds_indices_of(&s, &q, &st));
    return s;
}

static void meets(ds_estimate e, double expected, double off)
{
    ck_assert_double_eq_tol(e.value, expected, off);
    ck_assert(e.interval.low <= expected && expected <= e.interval.high);
    ck_assert(e.interval.low <= e.value && e.value <= e.interval.high);
}

static double expected(const char *quantity)
{
    return case_value("ishigami", "a=7 b=0.1 x_i~U(-pi,pi)", quantity);
}

START_TEST(indices_of_ishigami_are_met_and_covered)
{
    enum { ROWS = 1 << 14 };
    double *const y = outputs(ishigami, 3, ROWS, _i);
    ds_indices s = indices_of(y, 3, ROWS, _i);
    ck_assert_uint_eq(s.rows, ROWS);
    meets(s.mean, expected("mean"), 0.01);
    meets(s.variance, expected("variance"), 0.01);
    meets(s.first[0], 1 - expected("S2") - expected("ST3"), 0.01); /* what is left */
    meets(s.first[1], expected("S2"), 0.01);
    meets(s.first[2], expected("S3"), 0.01);
    meets(s.total[0], 1 - expected("S2"), 0.01);
    meets(s.total[1], expected("ST2"), 0.01);
    meets(s.total[2], expected("ST3"), 0.01);
    if (_i) {
        meets(s.second[0 * 3 + 2], expected("ST3"), 0.015);
        meets(s.second[0 * 3 + 1], 0, 0.015);
        ck_assert(isnan(s.second[2 * 3 + 0].value));
    } else {
        ck_assert_ptr_null(s.second);
    }
    ds_indices_free(&s);
    free(y);
}
END_TEST

START_TEST(indices_of_the_g_function_are_met)
{
    enum { ROWS = 1 << 12, AXES = 6 };
    double all = 1;
    for (size_t k = 0; k < AXES; k++)
        all *= 1 + g_variance(k);
    double *const y = outputs(g_function, AXES, ROWS, false);
    ds_indices s = indices_of(y, AXES, ROWS, false);
    meets(s.mean, 1, 0.01);
    meets(s.variance, all - 1, 0.01);
    for (size_t k = 0; k < AXES; k++) {
        meets(s.first[k], g_variance(k) / (all - 1), 0.01);
        meets(s.total[k], g_variance(k) * all / (1 + g_variance(k)) / (all - 1), 0.01);
    }
    ds_indices_free(&s);
    free(y);
}
END_TEST

/* Outputs far from zero, against their spread: the estimators must not see where zero is. */
START_TEST(a_constant_added_changes_nothing)
{
    enum { ROWS = 256 };
    double *const y = outputs(ishigami, 3, ROWS, false);
    ds_indices s = indices_of(y, 3, ROWS, false);
    for (size_t p = 0; p < (size_t)ROWS * 5; p++)
        y[p] += 1e6;
    ds_indices t = indices_of(y, 3, ROWS, false);
    for (int k = 0; k < 3; k++) {
        ck_assert_double_eq_tol(s.first[k].value, t.first[k].value, 1e-8);
        ck_assert_double_eq_tol(s.total[k].value, t.total[k].value, 1e-8);
        ck_assert_double_eq_tol(s.first[k].interval.low, t.first[k].interval.low, 1e-8);
    }
    ds_indices_free(&s);
    ds_indices_free(&t);
    free(y);
}
END_TEST

/* Of what both samples give, 1, 3, 5 and 7, as of a sample: 20 / 3. */
START_TEST(the_variance_is_that_of_a_sample)
{
    const double y[] = {1, 5, 5, 3, 7, 7};
    ds_indices s = indices_of(y, 1, 2, false);
    ck_assert_double_eq(s.mean.value, 4);
    ck_assert_double_eq_tol(s.variance.value, 20.0 / 3, 1e-14);
    ds_indices_free(&s);
}
END_TEST

START_TEST(rows_with_a_failed_point_are_left_out)
{
    enum { ROWS = 256 };
    double *const y = outputs(ishigami, 3, ROWS, false);
    y[5 * 200 + 3] = NAN;
    ds_indices s = indices_of(y, 3, ROWS, false);
    ck_assert_uint_eq(s.rows, ROWS - 1);
    memmove(y + (size_t)5 * 200, y + (size_t)5 * 201, (size_t)5 * 55 * sizeof *y);
    ds_indices t = indices_of(y, 3, ROWS - 1, false);
    ck_assert_double_eq(s.total[1].value, t.total[1].value);
    ds_indices_free(&s);
    ds_indices_free(&t);
    free(y);
}
END_TEST

START_TEST(what_does_not_vary_has_no_indices)
{
    const double y[] = {2, 2, 2, 2, 2, 2, 2, 2}, none[] = {NAN, 1, 1, 1};
    ds_indices s = indices_of(y, 2, 2, false);
    ck_assert_double_eq(s.mean.value, 2);
    ck_assert_double_eq(s.variance.value, 0);
    ck_assert(isnan(s.first[0].value) && s.first[0].doubts & DS_DOUBT_EQUAL);
    ds_indices_free(&s);
    s = indices_of(none, 2, 1, false);
    ck_assert(s.rows == 0 && isnan(s.mean.value) && isnan(s.total[1].value));
    ck_assert(s.mean.doubts & DS_DOUBT_FEW && isinf(s.mean.interval.low));
    ds_indices_free(&s);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{indices_of_ishigami_are_met_and_covered, 2},
                             {indices_of_the_g_function_are_met, 0},
                             {a_constant_added_changes_nothing, 0},
                             {the_variance_is_that_of_a_sample, 0},
                             {rows_with_a_failed_point_are_left_out, 0},
                             {what_does_not_vary_has_no_indices, 0},
                             {0}};
    return ds_run_tests("indices", tests, 120);
}
