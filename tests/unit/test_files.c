/* Files that a scenario is, includes and reads. */
#include "run.h"

#include "models/models.h"
#include "models/queue/queue.h"
#include "sim/io/scenario.h"
#include "tests/bakery.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static const void *config_of(ds_scenario *s, size_t point)
{
    const void *config;
    ds_status st = {0};
    ck_assert_msg(ds_scenario_config(s, point, &config, &st), "%s", st.text);
    return config;
}

static void write_file(const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *const file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    fclose(file);
}

static bool load_file(ds_scenario *s, const char *name, ds_status *st)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    const ds_scenario_request q = {.path = path, .models = ds_models};
    *st = (ds_status){0};
    return ds_scenario_load(s, &q, st);
}

static void open_folder(void)
{
    strcpy(folder, "/tmp/diemsim-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void remove_folder(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
}

static void refused(const char *name, ds_code code, const char *says)
{
    ds_scenario s;
    ds_status st;
    ck_assert_msg(!load_file(&s, name, &st), "'%s' was accepted", name);
    ck_assert_msg(st.code == code && strstr(st.text, says), "%d: %s", st.code, st.text);
    ds_scenario_free(&s);
}

START_TEST(what_is_no_file_is_refused_at_once)
{
    char path[256];
    open_folder();
    snprintf(path, sizeof path, "%s/pipe", folder);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    refused("pipe", DS_E_INPUT, "pipe");
    refused(".", DS_E_INPUT, "directory");
    refused("nothing.yaml", DS_E_INPUT, "No such file");
    snprintf(path, sizeof path, "%s/huge.yaml", folder);
    write_file("huge.yaml", "");
    ck_assert_int_eq(truncate(path, (off_t)1 << 30), 0);
    refused("huge.yaml", DS_E_DATA, "must be at most");
    remove_folder();
}
END_TEST

START_TEST(includes_stay_inside_and_do_not_go_in_circles)
{
    ds_scenario s;
    ds_status st;
    open_folder();
    write_file("base.yaml", "model: queue\nhorizon: 10\nseed: 1\nservers: 2\ncapacity: 9\n");
    write_file("top.yaml", "include: base\nservers: 3\n");
    write_file("a.yaml", "include: b.yaml\n");
    write_file("b.yaml", "include: [a.yaml]\n");
    write_file("out.yaml", "include: ../../../../../../etc/passwd\n");
    write_file("absolute.yaml", "include: /etc/passwd\n");
    write_file("missing.yaml", "include: nowhere.yaml\n");
    char path[256];
    snprintf(path, sizeof path, "%s/link.yaml", folder);
    ck_assert_int_eq(symlink("/etc/passwd", path), 0);
    write_file("linked.yaml", "include: link.yaml\n");
    ck_assert_msg(load_file(&s, "top.yaml", &st), "%s", st.text);
    const ds_queue_config *const c = config_of(&s, 0);
    ck_assert_int_eq(c->servers, 3);
    ck_assert_double_eq(c->capacity, 9);
    ck_assert_uint_eq(s.file_count, 1);
    ck_assert_str_eq(s.files[0].name, "base");
    ds_scenario_free(&s);
    refused("a.yaml", DS_E_DATA, "a.yaml -> b.yaml -> a.yaml");
    write_file("again.yaml", "include: ./again.yaml\n"); /* by another name */
    refused("again.yaml", DS_E_DATA, "includes go in a circle");
    refused("out.yaml", DS_E_DATA, "outside");
    refused("absolute.yaml", DS_E_DATA, "outside");
    refused("linked.yaml", DS_E_DATA, "outside");
    refused("missing.yaml", DS_E_DATA, "no file");
    /* A folder whose name begins as this one's is another. */
    char beside[128], text[320];
    snprintf(beside, sizeof beside, "%s2", folder);
    snprintf(path, sizeof path, "%s2/base.yaml", folder);
    snprintf(text, sizeof text, "include: %s\n", path);
    write_file("neighbour.yaml", text);
    ck_assert_int_eq(mkdir(beside, 0777), 0);
    FILE *const out = fopen(path, "w");
    ck_assert(out && fputs("model: queue\n", out) >= 0 && fclose(out) == 0);
    refused("neighbour.yaml", DS_E_DATA, "outside");
    ck_assert(unlink(path) == 0 && rmdir(beside) == 0);
    remove_folder();
}
END_TEST

/* ---- what includes mean ---- */

static bool load_bakery(ds_scenario *s, const char *name, ds_status *st)
{
    char path[256], presets[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    snprintf(presets, sizeof presets, "%s/shipped", folder);
    const ds_scenario_request q = {.path = path, .models = bakery_models, .presets = presets};
    *st = (ds_status){0};
    return ds_scenario_load(s, &q, st);
}

static void make_folder(const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    ck_assert_int_eq(mkdir(path, 0700), 0);
}

START_TEST(layers_lie_over_each_other_in_order)
{
    ds_scenario s;
    ds_status st;
    open_folder();
    make_folder("shipped");
    make_folder("town");
    write_file("shipped/village.yaml", "seed: 1\nflour: 10\nprice: 1\nloaves: 10\n"
                                       "recipe: {use: sour, days: 9}\nweights: [1, 2, 3]\n");
    write_file("town/base.yaml", "include: village\nprice: 2\nloaves: 20\n"
                                 "bakers: {eve: {pace: {pace: bursts, rate: 6}}}\n");
    write_file("market.yaml", "loaves: 30\nweights: 7\noven: {trays: 2}\n");
    write_file("base.yaml", "include: [town/base.yaml, market]\noven: {heat: 400}\n"
                            "recipe: {use: plain}\nbakers: {eve: {pace: {rate: 8}}, ann: {}}\n");
    ck_assert_msg(load_bakery(&s, "base.yaml", &st), "%s", st.text);
    const bakery_config *const c = config_of(&s, 0);
    ck_assert_double_eq(c->flour, 10);
    ck_assert_double_eq(c->price, 2);
    ck_assert_int_eq(c->loaves, 30);
    ck_assert_uint_eq(c->weights.count, 1);
    ck_assert(c->oven.trays == 2 && c->oven.heat == 400);
    ck_assert_str_eq(c->recipe.as->name, "plain");
    ck_assert_uint_eq(c->bakers.count, 2);
    const bakery_baker *const eve = c->bakers.items;
    ck_assert_str_eq(eve->pace.as->name, "bursts");
    ck_assert_double_eq(((const bursts_params *)eve->pace.params)->rate, 8);
    ck_assert_uint_eq(s.file_count, 3);
    ds_scenario_free(&s);
    remove_folder();
}
END_TEST

START_TEST(an_error_in_an_included_file_is_shown_there)
{
    ds_scenario s;
    ds_status st;
    open_folder();
    make_folder("town");
    write_file("town/base.yaml", "seed: 1\nflour: white\n");
    write_file("top.yaml", "include: town/base\nprice: 1\n");
    ck_assert(!load_bakery(&s, "top.yaml", &st));
    ck_assert_msg(strncmp(st.text, "town/base.yaml:2:8: 'flour' is 'white'", 38) == 0, "%s",
                  st.text);
    ds_scenario_free(&s);
    remove_folder();
}
END_TEST

START_TEST(a_shipped_scenario_of_the_same_name_is_another)
{
    ds_scenario s;
    ds_status st;
    open_folder();
    make_folder("shipped");
    make_folder("shipped/town");
    make_folder("town");
    write_file("shipped/town/base.yaml", "flour: 5\n");
    write_file("shipped/top.yaml", "seed: 1\nprice: 7\n");
    write_file("town/base.yaml", "include: town/base\nloaves: 8\n");
    write_file("top.yaml", "include: [top, town/base.yaml]\n");
    ck_assert_msg(load_bakery(&s, "top.yaml", &st), "%s", st.text);
    const bakery_config *const c = config_of(&s, 0);
    ck_assert(c->flour == 5 && c->price == 7 && c->loaves == 8);
    ds_scenario_free(&s);
    write_file("alone.yaml", "include: alone\n");
    ck_assert(!load_bakery(&s, "alone.yaml", &st));
    ck_assert_msg(strstr(st.text, "alone.yaml -> alone.yaml") != NULL, "%s", st.text);
    ds_scenario_free(&s);
    remove_folder();
}
END_TEST

/* Each includes the one below twice: 2^20 files were it not for a limit. */
START_TEST(includes_that_multiply_are_refused)
{
    ds_scenario s;
    ds_status st;
    char name[32], text[64];
    open_folder();
    for (int i = 0; i < 12; i++) {
        snprintf(name, sizeof name, "f%d.yaml", i);
        snprintf(text, sizeof text, "include: [f%d, f%d]\n", i + 1, i + 1);
        write_file(name, text);
    }
    write_file("f12.yaml", "price: 1\n");
    ck_assert(!load_bakery(&s, "f0.yaml", &st));
    ck_assert_msg(strstr(st.text, "more than 64 includes") != NULL, "%s", st.text);
    ds_scenario_free(&s);
    remove_folder();
}
END_TEST

#define MARCH "date,coins\n2026-03-01,3\n2026-03-02,4.5\n"

/* As a result does: the resolved text with the files that were read, and no folder to look in. */
START_TEST(a_scenario_with_its_files_loads_again_without_the_folder)
{
    ds_scenario a, b;
    ds_status st = {0};
    open_folder();
    make_folder("town");
    write_file("town/march.csv", MARCH);
    write_file("town/base.yaml", "seed: 1\ndemand: {file: march.csv, column: coins}\n");
    write_file("april.csv", "# sales\nunix_time,x\n1775001600,0.1\n");
    write_file("top.yaml", "include: town/base\nvariants: {a: {}, b: {demand: {file: april.csv, "
                           "interpolation: step}}}\n");
    ck_assert_msg(load_bakery(&a, "top.yaml", &st), "%s", st.text);
    remove_folder();
    ck_assert_uint_eq(a.file_count, 3);
    const ds_scenario_request q = {.path = "result",
                                   .text = a.resolved,
                                   .files = a.files,
                                   .file_count = a.file_count,
                                   .models = bakery_models};
    ck_assert_msg(ds_scenario_load(&b, &q, &st), "%s", st.text);
    for (size_t i = 0; i < 2; i++) {
        const bakery_config *const p = config_of(&a, i), *const again = config_of(&b, i);
        const ds_path *const x = &p->demand, *const y = &again->demand;
        ck_assert(x->count == 2 - i && y->count == x->count);
        ck_assert(x->between == (i ? DS_STEP : DS_LOG_LINEAR) && y->between == x->between);
        ck_assert_mem_eq(x->value, y->value, x->count * sizeof(double));
        ck_assert_mem_eq(x->time, y->time, x->count * sizeof(double));
    }
    ck_assert_str_eq(a.resolved, b.resolved);
    ds_scenario_free(&a);
    ds_scenario_free(&b);
}
END_TEST

START_TEST(two_files_of_one_name_cannot_both_be_stored)
{
    ds_scenario s;
    ds_status st;
    open_folder();
    make_folder("town");
    write_file("town/march.csv", MARCH);
    write_file("march.csv", MARCH);
    write_file("town/more.yaml", "price: 3\n");
    write_file("more.yaml", "include: town/base\n");
    write_file("town/base.yaml", "include: more\nseed: 1\nvariants: {a: {demand: march.csv}}\n");
    write_file("top.yaml", "include: more\ndemand: march.csv\n");
    ck_assert(!load_bakery(&s, "top.yaml", &st));
    ck_assert_msg(strstr(st.text, "two files of this scenario are called 'march.csv'") != NULL,
                  "%s", st.text);
    ds_scenario_free(&s);
    remove_folder();
}
END_TEST

START_TEST(every_point_shares_one_reading_of_a_file)
{
    ds_scenario s;
    ds_status st;
    open_folder();
    write_file("march.csv", MARCH);
    write_file("top.yaml", "seed: 1\ndemand: march.csv\nsweep: {price: [1, 2, 3]}\n");
    ck_assert_msg(load_bakery(&s, "top.yaml", &st), "%s", st.text);
    ck_assert_ptr_eq(((const bakery_config *)config_of(&s, 0))->demand.value,
                     ((const bakery_config *)config_of(&s, 2))->demand.value);
    ck_assert_uint_eq(s.file_count, 1);
    ds_scenario_free(&s);
    remove_folder();
}
END_TEST

START_TEST(names_of_files_are_never_echoed_raw)
{
    ds_scenario s;
    ds_status st;
    open_folder();
    ck_assert(!load_bakery(&s, "\x1b[31m\xff.yaml", &st));
    ck_assert_int_eq(st.code, DS_E_INPUT);
    ck_assert_msg(strstr(st.text, "\\x1b[31m\\xff.yaml") != NULL, "%s", st.text);
    ds_scenario_free(&s);
    write_file("\x1b[31m.yaml", "flour: x\n");
    ck_assert(!load_bakery(&s, "\x1b[31m.yaml", &st));
    ck_assert_msg(strstr(st.text, "\\x1b[31m.yaml:1:8: ") && !strchr(st.text, 0x1b), "%s", st.text);
    ds_scenario_free(&s);
    remove_folder();
}
END_TEST

START_TEST(a_long_path_is_shown_to_its_end)
{
    ds_scenario s;
    ds_status st;
    char name[120];
    open_folder();
    memset(name, 'n', sizeof name);
    strcpy(name + 100, "/top.yaml");
    name[100] = '\0';
    make_folder(name);
    name[100] = '/';
    write_file(name, "flour: x\n");
    ck_assert(!load_bakery(&s, name, &st));
    ck_assert_msg(strstr(st.text, "nnnn/top.yaml:1:8: ") != NULL, "%s", st.text);
    ds_scenario_free(&s);
    remove_folder();
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{what_is_no_file_is_refused_at_once, 0},
                             {includes_stay_inside_and_do_not_go_in_circles, 0},
                             {layers_lie_over_each_other_in_order, 0},
                             {an_error_in_an_included_file_is_shown_there, 0},
                             {a_shipped_scenario_of_the_same_name_is_another, 0},
                             {includes_that_multiply_are_refused, 0},
                             {a_scenario_with_its_files_loads_again_without_the_folder, 0},
                             {two_files_of_one_name_cannot_both_be_stored, 0},
                             {every_point_shares_one_reading_of_a_file, 0},
                             {names_of_files_are_never_echoed_raw, 0},
                             {a_long_path_is_shown_to_its_end, 0},
                             {0}};
    return ds_run_tests("files", tests, 60);
}
