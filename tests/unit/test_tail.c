/* Value at risk and expected shortfall against closed forms, cases.csv. */
#include "run.h"

#include "analysis/tail.h"
#include "sim/core/rng.h"
#include "tests/reference/cases.h"

#include <gsl/gsl_randist.h>
#include <math.h>

enum { N = 40000 };

typedef enum law { NORMAL, PARETO, STUDENT } law;

static const struct {
    law law;
    double share;
    const char *row;
} cases[] = {
    {NORMAL, 0.95, "N(0,1) level 0.95"},
    {NORMAL, 0.99, "N(0,1) level 0.99"},
    {NORMAL, 0.999, "N(0,1) level 0.999"},
    {PARETO, 0.99, "Pareto xm=1 alpha=2.5 level 0.99"},
    {STUDENT, 0.99, "Student t nu=4 level 0.99"},
};

static double values[N];

static size_t draw(law from, double sign, size_t count)
{
    ds_rng rng = ds_rng_stream(5, 0, 0, 0);
    gsl_rng g = ds_rng_gsl(&rng);
    for (size_t i = 0; i < count; i++)
        values[i] = sign * (from == NORMAL   ? gsl_ran_gaussian_ziggurat(&g, 1)
                            : from == PARETO ? gsl_ran_pareto(&g, 2.5, 1)
                                             : gsl_ran_tdist(&g, 4));
    return ds_sort(values, count);
}

static ds_tail tail_of(size_t count, ds_side worst, double share)
{
    ds_status st = {0};
    ds_tail t;
    const ds_tail_query q = {.worst = worst, .share = share, .level = 0.95, .group = 1, .seed = 1};
    ck_assert(ds_tail_of(values, count, &q, &t, &st));
    return t;
}

START_TEST(shortfalls_of_known_distributions_are_met)
{
    const double share = cases[_i].share;
    const double expected = case_value("var_cvar", cases[_i].row, "CVaR");
    draw(cases[_i].law, 1, N);
    const ds_figure f = ds_expected_shortfall(values, N, DS_SIDE_HIGH, share);
    ck_assert_double_eq_tol(f.value, expected, 3.5 * f.error);
    ck_assert_double_lt(f.error, 0.05 * expected);
    draw(cases[_i].law, -1, N);
    const ds_figure low = ds_expected_shortfall(values, N, DS_SIDE_LOW, share);
    ck_assert_double_eq(low.value, -f.value);
    ck_assert_double_eq(low.error, f.error);
}
END_TEST

/* The error of the mean of the worst, by theory: exponential tails have shortfall var + 1 and
 * variance (1 + share) / (n (1 - share)). */
START_TEST(the_error_is_that_of_theory)
{
    ds_rng rng = ds_rng_stream(6, 0, 0, 0);
    gsl_rng g = ds_rng_gsl(&rng);
    for (size_t i = 0; i < N; i++)
        values[i] = gsl_ran_exponential(&g, 1);
    ds_sort(values, N);
    const ds_figure f = ds_expected_shortfall(values, N, DS_SIDE_HIGH, 0.5);
    const double error = sqrt(1.5 / (N * 0.5));
    ck_assert_double_eq_tol(f.error, error, 0.05 * error);
    ck_assert_double_eq_tol(f.value, 1 - log(0.5), 3.5 * error);
}
END_TEST

START_TEST(sides_mirror_each_other)
{
    const size_t n = draw(STUDENT, 1, 400);
    const ds_tail high = tail_of(n, DS_SIDE_HIGH, 0.95);
    for (size_t i = 0; i < n / 2; i++) {
        const double swapped = -values[i];
        values[i] = -values[n - 1 - i];
        values[n - 1 - i] = swapped;
    }
    const ds_tail low = tail_of(n, DS_SIDE_LOW, 0.95);
    ck_assert_double_eq_tol(low.risk.value, -high.risk.value, 1e-12);
    ck_assert_double_eq(low.risk.interval.low, -high.risk.interval.high);
    ck_assert_double_eq(low.shortfall.value, -high.shortfall.value);
    ck_assert(low.shortfall.interval.low < low.shortfall.value);
    ck_assert(low.shortfall.interval.high > low.shortfall.value);
}
END_TEST

/* 20 values at 0.9 and the third largest in part. */
START_TEST(the_replica_on_the_edge_counts_in_part)
{
    for (int i = 0; i < 25; i++)
        values[i] = i;
    const ds_figure f = ds_expected_shortfall(values, 25, DS_SIDE_HIGH, 0.9);
    ck_assert_double_eq_tol(f.value, (24 + 23 + 0.5 * 22) / 2.5, 1e-12);
    ck_assert_double_eq_tol(ds_expected_shortfall(values, 25, DS_SIDE_LOW, 0.9).value,
                            (0 + 1 + 0.5 * 2) / 2.5, 1e-12);
    ck_assert(isnan(ds_expected_shortfall(values, 0, DS_SIDE_LOW, 0.9).value));
    ck_assert_double_eq(ds_expected_shortfall(values + 7, 1, DS_SIDE_LOW, 0.9).value, 7);
}
END_TEST

START_TEST(thin_tails_are_refused_with_what_they_need)
{
    ck_assert_uint_eq(ds_tail_risk_needs(0.95, 0.95), 72);
    ck_assert_uint_eq(ds_tail_risk_needs(0.99, 0.95), 368);
    ck_assert_uint_eq(ds_tail_risk_needs(0.995, 0.95), 736);
    ck_assert_uint_eq(ds_tail_shortfall_needs(0.95), 200);
    ck_assert_uint_eq(ds_tail_shortfall_needs(0.995), 2000);
    draw(NORMAL, 1, 200);
    const ds_tail few = tail_of(71, DS_SIDE_LOW, 0.95);
    ck_assert(isnan(few.risk.value) && few.risk_needs == 72 && few.risk.doubts & DS_DOUBT_FEW);
    ck_assert(isnan(few.shortfall.value) && few.shortfall_needs == 200);
    ck_assert(isnan(tail_of(0, DS_SIDE_LOW, 0.95).risk.value));
    const ds_tail t = tail_of(72, DS_SIDE_HIGH, 0.95);
    ck_assert(isfinite(t.risk.interval.high) && isnan(t.shortfall.value));
    const ds_tail enough = tail_of(200, DS_SIDE_HIGH, 0.95);
    ck_assert(isfinite(enough.shortfall.interval.high) && enough.shortfall.doubts & DS_DOUBT_THIN);
    ck_assert(enough.shortfall.value > enough.risk.value);
}
END_TEST

START_TEST(shortfall_is_never_better_than_value_at_risk)
{
    const double shares[] = {0.5, 0.9, 0.95, 0.975};
    for (size_t n = 400; n < 440; n++)
        for (int k = 0; k < 4; k++) {
            draw(STUDENT, 1, n);
            const ds_figure f = ds_expected_shortfall(values, n, DS_SIDE_HIGH, shares[k]);
            ck_assert(f.value >= ds_quantile(values, n, shares[k]));
        }
}
END_TEST

START_TEST(odd_samples_have_a_tail_too)
{
    for (size_t i = 0; i < 300; i++)
        values[i] = 4;
    ds_tail t = tail_of(300, DS_SIDE_HIGH, 0.95);
    ck_assert(t.shortfall.value == 4 && t.shortfall.interval.low == 4);
    ck_assert(t.risk.doubts & t.shortfall.doubts & DS_DOUBT_EQUAL);
    values[299] = INFINITY;
    t = tail_of(300, DS_SIDE_HIGH, 0.95);
    ck_assert(t.shortfall.doubts & DS_DOUBT_INFINITE && isinf(t.shortfall.interval.high));
    ck_assert_double_eq(t.shortfall.value, INFINITY);
    draw(PARETO, 1, 2000);
    for (size_t i = 0; i < 2000; i++)
        values[i] = pow(values[i], 2); /* index 1.25 */
    ck_assert(tail_of(2000, DS_SIDE_HIGH, 0.95).shortfall.doubts & DS_DOUBT_HEAVY);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {shortfalls_of_known_distributions_are_met, sizeof cases / sizeof cases[0]},
        {the_error_is_that_of_theory, 0},
        {sides_mirror_each_other, 0},
        {the_replica_on_the_edge_counts_in_part, 0},
        {thin_tails_are_refused_with_what_they_need, 0},
        {shortfall_is_never_better_than_value_at_risk, 0},
        {odd_samples_have_a_tail_too, 0},
        {0}};
    return ds_run_tests("tail", tests, 60);
}
