#include "apart.h"
#include "join_inside.h"
#include "sealed.h"
#include "sim/core/letters.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool add_column(ds_joining *j, ds_join_column *c, ds_status *st)
{
    const ds_metric *metric = &j->x->metrics[c->metric];
    const char *kind = ds_metric_kind_name(metric->kind);
    const double sketch = DS_SKETCH_ERROR;
    if (j->x->keep_paths) {
        const float nothing = (float)NAN;
        const double nothing_wide = NAN;
        if (!ds_tree_add(&j->tree, DS_ITEM_PATH, metric, &c->path, st) ||
            !ds_h5_put_text(c->path, "kind", kind, st) ||
            !ds_h5_put_text(c->path, "coordinates", "point_label", st) ||
            !ds_h5_put_values(c->path, "_FillValue", metric->wide ? DS_H5_DOUBLE : DS_H5_FLOAT, 1,
                              metric->wide ? (const void *)&nothing_wide : &nothing, st))
            return false;
    }
    return ds_tree_add(&j->tree, DS_ITEM_QUANTILES, metric, &c->quantiles, st) &&
           ds_h5_put_text(c->quantiles, "kind", kind, st) &&
           ds_h5_put_text(c->quantiles, "stored_as", metric->wide ? "float64" : "float32", st) &&
           (j->x->keep_paths ||
            ds_h5_put_values(c->quantiles, "relative_error", DS_H5_DOUBLE, 1, &sketch, st)) &&
           ds_tree_add(&j->tree, DS_ITEM_MEAN, metric, &c->mean, st) &&
           ds_tree_add(&j->tree, DS_ITEM_ERROR, metric, &c->error, st);
}

static bool create(ds_joining *j, const ds_stopping *stopping, const char *path, ds_status *st)
{
    static const uint8_t flags[] = {DS_REPLICA_MISSING, DS_REPLICA_DONE, DS_REPLICA_FAILED};
    bool ok = ds_tree_create(&j->tree, path, st) &&
              ds_head_coordinates(&j->tree, j->x, j->replicas, st) &&
              ds_head_provenance(&j->tree, j->x, st) &&
              (!stopping || ds_head_stopping(&j->tree, stopping, st));
    for (size_t c = 0; ok && c < j->column_count; c++)
        ok = add_column(j, &j->columns[c], st);
    for (size_t o = 0; ok && o < j->outcome_count; o++)
        ok = ds_tree_add(&j->tree, DS_ITEM_OUTCOME, &j->x->outcomes[o], &j->records[o].set, st);
    return ok && ds_tree_add(&j->tree, DS_ITEM_STATE, NULL, &ds_join_states(j)->set, st) &&
           ds_h5_put_values(ds_join_states(j)->set, "flag_values", DS_H5_BYTE, 3, flags, st) &&
           ds_h5_put_text(ds_join_states(j)->set, "flag_meanings", "missing done failed", st) &&
           ds_tree_add(&j->tree, DS_ITEM_EVENTS, NULL, &ds_join_states(j)[1].set, st);
}

/* The shard's stored chunks, as they are. */
static bool copy_chunks(ds_joining *j, ds_join_column *c, size_t point, ds_status *st)
{
    const ds_batch *const b = &j->batch;
    const bool wide = j->x->metrics[c->metric].wide;
    const ds_h5_spec spec = ds_item_spec(DS_ITEM_PATH, &j->tree.extent, wide);
    size_t at[] = {point, b->first, 0};
    do {
        const size_t source[] = {at[0] - b->point, at[1] - b->first, at[2]};
        const ds_chunk *const chunk = ds_shard_chunk(&c->shard, source);
        if (!ds_h5_put_chunk(c->path, at, chunk, st))
            return false;
        ds_join_note_chunk(c->chunks, chunk);
    } while (ds_join_next_chunk(&spec, b->first, b->count, at));
    return true;
}

static char *slab_column(const ds_joining *j, const ds_join_slab *s, size_t index)
{
    return (char *)j->slab + ds_join_slab_bytes(j, s, index);
}

/* Replicas of one time side by side: [count][times] to [times][replicas], some at a time. */
static void spread_wide(const ds_joining *j, const ds_join_slab *s, const double *from, double *to)
{
    for (size_t r = 0; r < j->batch.count; r += DS_STORE_ROWS) {
        const size_t left = j->batch.count - r, rows = left < DS_STORE_ROWS ? left : DS_STORE_ROWS;
        for (size_t k = 0; k < s->times; k++)
            for (size_t i = r; i < r + rows; i++)
                to[k * j->replicas + i] = from[i * j->x->times + k];
    }
}

static void spread_narrow(const ds_joining *j, const ds_join_slab *s, const float *from, float *to)
{
    for (size_t r = 0; r < j->batch.count; r += DS_STORE_ROWS) {
        const size_t left = j->batch.count - r, rows = left < DS_STORE_ROWS ? left : DS_STORE_ROWS;
        for (size_t k = 0; k < s->times; k++)
            for (size_t i = r; i < r + rows; i++)
                to[k * j->replicas + i] = from[i * j->x->times + k];
    }
}

/* A shard's values into the slab. */
static void spread(const ds_joining *j, const ds_join_slab *s, size_t index)
{
    const bool wide = j->x->metrics[j->columns[s->column + index].metric].wide;
    char *const column = slab_column(j, s, index);
    for (size_t p = 0; p < s->points; p++) {
        const size_t from = p * j->batch.count * j->x->times + s->time;
        const size_t to = p * s->times * j->replicas + j->batch.first;
        if (wide)
            spread_wide(j, s, (double *)j->piece + from, (double *)column + to);
        else
            spread_narrow(j, s, (float *)j->piece + from, (float *)column + to);
    }
}

static bool take_column(ds_joining *j, const ds_join_slab *s, size_t index, ds_status *st)
{
    const ds_batch *const batch = &j->batch;
    ds_join_column *const c = &j->columns[s->column + index];
    const ds_metric *const metric = &j->x->metrics[c->metric];
    const size_t values = s->points * batch->count * j->x->times;
    const ds_h5_box box = {{s->point - batch->point, 0, 0}, {s->points, batch->count, j->x->times}};
    if (!c->shard.chunk && !ds_shard_find_paths(&j->shard, batch, c->metric, &c->shard, st))
        return false;
    if (!ds_shard_read_paths(&c->shard, &box, j->piece, st))
        return false;
    spread(j, s, index);
    if (s->time > 0)
        return true;
    ds_digest_add(c->digest, j->piece, values * ds_join_value_size(metric));
    return copy_chunks(j, c, s->point, st);
}

static bool note_failure(ds_joining *j, size_t point, size_t replica, int32_t code,
                         const char *text, ds_status *st)
{
    const size_t count = j->failure_count;
    if ((count & (count - 1)) == 0) {
        ds_join_failure *more = realloc(j->failures, (count ? 2 * count : 1) * sizeof *more);
        if (!more)
            return ds_fail(st, DS_E_SYSTEM, "no memory to list %zu failures", count);
        j->failures = more;
    }
    char *copy = strdup(text);
    if (!copy)
        return ds_fail(st, DS_E_SYSTEM, "no memory to list %zu failures", count);
    j->failures[j->failure_count++] =
        (ds_join_failure){(int32_t)point, (int32_t)replica, code, copy};
    return true;
}

/* A number of the batch's replicas at the points of a slab to their place in the result. */
static bool put_line(ds_joining *j, ds_join_record *l, ds_h5_type type, const ds_join_slab *s,
                     const void *values, ds_status *st)
{
    const ds_h5_box box = {{s->point, j->batch.first}, {s->points, j->batch.count}};
    static const size_t sizes[] = {[DS_H5_DOUBLE] = sizeof(double),
                                   [DS_H5_BYTE] = sizeof(uint8_t),
                                   [DS_H5_COUNT] = sizeof(uint64_t)};
    ds_digest_add(l->digest, values, s->points * j->batch.count * sizes[type]);
    return ds_h5_write(l->set, type, &box, values, st);
}

static bool check_replica(ds_joining *j, size_t index, ds_status *st)
{
    const ds_batch *const batch = &j->batch;
    const size_t point = batch->point + index / batch->count;
    const size_t replica = batch->first + index % batch->count;
    if (batch->state[index] == DS_REPLICA_MISSING)
        return ds_fail(st, DS_E_DATA, "replica %zu of point %zu is missing in '%s'", replica, point,
                       j->shard.path);
    return batch->state[index] != DS_REPLICA_FAILED ||
           note_failure(j, point, replica, batch->code[index],
                        batch->cause[index] ? batch->cause[index] : "", st);
}

static bool take_replicas(ds_joining *j, const ds_join_slab *s, ds_status *st)
{
    const ds_batch *const batch = &j->batch;
    const size_t at = (s->point - batch->point) * batch->count, all = s->points * batch->count;
    if (!j->knows_replicas && !ds_shard_replicas(&j->shard, &j->batch, st))
        return false;
    j->knows_replicas = true;
    for (size_t i = at; i < at + all; i++)
        if (!check_replica(j, i, st))
            return false;
    for (size_t p = 0; j->state && p < s->points; p++)
        memcpy(j->state + p * j->replicas + batch->first, batch->state + at + p * batch->count,
               batch->count);
    for (size_t o = 0; o < j->outcome_count; o++) {
        for (size_t i = 0; i < all; i++)
            j->line[i] = batch->outcomes[(at + i) * j->outcome_count + o];
        if (!put_line(j, &j->records[o], DS_H5_DOUBLE, s, j->line, st))
            return false;
    }
    return put_line(j, ds_join_states(j), DS_H5_BYTE, s, batch->state + at, st) &&
           put_line(j, ds_join_states(j) + 1, DS_H5_COUNT, s, batch->events + at, st);
}

/* Neighbouring points may lie in one shard: it stays open. */
static bool open_shard(ds_joining *j, size_t number, ds_status *st)
{
    bool found = false;
    if (j->is_open && j->batch.number == number)
        return true;
    ds_join_drop_shard(j);
    ds_batch_blank(&j->batch, &j->bare, number);
    if (!ds_shard_open(&j->shard, j->folder, j->x, &j->batch, &found, st))
        return false;
    if (!found)
        return ds_fail(st, DS_E_DATA, "'%s' is missing or damaged", j->shard.path);
    j->is_open = true;
    j->knows_replicas = false;
    return true;
}

static bool take_reduced(ds_joining *j, const ds_join_slab *s, ds_status *st)
{
    ds_shard_part part = {s->point - j->batch.point, s->column, s->columns};
    for (size_t p = 0; p < s->points; p++, part.point++)
        if (!ds_shard_reduced(&j->shard, &j->batch, &part, j->reduction,
                              p * s->columns * j->x->times, st))
            return false;
    return true;
}

static bool take_shard(ds_joining *j, const ds_join_slab *s, size_t number, ds_status *st)
{
    const bool first = s->column == 0 && s->time == 0;
    if (!open_shard(j, number, st) || (first && !take_replicas(j, s, st)))
        return false;
    if (j->reduction)
        return take_reduced(j, s, st);
    for (size_t i = 0; i < s->columns; i++)
        if (!take_column(j, s, i, st))
            return false;
    return true;
}

/* Values of an item at a slab's points, in chunks of all that a point has: HDF5 would leave them as
 * they are where its filters find no memory. */
static bool put_item(const ds_joining *j, ds_item_id id, ds_h5 set, const ds_join_slab *s,
                     const double *values, ds_status *st)
{
    ds_h5_spec spec = ds_item_spec(id, &j->tree.extent, false);
    const size_t count = ds_chunk_values(&spec);
    size_t from[DS_H5_RANK] = {0};
    ds_chunk chunk = {0};
    double *const block = malloc(count * sizeof *block);
    bool ok = block || ds_fail(st, DS_E_SYSTEM, "no memory for a chunk of %zu values", count);
    spec.size[0] = s->points;
    do {
        if (!ok)
            break;
        const size_t at[] = {s->point + from[0], from[1], from[2]};
        ds_chunk_cut(&spec, values, from, block);
        ok = ds_chunk_pack(&chunk, block, count, sizeof *block, st) &&
             ds_h5_put_chunk(set, at, &chunk, st);
    } while (ds_chunk_next(&spec, from));
    free(block);
    free(chunk.bytes);
    return ok;
}

/* The summary of a metric at a slab's points, from j->series. */
static bool put_summary(ds_joining *j, const ds_join_column *c, const ds_join_slab *s,
                        ds_status *st)
{
    const size_t cells = s->points * j->x->times;
    const double *const mean = j->series + DS_QUANTILES * cells, *const error = mean + cells;
    ds_digest_add(c->summary, j->series, (DS_QUANTILES + 2) * cells * sizeof *j->series);
    return put_item(j, DS_ITEM_QUANTILES, c->quantiles, s, j->series, st) &&
           put_item(j, DS_ITEM_MEAN, c->mean, s, mean, st) &&
           put_item(j, DS_ITEM_ERROR, c->error, s, error, st);
}

/* A cell's values, NAN of replicas that did not finish. */
static void gather(const ds_joining *j, const ds_join_slab *s, size_t index, size_t point,
                   size_t time)
{
    const bool wide = j->x->metrics[j->columns[s->column + index].metric].wide;
    const size_t at = (point * s->times + time) * j->replicas;
    const double *const doubles = (const double *)slab_column(j, s, index) + at;
    const float *const floats = (const float *)slab_column(j, s, index) + at;
    const uint8_t *const state = j->state + point * j->replicas;
    for (size_t r = 0; r < j->replicas; r++)
        j->values[r] = state[r] != DS_REPLICA_DONE ? NAN : wide ? doubles[r] : (double)floats[r];
}

static ds_summary summary_of(ds_joining *j, const ds_join_slab *s, size_t index, size_t point,
                             size_t time)
{
    if (j->reduction)
        return ds_reduction_summary(j->reduction, (point * s->columns + index) * s->times + time);
    gather(j, s, index, point, time);
    return ds_summarise(j->values, j->replicas, ds_experiment_group(j->x));
}

static void summarise(ds_joining *j, const ds_join_slab *s, size_t index)
{
    const size_t times = j->x->times;
    double *const mean = j->series + DS_QUANTILES * s->points * times;
    double *const error = mean + s->points * times;
    for (size_t p = 0; p < s->points; p++)
        for (size_t k = 0; k < s->times; k++) {
            const ds_summary summary = summary_of(j, s, index, p, k);
            const size_t time = s->time + k;
            for (size_t q = 0; q < DS_QUANTILES; q++)
                j->series[(p * DS_QUANTILES + q) * times + time] = summary.quantile[q];
            mean[p * times + time] = summary.mean;
            error[p * times + time] = summary.error;
        }
}

static bool digest_reduction(ds_joining *j, const ds_join_slab *s, size_t index, ds_status *st)
{
    char *bytes = NULL;
    size_t size;
    for (size_t p = 0; j->reduction && p < s->points; p++) {
        if (!ds_reduction_pack(j->reduction, (p * s->columns + index) * s->times, s->times, &bytes,
                               &size, st))
            return false;
        ds_digest_add(j->columns[s->column + index].digest, bytes, size);
        free(bytes);
    }
    return true;
}

static bool join_slab(ds_joining *j, const ds_join_slab *s, ds_status *st)
{
    const size_t across = ds_experiment_across(j->x);
    const size_t each = ds_experiment_batch_replicas(j->x);
    const size_t row = s->point / ds_experiment_batch_points(j->x) * across;
    if (j->reduction)
        ds_reduction_clear(j->reduction);
    for (size_t b = 0; b * each < j->replicas; b++)
        if (!take_shard(j, s, row + b, st))
            return false;
    for (size_t i = 0; i < s->columns; i++) {
        summarise(j, s, i);
        if (s->time + s->times < j->x->times)
            continue;
        if (!digest_reduction(j, s, i, st) || !put_summary(j, &j->columns[s->column + i], s, st))
            return false;
    }
    return true;
}

static bool join_points(ds_joining *j, ds_join_slab *s, ds_status *st)
{
    bool any = false;
    while (ds_join_next(j, s)) {
        any = true;
        if (!join_slab(j, s, st))
            return false;
    }
    return any || join_slab(j, s, st);
}

static bool put_failures(ds_joining *j, ds_status *st)
{
    const size_t count = j->failure_count;
    if (count == 0)
        return true;
    int32_t *number = malloc(3 * count * sizeof *number), *point = number + count;
    int32_t *replica = point + count;
    const char **text = malloc(count * sizeof *text);
    bool ok = (number && text) || ds_fail(st, DS_E_SYSTEM, "no memory to list %zu failures", count);
    for (size_t i = 0; ok && i < count; i++) {
        number[i] = (int32_t)i;
        point[i] = j->failures[i].point;
        replica[i] = j->failures[i].replica;
        text[i] = j->failures[i].text;
    }
    j->tree.extent.of[DS_AXIS_FAILURE] = count;
    ok = ok && ds_tree_put(&j->tree, DS_ITEM_FAILURE, number, st) &&
         ds_tree_put(&j->tree, DS_ITEM_FAILED_POINT, point, st) &&
         ds_tree_put(&j->tree, DS_ITEM_FAILED_REPLICA, replica, st) &&
         ds_tree_put(&j->tree, DS_ITEM_CAUSE, text, st);
    free(number);
    free(text);
    return ok;
}

/* Digest of the data: over the digests, in hex, of each metric's paths or reductions in the order
 * of the file, and of outcomes, states and events. */
static void data_digest(const ds_joining *j, ds_hex data)
{
    ds_digest_room room;
    ds_digest *const all = ds_digest_in(&room);
    ds_hex hex;
    for (size_t c = 0; c < j->column_count; c++) {
        ds_digest_hex(j->columns[c].digest, hex);
        ds_digest_add(all, hex, 32);
    }
    for (size_t i = 0; i < j->outcome_count + 2; i++) {
        ds_digest_hex(j->records[i].digest, hex);
        ds_digest_add(all, hex, 32);
    }
    ds_digest_hex(all, data);
}

void ds_joined_cause(ds_joined *joined, const char *text)
{
    snprintf(joined->first_cause, sizeof joined->first_cause, "%s", text);
    ds_make_plain(joined->first_cause); /* it may end within a character */
}

/* Nothing that could be looked at is no result. */
static bool check_failures(const ds_joining *j, ds_joined *joined, ds_status *st)
{
    *joined = (ds_joined){.replicas = j->x->points * j->replicas, .failed = j->failure_count};
    if (j->failure_count == 0)
        return true;
    ds_joined_cause(joined, j->failures[0].text);
    return joined->failed < joined->replicas ||
           ds_fail(st, (ds_code)j->failures[0].code, "all %zu replicas failed, the first: %s",
                   joined->replicas, joined->first_cause);
}

static bool build(ds_joining *j, const ds_stopping *stopping, const char *path, ds_status *st)
{
    ds_hex data;
    bool ok = create(j, stopping, path, st);
    ds_join_slab s = {0};
    while (ok && ds_join_next_points(j, &s))
        ok = join_points(j, &s, st);
    if (!ok)
        return false;
    data_digest(j, data);
    return put_failures(j, st) &&
           ds_h5_put_text(j->tree.branch[DS_BRANCH_PROVENANCE], "data_digest", data, st) &&
           ds_tree_finish(&j->tree, st);
}

/* ---- in a process of its own ---- */

typedef struct joining {
    const char *folder, *path;
    const ds_experiment *x;
    const ds_stopping *stopping;
    size_t replicas;
} joining;

typedef struct outcome {
    ds_joined joined;
    ds_hex digest[]; /* as ds_join_written has them */
} outcome;

static void note_written(const ds_joining *j, ds_hex *digest)
{
    for (size_t c = 0; c < j->column_count; c++) {
        ds_digest_hex(j->columns[c].summary, *digest++);
        ds_digest_hex(j->columns[c].chunks, *digest++);
    }
    for (size_t i = 0; i < j->outcome_count + 2; i++)
        ds_digest_hex(j->records[i].digest, *digest++);
}

static bool write_result(void *self, void *shared, ds_status *st)
{
    const joining *const w = self;
    outcome *const o = shared;
    ds_joining j;
    const bool ok = ds_join_open(&j, w->folder, w->x, w->replicas, st) &&
                    build(&j, w->stopping, w->path, st) && check_failures(&j, &o->joined, st) &&
                    ds_file_seal(w->path, st);
    if (ok)
        note_written(&j, o->digest);
    ds_join_close(&j);
    return ok;
}

bool ds_store_join(const char *folder, const ds_experiment *experiment, const ds_stopping *stopping,
                   const char *path, ds_joined *joined, ds_status *st)
{
    const size_t length = strlen(path) + sizeof ".part",
                 columns = ds_experiment_columns(experiment);
    const size_t digests = 2 * columns + ds_metric_count(experiment->outcomes) + 2;
    const size_t size = sizeof(outcome) + digests * sizeof(ds_hex);
    char *const part = malloc(length);
    outcome *const o = calloc(1, size);
    bool ok = (part && o) || ds_fail(st, DS_E_SYSTEM, "no memory to join into '%s'", path);
    if (ok) {
        snprintf(part, length, "%s.part", path);
        joining j = {folder, part, experiment, stopping,
                     stopping ? stopping->replicas : experiment->replicas};
        const ds_join_written written = {experiment, j.replicas, (const ds_hex *)o->digest};
        ok = ds_apart(write_result, &j, o, size, "write a result", st) &&
             ds_join_check(&written, part, st) && ds_file_publish(part, path, st);
        *joined = o->joined;
        if (!ok)
            unlink(part);
    }
    free(part);
    free(o);
    return ok;
}
