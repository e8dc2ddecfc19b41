/* How thresholds fare, and tables and maps of that. */
#include "run.h"

#include "analysis/heat.h"
#include "analysis/ordeal.h"
#include "analysis/threshold.h"
#include "tests/made.h"

#include <math.h>
#include <string.h>

enum { MOST = 1000 };

static const ds_threshold at_most = {
    .name = "low", .of = "x", .at_least = -INFINITY, .at_most = 10, .share = 0.95, .unit = "USD"};

static bool judge(const ds_threshold *t, const double *values, const bool *finished, size_t count,
                  ds_fared *fared)
{
    ds_status st = {0};
    return ds_threshold_judge(t, &(ds_evidence){values, finished, count, 1, 0.95}, fared, &st);
}

/* `held` replicas at 1, the others at 20. */
static ds_fared fared_of(size_t held, size_t count)
{
    double values[MOST];
    ds_fared fared;
    for (size_t i = 0; i < count; i++)
        values[i] = i < held ? 1 : 20;
    ck_assert(judge(&at_most, values, NULL, count, &fared));
    return fared;
}

/* Bounds of Clopper & Pearson 1934: of 72 that all hold 0.025^(1/72) = 0.9501, of 71 0.9494. */
START_TEST(it_passes_once_the_interval_lies_above)
{
    ck_assert_int_eq(fared_of(72, 72).fate, DS_FATE_PASS);
    const ds_fared few = fared_of(71, 71);
    ck_assert_int_eq(few.fate, DS_FATE_UNDECIDED);
    ck_assert_uint_eq(few.more, 1);
    ck_assert_uint_eq(fared_of(20, 20).more, 52);
    ds_threshold edge = at_most; /* as much as is asked, to the bit */
    edge.share = ds_clopper_pearson(9, 9, 0.95).low;
    const double held[9] = {0};
    ds_fared exact;
    ck_assert(judge(&edge, held, NULL, 9, &exact));
    ck_assert_int_eq(exact.fate, DS_FATE_PASS);
}
END_TEST

START_TEST(it_fails_once_the_interval_lies_below)
{
    ck_assert_int_eq(fared_of(50, 100).fate, DS_FATE_FAIL);
    ck_assert_int_eq(fared_of(94, 100).fate, DS_FATE_UNDECIDED);
    ck_assert_int_eq(fared_of(0, 3).fate, DS_FATE_FAIL);
    ck_assert_uint_eq(fared_of(19, 20).more, DS_NEVER); /* 0.95 to the dot */
    const ds_fared close = fared_of(94, 100);
    ck_assert_uint_gt(close.more, 1000);
}
END_TEST

/* Of a metric that is kept in single precision; outcomes are not. */
START_TEST(a_value_that_is_the_bound_keeps_to_it)
{
    ds_threshold t = {.at_least = -INFINITY, .at_most = 0.2};
    const double kept = (double)0.2F, next = (double)nextafterf(0.2F, 1);
    ck_assert(kept > 0.2 && ds_threshold_holds(&t, kept) && !ds_threshold_holds(&t, next));
    t = (ds_threshold){.at_least = 0.7, .at_most = INFINITY};
    ck_assert(ds_threshold_holds(&t, (double)0.7F));
    ck_assert(!ds_threshold_holds(&t, (double)nextafterf(0.7F, 0)) && !ds_threshold_holds(&t, NAN));
    ck_assert(!ds_beyond(kept, 0.2, false) && ds_beyond(next, 0.2, false));
    ck_assert(!ds_beyond((double)0.7F, 0.7, true) && ds_beyond(0, 1e-300, true));
    t = (ds_threshold){.at_least = -INFINITY, .at_most = 99999999, .outcome = true};
    ck_assert(!ds_threshold_holds(&t, 1e8));
}
END_TEST

/* P(X >= 7) = 0.057 of a binomial of 69 and 0.05: seven that break a bound are no failure yet,
 * though Wilson's interval ends below 0.95. */
START_TEST(a_verdict_is_as_sure_as_it_says)
{
    ck_assert_int_eq(fared_of(62, 69).fate, DS_FATE_UNDECIDED);
    ck_assert(fared_of(62, 69).share.interval.high > 0.95);
}
END_TEST

/* Of 72 that hold and one that failed it is not sure that 95 % hold: it may have been one that does
 * not. Nor is it a failure where those that failed may all have held. */
START_TEST(those_that_failed_may_have_held_or_not)
{
    double values[100];
    bool finished[100];
    ds_fared fared;
    for (size_t i = 0; i < 100; i++) {
        values[i] = 1;
        finished[i] = i > 0;
    }
    ck_assert(judge(&at_most, values, finished, 73, &fared));
    ck_assert(fared.share.value == 1 && fared.share.count == 72);
    ck_assert_int_eq(fared.fate, DS_FATE_UNDECIDED);
    /* Of 142 two fail, as often as one of 73, and 140 that hold are enough. */
    ck_assert_uint_ge(fared.more, 67);
    ck_assert_uint_le(fared.more, 71);
    const ds_threshold half = {.at_least = -INFINITY, .at_most = 10, .share = 0.5};
    ck_assert(judge(&half, values, finished, 7, &fared)); /* 8 of 9: at least 0.518 */
    ck_assert_int_eq(fared.fate, DS_FATE_UNDECIDED);
    ck_assert_uint_eq(fared.more, 2);
    finished[1] = finished[2] = finished[3] = false; /* 3 of 7, with 4 of 7 more */
    ck_assert(judge(&half, values, finished, 7, &fared));
    ck_assert_uint_eq(fared.more, DS_NEVER);
    finished[1] = finished[2] = finished[3] = true;
    ck_assert(judge(&at_most, values, finished, 100, &fared));
    ck_assert_int_eq(fared.fate, DS_FATE_UNDECIDED); /* 112 pass with one that does not */
    for (size_t i = 0; i < 100; i++) {
        values[i] = 20;
        finished[i] = i < 20;
    }
    ck_assert(judge(&at_most, values, finished, 100, &fared));
    ck_assert(fared.share.value == 0 && fared.share.interval.low == 0);
    ck_assert_int_eq(fared.fate, DS_FATE_FAIL);
    ck_assert(fared.share.interval.high > 0.85);
}
END_TEST

START_TEST(the_bound_that_is_reached_agrees_with_the_share)
{
    double values[MOST];
    ds_fared fared;
    ds_threshold t = at_most;
    for (size_t i = 0; i < 100; i++)
        values[i] = (double)((i * 37) % 100 + 1); /* 1 to 100 */
    ck_assert(judge(&t, values, NULL, 100, &fared));
    ck_assert(fared.reached == 95);
    ck_assert(fared.share.value == 0.1);
    t.at_most = fared.reached;
    ck_assert(judge(&t, values, NULL, 100, &fared));
    ck_assert(fared.share.value == 0.95);
    t.at_most = INFINITY;
    t.at_least = 3;
    ck_assert(judge(&t, values, NULL, 100, &fared));
    ck_assert(fared.reached == 6);
    t.share = 0.9999; /* all of them, each of which is defined */
    ck_assert(judge(&t, values, NULL, 100, &fared));
    ck_assert(fared.reached == 1);
    t.at_most = 5;
    ck_assert(judge(&t, values, NULL, 100, &fared));
    ck_assert(isnan(fared.reached));
}
END_TEST

START_TEST(what_is_undefined_holds_nothing_and_what_failed_does_not_count)
{
    const double values[4] = {1, NAN, 1, NAN};
    const bool finished[4] = {true, true, true, false};
    double scores[4];
    ds_fared fared;
    ds_threshold_scores(&at_most, values, finished, 4, scores);
    ck_assert(scores[0] == 1 && scores[1] == 0 && scores[2] == 1 && isnan(scores[3]));
    ck_assert(judge(&at_most, values, finished, 4, &fared));
    ck_assert_uint_eq(fared.share.count, 3);
    ck_assert_uint_eq(fared.undefined, 1);
    ck_assert(isinf(fared.reached));
    const bool none[4] = {false};
    ck_assert(judge(&at_most, values, none, 4, &fared));
    ck_assert_int_eq(fared.fate, DS_FATE_UNDECIDED);
    ck_assert(isnan(fared.share.value) && isnan(fared.reached));
    ck_assert_uint_eq(fared.more, DS_NEVER);
}
END_TEST

START_TEST(thresholds_are_said_in_words)
{
    char text[200];
    ds_threshold t = at_most;
    ds_threshold_words(&t, text, sizeof text);
    ck_assert_str_eq(text, "x at most 10 USD");
    t.at_least = 2;
    ds_threshold_words(&t, text, sizeof text);
    ck_assert_str_eq(text, "x from 2 to 10 USD");
    t.at_most = INFINITY;
    t.unit = "1";
    ds_threshold_words(&t, text, sizeof text);
    ck_assert_str_eq(text, "x at least 2");
}
END_TEST

/* ---- of many points ---- */

static double one_at_first(size_t point, size_t replica, double time, size_t metric)
{
    (void)point, (void)replica, (void)metric;
    return time == 0;
}

/* What a shock breaks, and what is broken anyway. */
static double broken(size_t point, size_t replica, size_t outcome)
{
    (void)replica;
    return outcome == 0 ? (double)point : 1;
}

START_TEST(a_change_is_against_the_same_threshold_in_calm)
{
    static const ds_metric metrics[] = {{"level", "1", "at the end", DS_STATE, true}, {0}},
                           outcomes[] = {{"struck", "1", "by the shock", DS_STATE, true},
                                         {"always", "1", "so", DS_STATE, true},
                                         {0}};
    static const char *const labels[] = {"calm", "crash"};
    static const double times[] = {0, 1};
    const ds_threshold t[] = {
        {.name = "a",
         .of = "struck",
         .at_least = -INFINITY,
         .at_most = 0.5,
         .share = 0.5,
         .outcome = true},
        {.name = "b",
         .of = "always",
         .at_least = -INFINITY,
         .at_most = 0.5,
         .share = 0.5,
         .outcome = true},
        {.name = "c", .of = "level", .at_least = -INFINITY, .at_most = 0.5, .share = 0.5}};
    made m = {.x = {.title = "made",
                    .model = "made",
                    .metrics = metrics,
                    .outcomes = outcomes,
                    .points = 2,
                    .replicas = 40,
                    .times = 2,
                    .time = times,
                    .start = NAN,
                    .labels = labels,
                    .keep_paths = true,
                    .provenance = {.scenario = "model: made\n", .resolved = "{}"}},
              .series = one_at_first,
              .outcome = broken};
    static const double share[2][3] = {{1, 0, 1}, {0, 0, 1}}, change[] = {-1, 0, 0};
    ds_result *const result = made_result(&m);
    ds_ordeals all;
    ds_status st = {0};
    made_ok(ds_ordeals_of(result, t, 3, 0.95, &all, &st), &st);
    for (size_t point = 0; point < 2; point++)
        for (size_t i = 0; i < 3; i++)
            ck_assert_double_eq(ds_ordeals_at(&all, point, i)->fared.share.value, share[point][i]);
    for (size_t i = 0; i < 3; i++)
        ck_assert_double_eq(ds_ordeals_at(&all, 1, i)->change.value, change[i]);
    ds_ordeals_free(&all);
    made_end(&m, result);
}
END_TEST

static ds_ordeal ordeal_of(size_t held, size_t count)
{
    return (ds_ordeal){.fared = fared_of(held, count), .change = ds_estimate_none(0.95, 0)};
}

static const char *const labels[] = {"calm", "storm", "<script>"};

/* What all but a few replicas hold is not what all hold. */
START_TEST(shares_near_0_and_1_are_neither)
{
    static const size_t held[] = {10000, 9999, 9990, 9800, 105, 80, 1, 0};
    static const char *const shown[] = {"100 %", "> 99.9 %", "99.9 %",  "98 %",
                                        "1 %",   "0.8 %",    "< 0.1 %", "0 %"};
    bool idle[2] = {false};
    const ds_result_info about = {.labels = labels, .points = 2, .replicas = 10000};
    for (size_t i = 0; i < sizeof held / sizeof *held; i++) {
        ds_ordeal ordeal[2] = {ordeal_of(1, 1), ordeal_of(1, 1)};
        ordeal[0].fared.share.value = (double)held[i] / 10000;
        const ds_ordeals all = {.about = &about,
                                .points = 2,
                                .thresholds = 1,
                                .ordeal = ordeal,
                                .idle = idle,
                                .level = 0.95};
        ds_ordeals_grid grid;
        ds_status st = {0};
        ck_assert(ds_ordeals_grid_of(&all, &grid, &st));
        const char *const text = grid.table.cell[1].text;
        ck_assert_msg(strncmp(text, shown[i], strlen(shown[i])) == 0, "%s, not %s", text, shown[i]);
        ds_ordeals_grid_free(&grid);
    }
}
END_TEST

START_TEST(a_point_is_as_good_as_its_weakest_threshold)
{
    ds_ordeal ordeal[6] = {ordeal_of(100, 100), ordeal_of(100, 100), ordeal_of(100, 100),
                           ordeal_of(40, 100),  ordeal_of(94, 100),  ordeal_of(100, 100)};
    bool idle[3] = {false};
    const ds_result_info about = {.labels = labels, .points = 3, .replicas = 100};
    const ds_ordeals all = {.about = &about,
                            .points = 3,
                            .thresholds = 2,
                            .ordeal = ordeal,
                            .idle = idle,
                            .level = 0.95};
    ck_assert_int_eq(ds_ordeals_fate(&all, 0), DS_FATE_PASS);
    ck_assert_int_eq(ds_ordeals_fate(&all, 1), DS_FATE_FAIL);
    ck_assert_int_eq(ds_ordeals_fate(&all, 2), DS_FATE_UNDECIDED);
    const ds_ordeals worst_first = {.points = 1, .thresholds = 2, .ordeal = ordeal + 3};
    ck_assert_int_eq(ds_ordeals_fate(&worst_first, 0), DS_FATE_FAIL);
    ck_assert_uint_eq(ds_ordeals_count(&all, DS_FATE_PASS), 0);
    ck_assert_uint_eq(ds_ordeals_count(&all, DS_FATE_FAIL), 1);
    ds_table table;
    ds_ordeals_table(&all, false, &table);
    ck_assert_uint_eq(table.rows, 6);
    ds_table_free(&table);
    ds_ordeals_table(&all, true, &table);
    ck_assert_uint_eq(table.rows, 2);
    ds_table_free(&table);
    ds_ordeals_grid grid;
    ds_status st = {0};
    ck_assert(ds_ordeals_grid_of(&all, &grid, &st));
    ck_assert_uint_eq(grid.table.rows, 3);
    ck_assert_uint_eq(grid.table.columns, 4);
    ck_assert_str_eq(grid.table.cell[6].text, "40 % x");
    ds_ordeals_grid_free(&grid);
}
END_TEST

START_TEST(a_map_needs_two_numbers)
{
    const double number[4] = {1, 2, 1, 2};
    const char *const words[4] = {"a", "b", "a", "b"};
    const ds_coordinate two[2] = {{.name = "a", .number = number}, {.name = "b", .number = number}};
    const ds_coordinate worded[2] = {{.name = "a", .number = number}, {.name = "b", .text = words}};
    ck_assert(ds_heat_fits(&(ds_result_info){.coordinates = 2, .coordinate = two}));
    ck_assert(!ds_heat_fits(&(ds_result_info){.coordinates = 1, .coordinate = two}));
    ck_assert(!ds_heat_fits(&(ds_result_info){.coordinates = 2, .coordinate = worded}));
}
END_TEST

/* Of 40 replicas so many keep each of two thresholds, which 40 % and 70 % are to keep. */
static const size_t keeps[3][2] = {{20, 30}, {20, 40}, {0, 10}};

static double kept(size_t point, size_t replica, size_t outcome)
{
    return replica < keeps[point][outcome] ? 0 : 1;
}

static ds_threshold none_above_0(const char *outcome, size_t number, double share)
{
    return (ds_threshold){.name = outcome,
                          .of = outcome,
                          .at_least = -INFINITY,
                          .at_most = 0,
                          .share = share,
                          .number = number,
                          .outcome = true};
}

/* Of one fate the one that is farther below, or less above, what is asked: 10 points and 5 above,
 * of which the second is weaker; 10 above, undecided, beside one that passes; 40 and 45 below. */
START_TEST(a_cell_of_a_map_is_of_the_weakest_threshold)
{
    static const ds_metric none[] = {{0}}, outcomes[] = {{"a", "1", "first", DS_STATE, true},
                                                         {"b", "1", "second", DS_STATE, true},
                                                         {0}};
    static const char *const points[] = {"1, 3", "2, 3", "1, 4"};
    static const double times[] = {0, 1}, x[] = {1, 2, 1}, y[] = {3, 3, 4};
    static const double share[] = {0.75, 0.5, 0.25};
    static const char *const weakest[] = {"b", "a", "b"};
    const ds_coordinate axes[] = {
        {.name = "x", .path = "x", .unit = "1", .doc = "across", .number = x},
        {.name = "y", .path = "y", .unit = "1", .doc = "up", .number = y}};
    const ds_threshold t[] = {none_above_0("a", 0, 0.4), none_above_0("b", 1, 0.7)};
    made m = {.x = {.title = "made",
                    .model = "made",
                    .metrics = none,
                    .outcomes = outcomes,
                    .points = 3,
                    .replicas = 40,
                    .times = 2,
                    .time = times,
                    .start = NAN,
                    .labels = points,
                    .design = "zip",
                    .coordinates = 2,
                    .coordinate = axes,
                    .keep_paths = true,
                    .provenance = {.scenario = "model: made\n", .resolved = "{}"}},
              .series = one_at_first,
              .outcome = kept};
    ds_result *const result = made_result(&m);
    ds_heat heat;
    ds_status st = {0};
    made_ok(ds_heat_of(result, t, 2, 0.95, &heat, &st), &st);
    ck_assert_uint_eq(heat.x.count, 2);
    ck_assert_uint_eq(heat.y.count, 2);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_double_eq(heat.cell[i].share.value, share[i]);
        ck_assert_str_eq(heat.cell[i].threshold->name, weakest[i]);
    }
    ck_assert(isnan(heat.cell[3].share.value)); /* nobody was there */
    ck_assert_int_eq(heat.cell[0].fate, DS_FATE_UNDECIDED);
    ck_assert_int_eq(heat.cell[2].fate, DS_FATE_FAIL);
    ds_table table;
    ds_heat_list(&heat, &table);
    ck_assert_uint_eq(table.rows, 3);
    ds_table_free(&table);
    char *drawn;
    size_t size;
    FILE *const out = open_memstream(&drawn, &size);
    ds_heat_draw(out, &heat);
    fclose(out);
    ck_assert_str_eq(drawn, "         4     25% x          \n"
                            "         3     75% ?     50% ?\n"
                            "                 1         2  \n");
    free(drawn);
    ds_heat_free(&heat);
    made_end(&m, result);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {a_change_is_against_the_same_threshold_in_calm, 0},
        {it_passes_once_the_interval_lies_above, 0},
        {it_fails_once_the_interval_lies_below, 0},
        {a_value_that_is_the_bound_keeps_to_it, 0},
        {a_verdict_is_as_sure_as_it_says, 0},
        {those_that_failed_may_have_held_or_not, 0},
        {the_bound_that_is_reached_agrees_with_the_share, 0},
        {what_is_undefined_holds_nothing_and_what_failed_does_not_count, 0},
        {thresholds_are_said_in_words, 0},
        {shares_near_0_and_1_are_neither, 0},
        {a_point_is_as_good_as_its_weakest_threshold, 0},
        {a_map_needs_two_numbers, 0},
        {a_cell_of_a_map_is_of_the_weakest_threshold, 0},
        {0},
    };
    return ds_run_tests("threshold", tests, 60);
}
