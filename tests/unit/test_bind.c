/* Every kind of parameter from text to struct and back, over a model of the test's own. */
#include "run.h"

#include "sim/io/resolve.h"
#include "sim/io/scenario.h"
#include "tests/bakery.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool load(ds_scenario *s, const char *text, const char *const *sets, size_t count,
                 ds_status *st)
{
    const ds_scenario_request q = {
        .path = "b.yaml", .text = text, .models = bakery_models, .sets = sets, .set_count = count};
    *st = (ds_status){0};
    return ds_scenario_load(s, &q, st);
}

static void must_load(ds_scenario *s, const char *text)
{
    ds_status st;
    ck_assert_msg(load(s, text, NULL, 0, &st), "%s", st.text);
}

static const bakery_config *config_of(ds_scenario *s, size_t point)
{
    const void *config;
    ds_status st = {0};
    ck_assert_msg(ds_scenario_config(s, point, &config, &st), "%s", st.text);
    return config;
}

/* A config in full, as text from the pool. */
static const char *shown(ds_scenario *s, size_t point, ds_pool *pool)
{
    ds_json j = {.pool = pool};
    ds_resolve(&j, s->model->params, config_of(s, point));
    return j.text ? j.text : "";
}

START_TEST(defaults_come_from_the_tables)
{
    ds_scenario s;
    must_load(&s, "seed: 1\n");
    const bakery_config *const c = config_of(&s, 0);
    ck_assert_str_eq(s.model->name, "bakery");
    ck_assert_double_eq(s.frame.horizon, 365);
    ck_assert_double_eq(s.frame.observe, 1);
    ck_assert_double_eq(c->flour, 100);
    ck_assert(isinf(c->limit));
    ck_assert_double_eq(c->opened, 18321 + 6.5 / 24);
    ck_assert_int_eq(c->loaves, 50);
    ck_assert(c->open);
    ck_assert_str_eq(c->sign, "Bread");
    ck_assert_uint_eq(c->weights.count, 2);
    ck_assert_double_eq(c->weights.value[1], 1);
    ck_assert_int_eq(c->grain, 0);
    ck_assert_double_eq(c->oven.heat, 500);
    ck_assert_uint_eq(c->shifts.count, 0);
    ck_assert_uint_eq(c->bakers.count, 2);
    const bakery_baker *const bakers = c->bakers.items;
    ck_assert_str_eq(bakers[1].name, "bob");
    ck_assert_double_eq(bakers[0].skill, 0.9);
    ck_assert_str_eq(c->recipe.as->name, "sour");
    ck_assert_double_eq(*(const double *)c->recipe.params, 3);
    ck_assert_ptr_null(c->topping.as);
    ck_assert_str_eq(c->delivery.as->name, "timed");
    ck_assert_uint_eq(c->demand.count, 0);
    ck_assert_double_eq(c->flour_a_loaf, 2);
    ds_scenario_free(&s);
}
END_TEST

static const char full[] =
    "title: Monday\ndescription: |\n  two\n  lines\nstart: 2026-01-05\nhorizon: 2026-03-06\n"
    "warmup: 12 h\nobserve: 1 wk\nreplicas: 7\nseed: 9223372036854775807\n"
    "output: {paths: false, metrics: [waste]}\n"
    "flour: 73000 kg/yr\nprice: 3.50 coin/loaf\nlimit: 40\nopened: 1999-12-31\nloaves: 1e3\n"
    "open: false\nsign: \"Bread & Co\"\nweights: [0.5, 1.5, 2 kg]\ngrain: rye\n"
    "oven: {heat: 450 kelvin, trays: 9007199254740993, gas: false}\n"
    "shifts: [{from: 2026-01-05T04:00}, {from: 2026-01-06, pay: 25 coin/h}]\n"
    "bakers: {ann: {pace: {pace: bursts, rate: 5}}, cem: {skill: 30 %}}\n"
    "recipe: {use: plain, salt: 1 %}\ntopping: {use: sour, days: 36 h}\n"
    "delivery: {by: timed, pace: bursts, rate: 48 loaf/d, burst: 2, offset: 30 min}\n";

START_TEST(every_kind_is_read)
{
    ds_scenario s;
    must_load(&s, full);
    const bakery_config *const c = config_of(&s, 0);
    ck_assert_double_eq(s.frame.horizon, 60);
    ck_assert_double_eq(s.frame.warmup, 0.5);
    ck_assert_double_eq(s.frame.observe, 7);
    ck_assert(s.frame.seed == INT64_MAX && s.seed_given && !s.keep_paths);
    ck_assert(!s.recorded[0] && s.recorded[1]);
    ck_assert_str_eq(s.description, "two\nlines\n");
    ck_assert_double_eq(c->flour, 200);
    ck_assert_int_eq(c->loaves, 1000);
    ck_assert(!c->open && !c->oven.gas);
    ck_assert_uint_eq(c->weights.count, 3);
    ck_assert_int_eq(c->grain, 1);
    ck_assert_int_eq(c->oven.trays, 9007199254740993);
    const bakery_shift *const shifts = c->shifts.items;
    ck_assert_double_eq(shifts[0].from, 20458 + 4.0 / 24);
    ck_assert_double_eq(shifts[1].pay, 25);
    const bakery_baker *const bakers = c->bakers.items;
    ck_assert_str_eq(bakers[0].pace.as->name, "bursts");
    ck_assert_double_eq(bakers[0].skill, 0.9); /* of the default's cohort of that name */
    ck_assert_double_eq(bakers[1].skill, 0.3);
    ck_assert_double_eq(*(const double *)c->topping.params, 1.5);
    const timed_params *const d = c->delivery.params;
    ck_assert_str_eq(d->pace.as->name, "bursts");
    ck_assert_double_eq(((const bursts_params *)d->pace.params)->rate, 2);
    ck_assert_double_eq(d->offset, 0.5);
    ds_scenario_free(&s);
}
END_TEST

/* What a result stores loads to the same structs, bit by bit, point by point. */
START_TEST(resolved_loads_to_the_same_points)
{
    static const char *const texts[] = {
        "seed: 1\n",
        ("seed: 3\nhorizon: 10\nvariants:\n  a:\n  b: {recipe: {use: plain}, bakers: {bob: ~}}\n"
         "  c: {delivery: {pace: bursts}, weights: 3 kg, bakers: {eve: {skill: 7 %}, bob: }}\n"
         "sweep: {recipe.salt: {from: 0.01, to: 0.1, steps: 4, scale: log}, price: [1, 2 "
         "coin/loaf, "
         "0.1]}\n"),
        ("seed: 9007199254740993\nflour: 0.1\nprice: 0.3333333333333333\noven: {heat: "
         "300.00000000000006, trays: 9007199254740993}\nopened: 2019-05-05T01:02:03\n"),
        "seed: 2\nsign: \"10\"\ndelivery: {by: never}\ntopping: {use: plain}\nlimit: unlimited\n",
        "model: bare\nseed: 4\n",
    };
    ds_scenario a, b;
    ds_pool pool = {0};
    must_load(&a, texts[_i]);
    must_load(&b, a.resolved);
    ck_assert_str_eq(a.resolved, b.resolved);
    ck_assert_uint_eq(a.points, b.points);
    ck_assert_mem_eq(&a.frame.warmup, &b.frame.warmup, 3 * sizeof(double));
    ck_assert_uint_eq(a.frame.seed, b.frame.seed);
    if (a.model == &bakery_model) {
        const bakery_config *const p = config_of(&a, 0), *const q = config_of(&b, 0);
        ck_assert_mem_eq(&p->flour, &q->flour, offsetof(bakery_config, loaves));
        ck_assert_int_eq(p->oven.trays, q->oven.trays);
    }
    for (size_t i = 0; i < a.points; i++) {
        ck_assert_str_eq(shown(&a, i, &pool), shown(&b, i, &pool));
        ck_assert_str_eq(ds_scenario_label(&a, i), ds_scenario_label(&b, i));
    }
    ds_pool_free(&pool);
    ds_scenario_free(&a);
    ds_scenario_free(&b);
}
END_TEST

START_TEST(a_choice_that_changes_forgets_the_old_one)
{
    ds_scenario s;
    must_load(&s, "seed: 1\nrecipe: {use: sour, days: 9, salt: 5 %}\n"
                  "delivery: {pace: bursts, rate: 7, burst: 5, offset: 3}\n"
                  "variants:\n"
                  "  same: {recipe: {days: 4}}\n"
                  "  named: {recipe: {use: sour, days: 4}}\n"
                  "  other: {recipe: {use: plain}}\n"
                  "  inner: {delivery: {pace: steady}}\n"
                  "  kept: {delivery: {burst: 2}}\n"
                  "  outer: {delivery: {by: never}}\n");
    for (size_t i = 0; i < 2; i++) {
        const sour_params *const p = config_of(&s, i)->recipe.params;
        ck_assert_double_eq(p->days, 4);
        ck_assert_double_eq(p->salt, 0.05);
    }
    ck_assert_double_eq(((const sour_params *)config_of(&s, 2)->recipe.params)->salt, 0.01);
    const timed_params *const inner = config_of(&s, 3)->delivery.params;
    ck_assert_str_eq(inner->pace.as->name, "steady");
    ck_assert_double_eq(((const steady_params *)inner->pace.params)->rate, 10);
    ck_assert_double_eq(inner->offset, 3);
    const timed_params *const kept = config_of(&s, 4)->delivery.params;
    ck_assert_double_eq(((const bursts_params *)kept->pace.params)->rate, 7);
    ck_assert_double_eq(((const bursts_params *)kept->pace.params)->burst, 2);
    ck_assert_str_eq(config_of(&s, 5)->delivery.as->name, "never");
    ds_scenario_free(&s);
}
END_TEST

static const struct {
    const char *text, *says;
} bad[] = {
    {"flour: 3 coin\n", "b.yaml:1:8: 'flour' is '3 coin': must have the unit kg/d"},
    {"flour: -1\n", "'flour' is -1 kg/d, must lie in [0, 1000000000] kg/d"},
    {"flour: {a: 1}\n", "'flour' must be a number"},
    {"limit: infinite\n", "'unlimited' is allowed"},
    {"opened: 2026-02-29\n", "'opened' is '2026-02-29', must be a date"},
    {"loaves: 3.5\n", "'loaves' is 3.5, must be a whole number"},
    {"loaves: 9223372036854775808\n", "must lie in"},
    {"loaves: 1e16\n", "must lie in"},
    {"loaves: -0.5\n", "must lie in"},
    {"sign: \"a\xc2\x9b"
     "31m\"\n",
     "a control character, U+009B"},
    {"open: yes\n", "'open' is 'yes', must be true or false"},
    {"open: True\n", "'open' is 'True', must be true or false"},
    {"sign: [a]\n", "'sign' must be text"},
    {"weights: []\n", "list of numbers"},
    {"weights: [1, x]\n", "b.yaml:1:14: 'weights' is 'x'"},
    {"weights: [1, 500]\n", "must lie in"},
    {"grain: rice\n", "did you mean 'rye'? (one of: wheat, rye, spelt)"},
    {"grain: xylophone\n", "must be one of: wheat, rye, spelt"},
    {"grain: [rye]\n", "must be a word"},
    {"oven: 5\n", "takes a mapping"},
    {"oven: {heet: 400}\n", "b.yaml:1:8: unknown key 'heet', did you mean 'heat'?"},
    {"oven: {trays: 13}\n", "b.yaml:1:15: 'trays' is 13, must be a lucky number"},
    {"shifts: {from: 2026-01-01}\n", "must be a list"},
    {"shifts: [{pay: 3}]\n", "b.yaml:1:10: 'from' is missing: begins"},
    {"shifts: [{from: 2026-01-01, pai: 3}]\n", "did you mean 'pay'"},
    {"shifts: [2026-01-01]\n", "takes a mapping"},
    {"bakers: [ann]\n", "mapping of names"},
    {"bakers: {}\n", "'bakers' has 0 entries, must have 1 to 4"},
    {"bakers: {a: {}, b: {}, c: {}, d: {}, e: {}}\n", "has 5 entries"},
    {"bakers: {ann: {name: eve}}\n", "unknown key 'name'"},
    {"bakers: {ann: {pace: {pace: slow}}}\n", "one of: steady, bursts"},
    {"recipe: sour\n", "must be a mapping with the key 'use'"},
    {"recipe: {use: sweet}\n", "must be one of: sour, plain"},
    {"recipe: {use: sor}\n", "did you mean 'sour'"},
    {"recipe: {use: plain, days: 3}\n", "b.yaml:1:22: unknown key 'days'"},
    {"recipe: {use: [sour]}\n",
     "'use' must be a word, its parameters beside it, one of: sour, plain"},
    {"recipe: {use: {use: sour}}\n", "b.yaml:1:15: 'use' must be a word"},
    {"topping: {days: 3}\n", "'topping' lacks the key 'use'"},
    {"topping: none\n", "or 'unlimited'"},
    {"delivery: {pace: bursts, rate: 2, burst: 9}\n", "b.yaml:1:42: 'burst' is 9"},
    {"delivery: {pace: steady, burst: 9}\n", "unknown key 'burst'"},
    {"delivery: {pace: stedy}\n", "did you mean 'steady'"},
    {"delivery: {by: never, pace: steady}\n", "unknown key 'pace'"},
    {"demand: {file: a.csv, colum: x}\n", "did you mean 'column'"},
    {"demand: {column: x}\n", "lacks the key 'file'"},
    {"demand: {file: a.csv, gaps: maybe}\n", "must be true or false"},
    {"demand: /etc/passwd\n", "outside"},
    {"demand: nowhere.csv\n", "no file 'nowhere.csv'"},
    {"loaves: 0\n", "b.yaml:1:9: 'loaves' is 0"},
    {"loaves: 1e13\n", "events a replica"},
    {"horizon: 2000-01-01\nstart: 2001-01-01\n", "must lie in"},
    {"start: 2026-01-01\nhorizon: 2026-02-30\n", "'horizon' is"},
    {"objective: x\n", "'objective' must be a mapping of names"},
    {"variants: {a: {start: 2026-01-01}}\n", "'start' is the same for all points"},
    {"variants: {a: {title: x}}\n", "'title' is the same for all points"},
    {"variants: {a: 3}\n", "a variant must be a mapping"},
    {"variants: {a: {oven: {heat: 1}}}\n", "b.yaml:1:29: 'heat' is 1"},
    {"variants: [a]\n", "must be a mapping of names"},
    {"sweep: {seed: [1, 2]}\n", "'seed' is the same"},
    {"sweep: {output.paths: [true]}\n", "'output' is the same"},
    {"sweep: {oven.heet: [400]}\n", "b.yaml:1:14: unknown key 'heet', did you mean 'heat'?"},
    {"sweep: {bakers.eve.skill: [1]}\n", "unknown entry 'eve'"},
    {"sweep: {oven.heat: []}\n", "at least one value"},
    {"sweep: {oven.heat: 400}\n", "must be a list"},
    {"sweep: {oven.heat: {from: 300, to: 400}}\n", "either 'steps' or 'by'"},
    {"sweep: {oven.heat: {from: 300, to: 400, steps: 3, by: 5}}\n", "either 'steps' or 'by'"},
    {"sweep: {oven.heat: {from: 300, to: 400, steps: 0}}\n", "must be 1 to"},
    {"sweep: {oven.heat: {from: 300, to: 400, steps: 2.5}}\n", "must be 1 to"},
    {"sweep: {oven.heat: {from: 400, to: 300, by: 5}}\n", "must be at most 'to' = 300"},
    {"sweep: {oven.heat: {from: 300, to: 400, by: 1e-9}}\n", "must be 1 to"},
    {"sweep: {price: {from: 0, to: 4, steps: 3, scale: log}}\n", "above 0"},
    {"sweep: {price: {from: 1, to: 4, steps: 3, scale: exp}}\n", "linear or log"},
    {"sweep: {price: {from: 1, to: 4, stps: 3}}\n", "unknown key 'stps'"},
    {"sweep: {price: {from: 1 kg, to: 4 kg, steps: 3}}\n", "kg"},
    {"sweep: {price: {from: 1 kg, to: 4, steps: 3}}\n", "the same unit"},
    {"sweep: {price: {from: 1, to: 4, steps: 3 kg}}\n", "'steps' of a range is '3 kg'"},
    {"sweep: {price: [1], price: [2]}\n", "given twice, first on line 1"},
    {"output: {metrics: []}\n", "list of at least one name"},
    {"output: {metrics: [wast]}\n", "did you mean 'waste'"},
    {"output: {pats: true}\n", "did you mean 'paths'"},
    {"&a a: &a 1\nb: *b\n", "anchor that does not exist"},
};

START_TEST(what_a_table_does_not_allow_is_refused)
{
    ds_scenario s;
    ds_status st;
    ck_assert_msg(!load(&s, bad[_i].text, NULL, 0, &st), "accepted: %s", bad[_i].text);
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_msg(strstr(st.text, bad[_i].says) != NULL, "'%s' is not in: %s", bad[_i].says,
                  st.text);
    ck_assert_msg(strncmp(st.text, "b.yaml:", 7) == 0, "no place in: %s", st.text);
    ds_scenario_free(&s);
}
END_TEST

static const struct {
    const char *set, *says;
} sets[] = {
    {"bakers.ann.skill=2", "--set:1:18: 'skill' is 2, must lie in [0, 1]"},
    {"bakers.anne.skill=1", "--set:1:8: unknown entry 'anne', did you mean 'ann'?"},
    {"oven.heat=", "--set:1:11: a value is missing"},
    {"oven.heat=#4", "--set:1:11: a value is missing"},
    {"oven.heat=\"\"", "--set:1:12: 'heat' is '': not a number"},
    {"oven.heat=\"4", "--set:1:12: double-quoted"},
    {"oven={heat: 4", "--set:1:14: "},
    {"include=x", "must stand in the scenario itself"},
    {"model=bar", "--set:1:7: 'model' is 'bar', did you mean 'bare'"},
    {"title=\x1b[31m", "\\x1b"},
    {"demand=/etc/passwd", "outside"},
};

START_TEST(a_wrong_set_is_shown_where_it_is_wrong)
{
    ds_scenario s;
    ds_status st;
    ck_assert_msg(!load(&s, "seed: 1\n", &sets[_i].set, 1, &st), "accepted: %s", sets[_i].set);
    ck_assert_msg(st.code == DS_E_DATA && strstr(st.text, sets[_i].says), "'%s' is not in: %s",
                  sets[_i].says, st.text);
    ck_assert_msg(!strchr(st.text, 0x1b), "an escape was echoed");
    ds_scenario_free(&s);
}
END_TEST

START_TEST(sets_reach_entries_choices_and_variants)
{
    static const char *const good[] = {"bakers.ann.count=1",   "bakers.bob.pace.rate=3",
                                       "delivery.pace=bursts", "variants.a.price=9",
                                       "weights=[1, 2, 3]",    "oven={gas: false}",
                                       "horizon=2 wk"};
    ds_scenario s;
    ds_status st;
    ck_assert_msg(
        load(&s, "seed: 1\noven: {trays: 2}\nvariants: {a: {}, b: {}}\n", good + 1, 6, &st), "%s",
        st.text);
    const bakery_config *const c = config_of(&s, 0);
    const bakery_baker *const bakers = c->bakers.items;
    ck_assert_double_eq(*(const double *)bakers[1].pace.params, 3);
    ck_assert_double_eq(c->price, 9);
    ck_assert_double_eq(config_of(&s, 1)->price, 3);
    ck_assert_uint_eq(c->weights.count, 3);
    ck_assert(!c->oven.gas && c->oven.trays == 2);
    ck_assert_double_eq(s.frame.horizon, 14);
    ds_scenario_free(&s);
    ck_assert(!load(&s, "seed: 1\n", good, 1, &st) && strstr(st.text, "unknown key 'count'"));
    ds_scenario_free(&s);
}
END_TEST

START_TEST(a_model_without_checks_and_dates_loads)
{
    static const char *const model[] = {"model=bare", "horizon=5"};
    ds_scenario s;
    ds_status st;
    ck_assert_msg(load(&s, "seed: 1\n", model, 2, &st), "%s", st.text);
    ck_assert_str_eq(s.model->name, "bare");
    ck_assert(isnan(s.frame.start));
    ck_assert_double_eq(s.frame.observe, 5);
    ds_scenario_free(&s);
    ck_assert(!load(&s, "model: bare\nstart: 2026-01-01\n", NULL, 0, &st));
    ck_assert_ptr_nonnull(strstr(st.text, "unknown key 'start'"));
    ds_scenario_free(&s);
}
END_TEST

START_TEST(a_range_may_have_a_unit)
{
    ds_scenario s;
    must_load(&s, "seed: 1\nsweep: {bakers.ann.skill: {from: 10 %, to: 70 %, by: 30 %}}\n");
    ck_assert_uint_eq(s.points, 3);
    const bakery_baker *const bakers = config_of(&s, 1)->bakers.items;
    ck_assert_double_eq(bakers[0].skill, 0.4);
    ck_assert_str_eq(ds_scenario_label(&s, 2), "bakers.ann.skill=70 %");
    ds_scenario_free(&s);
}
END_TEST

/* Whole, and with every kind in it; editors check the rest. */
START_TEST(the_schema_has_every_kind)
{
    static const char *const parts[] = {
        "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",",
        ("\"flour\":{\"description\":\"flour (kg/d). Default from: the miller\",\"anyOf\":[{"
         "\"type\":\"number\",\"minimum\":0,\"maximum\":1000000000},{\"type\":\"string\"}],"
         "\"default\":100}"),
        ("\"limit\":{\"description\":\"customers\",\"anyOf\":[{\"type\":\"number\",\"minimum\":0,"
         "\"maximum\":1000000000},{\"const\":\"unlimited\"},{\"type\":\"string\"}],\"default\":"
         "\"unlimited\"}"),
        "\"enum\":[\"wheat\",\"rye\",\"spelt\"],\"default\":\"wheat\"",
        "\"gas\":{\"description\":\"burns gas\",\"type\":\"boolean\",\"default\":true}",
        "\"default\":[0.5,1]",
        "\"default\":{\"use\":\"sour\",\"days\":3}",
        "\"by\":{\"const\":\"timed\"},\"offset\":",
        "\"pace\":{\"const\":\"bursts\"},\"rate\":",
        "\"enum\":[\"sold\",\"waste\"]",
        "\"$ref\":\"#/$defs/bakery/properties/",
    };
    char text[65536];
    ds_status st = {0};
    FILE *const file = tmpfile();
    ck_assert_msg(ds_schema_print(bakery_models, file, &st), "%s", st.text);
    rewind(file);
    const size_t size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[size] = '\0';
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        ck_assert_msg(strstr(text, parts[i]) != NULL, "%s is not in %s", parts[i], text);
}
END_TEST

/* With a decimal comma where the machine has such a locale. */
START_TEST(the_locale_of_the_process_means_nothing)
{
    static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE"};
    static const char text[] = "seed: 1\nflour: 0.5\nsweep: {price: {from: 1, to: 2, steps: 3}}\n";
    ds_scenario usual, local;
    must_load(&usual, text);
    for (size_t i = 0; i < 3 && !setlocale(LC_ALL, names[i]); i++)
        ;
    must_load(&local, text);
    ck_assert_double_eq(config_of(&local, 1)->flour, 0.5);
    ck_assert_double_eq(config_of(&local, 1)->price, 1.5);
    ck_assert_str_eq(ds_scenario_label(&local, 1), "price=1.5");
    ck_assert_str_eq(usual.resolved, local.resolved);
    setlocale(LC_ALL, "C");
    ds_scenario_free(&usual);
    ds_scenario_free(&local);
}
END_TEST

START_TEST(points_share_what_they_have_in_common)
{
    ds_scenario s;
    must_load(&s, "seed: 1\nsweep: {price: {from: 1, to: 100, by: 1}}\n");
    ck_assert_uint_eq(s.points, 100);
    ck_assert_ptr_eq(config_of(&s, 0)->recipe.params, config_of(&s, 99)->recipe.params);
    ck_assert_ptr_eq(config_of(&s, 7), config_of(&s, 7));
    ck_assert_double_eq(config_of(&s, 99)->price, 100);
    ds_scenario_free(&s);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{defaults_come_from_the_tables, 0},
                             {every_kind_is_read, 0},
                             {resolved_loads_to_the_same_points, 5},
                             {a_choice_that_changes_forgets_the_old_one, 0},
                             {what_a_table_does_not_allow_is_refused, sizeof bad / sizeof bad[0]},
                             {a_wrong_set_is_shown_where_it_is_wrong, sizeof sets / sizeof sets[0]},
                             {sets_reach_entries_choices_and_variants, 0},
                             {a_model_without_checks_and_dates_loads, 0},
                             {a_range_may_have_a_unit, 0},
                             {the_schema_has_every_kind, 0},
                             {the_locale_of_the_process_means_nothing, 0},
                             {points_share_what_they_have_in_common, 0},
                             {0}};
    return ds_run_tests("bind", tests, 60);
}
