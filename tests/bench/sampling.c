/* Rows on antithetic pairs: the variance of a pair's mean over that of two independent replicas. */
#include "bench.h"

#include "models/models.h"
#include "sim/core/replica.h"
#include "sim/io/scenario.h"

#include <stdlib.h>

enum { COLUMNS = 200 };

static const char queue[] = "model: queue\nhorizon: 3000\nwarmup: 200\nreplicas: 800\n"
                            "sampling: antithetic\nseed: 1\n"
                            "arrivals: {process: poisson, rate: 0.8}\n";
static const char economy[] = "model: diem\nhorizon: 180 d\nobserve: 180 d\nreplicas: 160\n"
                              "sampling: antithetic\nseed: 1\ndemand: {jobs_per_day: 50}\n"
                              "holders: {scale: 0.05}\nconsumers: {scale: 0.1}\n";

static const struct {
    const char *text, *metric;
} cases[] = {
    {queue, "arrivals"},     {queue, "number_in_system"}, {economy, "vvv_price"},
    {economy, "diem_price"}, {economy, "diem_supply"},
};

/* Of the last observation of every replica. */
static double *observe(ds_scenario *s, const char *metric)
{
    ds_status st = {0};
    ds_replica replica;
    const void *config;
    double row[2 * COLUMNS], outcomes[COLUMNS];
    const size_t metrics = ds_metric_count(s->model->metrics);
    double *const value = calloc(s->frame.replicas, sizeof *value);
    const size_t at = (size_t)(ds_metric_find(s->model->metrics, metric) - s->model->metrics);
    if (!value || !ds_scenario_config(s, 0, &config, &st) ||
        !ds_replica_open(&replica, s->model, config, &s->frame, &st))
        abort();
    for (uint32_t r = 0; r < s->frame.replicas; r++) {
        if (!ds_replica_run(&replica, r, row, outcomes))
            abort();
        value[r] = row[metrics + at];
    }
    ds_replica_close(&replica);
    return value;
}

/* Half of the mean square of all is the variance of the mean of two that are independent. */
static ds_work pairs(double size)
{
    const size_t which = (size_t)size;
    const ds_scenario_request q = {.path = "pairs", .text = cases[which].text, .models = ds_models};
    ds_status st = {0};
    ds_scenario s;
    double mean = 0, of_pairs = 0, of_all = 0;
    if (!ds_scenario_load(&s, &q, &st))
        abort();
    const size_t n = s.frame.replicas;
    double *const value = observe(&s, cases[which].metric);
    for (size_t r = 0; r < n; r++)
        mean += value[r] / (double)n;
    for (size_t r = 0; r < n; r += 2) {
        const double a = value[r] - mean, b = value[r + 1] - mean;
        of_pairs += (a + b) * (a + b) / 4;
        of_all += (a * a + b * b) / 4;
    }
    free(value);
    ds_scenario_free(&s);
    return (ds_work){of_pairs / of_all * 1e-9, 1};
}

#define ROW(name_, size_)                                            \
    {                                                                \
        .name = (name_), .unit = "x", .run = pairs, .size = (size_), \
        .bound = "variance of pairs over independents"               \
    }
const ds_row ds_sampling_rows[] = {
    ROW("pairs, M/M/1 arrivals", 0), ROW("pairs, M/M/1 customers", 1),
    ROW("pairs, price of VVV", 2),   ROW("pairs, price of DIEM", 3),
    ROW("pairs, supply of DIEM", 4), {0},
};
