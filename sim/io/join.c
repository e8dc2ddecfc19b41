#include "head.h"
#include "sealed.h"
#include "shard.h"
#include "summary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SLAB_BYTES = 256 << 20 }; /* memory that the summaries of a point may take at a time */

/* Datasets of a recorded metric, and the digest of its paths in the order (point, replica, time).
 */
typedef struct column {
    size_t metric;
    ds_h5 path, quantiles, mean, error;
    ds_digest *digest;
} column;

typedef struct failure {
    int32_t point, replica;
    char *text;
} failure;

/* Results of one point, and the part of its paths that is in memory. */
typedef struct join {
    const ds_experiment *x;
    const char *folder;
    ds_tree tree;
    column *columns;
    size_t column_count, outcome_count;
    ds_h5 *outcomes, state, events;
    failure *failures;
    size_t failure_count;
    ds_digest *replicas, *summaries; /* of outcomes, states and events; of /summary */
    void *piece;                     /* a shard's values of one metric */
    double *slab;                    /* [columns][times][replicas] of the slab */
    double *series;                  /* [DS_QUANTILES + 2][times] */
    double *point_outcomes;          /* [outcomes][replicas] */
    uint8_t *point_state;            /* [replicas] */
    uint64_t *point_events;
    ds_h5_buffer chunk;
} join;

/* Metrics and times of a point whose values of all replicas fit the memory at a time. */
typedef struct slab {
    size_t column, columns, time, times;
} slab;

static size_t value_size(const ds_metric *metric)
{
    return metric->wide ? sizeof(double) : sizeof(float);
}

/* The next slab of a point; false after the last. Begin with zeroes. */
static bool next_slab(const join *j, slab *s)
{
    const size_t each = j->x->replicas * sizeof(double), fit = SLAB_BYTES / each;
    s->time += s->times;
    if (s->time >= j->x->times) {
        s->time = 0;
        s->column += s->columns;
    }
    const size_t per_column = j->x->times ? j->x->times : 1;
    const size_t columns = fit / per_column, left = j->column_count - s->column;
    const size_t times = fit ? fit : 1, rest = j->x->times - s->time;
    s->columns = columns == 0 ? left > 0 : columns < left ? columns : left;
    s->times = times < rest ? times : rest;
    return s->columns > 0;
}

static size_t slab_values(const join *j)
{
    slab s = {0};
    return next_slab(j, &s) ? s.columns * s.times * j->x->replicas : 1;
}

static bool reserve(join *j, ds_status *st)
{
    const ds_experiment *x = j->x;
    j->piece = malloc(ds_experiment_rows(x) * x->times * sizeof(double));
    j->slab = malloc(slab_values(j) * sizeof(double));
    j->series = malloc((DS_QUANTILES + 2) * x->times * sizeof(double));
    j->point_outcomes = malloc((j->outcome_count + 1) * x->replicas * sizeof(double));
    j->point_state = malloc(x->replicas);
    j->point_events = malloc(x->replicas * sizeof(uint64_t));
    j->outcomes = calloc(j->outcome_count + 1, sizeof *j->outcomes);
    j->replicas = ds_digest_new();
    j->summaries = ds_digest_new();
    bool ok = j->piece && j->slab && j->series && j->point_outcomes && j->point_state &&
              j->point_events && j->outcomes && j->replicas && j->summaries;
    for (size_t c = 0; c < j->column_count; c++)
        ok = (j->columns[c].digest = ds_digest_new()) && ok;
    return ok || ds_fail(st, DS_E_SYSTEM, "no memory to join %zu replicas of %zu times",
                         x->replicas, x->times);
}

static bool begin(join *j, const char *folder, const ds_experiment *x, ds_status *st)
{
    *j = (join){.x = x, .folder = folder, .outcome_count = ds_metric_count(x->outcomes)};
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
    return reserve(j, st);
}

static void end(join *j)
{
    for (size_t c = 0; c < j->column_count; c++)
        ds_digest_free(j->columns[c].digest);
    for (size_t i = 0; i < j->failure_count; i++)
        free(j->failures[i].text);
    ds_digest_free(j->replicas);
    ds_digest_free(j->summaries);
    free(j->failures);
    free(j->columns);
    free(j->piece);
    free(j->slab);
    free(j->series);
    free(j->point_outcomes);
    free(j->point_state);
    free(j->point_events);
    free(j->outcomes);
    free(j->chunk.bytes);
    ds_tree_drop(&j->tree);
}

static bool add_column(join *j, column *c, ds_status *st)
{
    const ds_metric *metric = &j->x->metrics[c->metric];
    const char *kind = ds_metric_kind_name(metric->kind);
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
           ds_tree_add(&j->tree, DS_ITEM_MEAN, metric, &c->mean, st) &&
           ds_tree_add(&j->tree, DS_ITEM_ERROR, metric, &c->error, st);
}

static bool create(join *j, const char *path, ds_status *st)
{
    static const uint8_t states[] = {DS_REPLICA_MISSING, DS_REPLICA_DONE, DS_REPLICA_FAILED};
    bool ok = ds_tree_create(&j->tree, path, st) && ds_head_coordinates(&j->tree, j->x, st) &&
              ds_head_provenance(&j->tree, j->x, st);
    for (size_t c = 0; ok && c < j->column_count; c++)
        ok = add_column(j, &j->columns[c], st);
    for (size_t o = 0; ok && o < j->outcome_count; o++)
        ok = ds_tree_add(&j->tree, DS_ITEM_OUTCOME, &j->x->outcomes[o], &j->outcomes[o], st);
    return ok && ds_tree_add(&j->tree, DS_ITEM_STATE, NULL, &j->state, st) &&
           ds_h5_put_values(j->state, "flag_values", DS_H5_BYTE, 3, states, st) &&
           ds_h5_put_text(j->state, "flag_meanings", "missing done failed", st) &&
           ds_tree_add(&j->tree, DS_ITEM_EVENTS, NULL, &j->events, st);
}

/* The stored chunks of a shard, as they are. */
static bool copy_paths(join *j, const column *c, ds_h5 set, const ds_batch *batch, ds_status *st)
{
    const ds_metric *metric = &j->x->metrics[c->metric];
    const size_t step = ds_item_spec(DS_ITEM_PATH, &j->tree.extent, metric->wide).chunk[2];
    for (size_t k = 0; k < j->x->times; k += step) {
        const size_t source[] = {0, 0, k}, target[] = {batch->point, batch->first, k};
        if (!ds_h5_copy_chunk(set, source, c->path, target, &j->chunk, st))
            return false;
    }
    return true;
}

/* A shard's values into the slab, replicas of one time side by side. */
static void spread(join *j, size_t metric, const slab *s, const ds_batch *batch, double *into)
{
    const size_t replicas = j->x->replicas;
    const float *narrow = j->piece;
    const double *wide = j->piece;
    for (size_t r = 0; r < batch->count; r++) {
        const size_t from = r * j->x->times + s->time;
        double *to = into + batch->first + r;
        for (size_t k = 0; k < s->times; k++)
            to[k * replicas] = j->x->metrics[metric].wide ? wide[from + k] : narrow[from + k];
    }
}

static bool take_column(join *j, ds_shard *shard, const slab *s, size_t index,
                        const ds_batch *batch, ds_status *st)
{
    const column *c = &j->columns[s->column + index];
    const ds_metric *metric = &j->x->metrics[c->metric];
    double *into = j->slab + index * s->times * j->x->replicas;
    ds_h5 set;
    bool ok = ds_shard_paths(shard, c->metric, &set, st) &&
              ds_h5_read(set, metric->wide ? DS_H5_DOUBLE : DS_H5_FLOAT, NULL, j->piece, st);
    if (ok && s->time == 0) {
        ds_digest_add(c->digest, j->piece, batch->count * j->x->times * value_size(metric));
        ok = !j->x->keep_paths || copy_paths(j, c, set, batch, st);
    }
    if (ok)
        spread(j, c->metric, s, batch, into);
    ds_h5_drop(&set);
    return ok;
}

static bool note_failure(join *j, size_t point, size_t replica, const char *text, ds_status *st)
{
    const size_t count = j->failure_count;
    if ((count & (count - 1)) == 0) {
        failure *more = realloc(j->failures, (count ? 2 * count : 1) * sizeof *more);
        if (!more)
            return ds_fail(st, DS_E_SYSTEM, "no memory to list %zu failures", count);
        j->failures = more;
    }
    char *copy = strdup(text);
    if (!copy)
        return ds_fail(st, DS_E_SYSTEM, "no memory to list %zu failures", count);
    j->failures[j->failure_count++] = (failure){(int32_t)point, (int32_t)replica, copy};
    return true;
}

static bool take_replicas(join *j, ds_shard *shard, ds_batch *batch, ds_status *st)
{
    ds_status cause[DS_STORE_BATCH];
    double *outcomes = malloc((j->outcome_count + 1) * batch->count * sizeof *outcomes);
    if (!outcomes)
        return ds_fail(st, DS_E_SYSTEM, "no memory to join %zu replicas", batch->count);
    batch->outcomes = outcomes;
    batch->state = j->point_state + batch->first;
    batch->events = j->point_events + batch->first;
    batch->cause = cause;
    bool ok = ds_shard_replicas(shard, batch, st);
    for (size_t r = 0; ok && r < batch->count; r++) {
        for (size_t o = 0; o < j->outcome_count; o++)
            j->point_outcomes[o * j->x->replicas + batch->first + r] =
                outcomes[r * j->outcome_count + o];
        if (batch->state[r] == DS_REPLICA_MISSING)
            ok = ds_fail(st, DS_E_DATA, "replica %zu of point %zu is missing in '%s'",
                         batch->first + r, batch->point, shard->path);
        else if (batch->state[r] == DS_REPLICA_FAILED)
            ok = note_failure(j, batch->point, batch->first + r, cause[r].text, st);
    }
    free(outcomes);
    return ok;
}

static bool take_shard(join *j, const slab *s, ds_batch *batch, ds_status *st)
{
    ds_shard shard;
    bool found;
    if (!ds_shard_open(&shard, j->folder, j->x, batch, &found, st))
        return false;
    if (!found)
        return ds_fail(st, DS_E_DATA, "'%s' is missing or damaged", shard.path);
    bool ok = (s->column > 0 || s->time > 0) || take_replicas(j, &shard, batch, st);
    for (size_t i = 0; ok && i < s->columns; i++)
        ok = take_column(j, &shard, s, i, batch, st);
    ds_shard_close(&shard);
    return ok;
}

/* Leaves the values of replicas that finished. */
static void blank_failed(const join *j, double *values)
{
    for (size_t r = 0; r < j->x->replicas; r++)
        if (j->point_state[r] != DS_REPLICA_DONE)
            values[r] = NAN;
}

typedef bool transfer(ds_h5 set, const ds_h5_box *box, double *values, ds_status *st);

static bool write_values(ds_h5 set, const ds_h5_box *box, double *values, ds_status *st)
{
    return ds_h5_write(set, DS_H5_DOUBLE, box, values, st);
}

static bool read_values(ds_h5 set, const ds_h5_box *box, double *values, ds_status *st)
{
    return ds_h5_read(set, DS_H5_DOUBLE, box, values, st);
}

/* Moves the summary of a slab's times between j->series and the file. */
static bool move_summary(join *j, const column *c, size_t point, const slab *s, transfer *move,
                         ds_status *st)
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

static void summarise(join *j, const slab *s, double *values)
{
    for (size_t k = 0; k < s->times; k++) {
        double *of_time = values + k * j->x->replicas;
        blank_failed(j, of_time);
        const ds_summary summary = ds_summarise(of_time, j->x->replicas, ds_experiment_group(j->x));
        for (size_t q = 0; q < DS_QUANTILES; q++)
            j->series[q * s->times + k] = summary.quantile[q];
        j->series[DS_QUANTILES * s->times + k] = summary.mean;
        j->series[(DS_QUANTILES + 1) * s->times + k] = summary.error;
    }
}

static bool join_slab(join *j, size_t point, const slab *s, ds_status *st)
{
    for (size_t b = 0; b < ds_experiment_batches(j->x); b++) {
        ds_batch batch = {0};
        ds_store_batch_range(j->x, point * ds_experiment_batches(j->x) + b, &batch);
        if (!take_shard(j, s, &batch, st))
            return false;
    }
    for (size_t i = 0; i < s->columns; i++) {
        summarise(j, s, j->slab + i * s->times * j->x->replicas);
        if (!move_summary(j, &j->columns[s->column + i], point, s, write_values, st))
            return false;
    }
    return true;
}

static void digest_replicas(join *j)
{
    const size_t replicas = j->x->replicas;
    ds_digest_add(j->replicas, j->point_outcomes,
                  j->outcome_count * replicas * sizeof *j->point_outcomes);
    ds_digest_add(j->replicas, j->point_state, replicas);
    ds_digest_add(j->replicas, j->point_events, replicas * sizeof *j->point_events);
}

static bool put_replicas(join *j, size_t point, ds_status *st)
{
    const size_t replicas = j->x->replicas;
    const ds_h5_box line = {{point, 0}, {1, replicas}};
    for (size_t o = 0; o < j->outcome_count; o++)
        if (!ds_h5_write(j->outcomes[o], DS_H5_DOUBLE, &line, j->point_outcomes + o * replicas, st))
            return false;
    digest_replicas(j);
    return ds_h5_write(j->state, DS_H5_BYTE, &line, j->point_state, st) &&
           ds_h5_write(j->events, DS_H5_COUNT, &line, j->point_events, st);
}

static bool join_point(join *j, size_t point, ds_status *st)
{
    slab s = {0};
    bool any = false;
    while (next_slab(j, &s)) {
        any = true;
        if (!join_slab(j, point, &s, st))
            return false;
    }
    return (any || join_slab(j, point, &s, st)) && put_replicas(j, point, st);
}

static bool put_failures(join *j, ds_status *st)
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

/* Digest of the data: over the digests, in hex, of each metric's paths in the order of the file,
 * and of outcomes, states and events. The same whether paths are kept or not. */
static void data_digest(const join *j, ds_hex data)
{
    ds_digest *all = ds_digest_new();
    ds_hex hex;
    memset(data, '?', 32);
    data[32] = '\0';
    for (size_t c = 0; all && c < j->column_count; c++) {
        ds_digest_hex(j->columns[c].digest, hex);
        ds_digest_add(all, hex, 32);
    }
    if (all) {
        ds_digest_hex(j->replicas, hex);
        ds_digest_add(all, hex, 32);
        ds_digest_hex(all, data);
    }
    ds_digest_free(all);
}

static bool build(join *j, const char *path, ds_status *st)
{
    ds_hex data;
    bool ok = create(j, path, st);
    for (size_t p = 0; ok && p < j->x->points; p++)
        ok = join_point(j, p, st);
    if (!ok)
        return false;
    data_digest(j, data);
    return put_failures(j, st) &&
           ds_h5_put_text(j->tree.branch[DS_BRANCH_PROVENANCE], "data_digest", data, st) &&
           ds_tree_finish(&j->tree, st);
}

static bool open_column(join *j, column *c, ds_status *st)
{
    const ds_metric *metric = &j->x->metrics[c->metric];
    ds_tree *tree = &j->tree;
    return (!j->x->keep_paths ||
            ds_tree_get(tree, DS_ITEM_PATH, metric->name, metric->wide, &c->path, st)) &&
           ds_tree_get(tree, DS_ITEM_QUANTILES, metric->name, false, &c->quantiles, st) &&
           ds_tree_get(tree, DS_ITEM_MEAN, metric->name, false, &c->mean, st) &&
           ds_tree_get(tree, DS_ITEM_ERROR, metric->name, false, &c->error, st);
}

static bool reopen(join *j, const char *path, ds_status *st)
{
    bool ok = ds_tree_open(&j->tree, path, st);
    j->tree.extent.of[DS_AXIS_POINT] = j->x->points;
    j->tree.extent.of[DS_AXIS_REPLICA] = j->x->replicas;
    j->tree.extent.of[DS_AXIS_TIME] = j->x->times;
    for (size_t c = 0; ok && c < j->column_count; c++)
        ok = open_column(j, &j->columns[c], st);
    for (size_t o = 0; ok && o < j->outcome_count; o++)
        ok = ds_tree_get(&j->tree, DS_ITEM_OUTCOME, j->x->outcomes[o].name, false, &j->outcomes[o],
                         st);
    return ok && ds_tree_get(&j->tree, DS_ITEM_STATE, NULL, false, &j->state, st) &&
           ds_tree_get(&j->tree, DS_ITEM_EVENTS, NULL, false, &j->events, st);
}

static bool reread_paths(join *j, const column *c, size_t point, ds_status *st)
{
    const ds_metric *metric = &j->x->metrics[c->metric];
    const ds_h5_type type = metric->wide ? DS_H5_DOUBLE : DS_H5_FLOAT;
    for (size_t b = 0; b < ds_experiment_batches(j->x); b++) {
        ds_batch batch;
        ds_store_batch_range(j->x, b, &batch);
        const ds_h5_box box = {{point, batch.first, 0}, {1, batch.count, j->x->times}};
        if (!ds_h5_read(c->path, type, &box, j->piece, st))
            return false;
        ds_digest_add(c->digest, j->piece, batch.count * j->x->times * value_size(metric));
    }
    return true;
}

static bool reread_replicas(join *j, size_t point, ds_status *st)
{
    const size_t replicas = j->x->replicas;
    const ds_h5_box line = {{point, 0}, {1, replicas}};
    for (size_t o = 0; o < j->outcome_count; o++)
        if (!ds_h5_read(j->outcomes[o], DS_H5_DOUBLE, &line, j->point_outcomes + o * replicas, st))
            return false;
    if (!ds_h5_read(j->state, DS_H5_BYTE, &line, j->point_state, st) ||
        !ds_h5_read(j->events, DS_H5_COUNT, &line, j->point_events, st))
        return false;
    digest_replicas(j);
    return true;
}

static bool reread_point(join *j, size_t point, ds_status *st)
{
    slab s = {0};
    while (next_slab(j, &s))
        for (size_t i = 0; i < s.columns; i++)
            if (!move_summary(j, &j->columns[s.column + i], point, &s, read_values, st))
                return false;
    for (size_t c = 0; j->x->keep_paths && c < j->column_count; c++)
        if (!reread_paths(j, &j->columns[c], point, st))
            return false;
    return reread_replicas(j, point, st);
}

static bool same_digest(const ds_digest *written, const ds_digest *found)
{
    ds_hex a, b;
    ds_digest_hex(written, a);
    ds_digest_hex(found, b);
    return strcmp(a, b) == 0;
}

static bool compare(const join *j, const join *again, const char *path, ds_status *st)
{
    bool same =
        same_digest(j->replicas, again->replicas) && same_digest(j->summaries, again->summaries);
    for (size_t c = 0; j->x->keep_paths && c < j->column_count; c++)
        same = same && same_digest(j->columns[c].digest, again->columns[c].digest);
    return same || ds_fail(st, DS_E_IO, "'%s' reads back other than it was written", path);
}

static bool reread(const join *j, const char *path, ds_status *st)
{
    ds_result *result;
    if (!ds_result_open(&result, path, st))
        return false;
    ds_result_close(result);
    join again;
    bool ok = begin(&again, j->folder, j->x, st) && reopen(&again, path, st);
    for (size_t p = 0; ok && p < j->x->points; p++)
        ok = reread_point(&again, p, st);
    ok = ok && compare(j, &again, path, st);
    end(&again);
    return ok;
}

/* A full disk may have looked like success: everything is read again and compared with what was
 * written. Wrong data are then a failed write. */
static bool check(const join *j, const char *path, ds_status *st)
{
    ds_status found = {0};
    if (reread(j, path, &found))
        return true;
    const ds_code code = found.code == DS_E_DATA ? DS_E_IO : found.code;
    return ds_fail(st, code, "the result cannot be read back: %.1500s", found.text);
}

bool ds_store_join(const char *folder, const ds_experiment *experiment, const char *path,
                   ds_status *st)
{
    join j;
    const size_t length = strlen(path) + sizeof ".part";
    char *part = malloc(length);
    if (!part)
        return ds_fail(st, DS_E_SYSTEM, "no memory to join into '%s'", path);
    snprintf(part, length, "%s.part", path);
    const bool ok = begin(&j, folder, experiment, st) && build(&j, part, st) &&
                    ds_file_seal(part, st) && check(&j, part, st) &&
                    ds_file_publish(part, path, st);
    end(&j);
    if (!ok)
        unlink(part);
    free(part);
    return ok;
}
