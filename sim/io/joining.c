#include "join_inside.h"

#include <stdlib.h>
#include <string.h>

enum {
    SLAB_BYTES = 32 << 20, /* memory that the summaries of a point may take at a time */
    SLAB_CELLS = 1 << 14,  /* the same for reductions: some kilobytes each */
};

size_t ds_join_value_size(const ds_metric *metric)
{
    return metric->wide ? sizeof(double) : sizeof(float);
}

bool ds_join_next(const ds_joining *j, ds_join_slab *s)
{
    const size_t each = j->replicas * sizeof(double);
    const size_t fit = j->x->keep_paths ? SLAB_BYTES / each : SLAB_CELLS;
    s->time += s->times;
    if (s->time >= j->x->times) {
        s->time = 0;
        s->column += s->columns;
    }
    const size_t columns = fit / (j->x->times ? j->x->times : 1),
                 left = j->column_count - s->column;
    const size_t times = !j->x->keep_paths ? j->x->times : fit ? fit : 1;
    const size_t rest = j->x->times - s->time;
    s->columns = columns == 0 ? left > 0 : columns < left ? columns : left;
    s->times = times < rest ? times : rest;
    return s->columns > 0;
}

static size_t slab_cells(const ds_joining *j)
{
    ds_join_slab s = {0};
    return ds_join_next(j, &s) ? s.columns * s.times : 1;
}

static bool reserve_records(ds_joining *j)
{
    const size_t count = j->outcome_count + 2;
    j->records = calloc(count, sizeof *j->records);
    for (size_t i = 0; j->records && i < count; i++)
        if (!(j->records[i].digest = ds_digest_new()))
            return false;
    return j->records;
}

static bool reserve(ds_joining *j, ds_status *st)
{
    const ds_experiment *x = j->x;
    const size_t batch = ds_store_rows(x, ds_experiment_batch_replicas(x));
    if (x->keep_paths) {
        j->piece = malloc(batch * x->times * sizeof(double));
        j->slab = malloc(slab_cells(j) * j->replicas * sizeof(double));
        j->state = malloc(j->replicas);
    } else {
        j->reduction = ds_reduction_new(slab_cells(j));
    }
    j->series = malloc((DS_QUANTILES + 2) * x->times * sizeof(double));
    j->line = malloc(batch * sizeof(double));
    j->summaries = ds_digest_new();
    bool ok = (x->keep_paths ? j->piece && j->slab && j->state : j->reduction != NULL) &&
              j->series && j->line && j->summaries && reserve_records(j);
    for (size_t c = 0; c < j->column_count; c++)
        ok = (j->columns[c].digest = ds_digest_new()) && ok;
    return ok || ds_fail(st, DS_E_SYSTEM, "no memory to join %zu replicas of %zu times",
                         j->replicas, x->times);
}

bool ds_join_open(ds_joining *j, const char *folder, const ds_experiment *x, size_t replicas,
                  ds_status *st)
{
    *j = (ds_joining){.x = x,
                      .folder = folder,
                      .replicas = replicas,
                      .outcome_count = ds_metric_count(x->outcomes)};
    const size_t metrics = ds_metric_count(x->metrics);
    if (x->points - 1 >= INT32_MAX || x->replicas - 1 >= INT32_MAX || x->times == 0)
        return ds_fail(st, DS_E_DATA,
                       "%zu points of %zu replicas of %zu times do not fit a result: each at least "
                       "1, and at most %d",
                       x->points, x->replicas, x->times, INT32_MAX);
    j->columns = calloc(metrics + 1, sizeof *j->columns);
    if (!j->columns)
        return ds_fail(st, DS_E_SYSTEM, "no memory to join %zu metrics", metrics);
    for (size_t m = 0; m < metrics; m++)
        if (ds_experiment_records(x, m))
            j->columns[j->column_count++].metric = m;
    return ds_batch_open_bare(&j->batch, &j->bare, x, st) && reserve(j, st);
}

void ds_join_drop_shard(ds_joining *j)
{
    if (j->is_open)
        ds_shard_close(&j->shard);
    j->is_open = false;
}

void ds_join_close(ds_joining *j)
{
    ds_join_drop_shard(j);
    for (size_t c = 0; j->columns && c < j->column_count; c++)
        ds_digest_free(j->columns[c].digest);
    for (size_t i = 0; j->records && i < j->outcome_count + 2; i++)
        ds_digest_free(j->records[i].digest);
    for (size_t i = 0; i < j->failure_count; i++)
        free(j->failures[i].text);
    ds_batch_close(&j->batch, &j->bare);
    ds_reduction_free(j->reduction);
    ds_digest_free(j->summaries);
    free(j->failures);
    free(j->columns);
    free(j->records);
    free(j->piece);
    free(j->slab);
    free(j->series);
    free(j->line);
    free(j->state);
    free(j->chunk.bytes);
    ds_tree_drop(&j->tree);
}

ds_join_record *ds_join_states(const ds_joining *j)
{
    return &j->records[j->outcome_count];
}

bool ds_join_summary(ds_joining *j, const ds_join_column *c, size_t point, const ds_join_slab *s,
                     ds_join_move *move, ds_status *st)
{
    double *mean = j->series + DS_QUANTILES * s->times, *error = mean + s->times;
    const ds_h5_box levels = {{point, 0, s->time}, {1, DS_QUANTILES, s->times}};
    const ds_h5_box line = {{point, s->time}, {1, s->times}};
    if (!move(c->quantiles, &levels, j->series, st) || !move(c->mean, &line, mean, st) ||
        !move(c->error, &line, error, st))
        return false;
    ds_digest_add(j->summaries, j->series, (DS_QUANTILES + 2) * s->times * sizeof *j->series);
    return true;
}
