/* An order that is computed, never written down. */
#include "run.h"

#include "sim/core/rng.h"
#include "sim/core/shuffle.h"

#include <math.h>
#include <string.h>

static const uint32_t sizes[] = {1, 2, 3, 4, 5, 16, 17, 200, 1000, 4097};
enum { SIZES = sizeof sizes / sizeof sizes[0], MOST = 4097, KEYS = 20000 };

START_TEST(every_member_has_one_place)
{
    static bool seen[MOST];
    const uint32_t n = sizes[_i];
    for (uint64_t key = 0; key < 5; key++) {
        memset(seen, 0, sizeof seen);
        for (uint32_t i = 0; i < n; i++) {
            const uint32_t who = ds_shuffled(key * 0x123456789, n, i);
            ck_assert_uint_lt(who, n);
            ck_assert(!seen[who]);
            seen[who] = true;
        }
    }
}
END_TEST

/* Keys that follow each other, as occurrences of a shock have them: each member comes first as
 * often as the others, and pairs do too. Chi-squared has mean n - 1 and variance 2 (n - 1); five
 * sd. */
START_TEST(every_member_comes_first_as_often)
{
    static const uint32_t of[] = {3, 5, 10, 16};
    double first[16] = {0}, pair[16][16] = {{0}}, chi = 0, chi_pairs = 0;
    const uint32_t n = of[_i];
    for (uint64_t key = 0; key < KEYS; key++) {
        const uint32_t a = ds_shuffled(77 + key, n, 0), b = ds_shuffled(77 + key, n, 1);
        first[a]++;
        pair[a][b]++;
    }
    const double each = (double)KEYS / n, each_pair = each / (n - 1);
    for (uint32_t a = 0; a < n; a++) {
        chi += (first[a] - each) * (first[a] - each) / each;
        for (uint32_t b = 0; b < n; b++)
            chi_pairs += a == b ? pair[a][b]
                                : (pair[a][b] - each_pair) * (pair[a][b] - each_pair) / each_pair;
    }
    ck_assert_double_eq_tol(chi, n - 1, 5 * sqrt(2.0 * (n - 1)));
    ck_assert_double_eq_tol(chi_pairs, n * (n - 1) - 1, 5 * sqrt(2.0 * (n * (n - 1) - 1)));
}
END_TEST

START_TEST(a_large_population_is_met_in_any_order)
{
    const uint32_t n = 100000000;
    double sum = 0;
    for (uint32_t i = 0; i < 10000; i++)
        sum += ds_shuffled(5, n, i);
    /* The mean of 10,000 of them: n / 2, with a standard error of n / sqrt(12) / 100. */
    ck_assert_double_eq_tol(sum / 10000, n / 2.0, 5 * n / sqrt(12) / 100);
}
END_TEST

/* By another program, from the three papers: results hang on each of these. Its mix of SplitMix64
 * gives the published first number of seed 0, e220a8397b1dcdaf. */
START_TEST(the_order_is_the_one_that_is_defined)
{
    static const struct {
        uint64_t key;
        uint32_t n, first[6];
    } cases[] = {{42, 64, {37, 44, 23, 55, 2, 15}},
                 {42, 65, {23, 64, 60, 59, 30, 63}},
                 {0, 10, {9, 0, 7, 1, 3, 4}}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        for (uint32_t i = 0; i < 6; i++)
            ck_assert_uint_eq(ds_shuffled(cases[c].key, cases[c].n, i), cases[c].first[i]);
    ck_assert_uint_eq(ds_shuffled(UINT64_MAX, 1000000000, 0), 839049575);
    ck_assert_uint_eq(ds_shuffled(UINT64_MAX, 1000000000, 999999999), 400605061);
    ck_assert_uint_eq(ds_shuffled(7, UINT32_MAX, 0), 1543191438);
    ck_assert_uint_eq(ds_shuffled(7, UINT32_MAX, UINT32_MAX - 1), 2665584894);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{every_member_has_one_place, SIZES},
                             {every_member_comes_first_as_often, 4},
                             {a_large_population_is_met_in_any_order, 0},
                             {the_order_is_the_one_that_is_defined, 0},
                             {0}};
    return ds_run_tests("shuffle", tests, 30);
}
