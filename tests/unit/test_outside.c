/* Whole runs with policies from outside: the same rule in any form is the same run. */
#include "run.h"
#include "tests/economy.h"

#include "sim/io/files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { DAYS = 20 };

static const char small[] = "seed: 5\nhorizon: 20\nreplicas: 2\ndemand: {jobs_per_day: 50}\n"
                            "holders: {scale: 0.02}\nconsumers: {scale: 0.05}\npolicies:\n";

static char folder[] = "/tmp/test_outside_XXXXXX";

static void write_file(const char *name, const char *text, size_t size)
{
    char path[400];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    (void)remove(path); /* a library that is loaded stays as it was */
    FILE *const file = fopen(path, "wb");
    ck_assert_msg(file && fwrite(text, 1, size, file) == size && fclose(file) == 0, "%s", path);
}

static void copy_file(const char *from, const char *name)
{
    ds_pool pool = {0};
    ds_status st = {0};
    const char *text;
    size_t size;
    ck_assert_msg(ds_file_slurp(&pool, from, 1 << 24, &text, &size, &st), "%s", st.text);
    write_file(name, text, size);
    ds_pool_free(&pool);
}

static void write_text(const char *name, const char *text)
{
    write_file(name, text, strlen(text));
}

static void fill_folder(void)
{
    static const char nul[] = "return {\n--\0\nrate = function() return 90 end}";
    char link[400];
    write_file("nul.lua", nul, sizeof nul - 1);
    write_text("latin.lua", "-- d\xe9j\xe0\nreturn {rate = function() return 90 end}");
    write_text("compiled.lua", "\x1bLua\x54");
    write_text("marked.lua", "\xef\xbb\xbfreturn {\r\nrate = function() return 90 end}\r\n");
    write_text("flat.lua", "return {params = {rate = 300}, rate = function(p) return p.rate end}");
    snprintf(link, sizeof link, "%s/link.lua", folder);
    ck_assert(symlink("/etc/passwd", link) == 0 || errno == EEXIST);
    copy_file(DS_TEST_DATA "/../scenarios/policies/cubic.lua", "cubic.lua");
    copy_file(DS_TEST_PLUGINS "/cubic.so", "cubic.so");
    for (int slot = 0; slot < 4; slot++) {
        char from[400], to[20];
        snprintf(from, sizeof from, "%s/slot_%d.so", DS_TEST_PLUGINS, slot);
        snprintf(to, sizeof to, "slot_%d.so", slot);
        copy_file(from, to);
    }
    write_text("sloped.lua", "return {split = function(p, now)\n"
                             "local paid = (1 - 0.8) * min(1, 0.1 + (0.9 - 0.1) *"
                             " min(1, max(0, now.utilization)))\n"
                             "return 0.8, paid, 0, 1 - 0.8 - paid, 0 end}");
    write_text("steps.lua", "return {emission = function(p, now)\n"
                            "return now.date < 20725.25 and 9e6 or 2e6 end,\n"
                            "changes = function(p, now)\n"
                            "return now.date < 20725.25 and 20725.25 or math.huge end}");
    write_text("share.lua", "return {spend = function(p, now) return 0.3 * now.revenue end}");
    write_text("price.lua", "return {price = function(p, now) return 1.25 end}");
}

static bool load(ds_scenario *s, const char *policies, ds_status *st)
{
    char path[400], text[2000];
    const int n = snprintf(text, sizeof text, "%s  %s\n", small, policies);
    write_file("run.yaml", text, (size_t)n);
    snprintf(path, sizeof path, "%s/run.yaml", folder);
    const ds_scenario_request q = {.path = path, .models = ds_models};
    return ds_scenario_load(s, &q, st);
}

static size_t row_count(const ds_scenario *s)
{
    return ds_metric_count(s->model->metrics) * ds_frame_times(&s->frame);
}

/* All rows of replica `index`; *st: why it ended. */
static double *run(ds_scenario *s, uint32_t index, ds_status *st)
{
    ds_replica replica;
    ds_status opening = {0};
    const void *config;
    double outcomes[64];
    double *const rows = calloc(row_count(s), sizeof *rows);
    ck_assert(rows && ds_metric_count(s->model->outcomes) <= 64);
    ck_assert_msg(ds_scenario_config(s, 0, &config, &opening), "%s", opening.text);
    ck_assert_msg(ds_replica_open(&replica, s->model, config, &s->frame, &opening), "%s",
                  opening.text);
    const bool fine = ds_replica_run(&replica, index, rows, outcomes);
    *st = replica.status;
    ck_assert(fine == (st->code == DS_OK));
    ds_replica_close(&replica);
    return rows;
}

static double *run_policies(const char *policies, uint32_t index, size_t *size)
{
    ds_scenario s;
    ds_status st = {0};
    ck_assert_msg(load(&s, policies, &st), "%s", st.text);
    double *const rows = run(&s, index, &st);
    ck_assert_msg(st.code == DS_OK, "%s", st.text);
    *size = row_count(&s) * sizeof *rows;
    ds_scenario_free(&s);
    return rows;
}

static const char built_in[] = "mint: {use: exponential_cubic, base: 80}";
#define AS_SCRIPT "mint: {use: lua, file: cubic.lua, base: 80}"
#define AS_PLUGIN "mint: {use: plugin, file: cubic.so, base: 80}"
#define AS_FORMULA                                                                               \
    "mint: {use: formula, rate: 'base * exp(power * (supply / target)^3)', base: 80, power: 2, " \
    "target: 40000}"
static const char *const forms[] = {AS_SCRIPT, AS_PLUGIN, AS_FORMULA};

static const char sloped[] = "fee_split: {use: utilization_sloped, low: 0.1, high: 0.9}";
static const char share[] = "buyback: {use: revenue_share, share: 0.3}";
static const char price[] = "pricing: {use: fixed, price: 1.25}";
#define STEPS(time)                                                                               \
    "emission: {use: schedule, steps: [{from: 2025-01-01, rate: 9e6}, {from: 2026-09-29" time "," \
    " rate: 2e6}]}"

static const struct same {
    const char *built_in, *other;
} same[] = {
    {built_in, AS_SCRIPT},
    {built_in, AS_PLUGIN},
    {built_in, AS_FORMULA},
    {sloped, "fee_split: {use: lua, file: sloped.lua}"},
    {sloped, "fee_split: {use: plugin, file: slot_0.so, a: 0.1, b: 0.9}"},
    {sloped,
     "fee_split: {use: formula, providers: 0.8, a: 0.1, b: 0.9,"
     " stakers: '(1 - 0.8) * min(1, a + (b - a) * min(1, max(0, utilization)))',"
     " treasury: '1 - 0.8 - (1 - 0.8) * min(1, a + (b - a) * min(1, max(0, utilization)))'}"},
    {STEPS("T06:00"), "emission: {use: lua, file: steps.lua}"},
    {STEPS("T06:00"), "emission: {use: plugin, file: slot_1.so, a: 9e6, b: 2e6}"},
    {STEPS(""), "emission: {use: formula, emission: 'date < 20725 and 9e6 or 2e6'}"},
    {share, "buyback: {use: lua, file: share.lua}"},
    {share, "buyback: {use: plugin, file: slot_2.so, a: 0.3}"},
    {share, "buyback: {use: formula, spend: part * revenue, part: 0.3}"},
    {price, "pricing: {use: lua, file: price.lua}"},
    {price, "pricing: {use: plugin, file: slot_3.so, a: 1.25}"},
    {price, "pricing: {use: formula, price: 1.25}"},
};

START_TEST(one_rule_in_any_form_is_one_run)
{
    size_t size, other, plain;
    fill_folder();
    for (uint32_t replica = 0; replica < 2; replica++) {
        double *const built = run_policies(same[_i].built_in, replica, &size);
        double *const rows = run_policies(same[_i].other, replica, &other);
        double *const without = run_policies("{}", replica, &plain);
        ck_assert_uint_eq(size, other);
        ck_assert_msg(memcmp(built, rows, size) == 0, "%s", same[_i].other);
        ck_assert_msg(memcmp(built, without, size) != 0, "%s changes nothing", same[_i].other);
        free(without);
        free(rows);
        free(built);
    }
}
END_TEST

START_TEST(another_parameter_is_another_run)
{
    size_t size, other;
    fill_folder();
    double *const built = run_policies(built_in, 0, &size);
    double *const rows = run_policies("mint: {use: lua, file: cubic.lua, base: 81}", 0, &other);
    ck_assert_int_ne(memcmp(built, rows, size), 0);
    free(rows);
    free(built);
}
END_TEST

/* The same replica in a memory where others have been. */
START_TEST(a_replica_does_not_see_the_one_before)
{
    ds_scenario s;
    ds_status st = {0};
    ds_replica replica;
    const void *config;
    double outcomes[64];
    static const char script[] = "local n, last = 0, -1\nreturn {rate = function(p, now)\n"
                                 "if now.time ~= last then n, last = n + 1, now.time end\n"
                                 "return 90 + n / 1000\nend}\n";
    fill_folder();
    write_file("counts.lua", script, sizeof script - 1);
    ck_assert_msg(load(&s, "mint: {use: lua, file: counts.lua}", &st), "%s", st.text);
    double *const alone = run(&s, 1, &st), *const rows = calloc(row_count(&s), sizeof *rows);
    ck_assert_msg(st.code == DS_OK, "%s", st.text);
    ck_assert(ds_scenario_config(&s, 0, &config, &st));
    ck_assert(ds_replica_open(&replica, s.model, config, &s.frame, &st));
    for (uint32_t i = 0; i < 2; i++)
        ck_assert_msg(ds_replica_run(&replica, i, rows, outcomes), "%s", replica.status.text);
    ck_assert_int_eq(memcmp(alone, rows, row_count(&s) * sizeof *rows), 0);
    ds_replica_close(&replica);
    ds_scenario_free(&s);
    free(alone);
    free(rows);
}
END_TEST

#define CHANGES(when)                               \
    "return {emission = function() return 9 end,\n" \
    " changes = function(p, now) return now.time < 9 and math.huge or " when " end}"

static const struct failing {
    const char *slot, *script, *why;
} failing[] = {
    {"mint", "return {rate = function(p, now) return now.time < 9 and 90 or 0/0 end}",
     "policy.lua:1: 'rate' gave nan"},
    {"mint",
     "return {rate = function(p, now)\n if now.time > 9 then error('late') end\n"
     " return 90 end}",
     "policy.lua:2: late"},
    {"mint", "local n = 0\nreturn {rate = function() n = n + 1 return 90 + n % 7 end}",
     "too rough to integrate"},
    /* These four would take hours were the work not bounded, or went on after the failure. */
    {"mint", "local n = 0\nreturn {rate = function() n = n + 1 while n > 303 do end return 90 end}",
     "policy.lua:2: is still at work"},
    {"mint",
     "return {rate = function() return 90 end, step = function(p, now, s) return s + 1e-9 end}",
     "takes more than 100000 steps"},
    {"emission", CHANGES("now.date"), "less than a minute apart"},
    {"emission", CHANGES("5"), "policy 'emission.lua' names changes in the past"},
    {"emission", CHANGES("0/0"), "names no date of its next change"},
    {"fee_split", "return {split = function(p, now) return now.time < 9 and 1 or 2,0,0,0,0 end}",
     "policy.lua:1: 'split' gave shares 2, 0, 0, 0, 0"},
    {"emission", "return {emission = function(p, now) return 9 - now.time end}",
     "policy.lua:1: 'emission' gave -1"},
    {"buyback", "return {spend = function(p, now) return now.time < 9 and 1 or 'x' end}",
     "policy.lua:1: 'spend' gave a string"},
    {"pricing", "return {price = function(p, now)\nwhile now.time > 9 do end return 1 end}",
     "policy.lua:2: is still at work"},
};

START_TEST(a_script_that_fails_ends_its_replica_with_the_line)
{
    const struct failing *const f = &failing[_i];
    ds_scenario s;
    ds_status st = {0};
    char policies[100];
    fill_folder();
    write_file("policy.lua", f->script, strlen(f->script));
    snprintf(policies, sizeof policies, "%s: {use: lua, file: policy.lua}", f->slot);
    ck_assert_msg(load(&s, policies, &st), "%s", st.text);
    double *const rows = run(&s, 0, &st);
    ck_assert_int_eq(st.code, DS_E_POLICY);
    ck_assert_msg(strstr(st.text, f->why) != NULL, "%s", st.text);
    /* What was seen until then stays. */
    ck_assert(!isnan(rows[economy_metric("vvv_supply")]));
    free(rows);
    ds_scenario_free(&s);
}
END_TEST

static const struct wrong {
    const char *policies;
    int code;
    const char *why;
} wrong[] = {
    {"mint: {use: lua}", DS_E_DATA, "'file' is missing"},
    {"mint: {use: lua, file: nowhere.lua}", DS_E_DATA, "there is no file 'nowhere.lua'"},
    {"mint: {use: lua, file: ../../etc/passwd}", DS_E_DATA, "outside the scenario's folder"},
    {"mint: {use: lua, file: /etc/passwd}", DS_E_DATA, "outside the scenario's folder"},
    {"mint: {use: plugin, file: /lib/x86_64-linux-gnu/libc.so.6}", DS_E_DATA, "'/lib/"},
    {"mint: {use: lua, file: cubic.lua, bse: 5}", DS_E_DATA, "did you mean 'base'?"},
    {"mint: {use: lua, file: cubic.lua, power: 51}", DS_E_DATA, "must lie in [0, 50]"},
    {"mint: {use: lua, file: cubic.lua, target: 5 VVV}", DS_E_DATA, "'target'"},
    {"mint: {use: plugin, file: cubic.so, bse: 5}", DS_E_DATA, "did you mean 'base'?"},
    {"mint: {use: plugin, file: cubic.lua}", DS_E_POLICY, "is no shared object"},
    {"mint: {use: lua, file: cubic.so}", DS_E_POLICY, "cubic.so:"},
    {"mint: {use: lua, file: compiled.lua}", DS_E_POLICY, "attempt to load a binary chunk"},
    {"mint: {use: lua, file: nul.lua}", DS_E_DATA, "nul.lua:2:3: a NUL byte"},
    {"mint: {use: lua, file: latin.lua}", DS_E_DATA, "latin.lua:1:5: a byte that is not UTF-8"},
    {"mint: {use: lua, file: link.lua}", DS_E_DATA, "outside the scenario's folder"},
    {"fee_split: {use: lua, file: cubic.lua}", DS_E_POLICY, "no function 'split'"},
    {"mint: {use: formula}", DS_E_DATA, "'rate' is missing"},
    {"mint: {use: formula, rate: 'base', base: x}", DS_E_DATA, "'base' is 'x'"},
    {"mint: {use: formula, rate: 'base', base: [5]}", DS_E_DATA, "'base' must be a number"},
    {"mint: {use: formula, rate: {a: 5}}", DS_E_DATA, "'rate'"},
    {"mint: {use: formula, rate: 'bass', base: 5}", DS_E_DATA, "names 'bass'"},
};

START_TEST(what_cannot_be_a_policy_is_refused_with_the_scenario)
{
    ds_scenario s;
    ds_status st = {0};
    fill_folder();
    ck_assert_msg(!load(&s, wrong[_i].policies, &st), "%s", wrong[_i].policies);
    ck_assert_msg(strstr(st.text, wrong[_i].why) != NULL, "%s: %s", wrong[_i].policies, st.text);
    ck_assert_msg((int)st.code == wrong[_i].code, "%s: %d", wrong[_i].policies, (int)st.code);
    ds_scenario_free(&s);
}
END_TEST

START_TEST(parameters_from_outside_can_be_swept)
{
    ds_scenario s;
    ds_status st = {0};
    const void *config[4];
    fill_folder();
    for (size_t k = 0; k < 3; k++) {
        char policies[300];
        snprintf(policies, sizeof policies, "%s\nsweep: {policies.mint.base: [70, 80, 90, 100]}",
                 forms[k]);
        ck_assert_msg(load(&s, policies, &st), "%s", st.text);
        ck_assert_uint_eq(s.points, 4);
        for (size_t i = 0; i < 4; i++) {
            ck_assert_msg(ds_scenario_config(&s, i, &config[i], &st), "%s", st.text);
            const ds_choice *const mint =
                &((const ds_diem_config *)config[i])->policies.rule[DS_RULE_MINT];
            const ds_param *const base = ds_param_find(mint->as->params, "base");
            double value;
            memcpy(&value, (const char *)mint->params + base->offset, sizeof value);
            ck_assert_double_eq(value, 70 + 10 * (double)i);
        }
        ds_scenario_free(&s);
    }
}
END_TEST

/* Rates of the points' mint policies at supply 0, where the cubic rate is its base. */
static void points_have_rates(const char *policies, size_t count, const double *rate)
{
    ds_scenario s;
    ds_status st = {0};
    fill_folder();
    ck_assert_msg(load(&s, policies, &st), "%s", st.text);
    ck_assert_uint_eq(s.points, count);
    for (size_t i = 0; i < count; i++) {
        const void *config;
        ds_view now = {.st = &st};
        ck_assert_msg(ds_scenario_config(&s, i, &config, &st), "%s", st.text);
        const ds_choice *const mint =
            &((const ds_diem_config *)config)->policies.rule[DS_RULE_MINT];
        const ds_policy *const policy = ds_policy_of(mint);
        now.room = aligned_alloc(16, (policy->room + 15) / 16 * 16 + 16);
        if (policy->open)
            ck_assert_msg(policy->open(policy, mint->params, now.room, &st), "%s", st.text);
        ck_assert_double_eq(policy->rate(mint->params, &now, 0), rate[i]);
        free(now.room);
    }
    ds_scenario_free(&s);
}

START_TEST(another_file_or_formula_takes_nothing_from_the_one_before)
{
    static const double rate[] = {70, 300, 301, 90, 50, 140, 70, 350};
    points_have_rates("mint: {use: lua, file: cubic.lua, base: 70}\n"
                      "variants:\n"
                      "  as_it_is: {}\n"
                      "  other: {policies: {mint: {file: flat.lua}}}\n"
                      "  more: {policies: {mint: {use: lua, file: flat.lua, rate: 301}}}\n"
                      "  back: {policies: {mint: {file: marked.lua}}}\n"
                      "  same: {policies: {mint: {file: cubic.lua, base: 50}}}\n"
                      "  formula: {policies: {mint: {use: formula, rate: 2 * k, k: 70}}}\n"
                      "  kept: {policies: {mint: {file: cubic.lua, power: 1}}}\n"
                      "  built_in: {policies: {mint: {use: constant, rate: 350}}}\n",
                      8, rate);
}
END_TEST

START_TEST(a_formula_keeps_the_numbers_that_it_names)
{
    static const double rate[] = {70, 140, 5, 6, 71};
    points_have_rates("mint: {use: formula, rate: base + steep * supply, base: 70, steep: 1}\n"
                      "variants:\n"
                      "  as_it_is: {}\n"
                      "  other: {policies: {mint: {rate: 2 * base}}}\n"
                      "  flat: {policies: {mint: {rate: 5}}}\n"
                      "  renamed: {policies: {mint: {rate: bases, bases: 6}}}\n"
                      "  number: {policies: {mint: {base: 71}}}\n",
                      5, rate);
}
END_TEST

START_TEST(the_resolved_scenario_is_the_scenario)
{
    ds_scenario s, again;
    ds_status st = {0};
    fill_folder();
    ck_assert_msg(load(&s, forms[_i], &st), "%s", st.text);
    const ds_scenario_request q = {.path = "resolved",
                                   .text = s.resolved,
                                   .files = s.files,
                                   .file_count = s.file_count,
                                   .natives = folder,
                                   .models = ds_models};
    ck_assert_msg(ds_scenario_load(&again, &q, &st), "%s", st.text);
    ck_assert_str_eq(s.resolved, again.resolved);
    ds_scenario_free(&again);
    ds_scenario_free(&s);
}
END_TEST

START_TEST(a_result_knows_its_plugin_again)
{
    ds_scenario s, again;
    ds_status st = {0};
    fill_folder();
    ck_assert_msg(load(&s, forms[1], &st), "%s", st.text);
    ck_assert_uint_eq(s.file_count, 1);
    ck_assert_str_eq(s.files[0].name, "cubic.so");
    ck_assert_int_eq(strncmp(s.files[0].text, "xxh128 ", 7), 0);
    ds_scenario_request q = {.path = "resolved",
                             .text = s.resolved,
                             .files = s.files,
                             .file_count = s.file_count,
                             .models = ds_models};
    ck_assert(!ds_scenario_load(&again, &q, &st));
    ck_assert_ptr_nonnull(strstr(st.text, "a result holds only the digest"));
    ds_scenario_free(&again);
    copy_file(DS_TEST_PLUGINS "/plugin_0.so", "cubic.so");
    q.natives = folder;
    st = (ds_status){0};
    ck_assert(!ds_scenario_load(&again, &q, &st));
    ck_assert_ptr_nonnull(strstr(st.text, "is not the program that the result was made with"));
    ds_scenario_free(&again);
    ds_scenario_free(&s);
}
END_TEST

#define COUNT(array) (int)(sizeof(array) / sizeof *(array))

static void remove_folder(void)
{
    char path[400];
    DIR *const files = opendir(folder);
    for (const struct dirent *file; files && (file = readdir(files));) {
        snprintf(path, sizeof path, "%s/%s", folder, file->d_name);
        (void)remove(path);
    }
    if (files)
        (void)closedir(files);
    (void)remove(folder);
}

int main(void)
{
    const ds_test tests[] = {
        {one_rule_in_any_form_is_one_run, COUNT(same)},
        {another_parameter_is_another_run, 0},
        {a_replica_does_not_see_the_one_before, 0},
        {a_script_that_fails_ends_its_replica_with_the_line, COUNT(failing)},
        {what_cannot_be_a_policy_is_refused_with_the_scenario, COUNT(wrong)},
        {parameters_from_outside_can_be_swept, 0},
        {another_file_or_formula_takes_nothing_from_the_one_before, 0},
        {a_formula_keeps_the_numbers_that_it_names, 0},
        {the_resolved_scenario_is_the_scenario, COUNT(forms)},
        {a_result_knows_its_plugin_again, 0},
        {0},
    };
    if (!mkdtemp(folder))
        return 1;
    const int failed = ds_run_tests("outside", tests, 120);
    remove_folder();
    return failed;
}
