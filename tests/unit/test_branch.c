/* A branch is what variants of actions say, simulated with one past: the same numbers, whatever the
 * scenario, the moment and the threads. */
#include "run.h"
#include "tests/everything.h"

#include "sim/run/ensemble.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEAD "model: diem\nstart: 2026-05-20\nhorizon: 30 d\nreplicas: 5\nseed: 11\n"
#define SMALL                                                                             \
    "holders: {scale: 0.01}\nconsumers: {scale: 0.05}\nproviders: {scale: 0.2}\ndemand: " \
    "{jobs_per_day: 100}\n"

/* One set of changes a future; the first changes nothing. */
static const char *const futures[][2] = {
    {"as_is", "{}"},
    {"higher", "{policies.mint.target: 45000 DIEM}"},
    {"other", "{policies: {emission: {use: target_bonding}, buyback: {use: revenue_share, share: "
              "0.3}}, staking.cooldown: 2 d}"},
};
enum { FUTURES = 3 };

static void print_branch(char *text, size_t room, const char *base, const char *at)
{
    size_t n = (size_t)snprintf(text, room, "%sbranch: {at: %s, variants: {", base, at);
    for (int i = 0; i < FUTURES; i++)
        n += (size_t)snprintf(text + n, room - n, "%s: %s, ", futures[i][0], futures[i][1]);
    snprintf(text + n, room - n, "}}\n");
}

static void print_variants(char *text, size_t room, const char *base, const char *at)
{
    size_t n = (size_t)snprintf(text, room, "%svariants: {", base);
    for (int i = 0; i < FUTURES; i++)
        n += (size_t)snprintf(text + n, room - n,
                              i ? "%s: {governance: {branch: {at: %s, set: %s}}}, " : "%s: {}, ",
                              futures[i][0], at, futures[i][1]);
    snprintf(text + n, room - n, "}\n");
}

static bool load(ds_scenario *s, const char *text, ds_status *st)
{
    const ds_scenario_request q = {.path = "branch.yaml",
                                   .text = text,
                                   .files = everything_files,
                                   .file_count = EVERYTHING_FILES,
                                   .models = ds_models};
    return ds_scenario_load(s, &q, st);
}

static ds_result *run(const char *text, unsigned threads)
{
    char folder[] = "/tmp/branch-XXXXXX", path[64];
    ds_scenario scenario;
    ds_run_report report;
    ds_result *result;
    ds_status st = {0};
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/a.h5", folder);
    ck_assert_msg(load(&scenario, text, &st), "%s", st.text);
    const ds_run_request q = {.scenario = &scenario,
                              .output = path,
                              .threads = threads,
                              .quiet = true,
                              .program = "test",
                              .version = "1",
                              .build = "any"};
    ck_assert_msg(ds_run(&q, &report, &st), "%s", st.text);
    ck_assert_msg(ds_result_open(&result, path, &st), "%s", st.text);
    ds_scenario_free(&scenario);
    unlink(path);
    ck_assert_int_eq(rmdir(folder), 0);
    return result;
}

/* Every series, outcome, state and number of events. */
static void assert_same(ds_result *a, ds_result *b)
{
    const ds_result_info *const x = ds_result_about(a), *const y = ds_result_about(b);
    ck_assert_uint_eq(x->points, y->points);
    ck_assert_uint_eq(x->replicas, y->replicas);
    ck_assert_str_eq(x->digest, y->digest); /* over all of them */
    for (size_t p = 0; p < x->points; p++)
        ck_assert_str_eq(x->labels[p], y->labels[p]);
}

static bool differ(ds_result *r, const char *metric, size_t times)
{
    double *const a = malloc(2 * times * sizeof *a), *const b = a + times;
    ds_status st = {0};
    ck_assert(ds_result_series(r, metric, 0, 0, 1, a, &st));
    ck_assert(ds_result_series(r, metric, 1, 0, 1, b, &st));
    const bool is = memcmp(a, b, times * sizeof *a) != 0;
    free(a);
    return is;
}

static const char *const moments[] = {"12 d", "2026-06-01T07:00", "0.5 d", "12.3456 d", "30 d",
                                      "0"};

START_TEST(a_branch_is_what_each_future_is_from_the_start)
{
    char branch[4000], variants[4000];
    print_branch(branch, sizeof branch, HEAD SMALL, moments[_i]);
    print_variants(variants, sizeof variants, HEAD SMALL, moments[_i]);
    ds_result *const a = run(branch, 1 + (unsigned)_i % 3), *const b = run(variants, 1);
    assert_same(a, b);
    ck_assert(differ(a, "mint_rate", ds_result_about(a)->times) || _i == 4);
    ds_result_close(a);
    ds_result_close(b);
}
END_TEST

/* Some actions of the scenario are told before the futures part and done after it. */
START_TEST(a_branch_among_other_actions_too)
{
    static const char *const times[] = {"2026-05-24", "1 h", "25.1 d"};
    char branch[6000], variants[6000];
    const char *const base = HEAD SMALL "include: actions.yaml\n";
    print_branch(branch, sizeof branch, base, times[_i]);
    print_variants(variants, sizeof variants, base, times[_i]);
    ds_result *const b = run(variants, 1), *const a = run(branch, 1);
    assert_same(a, b);
    ds_result_close(a);
    ds_result_close(b);
}
END_TEST

START_TEST(futures_multiply_variants_and_sweeps)
{
    ds_scenario s;
    ds_status st = {0};
    ck_assert_msg(load(&s,
                       HEAD SMALL "variants: {a: {}, b: {demand: {spend: 30000}}}\nsweep: "
                                  "{demand.scale: [1, 2]}\nbranch: {at: 3 d, variants: {x: {}, y: "
                                  "{policies.mint.target: 50000}}}\n",
                       &st),
                  "%s", st.text);
    ck_assert_uint_eq(s.points, 8);
    ck_assert_uint_eq(s.branches, 2);
    ck_assert_double_eq(s.branch_at, 3);
    ck_assert_str_eq(ds_scenario_label(&s, 7), "b, demand.scale=2, y");
    ck_assert_ptr_nonnull(strstr(s.resolved, "\"branch\""));
    ds_scenario again;
    ck_assert_msg(load(&again, s.resolved, &st), "%s", st.text);
    ck_assert_str_eq(again.resolved, s.resolved);
    ds_scenario_free(&again);
    ds_scenario_free(&s);
}
END_TEST

static const struct {
    const char *text, *complaint;
} wrong[] = {
    {"branch: 3\n", "'branch' must be a mapping of 'at', a time, and 'variants'"},
    {"branch: {at: 3 d}\n", "'branch' must be a mapping of 'at'"},
    {"branch: {at: 3 d, variants: {}}\n", "must be a mapping of names to what changes"},
    {"branch: {at: 3 d, variants: [1]}\n", "must be a mapping of names to what changes"},
    {"branch: {at: soon, variants: {a: {}, b: {}}}\n", "at least one future"},
    {"branch: {at: 3 d, variants: {a: 7}}\n", "be a mapping of what changes"},
    {"branch: {at: 3 d, variant: {a: {}}, variants: {b: {}}}\n", "did you mean 'variants'"},
    {"branch: {at: 2020-01-01, variants: {a: {policies.mint.target: 1000}}}\n", "at"},
    {"branch: {at: 3 d, variants: {a: {replicas: 5}}}\n", "no parameter that an action can change"},
    {"branch: {at: 3 d, variants: {a: {policies.mint.targt: 5}}}\n", "did you mean"},
    {"branch: {at: 3 d, variants: {a: {holders.scale: 2}}}\n", "no action can change it"},
    {"governance: {branch: {at: 1 d, set: {policies.mint.target: 5000}}}\nbranch: {at: 3 d, "
     "variants: {a: "
     "{policies.mint.target: 5000}}}\n",
     "is the name of the action that a branch makes"},
};

START_TEST(a_wrong_branch_is_refused_with_its_place)
{
    char text[2000];
    ds_scenario s;
    ds_status st = {0};
    snprintf(text, sizeof text, "%s%s", HEAD SMALL, wrong[_i].text);
    ck_assert(!load(&s, text, &st));
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_msg(strstr(st.text, wrong[_i].complaint), "%s", st.text);
    ck_assert_msg(strncmp(st.text, "branch.yaml:", 12) == 0, "%s", st.text);
    ds_scenario_free(&s);
}
END_TEST

START_TEST(a_model_without_actions_has_no_branch)
{
    ds_scenario s;
    ds_status st = {0};
    ck_assert(!load(&s, "model: queue\nbranch: {at: 3, variants: {a: {}}}\n", &st));
    ck_assert_msg(strstr(st.text, "no 'branch'"), "%s", st.text);
    ds_scenario_free(&s);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {a_branch_is_what_each_future_is_from_the_start, sizeof moments / sizeof moments[0]},
        {a_branch_among_other_actions_too, 3},
        {futures_multiply_variants_and_sweeps, 0},
        {a_wrong_branch_is_refused_with_its_place, sizeof wrong / sizeof wrong[0]},
        {a_model_without_actions_has_no_branch, 0},
        {0},
    };
    return ds_run_tests("branch", tests, 120);
}
