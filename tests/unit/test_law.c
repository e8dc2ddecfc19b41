/* Distribution functions behind intervals. Figures are R 4.2's (qnorm, pnorm, qt, pbinom). */
#include "run.h"

#include "sim/core/interval.h"
#include "sim/core/law.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

static void agrees(double value, double expected, double relative)
{
    ck_assert_msg(fabs(value - expected) <= relative * fabs(expected), "%.17g is not %.17g", value,
                  expected);
}

START_TEST(normal_quantiles_are_those_of_the_tables)
{
    agrees(ds_normal_quantile(0.975), 1.959963984540054, 1e-15);
    agrees(ds_normal_quantile(1e-20), -9.262340089798408, 1e-14);
    agrees(ds_normal_below(-8), 6.220960574271786e-16, 1e-13);
    agrees(ds_normal_above(1.959963984540054), 0.025, 1e-13);
    ck_assert_double_eq(ds_normal_quantile(0.5), 0);
    ck_assert_double_eq(ds_normal_quantile(0), -INFINITY);
    ck_assert_double_eq(ds_normal_quantile(1), INFINITY);
    ck_assert(isnan(ds_normal_quantile(-0.1)) && isnan(ds_normal_quantile(1.1)) &&
              isnan(ds_normal_quantile(NAN)));
    for (int i = 1; i < 2000; i++) {
        const double p = i < 1000 ? ldexp(1, -i) : i / 2000.0;
        agrees(ds_normal_below(ds_normal_quantile(p)), p, 1e-12);
        agrees(ds_normal_quantile(p), gsl_cdf_ugaussian_Pinv(p), 1e-13);
    }
}
END_TEST

/* Every half up to 15, which Stirling's rest has in a table, and those behind it. */
START_TEST(t_probabilities_of_all_freedoms_are_those_of_gsl)
{
    for (size_t freedom = 1; freedom <= 70; freedom++)
        for (int i = -6; i <= 6; i++)
            agrees(ds_t_below(0.7 * i, freedom), gsl_cdf_tdist_P(0.7 * i, (double)freedom), 1e-10);
}
END_TEST

START_TEST(t_quantiles_are_those_of_the_tables)
{
    static const size_t freedoms[] = {1, 2, 3, 29, 31, 1000, 1000000};
    agrees(ds_t_quantile(0.975, 1), 12.706204736174698, 1e-14);
    agrees(ds_t_quantile(0.975, 9), 2.2621571627982055, 1e-14);
    agrees(ds_t_quantile(0.025, 99), -1.9842169515864175, 1e-14);
    agrees(ds_t_quantile(1e-12, 2), -707106.78118548687, 1e-13);
    ck_assert_double_eq(ds_t_quantile(0.5, 7), 0);
    ck_assert_double_eq(ds_t_quantile(1, 7), INFINITY);
    for (size_t i = 0; i < sizeof freedoms / sizeof *freedoms; i++)
        for (int k = 1; k < 100; k++) {
            const double p = k < 40 ? ldexp(1, -k) : k / 100.0;
            agrees(ds_t_below(ds_t_quantile(p, freedoms[i]), freedoms[i]), p, 1e-10);
        }
    for (int k = 60; k < 100; k++) { /* in closed form */
        const double p = k / 100.0;
        const double odds = (2 * p - 1) * sqrt(0.5 / (p * (1 - p)));
        agrees(ds_t_quantile(p, 1), tan(3.14159265358979324 * (p - 0.5)), 1e-13);
        agrees(ds_t_quantile(p, 2), odds, 1e-13);
    }
}
END_TEST

START_TEST(binomial_probabilities_are_sums)
{
    for (int percent = 2; percent < 100; percent += 6) {
        const double share = percent / 100.0;
        double term = 1, sum = 0;
        for (int i = 0; i < 40; i++)
            term *= 1 - share;
        for (size_t k = 0; k <= 40; k++) {
            sum += term;
            agrees(ds_binomial_below(k, share, 40), sum, 1e-13);
            term *= (double)(40 - k) / (double)(k + 1) * share / (1 - share);
        }
    }
    for (size_t n = 50; n < 100000; n = 3 * n + 1)
        for (size_t k = 0; k < n; k += 1 + n / 13)
            if (gsl_cdf_binomial_P((unsigned)k, 0.4, (unsigned)n) > 1e-280)
                agrees(ds_binomial_below(k, 0.4, n),
                       gsl_cdf_binomial_P((unsigned)k, 0.4, (unsigned)n), 1e-9);
    ck_assert_double_eq(ds_binomial_below(3, 0, 5), 1);
    ck_assert_double_eq(ds_binomial_below(3, 1, 5), 0);
    ck_assert_double_eq(ds_binomial_below(5, 1, 5), 1);
}
END_TEST

/* Two zeros are equal to `<`, and a C library may leave them as it likes. */
START_TEST(sorting_decides_between_the_zeros)
{
    double values[4][4] = {
        {0.0, -0.0, 0.0, -0.0}, {-0.0, 0.0, -0.0, 0.0}, {0.0, 0.0, -0.0, -0.0}, {-0.0, -0.0, 0, 0}};
    for (int i = 0; i < 4; i++) {
        qsort(values[i], 4, sizeof(double), ds_ascending);
        ck_assert_mem_eq(values[i], values[3], sizeof values[i]);
    }
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {normal_quantiles_are_those_of_the_tables, 0},
        {t_probabilities_of_all_freedoms_are_those_of_gsl, 0},
        {t_quantiles_are_those_of_the_tables, 0},
        {binomial_probabilities_are_sums, 0},
        {sorting_decides_between_the_zeros, 0},
        {0},
    };
    return ds_run_tests("law", tests, 60);
}
