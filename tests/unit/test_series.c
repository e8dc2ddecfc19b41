/* Exact time averages and sums between two observations. */
#include "run.h"

#include "sim/core/rng.h"
#include "sim/core/series.h"

#include <math.h>

START_TEST(a_level_averages_over_time_exactly)
{
    ds_level level = {0};
    ds_level_set(&level, 2, 0);
    ds_level_add(&level, 3, 1.5);
    ds_level_set(&level, 1, 2);
    ck_assert_double_eq(ds_level_take(&level, 4), 2 * 1.5 + 5 * 0.5 + 1 * 2);
    ck_assert_double_eq(ds_level_take(&level, 5), 1);
}
END_TEST

/* Steps on a grid of sixteenths, where all sums are exact in binary: the average of two halves is
 * the whole, whatever is observed between. */
START_TEST(observing_does_not_change_what_is_observed)
{
    ds_rng rng = ds_rng_stream(8, 0, 0, 0);
    ds_level often = {0}, once = {0};
    double now = 0, area = 0, sum = 0;
    for (int i = 0; i < 10000; i++) {
        const double value = ds_rng_below(&rng, 1000), stay = ds_rng_below(&rng, 64) / 16.0;
        ds_level_set(&often, value, now);
        ds_level_set(&once, value, now);
        sum += value * stay;
        now += stay;
        if (i % 3 == 0)
            area += ds_level_take(&often, now);
    }
    area += ds_level_take(&often, now);
    ck_assert_double_eq(area, sum);
    ck_assert_double_eq(ds_level_take(&once, now), sum);
}
END_TEST

START_TEST(a_tally_sums_and_begins_anew)
{
    ds_tally tally = {0};
    ds_tally_add(&tally, 2.5);
    ds_tally_add(&tally, -1);
    ck_assert_double_eq(tally.count, 2);
    ck_assert_double_eq(ds_tally_take(&tally), 1.5);
    ck_assert_double_eq(tally.count, 0);
    ck_assert_double_eq(ds_tally_take(&tally), 0);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{a_level_averages_over_time_exactly, 0},
                             {observing_does_not_change_what_is_observed, 0},
                             {a_tally_sums_and_begins_anew, 0},
                             {0}};
    return ds_run_tests("series", tests, 60);
}
