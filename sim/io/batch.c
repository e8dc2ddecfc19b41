/* Results of a batch in memory, as they arrive. */
#include "experiment.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Threads add to different columns of a reduction at a time. */
enum { STRIPES = 16 };
struct ds_batch_locks {
    pthread_mutex_t stripe[STRIPES];
};

static size_t value_size(const ds_metric *metric)
{
    return metric->wide ? sizeof(double) : sizeof(float);
}

static size_t replicas_most(const ds_experiment *x)
{
    const size_t each = ds_experiment_batch_replicas(x);
    return each < x->replicas ? each : x->replicas;
}

static size_t points_most(const ds_experiment *x)
{
    const size_t each = ds_experiment_batch_points(x);
    return each < x->points ? each : x->points;
}

static bool open_reduced(ds_batch *batch, const ds_experiment *x)
{
    const size_t points = points_most(x);
    batch->locks = malloc(sizeof *batch->locks);
    batch->reduced = calloc(points, sizeof *batch->reduced);
    if (!batch->locks || !batch->reduced)
        return false;
    for (int i = 0; i < STRIPES; i++)
        pthread_mutex_init(&batch->locks->stripe[i], NULL);
    for (size_t p = 0; p < points; p++)
        if (!(batch->reduced[p] = ds_reduction_new(ds_experiment_columns(x) * x->times)))
            return false;
    return true;
}

static bool open_paths(ds_batch *batch, const ds_experiment *x)
{
    const size_t points = ds_experiment_room(x, points_most(x));
    const size_t metrics = ds_metric_count(x->metrics);
    const size_t values = points * ds_store_rows(x, replicas_most(x)) * x->times;
    batch->paths = calloc(metrics + 1, sizeof *batch->paths);
    for (size_t m = 0; batch->paths && m < metrics; m++)
        if (ds_experiment_records(x, m) &&
            !(batch->paths[m] = malloc(values * value_size(&x->metrics[m]))))
            return false;
    return batch->paths;
}

bool ds_batch_open(ds_batch *batch, const ds_experiment *x, ds_status *st)
{
    const size_t replicas = points_most(x) * replicas_most(x);
    *batch = (ds_batch){
        .outcomes = calloc(replicas, (ds_metric_count(x->outcomes) + 1) * sizeof(double)),
        .watched = x->watches ? calloc(replicas, sizeof(double)) : NULL,
        .state = calloc(replicas, sizeof *batch->state),
        .events = calloc(replicas, sizeof *batch->events),
        .code = calloc(replicas, sizeof *batch->code),
        .cause = calloc(replicas, sizeof *batch->cause),
    };
    if (batch->outcomes && (batch->watched || !x->watches) && batch->state && batch->events &&
        batch->code && batch->cause &&
        (x->keep_paths ? open_paths(batch, x) : open_reduced(batch, x)))
        return true;
    return ds_fail(st, DS_E_SYSTEM, "no memory for %zu replicas of %zu times and %zu metrics",
                   replicas, x->times, ds_experiment_columns(x));
}

bool ds_batch_open_bare(ds_batch *batch, ds_experiment *bare, const ds_experiment *x, ds_status *st)
{
    static const ds_metric none[] = {{0}};
    *bare = *x;
    bare->metrics = none;
    bare->keep_paths = true;
    return ds_batch_open(batch, bare, st);
}

static void forget_causes(ds_batch *batch)
{
    for (size_t i = 0; batch->cause && i < batch->points * batch->count; i++) {
        free(batch->cause[i]);
        batch->cause[i] = NULL;
    }
}

void ds_batch_close(ds_batch *batch, const ds_experiment *x)
{
    forget_causes(batch);
    for (size_t m = 0; batch->paths && m < ds_metric_count(x->metrics); m++)
        free(batch->paths[m]);
    for (size_t p = 0; batch->reduced && p < points_most(x); p++)
        ds_reduction_free(batch->reduced[p]);
    free(batch->paths);
    free(batch->reduced);
    free(batch->locks);
    free(batch->outcomes);
    free(batch->watched);
    free(batch->state);
    free(batch->events);
    free(batch->code);
    free(batch->cause);
    *batch = (ds_batch){0};
}

static void blank_paths(ds_batch *batch, const ds_experiment *x, size_t metric)
{
    const size_t points = ds_experiment_room(x, batch->points);
    const size_t values = points * ds_store_rows(x, batch->count) * x->times;
    float *const narrow = batch->paths[metric];
    double *const wide = batch->paths[metric];
    for (size_t i = 0; i < values; i++)
        if (x->metrics[metric].wide)
            wide[i] = NAN;
        else
            narrow[i] = NAN;
}

void ds_batch_blank(ds_batch *batch, const ds_experiment *x, size_t number)
{
    forget_causes(batch);
    ds_store_batch_range(x, number, batch);
    const size_t replicas = batch->points * batch->count;
    memset(batch->state, DS_REPLICA_MISSING, replicas * sizeof *batch->state);
    memset(batch->events, 0, replicas * sizeof *batch->events);
    memset(batch->code, 0, replicas * sizeof *batch->code);
    for (size_t i = 0; i < replicas * ds_metric_count(x->outcomes); i++)
        batch->outcomes[i] = NAN;
    for (size_t i = 0; batch->watched && i < replicas; i++)
        batch->watched[i] = NAN;
    for (size_t m = 0; batch->paths && m < ds_metric_count(x->metrics); m++)
        if (batch->paths[m])
            blank_paths(batch, x, m);
    for (size_t p = 0; batch->reduced && p < batch->points; p++)
        ds_reduction_clear(batch->reduced[p]);
}

/* One bit pattern for each value that is stored: one NAN, one zero. */
static double stored(double value, bool wide)
{
    const double one = isnan(value) ? (double)NAN : value + 0.0;
    return wide ? one : (double)(float)one;
}

static void put_path(ds_batch *batch, const ds_experiment *x, size_t row, size_t metric,
                     const double *rows)
{
    const size_t metrics = ds_metric_count(x->metrics);
    float *const narrow = (float *)batch->paths[metric] + row * x->times;
    double *const wide = (double *)batch->paths[metric] + row * x->times;
    for (size_t k = 0; k < x->times; k++)
        if (x->metrics[metric].wide)
            wide[k] = rows[k * metrics + metric];
        else
            narrow[k] = (float)rows[k * metrics + metric];
}

static bool reduce(ds_batch *batch, const ds_experiment *x, size_t point, const double *rows)
{
    const size_t metrics = ds_metric_count(x->metrics), columns = ds_experiment_columns(x);
    size_t metric = 0;
    bool ok = true;
    for (size_t c = 0; ok && c < columns; c++, metric++) {
        while (!ds_experiment_records(x, metric))
            metric++;
        pthread_mutex_t *const stripe = &batch->locks->stripe[c % STRIPES];
        pthread_mutex_lock(stripe);
        ok =
            ds_reduction_add(batch->reduced[point], c * x->times, x->times, rows + metric, metrics);
        pthread_mutex_unlock(stripe);
    }
    return ok;
}

/* A replica that failed has no outcome, whatever it came to before it did. */
static void settle(ds_batch *batch, const ds_experiment *x, size_t index)
{
    const size_t count = ds_metric_count(x->outcomes);
    const bool done = batch->state[index] == DS_REPLICA_DONE;
    double *const outcomes = batch->outcomes + index * count;
    for (size_t o = 0; o < count; o++)
        outcomes[o] = done ? stored(outcomes[o], true) : (double)NAN;
    if (batch->watched)
        batch->watched[index] = done ? stored(batch->watched[index], true) : (double)NAN;
}

bool ds_batch_put(ds_batch *batch, const ds_experiment *x, size_t index, double *rows,
                  ds_status *st)
{
    const size_t metrics = ds_metric_count(x->metrics), point = index / batch->count;
    settle(batch, x, index);
    const size_t row = point * ds_store_rows(x, batch->count) + index % batch->count;
    for (size_t k = 0; k < x->times; k++)
        for (size_t m = 0; m < metrics; m++)
            rows[k * metrics + m] = stored(rows[k * metrics + m], x->metrics[m].wide);
    if (batch->reduced)
        return batch->state[index] == DS_REPLICA_FAILED || reduce(batch, x, point, rows) ||
               ds_fail(st, DS_E_SYSTEM, "no memory to sum up %zu replicas", batch->count);
    for (size_t m = 0; m < metrics; m++)
        if (batch->paths[m])
            put_path(batch, x, row, m, rows);
    return true;
}

double ds_batch_bytes(const ds_experiment *x)
{
    const double replicas = (double)points_most(x) * (double)replicas_most(x);
    const double outcomes = replicas * (double)(8 * ds_metric_count(x->outcomes) + 40);
    double values = 0;
    if (!x->keep_paths) { /* sums, and at most so many buckets that hold anything */
        const double buckets = fmin((double)replicas_most(x), 300);
        return outcomes + (double)(points_most(x) * ds_experiment_columns(x) * x->times) *
                              (250 + 12 * buckets);
    }
    for (size_t m = 0; m < ds_metric_count(x->metrics); m++)
        values += ds_experiment_records(x, m) ? (double)value_size(&x->metrics[m]) : 0;
    const double rows =
        (double)ds_experiment_room(x, points_most(x)) * (double)ds_store_rows(x, replicas_most(x));
    return outcomes + rows * (double)x->times * values;
}
