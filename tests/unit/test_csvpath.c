/* Dated series: what is read, and the row that a complaint names. */
#include "run.h"

#include "sim/io/csvpath.h"

#include <stdio.h>
#include <string.h>

static const ds_param price = {
    .name = "path", .kind = DS_PATH, .unit = "coin", .min = 0, .max = 1e6};

static bool read_text(const char *csv, size_t size, const char *column, ds_path *path,
                      ds_pool *pool, ds_status *st)
{
    ds_text *const text = ds_pool_take(pool, sizeof *text);
    *text = (ds_text){.name = "p.csv", .text = csv, .size = size};
    *st = (ds_status){0};
    path->column = column;
    return ds_csv_path(pool, text, &price, path, st);
}

START_TEST(a_column_becomes_a_series)
{
    static const char csv[] = "# coins\r\n\r\nhigh, date ,close\r\n9,2026-09-19,1.5\r\n"
                              "9,2026-09-19T12:00, 2.5 \r\n# more\n9,2026-09-20,3 coin";
    ds_pool pool = {0};
    ds_path path = {0};
    ds_status st;
    ck_assert_msg(read_text(csv, strlen(csv), "close", &path, &pool, &st), "%s", st.text);
    ck_assert_uint_eq(path.count, 3);
    ck_assert_double_eq(path.time[0], 20715);
    ck_assert_double_eq(path.time[1], 20715.5);
    ck_assert_double_eq(path.value[1], 2.5);
    ck_assert_double_eq(path.value[2], 3);
    ds_pool_free(&pool);
}
END_TEST

START_TEST(what_spreadsheets_write_before_a_header_is_skipped)
{
    static const char csv[] = "\xef\xbb\xbf"
                              "date,v\r\n2026-09-19,1.5\r\n";
    ds_pool pool = {0};
    ds_path path = {0};
    ds_status st;
    ck_assert_msg(read_text(csv, strlen(csv), "v", &path, &pool, &st), "%s", st.text);
    ck_assert_double_eq(path.value[0], 1.5);
    ds_pool_free(&pool);
}
END_TEST

START_TEST(of_several_columns_one_is_named)
{
    static const char csv[] = "date,open,close\n2026-09-19,1,2\n";
    ds_pool pool = {0};
    ds_path path = {0};
    ds_status st;
    ck_assert(!read_text(csv, strlen(csv), NULL, &path, &pool, &st));
    ck_assert_ptr_nonnull(strstr(st.text, "p.csv:1:1: the header has 3 columns, 'column' must"));
    ds_pool_free(&pool);
}
END_TEST

START_TEST(seconds_since_1970_are_a_time_too)
{
    static const char csv[] = "unix_time,v\n1789776000,1\n1789819200,2\n";
    ds_pool pool = {0};
    ds_path path = {0};
    ds_status st;
    ck_assert_msg(read_text(csv, strlen(csv), NULL, &path, &pool, &st), "%s", st.text);
    ck_assert_double_eq(path.time[0], 20715);
    ck_assert_double_eq(path.time[1], 20715.5);
    ds_pool_free(&pool);
}
END_TEST

#define DAYS "date,v\n2026-01-01,1\n2026-01-02,1\n2026-01-03,1\n2026-01-04,1\n2026-01-05,1\n"
static const struct {
    const char *csv, *says;
} bad[] = {
    {"", "p.csv:1:1: no rows"},
    {"# only\n", "p.csv:1:1: no rows"},
    {"date,v\n", "no rows of values"},
    {"date\n2026-01-01\n", "p.csv:1:1: the header has no column"},
    {"Date,v\n2026-01-01,1\n", "no column 'date' or 'unix_time': names are in lower case"},
    /* A result holds the whole text. */
    {"# caf\xc3\xa9, caf\xe9\ndate,v\n2026-01-01,1\n",
     "p.csv:1:12: a byte that is not UTF-8\n    # caf\xc3\xa9, caf\\xe9\n               ^"},
    {"\xff\xfe"
     "d",
     "p.csv:1:1: the text is UTF-16"},
    {"v,w\n1,2\n", "no column 'date'"},
    {"unix_time,v\n1789776000000,1\n", "'1789776000000' is 1.79e+12, must be seconds since 1970"},
    {"date,w\n2026-01-01,1\n", "no column 'v'"},
    {"date,v,w,v\n2026-01-01,1,2,3\n", "p.csv:1:1: the header has two columns 'v'"},
    {"date,v\n2026-01-02,1\n2026-01-01,1\n", "p.csv:3:1: time does not rise"},
    {"date,v\n2026-01-02,1\n2026-01-02,1\n", "p.csv:3:1: time does not rise"},
    {"date,v\n2026-01-01,1\n2026-01-02,\n2026-01-03,1\n", "p.csv:3:1: a gap"},
    {"date,v\n2026-01-01,1\n2026-01-02\n", "p.csv:3:1: a row with fewer fields"},
    {"date,v\n2026-01-01,1,5\n", "p.csv:2:1: a row with 3 fields"},
    {"date,v\n2026-01-01,\"1,5\"\n", "decimal sign"},
    {"date;v\n2026-01-01;1,5\n", "no column 'date'"},
    {"date,v\n2026-01-01,one\n", "p.csv:2:1: 'one': not a number"},
    {"date,v\n2026-01-01,nan\n", "not a number"},
    {"date,v\n2026-01-01,1e400\n", "too large"},
    {"date,v\n2026-01-01,-1\n", "must lie in [0, 1e+06]"},
    {"date,v\n2026-01-01,1 kg\n", "must have the unit coin"},
    {"date,v\n2026-02-30,1\n", "p.csv:2:1: '2026-02-30' is no date"},
    {"date,v\n\x1b[31m,1\n", "'\\x1b[31m' is no date"},
    {"unix_time,v\nsoon,1\n", "unix_time 'soon'"},
    {DAYS "2026-01-07,1\n", "p.csv:7:1: a gap: this row is 2 d after"},
    {"date,v\n2026-01-01,1\n2026-01-02,1\n2026-01-05,1\n2026-01-06,1\n",
     "p.csv:4:1: a gap: this row is 3 d after the one before, most are 1 d apart"},
    {"unix_time,v\n1789776000,1\n1789779600,1\n1789783200,1\n1789790400,1\n1789797600,1\n"
     "1789801200,1\n",
     "p.csv:5:1: a gap: this row is 0.0833333 d after"},
    {DAYS "2027-01-06,1\n", "p.csv:7:1: a gap: this row is 366 d after"},
};

START_TEST(a_complaint_names_the_row)
{
    ds_pool pool = {0};
    ds_path path = {0};
    ds_status st;
    ck_assert_msg(!read_text(bad[_i].csv, strlen(bad[_i].csv), "v", &path, &pool, &st),
                  "accepted: %s", bad[_i].csv);
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_msg(strstr(st.text, bad[_i].says) != NULL, "'%s' is not in: %s", bad[_i].says,
                  st.text);
    ds_pool_free(&pool);
}
END_TEST

START_TEST(rows_that_are_meant_to_be_missing_may_be)
{
    static const char irregular[] =
        "date,v\n2026-01-01,1\n2026-01-20,1\n2026-02-03,1\n2026-05-05,1\n2026-05-06,1\n";
    static const char halves[] = "date,v\n2026-01-01,1\n2026-01-03,1\n2026-01-05,1\n2026-01-08,1\n";
    static const char few[] = "date,v\n2026-01-01,1\n2026-01-02,1\n2026-01-05,1\n";
    static const char months[] = "date,v\n2026-01-01,1\n2026-02-01,1\n2026-03-01,1\n2026-04-01,1\n"
                                 "2026-05-01,1\n2026-06-01,1\n";
    static const char missing[] = DAYS "2026-02-07,1\n";
    ds_pool pool = {0};
    ds_status st;
    ds_path path = {0};
    ck_assert_msg(read_text(irregular, strlen(irregular), "v", &path, &pool, &st), "%s", st.text);
    ck_assert_msg(read_text(halves, strlen(halves), "v", &path, &pool, &st), "%s", st.text);
    ck_assert_msg(read_text(few, strlen(few), "v", &path, &pool, &st), "%s", st.text);
    ck_assert_msg(read_text(months, strlen(months), "v", &path, &pool, &st), "%s", st.text);
    path.gaps = true;
    ck_assert_msg(read_text(missing, strlen(missing), "v", &path, &pool, &st), "%s", st.text);
    ds_pool_free(&pool);
}
END_TEST

START_TEST(a_path_between_logs_needs_values_above_0)
{
    static const char csv[] = "date,v\n2026-01-01,1\n2026-01-02,0\n";
    ds_pool pool = {0};
    ds_path path = {.between = DS_LINEAR};
    ds_status st;
    ck_assert_msg(read_text(csv, strlen(csv), "v", &path, &pool, &st), "%s", st.text);
    path.between = DS_STEP;
    ck_assert_msg(read_text(csv, strlen(csv), "v", &path, &pool, &st), "%s", st.text);
    path.between = DS_LOG_LINEAR;
    ck_assert(!read_text(csv, strlen(csv), "v", &path, &pool, &st));
    ck_assert_ptr_nonnull(strstr(st.text, "p.csv:3:1: a value that is not above 0"));
    ds_pool_free(&pool);
}
END_TEST

/* ---- columns without dates ---- */

static const ds_param balance = {
    .name = "from", .kind = DS_COLUMN, .unit = "coin", .min = 0, .max = 1e6};

static bool column_of(const char *csv, const char *name, ds_column *column, ds_pool *pool,
                      ds_status *st)
{
    ds_text *const text = ds_pool_take(pool, sizeof *text);
    *text = (ds_text){.name = "b.csv", .text = csv, .size = strlen(csv)};
    *st = (ds_status){0};
    column->column = name;
    return ds_csv_column(pool, text, &balance, column, st);
}

START_TEST(a_column_without_dates_keeps_the_order_of_its_rows)
{
    static const char csv[] = "# who has what\r\nowner, balance ,since\r\n0xa,3.5,x\r\n\r\n"
                              "0xb, 0 ,y\n# more\n0xc,7 coin,z";
    ds_pool pool = {0};
    ds_column column = {0};
    ds_status st;
    ck_assert_msg(column_of(csv, "balance", &column, &pool, &st), "%s", st.text);
    ck_assert_uint_eq(column.count, 3);
    ck_assert_double_eq(column.value[0], 3.5);
    ck_assert_double_eq(column.value[1], 0);
    ck_assert_double_eq(column.value[2], 7);
    ck_assert_msg(column_of("balance\n1\n2\n", NULL, &column, &pool, &st), "%s", st.text);
    ck_assert_uint_eq(column.count, 2);
    ds_pool_free(&pool);
}
END_TEST

static const struct {
    const char *csv, *column, *says;
} bad_column[] = {
    {"", "v", "b.csv:1:1: no rows"},
    {"v\n", "v", "no rows of values"},
    {"v\n1\n", "w", "b.csv:1:1: the header has no column 'w'"},
    {"a,v\n1,2\n", NULL, "b.csv:1:1: the header has 2 columns, 'column' must name"},
    {"v\n1\n-2\n", "v", "b.csv:3:1: -2 coin, must lie in [0, 1e+06]"},
    {"v\n1\n2e6\n", "v", "b.csv:3:1: 2e+06 coin"},
    {"v\nnan\n", "v", "b.csv:2:1: 'nan': not a number"},
    {"v\n1e400\n", "v", "too large"},
    {"v\ninf\n", "v", "not a number"},
    {"a,v\n1,2\n3,\n", "v", "b.csv:3:1: a gap: the value is empty"},
    {"a,v\n1,2\n3\n", "v", "b.csv:3:1: a row with fewer fields"},
    {"v\n1,5\n", "v", "b.csv:2:1: a row with 2 fields, the header has 1: the decimal sign"},
    {"v;w\n1,5;2\n", "v", "no column 'v'"},
    {"v\n\"1\"\n", "v", "not a number"},
    {"v\n1 kg\n", "v", "must have the unit coin"},
};

START_TEST(a_complaint_about_a_column_names_the_row)
{
    ds_pool pool = {0};
    ds_column column = {0};
    ds_status st;
    ck_assert_msg(!column_of(bad_column[_i].csv, bad_column[_i].column, &column, &pool, &st),
                  "accepted: %s", bad_column[_i].csv);
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_msg(strstr(st.text, bad_column[_i].says) != NULL, "'%s' is not in: %s",
                  bad_column[_i].says, st.text);
    ds_pool_free(&pool);
}
END_TEST

START_TEST(a_nul_is_no_text)
{
    ds_pool pool = {0};
    ds_path path = {0};
    ds_status st;
    ck_assert(!read_text("date,v\n2026-01-01,1\0\n", 21, "v", &path, &pool, &st));
    ck_assert_ptr_nonnull(strstr(st.text, "NUL"));
    ds_pool_free(&pool);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {a_column_becomes_a_series, 0},
        {what_spreadsheets_write_before_a_header_is_skipped, 0},
        {of_several_columns_one_is_named, 0},
        {seconds_since_1970_are_a_time_too, 0},
        {a_complaint_names_the_row, sizeof bad / sizeof bad[0]},
        {rows_that_are_meant_to_be_missing_may_be, 0},
        {a_nul_is_no_text, 0},
        {a_path_between_logs_needs_values_above_0, 0},
        {a_column_without_dates_keeps_the_order_of_its_rows, 0},
        {a_complaint_about_a_column_names_the_row, sizeof bad_column / sizeof bad_column[0]},
        {0}};
    return ds_run_tests("csvpath", tests, 30);
}
