/* What a calibration aims at. */
#include "run.h"

#include "analysis/target.h"
#include "models/models.h"

#include <math.h>
#include <string.h>

static const ds_frame frame = {
    .start = NAN, .warmup = 100, .horizon = 600, .observe = 100, .replicas = 1};

static bool aim(ds_pool *pool, const ds_observation *item, size_t count, ds_target *t,
                ds_status *st)
{
    const ds_observations all = {count, item};
    return ds_target_of(pool, &all, &ds_queue_model, &frame, t, st);
}

START_TEST(few_rows_are_compared_one_by_one)
{
    const ds_observation seen[] = {{350, "wait_mean", 3},  {200, "utilization", 0.5},
                                   {250, "wait_mean", 2},  {50, "wait_mean", 9},
                                   {300, "shoe_size", 42}, {150, "wait_mean", 8},
                                   {600, "wait_mean", 4}};
    ds_pool pool = {0};
    ds_target t;
    ds_status st = {0};
    ck_assert_msg(aim(&pool, seen, 7, &t, &st), "%s", st.text);
    ck_assert_uint_eq(t.rows, 4);
    ck_assert_uint_eq(t.statistics, 4);
    ck_assert_uint_eq(t.unknown, 1);
    ck_assert_uint_eq(t.outside,
                      2); /* before the warm-up ends, and before an average has a value */
    ck_assert_str_eq(t.unknown_name, "shoe_size");
    size_t q = 0; /* in the order of the model's metrics, then of time */
    while (strcmp(ds_queue_model.metrics[t.row[q].metric].name, "wait_mean") != 0)
        q++;
    ck_assert(t.row[q].when == 250 && t.row[q + 1].when == 350 && t.row[q + 2].when == 600);
    ck_assert_uint_eq(t.row[q].time, 1);
    ck_assert_double_eq(t.row[q].part, 0.5);
    ck_assert_uint_eq(t.row[q + 2].time, 5);
    ck_assert_double_eq(t.row[q + 2].part, 0);
    ck_assert_str_eq(t.name[q], "wait_mean at 250");
    ck_assert_double_eq(t.observed[q + 1], 3);
    ds_pool_free(&pool);
}
END_TEST

START_TEST(many_rows_are_a_series)
{
    enum { ROWS = 20 };
    ds_observation seen[ROWS];
    double statistics[4];
    ds_pool pool = {0};
    ds_target t;
    ds_status st = {0};
    for (int i = 0; i < ROWS; i++)
        seen[i] = (ds_observation){210 + 10.0 * i, "utilization", i % 2};
    ck_assert(aim(&pool, seen, ROWS, &t, &st));
    ck_assert_uint_eq(t.statistics, 4);
    ck_assert_str_eq(t.name[0], "utilization mean");
    ck_assert_double_eq_tol(t.observed[0], 0.5, 1e-12);
    ck_assert_double_eq_tol(t.observed[1], sqrt(20 * 0.25 / 19), 1e-12);
    ck_assert_double_eq_tol(t.observed[2], 1, 1e-12);
    ck_assert_double_eq(t.observed[3], 1);
    double values[ROWS] = {0};
    values[7] = NAN;
    ds_target_statistics(&t, values, statistics);
    ck_assert(isnan(statistics[0]) && statistics[3] == 0);
    ds_pool_free(&pool);
}
END_TEST

START_TEST(nothing_to_compare_is_refused)
{
    const ds_observation seen[] = {{250, "wait_men", 3}, {700, "wait_mean", 3}};
    ds_pool pool = {0};
    ds_target t;
    ds_status st = {0};
    ck_assert(!aim(&pool, seen, 2, &t, &st));
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_ptr_nonnull(strstr(st.text, "did you mean 'wait_mean'"));
    ck_assert_ptr_nonnull(strstr(st.text, "none of 2 observations"));
    ds_pool_free(&pool);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {few_rows_are_compared_one_by_one, 0},
        {many_rows_are_a_series, 0},
        {nothing_to_compare_is_refused, 0},
        {0},
    };
    return ds_run_tests("target", tests, 20);
}
