/* Rank regression, against NumPy's least squares on ranks, and what it must not be misled by. */
#include "run.h"

#include "analysis/regression.h"
#include "sim/core/interval.h"

#include <math.h>

enum { POINTS = 12, AXES = 3 };

static void inputs(double x[POINTS][AXES])
{
    for (int i = 0; i < POINTS; i++) {
        x[i][0] = i * 5 % 12;
        x[i][1] = (i * 7 + 3) % 12;
        x[i][2] = i / 3 % 4; /* ties */
    }
}

static void regress(double x[POINTS][AXES], const double *y, ds_estimate *e, double *r2)
{
    ds_status st = {0};
    const ds_regression_query q = {
        .input = x[0], .output = y, .points = POINTS, .axes = AXES, .level = 0.95};
    ck_assert(ds_rank_regression(e, r2, &q, &st));
}

START_TEST(coefficients_and_errors_are_those_of_numpy)
{
    const double value[] = {0.76170076, -0.90275474, 0.08319181};
    const double error[] = {0.28530482, 0.19825758, 0.12719377};
    double x[POINTS][AXES], y[POINTS], r2;
    ds_estimate e[AXES];
    inputs(x);
    for (int i = 0; i < POINTS; i++)
        y[i] = exp(0.3 * x[i][0]) - 2 * x[i][1] + 0.5 * x[i][2] * x[i][2];
    regress(x, y, e, &r2);
    ck_assert_double_eq_tol(r2, 0.9457310701091796, 1e-12);
    for (int k = 0; k < AXES; k++) {
        const double half = ds_t_half_width(error[k], POINTS - AXES, 0.95);
        ck_assert_double_eq_tol(e[k].value, value[k], 1e-8);
        ck_assert_double_eq_tol(e[k].interval.low, value[k] - half, 1e-7);
        ck_assert_double_eq_tol(e[k].interval.high, value[k] + half, 1e-7);
    }
}
END_TEST

START_TEST(only_the_order_of_outputs_matters)
{
    double x[POINTS][AXES], y[POINTS], z[POINTS], r2, s2;
    ds_estimate e[AXES], f[AXES];
    inputs(x);
    for (int i = 0; i < POINTS; i++) {
        y[i] = 3 * x[i][0] - x[i][1];
        z[i] = exp(y[i]);
    }
    regress(x, y, e, &r2);
    regress(x, z, f, &s2);
    ck_assert_double_eq(r2, s2);
    for (int k = 0; k < AXES; k++)
        ck_assert(e[k].value == f[k].value && e[k].interval.low == f[k].interval.low);
}
END_TEST

START_TEST(one_axis_that_decides_has_all_of_it)
{
    double x[POINTS][AXES], y[POINTS], r2;
    ds_estimate e[AXES];
    inputs(x);
    for (int i = 0; i < POINTS; i++)
        y[i] = -pow(x[i][1], 3);
    regress(x, y, e, &r2);
    ck_assert_double_eq_tol(r2, 1, 1e-12);
    ck_assert_double_eq_tol(e[1].value, -1, 1e-12);
    ck_assert_double_eq_tol(e[0].value, 0, 1e-12);
}
END_TEST

START_TEST(axes_that_stand_still_and_points_without_output_are_left_out)
{
    double x[POINTS][AXES], y[POINTS], r2;
    ds_estimate e[AXES];
    inputs(x);
    for (int i = 0; i < POINTS; i++) {
        y[i] = i % 5 == 4 ? NAN : x[i][0];
        x[i][1] = 7;
    }
    regress(x, y, e, &r2);
    ck_assert_uint_eq(e[0].count, 10);
    ck_assert_double_eq_tol(e[0].value, 1, 1e-12);
    ck_assert(isnan(e[1].value) && e[1].doubts & DS_DOUBT_EQUAL);
    ck_assert(!isnan(e[2].value));
}
END_TEST

START_TEST(nothing_is_said_of_axes_that_move_together_or_of_few_points)
{
    double x[POINTS][AXES], y[POINTS], r2;
    ds_estimate e[AXES];
    inputs(x);
    for (int i = 0; i < POINTS; i++) {
        y[i] = i;
        x[i][2] = 2 * x[i][0] + 1;
    }
    regress(x, y, e, &r2);
    ck_assert(isnan(r2) && isnan(e[0].value) && isinf(e[0].interval.low));
    inputs(x);
    for (int i = 2; i < POINTS; i++)
        y[i] = NAN;
    regress(x, y, e, &r2);
    ck_assert(isnan(e[0].value) && e[0].doubts & DS_DOUBT_FEW);
    y[0] = NAN;
    y[1] = NAN;
    regress(x, y, e, &r2);
    ck_assert(isnan(r2) && isnan(e[0].value));
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{coefficients_and_errors_are_those_of_numpy, 0},
                             {only_the_order_of_outputs_matters, 0},
                             {one_axis_that_decides_has_all_of_it, 0},
                             {axes_that_stand_still_and_points_without_output_are_left_out, 0},
                             {nothing_is_said_of_axes_that_move_together_or_of_few_points, 0},
                             {0}};
    return ds_run_tests("regression", tests, 60);
}
