/* Every mechanism at once computes what this version computes, to the last bit: a change of numbers
 * that nobody meant is seen here, whatever rule it is in. Where it is meant, put here what the test
 * says, and say in the changelog what changed. That the numbers are right is for all other tests to
 * say. */
#include "run.h"

#include "tests/everything.h"

#include "sim/io/digest.h"

/* With actions of governance that exclude each other, with redemption and without. */
static const struct {
    const char *text, *digest;
} kept[] = {
    {"seed: 5\nhorizon: 50\nwarmup: 5\n" EVERYTHING_WHOLE EVERYTHING("300", "1500", "0.02"),
     "04ef3241fe85eef9132f2f9dabbebbeb"},
    {"seed: 6\nhorizon: 50\n" EVERYTHING_CALM EVERYTHING("600", "0", "0.05"),
     "9a5763fa562929ac522874b8217103c7"},
    {"seed: 7\nhorizon: 50\nsampling: antithetic\ninclude: [splits.yaml]\n" EVERYTHING("200", "900",
                                                                                       "0"),
     "c687c1a7c1433ef4db58c74b3af6d045"},
};
enum { KEPT = sizeof kept / sizeof kept[0], REPLICAS = 4 };

START_TEST(every_mechanism_computes_what_this_version_does)
{
    ds_economy_test t;
    ds_digest_room room;
    ds_digest *const digest = ds_digest_in(&room);
    ds_hex hex;
    everything_open(&t, kept[_i].text);
    const size_t metrics = ds_metric_count(ds_diem_model.metrics);
    const size_t values = metrics * ds_frame_times(&t.scenario.frame);
    for (uint32_t index = 0; index < REPLICAS; index++) {
        double outcomes[64] = {0};
        double *const rows = economy_rows_and(&t, index, outcomes);
        ds_digest_add(digest, rows, values * sizeof *rows);
        ds_digest_add(digest, outcomes, sizeof outcomes);
        free(rows);
    }
    economy_close(&t);
    ds_digest_hex(digest, hex);
    ck_assert_msg(strcmp(hex, kept[_i].digest) == 0, "scenario %d: %s, was %s", _i, hex,
                  kept[_i].digest);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{every_mechanism_computes_what_this_version_does, KEPT}, {0}};
    return ds_run_tests("numbers", tests, 120);
}
