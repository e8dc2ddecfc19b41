#include "analysis/info.h"
#include "analysis/report.h"
#include "analysis/ticks.h"
#include "sim/io/store.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { METRICS = 5, OUTCOMES = 1, REPLICAS_MOST = 40, TIMES_MOST = 400 };

static const ds_metric metrics[] = {
    {"stock", "token", "what there is <of it>", DS_STATE, true},
    {"use", "1", "share in use", DS_AVERAGE, false},
    {"constant", "token", "never changes", DS_STATE, true},
    {"nothing", "1/yr", "has no value", DS_AVERAGE, false},
    {"income", "USD/d", "flow of money", DS_FLOW, false},
    {0},
};
static const ds_metric outcomes[] = {{"fall", "1", "deepest fall", DS_STATE, true}, {0}};
static const char *const labels[] = {"base", "half & <half>", "third", "4", "5", "6", "7", "8"};
static double times[TIMES_MOST];
static char folder[64], path[96], other[96];
static char *printed;
static size_t printed_size;

static ds_experiment experiment(size_t points, size_t replicas, size_t count)
{
    for (size_t k = 0; k < count; k++)
        times[k] = (double)k;
    return (ds_experiment){
        .title = "<script>alert(1)</script> & \"more\"",
        .model = "sample",
        .metrics = metrics,
        .outcomes = outcomes,
        .points = points,
        .replicas = replicas,
        .times = count,
        .time = times,
        .start = 20715, /* 2026-09-19 */
        .labels = labels,
        .keep_paths = true,
        .provenance = {.scenario = "title: \"</pre><script>\"\n",
                       .resolved = "{}",
                       .program = "diemsim",
                       .version = "0.1.0",
                       .build = "Release",
                       .seed = 7},
    };
}

static void fill(ds_batch *b, const ds_experiment *x)
{
    double rows[TIMES_MOST * METRICS];
    ds_status st = {0};
    for (size_t r = 0; r < b->count; r++) {
        const double spread = (double)((b->first + r) * 7 % 10);
        for (size_t k = 0; k < x->times; k++) {
            const double row[METRICS] = {1000 + (double)k * spread, 0.5 + 0.01 * spread, 42, NAN,
                                         10 * spread};
            memcpy(rows + k * METRICS, row, sizeof row);
            if (k == 0)
                rows[1] = rows[4] = NAN;
        }
        b->outcomes[r] = spread / 10;
        b->state[r] = DS_REPLICA_DONE;
        b->events[r] = 5;
        if (b->point == 1 && b->first + r == 3) {
            b->state[r] = DS_REPLICA_FAILED;
            b->code[r] = DS_E_POLICY;
            b->cause[r] = strdup("gave <nan>\xEF\xBF\xBD[2J"); /* as a status cleans it */
        }
        ck_assert_msg(ds_batch_put(b, x, r, rows, &st), "%s", st.text);
    }
}

static void ok(bool done, const ds_status *st)
{
    ck_assert_msg(done, "%s", st->text);
}

static ds_result *result_at(const char *where, const ds_experiment *x)
{
    char shards[120];
    ds_batch batch;
    ds_status st = {0};
    ds_result *result;
    ds_joined joined;
    snprintf(shards, sizeof shards, "%s.shards", where);
    (void)mkdir(shards, 0777);
    ok(ds_batch_open(&batch, x, &st), &st);
    for (size_t i = 0; i < ds_store_batches(x); i++) {
        ds_batch_blank(&batch, x, i);
        fill(&batch, x);
        ok(ds_shard_write(shards, x, &batch, &st), &st);
    }
    ds_batch_close(&batch, x);
    ok(ds_store_join(shards, x, NULL, where, &joined, &st), &st);
    ok(ds_result_open(&result, where, &st), &st);
    return result;
}

static ds_result *made(size_t points, size_t replicas, size_t count)
{
    const ds_experiment x = experiment(points, replicas, count);
    return result_at(path, &x);
}

/* The document; it is freed when the next is printed. */
static const char *report(ds_result *const *results, size_t count, bool html)
{
    static const char *const key[] = {"absent", "use", "stock", NULL};
    const ds_report_request q = {.results = results, .count = count, .key = key, .html = html};
    ds_status st = {0};
    free(printed);
    FILE *const out = open_memstream(&printed, &printed_size);
    ck_assert_ptr_nonnull(out);
    ok(ds_report_write(out, &q, &st), &st);
    ck_assert_int_eq(fclose(out), 0);
    return printed;
}

static const char *info(ds_result *result, size_t count, bool colour)
{
    const ds_info_request q = {.result = result, .count = count, .columns = 100, .colour = colour};
    ds_status st = {0};
    free(printed);
    FILE *const out = open_memstream(&printed, &printed_size);
    ck_assert_ptr_nonnull(out);
    ok(ds_info_print(out, &q, &st), &st);
    ck_assert_int_eq(fclose(out), 0);
    return printed;
}

static void has(const char *document, const char *text)
{
    ck_assert_msg(strstr(document, text) != NULL, "'%s' is not in the document", text);
}

static void has_not(const char *document, const char *text)
{
    ck_assert_msg(strstr(document, text) == NULL, "'%s' is in the document", text);
}

START_TEST(text_of_the_file_is_escaped)
{
    ds_result *const r = made(2, 5, 10);
    const char *const page = report(&r, 1, true);
    has(page, "<h1>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more&quot;</h1>");
    has(page, "what there is &lt;of it&gt;");
    has(page, "half &amp; &lt;half&gt;");
    has(page, "&lt;/pre&gt;&lt;script&gt;");
    has(page, "gave &lt;nan&gt;\xEF\xBF\xBD[2J");
    has(page, "\"name\":\"half \\u0026 \\u003chalf\\u003e\"");
    has_not(page, "<script>alert");
    has_not(page, "<half>");
    has_not(report(&r, 1, false), "<script");
    ds_result_close(r);
}
END_TEST

/* The page without the style and the scripts that the program brings. */
static const char *own(const char *page)
{
    char *const begin = strstr(page, "</style>"), *const end = strstr(page, "</main>");
    ck_assert_ptr_nonnull(begin);
    ck_assert_ptr_nonnull(end);
    *end = '\0';
    return begin;
}

START_TEST(a_page_fetches_nothing)
{
    static const char *const fetching[] = {"http",   "src=",   "href=",   "url(",  "@import",
                                           "<style", "style=", "onclick", "onload"};
    ds_result *const r = made(2, 5, 10);
    const char *page = report(&r, 1, true);
    has(page, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
              "script-src 'sha256-");
    has_not(page, "unsafe");
    page = own(page);
    for (size_t i = 0; i < sizeof fetching / sizeof fetching[0]; i++)
        has_not(page, fetching[i]);
    ds_result_close(r);
}
END_TEST

START_TEST(a_gap_leaves_no_nan_in_a_drawing)
{
    ds_result *const r = made(1, 40, 300);
    const char *const page = own(report(&r, 1, true));
    size_t charts = 0;
    has_not(page, ">nan");
    has_not(page, "-nan");
    for (const char *at = page; (at = strstr(at, "application/json\">")) != NULL; at++) {
        const char *const end = strstr(at, "</script>");
        charts++;
        for (const char *c = strstr(at, "\"series\""); c < end; c++)
            ck_assert(strncmp(c, "nan", 3) != 0 && strncmp(c, "inf", 3) != 0);
    }
    ck_assert_uint_ge(charts, 3);
    ds_result_close(r);
}
END_TEST

/* Ten spreads 0 to 9 four times over: median 4.5, 5 % at 0, 95 % at 9; at the end time is 299. */
START_TEST(the_verdict_is_in_plain_words)
{
    ds_result *const r = made(1, 40, 300);
    const char *const page = report(&r, 1, false);
    has(page,
        "40 replicas of the model sample, from 2026-09-19 to 2027-07-15. Each is one course that "
        "events may take: all follow the same rules, and chance differs. All ran to the end.");
    has(page, "- use (share in use) stays at 0.545 in the median; nine of ten replicas end between "
              "0.5 and 0.59.");
    has(page,
        "- stock (what there is &lt;of it&gt;) rises from 1000 to 2350 token in the median; nine "
        "of ten replicas end between 1000 and 3690.");
    has(page, "| constant | token | ▄");
    has(page, "40 replicas are too few to bound the 5 % and 95 % quantiles");
    ds_result_close(r);
}
END_TEST

/* 0, 0.1, 0.4, 0.7, 0.8: sd sqrt(0.125), t(0.975) of 4 degrees 2.7764. */
START_TEST(outcomes_have_an_interval_and_quantiles)
{
    ds_result *const r = made(1, 5, 10);
    has(report(&r, 1, false), "| fall | 1 | deepest fall | 0.4 | 0.44 | 0.02 | 0.4 | 0.78 |");
    ds_result_close(r);
}
END_TEST

START_TEST(one_replica_claims_no_certainty)
{
    ds_result *const r = made(1, 1, 10);
    const char *const page = report(&r, 1, false);
    has(page, "1 replica of the model");
    has(page, "One replica tells nothing");
    has(page, "without what it includes and what the command line changed");
    has(page, "1 point of 1 replica; data ");
    has(page, "| stock | token | ▄▄▄▄▄▄▄▄▄▄ | 1000 | – | 1000 | 1000 | 1000 |");
    has(info(r, 1, false), " –");
    ds_result_close(r);
}
END_TEST

START_TEST(many_points_stand_side_by_side)
{
    ds_result *const r = made(8, 5, 20);
    has(report(&r, 1, false), "8 cases of the model sample side by side, 40 replicas in all");
    has(printed, "1 of 40 replicas failed");
    has(printed, "- half &amp; &lt;half&gt;, replica 3: gave");
    has(printed, "| third | 0.54 (");
    has(printed, "| 8 | 0.54 (");
    const char *const page = own(report(&r, 1, true));
    has(page, "\"dots\":false,\"colour\":5,");
    has(page, "\"name\":\"7\",\"dots\":false,\"colour\":4,"); /* from the first to the last */
    has_not(page, "\"name\":\"third\",\"dots\"");
    has(info(r, 8, false), "point 7: 8\n");
    ds_result_close(r);
}
END_TEST

START_TEST(metrics_to_show_first_must_be_there)
{
    static const char *const wanted[] = {"stocks", NULL}, *const found[] = {"stock", NULL};
    ds_result *const r = made(1, 5, 10);
    ds_report_request q = {.results = &r,
                           .count = 1,
                           .metrics = wanted,
                           .title = "Which & why?",
                           .question = "Does <it> hold?"};
    ds_status st = {0};
    free(printed);
    FILE *const out = open_memstream(&printed, &printed_size);
    ck_assert(!ds_report_write(out, &q, &st));
    ck_assert_int_eq(st.code, DS_E_USAGE);
    ck_assert_str_eq(st.text, "the result has no metric 'stocks', did you mean 'stock'?");
    rewind(out);
    st = (ds_status){0};
    q.metrics = found;
    ok(ds_report_write(out, &q, &st), &st);
    ck_assert_int_eq(fclose(out), 0);
    has(printed, "# Which &amp; why?");
    has(printed, "Does &lt;it&gt; hold?");
    has(printed, "- stock (");
    has_not(printed, "- use (");
    ds_result_close(r);
}
END_TEST

START_TEST(two_results_are_named_by_their_titles)
{
    ds_experiment x = experiment(1, 5, 10);
    ds_result *results[2] = {made(2, 5, 10)};
    x.title = "Another";
    results[1] = result_at(other, &x);
    has(report(results, 2, false), "3 cases");
    has(printed, "| Another | 0.5");
    has(printed, "more\": base |");
    ds_result_close(results[0]);
    ds_result_close(results[1]);
}
END_TEST

static void report_named(ds_result *const *results, const char *const *names)
{
    const ds_report_request q = {.results = results, .count = 2, .names = names};
    ds_status st = {0};
    free(printed);
    FILE *const out = open_memstream(&printed, &printed_size);
    ck_assert_ptr_nonnull(out);
    ok(ds_report_write(out, &q, &st), &st);
    ck_assert_int_eq(fclose(out), 0);
}

START_TEST(results_of_one_title_are_named_by_their_files)
{
    static const char *const apart[] = {"runs/before.h5", "runs/after.v2.h5"}, *const alike[] = {
                                                                                   "a/run.h5",
                                                                                   "b/run.h5"};
    ds_experiment x = experiment(1, 5, 10);
    ds_result *results[2] = {made(1, 5, 10)};
    x.provenance.resolved = "{\"rate\": 2}";
    results[1] = result_at(other, &x);
    report_named(results, apart);
    has(printed, "| parameter | current: before | proposed: after.v2 |");
    has(printed, "Against before, at the end:");
    has(printed, "- after.v2: ");
    has(printed, "\nafter.v2: ");
    report_named(results, alike);
    has(printed, "Against a/run.h5, at the end:");
    ds_result_close(results[0]);
    ds_result_close(results[1]);
}
END_TEST

/* A scenario of many parameters, the last of which is a long list that ends with the number. */
static void write_many(char text[10000], int last)
{
    size_t n = (size_t)sprintf(text, "{");
    for (int i = 0; i < 300; i++)
        n += (size_t)sprintf(text + n, "\"p%d\":1,", i);
    n += (size_t)sprintf(text + n, "\"list\":[");
    for (int i = 0; i < 200; i++)
        n += (size_t)sprintf(text + n, "%d,", 100 + i);
    sprintf(text + n, "%d],\"one\":%d}", last, last);
}

START_TEST(what_differs_is_shown_wherever_it_stands)
{
    static char before[10000], after[10000];
    ds_experiment x = experiment(1, 5, 10);
    write_many(before, 7);
    write_many(after, 8);
    x.provenance.resolved = before;
    ds_result *results[2] = {result_at(path, &x)};
    x.provenance.resolved = after;
    x.title = "Another";
    results[1] = result_at(other, &x);
    has(report(results, 2, false), "| one | 7 | 8 |");
    has(printed, "299,7\\] | … ");
    has(printed, "299,8\\] |");
    has_not(printed, "| p0 ");
    ds_result_close(results[0]);
    ds_result_close(results[1]);
}
END_TEST

START_TEST(results_with_and_without_dates_are_not_mixed)
{
    ds_experiment x = experiment(1, 5, 10);
    ds_result *results[2] = {made(1, 5, 10)};
    const ds_report_request q = {.results = results, .count = 2};
    ds_status st = {0};
    FILE *const out = tmpfile();
    x.title = "Undated";
    x.start = NAN;
    results[1] = result_at(other, &x);
    ck_assert(!ds_report_write(out, &q, &st));
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_ptr_nonnull(strstr(st.text, "'Undated' has not"));
    fclose(out);
    ds_result_close(results[0]);
    ds_result_close(results[1]);
}
END_TEST

START_TEST(one_interval_is_a_table_and_no_chart)
{
    ds_result *const r = made(1, 10, 2);
    has_not(own(report(&r, 1, true)), "<canvas");
    has(printed, "0.54");
    has(info(r, 1, false), "1 interval,");
    has_not(printed, "mean over time");
    ds_result_close(r);
}
END_TEST

START_TEST(info_fits_the_terminal_and_is_plain_unless_asked)
{
    ds_result *const r = made(1, 40, 300);
    info(r, 1, false);
    for (const char *line = printed; *line; line = strchr(line, '\n') + 1) {
        size_t columns = 0;
        for (const char *c = line; *c != '\n'; c++)
            columns += ((unsigned char)*c & 0xC0) != 0x80;
        ck_assert_uint_le(columns, 100);
    }
    has(printed, "2026-09-19 to 2027-07-15, 299 intervals, 1 point, 40 replicas\n");
    has(printed, "seed 7, diemsim 0.1.0");
    has(printed, "metric at 2027-07-15");
    has(info(r, 1, true), "\033[1m");
    ds_result_close(r);
}
END_TEST

static const struct {
    double low, high;
    size_t count;
    const char *first, *last;
} axes[] = {
    {0, 1, 6, "0", "1"},
    {37713.2, 37713.9, 4, "37.7132k", "37.7138k"},
    {-3, 12, 3, "0", "10"},
    {1, 1, 0, "", ""},
};

START_TEST(axes_have_round_marks_that_differ)
{
    ds_tick ticks[DS_TICKS];
    const size_t n = ds_ticks_number(axes[_i].low, axes[_i].high, 6, ticks);
    ck_assert_uint_eq(n, axes[_i].count);
    if (n > 0) {
        ck_assert_str_eq(ticks[0].label, axes[_i].first);
        ck_assert_str_eq(ticks[n - 1].label, axes[_i].last);
    }
}
END_TEST

START_TEST(time_axes_mark_beginnings)
{
    ds_tick ticks[DS_TICKS];
    ck_assert_uint_eq(ds_ticks_date(20715, 20715 + 365, 7, ticks), 6);
    ck_assert_str_eq(ticks[0].label, "2026-11");
    ck_assert_double_eq(ticks[0].at, 20758);
    ck_assert_uint_eq(ds_ticks_date(20715, 20719, 7, ticks), 5);
    ck_assert_str_eq(ticks[0].label, "09-19");
    ck_assert_uint_eq(ds_ticks_date(20715, 20715 + 3650, 7, ticks), 5);
    ck_assert_str_eq(ticks[0].label, "2028");
    ck_assert_uint_ge(ds_ticks_date(0, 1e9, 7, ticks), 2);
}
END_TEST

static void begin(void)
{
    snprintf(folder, sizeof folder, "/tmp/diemsim_report_XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/r.h5", folder);
    snprintf(other, sizeof other, "%s/o.h5", folder);
}

static void finish(void)
{
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
    free(printed);
    printed = NULL;
}

/* stock is 1000 + k * spread, so on day 4.5 the band reaches from 1000 to 1040.5, and a quarter of
 * the way into day 8 from 1000 to 1074.25. */
static void observe(ds_result *result, ds_observations seen, bool html)
{
    const ds_report_request q = {.results = &result, .count = 1, .observed = seen, .html = html};
    ds_status st = {0};
    free(printed);
    FILE *const out = open_memstream(&printed, &printed_size);
    ok(ds_report_write(out, &q, &st), &st);
    ck_assert_int_eq(fclose(out), 0);
}

START_TEST(one_observation_is_one_and_one_replica_spans_no_band)
{
    static const ds_observation seen[] = {{20715 + 4.5, "stock", 1040.4}, {20715 + 2, "absent", 5}};
    ds_result *r = made(1, 40, 10);
    observe(r, (ds_observations){2, seen}, false);
    has(printed, "1 of 1 observation lies inside the band of nine of ten.");
    has(printed, "1 more is of no recorded metric");
    observe(r, (ds_observations){1, seen + 1}, false);
    has_not(printed, "0 of 0");
    ds_result_close(r);
    r = made(1, 1, 10);
    observe(r, (ds_observations){1, seen}, false);
    has(printed, "One replica spans no band");
    has_not(printed, "band of nine of ten.");
    ds_result_close(r);
}
END_TEST

START_TEST(observations_are_told_inside_or_outside_the_band_of_their_day)
{
    static const ds_observation seen[] = {
        {20715 + 4.5, "stock", 1040.4}, {20715 + 8.25, "stock", 1075}, {20715, "stock", 999},
        {20715 + 2, "absent", 5},       {20715 + 4000, "stock", 1},    {20715 + 3, "nothing", 1}};
    ds_result *const r = made(1, 40, 300);
    observe(r, (ds_observations){6, seen}, true);
    has(printed, "1 of 3 observations lie inside the band of nine of ten.");
    has(printed, "3 more are of no recorded metric, outside the dates");
    has(printed, "<td class=\"l\">2026-09-23T12:00:00</td><td class=\"l\">stock</td><td "
                 "class=\"l\">inside</td>");
    has(printed, "<td class=\"l\">above</td><td>1075</td><td>1000</td>");
    has(printed, "<td class=\"l\">below</td><td>999</td><td>1000</td>");
    has(printed, "\"name\":\"observed\",\"dots\":true,\"colour\":0,\"x\":[20719.5,20723.25,20715]");
    ds_result_close(r);
}
END_TEST

/* use is 0.5 to 0.59 from the end of the first day on, and has no value before. */
START_TEST(an_observation_at_a_grid_time_is_held_against_what_is_there)
{
    static const ds_observation seen[] = {
        {20715 + 1, "use", 0.55}, {20715 + 0.5, "use", 0.55}, {20715 + 9, "use", 0.6}};
    ds_result *r = made(1, 40, 10);
    observe(r, (ds_observations){3, seen}, false);
    has(printed, "| 2026-09-20 | use | inside | 0.55 | 0.5 | 0.545 | 0.59 |");
    has(printed, "| 2026-09-19T12:00:00 | use | no value |");
    has(printed, "| 2026-09-28 | use | above |");
    has(printed, "1 of 2 observations lie inside");
    ds_result_close(r);
    r = made(1, 40, 2); /* one interval */
    observe(r, (ds_observations){1, seen}, false);
    has(printed, "| 2026-09-20 | use | inside |");
    ds_result_close(r);
}
END_TEST

/* 0.59 is less as a float, as which it is stored. */
START_TEST(an_observation_at_the_edge_of_a_band_lies_inside)
{
    static const ds_observation seen[] = {{20715 + 3, "use", 0.59}};
    ds_result *const r = made(1, 40, 10);
    observe(r, (ds_observations){1, seen}, false);
    has(printed, "| 2026-09-22 | use | inside | 0.59 | 0.5 | 0.545 | 0.59 |");
    ds_result_close(r);
}
END_TEST

static Suite *suite(void)
{
    Suite *const s = suite_create("report");
    TCase *const c = tcase_create("report");
    tcase_set_timeout(c, 120);
    tcase_add_checked_fixture(c, begin, finish);
    tcase_add_test(c, text_of_the_file_is_escaped);
    tcase_add_test(c, a_page_fetches_nothing);
    tcase_add_test(c, a_gap_leaves_no_nan_in_a_drawing);
    tcase_add_test(c, the_verdict_is_in_plain_words);
    tcase_add_test(c, outcomes_have_an_interval_and_quantiles);
    tcase_add_test(c, one_replica_claims_no_certainty);
    tcase_add_test(c, many_points_stand_side_by_side);
    tcase_add_test(c, results_of_one_title_are_named_by_their_files);
    tcase_add_test(c, metrics_to_show_first_must_be_there);
    tcase_add_test(c, two_results_are_named_by_their_titles);
    tcase_add_test(c, what_differs_is_shown_wherever_it_stands);
    tcase_add_test(c, results_with_and_without_dates_are_not_mixed);
    tcase_add_test(c, one_interval_is_a_table_and_no_chart);
    tcase_add_test(c, info_fits_the_terminal_and_is_plain_unless_asked);
    tcase_add_loop_test(c, axes_have_round_marks_that_differ, 0, sizeof axes / sizeof axes[0]);
    tcase_add_test(c, time_axes_mark_beginnings);
    tcase_add_test(c, an_observation_at_the_edge_of_a_band_lies_inside);
    tcase_add_test(c, one_observation_is_one_and_one_replica_spans_no_band);
    tcase_add_test(c, observations_are_told_inside_or_outside_the_band_of_their_day);
    tcase_add_test(c, an_observation_at_a_grid_time_is_held_against_what_is_there);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    SRunner *const runner = srunner_create(suite());
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
