/* Multilevel splitting: what it estimates is what is counted or known, and repetitions are what
 * they are whatever ran before. */
#include "run.h"
#include "tests/rare.h"

#include "models/diem/shocks.h"
#include "models/queue/queue.h"

#include <string.h>

#define MM1(rho, replicas, rest)                                           \
    "model: queue\nhorizon: 1e5\nseed: 1\ninitial: 1\nreplicas: " replicas \
    "\narrivals: {process: "                                               \
    "poisson, rate: " rho                                                  \
    "}\ncapacity: 1000\nsplitting: {metric: number_in_system, stop: 0, " rest "}\n"

static const double errors_most = 4;

/* ---- known answers ---- */

START_TEST(a_queue_overflows_as_theory_says)
{
    static const struct {
        const char *text;
        double rho, target;
    } cases[] = {
        {MM1("0.5", "400", "target: 8, effort: 50"), 0.5, 8},
        {MM1("0.5", "200", "target: 8, effort: 100, stages: 7"), 0.5, 8},
        {MM1("0.5", "300", "target: 12, effort: 100, levels: [2, 3, 6, 9]"), 0.5, 12},
        {MM1("0.5", "100", "target: 30, effort: 200"), 0.5, 30},
        {MM1("0.8", "200", "target: 40, effort: 100"), 0.8, 40},
        {MM1("0.5", "300", "target: 12, effort: 100, states: 7"), 0.5, 12},
        {MM1("0.5", "200", "target: 2.5, effort: 40"), 0.5, 3}, /* levels are whole */
    };
    rare_is(cases[_i].text, rare_overflow(cases[_i].rho, cases[_i].target), errors_most);
}
END_TEST

/* An empty queue is not back at 0 before it has left it; then it has 1. */
START_TEST(a_path_that_starts_at_the_stop_must_leave_it_first)
{
    rare_is("model: queue\nhorizon: 1e5\nseed: 2\nreplicas: 200\ncapacity: 1000\narrivals: "
            "{process: mmpp, rates: [0.5, 0.5], switch: [3, 3]}\nsplitting: {metric: "
            "number_in_system, stop: 0, target: 10, effort: 100}\n",
            rare_overflow(0.5, 10), errors_most);
}
END_TEST

/* Five servers of which all fail before all are up again: from one failed, with failures at (5 - d)
 * / mttf and repairs at d / mttr, 1 / (1 + sum over k of the product of repairs over failures up to
 * k) (Karlin & Taylor 1975, 4.7). It needs a horizon that no path reaches. */
START_TEST(servers_all_fail_as_theory_says)
{
    double sum = 1, product = 1;
    for (int d = 1; d <= 4; d++) {
        product *= d / 1.0 / ((5 - d) / 10.0);
        sum += product;
    }
    rare_is("model: queue\nhorizon: 1e4\nseed: 3\nreplicas: 200\ncapacity: 50\nservers: 5\n"
            "failures: {mttf: 10, mttr: 1, repairmen: 5}\nsplitting: {metric: servers_up, below: "
            "true, stop: 5, target: 0, effort: 100}\n",
            1 / sum, errors_most);
}
END_TEST

/* ---- against counting ---- */

static bool reached(void *watcher)
{
    const ds_replica *const r = watcher;
    return r->model->level(r->world, 1) >= 9;
}

/* Of replicas as they run anyway. */
static estimate counted(const char *text, uint32_t replicas)
{
    ds_rare r;
    double hits = 0;
    rare_open(&r, text);
    ck_assert_str_eq(r.scenario.model->metrics[1].name, "number_in_system");
    for (uint32_t i = 0; i < replicas; i++) {
        ck_assert(ds_replica_begin(&r.replica, i));
        ds_engine *const engine = r.replica.model->engine(r.replica.world);
        ck_assert(ds_engine_watch(engine, r.scenario.frame.horizon, reached, &r.replica));
        hits += reached(&r.replica);
    }
    rare_close(&r);
    const double p = hits / replicas;
    return (estimate){p, sqrt(p * (1 - p) / replicas)};
}

/* Times with a memory stay as they are in the states, others are drawn anew: neither may show. */
START_TEST(queues_with_memory_are_what_is_counted)
{
    static const char *const queues[] = {
        "arrivals: {process: renewal, distribution: erlang, mean: 2.3, shape: 2}\nservice: "
        "{distribution: lognormal, mean: 1, scv: 2}\n",
        "arrivals: {process: hawkes, mu: 0.2, alpha: 0.5, beta: 1}\n",
        "arrivals: {process: mmpp, rates: [0.2, 0.9], switch: [0.2, 0.5]}\nservice: {distribution: "
        "deterministic, mean: 1}\n",
        "arrivals: {process: poisson, rate: 0.9}\nservers: 2\nfailures: {mttf: 10, mttr: 2}\n",
        "arrivals: {process: poisson, rate: 0.9}\nservice: {distribution: uniform, mean: 1}\n"
        "servers: 2\nfailures: {mttf: 10, mttr: 2}\npatience: {distribution: erlang, mean: 9, "
        "shape: 3}\n",
    };
    char text[1000];
    snprintf(text, sizeof text,
             "model: queue\nhorizon: 60\nwarmup: 5\nseed: 5\nreplicas: 300\ncapacity: 50\n%s"
             "splitting: {metric: number_in_system, target: 9, effort: 100}\n",
             queues[_i]);
    const estimate split = rare_estimate(text), count = counted(text, 30000 / estimate_thrift);
    ck_assert_double_gt(count.value, 0.002);
    ck_assert_double_lt(count.value, 0.3);
    ck_assert_msg(fabs(split.value - count.value) < errors_most * hypot(split.error, count.error),
                  "%.4g (%.2g), counted %.4g (%.2g)", split.value, split.error, count.value,
                  count.error);
}
END_TEST

/* ---- repetitions ---- */

#define SHORT MM1("0.5", "4", "target: 12, effort: 60")

START_TEST(a_repetition_does_not_depend_on_those_before)
{
    ds_rare r, other;
    double a[16], b[16];
    uint64_t events[2];
    rare_open(&r, SHORT);
    rare_open(&other, SHORT);
    const ds_splitting *const s = r.scenario.splitting;
    ck_assert(ds_splitting_run(&r.replica, s, 3, a, &events[0]));
    for (uint32_t i = 0; i < 3; i++)
        ck_assert(rare_once(&other, i) != rare_outcome(a, "probability"));
    ck_assert(ds_splitting_run(&other.replica, s, 3, b, &events[1]));
    ck_assert_mem_eq(a, b, ds_metric_count(ds_splitting_outcomes) * sizeof *a);
    ck_assert_uint_eq(events[0], events[1]);
    ck_assert_double_eq(rare_outcome(a, "events"), (double)events[0]);
    ck_assert_double_eq(rare_outcome(a, "trials"), 60 * rare_outcome(a, "stages"));
    ck_assert_double_eq(rare_outcome(a, "stages_passed"), rare_outcome(a, "stages"));
    ck_assert_double_eq_tol(rare_outcome(a, "log10_probability"),
                            log10(rare_outcome(a, "probability")), 1e-12);
    rare_close(&r);
    rare_close(&other);
}
END_TEST

START_TEST(an_estimate_of_nothing_is_zero_and_has_no_logarithm)
{
    ds_rare r;
    double outcomes[16];
    uint64_t events;
    rare_open(&r, MM1("0.5", "1", "target: 40, effort: 20, levels: [20]"));
    ck_assert(ds_splitting_run(&r.replica, r.scenario.splitting, 0, outcomes, &events));
    ck_assert_double_eq(rare_outcome(outcomes, "probability"), 0);
    ck_assert(isnan(rare_outcome(outcomes, "log10_probability")));
    ck_assert_double_eq(rare_outcome(outcomes, "stages"), 2);
    ck_assert_double_eq(rare_outcome(outcomes, "stages_passed"), 0);
    ck_assert_double_eq(rare_outcome(outcomes, "trials"), 20);
    rare_close(&r);
}
END_TEST

/* Where it is there from the start on, where one arrival jumps over thresholds, and where no pilot
 * rises at all. */
START_TEST(what_is_not_rare_is_no_harder)
{
    static const struct {
        const char *rest;
        double least, most;
    } cases[] = {{"target: 1, effort: 20", 1, 1},
                 {"target: 2, effort: 50, levels: [1.1, 1.2, 1.3]", 0.15, 0.55},
                 {"target: 200, effort: 10", 0, 1e-3}};
    char text[1000];
    snprintf(text, sizeof text, MM1("0.5", "20", "%s"), cases[_i].rest);
    const double p = rare_estimate(text).value;
    ck_assert_double_ge(p, cases[_i].least);
    ck_assert_double_le(p, cases[_i].most);
}
END_TEST

/* ---- the economy ---- */

#define SMALL                                                                                     \
    "start: 2026-09-19\nhorizon: 30\nseed: 4\nreplicas: 12\nholders: {scale: 0.01}\nconsumers: "  \
    "{scale: 0.05}\ndemand: {jobs_per_day: 20}\nmarkets: {arbitrage: 24, noise: 24}\n"            \
    "shocks: {crash: {kind: price, rate: 3, depth: 0.4, size: {distribution: uniform, mean: 1}, " \
    "shape: decay, half_life: 10 d}}\n"

static bool fallen(void *watcher)
{
    const ds_replica *const r = watcher;
    return ((const ds_world *)r->world)->eco->vvv_price <= 11;
}

START_TEST(a_fall_of_the_price_is_as_likely_as_counted)
{
    enum { COUNTED = 1200 / estimate_thrift };
    ds_rare r;
    double hits = 0;
    const char *const text = SMALL "splitting: {metric: vvv_price, target: 11, below: true, "
                                   "effort: 60}\n";
    const estimate split = rare_estimate(text);
    rare_open(&r, text);
    for (uint32_t i = 0; i < COUNTED; i++) {
        ck_assert(ds_replica_begin(&r.replica, i + 100000));
        ck_assert(ds_engine_watch(&((ds_world *)r.replica.world)->engine, 30, fallen, &r.replica));
        hits += fallen(&r.replica);
    }
    rare_close(&r);
    const double p = hits / COUNTED, error = sqrt(p * (1 - p) / COUNTED);
    ck_assert_double_gt(p, 0.005);
    ck_assert_double_lt(p, 0.15);
    ck_assert_msg(fabs(split.value - p) < errors_most * hypot(split.error, error),
                  "%.4g (%.2g), counted %.4g (%.2g)", split.value, split.error, p, error);
}
END_TEST

/* Rekeying changes what is drawn and nothing that is. */
START_TEST(other_random_numbers_leave_the_state_as_it_is)
{
    ds_economy_test t;
    economy_open(&t, SMALL "lending: {active: true}\n");
    const size_t metrics = ds_metric_count(ds_diem_model.metrics);
    double *const row = calloc(3 * metrics, sizeof *row);
    economy_begin(&t, 0);
    economy_until(&t, 10);
    char *const state = malloc(ds_replica_state_size(&t.replica));
    ds_replica_save(&t.replica, state);
    for (uint64_t i = 0; i < 3; i++) {
        ds_replica_load(&t.replica, state);
        ds_diem_model.rekey(t.w, i < 2 ? 77 : 78);
        ck_assert(ds_economy_audit(t.w, &t.replica.status));
        economy_until(&t, 20);
        ck_assert(ds_economy_audit(t.w, &t.replica.status));
        ds_diem_model.observe(t.w, row + i * metrics, false);
    }
    ck_assert_mem_eq(row, row + metrics, metrics * sizeof *row);
    ck_assert_double_ne(row[economy_metric("vvv_price")],
                        row[2 * metrics + economy_metric("vvv_price")]);
    ck_assert_double_ne(row[economy_metric("demand")], row[2 * metrics + economy_metric("demand")]);
    economy_close(&t);
    free(row), free(state);
}
END_TEST

/* From now on, and whatever was drawn before; those with a date keep it. */
START_TEST(the_next_shock_is_drawn_anew)
{
    enum { TIMES = 2000 };
    ds_economy_test t;
    double wait[TIMES];
    economy_open(&t, "start: 2026-09-19\nhorizon: 60\nseed: 4\nholders: {scale: 0.01}\ndemand: "
                     "{jobs_per_day: 20}\nshocks:\n  rare: {kind: cost, rate: 36.5, depth: 0.1, "
                     "duration: 1}\n  dated: {kind: demand, at: 50, depth: 0.1, duration: 1}\n");
    economy_begin(&t, 0);
    economy_until(&t, 30);
    for (uint64_t i = 0; i < TIMES; i++) {
        ds_diem_model.rekey(t.w, i);
        wait[i] = t.w->shock_line[0].next - 30;
        ck_assert_double_gt(wait[i], 0);
        ck_assert_double_le(ds_timers_get(&t.w->shocks, 0), t.w->shock_line[0].next);
        ck_assert_double_eq(ds_timers_get(&t.w->shocks, 1), 50);
    }
    ck_assert_double_eq_tol(sample_mean(wait, TIMES), 10, 5 * 10 / sqrt(TIMES));
    ck_assert_double_eq_tol(sqrt(sample_variance(wait, TIMES)), 10, 1.2);
    economy_close(&t);
}
END_TEST

/* What is told after an event is what is observed. */
START_TEST(a_level_is_the_metric)
{
    ds_economy_test t;
    size_t told = 0;
    economy_open(&t, SMALL "lending: {active: true}\nperpetual: {active: true}\n");
    const size_t metrics = ds_metric_count(ds_diem_model.metrics);
    double *const row = calloc(2 * metrics, sizeof *row), *const level = row + metrics;
    economy_begin(&t, 0);
    economy_until(&t, 12.3);
    for (size_t i = 0; i < metrics; i++)
        level[i] = ds_diem_model.has_level(i) ? ds_diem_model.level(t.w, i) : NAN;
    ds_diem_model.observe(t.w, row, false);
    for (size_t i = 0; i < metrics; i++) {
        told += ds_diem_model.has_level(i);
        ck_assert(!ds_diem_model.has_level(i) || memcmp(&level[i], &row[i], sizeof *row) == 0);
    }
    ck_assert_uint_gt(told, 40);
    ck_assert(ds_diem_model.has_level(economy_metric("treasury")));
    ck_assert(!ds_diem_model.has_level(economy_metric("mint_rate")));
    ck_assert(!ds_diem_model.has_level(economy_metric("demand")));
    economy_close(&t);
    free(row);
}
END_TEST

START_TEST(a_trial_that_fails_fails_its_repetition)
{
    ds_rare r;
    double outcomes[16];
    uint64_t events;
    rare_open(&r, SMALL "policies: {pricing: {use: formula, price: \"10 - time\"}}\n"
                        "splitting: {metric: vvv_price, target: 1e6, effort: 5}\n");
    for (size_t i = 0; i < ds_metric_count(ds_splitting_outcomes); i++)
        outcomes[i] = 1;
    ck_assert(!ds_splitting_run(&r.replica, r.scenario.splitting, 0, outcomes, &events));
    ck_assert_int_eq(r.replica.status.code, DS_E_POLICY);
    ck_assert(isnan(outcomes[0]) && isnan(outcomes[1]));
    rare_close(&r);
}
END_TEST

/* ---- memory ---- */

START_TEST(memory_is_bounded_and_told_before)
{
    ds_rare r;
    ds_status st = {0};
    double few, many, bytes;
    rare_open(&r, SMALL "splitting: {metric: vvv_price, target: 1e6, effort: 1000000}\n");
    ds_splitting s = *r.scenario.splitting;
    const ds_frame *const frame = &r.scenario.frame;
    ck_assert(ds_splitting_bytes(&s, &ds_diem_model, r.config, frame, &many, &st));
    s.states = 3;
    ck_assert(ds_splitting_bytes(&s, &ds_diem_model, r.config, frame, &few, &st));
    bytes = (double)r.replica.arena.used;
    ck_assert_double_gt(few, 6 * bytes);
    ck_assert_double_lt(few, 6 * bytes + 20000);
    ck_assert_double_gt(many, 0x1p28 - 2 * bytes);
    ck_assert_double_lt(many, 0x1p28 + 100000);
    rare_close(&r);
}
END_TEST

/* ---- the engine ---- */

static bool at_fourth(void *watcher)
{
    return ++*(int *)watcher == 4;
}

START_TEST(to_watch_and_to_run_on_is_to_run)
{
    ds_rare r;
    int seen = 0;
    rare_open(&r, SHORT);
    ds_queue *const q = r.replica.world;
    ck_assert(ds_replica_begin(&r.replica, 0));
    ck_assert(ds_engine_watch(&q->engine, 50, at_fourth, &seen));
    ck_assert_uint_eq(q->engine.state->handled, 4);
    ck_assert_double_lt(ds_now(&q->engine), ds_timers_earliest(&q->engine.pending));
    ck_assert(ds_engine_watch(&q->engine, 50, at_fourth, &seen));
    ck_assert_double_eq(ds_now(&q->engine), 50);
    const ds_queue_state watched = *q->state;
    ck_assert_uint_eq((unsigned)seen, q->engine.state->handled);
    ck_assert(ds_replica_begin(&r.replica, 0) && ds_replica_until(&r.replica, 50));
    ck_assert_mem_eq(&watched, q->state, sizeof watched);
    rare_close(&r);
}
END_TEST

/* ---- what a scenario can say ---- */

START_TEST(a_resolved_scenario_splits_again)
{
    ds_rare r, again;
    rare_open(&r, SHORT);
    rare_open(&again, r.scenario.resolved);
    ck_assert_str_eq(again.scenario.resolved, r.scenario.resolved);
    ck_assert_double_eq(rare_once(&r, 1), rare_once(&again, 1));
    rare_close(&r);
    rare_close(&again);
}
END_TEST

START_TEST(what_makes_no_sense_is_refused)
{
    static const struct {
        const char *said, *why;
    } cases[] = {
        {"{target: 5}", "lacks 'metric'"},
        {"{metric: number_in_system}", "'target' is missing"},
        {"{metric: wait_mean, target: 5}", "no value after every event; these have: number_in"},
        {"{metric: number_in_sistem, target: 5}", "did you mean 'number_in_system'?"},
        {"{metric: number_in_system, target: 5, stop: 5}", "'target' is 5, must be above 'stop'"},
        {"{metric: number_in_system, target: 5, stop: 4, below: true}", "must be below 'stop'"},
        {"{metric: number_in_system, target: 5, levels: [3, 3]}", "3 must be above the one before"},
        {"{metric: number_in_system, target: 5, levels: [3, 5]}", "not reach 'target' = 5"},
        {"{metric: number_in_system, target: 5, stop: 1, levels: [1]}", "'stop'"},
        {"{metric: number_in_system, target: 5, levels: [3], stages: 3}", "one of the two"},
        {"{metric: number_in_system, target: 5, effort: 1}", "must lie in [2, 1000000]"},
        {"{metric: number_in_system, target: 5, effect: 1}", "did you mean 'effort'?"},
        {"5", "takes a mapping"},
    };
    char text[500];
    ds_scenario s;
    ds_status st = {0};
    snprintf(text, sizeof text, "model: queue\nsplitting: %s\n", cases[_i].said);
    const ds_scenario_request q = {.path = "rare.yaml", .text = text, .models = ds_models};
    ck_assert(!ds_scenario_load(&s, &q, &st));
    ds_scenario_free(&s);
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_msg(strstr(st.text, cases[_i].why) && strstr(st.text, "rare.yaml:2:"), "%s", st.text);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{a_queue_overflows_as_theory_says, 7},
                             {a_path_that_starts_at_the_stop_must_leave_it_first, 0},
                             {servers_all_fail_as_theory_says, 0},
                             {queues_with_memory_are_what_is_counted, 5},
                             {a_repetition_does_not_depend_on_those_before, 0},
                             {an_estimate_of_nothing_is_zero_and_has_no_logarithm, 0},
                             {what_is_not_rare_is_no_harder, 3},
                             {a_fall_of_the_price_is_as_likely_as_counted, 0},
                             {other_random_numbers_leave_the_state_as_it_is, 0},
                             {the_next_shock_is_drawn_anew, 0},
                             {a_level_is_the_metric, 0},
                             {a_trial_that_fails_fails_its_repetition, 0},
                             {memory_is_bounded_and_told_before, 0},
                             {to_watch_and_to_run_on_is_to_run, 0},
                             {a_resolved_scenario_splits_again, 0},
                             {what_makes_no_sense_is_refused, 13},
                             {0}};
    return ds_run_tests("splitting", tests, 120);
}
