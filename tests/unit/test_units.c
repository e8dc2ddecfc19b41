/* Numbers, units and dates as a scenario writes them. */
#include "run.h"

#include "sim/io/quantity.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *text, *unit;
    double value;
} good[] = {
    {"7 d", "d", 7},
    {"3.5 h", "d", 3.5 / 24},
    {"90 min", "d", 0.0625},
    {"86400 s", "d", 1},
    {"2 wk", "d", 14},
    {"2 yr", "d", 730},
    {"1 day", "d", 1},
    {"2 days", "d", 2},
    {"1 hour", "d", 1.0 / 24},
    {"36 hours", "d", 1.5},
    {"1 week", "d", 7},
    {"2 weeks", "d", 14},
    {"1 year", "d", 365},
    {"2 years", "d", 730},
    {"1 d", "yr", 1.0 / 365},
    {"365 1/yr", "1/d", 1},
    {"57 %", "1", 0.57},
    {"29%", "1", 0.29},
    {"107 %", "1", 1.07},
    {"3650 %/yr", "1/d", 0.1},
    {"107 %", "1/yr", 1.07},
    {"5%", "1/d", 0.05},
    {"2.5e6 VVV/yr", "VVV/yr", 2.5e6},
    {"2.5e6 VVV/yr", "VVV/d", 2.5e6 / 365},
    {"24 coin/d", "coin/h", 1},
    {"3 coin * kg / d", "kg*coin/d", 3},
    {"6 coin/kg*kg", "coin", 6},
    {"40000", "token", 40000},
    {"+.5", "1", 0.5},
    {"-5.", "1", -5},
    {"0", "1", 0},
    {"0.125", "1", 0.125},
    {"1e3", "1", 1000},
    {"1E-3", "1", 0.001},
    {"0.1", "1", 0.1},
    {"1e-400", "1", 0},
};

START_TEST(a_quantity_is_in_the_wanted_unit)
{
    double value;
    char why[200] = "";
    ck_assert_msg(ds_quantity_read(good[_i].text, good[_i].unit, &value, why, sizeof why), "%s: %s",
                  good[_i].text, why);
    ck_assert_msg(value == good[_i].value, "%s is %.17g, must be %.17g", good[_i].text, value,
                  good[_i].value);
}
END_TEST

static const struct {
    const char *text, *unit, *why;
} bad[] = {
    {"", "1", "not a number"},
    {"no", "1", "not a number"},
    {"on", "1", "not a number"},
    {"010", "1", "begin with 0"},
    {"-01.5", "1", "begin with 0"},
    {"1_000", "1", "underscores"},
    {"1,5", "1", "decimal sign"},
    {"1,000.5", "1", "decimal sign"},
    {"0x10", "1", "not a number"},
    {"0o17", "1", "not a number"},
    {".inf", "1", "not a number"},
    {"-.inf", "1", "not a number"},
    {".nan", "1", "not a number"},
    {"nan", "1", "not a number"},
    {"inf", "1", "not a number"},
    {"1e400", "1", "too large"},
    {"-1e400", "1", "too large"},
    {"1e308 yr", "s", "too large"},
    {"1e", "1", "not a number"},
    {"1.2.3", "1", "not a number"},
    {"--1", "1", "not a number"},
    {".", "1", "not a number"},
    {"1 2", "1", "not a unit"},
    {"36x50", "1", "not a number"},
    {"7d", "d", "space: 7 d"},
    {"3.1415926535897932384626433832795028841971d", "d",
     "3.14159265358979323846264338327950288419... d"},
    {"5 DIEM", "VVV", "must have the unit VVV"},
    {"5 vvv", "VVV", "must have the unit VVV"},
    {"5 d", "VVV/d", "must have the unit VVV/d"},
    {"5 VVV", "1", "plain number or a percentage"},
    {"50 %", "d", "must have the unit d"},
    {"50 %", "USD/d", "must have the unit USD/d"},
    {"5 d/", "d", "not a unit"},
    {"5 /d", "d", "not a unit"},
    {"5 d d", "d", "not a unit"},
    {"5 a*b*c*e*f*g*k*l*m*n", "d", "not a unit"},
    {"1\xd9\xa1", "1", "not a number"},
};

START_TEST(what_is_no_quantity_is_told_why)
{
    double value;
    char why[200] = "";
    ck_assert_msg(!ds_quantity_read(bad[_i].text, bad[_i].unit, &value, why, sizeof why),
                  "'%s' was read as %g", bad[_i].text, value);
    ck_assert_msg(strstr(why, bad[_i].why) != NULL, "%s: %s", bad[_i].text, why);
}
END_TEST

START_TEST(whole_numbers_are_exact)
{
    static const struct {
        const char *text;
        int64_t value;
        bool fine;
    } t[] = {{"0", 0, true},
             {"-17", -17, true},
             {"9007199254740993", 9007199254740993, true},
             {"9223372036854775807", INT64_MAX, true},
             {"9223372036854775808", 0, false},
             {"99999999999999999999999", 0, false},
             {"1e3", 0, false},
             {"01", 0, false},
             {"", 0, false},
             {"-", 0, false},
             {"3.5", 0, false}};
    for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
        int64_t value = 0;
        ck_assert_msg(ds_integer_read(t[i].text, &value) == t[i].fine, "%s", t[i].text);
        ck_assert_int_eq(value, t[i].value);
    }
}
END_TEST

/* Days since 1970-01-01, by `date -u -d DATE +%s` over 86400. */
START_TEST(dates_are_days)
{
    static const struct {
        const char *text, *back;
        double days;
    } t[] = {{"1970-01-01", NULL, 0},
             {"1969-12-31", NULL, -1},
             {"2000-02-29", NULL, 11016},
             {"2026-09-19", NULL, 20715},
             {"2100-03-01", NULL, 47541},
             {"2026-09-19T12:00", "2026-09-19T12:00:00", 20715.5},
             {"2026-09-19T23:59:59Z", "2026-09-19T23:59:59", 20715 + 86399 / 86400.0},
             {"2026-09-19T00:00:00", "2026-09-19", 20715}};
    for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
        double days, again;
        char text[40];
        ck_assert_msg(ds_date_read(t[i].text, &days) && days == t[i].days, "%s", t[i].text);
        ds_date_print(days, text, sizeof text);
        ck_assert_str_eq(text, t[i].back ? t[i].back : t[i].text);
        ck_assert(ds_date_read(text, &again) && again == days);
    }
}
END_TEST

/* As a time since the start is read: 2026-09-20T01:00 is 25 h after the 19th. */
START_TEST(from_date_to_date_are_whole_seconds)
{
    double from, to;
    char text[40];
    ck_assert(ds_date_read("2026-09-19T05:00", &from));
    for (int hour = 0; hour < 19; hour++) {
        (void)snprintf(text, sizeof text, "2026-09-20T%02d:00", hour);
        ck_assert(ds_date_read(text, &to));
        ck_assert_double_eq(ds_date_since(to, from), (hour + 19) / 24.0);
        ck_assert_double_eq(ds_date_since(to, 20715), (hour + 24) / 24.0);
    }
}
END_TEST

START_TEST(every_second_of_a_date_comes_back)
{
    char text[40];
    for (int second = 0; second < 86400; second += 7) {
        const double days = 20715 + second / 86400.0;
        double again;
        ds_date_print(days, text, sizeof text);
        ck_assert_msg(ds_date_read(text, &again) && again == days, "%s", text);
    }
}
END_TEST

START_TEST(impossible_dates_are_refused)
{
    static const char *const t[] = {
        "2026-02-29",       "2100-02-29",    "2026-04-31",   "2026-13-01",       "2026-00-10",
        "2026-01-00",       "2026-1-1",      "26-01-01",     "19.09.2026",       "2026/09/19",
        "2026-09-19T24:00", "2026-09-19T12", "2026-09-19 x", "2026-09-19T12:60", "",
        "2026-09-191",      "1066-10-14"};
    for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
        double days;
        ck_assert_msg(!ds_date_read(t[i], &days), "%s", t[i]);
    }
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{a_quantity_is_in_the_wanted_unit, sizeof good / sizeof good[0]},
                             {what_is_no_quantity_is_told_why, sizeof bad / sizeof bad[0]},
                             {whole_numbers_are_exact, 0},
                             {dates_are_days, 0},
                             {from_date_to_date_are_whole_seconds, 0},
                             {every_second_of_a_date_comes_back, 0},
                             {impossible_dates_are_refused, 0},
                             {0}};
    return ds_run_tests("units", tests, 30);
}
