#include "join_inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

ds_join_memory ds_join_most = {.bytes = 32 << 20, .cells = 1 << 14};

size_t ds_join_value_size(const ds_metric *metric)
{
    return metric->wide ? sizeof(double) : sizeof(float);
}

bool ds_join_next_points(const ds_joining *j, ds_join_slab *s)
{
    const size_t most = ds_experiment_chunk_points(j->x), point = s->point + s->points;
    const size_t left = j->x->points - point;
    *s = (ds_join_slab){.point = point, .points = most < left ? most : left};
    return left > 0;
}

/* Of a column of a slab: one time at its points. */
static size_t time_bytes(const ds_joining *j, const ds_join_slab *s, size_t column)
{
    return s->points * j->replicas * ds_join_value_size(&j->x->metrics[j->columns[column].metric]);
}

size_t ds_join_slab_bytes(const ds_joining *j, const ds_join_slab *s, size_t columns)
{
    const size_t align = sizeof(double);
    size_t bytes = 0;
    for (size_t i = 0; i < columns; i++)
        bytes += (time_bytes(j, s, s->column + i) * s->times + align - 1) / align * align;
    return bytes;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t cells_of_columns(const ds_joining *j, const ds_join_slab *s, size_t columns)
{
    return columns * s->points * j->x->times;
}

static bool columns_fit(const ds_joining *j, const ds_join_slab *s, size_t columns)
{
    return j->x->keep_paths ? ds_join_slab_bytes(j, s, columns) <= ds_join_most.bytes
                            : cells_of_columns(j, s, columns) <= ds_join_most.cells;
}

static void fit_columns(const ds_joining *j, ds_join_slab *s)
{
    const size_t left = j->column_count - s->column;
    s->times = j->x->times;
    s->columns = left > 0;
    while (s->columns < left && columns_fit(j, s, s->columns + 1))
        s->columns++;
}

bool ds_join_next(const ds_joining *j, ds_join_slab *s)
{
    const size_t time = s->time + s->times;
    if (time < j->x->times && s->columns > 0) { /* more of the same metric */
        s->time = time;
        s->times = smaller(s->times, j->x->times - time);
        return true;
    }
    s->column += s->columns;
    s->time = 0;
    fit_columns(j, s);
    if (s->columns == 0)
        return false;
    const size_t fit = ds_join_most.bytes / time_bytes(j, s, s->column);
    if (j->x->keep_paths && s->columns == 1 && fit < s->times)
        s->times = fit ? fit : 1;
    return true;
}

/* Of the largest slab, which need not be of the first points. */
static size_t slab_most(const ds_joining *j,
                        size_t (*size)(const ds_joining *, const ds_join_slab *))
{
    ds_join_slab s = {0};
    size_t most = 1;
    while (ds_join_next_points(j, &s))
        for (ds_join_slab part = s; ds_join_next(j, &part);)
            most = size(j, &part) > most ? size(j, &part) : most;
    return most;
}

static size_t cells_of(const ds_joining *j, const ds_join_slab *s)
{
    return cells_of_columns(j, s, s->columns);
}

static size_t bytes_of(const ds_joining *j, const ds_join_slab *s)
{
    return ds_join_slab_bytes(j, s, s->columns);
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

static bool reserve_columns(ds_joining *j)
{
    bool ok = true;
    for (size_t c = 0; c < j->column_count; c++) {
        ds_join_column *const column = &j->columns[c];
        ok = (column->digest = ds_digest_new()) && ok;
        ok = (column->chunks = ds_digest_new()) && ok;
        ok = (column->summary = ds_digest_new()) && ok;
    }
    return ok;
}

static bool reserve(ds_joining *j, ds_status *st)
{
    const ds_experiment *x = j->x;
    const size_t batch = ds_store_rows(x, ds_experiment_batch_replicas(x));
    const size_t points = ds_experiment_chunk_points(x);
    if (x->keep_paths) {
        j->piece = malloc(points * batch * x->times * sizeof(double));
        j->slab = malloc(slab_most(j, bytes_of));
        j->values = malloc(j->replicas * sizeof *j->values);
        j->state = malloc(points * j->replicas);
    } else {
        j->reduction = ds_reduction_new(slab_most(j, cells_of));
    }
    j->series = malloc((DS_QUANTILES + 2) * points * x->times * sizeof(double));
    j->line = malloc(points * batch * sizeof(double));
    const bool ok =
        (x->keep_paths ? j->piece && j->slab && j->values && j->state : j->reduction != NULL) &&
        j->series && j->line && reserve_records(j) && reserve_columns(j);
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
    for (size_t c = 0; c < j->column_count; c++) {
        free(j->columns[c].shard.chunk);
        j->columns[c].shard.chunk = NULL;
    }
    if (j->is_open)
        ds_shard_close(&j->shard);
    j->is_open = false;
}

void ds_join_close(ds_joining *j)
{
    ds_join_drop_shard(j);
    for (size_t c = 0; c < j->column_count; c++) {
        ds_digest_free(j->columns[c].digest);
        ds_digest_free(j->columns[c].chunks);
        ds_digest_free(j->columns[c].summary);
    }
    for (size_t i = 0; j->records && i < j->outcome_count + 2; i++)
        ds_digest_free(j->records[i].digest);
    for (size_t i = 0; i < j->failure_count; i++)
        free(j->failures[i].text);
    ds_batch_close(&j->batch, &j->bare);
    ds_reduction_free(j->reduction);
    free(j->failures);
    free(j->columns);
    free(j->records);
    free(j->piece);
    free(j->slab);
    free(j->values);
    free(j->series);
    free(j->line);
    free(j->state);
    ds_tree_drop(&j->tree);
}

ds_join_record *ds_join_states(const ds_joining *j)
{
    return &j->records[j->outcome_count];
}

bool ds_join_next_chunk(const ds_h5_spec *spec, size_t first, size_t count,
                        size_t origin[DS_H5_RANK])
{
    origin[2] += spec->chunk[2];
    if (origin[2] < spec->size[2])
        return true;
    origin[2] = 0;
    origin[1] += spec->chunk[1];
    return origin[1] < first + count;
}

void ds_join_note_chunk(ds_digest *digest, const ds_chunk *chunk)
{
    ds_digest_add(digest, &chunk->left_out, sizeof chunk->left_out);
    ds_digest_add(digest, &chunk->size, sizeof chunk->size);
    ds_digest_add(digest, chunk->bytes, chunk->size);
}

/* Series, quantiles, means and errors of each column; outcomes, coordinates, provenance. */
double ds_store_datasets(const ds_experiment *x)
{
    const double others = 20;
    return (double)(ds_experiment_columns(x) * (x->keep_paths ? 4 : 3) +
                    ds_metric_count(x->outcomes) + 2 * x->coordinates) +
           others;
}

/* All datasets are open, and columns stand side by side as far as they fit. */
double ds_store_join_bytes(const ds_experiment *x)
{
    const double dataset_bytes = 50e3, batch = ds_batch_bytes(x);
    const double across = (double)x->replicas / (double)ds_experiment_batch_replicas(x);
    const double most = (double)ds_join_most.bytes;
    const double slab = x->keep_paths ? fmin(batch * fmax(1, across), most) : batch;
    return ds_store_datasets(x) * dataset_bytes + slab + 2 * batch;
}
