/* Runs of any shape on any threads, stopped anywhere: the same bytes. */
#include "../toy.h"

#include "sim/io/scenario.h"
#include "sim/run/ensemble.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[64], output[80], other[80];
static uint64_t random_state;

static size_t below(size_t limit)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(random_state >> 33) % limit;
}

/* ---- scenarios ---- */

static const char *pick(const char *const *texts, size_t count)
{
    return texts[below(count)];
}
#define PICK(...)                            \
    pick((const char *const[]){__VA_ARGS__}, \
         sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void draw(char text[512])
{
    static const char *const sweeps[] = {
        "",
        "sweep: {drift: [0]}",
        "sweep: {drift: [0, 0.1]}",
        "sweep: {drift: [0, 0.1, 0.2]}",
        "sweep: {drift: {from: 0, to: 0.3, steps: 4}}",
        "sweep: {drift: [0, 0.1, 0.2], odd: [true, false]}",
        "sweep: {drift: {from: 0, to: 0.6, steps: 7}}",
    };
    const char *const until =
        PICK("", "", "", "until: {metric: place, half_width: 0.05, max_replicas: 150}",
             "until: {metric: end, half_width: 1e9, max_replicas: 80}",
             "until: {metric: end, half_width: 1e-9, max_replicas: 77}");
    snprintf(text, 512,
             "model: %s\nreplicas: %zu\nseed: %zu\nhorizon: %zu\nobserve: %s\noutput: {paths: %s%s}"
             "\nodd: %s\nfail_every: %s\nfail_from: %s\n%s\n%s\n",
             PICK("toy", "light"), 1 + below(70), below(1000), 1 + below(12),
             PICK("1", "unlimited", "3", "0.5"), PICK("true", "false"),
             PICK("", "", ", metrics: [third]", ", metrics: [place]"), PICK("true", "false"),
             PICK("0", "0", "2", "7", "1"), PICK("1000", "1000", "30", "5"), sweeps[below(7)],
             until);
}

static ds_code run(const char *text, const char *path, unsigned threads, char said[DS_STATUS_TEXT])
{
    ds_scenario scenario;
    ds_status st = {0};
    ds_run_report report;
    const ds_scenario_request wanted = {.path = "toy", .text = text, .models = toys};
    ck_assert_msg(ds_scenario_load(&scenario, &wanted, &st), "%s\n%s", st.text, text);
    const ds_run_request request = {.scenario = &scenario,
                                    .output = path,
                                    .threads = threads,
                                    .quiet = true,
                                    .program = "test",
                                    .version = "1",
                                    .build = "any"};
    const bool ok = ds_run(&request, &report, &st);
    ck_assert_int_eq(ok, st.code == DS_OK);
    ds_scenario_free(&scenario);
    strcpy(said, st.text);
    return st.code;
}

/* ---- comparing ---- */

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

/* Goes on until it is over, stopped again and again. */
static ds_code run_with_stops(const char *text, char said[DS_STATUS_TEXT], size_t *stops)
{
    for (;;) {
        atomic_store(&toy_stop_in, below(4) ? 1 + (int)below(120) : 0);
        const ds_code code = run(text, other, 1 + (unsigned)below(5), said);
        atomic_store(&toy_stop_in, 0);
        if (code != DS_E_STOPPED)
            return code;
        ck_assert(!exists(other));
        ++*stops;
    }
}

START_TEST(any_run_makes_the_same_bytes_however_it_is_stopped)
{
    char text[512], said[2][DS_STATUS_TEXT];
    size_t stops = 0, results = 0;
    random_state = (uint64_t)_i;
    for (int i = 0; i < 20; i++) {
        draw(text);
        const ds_code code = run(text, output, 1, said[0]);
        const ds_code again = run_with_stops(text, said[1], &stops);
        ck_assert_msg(code == again, "%d and %d: %s: %s\n%s", code, again, said[0], said[1], text);
        ck_assert_msg(code == DS_OK || code == DS_E_POLICY, "%s\n%s", said[0], text);
        ck_assert_msg(strcmp(said[0], said[1]) == 0, "%s: %s", said[0], said[1]);
        ck_assert_int_eq(exists(output), code == DS_OK);
        ck_assert_int_eq(exists(other), code == DS_OK);
        ck_assert_msg(code != DS_OK || same_bytes(output, other), "%s", text);
        results += code == DS_OK;
        unlink(output);
        unlink(other);
    }
    ck_assert_uint_gt(stops, 10);
    ck_assert_uint_gt(results, 5);
}
END_TEST

static void enter(void)
{
    strcpy(folder, "/tmp/runs-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(output, sizeof output, "%s/a.h5", folder);
    snprintf(other, sizeof other, "%s/b.h5", folder);
}

static void leave(void)
{
    ck_assert_int_eq(rmdir(folder), 0); /* runs leave nothing but their results */
}

int main(void)
{
    Suite *const suite = suite_create("runs");
    TCase *const t = tcase_create("runs");
    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, enter, leave);
    /* Of a build that is so many times slower fewer are enough: its sanitizer sees any at once. */
    const int rounds = getenv("SLOWER") ? 4 : 10;
    tcase_add_loop_test(t, any_run_makes_the_same_bytes_however_it_is_stopped, 0, rounds);
    suite_add_tcase(suite, t);
    SRunner *const runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
