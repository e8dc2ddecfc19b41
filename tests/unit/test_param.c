/* Tables of parameters: what is found in them, and whether two structs say the same. */
#include "run.h"

#include "sim/core/param.h"

#include <math.h>

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

int main(void)
{
    const ds_test tests[] = {{two_that_share_no_memory_say_the_same, 0},
                             {any_difference_is_one, DIFFERENCES},
                             {a_table_is_searched_to_its_end, 0},
                             {integers_are_whole_and_numbers_where_they_say_so, 0},
                             {0}};
    return ds_run_tests("param", tests, 30);
}
