/* Candidates simulated in memory: the numbers of a run, for any threads. */
#include "../toy.h"
#include "run.h"

#include "models/models.h"
#include "sim/io/search.h"
#include "sim/io/vary.h"
#include "sim/run/ensemble.h"
#include "sim/run/trial.h"

#include <string.h>
#include <unistd.h>

enum { REPLICAS = 37, FIGURES = 4 };

static const char text[] = "model: toy\nreplicas: 37\nseed: 5\n"
                           "optimise: {vary: {drift: {from: -0.5, to: 0.5}}}\n";

static const ds_trial_figure figures[FIGURES] = {
    {.outcome = true},
    {.when = DS_TRIAL_END},
    {.when = DS_TRIAL_MEAN},
    {.when = DS_TRIAL_AT, .time = 3, .part = 0.25},
};

typedef struct fixture {
    ds_scenario_request request;
    ds_scenario scenario;
    ds_trial trial;
} fixture;

static void open(fixture *f, const char *scenario)
{
    ds_status st = {0};
    f->request = (ds_scenario_request){.path = "toy", .text = scenario, .models = toys};
    ck_assert_msg(ds_scenario_load(&f->scenario, &f->request, &st), "%s", st.text);
    f->trial = (ds_trial){.base = &f->request,
                          .scenario = &f->scenario,
                          .vary = &f->scenario.optimise->vary,
                          .digits = 17,
                          .threads = 2,
                          .figure = figures,
                          .figures = FIGURES};
}

static void simulate(const fixture *f, const ds_trial_call *call, ds_trial_answer *answer)
{
    ds_status st = {0};
    ck_assert_msg(ds_trial_run(&f->trial, call, answer, &st), "%s", st.text);
}

/* A result of the same candidate, by an ordinary run. */
static void simulate_apart(const char *drift, double *values)
{
    char scenario[200], path[] = "/tmp/trial-XXXXXX";
    double series[11];
    ds_status st = {0};
    ds_scenario s;
    ds_run_report report;
    ds_result *result;
    ck_assert_int_ge(close(mkstemp(path)), 0);
    snprintf(scenario, sizeof scenario, "model: toy\nreplicas: 37\nseed: 5\ndrift: %s\n", drift);
    const ds_scenario_request wanted = {.path = "toy", .text = scenario, .models = toys};
    ck_assert(ds_scenario_load(&s, &wanted, &st));
    const ds_run_request request = {.scenario = &s,
                                    .output = path,
                                    .force = true,
                                    .quiet = true,
                                    .program = "test",
                                    .version = "1",
                                    .build = "any"};
    ck_assert_msg(ds_run(&request, &report, &st), "%s", st.text);
    ck_assert(ds_result_open(&result, path, &st));
    for (size_t r = 0; r < REPLICAS; r++) {
        double *const row = values + r * FIGURES;
        ck_assert(ds_result_series(result, "place", 0, r, 1, series, &st));
        row[0] = row[1] = series[10];
        row[2] = 0;
        for (int k = 0; k < 11; k++)
            row[2] += series[k];
        row[2] /= 11;
        row[3] = series[3] + 0.25 * (series[4] - series[3]);
    }
    ds_result_close(result);
    ds_scenario_free(&s);
    unlink(path);
}

START_TEST(a_trial_is_what_a_run_is)
{
    fixture f;
    static double values[2 * REPLICAS * FIGURES], wanted[REPLICAS * FIGURES];
    bool valid[2];
    const double candidate[2] = {0.75, 0.25};
    open(&f, text);
    ds_trial_answer answer = {.value = values, .valid = valid};
    const ds_trial_call call = {
        .candidate = candidate, .count = 2, .replicas = REPLICAS, .seed = 5};
    simulate(&f, &call, &answer);
    simulate_apart("0.25", wanted);
    ck_assert(valid[0] && valid[1] && answer.failed == 0);
    ck_assert_mem_eq(values, wanted, sizeof wanted);
    simulate_apart("-0.25", wanted);
    ck_assert_mem_eq(values + REPLICAS * FIGURES, wanted, sizeof wanted);
    ds_scenario_free(&f.scenario);
}
END_TEST

START_TEST(the_scenario_itself_is_a_candidate_too)
{
    fixture f;
    static double values[REPLICAS * FIGURES], wanted[REPLICAS * FIGURES];
    bool valid[1];
    open(&f, text);
    ds_trial_answer answer = {.value = values, .valid = valid};
    const ds_trial_call call = {.count = 1, .replicas = REPLICAS, .seed = 5};
    simulate(&f, &call, &answer);
    simulate_apart("0", wanted);
    ck_assert_mem_eq(values, wanted, sizeof wanted);
    ds_scenario_free(&f.scenario);
}
END_TEST

START_TEST(candidates_apart_are_replicas_of_their_own)
{
    enum { COUNT = 20 };
    fixture f;
    static double many[COUNT * FIGURES], one[FIGURES], same[COUNT * FIGURES];
    double candidate[COUNT];
    bool valid[COUNT];
    open(&f, text);
    for (int i = 0; i < COUNT; i++)
        candidate[i] = 0.5;
    ds_trial_answer answer = {.value = many, .valid = valid};
    ds_trial_call call = {.candidate = candidate,
                          .count = COUNT,
                          .replicas = 1,
                          .seed = 5,
                          .apart = true,
                          .from = 100};
    simulate(&f, &call, &answer);
    f.trial.threads = 1;
    answer.value = same;
    simulate(&f, &call, &answer);
    ck_assert_mem_eq(many, same, sizeof many);
    for (size_t i = 0; i < COUNT; i++) {
        ck_assert(i == 0 || many[i * FIGURES] != many[(i - 1) * FIGURES]);
        call = (ds_trial_call){candidate, 1, 1, 5, true, 100 + i};
        answer.value = one;
        simulate(&f, &call, &answer);
        ck_assert_mem_eq(one, many + i * FIGURES, sizeof one);
    }
    ds_scenario_free(&f.scenario);
}
END_TEST

START_TEST(a_candidate_that_is_refused_spoils_no_other)
{
    enum { COUNT = 5 };
    fixture f;
    static double values[COUNT * 3 * FIGURES], alone[3 * FIGURES];
    const double candidate[COUNT] = {0.2, 0.9, 0.4, 0.95, 0.6};
    bool valid[COUNT];
    /* The range reaches beyond what the parameter allows: -2 + 3.5 u above 1. */
    open(&f, "model: toy\noptimise: {vary: {drift: {from: -2, to: 1.5}}}\n");
    ds_trial_answer answer = {.value = values, .valid = valid};
    ds_trial_call call = {.candidate = candidate, .count = COUNT, .replicas = 3, .seed = 5};
    simulate(&f, &call, &answer);
    const bool wanted[COUNT] = {false, false, true, false, true};
    ck_assert_mem_eq(valid, wanted, sizeof valid);
    ck_assert_ptr_nonnull(strstr(answer.refusal, "drift"));
    ck_assert(isnan(values[0]) && isnan(values[3 * FIGURES]));
    call.candidate = candidate + 4;
    call.count = 1;
    answer.value = alone;
    simulate(&f, &call, &answer);
    ck_assert_mem_eq(values + 4 * 3 * FIGURES, alone, sizeof alone);
    ds_scenario_free(&f.scenario);
}
END_TEST

START_TEST(replicas_that_fail_have_no_value)
{
    fixture f;
    static double values[REPLICAS * FIGURES];
    bool valid[1];
    open(&f, "model: toy\nfail_from: 30\noptimise: {vary: {drift: {from: -0.5, to: 0.5}}}\n");
    ds_trial_answer answer = {.value = values, .valid = valid};
    const double candidate = 0.5;
    const ds_trial_call call = {
        .candidate = &candidate, .count = 1, .replicas = REPLICAS, .seed = 5};
    simulate(&f, &call, &answer);
    ck_assert_uint_eq(answer.failed, REPLICAS - 30);
    ck_assert_ptr_nonnull(strstr(answer.cause, "replica 30 does not like it"));
    ck_assert(isfinite(values[29 * FIGURES]) && isnan(values[30 * FIGURES]));
    ds_scenario_free(&f.scenario);
}
END_TEST

START_TEST(seeds_of_streams_differ)
{
    ck_assert(ds_trial_seed(1, 1) != ds_trial_seed(1, 2) &&
              ds_trial_seed(1, 1) != ds_trial_seed(2, 1));
    ck_assert(ds_trial_seed(1, 1) < UINT64_C(1) << 53);
}
END_TEST

/* ---- what a candidate says ---- */

static void load(ds_scenario *s, const char *scenario)
{
    ds_status st = {0};
    const ds_scenario_request q = {.path = "vary.yaml", .text = scenario, .models = ds_models};
    ck_assert_msg(ds_scenario_load(s, &q, &st), "%s", st.text);
}

START_TEST(what_a_candidate_means_is_said_in_the_words_of_a_scenario)
{
    ds_scenario s;
    ds_pool pool = {0};
    load(&s, "horizon: 10 d\npolicies: {mint: {use: table, target: 40000}}\noptimise:\n  vary:\n"
             "    policies.mint.target: {from: 30000 DIEM, to: 50000 DIEM}\n"
             "    demand.scale: {from: 0.5, to: 2, scale: log}\n"
             "    policies.mint.use: [table, linear]\n"
             "    policies.mint.power: {from: 1, to: 4}\n");
    const ds_vary *const v = &s.optimise->vary;
    ck_assert_uint_eq(v->count, 4);
    ck_assert_double_eq(v->now[0], 0.5);
    ck_assert_str_eq(v->now_text[0], "40000 DIEM");
    ck_assert_double_eq(v->now[1], 0.5);
    ck_assert_double_eq(v->now[2], 0.25);
    ck_assert_str_eq(v->now_text[2], "table");
    ck_assert(ds_vary_ordered(v, 0) && !ds_vary_ordered(v, 2));
    double unit[4] = {0.123456, 0.75, 0.9, 0.50003};
    ds_vary_snap(v, 4, unit);
    ck_assert_double_eq(unit[2], 0.75);
    ck_assert_str_eq(ds_vary_text(&pool, v, 0, 4, unit[0]), "32470 DIEM");
    ck_assert_str_eq(ds_vary_text(&pool, v, 1, 4, unit[1]), "1.414");
    ck_assert_str_eq(ds_vary_changes(&pool, v, 4, unit),
                     "{\"policies.mint.use\":\"linear\",\"policies.mint.target\":\"32470 DIEM\","
                     "\"demand.scale\":1.414,\"policies.mint.power\":2.5}");
    ck_assert_str_eq(ds_vary_yaml(&pool, v, 4, unit),
                     "demand:\n  scale: 1.414\npolicies:\n  mint:\n    power: 2.5\n"
                     "    target: \"32470 DIEM\"\n    use: \"linear\"\n");
    double again[4];
    memcpy(again, unit, sizeof unit);
    ds_vary_snap(v, 4, again);
    ck_assert_mem_eq(again, unit, sizeof unit);
    ds_pool_free(&pool);
    ds_scenario_free(&s);
}
END_TEST

START_TEST(whole_numbers_stay_whole)
{
    ds_scenario s;
    ds_pool pool = {0};
    load(&s, "model: queue\nservers: 3\noptimise: {vary: {servers: {from: 1, to: 10}}}\n");
    const ds_vary *const v = &s.optimise->vary;
    double unit = 0.26;
    ck_assert_double_eq_tol(v->now[0], 0.25, 1e-12);
    ds_vary_snap(v, 4, &unit);
    ck_assert_str_eq(ds_vary_text(&pool, v, 0, 4, unit), "3");
    ck_assert_double_eq(unit, v->now[0]);
    ds_pool_free(&pool);
    ds_scenario_free(&s);
}
END_TEST

static const struct {
    const char *said, *complaint;
} wrong[] = {
    {"optimise: {vary: {servres: {from: 1, to: 2}}}", "did you mean 'servers'"},
    {"optimise: {vary: {arrivals.rat: {from: 1, to: 2}}}", "did you mean 'rate'"},
    {"optimise: {vary: {servers: {from: 3, to: 2}}}", "'from' is 3, must be below 'to' = 2"},
    {"optimise: {vary: {servers: {from: 1.5, to: 2}}}", "must be whole"},
    {"optimise: {vary: {servers: 3}}", "must be a list of at least one value, or a range"},
    {"optimise: {vary: {service.distribution: [exponential, exponental]}}", "did you mean"},
    {"optimise: {vary: {servers: [1, two]}}", "'servers' is 'two'"},
    {"optimise: {vary: {servers: []}}", "must be a list of at least one value, or a range"},
    {"optimise: {vary: {seed: {from: 1, to: 2}}}", "cannot vary"},
    {"optimise: {vary: {}}", "at least one key path"},
    {"optimise: {vary: [servers]}", "at least one key path"},
    {"optimise: {evaluations: 0}", "evaluations"},
    {"optimise: {evaluation: 5}", "did you mean 'evaluations'"},
    {"calibrate: {method: guess}", "'method' is 'guess'"},
    {"calibrate: {observed: nothing.csv}", "there is no file 'nothing.csv'"},
    {"optimise: 3", "optimise"},
};

START_TEST(a_wrong_search_is_refused_with_its_place)
{
    char scenario[300];
    ds_scenario s;
    ds_status st = {0};
    snprintf(scenario, sizeof scenario, "model: queue\n%s\n", wrong[_i].said);
    const ds_scenario_request q = {.path = "vary.yaml", .text = scenario, .models = ds_models};
    ck_assert(!ds_scenario_load(&s, &q, &st));
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_msg(strstr(st.text, wrong[_i].complaint), "%s", st.text);
    ck_assert_msg(strncmp(st.text, "vary.yaml:2:", 12) == 0, "%s", st.text);
    ds_scenario_free(&s);
}
END_TEST

START_TEST(a_search_is_read_again_from_what_a_result_keeps)
{
    ds_scenario s, again;
    load(&s, "model: queue\noptimise: {vary: {servers: {from: 1, to: 10}}, evaluations: 7}\n");
    load(&again, s.resolved);
    ck_assert_str_eq(again.resolved, s.resolved);
    ck_assert_int_eq(again.optimise->evaluations, 7);
    ds_scenario_free(&again);
    ds_scenario_free(&s);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {a_trial_is_what_a_run_is, 0},
        {the_scenario_itself_is_a_candidate_too, 0},
        {candidates_apart_are_replicas_of_their_own, 0},
        {a_candidate_that_is_refused_spoils_no_other, 0},
        {replicas_that_fail_have_no_value, 0},
        {seeds_of_streams_differ, 0},
        {what_a_candidate_means_is_said_in_the_words_of_a_scenario, 0},
        {whole_numbers_stay_whole, 0},
        {a_wrong_search_is_refused_with_its_place, sizeof wrong / sizeof wrong[0]},
        {a_search_is_read_again_from_what_a_result_keeps, 0},
        {0},
    };
    return ds_run_tests("trial", tests, 60);
}
