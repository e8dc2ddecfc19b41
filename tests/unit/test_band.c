/* What is said of a metric and of an outcome that not every replica has. */
#include "run.h"

#include "analysis/band.h"
#include "analysis/info.h"
#include "sim/core/interval.h"
#include "tests/made.h"

enum { REPLICAS = 8, TIMES = 3 };

static const ds_metric metrics[] = {{"wait", "d", "of who came", DS_AVERAGE, true},
                                    {"never", "d", "of who never came", DS_AVERAGE, true},
                                    {0}};
static const ds_metric outcomes[] = {{"when", "d", "undefined when never", DS_STATE, true}, {0}};
static const double times[TIMES] = {0, 1, 2};
static const char *const labels[] = {"base"};

/* 1, 2 and 6 have no value at the end; 4 fails, and what it left behind is none. */
static bool has_value(size_t replica)
{
    return replica != 1 && replica != 2 && replica != 6;
}

static bool fails(size_t point, size_t replica)
{
    (void)point;
    return replica == 4;
}

static double series(size_t point, size_t replica, double time, size_t metric)
{
    (void)point;
    if (metric == 1 || (time == 2 && !has_value(replica)))
        return NAN;
    return (double)(replica * replica) + time;
}

static double outcome(size_t point, size_t replica, size_t which)
{
    (void)which;
    return fails(point, replica) || !has_value(replica) ? NAN : (double)(replica * replica) + 2;
}

static made result_of(size_t group, bool paths)
{
    return (made){.x = {.title = "t",
                        .model = "sample",
                        .metrics = metrics,
                        .outcomes = outcomes,
                        .points = 1,
                        .replicas = REPLICAS,
                        .times = TIMES,
                        .group = group,
                        .time = times,
                        .start = 20715,
                        .labels = labels,
                        .keep_paths = paths,
                        .provenance = {.scenario = "model: sample\n",
                                       .resolved = "{}",
                                       .program = "diemsim",
                                       .version = "0.1.0",
                                       .build = "Release",
                                       .seed = 7}},
                  .series = series,
                  .outcome = outcome,
                  .fails = fails};
}

static ds_spread end_of(ds_result *r, const char *metric)
{
    ds_status st = {0};
    ds_case c;
    ds_band band;
    ds_spread end;
    made_ok(ds_case_of(&c, r, 0, &st), &st);
    made_ok(ds_band_read(&band, &c, metric, &st), &st);
    made_ok(ds_band_ending(&end, &band, &c, &st), &st);
    ds_band_free(&band);
    return end;
}

/* Four replicas end with 2, 11, 27 and 51: mean 22.75, sum of squares about it 1384.75, and so an
 * error of sqrt(1384.75 / 3 / 4) with three degrees of freedom, of which Student's 97.5 % quantile
 * is 3.18245 (Fisher & Yates 1938). */
START_TEST(an_interval_rests_on_replicas_that_have_a_value)
{
    made m = result_of(1, true);
    ds_result *const r = made_result(&m);
    const ds_spread end = end_of(r, "wait");
    ck_assert_uint_eq(end.count, 4);
    ck_assert_double_eq_tol(end.mean, 22.75, 1e-12);
    ck_assert_double_eq_tol(end.half, 3.182446 * sqrt(1384.75 / 12), 1e-4);
    ds_status st = {0};
    ds_case c;
    ds_spread same;
    made_ok(ds_case_of(&c, r, 0, &st), &st);
    made_ok(ds_outcome_spread(&same, &c, "when", &st), &st);
    ck_assert_uint_eq(same.count, 4);
    ck_assert_double_eq_tol(same.half, end.half, 1e-12);
    const ds_spread none = end_of(r, "never");
    ck_assert_uint_eq(none.count, 0);
    ck_assert(isnan(none.mean) && isnan(none.half));
    made_end(&m, r);
}
END_TEST

/* Of the pairs (0, 1), (2, 3), (4, 5), (6, 7) none has both. */
START_TEST(an_interval_rests_on_groups_that_are_whole)
{
    made m = result_of(2, true);
    ds_result *const r = made_result(&m);
    const ds_spread end = end_of(r, "wait");
    ck_assert_uint_eq(end.count, 4);
    ck_assert_double_eq_tol(end.mean, 22.75, 1e-12);
    ck_assert(isnan(end.half));
    made_end(&m, r);
}
END_TEST

START_TEST(of_summaries_every_finished_replica_counts)
{
    made m = result_of(1, false);
    ds_result *const r = made_result(&m);
    const ds_spread end = end_of(r, "wait");
    ck_assert_uint_eq(end.count, 7);
    ck_assert_double_eq_tol(end.mean, 22.75, 1e-12);
    made_end(&m, r);
}
END_TEST

START_TEST(the_table_says_how_many_have_a_value)
{
    made m = result_of(1, true);
    ds_result *const r = made_result(&m);
    ds_status st = {0};
    char *text = NULL;
    size_t size;
    FILE *const out = open_memstream(&text, &size);
    const ds_info_request q = {.result = r, .count = 1, .columns = 80};
    ck_assert_ptr_nonnull(out);
    made_ok(ds_info_csv(out, &q, &st), &st);
    fclose(out);
    ck_assert_ptr_nonnull(strstr(text, "0,base,never,d,average,2,,,,,,,,0\r\n"));
    const char *const row = strstr(text, "0,base,wait,d,average,2,22.75,");
    ck_assert_ptr_nonnull(row);
    ck_assert_int_eq(strncmp(strstr(row, "\r\n") - 2, ",4", 2), 0);
    ck_assert_int_eq(strncmp(strstr(strstr(text, "0,base,when,d,22.75,"), "\r\n") - 2, ",4", 2), 0);
    free(text);
    made_end(&m, r);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{an_interval_rests_on_replicas_that_have_a_value, 0},
                             {an_interval_rests_on_groups_that_are_whole, 0},
                             {of_summaries_every_finished_replica_counts, 0},
                             {the_table_says_how_many_have_a_value, 0},
                             {0}};
    return ds_run_tests("band", tests, 60);
}
