/* Paired comparisons. Figures are those of R 4.2 (t.test, wilcox.test, binom.test, power.t.test) on
 * the depression scores of Hollander & Wolfe (1973), p. 29, or of cases.csv. */
#include "run.h"

#include "analysis/paired.h"
#include "sim/core/rng.h"
#include "tests/reference/cases.h"

#include <gsl/gsl_randist.h>
#include <math.h>

static const double first[] = {1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30};
static const double second[] = {0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29};

static ds_paired paired(const double *a, const double *b, size_t count, size_t group)
{
    ds_status st = {0};
    ds_paired p;
    ck_assert(ds_paired_of(&p, a, b, count, group, 0.95, &st));
    return p;
}

static void near(double value, double expected)
{
    ck_assert_double_eq_tol(value, expected, 1e-9);
}

START_TEST(figures_are_those_of_r)
{
    const ds_paired p = paired(first, second, 9, 1);
    ck_assert_uint_eq(p.count, 9);
    near(p.difference.value, 0.431888888888889);
    near(p.difference.interval.low, 0.103778712272169);
    near(p.difference.interval.high, 0.759999065505609);
    near(p.t_p, 0.0161766274349);
    near(p.signed_rank_p, 0.0390625);
    near(p.sign_p, 0.1796875);
    near(p.correlation, 0.847876519115364);
    near(p.reduction, 6.34345966293878);
    near(p.relative.interval.low, 0.0630982266516);
    near(p.relative.interval.high, 0.8920307323384);
    near(p.median.value, 0.49);
    near(p.median.interval.low, -0.08); /* ranks 2 and 8 of 9 hold 0.961 */
    near(p.median.interval.high, 0.952);
    near(p.better.value, 7 / 9.0);
    ck_assert(p.difference.doubts == 0 || p.difference.doubts == DS_DOUBT_SKEWED);
}
END_TEST

START_TEST(ties_and_zeros_are_taken_as_r_takes_them)
{
    double x[] = {0, 1, 1, 2, -2, 3, -1, 4, 5, -3, 6, 2, 7};
    near(ds_signed_rank_p(x, 13), 0.0588561919417873);
    double zeros[] = {0, 0, NAN};
    near(ds_signed_rank_p(zeros, 3), 1);
    double fifty[50], sixty[60];
    for (int i = 0; i < 50; i++)
        fifty[i] = i % 5 == 2 ? -(i + 1) : i + 1;
    for (int i = 0; i < 60; i++)
        sixty[i] = i % 3 == 2 ? -(i + 1) : i + 1;
    near(ds_signed_rank_p(fifty, 50), 0.00013029578417445);
    near(ds_signed_rank_p(sixty, 60), 0.0362264941787866);
}
END_TEST

START_TEST(a_pair_without_a_figure_is_none)
{
    double a[12], b[12];
    for (int i = 0; i < 9; i++) {
        a[i] = first[i];
        b[i] = second[i];
    }
    a[9] = NAN, b[9] = 1;
    a[10] = 1, b[10] = NAN;
    a[11] = b[11] = NAN;
    const ds_paired p = paired(a, b, 12, 1), q = paired(first, second, 9, 1);
    ck_assert_uint_eq(p.count, 9);
    near(p.mean_a, q.mean_a);
    near(p.difference.interval.low, q.difference.interval.low);
    near(p.signed_rank_p, q.signed_rank_p);
}
END_TEST

START_TEST(what_never_differs_is_no_difference)
{
    const ds_paired p = paired(first, first, 9, 1);
    ck_assert_uint_eq(p.ties, 9);
    ck_assert_double_eq(p.difference.value, 0);
    ck_assert_double_eq(p.difference.interval.high, 0);
    ck_assert(p.t_p == 1 && p.sign_p == 1 && p.signed_rank_p == 1);
    ck_assert_double_eq(p.better.value, 0.5);
    ck_assert(p.better.interval.low < 0.4 && p.better.interval.high > 0.6);
    ck_assert(p.difference.doubts & DS_DOUBT_EQUAL);
    ck_assert(isinf(p.reduction));
}
END_TEST

START_TEST(what_always_differs_by_the_same_differs_for_certain)
{
    double shifted[8], whole[8];
    for (int i = 0; i < 8; i++) {
        whole[i] = i;
        shifted[i] = i + 2;
    }
    const ds_paired p = paired(shifted, whole, 8, 1);
    ck_assert(p.difference.interval.low == 2 && p.difference.interval.high == 2);
    ck_assert_double_eq(p.t_p, 0);
    near(p.sign_p, 2 / 256.0);
    ck_assert_double_eq(p.better.value, 1);
    near(p.correlation, 1);
}
END_TEST

/* scipy.stats.beta: 0.9875 bounds of 3 of 100 are 0.004777610 and 0.094161463, of none 0.042874030.
 */
START_TEST(ties_do_not_make_sure_which_is_better)
{
    double more[100] = {0}, none[100] = {0};
    more[7] = more[50] = more[99] = 1;
    ds_paired p = paired(more, none, 100, 1);
    ck_assert_double_eq_tol(p.better.value, 0.515, 1e-12);
    ck_assert_double_eq_tol(p.better.interval.low, 0.5 + (0.004777610 - 0.042874030) / 2, 1e-8);
    ck_assert_double_eq_tol(p.better.interval.high, 0.5 + 0.094161463 / 2, 1e-8);
    ck_assert(p.better.doubts & DS_DOUBT_EXTREME);
    p = paired(none, more, 100, 1);
    ck_assert_double_eq_tol(p.better.interval.low, 0.5 - 0.094161463 / 2, 1e-8);
    /* In pairs 3 of 50 have one: 0.009630317 and 0.182060003, none of 50: 0.083909878. */
    p = paired(more, none, 100, 2);
    ck_assert_double_eq_tol(p.better.interval.low, 0.5 + (0.009630317 / 2 - 0.083909878) / 2, 1e-8);
    ck_assert_double_eq_tol(p.better.interval.high, 0.5 + 0.182060003 / 2, 1e-8);
}
END_TEST

START_TEST(few_pairs_are_refused_an_interval)
{
    for (size_t n = 0; n < 2; n++) {
        const ds_paired p = paired(first, second, n, 1);
        ck_assert_uint_eq(p.count, n);
        ck_assert(isnan(p.t_p) && p.sign_p == 1);
        ck_assert(isinf(p.difference.interval.low) && isinf(p.relative.interval.high));
        ck_assert(p.difference.doubts & DS_DOUBT_FEW);
    }
    ck_assert(isinf(paired(first, second, 5, 1).median.interval.low));
}
END_TEST

START_TEST(infinite_figures_are_said_to_be)
{
    const double a[] = {1, INFINITY, 3, INFINITY}, b[] = {2, INFINITY, 1, 1};
    const ds_paired p = paired(a, b, 4, 1);
    ck_assert_uint_eq(p.count, 4);
    ck_assert_uint_eq(p.ties, 1);
    near(p.better.value, 2.5 / 4);
    ck_assert(p.difference.doubts & DS_DOUBT_INFINITE);
    ck_assert(isinf(p.difference.interval.high) && isnan(p.t_p));
}
END_TEST

START_TEST(the_ratio_to_what_may_be_zero_is_open)
{
    const double a[] = {1, 2, 3, 4}, b[] = {-1, 1, -2, 2.1};
    const ds_paired p = paired(a, b, 4, 1);
    ck_assert(isinf(p.relative.interval.low) && isinf(p.relative.interval.high));
}
END_TEST

/* Two policies on the same path of a price, 100 exp(0.05 - s^2 / 2 + s Z). */
START_TEST(common_numbers_save_what_theory_says)
{
    enum { N = 100000 };
    static double a[N], b[N];
    const char *const row = "GBM S0=100 mu=.05 T=1 policies sigma=0.2 vs 0.25 same Z";
    ds_rng rng = ds_rng_stream(21, 0, 0, 0);
    gsl_rng g = ds_rng_gsl(&rng);
    for (size_t i = 0; i < N; i++) {
        const double z = gsl_ran_gaussian_ziggurat(&g, 1);
        a[i] = 100 * exp(0.05 - 0.02 + 0.2 * z);
        b[i] = 100 * exp(0.05 - 0.03125 + 0.25 * z);
    }
    const ds_paired p = paired(a, b, N, 1);
    const double variance = case_value("crn", row, "Var(S1-S2) under CRN");
    const double ratio = case_value("crn", row, "variance ratio independent/CRN");
    ck_assert_double_eq_tol(p.sd * p.sd, variance, 0.05 * variance);
    ck_assert_double_eq_tol(p.reduction, ratio, 0.05 * ratio);
    ck_assert(p.difference.interval.low < 0 && p.difference.interval.high > 0);
}
END_TEST

/* Five groups of two, whose means are 0.5 to 2.5: all above 0, as half of the pairs are not. */
START_TEST(pairs_of_a_group_count_once)
{
    const double zero[10] = {0};
    double a[10];
    for (int i = 0; i < 10; i++)
        a[i] = 0.5 * (i / 2 + 1) + (i % 2 ? 3 : -3);
    const ds_paired p = paired(a, zero, 10, 2);
    ck_assert_uint_eq(p.count, 10);
    near(p.sign_p, 0.0625);
    near(p.signed_rank_p, 0.0625);
    near(p.difference.value, 1.5);
    near(p.difference.interval.low, 1.5 - 2.77644510519779 * sqrt(0.125));
    near(p.t_p, 0.013235599563686);
    near(p.sd, sqrt(10 * 0.125));
    near(p.better.value, 0.5);
}
END_TEST

START_TEST(pairs_needed_are_those_of_a_power_table)
{
    ck_assert_double_eq(ds_pairs_needed(0.5, 1, 0.95, 0.8), 34);    /* 33.37 */
    ck_assert_double_eq(ds_pairs_needed(-0.1, 1, 0.99, 0.9), 1492); /* 1491.26 */
    ck_assert_double_eq(ds_pairs_needed(0, 1, 0.95, 0.8), INFINITY);
    ck_assert_double_eq(ds_pairs_needed(1, 0, 0.95, 0.8), 2);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{figures_are_those_of_r, 0},
                             {ties_and_zeros_are_taken_as_r_takes_them, 0},
                             {a_pair_without_a_figure_is_none, 0},
                             {what_never_differs_is_no_difference, 0},
                             {what_always_differs_by_the_same_differs_for_certain, 0},
                             {ties_do_not_make_sure_which_is_better, 0},
                             {few_pairs_are_refused_an_interval, 0},
                             {infinite_figures_are_said_to_be, 0},
                             {the_ratio_to_what_may_be_zero_is_open, 0},
                             {common_numbers_save_what_theory_says, 0},
                             {pairs_of_a_group_count_once, 0},
                             {pairs_needed_are_those_of_a_power_table, 0},
                             {0}};
    return ds_run_tests("paired", tests, 60);
}
