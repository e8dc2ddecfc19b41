/* Experiments of any shape, with any values and failures, against a straightforward computation. */
#include "sim/io/join_inside.h"
#include "sim/io/store.h"

#include <check.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { POINTS = 7, REPLICAS = 70, TIMES = 9, METRICS = 3, OUTCOMES = 2 };

static char folder[64], output[80], other[80], shards[88];
static uint64_t random_state;

static size_t below(size_t limit)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(random_state >> 33) % limit;
}

typedef enum failures { NO_FAILURES, SOME_FAIL, ONE_FAILS, ALL_BUT_ONE_FAIL, ALL_FAIL } failures;

/* One case: an experiment, and what is to fail. */
typedef struct drawn {
    ds_experiment x;
    ds_metric metrics[METRICS + 1], outcomes[OUTCOMES + 1];
    bool recorded[METRICS];
    double time[TIMES];
    failures failures;
    size_t chosen; /* the one that fails, or does not */
    size_t odd;    /* of so many values one is something else than a number; 0: none */
    uint64_t seed;
} drawn;

static const char *const names[] = {"a", "b", "c"};
static const char *const labels[POINTS] = {"p0", "p1", "p2", "p3", "p4", "p5", "p6"};

static void draw_metrics(drawn *d)
{
    const size_t metrics = below(METRICS + 1), outcomes = below(OUTCOMES + 1);
    for (size_t m = 0; m < metrics; m++) {
        d->metrics[m] = (ds_metric){names[m], "1", names[m], DS_STATE, below(2)};
        d->recorded[m] = below(4) > 0;
    }
    for (size_t o = 0; o < outcomes; o++)
        d->outcomes[o] = (ds_metric){names[o], "1", names[o], DS_STATE, true};
}

static void draw(drawn *d)
{
    *d = (drawn){.failures = (failures)below(5), .odd = below(3) ? 0 : 2 + below(5)};
    draw_metrics(d);
    for (size_t k = 0; k < TIMES; k++)
        d->time[k] = (double)k;
    d->seed = below(1 << 30);
    d->x = (ds_experiment){.title = "any",
                           .model = "none",
                           .metrics = d->metrics,
                           .recorded = d->recorded,
                           .outcomes = d->outcomes,
                           .points = 1 + below(POINTS),
                           .replicas = 1 + below(REPLICAS),
                           .times = below(4) ? 1 + below(TIMES) : 1,
                           .time = d->time,
                           .start = NAN,
                           .labels = labels,
                           .keep_paths = below(2),
                           .watches = below(2),
                           .provenance = {.scenario = "",
                                          .resolved = "{}",
                                          .program = "test",
                                          .version = "1",
                                          .build = "any",
                                          .seed = d->seed}};
    d->x.batch_points = below(2) ? 0 : 1 + below(d->x.points);
    d->x.batch_replicas = below(2) ? 0 : DS_STORE_ROWS * (1 + below(5));
    d->chosen = below(d->x.points * d->x.replicas);
}

static bool fails(const drawn *d, size_t point, size_t replica)
{
    const size_t number = point * d->x.replicas + replica;
    switch (d->failures) {
    case SOME_FAIL:
        return (number * 2654435761u + d->seed) % 7 < 2;
    case ONE_FAILS:
        return number == d->chosen;
    case ALL_BUT_ONE_FAIL:
        return number != d->chosen;
    case ALL_FAIL:
        return true;
    default:
        return false;
    }
}

/* What a model would have shown. */
static double shown(const drawn *d, size_t point, size_t replica, size_t time, size_t which)
{
    static const double odd[] = {NAN, INFINITY, -INFINITY, -0.0, 0, 1e300, -1e300, 5e-324, 1e-40};
    const uint64_t key = (((d->seed * 8 + point) * 128 + replica) * 16 + time) * 8 + which;
    const uint64_t mixed = (key ^ key >> 29) * 0x9e3779b97f4a7c15u;
    if (fails(d, point, replica) && time > 0 && which < METRICS && time >= d->x.times / 2)
        return NAN;
    if (d->odd && (mixed >> 7) % d->odd == 0)
        return odd[(mixed >> 40) % (sizeof odd / sizeof odd[0])];
    return ((double)(mixed >> 11) * 0x1p-53 - 0.3) * pow(10, (double)(mixed % 7) - 3);
}

/* What of it is stored. */
static double kept(const drawn *d, double value, bool wide)
{
    (void)d;
    return isnan(value) ? (double)NAN : wide ? value + 0.0 : (double)(float)(value + 0.0);
}

/* ---- writing ---- */

static void must(bool done, const ds_status *st)
{
    ck_assert_msg(done, "%s", st->text);
}

static void put(const drawn *d, ds_batch *batch, size_t index)
{
    double rows[TIMES * (METRICS + 1)];
    ds_status st = {0};
    const size_t point = batch->point + index / batch->count;
    const size_t replica = batch->first + index % batch->count;
    const size_t metrics = ds_metric_count(d->metrics), outcomes = ds_metric_count(d->outcomes);
    for (size_t k = 0; k < d->x.times; k++)
        for (size_t m = 0; m < metrics; m++)
            rows[k * metrics + m] = shown(d, point, replica, k, m);
    for (size_t o = 0; o < outcomes; o++)
        batch->outcomes[index * outcomes + o] = shown(d, point, replica, 0, METRICS + o);
    batch->events[index] = 1000 * point + replica;
    batch->state[index] = DS_REPLICA_DONE;
    if (fails(d, point, replica)) {
        char cause[64];
        snprintf(cause, sizeof cause, "%zu of %zu%*s", replica, point, (int)(replica % 30), "");
        batch->state[index] = DS_REPLICA_FAILED;
        batch->code[index] = DS_E_POLICY;
        batch->cause[index] = strdup(cause);
    }
    must(ds_batch_put(batch, &d->x, index, rows, &st), &st);
}

/* In one go, or in two: then the first knows only some replicas, and may know none. */
static void write_shard(const drawn *d, ds_batch *batch, size_t number)
{
    const size_t parts = 1 + below(3), salt = below(1000);
    for (size_t part = 0; part < parts; part++) {
        ds_status st = {0};
        bool found = false;
        ds_batch_blank(batch, &d->x, number);
        if (part > 0)
            must(ds_shard_read(shards, &d->x, batch, &found, &st) && found, &st);
        for (size_t i = 0; i < batch->points * batch->count; i++)
            if (batch->state[i] == DS_REPLICA_MISSING &&
                (part + 1 == parts || (i * 40503 + salt) % 3 == part))
                put(d, batch, i);
        must(ds_shard_write(shards, &d->x, batch, &st), &st);
    }
}

static void write_shards(const drawn *d)
{
    ds_batch batch;
    ds_status st = {0};
    const size_t count = ds_store_batches(&d->x);
    must(ds_batch_open(&batch, &d->x, &st), &st);
    for (size_t i = 0, from = below(count); i < count; i++)
        write_shard(d, &batch, (from + i) % count);
    ds_batch_close(&batch, &d->x);
}

/* ---- reading ---- */

static bool same(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static void check_replicas(const drawn *d, ds_result *r)
{
    ds_status st = {0};
    for (size_t p = 0; p < d->x.points; p++)
        for (size_t i = 0; i < d->x.replicas; i++) {
            uint8_t state;
            uint64_t events;
            const char *cause;
            char expected[64] = "";
            must(ds_result_replica(r, p, i, &state, &events, &cause, &st), &st);
            if (fails(d, p, i))
                snprintf(expected, sizeof expected, "%zu of %zu%*s", i, p, (int)(i % 30), "");
            ck_assert_int_eq(state, fails(d, p, i) ? DS_REPLICA_FAILED : DS_REPLICA_DONE);
            ck_assert_uint_eq(events, 1000 * p + i);
            ck_assert_str_eq(cause, expected);
        }
}

static void check_outcomes(const drawn *d, ds_result *r)
{
    ds_status st = {0};
    double values[REPLICAS];
    for (size_t p = 0; p < d->x.points; p++)
        for (size_t o = 0; o < ds_metric_count(d->outcomes); o++) {
            must(ds_result_outcome(r, names[o], p, values, &st), &st);
            for (size_t i = 0; i < d->x.replicas; i++) {
                const double value = shown(d, p, i, 0, METRICS + o);
                ck_assert(same(values[i], fails(d, p, i) ? (double)NAN : kept(d, value, true)));
            }
        }
}

static void check_paths(const drawn *d, ds_result *r, size_t point, size_t metric)
{
    ds_status st = {0};
    double values[REPLICAS * TIMES];
    must(ds_result_series(r, names[metric], point, 0, d->x.replicas, values, &st), &st);
    for (size_t i = 0; i < d->x.replicas; i++)
        for (size_t k = 0; k < d->x.times; k++)
            ck_assert(same(values[i * d->x.times + k],
                           kept(d, shown(d, point, i, k, metric), d->metrics[metric].wide)));
}

/* ---- summaries ---- */

typedef struct heap_of_values {
    double value[REPLICAS];
    size_t count;
    double largest; /* magnitude of a finite one */
    bool above, below;
} heap_of_values;

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static heap_of_values gather(const drawn *d, size_t point, size_t time, size_t metric)
{
    heap_of_values h = {0};
    for (size_t i = 0; i < d->x.replicas; i++) {
        const double v = kept(d, shown(d, point, i, time, metric), d->metrics[metric].wide);
        if (fails(d, point, i) || isnan(v))
            continue;
        h.value[h.count++] = v;
        h.above = h.above || v == INFINITY;
        h.below = h.below || v == -INFINITY;
        h.largest = isfinite(v) ? fmax(h.largest, fabs(v)) : h.largest;
    }
    qsort(h.value, h.count, sizeof h.value[0], ascending);
    return h;
}

static void check_mean(const heap_of_values *h, double mean, double error)
{
    long double sum = 0, squares = 0;
    for (size_t i = 0; i < h->count; i++)
        sum += h->value[i];
    const double n = (double)h->count;
    const long double m = sum / n;
    for (size_t i = 0; i < h->count; i++)
        squares += (h->value[i] - m) * (h->value[i] - m);
    if (h->count == 0 || (h->above && h->below)) {
        ck_assert(isnan(mean) && isnan(error));
    } else if (h->above || h->below) {
        ck_assert(mean == (h->above ? INFINITY : -INFINITY));
        ck_assert(isnan(error));
    } else {
        ck_assert_msg(fabs(mean - (double)m) <= 1e-12 * h->largest, "%g %g", mean, (double)m);
        ck_assert(h->count > 1 || isnan(error));
        if (h->count > 1 && h->largest < 1e100)
            ck_assert_msg(fabs(error - (double)sqrtl(squares / (n * (n - 1)))) <= 1e-9 * h->largest,
                          "%g", error);
    }
}

/* Type 7 of Hyndman & Fan (1996); next to an infinity the nearer of the two. */
static void check_quantile(const heap_of_values *h, double share, double found, double tolerance)
{
    if (h->count == 0) {
        ck_assert(isnan(found));
        return;
    }
    const double index = share * (double)(h->count - 1), part = index - floor(index);
    const size_t rank = (size_t)index;
    const double low = h->value[rank], high = h->value[rank + 1 < h->count ? rank + 1 : rank];
    double wanted = (1 - part) * low + part * high;
    if (isnan(wanted))
        wanted = h->value[(size_t)(index + 0.5)];
    if (!isfinite(wanted) || !isfinite(found))
        ck_assert_msg(wanted == found, "%g is %g, must be %g", share, found, wanted);
    else
        ck_assert_msg(fabs(wanted - found) <=
                          tolerance * fmax(fabs(low), fabs(high)) + DBL_TRUE_MIN,
                      "%g is %g, must be %g", share, found, wanted);
}

static void check_summary(const drawn *d, ds_result *r, size_t point, size_t metric)
{
    static const double shares[] = {0.05, 0.25, 0.5, 0.75, 0.95};
    double mean[TIMES] = {0}, error[TIMES] = {0}, quantile[5 * TIMES] = {0};
    ds_status st = {0};
    must(ds_result_summary(r, d->metrics[metric].name, point, mean, error, quantile, &st), &st);
    for (size_t k = 0; k < d->x.times; k++) {
        const heap_of_values h = gather(d, point, k, metric);
        check_mean(&h, mean[k], error[k]);
        for (size_t q = 0; q < 5; q++)
            check_quantile(&h, shares[q], quantile[q * d->x.times + k],
                           d->x.keep_paths ? 1e-14 : DS_SKETCH_ERROR);
    }
}

static void check_result(const drawn *d, const char *path)
{
    ds_result *r;
    ds_status st = {0};
    must(ds_result_open(&r, path, &st), &st);
    check_replicas(d, r);
    check_outcomes(d, r);
    for (size_t p = 0; p < d->x.points; p++)
        for (size_t m = 0; m < ds_metric_count(d->metrics); m++) {
            if (!d->recorded[m])
                continue;
            check_summary(d, r, p, m);
            if (d->x.keep_paths)
                check_paths(d, r, p, m);
        }
    ds_result_close(r);
}

/* ---- cases ---- */

static char about[256]; /* the case, for messages */

static void describe(const drawn *d)
{
    snprintf(about, sizeof about,
             "%zu points, %zu replicas, %zu times, batches of %zu x %zu, paths %d, failures %d, "
             "odd %zu, %zu metrics, %zu outcomes",
             d->x.points, d->x.replicas, d->x.times, d->x.batch_points, d->x.batch_replicas,
             d->x.keep_paths, d->failures, d->odd, ds_metric_count(d->metrics),
             ds_metric_count(d->outcomes));
}

/* With memory for some metrics at some times only. */
static void join_in_pieces(const drawn *d)
{
    const ds_join_memory usual = ds_join_most;
    ds_joined joined;
    ds_status st = {0};
    ds_join_most = (ds_join_memory){1 + below(4000), 1 + below(40)};
    const bool done = ds_store_join(shards, &d->x, NULL, other, &joined, &st);
    ds_join_most = usual;
    must(done, &st);
    check_result(d, other);
}

START_TEST(any_experiment_is_joined_as_it_was_computed)
{
    drawn d;
    ds_joined joined;
    random_state = (uint64_t)_i;
    const int rounds = getenv("SLOWER") ? 8 : 16;
    for (int i = 0; i < rounds; i++) {
        ds_status st = {0};
        draw(&d);
        describe(&d);
        write_shards(&d);
        const bool done = ds_store_join(shards, &d.x, NULL, output, &joined, &st);
        size_t failed = 0;
        for (size_t n = 0; n < d.x.points * d.x.replicas; n++)
            failed += fails(&d, n / d.x.replicas, n % d.x.replicas);
        ck_assert_msg(done == (failed < d.x.points * d.x.replicas), "%s: %s", about, st.text);
        ck_assert_uint_eq(joined.failed, failed);
        if (!done) {
            ck_assert_int_eq(st.code, DS_E_POLICY);
            continue;
        }
        check_result(&d, output);
        join_in_pieces(&d);
    }
}
END_TEST

static void enter(void)
{
    strcpy(folder, "/tmp/batches-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(output, sizeof output, "%s/a.h5", folder);
    snprintf(other, sizeof other, "%s/b.h5", folder);
    snprintf(shards, sizeof shards, "%s/shards", folder);
    ck_assert_int_eq(mkdir(shards, 0777), 0);
}

static void leave(void)
{
    char command[96];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
}

int main(void)
{
    Suite *const suite = suite_create("batches");
    TCase *const t = tcase_create("batches");
    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, enter, leave);
    tcase_add_loop_test(t, any_experiment_is_joined_as_it_was_computed, 0, 20);
    suite_add_tcase(suite, t);
    SRunner *const runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
