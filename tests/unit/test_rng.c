/* Philox against the published vectors; streams against their own definition. */
#include "run.h"

#include "sim/core/dist.h"
#include "sim/core/rng.h"

#include <math.h>
#include <stdlib.h>

/* DEShawResearch/random123, tests/kat_vectors, philox4x32-10. */
static const struct {
    uint32_t counter[4], key[2], out[4];
} known[] = {
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     {0xffffffff, 0xffffffff},
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     {0xa4093822, 0x299f31d0},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};

START_TEST(philox_gives_the_published_words)
{
    uint32_t out[4];
    ds_philox(known[_i].counter, known[_i].key, out);
    for (int i = 0; i < 4; i++)
        ck_assert_uint_eq(out[i], known[_i].out[i]);
}
END_TEST

/* C++26 [rand.predef]: the 10000th output of philox4x32 with seed 20111115 is 1955073260. Four
 * words a block: it is the last word of block 2499. */
START_TEST(philox_gives_the_ten_thousandth_word_of_the_standard)
{
    const uint32_t key[2] = {20111115, 0}, counter[4] = {2499, 0, 0, 0};
    uint32_t out[4];
    ds_philox(counter, key, out);
    ck_assert_uint_eq(out[3], 1955073260);
}
END_TEST

/* The words of a stream, made a batch at a time, are those of its blocks one by one; also where the
 * number of the block carries into the word that it shares with the purpose. */
START_TEST(a_stream_is_its_blocks)
{
    const uint64_t begin[] = {0, 0xFFFFFFFAu, UINT64_C(0xFFFFFF) << 20};
    for (uint32_t t = 0; t < 200; t++) {
        ds_rng r = ds_rng_stream(UINT64_C(0x9E3779B97F4A7C15) * (t + 1), t * 2654435761u,
                                 t * 37 % DS_RNG_PURPOSES, ~t * 40503u);
        r.block = begin[t % 3];
        for (uint64_t block = r.block, end = block + 40; block < end; block++) {
            uint64_t word[2];
            ds_rng_block(r.seed, r.replica, r.purpose, r.agent, block, word);
            ck_assert_uint_eq(ds_rng_next(&r), word[0]);
            ck_assert_uint_eq(ds_rng_next(&r), word[1]);
        }
    }
}
END_TEST

START_TEST(streams_of_another_replica_purpose_agent_or_seed_differ)
{
    ds_rng a = ds_rng_stream(1, 2, 3, 4);
    ds_rng others[] = {ds_rng_stream(2, 2, 3, 4), ds_rng_stream(1, 3, 3, 4),
                       ds_rng_stream(1, 2, 4, 4), ds_rng_stream(1, 2, 3, 5)};
    const uint64_t first = ds_rng_next(&a);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        ck_assert_uint_ne(ds_rng_next(&others[i]), first);
}
END_TEST

/* Uniforms of neighbouring streams, a million pairs each: correlation within 4.5 of its error. */
START_TEST(streams_do_not_correlate)
{
    enum { N = 1000000 };
    ds_rng a = ds_rng_stream(1, 2, 3, 4);
    ds_rng others[] = {ds_rng_stream(2, 2, 3, 4), ds_rng_stream(1, 3, 3, 4),
                       ds_rng_stream(1, 2, 4, 4), ds_rng_stream(1, 2, 3, 5), a};
    double sum[5] = {0};
    others[4].block = 1000000; /* and the stream itself, far ahead */
    for (int i = 0; i < N; i++) {
        const double x = ds_rng_uniform(&a) - 0.5;
        for (int k = 0; k < 5; k++)
            sum[k] += x * (ds_rng_uniform(&others[k]) - 0.5);
    }
    for (int k = 0; k < 5; k++)
        ck_assert_double_lt(fabs(sum[k] * 12 / sqrt(N)), 4.5);
}
END_TEST

START_TEST(gsl_draws_from_our_stream)
{
    ds_rng a = ds_rng_stream(5, 0, 0, 0), b = a;
    gsl_rng g = ds_rng_gsl(&a);
    ck_assert_uint_eq(gsl_rng_get(&g), ds_rng_next(&b));
    ck_assert_double_eq(gsl_rng_uniform(&g), ds_rng_uniform(&b));
}
END_TEST

START_TEST(gsl_begins_the_stream_of_another_seed)
{
    ds_rng rng = ds_rng_stream(5, 6, 7, 8), same = ds_rng_stream(99, 6, 7, 8);
    gsl_rng g = ds_rng_gsl(&rng);
    (void)gsl_rng_get(&g);
    gsl_rng_set(&g, 99);
    for (int i = 0; i < 100; i++)
        ck_assert_uint_eq(gsl_rng_get(&g), ds_rng_next(&same));
}
END_TEST

/* Plain, mirrored and Sobol' replicas, and a block number beyond 32 bits. */
START_TEST(every_processor_makes_the_same_words)
{
    static const uint32_t replicas[] = {3, 3 | DS_RNG_MIRROR, 3 | DS_RNG_POINT};
    const bool as_it_is = ds_rng_side_by_side;
    for (size_t k = 0; k < sizeof replicas / sizeof replicas[0]; k++) {
        ds_rng fast = ds_rng_stream(0x123456789abcdef, replicas[k], 2, 0), slow = fast;
        for (int i = 0; i < 300; i++) {
            if (i == 150)
                fast.block = slow.block = UINT64_C(0xfffffffe);
            ds_rng_side_by_side = as_it_is;
            const uint64_t word = ds_rng_next(&fast);
            ds_rng_side_by_side = false;
            ck_assert_uint_eq(ds_rng_next(&slow), word);
        }
    }
    ds_rng_side_by_side = as_it_is;
}
END_TEST

START_TEST(below_is_uniform)
{
    enum { N = 7, DRAWS = 700000 };
    ds_rng rng = ds_rng_stream(11, 0, 0, 0);
    double count[N] = {0}, chi = 0;
    for (int i = 0; i < DRAWS; i++)
        count[ds_rng_below(&rng, N)]++;
    for (int i = 0; i < N; i++)
        chi += pow(count[i] - DRAWS / N, 2) / ((double)DRAWS / N);
    ck_assert_double_lt(chi, 27.9); /* chi-squared of 6 degrees, 1e-4 */
}
END_TEST

static int rising(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Kolmogorov 1933: sqrt(n) D exceeds 2.23 with probability 1e-4. */
START_TEST(the_ziggurat_is_exponential)
{
    enum { N = 400000 };
    double *const x = malloc(N * sizeof *x), worst = 0;
    ds_rng rng = ds_rng_stream(21, 0, 0, 0);
    for (int i = 0; i < N; i++)
        x[i] = ds_rng_exponential(&rng);
    qsort(x, N, sizeof *x, rising);
    ck_assert_double_ge(x[0], 0);
    ck_assert(isfinite(x[N - 1]));
    for (int i = 0; i < N; i++)
        worst = fmax(worst, fabs(-expm1(-x[i]) - (i + 0.5) / N));
    ck_assert_double_lt(worst * sqrt(N), 2.23);
    free(x);
}
END_TEST

/* Beyond the base strip's edge, 7.697, the tail is exp(-x) too: its share and its mean excess. */
START_TEST(the_tail_of_the_ziggurat_is_exponential)
{
    enum { N = 20000000 };
    const double edge = 7.69711747013104972, p = exp(-edge);
    double count = 0, excess = 0;
    ds_rng rng = ds_rng_stream(22, 0, 0, 0);
    for (int i = 0; i < N; i++) {
        const double x = ds_rng_exponential(&rng);
        if (x > edge) {
            count++;
            excess += x - edge;
        }
    }
    ck_assert_double_lt(fabs(count - N * p) / sqrt(N * p), 4);
    ck_assert_double_lt(fabs(excess / count - 1) * sqrt(count), 4);
}
END_TEST

/* ---- the ziggurat's tables ---- */

static double outer(unsigned layer)
{
    return layer ? ds_ziggurat_width[layer] * 0x1p53 : 0;
}

/* Strip i spans 0 .. x_i between exp(-x_i) and exp(-x_(i - 1)); the base has the tail beside it. */
START_TEST(all_strips_have_one_area)
{
    const double x = outer(255), base = (x + 1) * exp(-x);
    ck_assert_double_eq_tol(ds_ziggurat_width[0] * 0x1p53 * exp(-x), base, 1e-14);
    for (unsigned i = 1; i < 256; i++)
        ck_assert_double_eq_tol(outer(i) * (exp(-outer(i - 1)) - exp(-outer(i))), base, 1e-13);
    for (unsigned i = 1; i < 256; i++)
        ck_assert_double_eq_tol((double)ds_ziggurat_edge[i] * ds_ziggurat_width[i], outer(i - 1),
                                1e-14 * outer(i));
    ck_assert_double_eq_tol((double)ds_ziggurat_edge[0] * ds_ziggurat_width[0], x, 1e-14 * x);
}
END_TEST

/* A stream whose next words are given. */
static ds_rng of_words(uint64_t first, uint64_t second)
{
    ds_rng rng = ds_rng_stream(1, 0, 0, 0);
    (void)ds_rng_next(&rng);
    rng.at = 0;
    rng.word[0] = first;
    rng.word[1] = second;
    return rng;
}

START_TEST(a_point_of_a_wedge_is_taken_with_the_share_below_the_curve)
{
    for (unsigned layer = 1; layer < 256; layer++) {
        const uint64_t edge = ds_ziggurat_edge[layer];
        for (int k = 1; k < 8; k++) {
            const uint64_t mantissa = edge + ((UINT64_C(1) << 53) - edge) / 8 * (uint64_t)k;
            const uint64_t word = (mantissa << 11 & ~UINT64_C(255)) | layer;
            const double x = (double)(mantissa | 1) * ds_ziggurat_width[layer];
            const double top = exp(-outer(layer - 1)), bottom = exp(-outer(layer));
            const double share = (exp(-x) - bottom) / (top - bottom);
            ds_rng below = of_words(word, (uint64_t)((share - 1e-6) * 0x1p64));
            ds_rng above = of_words(word, (uint64_t)((share + 1e-6) * 0x1p64));
            ck_assert_double_eq(ds_rng_exponential(&below), x);
            ck_assert_double_ne(ds_rng_exponential(&above), x);
        }
    }
}
END_TEST

/* The least, the greatest and the edge of every strip; the tail at the ends of its uniform. */
START_TEST(exponentials_are_above_zero_and_finite)
{
    for (unsigned layer = 0; layer < 256; layer++) {
        const uint64_t edge = ds_ziggurat_edge[layer] << 11;
        const uint64_t words[] = {0, edge - 2048, edge, edge + 2048, ~UINT64_C(255)};
        for (size_t i = 0; i < 2 * sizeof words / sizeof words[0]; i++) {
            ds_rng rng = of_words((words[i / 2] & ~UINT64_C(255)) | layer, i % 2 ? UINT64_MAX : 0);
            const double x = ds_rng_exponential(&rng);
            ck_assert(x > 0 && isfinite(x));
        }
    }
    const double edge = outer(255);
    ds_rng far = of_words(~UINT64_C(255), 0), near = of_words(~UINT64_C(255), UINT64_MAX);
    ck_assert_double_eq_tol(ds_rng_exponential(&far), edge + 53 * log(2), 1e-12);
    const double x = ds_rng_exponential(&near);
    ck_assert(x >= edge && x < edge + 1e-14);
}
END_TEST

START_TEST(a_stream_can_begin_anew_and_elsewhere)
{
    ds_rng rng = ds_rng_stream(1, 2, 3, 4), other = ds_rng_stream(9, 2, 3, 4);
    for (int i = 0; i < 21; i++)
        (void)ds_rng_next(&rng);
    ds_rng_rekey(&rng, 9);
    for (int i = 0; i < 40; i++)
        ck_assert_uint_eq(ds_rng_next(&rng), ds_rng_next(&other));
    ds_rng_seek(&rng, 1000);
    for (uint64_t block = 1000; block < 1020; block++) {
        uint64_t word[2];
        ds_rng_block(9, 2, 3, 4, block, word);
        ck_assert_uint_eq(ds_rng_next(&rng), word[0]);
        ck_assert_uint_eq(ds_rng_next(&rng), word[1]);
    }
}
END_TEST

/* The ends of the unit interval: 53 bits from 0 on, 52 bits and a half. */
START_TEST(uniforms_end_where_they_say)
{
    ck_assert_double_eq(ds_unit(0), 0);
    ck_assert_double_eq(ds_unit(UINT64_MAX), 1 - 0x1p-53);
    ck_assert_double_eq(ds_unit(UINT64_C(1) << 63), 0.5);
    ck_assert_double_eq(ds_unit(UINT64_C(1) << 11), 0x1p-53);
    ck_assert_double_eq(ds_unit_open(0), 0x1p-53);
    ck_assert_double_eq(ds_unit_open(UINT64_MAX), 1 - 0x1p-53);
    ck_assert_double_eq(ds_unit_open(UINT64_C(1) << 12), 0x1.8p-52);
}
END_TEST

/* Lemire 2019, by hand: with n = 3, 2^32 mod 3 = 1, so of the high halves only 0 is drawn again;
 * with n = 2^31 + 1 those whose product's low half is below 2^31 - 1. */
START_TEST(below_draws_again_where_the_definition_says)
{
    static const struct {
        uint32_t n, high, result;
        bool again; /* the next word is 0x80000000 */
    } cases[] = {{3, 0, 1, true},
                 {3, 1, 0, false},
                 {3, 0x55555555, 0, false}, /* the product's low half is 2^32 - 1 */
                 {3, 0x55555556, 1, false}, /* 2 */
                 {3, UINT32_MAX, 2, false},
                 {0x80000001, 0, 0x40000000, true},
                 {0x80000001, 1, 0, false},                   /* 2^31 + 1 */
                 {0x80000001, 2, 0x40000000, true},           /* 2 */
                 {0x80000001, 0x7ffffffd, 0x3ffffffe, false}, /* 2^32 - 3 */
                 {0x80000001, UINT32_MAX, 0x80000000, false}, /* 2^31 - 1: the least that counts */
                 {1, 0x12345678, 0, false},
                 {16, 0, 0, false},
                 {16, 0xF0000000, 15, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ds_rng rng = of_words((uint64_t)cases[i].high << 32, UINT64_C(0x80000000) << 32);
        ck_assert_uint_eq(ds_rng_below(&rng, cases[i].n), cases[i].result);
        ck_assert_uint_eq(rng.at, cases[i].again ? 2 : 1);
    }
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {philox_gives_the_published_words, 3},
        {philox_gives_the_ten_thousandth_word_of_the_standard, 0},
        {a_stream_is_its_blocks, 0},
        {streams_of_another_replica_purpose_agent_or_seed_differ, 0},
        {streams_do_not_correlate, 0},
        {gsl_draws_from_our_stream, 0},
        {gsl_begins_the_stream_of_another_seed, 0},
        {every_processor_makes_the_same_words, 0},
        {below_is_uniform, 0},
        {below_draws_again_where_the_definition_says, 0},
        {uniforms_end_where_they_say, 0},
        {a_stream_can_begin_anew_and_elsewhere, 0},
        {the_ziggurat_is_exponential, 0},
        {the_tail_of_the_ziggurat_is_exponential, 0},
        {all_strips_have_one_area, 0},
        {a_point_of_a_wedge_is_taken_with_the_share_below_the_curve, 0},
        {exponentials_are_above_zero_and_finite, 0},
        {0},
    };
    return ds_run_tests("rng", tests, 120);
}
