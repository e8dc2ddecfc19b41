/* Grid times, numbers of replicas and tables of metrics: what every model has. */
#include "run.h"

#include "sim/core/model.h"

/* ---- times ---- */

START_TEST(a_grid_ends_at_the_horizon)
{
    static const struct {
        double warmup, horizon, observe;
        size_t times;
    } cases[] = {{0, 1.1, 0.1, 12}, /* 1.1 / 0.1 is above 11 by a hair */
                 {0, 10, 10, 2},    {5, 10, 2, 4},    {0, 365, 1, 366},
                 {0, 3.0001, 1, 5}, {0, 2.9999, 1, 4}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const ds_frame f = {
            .warmup = cases[i].warmup, .horizon = cases[i].horizon, .observe = cases[i].observe};
        ck_assert_uint_eq(ds_frame_times(&f), cases[i].times);
        ck_assert_double_eq(ds_frame_time(&f, 0), f.warmup);
        for (size_t k = 1; k + 1 < cases[i].times; k++)
            ck_assert_double_eq_tol(ds_frame_time(&f, k), f.warmup + (double)k * f.observe, 1e-12);
        ck_assert_double_eq(ds_frame_time(&f, cases[i].times - 1), f.horizon);
    }
}
END_TEST

/* Where hours, days and tenths begin, to the bit: what happens then belongs to the interval. */
START_TEST(grid_times_are_the_doubles_next_to_them)
{
    static const struct {
        double warmup, observe, step, of; /* step / of of a day */
    } cases[] = {{0, 1.0 / 24, 1, 24}, {0, 1.0 / 3, 1, 3},           {0, 0.7, 7, 10},
                 {0, 0.1, 1, 10},      {31.0 / 24, 1.0 / 24, 1, 24}, {0, 1.0 / 86400, 1, 86400}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const ds_frame f = {
            .warmup = cases[i].warmup, .horizon = 1000, .observe = cases[i].observe};
        const double before = cases[i].warmup > 0 ? 31 : 0;
        for (size_t k = 0; k < 1000; k++)
            ck_assert_double_eq(ds_frame_time(&f, k),
                                (before + (double)k * cases[i].step) / cases[i].of);
    }
}
END_TEST

/* 30 d and a day, or half of one. */
START_TEST(a_last_interval_that_is_cut_short_counts_less)
{
    const double time[] = {5, 35, 65, 66}, whole[] = {0, 0.1, 0.2, 0.30000000000000004},
                 one[] = {0, 7};
    ck_assert_double_eq_tol(ds_last_weight(time, 4), 1.0 / 30, 1e-15);
    ck_assert_double_eq(ds_last_weight(time, 3), 1);
    ck_assert_double_eq(ds_last_weight(whole, 4), 1);
    ck_assert_double_eq(ds_last_weight(one, 2), 1);
}
END_TEST

/* ---- numbers of replicas ---- */

START_TEST(independent_replicas_have_their_own_numbers)
{
    const ds_model model = {.plain_last = true};
    const ds_frame frame = {.replicas = 100};
    ck_assert_uint_eq(ds_frame_group(&frame), 1);
    for (uint32_t i = 0; i < 100; i++)
        ck_assert_uint_eq(ds_replica_number(&model, &frame, i), i);
}
END_TEST

START_TEST(of_a_pair_the_second_is_the_mirror)
{
    const ds_model model = {0};
    const ds_frame frame = {.replicas = 6, .sampling = DS_SAMPLING_ANTITHETIC};
    static const uint32_t numbers[] = {0, 0x80000000, 1, 0x80000001, 2, 0x80000002};
    ck_assert_uint_eq(ds_frame_group(&frame), 2);
    for (uint32_t i = 0; i < 6; i++)
        ck_assert_uint_eq(ds_replica_number(&model, &frame, i), numbers[i]);
}
END_TEST

/* 64 replicas are 16 scrambles of 4 points; the mark of a point is bit 30, that of the last agent
 * bit 29, and the scramble begins at bit 24. */
START_TEST(points_are_dealt_to_scrambles)
{
    const ds_frame frame = {.replicas = 64, .sampling = DS_SAMPLING_SOBOL};
    const ds_frame few = {.replicas = 16, .sampling = DS_SAMPLING_SOBOL};
    const ds_model first = {0}, last = {.plain_last = true};
    ck_assert_uint_eq(ds_frame_group(&frame), 4);
    ck_assert_uint_eq(ds_frame_group(&few), 1);
    ck_assert_uint_eq(ds_frame_group(&(ds_frame){.replicas = 1, .sampling = DS_SAMPLING_SOBOL}), 1);
    for (uint32_t i = 0; i < 64; i++) {
        const uint32_t number = 0x40000000 + (i / 4) * 0x1000000 + i % 4;
        ck_assert_uint_eq(ds_replica_number(&first, &frame, i), number);
        ck_assert_uint_eq(ds_replica_number(&last, &frame, i), number + 0x20000000);
    }
}
END_TEST

/* ---- tables ---- */

static const ds_metric metrics[] = {{.name = "price"}, {.name = "supply"}, {.name = "burn"}, {0}};

START_TEST(metrics_are_found_by_name)
{
    ck_assert_uint_eq(ds_metric_count(metrics), 3);
    ck_assert_uint_eq(ds_metric_count(NULL), 0);
    for (size_t i = 0; i < 3; i++)
        ck_assert_ptr_eq(ds_metric_find(metrics, metrics[i].name), &metrics[i]);
    ck_assert_ptr_null(ds_metric_find(metrics, "pric"));
    ck_assert_ptr_null(ds_metric_find(NULL, "price"));
    ck_assert_str_eq(ds_metric_kind_name(DS_STATE), "state");
    ck_assert_str_eq(ds_metric_kind_name(DS_AVERAGE), "average");
    ck_assert_str_eq(ds_metric_kind_name(DS_FLOW), "flow");
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{a_grid_ends_at_the_horizon, 0},
                             {grid_times_are_the_doubles_next_to_them, 0},
                             {a_last_interval_that_is_cut_short_counts_less, 0},
                             {independent_replicas_have_their_own_numbers, 0},
                             {of_a_pair_the_second_is_the_mirror, 0},
                             {points_are_dealt_to_scrambles, 0},
                             {metrics_are_found_by_name, 0},
                             {0}};
    return ds_run_tests("model", tests, 30);
}
