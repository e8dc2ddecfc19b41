/* Which axes a figure depends on, of results whose points are those of designs and whose values are
 * functions with known indices: Ishigami's (cases.csv) and the g-function (Saltelli & Sobol' 1995).
 */
#include "run.h"

#include "analysis/sensitivity.h"
#include "sim/io/designs.h"
#include "tests/made.h"
#include "tests/reference/cases.h"

enum { AXES_MOST = 6, REPLICAS = 2, TIMES = 2 };

static const ds_metric metrics[] = {{"value", "1", "at the end", DS_STATE, true},
                                    {"same", "1", "everywhere", DS_STATE, true},
                                    {"rough", "1", "chance only", DS_STATE, true},
                                    {0}};
static const ds_metric outcomes[] = {{"outcome", "1", "minus the value", DS_STATE, true}, {0}};
static const double times[TIMES] = {0, 1};
static const char *const axis_names[] = {"a", "b", "c", "d", "e", "f"};

/* What the functions below look up. */
static double *values;
static size_t each; /* points of one variant */
static size_t empty_point = SIZE_MAX;
static size_t words; /* on the last axis, in place of numbers; 0: numbers */

/* Common to no two points (the finaliser of MurmurHash3, Appleby 2011). */
static double mixed(uint32_t key)
{
    key = (key ^ key >> 16) * 0x85ebca6b;
    key = (key ^ key >> 13) * 0xc2b2ae35;
    return (key ^ key >> 16) / 4294967296.0;
}

static double series(size_t point, size_t replica, double time, size_t metric)
{
    if (time == 0)
        return 5;
    if (metric == 1)
        return 3;
    if (metric == 2)
        return mixed((uint32_t)(2 * point + replica));
    /* Variants see the same function, the second ten times as far from zero. */
    return (point < each ? 1 : 10) * values[point % each] + (replica ? 0.25 : -0.25);
}

static double outcome(size_t point, size_t replica, size_t which)
{
    (void)which;
    return -series(point, replica, 1, 0);
}

static bool empty(size_t point, size_t replica)
{
    (void)replica;
    return point == empty_point;
}

/* ---- functions ---- */

typedef double function(const double *unit);

static double ishigami(const double *unit)
{
    const double pi = 3.14159265358979323846;
    double x[3];
    for (int k = 0; k < 3; k++)
        x[k] = pi * (2 * unit[k] - 1);
    return sin(x[0]) + 7 * pow(sin(x[1]), 2) + 0.1 * pow(x[2], 4) * sin(x[0]);
}

static const double g_weight[] = {0, 1, 4.5, 9, 99, 99};

static double g_function(const double *unit)
{
    double product = 1;
    for (int k = 0; k < 6; k++)
        product *= (fabs(4 * unit[k] - 2) + g_weight[k]) / (1 + g_weight[k]);
    return product;
}

/* Effects 4, -2 and 0 of the whole range; no curvature. */
static double plane(const double *unit)
{
    return 4 * unit[0] - 2 * unit[1];
}

/* What the last axis adds at its upper half, or in its words but the first. */
static double stepped(const double *unit)
{
    return plane(unit) + (unit[2] < 0.5 ? 0 : 3);
}

static double nothing(const double *unit)
{
    (void)unit;
    return NAN;
}

/* ---- results ---- */

typedef struct sweep {
    made m;
    ds_pool pool;
    ds_design design;
    ds_coordinate coordinate[AXES_MOST + 1];
    const char **labels;
    ds_result *result;
} sweep;

/* Axis k goes from 10 k + 1 to 10 k + 2, the last one on a log scale if `log_last`. */
static double place(size_t axis, size_t axes, double unit, bool log_last)
{
    if (axis == axes - 1 && log_last)
        return pow(10, 3 * unit);
    return 10 * (double)axis + 1 + unit;
}

static void take_points(sweep *s, function *of, size_t variants, bool log_last)
{
    const size_t points = each * variants, axes = s->design.axes;
    double unit[AXES_MOST];
    static const char *const variant_names[] = {"one", "two"};
    static const char *const word[] = {"off", "on", "other"};
    const char **const variant = ds_pool_take(&s->pool, points * sizeof *variant);
    const char **const text = ds_pool_take(&s->pool, points * sizeof *text);
    s->labels = ds_pool_take(&s->pool, points * sizeof *s->labels);
    for (size_t p = 0; p < points; p++) {
        ds_design_at(&s->design, p % each, unit);
        values[p % each] = of(unit);
        s->labels[p] = ds_pool_print(&s->pool, "point %zu", p);
        variant[p] = variant_names[p / each];
        for (size_t k = 0; k < axes; k++)
            ((double *)(uintptr_t)s->coordinate[k].number)[p] = place(k, axes, unit[k], log_last);
        text[p] = word[words ? (size_t)fmin(unit[axes - 1] * (double)words, (double)words - 1) : 0];
    }
    if (words) {
        s->coordinate[axes - 1].number = NULL;
        s->coordinate[axes - 1].text = text;
    }
    s->coordinate[axes] =
        (ds_coordinate){.name = "variant", .path = "variant", .doc = "which", .text = variant};
}

static void begin(sweep *s, const ds_design *design, function *of, size_t variants,
                  const char *resolved)
{
    *s = (sweep){.design = *design};
    const bool log_last = design->kind == DS_DESIGN_MORRIS;
    each = (size_t)ds_design_points(design);
    ds_design_build(&s->design, &s->pool);
    values = ds_pool_take(&s->pool, each * sizeof *values);
    for (size_t k = 0; k < design->axes; k++)
        s->coordinate[k] =
            (ds_coordinate){.name = axis_names[k],
                            .path = axis_names[k],
                            .unit = "1",
                            .doc = "an axis",
                            .number = ds_pool_take(&s->pool, each * variants * sizeof(double))};
    take_points(s, of, variants, log_last);
    s->m = (made){.x = {.title = "made",
                        .model = "made",
                        .metrics = metrics,
                        .outcomes = outcomes,
                        .points = each * variants,
                        .replicas = REPLICAS,
                        .times = TIMES,
                        .time = times,
                        .start = NAN,
                        .batch_points = 512,
                        .labels = s->labels,
                        .design = design->name,
                        .coordinates = design->axes + (variants > 1),
                        .coordinate = s->coordinate,
                        .keep_paths = true,
                        .provenance = {.scenario = "model: made\n",
                                       .resolved = resolved ? resolved : "{}",
                                       .program = "diemsim",
                                       .version = "0",
                                       .build = "test",
                                       .seed = 5}},
                  .series = series,
                  .outcome = outcome,
                  .fails = empty_point == SIZE_MAX ? NULL : empty};
    s->result = made_result(&s->m);
}

static void end(sweep *s)
{
    made_end(&s->m, s->result);
    ds_pool_free(&s->pool);
}

static ds_sensitivities of_names(sweep *s, const char *const *names, size_t count)
{
    ds_status st = {0};
    ds_sensitivities all;
    const ds_sensitivity_query q = {
        .result = s->result, .of = names, .count = count, .level = 0.95};
    made_ok(ds_sensitivities_of(&all, &q, &st), &st);
    return all;
}

static const char *const value_only[] = {"value"};
static const char *const everything[] = {"value", "same", "rough", "outcome"};

static ds_design saltelli(size_t axes, size_t rows, bool second_order)
{
    return (ds_design){.kind = DS_DESIGN_SALTELLI,
                       .name = "saltelli",
                       .axes = axes,
                       .path = axis_names,
                       .samples = rows,
                       .second_order = second_order,
                       .scramble = true,
                       .seed = 3};
}

static void meets(ds_estimate e, double expected, double off)
{
    ck_assert_double_eq_tol(e.value, expected, off);
    ck_assert(e.interval.low <= expected && expected <= e.interval.high);
}

static double ishigami_of(const char *quantity)
{
    return case_value("ishigami", "a=7 b=0.1 x_i~U(-pi,pi)", quantity);
}

/* ---- Saltelli ---- */

START_TEST(indices_of_ishigami_are_read_from_a_result)
{
    sweep s;
    const ds_design d = saltelli(3, 512, _i);
    begin(&s, &d, ishigami, 1, NULL);
    ds_sensitivities all = of_names(&s, everything, 4);
    ck_assert(all.method == DS_SENSITIVITY_SOBOL && all.count == 4);
    const ds_sensitivity *const x = &all.item[0];
    ck_assert_str_eq(x->why, "");
    ck_assert_uint_eq(x->axes, 3);
    meets(x->mean, ishigami_of("mean"), 0.05);
    meets(x->variance, ishigami_of("variance"), 0.4);
    meets(x->axis[0].first, 1 - ishigami_of("S2") - ishigami_of("ST3"), 0.05);
    meets(x->axis[1].first, ishigami_of("S2"), 0.05);
    meets(x->axis[2].first, ishigami_of("S3"), 0.05);
    meets(x->axis[1].total, ishigami_of("ST2"), 0.05);
    meets(x->axis[2].total, ishigami_of("ST3"), 0.05);
    ck_assert_double_eq(x->axis[2].weight.value, x->axis[2].total.value);
    ck_assert_double_eq_tol(x->axis[1].low, 11, 0.01);
    ck_assert_double_eq_tol(x->axis[1].high, 12, 0.01);
    if (_i)
        meets(x->second[0 * 3 + 2], ishigami_of("ST3"), 0.05);
    else
        ck_assert_ptr_null(x->second);
    ck_assert_double_eq_tol(x->noise, 0, 1e-9); /* all of it is common */
    ck_assert_str_eq(all.item[1].why, "it is the same at every point");
    ck_assert_double_eq_tol(all.item[2].noise, 1, 0.1);
    ck_assert_double_eq_tol(all.item[3].axis[1].total.value, x->axis[1].total.value, 1e-9);
    ds_sensitivities_free(&all);
    end(&s);
}
END_TEST

START_TEST(indices_of_the_g_function_are_met_for_each_variant)
{
    sweep s;
    double whole = 1;
    const ds_design d = saltelli(6, 256, false);
    for (int k = 0; k < 6; k++)
        whole *= 1 + 1 / (3 * pow(1 + g_weight[k], 2));
    begin(&s, &d, g_function, 2, NULL);
    ds_sensitivities all = of_names(&s, value_only, 1);
    ck_assert_uint_eq(all.count, 2);
    ck_assert_str_eq(all.item[0].group, "one");
    ck_assert_str_eq(all.item[1].group, "two");
    ck_assert_uint_eq(all.item[1].first_point, each);
    for (int k = 0; k < 6; k++) {
        const double v = 1 / (3 * pow(1 + g_weight[k], 2));
        meets(all.item[0].axis[k].total, v * whole / (1 + v) / (whole - 1), 0.06);
        ck_assert_double_eq_tol(all.item[1].axis[k].total.value, all.item[0].axis[k].total.value,
                                1e-9);
    }
    ds_sensitivities_free(&all);
    end(&s);
}
END_TEST

START_TEST(a_point_without_a_value_is_refused_by_indices)
{
    sweep s;
    const ds_design d = saltelli(3, 16, false);
    empty_point = 7;
    begin(&s, &d, ishigami, 1, NULL);
    ds_sensitivities all = of_names(&s, value_only, 1);
    ck_assert_uint_eq(all.item[0].empty, 1);
    ck_assert_ptr_nonnull(strstr(all.item[0].why, "1 of 80 points have no value"));
    ck_assert(isnan(all.item[0].axis[0].total.value));
    ds_sensitivities_free(&all);
    end(&s);
    empty_point = SIZE_MAX;
}
END_TEST

START_TEST(points_in_another_order_are_no_such_design)
{
    sweep s;
    ds_design d = saltelli(3, 16, false);
    d.kind = DS_DESIGN_SOBOL; /* 16 points, as of no row of five */
    begin(&s, &d, ishigami, 1, NULL);
    ds_sensitivities all = of_names(&s, value_only, 1);
    ck_assert_ptr_nonnull(strstr(all.item[0].why, "saltelli"));
    ds_sensitivities_free(&all);
    end(&s);
}
END_TEST

/* ---- Morris ---- */

static const struct {
    size_t levels;
    const char *resolved;
} morris_cases[] = {{4, "{}"}, {6, "{\"sweep\": {\"design\": \"morris\", \"levels\": 6}}"}};

/* On linear and log axes alike an effect is that of the whole range. */
START_TEST(effects_are_those_of_the_whole_range)
{
    sweep s;
    const ds_design d = {.kind = DS_DESIGN_MORRIS,
                         .name = "morris",
                         .axes = 3,
                         .path = axis_names,
                         .samples = 12,
                         .levels = morris_cases[_i].levels,
                         .seed = 3};
    empty_point = 5;
    begin(&s, &d, plane, 1, morris_cases[_i].resolved);
    ds_sensitivities all = of_names(&s, value_only, 1);
    ck_assert(all.method == DS_SENSITIVITY_MORRIS);
    const ds_sensitivity_axis *const a = all.item[0].axis;
    const double mu[] = {4, -2, 0};
    ck_assert_uint_eq(all.item[0].empty, 1);
    for (int k = 0; k < 3; k++) {
        ck_assert_double_eq_tol(a[k].mu.value, mu[k], 1e-9);
        ck_assert_double_eq_tol(a[k].mu_star.value, fabs(mu[k]), 1e-9);
        ck_assert_double_eq_tol(a[k].sigma.value, 0, 1e-9);
        ck_assert_double_eq(a[k].weight.value, a[k].mu_star.value);
    }
    ck_assert_uint_eq(a[0].mu.count + a[1].mu.count + a[2].mu.count, 3 * 12 - 2);
    ds_sensitivities_free(&all);
    end(&s);
    empty_point = SIZE_MAX;
}
END_TEST

/* ---- grid, lhs, sobol, and what says nothing ---- */

START_TEST(a_grid_has_the_parts_of_its_points)
{
    sweep s;
    const uint32_t count[] = {3, 2};
    const ds_design d = {
        .kind = DS_DESIGN_GRID, .name = "grid", .axes = 2, .path = axis_names, .count = count};
    begin(&s, &d, plane, 1, NULL);
    ds_sensitivities all = of_names(&s, value_only, 1);
    ck_assert(all.method == DS_SENSITIVITY_GRID);
    const ds_sensitivity *const x = &all.item[0];
    double unit[2], low = 0, high = 0;
    ds_design_at(&s.design, 0, unit);
    low = unit[1];
    ds_design_at(&s.design, 1, unit);
    high = unit[1];
    const double second = pow(2 * (high - low) / 2, 2);
    ck_assert_double_eq_tol(x->axis[1].first.value, second / x->variance.value, 1e-9);
    ck_assert_double_eq_tol(x->axis[1].total.value, x->axis[1].first.value, 1e-9);
    ck_assert_double_eq_tol(x->axis[0].first.value + x->axis[1].first.value, 1, 1e-9);
    ck_assert(isinf(x->axis[0].first.interval.low));
    ds_sensitivities_free(&all);
    end(&s);
}
END_TEST

START_TEST(spread_points_are_regressed)
{
    sweep s;
    const ds_design d = {.kind = _i ? DS_DESIGN_SOBOL : DS_DESIGN_LHS,
                         .name = _i ? "sobol" : "lhs",
                         .axes = 3,
                         .path = axis_names,
                         .samples = 64,
                         .scramble = true,
                         .seed = 3};
    empty_point = 9;
    begin(&s, &d, plane, 1, NULL);
    ds_sensitivities all = of_names(&s, everything, 4);
    ck_assert(all.method == DS_SENSITIVITY_RANKS);
    const ds_sensitivity *const x = &all.item[0];
    ck_assert_uint_eq(x->empty, 1);
    ck_assert_double_gt(x->determination, 0.95);
    ck_assert_double_eq_tol(x->axis[0].rank.value, 4 / sqrt(20), 0.05);
    ck_assert_double_eq_tol(x->axis[1].rank.value, -2 / sqrt(20), 0.05);
    ck_assert_double_eq_tol(x->axis[2].rank.value, 0, 0.1);
    ck_assert_uint_eq(x->axis[0].rank.count, 63);
    ck_assert_double_lt(all.item[2].determination, 0.3);
    ds_sensitivities_free(&all);
    end(&s);
    empty_point = SIZE_MAX;
}
END_TEST

/* Two words are as 0 and 1 by the alphabet, and of more there is no order. */
START_TEST(words_are_regressed_where_there_are_two)
{
    sweep s;
    const ds_design d = {.kind = DS_DESIGN_LHS,
                         .name = "lhs",
                         .axes = 3,
                         .path = axis_names,
                         .samples = 96,
                         .seed = 3};
    words = 2 + (size_t)_i;
    begin(&s, &d, stepped, 1, NULL);
    ds_sensitivities all = of_names(&s, value_only, 1);
    const ds_sensitivity_axis *const a = all.item[0].axis;
    const double share = sqrt(16 / 12.0 + 4 / 12.0 + 9 / 4.0);
    ck_assert_str_eq(all.item[0].why, "");
    if (words == 2) {
        ck_assert_double_eq_tol(a[2].rank.value, 1.5 / share, 0.06);
        ck_assert_double_eq_tol(a[0].rank.value, 4 / sqrt(12) / share, 0.06);
        ck_assert_double_gt(all.item[0].determination, 0.9);
    } else {
        ck_assert(!(fabs(a[2].rank.value) > 0));
        ck_assert_double_lt(all.item[0].determination, 0.7);
    }
    ck_assert(isnan(a[2].low) && isnan(a[2].high));
    ds_sensitivities_free(&all);
    end(&s);
    words = 0;
}
END_TEST

/* An effect of words is as large as it is, in no direction. */
START_TEST(words_have_effects_without_a_direction)
{
    sweep s;
    const ds_design d = {.kind = DS_DESIGN_MORRIS,
                         .name = "morris",
                         .axes = 3,
                         .path = axis_names,
                         .samples = 12,
                         .levels = 4,
                         .seed = 3};
    words = 2;
    begin(&s, &d, stepped, 1, NULL);
    ds_sensitivities all = of_names(&s, value_only, 1);
    const ds_sensitivity_axis *const a = all.item[0].axis;
    ck_assert_double_eq_tol(a[2].mu_star.value, 3, 1e-9); /* whatever the step is */
    ck_assert(isnan(a[2].mu.value));
    ck_assert_double_eq_tol(a[1].mu.value, -2, 1e-9);
    ds_sensitivities_free(&all);
    end(&s);
    words = 0;
}
END_TEST

static const struct {
    ds_design_kind kind; /* of the points, whatever their name says */
    const char *name;
    size_t samples;
    function *of;
    size_t empty;
    const char *why;
} speechless[] = {
    {DS_DESIGN_GRID, "grid", 0, plane, 2, "1 of 6 points have no value, and a grid wants all"},
    {DS_DESIGN_LHS, "grid", 6, plane, SIZE_MAX, "the points do not lie as those of a grid do"},
    {DS_DESIGN_LHS, "morris", 13, plane, SIZE_MAX,
     "the points do not lie as those of a morris design do"},
    {DS_DESIGN_LHS, "lhs", 3, plane, SIZE_MAX, "3 points are too few for 2 axes"},
    {DS_DESIGN_LHS, "lhs", 8, nothing, SIZE_MAX, "no point has a value"},
};

START_TEST(why_nothing_can_be_said_is_said)
{
    sweep s;
    const uint32_t count[] = {3, 2};
    const ds_design d = {.kind = speechless[_i].kind,
                         .name = speechless[_i].name,
                         .axes = 2,
                         .path = axis_names,
                         .count = count,
                         .samples = speechless[_i].samples,
                         .seed = 3};
    empty_point = speechless[_i].empty;
    begin(&s, &d, speechless[_i].of, 1, NULL);
    ds_sensitivities all = of_names(&s, value_only, 1);
    ck_assert_str_eq(all.item[0].why, speechless[_i].why);
    ds_sensitivities_free(&all);
    end(&s);
    empty_point = SIZE_MAX;
}
END_TEST

START_TEST(other_points_say_nothing_and_which_would_is_said)
{
    sweep s;
    ds_status st = {0};
    ds_sensitivities all;
    const uint32_t count[] = {4, 4};
    const ds_design d = {
        .kind = DS_DESIGN_ZIP, .name = "zip", .axes = 2, .path = axis_names, .count = count};
    begin(&s, &d, plane, 1, NULL);
    const ds_sensitivity_query q = {.result = s.result, .of = value_only, .count = 1, .level = 0.9};
    ck_assert(!ds_sensitivities_of(&all, &q, &st));
    ck_assert_ptr_nonnull(strstr(st.text, "'zip'"));
    ck_assert_ptr_nonnull(strstr(st.text, "saltelli, morris, grid, lhs or sobol"));
    end(&s);
}
END_TEST

/* ---- tables ---- */

START_TEST(tables_are_whole_and_in_order)
{
    sweep s;
    ds_status st = {0};
    ds_table table;
    const ds_design d = saltelli(3, 64, true);
    begin(&s, &d, ishigami, 2, NULL);
    ds_sensitivities all = of_names(&s, everything, 4);
    FILE *const out = fopen("/dev/null", "w");
    ck_assert_ptr_nonnull(out);
    ds_sensitivity_table(&table, &all, SIZE_MAX);
    ck_assert_uint_eq(table.filled, table.rows * table.columns);
    ck_assert_uint_eq(table.rows, 3 * 2 * 3);
    made_ok(ds_table_print(out, &table, DS_TABLE_PLAIN, &st), &st);
    ds_table_free(&table);
    ds_sensitivity_table(&table, &all, 1); /* the weightiest: the first axis */
    ck_assert_str_eq(table.cell[2].text, "a");
    ds_table_free(&table);
    ds_interaction_table(&table, &all, 1);
    ck_assert_uint_eq(table.filled, table.rows * table.columns);
    ck_assert_str_eq(table.cell[2].text, "a");
    ck_assert_str_eq(table.cell[3].text, "c");
    made_ok(ds_table_print(out, &table, DS_TABLE_CSV, &st), &st);
    ds_table_free(&table);
    fclose(out);
    ds_sensitivities_free(&all);
    end(&s);
}
END_TEST

/* Two axes that do nothing do it to the last digit: their pairs with a third are equal. */
START_TEST(pairs_that_are_equal_are_all_told)
{
    sweep s;
    ds_table table;
    const ds_design d = saltelli(5, 16, true);
    begin(&s, &d, stepped, 1, NULL);
    ds_sensitivities all = of_names(&s, value_only, 1);
    ds_interaction_table(&table, &all, SIZE_MAX);
    ck_assert_uint_eq(table.rows, 5 * 4 / 2);
    for (size_t i = 0; i < table.rows; i++) {
        const ds_cell *const row = table.cell + i * table.columns;
        if (i > 0)
            ck_assert(fabs(row[4].value) <= fabs(table.cell[(i - 1) * table.columns + 4].value));
        for (size_t k = 0; k < i; k++) {
            const ds_cell *const other = table.cell + k * table.columns;
            ck_assert(strcmp(row[2].text, other[2].text) != 0 ||
                      strcmp(row[3].text, other[3].text) != 0);
        }
    }
    ds_table_free(&table);
    ds_sensitivities_free(&all);
    end(&s);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {indices_of_ishigami_are_read_from_a_result, 2},
        {indices_of_the_g_function_are_met_for_each_variant, 0},
        {a_point_without_a_value_is_refused_by_indices, 0},
        {points_in_another_order_are_no_such_design, 0},
        {effects_are_those_of_the_whole_range, 2},
        {a_grid_has_the_parts_of_its_points, 0},
        {spread_points_are_regressed, 2},
        {words_are_regressed_where_there_are_two, 2},
        {words_have_effects_without_a_direction, 0},
        {why_nothing_can_be_said_is_said, sizeof speechless / sizeof *speechless},
        {other_points_say_nothing_and_which_would_is_said, 0},
        {tables_are_whole_and_in_order, 0},
        {pairs_that_are_equal_are_all_told, 0},
        {0}};
    return ds_run_tests("sensitivity", tests, 120);
}
