/* Ranking and selection against published constants, cases.csv. */
#include "run.h"

#include "analysis/selection.h"
#include "sim/core/rng.h"
#include "tests/reference/cases.h"

#include <gsl/gsl_randist.h>
#include <math.h>

static const struct {
    size_t variants, first;
    double correct;
    const char *row;
} dudewicz_dalal[] = {{2, 20, 0.9, "k=2 n0=20 P*=0.9"},
                      {5, 20, 0.9, "k=5 n0=20 P*=0.9"},
                      {5, 20, 0.95, "k=5 n0=20 P*=0.95"},
                      {9, 20, 0.95, "k=9 n0=20 P*=0.95"}},
  rinott[] = {{2, 20, 0.95, "k=2 n0=20 P*=0.95"}, {10, 20, 0.95, "k=10 n0=20 P*=0.95"}};

START_TEST(constants_of_dudewicz_and_dalal_are_the_published_ones)
{
    const double h = ds_dudewicz_dalal(dudewicz_dalal[_i].variants, dudewicz_dalal[_i].first,
                                       dudewicz_dalal[_i].correct);
    ck_assert_double_eq_tol(h, case_value("rs_dudewicz_dalal", dudewicz_dalal[_i].row, "h1"), 1e-5);
}
END_TEST

START_TEST(constants_of_rinott_are_the_published_ones)
{
    const double h = ds_rinott(rinott[_i].variants, rinott[_i].first, rinott[_i].correct);
    ck_assert_double_eq_tol(h, case_value("rs_rinott", rinott[_i].row, "h"), 1e-4);
}
END_TEST

/* Two variables of Cauchy's law differ by one of twice the scale: h = 2 tan(0.4 pi). */
START_TEST(constants_hold_at_two_replicas)
{
    ck_assert_double_eq_tol(ds_dudewicz_dalal(2, 2, 0.9), 2 * tan(0.4 * 3.14159265358979), 2e-3);
    ck_assert(isnan(ds_dudewicz_dalal(2, 1, 0.9)) && isnan(ds_rinott(1, 20, 0.9)));
    ck_assert(isnan(ds_rinott(4, 20, 0.25)) && isnan(ds_rinott(4, 20, 1)));
    for (size_t first = 2; first < 400; first += 7)
        ck_assert(isfinite(ds_rinott(3, first, 0.95)));
}
END_TEST

START_TEST(constants_of_kim_and_nelson_are_the_published_ones)
{
    const char *const row = "k=10 n0=10 alpha=0.05 c=1";
    const ds_kim_nelson k = ds_kim_nelson_of(10, 10, 0.95);
    const double eta = case_value("rs_kn", row, "eta");
    const double square = case_value("rs_kn", row, "h^2=2 c eta (n0-1)");
    const double other = case_value("rs_kn", "k=100 n0=20 alpha=0.05 c=1", "h^2=2 c eta (n0-1)");
    ck_assert_double_eq_tol(k.eta, eta, 1e-10 * eta);
    ck_assert_double_eq_tol(k.square, square, 1e-10 * square);
    ck_assert_double_eq_tol(ds_kim_nelson_of(100, 20, 0.95).square, other, 1e-10 * other);
}
END_TEST

START_TEST(budgets_are_spread_as_published)
{
    static const char *const part[] = {
        "allocation fraction design 1", "allocation fraction design 2", NULL,
        "allocation fraction design 4", "allocation fraction design 5"};
    const double mean[] = {1, 2, 3, 4, 5}, sd[] = {10, 10, 10, 10, 10};
    double share[5];
    ds_ocba(mean, sd, 5, share);
    for (int i = 0; i < 5; i++) {
        if (!part[i])
            continue;
        const double expected =
            case_value("ocba", "5 designs means 1..5 (smaller better) sd 10", part[i]);
        ck_assert_double_eq_tol(share[i], expected, 1e-10 * expected);
    }
}
END_TEST

START_TEST(odd_budgets_are_whole)
{
    const double tie[] = {1, 1, 2}, sd[] = {1, 1, 1}, none[] = {0, 0, 0};
    double share[3];
    ds_ocba(tie, sd, 3, share);
    ck_assert_double_eq(share[0], 0.5);
    ck_assert_double_eq(share[1], 0.5);
    ck_assert_double_eq(share[2], 0);
    ds_ocba(tie, none, 3, share);
    ck_assert_double_eq(share[0] + share[1] + share[2], 1);
    ds_ocba(tie, sd, 1, share);
    ck_assert_double_eq(share[0], 1);
    ck_assert_uint_eq(ds_selection_replicas(2.5, 10, 5, 20), 25);
    ck_assert_uint_eq(ds_selection_replicas(2.5, 1, 5, 20), 20);
}
END_TEST

/* The best of three by just the difference that matters is kept in 95 % of trials or more. */
START_TEST(kim_and_nelson_keep_the_best)
{
    enum { TRIALS = 1000, FIRST = 10, MOST = 100000 };
    const double difference = 0.5;
    const ds_kim_nelson k = ds_kim_nelson_of(2, FIRST, 0.95);
    int right = 0;
    for (uint32_t t = 0; t < TRIALS; t++) {
        ds_rng rng = ds_rng_stream(41, t, 0, 0);
        gsl_rng g = ds_rng_gsl(&rng);
        double sum = 0, squares = 0, sd = 0;
        for (size_t n = 1; n < MOST; n++) {
            const double ahead = difference + gsl_ran_gaussian_ziggurat(&g, 1.5);
            sum += ahead;
            squares += ahead * ahead;
            if (n == FIRST)
                sd = sqrt((squares - sum * sum / FIRST) / (FIRST - 1));
            if (n >= FIRST && ds_kim_nelson_drops(k, fabs(sum), sd, difference, n)) {
                right += sum > 0;
                break;
            }
        }
    }
    ck_assert_int_ge(right, 940);
    ck_assert_int_le(right, 990);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{constants_of_dudewicz_and_dalal_are_the_published_ones, 4},
                             {constants_of_rinott_are_the_published_ones, 2},
                             {constants_hold_at_two_replicas, 0},
                             {constants_of_kim_and_nelson_are_the_published_ones, 0},
                             {budgets_are_spread_as_published, 0},
                             {odd_budgets_are_whole, 0},
                             {kim_and_nelson_keep_the_best, 0},
                             {0}};
    return ds_run_tests("selection", tests, 60);
}
