#include "join_inside.h"

#include <string.h>

static bool read_values(ds_h5 set, const ds_h5_box *box, double *values, ds_status *st)
{
    return ds_h5_read(set, DS_H5_DOUBLE, box, values, st);
}

static bool open_column(ds_joining *j, ds_join_column *c, ds_status *st)
{
    const ds_metric *metric = &j->x->metrics[c->metric];
    ds_tree *tree = &j->tree;
    return (!j->x->keep_paths ||
            ds_tree_get(tree, DS_ITEM_PATH, metric->name, metric->wide, &c->path, st)) &&
           ds_tree_get(tree, DS_ITEM_QUANTILES, metric->name, false, &c->quantiles, st) &&
           ds_tree_get(tree, DS_ITEM_MEAN, metric->name, false, &c->mean, st) &&
           ds_tree_get(tree, DS_ITEM_ERROR, metric->name, false, &c->error, st);
}

static bool reopen(ds_joining *j, const char *path, ds_status *st)
{
    bool ok = ds_tree_open(&j->tree, path, st);
    j->tree.extent.of[DS_AXIS_POINT] = j->x->points;
    j->tree.extent.of[DS_AXIS_REPLICA] = j->replicas;
    j->tree.extent.of[DS_AXIS_TIME] = j->x->times;
    j->tree.extent.chunk_points = ds_experiment_chunk_points(j->x);
    j->tree.extent.chunk_replicas = ds_experiment_chunk_replicas(j->x);
    for (size_t c = 0; ok && c < j->column_count; c++)
        ok = open_column(j, &j->columns[c], st);
    for (size_t o = 0; ok && o < j->outcome_count; o++)
        ok = ds_tree_get(&j->tree, DS_ITEM_OUTCOME, j->x->outcomes[o].name, false,
                         &j->records[o].set, st);
    return ok && ds_tree_get(&j->tree, DS_ITEM_STATE, NULL, false, &ds_join_states(j)->set, st) &&
           ds_tree_get(&j->tree, DS_ITEM_EVENTS, NULL, false, &ds_join_states(j)[1].set, st);
}

/* The replicas of a batch, as many as the buffers hold; false: no more. */
static bool next_rows(const ds_joining *j, size_t *first, size_t *count)
{
    const size_t each = ds_experiment_batch_replicas(j->x);
    *first += *count;
    *count = j->replicas - *first < each ? j->replicas - *first : each;
    return *count > 0;
}

static bool reread_chunk(ds_joining *j, ds_join_column *c, const size_t *at, ds_status *st)
{
    if (!ds_h5_get_chunk(c->path, at, &j->chunk, st))
        return false;
    ds_join_note_chunk(j, c);
    return true;
}

static bool reread_paths(ds_joining *j, ds_join_column *c, const ds_join_slab *s, ds_status *st)
{
    size_t first = 0, count = 0;
    while (next_rows(j, &first, &count))
        if (!ds_join_chunks(j, c, s->point, first, count, reread_chunk, st))
            return false;
    return true;
}

static bool reread_line(ds_joining *j, ds_join_record *l, ds_h5_type type, const ds_join_slab *s,
                        ds_status *st)
{
    const size_t size = type == DS_H5_BYTE ? sizeof(uint8_t) : sizeof(double);
    size_t first = 0, count = 0;
    while (next_rows(j, &first, &count)) {
        const ds_h5_box box = {{s->point, first}, {s->points, count}};
        if (!ds_h5_read(l->set, type, &box, j->line, st))
            return false;
        ds_digest_add(l->digest, j->line, s->points * count * size);
    }
    return true;
}

static bool reread_replicas(ds_joining *j, const ds_join_slab *s, ds_status *st)
{
    for (size_t o = 0; o < j->outcome_count; o++)
        if (!reread_line(j, &j->records[o], DS_H5_DOUBLE, s, st))
            return false;
    return reread_line(j, ds_join_states(j), DS_H5_BYTE, s, st) &&
           reread_line(j, ds_join_states(j) + 1, DS_H5_COUNT, s, st);
}

static bool reread_points(ds_joining *j, const ds_join_slab *s, ds_status *st)
{
    for (size_t c = 0; c < j->column_count; c++)
        if (!ds_join_summary(j, &j->columns[c], s, read_values, st) ||
            (j->x->keep_paths && !reread_paths(j, &j->columns[c], s, st)))
            return false;
    return reread_replicas(j, s, st);
}

static bool same_digest(const ds_digest *written, const ds_digest *found)
{
    ds_hex a, b;
    ds_digest_hex(written, a);
    ds_digest_hex(found, b);
    return strcmp(a, b) == 0;
}

static bool compare(const ds_joining *j, const ds_joining *again, const char *path, ds_status *st)
{
    bool same = true;
    for (size_t i = 0; i < j->outcome_count + 2; i++)
        same = same && same_digest(j->records[i].digest, again->records[i].digest);
    for (size_t c = 0; c < j->column_count; c++)
        same = same && same_digest(j->columns[c].summary, again->columns[c].summary) &&
               same_digest(j->columns[c].chunks, again->columns[c].chunks);
    return same || ds_fail(st, DS_E_IO, "'%s' reads back other than it was written", path);
}

static bool reread(const ds_joining *j, const char *path, ds_status *st)
{
    ds_result *result;
    if (!ds_result_open(&result, path, st))
        return false;
    ds_result_close(result);
    ds_joining again;
    bool ok = ds_join_open(&again, j->folder, j->x, j->replicas, st) && reopen(&again, path, st);
    ds_join_slab s = {0};
    while (ok && ds_join_next_points(&again, &s))
        ok = reread_points(&again, &s, st);
    ok = ok && compare(j, &again, path, st);
    ds_join_close(&again);
    return ok;
}

bool ds_join_check(const ds_joining *j, const char *path, ds_status *st)
{
    ds_status found = {0};
    if (reread(j, path, &found))
        return true;
    const ds_code code = found.code == DS_E_DATA ? DS_E_IO : found.code;
    return ds_fail(st, code, "the result cannot be read back: %.1500s", found.text);
}
