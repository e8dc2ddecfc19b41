/* A run that cannot fit on the disk says so before it begins. */
#include "run.h"

#include "models/models.h"
#include "sim/run/ensemble.h"
#include "sim/run/packing.h"
#include "sim/run/pilot.h"
#include "sim/run/space.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static ds_status st;

static double left(void)
{
    struct statvfs disk;
    ck_assert_int_eq(statvfs(".", &disk), 0);
    return (double)disk.f_bavail * (double)disk.f_frsize;
}

static void load(ds_scenario *scenario, const char *text)
{
    const ds_scenario_request request = {.path = "test", .text = text, .models = ds_models};
    st = (ds_status){0};
    ck_assert_msg(ds_scenario_load(scenario, &request, &st), "%s", st.text);
}

static bool run(ds_scenario *scenario, const char *output)
{
    ds_run_report report;
    return ds_run(&(ds_run_request){.scenario = scenario,
                                    .output = output,
                                    .threads = 1,
                                    .quiet = true,
                                    .program = "",
                                    .version = "",
                                    .build = ""},
                  &report, &st);
}

START_TEST(more_than_is_free_is_told_and_much_more_refused)
{
    char warning[DS_SPACE_ROOM] = "before";
    st = (ds_status){0};
    ck_assert(ds_space_check(1, "result.h5", warning, &st));
    ck_assert_str_eq(warning, "");
    ck_assert(ds_space_check(2 * left(), "no such folder/result.h5", warning, &st));
    ck_assert_ptr_nonnull(strstr(warning, "the disk of '.'"));
    ck_assert(!ds_space_check(41e12 + 4 * left(), "./result.h5", warning, &st));
    ck_assert_int_eq(st.code, DS_E_IO);
    ck_assert_ptr_nonnull(strstr(st.text, "TB"));
}
END_TEST

START_TEST(bytes_are_told_in_three_digits)
{
    char text[32];
    ds_space_words(999.4, text, sizeof text);
    ck_assert_str_eq(text, "999 B");
    ds_space_words(9.44e6, text, sizeof text);
    ck_assert_str_eq(text, "9.4 MB");
    ds_space_words(41e15, text, sizeof text);
    ck_assert_str_eq(text, "41000 TB");
}
END_TEST

/* Many replicas of few times are outcomes and little else; paths of which much happens, and where
 * nothing does. */
START_TEST(a_result_is_as_large_as_was_said)
{
    static const char *const texts[] = {
        "{model: queue, horizon: 40, observe: 20, replicas: 20000, seed: 1, output: {paths: "
        "false}}",
        "{model: queue, horizon: 4000, observe: 4, replicas: 64, seed: 1}",
        "{model: queue, horizon: 20000, observe: 1, replicas: 64, seed: 1, arrivals: {process: "
        "poisson, rate: 0.001}}"};
    char folder[] = "/tmp/diemsim-space-XXXXXX", output[64];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(output, sizeof output, "%s/result.h5", folder);
    ds_scenario scenario;
    ds_plan plan;
    ds_pilot pilot;
    struct stat about;
    const ds_maker nobody = {"", "", ""};
    load(&scenario, texts[_i]);
    ck_assert(ds_plan_make(&plan, &scenario, &nobody, &st));
    ck_assert(ds_pilot_run(&pilot, &plan, 1, &st));
    const double said = ds_space_result(&plan, pilot.packing);
    ck_assert_double_gt(ds_space_run(&plan, pilot.packing, 0), 1.2 * said);
    ck_assert_double_lt(ds_space_run(&plan, pilot.packing, 100), 0.1 * said);
    ds_plan_free(&plan);
    ck_assert_msg(run(&scenario, output), "%s", st.text);
    ck_assert_int_eq(stat(output, &about), 0);
    ck_assert_double_eq_tol(said / (double)about.st_size, 1, 0.3);
    ds_scenario_free(&scenario);
    unlink(output);
    rmdir(folder);
}
END_TEST

START_TEST(what_no_disk_holds_is_not_begun)
{
    char folder[] = "/tmp/diemsim-space-XXXXXX", output[64];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(output, sizeof output, "%s/result.h5", folder);
    ds_scenario scenario;
    load(&scenario, "{model: queue, horizon: 900000, observe: 1, replicas: 10000000, seed: 1, "
                    "arrivals: {process: poisson, rate: 0.001}}");
    ck_assert(!run(&scenario, output));
    ck_assert_int_eq(st.code, DS_E_IO);
    ck_assert_ptr_nonnull(strstr(st.text, folder));
    ds_scenario_free(&scenario);
    ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

/* How long a run is that a rule stops is not known: it is begun if the least fits. */
START_TEST(a_rule_may_stop_early)
{
    const ds_maker nobody = {"", "", ""};
    ds_scenario scenario;
    ds_plan plan;
    load(&scenario, "{model: queue, horizon: 4000, observe: 4, seed: 1, until: {metric: wait_mean, "
                    "half_width: 0.1, max_replicas: 100000}}");
    ck_assert(ds_plan_make(&plan, &scenario, &nobody, &st));
    ck_assert_double_lt(ds_space_run(&plan, ds_packing_usual, 0),
                        0.01 * ds_space_result(&plan, ds_packing_usual));
    ds_plan_free(&plan);
    ds_scenario_free(&scenario);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {more_than_is_free_is_told_and_much_more_refused, 0},
        {bytes_are_told_in_three_digits, 0},
        {a_result_is_as_large_as_was_said, 3},
        {what_no_disk_holds_is_not_begun, 0},
        {a_rule_may_stop_early, 0},
        {0},
    };
    return ds_run_tests("space", tests, 60);
}
