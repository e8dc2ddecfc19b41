/* The rule that ends a run, look by look. */
#include "run.h"

#include "sim/core/rng.h"
#include "sim/run/stopping.h"

#include <math.h>
#include <stdlib.h>

enum { MOST = 100000 };

static ds_until rule(ds_statistic statistic, double half_width)
{
    return (ds_until){.statistic = statistic,
                      .level = 0.5,
                      .threshold = 0.5,
                      .half_width = half_width,
                      .confidence = 0.95,
                      .min_replicas = 10,
                      .max_replicas = MOST};
}

static ds_estimate_now look(const ds_until *until, const double *values, size_t count)
{
    ds_estimate_now now;
    ds_status st = {0};
    ck_assert(ds_until_look(until, values, count, &now, &st));
    return now;
}

/* Values 0, 1, 2, ... mod m. */
static void fill(double *values, size_t count, size_t m)
{
    for (size_t i = 0; i < count; i++)
        values[i] = (double)(i % m);
}

START_TEST(a_mean_has_an_interval_around_it_that_shrinks_with_the_root)
{
    static double values[6400];
    const ds_until u = rule(DS_STAT_MEAN, 0.1);
    fill(values, 6400, 10);
    const ds_estimate_now few = look(&u, values, 100), many = look(&u, values, 6400);
    ck_assert_double_eq(few.estimate, 4.5);
    ck_assert_double_eq_tol(few.high - few.estimate, few.half_width, 1e-12);
    /* Student's: 1.9842 standard errors of sqrt(8.25 / 99) = 0.28868, R's qt(.975, 99) */
    ck_assert_double_ge(few.half_width, 1.98422 * 0.288675);
    ck_assert_double_le(few.half_width, 1.03 * 1.98422 * 0.288675);
    ck_assert_double_eq_tol(few.half_width / many.half_width, 8, 0.3);
    ck_assert(!few.doubtful);
}
END_TEST

START_TEST(failed_replicas_are_left_out)
{
    double values[200];
    const ds_until u = rule(DS_STAT_MEAN, 0.1);
    fill(values, 100, 10);
    for (size_t i = 100; i < 200; i++)
        values[i] = NAN;
    const ds_estimate_now all = look(&u, values, 200), known = look(&u, values, 100);
    ck_assert_uint_eq(all.values, 100);
    ck_assert_double_eq(all.half_width, known.half_width);
}
END_TEST

START_TEST(a_quantile_lies_between_order_statistics)
{
    static double values[1000];
    ds_until u = rule(DS_STAT_QUANTILE, 1);
    for (int i = 0; i < 1000; i++)
        values[i] = 999 - i;
    u.level = 0.99;
    const ds_estimate_now now = look(&u, values, 1000);
    /* Ranks 983 and 997 are those of a fixed number of replicas (cases.csv, quantile_ci). */
    ck_assert_double_le(now.low, 982);
    ck_assert_double_ge(now.low, 979);
    ck_assert_double_ge(now.high, 996);
    ck_assert_double_le(now.high, 998);
    ck_assert(isinf(look(&u, values, 100).half_width)); /* too few for so high a quantile */
    ck_assert_uint_gt(ds_until_next(&u, &(ds_estimate_now){.half_width = INFINITY}, 100, 16), 100);
}
END_TEST

START_TEST(no_hit_is_not_certainty)
{
    static double values[1000];
    ds_until u = rule(DS_STAT_PROBABILITY, 0.001);
    const ds_estimate_now none = look(&u, values, 1000);
    ck_assert_double_eq(none.estimate, 0);
    ck_assert_double_eq(none.low, 0);
    ck_assert_double_gt(none.high, 0.0036); /* the rule of three and more: 1 - 0.025^(1/1000) */
    ck_assert_double_lt(none.high, 0.0060);
    ck_assert(!ds_until_reached(&u, &none));
    u.below = true;
    ck_assert_double_eq(look(&u, values, 1000).estimate, 1);
}
END_TEST

START_TEST(the_next_look_is_planned)
{
    const ds_until u = rule(DS_STAT_MEAN, 1);
    const ds_estimate_now near = {.estimate = 5, .half_width = 1.1};
    const ds_estimate_now far = {.estimate = 5, .half_width = 2};
    const ds_estimate_now there = {.estimate = 5, .half_width = 1};
    ck_assert_uint_eq(ds_until_next(&u, &near, 160, 16), 208); /* 160 * 1.21, rounded up */
    ck_assert_uint_eq(ds_until_next(&u, &far, 160, 16), 320);  /* half of 640 */
    ck_assert_uint_eq(ds_until_next(&u, &there, 160, 16), 0);
    ck_assert_uint_eq(ds_until_next(&u, &far, MOST, 16), 0);
    ck_assert_uint_eq(ds_until_next(&u, &far, MOST - 8, 16), MOST);
    ck_assert_uint_eq(ds_until_next(&u, &far, MOST - 8, 48), MOST); /* no whole number of steps */
    ck_assert_uint_eq(ds_until_first(&u, 16), 64);
    ck_assert_uint_eq(ds_until_first(&u, 100), 100);
}
END_TEST

START_TEST(a_relative_width_is_of_the_size_of_the_estimate)
{
    ds_until u = rule(DS_STAT_MEAN, 0.1);
    u.relative = true;
    for (int sign = -1; sign <= 1; sign += 2) {
        ck_assert(
            ds_until_reached(&u, &(ds_estimate_now){.estimate = sign * 5, .half_width = 0.5}));
        ck_assert(
            !ds_until_reached(&u, &(ds_estimate_now){.estimate = sign * 5, .half_width = 0.51}));
    }
}
END_TEST

START_TEST(what_never_narrows_runs_to_the_most)
{
    double values[64] = {0};
    ds_until u = rule(DS_STAT_MEAN, 0.01);
    u.relative = true; /* of an estimate of 0 */
    for (size_t i = 0; i < 64; i++)
        values[i] = i % 2 ? 1 : -1;
    size_t n = 64;
    ds_estimate_now now = look(&u, values, n);
    for (int looks = 0; looks < 100; looks++) {
        const size_t next = ds_until_next(&u, &now, n, 16);
        if (next == 0)
            break;
        ck_assert_uint_gt(next, n);
        n = next;
    }
    ck_assert_uint_eq(n, MOST);
}
END_TEST

START_TEST(what_is_always_the_same_is_known_at_once)
{
    double values[64];
    const ds_until u = rule(DS_STAT_MEAN, 1e-9);
    for (size_t i = 0; i < 64; i++)
        values[i] = 0.1; /* 64 of which have no such sum */
    const ds_estimate_now now = look(&u, values, 64);
    ck_assert_double_eq(now.half_width, 0);
    ck_assert(ds_until_reached(&u, &now));
    ck_assert(now.unvaried && !now.doubtful);
    values[63] = 8;
    ck_assert(!look(&u, values, 64).unvaried);
}
END_TEST

START_TEST(nothing_known_is_never_enough)
{
    static const double values[] = {NAN, NAN, 3, NAN};
    for (int s = DS_STAT_MEAN; s <= DS_STAT_PROBABILITY; s++) {
        const ds_until u = rule((ds_statistic)s, 1e9);
        const ds_estimate_now now = look(&u, values, 4);
        ck_assert_uint_eq(now.values, 1);
        ck_assert(!ds_until_reached(&u, &now));
        ck_assert_uint_gt(ds_until_next(&u, &now, 4, 16), 4);
    }
}
END_TEST

START_TEST(skewed_values_are_doubted)
{
    static double values[400];
    const ds_until u = rule(DS_STAT_MEAN, 1);
    values[0] = 1e6;
    ck_assert(look(&u, values, 400).doubtful);
    /* A tenth of ones has a skewness of 8/3: 178 would do. */
    for (size_t i = 0; i < 200; i++)
        values[i] = i % 10 == 0;
    ck_assert(look(&u, values, 170).doubtful);
    ck_assert(!look(&u, values, 180).doubtful);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {a_mean_has_an_interval_around_it_that_shrinks_with_the_root, 0},
        {failed_replicas_are_left_out, 0},
        {a_quantile_lies_between_order_statistics, 0},
        {no_hit_is_not_certainty, 0},
        {the_next_look_is_planned, 0},
        {a_relative_width_is_of_the_size_of_the_estimate, 0},
        {what_never_narrows_runs_to_the_most, 0},
        {what_is_always_the_same_is_known_at_once, 0},
        {nothing_known_is_never_enough, 0},
        {skewed_values_are_doubted, 0},
        {0},
    };
    return ds_run_tests("stopping", tests, 20);
}
