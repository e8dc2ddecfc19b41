/*
 * What common random numbers gain: for each shipped comparison the variance of a difference between
 * two runs on different seeds, over that between two on the same, metric by metric and variant by
 * variant, each against the scenario's first. A metric stands for its mean over the run.
 */
#include "bench.h"

#include "models/models.h"
#include "sim/core/replica.h"
#include "sim/io/scenario.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPLICAS = 100, THREADS = 2, METRICS = 22, POINTS = 4, COLUMNS = 32, ENTRIES = 32 };

static const double few = 5; /* times; below it the reason is asked for */

static const char *const metric_names[METRICS] = {
    "vvv_price",     "diem_price",  "diem_vvv",    "vvv_effective_supply", "vvv_staked",
    "vvv_locked",    "mint_rate",   "diem_supply", "diem_staked",          "share_own",
    "rent_price",    "demand",      "served",      "utilization",          "providers_active",
    "fees_usd",      "fees_credit", "treasury",    "paid_providers",       "apr_staked",
    "minter_return", "vvv_burned"};

/* The least median that `--check` accepts: three fifths of what was reached. */
typedef struct comparison {
    const char *file;
    double floor;
} comparison;

static const comparison comparisons[] = {{"emission", 24}, {"fee-split", 250}, {"governance", 38},
                                         {"lending", 15},  {"mint-form", 300}, {"mint-target", 24},
                                         {"newcomers", 42}};

static const double floor_of_all = 38;

/* Means over the run of all replicas of a scenario, and who takes which. */
typedef struct sample {
    ds_scenario scenario;
    const void *config[POINTS];
    size_t points, metric[METRICS];
    double mean[POINTS][METRICS][REPLICAS];
    atomic_size_t next;
} sample;

static void die(const ds_status *st)
{
    fprintf(stderr, "%s\n", st->text);
    exit(1);
}

static void load(sample *s, const char *file)
{
    char path[512];
    ds_status st = {0};
    snprintf(path, sizeof path, "%s/compare/%s.yaml", DS_BENCH_SCENARIOS, file);
    const ds_scenario_request request = {
        .path = path, .models = ds_models, .presets = DS_BENCH_SCENARIOS};
    if (!ds_scenario_load(&s->scenario, &request, &st))
        die(&st);
    s->points = s->scenario.points;
    if (s->points > POINTS)
        abort();
    for (size_t p = 0; p < s->points; p++)
        if (!ds_scenario_config(&s->scenario, p, &s->config[p], &st))
            die(&st);
    for (size_t m = 0; m < METRICS; m++) {
        const ds_metric *const metric = ds_metric_find(s->scenario.model->metrics, metric_names[m]);
        if (!metric)
            abort();
        s->metric[m] = (size_t)(metric - s->scenario.model->metrics);
    }
}

/* Of what is defined behind the first row, which is the start. */
static double mean_of(const sample *s, const double *rows, size_t metric)
{
    const size_t width = ds_metric_count(s->scenario.model->metrics);
    double sum = 0, count = 0;
    for (size_t k = 1; k < ds_frame_times(&s->scenario.frame); k++) {
        const double x = rows[k * width + metric];
        sum += isnan(x) ? 0 : x;
        count += !isnan(x);
    }
    return sum / count;
}

static void *work(void *argument)
{
    sample *const s = argument;
    const ds_model *const model = s->scenario.model;
    const size_t cells = ds_metric_count(model->metrics) * ds_frame_times(&s->scenario.frame);
    double *const rows = malloc(cells * sizeof *rows);
    double *const outcomes = malloc(ds_metric_count(model->outcomes) * sizeof *outcomes);
    ds_replica replica;
    ds_status st = {0};
    size_t at, point = 0;
    if (!rows || !outcomes ||
        !ds_replica_open(&replica, model, s->config[0], &s->scenario.frame, &st))
        die(&st);
    while ((at = atomic_fetch_add(&s->next, 1)) < s->points * REPLICAS) {
        const size_t index = at % REPLICAS;
        if (at / REPLICAS != point && !ds_replica_turn(&replica, s->config[at / REPLICAS], &st))
            die(&st);
        point = at / REPLICAS;
        if (!ds_replica_run(&replica, (uint32_t)index, rows, outcomes))
            die(&replica.status);
        for (size_t m = 0; m < METRICS; m++)
            s->mean[point][m][index] = mean_of(s, rows, s->metric[m]);
    }
    ds_replica_close(&replica);
    free(outcomes);
    free(rows);
    return NULL;
}

static void run(sample *s)
{
    pthread_t thread[THREADS];
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&thread[i], NULL, work, s) != 0)
            abort();
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
}

/* Of x - scale·y. */
static double variance(const double x[REPLICAS], double scale, const double y[REPLICAS])
{
    double mean = 0, sum = 0;
    for (int i = 0; i < REPLICAS; i++)
        mean += (x[i] - scale * y[i]) / REPLICAS;
    for (int i = 0; i < REPLICAS; i++) {
        const double d = x[i] - scale * y[i] - mean;
        sum += d * d;
    }
    return sum / (REPLICAS - 1);
}

/* What is gained; what would be if the two moved as one, when the rest of the difference is that of
 * their spreads, which no pairing takes away; and what if one moved as the other and by a chance of
 * its own besides. NAN where neither varies. */
typedef struct gain {
    double times, most, with_own;
} gain;

static gain gain_of(const double a[REPLICAS], const double b[REPLICAS])
{
    const double va = variance(a, 0, a), vb = variance(b, 0, b), apart = variance(a, 1, b);
    const double spreads = sqrt(va) - sqrt(vb);
    if (va + vb == 0)
        return (gain){NAN, NAN, NAN};
    return (gain){(va + vb) / apart, (va + vb) / (spreads * spreads), (va + vb) / fabs(va - vb)};
}

typedef struct column {
    char name[48];
    gain gain[METRICS];
} column;

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Over metrics of all columns from one to another. */
static double median(const column *all, size_t from, size_t to)
{
    double value[COLUMNS * METRICS];
    size_t count = 0;
    for (size_t c = from; c < to; c++)
        for (size_t m = 0; m < METRICS; m++)
            if (!isnan(all[c].gain[m].times))
                value[count++] = all[c].gain[m].times;
    qsort(value, count, sizeof value[0], by_value);
    return count ? value[count / 2] : NAN;
}

static size_t compare(const char *file, column *to)
{
    sample *const s = calloc(1, sizeof *s);
    if (!s)
        abort();
    load(s, file);
    run(s);
    for (size_t p = 1; p < s->points; p++) {
        column *const c = &to[p - 1];
        snprintf(c->name, sizeof c->name, "%s: %s", file, ds_scenario_label(&s->scenario, p));
        for (size_t m = 0; m < METRICS; m++)
            c->gain[m] = gain_of(s->mean[0][m], s->mean[p][m]);
    }
    const size_t columns = s->points - 1;
    ds_scenario_free(&s->scenario);
    free(s);
    return columns;
}

static void print_table(const column *all, size_t columns)
{
    printf("\n%-22s", "");
    for (size_t c = 0; c < columns; c++)
        printf(" %7c", (int)('A' + c));
    for (size_t m = 0; m < METRICS; m++) {
        printf("\n%-22s", metric_names[m]);
        for (size_t c = 0; c < columns; c++)
            printf(" %7.*f", all[c].gain[m].times < 100, all[c].gain[m].times);
    }
    printf("\n");
}

static void print_few(const column *all, size_t columns)
{
    printf("\nbelow %g; what it would be if the two moved as one; if one had a chance of its own "
           "besides:\n",
           few);
    for (size_t c = 0; c < columns; c++)
        for (size_t m = 0; m < METRICS; m++)
            if (all[c].gain[m].times < few)
                printf("  %c %-22s %7.1f %9.3g %9.3g\n", (int)('A' + c), metric_names[m],
                       all[c].gain[m].times, all[c].gain[m].most, all[c].gain[m].with_own);
}

bool ds_crn(void)
{
    static column all[COLUMNS];
    size_t columns = 0;
    bool holds = true;
    printf("variance of a difference on different seeds over that on one, %d replicas\n\n",
           REPLICAS);
    printf("  %-42s %8s\n", "variant, against the first", "median");
    for (size_t i = 0; i < sizeof comparisons / sizeof comparisons[0]; i++) {
        const size_t from = columns;
        columns += compare(comparisons[i].file, all + columns);
        for (size_t c = from; c < columns; c++)
            printf("%c %-42s %8.1f\n", (int)('A' + c), all[c].name, median(all, c, c + 1));
        fflush(stdout);
        if (!(median(all, from, columns) >= comparisons[i].floor)) {
            printf("  %s: median %.1f, must be at least %g\n", comparisons[i].file,
                   median(all, from, columns), comparisons[i].floor);
            holds = false;
        }
    }
    const double overall = median(all, 0, columns);
    printf("  %-42s %8.1f\n", "all", overall);
    print_table(all, columns);
    print_few(all, columns);
    return holds && overall >= floor_of_all;
}
