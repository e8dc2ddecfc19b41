#include "sim/core/rng.h"

#include <check.h>

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

int main(void)
{
    Suite *const suite = suite_create("rng batch");
    TCase *const t = tcase_create("batch");
    tcase_add_test(t, a_stream_is_its_blocks);
    suite_add_tcase(suite, t);
    SRunner *const runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
