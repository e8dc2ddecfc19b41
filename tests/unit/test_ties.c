/* Events of equal time in another order: where the results change, the model hangs on an accident.
 */
#include "run.h"

#include "tests/everything.h"

#include <stdlib.h>

typedef struct fixture {
    ds_scenario scenario;
    ds_replica replica;
    size_t values;
    double *plain, *shuffled;
} fixture;

/* `set`: NULL for none. In place, because a replica points into the scenario. */
static void open_fixture(fixture *f, const char *text, const char *set)
{
    ds_status st = {0};
    const void *config;
    const ds_scenario_request request = {.path = "test",
                                         .text = text,
                                         .files = everything_files,
                                         .file_count = EVERYTHING_FILES,
                                         .sets = &set,
                                         .set_count = set != NULL,
                                         .models = ds_models};
    ck_assert_msg(ds_scenario_load(&f->scenario, &request, &st) &&
                      ds_scenario_config(&f->scenario, 0, &config, &st),
                  "%s", st.text);
    const ds_model *const model = f->scenario.model;
    ck_assert(ds_replica_open(&f->replica, model, config, &f->scenario.frame, &st));
    f->values = ds_metric_count(model->metrics) * ds_frame_times(&f->scenario.frame);
    f->plain = calloc(f->values, sizeof *f->plain);
    f->shuffled = calloc(f->values, sizeof *f->shuffled);
}

static void close_fixture(fixture *f)
{
    free(f->plain);
    free(f->shuffled);
    ds_replica_close(&f->replica);
    ds_scenario_free(&f->scenario);
}

static void run(fixture *f, uint32_t ties, double *rows)
{
    double outcomes[64];
    ds_status st = {0};
    ck_assert_uint_le(ds_metric_count(f->scenario.model->outcomes), 64);
    ck_assert(ds_replica_shuffle_ties(&f->replica, ties, &st));
    ck_assert_msg(ds_replica_run(&f->replica, 0, rows, outcomes), "%s", f->replica.status.text);
}

/* Of equal prices the first is the cheapest, as a rule; and the crash of EVERYTHING, at 31.3 days,
 * leaves loans without collateral, of which the first is liquidated first. */
static const struct {
    const char *text, *set;
} scenarios[] = {
    {"{model: queue, horizon: 5000, observe: 500, seed: 1, servers: 4, capacity: 10,"
     " patience: {distribution: exponential, mean: 3}, arrivals: {process: poisson, rate: 3.5},"
     " failures: {mttf: 50, mttr: 2, repairmen: 1}}",
     NULL},
    {"{model: diem, start: 2026-09-19, horizon: 60 d, seed: 1}", NULL},
    {"{model: diem, start: 2026-09-19, horizon: 20 d, seed: 1, markets: {price: {volatility: 3}},"
     " lending: {active: true, vvv: {count: 500, collateral: 10000, ltv: 0.5, ltv_spread: 0.2}}}",
     NULL},
    {"seed: 4\nhorizon: 31 d\nwarmup: 5 d\n" EVERYTHING_WHOLE EVERYTHING("600", "1500", "0.02"),
     "providers.dispatch=least_loaded"},
};
enum { SCENARIOS = sizeof scenarios / sizeof scenarios[0] };

/* Of the economy's sources the first four stay as they are, which is their rule: actions of
 * governance before the epoch, and that before the hour that begins with it; all else is turned
 * over. */
static const uint32_t masks[] = {0xfffffffc, 0x9e3779b8, 4};
enum { MASKS = sizeof masks / sizeof masks[0] };

START_TEST(no_result_hangs_on_the_order_of_ties)
{
    fixture f = {0};
    open_fixture(&f, scenarios[_i / MASKS].text, scenarios[_i / MASKS].set);
    run(&f, 0, f.plain);
    run(&f, masks[_i % MASKS], f.shuffled);
    const ds_metric *const metrics = f.scenario.model->metrics;
    const size_t count = ds_metric_count(metrics);
    for (size_t i = 0; i < f.values; i++)
        ck_assert_msg(memcmp(&f.plain[i], &f.shuffled[i], sizeof *f.plain) == 0,
                      "'%s' at time %zu: %.17g, shuffled %.17g", metrics[i % count].name, i / count,
                      f.plain[i], f.shuffled[i]);
    close_fixture(&f);
}
END_TEST

/* One place, and every customer arrives as the one before leaves: nobody is lost when departures go
 * first, every second when arrivals do. */
START_TEST(a_model_of_ties_shows_their_order)
{
    fixture f = {0};
    open_fixture(
        &f,
        "{model: queue, horizon: 1000, warmup: 0, observe: 1000, seed: 1, capacity: 1, arrivals: "
        "{process: renewal, distribution: deterministic, mean: 1}, service: {distribution: "
        "deterministic, mean: 1}}",
        NULL);
    size_t lost = 0;
    while (strcmp(f.scenario.model->metrics[lost].name, "lost_share") != 0)
        lost++;
    lost += ds_metric_count(f.scenario.model->metrics); /* at time 1, the end */
    run(&f, 0, f.plain);
    run(&f, UINT32_MAX, f.shuffled);
    ck_assert_double_eq(f.plain[lost], 0);
    ck_assert_double_eq(f.shuffled[lost], 0.5);
    close_fixture(&f);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{no_result_hangs_on_the_order_of_ties, SCENARIOS * MASKS},
                             {a_model_of_ties_shows_their_order, 0},
                             {0}};
    return ds_run_tests("ties", tests, 120);
}
