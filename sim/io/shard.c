#include "shard.h"

#include "layout.h"
#include "sealed.h"

#include <errno.h>
#include <libgen.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static size_t number_of(const ds_experiment *x, const ds_batch *batch)
{
    return batch->point * ds_experiment_batches(x) + batch->first / DS_STORE_BATCH;
}

static bool name_shard(char path[4096], const char *folder, const ds_experiment *x,
                       const ds_batch *batch, ds_status *st)
{
    /* Room for ".part" too. */
    const int length = snprintf(path, 4096, "%s/%08zu.h5", folder, number_of(x, batch));
    if (length < 0 || length > 4090)
        return ds_fail(st, DS_E_CREATE, "the folder name '%.100s...' is too long", folder);
    return true;
}

static ds_h5_spec paths_spec(const ds_experiment *x, size_t metric)
{
    const ds_extent extent = {.of = {[DS_AXIS_POINT] = 1,
                                     [DS_AXIS_REPLICA] = ds_experiment_rows(x),
                                     [DS_AXIS_TIME] = x->times}};
    return ds_item_spec(DS_ITEM_PATH, &extent, x->metrics[metric].wide);
}

/* Threads take turns, since not every HDF5 is built for several; those that are do the same. */
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

typedef enum shard_part { OUTCOMES, STATE, EVENTS, CODE, PARTS } shard_part;

static const struct {
    const char *name;
    ds_h5_type type;
} parts[PARTS] = {
    [OUTCOMES] = {"outcomes", DS_H5_DOUBLE},
    [STATE] = {"state", DS_H5_BYTE},
    [EVENTS] = {"events", DS_H5_COUNT},
    [CODE] = {"code", DS_H5_INT},
};

static ds_h5_spec part_spec(const ds_experiment *x, const ds_batch *batch, shard_part id)
{
    ds_h5_spec spec = {.type = parts[id].type, .rank = 1, .size = {batch->count}};
    if (id == OUTCOMES)
        spec.size[0] *= ds_metric_count(x->outcomes);
    return spec;
}

/* One bit pattern for each value that is stored: one NAN, one zero. */
static double canonical(double value)
{
    return isnan(value) ? (double)NAN : value + 0.0;
}

/* A metric's rows out of the batch, as they are stored; what is missing is NAN. */
static void gather(const ds_experiment *x, const ds_batch *batch, size_t metric, void *values)
{
    const size_t metrics = ds_metric_count(x->metrics), rows = ds_experiment_rows(x);
    float *narrow = values;
    double *wide = values;
    size_t next = 0;
    for (size_t r = 0; r < rows; r++) {
        const bool known = r < batch->count && batch->state[r] != DS_REPLICA_MISSING;
        const double *row = known ? batch->rows + r * x->times * metrics + metric : NULL;
        for (size_t k = 0; k < x->times; k++, next++) {
            const double value = known ? canonical(row[k * metrics]) : (double)NAN;
            if (x->metrics[metric].wide)
                wide[next] = value;
            else
                narrow[next] = (float)value;
        }
    }
}

static bool put_paths(ds_h5 file, const ds_experiment *x, const ds_batch *batch, ds_status *st)
{
    ds_h5 group = 0;
    double *values = malloc(ds_experiment_rows(x) * x->times * sizeof *values);
    bool ok = values || ds_fail(st, DS_E_SYSTEM, "no memory to store a batch");
    ok = ok && ds_h5_group_create(file, "paths", &group, st);
    for (size_t m = 0; ok && m < ds_metric_count(x->metrics); m++) {
        if (!ds_experiment_records(x, m))
            continue;
        const ds_h5_spec spec = paths_spec(x, m);
        ds_h5 set = 0;
        gather(x, batch, m, values);
        ok = ds_h5_set_create(group, x->metrics[m].name, &spec, &set, st) &&
             ds_h5_write(set, spec.type, NULL, values, st);
        ok = ds_h5_close(&set, st) && ok;
    }
    ds_h5_drop(&group);
    free(values);
    return ok;
}

static bool put_part(ds_h5 file, const ds_experiment *x, const ds_batch *batch, shard_part id,
                     const void *data, ds_status *st)
{
    const ds_h5_spec spec = part_spec(x, batch, id);
    ds_h5 set;
    if (spec.size[0] == 0)
        return true;
    bool ok = ds_h5_set_create(file, parts[id].name, &spec, &set, st) &&
              ds_h5_write(set, spec.type, NULL, data, st);
    return ds_h5_close(&set, st) && ok;
}

static bool put_outcomes(ds_h5 file, const ds_experiment *x, const ds_batch *batch, ds_status *st)
{
    const size_t each = ds_metric_count(x->outcomes), all = each * batch->count;
    double *values = malloc((all + 1) * sizeof *values);
    if (!values)
        return ds_fail(st, DS_E_SYSTEM, "no memory to store a batch");
    for (size_t i = 0; i < all; i++)
        values[i] = batch->state[i / each] == DS_REPLICA_MISSING ? (double)NAN
                                                                 : canonical(batch->outcomes[i]);
    const bool ok = put_part(file, x, batch, OUTCOMES, values, st);
    free(values);
    return ok;
}

static void name_cause(size_t r, char name[16])
{
    snprintf(name, 16, "cause_%zu", r % DS_STORE_BATCH);
}

static bool put_cause(ds_h5 file, size_t r, const char *text, ds_status *st)
{
    char name[16];
    name_cause(r, name);
    return ds_h5_put_text(file, name, text, st);
}

static bool put_replicas(ds_h5 file, const ds_experiment *x, const ds_batch *batch, ds_status *st)
{
    uint64_t events[DS_STORE_BATCH];
    int32_t code[DS_STORE_BATCH];
    for (size_t r = 0; r < batch->count; r++) {
        const bool failed = batch->state[r] == DS_REPLICA_FAILED;
        events[r] = batch->state[r] == DS_REPLICA_MISSING ? 0 : batch->events[r];
        code[r] = failed ? (int32_t)batch->cause[r].code : 0;
        if (failed && !put_cause(file, r, batch->cause[r].text, st))
            return false;
    }
    return put_outcomes(file, x, batch, st) && put_part(file, x, batch, STATE, batch->state, st) &&
           put_part(file, x, batch, EVENTS, events, st) && put_part(file, x, batch, CODE, code, st);
}

static bool put_head(ds_h5 file, const ds_experiment *x, const ds_batch *batch, ds_status *st)
{
    const uint64_t number = number_of(x, batch);
    ds_hex identity;
    ds_store_identity(x, identity);
    return ds_h5_put_text(file, "identity", identity, st) &&
           ds_h5_put_values(file, "batch", DS_H5_COUNT, 1, &number, st);
}

/* The whole file in memory, sealed, so that a disk's failure is a failed write() and no surprise
 * from HDF5's caches. */
static bool build(const ds_experiment *x, const ds_batch *batch, char **bytes, size_t *size,
                  ds_status *st)
{
    ds_h5 file;
    if (!ds_h5_create(&file, NULL, st))
        return false;
    const bool ok = put_head(file, x, batch, st) && put_paths(file, x, batch, st) &&
                    put_replicas(file, x, batch, st) && ds_h5_image(file, DS_SEAL, bytes, size, st);
    ds_h5_drop(&file);
    if (!ok)
        return false;
    ds_hex digest;
    ds_digest_of(*bytes, *size, digest);
    ds_seal_print(digest, *bytes + *size);
    *size += DS_SEAL;
    return true;
}

/* What the file holds now, against what was meant to be in it. */
static bool same_as(const char *path, const char *bytes, size_t size, ds_status *st)
{
    char *found = NULL;
    size_t length = 0;
    if (!ds_file_load(path, &found, &length, st))
        return false;
    const bool same = found && length + DS_SEAL == size && memcmp(found, bytes, size) == 0;
    free(found);
    return same || ds_fail(st, DS_E_IO, "'%s' reads back other than it was written", path);
}

static bool make_folder(const char *folder, ds_status *st)
{
    if (mkdir(folder, 0777) != 0)
        return errno == EEXIST ||
               ds_fail(st, DS_E_CREATE, "cannot create '%s': %s", folder, strerror(errno));
    char *copy = strdup(folder);
    const bool ok = copy ? ds_folder_sync(dirname(copy), st)
                         : ds_fail(st, DS_E_SYSTEM, "no memory to sync '%s'", folder);
    free(copy);
    return ok;
}

static bool check_batch(const ds_experiment *x, const ds_batch *batch, ds_status *st)
{
    ds_batch range;
    const size_t number = number_of(x, batch);
    if (number < ds_store_batches(x)) {
        ds_store_batch_range(x, number, &range);
        if (range.point == batch->point && range.first == batch->first &&
            range.count == batch->count)
            return true;
    }
    return ds_fail(st, DS_E_BUG, "replicas %zu to %zu of point %zu are not a batch", batch->first,
                   batch->first + batch->count, batch->point);
}

bool ds_shard_write(const char *folder, const ds_experiment *experiment, const ds_batch *batch,
                    ds_status *st)
{
    char path[4096], part[4096 + 8], *bytes = NULL;
    size_t size;
    if (!check_batch(experiment, batch, st) || !name_shard(path, folder, experiment, batch, st))
        return false;
    pthread_mutex_lock(&turn);
    const bool built = build(experiment, batch, &bytes, &size, st);
    pthread_mutex_unlock(&turn);
    if (!built)
        return false;
    snprintf(part, sizeof part, "%s.part", path);
    const bool ok = make_folder(folder, st) && ds_file_write(part, bytes, size, st) &&
                    same_as(part, bytes, size, st) && ds_file_publish(part, path, st);
    if (!ok)
        unlink(part);
    free(bytes);
    return ok;
}

static bool check_head(ds_shard *shard, size_t wanted, ds_status *st)
{
    ds_hex identity;
    char *found;
    uint64_t number;
    ds_store_identity(shard->experiment, identity);
    if (!ds_h5_get_text(shard->file, "identity", &found, st))
        return false;
    const bool same = strcmp(found, identity) == 0;
    if (!same)
        ds_fail(st, DS_E_DATA,
                "'%s' belongs to another experiment (scenario, seed, version or build differ): its "
                "identity is %.32s, this one's is %s",
                shard->path, found, identity);
    free(found);
    if (!same || !ds_h5_get_value(shard->file, "batch", DS_H5_COUNT, &number, st))
        return false;
    if (number != wanted)
        return ds_fail(st, DS_E_DATA, "'%s' holds batch %llu, must be %zu", shard->path,
                       (unsigned long long)number, wanted);
    return ds_h5_group_open(shard->file, "paths", &shard->paths, st);
}

bool ds_shard_open(ds_shard *shard, const char *folder, const ds_experiment *experiment,
                   const ds_batch *batch, bool *found, ds_status *st)
{
    *shard = (ds_shard){.experiment = experiment};
    *found = false;
    char *bytes = NULL;
    size_t size = 0;
    ds_status damage = {0};
    if (!check_batch(experiment, batch, st) ||
        !name_shard(shard->path, folder, experiment, batch, st))
        return false;
    if (!ds_file_load(shard->path, &bytes, &size, &damage)) {
        if (damage.code != DS_E_DATA)
            *st = st->code == DS_OK ? damage : *st;
        return damage.code == DS_E_DATA;
    }
    if (!bytes)
        return true;
    const bool ok = ds_h5_open_image(&shard->file, shard->path, bytes, size, st) &&
                    check_head(shard, number_of(experiment, batch), st);
    free(bytes);
    *found = ok;
    if (!ok)
        ds_shard_close(shard);
    return ok;
}

void ds_shard_close(ds_shard *shard)
{
    ds_h5_drop(&shard->paths);
    ds_h5_drop(&shard->file);
}

bool ds_shard_paths(ds_shard *shard, size_t metric, ds_h5 *set, ds_status *st)
{
    ds_h5_spec spec = paths_spec(shard->experiment, metric);
    return ds_h5_set_open(shard->paths, shard->experiment->metrics[metric].name, &spec, set, st);
}

static bool get_part(ds_shard *shard, const ds_batch *batch, shard_part id, void *data,
                     ds_status *st)
{
    ds_h5_spec spec = part_spec(shard->experiment, batch, id);
    ds_h5 set;
    if (spec.size[0] == 0)
        return true;
    const bool ok = ds_h5_set_open(shard->file, parts[id].name, &spec, &set, st) &&
                    ds_h5_read(set, spec.type, NULL, data, st);
    ds_h5_drop(&set);
    return ok;
}

static bool check_states(const ds_shard *shard, const ds_batch *batch, ds_status *st)
{
    for (size_t r = 0; r < batch->count; r++)
        if (batch->state[r] > DS_REPLICA_FAILED)
            return ds_fail(st, DS_E_DATA, "'%s' has replica state %d, must be 0, 1 or 2",
                           shard->path, batch->state[r]);
    return true;
}

static bool get_cause(const ds_shard *shard, size_t r, ds_status *cause, ds_status *st)
{
    char name[16], *text;
    name_cause(r, name);
    if (!ds_h5_get_text(shard->file, name, &text, st))
        return false;
    snprintf(cause->text, sizeof cause->text, "%s", text);
    free(text);
    return true;
}

bool ds_shard_replicas(ds_shard *shard, ds_batch *batch, ds_status *st)
{
    int32_t code[DS_STORE_BATCH];
    if (!get_part(shard, batch, OUTCOMES, batch->outcomes, st) ||
        !get_part(shard, batch, STATE, batch->state, st) || !check_states(shard, batch, st) ||
        !get_part(shard, batch, EVENTS, batch->events, st) ||
        !get_part(shard, batch, CODE, code, st))
        return false;
    for (size_t r = 0; r < batch->count; r++) {
        batch->cause[r] = (ds_status){.code = (ds_code)code[r], .file = ""};
        if (batch->state[r] == DS_REPLICA_FAILED && !get_cause(shard, r, &batch->cause[r], st))
            return false;
    }
    return true;
}

/* Spreads a metric's rows over the batch. */
static void scatter(const ds_experiment *x, size_t metric, const double *values, ds_batch *batch)
{
    const size_t metrics = ds_metric_count(x->metrics);
    for (size_t i = 0; i < batch->count * x->times; i++)
        batch->rows[i * metrics + metric] = values ? values[i] : (double)NAN;
}

static bool read_rows(ds_shard *shard, ds_batch *batch, ds_status *st)
{
    const ds_experiment *x = shard->experiment;
    double *values = malloc(ds_experiment_rows(x) * x->times * sizeof *values);
    bool ok = values || ds_fail(st, DS_E_SYSTEM, "no memory to read a batch");
    for (size_t m = 0; ok && m < ds_metric_count(x->metrics); m++) {
        ds_h5 set = 0;
        const bool recorded = ds_experiment_records(x, m);
        ok = !recorded || (ds_shard_paths(shard, m, &set, st) &&
                           ds_h5_read(set, DS_H5_DOUBLE, NULL, values, st));
        ds_h5_drop(&set);
        if (ok)
            scatter(x, m, recorded ? values : NULL, batch);
    }
    free(values);
    return ok;
}

static bool read_shard(const char *folder, const ds_experiment *experiment, ds_batch *batch,
                       bool *found, ds_status *st)
{
    ds_shard shard;
    if (!ds_shard_open(&shard, folder, experiment, batch, found, st))
        return false;
    if (!*found)
        return true;
    const bool ok = read_rows(&shard, batch, st) && ds_shard_replicas(&shard, batch, st);
    ds_shard_close(&shard);
    *found = ok;
    return ok;
}

bool ds_shard_read(const char *folder, const ds_experiment *experiment, ds_batch *batch,
                   bool *found, ds_status *st)
{
    pthread_mutex_lock(&turn);
    const bool ok = read_shard(folder, experiment, batch, found, st);
    pthread_mutex_unlock(&turn);
    return ok;
}
