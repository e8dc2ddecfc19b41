/* Sobol' points against GSL's, and their scrambles against what Owen's is. */
#include "run.h"

#include "sim/core/rng.h"
#include "sim/core/sobol.h"

#include <gsl/gsl_qrng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SOME = 256 };

/* Which comes first of GSL's is the point after 0; it goes on in the order of Gray's code. */
START_TEST(plain_points_are_those_of_gsl)
{
    enum { POINTS = 1 << 14 };
    gsl_qrng *const q = gsl_qrng_alloc(gsl_qrng_sobol, DS_SOBOL_DIMENSIONS);
    double x[DS_SOBOL_DIMENSIONS];
    size_t wrong = 0;
    for (uint32_t i = 1; i < POINTS; i++) {
        gsl_qrng_get(q, x);
        for (uint32_t d = 0; d < DS_SOBOL_DIMENSIONS; d++)
            wrong += ds_sobol_plain(i, d) != (uint32_t)ldexp(x[d], 32);
    }
    ck_assert_uint_eq(wrong, 0);
    ck_assert_uint_eq(ds_sobol_plain(0, 7), 0);
    gsl_qrng_free(q);
}
END_TEST

/* Far points, too: those whose number has one bit, and the last. */
START_TEST(far_points_are_those_of_gsl)
{
    gsl_qrng *const q = gsl_qrng_alloc(gsl_qrng_sobol, DS_SOBOL_DIMENSIONS);
    const uint32_t last = (UINT32_C(1) << DS_SOBOL_BITS) - 1;
    double x[DS_SOBOL_DIMENSIONS];
    size_t wrong = 0;
    for (uint32_t i = 1; i <= last; i++) {
        gsl_qrng_get(q, x);
        for (uint32_t d = 0; d < DS_SOBOL_DIMENSIONS && ((i & (i - 1)) == 0 || i == last); d++)
            wrong += ds_sobol_plain(i, d) != (uint32_t)ldexp(x[d], 32);
    }
    ck_assert_uint_eq(wrong, 0);
    gsl_qrng_free(q);
}
END_TEST

/* The first 2^k points: one in each interval of 2^-k, in every dimension, for every k. */
START_TEST(every_interval_has_one_point)
{
    enum { BITS = 10 };
    for (uint32_t d = 0; d < DS_SOBOL_DIMENSIONS; d++)
        for (int k = 0; k <= BITS; k++) {
            bool seen[1 << BITS] = {false};
            for (uint32_t i = 0; i < UINT32_C(1) << k; i++) {
                const uint64_t at = k ? ds_sobol(5, 3, i, d) >> (64 - k) : 0;
                ck_assert_msg(!seen[at], "dimension %u, %d bits", d, k);
                seen[at] = true;
            }
        }
}
END_TEST

/* The first two dimensions are a (0, 2)-sequence (Sobol' 1967), and stay one: one point in each box
 * of 2^-a by 2^-b, a + b = 8. */
START_TEST(every_box_of_two_dimensions_has_one_point)
{
    for (int a = 0; a <= 8; a++) {
        bool seen[SOME] = {false};
        for (uint32_t i = 0; i < SOME; i++) {
            const uint64_t x = ds_sobol(8, 1, i, 0), y = ds_sobol(8, 1, i, 1);
            const uint64_t box = (a ? x >> (64 - a) << (8 - a) : 0) | (a < 8 ? y >> (56 + a) : 0);
            ck_assert(!seen[box]);
            seen[box] = true;
        }
    }
}
END_TEST

/* Digits that Sobol' points do not have are random ones, each point's own. */
START_TEST(late_digits_are_not_shared)
{
    uint32_t late[SOME];
    for (uint32_t i = 0; i < SOME; i++) {
        late[i] = (uint32_t)ds_sobol(4, 2, i, 11);
        for (uint32_t j = 0; j < i; j++)
            ck_assert_uint_ne(late[i], late[j]);
    }
}
END_TEST

static int shared_digits(uint64_t a, uint64_t b)
{
    return a == b ? 64 : __builtin_clzll(a ^ b);
}

/* Points that share their first digits share as many afterwards, and differ in the next. */
START_TEST(scrambling_is_nested)
{
    for (uint32_t d = 0; d < 5; d++)
        for (uint32_t i = 0; i < SOME; i++)
            for (uint32_t j = 0; j < i; j++) {
                const uint64_t a = (uint64_t)ds_sobol_plain(i, d) << 32;
                const uint64_t b = (uint64_t)ds_sobol_plain(j, d) << 32;
                if (shared_digits(a, b) !=
                    shared_digits(ds_sobol(1, 2, i, d), ds_sobol(1, 2, j, d)))
                    ck_abort_msg("points %u and %u of dimension %u", i, j, d);
            }
}
END_TEST

static double chi_square(const double *count, int cells, double all)
{
    double chi = 0;
    for (int i = 0; i < cells; i++)
        chi += pow(count[i] - all / cells, 2) / (all / cells);
    return chi;
}

/* One point over scrambles of many seeds: any byte of it is uniform, in any dimension. */
START_TEST(a_point_alone_is_uniform)
{
    enum { SEEDS = 40000 };
    static const uint32_t points[] = {0, 1, 77, (UINT32_C(1) << DS_SOBOL_BITS) - 1};
    static const uint32_t dimensions[] = {0, 1, 20, 39};
    for (int shift = 56; shift >= 0; shift -= 8) {
        double count[256] = {0};
        for (uint32_t s = 0; s < SEEDS; s++)
            count[ds_sobol(s, s % 16, points[_i], dimensions[_i]) >> shift & 255]++;
        const double chi = chi_square(count, 256, SEEDS);
        ck_assert_msg(chi < 344 && chi > 180, "%g", chi); /* 255 degrees, 1e-4 on either side */
    }
}
END_TEST

/* Coordinates of one point, the same coordinate in other scrambles, and what is left of two points
 * once their first digit, which differs, is taken off: nothing correlates. */
START_TEST(nothing_else_correlates)
{
    enum { SEEDS = 100000, PAIRS = 4 };
    double sum[PAIRS] = {0};
    for (uint32_t s = 0; s < SEEDS; s++) {
        const double x = ds_unit(ds_sobol(s, 0, 3, 0)) - 0.5;
        const double other[PAIRS] = {
            ds_unit(ds_sobol(s, 0, 3, 1)) - 0.5, ds_unit(ds_sobol(s, 1, 3, 0)) - 0.5,
            ds_unit(ds_sobol(s, 0, 3, 39)) - 0.5, ds_unit(ds_sobol(s + 1, 0, 3, 0)) - 0.5};
        for (int k = 0; k < PAIRS; k++)
            sum[k] += x * other[k];
    }
    for (int k = 0; k < PAIRS; k++)
        ck_assert_double_lt(fabs(sum[k] * 12 / sqrt(SEEDS)), 4.5);
    double rest = 0;
    for (uint32_t s = 0; s < SEEDS; s++) {
        const uint64_t a = ds_sobol(s, 0, 0, 2), b = ds_sobol(s, 0, 1, 2);
        ck_assert_uint_ne(a >> 63, b >> 63);
        rest += (ds_unit(a << 1) - 0.5) * (ds_unit(b << 1) - 0.5);
    }
    ck_assert_double_lt(fabs(rest * 12 / sqrt(SEEDS)), 4.5);
}
END_TEST

typedef struct spread {
    double mean, variance, error; /* of means over a scramble's points; error of their mean */
} spread;

static spread over_scrambles(double (*f)(uint64_t seed, uint32_t scramble, uint32_t point),
                             uint32_t points)
{
    enum { SCRAMBLES = 4000 };
    double sum = 0, squares = 0;
    for (uint32_t s = 0; s < SCRAMBLES; s++) {
        double mean = 0;
        for (uint32_t i = 0; i < points; i++)
            mean += f(s / 16, s % 16, i) / points;
        sum += mean;
        squares += mean * mean;
    }
    const double mean = sum / SCRAMBLES, variance = squares / SCRAMBLES - mean * mean;
    return (spread){mean, variance, sqrt(variance / SCRAMBLES)};
}

static double identity(uint64_t seed, uint32_t scramble, uint32_t point)
{
    return ds_unit_open(ds_sobol(seed, scramble, point, 6)) - 0.5;
}

static double product(uint64_t seed, uint32_t scramble, uint32_t point)
{
    double f = 1;
    for (uint32_t d = 0; d < 4; d++)
        f *= 0.5 + ds_unit(ds_sobol(seed, scramble, point, d));
    return f;
}

/* In one dimension N points are a stratified sample: the mean of x has variance 1 / (12 N^3), N^2
 * times less than independent points. Four standard errors of a variance of near normal values. */
START_TEST(means_of_points_are_as_sure_as_theory_says)
{
    const spread s = over_scrambles(identity, 64);
    const double theory = 1 / (12 * pow(64, 3));
    ck_assert_double_lt(fabs(s.mean), 4 * s.error);
    ck_assert_double_eq_tol(s.variance / theory, 1, 4 * sqrt(2.0 / 4000));
}
END_TEST

/* Smooth in four dimensions: the mean is 1, the variance of one value (13 / 12)^4 - 1. */
START_TEST(smooth_integrands_gain)
{
    const spread s = over_scrambles(product, 128);
    const double independent = (pow(13.0 / 12, 4) - 1) / 128;
    ck_assert_double_lt(fabs(s.mean - 1), 4 * s.error);
    ck_assert_double_lt(s.variance, independent / 500);
}
END_TEST

/* The point is the first word of the plain stream of its purpose, and all else is as without. */
START_TEST(points_are_first_words_of_plain_streams)
{
    for (uint32_t t = 0; t < 4000; t++) {
        const uint32_t purpose = t % 50, last = t & 1 ? DS_RNG_LAST : 0;
        const uint32_t agent = t % 3 == 0 ? 0 : t % 3 == 1 ? UINT32_MAX : 1 + t;
        const uint32_t scramble = DS_RNG_POINT | (t % 16) << DS_RNG_SCRAMBLE;
        const bool plain = agent == (last ? UINT32_MAX : 0) && purpose < DS_SOBOL_DIMENSIONS;
        ds_rng rng = ds_rng_stream(t, scramble | last | t, purpose, agent);
        uint64_t block[2];
        for (uint64_t b = 0; b < 20; b++) {
            const uint64_t first = ds_rng_next(&rng), second = ds_rng_next(&rng);
            const uint32_t counter[4] = {(uint32_t)b, scramble | last | t, purpose, agent};
            const uint32_t key[2] = {t, 0};
            uint32_t word[4];
            ds_philox(counter, key, word);
            ds_rng_block(t, scramble | last | t, purpose, agent, b, block);
            ck_assert_uint_eq(first, b == 0 && plain ? ds_sobol(t, scramble, t, purpose)
                                                     : word[0] | (uint64_t)word[1] << 32);
            ck_assert_uint_eq(second, word[2] | (uint64_t)word[3] << 32);
            ck_assert(block[0] == first && block[1] == second);
        }
    }
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {plain_points_are_those_of_gsl, 0},
        {far_points_are_those_of_gsl, 0},
        {every_interval_has_one_point, 0},
        {every_box_of_two_dimensions_has_one_point, 0},
        {late_digits_are_not_shared, 0},
        {scrambling_is_nested, 0},
        {a_point_alone_is_uniform, 4},
        {nothing_else_correlates, 0},
        {means_of_points_are_as_sure_as_theory_says, 0},
        {smooth_integrands_gain, 0},
        {points_are_first_words_of_plain_streams, 0},
        {0},
    };
    return ds_run_tests("sobol", tests, 120);
}
