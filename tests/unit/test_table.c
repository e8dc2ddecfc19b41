/* Tables: one set of cells, four forms. */
#include "run.h"

#include "analysis/table.h"

#include <math.h>
#include <stdlib.h>

static const ds_table_column columns[] = {{"metric", "metric", NULL, false},
                                          {"difference", "difference", NULL, true},
                                          {"low", "95 % interval", NULL, true},
                                          {"high", NULL, NULL, true},
                                          {0}};

static ds_table sample(void)
{
    ds_table t;
    ds_table_begin(&t, "effects", NULL, columns);
    ds_table_text(&t, "a, \"b\"|<c>");
    ds_table_shown(&t, 0.1, "+10 %%");
    ds_table_interval(&t, (ds_interval){1, 2.5}, 3);
    ds_table_text(&t, "none");
    ds_table_number(&t, NAN, 3);
    ds_table_interval(&t, (ds_interval){-INFINITY, 12345.678}, 3);
    return t;
}

static char *printed(ds_table_form form)
{
    ds_table t = sample();
    ds_status st = {0};
    char *text = NULL;
    size_t size;
    FILE *const out = open_memstream(&text, &size);
    ck_assert(ds_table_print(out, &t, form, &st));
    fclose(out);
    ck_assert_uint_eq(t.rows, 2);
    ds_table_free(&t);
    return text;
}

static const struct {
    ds_table_form form;
    const char *text;
} forms[] = {
    {DS_TABLE_PLAIN, "metric      difference  95 % interval\n"
                     "a, \"b\"|<c>       +10 %       1 to 2.5\n"
                     "none                 –  at most 12.3k\n"},
    {DS_TABLE_CSV, "metric,difference,low,high\r\n"
                   "\"a, \"\"b\"\"|<c>\",0.10000000000000001,1,2.5\r\n"
                   "none,,-inf,12345.678\r\n"},
    {DS_TABLE_HTML,
     "<div class=\"wide\"><table>\n<thead><tr><th>metric</th><th class=\"figure\">difference</th>"
     "<th class=\"figure\">95 % interval</th></tr>\n</thead>\n<tbody>\n"
     "<tr><td>a, &quot;b&quot;|&lt;c&gt;</td><td class=\"figure\">+10 %</td>"
     "<td class=\"figure\">1 to 2.5</td></tr>\n"
     "<tr><td>none</td><td class=\"figure\">–</td>"
     "<td class=\"figure\">at most 12.3k</td></tr>\n</tbody></table></div>\n"},
};

START_TEST(every_form_has_the_same_cells)
{
    char *const text = printed(forms[_i].form);
    ck_assert_str_eq(text, forms[_i].text);
    free(text);
}
END_TEST

START_TEST(what_would_break_a_markdown_table_is_escaped)
{
    char *const text = printed(DS_TABLE_MARKDOWN);
    ck_assert_ptr_nonnull(
        strstr(text, "| metric | difference | 95 % interval |\n|---|---:|---:|\n"));
    ck_assert_ptr_nonnull(strstr(text, "\\|"));
    ck_assert_ptr_null(strstr(text, "<c>"));
    free(text);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{every_form_has_the_same_cells, sizeof forms / sizeof forms[0]},
                             {what_would_break_a_markdown_table_is_escaped, 0},
                             {0}};
    return ds_run_tests("table", tests, 10);
}
