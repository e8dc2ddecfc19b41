/* Intervals that the stopping rule and the analysis share. Figures without a row of cases.csv are
 * those of R 4.2: prop.test, binom.test, quantile. */
#include "run.h"

#include "sim/core/interval.h"
#include "tests/reference/cases.h"

#include <math.h>

static void agrees(double value, double expected, double relative)
{
    ck_assert_double_le(fabs(value - expected), relative * fabs(expected));
}

/* Student's table: t(0.975) is 12.7062 at 1, 2.2622 at 9, 1.9842 at 99 degrees of freedom. */
START_TEST(t_intervals_have_the_tables_width)
{
    ck_assert_double_eq_tol(ds_t_half_width(1, 2, 0.95), 12.7062, 5e-5);
    ck_assert_double_eq_tol(ds_t_half_width(1, 10, 0.95), 2.2622, 5e-5);
    ck_assert_double_eq_tol(ds_t_half_width(2, 100, 0.95), 2 * 1.9842, 1e-4);
    ck_assert(isnan(ds_t_half_width(1, 1, 0.95)));
    ck_assert(isnan(ds_t_half_width(1, 0, 0.95)));
}
END_TEST

START_TEST(quantile_intervals_have_the_published_ranks_and_coverage)
{
    const char *const row = "n=1000 p=0.99 nominal 95% distribution-free";
    const ds_ranks r = ds_quantile_ranks(1000, 0.99, 0.95);
    ck_assert_uint_eq(r.low, 983);
    ck_assert_uint_eq(r.high, 997);
    agrees(r.coverage, case_value("quantile_ci", row, "exact coverage"), 1e-10);
}
END_TEST

/* The normal distribution is as good there: ranks n / 2 -+ 0.98 sqrt(n). */
START_TEST(ranks_of_ten_million_values_are_found)
{
    const ds_ranks r = ds_quantile_ranks(10000000, 0.5, 0.95);
    ck_assert(fabs((double)r.low - (5e6 - 0.98 * sqrt(1e7))) < 3);
    ck_assert(fabs((double)r.high - (5e6 + 0.98 * sqrt(1e7))) < 3);
    ck_assert_double_eq_tol(r.coverage, 0.95, 1e-3);
}
END_TEST

/* 0.95^58 > 0.05 / 2 ... a bound of the 5 % quantile from below at 97.5 % needs 72 values. */
START_TEST(too_few_values_leave_an_extreme_quantile_open)
{
    double sorted[72];
    for (int i = 0; i < 72; i++)
        sorted[i] = i;
    ck_assert_double_eq(ds_quantile_interval(sorted, 71, 0.05, 0.95).low, -INFINITY);
    ck_assert_double_eq(ds_quantile_interval(sorted, 72, 0.05, 0.95).low, 0);
    ck_assert_double_eq(ds_quantile_interval(sorted, 71, 0.95, 0.95).high, INFINITY);
    ck_assert_double_eq(ds_quantile_interval(sorted, 72, 0.95, 0.95).high, 71);
}
END_TEST

START_TEST(no_values_bound_nothing)
{
    const ds_interval i = ds_quantile_interval(NULL, 0, 0.5, 0.95);
    ck_assert_double_eq(i.low, -INFINITY);
    ck_assert_double_eq(i.high, INFINITY);
    ck_assert(isnan(ds_quantile(NULL, 0, 0.5)));
}
END_TEST

START_TEST(wilks_numbers_are_the_published_ones)
{
    ck_assert_uint_eq(ds_values_needed(0.95, 0.95, 1),
                      (size_t)case_value("wilks", "one-sided 95/95 first order", "n"));
    ck_assert_uint_eq(ds_values_needed(0.95, 0.95, 2),
                      (size_t)case_value(
                          "wilks", "one-sided 95/95 second order (or two-sided first order)", "n"));
    ck_assert_uint_eq(ds_values_needed(0.99, 0.95, 1), 299);
    ck_assert_uint_eq(ds_values_needed(0.5, 0.5, 1), 1);
}
END_TEST

START_TEST(quantiles_interpolate_as_r_does)
{
    const double sorted[] = {9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161};
    ck_assert_double_eq(ds_quantile(sorted, 11, 0.05), 11);
    ck_assert_double_eq(ds_quantile(sorted, 11, 0.25), 15.5);
    ck_assert_double_eq(ds_quantile(sorted, 11, 0.5), 28);
    agrees(ds_quantile(sorted, 11, 0.95), 104.5, 1e-14);
    ck_assert_double_eq(ds_quantile(sorted, 1, 0.3), 9);
}
END_TEST

/* A replica in which something never happens is at infinity. */
START_TEST(quantiles_beside_infinity_are_figures)
{
    const double sorted[] = {-INFINITY, 1, 2, INFINITY, INFINITY};
    ck_assert_double_eq(ds_quantile(sorted, 5, 0.25), 1);
    ck_assert_double_eq(ds_quantile(sorted, 5, 0.5), 2);
    ck_assert_double_eq(ds_quantile(sorted, 5, 0.6), INFINITY);
    ck_assert_double_eq(ds_quantile(sorted, 5, 1), INFINITY);
    ck_assert_double_eq(ds_quantile(sorted, 5, 0), -INFINITY);
}
END_TEST

START_TEST(sorting_drops_what_is_no_number)
{
    double values[] = {3, NAN, -INFINITY, 1, NAN, INFINITY, 2};
    ck_assert_uint_eq(ds_sort(values, 7), 5);
    ck_assert_double_eq(values[0], -INFINITY);
    ck_assert_double_eq(values[3], 3);
    ck_assert_double_eq(values[4], INFINITY);
    ck_assert_uint_eq(ds_sort(values, 0), 0);
}
END_TEST

/* Its algebra says 0 and 1; its rounding need not. */
START_TEST(none_and_all_are_exact)
{
    for (size_t n = 1; n <= 3000; n++) {
        ck_assert_double_eq(ds_wilson(0, n, 0.95).low, 0);
        ck_assert_double_eq(ds_wilson(n, n, 0.95).high, 1);
    }
}
END_TEST

static const struct {
    size_t hits, count;
    double level, low, high;
} wilson[] = {
    {8, 20, 0.95, 0.218806532372817, 0.613418499237747},
    {0, 20, 0.95, 0, 0.161125158052819},
    {20, 20, 0.95, 1 - 0.161125158052819, 1},
    {15, 1000, 0.9, 0.00986046191781059, 0.02275683402475711},
    {0, 0, 0.95, 0, 1},
};

START_TEST(wilson_intervals_are_those_of_r)
{
    const ds_interval i = ds_wilson(wilson[_i].hits, wilson[_i].count, wilson[_i].level);
    agrees(i.low, wilson[_i].low, 1e-12);
    agrees(i.high, wilson[_i].high, 1e-12);
}
END_TEST

static const struct {
    size_t hits, count;
    double level, low, high;
} exact[] = {
    {8, 20, 0.95, 0.191190060725307, 0.639457412692510},
    {0, 20, 0.95, 0, 0.168433470983085},
    {20, 20, 0.95, 1 - 0.168433470983085, 1},
    {1, 1000, 0.99, 5.01252926077751e-06, 7.40628693835299e-03},
    {499000, 1000000, 0.95, 0.498019524051534, 0.499980481740988},
    {0, 0, 0.95, 0, 1},
};

START_TEST(exact_intervals_are_those_of_r)
{
    const ds_interval i = ds_clopper_pearson(exact[_i].hits, exact[_i].count, exact[_i].level);
    agrees(i.low, exact[_i].low, 1e-8);
    agrees(i.high, exact[_i].high, 1e-8);
}
END_TEST

/* The coverage of an interval of a probability is a finite sum. */
static double coverage(ds_interval (*of)(size_t, size_t, double), size_t n, double p)
{
    double sum = 0;
    for (size_t k = 0; k <= n; k++) {
        const ds_interval i = of(k, n, 0.95);
        if (i.low <= p && p <= i.high)
            sum += exp(lgamma((double)n + 1) - lgamma((double)k + 1) - lgamma((double)(n - k) + 1) +
                       (double)k * log(p) + (double)(n - k) * log1p(-p));
    }
    return sum;
}

/* Wilson's is right on average and dips where hits are few: to 0.844 at 0.0017 of 100. */
START_TEST(exact_intervals_cover_everywhere_and_wilsons_on_average)
{
    double sum = 0, least = 1;
    for (int i = 1; i < 200; i++) {
        const double p = i / 200.0, wilsons = coverage(ds_wilson, 100, p);
        ck_assert_double_ge(coverage(ds_clopper_pearson, 100, p), 0.95);
        sum += wilsons / 199;
        least = wilsons < least ? wilsons : least;
    }
    ck_assert_double_eq_tol(sum, 0.952, 0.003);
    ck_assert_double_ge(least, 0.9);
    ck_assert_double_le(coverage(ds_wilson, 100, 0.0017), 0.85);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {t_intervals_have_the_tables_width, 1},
        {quantile_intervals_have_the_published_ranks_and_coverage, 1},
        {ranks_of_ten_million_values_are_found, 1},
        {too_few_values_leave_an_extreme_quantile_open, 1},
        {no_values_bound_nothing, 1},
        {wilks_numbers_are_the_published_ones, 1},
        {quantiles_interpolate_as_r_does, 1},
        {quantiles_beside_infinity_are_figures, 1},
        {sorting_drops_what_is_no_number, 1},
        {none_and_all_are_exact, 0},
        {wilson_intervals_are_those_of_r, sizeof wilson / sizeof wilson[0]},
        {exact_intervals_are_those_of_r, sizeof exact / sizeof exact[0]},
        {exact_intervals_cover_everywhere_and_wilsons_on_average, 1},
        {0},
    };
    return ds_run_tests("interval", tests, 60);
}
