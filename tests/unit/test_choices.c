/* What stands beside the word that picks a policy, a distribution or a process. */
#include "run.h"

#include "models/models.h"
#include "sim/io/resolve.h"
#include "sim/io/scenario.h"

#include <string.h>

static bool load_sets(ds_scenario *s, const char *text, const char *const *sets, size_t count,
                      ds_status *st)
{
    const ds_scenario_request q = {
        .path = "test.yaml", .text = text, .models = ds_models, .sets = sets, .set_count = count};
    *st = (ds_status){0};
    return ds_scenario_load(s, &q, st);
}

/* A mean, a rate and bounds within a distribution are in the unit of the key it stands at. */
START_TEST(distributions_of_times_have_units)
{
    static const char *const seed[] = {"seed=1"};
    static const char *const same[][2] = {
        {"providers: {repair: {distribution: exponential, mean: 6 h}}",
         "providers: {repair: "
         "{distribution: exponential, mean: 0.25}}"},
        {"providers: {repair: {distribution: uniform, min: 30 min, max: 0.5 d}}",
         "providers: {repair: {distribution: uniform, min: 0.0208333333333333333, max: 0.5}}"},
        {"providers: {repair: {distribution: hyperexponential, p: 20 %, rates: [1 1/h, 2]}}",
         "providers: {repair: {distribution: hyperexponential, p: 0.2, rates: [24, 2]}}"},
        {"consumers: {cohorts: {a: {process: {process: mmpp, rates: [1, 2 1/d], switch: [1 1/h, "
         "7 1/wk]}}}}",
         "consumers: {cohorts: {a: {process: {process: mmpp, rates: [1, 2], switch: [24, 1]}}}}"},
        {"consumers: {cohorts: {a: {process: {process: renewal, distribution: pareto, min: 6 h}}}}",
         "consumers: {cohorts: {a: {process: {process: renewal, distribution: pareto, min: "
         "0.25}}}}"},
        {"governance: {g: {at: 1, set: {providers.repair: {distribution: deterministic, mean: 2 "
         "h}}}}\nproviders: {repair: {mean: 4 h}}",
         "governance: {g: {at: 1, set: {providers.repair: {distribution: deterministic, mean: 2 "
         "h}}}}\nproviders: {repair: {mean: 0.1666666666666666667}}"},
    };
    ds_scenario a, b;
    ds_status st;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        ck_assert_msg(load_sets(&a, same[i][0], seed, 1, &st), "%s: %s", same[i][0], st.text);
        ck_assert_msg(load_sets(&b, same[i][1], seed, 1, &st), "%s: %s", same[i][1], st.text);
        ck_assert_str_eq(a.resolved, b.resolved);
        ds_scenario_free(&a);
        ds_scenario_free(&b);
    }
}
END_TEST

static void must_say_the_same(const char *text, const char *const *sets, const char *const *others)
{
    ds_scenario a, b;
    ds_status st;
    size_t count = 0, more = 0;
    while (sets[count])
        count++;
    while (others[more])
        more++;
    ck_assert_msg(load_sets(&a, text, sets, count, &st), "%s", st.text);
    ck_assert_msg(load_sets(&b, text, others, more, &st), "%s", st.text);
    ck_assert_msg(strcmp(a.resolved, b.resolved) == 0, "%s is not %s", sets[0], others[0]);
    ds_scenario_free(&a);
    ds_scenario_free(&b);
}
#define SETS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Later ones win, but what picks a rule does not undo what was set of the rule that it picks. */
START_TEST(a_rule_and_its_numbers_are_set_in_any_order)
{
    static const char mint[] = "seed: 1\npolicies: {mint: {use: constant, rate: 7}}\n";
    static const char queue[] = "model: queue\nhorizon: 10\nseed: 1\n";
    must_say_the_same(mint,
                      SETS("policies.mint.width=100", "demand.scale=2", "policies.mint.use=table"),
                      SETS("policies.mint={use: table, width: 100}", "demand.scale=2"));
    must_say_the_same(
        mint,
        SETS("policies.mint.use=linear", "policies.mint.rate=3", "policies.mint.use=constant"),
        SETS("policies.mint.rate=3"));
    must_say_the_same(mint, SETS("policies.mint={use: table}", "policies.mint.use=constant"),
                      SETS("policies.mint.rate=237"));
    must_say_the_same(mint, SETS("policies.mint.use=linear", "policies={mint: {use: table}}"),
                      SETS("policies.mint={use: table}"));
    must_say_the_same(queue, SETS("service.shape=5", "service.distribution=erlang"),
                      SETS("service={distribution: erlang, shape: 5}"));
    must_say_the_same(queue, SETS("arrivals.mu=0.2", "servers=2", "arrivals.process=hawkes"),
                      SETS("servers=2", "arrivals={process: hawkes, mu: 0.2}"));
    ds_scenario s;
    ds_status st;
    ck_assert(
        !load_sets(&s, mint, SETS("policies.mint.rate=3", "policies.mint.use=table"), 2, &st));
    ck_assert_msg(strstr(st.text, "unknown key 'rate'") != NULL, "%s", st.text);
    ds_scenario_free(&s);
}
END_TEST

static const char *shown(ds_scenario *s, size_t point, ds_pool *pool)
{
    const void *config;
    ds_status st = {0};
    ds_json j = {.pool = pool};
    ck_assert_msg(ds_scenario_config(s, point, &config, &st), "%s", st.text);
    ds_resolve(&j, s->model->params, config);
    return j.text;
}

START_TEST(so_are_those_of_a_variant)
{
    ds_scenario s;
    ds_status st;
    ds_pool pool = {0};
    ck_assert_msg(load_sets(&s,
                            "seed: 1\npolicies: {mint: {use: constant}}\nvariants:\n"
                            "  a: {policies.mint: {use: table, width: 100}}\n"
                            "  b: {policies.mint.use: table, policies.mint.width: 100}\n"
                            "  c: {policies.mint.width: 100, policies.mint.use: table}\n",
                            NULL, 0, &st),
                  "%s", st.text);
    ck_assert(strstr(shown(&s, 0, &pool), "\"width\":100") != NULL);
    for (size_t i = 1; i < 3; i++)
        ck_assert(strcmp(shown(&s, i, &pool), shown(&s, 0, &pool)) == 0);
    ds_scenario_free(&s);
    /* A path that is none is told where it stands. */
    ck_assert(
        !load_sets(&s, "seed: 1\nvariants: {a: {.policies.mint.use: table}}\n", NULL, 0, &st));
    ck_assert_msg(strstr(st.text, "test.yaml:2:") != NULL, "%s", st.text);
    ds_scenario_free(&s);
    ds_pool_free(&pool);
}
END_TEST

/* The target of a mint rule is a target in the next, a mean is one of any distribution. */
START_TEST(what_rules_share_stays_when_another_is_picked)
{
    static const char mint[] =
        "seed: 1\npolicies:\n  mint: {use: table, base: 80, target: 38000, width: 100}\n"
        "  emission: {use: schedule, steps: [{from: 2026-01-01, rate: 7}]}\n"
        "  fee_split: {use: fixed, providers: 0.6, treasury: 0.4}\n";
    static const char queue[] = "model: queue\nhorizon: 10\nseed: 1\nservice: {distribution: "
                                "lognormal, mean: 0.3, scv: 4}\narrivals: {process: renewal, "
                                "distribution: erlang, mean: 3, shape: 4}\n";
    must_say_the_same(mint, SETS("policies.mint.use=exponential_cubic"),
                      SETS("policies.mint={use: exponential_cubic, base: 80, target: 38000}"));
    must_say_the_same(mint, SETS("policies.mint.use=linear"),
                      SETS("policies.mint={use: linear, base: 80, target: 38000}"));
    /* In a formula, where it has that name. */
    must_say_the_same(
        mint,
        SETS("policies.mint={use: formula, rate: base * exp(power * (supply / target)^3), power: "
             "1}"),
        SETS(
            "policies.mint={use: formula, rate: base * exp(power * (supply / target)^3), power: 1, "
            "base: 80, target: 38000}"));
    must_say_the_same(mint, SETS("policies.mint={use: formula, rate: supply + base}"),
                      SETS("policies.mint={use: formula, rate: supply + base, base: 80}"));
    must_say_the_same(mint, SETS("policies.mint={use: pi_controller, base: 70}"),
                      SETS("policies.mint={use: pi_controller, base: 70, target: 38000}"));
    must_say_the_same(
        mint, SETS("policies.emission.use=utilization_split"),
        SETS("policies.emission={use: utilization_split, steps: [{from: 2026-01-01, rate: 7}]}"));
    must_say_the_same(mint, SETS("policies.fee_split.use=utilization_sloped"),
                      SETS("policies.fee_split={use: utilization_sloped, providers: 0.8}"));
    must_say_the_same(queue, SETS("service.distribution=gamma"),
                      SETS("service={distribution: gamma, mean: 0.3, scv: 4}"));
    must_say_the_same(queue, SETS("service.distribution=deterministic"),
                      SETS("service={distribution: deterministic, mean: 0.3}"));
    must_say_the_same(queue, SETS("arrivals.distribution=deterministic"),
                      SETS("arrivals={process: renewal, distribution: deterministic, mean: 3}"));
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{distributions_of_times_have_units, 0},
                             {a_rule_and_its_numbers_are_set_in_any_order, 0},
                             {so_are_those_of_a_variant, 0},
                             {what_rules_share_stays_when_another_is_picked, 0},
                             {0}};
    return ds_run_tests("choices", tests, 30);
}
