/* First signals and signatures, over paths whose days are known. */
#include "run.h"

#include "analysis/risk_tables.h"
#include "analysis/signals.h"
#include "tests/made.h"

enum { REPLICAS = 40, TIMES = 101 };
enum { STEP, SLOW, CALM, GIVEN };

static const ds_metric metrics[] = {{"step", "1", "jumps at day 50", DS_STATE, true},
                                    {"slow", "1", "rises from day 40", DS_STATE, true},
                                    {"calm", "1", "is the same", DS_STATE, true},
                                    {"given", "1", "is what is done", DS_STATE, true},
                                    {0}};
static const ds_metric outcomes[] = {{"none", "1", "nothing", DS_STATE, true}, {0}};
static double times[TIMES];
static const char *const labels[] = {"base", "hit"};
static const char *const given[] = {"given", NULL};
static const ds_guide guide = {.given = given};

/* In [0, 1), a different one at every time and replica (Knuth's multiplicative hash). */
static double noise(size_t replica, double time)
{
    const uint32_t key = (uint32_t)(replica * 1000 + (size_t)time) * 2654435761u;
    return (key ^ key >> 15) / 4294967296.0;
}

/* Replicas lie 10 apart with noise below 1, so a band of 5 to 95 % over replicas is wide; the step
 * leaves it downward at once, the slow one upward when it has risen by what is missing. */
static double series(size_t point, size_t replica, double time, size_t metric)
{
    const double base = 10 * (double)replica + noise(replica, time);
    switch (metric) {
    case STEP:
        return point && time >= 50 ? base - 1000 : base;
    case SLOW:
        return point && time > 40 ? base + 40 * (time - 40) : base;
    case GIVEN:
        return point && time >= 30 ? 1e6 : base;
    default:
        return base;
    }
}

static double outcome(size_t point, size_t replica, size_t which)
{
    (void)point, (void)which;
    return (double)replica;
}

static bool two_fail(size_t point, size_t replica)
{
    return point == 1 && replica < 2;
}

static made paths(void)
{
    for (int k = 0; k < TIMES; k++)
        times[k] = k;
    return (made){.x = {.title = "made",
                        .model = "made",
                        .metrics = metrics,
                        .outcomes = outcomes,
                        .points = 2,
                        .replicas = REPLICAS,
                        .times = TIMES,
                        .time = times,
                        .start = NAN,
                        .labels = labels,
                        .keep_paths = true,
                        .provenance = {.scenario = "model: made\n",
                                       .resolved = "{}",
                                       .program = "diemsim",
                                       .version = "0",
                                       .build = "test",
                                       .seed = 5}},
                  .series = series,
                  .outcome = outcome};
}

static const ds_signal *signal_of(const ds_signals *all, const char *name)
{
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->signal[i].metric, name) == 0)
            return &all->signal[i];
    return NULL;
}

static void open_cases(ds_result *result, ds_case c[2])
{
    ds_status st = {0};
    made_ok(ds_case_of(&c[0], result, 0, &st) && ds_case_of(&c[1], result, 1, &st), &st);
}

START_TEST(a_signal_is_where_a_band_is_left_for_good)
{
    ds_status st = {0};
    made m = paths();
    m.fails = _i ? two_fail : NULL;
    ds_result *const result = made_result(&m);
    ds_case c[2];
    ds_signals all;
    open_cases(result, c);
    const ds_signals_query q = {.baseline = &c[0], .guide = &guide, .level = 0.95};
    made_ok(ds_signals_of(&all, &c[1], &q, &st), &st);
    ck_assert_uint_eq(all.count, 3);
    ck_assert(all.paired && all.lasting == 7);
    const ds_signal *const step = signal_of(&all, "step"), *const slow = signal_of(&all, "slow");
    ck_assert_double_eq(step->first.share.value, 1);
    ck_assert_uint_eq(step->first.share.count, (size_t)(_i ? 38 : 40));
    ck_assert_double_eq(step->first.early.value, 50);
    ck_assert_double_eq(step->first.late.value, 50);
    ck_assert_double_eq(step->below, 1);
    ck_assert_double_eq(slow->below, 0);
    ck_assert(slow->first.early.value > 40 && slow->first.late.value < 53);
    ck_assert_str_eq(all.signal[0].metric, "slow"); /* warns first */
    ck_assert_double_eq(signal_of(&all, "calm")->first.share.value, 0);
    ck_assert(isinf(signal_of(&all, "calm")->first.median.value));
    /* The replicas at either end are outside a band of 5 to 95 % of themselves all the time. */
    ck_assert_double_eq_tol(step->false_alarm.value, 4 / 40.0, 1e-12);
    ds_signals_free(&all);
    made_end(&m, result);
}
END_TEST

START_TEST(a_band_that_is_left_for_less_is_no_signal)
{
    ds_status st = {0};
    made m = paths();
    ds_result *const result = made_result(&m);
    ds_case c[2];
    ds_signals all;
    open_cases(result, c);
    const ds_signals_query q = {.baseline = &c[0], .lasting = 51, .level = 0.95};
    made_ok(ds_signals_of(&all, &c[1], &q, &st), &st);
    ck_assert_double_eq(signal_of(&all, "step")->first.share.value, 0); /* for 50 days */
    ck_assert_double_gt(signal_of(&all, "slow")->first.share.value, 0.4);
    ds_signals_free(&all);
    made_end(&m, result);
}
END_TEST

START_TEST(without_a_baseline_the_band_is_that_of_the_past)
{
    ds_status st = {0};
    made m = paths();
    ds_result *const result = made_result(&m);
    ds_case c[2];
    ds_signals all;
    open_cases(result, c);
    const ds_signals_query q = {.window = 30, .guide = &guide, .level = 0.95};
    made_ok(ds_signals_of(&all, &c[1], &q, &st), &st);
    ck_assert(!all.paired && all.window == 30);
    ck_assert_double_eq(signal_of(&all, "step")->first.median.value, 50);
    ck_assert_double_eq(signal_of(&all, "slow")->first.median.value, 41);
    ck_assert_double_eq(signal_of(&all, "calm")->first.share.value, 0);
    ck_assert(isnan(signal_of(&all, "calm")->false_alarm.value));
    ds_signals_free(&all);
    m.x.keep_paths = false;
    made_end(&m, result);
    ds_result *const bare = made_result(&m);
    open_cases(bare, c);
    ck_assert(!ds_signals_of(&all, &c[1], &q, &st));
    ck_assert_ptr_nonnull(strstr(st.text, "output.paths"));
    made_end(&m, bare);
}
END_TEST

/* ---- signatures ---- */

static void fill(double *series, double before, double after, int from)
{
    for (int k = 0; k < TIMES; k++)
        series[k] = k < from ? before : after;
}

static double first_of(const ds_signature *s, const double *a, const double *b, double *days)
{
    const double *const series[DS_CLUES] = {a, b, a, a};
    for (int k = 0; k < TIMES; k++)
        times[k] = k;
    return ds_signature_first(s, series, times, TIMES, days);
}

START_TEST(clues_are_about_means_of_some_days)
{
    double a[TIMES], days;
    const ds_signature value = {
        .smooth = 5, .lasting = 3, .clue = {{"a", DS_CLUE_VALUE, 0, -INFINITY, 0.5}}};
    fill(a, 1, 0, 50); /* the mean of 5 days is 0.4 when three of them are 0 */
    ck_assert_double_eq(first_of(&value, a, NULL, &days), 52);
    ck_assert_double_eq(days, 100 - 52 + 1);
    const ds_signature change = {
        .smooth = 1, .lasting = 3, .clue = {{"a", DS_CLUE_CHANGE, 10, -INFINITY, -0.9}}};
    ck_assert_double_eq(first_of(&change, a, NULL, &days), 50);
    ck_assert_double_eq(days, 10); /* then the change is over */
    const ds_signature fall = {
        .smooth = 1, .lasting = 3, .clue = {{"a", DS_CLUE_FALL, 0, 0.5, INFINITY}}};
    fill(a, 8, 4, 60);
    ck_assert_double_eq(first_of(&fall, a, NULL, &days), 60);
    fill(a, 8, 4.1, 60);
    ck_assert(isnan(first_of(&fall, a, NULL, &days)) && days == 0);
}
END_TEST

START_TEST(clues_hold_together_and_long_enough)
{
    double a[TIMES], b[TIMES], days;
    const ds_signature both = {.smooth = 1,
                               .lasting = 5,
                               .clue = {{"a", DS_CLUE_GROWTH, 10, -INFINITY, -0.2},
                                        {"b", DS_CLUE_GROWTH, 10, -0.1, INFINITY}}};
    fill(a, 10, 7, 40);
    fill(b, 5, 5, 0);
    ck_assert_double_eq(first_of(&both, a, b, &days), 40);
    fill(b, 5, 4, 45); /* four days on which both hold, then three on which b has fallen */
    ck_assert(isnan(first_of(&both, a, b, &days)));
    ck_assert_double_eq(days, 5);
    fill(b, 5, 4, 46);
    ck_assert_double_eq(first_of(&both, a, b, &days), 40);
    fill(a, 10, 7, 5); /* too early for a change over 10 days to be known */
    ck_assert(!(first_of(&both, a, b, &days) < 11));
    fill(a, NAN, NAN, 0);
    ck_assert(isnan(first_of(&both, a, b, &days)));
}
END_TEST

static const ds_signature table[] = {{.name = "drop",
                                      .doc = "it drops",
                                      .smooth = 1,
                                      .lasting = 3,
                                      .clue = {{"step", DS_CLUE_CHANGE, 10, -INFINITY, -500}}},
                                     {.name = "other",
                                      .doc = "no such metric",
                                      .smooth = 1,
                                      .lasting = 3,
                                      .clue = {{"missing", DS_CLUE_VALUE, 0, 0, 1}}},
                                     {0}};

START_TEST(signatures_are_counted_over_replicas)
{
    ds_status st = {0};
    made m = paths();
    m.fails = two_fail;
    ds_result *const result = made_result(&m);
    ds_case c[2];
    ds_signs signs;
    ds_table shown;
    const ds_guide with = {.signatures = table};
    open_cases(result, c);
    made_ok(ds_signs_of(&signs, &c[1], &with, 0.95, &st), &st);
    ck_assert_uint_eq(signs.count, 1);
    ck_assert_double_eq(signs.sign[0].first.share.value, 1);
    ck_assert_uint_eq(signs.sign[0].first.share.count, 38);
    ck_assert_double_eq(signs.sign[0].first.median.value, 50);
    ck_assert_double_eq(signs.sign[0].days, 10);
    ds_signs_begin(&shown, true);
    ds_signs_rows(&shown, &c[1], &signs);
    ck_assert_uint_eq(shown.rows * shown.columns, shown.filled);
    ck_assert_uint_eq(shown.rows, 1);
    ds_table_free(&shown);
    ds_signs_free(&signs);
    made_ok(ds_signs_of(&signs, &c[0], &with, 0.95, &st), &st);
    ck_assert_double_eq(signs.sign[0].first.share.value, 0);
    ds_signs_free(&signs);
    made_ok(ds_signs_of(&signs, &c[0], NULL, 0.95, &st), &st);
    ck_assert_uint_eq(signs.count, 0);
    ds_signs_free(&signs);
    made_end(&m, result);
}
END_TEST

/* What is not there yet at the end of a short result is not said to happen in 0 % of replicas. */
START_TEST(what_is_too_short_to_show_has_no_share)
{
    static const struct {
        double lasting;
        bool unseen;
    } cases[] = {{TIMES - 1 - 11, false}, {TIMES - 1 - 10.5, true}};
    ds_status st = {0};
    made m = paths();
    ds_result *const result = made_result(&m);
    ds_case c[2];
    ds_signs signs;
    ds_signals signals;
    open_cases(result, c);
    for (int i = 0; i < 2;
         i++) { /* a change over 10 days of means over 1 is known from day 11 on */
        ds_signature longer[2] = {table[0]};
        longer[0].lasting = cases[i].lasting;
        const ds_guide with = {.signatures = longer};
        made_ok(ds_signs_of(&signs, &c[1], &with, 0.95, &st), &st);
        ck_assert(signs.sign[0].unseen == cases[i].unseen);
        ck_assert(isnan(signs.sign[0].first.share.value) == cases[i].unseen);
        ck_assert((ds_signs_unseen(&signs) != NULL) == cases[i].unseen);
        ds_signs_free(&signs);
    }
    for (int i = 0; i < 2; i++) {
        const ds_signals_query q = {.baseline = &c[0], .lasting = TIMES - 1 + i, .level = 0.95};
        made_ok(ds_signals_of(&signals, &c[1], &q, &st), &st);
        ck_assert((signals.count == 0) == (i == 1));
        ds_signals_free(&signals);
    }
    made_end(&m, result);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{a_signal_is_where_a_band_is_left_for_good, 2},
                             {a_band_that_is_left_for_less_is_no_signal, 0},
                             {without_a_baseline_the_band_is_that_of_the_past, 0},
                             {clues_are_about_means_of_some_days, 0},
                             {clues_hold_together_and_long_enough, 0},
                             {signatures_are_counted_over_replicas, 0},
                             {what_is_too_short_to_show_has_no_share, 0},
                             {0}};
    return ds_run_tests("signals", tests, 120);
}
