/* Philox against the published vectors; streams against their own definition. */
#include "sim/core/dist.h"
#include "sim/core/rng.h"

#include <check.h>
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

START_TEST(a_stream_is_its_blocks_in_order)
{
    const uint64_t starts[] = {0, 0xfffffff8u};
    ds_rng rng = ds_rng_stream(0x123456789abcdef0, 7, 3, 99);
    rng.block = starts[_i];
    for (uint64_t block = starts[_i]; block < starts[_i] + 40; block++) {
        uint64_t word[2];
        ds_rng_block(0x123456789abcdef0, 7, 3, 99, block, word);
        ck_assert_uint_eq(ds_rng_next(&rng), word[0]);
        ck_assert_uint_eq(ds_rng_next(&rng), word[1]);
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

START_TEST(gsl_draws_from_our_stream)
{
    ds_rng a = ds_rng_stream(5, 0, 0, 0), b = a;
    gsl_rng g = ds_rng_gsl(&a);
    ck_assert_uint_eq(gsl_rng_get(&g), ds_rng_next(&b));
    ck_assert_double_eq(gsl_rng_uniform(&g), ds_rng_uniform(&b));
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

int main(void)
{
    Suite *const suite = suite_create("rng");
    TCase *const t = tcase_create("all");
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, philox_gives_the_published_words, 0, 3);
    tcase_add_test(t, philox_gives_the_ten_thousandth_word_of_the_standard);
    tcase_add_loop_test(t, a_stream_is_its_blocks_in_order, 0, 2);
    tcase_add_test(t, streams_of_another_replica_purpose_agent_or_seed_differ);
    tcase_add_test(t, gsl_draws_from_our_stream);
    tcase_add_test(t, below_is_uniform);
    tcase_add_test(t, the_ziggurat_is_exponential);
    tcase_add_test(t, the_tail_of_the_ziggurat_is_exponential);
    suite_add_tcase(suite, t);
    SRunner *const runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
