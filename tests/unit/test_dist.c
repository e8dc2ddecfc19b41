/* Moments of every distribution against its own closed form, and what their checks refuse. */
#include "run.h"

#include "sim/core/dist.h"
#include "tests/choice.h"

#include <math.h>

static const struct {
    const char *name;
    const ds_setting *settings;
    double mean, variance; /* textbook */
} cases[] = {
    {"exponential", SETTINGS(SET("mean", 2)), 2, 4},
    {"deterministic", SETTINGS(SET("mean", 3)), 3, 0},
    {"erlang", SETTINGS(SET("mean", 2), SET("shape", 4)), 2, 1},
    {"hyperexponential", SETTINGS(SET("p", 0.25), SET("rates", 0.4, 2)), 1,
     2 * (0.25 / 0.16 + 0.75 / 4) - 1},
    {"lognormal", SETTINGS(SET("mean", 1.5), SET("scv", 4)), 1.5, 9},
    {"uniform", SETTINGS(SET("mean", 1)), 1, 1.0 / 3},
    {"uniform", SETTINGS(SET("min", 2), SET("max", 5)), 3.5, 0.75},
    {"gamma", SETTINGS(SET("mean", 2), SET("scv", 0.5)), 2, 2},
    {"pareto", SETTINGS(SET("min", 1), SET("alpha", 5)), 1.25, 5.0 / 48},
    {"mixture", SETTINGS(SET("p", 0.3), SET("means", 1, 4), SET("scv", 1, 0.25)), 3.1,
     0.3 * 2 + 0.7 * 20 - 3.1 * 3.1},
};
enum { CASES = sizeof cases / sizeof cases[0], DRAWS = 400000 };

START_TEST(draws_have_the_moments_that_the_formula_has)
{
    const ds_choice choice = choice_of(ds_distributions, cases[_i].name, cases[_i].settings);
    const ds_dist d = ds_dist_of(&choice);
    ds_rng rng = ds_rng_stream(31, (uint32_t)_i, 0, 0);
    ck_assert_double_eq_tol(d.mean, cases[_i].mean, 1e-12 * cases[_i].mean);
    ck_assert_double_eq_tol(d.variance, cases[_i].variance, 1e-9 * cases[_i].variance + 1e-15);
    double sum = 0, squares = 0, fourth = 0;
    for (int i = 0; i < DRAWS; i++) {
        const double x = ds_dist_draw(&d, &rng) - d.mean;
        ck_assert(isfinite(x) && x + d.mean >= 0);
        sum += x;
        squares += x * x;
        fourth += x * x * x * x;
    }
    const double variance = squares / DRAWS;
    if (d.variance == 0) {
        ck_assert_double_eq(variance, 0);
    } else {
        ck_assert_double_lt(fabs(sum / DRAWS) / sqrt(d.variance / DRAWS), 4.5);
        const double error = sqrt((fourth / DRAWS - variance * variance) / DRAWS);
        ck_assert_double_lt(fabs(variance - d.variance), 5 * error);
    }
}
END_TEST

START_TEST(a_pareto_tail_of_index_one_has_no_mean)
{
    const ds_choice choice = choice_of(ds_distributions, "pareto", SETTINGS(SET("alpha", 1)));
    const ds_dist d = ds_dist_of(&choice);
    ck_assert(isinf(d.mean) && isinf(d.variance));
}
END_TEST

START_TEST(probabilities_must_sum_to_one)
{
    const ds_alternative *const hyper = ds_alternative_find(ds_distributions, "hyperexponential");
    struct {
        ds_numbers p, rates;
        double derived[64];
    } params = {.p = {3, (const double[]){0.5, 0.4, 0.3}}, .rates = {3, (const double[]){1, 2, 3}}};
    ds_status st = {0};
    ck_assert(!hyper->check(&params, &st));
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_ptr_nonnull(strstr(st.text, "1.2"));
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{draws_have_the_moments_that_the_formula_has, CASES},
                             {a_pareto_tail_of_index_one_has_no_mean, 0},
                             {probabilities_must_sum_to_one, 0},
                             {0}};
    return ds_run_tests("dist", tests, 120);
}
