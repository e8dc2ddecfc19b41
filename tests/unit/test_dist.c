/* Moments of every distribution against its own closed form, and what their checks refuse. */
#include "run.h"

#include "sim/core/dist.h"
#include "tests/choice.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

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

/* ---- distribution functions ---- */

static double of_hyper(double x)
{
    return 1 - 0.25 * exp(-0.4 * x) - 0.75 * exp(-2 * x);
}

static double of_lognormal(double x)
{
    return gsl_cdf_lognormal_P(x, log(1.5) - log(5) / 2, sqrt(log(5)));
}

static double of_erlang(double x)
{
    return gsl_cdf_gamma_P(x, 4, 0.5);
}

static double of_small_gamma(double x)
{
    return gsl_cdf_gamma_P(x, 0.25, 8);
}

static double of_uniform(double x)
{
    return (x - 2) / 3;
}

static double of_pareto(double x)
{
    return 1 - pow(1.5 / x, 0.8);
}

static double of_mixture(double x)
{
    return 0.3 * gsl_cdf_gamma_P(x, 1, 1) + 0.7 * gsl_cdf_gamma_P(x, 4, 1);
}

static const struct {
    const char *name;
    const ds_setting *settings;
    double (*function)(double x);
} functions[] = {
    {"hyperexponential", SETTINGS(SET("p", 0.25), SET("rates", 0.4, 2)), of_hyper},
    {"lognormal", SETTINGS(SET("mean", 1.5), SET("scv", 4)), of_lognormal},
    {"erlang", SETTINGS(SET("mean", 2), SET("shape", 4)), of_erlang},
    {"gamma", SETTINGS(SET("mean", 2), SET("scv", 4)), of_small_gamma},
    {"uniform", SETTINGS(SET("min", 2), SET("max", 5)), of_uniform},
    {"pareto", SETTINGS(SET("min", 1.5), SET("alpha", 0.8)), of_pareto},
    {"mixture", SETTINGS(SET("p", 0.3), SET("means", 1, 4), SET("scv", 1, 0.25)), of_mixture},
};
enum { FUNCTIONS = sizeof functions / sizeof functions[0], SAMPLE = 200000 };

static int rising(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Kolmogorov 1933: sqrt(n) D exceeds 2.23 with probability 1e-4. */
static void follows(double *x, double (*function)(double x))
{
    double worst = 0;
    qsort(x, SAMPLE, sizeof *x, rising);
    for (int i = 0; i < SAMPLE; i++)
        worst = fmax(worst, fabs(function(x[i]) - (i + 0.5) / SAMPLE));
    ck_assert_double_lt(worst * sqrt(SAMPLE), 2.23);
}

START_TEST(draws_follow_the_distribution_function)
{
    const ds_choice choice =
        choice_of(ds_distributions, functions[_i].name, functions[_i].settings);
    const ds_dist d = ds_dist_of(&choice);
    ds_rng rng = ds_rng_stream(32, (uint32_t)_i, 0, 0);
    double *const x = malloc(SAMPLE * sizeof *x);
    for (int i = 0; i < SAMPLE; i++)
        x[i] = ds_dist_draw(&d, &rng);
    follows(x, functions[_i].function);
    free(x);
}
END_TEST

START_TEST(normals_are_normal)
{
    ds_rng rng = ds_rng_stream(33, 0, 0, 0);
    double *const x = malloc(SAMPLE * sizeof *x);
    for (int i = 0; i < SAMPLE; i++)
        x[i] = ds_rng_normal(&rng);
    follows(x, gsl_cdf_ugaussian_P);
    free(x);
}
END_TEST

/* The word that draws the most: all uniforms at their end. */
START_TEST(the_heaviest_tail_is_still_a_number)
{
    const ds_param *const alpha =
        ds_param_find(ds_alternative_find(ds_distributions, "pareto")->params, "alpha");
    const ds_choice choice =
        choice_of(ds_distributions, "pareto", SETTINGS(SET("min", 1e12), SET("alpha", alpha->min)));
    const ds_dist d = ds_dist_of(&choice);
    ds_rng rng = ds_rng_stream(34, 0, 0, 0);
    (void)ds_rng_next(&rng);
    for (int i = 0; i < DS_RNG_BATCH; i++)
        rng.word[i] = 0;
    const double x = ds_dist_draw(&d, &rng);
    ck_assert(isfinite(x) && x > 1e100);
}
END_TEST

/* ---- what checks refuse ---- */

static const struct {
    const char *name;
    const ds_setting *settings;
    const char *says;
} refused[] = {
    {"hyperexponential", SETTINGS(SET("p", 0.5, 0.4, 0.3), SET("rates", 1, 2, 3)),
     "'p' sums to 1.2, must sum to 1"},
    {"hyperexponential", SETTINGS(SET("p", 0.5, 0.5), SET("rates", 1, 2, 3)), "'p' has 2 values"},
    {"hyperexponential", SETTINGS(SET("p", 0.5), SET("rates", 1)), "'p' sums to 0.5"},
    {"mixture", SETTINGS(SET("p", 0.5), SET("means", 1, 2), SET("scv", 1)), "'scv' has 1 value, "},
    {"uniform", SETTINGS(SET("min", 3), SET("max", 2)), "'max' is 2, must be at least 'min' = 3"},
    {"uniform", SETTINGS(SET("mean", 1), SET("min", 1.5)),
     "'mean' is 1, must be at least 'min' = 1.5"},
};
enum { REFUSED = sizeof refused / sizeof refused[0] };

START_TEST(a_check_says_what_is_wrong_and_what_would_be_right)
{
    ds_choice choice;
    ds_status st = {0};
    ck_assert(!choice_try(&choice, ds_distributions, refused[_i].name, refused[_i].settings, &st));
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_msg(strstr(st.text, refused[_i].says) != NULL, "%s", st.text);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{draws_have_the_moments_that_the_formula_has, CASES},
                             {a_pareto_tail_of_index_one_has_no_mean, 0},
                             {draws_follow_the_distribution_function, FUNCTIONS},
                             {normals_are_normal, 0},
                             {the_heaviest_tail_is_still_a_number, 0},
                             {a_check_says_what_is_wrong_and_what_would_be_right, REFUSED},
                             {0}};
    return ds_run_tests("dist", tests, 120);
}
