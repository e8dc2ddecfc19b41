/* Probabilities of bad outcomes, tails, and what the worst have in common, over results whose
 * replicas are known. */
#include "run.h"

#include "analysis/apart.h"
#include "analysis/risk.h"
#include "analysis/risk_tables.h"
#include "tests/made.h"

#include <stdint.h>

enum { REPLICAS = 240, TIMES = 5 };
enum { PRICE, YIELD, NOISE, LATE };          /* metrics */
enum { BAD, WHEN, FALL, SCORE, MEMBER, OK }; /* outcomes */

static const ds_metric metrics[] = {{"price", "USD", "price", DS_STATE, true},
                                    {"yield", "1/yr", "yield", DS_STATE, true},
                                    {"noise", "1", "unrelated", DS_STATE, true},
                                    {"late", "1", "undefined at first", DS_AVERAGE, true},
                                    {0}};
static const ds_metric outcomes[] = {{"bad", "1", "1 when it happened", DS_STATE, true},
                                     {"when", "d", "when", DS_STATE, true},
                                     {"fall", "1", "deepest fall", DS_STATE, true},
                                     {"score", "1", "any number", DS_STATE, true},
                                     {"member", "1", "1 when among the worst", DS_STATE, true},
                                     {"fine", "1", "1 when so, which is never", DS_STATE, true},
                                     {0}};
static const double times[TIMES] = {0, 10, 20, 30, 40};

/* A shuffle of 0 .. 239: 7 and 240 have no common factor. */
static double place(size_t replica)
{
    return (double)((replica * 7 + 11) % REPLICAS);
}

/* Price ends at 1 .. 240, yield falls with it, noise goes its own way. */
static double series(size_t point, size_t replica, double time, size_t metric)
{
    const double end = 1 + place(replica);
    (void)point;
    switch (metric) {
    case PRICE:
        return time == 0 ? 100 : time < 40 ? 50 : end;
    case YIELD:
        return 0.1 - 1e-4 * end * time / 40;
    case NOISE:
        return (double)(replica * 77 % 241 % 16);
    default:
        return time < 15 ? NAN : 3 + time / 10;
    }
}

/* Bad in one replica of 24, at day 1, 2, ... in the order of place. */
static double outcome(size_t point, size_t replica, size_t which)
{
    const double p = place(replica);
    (void)point;
    switch (which) {
    case BAD:
        return p < 10;
    case WHEN:
        return p < 10 ? p + 1 : NAN;
    case FALL:
        return p / REPLICAS;
    case SCORE:
        return replica % 2 ? p : NAN;
    case MEMBER:
        return p < 12;
    default:
        return 0;
    }
}

static bool one_fails(size_t point, size_t replica)
{
    (void)point;
    return place(replica) == 3;
}

static const char *const labels[] = {"it"};

static made plain(void)
{
    return (made){.x = {.title = "made",
                        .model = "made",
                        .metrics = metrics,
                        .outcomes = outcomes,
                        .points = 1,
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

static const ds_mishap mishaps[] = {
    {.name = "bad", .doc = "it happens", .outcome = "bad", .at_least = 1, .time = "when"},
    {.name = "deep", .doc = "half or more", .outcome = "fall", .at_least = 0.5},
    {.name = "gone", .doc = "not in this result", .outcome = "missing", .at_least = 1},
    {0}};
static const ds_loss losses[] = {{"price", DS_LOSS_GROWTH, .low_is_bad = true},
                                 {"yield", DS_LOSS_CHANGE, .low_is_bad = true},
                                 {"fall", DS_LOSS_VALUE, .low_is_bad = false},
                                 {"missing", DS_LOSS_VALUE, .low_is_bad = false},
                                 {0}};
static const ds_guide guide = {.mishaps = mishaps, .losses = losses};
static const double shares[] = {0.95, 0.99};
static const ds_risk_query query = {.guide = &guide, .share = shares, .shares = 2, .level = 0.95};

static ds_case case_of(ds_result *result)
{
    ds_status st = {0};
    ds_case c;
    made_ok(ds_case_of(&c, result, 0, &st), &st);
    return c;
}

static void same_estimate(ds_estimate a, ds_estimate b)
{
    ck_assert_double_eq(a.value, b.value);
    ck_assert_double_eq(a.interval.low, b.interval.low);
    ck_assert_double_eq(a.interval.high, b.interval.high);
    ck_assert_uint_eq(a.count, b.count);
}

START_TEST(probabilities_are_shares_of_replicas_that_finished)
{
    ds_status st = {0};
    made m = plain();
    m.fails = _i ? one_fails : NULL;
    ds_result *const result = made_result(&m);
    const ds_case c = case_of(result);
    ds_chances all;
    double scores[REPLICAS];
    made_ok(ds_chances_of(&all, &c, &query, &st), &st);
    ck_assert_uint_eq(all.count, 2);
    for (size_t r = 0; r < REPLICAS; r++)
        scores[r] = _i && place(r) == 3 ? (double)NAN : place(r) < 10 ? 1 : 0;
    same_estimate(all.chance[0].probability, ds_estimate_share(scores, REPLICAS, 1, 0.95));
    ck_assert_uint_eq(all.chance[0].probability.count, REPLICAS - (size_t)_i);
    ck_assert_double_eq_tol(all.chance[1].probability.value, _i ? 120 / 239.0 : 0.5, 1e-12);
    ck_assert(!all.chance[1].timed && all.chance[0].timed);
    ck_assert_uint_eq(all.chance[0].curve.count, REPLICAS - (size_t)_i);
    ck_assert_uint_eq(all.chance[0].curve.events, 10 - (size_t)_i);
    ck_assert(isinf(all.chance[0].early.value) && isinf(all.chance[0].half.value));
    ck_assert_double_eq(ds_survival_at(&all.chance[0].curve, 2).value, (238.0 - _i) / (240 - _i));
    ds_chances_free(&all);
    made_end(&m, result);
}
END_TEST

START_TEST(without_a_guide_outcomes_of_ones_and_zeros_are_events)
{
    ds_status st = {0};
    made m = plain();
    ds_result *const result = made_result(&m);
    const ds_case c = case_of(result);
    const ds_mishap more = {.name = "fall>=0.9", .outcome = "fall", .at_least = 0.9};
    const ds_risk_query q = {.mishap = &more, .mishaps = 1, .level = 0.9};
    ds_chances all;
    made_ok(ds_chances_of(&all, &c, &q, &st), &st);
    ck_assert_uint_eq(all.count, 4);
    ck_assert_str_eq(all.chance[0].name, "bad");
    ck_assert_str_eq(all.chance[1].name, "member");
    ck_assert_str_eq(all.chance[2].name, "fine");
    ck_assert_double_eq(all.chance[2].probability.value, 0);
    ck_assert_double_gt(all.chance[2].probability.interval.high, 0.01);
    ck_assert_double_eq_tol(all.chance[3].probability.value, 0.1, 1e-12);
    ds_chances_free(&all);
    made_end(&m, result);
}
END_TEST

START_TEST(tails_are_those_of_the_change_over_the_horizon)
{
    ds_status st = {0};
    made m = plain();
    ds_result *const result = made_result(&m);
    const ds_case c = case_of(result);
    ds_loss_tails all;
    made_ok(ds_loss_tails_of(&all, &c, &query, &st), &st);
    ck_assert_uint_eq(all.count, 6);
    ck_assert(!all.wants_paths);
    /* Growth of the price is (1 .. 240) / 100 - 1: the worst 12 are 0.01 .. 0.12 less 1. */
    const ds_loss_tail *const price = &all.tail[0];
    ck_assert_double_eq_tol(price->median, 0.205, 1e-12);
    ck_assert_double_eq_tol(price->tail.shortfall.value, 0.065 - 1, 1e-12);
    ck_assert_double_eq_tol(price->tail.risk.value, (1 + 0.05 * 239) / 100 - 1, 1e-12);
    ck_assert(isnan(all.tail[1].tail.risk.value) && isnan(all.tail[1].tail.shortfall.value));
    ck_assert_uint_eq(all.tail[1].tail.shortfall_needs, 1000);
    /* The yield falls by 1e-4 (1 .. 240), so that its worst are the highest prices. */
    ck_assert_double_eq_tol(all.tail[2].tail.shortfall.value, -234.5e-4, 1e-12);
    ck_assert_double_eq_tol(all.tail[4].tail.shortfall.value, 233.5 / 240, 1e-12);
    ck_assert(all.tail[4].worst == DS_SIDE_HIGH && all.tail[0].worst == DS_SIDE_LOW);
    ds_loss_tails_free(&all);
    made_end(&m, result);
}
END_TEST

START_TEST(changes_begin_where_there_is_a_value)
{
    ds_status st = {0};
    made m = plain();
    ds_result *const result = made_result(&m);
    const ds_case c = case_of(result);
    double values[REPLICAS];
    made_ok(ds_replica_figures(&c, "late", DS_LOSS_CHANGE, values, &st), &st);
    ck_assert_double_eq_tol(values[17], 2, 1e-12);
    made_ok(ds_replica_figures(&c, "late", DS_LOSS_GROWTH, values, &st), &st);
    ck_assert_double_eq_tol(values[17], 2 / 5.0, 1e-12);
    made_ok(ds_replica_figures(&c, "late", DS_LOSS_VALUE, values, &st), &st);
    ck_assert_double_eq_tol(values[17], 7, 1e-12);
    made_end(&m, result);
}
END_TEST

START_TEST(summaries_alone_have_outcomes_only)
{
    ds_status st = {0};
    made m = plain();
    m.x.keep_paths = false;
    ds_result *const result = made_result(&m);
    const ds_case c = case_of(result);
    double values[REPLICAS];
    ds_loss_tails all;
    made_ok(ds_loss_tails_of(&all, &c, &query, &st), &st);
    ck_assert(all.wants_paths && all.count == 2);
    ck_assert_str_eq(all.tail[0].of, "fall");
    ds_loss_tails_free(&all);
    ck_assert(!ds_replica_figures(&c, "price", DS_LOSS_VALUE, values, &st));
    ck_assert_ptr_nonnull(strstr(st.text, "output.paths"));
    made_end(&m, result);
}
END_TEST

static const ds_trait *trait(const ds_worst *worst, const char *name)
{
    for (size_t i = 0; i < worst->count; i++)
        if (strcmp(worst->trait[i].name, name) == 0)
            return &worst->trait[i];
    return NULL;
}

static void shows_no_nan(const ds_case *c, const ds_worst *worst)
{
    char *printed;
    size_t size;
    ds_status st = {0};
    ds_table table;
    ds_worst_begin(&table, false);
    ds_worst_rows(&table, c, worst, worst->count);
    FILE *const out = open_memstream(&printed, &size);
    ck_assert_ptr_nonnull(out);
    made_ok(ds_table_print(out, &table, DS_TABLE_PLAIN, &st), &st);
    ck_assert_int_eq(fclose(out), 0);
    ck_assert_ptr_nonnull(strstr(printed, "when"));
    ck_assert_ptr_null(strstr(printed, "nan"));
    ds_table_free(&table);
    free(printed);
}

START_TEST(what_the_worst_share_stands_first)
{
    ds_status st = {0};
    made m = plain();
    ds_result *const result = made_result(&m);
    const ds_case c = case_of(result);
    const ds_worst_query q = {.of = "price", .worst = DS_SIDE_LOW, .share = 0.95, .level = 0.95};
    ds_worst worst;
    made_ok(ds_worst_of(&worst, &c, &q, &st), &st);
    ck_assert_uint_eq(worst.inside, 12);
    ck_assert_uint_eq(worst.replicas, REPLICAS);
    ck_assert_double_eq(worst.threshold, 12);
    ck_assert_str_eq(worst.trait[0].name, "member");
    ck_assert_double_eq(worst.trait[0].inside, 1);
    ck_assert_double_eq(worst.trait[0].outside, 0);
    ck_assert_double_eq_tol(worst.trait[0].difference.value, 1 / sqrt(0.05 * 0.95), 1e-9);
    const ds_trait *const yield = trait(&worst, "yield"), *const noise = trait(&worst, "noise");
    /* Of 1 .. 240 the worst 12 have the mean 6.5, the others 126.5, all the deviation 69.28. */
    ck_assert_double_eq_tol(yield->difference.value, 120 / sqrt((240.0 * 240 - 1) / 12), 1e-9);
    ck_assert_double_lt(yield->difference.interval.low, yield->difference.value);
    ck_assert_uint_eq(yield->difference.doubts, DS_DOUBT_THIN); /* of 12 */
    ck_assert_double_lt(yield->adjusted, 1e-6);
    ck_assert_double_gt(noise->adjusted, 0.05);
    ck_assert_ptr_null(trait(&worst, "price")); /* itself */
    ck_assert_ptr_null(trait(&worst, "fine"));  /* does not vary */
    for (size_t i = 1; i < worst.count; i++)
        ck_assert(isnan(worst.trait[i].difference.value) ||
                  fabs(worst.trait[i - 1].difference.value) >=
                      fabs(worst.trait[i].difference.value));
    shows_no_nan(&c, &worst); /* 'when' is of the worst alone */
    ds_worst_free(&worst);
    made_end(&m, result);
}
END_TEST

/* Ranks of equal values are equal, whichever of them was met first. */
START_TEST(parts_of_the_same_values_do_not_differ)
{
    static const double values[] = {1, 2, 1, 2, 2, 1, 2, 1};
    const ds_apart_query q = {
        .values = values, .count = 8, .figures = 1, .share = 0.5, .level = 0.95, .resamples = 99};
    ds_status st = {0};
    ds_estimate difference;
    double p;
    made_ok(ds_apart_of(&difference, &p, &q, &st), &st);
    ck_assert_double_eq(p, 1);
    ck_assert_double_eq(difference.value, 0);
}
END_TEST

START_TEST(a_thin_tail_has_nothing_in_common)
{
    ds_status st = {0};
    made m = plain();
    ds_result *const result = made_result(&m);
    const ds_case c = case_of(result);
    const ds_worst_query q = {.of = "score", .worst = DS_SIDE_HIGH, .share = 0.95, .level = 0.95};
    ds_worst worst;
    ck_assert(!ds_worst_of(&worst, &c, &q, &st)); /* half of the replicas have none */
    ck_assert_ptr_nonnull(strstr(st.text, "needs 200 replicas"));
    const ds_worst_query more = {.of = "score", .worst = DS_SIDE_HIGH, .share = 0.9, .level = 0.95};
    st = (ds_status){0};
    made_ok(ds_worst_of(&worst, &c, &more, &st), &st);
    ck_assert_uint_eq(worst.replicas, REPLICAS / 2);
    ck_assert_uint_eq(worst.inside, REPLICAS / 20);
    ds_worst_free(&worst);
    made_end(&m, result);
}
END_TEST

START_TEST(one_replica_is_shown_without_intervals)
{
    ds_status st = {0};
    made m = plain();
    m.x.replicas = 1;
    ds_result *const result = made_result(&m);
    const ds_case c = case_of(result);
    ds_chances all;
    ds_loss_tails tails;
    ds_table table;
    made_ok(ds_chances_of(&all, &c, &query, &st), &st);
    ck_assert_uint_eq(all.chance[0].probability.count, 1);
    made_ok(ds_loss_tails_of(&tails, &c, &query, &st), &st);
    ck_assert(isnan(tails.tail[0].tail.risk.value) && !isnan(tails.tail[0].median));
    FILE *const out = fopen("/dev/null", "w");
    ck_assert_ptr_nonnull(out);
    for (int form = DS_TABLE_PLAIN; form <= DS_TABLE_HTML; form++) {
        ds_chances_begin(&table, false);
        ds_chances_rows(&table, &c, &all);
        ck_assert_uint_eq(table.rows * table.columns, table.filled);
        made_ok(ds_table_print(out, &table, (ds_table_form)form, &st), &st);
        ds_table_free(&table);
        ds_loss_tails_begin(&table, true);
        ds_loss_tails_rows(&table, &c, &tails, true);
        ck_assert_uint_eq(table.rows, 6);
        ck_assert_uint_eq(table.rows * table.columns, table.filled);
        made_ok(ds_table_print(out, &table, (ds_table_form)form, &st), &st);
        ds_table_free(&table);
    }
    fclose(out);
    ds_chances_free(&all);
    ds_loss_tails_free(&tails);
    made_end(&m, result);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{probabilities_are_shares_of_replicas_that_finished, 2},
                             {without_a_guide_outcomes_of_ones_and_zeros_are_events, 0},
                             {tails_are_those_of_the_change_over_the_horizon, 0},
                             {changes_begin_where_there_is_a_value, 0},
                             {summaries_alone_have_outcomes_only, 0},
                             {what_the_worst_share_stands_first, 0},
                             {parts_of_the_same_values_do_not_differ, 0},
                             {a_thin_tail_has_nothing_in_common, 0},
                             {one_replica_is_shown_without_intervals, 0},
                             {0}};
    return ds_run_tests("chances", tests, 120);
}
