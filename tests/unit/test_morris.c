/* Elementary effects over designs of sim/io/designs.h, against closed forms. */
#include "run.h"

#include "analysis/morris.h"
#include "analysis/stats.h"
#include "sim/io/designs.h"

#include <math.h>
#include <stdlib.h>

enum { AXES = 4, LEVELS = 4, TRAJECTORIES = 400, POINTS = TRAJECTORIES * (AXES + 1) };

static double unit[POINTS * AXES], output[POINTS];

static void build(double (*of)(const double *))
{
    ds_pool pool = {0};
    ds_design d = {.kind = DS_DESIGN_MORRIS,
                   .axes = AXES,
                   .samples = TRAJECTORIES,
                   .levels = LEVELS,
                   .seed = 2};
    ds_design_build(&d, &pool);
    for (size_t p = 0; p < POINTS; p++) {
        ds_design_at(&d, p, unit + p * AXES);
        output[p] = of(unit + p * AXES);
    }
    ds_pool_free(&pool);
}

static void effects(ds_morris_axis *axis, size_t trajectories)
{
    ds_status st = {0};
    const ds_morris_query q = {
        .output = output, .unit = unit, .trajectories = trajectories, .axes = AXES, .level = 0.999};
    ck_assert(ds_morris_of(axis, &q, &st));
}

static double linear(const double *x)
{
    return 5 + 3 * x[0] - 2 * x[1] + 0.5 * x[2];
}

START_TEST(effects_of_a_linear_function_are_its_slopes)
{
    static const double slope[AXES] = {3, -2, 0.5, 0};
    ds_morris_axis axis[AXES];
    build(linear);
    effects(axis, TRAJECTORIES);
    for (int k = 0; k < AXES; k++) {
        ck_assert_uint_eq(axis[k].effects, TRAJECTORIES);
        ck_assert_double_eq_tol(axis[k].mu.value, slope[k], 1e-13);
        ck_assert_double_eq_tol(axis[k].mu_star.value, fabs(slope[k]), 1e-13);
        ck_assert_double_eq_tol(axis[k].sigma.value, 0, 1e-13);
        ck_assert(axis[k].mu.doubts & DS_DOUBT_EQUAL);
    }
}
END_TEST

/* On levels 0, 1/3, 2/3, 1 with steps of 2/3. */
static double curved(const double *x)
{
    return x[0] * (x[1] - 0.5) + pow(x[2], 2);
}

static void holds(ds_estimate e, double expected)
{
    ck_assert(e.interval.low <= expected && expected <= e.interval.high);
    ck_assert(e.interval.low <= e.value && e.value <= e.interval.high);
    ck_assert_double_eq_tol(e.value, expected, 0.06);
}

/* Axis 0: x1 - 1/2 over the levels, +-1/2 or +-1/6: mu 0, mu* 1/3, sigma sqrt(5) / 6. Axis 1: x0,
 * mean 1/2, the same sigma. Axis 2: the sum of both ends, 2/3 or 4/3: 1 and 1/3. */
START_TEST(effects_of_a_product_and_a_square_are_those_of_theory)
{
    ds_morris_axis axis[AXES];
    build(curved);
    effects(axis, TRAJECTORIES);
    holds(axis[0].mu, 0);
    holds(axis[0].mu_star, 1.0 / 3);
    holds(axis[0].sigma, sqrt(5) / 6);
    holds(axis[1].mu, 0.5);
    holds(axis[1].mu_star, 0.5);
    holds(axis[1].sigma, sqrt(5) / 6);
    holds(axis[2].mu, 1);
    holds(axis[2].sigma, 1.0 / 3);
    ck_assert_double_eq(axis[3].mu_star.value, 0);
}
END_TEST

START_TEST(a_failed_point_takes_two_effects_at_most)
{
    ds_morris_axis axis[AXES];
    size_t effects_left = 0;
    build(curved);
    output[(AXES + 1) * 10 + 2] = NAN;
    unit[((AXES + 1) * 20 + 1) * AXES] += 1; /* moved twice: no effect, nor the next */
    unit[((AXES + 1) * 20 + 1) * AXES + 1] += 1;
    effects(axis, TRAJECTORIES);
    for (int k = 0; k < AXES; k++)
        effects_left += axis[k].effects;
    ck_assert_uint_ge(effects_left, TRAJECTORIES * AXES - 5);
    ck_assert_uint_le(effects_left, TRAJECTORIES * AXES - 3);
}
END_TEST

START_TEST(few_trajectories_have_no_interval)
{
    ds_morris_axis axis[AXES];
    build(curved);
    effects(axis, 0);
    ck_assert(axis[0].effects == 0 && isnan(axis[0].mu.value) && isnan(axis[0].sigma.value));
    effects(axis, 1);
    ck_assert(axis[2].effects == 1 && isfinite(axis[2].mu.value) && isnan(axis[2].sigma.value));
    ck_assert(isinf(axis[2].mu.interval.high) && axis[2].mu.doubts & DS_DOUBT_FEW);
    effects(axis, 10);
    ck_assert(axis[0].sigma.doubts & DS_DOUBT_SMALL);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{effects_of_a_linear_function_are_its_slopes, 0},
                             {effects_of_a_product_and_a_square_are_those_of_theory, 0},
                             {a_failed_point_takes_two_effects_at_most, 0},
                             {few_trajectories_have_no_interval, 0},
                             {0}};
    return ds_run_tests("morris", tests, 60);
}
