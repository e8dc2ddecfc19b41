#include "analysis/contrast.h"

#include "analysis/doubt.h"
#include "sim/core/rng.h"
#include "tests/unit/run.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

enum { MOST = 400 };

/* So many pairs of (1, 0), (0, 1), (1, 1) and (0, 0). */
static size_t pairs(double *a, double *b, size_t only_a, size_t only_b, size_t both, size_t none)
{
    const size_t count[4] = {only_a, only_b, both, none};
    static const double of_a[4] = {1, 0, 1, 0}, of_b[4] = {0, 1, 1, 0};
    size_t n = 0;
    for (int k = 0; k < 4; k++)
        for (size_t i = 0; i < count[k]; i++, n++) {
            a[n] = of_a[k];
            b[n] = of_b[k];
        }
    return n;
}

/* R's PropCIs::diffpropci.mp(b = 40, c = 20, n = 160, conf.level = 0.95). */
START_TEST(pairs_of_yes_and_no_have_the_interval_of_agresti_and_min)
{
    double a[MOST], b[MOST];
    const size_t n = pairs(a, b, 20, 40, 50, 50);
    const ds_contrast c = ds_contrast_share_pairs(a, b, n, 0.95);
    ck_assert_double_eq_tol(c.difference.interval.low, -0.216017, 1e-6);
    ck_assert_double_eq_tol(c.difference.interval.high, -0.030896, 1e-6);
    ck_assert_double_eq_tol(c.difference.value, -20.0 / 160, 1e-15);
    ck_assert_double_eq_tol(c.a, 70.0 / 160, 1e-15);
    ck_assert_double_eq_tol(c.b, 90.0 / 160, 1e-15);
    ck_assert_uint_eq(c.difference.count, 160);
    ck_assert_uint_eq(c.difference.doubts, 0);
}
END_TEST

/* Second free throws after a hit, 251 of 285, and after a miss, 48 of 53: -0.1035 to 0.0778 (Bilder
 * & Loughin 2014, 1.2.2). */
START_TEST(two_samples_of_yes_and_no_have_the_interval_of_agresti_and_caffo)
{
    double a[MOST] = {0}, b[MOST] = {0};
    for (size_t i = 0; i < 251; i++)
        a[i] = 1;
    for (size_t i = 5; i < 53; i++)
        b[i] = 1;
    const ds_contrast c = ds_contrast_shares(a, 285, b, 53, 0.95);
    ck_assert_double_eq_tol(c.difference.interval.low, -0.1035, 5e-5);
    ck_assert_double_eq_tol(c.difference.interval.high, 0.0778, 5e-5);
    ck_assert_double_eq_tol(c.difference.value, 251.0 / 285 - 48.0 / 53, 1e-15);
}
END_TEST

/* At the level 1 - p the interval ends at 0. */
START_TEST(interval_and_p_of_probabilities_say_the_same)
{
    double a[MOST], b[MOST];
    const size_t n = pairs(a, b, 9, 2, 3, 40);
    const double p = ds_contrast_share_pairs(a, b, n, 0.95).p;
    const ds_contrast at = ds_contrast_share_pairs(a, b, n, 1 - p);
    ck_assert_double_eq_tol(at.difference.interval.low, 0, 1e-12);
    const double q = ds_contrast_shares(a, n, b, n / 2, 0.95).p;
    const ds_contrast apart = ds_contrast_shares(a, n, b, n / 2, 1 - q);
    ck_assert_double_eq_tol(
        fmin(fabs(apart.difference.interval.low), fabs(apart.difference.interval.high)), 0, 1e-12);
}
END_TEST

START_TEST(probabilities_that_are_all_the_same_are_not_known_exactly)
{
    double a[MOST] = {0}, b[MOST] = {0};
    const ds_contrast c = ds_contrast_share_pairs(a, b, 100, 0.95);
    ck_assert(c.difference.interval.low < 0 && c.difference.interval.high > 0);
    ck_assert_double_eq(c.difference.value, 0);
    ck_assert_double_eq(c.p, 1);
    a[0] = NAN;
    ck_assert_uint_eq(ds_contrast_share_pairs(a, b, 100, 0.95).difference.count, 99);
    a[1] = 1;
    ck_assert_uint_eq(ds_contrast_share_pairs(a, b, 100, 0.95).difference.doubts, DS_DOUBT_EXTREME);
}
END_TEST

/* A coin four times the same way: 2 / 2^4. Fisher's tea, 3 of 4 against 1 of 4: one side 17 / 70
 * (Fisher 1935). */
START_TEST(where_few_differ_tests_are_exact)
{
    double a[MOST], b[MOST];
    const size_t n = pairs(a, b, 4, 0, 3, 93);
    const ds_contrast c = ds_contrast_share_pairs(a, b, n, 0.95);
    ck_assert_double_eq_tol(c.p, 0.125, 1e-12);
    ck_assert(c.difference.interval.low < 0 && c.difference.interval.high > 0.04);
    ck_assert_uint_eq(c.difference.doubts, DS_DOUBT_EXTREME);
    /* Of two bounds, each at 97.5 %. */
    const ds_interval more = ds_clopper_pearson(4, n, 0.975),
                      less = ds_clopper_pearson(0, n, 0.975);
    ck_assert_double_eq_tol(c.difference.interval.low, more.low - less.high, 1e-12);
    ck_assert_double_eq_tol(c.difference.interval.high, more.high - less.low, 1e-12);
    const double tea[] = {1, 1, 1, 0}, milk[] = {0, 0, 0, 1};
    ck_assert_double_eq_tol(ds_contrast_shares(tea, 4, milk, 4, 0.95).p, 34 / 70.0, 1e-12);
}
END_TEST

START_TEST(nothing_is_said_of_no_values)
{
    const double none[2] = {NAN, NAN}, one[2] = {0, 1};
    const ds_contrast c[] = {ds_contrast_share_pairs(none, one, 2, 0.95),
                             ds_contrast_shares(none, 2, one, 2, 0.95),
                             ds_contrast_means(none, 2, one, 2, 1, 0.95)};
    for (int i = 0; i < 3; i++) {
        ck_assert(isnan(c[i].difference.value) && isnan(c[i].p));
        ck_assert(isinf(c[i].difference.interval.low) && isinf(c[i].difference.interval.high));
        ck_assert(c[i].difference.doubts & DS_DOUBT_FEW);
    }
}
END_TEST

/* Welch's example of summaries is that of the values they summarise; Fieller's interval at the
 * level at which the difference just holds 0 holds 0, too. */
START_TEST(means_known_by_their_errors_are_compared_as_their_values_are)
{
    const double a[] = {3, 4, 6, 7, 9}, b[] = {1, 2, 2, 5, 6, 8};
    const ds_contrast c = ds_contrast_means(a, 5, b, 6, 1, 0.95);
    double p;
    const ds_estimate e = ds_estimate_difference(a, 5, b, 6, 0.95, &p);
    ck_assert_double_eq(c.difference.value, e.value);
    ck_assert_double_eq(c.difference.interval.low, e.interval.low);
    ck_assert_double_eq(c.p, p);
    const ds_contrast edge = ds_contrast_means(a, 5, b, 6, 1, 1 - p);
    ck_assert_double_eq_tol(edge.relative.interval.low, 0, 1e-9);
    ck_assert_double_eq_tol(c.relative.value, 5.8 / 4 - 1, 1e-12);
}
END_TEST

START_TEST(groups_are_what_is_independent)
{
    const double a[] = {3, 3, 6, 6, 9, 9}, b[] = {1, 1, 2, 2, 6, 6};
    const double few_a[] = {3, 6, 9}, few_b[] = {1, 2, 6};
    const ds_contrast c = ds_contrast_means(a, 6, b, 6, 2, 0.95);
    const ds_contrast few = ds_contrast_means(few_a, 3, few_b, 3, 1, 0.95);
    ck_assert_double_eq_tol(c.difference.interval.low, few.difference.interval.low, 1e-12);
    ck_assert_double_eq_tol(c.p, few.p, 1e-12);
}
END_TEST

/* ---- quantiles ---- */

static ds_contrast_quantile how(double share, size_t group)
{
    return (ds_contrast_quantile){.share = share, .group = group, .level = 0.95, .seed = 5};
}

/* b uniform on a lattice, a = 2 b + 1: every quantile of a is 2 q + 1. */
START_TEST(quantiles_are_those_of_each_sample)
{
    static const double shares[] = {0.05, 0.5, 0.9};
    double a[101], b[101];
    ds_status st = {0};
    ds_contrast c;
    for (size_t i = 0; i < 101; i++) {
        b[i] = (double)(i * 37 % 101);
        a[i] = 2 * b[i] + 1;
    }
    for (int k = 0; k < 3; k++) {
        const ds_contrast_quantile q = how(shares[k], 1);
        ck_assert(ds_contrast_quantile_pairs(&c, a, b, 101, &q, &st));
        ck_assert_double_eq_tol(c.b, 100 * shares[k], 1e-9);
        ck_assert_double_eq_tol(c.a, 200 * shares[k] + 1, 1e-9);
        ck_assert_double_eq_tol(c.difference.value, 100 * shares[k] + 1, 1e-9);
        ck_assert(c.difference.interval.low < c.difference.value);
        ck_assert(ds_contrast_quantiles(&c, a, 101, b, 101, &q, &st));
        ck_assert_double_eq_tol(c.difference.value, 100 * shares[k] + 1, 1e-9);
    }
}
END_TEST

/* The error of the median of n normal values is 1.2533 / sqrt(n) (Kendall & Stuart). */
START_TEST(error_of_a_median_is_near_what_theory_says)
{
    double a[MOST], b[MOST];
    ds_status st = {0};
    ds_contrast c;
    ds_rng stream = ds_rng_stream(3, 1, DS_FOR_ANALYSIS, 0);
    gsl_rng g = ds_rng_gsl(&stream);
    for (size_t i = 0; i < MOST; i++) {
        a[i] = gsl_ran_gaussian(&g, 1);
        b[i] = 10;
    }
    const ds_contrast_quantile q = how(0.5, 1);
    ck_assert(ds_contrast_quantile_pairs(&c, a, b, MOST, &q, &st));
    ck_assert_double_eq_tol(c.sd, 1.2533, 0.2);
    ck_assert_uint_eq(c.difference.doubts, 0);
}
END_TEST

START_TEST(quantiles_of_few_values_are_doubted)
{
    const double a[] = {1, 2, 3, NAN}, b[] = {2, 2, 5, 1};
    ds_status st = {0};
    ds_contrast c;
    const ds_contrast_quantile q = how(0.05, 1);
    ck_assert(ds_contrast_quantile_pairs(&c, a, b, 4, &q, &st));
    ck_assert_uint_eq(c.difference.count, 3);
    ck_assert(c.difference.doubts & DS_DOUBT_SMALL && c.difference.doubts & DS_DOUBT_THIN);
    ck_assert(ds_contrast_quantile_pairs(&c, a, b, 1, &q, &st));
    ck_assert(isnan(c.p) && isinf(c.difference.interval.low));
    ck_assert(ds_contrast_quantile_pairs(&c, a + 3, b + 3, 1, &q, &st));
    ck_assert(isnan(c.difference.value));
}
END_TEST

/* Sixty counts of which just over and just under half are at most 2: all resamples lie on one side
 * of either median, and yet the two come from one distribution as often as not. */
START_TEST(steps_are_no_certainty)
{
    double a[60], b[60];
    ds_status st = {0};
    ds_contrast c;
    for (size_t i = 0; i < 60; i++) {
        a[i] = i < 33 ? 2 : 3;
        b[i] = i < 27 ? 2 : 3;
    }
    const ds_contrast_quantile q = how(0.5, 1);
    ck_assert(ds_contrast_quantiles(&c, a, 60, b, 60, &q, &st));
    ck_assert(c.difference.value == -1 && c.p > 0.05 && c.difference.interval.high > 0);
}
END_TEST

/* Three differences of 2 are as likely as a coin three times the same way, 2 / 2^3; 1, 1, 1 and 3,
 * 3, 3 one of the twenty ways to share them out, twice. */
START_TEST(the_same_throughout_is_not_sure_when_few)
{
    const double a[] = {3, 3, 3}, b[] = {1, 1, 1};
    const ds_contrast_quantile q = how(0.5, 1);
    ds_status st = {0};
    ds_contrast c;
    ck_assert(ds_contrast_quantile_pairs(&c, a, b, 3, &q, &st));
    ck_assert(c.p == 0.25 && isinf(c.difference.interval.low));
    ck_assert(ds_contrast_quantiles(&c, a, 3, b, 3, &q, &st));
    ck_assert_double_eq_tol(c.p, 0.1, 1e-12);
    c = ds_contrast_means(a, 3, b, 3, 1, 0.95);
    ck_assert_double_eq_tol(c.p, 0.1, 1e-12);
    ck_assert(isinf(c.difference.interval.low) && c.difference.value == 2);
    c = ds_contrast_means(a, 3, b, 3, 1, 0.8);
    ck_assert(c.difference.interval.low == 2 && c.difference.interval.high == 2);
    ck_assert(ds_contrast_quantile_pairs(&c, a, a, 3, &q, &st));
    ck_assert(c.p == 1 && c.difference.value == 0);
    c = ds_contrast_means(a, 3, a, 3, 1, 0.95);
    ck_assert(c.p == 1 && c.difference.value == 0);
}
END_TEST

/* Replicas without a value tell nothing: of nine pairs two have both, and what they say is as sure
 * as of two alone. */
START_TEST(quantiles_rest_on_replicas_that_have_a_value)
{
    const double a[] = {NAN, 3, NAN, NAN, 3, 3, NAN, NAN, NAN};
    const double b[] = {1, 1, NAN, 1, 1, NAN, NAN, NAN, 1};
    const ds_contrast_quantile q = how(0.5, 1);
    ds_status st = {0};
    ds_contrast c, alone;
    ck_assert(ds_contrast_quantile_pairs(&c, a, b, 9, &q, &st));
    ck_assert_uint_eq(c.difference.count, 2);
    ck_assert(c.p == 0.5 && isinf(c.difference.interval.low) && c.difference.value == 2);
    ck_assert(ds_contrast_quantiles(&c, a, 9, b, 9, &q, &st)); /* 3 of one and 5 of the other */
    ck_assert_double_eq_tol(c.p, 2.0 / 56, 1e-12);
    c = ds_contrast_means(a, 9, b, 9, 1, 0.95);
    ck_assert_double_eq_tol(c.p, 2.0 / 56, 1e-12);
    double x[30], y[30], few_x[6], few_y[6];
    for (size_t i = 0; i < 30; i++) {
        x[i] = i % 5 == 2 ? (double)(i * i % 23) : NAN;
        y[i] = (double)(i * 7 % 19);
        if (i % 5 == 2) {
            few_x[i / 5] = x[i];
            few_y[i / 5] = y[i];
        }
    }
    ck_assert(ds_contrast_quantile_pairs(&c, x, y, 30, &q, &st));
    ck_assert(ds_contrast_quantile_pairs(&alone, few_x, few_y, 6, &q, &st));
    ck_assert_double_eq(c.p, alone.p);
    ck_assert_double_eq(c.difference.interval.low, alone.difference.interval.low);
    ck_assert_uint_eq(c.difference.doubts, alone.difference.doubts);
    ck_assert(c.difference.doubts & DS_DOUBT_SMALL);
}
END_TEST

START_TEST(a_ratio_to_what_may_be_nothing_is_not_said)
{
    double a[40], b[40];
    ds_status st = {0};
    ds_contrast c;
    for (size_t i = 0; i < 40; i++) {
        a[i] = (double)i;
        b[i] = (double)i - 20;
    }
    const ds_contrast_quantile q = how(0.5, 1);
    ck_assert(ds_contrast_quantile_pairs(&c, a, b, 40, &q, &st));
    ck_assert(isnan(c.relative.value));
    ck_assert_double_eq(c.difference.value, 20);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {pairs_of_yes_and_no_have_the_interval_of_agresti_and_min, 0},
        {two_samples_of_yes_and_no_have_the_interval_of_agresti_and_caffo, 0},
        {interval_and_p_of_probabilities_say_the_same, 0},
        {probabilities_that_are_all_the_same_are_not_known_exactly, 0},
        {where_few_differ_tests_are_exact, 0},
        {nothing_is_said_of_no_values, 0},
        {means_known_by_their_errors_are_compared_as_their_values_are, 0},
        {groups_are_what_is_independent, 0},
        {quantiles_are_those_of_each_sample, 0},
        {error_of_a_median_is_near_what_theory_says, 0},
        {quantiles_of_few_values_are_doubted, 0},
        {steps_are_no_certainty, 0},
        {the_same_throughout_is_not_sure_when_few, 0},
        {quantiles_rest_on_replicas_that_have_a_value, 0},
        {a_ratio_to_what_may_be_nothing_is_not_said, 0},
        {0},
    };
    return ds_run_tests("contrast", tests, 60);
}
