/* What was observed, as a file: its rows, and rows that cannot be. */
#include "run.h"

#include "sim/io/observations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool read_text(const char *text, ds_pool *pool, ds_observations *out, ds_status *st)
{
    char path[] = "/tmp/observations-XXXXXX";
    const int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, text, strlen(text)), (ssize_t)strlen(text));
    close(file);
    const bool ok = ds_observations_read(pool, path, out, st);
    unlink(path);
    return ok;
}

START_TEST(rows_are_read_in_order_whatever_else_stands_in_them)
{
    ds_pool pool = {0};
    ds_observations seen;
    ds_status st = {0};
    ck_assert(read_text("# dated\nquality,date,value,quantity\r\nexact,1970-01-03,2.5e3,supply\r\n"
                        "rough,1970-01-02T12:00,-1,price\n",
                        &pool, &seen, &st));
    ck_assert_uint_eq(seen.count, 2);
    ck_assert_double_eq(seen.item[0].date, 2);
    ck_assert_double_eq(seen.item[0].value, 2500);
    ck_assert_str_eq(seen.item[0].quantity, "supply");
    ck_assert_double_eq(seen.item[1].date, 1.5);
    ck_assert_double_eq(seen.item[1].value, -1);
    ds_pool_free(&pool);
}
END_TEST

static const struct {
    const char *text, *message;
} refused[] = {
    {"", "no rows, must have a header such as 'date,quantity,value'"},
    {"date,value\n1970-01-02,1\n", "no column 'quantity'"},
    {"date,quantity,value\n", "no rows of observations"},
    {"date,quantity,value\nyesterday,supply,1\n", ":2:1: 'yesterday' is no date"},
    {"date,quantity,value\n1970-01-02,supply\n", ":2:1: a row with fewer fields"},
    {"date,quantity,value\n1970-01-02,supply,\n", ":2:1: a gap"},
    {"date,quantity,value\n\n1970-01-02,supply,nan\n", ":3:1: "},
    {"date,quantity,value\n1970-01-02,supply,1,5\n", "a row with 4 fields"},
    {"date,quantity,value\n1970-01-02,\"supply\",1\n", ":2:1: a quantity must be the name"},
    {"date,quantity,value\n1970-01-02,,1\n", ":2:1: a quantity must be the name"},
    {"date,quantity,value\n1970-01-02,\x1b,1\n", ":2:1: a quantity must be the name"},
    {"date,quantity,value\n1970-01-02,\xff,1\n", ":2:12: a byte that is not UTF-8"},
};

START_TEST(what_is_no_observation_is_refused_with_its_line)
{
    ds_pool pool = {0};
    ds_observations seen;
    ds_status st = {0};
    ck_assert(!read_text(refused[_i].text, &pool, &seen, &st));
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_msg(strstr(st.text, refused[_i].message) != NULL, "%s", st.text);
    ds_pool_free(&pool);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {rows_are_read_in_order_whatever_else_stands_in_them, 0},
        {what_is_no_observation_is_refused_with_its_line, sizeof refused / sizeof refused[0]},
        {0}};
    return ds_run_tests("observations", tests, 20);
}
