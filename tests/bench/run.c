/* Rows of many replicas: what a replica costs besides its simulation, and joining shards. */
#include "bench.h"

#include "../toy.h"

#include "sim/io/scenario.h"
#include "sim/run/ensemble.h"
#include "sim/run/folder.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static double process_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Memory, where there is such a folder: a disk's speed is no figure of the program. */
static void make_room(char folder[64])
{
    struct stat about;
    strcpy(folder, stat("/dev/shm", &about) == 0 ? "/dev/shm/bench-XXXXXX" : "/tmp/bench-XXXXXX");
    if (!mkdtemp(folder))
        abort();
}

/* ---- many small replicas ---- */

/* Seconds of all threads together. */
static ds_work run_toys(double replicas, const char *rest, unsigned threads)
{
    char text[256], folder[64], output[80];
    ds_scenario scenario;
    ds_status st = {0};
    ds_run_report report;
    make_room(folder);
    snprintf(output, sizeof output, "%s/toys.h5", folder);
    snprintf(text, sizeof text, "{model: light, seed: 1, horizon: 1, replicas: %.0f, %s}", replicas,
             rest);
    const ds_scenario_request wanted = {.path = "toys", .text = text, .models = toys};
    if (!ds_scenario_load(&scenario, &wanted, &st)) {
        fprintf(stderr, "%s\n", st.text);
        abort();
    }
    const ds_run_request request = {.scenario = &scenario,
                                    .output = output,
                                    .threads = threads,
                                    .quiet = true,
                                    .program = "bench",
                                    .version = "1",
                                    .build = "any"};
    const double begun = process_seconds();
    if (!ds_run(&request, &report, &st)) {
        fprintf(stderr, "%s\n", st.text);
        abort();
    }
    const double spent = process_seconds() - begun;
    ds_scenario_free(&scenario);
    unlink(output);
    rmdir(folder);
    return (ds_work){spent, replicas};
}

static ds_work toys_kept(double replicas)
{
    return run_toys(replicas, "output: {paths: true}", 1);
}

static ds_work toys_reduced(double replicas)
{
    return run_toys(replicas, "output: {paths: false}", 1);
}

/* ---- joining ---- */

enum { METRICS = 5, TIMES = 100 };

typedef struct sample {
    ds_experiment x;
    double time[TIMES];
    char folder[64], output[80];
    ds_folder shards;
} sample;

static const ds_metric metrics[METRICS + 1] = {
    {"a", "1", "a", DS_STATE, true},  {"b", "1", "b", DS_STATE, false},
    {"c", "1", "c", DS_STATE, false}, {"d", "1", "d", DS_STATE, false},
    {"e", "1", "e", DS_STATE, false}, {0}};
static const char *const labels[] = {"all"};

static void describe(sample *s, size_t shards, bool paths)
{
    for (size_t k = 0; k < TIMES; k++)
        s->time[k] = (double)k;
    s->x = (ds_experiment){
        .title = "bench",
        .model = "none",
        .metrics = metrics,
        .outcomes = toy_outcomes,
        .points = 1,
        .replicas = shards * DS_STORE_ROWS,
        .times = TIMES,
        .time = s->time,
        .start = NAN,
        .labels = labels,
        .keep_paths = paths,
        .provenance = {
            .scenario = "", .resolved = "{}", .program = "bench", .version = "1", .build = "any"}};
}

static void fill(const ds_experiment *x, ds_batch *batch, size_t number, ds_rng *rng)
{
    static double rows[TIMES * METRICS];
    ds_status st = {0};
    ds_batch_blank(batch, x, number);
    for (size_t i = 0; i < batch->count; i++) {
        double at = 100;
        for (size_t k = 0; k < TIMES * METRICS; k++)
            rows[k] = at *= 0.95 + 0.1 * ds_rng_uniform(rng);
        batch->state[i] = DS_REPLICA_DONE;
        batch->outcomes[i] = at;
        if (!ds_batch_put(batch, x, i, rows, &st))
            abort();
    }
}

static void write_shards(const sample *s)
{
    ds_batch batch;
    ds_status st = {0};
    ds_rng rng = ds_rng_stream(1, 0, 0, 0);
    if (!ds_batch_open(&batch, &s->x, &st))
        abort();
    for (size_t i = 0; i < ds_store_batches(&s->x); i++) {
        fill(&s->x, &batch, i, &rng);
        if (!ds_shard_write(s->shards.path, &s->x, &batch, &st))
            abort();
    }
    ds_batch_close(&batch, &s->x);
}

static ds_work join(double shards, bool paths)
{
    sample s;
    ds_status st = {0};
    ds_joined joined;
    make_room(s.folder);
    snprintf(s.output, sizeof s.output, "%s/all.h5", s.folder);
    describe(&s, (size_t)shards, paths);
    if (!ds_folder_open(&s.shards, s.output, false, &st))
        abort();
    write_shards(&s);
    const double begun = process_seconds();
    if (!ds_store_join(s.shards.path, &s.x, NULL, s.output, &joined, &st))
        abort();
    const double spent = process_seconds() - begun;
    ds_folder_clear(&s.shards);
    ds_folder_close(&s.shards);
    unlink(s.output);
    rmdir(s.folder);
    return (ds_work){spent, shards};
}

static ds_work join_kept(double shards)
{
    return join(shards, true);
}

static ds_work join_reduced(double shards)
{
    return join(shards, false);
}

const ds_row ds_run_rows[] = {
    {.name = "replica in a run",
     .unit = "ns",
     .run = toys_kept,
     .size = 2e5,
     .goal = 5000,
     .bound = "its row, a share of a shard"},
    {.name = "replica in a run, reduced",
     .unit = "ns",
     .run = toys_reduced,
     .size = 2e5,
     .goal = 5000,
     .bound = "sums and sketches of its row"},
    {.name = "shard joined",
     .unit = "ns",
     .run = join_kept,
     .size = 2000,
     .goal = 1e6,
     .bound = "opening it, its chunks twice"},
    {.name = "shard joined, reduced",
     .unit = "ns",
     .run = join_reduced,
     .size = 2000,
     .goal = 1e6,
     .bound = "opening it, its cells"},
    {0},
};
