/* The language of sweeps: designs, axes, labels and coordinates, and what is refused. */
#include "run.h"

#include "models/models.h"
#include "sim/core/sobol.h"
#include "sim/io/coordinate.h"
#include "sim/io/designs.h"
#include "sim/io/resolve.h"
#include "sim/io/scenario.h"
#include "tests/bakery.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static bool load_of(ds_scenario *s, const ds_model *const *models, const char *text, ds_status *st)
{
    const ds_scenario_request q = {.path = "s.yaml", .text = text, .models = models};
    *st = (ds_status){0};
    return ds_scenario_load(s, &q, st);
}

static void must_load(ds_scenario *s, const char *text)
{
    ds_status st;
    ck_assert_msg(load_of(s, bakery_models, text, &st), "%s\n%s", st.text, text);
}

static const bakery_config *config_of(ds_scenario *s, size_t point)
{
    const void *config;
    ds_status st = {0};
    ck_assert_msg(ds_scenario_config(s, point, &config, &st), "%s", st.text);
    return config;
}

static const char *shown(ds_scenario *s, size_t point, ds_pool *pool)
{
    ds_json j = {.pool = pool};
    ds_resolve(&j, s->model->params, config_of(s, point));
    return j.text ? j.text : "";
}

static const ds_coordinate *coordinate(ds_scenario *s, const char *name)
{
    size_t count;
    const ds_coordinate *const c = ds_scenario_coordinates(s, &count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(c[i].name, name) == 0)
            return &c[i];
    ck_abort_msg("no coordinate '%s'", name);
}

/* ---- points ---- */

START_TEST(a_zip_goes_along_all_lists_at_once)
{
    ds_scenario s;
    must_load(&s, "seed: 1\nsweep: {design: zip, price: [1, 2, 5], oven.heat: {from: 400 kelvin, "
                  "to: 600 kelvin, steps: 3}, grain: [rye, spelt, wheat]}\n");
    ck_assert_uint_eq(s.points, 3);
    ck_assert_double_eq(config_of(&s, 2)->price, 5);
    ck_assert_double_eq(config_of(&s, 1)->oven.heat, 500);
    ck_assert_int_eq(config_of(&s, 0)->grain, 1);
    ck_assert_str_eq(ds_scenario_label(&s, 1), "price=2, oven.heat=500 kelvin, grain=spelt");
    ds_scenario_free(&s);
}
END_TEST

/* 1.7 less 1 are not quite seven tenths. */
START_TEST(a_range_by_steps_has_its_end)
{
    ds_scenario s;
    must_load(&s, "seed: 1\nsweep: {price: {from: 1, to: 1.7, by: 0.1}}\n");
    ck_assert_uint_eq(s.points, 8);
    ck_assert_double_eq(config_of(&s, 7)->price, 1.7);
    ds_scenario_free(&s);
    must_load(&s, "seed: 1\nsweep: {price: {from: 1, to: 1.69, by: 0.1}}\n");
    ck_assert_uint_eq(s.points, 7);
    ds_scenario_free(&s);
}
END_TEST

START_TEST(lists_steps_and_whole_numbers_have_equal_shares)
{
    ds_scenario s;
    size_t grain[3] = {0}, loaves[4] = {0}, heat[5] = {0}, trays[13] = {0};
    must_load(&s, "seed: 1\nsweep: {design: lhs, samples: 60, grain: [rye, spelt, wheat], loaves: "
                  "{from: 11, to: 14}, oven.heat: {from: 300, to: 700, by: 100}, oven.trays: "
                  "{from: 1, to: 12, scale: log}}\n");
    for (size_t p = 0; p < 60; p++) {
        const bakery_config *const c = config_of(&s, p);
        grain[c->grain]++;
        loaves[c->loaves - 11]++;
        heat[(size_t)c->oven.heat / 100 - 3]++;
        trays[c->oven.trays]++;
    }
    for (size_t i = 0; i < 3; i++)
        ck_assert_uint_eq(grain[i], 20);
    for (size_t i = 0; i < 4; i++)
        ck_assert_uint_eq(loaves[i], 15);
    for (size_t i = 0; i < 5; i++)
        ck_assert_uint_eq(heat[i], 12);
    /* 1 has what is rounded to it, log(1.5 / 0.5) of log(12.5 / 0.5): 20.5 of 60. */
    ck_assert(trays[1] == 20 || trays[1] == 21);
    ck_assert_uint_gt(trays[12], 0);
    ds_scenario_free(&s);
}
END_TEST

START_TEST(a_log_range_is_even_in_logarithms)
{
    ds_scenario s;
    must_load(&s, "seed: 1\nsweep: {design: sobol, samples: 8, scramble: false, "
                  "price: {from: 1 coin/loaf, to: 10000 coin/loaf, scale: log}}\n");
    /* Of GSL's first points, 0.5, 0.75, 0.25, 0.375. */
    ck_assert_double_eq_tol(config_of(&s, 0)->price, 100, 1e-10);
    ck_assert_double_eq_tol(config_of(&s, 1)->price, 1000, 1e-9);
    ck_assert_double_eq_tol(config_of(&s, 2)->price, 10, 1e-11);
    ck_assert_str_eq(ds_scenario_label(&s, 3), "price=31.6228 coin/loaf");
    ds_scenario_free(&s);
    must_load(&s, "seed: 1\nsweep: {price: {from: 1, to: 100, steps: 3, scale: log}}\n");
    ck_assert_double_eq(config_of(&s, 1)->price, 10);
    ds_scenario_free(&s);
}
END_TEST

/* A policy as one axis and its parameter as another, in either order. */
START_TEST(a_choice_and_its_parameter_are_two_axes)
{
    static const char *const texts[] = {
        "seed: 1\nsweep: {recipe.use: [plain, sour], recipe.salt: [0.03, 0.05]}\n",
        "seed: 1\nsweep: {recipe.salt: [0.03, 0.05], recipe.use: [plain, sour]}\n",
        ("seed: 1\nsweep: {recipe: [{use: plain}, {use: sour, days: 9}], recipe.salt: "
         "[0.03, 0.05]}\n")};
    ds_scenario s;
    must_load(&s, texts[_i]);
    ck_assert_uint_eq(s.points, 4);
    for (size_t p = 0; p < 4; p++) {
        const size_t use = _i == 1 ? p % 2 : p / 2, salt = _i == 1 ? p / 2 : p % 2;
        const ds_choice *const recipe = &config_of(&s, p)->recipe;
        ck_assert_str_eq(recipe->as->name, use ? "sour" : "plain");
        ck_assert_double_eq(((const sour_params *)recipe->params)->salt, salt ? 0.05 : 0.03);
        if (use)
            ck_assert_double_eq(((const sour_params *)recipe->params)->days, _i == 2 ? 9 : 3);
    }
    ds_scenario_free(&s);
}
END_TEST

START_TEST(variants_meet_every_point_of_a_design)
{
    ds_scenario s;
    must_load(&s, "seed: 1\nvariants: {cheap: {flour: 1}, dear: {flour: 2}}\n"
                  "sweep: {design: morris, trajectories: 3, price: {from: 1, to: 2}, oven.heat: "
                  "{from: 400, to: 500}}\n");
    ck_assert_uint_eq(s.points, 18);
    ck_assert_uint_eq((size_t)ds_design_points(ds_scenario_design(&s)), 9);
    for (size_t p = 0; p < 18; p++) {
        ck_assert_double_eq(config_of(&s, p)->flour, p < 9 ? 1 : 2);
        ck_assert_double_eq(config_of(&s, p)->price, config_of(&s, p % 9)->price);
    }
    ck_assert_ptr_nonnull(strstr(ds_scenario_label(&s, 9), "dear, price="));
    ck_assert_str_eq(coordinate(&s, "variant")->text[17], "dear");
    ds_scenario_free(&s);
}
END_TEST

#define D(words) "seed: 1\nsweep: {design: " words ", price: {from: 0.1, to: 7, scale: log}, "
#define AXES                                                                                   \
    "grain: [rye, spelt], recipe.days: {from: 1 d, to: 3 d}, loaves: {from: 5, to: 9}, oven: " \
    "[{heat: 400}, {trays: 7}]}\n"
static const char *const designs[] = {
    D("lhs, samples: 11") AXES,
    D("sobol, samples: 16, seed: 3") AXES,
    D("sobol, samples: 16, scramble: false") AXES,
    D("saltelli, samples: 4, second_order: true") AXES,
    D("morris, trajectories: 3, levels: 6") AXES,
    "seed: 1\nsweep: {price: {from: 0.1, to: 7, steps: 3, scale: log}, grain: [rye, spelt]}\n",
    "seed: 1\nsweep: {design: zip, price: {from: 0.1, to: 7, steps: 2}, grain: [rye, spelt]}\n"};
enum { DESIGNS = sizeof designs / sizeof designs[0] };

START_TEST(resolved_loads_to_the_same_points_bit_by_bit)
{
    ds_scenario a, b;
    must_load(&a, designs[_i]);
    must_load(&b, a.resolved);
    ck_assert_str_eq(a.resolved, b.resolved);
    ck_assert_uint_eq(a.points, b.points);
    const ds_design *const x = ds_scenario_design(&a), *const y = ds_scenario_design(&b);
    ck_assert_uint_eq(x->axes, y->axes);
    ck_assert_str_eq(x->path[0], "price");
    for (size_t p = 0; p < a.points; p++) {
        double u[5], v[5];
        ds_pool pool = {0};
        ds_design_at(x, p, u);
        ds_design_at(y, p, v);
        ck_assert_mem_eq(u, v, x->axes * sizeof *u);
        ck_assert_str_eq(shown(&a, p, &pool), shown(&b, p, &pool));
        ck_assert_str_eq(ds_scenario_label(&a, p), ds_scenario_label(&b, p));
        ds_pool_free(&pool);
    }
    ds_scenario_free(&a);
    ds_scenario_free(&b);
}
END_TEST

/* The points are those of the design's own seed, whatever the scenario's. */
START_TEST(the_seed_of_a_scenario_leaves_the_points_alone)
{
    static const char rest[] = "sweep: {design: lhs, samples: 9, price: {from: 1, to: 2}";
    char text[3][120];
    ds_scenario s[3];
    snprintf(text[0], sizeof text[0], "seed: 1\n%s}\n", rest);
    snprintf(text[1], sizeof text[1], "%s}\n", rest); /* drawn */
    snprintf(text[2], sizeof text[2], "seed: 1\n%s, seed: 1}\n", rest);
    for (int i = 0; i < 3; i++)
        must_load(&s[i], text[i]);
    ck_assert_double_eq(config_of(&s[0], 4)->price, config_of(&s[1], 4)->price);
    ck_assert_double_ne(config_of(&s[0], 4)->price, config_of(&s[2], 4)->price);
    for (int i = 0; i < 3; i++)
        ds_scenario_free(&s[i]);
}
END_TEST

/* ---- labels and coordinates ---- */

static int ascending(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

START_TEST(labels_differ_where_points_do)
{
    enum { N = 2048 };
    ds_scenario s;
    const char *label[N];
    must_load(&s, "seed: 1\nsweep: {design: sobol, samples: 2048, price: {from: 1, to: 1.000001}, "
                  "flour: {from: 5, to: 6, steps: 2}}\n");
    for (size_t p = 0; p < N; p++)
        label[p] = ds_scenario_label(&s, p);
    qsort(label, N, sizeof *label, ascending);
    for (size_t p = 1; p < N; p++)
        ck_assert_str_ne(label[p - 1], label[p]);
    ds_scenario_free(&s);
    must_load(&s, "seed: 1\nsweep: {design: lhs, samples: 2, price: {from: 1, to: 2}}\n");
    ck_assert_uint_le(strlen(ds_scenario_label(&s, 1)), strlen("price=1.23456"));
    ds_scenario_free(&s);
}
END_TEST

START_TEST(coordinates_are_numbers_with_units_or_texts)
{
    ds_scenario s;
    size_t count;
    must_load(&s, "seed: 1\nvariants: {a: {}, \"b/c\": {}}\n"
                  "sweep: {price: [1.5, 2], flour: [10 kg/d, 20 kg/d], bakers.ann.skill: "
                  "{from: 10 %, to: 30 %, steps: 2}, opened: [2020-01-01], limit: [5, unlimited], "
                  "delivery: [{by: never}], recipe.days: [1 d, 1 wk], sign: [3 loaves]}\n");
    (void)ds_scenario_coordinates(&s, &count);
    ck_assert_uint_eq(count, 9);
    ck_assert_uint_eq(s.points, 64);
    ck_assert_str_eq(coordinate(&s, "variant")->text[32], "b/c");
    const ds_coordinate *c = coordinate(&s, "price");
    ck_assert_str_eq(c->unit, "coin/loaf");
    ck_assert_double_eq(c->number[63], 2);
    ck_assert_str_eq(c->doc, "price");
    c = coordinate(&s, "flour");
    ck_assert_str_eq(c->unit, "kg/d");
    ck_assert_double_eq(c->number[8], 20);
    c = coordinate(&s, "bakers.ann.skill");
    ck_assert_str_eq(c->unit, "%");
    ck_assert_double_eq(c->number[63], 30);
    ck_assert_str_eq(c->path, "bakers.ann.skill");
    ck_assert_str_eq(coordinate(&s, "opened")->text[0], "2020-01-01");
    ck_assert_str_eq(coordinate(&s, "limit")->text[63], "unlimited");
    ck_assert_str_eq(coordinate(&s, "delivery")->text[0], "{\"by\":\"never\"}");
    ck_assert_str_eq(coordinate(&s, "recipe.days")->text[1], "1 wk");
    ck_assert_str_eq(coordinate(&s, "sign")->text[0], "3 loaves");
    ck_assert_ptr_null(coordinate(&s, "sign")->unit);
    ds_scenario_free(&s);
    must_load(&s, "seed: 1\n");
    (void)ds_scenario_coordinates(&s, &count);
    ck_assert_uint_eq(count, 0);
    ck_assert_uint_eq(ds_scenario_design(&s)->axes, 0);
    ds_scenario_free(&s);
}
END_TEST

/* What is simulated is what the result says, to the bit; a slash would part groups there. */
START_TEST(coordinates_are_the_values_themselves)
{
    ds_scenario s;
    must_load(&s, "seed: 1\nbakers: {a/b: {}}\nsweep: {design: sobol, samples: 64, "
                  "price: {from: 0.1, to: 0.7}, bakers.a/b.skill: {from: 0.1, to: 0.9}, loaves: "
                  "{from: 1, to: 1000}}\n");
    const ds_coordinate *const price = coordinate(&s, "price");
    const ds_coordinate *const skill = coordinate(&s, "bakers.a_b.skill");
    const ds_coordinate *const loaves = coordinate(&s, "loaves");
    ck_assert_str_eq(skill->path, "bakers.a/b.skill");
    for (size_t p = 0; p < s.points; p++) {
        const bakery_config *const c = config_of(&s, p);
        ck_assert(price->number[p] == c->price);
        ck_assert(skill->number[p] == ((const bakery_baker *)c->bakers.items)[0].skill);
        ck_assert(loaves->number[p] == (double)c->loaves);
    }
    ds_scenario_free(&s);
}
END_TEST

START_TEST(a_number_of_samples_that_is_no_power_of_two_is_warned_of)
{
    static const struct {
        const char *words;
        size_t warnings;
    } cases[] = {{"sobol, samples: 100", 1},
                 {"sobol, samples: 128", 0},
                 {"saltelli, samples: 6", 1},
                 {"saltelli, samples: 1", 0},
                 {"lhs, samples: 100", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[200];
        ds_scenario s;
        snprintf(text, sizeof text, "seed: 1\nsweep: {design: %s, price: {from: 1, to: 2}}\n",
                 cases[i].words);
        must_load(&s, text);
        ck_assert_uint_eq(s.warning_count, cases[i].warnings);
        if (i == 0)
            ck_assert_ptr_nonnull(strstr(s.warnings[0], "such as 64 or 128"));
        ds_scenario_free(&s);
    }
}
END_TEST

/* ---- much ---- */

/* The whole economy with as many axes as GSL has dimensions. */
START_TEST(forty_axes_of_sobol)
{
    char text[8192];
    size_t used = (size_t)snprintf(text, sizeof text,
                                   "seed: 1\nhorizon: 5\nsweep:\n  design: sobol\n  samples: 8\n");
    size_t axes = 0;
    for (const ds_param *g = ds_models[0]->params; g->name; g++)
        for (const ds_param *p = g->kind == DS_GROUP ? g->table : NULL; p && p->name; p++) {
            const bool usual = p->kind == DS_NUMBER && p->fallback > 0 && isfinite(p->fallback);
            if (!usual || strcmp(g->name, "initial") == 0 || axes == DS_SOBOL_DIMENSIONS)
                continue;
            used += (size_t)snprintf(text + used, sizeof text - used,
                                     "  %s.%s: {from: %.17g, to: %.17g}\n", g->name, p->name,
                                     p->fallback * (1 - 1e-3), p->fallback);
            axes++;
        }
    ds_scenario s;
    ds_status st;
    ck_assert_uint_eq(axes, DS_SOBOL_DIMENSIONS);
    ck_assert_msg(load_of(&s, ds_models, text, &st), "%s", st.text);
    const ds_design *const d = ds_scenario_design(&s);
    double unit[DS_SOBOL_DIMENSIONS];
    ck_assert_uint_eq(d->axes, DS_SOBOL_DIMENSIONS);
    for (size_t p = 0; p < s.points; p++) {
        ds_design_at(d, p, unit);
        for (size_t k = 0; k < DS_SOBOL_DIMENSIONS; k++)
            ck_assert(unit[k] > 0 && unit[k] < 1);
    }
    ds_scenario_free(&s);
}
END_TEST

START_TEST(a_hundred_thousand_points_take_no_time)
{
    ds_scenario s;
    const clock_t begun = clock();
    must_load(&s, "seed: 1\nsweep: {design: lhs, samples: 100000, price: {from: 1, to: 2}, "
                  "loaves: {from: 1, to: 1000}, recipe.salt: {from: 0.01, to: 0.09}}\n");
    ck_assert_uint_eq(s.points, 100000);
    for (size_t p = 0; p < s.points; p += 10) {
        (void)config_of(&s, p);
        (void)ds_scenario_label(&s, p);
    }
    ck_assert_double_lt((double)(clock() - begun) / CLOCKS_PER_SEC, 20); /* 0.3 when measured */
    ds_scenario_free(&s);
}
END_TEST

/* ---- what is refused ---- */

#define W(text) "seed: 1\nsweep: {" text "}\n"
#define R       "price: {from: 1, to: 2}"
static const struct {
    const char *text, *says; /* part of the message, which begins with the place */
} bad[] = {
    {W("design: lhs, " R), "s.yaml:2:8: 'samples' is missing"},
    {W("design: lsh, samples: 8, " R), "s.yaml:2:17: 'design' is 'lsh', did you mean 'lhs'?"},
    {W("design: best, samples: 8, " R), "must be one of: grid, zip, lhs, sobol, saltelli, morris"},
    {W("design: [lhs], samples: 8, " R),
     "'design' must be a word, its parameters beside it, one of: grid, zip, lhs"},
    {W("desing: lhs, samples: 8, " R), "s.yaml:2:9: unknown key 'desing', did you mean 'design'?"},
    {W("design: lhs, sampels: 8, " R), "did you mean 'samples'?"},
    {W("design: lhs, samples: 0, " R), "s.yaml:2:31: 'samples' is 0, must lie in [1, 100000]"},
    {W("design: lhs, samples: -5, " R), "'samples' is -5, must lie in"},
    {W("design: lhs, samples: 1e9, " R), "'samples' is 1000000000, must lie in"},
    {W("design: lhs, samples: 2.5, " R), "'samples' is 2.5, must be a whole number"},
    {W("design: lhs, samples: [8], " R), "'samples' must be a number"},
    {W("design: lhs, samples: .nan, " R), "not a number"},
    {W("samples: 8, " R), "s.yaml:2:9: 'samples' is no word of the design 'grid', which has no"},
    {W("design: lhs, samples: 8, levels: 4, " R),
     "s.yaml:2:34: 'levels' is no word of the design 'lhs', which has samples, seed"},
    {W("design: morris, samples: 8, " R), "which has trajectories, levels, seed"},
    {W("design: sobol, samples: 8, second_order: true, " R), "which has samples, scramble, seed"},
    {W("design: saltelli, samples: 8, second_order: yes, " R), "must be true or false"},
    {W("design: lhs, samples: 8, seed: -1, " R), "'seed' is -1, must lie in"},
    {W("design: lhs, samples: 8, seed: [1, 2], " R), "'seed' is the same for all points"},
    {W("design: morris, levels: 5, " R), "'levels' is 5, must be even"},
    {W("design: morris, levels: 1, " R), "'levels' is 1, must lie in [2, 1000]"},
    {W("design: morris, trajectories: 0, " R), "'trajectories' is 0, must lie in"},
    {W("design: morris, trajectories: 90000, " R), "180000 points, must be at most 100000"},
    {W("design: saltelli, samples: 65536, " R), "196608 points, must be at most 100000"},
    {W("design: lhs, samples: 8"), "s.yaml:2:8: 'sweep' must be a mapping of key paths"},
    {W("design: grid"), "'sweep' must be a mapping of key paths"},
    {W("design: lhs, samples: 8, price: []"), "list of at least one value"},
    {W("design: lhs, samples: 8, price: 3"), "must be a list"},
    {W("design: lhs, samples: 8, price: {from: .nan, to: 2}"), "'from' of a range is '.nan'"},
    {W("design: lhs, samples: 8, price: {from: 3, to: 2}"),
     "s.yaml:2:48: 'from' is 3, must be below 'to' = 2"},
    {W("design: lhs, samples: 8, price: {from: 2, to: 2}"), "must be below"},
    {W("price: {from: 3, to: 2, steps: 4}"), "'from' is 3, must be at most 'to' = 2"},
    {W("price: {from: 2, to: 2, steps: 4}"), "are not all different"},
    {W("price: {from: 2, to: 2.0000000000000004, steps: 9}"), "are not all different"},
    {W("design: lhs, samples: 8, price: {from: 0, to: 2, scale: log}"), "lie above 0"},
    {W("design: lhs, samples: 8, price: {from: -1, to: 2, scale: log}"), "lie above 0"},
    {W("design: lhs, samples: 8, price: {from: 1 d, to: 2 wk}"), "the same unit"},
    {W("design: lhs, samples: 8, price: {from: 1 kg, to: 2 kg}"), "must have the unit coin/loaf"},
    {W("design: lhs, samples: 8, price: {from: 1}"), "a range has 'from', 'to'"},
    {W("design: lhs, samples: 8, price: {frm: 1, to: 2}"), "did you mean 'from'?"},
    {W("design: lhs, samples: 8, loaves: {from: 1.5, to: 20}"),
     "'loaves' takes whole numbers: 'from' and 'to' of its range must be whole too, not 1.5 and"},
    {W("design: lhs, samples: 8, flour: {from: 1, to: 1e10}"), "must lie in"},
    {W("price: [1, 2, 10, 2.5, 2]"), "s.yaml:2:32: '2' is listed twice: its points would be"},
    {W("price: [1, 2], recipe.use: [plain, plain]"), "s.yaml:2:44: 'plain' is listed twice"},
    {W("design: zip, price: [1, 2], flour: [1, 2, 3]"),
     "s.yaml:2:37: 'flour' has 3 values, must have as many as 'price', 2"},
    {W("design: zip, " R ", flour: [1]"), "of the design 'zip' has 'from', 'to' and either"},
    {W(R), "s.yaml:2:16: a range of the design 'grid' has"},
    {W("design: lhs, samples: 8, price: [1], price: [2]"), "given twice, first on line 2"},
    {W("design: lhs, samples: 8, replicas: [1, 2]"), "'replicas' is the same for all points"},
    {W("design: lhs, samples: 8, horizon: {from: 1, to: 2}"), "cannot vary"},
    {W("design: lhs, samples: 8, prise: {from: 1, to: 2}"), "did you mean 'price'?"},
    {W("design: lhs, samples: 8, oven.heet: {from: 400, to: 500}"),
     "s.yaml:2:39: unknown key 'heet', did you mean 'heat'?"},
    {W("design: lhs, samples: 8, bakers.eve.skill: [1]"), "unknown entry 'eve'"},
    {W("design: lhs, samples: 8, recipe.use: [plain], recipe.days: [2]"), "unknown key 'days'"},
    {W("design: lhs, samples: 8, recipe.use: [plane]"), "did you mean 'plain'?"},
    {"seed: 1\nvariants: {a: {}, b: {}}\nsweep: {design: lhs, samples: 60000, " R "}\n",
     "120000 points"},
};

START_TEST(what_a_sweep_does_not_allow_is_refused)
{
    ds_scenario s;
    ds_status st;
    ck_assert(!load_of(&s, bakery_models, bad[_i].text, &st));
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_msg(strncmp(st.text, "s.yaml:", 7) == 0, "no place: %s", st.text);
    ck_assert_msg(strstr(st.text, bad[_i].says) != NULL, "'%s' is not in: %s", bad[_i].says,
                  st.text);
    ds_scenario_free(&s);
}
END_TEST

/* Before any of the paths is looked at. */
START_TEST(more_axes_than_a_design_has_are_refused)
{
    static const struct {
        const char *design;
        int most;
    } cases[] = {{"sobol", 40}, {"saltelli", 20}, {"lhs", 100}, {"morris", 100}};
    char text[4096], says[100];
    ds_scenario s;
    ds_status st;
    const int most = cases[_i].most;
    size_t used = (size_t)snprintf(text, sizeof text, "seed: 1\nsweep:\n  design: %s\n%s",
                                   cases[_i].design, _i < 3 ? "  samples: 8\n" : "");
    for (int k = 0; k <= most; k++)
        used += (size_t)snprintf(text + used, sizeof text - used, "  a.b%d: {from: 1, to: 2}\n", k);
    ck_assert(!load_of(&s, bakery_models, text, &st));
    snprintf(says, sizeof says, ":3: 'a.b%d' is axis %d, the design '%s' has at most %d", most,
             most + 1, cases[_i].design, most);
    ck_assert_msg(strstr(st.text, says) != NULL, "'%s' is not in: %s", says, st.text);
    ds_scenario_free(&s);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{a_zip_goes_along_all_lists_at_once, 0},
                             {a_range_by_steps_has_its_end, 0},
                             {lists_steps_and_whole_numbers_have_equal_shares, 0},
                             {a_log_range_is_even_in_logarithms, 0},
                             {a_choice_and_its_parameter_are_two_axes, 3},
                             {variants_meet_every_point_of_a_design, 0},
                             {resolved_loads_to_the_same_points_bit_by_bit, DESIGNS},
                             {the_seed_of_a_scenario_leaves_the_points_alone, 0},
                             {labels_differ_where_points_do, 0},
                             {coordinates_are_numbers_with_units_or_texts, 0},
                             {coordinates_are_the_values_themselves, 0},
                             {a_number_of_samples_that_is_no_power_of_two_is_warned_of, 0},
                             {forty_axes_of_sobol, 0},
                             {a_hundred_thousand_points_take_no_time, 0},
                             {what_a_sweep_does_not_allow_is_refused, sizeof bad / sizeof bad[0]},
                             {more_axes_than_a_design_has_are_refused, 4},
                             {0}};
    return ds_run_tests("sweeps", tests, 120);
}
