/* Parts of the variance over a grid, against functions whose parts are known. */
#include "run.h"

#include "analysis/factorial.h"

#include <math.h>

START_TEST(a_sum_has_no_interactions)
{
    const size_t count[] = {2, 3, 4};
    double y[24], first[3], total[3], mean, variance;
    for (int p = 0; p < 24; p++) /* variances of 0..n-1 by 10, 3 and 1: 25, 6 and 5/4 */
        y[p] = 100 + 10 * (p / 12) + 3 * (p / 4 % 3) + p % 4;
    ds_factorial_of(y, count, 3, first, total, &mean, &variance);
    ck_assert_double_eq_tol(mean, 100 + 5 + 3 + 1.5, 1e-12);
    ck_assert_double_eq_tol(variance, 25 + 6 + 1.25, 1e-12);
    const double part[] = {25 / 32.25, 6 / 32.25, 1.25 / 32.25};
    for (int k = 0; k < 3; k++) {
        ck_assert_double_eq_tol(first[k], part[k], 1e-12);
        ck_assert_double_eq_tol(total[k], part[k], 1e-12);
    }
}
END_TEST

/* Of a product of centred axes everything is interaction. */
START_TEST(a_product_of_centred_axes_has_nothing_but_interactions)
{
    const size_t count[] = {2, 3};
    double y[6], first[2], total[2], mean, variance;
    for (int p = 0; p < 6; p++)
        y[p] = (p / 3 - 0.5) * (p % 3 - 1);
    ds_factorial_of(y, count, 2, first, total, &mean, &variance);
    for (int k = 0; k < 2; k++) {
        ck_assert_double_eq_tol(first[k], 0, 1e-14);
        ck_assert_double_eq_tol(total[k], 1, 1e-14);
    }
}
END_TEST

/* Independent axes: V of a product of 1 + f_k is the product of 1 + V_k, less 1 (Sobol' 1993). */
START_TEST(a_product_has_the_parts_that_its_factors_give_it)
{
    const size_t count[] = {3, 5};
    double y[15], first[2], total[2], mean, variance;
    const double v[] = {0.25 * 2 / 3, 0.01 * 2};
    for (int p = 0; p < 15; p++)
        y[p] = (1 + 0.5 * (p / 5 - 1)) * (1 + 0.1 * (p % 5 - 2));
    const double all = (1 + v[0]) * (1 + v[1]) - 1;
    ds_factorial_of(y, count, 2, first, total, &mean, &variance);
    ck_assert_double_eq_tol(variance, all, 1e-12);
    for (int k = 0; k < 2; k++) {
        ck_assert_double_eq_tol(first[k], v[k] / all, 1e-12);
        ck_assert_double_eq_tol(total[k], v[k] * (1 + v[1 - k]) / all, 1e-12);
    }
}
END_TEST

START_TEST(what_does_not_vary_has_no_parts)
{
    const size_t count[] = {2, 2};
    const double y[] = {1e9, 1e9, 1e9, 1e9};
    double first[2], total[2], mean, variance;
    ds_factorial_of(y, count, 2, first, total, &mean, &variance);
    ck_assert_double_eq(mean, 1e9);
    ck_assert(isnan(first[0]) && isnan(total[1]));
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{a_sum_has_no_interactions, 0},
                             {a_product_of_centred_axes_has_nothing_but_interactions, 0},
                             {a_product_has_the_parts_that_its_factors_give_it, 0},
                             {what_does_not_vary_has_no_parts, 0},
                             {0}};
    return ds_run_tests("factorial", tests, 60);
}
