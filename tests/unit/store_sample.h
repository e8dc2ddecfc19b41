/*
 * A small experiment with known values, for the tests of the store.
 */
#ifndef DS_TEST_STORE_SAMPLE_H
#define DS_TEST_STORE_SAMPLE_H

#include "sim/io/store.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { POINTS = 2, REPLICAS = 21, TIMES = 40, METRICS = 4, OUTCOMES = 2 };

static const ds_metric metrics[] = {
    {"supply", "VVV", "amount of tokens", DS_STATE, true},
    {"use", "1", "share of capacity in use", DS_AVERAGE, false},
    {"ignored", "1", "not recorded", DS_STATE, false},
    {"fees", "USD/d", "fees paid", DS_FLOW, false},
    {0},
};
static const bool recorded[METRICS] = {true, true, false, true};
static const ds_metric outcomes[] = {
    {"ruin", "1", "1 if ruined", DS_STATE, false},
    {"drawdown", "1", "deepest fall", DS_STATE, false},
    {0},
};
static const char *const labels[POINTS] = {"base", "größer"};
static const char *const file_names[] = {"price.csv"};
static const char *const file_texts[] = {"day,price\n0,1\n"};
static double times[TIMES];
static char folder[] = "/tmp/diemsim_store_XXXXXX";
static char shards[64], other_shards[64], result[64], other[64];

static inline ds_experiment sample(void)
{
    for (size_t k = 0; k < TIMES; k++)
        times[k] = (double)k;
    return (ds_experiment){
        .title = "a sample",
        .model = "diem",
        .metrics = metrics,
        .recorded = recorded,
        .outcomes = outcomes,
        .points = POINTS,
        .replicas = REPLICAS,
        .times = TIMES,
        .time = times,
        .start = 20715, /* 2026-09-19 */
        .labels = labels,
        .keep_paths = true,
        .provenance = {.scenario = "model: diem\n",
                       .resolved = "{\"model\": \"diem\"}",
                       .program = "diemsim",
                       .version = "0.1.0",
                       .build = "Release",
                       .seed = 18446744073709551615u,
                       .file_count = 1,
                       .file_names = file_names,
                       .file_texts = file_texts},
    };
}

/* Any deterministic values with gaps: Knuth's multiplicative hash. */
static inline double value_of(size_t point, size_t replica, size_t time, size_t metric)
{
    const uint32_t key = (uint32_t)(((point * 1000 + replica) * 1000 + time) * 10 + metric);
    if (metric != 0 && time == 0)
        return NAN;
    return (key * 2654435761u) / 4294967296.0 * (metric == 0 ? 1e9 : 1);
}

static inline bool fails(size_t point, size_t replica)
{
    return point == 1 && replica == 17;
}

typedef struct fixture {
    ds_experiment x;
    ds_batch batch;
} fixture;

static inline fixture open_fixture_of(const ds_experiment *x)
{
    fixture f = {.x = *x};
    ds_status st = {0};
    ck_assert_msg(ds_batch_open(&f.batch, &f.x, &st), "%s", st.text);
    return f;
}

static inline fixture open_fixture(void)
{
    const ds_experiment x = sample();
    return open_fixture_of(&x);
}

static inline void close_fixture(fixture *f)
{
    ds_batch_close(&f->batch, &f->x);
}

/* The replica of that place in the batch. */
static inline void fill_replica(fixture *f, size_t i)
{
    ds_batch *b = &f->batch;
    ds_status st = {0};
    double rows[TIMES * METRICS];
    const size_t point = b->point + i / b->count, replica = b->first + i % b->count;
    for (size_t k = 0; k < TIMES; k++)
        for (size_t m = 0; m < METRICS; m++)
            rows[k * METRICS + m] = value_of(point, replica, k, m);
    for (size_t o = 0; o < OUTCOMES; o++)
        b->outcomes[i * OUTCOMES + o] = value_of(point, replica, 1, 5 + o);
    b->events[i] = 1000 * point + replica;
    b->state[i] = DS_REPLICA_DONE;
    if (fails(point, replica)) {
        b->state[i] = DS_REPLICA_FAILED;
        b->code[i] = DS_E_POLICY;
        b->cause[i] = strdup("policy 'x' gave nan at day 3");
    }
    ck_assert_msg(ds_batch_put(b, &f->x, i, rows, &st), "%s", st.text);
}

static inline void fill(fixture *f, size_t number)
{
    ds_batch_blank(&f->batch, &f->x, number);
    for (size_t i = 0; i < f->batch.points * f->batch.count; i++)
        fill_replica(f, i);
}

static inline void ok(bool done, const ds_status *st)
{
    ck_assert_msg(done, "%s", st->text);
}

static inline void write_all(fixture *f, const char *where)
{
    ds_status st = {0};
    for (size_t i = 0; i < ds_store_batches(&f->x); i++) {
        fill(f, i);
        ok(ds_shard_write(where, &f->x, &f->batch, &st), &st);
    }
}

static inline void make_result(const ds_experiment *x, const char *path)
{
    ds_status st = {0};
    ds_joined joined;
    fixture f = open_fixture_of(x);
    write_all(&f, shards);
    ok(ds_store_join(shards, x, NULL, path, &joined, &st), &st);
    close_fixture(&f);
}

static inline char *slurp(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    ck_assert_ptr_nonnull(file);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*size + 1);
    ck_assert_uint_eq(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

static inline void spill(const char *path, const char *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

static inline void assert_same_files(const char *a, const char *b)
{
    size_t n, m;
    char *x = slurp(a, &n), *y = slurp(b, &m);
    ck_assert_uint_eq(n, m);
    ck_assert(memcmp(x, y, n) == 0);
    free(x);
    free(y);
}

static inline void begin(void)
{
    strcpy(folder, "/tmp/diemsim_store_XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(shards, sizeof shards, "%s/shards", folder);
    snprintf(other_shards, sizeof other_shards, "%s/shards2", folder);
    ck_assert(mkdir(shards, 0777) == 0 && mkdir(other_shards, 0777) == 0);
    snprintf(result, sizeof result, "%s/a.h5", folder);
    snprintf(other, sizeof other, "%s/b.h5", folder);
}

static inline void end(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
}

static inline ds_result *open_result(const char *path)
{
    ds_result *r;
    ds_status st = {0};
    ok(ds_result_open(&r, path, &st), &st);
    return r;
}

/* Runs the tests of a suite, each in a folder of its own. */
static inline int run_suite(const char *name, const TTest *const *tests, size_t count)
{
    Suite *suite = suite_create(name);
    TCase *group = tcase_create(name);
    tcase_set_timeout(group, 120);
    tcase_add_checked_fixture(group, begin, end);
    for (size_t i = 0; i < count; i++)
        tcase_add_test(group, tests[i]);
    suite_add_tcase(suite, group);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

#endif
