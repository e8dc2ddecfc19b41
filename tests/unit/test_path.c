/* Values of a dated series at any time, by hand. */
#include "run.h"

#include "sim/core/path.h"

static const double days[] = {10, 20, 40}, values[] = {1, 4, 2};

static double at(int between, double date)
{
    return ds_path_at(&(ds_path){.count = 3, .time = days, .value = values, .between = between},
                      date);
}

START_TEST(between_two_rows_the_rule_decides)
{
    ck_assert_double_eq_tol(at(DS_LOG_LINEAR, 15), 2, 1e-15);
    ck_assert_double_eq_tol(at(DS_LOG_LINEAR, 30), sqrt(8), 1e-15);
    ck_assert_double_eq_tol(at(DS_LINEAR, 12), 1.6, 1e-15);
    ck_assert_double_eq_tol(at(DS_LINEAR, 35), 2.5, 1e-15);
    ck_assert_double_eq(at(DS_STEP, 19.999), 1);
    ck_assert_double_eq(at(DS_STEP, 20), 4);
    ck_assert_double_eq(at(DS_STEP, 39.999), 4);
}
END_TEST

START_TEST(on_a_row_and_beyond_the_ends_all_rules_agree)
{
    for (int rule = DS_LOG_LINEAR; rule <= DS_STEP; rule++) {
        ck_assert_double_eq(at(rule, -1e9), 1);
        for (int i = 0; i < 3; i++)
            ck_assert_double_eq(at(rule, days[i]), values[i]);
        ck_assert_double_eq(at(rule, 1e9), 2);
    }
}
END_TEST

START_TEST(one_row_is_a_constant)
{
    const ds_path path = {.count = 1, .time = days, .value = values};
    ck_assert_double_eq(ds_path_at(&path, 5), 1);
    ck_assert_double_eq(ds_path_at(&path, 500), 1);
    ck_assert_double_eq(ds_path_end(&path), 10);
    ck_assert_double_eq(ds_path_end(&(ds_path){0}), -INFINITY);
}
END_TEST

/* 05:00 and three hours are not always 08:00 of the double that a row has, but a hair before. */
START_TEST(a_step_comes_at_its_hour_wherever_the_hours_are_counted_from)
{
    enum { HOURS = 200 };
    double time[HOURS], value[HOURS];
    for (int k = 0; k < HOURS; k++) {
        time[k] = 20715 + k / 24.0;
        value[k] = k;
    }
    const ds_path path = {.count = HOURS, .time = time, .value = value, .between = DS_STEP};
    for (int start = 0; start < 24; start++)
        for (int k = 0; start + k < HOURS; k++)
            ck_assert_double_eq(ds_path_at(&path, time[start] + k / 24.0), start + k);
    ck_assert_double_eq(ds_path_at(&path, time[7] - 1.0 / 86400), 6);
}
END_TEST

/* Every row of a long path is found, from either side. */
START_TEST(a_long_path_is_searched_right)
{
    enum { ROWS = 1000 };
    double time[ROWS], value[ROWS];
    for (int i = 0; i < ROWS; i++) {
        time[i] = i * i;
        value[i] = i;
    }
    const ds_path path = {.count = ROWS, .time = time, .value = value, .between = DS_STEP};
    for (int i = 1; i < ROWS; i++) {
        ck_assert_double_eq(ds_path_at(&path, time[i]), i);
        ck_assert_double_eq(ds_path_at(&path, time[i] - 0.25), i - 1);
    }
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{between_two_rows_the_rule_decides, 0},
                             {on_a_row_and_beyond_the_ends_all_rules_agree, 0},
                             {one_row_is_a_constant, 0},
                             {a_step_comes_at_its_hour_wherever_the_hours_are_counted_from, 0},
                             {a_long_path_is_searched_right, 0},
                             {0}};
    return ds_run_tests("path", tests, 30);
}
