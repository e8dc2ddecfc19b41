/* Results to compare, and one comparison at a time. Scores are the depression scores of Hollander &
 * Wolfe (1973). */
#ifndef DS_TEST_COMPARED_H
#define DS_TEST_COMPARED_H

#include "tests/unit/run.h"

#include "analysis/compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { METRICS = 4, OUTCOMES = 3, TIMES = 3, REPLICAS = 9, POINTS_MOST = 210 };

static const ds_metric metrics[] = {
    {"score", "point", "what is compared", DS_STATE, true},
    {"flat", "1", "never changes", DS_STATE, true},
    {"nothing", "1/yr", "has no value", DS_AVERAGE, false},
    {"rate", "1/yr", "small", DS_AVERAGE, true},
    {0},
};
static const ds_metric outcomes[] = {
    {"ruined", "1", "1 when ruined", DS_STATE, true},
    {"ruin_time", "d", "undefined when never", DS_STATE, true},
    {"never", "1", "1 when it happens", DS_STATE, true},
    {0},
};
static const ds_metric *described = outcomes; /* by what results are written with */
static const double second[] = {1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30};
static const double first[] = {0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29};
static const double times[TIMES] = {0, 1, 2};
static char folder[64];

/* What a result of the tests is like. */
typedef struct spec {
    const char *name, *model;
    const char *const *labels;
    size_t points, replicas;
    uint64_t seed;
    bool summaries;
    size_t failing; /* replica of the last point; SIZE_MAX: none */
} spec;

static const char *const two_labels[] = {"first", "second <b>, \"x\""};
static const spec two = {"two", "sample", two_labels, 2, REPLICAS, 7, false, SIZE_MAX};

static inline double score(size_t point, size_t replica)
{
    const size_t at = replica % REPLICAS;
    return point == 0 ? first[at] : point == 1 ? second[at] : first[at] + 0.1 * (double)point;
}

static inline void fill(ds_batch *b, const ds_experiment *x, const spec *s)
{
    double rows[TIMES * METRICS];
    ds_status st = {0};
    for (size_t i = 0; i < b->points * b->count; i++) {
        const size_t point = b->point + i / b->count, replica = b->first + i % b->count;
        for (size_t k = 0; k < TIMES; k++) {
            const double end = score(point, replica);
            const double row[METRICS] = {k == 2 ? end : 10 * (double)k, 3, NAN, 1e-4 * end};
            memcpy(rows + k * METRICS, row, sizeof row);
        }
        const bool ruined = replica % 9 < 2 * point + 1;
        b->outcomes[OUTCOMES * i] = ruined;
        b->outcomes[OUTCOMES * i + 1] = ruined ? (double)replica : NAN;
        b->outcomes[OUTCOMES * i + 2] = 0;
        b->state[i] = DS_REPLICA_DONE;
        if (point == s->points - 1 && replica == s->failing) {
            b->state[i] = DS_REPLICA_FAILED;
            b->code[i] = DS_E_POLICY;
            b->cause[i] = strdup("gave nan");
        }
        ck_assert_msg(ds_batch_put(b, x, i, rows, &st), "%s", st.text);
    }
}

static inline void ok(bool done, const ds_status *st)
{
    ck_assert_msg(done, "%s", st->text);
}

static inline ds_result *made(const spec *s)
{
    static char path[128], shards[140];
    static const char *many[POINTS_MOST];
    static char text[POINTS_MOST][40];
    ds_status st = {0};
    ds_batch batch;
    ds_result *result;
    ds_joined joined;
    for (size_t i = 0; !s->labels && i < s->points; i++) {
        snprintf(text[i], sizeof text[i], "a.b=%zu, c=1", i);
        many[i] = text[i];
    }
    const ds_experiment x = {.title = "a <title>",
                             .model = s->model,
                             .metrics = metrics,
                             .outcomes = described,
                             .points = s->points,
                             .replicas = s->replicas,
                             .times = TIMES,
                             .time = times,
                             .start = 20715,
                             .labels = s->labels ? s->labels : many,
                             .keep_paths = !s->summaries,
                             .provenance = {.scenario = "model: sample\n",
                                            .resolved = "{}",
                                            .program = "diemsim",
                                            .version = "0.1.0",
                                            .build = "Release",
                                            .seed = s->seed}};
    snprintf(path, sizeof path, "%s/%s.h5", folder, s->name);
    snprintf(shards, sizeof shards, "%s.shards", path);
    (void)mkdir(shards, 0777);
    ok(ds_batch_open(&batch, &x, &st), &st);
    for (size_t i = 0; i < ds_store_batches(&x); i++) {
        ds_batch_blank(&batch, &x, i);
        fill(&batch, &x, s);
        ok(ds_shard_write(shards, &x, &batch, &st), &st);
    }
    ds_batch_close(&batch, &x);
    ok(ds_store_join(shards, &x, NULL, path, &joined, &st), &st);
    ok(ds_result_open(&result, path, &st), &st);
    return result;
}

/* One comparison at a time, of one result or two. */
typedef struct fixture {
    ds_result *result[2];
    const char *name[2];
    ds_compare_request request;
    ds_comparison c;
} fixture;

static inline void open_results(fixture *f, const spec *a, const spec *b)
{
    *f = (fixture){.name = {a->name, b ? b->name : NULL}};
    f->result[0] = made(a);
    f->result[1] = b ? made(b) : NULL;
    f->request = (ds_compare_request){.results = f->result, .names = f->name, .count = b ? 2 : 1};
}

static inline void compare(fixture *f)
{
    ds_status st = {0};
    ok(ds_compare(&f->c, &f->request, &st), &st);
    ck_assert_ptr_nonnull(f->c.variant);
}

static inline void close_results(fixture *f)
{
    ds_comparison_free(&f->c);
    for (int i = 0; i < 2; i++)
        ds_result_close(f->result[i]);
}

static inline const char *verdict(const fixture *f, const ds_compared *r)
{
    static char text[DS_EFFECT_ROOM];
    return ds_verdict_words(text, &f->c, r);
}

static inline ds_goal goal(const char *of, bool outcome, bool maximise)
{
    return (ds_goal){.name = "aim", .of = of, .outcome = outcome, .maximise = maximise};
}

/* Every test of a suite, in a folder of its own. */
static inline int compared_run(const char *suite, const ds_test *tests)
{
    char command[100];
    strcpy(folder, "/tmp/diemsim_compare_XXXXXX");
    if (!mkdtemp(folder))
        return 1;
    const int failed = ds_run_tests(suite, tests, 60);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) != 0 || failed;
}

#endif
