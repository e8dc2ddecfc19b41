/* Resampling against the figures of Efron & Tibshirani (1993), 14.2, for the variance of the
 * spatial test data; R 4.2's boot.ci with 100000 resamples has the same within its own error. */
#include "run.h"

#include "analysis/bootstrap.h"
#include "analysis/stats.h"
#include "sim/core/rng.h"

#include <math.h>
#include <string.h>

enum { N = 26 };

static const double spatial[N] = {48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6,
                                  0,  33, 28, 34, 4,  32, 24, 47, 41, 24, 26, 30, 41};

static void variance(const uint32_t *times, size_t units, const void *data, ds_figure *figure)
{
    const double *const x = data;
    double n = 0, sum = 0, squares = 0;
    for (size_t u = 0; u < units; u++) {
        n += times[u];
        sum += times[u] * x[u];
    }
    for (size_t u = 0; u < units; u++)
        squares += times[u] * (x[u] - sum / n) * (x[u] - sum / n);
    *figure = (ds_figure){squares / n, 0};
}

static ds_interval interval_of(ds_bootstrap how, const ds_resampling *what, double level)
{
    ds_status st = {0};
    ds_figure figure;
    ds_interval i;
    ck_assert(ds_bootstrap_of(&how, what, level, &figure, &i, &st));
    return i;
}

/* Ends differ by the error of 100000 resamples. */
START_TEST(intervals_are_the_published_ones)
{
    const ds_resampling what = {variance, spatial, N, 1};
    ds_bootstrap how = {DS_BOOTSTRAP_PERCENTILE, 7, 0, 100000};
    ds_interval i = interval_of(how, &what, 0.9);
    ck_assert_double_eq_tol(i.low, 97.8, 1.5);
    ck_assert_double_eq_tol(i.high, 235.1, 1.5);
    how.method = DS_BOOTSTRAP_BCA;
    i = interval_of(how, &what, 0.9);
    ck_assert_double_eq_tol(i.low, 116.1, 1.5);
    ck_assert_double_eq_tol(i.high, 261.7, 1.5);
}
END_TEST

START_TEST(figures_are_those_of_all_units)
{
    const ds_resampling what = {variance, spatial, N, 1};
    const ds_bootstrap how = {.seed = 1};
    ds_status st = {0};
    ds_figure figure;
    ds_interval i;
    ck_assert(ds_bootstrap_of(&how, &what, 0.95, &figure, &i, &st));
    ck_assert_double_eq_tol(figure.value, 171.534023668639, 1e-11);
}
END_TEST

/* Bootstrap-t of a mean of normal values is close to Student's interval. */
START_TEST(a_studentised_mean_is_near_students)
{
    double values[40];
    ds_rng rng = ds_rng_stream(2, 0, 0, 0);
    for (int i = 0; i < 40; i++)
        values[i] = ds_rng_uniform(&rng);
    const ds_mean_data data = {values};
    const ds_resampling what = {ds_resampled_mean, &data, 40, 1};
    const ds_interval i =
        interval_of((ds_bootstrap){DS_BOOTSTRAP_STUDENT, 3, 0, 20000}, &what, 0.95);
    const ds_sample s = ds_sample_of(values, 40);
    const double half = ds_t_half_width(s.error, 40, 0.95);
    ck_assert_double_eq_tol(i.low, s.mean - half, 0.1 * half);
    ck_assert_double_eq_tol(i.high, s.mean + half, 0.1 * half);
}
END_TEST

/* A sample with a long right arm has missed some of it (Hall 1988). */
START_TEST(a_studentised_interval_is_longer_where_the_tail_is)
{
    double values[20];
    for (int k = 0; k < 20; k++)
        values[k] = k * k * k * k;
    const ds_mean_data data = {values};
    const ds_resampling what = {ds_resampled_mean, &data, 20, 1};
    const ds_interval i = interval_of((ds_bootstrap){DS_BOOTSTRAP_STUDENT, 3, 0, 0}, &what, 0.95);
    const double mean = ds_sample_of(values, 20).mean;
    ck_assert_double_gt(i.high - mean, 1.5 * (mean - i.low));
}
END_TEST

static double least, most;

static void noted_mean(const uint32_t *times, size_t units, const void *data, ds_figure *figure)
{
    ds_resampled_mean(times, units, data, figure);
    least = fmin(least, figure->value);
    most = fmax(most, figure->value);
}

/* Davison & Hinkley (1997), 5.2.1: of 19 resamples the first and the last bound 90 %, of 39 what
 * lies beyond them is 95 %. */
START_TEST(the_ends_are_places_of_one_more_than_there_are)
{
    const ds_mean_data data = {spatial};
    const ds_resampling what = {noted_mean, &data, N, 1};
    for (size_t n = 19; n <= 39; n += 20) {
        least = INFINITY;
        most = -INFINITY;
        const ds_interval i = interval_of((ds_bootstrap){DS_BOOTSTRAP_PERCENTILE, 1, 0, n}, &what,
                                          n == 19 ? 0.9 : 0.95);
        ck_assert_double_eq_tol(i.low, least, 1e-12);
        ck_assert_double_eq_tol(i.high, most, 1e-12);
    }
}
END_TEST

/* Two units: a mean of both, or twice that of one. No resample is above or below more often. */
START_TEST(ties_are_half_below)
{
    const double both[] = {0, 1};
    const ds_mean_data data = {both};
    const ds_resampling what = {ds_resampled_mean, &data, 2, 1};
    const ds_interval i = interval_of((ds_bootstrap){DS_BOOTSTRAP_BCA, 1, 0, 999}, &what, 0.9);
    ck_assert(i.low == 0 && i.high == 1);
}
END_TEST

START_TEST(bits_belong_to_the_seed_and_the_stream)
{
    const ds_resampling what = {variance, spatial, N, 1};
    const ds_interval one = interval_of((ds_bootstrap){.seed = 1}, &what, 0.95);
    const ds_interval again = interval_of((ds_bootstrap){.seed = 1}, &what, 0.95);
    const ds_interval other = interval_of((ds_bootstrap){.seed = 2}, &what, 0.95);
    const ds_interval aside = interval_of((ds_bootstrap){.seed = 1, .stream = 1}, &what, 0.95);
    ck_assert_mem_eq(&one, &again, sizeof one);
    ck_assert(one.low != other.low || one.high != other.high);
    ck_assert(one.low != aside.low || one.high != aside.high);
}
END_TEST

static void mean_or_none(const uint32_t *times, size_t units, const void *data, ds_figure *figure)
{
    const ds_mean_data mean = {data};
    ds_resampled_mean(times, units, &mean, figure);
    figure[1] = (ds_figure){NAN, NAN};
}

START_TEST(what_cannot_be_resampled_is_open_or_a_point)
{
    const double same[] = {3, 3, 3, 3};
    ds_figure figure[2];
    ds_interval i[2];
    ds_status st = {0};
    for (int method = DS_BOOTSTRAP_PERCENTILE; method <= (int)DS_BOOTSTRAP_STUDENT; method++) {
        const ds_bootstrap how = {(ds_bootstrap_method)method, 1, 0, 99};
        const ds_resampling what = {mean_or_none, same, 4, 2};
        ck_assert(ds_bootstrap_of(&how, &what, 0.95, figure, i, &st));
        ck_assert(i[0].low == 3 && i[0].high == 3);
        ck_assert(i[1].low == -INFINITY && i[1].high == INFINITY);
        const ds_resampling one = {mean_or_none, same, 1, 2};
        ck_assert(ds_bootstrap_of(&how, &one, 0.95, figure, i, &st));
        ck_assert(i[0].low == -INFINITY && i[0].high == INFINITY);
    }
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{intervals_are_the_published_ones, 0},
                             {figures_are_those_of_all_units, 0},
                             {a_studentised_mean_is_near_students, 0},
                             {a_studentised_interval_is_longer_where_the_tail_is, 0},
                             {the_ends_are_places_of_one_more_than_there_are, 0},
                             {ties_are_half_below, 0},
                             {bits_belong_to_the_seed_and_the_stream, 0},
                             {what_cannot_be_resampled_is_open_or_a_point, 0},
                             {0}};
    return ds_run_tests("bootstrap", tests, 60);
}
