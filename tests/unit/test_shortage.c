/* Memory that runs out at any allocation of a run: it fails and says so, what it saved is right,
 * and the next run goes on from there to the same bytes. Linked with malloc and its kin wrapped. */
#include "../toy.h"

#include "sim/io/scenario.h"
#include "sim/run/ensemble.h"

#include <check.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* ---- an allocator that fails once ---- */

/* Shared with the processes that a run does some of its work in. */
typedef struct counters {
    _Atomic int fail_in; /* allocations until one fails; 0: never */
    _Atomic int failed;
} counters;

static counters *shared;

static bool fails_now(void)
{
    const bool now =
        shared && atomic_load(&shared->fail_in) > 0 && atomic_fetch_sub(&shared->fail_in, 1) == 1;
    if (now)
        atomic_fetch_add(&shared->failed, 1);
    return now;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
char *__wrap_strdup(const char *text);

void *__wrap_malloc(size_t size)
{
    return fails_now() ? NULL : __real_malloc(size);
}

/* A pool of the loader whose block fails ends the program, with a message and 71. */
static bool is_pool(size_t count, size_t size)
{
    return count == 1 && size >= 65536;
}

void *__wrap_calloc(size_t count, size_t size)
{
    return !is_pool(count, size) && fails_now() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size)
{
    return fails_now() ? NULL : __real_realloc(block, size);
}

char *__wrap_strdup(const char *text)
{
    return fails_now() ? NULL : __real_strdup(text);
}

/* ---- runs ---- */

static char folder[64], output[80], other[80];

static ds_code run(const char *text, const char *path, int allocations, ds_status *st)
{
    ds_scenario scenario;
    ds_run_report report;
    *st = (ds_status){0};
    const ds_scenario_request wanted = {.path = "toy", .text = text, .models = toys};
    ck_assert_msg(ds_scenario_load(&scenario, &wanted, st), "%s", st->text);
    const ds_run_request request = {.scenario = &scenario,
                                    .output = path,
                                    .threads = 2,
                                    .quiet = true,
                                    .program = "test",
                                    .version = "1",
                                    .build = "any"};
    atomic_store(&shared->fail_in, allocations);
    (void)!ds_run(&request, &report, st);
    atomic_store(&shared->fail_in, 0);
    ds_scenario_free(&scenario);
    return st->code;
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

static const char *const texts[] = {
    "{model: toy, replicas: 40, seed: 1, sweep: {drift: [0, 0.1]}, output: {paths: false}}",
    "{model: toy, replicas: 40, seed: 1, sweep: {drift: [0, 0.1]}, fail_every: 5}",
    ("{model: toy, replicas: 16, seed: 1, fail_every: 5, output: {paths: false},"
     " until: {metric: end, half_width: 1e-9, max_replicas: 70}}"),
};

START_TEST(memory_may_run_out_anywhere)
{
    const char *const text = texts[_i];
    ds_status st;
    size_t shortages = 0, harmless = 0;
    const int dense = getenv("SLOWER") ? 15 : 30;
    ck_assert_int_eq(run(text, output, 0, &st), DS_OK);
    for (int n = 1; harmless < 3; n += 1 + n / dense) {
        atomic_store(&shared->failed, 0);
        const ds_code code = run(text, other, n, &st);
        if (code != DS_OK) {
            /* Where HDF5 asks our driver, it says only that a file could not be made. */
            const bool driver = code == DS_E_CREATE || code == DS_E_IO;
            ck_assert_msg(code == DS_E_SYSTEM || driver, "%d: %d %s", n, code, st.text);
            ck_assert_msg(driver || strstr(st.text, "no memory"), "%d: %s", n, st.text);
            ck_assert_int_ne(access(other, F_OK), 0);
            shortages++;
            ck_assert_int_eq(run(text, other, 0, &st), DS_OK);
        }
        harmless += atomic_load(&shared->failed) == 0;
        ck_assert_msg(same_bytes(output, other), "other bytes after a shortage at %d", n);
        unlink(other);
    }
    ck_assert_uint_gt(shortages, 50);
}
END_TEST

static void enter(void)
{
    strcpy(folder, "/tmp/shortage-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(output, sizeof output, "%s/a.h5", folder);
    snprintf(other, sizeof other, "%s/b.h5", folder);
}

static void leave(void)
{
    unlink(output);
    ck_assert_int_eq(rmdir(folder), 0);
}

int main(void)
{
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return 1;
    Suite *const suite = suite_create("shortage");
    TCase *const t = tcase_create("shortage");
    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, enter, leave);
    tcase_add_loop_test(t, memory_may_run_out_anywhere, 0, sizeof texts / sizeof texts[0]);
    suite_add_tcase(suite, t);
    SRunner *const runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int bad = srunner_ntests_failed(runner);
    srunner_free(runner);
    return bad != 0;
}
