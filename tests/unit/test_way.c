/* How far a step of a Morris design goes along an axis. */
#include "run.h"

#include "analysis/way.h"

#include <math.h>

static const double step = 2.0 / 3; /* of four levels */

static const struct {
    const char *axis; /* in the sweep */
    double from, to, part;
} cases[] = {
    {"{from: 10, to: 40}", 20, 40, 2.0 / 3},
    {"{from: 1, to: 1000, scale: log}", 1, 100, 2.0 / 3},
    {"{from: 1, to: 3}", 1, 3, 1}, /* whole numbers, rounded */
    {"{from: 1, to: 3}", 3, 2, 0.5},
    {"{from: 1, to: 100, scale: log}", 1, 10, 0.5},
    {"[10, 40]", 10, 40, 1},
    {"[40, 10]", 10, 40, 1},
    {"[\"1 d\", \"2 d\", \"7 d\"]", 2, 7, 0.5},
    {"{from: 0, to: 9, by: 4}", 0, 8, 1},
    {"{from: 0, to: 8, steps: 3}", 4, 8, 0.5},
    {"[1, 2]", 1, 5, 2.0 / 3}, /* a value that it does not list */
    {"[1]", 1, 1, 2.0 / 3},
};

START_TEST(a_step_goes_as_far_as_values_do)
{
    char text[200];
    ds_pool pool = {0};
    const double number[2] = {cases[_i].from, cases[_i].to};
    const ds_coordinate axis = {.path = "a.b", .number = number};
    snprintf(text, sizeof text, "sweep: {design: morris, levels: 6, a.b: %s}", cases[_i].axis);
    const ds_result_info about = {.resolved = text};
    const ds_node *const sweep = ds_way_sweep(&about, &pool);
    ck_assert_ptr_nonnull(sweep);
    ck_assert_double_eq(ds_way_levels(sweep), 6);
    const ds_node *const said = ds_node_get(sweep, "a.b", NULL);
    ck_assert_double_eq_tol(ds_way_of(&axis, said, (const size_t[2]){0, 1}, step), cases[_i].part,
                            1e-12);
    ck_assert_double_eq(ds_way_of(&axis, NULL, (const size_t[2]){0, 1}, step), step);
    ds_pool_free(&pool);
}
END_TEST

START_TEST(from_word_to_word_is_the_whole_way)
{
    ds_pool pool = {0};
    static const char *const word[2] = {"table", "linear"};
    const ds_coordinate axis = {.path = "a.b", .text = word};
    const ds_result_info nothing = {.resolved = "{}"}, damaged = {.resolved = "{"};
    ck_assert_double_eq(ds_way_of(&axis, NULL, (const size_t[2]){0, 1}, step), 1);
    ck_assert_ptr_null(ds_way_sweep(&nothing, &pool));
    ck_assert_ptr_null(ds_way_sweep(&damaged, &pool));
    ck_assert_double_eq(ds_way_levels(NULL), 4);
    ds_pool_free(&pool);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {a_step_goes_as_far_as_values_do, sizeof cases / sizeof cases[0]},
        {from_word_to_word_is_the_whole_way, 0},
        {0},
    };
    return ds_run_tests("way", tests, 20);
}
