#include "join_inside.h"
#include "sealed.h"

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

/* The stored chunks of a shard's point, as they are. */
static bool copy_paths(ds_joining *j, const ds_join_column *c, ds_h5 set, size_t point,
                       ds_status *st)
{
    const ds_batch *const batch = &j->batch;
    const ds_metric *metric = &j->x->metrics[c->metric];
    const size_t step = ds_item_spec(DS_ITEM_PATH, &j->tree.extent, metric->wide).chunk[2];
    const size_t across = ds_experiment_chunk(j->x);
    for (size_t r = 0; r < batch->count; r += across)
        for (size_t k = 0; k < j->x->times; k += step) {
            const size_t source[] = {point - batch->point, r, k};
            const size_t target[] = {point, batch->first + r, k};
            if (!ds_h5_copy_chunk(set, source, c->path, target, &j->chunk, st))
                return false;
        }
    return true;
}

/* A shard's values into the slab, replicas of one time side by side. */
static void spread(ds_joining *j, size_t metric, const ds_join_slab *s, double *into)
{
    const float *narrow = j->piece;
    const double *wide = j->piece;
    for (size_t r = 0; r < j->batch.count; r++) {
        const size_t from = r * j->x->times + s->time;
        double *to = into + j->batch.first + r;
        for (size_t k = 0; k < s->times; k++)
            to[k * j->replicas] = j->x->metrics[metric].wide ? wide[from + k] : narrow[from + k];
    }
}

static bool take_column(ds_joining *j, size_t point, const ds_join_slab *s, size_t index,
                        ds_status *st)
{
    const ds_batch *const batch = &j->batch;
    const ds_join_column *c = &j->columns[s->column + index];
    const ds_metric *metric = &j->x->metrics[c->metric];
    const ds_h5_box box = {{point - batch->point, 0, 0}, {1, batch->count, j->x->times}};
    ds_h5 set = 0;
    bool ok = ds_shard_paths(&j->shard, batch, c->metric, &set, st) &&
              ds_h5_read(set, metric->wide ? DS_H5_DOUBLE : DS_H5_FLOAT, &box, j->piece, st);
    if (ok && s->time == 0) {
        ds_digest_add(c->digest, j->piece, batch->count * j->x->times * ds_join_value_size(metric));
        ok = copy_paths(j, c, set, point, st);
    }
    if (ok)
        spread(j, c->metric, s, j->slab + index * s->times * j->replicas);
    ds_h5_drop(&set);
    return ok;
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

/* Values of a row of the batch to their place in the result. */
static bool put_line(ds_joining *j, ds_join_record *l, ds_h5_type type, size_t point,
                     const void *values, ds_status *st)
{
    const ds_h5_box box = {{point, j->batch.first}, {1, j->batch.count}};
    static const size_t sizes[] = {[DS_H5_DOUBLE] = sizeof(double),
                                   [DS_H5_BYTE] = sizeof(uint8_t),
                                   [DS_H5_COUNT] = sizeof(uint64_t)};
    ds_digest_add(l->digest, values, j->batch.count * sizes[type]);
    return ds_h5_write(l->set, type, &box, values, st);
}

static bool check_replica(ds_joining *j, size_t point, size_t r, ds_status *st)
{
    const ds_batch *const batch = &j->batch;
    const size_t i = (point - batch->point) * batch->count + r;
    if (batch->state[i] == DS_REPLICA_MISSING)
        return ds_fail(st, DS_E_DATA, "replica %zu of point %zu is missing in '%s'",
                       batch->first + r, point, j->shard.path);
    return batch->state[i] != DS_REPLICA_FAILED ||
           note_failure(j, point, batch->first + r, batch->code[i],
                        batch->cause[i] ? batch->cause[i] : "", st);
}

static bool take_replicas(ds_joining *j, size_t point, ds_status *st)
{
    const ds_batch *const batch = &j->batch;
    const size_t at = (point - batch->point) * batch->count;
    for (size_t r = 0; r < batch->count; r++)
        if (!check_replica(j, point, r, st))
            return false;
    if (j->state)
        memcpy(j->state + batch->first, batch->state + at, batch->count);
    for (size_t o = 0; o < j->outcome_count; o++) {
        for (size_t r = 0; r < batch->count; r++)
            j->line[r] = batch->outcomes[(at + r) * j->outcome_count + o];
        if (!put_line(j, &j->records[o], DS_H5_DOUBLE, point, j->line, st))
            return false;
    }
    return put_line(j, ds_join_states(j), DS_H5_BYTE, point, batch->state + at, st) &&
           put_line(j, ds_join_states(j) + 1, DS_H5_COUNT, point, batch->events + at, st);
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
    return ds_shard_replicas(&j->shard, &j->batch, st);
}

static bool take_shard(ds_joining *j, const ds_join_slab *s, size_t point, size_t number,
                       ds_status *st)
{
    if (!open_shard(j, number, st))
        return false;
    bool ok = s->column > 0 || s->time > 0 || take_replicas(j, point, st);
    if (ok && j->reduction)
        return ds_shard_reduced(&j->shard, &j->batch, point - j->batch.point, s->column, s->columns,
                                j->reduction, st);
    for (size_t i = 0; ok && i < s->columns; i++)
        ok = take_column(j, point, s, i, st);
    return ok;
}

/* Leaves the values of replicas that finished. */
static void blank_failed(const ds_joining *j, double *values)
{
    for (size_t r = 0; r < j->replicas; r++)
        if (j->state[r] != DS_REPLICA_DONE)
            values[r] = NAN;
}

typedef bool transfer(ds_h5 set, const ds_h5_box *box, double *values, ds_status *st);

static bool write_values(ds_h5 set, const ds_h5_box *box, double *values, ds_status *st)
{
    return ds_h5_write(set, DS_H5_DOUBLE, box, values, st);
}

static ds_summary summary_of(ds_joining *j, const ds_join_slab *s, size_t index, size_t time)
{
    const size_t cell = index * s->times + time;
    if (j->reduction)
        return ds_reduction_summary(j->reduction, cell);
    double *const values = j->slab + cell * j->replicas;
    blank_failed(j, values);
    return ds_summarise(values, j->replicas, ds_experiment_group(j->x));
}

static void summarise(ds_joining *j, const ds_join_slab *s, size_t index)
{
    for (size_t k = 0; k < s->times; k++) {
        const ds_summary summary = summary_of(j, s, index, k);
        for (size_t q = 0; q < DS_QUANTILES; q++)
            j->series[q * s->times + k] = summary.quantile[q];
        j->series[DS_QUANTILES * s->times + k] = summary.mean;
        j->series[(DS_QUANTILES + 1) * s->times + k] = summary.error;
    }
}

static bool digest_reduction(ds_joining *j, const ds_join_slab *s, size_t index, ds_status *st)
{
    char *bytes = NULL;
    size_t size;
    if (!j->reduction)
        return true;
    if (!ds_reduction_pack(j->reduction, index * s->times, s->times, &bytes, &size, st))
        return false;
    ds_digest_add(j->columns[s->column + index].digest, bytes, size);
    free(bytes);
    return true;
}

static bool join_slab(ds_joining *j, size_t point, const ds_join_slab *s, ds_status *st)
{
    const size_t across = ds_experiment_across(j->x);
    const size_t each = ds_experiment_batch_replicas(j->x);
    const size_t row = point / ds_experiment_batch_points(j->x) * across;
    if (j->reduction)
        ds_reduction_clear(j->reduction);
    for (size_t b = 0; b * each < j->replicas; b++)
        if (!take_shard(j, s, point, row + b, st))
            return false;
    for (size_t i = 0; i < s->columns; i++) {
        summarise(j, s, i);
        if (!digest_reduction(j, s, i, st) ||
            !ds_join_summary(j, &j->columns[s->column + i], point, s, write_values, st))
            return false;
    }
    return true;
}

static bool join_point(ds_joining *j, size_t point, ds_status *st)
{
    ds_join_slab s = {0};
    bool any = false;
    while (ds_join_next(j, &s)) {
        any = true;
        if (!join_slab(j, point, &s, st))
            return false;
    }
    return any || join_slab(j, point, &s, st);
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
    ds_digest *all = ds_digest_new();
    ds_hex hex;
    memset(data, '?', 32);
    data[32] = '\0';
    for (size_t c = 0; all && c < j->column_count; c++) {
        ds_digest_hex(j->columns[c].digest, hex);
        ds_digest_add(all, hex, 32);
    }
    for (size_t i = 0; all && i < j->outcome_count + 2; i++) {
        ds_digest_hex(j->records[i].digest, hex);
        ds_digest_add(all, hex, 32);
    }
    if (all)
        ds_digest_hex(all, data);
    ds_digest_free(all);
}

/* Nothing that could be looked at is no result. */
static bool check_failures(const ds_joining *j, ds_joined *joined, ds_status *st)
{
    *joined = (ds_joined){.replicas = j->x->points * j->replicas, .failed = j->failure_count};
    if (j->failure_count == 0)
        return true;
    snprintf(joined->first_cause, sizeof joined->first_cause, "%.255s", j->failures[0].text);
    return joined->failed < joined->replicas ||
           ds_fail(st, (ds_code)j->failures[0].code, "all %zu replicas failed, the first: %s",
                   joined->replicas, joined->first_cause);
}

static bool build(ds_joining *j, const ds_stopping *stopping, const char *path, ds_status *st)
{
    ds_hex data;
    bool ok = create(j, stopping, path, st);
    for (size_t p = 0; ok && p < j->x->points; p++)
        ok = join_point(j, p, st);
    if (!ok)
        return false;
    data_digest(j, data);
    return put_failures(j, st) &&
           ds_h5_put_text(j->tree.branch[DS_BRANCH_PROVENANCE], "data_digest", data, st) &&
           ds_tree_finish(&j->tree, st);
}

bool ds_store_join(const char *folder, const ds_experiment *experiment, const ds_stopping *stopping,
                   const char *path, ds_joined *joined, ds_status *st)
{
    ds_joining j;
    const size_t length = strlen(path) + sizeof ".part";
    const size_t replicas = stopping ? stopping->replicas : experiment->replicas;
    char *part = malloc(length);
    if (!part)
        return ds_fail(st, DS_E_SYSTEM, "no memory to join into '%s'", path);
    snprintf(part, length, "%s.part", path);
    const bool ok = ds_join_open(&j, folder, experiment, replicas, st) &&
                    build(&j, stopping, part, st) && check_failures(&j, joined, st) &&
                    ds_file_seal(part, st) && ds_join_check(&j, part, st) &&
                    ds_file_publish(part, path, st);
    ds_join_close(&j);
    if (!ok)
        unlink(part);
    free(part);
    return ok;
}
