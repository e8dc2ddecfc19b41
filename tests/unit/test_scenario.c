/* What a scenario may say, and what each wrong one is told. */
#include "run.h"

#include "models/models.h"
#include "models/queue/queue.h"
#include "sim/io/scenario.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool load_sets(ds_scenario *s, const char *text, const char *const *sets, size_t count,
                      ds_status *st)
{
    const ds_scenario_request q = {
        .path = "test.yaml", .text = text, .models = ds_models, .sets = sets, .set_count = count};
    *st = (ds_status){0};
    return ds_scenario_load(s, &q, st);
}

static const void *config_of(ds_scenario *s, size_t point)
{
    const void *config;
    ds_status st = {0};
    ck_assert_msg(ds_scenario_config(s, point, &config, &st), "%s", st.text);
    return config;
}

/* ---- what is understood ---- */

START_TEST(units_convert_and_defaults_fill_in)
{
    ds_scenario s;
    ds_status st;
    ck_assert_msg(
        load_sets(&s, "start: 2026-09-19\nhorizon: 2 yr\nobserve: 12 h\nseed: 5\n", NULL, 0, &st),
        "%s", st.text);
    ck_assert_str_eq(s.model->name, "diem");
    ck_assert_double_eq(s.frame.horizon, 730);
    ck_assert_double_eq(s.frame.observe, 0.5);
    ck_assert_double_eq(s.frame.start, 20715);
    ck_assert_uint_eq(s.frame.replicas, 100);
    ck_assert_uint_eq(s.points, 1);
    ck_assert_str_eq(ds_scenario_label(&s, 0), "base");
    ds_scenario_free(&s);
}
END_TEST

START_TEST(the_queue_of_the_reference_is_read_in_full)
{
    static const char text[] =
        "model: queue\r\nhorizon: 20000\r\nwarmup: 1000\r\nobserve: 19000\r\nreplicas: 7\r\nseed: "
        "1\r\n"
        "arrivals: {process: renewal, distribution: erlang, mean: 2, shape: 3}\r\n"
        "service: {distribution: hyperexponential, p: 0.25, rates: [0.4, 2]}\r\n"
        "servers: 3\r\ncapacity: 12\r\npatience: {distribution: deterministic, mean: 5}\r\n"
        "failures: {mttf: 10, mttr: 1.0, repairmen: 2}\r\n";
    ds_scenario s;
    ds_status st;
    ck_assert_msg(load_sets(&s, text, NULL, 0, &st), "%s", st.text);
    const ds_queue_config *const c = config_of(&s, 0);
    ck_assert_str_eq(c->arrivals.as->name, "renewal");
    ck_assert_double_eq(ds_arrivals_mean_rate(&c->arrivals), 0.5);
    ck_assert_double_eq_tol(ds_dist_of(&c->service).mean, 1, 1e-12);
    ck_assert_str_eq(c->patience.as->name, "deterministic");
    ck_assert_int_eq(c->servers, 3);
    ck_assert_double_eq(c->capacity, 12);
    ck_assert_double_eq(c->failures.mttf, 10);
    ck_assert_uint_eq(ds_frame_times(&s.frame), 2);
    ds_scenario_free(&s);
}
END_TEST

START_TEST(sets_are_laid_over_the_text)
{
    static const char *const sets[] = {"arrivals.rate=0.7", "servers=4", "patience=unlimited",
                                       "replicas=3",
                                       "service={distribution: deterministic, mean: 2}"};
    ds_scenario s;
    ds_status st;
    ck_assert_msg(
        load_sets(&s,
                  "model: queue\nhorizon: 10\nseed: 1\narrivals: {process: poisson, rate: 0.8}\n",
                  sets, 5, &st),
        "%s", st.text);
    const ds_queue_config *const c = config_of(&s, 0);
    ck_assert_double_eq(ds_arrivals_mean_rate(&c->arrivals), 0.7);
    ck_assert_int_eq(c->servers, 4);
    ck_assert_ptr_null(c->patience.as);
    ck_assert_str_eq(c->service.as->name, "deterministic");
    ck_assert_uint_eq(s.frame.replicas, 3);
    ds_scenario_free(&s);
}
END_TEST

START_TEST(variants_times_a_sweep_are_points_with_labels)
{
    static const char text[] =
        "model: queue\nhorizon: 10\nseed: 1\nvariants: {one: {}, two: {servers: 2}}\n"
        "sweep: {arrivals.rate: [0.1, 0.2], capacity: {from: 2, to: 8, steps: 3}}\n";
    ds_scenario s;
    ds_status st;
    ck_assert_msg(load_sets(&s, text, NULL, 0, &st), "%s", st.text);
    ck_assert_uint_eq(s.points, 12);
    const ds_queue_config *const c = config_of(&s, 11);
    ck_assert_int_eq(c->servers, 2);
    ck_assert_double_eq(c->capacity, 8);
    ck_assert_double_eq(ds_arrivals_mean_rate(&c->arrivals), 0.2);
    ck_assert_str_eq(ds_scenario_label(&s, 11), "two, arrivals.rate=0.2, capacity=8");
    ck_assert_str_eq(ds_scenario_label(&s, 0), "one, arrivals.rate=0.1, capacity=2");
    ds_scenario_free(&s);
}
END_TEST

START_TEST(one_cohort_changes_without_naming_the_others)
{
    static const char *const sets[] = {"holders.cohorts.long_term.count=77"};
    ds_scenario a, b;
    ds_status st;
    ck_assert(load_sets(&a, "seed: 1\n", NULL, 0, &st));
    ck_assert_msg(load_sets(&b, "seed: 1\n", sets, 1, &st), "%s", st.text);
    ck_assert_ptr_nonnull(strstr(b.resolved, "\"count\":77"));
    ck_assert_ptr_nonnull(strstr(b.resolved, "\"yield_seekers\""));
    ck_assert_ptr_null(strstr(a.resolved, "\"count\":77"));
    ds_scenario_free(&a);
    ds_scenario_free(&b);
}
END_TEST

START_TEST(naming_cohorts_names_all_of_them_and_null_takes_one_out)
{
    ds_scenario s;
    ds_status st;
    ck_assert_msg(load_sets(&s,
                            "seed: 1\nholders: {cohorts: {long_term: {count: 5}, new: {}, "
                            "arbitrageurs: null}}\n",
                            NULL, 0, &st),
                  "%s", st.text);
    ck_assert_ptr_nonnull(strstr(s.resolved, "\"long_term\":{\"count\":5,\"liquid\":65"));
    ck_assert_ptr_nonnull(strstr(s.resolved, "\"new\":{\"count\":1000,"));
    ck_assert_ptr_null(strstr(s.resolved, "arbitrageurs"));
    ck_assert_ptr_null(strstr(s.resolved, "yield_seekers"));
    ds_scenario_free(&s);
}
END_TEST

/* The resolved text is a scenario that resolves to itself. */
START_TEST(resolved_is_a_fixed_point)
{
    static const char policies[] =
        "seed: 3\nhorizon: 10\npolicies: {mint: {use: constant, rate: 3}, buyback: {use: none}}\n"
        "output: {metrics: [vvv_price, utilization]}\nvariants: {a: {}, b: {demand: {scale: "
        "1.3}}}\n";
    static const char renewal[] =
        "model: queue\nhorizon: 10\nseed: 1\nservice: {distribution: uniform, mean: 0.1}\n"
        "arrivals: {process: renewal, distribution: lognormal, scv: 0.3333333333333333}\n"
        "sweep: {servers: [1, 2]}\n";
    static const char phases[] = "model: queue\nhorizon: 10\nseed: 1\n"
                                 "arrivals: {process: mmpp, rates: [1, 2], switch: [0.1, 0.2]}\n";
    static const char *const texts[] = {"seed: 3\nhorizon: 10\n", policies, renewal, phases};
    ds_scenario a, b;
    ds_status st;
    ck_assert_msg(load_sets(&a, texts[_i], NULL, 0, &st), "%s", st.text);
    ck_assert_msg(load_sets(&b, a.resolved, NULL, 0, &st), "%s\n%s", st.text, a.resolved);
    ck_assert_str_eq(a.resolved, b.resolved);
    ck_assert_uint_eq(a.points, b.points);
    ds_scenario_free(&a);
    ds_scenario_free(&b);
}
END_TEST

START_TEST(a_seed_that_nobody_gave_is_drawn)
{
    ds_scenario a, b;
    ds_status st;
    ck_assert(load_sets(&a, "horizon: 10\n", NULL, 0, &st) &&
              load_sets(&b, "horizon: 10\n", NULL, 0, &st));
    ck_assert(!a.seed_given && a.frame.seed != b.frame.seed);
    ds_scenario_free(&a);
    ds_scenario_free(&b);
}
END_TEST

START_TEST(an_infinite_mean_is_warned_of_once)
{
    ds_scenario s;
    ds_status st;
    ck_assert_msg(load_sets(&s,
                            "model: queue\nhorizon: 10\nseed: 1\n"
                            "service: {distribution: pareto, min: 1, alpha: 0.9}\n"
                            "sweep: {servers: [1, 2], service.min: [1, 2]}\n",
                            NULL, 0, &st),
                  "%s", st.text);
    ck_assert_uint_eq(s.warning_count, 1);
    ck_assert_ptr_nonnull(strstr(s.warnings[0], "'service' has an infinite mean"));
    ds_scenario_free(&s);
}
END_TEST

/* ---- what is refused ---- */

#define Q "model: queue\nhorizon: 10\nseed: 1\n"
static const struct {
    const char *text, *says; /* part of the message */
} bad[] = {
    {"", "empty"},
    {"# only a comment\n", "empty"},
    {"\xff\xfe"
     "a",
     "UTF-16"},
    {"a: \xc3\x28\n", "not UTF-8"},
    {"title: \"unterminated\n", "test.yaml:"},
    {"a: 1\n---\nb: 2\n", "second document"},
    {"horizon: 10\nhorizon: 11\n", "first on line 1"},
    {"horizn: 10\n", "did you mean 'horizon'"},
    {"Horizon: 10\n", "did you mean 'horizon'"},
    {"- 1\n- 2\n", "mapping"},
    {"model: diam\n", "did you mean 'diem'"},
    {"horizon: no\n", "not a number"},
    {"horizon: on\n", "not a number"},
    {"horizon: 010\n", "begin with 0"},
    {"horizon: 1_000\n", "underscores"},
    {"horizon: 0x10\n", "not a number"},
    {"horizon: .nan\n", "not a number"},
    {"horizon: .inf\n", "not a number"},
    {"horizon: 1e400\n", "too large"},
    {"horizon: 1,5\n", "decimal sign"},
    {"horizon: 0\n", "must lie in"},
    {"horizon: -3 d\n", "must lie in"},
    {"horizon: 10 VVV\n", "must have the unit d"},
    {"horizon: 10\nwarmup: 10\n", "above 'warmup'"},
    {"horizon: 1e9\nobserve: 1e-3\n", "observations"},
    {"replicas: 3.5\n", "whole number"},
    {"replicas: 0\n", "must lie in"},
    {"replicas: 9223372036854775808\n", "must lie in"},
    {"seed: 9223372036854775808\n", "'9223372036854775808', must be at most 9223372036854775807"},
    {"servers: !!int \"3\"\n", "test.yaml:1:10: a YAML tag, scenarios have none"},
    {"title: !!binary aGVsbG8=\n", "a YAML tag"},
    {"variants: !!set {a, b}\n", "a YAML tag"},
    {"output: {metrics: !mine [utilization]}\n", "test.yaml:1:19: a YAML tag"},
    {"seed: !!int\n", "a YAML tag"},
    {"start: 2026-02-30\n", "must be a date"},
    {"start: tomorrow\n", "must be a date"},
    {Q "arrivals: {rate: -1}\n", "must lie in"},
    {Q "arrivals: {process: poison}\n", "did you mean 'poisson'"},
    {Q "arrivals: {process: hawkes, alpha: 2, beta: 1}\n", "'alpha'"},
    {Q "arrivals: {process: poisson, rat: 1}\n", "did you mean 'rate'"},
    {Q "service: {distribution: hyperexponential, p: [0.5, 0.6], rates: [1, 2]}\n", "sums to 1.1"},
    {Q "service: {distribution: hyperexponential, p: 1.5, rates: [1, 2]}\n", "must lie in"},
    {Q "servers: 0\n", "must lie in"},
    {Q "capacity: 2.5\n", "'capacity' is 2.5, must be a whole number or unlimited"},
    {Q "servers: [1, 2]\n", "must be a number"},
    {Q "arrivals: {rate: 1e12}\n", "events"},
    {Q "sweep: {servers: []}\n", "at least one value"},
    {Q "sweep: {servers: {from: 1, to: 100000, steps: 100000}, capacity: {from: 1, to: 100000, "
       "steps: 100000}}\n",
     "1e9"},
    {Q "sweep: {servrs: [1]}\n", "did you mean 'servers'"},
    {Q "sweep: {horizon: [1, 2]}\n", "cannot vary"},
    {Q "variants: {}\n", "variants"},
    {Q "variants: {a: {servers: 0}}\n", "must lie in"},
    {Q "output: {metrics: [utilisation]}\n", "did you mean 'utilization'"},
    {"policies: {mint: {use: tabel}}\n", "did you mean 'table'"},
    {"policies: {mnt: {use: table}}\n", "did you mean 'mint'"},
    {"policies: {mint: {use: table, target: 38000 VVV}}\n", "must have the unit DIEM"},
    {"policies: {mint: {use: constant, target: 38000}}\n", "unknown key 'target'"},
    {"policies: {fee_split: {use: fixed, providers: 0.5}}\n", "sum to 0.7"},
    {"policies: {emission: {use: schedule, steps: [{from: 2026-02-01, rate: 1}, {from: 2026-01-01, "
     "rate: 1}]}}\n",
     "not after"},
    {"policies: {emission: {use: schedule, steps: []}}\n", "entries"},
    {"holders: {scale: 1e9}\n", "must lie in"},
    {"holders: {scale: 1e6}\n", "holders"},
    {"holders: {cohorts: {a: {count: 10, liquid: 0, staked: 1}}}\n", "'liquid' is 0"},
    {"initial: {vvv_locked: 4e7}\n", "'initial.vvv_locked'"},
    {"initial: {diem_staked: 99999}\n", "'initial.diem_staked'"},
    {"initial: {vvv_price: 0}\n", "must lie in"},
    {"markets: {vvv_usd: {depth: 0 USD}}\n", "must lie in"},
    {"markets: {vvv_usd: {fee: 130 %}}\n", "must lie in"},
    {"providers: {repair: {mean: 6 VVV}}\n", "must have the unit d"},
    {"providers: {repair: {scv: 6 h}}\n", "no unit of that kind"},
    {"demand: {size: {mean: 6 h}}\n", "no unit of that kind"},
    {Q "service: {mean: 6 h}\n", "no unit of that kind"},
    {"consumers: {cohorts: {a: {process: {process: mmpp, switch: [1 h, 2]}}}}\n",
     "must have the unit 1/d"},
    {"consumers: {cohorts: {a: {profile: [1, 2, 3]}}}\n", "must be 24"},
    {"title: [1, 2]\n", "must be text"},
    {"description: {a: 1}\n", "must be text"},
    {"? {a: 1}\n: 2\n", "plain word"},
    {"a: &x [*x]\n", "alias"},
    {"a: *nothing\n", "anchor"},
    {"\"a\\u001b[31mb\": 1\n", "\\x1b"},
    /* Columns are characters, and a byte order mark is none. */
    {"title: \xc3\xa9\xc3\xa9\xc3\xa9\xff, and\n",
     "test.yaml:1:11: a byte that is not UTF-8\n    title: \xc3\xa9\xc3\xa9\xc3\xa9\\xff, and\n"
     "              ^"},
    {"\xef\xbb\xbftitle: \xff\n",
     "test.yaml:1:8: a byte that is not UTF-8\n    title: \\xff\n           ^"},
    {"\xef\xbb\xbf{title: a, replicas: x}\n",
     "test.yaml:1:22: 'replicas' is 'x': not a number\n    {title: a, replicas: x}\n"
     "                         ^"},
    {"\xef\xbb\xbf%YAML 1.1\n---\n" Q, "test.yaml:1:1: a YAML directive"},
    {"# no\r%YAML 1.1\r---\r" Q, "a YAML directive"},
    {"title: a\n\xef\xbb\xbfseed: 1\n", "unknown key '\\xef\\xbb\\xbfseed', did you mean 'seed'?"},
    /* A path is told as the mapping that it stands for, and dots alone are no path. */
    {"policies.mint.target: 3\n", "write 'policies: {mint: {target: …}}'"},
    {Q "arrivals: {rate.: 3}\n", "unknown key 'rate.', did you mean 'rate'?"},
    {Q "arrivals: {'a..b': 3}\n", "unknown key 'a..b' (one of: rate, process)"},
    {Q "arrivals: {"
       "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa': 3}\n",
     "aaa...' (one of: rate, process)"},
};
enum { BAD = sizeof bad / sizeof bad[0] };

START_TEST(a_wrong_scenario_is_told_what_would_be_right)
{
    ds_scenario s;
    ds_status st;
    ck_assert_msg(!load_sets(&s, bad[_i].text, NULL, 0, &st), "accepted: %s", bad[_i].text);
    ck_assert_msg(st.code == DS_E_DATA, "code %d for %s", st.code, bad[_i].text);
    ck_assert_msg(strstr(st.text, bad[_i].says) != NULL, "'%s' is not in: %s", bad[_i].says,
                  st.text);
    ck_assert_msg(strncmp(st.text, "test.yaml:", 10) == 0, "no place in: %s", st.text);
    ds_scenario_free(&s);
}
END_TEST

static const struct {
    const char *set, *says;
    ds_code code;
} bad_sets[] = {
    {"servers", "must be KEY.PATH=VALUE", DS_E_USAGE},
    {"servers=0", "--set:1:9:", DS_E_DATA},
    {"servrs=1", "did you mean 'servers'", DS_E_DATA},
    {"arrivals.rat=1", "did you mean 'rate'", DS_E_DATA},
    {"servers=[", "--set:", DS_E_DATA},
    {"a..b=1", "not a path", DS_E_DATA},
    {"output.metrics=[nothing]", "unknown metric", DS_E_DATA},
};

START_TEST(a_wrong_set_is_shown_with_a_caret)
{
    ds_scenario s;
    ds_status st;
    ck_assert(!load_sets(&s, Q, &bad_sets[_i].set, 1, &st));
    ck_assert_msg(st.code == bad_sets[_i].code && strstr(st.text, bad_sets[_i].says), "%d: %s",
                  st.code, st.text);
    ds_scenario_free(&s);
}
END_TEST

START_TEST(a_message_shows_the_line_and_a_caret)
{
    ds_scenario s;
    ds_status st;
    ck_assert(!load_sets(&s, "title: x\nhorizon: 5 lightyears\n", NULL, 0, &st));
    ck_assert_str_eq(st.text, "test.yaml:2:10: 'horizon' is '5 lightyears': must have the unit d "
                              "or one that converts to it\n"
                              "    horizon: 5 lightyears\n             ^");
    ds_scenario_free(&s);
}
END_TEST

static char *repeated(const char *piece, size_t times, const char *end)
{
    const size_t length = strlen(piece);
    char *const text = malloc(length * times + strlen(end) + 1);
    for (size_t i = 0; i < times; i++)
        memcpy(text + i * length, piece, length);
    strcpy(text + length * times, end);
    return text;
}

START_TEST(deep_nesting_is_refused)
{
    static const char *const pieces[] = {"[", "{a: ", "- "};
    ds_scenario s;
    ds_status st;
    char *const text = repeated(pieces[_i], 100000, "");
    ck_assert(!load_sets(&s, text, NULL, 0, &st));
    ck_assert_int_eq(st.code, DS_E_DATA);
    free(text);
    ds_scenario_free(&s);
}
END_TEST

START_TEST(an_alias_bomb_is_refused)
{
    char text[4096] = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n";
    for (int i = 1; i < 30; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text),
                 "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n", i, i, i - 1, i - 1, i - 1,
                 i - 1, i - 1, i - 1);
    ds_scenario s;
    ds_status st;
    ck_assert(!load_sets(&s, text, NULL, 0, &st));
    ck_assert_ptr_nonnull(strstr(st.text, "10,000"));
    ds_scenario_free(&s);
    /* Of 11 nodes 818 aliases make 9,000, and twice as many 18,000. */
    for (int times = 1; times <= 2; times++) {
        char *const list = repeated("*a, ", (size_t)times * 818, "1]\n");
        char *const whole = malloc(strlen(list) + 100);
        sprintf(whole, "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\nb: [%s", list);
        ck_assert(!load_sets(&s, whole, NULL, 0, &st));
        ck_assert_int_eq(strstr(st.text, "10,000") != NULL, times > 1);
        ds_scenario_free(&s);
        free(whole);
        free(list);
    }
}
END_TEST

/* No text may crash the loader: a good one with bytes changed, taken out and doubled. */
START_TEST(mutated_scenarios_never_crash)
{
    static const char good[] =
        "model: queue\nhorizon: 20\nseed: 1\nreplicas: 3\nobserve: 5\n"
        "arrivals: {process: mmpp, rates: [1, 2], switch: [0.1, 0.2]}\n"
        "service: &s {distribution: lognormal, mean: 1.0, scv: 2}\npatience: *s\n"
        "sweep: {servers: [1, 2], capacity: {from: 3, to: 9, by: 3}}\nvariants: {a: {}, b: "
        "{servers: 2}}\n";
    ds_rng rng = ds_rng_stream(8, (uint32_t)_i, 0, 0);
    for (int round = 0; round < 500; round++) {
        char text[sizeof good + 64];
        size_t n = sizeof good - 1;
        memcpy(text, good, n);
        for (uint32_t k = ds_rng_below(&rng, 6) + 1; k > 0; k--) {
            const size_t at = ds_rng_below(&rng, (uint32_t)n);
            const uint32_t how = ds_rng_below(&rng, 3);
            if (how == 0) {
                text[at] = (char)(1 + ds_rng_below(&rng, 255));
            } else if (how == 1) {
                memmove(text + at, text + at + 1, n - at - 1);
                n--;
            } else if (n + 1 < sizeof text) {
                memmove(text + at + 1, text + at, n - at);
                n++;
            }
        }
        text[n] = '\0';
        ds_scenario s;
        ds_status st;
        if (!load_sets(&s, text, NULL, 0, &st))
            ck_assert(st.code == DS_E_DATA && st.text[0] != '\0');
        ds_scenario_free(&s);
    }
}
END_TEST

START_TEST(the_schema_is_printed)
{
    /* An action may name what is not fixed, nested and by dotted paths in one. */
    static const char set[] = "\"demand\":{\"$ref\":\"#/$defs/diem/properties/demand\"}";
    static const char dotted[] =
        "},\"patternProperties\":{\"[.]\":{}},\"additionalProperties\":false}";
    char *text = NULL;
    size_t size = 0;
    ds_status st = {0};
    FILE *const file = open_memstream(&text, &size);
    ck_assert(ds_schema_print(ds_models, file, &st));
    fclose(file);
    ck_assert_uint_gt(size, 10000);
    ck_assert_ptr_nonnull(strstr(text, set));
    ck_assert_ptr_nonnull(strstr(strstr(text, set), dotted));
    char *const changes = strstr(text, "\"minProperties\":1,\"properties\":{\"");
    ck_assert_ptr_nonnull(changes);
    *strstr(changes, "\"patternProperties\"") = '\0';
    ck_assert_ptr_nonnull(strstr(changes, "properties/demand\"}"));
    ck_assert_ptr_null(strstr(changes, "properties/initial\"}"));
    free(text);
}
END_TEST

START_TEST(a_variant_can_name_dotted_paths)
{
    static const char *const texts[] = {
        "model: queue\nvariants: {a: {}, b: {service: {mean: 0.5}, servers: 2}}\n",
        "model: queue\nvariants: {a: {}, b: {service.mean: 0.5, servers: 2}}\n"};
    ds_scenario s[2];
    const void *config[2];
    for (int i = 0; i < 2; i++) {
        ds_status st = {0};
        const ds_scenario_request q = {.path = "v.yaml", .text = texts[i], .models = ds_models};
        ck_assert_msg(ds_scenario_load(&s[i], &q, &st), "%s", st.text);
        ck_assert_msg(ds_scenario_config(&s[i], 1, &config[i], &st), "%s", st.text);
    }
    ck_assert(ds_params_same(s[0].model->params, config[0], config[1]));
    for (int i = 0; i < 2; i++)
        ds_scenario_free(&s[i]);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{units_convert_and_defaults_fill_in, 0},
                             {the_queue_of_the_reference_is_read_in_full, 0},
                             {sets_are_laid_over_the_text, 0},
                             {a_variant_can_name_dotted_paths, 0},
                             {variants_times_a_sweep_are_points_with_labels, 0},
                             {one_cohort_changes_without_naming_the_others, 0},
                             {naming_cohorts_names_all_of_them_and_null_takes_one_out, 0},
                             {resolved_is_a_fixed_point, 4},
                             {a_seed_that_nobody_gave_is_drawn, 0},
                             {an_infinite_mean_is_warned_of_once, 0},
                             {a_wrong_scenario_is_told_what_would_be_right, BAD},
                             {a_wrong_set_is_shown_with_a_caret, 7},
                             {a_message_shows_the_line_and_a_caret, 0},
                             {deep_nesting_is_refused, 3},
                             {an_alias_bomb_is_refused, 0},
                             {mutated_scenarios_never_crash, 4},
                             {the_schema_is_printed, 0},
                             {0}};
    return ds_run_tests("scenario", tests, 60);
}
