/* Estimates with their intervals and doubts. Figures are those of R 4.2 (t.test, lm) or of
 * cases.csv; coverage is tested by tests/reference/test_coverage.c. */
#include "run.h"

#include "analysis/estimate.h"
#include "analysis/stats.h"
#include "sim/core/dist.h"
#include "tests/reference/cases.h"

#include <gsl/gsl_randist.h>
#include <math.h>

static const double a[] = {3.1, 2.7, 4.4, 5.0, 3.9, 6.2, 2.2};
static const double b[] = {2.0, 2.9, 3.1, 4.8, 2.5, 5.1, 2.4};

START_TEST(welchs_interval_is_that_of_r)
{
    double p;
    const ds_estimate e = ds_estimate_difference(a, 7, b, 7, 0.95, &p);
    ck_assert_double_eq_tol(e.interval.low, -0.855310499444447, 1e-9);
    ck_assert_double_eq_tol(e.interval.high, 2.198167642301590, 1e-9);
    ck_assert_double_eq_tol(p, 0.356215456499201, 1e-9);
    const ds_estimate few = ds_estimate_difference(a, 1, b, 7, 0.95, &p);
    ck_assert(isinf(few.interval.low) && isnan(p) && few.doubts & DS_DOUBT_FEW);
}
END_TEST

START_TEST(constants_differ_for_certain)
{
    const double one[] = {1, 1, 1}, two[] = {2, 2};
    double p;
    const ds_estimate e = ds_estimate_difference(two, 2, one, 3, 0.95, &p);
    ck_assert_double_eq(e.interval.low, 1);
    ck_assert_double_eq(e.interval.high, 1);
    ck_assert_double_eq(p, 0);
    ck_assert(e.doubts & DS_DOUBT_EQUAL);
    (void)ds_estimate_difference(one, 2, one, 3, 0.95, &p);
    ck_assert_double_eq(p, 1);
}
END_TEST

START_TEST(a_mean_says_how_little_it_knows)
{
    const double none[] = {NAN, NAN}, infinite[] = {1, INFINITY, 2};
    ck_assert(isnan(ds_estimate_mean(none, 2, 1, 0.95).value));
    ck_assert(ds_estimate_mean(NULL, 0, 1, 0.95).doubts & DS_DOUBT_FEW);
    const ds_estimate one = ds_estimate_mean(a, 1, 1, 0.95);
    ck_assert_double_eq(one.value, 3.1);
    ck_assert(one.interval.low == -INFINITY && one.interval.high == INFINITY);
    ck_assert(one.doubts & DS_DOUBT_FEW);
    const ds_estimate pair = ds_estimate_mean(a, 2, 2, 0.95); /* one group */
    ck_assert(isinf(pair.interval.low) && pair.doubts & DS_DOUBT_FEW);
    const ds_estimate i = ds_estimate_mean(infinite, 3, 1, 0.95);
    ck_assert(i.doubts & DS_DOUBT_INFINITE && isinf(i.interval.high));
}
END_TEST

/* Five groups have t(0.975) = 2.776 at 4 degrees of freedom. */
START_TEST(a_mean_of_groups_has_their_degrees_of_freedom)
{
    const double values[] = {1, 3, 2, 6, 5, 5, 9, 1, 4, 4};
    const ds_estimate e = ds_estimate_mean(values, 10, 2, 0.95);
    const double means[] = {2, 4, 5, 5, 4};
    const ds_sample s = ds_sample_of(means, 5);
    ck_assert_double_eq_tol(e.value, 4, 1e-15);
    ck_assert_double_eq_tol(e.interval.high - 4, 2.7764451 * s.error, 1e-6);
    ck_assert_uint_eq(e.count, 10);
}
END_TEST

START_TEST(shares_take_wilsons_interval_or_the_exact_one)
{
    double scores[20] = {1, 1, 1, 1, 1, 1, 1, 1};
    ds_estimate e = ds_estimate_share(scores, 20, 1, 0.95);
    ck_assert_double_eq_tol(e.interval.low, 0.218806532372817, 1e-12);
    ck_assert_double_eq_tol(e.interval.high, 0.613418499237747, 1e-12);
    ck_assert_uint_eq(e.doubts, 0);
    for (int i = 0; i < 8; i++)
        scores[i] = 0;
    e = ds_estimate_share(scores, 20, 1, 0.95);
    ck_assert_double_eq(e.interval.low, 0);
    ck_assert_double_eq_tol(e.interval.high, 0.168433470983085, 1e-12);
    ck_assert_uint_eq(e.doubts, DS_DOUBT_EXTREME | DS_DOUBT_EQUAL);
    ck_assert_uint_eq(ds_estimate_share(NULL, 0, 1, 0.95).doubts, DS_DOUBT_FEW);
    /* Of 5 of 100 Wilson's, of 4 the exact one (R: prop.test without correction, binom.test). */
    double hundred[100] = {1, 1, 1, 1, 1};
    e = ds_estimate_share(hundred, 100, 1, 0.95);
    ck_assert_double_eq_tol(e.interval.low, 0.02154368, 5e-9);
    ck_assert_double_eq_tol(e.interval.high, 0.1117505, 5e-8);
    ck_assert_uint_eq(e.doubts, 0);
    hundred[0] = 0;
    e = ds_estimate_share(hundred, 100, 1, 0.95);
    ck_assert_double_eq_tol(e.interval.low, 0.01100449, 5e-9);
    ck_assert_double_eq_tol(e.interval.high, 0.09925716, 5e-9);
    ck_assert_uint_eq(e.doubts, DS_DOUBT_EXTREME);
}
END_TEST

/* Pairs that always agree are half as many trials; that never agree, no doubt at all. */
START_TEST(shares_of_groups_have_the_error_of_groups)
{
    double same[80], opposite[80];
    for (int i = 0; i < 80; i++) {
        same[i] = i / 2 % 2;
        opposite[i] = i % 2;
    }
    const ds_estimate e = ds_estimate_share(same, 80, 2, 0.95);
    const ds_interval w = ds_wilson_of(0.5, 40, ds_t_critical(40, 0.95));
    ck_assert_double_eq_tol(e.interval.low, w.low, 1e-12);
    ck_assert_double_eq_tol(e.interval.high, w.high, 1e-12);
    ck_assert(ds_estimate_share(opposite, 80, 2, 0.95).doubts & DS_DOUBT_EQUAL);
}
END_TEST

START_TEST(a_quantile_says_when_it_is_open_or_grouped)
{
    double sorted[100];
    for (int i = 0; i < 100; i++)
        sorted[i] = i;
    const ds_estimate median = ds_estimate_quantile(sorted, 100, 1, 0.5, 0.95);
    ck_assert_double_eq(median.value, 49.5);
    ck_assert_double_eq(median.interval.low, 39); /* rank 40 of 100 */
    ck_assert_double_eq(median.interval.high, 60);
    ck_assert_uint_eq(median.doubts, 0);
    ck_assert_uint_eq(ds_estimate_quantile(sorted, 100, 1, 0.99, 0.95).doubts, DS_DOUBT_THIN);
    ck_assert_uint_eq(ds_estimate_quantile(sorted, 100, 2, 0.5, 0.95).doubts, DS_DOUBT_GROUPED);
    ck_assert_uint_eq(ds_estimate_quantile(sorted, 0, 1, 0.5, 0.95).doubts, DS_DOUBT_FEW);
    sorted[99] = 0;
    ck_assert(ds_estimate_quantile(sorted + 99, 1, 1, 0.5, 0.95).doubts & DS_DOUBT_EQUAL);
}
END_TEST

START_TEST(deviations_have_an_interval_from_five_values_on)
{
    const double x[] = {1, 2, 3, 4, 9}, same[] = {2, 2, 2, 2, 2, 2},
                 infinite[] = {1, 2, 3, 4, INFINITY};
    const ds_estimate few = ds_estimate_deviation(x, 4, 0.95),
                      e = ds_estimate_deviation(x, 5, 0.95);
    ck_assert(isinf(few.interval.high) && few.doubts & DS_DOUBT_FEW);
    ck_assert_double_eq_tol(few.value, sqrt(5 / 3.0), 1e-15);
    ck_assert(e.interval.low > 0 && e.interval.low < e.value && e.interval.high > e.value);
    ck_assert(isfinite(e.interval.high) && e.doubts & DS_DOUBT_SMALL);
    ck_assert(isnan(ds_estimate_deviation(x, 1, 0.95).value));
    ck_assert_double_eq(ds_estimate_deviation(same, 6, 0.95).interval.high, 0);
    ck_assert(isinf(ds_estimate_deviation(infinite, 5, 0.95).interval.high));
}
END_TEST

/* Bonett's formula, computed by Python with statistics.NormalDist. */
START_TEST(the_interval_of_a_deviation_is_bonetts)
{
    const double five[] = {1, 2, 4, 7, 11},
                 eight[] = {15.33, 15.44, 15.83, 16.01, 16.24, 16.31, 16.42, 16.88};
    const ds_estimate few = ds_estimate_deviation(five, 5, 0.95),
                      more = ds_estimate_deviation(eight, 8, 0.95);
    ck_assert_double_eq_tol(few.value, 4.06201920231798, 1e-12);
    ck_assert_double_eq_tol(few.interval.low, 1.4347032924354763, 1e-12);
    ck_assert_double_eq_tol(few.interval.high, 18.915295260488506, 1e-11);
    ck_assert_double_eq_tol(more.value, 0.516796450673349, 1e-12);
    ck_assert_double_eq_tol(more.interval.low, 0.3263122601344139, 1e-12);
    ck_assert_double_eq_tol(more.interval.high, 1.0840669693566733, 1e-12);
}
END_TEST

/* ---- doubts ---- */

static double drawn(int which, ds_rng *rng)
{
    gsl_rng g = ds_rng_gsl(rng);
    switch (which) {
    case 0:
        return gsl_ran_gaussian_ziggurat(&g, 1);
    case 1:
        return -gsl_ran_exponential(&g, 1); /* either tail counts */
    case 2:
        return gsl_ran_lognormal(&g, 0, 1);
    case 3:
        return -gsl_ran_pareto(&g, 1.2, 1);
    default:
        return gsl_ran_cauchy(&g, 1);
    }
}

static double how_often(int which, size_t n, unsigned doubt)
{
    enum { TRIALS = 200, MOST = 1000 };
    double values[MOST];
    int raised = 0;
    for (uint32_t t = 0; t < TRIALS; t++) {
        ds_rng rng = ds_rng_stream(12, t, (uint32_t)which, 0);
        for (size_t i = 0; i < n; i++)
            values[i] = drawn(which, &rng);
        raised += (ds_doubts_of_mean(values, n, 1) & doubt) != 0;
    }
    return (double)raised / TRIALS;
}

START_TEST(doubts_are_raised_where_they_belong)
{
    ck_assert_double_le(how_often(0, 200, DS_DOUBT_SKEWED | DS_DOUBT_HEAVY), 0.05);
    ck_assert_double_le(how_often(1, 1000, DS_DOUBT_SKEWED), 0);
    ck_assert_double_le(how_often(1, 1000, DS_DOUBT_HEAVY), 0.02);
    ck_assert_double_ge(how_often(1, 20, DS_DOUBT_SKEWED), 0.7);
    ck_assert_double_ge(how_often(2, 100, DS_DOUBT_SKEWED), 0.7);
    ck_assert_double_ge(how_often(3, 500, DS_DOUBT_HEAVY), 0.9);
    ck_assert_double_ge(how_often(4, 500, DS_DOUBT_HEAVY), 0.9);
    ck_assert_double_ge(how_often(3, 500, DS_DOUBT_HEAVY | DS_DOUBT_SKEWED), 0.99);
}
END_TEST

START_TEST(every_doubt_has_a_sentence)
{
    for (unsigned i = 0; i < DS_DOUBTS; i++)
        ck_assert_uint_gt(strlen(ds_doubt_text((ds_doubt)(1U << i))), 20);
    ck_assert_str_eq(ds_doubt_text((ds_doubt)(1U << DS_DOUBTS)), "");
    ck_assert_str_eq(ds_doubt_text((ds_doubt)0), "");
}
END_TEST

/* ---- control variates ---- */

/* Of an arithmetic Asian call by the geometric one, whose price is known. */
START_TEST(a_control_takes_most_of_the_variance_away)
{
    enum { N = 20000, FIXINGS = 50 };
    static double arithmetic[N], geometric[N];
    const double discount = exp(-0.05), dt = 1.0 / FIXINGS;
    for (uint32_t i = 0; i < N; i++) {
        ds_rng rng = ds_rng_stream(13, i, 0, 0);
        gsl_rng g = ds_rng_gsl(&rng);
        double log_price = log(100), sum = 0, logs = 0;
        for (int k = 0; k < FIXINGS; k++) {
            log_price += (0.05 - 0.02) * dt + 0.2 * sqrt(dt) * gsl_ran_gaussian_ziggurat(&g, 1);
            sum += exp(log_price);
            logs += log_price;
        }
        arithmetic[i] = discount * fmax(sum / FIXINGS - 100, 0);
        geometric[i] = discount * fmax(exp(logs / FIXINGS) - 100, 0);
    }
    const double price =
        case_value("control_variate",
                   "geometric Asian call S0=K=100 r=.05 sigma=.2 T=1, 50 fixings at T/50..T",
                   "price (control mean)");
    const ds_sample s = ds_sample_of(geometric, N);
    ck_assert_double_eq_tol(s.mean, price, 3.5 * s.error);
    const ds_estimate plain = ds_estimate_mean(arithmetic, N, 1, 0.95);
    const ds_estimate e = ds_estimate_controlled(arithmetic, geometric, N, price, 0.95);
    const double gain =
        pow((plain.interval.high - plain.interval.low) / (e.interval.high - e.interval.low), 2);
    ck_assert_double_eq_tol(gain, 1300, 300);
    ck_assert_double_eq_tol(e.value, plain.value, 3.5 * s.error);
}
END_TEST

/* R: predict(lm(a ~ b), data.frame(b = 3), interval = "confidence"). */
START_TEST(a_control_is_a_regression)
{
    const ds_estimate e = ds_estimate_controlled(a, b, 7, 3, 0.95);
    ck_assert_double_eq_tol(e.value, 3.67342838626053, 1e-9);
    ck_assert_double_eq_tol(e.interval.low, 2.89700692691027, 1e-9);
    ck_assert_double_eq_tol(e.interval.high, 4.44984984561079, 1e-9);
    const double same[] = {1, 1, 1, 1, 1, 1, 1};
    ck_assert_double_eq(ds_estimate_controlled(a, same, 7, 1, 0.95).value,
                        ds_estimate_mean(a, 7, 1, 0.95).value);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{welchs_interval_is_that_of_r, 0},
                             {constants_differ_for_certain, 0},
                             {a_mean_says_how_little_it_knows, 0},
                             {a_mean_of_groups_has_their_degrees_of_freedom, 0},
                             {shares_take_wilsons_interval_or_the_exact_one, 0},
                             {shares_of_groups_have_the_error_of_groups, 0},
                             {a_quantile_says_when_it_is_open_or_grouped, 0},
                             {deviations_have_an_interval_from_five_values_on, 0},
                             {the_interval_of_a_deviation_is_bonetts, 0},
                             {doubts_are_raised_where_they_belong, 0},
                             {every_doubt_has_a_sentence, 0},
                             {a_control_takes_most_of_the_variance_away, 0},
                             {a_control_is_a_regression, 0},
                             {0}};
    return ds_run_tests("estimate", tests, 60);
}
