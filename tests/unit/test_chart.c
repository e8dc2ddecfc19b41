#include "analysis/chart.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MANY = 1096 };

static char *printed;
static size_t printed_size;
static const double three[] = {0, 1, 2}, values[] = {1.5, NAN, INFINITY};

/* What is printed into the stream that is returned is in `printed` once it is closed. */
static FILE *begin_text(void)
{
    free(printed);
    printed = NULL;
    FILE *const out = open_memstream(&printed, &printed_size);
    ck_assert_ptr_nonnull(out);
    return out;
}

static void has(const char *text)
{
    ck_assert_msg(strstr(printed, text) != NULL, "'%s' is not in: %.2000s", text, printed);
}

static void has_not(const char *text)
{
    ck_assert_msg(strstr(printed, text) == NULL, "'%s' is in: %.2000s", text, printed);
}

static ds_chart fan(const ds_chart_series *series, size_t count)
{
    return (ds_chart){.kind = DS_CHART_FAN,
                      .title = "stock",
                      .doc = "what there is",
                      .unit = "token",
                      .x_name = "time",
                      .line = "median",
                      .band = {"nine of ten", "half"},
                      .mark = NAN,
                      .series = series,
                      .count = count};
}

static void json(const ds_chart *c)
{
    FILE *const out = begin_text();
    ds_chart_json(out, c);
    ck_assert_int_eq(fclose(out), 0);
}

static void script(const ds_chart *c)
{
    FILE *const out = begin_text();
    ds_chart_script(out, c);
    ck_assert_int_eq(fclose(out), 0);
}

START_TEST(data_cannot_end_its_script)
{
    const ds_chart_series s = {
        .name = "</script><script>alert(`1`)</script>", .count = 3, .x = three, .y = three};
    ds_chart c = fan(&s, 1);
    c.title = "\"quoted\\\" & 'so'\n\xE2\x80\xA8 \xFF <!--";
    json(&c);
    has_not("<");
    has_not(">");
    has_not("`");
    has_not("&");
    has("\"name\":\"\\u003c/script\\u003e\\u003cscript\\u003ealert(\\u00601\\u0060)\\u003c/"
        "script\\u003e\"");
    has("\"title\":\"\\u0022quoted\\u005c\\u0022 \\u0026 \\u0027so\\u0027 \xEF\xBF\xBD "
        "\xEF\xBF\xBD \\u003c!--\"");
}
END_TEST

START_TEST(what_is_no_number_is_a_gap)
{
    const ds_chart_series s = {.name = "a", .count = 3, .x = three, .y = values};
    const ds_chart c = fan(&s, 1);
    json(&c);
    has("\"y\":[1.5,null,null]");
    has("\"mark\":null");
    has_not("nan");
    has_not("inf");
    script(&c);
    has("\n 0 1.5 NaN NaN NaN NaN\n 1 NaN ");
    has("\n 2 NaN ");
}
END_TEST

/* 400 of 1096 points, each where it was, the first and the last among them. */
START_TEST(long_series_are_thinned_and_not_averaged)
{
    static double x[MANY], y[MANY];
    for (size_t i = 0; i < MANY; i++) {
        x[i] = (double)i;
        y[i] = (double)(i * i);
    }
    const ds_chart_series s = {.name = "a", .count = MANY, .x = x, .y = y};
    ds_chart c = fan(&s, 1);
    ck_assert_uint_eq(ds_chart_shown(&c, &s), 400);
    c.small = true;
    ck_assert_uint_eq(ds_chart_shown(&c, &s), 100);
    ck_assert_uint_eq(ds_chart_pick(0, 100, MANY), 0);
    ck_assert_uint_eq(ds_chart_pick(99, 100, MANY), MANY - 1);
    for (size_t i = 1; i < 100; i++)
        ck_assert_uint_gt(ds_chart_pick(i, 100, MANY), ds_chart_pick(i - 1, 100, MANY));
    ck_assert_uint_eq(ds_chart_pick(3, 5, 5), 3);
    ck_assert_uint_eq(ds_chart_pick(0, 1, 5), 0);
    json(&c);
    has("\"x\":[0,11,22,33,");
    has("\"y\":[0,121,484,1089,");
}
END_TEST

/* gnuplot knows nothing but a doubled quote within single ones; line ends are no characters. */
START_TEST(names_cannot_leave_their_quotes)
{
    const ds_chart_series s = {
        .name = "it's\nsystem('rm') `id` \"x\"", .count = 3, .x = three, .y = three};
    const ds_chart_series two[] = {s, s};
    const ds_chart c = fan(two, 2);
    script(&c);
    has("title 'it''s system(''rm'') `id` \"x\"'");
    has("noenhanced");
}
END_TEST

START_TEST(a_name_that_is_cut_says_so)
{
    static const char longest[] = "0123456789012345678901234567890123456789012345678901234567890123"
                                  "45678901234567890123456789";
    const ds_chart_series s = {.name = longest, .count = 3, .x = three, .y = three};
    const ds_chart_series two[] = {s, s};
    ds_chart c = fan(two, 2);
    script(&c);
    has("012345…', ");                        /* 76 characters of 90 */
    has("font 'DejaVu Sans,12'\nset ylabel"); /* a key that fits */
    const ds_chart_series fits = {.name = longest + 11, .count = 3, .x = three, .y = three};
    c = fan(&fits, 1);
    c.line = NULL;
    script(&c);
    has("890123456789'\n");
    has_not("…");
}
END_TEST

/* Lines join values; one between two gaps is a dot. */
START_TEST(a_value_between_gaps_is_seen)
{
    static const double x[] = {0, 1, 2, 3, 4}, y[] = {7, NAN, 5, 6, NAN}, whole[] = {1, 2, 3, 4, 5};
    const ds_chart_series s[] = {{.name = "a", .count = 5, .x = x, .y = y},
                                 {.name = "b", .count = 5, .x = x, .y = whole, .colour = 1}};
    const ds_chart c = fan(s, 2);
    script(&c);
    has("$a0 << EOD\n 0 7 NaN NaN NaN NaN\nEOD\n");
    has("$a0 using 1:2 with points");
    has_not("$a1");
}
END_TEST

START_TEST(what_lies_apart_as_a_dot_is_in_the_picture)
{
    static const double far[] = {7}, up[] = {1};
    const ds_chart_series s[] = {
        {.name = "front", .count = 3, .x = three, .y = three},
        {.name = "now", .count = 1, .x = far, .y = up, .dots = true, .colour = 1}};
    const ds_chart c = fan(s, 2);
    script(&c);
    has("set xrange [0:7]");
}
END_TEST

START_TEST(dates_are_marked_at_beginnings)
{
    const double days[] = {20715, 20800, 20900};
    const ds_chart_series s = {.name = "a", .count = 3, .x = days, .y = three};
    ds_chart c = fan(&s, 1);
    c.dated = true;
    script(&c);
    has("set xrange [20715:20900]");
    has("'2026-10' 20727, '2026-11' 20758");
}
END_TEST

START_TEST(words_say_the_course_and_the_rows)
{
    const double low[] = {0, 0.5, 1}, high[] = {1, 2, 4};
    const ds_chart_series s = {
        .name = "a", .count = 3, .x = three, .y = three, .low = {low}, .high = {high}};
    const char *const rows[] = {"p", "q", "r"};
    char text[400];
    ds_chart c = fan(&s, 1);
    ck_assert_str_eq(ds_chart_words(text, sizeof text, &c),
                     "stock: a: 0 at 0, 2 token at 2 (nine of ten: 1 to 4).");
    c.kind = DS_CHART_FOREST;
    c.rows = 3;
    c.row = rows;
    ck_assert_str_eq(ds_chart_words(text, sizeof text, &c),
                     "stock: p 0 (0 to 1); q 1 (0.5 to 2); r 2 (1 to 4).");
    ck_assert_str_eq(ds_chart_words(text, 12, &c), "stock: p 0 ");
}
END_TEST

START_TEST(a_chart_of_gaps_is_not_worth_it)
{
    const double none[] = {NAN, NAN, NAN};
    const ds_chart_series s = {.name = "a", .count = 3, .x = three, .y = none};
    const ds_chart_series seen = {.name = "s", .count = 3, .x = three, .y = three, .dots = true};
    ds_chart c = fan(&s, 1);
    ck_assert(!ds_chart_worth(&c));
    c.series = &seen;
    ck_assert(!ds_chart_worth(&c));
}
END_TEST

START_TEST(a_page_has_words_data_and_numbers)
{
    const ds_chart_series s = {.name = "a", .count = 3, .x = three, .y = three};
    const ds_chart c = fan(&s, 1);
    ds_status st = {0};
    FILE *const out = begin_text();
    const ds_page page = {.out = out, .html = true};
    ck_assert(ds_chart_put(&page, &c, &st));
    ck_assert_int_eq(fclose(out), 0);
    has("aria-label=\"stock: a: 0 at 0, 2 token at 2.\"");
    has("<script type=\"application/json\">{\"kind\":\"fan\"");
    has("<details><summary>Numbers</summary>");
    has("<th>median</th>");
}
END_TEST

/* ---- pictures ---- */

static char folder[64];

static void begin_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/diemsim_chart_XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void finish_folder(void)
{
    char command[100];
    setenv("PATH", "/usr/bin:/bin", 1);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
}

static const char *put(ds_pictures *pictures, bool ok)
{
    const ds_chart_series s = {.name = "a", .count = 3, .x = three, .y = three};
    ds_chart c = fan(&s, 1);
    static ds_status st;
    st = (ds_status){0};
    c.title = "Ä stock/../of it?";
    FILE *const out = begin_text();
    const ds_page page = {.out = out, .pictures = pictures};
    ck_assert_int_eq(ds_chart_put(&page, &c, &st), ok);
    ck_assert_int_eq(fclose(out), 0);
    return st.text;
}

START_TEST(pictures_have_names_that_every_link_bears)
{
    ds_pictures pictures = {.folder = folder, .link = "a b(1)_files"};
    char path[128];
    unsigned char begun[8] = {0};
    put(&pictures, true);
    if (pictures.undrawn)
        return; /* gnuplot is not installed */
    has("](<a%20b%281%29_files/01-stock-of-it.png>)");
    snprintf(path, sizeof path, "%s/01-stock-of-it.png", folder);
    FILE *const picture = fopen(path, "rb");
    ck_assert_ptr_nonnull(picture);
    ck_assert_uint_eq(fread(begun, 1, sizeof begun, picture), sizeof begun);
    fclose(picture);
    ck_assert_mem_eq(begun, "\x89PNG\r\n\x1A\n", sizeof begun);
}
END_TEST

START_TEST(without_gnuplot_there_are_tables)
{
    ds_pictures pictures = {.folder = folder, .link = "files"};
    setenv("PATH", folder, 1);
    put(&pictures, true);
    ck_assert(pictures.undrawn);
    has("| time | median |");
    has_not("![");
}
END_TEST

START_TEST(a_gnuplot_that_fails_is_a_failure)
{
    ds_pictures pictures = {.folder = folder, .link = "files"};
    char path[128];
    snprintf(path, sizeof path, "%s/gnuplot", folder);
    FILE *const fake = fopen(path, "w");
    ck_assert_ptr_nonnull(fake);
    fputs("#!/bin/sh\nexit 3\n", fake);
    ck_assert_int_eq(fclose(fake), 0);
    ck_assert_int_eq(chmod(path, 0755), 0);
    setenv("PATH", folder, 1);
    ck_assert_ptr_nonnull(strstr(put(&pictures, false), "gnuplot could not draw"));
    snprintf(path, sizeof path, "%s/01-stock-of-it.png", folder);
    ck_assert_int_ne(access(path, F_OK), 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *const s = suite_create("chart");
    TCase *const c = tcase_create("chart"), *const p = tcase_create("pictures");
    tcase_add_test(c, data_cannot_end_its_script);
    tcase_add_test(c, what_is_no_number_is_a_gap);
    tcase_add_test(c, long_series_are_thinned_and_not_averaged);
    tcase_add_test(c, names_cannot_leave_their_quotes);
    tcase_add_test(c, a_name_that_is_cut_says_so);
    tcase_add_test(c, a_value_between_gaps_is_seen);
    tcase_add_test(c, what_lies_apart_as_a_dot_is_in_the_picture);
    tcase_add_test(c, dates_are_marked_at_beginnings);
    tcase_add_test(c, words_say_the_course_and_the_rows);
    tcase_add_test(c, a_chart_of_gaps_is_not_worth_it);
    tcase_add_test(c, a_page_has_words_data_and_numbers);
    suite_add_tcase(s, c);
    tcase_set_timeout(p, 60);
    tcase_add_checked_fixture(p, begin_folder, finish_folder);
    tcase_add_test(p, pictures_have_names_that_every_link_bears);
    tcase_add_test(p, without_gnuplot_there_are_tables);
    tcase_add_test(p, a_gnuplot_that_fails_is_a_failure);
    suite_add_tcase(s, p);
    return s;
}

int main(void)
{
    SRunner *const runner = srunner_create(suite());
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    free(printed);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
