/* Many replicas of a toy model, stopped, failing, and going on. */
#include "../toy.h"

#include "sim/io/apart.h"
#include "sim/run/crew.h"
#include "sim/run/ensemble.h"
#include "sim/run/folder.h"
#include "sim/run/memory.h"

#include "models/models.h"

#include <check.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- runs of it ---- */

#define THREE_POINTS "model: toy\nreplicas: 37\nseed: 5\nsweep: {drift: [0, 0.1, 0.2]}\n"

static char folder[] = "/tmp/ensemble-XXXXXX";
static char output[64], other[64];

static void enter(void)
{
    strcpy(folder, "/tmp/ensemble-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(output, sizeof output, "%s/a.h5", folder);
    snprintf(other, sizeof other, "%s/b.h5", folder);
    atomic_store(&toy_stop_in, 0);
}

static void leave(void)
{
    unlink(output);
    unlink(other);
    ck_assert_int_eq(rmdir(folder), 0); /* a run leaves nothing but its result */
}

static ds_code run(const char *text, const char *path, unsigned threads, bool force,
                   ds_run_report *report)
{
    ds_scenario scenario;
    ds_status st = {0};
    const ds_scenario_request wanted = {.path = "toy", .text = text, .models = toys};
    ck_assert_msg(ds_scenario_load(&scenario, &wanted, &st), "%s", st.text);
    const ds_run_request request = {.scenario = &scenario,
                                    .output = path,
                                    .threads = threads,
                                    .force = force,
                                    .quiet = true,
                                    .program = "test",
                                    .version = "1",
                                    .build = "any"};
    const bool ok = ds_run(&request, report, &st);
    ck_assert_int_eq(ok, st.code == DS_OK);
    ds_scenario_free(&scenario);
    return st.code;
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

static bool same_bytes(const char *a, const char *b)
{
    FILE *const x = fopen(a, "r"), *const y = fopen(b, "r");
    ck_assert(x && y);
    int c, d;
    do {
        c = getc(x);
        d = getc(y);
    } while (c == d && c != EOF);
    fclose(x);
    fclose(y);
    return c == d;
}

START_TEST(results_do_not_depend_on_threads)
{
    static const unsigned threads[] = {2, 3, 7, 200};
    ds_run_report one, many;
    ck_assert_int_eq(run(THREE_POINTS, output, 1, false, &one), DS_OK);
    ck_assert_int_eq(run(THREE_POINTS, other, threads[_i], false, &many), DS_OK);
    ck_assert(same_bytes(output, other));
    ck_assert_uint_eq(one.replicas, 111);
    ck_assert_uint_eq(one.events, 1110);
    ck_assert_uint_eq(many.events, 1110);
    ck_assert_uint_eq(many.failed, 0);
}
END_TEST

START_TEST(a_stopped_run_goes_on_where_it_was)
{
    ds_run_report whole, part;
    ck_assert_int_eq(run(THREE_POINTS, output, 1, false, &whole), DS_OK);
    static const int stops[] = {6, 60, 20};
    for (int i = 0; i < 3; i++) {
        atomic_store(&toy_stop_in, stops[i]);
        ck_assert_int_eq(run(THREE_POINTS, other, 1, false, &part), DS_E_STOPPED);
        ck_assert(!exists(other));
    }
    ck_assert_int_eq(run(THREE_POINTS, other, 2, false, &part), DS_OK);
    ck_assert_uint_eq(part.resumed, 86);
    ck_assert_uint_eq(part.events, 10 * (111 - 86));
    ck_assert(same_bytes(output, other));
}
END_TEST

#define RULED                                                                              \
    "model: toy\nreplicas: 20\nseed: 5\nsweep: {drift: [0, 0.1]}\nuntil: {metric: place, " \
    "half_width: 0.11, max_replicas: 5000}\n"

/* Whoever computes them, and however often it is stopped. */
START_TEST(a_rule_ends_a_run_at_the_same_replica)
{
    ds_run_report one, many;
    ds_status st = {0};
    ds_result *result;
    ck_assert_int_eq(run(RULED, output, 1, false, &one), DS_OK);
    ck_assert_int_eq(run(RULED, other, 3, false, &many), DS_OK);
    ck_assert(same_bytes(output, other));
    ck_assert(one.reached && !one.doubtful);
    ck_assert_msg(ds_result_open(&result, output, &st), "%s", st.text);
    const ds_result_info *const about = ds_result_about(result);
    ck_assert_uint_gt(about->replicas, 200);
    ck_assert_uint_lt(about->replicas, 600);
    ck_assert_uint_eq(one.replicas, 2 * about->replicas);
    ck_assert_ptr_nonnull(about->stopping);
    for (size_t p = 0; p < 2; p++) {
        const double half = (about->stopping->high[p] - about->stopping->low[p]) / 2;
        ck_assert(half <= 0.11 && half > 0.05);
    }
    ds_result_close(result);
    ck_assert_int_eq(unlink(other), 0);
    ds_code code = DS_E_STOPPED;
    for (int stop = 30; code == DS_E_STOPPED; stop += 60) {
        atomic_store(&toy_stop_in, stop);
        code = run(RULED, other, 1, false, &many);
        ck_assert_int_eq(exists(other), code == DS_OK);
    }
    ck_assert_int_eq(code, DS_OK);
    ck_assert(same_bytes(output, other));
}
END_TEST

START_TEST(a_failed_replica_is_kept_with_its_cause)
{
    ds_run_report report;
    ds_status st = {0};
    ds_result *result;
    uint8_t state;
    uint64_t events;
    const char *cause;
    double values[11];
    ck_assert_int_eq(
        run("{model: toy, replicas: 20, seed: 1, fail_from: 17}", output, 3, false, &report),
        DS_OK);
    ck_assert_uint_eq(report.failed, 3);
    ck_assert_str_eq(report.first_cause, "replica 17 does not like it");
    ck_assert_msg(ds_result_open(&result, output, &st), "%s", st.text);
    ck_assert(ds_result_replica(result, 0, 18, &state, &events, &cause, &st));
    ck_assert_int_eq(state, DS_REPLICA_FAILED);
    ck_assert_str_eq(cause, "replica 18 does not like it");
    ck_assert(ds_result_series(result, "place", 0, 18, 1, values, &st));
    for (int k = 0; k <= 10; k++)
        ck_assert_int_eq(isnan(values[k]), k > 5);
    ds_result_close(result);
}
END_TEST

START_TEST(failures_are_counted_once_when_a_run_goes_on)
{
    static const char text[] = "{model: toy, replicas: 20, seed: 1, fail_from: 3}";
    ds_run_report report;
    atomic_store(&toy_stop_in, 9);
    ck_assert_int_eq(run(text, output, 1, false, &report), DS_E_STOPPED);
    ck_assert_int_eq(run(text, output, 1, false, &report), DS_OK);
    ck_assert_uint_eq(report.resumed, 9);
    ck_assert_uint_eq(report.failed, 17);
    ck_assert_str_eq(report.first_cause, "replica 3 does not like it");
}
END_TEST

START_TEST(a_run_of_failures_fails_with_the_cause_and_leaves_nothing)
{
    ds_run_report report;
    ck_assert_int_eq(
        run("{model: toy, replicas: 20, seed: 1, fail_from: 0}", output, 2, false, &report),
        DS_E_POLICY);
    ck_assert(!exists(output));
}
END_TEST

START_TEST(an_output_that_exists_is_replaced_only_by_force)
{
    ds_run_report report;
    ck_assert_int_eq(run(THREE_POINTS, output, 1, false, &report), DS_OK);
    ck_assert_int_eq(run(THREE_POINTS, other, 1, false, &report), DS_OK);
    ck_assert_int_eq(run("{model: toy, seed: 9}", output, 1, false, &report), DS_E_CREATE);
    ck_assert(same_bytes(output, other));
    ck_assert_int_eq(run("{model: toy, seed: 9, fail_from: 0}", output, 1, true, &report),
                     DS_E_POLICY);
    ck_assert(same_bytes(output, other));
    ck_assert_int_eq(run("{model: toy, seed: 9}", output, 1, true, &report), DS_OK);
    ck_assert(!same_bytes(output, other));
}
END_TEST

START_TEST(shards_of_another_experiment_are_refused_but_by_force)
{
    ds_run_report report;
    atomic_store(&toy_stop_in, 21);
    ck_assert_int_eq(run(THREE_POINTS, output, 1, false, &report), DS_E_STOPPED);
    ck_assert_int_eq(run("{model: toy, seed: 9}", output, 1, false, &report), DS_E_DATA);
    ck_assert_int_eq(run("{model: toy, seed: 9}", output, 1, true, &report), DS_OK);
    ck_assert_int_eq(run("{model: toy, seed: 9}", other, 1, false, &report), DS_OK);
    ck_assert(same_bytes(output, other));
}
END_TEST

START_TEST(two_runs_do_not_meet_in_one_output)
{
    ds_run_report report;
    ds_folder held;
    ds_status st = {0};
    ck_assert(ds_folder_open(&held, output, false, &st));
    ck_assert_int_eq(run(THREE_POINTS, output, 1, false, &report), DS_E_CREATE);
    ck_assert_int_eq(run(THREE_POINTS, output, 1, true, &report), DS_E_CREATE);
    ck_assert_int_eq(run(THREE_POINTS, other, 1, false, &report), DS_OK);
    ds_folder_close(&held);
    ck_assert_int_eq(run(THREE_POINTS, output, 1, false, &report), DS_OK);
}
END_TEST

/* The seed that a run of the same output would go on with; 7: there is none. */
static uint64_t kept_seed(void)
{
    ds_status st = {0};
    uint64_t seed = 7;
    ck_assert(ds_folder_kept_seed(output, &seed, &st));
    return seed;
}

START_TEST(a_drawn_seed_is_kept_until_the_run_is_over)
{
    ds_run_report report;
    ck_assert_uint_eq(kept_seed(), 7);
    atomic_store(&toy_stop_in, 5);
    ck_assert_int_eq(run(THREE_POINTS, output, 1, false, &report), DS_E_STOPPED);
    ck_assert_uint_eq(kept_seed(), 5);
    ck_assert_int_eq(run(THREE_POINTS, output, 1, false, &report), DS_OK);
    ck_assert_uint_eq(kept_seed(), 7);
}
END_TEST

START_TEST(a_run_that_is_refused_leaves_the_seed_of_the_one_that_was_stopped)
{
    ds_run_report report;
    atomic_store(&toy_stop_in, 5);
    ck_assert_int_eq(run(THREE_POINTS, output, 1, false, &report), DS_E_STOPPED);
    ck_assert_int_eq(run("model: toy\nseed: 6\n", output, 1, false, &report), DS_E_DATA);
    ck_assert_uint_eq(kept_seed(), 5);
    ck_assert_int_eq(run(THREE_POINTS, output, 1, false, &report), DS_OK);
}
END_TEST

START_TEST(more_memory_than_there_is_is_refused_with_the_need)
{
    ds_status st = {0};
    ck_assert(ds_memory_check(1e6, 2, &st));
    ck_assert(!ds_memory_check(5e15, 2, &st));
    ck_assert_int_eq(st.code, DS_E_SYSTEM);
    ck_assert_ptr_nonnull(strstr(st.text, "5000000.0 GB"));
}
END_TEST

/* ---- watching a replica changes nothing ---- */

static void count_calls(void *listener, double time, uint64_t handled)
{
    uint64_t *const calls = listener;
    ck_assert(isfinite(time));
    calls[0]++;
    calls[1] = handled;
}

START_TEST(a_watched_replica_has_the_same_bits)
{
    ds_scenario scenario;
    ds_status st = {0};
    ds_replica replica;
    const void *config;
    double plain[128], seen[128], outcomes[2][8];
    uint64_t calls[2] = {0};
    const ds_scenario_request wanted = {
        .path = "queue",
        .text = "{model: queue, horizon: 3000, warmup: 100, observe: 1000, replicas: 1, seed: 3}",
        .models = ds_models};
    ck_assert_msg(ds_scenario_load(&scenario, &wanted, &st), "%s", st.text);
    ck_assert(ds_scenario_config(&scenario, 0, &config, &st));
    ck_assert_uint_le(4 * ds_metric_count(scenario.model->metrics), 128);
    ck_assert(ds_replica_open(&replica, scenario.model, config, &scenario.frame, &st));
    const size_t size = 4 * ds_metric_count(scenario.model->metrics) * sizeof(double);
    ck_assert(ds_replica_run(&replica, 0, plain, outcomes[0]));
    replica.passed = count_calls;
    replica.listener = calls;
    replica.stride = 0.37;
    ck_assert(ds_replica_turn(&replica, config, &st));
    ck_assert(ds_replica_run(&replica, 0, seen, outcomes[1]));
    ck_assert_mem_eq(plain, seen, size);
    ck_assert_uint_gt(calls[0], 8000);
    ck_assert(outcomes[0][0] == (double)calls[1]);
    ds_replica_close(&replica);
    ds_scenario_free(&scenario);
}
END_TEST

static bool nothing(void *self, void *shared, ds_status *st)
{
    (void)self, (void)shared, (void)st;
    return true;
}

static _Atomic int children, refused;

static bool begin_with_child(void *world, uint32_t replica)
{
    char none = 0;
    ds_status st = {0};
    const bool ok = ds_apart(nothing, NULL, &none, sizeof none, "do nothing", &st);
    atomic_fetch_add(&children, ok);
    atomic_fetch_add(&refused, st.code == DS_E_BUG);
    return toy_begin(world, replica);
}

START_TEST(no_child_is_made_while_threads_are_at_work)
{
    ds_model model = toy_model;
    model.begin = begin_with_child;
    const ds_model *const models[] = {&model, NULL};
    const ds_scenario_request wanted = {
        .path = "toy", .text = "model: toy\nreplicas: 6\n", .models = models};
    ds_scenario scenario;
    ds_run_report report;
    ds_status st = {0};
    char none = 0;
    atomic_store(&children, 0);
    atomic_store(&refused, 0);
    ck_assert(ds_scenario_load(&scenario, &wanted, &st));
    const ds_run_request request = {.scenario = &scenario,
                                    .output = output,
                                    .threads = 2,
                                    .quiet = true,
                                    .program = "test",
                                    .version = "1",
                                    .build = "any"};
    ck_assert_msg(ds_run(&request, &report, &st), "%s", st.text);
    ck_assert_int_eq(atomic_load(&children), 0);
    ck_assert_int_eq(atomic_load(&refused), 6);
    ck_assert(ds_apart(nothing, NULL, &none, sizeof none, "do nothing", &st));
    ds_scenario_free(&scenario);
}
END_TEST

int main(void)
{
    Suite *const suite = suite_create("ensemble");
    TCase *const t = tcase_create("ensemble");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, enter, leave);
    tcase_add_loop_test(t, results_do_not_depend_on_threads, 0, 4);
    tcase_add_test(t, a_stopped_run_goes_on_where_it_was);
    tcase_add_test(t, a_rule_ends_a_run_at_the_same_replica);
    tcase_add_test(t, a_failed_replica_is_kept_with_its_cause);
    tcase_add_test(t, failures_are_counted_once_when_a_run_goes_on);
    tcase_add_test(t, a_run_of_failures_fails_with_the_cause_and_leaves_nothing);
    tcase_add_test(t, an_output_that_exists_is_replaced_only_by_force);
    tcase_add_test(t, shards_of_another_experiment_are_refused_but_by_force);
    tcase_add_test(t, two_runs_do_not_meet_in_one_output);
    tcase_add_test(t, a_drawn_seed_is_kept_until_the_run_is_over);
    tcase_add_test(t, a_run_that_is_refused_leaves_the_seed_of_the_one_that_was_stopped);
    tcase_add_test(t, more_memory_than_there_is_is_refused_with_the_need);
    tcase_add_test(t, a_watched_replica_has_the_same_bits);
    tcase_add_test(t, no_child_is_made_while_threads_are_at_work);
    suite_add_tcase(suite, t);
    SRunner *const runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
