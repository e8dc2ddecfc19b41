/* Tables of parameters: what is found in them, and whether two structs say the same. */
#include "run.h"

#include "sim/core/arrivals.h"
#include "sim/core/splitting.h"

#include <math.h>
#include <string.h>

/* ---- one of every kind ---- */

typedef struct item {
    const char *name;
    double number;
} item;

typedef struct inner {
    double number;
} inner;

typedef struct all {
    double number, date;
    int64_t integer;
    bool on;
    const char *text;
    ds_numbers numbers;
    int word;
    inner group;
    ds_list list, map;
    ds_choice choice;
    ds_changes changes;
    ds_path path;
    ds_column column;
} all;

static const ds_param inner_table[] = {DS_P_NUMBER(inner, number, "1", 0, 0, 1, "", NULL), {0}};
static const ds_param item_table[] = {
    {DS_AT(item, name), .kind = DS_TEXT}, DS_P_NUMBER(item, number, "1", 0, 0, 1, "", NULL), {0}};
static const ds_alternative first = {"first", .params = inner_table, .params_size = sizeof(inner)};
static const ds_alternative second = {"second", .params = inner_table,
                                      .params_size = sizeof(inner)};
static const ds_alternative *const alternatives[] = {&first, &second, NULL};

static const ds_param table[] = {
    {DS_AT(all, number), .kind = DS_NUMBER},
    {DS_AT(all, date), .kind = DS_DATE},
    {DS_AT(all, integer), .kind = DS_INTEGER},
    {DS_AT(all, on), .kind = DS_SWITCH},
    {DS_AT(all, text), .kind = DS_TEXT},
    {DS_AT(all, numbers), .kind = DS_NUMBERS},
    {DS_AT(all, word), .kind = DS_WORD},
    {DS_AT(all, group), .kind = DS_GROUP, .table = inner_table, .size = sizeof(inner)},
    {DS_AT(all, list), .kind = DS_LIST, .table = item_table, .size = sizeof(item)},
    {DS_AT(all, map), .kind = DS_MAP, .table = item_table, .size = sizeof(item)},
    {DS_AT(all, choice), .kind = DS_CHOICE, .alternatives = alternatives},
    {DS_AT(all, changes), .kind = DS_CHANGES},
    {DS_AT(all, path), .kind = DS_PATH},
    {DS_AT(all, column), .kind = DS_COLUMN},
    {0},
};

/* A struct and all it points to, so that two of them share nothing. */
typedef struct whole {
    double numbers[2], time[2], value[2], rows[2];
    item list[2], map[2];
    inner chosen;
    char text[4], list_name[2][4], file[4], of[4];
    all a;
} whole;

static const void *const said = &first;

static void fill(whole *w)
{
    *w = (whole){.numbers = {1, NAN},
                 .time = {1, 2},
                 .value = {3, 4},
                 .rows = {5, 6},
                 .chosen = {7},
                 .text = "yes",
                 .list_name = {"a", "b"},
                 .file = "f",
                 .of = "c"};
    for (int i = 0; i < 2; i++)
        w->list[i] = w->map[i] = (item){w->list_name[i], 8 + i};
    w->a = (all){.number = 1.5,
                 .date = NAN,
                 .integer = -3,
                 .on = true,
                 .text = w->text,
                 .numbers = {2, w->numbers},
                 .word = 1,
                 .group = {2},
                 .list = {2, w->list},
                 .map = {2, w->map},
                 .choice = {&first, &w->chosen},
                 .changes = {.said = said},
                 .path = {w->file, w->of, false, DS_STEP, 2, w->time, w->value},
                 .column = {w->file, w->of, 2, w->rows}};
}

START_TEST(two_that_share_no_memory_say_the_same)
{
    whole w[2];
    fill(&w[0]);
    fill(&w[1]);
    ck_assert(ds_params_same(table, &w[0].a, &w[1].a));
    ck_assert(ds_params_same(table, &w[0].a, &w[0].a));
    ck_assert(ds_params_same(NULL, &w[0].a, &w[1].a)); /* no table, nothing said */
    w[0].a.text = w[1].a.text = NULL;
    w[0].a.choice.as = w[1].a.choice.as = NULL;
    w[0].chosen.number = 99; /* of no alternative */
    w[1].a.changes.config = "derived";
    ck_assert(ds_params_same(table, &w[0].a, &w[1].a));
}
END_TEST

/* Each of these alone is a difference, whichever of the two has it. */
static void differ(whole *w, int which)
{
    static const char *const other = "no";
    int k = 0;
#define IS(change)    \
    if (which == k++) \
    (change)
    IS(w->a.number = 1.25);
    IS(w->a.number = NAN);
    IS(w->a.date = 0);
    IS(w->a.integer = 3);
    IS(w->a.on = false);
    IS(w->a.text = other);
    IS(w->a.text = NULL);
    IS(w->a.numbers.count = 1);
    IS(w->numbers[0] = 2);
    IS(w->numbers[1] = 0);
    IS(w->a.word = 2);
    IS(w->a.group.number = 3);
    IS(w->a.list.count = 1);
    IS(w->list[0].number = 0);
    IS(w->list[1].number = 0);
    IS(w->list[1].name = other);
    IS(w->a.map.count = 0);
    IS(w->map[1].number = 0);
    IS(w->a.choice.as = &second);
    IS(w->a.choice.as = NULL);
    IS(w->chosen.number = 8);
    IS(w->a.changes.said = &second);
    IS(w->a.path.file = other);
    IS(w->a.path.column = other);
    IS(w->a.path.gaps = true);
    IS(w->a.path.between = DS_LINEAR);
    IS(w->a.path.count = 1);
    IS(w->time[1] = 3);
    IS(w->value[1] = 3);
    IS(w->value[0] = 4);
    IS(w->a.column.file = other);
    IS(w->a.column.column = other);
    IS(w->a.column.count = 1);
    IS(w->rows[1] = 3);
#undef IS
    ck_assert_int_lt(which, k);
}

enum { DIFFERENCES = 34 };

START_TEST(any_difference_is_one)
{
    whole w[2];
    fill(&w[0]);
    fill(&w[1]);
    differ(&w[1], _i);
    ck_assert(!ds_params_same(table, &w[0].a, &w[1].a));
    ck_assert(!ds_params_same(table, &w[1].a, &w[0].a));
}
END_TEST

/* ---- names ---- */

START_TEST(a_table_is_searched_to_its_end)
{
    ck_assert_uint_eq(ds_param_count(table), sizeof table / sizeof *table - 1);
    ck_assert_uint_eq(ds_param_count(NULL), 0);
    ck_assert_uint_eq(ds_param_count(&(ds_param){0}), 0);
    ck_assert_ptr_eq(ds_param_find(table, "number"), &table[0]);
    ck_assert_ptr_eq(ds_param_find(table, "column"), &table[13]);
    ck_assert_ptr_null(ds_param_find(table, "colum"));
    ck_assert_ptr_null(ds_param_find(NULL, "column"));
    ck_assert_ptr_eq(ds_alternative_find(alternatives, "first"), &first);
    ck_assert_ptr_eq(ds_alternative_find(alternatives, "second"), &second);
    ck_assert_ptr_null(ds_alternative_find(alternatives, "third"));
    ck_assert_ptr_null(ds_alternative_find(NULL, "first"));
}
END_TEST

START_TEST(integers_are_whole_and_numbers_where_they_say_so)
{
    ck_assert(ds_param_whole(&(ds_param){.kind = DS_INTEGER}));
    ck_assert(ds_param_whole(&(ds_param){.kind = DS_NUMBER, .whole = true}));
    ck_assert(!ds_param_whole(&(ds_param){.kind = DS_NUMBER}));
    ck_assert(!ds_param_whole(&(ds_param){.kind = DS_SWITCH}));
}
END_TEST

/* ---- what a scenario may say of distributions, arrivals and splitting ---- */

typedef struct allowed {
    const char *of, *name;
    double fallback, min, max;
    const char *text; /* of lists and choices, in place of a fallback */
} allowed;

static const allowed ranges[] = {
    {"exponential", "mean", 1, 1e-12, 1e12, NULL},
    {"deterministic", "mean", 1, 1e-12, 1e12, NULL},
    {"erlang", "mean", 1, 1e-12, 1e12, NULL},
    {"erlang", "shape", 2, 1, 1000, NULL},
    {"hyperexponential", "p", 0, 0, 1, "[0.5, 0.5]"},
    {"hyperexponential", "rates", 0, 1e-12, 1e12, "[1, 1]"},
    {"lognormal", "mean", 1, 1e-12, 1e12, NULL},
    {"lognormal", "scv", 1, 0, 1e6, NULL},
    {"uniform", "mean", 1, 1e-12, 1e12, NULL},
    {"uniform", "min", 0, 0, 1e12, NULL},
    {"uniform", "max", INFINITY, 0, 1e12, NULL},
    {"gamma", "mean", 1, 1e-12, 1e12, NULL},
    {"gamma", "scv", 1, 0, 1e6, NULL},
    {"pareto", "min", 1, 1e-12, 1e12, NULL},
    {"pareto", "alpha", 2.5, 0.1, 1e3, NULL},
    {"mixture", "p", 0, 0, 1, "[0.5, 0.5]"},
    {"mixture", "means", 0, 1e-12, 1e12, "[0.5, 1.5]"},
    {"mixture", "scv", 0, 1e-6, 1e6, "[1, 1]"},
    {"poisson", "rate", 1, 1e-12, 1e12, NULL},
    {"renewal", "renewal", 0, 0, 0, "{distribution: exponential, mean: 1}"},
    {"mmpp", "rates", 0, 0, 1e12, "[0.5, 1.5]"},
    {"mmpp", "switch", 0, 1e-12, 1e12, "[1, 1]"},
    {"hawkes", "mu", 0.5, 1e-12, 1e12, NULL},
    {"hawkes", "alpha", 0.5, 0, 1e12, NULL},
    {"hawkes", "beta", 1, 1e-12, 1e12, NULL},
    {"splitting", "metric", 0, 0, 0, NULL},
    {"splitting", "target", NAN, -1e300, 1e300, NULL},
    {"splitting", "stop", NAN, -1e300, 1e300, NULL},
    {"splitting", "below", 0, 0, 1, NULL},
    {"splitting", "levels", 0, -1e300, 1e300, NULL},
    {"splitting", "stages", 0, 0, 1000, NULL},
    {"splitting", "effort", 1000, 2, 1000000, NULL},
    {"splitting", "states", 1000000, 1, 1000000, NULL},
};
enum { RANGES = sizeof ranges / sizeof ranges[0] };

static bool same_number(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

/* Each of a table, in its order; the number of those checked. */
static size_t check_table(const char *of, const ds_param *params, size_t at)
{
    const size_t begin = at;
    for (const ds_param *p = params; p->name; p++, at++) {
        ck_assert_uint_lt(at, RANGES);
        const allowed *const a = &ranges[at];
        ck_assert_str_eq(a->of, of);
        ck_assert_str_eq(a->name, p->name);
        ck_assert_msg(same_number(a->fallback, p->fallback) && a->min == p->min && a->max == p->max,
                      "%s, %s", of, p->name);
        ck_assert_pstr_eq(a->text, p->text);
        ck_assert(p->merged == (strcmp(p->name, "renewal") == 0));
        ck_assert(p->unlimited == (strcmp(of, "uniform") == 0 && strcmp(p->name, "max") == 0));
    }
    return at - begin;
}

START_TEST(a_scenario_may_say_what_is_documented)
{
    size_t at = 0;
    for (size_t i = 0; ds_distributions[i]; i++)
        at += check_table(ds_distributions[i]->name, ds_distributions[i]->params, at);
    for (size_t i = 0; ds_arrival_processes[i]; i++)
        at += check_table(ds_arrival_processes[i]->name, ds_arrival_processes[i]->params, at);
    at += check_table("splitting", ds_splitting_params, at);
    ck_assert_uint_eq(at, RANGES);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{two_that_share_no_memory_say_the_same, 0},
                             {any_difference_is_one, DIFFERENCES},
                             {a_table_is_searched_to_its_end, 0},
                             {integers_are_whole_and_numbers_where_they_say_so, 0},
                             {a_scenario_may_say_what_is_documented, 0},
                             {0}};
    return ds_run_tests("param", tests, 30);
}
