/* What pages say of results that were made up, so that every number is known: replicas that failed,
 * values that are not there, groups, and results that do not fit each other. */
#include "run.h"

#include "analysis/report.h"
#include "tests/made.h"

#include <math.h>
#include <string.h>

enum { METRICS = 3, POINTS_MOST = 14 };

static const ds_metric metrics[] = {
    {"stock", "token", "what there is", DS_STATE, true},
    {"yield", "1/yr", "what it brings", DS_AVERAGE, false},
    {"use", "1", "share in use", DS_AVERAGE, false},
    {0},
};
static const ds_metric outcomes[] = {{"lost", "1", "whether all was lost", DS_STATE, true}, {0}};
static const double times[] = {0, 1, 2, 3, 4, 5};
static char *printed;
static size_t printed_size;

/* Of point p: a stock that falls from 1000 by 10 + 10 p a unit of time, a yield of (5 + p) %, and
 * half in use, by replica more or less. */
static double series(size_t point, size_t replica, double time, size_t metric)
{
    const double chance = (double)(replica * 7 % 10) - 4.5;
    const double all[] = {1000 - 10 * (1 + (double)point) * time, 0.05 + 0.01 * (double)point,
                          0.5 + 0.01 * chance};
    return all[metric];
}

static double outcome(size_t point, size_t replica, size_t which)
{
    (void)which;
    return replica < 10 * point;
}

static made plain(size_t points, size_t replicas, const char *const *labels, const char *resolved)
{
    return (made){.x = {.title = "Made up",
                        .model = "sample",
                        .metrics = metrics,
                        .outcomes = outcomes,
                        .points = points,
                        .replicas = replicas,
                        .times = 6,
                        .time = times,
                        .start = NAN,
                        .labels = labels,
                        .keep_paths = true,
                        .provenance = {.scenario = "",
                                       .resolved = resolved,
                                       .program = "diemsim",
                                       .version = "0.1.0",
                                       .build = "Release",
                                       .seed = 7}},
                  .series = series,
                  .outcome = outcome};
}

static void write_page(ds_result *const *results, size_t count, bool html)
{
    static const char *const key[] = {"stock", "yield", "use", NULL};
    const ds_report_request q = {.results = results, .count = count, .key = key, .html = html};
    ds_status st = {0};
    free(printed);
    FILE *const out = open_memstream(&printed, &printed_size);
    ck_assert_ptr_nonnull(out);
    made_ok(ds_report_write(out, &q, &st), &st);
    ck_assert_int_eq(fclose(out), 0);
}

static void report(ds_result *const *results, size_t count)
{
    write_page(results, count, false);
}

static void report_of(made *m)
{
    ds_result *const r = made_result(m);
    report(&r, 1);
    made_end(m, r);
}

static void says(const char *text)
{
    ck_assert_msg(strstr(printed, text) != NULL, "'%s' is not in the page\n%.3000s", text, printed);
}

static void says_not(const char *text)
{
    ck_assert_msg(strstr(printed, text) == NULL, "'%s' is in the page", text);
}

static const char *const three[] = {"today", "more", "gone"};

/* ---- replicas that failed ---- */

static bool fails_in_gone(size_t point, size_t replica)
{
    (void)replica;
    return point == 2;
}

START_TEST(a_case_of_which_no_replica_is_left_has_nothing_to_say)
{
    made m = plain(3, 40, three, "{thresholds: {full: {of: stock, at_least: 900, in: 0.5}}}");
    m.fails = fails_in_gone;
    report_of(&m);
    says("40 of 120 replicas failed and are left out of every figure; their causes are below.");
    says("Of gone no replica ran to the end: there is nothing to say of it.");
    says("- gone: there is no value to compare.");
    says("- more: lowers stock by 5.263 %; raises yield by 20 %. No difference is shown in use.");
    says("- 40 of 40 replicas of 'gone' failed: pairs with one of them are left out");
    says("- gone, replica 9: it was to fail"); /* the first ten say it */
    says_not("replica 10: it was to fail");
    says("Of 3 cases, 0 are shown to break what must hold. 1 is undecided: so few replicas do not "
         "tell."); /* stocks of 950, 900, and none: who failed might have held it */
}
END_TEST

static bool fails_first(size_t point, size_t replica)
{
    return point > 0 && replica == 0;
}

START_TEST(of_variants_with_failures_four_are_named_and_the_others_counted)
{
    static const char *const labels[] = {"today", "a", "b", "c", "d", "e", "f"};
    made m = plain(7, 40, labels, "{}");
    m.fails = fails_first;
    report_of(&m);
    says("- 1 of 40 replicas of 'd' failed: pairs with one of them are left out");
    says_not("of 'e' failed");
    says("- replicas failed in 2 more variants, too");
    m = plain(6, 40, labels, "{}");
    m.fails = fails_first;
    report_of(&m);
    says("- replicas failed in 1 more variant, too");
}
END_TEST

static bool fails_today(size_t point, size_t replica)
{
    (void)replica;
    return point == 0;
}

START_TEST(a_baseline_without_replicas_cannot_be_compared_with)
{
    made m = plain(3, 40, three, "{}");
    m.fails = fails_today;
    report_of(&m);
    says("Of today no replica ran to the end: there is nothing to say of it.");
    says("- more: there is no value to compare.");
    says("| stock token | – | – | – | no value | – | – |");
    says_not("± is a 95 % interval");
}
END_TEST

START_TEST(one_replica_has_values_and_shows_no_difference)
{
    made m = plain(3, 1, three, "{}");
    report_of(&m);
    says("- more: one replica cannot tell a difference from chance.");
    says("| stock token | 950 | 900 | -50 | one replica, so no interval | 0 % | – |");
    says_not("there is no value to compare");
}
END_TEST

static double without_yield(size_t point, size_t replica, double time, size_t metric)
{
    return metric == 1 ? (double)NAN : series(point, replica, time, metric);
}

START_TEST(of_what_has_no_value_nothing_is_said)
{
    made m = plain(3, 40, three, "{}");
    m.series = without_yield;
    report_of(&m);
    says("- more: lowers stock by 5.263 %. No difference is shown in use. Nothing can be said of "
         "yield.");
}
END_TEST

/* ---- what is proposed ---- */

static void report_branch(made *m, const char *const *names)
{
    const ds_coordinate branch = {"branch", "branch", NULL, "name of the future", NULL, names};
    m->x.coordinate = &branch;
    m->x.coordinates = 1;
    m->x.design = "grid";
    report_of(m);
}

START_TEST(what_a_future_changes_on_the_way_is_proposed)
{
    static const char *const names[] = {"as it is", "more", "less"};
    made m = plain(3, 40, names,
                   "{rate: 1, size: 7, branch: {at: 20 d, variants: "
                   "{as it is: {}, more: {rate: 2}, less: {box: {rate: 3}, size: 7}}}}");
    report_branch(&m, names);
    says("| branch | as it is | more | less | what changes on the way, at 20 d |\n"
         "| branch.rate | 1 | 2 | 1 |  |\n"
         "| branch.box.rate | – | – | 3 |  |\n");
    says_not("branch.size"); /* it is what it was */
}
END_TEST

START_TEST(a_future_with_another_rule_has_none_of_its_parameters)
{
    static const char *const names[] = {"as it is", "steep", "other"};
    made m = plain(3, 40, names,
                   "{rule: {use: a, slope: 1}, branch: {at: 20 d, variants: {as it is: {}, "
                   "steep: {rule.slope: 2}, other: {rule: {use: b}}}}}");
    report_branch(&m, names);
    says("| branch.rule.slope | 1 | 2 | – |  |\n| branch.rule.use | a | a | b |  |\n");
}
END_TEST

START_TEST(a_future_of_a_setting_that_is_swept_changes_what_that_was)
{
    static const char *const names[] = {"as it is", "more", "as it is", "more"};
    static const char *const points[] = {"a", "b", "c", "d"};
    static const double rate[] = {1, 1, 5, 5};
    const ds_coordinate both[] = {{"branch", "branch", NULL, "name of the future", NULL, names},
                                  {"rate", "rate", "1", "rate", rate, NULL}};
    made m = plain(4, 40, points,
                   "{rate: 1, branch: {at: 20 d, variants: {as it is: {}, more: {rate: 2}}}}");
    m.x.coordinate = both;
    m.x.coordinates = 2;
    m.x.design = "grid";
    report_of(&m);
    says("| rate | 1 | 1 | 5 | 5 |");
    says("| branch.rate | 1 | 2 | 5 | 2 |");
}
END_TEST

START_TEST(pictures_name_cases_by_the_last_words_of_paths)
{
    static const char *const points[] = {"a.rate=1, b.rate=3, holders.whales.size=7",
                                         "a.rate=2, b.rate=3, holders.whales.size=7"};
    static const double first[] = {1, 2}, second[] = {3, 3}, size[] = {7, 7};
    const ds_coordinate all[] = {
        {"a.rate", "a.rate", "1", "", first, NULL},
        {"b.rate", "b.rate", "1", "", second, NULL},
        {"holders.whales.size", "holders.whales.size", "1", "", size, NULL}};
    made m = plain(2, 40, points, "{}");
    m.x.coordinate = all;
    m.x.coordinates = 3;
    m.x.design = "grid";
    ds_result *const r = made_result(&m);
    write_page(&r, 1, true);
    says("\"name\":\"a.rate=1, b.rate=3, size=7\"");
    says("current: a.rate=1, b.rate=3, holders.whales.size=7<");
    made_end(&m, r);
}
END_TEST

/* ---- one case ---- */

START_TEST(a_page_of_one_metric_has_no_section_for_others)
{
    static const ds_metric only[] = {{"stock", "token", "what there is", DS_STATE, true}, {0}};
    made m = plain(1, 40, three, "{}");
    m.x.metrics = only;
    report_of(&m);
    says("stock");
    says_not("## Over time");
    m = plain(1, 40, three, "{}");
    report_of(&m);
    says("## Over time");
}
END_TEST

START_TEST(what_falls_is_said_to_fall)
{
    made m = plain(1, 40, three, "{description: Does it last?}");
    report_of(&m);
    says("Does it last?");
    says("- stock (what there is) falls from 1000 to 950 token in the median; nine of ten replicas "
         "end between 950 and 950.");
    says("- yield (what it brings) stays at 5 % a year in the median");
}
END_TEST

/* Thresholds by an outcome: nobody lost all at point 0, ten of forty at point 1. */
START_TEST(thresholds_are_of_outcomes_too)
{
    made m = plain(2, 40, three,
                   "{thresholds: {kept: {of: lost, at_most: 0, in: 0.9}, gone: {of: absent, "
                   "at_most: 0}}}");
    report_of(&m);
    says("Of 2 cases, 1 is shown to break what must hold: more (kept).");
    says("| more | 25 |");
    says("Not judged, since the result does not hold each replica's value: gone (of absent).");
}
END_TEST

/* ---- groups: of twenty antithetic replicas ten are independent ---- */

START_TEST(groups_are_counted_and_not_replicas)
{
    made m = plain(1, 20, three, "{}");
    m.x.group = 2;
    report_of(&m);
    says("With 10 independent groups of replicas the intervals of means cover less than they say "
         "where figures are skewed.");
    m = plain(1, 20, three, "{}");
    report_of(&m);
    says("With 20 replicas the intervals of means cover less than they say where figures are "
         "skewed.");
}
END_TEST

/* ---- many cases ---- */

START_TEST(of_more_cases_than_can_be_compared_the_ends_are_said)
{
    static const char *const labels[POINTS_MOST] = {"first", "b", "c", "d", "e", "f", "g",
                                                    "h",     "i", "j", "k", "l", "m", "last"};
    made m = plain(POINTS_MOST, 4, labels, "{}");
    report_of(&m);
    says("- stock (what there is) ends between 300 (last) and 950 token (first) in the median.");
    says("- yield (what it brings) ends between 5 (first) and 18 % a year (last) in the median.");
}
END_TEST

START_TEST(labels_too_long_to_read_are_left_out_of_a_sentence)
{
    static const char longest[] = "a case whose name is so long that two of them fill a whole line";
    const char *labels[POINTS_MOST];
    for (size_t i = 0; i < POINTS_MOST; i++)
        labels[i] = longest;
    made m = plain(POINTS_MOST, 4, labels, "{}");
    report_of(&m);
    says("- stock (what there is) ends between 300 and 950 token in the median.");
}
END_TEST

/* ---- results beside each other ---- */

static void beside(made *a, made *b)
{
    ds_result *const results[] = {made_result(a), made_result(b)};
    report(results, 2);
    made_end(a, results[0]);
    made_end(b, results[1]);
}

START_TEST(results_that_end_apart_are_compared_and_that_is_noted)
{
    made a = plain(1, 40, three, "{}"), b = plain(1, 30, three, "{}");
    b.x.title = "Shorter";
    b.x.times = 5;
    b.x.provenance.seed = 8;
    beside(&a, &b);
    says("'Shorter' ends at 4 and the baseline at 5: they are compared all the same");
    says("not paired: 'Shorter' has seed 8, the baseline 7; replicas are taken as independent");
    says("'Shorter' has 30 replicas and the baseline 40");
}
END_TEST

static double without_use(size_t point, size_t replica, double time, size_t metric)
{
    return metric == 2 ? (double)NAN : series(point, replica, time, metric);
}

START_TEST(a_value_that_one_side_lacks_is_told_from_one_that_both_lack)
{
    made a = plain(1, 40, three, "{}"), b = plain(1, 40, three, "{}");
    b.x.title = "Without";
    b.x.provenance.seed = 8;
    b.series = without_use;
    beside(&a, &b);
    says("| use | 0.5 | – | – | no value where the baseline has one | – | – |");
    beside(&b, &a);
    says("| use | – | 0.5 | – | the baseline has no value | – | – |");
    a.series = without_use;
    beside(&a, &b);
    says("| use | – | – | – | no value | – | – |");
}
END_TEST

START_TEST(what_is_in_other_units_is_not_compared)
{
    static const ds_metric other[] = {{"stock", "USD", "what there is", DS_STATE, true},
                                      {"yield", "1/yr", "what it brings", DS_AVERAGE, false},
                                      {"use", "1", "share in use", DS_AVERAGE, false},
                                      {0}};
    made a = plain(1, 40, three, "{}"), b = plain(1, 40, three, "{}");
    b.x.title = "Money";
    b.x.metrics = other;
    beside(&a, &b);
    says("The cases are not compared: 'stock' is in USD in 'Money' and in token in another");
}
END_TEST

START_TEST(other_models_are_not_compared)
{
    made a = plain(1, 40, three, "{}"), b = plain(1, 40, three, "{}");
    b.x.title = "Another";
    b.x.model = "else";
    beside(&a, &b);
    says("The cases are not compared: 'Made up' is of the model sample and 'Another' of else: they "
         "have nothing to compare.");
}
END_TEST

/* ---- what is sought ---- */

START_TEST(a_goal_the_result_has_no_figure_of_is_left_out)
{
    made m =
        plain(2, 40, three, "{objective: {holders: {maximise: yield}, others: {minimise: gone}}}");
    report_of(&m);
    says("- more, holders (maximise mean of yield): better; raises it by 20 %.");
    says_not("others (minimise");
    says("Not judged, since the result does not hold it: others (of gone).");
    m = plain(2, 40, three, "{objective: {holders: {maximise: yield}}}");
    report_of(&m);
    says_not("Not judged");
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {a_case_of_which_no_replica_is_left_has_nothing_to_say, 0},
        {of_variants_with_failures_four_are_named_and_the_others_counted, 0},
        {a_baseline_without_replicas_cannot_be_compared_with, 0},
        {one_replica_has_values_and_shows_no_difference, 0},
        {of_what_has_no_value_nothing_is_said, 0},
        {what_a_future_changes_on_the_way_is_proposed, 0},
        {a_future_with_another_rule_has_none_of_its_parameters, 0},
        {a_future_of_a_setting_that_is_swept_changes_what_that_was, 0},
        {pictures_name_cases_by_the_last_words_of_paths, 0},
        {a_page_of_one_metric_has_no_section_for_others, 0},
        {what_falls_is_said_to_fall, 0},
        {thresholds_are_of_outcomes_too, 0},
        {groups_are_counted_and_not_replicas, 0},
        {of_more_cases_than_can_be_compared_the_ends_are_said, 0},
        {labels_too_long_to_read_are_left_out_of_a_sentence, 0},
        {results_that_end_apart_are_compared_and_that_is_noted, 0},
        {a_value_that_one_side_lacks_is_told_from_one_that_both_lack, 0},
        {what_is_in_other_units_is_not_compared, 0},
        {other_models_are_not_compared, 0},
        {a_goal_the_result_has_no_figure_of_is_left_out, 0},
        {NULL, 0},
    };
    return ds_run_tests("pages", tests, 60);
}
