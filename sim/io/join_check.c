#include "join_inside.h"

#include <stdlib.h>
#include <string.h>

/* A recorded metric as it is read again. */
typedef struct column {
    ds_hdf_set path, quantiles, mean, error;
    ds_digest *summary, *chunks;
} column;

typedef struct record {
    ds_hdf_set set;
    ds_digest *digest;
} record;

typedef struct check {
    const ds_join_written *written;
    const ds_experiment *x;
    ds_stored stored;
    column *columns;
    record *records; /* [outcomes], states, events */
    size_t column_count, record_count;
    double *series; /* a metric's summary at the points of a chunk */
    double *line;   /* a number of the replicas of a batch at these points */
    ds_chunk chunk;
} check;

static bool no_memory(ds_status *st)
{
    return ds_fail(st, DS_E_SYSTEM, "no memory to compare a result with what was written");
}

/* ---- what is read ---- */

static bool open_column(check *k, column *c, const ds_metric *metric, ds_status *st)
{
    ds_stored *const stored = &k->stored;
    c->summary = ds_digest_new();
    c->chunks = ds_digest_new();
    return ((c->summary && c->chunks) || no_memory(st)) &&
           (!k->x->keep_paths ||
            ds_stored_get(stored, DS_ITEM_PATH, metric->name, metric->wide, &c->path, st)) &&
           ds_stored_get(stored, DS_ITEM_QUANTILES, metric->name, false, &c->quantiles, st) &&
           ds_stored_get(stored, DS_ITEM_MEAN, metric->name, false, &c->mean, st) &&
           ds_stored_get(stored, DS_ITEM_ERROR, metric->name, false, &c->error, st);
}

static bool open_record(check *k, record *r, size_t index, ds_status *st)
{
    const size_t outcomes = k->record_count - 2;
    const ds_item_id id = index < outcomes    ? DS_ITEM_OUTCOME
                          : index == outcomes ? DS_ITEM_STATE
                                              : DS_ITEM_EVENTS;
    const char *const name = index < outcomes ? k->x->outcomes[index].name : NULL;
    r->digest = ds_digest_new();
    return (r->digest || no_memory(st)) && ds_stored_get(&k->stored, id, name, false, &r->set, st);
}

static bool open_sets(check *k, ds_status *st)
{
    size_t c = 0;
    for (size_t m = 0; m < ds_metric_count(k->x->metrics); m++)
        if (ds_experiment_records(k->x, m) &&
            !open_column(k, &k->columns[c++], &k->x->metrics[m], st))
            return false;
    for (size_t i = 0; i < k->record_count; i++)
        if (!open_record(k, &k->records[i], i, st))
            return false;
    return true;
}

static bool open_check(check *k, const ds_join_written *written, const char *path, ds_status *st)
{
    const ds_experiment *const x = written->x;
    const size_t points = ds_experiment_chunk_points(x);
    *k = (check){.written = written,
                 .x = x,
                 .column_count = ds_experiment_columns(x),
                 .record_count = ds_metric_count(x->outcomes) + 2};
    k->columns = calloc(k->column_count + 1, sizeof *k->columns);
    k->records = calloc(k->record_count, sizeof *k->records);
    k->series = malloc((DS_QUANTILES + 2) * points * x->times * sizeof *k->series);
    k->line = malloc(points * ds_experiment_batch_replicas(x) * sizeof *k->line);
    if (!k->columns || !k->records || !k->series || !k->line)
        return no_memory(st);
    if (!ds_stored_open(&k->stored, path, st))
        return false;
    k->stored.extent = (ds_extent){.of = {[DS_AXIS_POINT] = x->points,
                                          [DS_AXIS_REPLICA] = written->replicas,
                                          [DS_AXIS_TIME] = x->times,
                                          [DS_AXIS_QUANTILE] = DS_QUANTILES},
                                   .chunk_points = points,
                                   .chunk_replicas = ds_experiment_chunk_replicas(x)};
    return open_sets(k, st);
}

static void close_check(check *k)
{
    for (size_t c = 0; k->columns && c < k->column_count; c++) {
        ds_digest_free(k->columns[c].summary);
        ds_digest_free(k->columns[c].chunks);
    }
    for (size_t i = 0; k->records && i < k->record_count; i++)
        ds_digest_free(k->records[i].digest);
    free(k->columns);
    free(k->records);
    free(k->series);
    free(k->line);
    free(k->chunk.bytes);
    ds_stored_close(&k->stored);
}

/* ---- in the order in which it was written ---- */

/* The replicas of the next batch; false: no more. */
static bool next_rows(const check *k, size_t *first, size_t *count)
{
    const size_t each = ds_experiment_batch_replicas(k->x);
    const size_t left = k->written->replicas - *first - *count;
    *first += *count;
    *count = left < each ? left : each;
    return *count > 0;
}

static bool reread_summary(check *k, const column *c, size_t point, size_t points, ds_status *st)
{
    const size_t times = k->x->times, cells = points * times;
    double *const mean = k->series + DS_QUANTILES * cells, *const error = mean + cells;
    const ds_h5_box levels = {{point, 0, 0}, {points, DS_QUANTILES, times}};
    const ds_h5_box line = {{point, 0}, {points, times}};
    if (!ds_hdf_read(&c->quantiles, DS_H5_DOUBLE, &levels, k->series, st) ||
        !ds_hdf_read(&c->mean, DS_H5_DOUBLE, &line, mean, st) ||
        !ds_hdf_read(&c->error, DS_H5_DOUBLE, &line, error, st))
        return false;
    ds_digest_add(c->summary, k->series, (DS_QUANTILES + 2) * cells * sizeof *k->series);
    return true;
}

static bool reread_chunks(check *k, const column *c, size_t point, ds_status *st)
{
    size_t first = 0, count = 0;
    while (next_rows(k, &first, &count)) {
        size_t at[] = {point, first, 0};
        do {
            if (!ds_hdf_chunk(&c->path, at, &k->chunk, st))
                return false;
            ds_join_note_chunk(c->chunks, &k->chunk);
        } while (ds_join_next_chunk(&c->path.spec, first, count, at));
    }
    return true;
}

static bool reread_record(check *k, const record *r, size_t point, size_t points, ds_status *st)
{
    const ds_h5_type type = r->set.spec.type;
    size_t first = 0, count = 0;
    while (next_rows(k, &first, &count)) {
        const ds_h5_box box = {{point, first}, {points, count}};
        if (!ds_hdf_read(&r->set, type, &box, k->line, st))
            return false;
        ds_digest_add(r->digest, k->line, points * count * ds_h5_width(type));
    }
    return true;
}

static bool reread_points(check *k, size_t point, size_t points, ds_status *st)
{
    for (size_t c = 0; c < k->column_count; c++)
        if (!reread_summary(k, &k->columns[c], point, points, st) ||
            (k->x->keep_paths && !reread_chunks(k, &k->columns[c], point, st)))
            return false;
    for (size_t i = 0; i < k->record_count; i++)
        if (!reread_record(k, &k->records[i], point, points, st))
            return false;
    return true;
}

static bool reread(check *k, ds_status *st)
{
    const size_t each = ds_experiment_chunk_points(k->x);
    for (size_t point = 0; point < k->x->points; point += each) {
        const size_t left = k->x->points - point;
        if (!reread_points(k, point, left < each ? left : each, st))
            return false;
    }
    return true;
}

/* ---- is it the same ---- */

static bool is(const ds_digest *found, const ds_hex *written)
{
    ds_hex hex;
    ds_digest_hex(found, hex);
    return strcmp(hex, *written) == 0;
}

static bool compare(const check *k, const char *path, ds_status *st)
{
    const ds_hex *digest = k->written->digest;
    bool same = true;
    for (size_t c = 0; c < k->column_count; c++) {
        same = is(k->columns[c].summary, digest++) && same;
        same = is(k->columns[c].chunks, digest++) && same;
    }
    for (size_t i = 0; i < k->record_count; i++)
        same = is(k->records[i].digest, digest++) && same;
    return same || ds_fail(st, DS_E_IO, "'%s' reads back other than it was written", path);
}

static bool check_all(const ds_join_written *written, const char *path, ds_status *st)
{
    ds_result *result;
    if (!ds_result_open(&result, path, st))
        return false;
    ds_result_close(result);
    check k;
    const bool ok = open_check(&k, written, path, st) && reread(&k, st) && compare(&k, path, st);
    close_check(&k);
    return ok;
}

bool ds_join_check(const ds_join_written *written, const char *path, ds_status *st)
{
    ds_status found = {0};
    if (check_all(written, path, &found))
        return true;
    const ds_code code = found.code == DS_E_DATA ? DS_E_IO : found.code;
    return ds_fail(st, code, "the result cannot be read back: %.1500s", found.text);
}
