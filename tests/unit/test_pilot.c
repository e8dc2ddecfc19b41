/* What a pilot says a run will take, against what it takes. Every scenario that ships is held to
 * the same by tests/system/estimates.sh. */
#include "run.h"

#include "models/models.h"
#include "sim/core/replica.h"
#include "sim/run/memory.h"
#include "sim/run/pilot.h"

typedef struct fixture {
    ds_scenario scenario;
    ds_plan plan;
    ds_pilot pilot;
    ds_status st;
} fixture;

static void pilot_of(fixture *f, const char *text)
{
    const ds_maker nobody = {"", "", ""};
    const ds_scenario_request request = {.path = "test", .text = text, .models = ds_models};
    *f = (fixture){0};
    ck_assert_msg(ds_scenario_load(&f->scenario, &request, &f->st), "%s", f->st.text);
    ck_assert_msg(ds_plan_make(&f->plan, &f->scenario, &nobody, &f->st), "%s", f->st.text);
    ck_assert_msg(ds_pilot_run(&f->pilot, &f->plan, 2, &f->st), "%s", f->st.text);
}

static void drop(fixture *f)
{
    ds_plan_free(&f->plan);
    ds_scenario_free(&f->scenario);
}

/* Events of all replicas and points, one by one. */
static double events_of(fixture *f)
{
    double sum = 0;
    const ds_model *const model = f->scenario.model;
    for (size_t p = 0; p < f->scenario.points; p++)
        for (uint32_t r = 0; r < f->scenario.frame.replicas; r++) {
            ds_replica replica;
            ck_assert(
                ds_replica_open(&replica, model, f->plan.config[p], &f->scenario.frame, &f->st));
            ck_assert(ds_replica_begin(&replica, r));
            ck_assert(ds_replica_until(&replica, f->scenario.frame.horizon));
            sum += (double)model->engine(replica.world)->state->handled;
            ds_replica_close(&replica);
        }
    return sum;
}

static void check_events(const char *text, double factor)
{
    fixture f;
    pilot_of(&f, text);
    const double actual = events_of(&f);
    ck_assert_msg(f.pilot.events < actual * factor && f.pilot.events > actual / factor,
                  "%g events are estimated, %g came: %s", f.pilot.events, actual, text);
    drop(&f);
}

START_TEST(events_are_those_that_come)
{
    check_events("{model: queue, horizon: 2000, replicas: 8, seed: 1}", 1.1);
    check_events("{model: queue, horizon: 2000, replicas: 4, seed: 1, sweep: {arrivals.rate: [0.1, "
                 "0.3, 0.5, 0.7, 0.9]}}",
                 1.1);
    check_events("{model: diem, horizon: 20 d, replicas: 3, seed: 1}", 1.1);
}
END_TEST

/* What is planned for at most would be ten times as much: demand falls to a tenth within days. */
START_TEST(events_follow_what_the_formula_cannot_know)
{
    check_events("{model: diem, horizon: 40 d, replicas: 2, seed: 1, demand: {growth_limit: 0.05, "
                 "growth_rate: 500}}",
                 1.2);
}
END_TEST

START_TEST(a_pilot_of_a_long_replica_ends_early)
{
    fixture f;
    pilot_of(&f, "{model: queue, horizon: 3000000000, replicas: 1, seed: 1, arrivals: {process: "
                 "poisson, rate: 0.5}}");
    ck_assert_double_eq_tol(f.pilot.events / 3e9, 1, 0.01);
    drop(&f);
}
END_TEST

START_TEST(room_that_is_not_used_is_no_memory)
{
    fixture f;
    pilot_of(&f, "{model: queue, horizon: 200, replicas: 4, seed: 1, servers: 100000}");
    ck_assert_double_lt(f.pilot.replica, 0.5 * (double)f.plan.replica_bytes);
    ck_assert_double_gt(f.pilot.replica, 1000);
    ck_assert_double_lt(f.pilot.memory, ds_memory_own() + ds_plan_bytes(&f.plan, 2));
    drop(&f);
}
END_TEST

START_TEST(the_trials_of_a_splitting_are_counted)
{
    fixture f;
    pilot_of(&f, "{model: queue, horizon: 10000, replicas: 3, seed: 1, initial: 1, arrivals: "
                 "{process: poisson, rate: 1}, service: {distribution: exponential, mean: 0.5}, "
                 "splitting: {metric: number_in_system, target: 20, stop: 0, effort: 500}}");
    double actual = 0, outcomes[16];
    for (uint32_t r = 0; r < 3; r++) {
        ds_replica replica;
        uint64_t events;
        ck_assert(ds_replica_open(&replica, f.scenario.model, f.plan.config[0], &f.scenario.frame,
                                  &f.st));
        ck_assert(ds_splitting_run(&replica, f.scenario.splitting, r, outcomes, &events));
        actual += (double)events;
        ds_replica_close(&replica);
    }
    ck_assert_double_eq_tol(f.pilot.events / actual, 1, 0.3);
    drop(&f);
}
END_TEST

START_TEST(threads_share_all_but_the_end)
{
    const ds_pilot pilot = {.seconds = 10, .joining = 2};
    ck_assert_double_eq(ds_pilot_time(&pilot, 1), 10);
    ck_assert_double_eq(ds_pilot_time(&pilot, 4), 4);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {events_are_those_that_come, 0},
        {events_follow_what_the_formula_cannot_know, 0},
        {a_pilot_of_a_long_replica_ends_early, 0},
        {room_that_is_not_used_is_no_memory, 0},
        {the_trials_of_a_splitting_are_counted, 0},
        {threads_share_all_but_the_end, 0},
        {0},
    };
    return ds_run_tests("pilot", tests, 120);
}
