#include "shard.h"

#include "layout.h"
#include "sealed.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool ds_shard_name(char path[4096], const char *folder, size_t number, ds_status *st)
{
    /* Room for ".part" too. */
    const int length = snprintf(path, 4096, "%s/%08zu.h5", folder, number);
    if (length < 0 || length > 4090)
        return ds_fail(st, DS_E_CREATE, "the folder name '%.100s...' is too long", folder);
    return true;
}

static ds_h5_spec paths_spec(const ds_experiment *x, const ds_batch *batch, size_t metric)
{
    const ds_extent extent = {.of = {[DS_AXIS_POINT] = ds_experiment_room(x, batch->points),
                                     [DS_AXIS_REPLICA] = ds_store_rows(x, batch->count),
                                     [DS_AXIS_TIME] = x->times},
                              .chunk_points = ds_experiment_chunk_points(x),
                              .chunk_replicas = ds_experiment_chunk_replicas(x)};
    return ds_item_spec(DS_ITEM_PATH, &extent, x->metrics[metric].wide);
}

/* Threads take turns, since not every HDF5 is built for several; those that are do the same. */
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

typedef enum shard_part { OUTCOMES, WATCHED, STATE, EVENTS, CODE, SIZES, PARTS } shard_part;

static const struct {
    const char *name;
    ds_h5_type type;
} parts[PARTS] = {
    [OUTCOMES] = {"outcomes", DS_H5_DOUBLE},
    [WATCHED] = {"watched", DS_H5_DOUBLE},
    [STATE] = {"state", DS_H5_BYTE},
    [EVENTS] = {"events", DS_H5_COUNT},
    [CODE] = {"code", DS_H5_INT},
    [SIZES] = {"reduced_sizes", DS_H5_COUNT},
};

static size_t replicas_of(const ds_batch *batch)
{
    return batch->points * batch->count;
}

static size_t part_size(const ds_experiment *x, const ds_batch *batch, shard_part id)
{
    switch (id) {
    case OUTCOMES:
        return replicas_of(batch) * ds_metric_count(x->outcomes);
    case WATCHED:
        return x->watches ? replicas_of(batch) : 0;
    case SIZES:
        return x->keep_paths ? 0 : batch->points * ds_experiment_columns(x);
    default:
        return replicas_of(batch);
    }
}

static ds_h5_spec part_spec(const ds_experiment *x, const ds_batch *batch, shard_part id)
{
    return (ds_h5_spec){.type = parts[id].type, .rank = 1, .size = {part_size(x, batch, id)}};
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

static bool put_paths(ds_h5 file, const ds_experiment *x, const ds_batch *batch, ds_status *st)
{
    ds_h5 group = 0;
    bool ok = ds_h5_group_create(file, "paths", &group, st);
    for (size_t m = 0; ok && m < ds_metric_count(x->metrics); m++) {
        if (!x->keep_paths || !ds_experiment_records(x, m))
            continue;
        const ds_h5_spec spec = paths_spec(x, batch, m);
        ds_h5 set = 0;
        ok = ds_h5_set_create(group, x->metrics[m].name, &spec, &set, st) &&
             ds_h5_write(set, spec.type, NULL, batch->paths[m], st);
        ok = ds_h5_close(&set, st) && ok;
    }
    ds_h5_drop(&group);
    return ok;
}

/* ---- bytes that vary in size: reductions and causes ---- */

typedef struct pile {
    char *bytes;
    size_t size, room;
} pile;

static bool heap(pile *p, const char *bytes, size_t size, ds_status *st)
{
    if (size == 0)
        return true;
    if (p->size + size > p->room) {
        const size_t room = 2 * (p->size + size) + 256;
        char *const more = realloc(p->bytes, room);
        if (!more)
            return ds_fail(st, DS_E_SYSTEM, "no memory to store a batch");
        p->bytes = more;
        p->room = room;
    }
    memcpy(p->bytes + p->size, bytes, size);
    p->size += size;
    return true;
}

static bool put_pile(ds_h5 file, const char *name, const pile *p, ds_status *st)
{
    const ds_h5_spec spec = {.type = DS_H5_BYTE, .rank = 1, .size = {p->size}};
    ds_h5 set;
    if (p->size == 0)
        return true;
    bool ok = ds_h5_set_create(file, name, &spec, &set, st) &&
              ds_h5_write(set, DS_H5_BYTE, NULL, p->bytes, st);
    return ds_h5_close(&set, st) && ok;
}

/* Column after column of point after point, and how long each is. */
static bool pack_reduced(const ds_experiment *x, const ds_batch *batch, pile *p, uint64_t *sizes,
                         ds_status *st)
{
    const size_t columns = ds_experiment_columns(x);
    for (size_t i = 0; i < batch->points * columns; i++) {
        char *bytes = NULL;
        size_t size = 0;
        const bool ok = ds_reduction_pack(batch->reduced[i / columns], i % columns * x->times,
                                          x->times, &bytes, &size, st) &&
                        heap(p, bytes, size, st);
        free(bytes);
        if (!ok)
            return false;
        sizes[i] = size;
    }
    return true;
}

static bool put_reduced(ds_h5 file, const ds_experiment *x, const ds_batch *batch, ds_status *st)
{
    pile p = {0};
    if (x->keep_paths)
        return true;
    uint64_t *const sizes = malloc((part_size(x, batch, SIZES) + 1) * sizeof *sizes);
    bool ok = sizes || ds_fail(st, DS_E_SYSTEM, "no memory to store a batch");
    ok = ok && pack_reduced(x, batch, &p, sizes, st) && put_pile(file, "reduced", &p, st) &&
         put_part(file, x, batch, SIZES, sizes, st);
    free(sizes);
    free(p.bytes);
    return ok;
}

/* The texts of those that failed, in order, each with its NUL. */
static bool put_causes(ds_h5 file, const ds_batch *batch, ds_status *st)
{
    pile p = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < replicas_of(batch); i++) {
        const char *const text = batch->cause[i] ? batch->cause[i] : "";
        if (batch->state[i] == DS_REPLICA_FAILED)
            ok = heap(&p, text, strlen(text) + 1, st);
    }
    ok = ok && put_pile(file, "causes", &p, st);
    free(p.bytes);
    return ok;
}

static bool put_replicas(ds_h5 file, const ds_experiment *x, const ds_batch *batch, ds_status *st)
{
    return put_part(file, x, batch, OUTCOMES, batch->outcomes, st) &&
           put_part(file, x, batch, WATCHED, batch->watched, st) &&
           put_part(file, x, batch, STATE, batch->state, st) &&
           put_part(file, x, batch, EVENTS, batch->events, st) &&
           put_part(file, x, batch, CODE, batch->code, st) && put_causes(file, batch, st);
}

static bool put_head(ds_h5 file, const ds_experiment *x, const ds_batch *batch, ds_status *st)
{
    const uint64_t number = batch->number;
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
                    put_reduced(file, x, batch, st) && put_replicas(file, x, batch, st) &&
                    ds_h5_image(file, DS_SEAL, bytes, size, st);
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

static bool check_batch(const ds_experiment *x, const ds_batch *batch, ds_status *st)
{
    ds_batch range = {0};
    if (batch->number < ds_store_batches(x)) {
        ds_store_batch_range(x, batch->number, &range);
        if (range.point == batch->point && range.points == batch->points &&
            range.first == batch->first && range.count == batch->count)
            return true;
    }
    return ds_fail(st, DS_E_BUG, "replicas %zu to %zu of point %zu are not batch %zu", batch->first,
                   batch->first + batch->count, batch->point, batch->number);
}

bool ds_shard_write(const char *folder, const ds_experiment *experiment, const ds_batch *batch,
                    ds_status *st)
{
    char path[4096], part[4096 + 8], *bytes = NULL;
    size_t size;
    if (!check_batch(experiment, batch, st) || !ds_shard_name(path, folder, batch->number, st))
        return false;
    pthread_mutex_lock(&turn);
    const bool built = build(experiment, batch, &bytes, &size, st);
    pthread_mutex_unlock(&turn);
    if (!built)
        return false;
    snprintf(part, sizeof part, "%s.part", path);
    const bool ok = ds_file_write(part, bytes, size, st) && same_as(part, bytes, size, st) &&
                    ds_file_publish(part, path, st);
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
    size_t size = 0;
    ds_status damage = {0};
    if (!check_batch(experiment, batch, st) ||
        !ds_shard_name(shard->path, folder, batch->number, st))
        return false;
    if (!ds_file_load(shard->path, &shard->bytes, &size, &damage)) {
        if (damage.code != DS_E_DATA)
            *st = st->code == DS_OK ? damage : *st;
        return damage.code == DS_E_DATA;
    }
    if (!shard->bytes)
        return true;
    const bool ok = ds_h5_open_image(&shard->file, shard->path, shard->bytes, size, st) &&
                    check_head(shard, batch->number, st);
    *found = ok;
    if (!ok)
        ds_shard_close(shard);
    return ok;
}

void ds_shard_close(ds_shard *shard)
{
    ds_h5_drop(&shard->paths);
    ds_h5_drop(&shard->file);
    free(shard->bytes);
    shard->bytes = NULL;
}

bool ds_shard_paths(ds_shard *shard, const ds_batch *batch, size_t metric, ds_h5 *set,
                    ds_status *st)
{
    ds_h5_spec spec = paths_spec(shard->experiment, batch, metric);
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

#define PILE_MOST (UINT64_C(1) << 40) /* so that no sum of sizes overflows */

/* Bytes [from, from + size) of a pile, or all with `size` DS_H5_ANY, into a block for free(). */
static bool get_pile(ds_shard *shard, const char *name, size_t from, size_t *size, char **bytes,
                     ds_status *st)
{
    ds_h5_spec spec = {.type = DS_H5_BYTE, .rank = 1, .size = {DS_H5_ANY}};
    ds_h5 set;
    *bytes = NULL;
    if (!ds_h5_set_open(shard->file, name, &spec, &set, st))
        return false;
    if (*size == DS_H5_ANY)
        *size = spec.size[0];
    bool ok = (from <= spec.size[0] && *size <= spec.size[0] - from) ||
              ds_fail(st, DS_E_DATA, "'%s' holds less of '%s' than it says", shard->path, name);
    ok = ok && ((*bytes = malloc(*size + 1)) ||
                ds_fail(st, DS_E_SYSTEM, "no memory to read '%s'", shard->path));
    const ds_h5_box box = {{from}, {*size}};
    ok = ok && (*size == 0 || ds_h5_read(set, DS_H5_BYTE, &box, *bytes, st));
    ds_h5_drop(&set);
    return ok;
}

static bool merge_columns(ds_shard *shard, const uint64_t *sizes, size_t count, const char *bytes,
                          ds_reduction *into, size_t at, ds_status *st)
{
    const size_t times = shard->experiment->times;
    for (size_t c = 0; c < count; bytes += sizes[c++])
        if (!ds_reduction_merge(into, at + c * times, times, bytes, sizes[c], st))
            return false;
    return true;
}

bool ds_shard_reduced(ds_shard *shard, const ds_batch *batch, const ds_shard_part *part,
                      ds_reduction *into, size_t at, ds_status *st)
{
    const ds_experiment *const x = shard->experiment;
    const size_t begin = part->point * ds_experiment_columns(x) + part->first;
    char *bytes = NULL;
    size_t from = 0, size = 0;
    if (part->count == 0)
        return true;
    uint64_t *const sizes = calloc(part_size(x, batch, SIZES) + 1, sizeof *sizes);
    bool ok = sizes || ds_fail(st, DS_E_SYSTEM, "no memory to read '%s'", shard->path);
    ok = ok && get_part(shard, batch, SIZES, sizes, st);
    for (size_t i = 0; ok && i < begin + part->count; i++) {
        ok = sizes[i] < PILE_MOST ||
             ds_fail(st, DS_E_DATA, "'%s' says that a series takes %llu bytes", shard->path,
                     (unsigned long long)sizes[i]);
        *(i < begin ? &from : &size) += sizes[i];
    }
    ok = ok && get_pile(shard, "reduced", from, &size, &bytes, st) &&
         merge_columns(shard, sizes + begin, part->count, bytes, into, at, st);
    free(bytes);
    free(sizes);
    return ok;
}

static bool check_states(const ds_shard *shard, const ds_batch *batch, bool *failed, ds_status *st)
{
    *failed = false;
    for (size_t i = 0; i < replicas_of(batch); i++) {
        if (batch->state[i] > DS_REPLICA_FAILED)
            return ds_fail(st, DS_E_DATA, "'%s' has replica state %d, must be 0, 1 or 2",
                           shard->path, batch->state[i]);
        *failed = *failed || batch->state[i] == DS_REPLICA_FAILED;
    }
    return true;
}

static bool get_causes(ds_shard *shard, ds_batch *batch, ds_status *st)
{
    char *bytes;
    size_t size = DS_H5_ANY;
    bool ok = get_pile(shard, "causes", 0, &size, &bytes, st);
    const char *at = bytes;
    for (size_t i = 0; ok && i < replicas_of(batch); i++) {
        if (batch->state[i] != DS_REPLICA_FAILED)
            continue;
        const char *const end = memchr(at, '\0', size - (size_t)(at - bytes));
        free(batch->cause[i]);
        batch->cause[i] = end ? strdup(at) : NULL;
        ok = batch->cause[i] ||
             ds_fail(st, end ? DS_E_SYSTEM : DS_E_DATA,
                     end ? "no memory to read '%s'" : "'%s' lacks causes", shard->path);
        at = end ? end + 1 : at;
    }
    free(bytes);
    return ok;
}

bool ds_shard_replicas(ds_shard *shard, ds_batch *batch, ds_status *st)
{
    bool failed;
    return get_part(shard, batch, OUTCOMES, batch->outcomes, st) &&
           get_part(shard, batch, WATCHED, batch->watched, st) &&
           get_part(shard, batch, STATE, batch->state, st) &&
           check_states(shard, batch, &failed, st) &&
           get_part(shard, batch, EVENTS, batch->events, st) &&
           get_part(shard, batch, CODE, batch->code, st) &&
           (!failed || get_causes(shard, batch, st));
}

static bool read_series(ds_shard *shard, ds_batch *batch, ds_status *st)
{
    const ds_experiment *const x = shard->experiment;
    ds_shard_part part = {.count = ds_experiment_columns(x)};
    bool ok = true;
    for (; ok && batch->reduced && part.point < batch->points; part.point++)
        ok = ds_shard_reduced(shard, batch, &part, batch->reduced[part.point], 0, st);
    for (size_t m = 0; ok && batch->paths && m < ds_metric_count(x->metrics); m++) {
        ds_h5 set = 0;
        ok = !batch->paths[m] || (ds_shard_paths(shard, batch, m, &set, st) &&
                                  ds_h5_read(set, x->metrics[m].wide ? DS_H5_DOUBLE : DS_H5_FLOAT,
                                             NULL, batch->paths[m], st));
        ds_h5_drop(&set);
    }
    return ok;
}

static bool read_shard(const char *folder, const ds_experiment *experiment, ds_batch *batch,
                       bool series, bool *found, ds_status *st)
{
    ds_shard shard;
    pthread_mutex_lock(&turn);
    bool ok = ds_shard_open(&shard, folder, experiment, batch, found, st);
    if (ok && *found) {
        ok = (!series || read_series(&shard, batch, st)) && ds_shard_replicas(&shard, batch, st);
        ds_shard_close(&shard);
    }
    pthread_mutex_unlock(&turn);
    *found = *found && ok;
    return ok;
}

bool ds_shard_read(const char *folder, const ds_experiment *experiment, ds_batch *batch,
                   bool *found, ds_status *st)
{
    return read_shard(folder, experiment, batch, true, found, st);
}

bool ds_shard_look(const char *folder, const ds_experiment *experiment, ds_batch *batch,
                   bool *found, ds_status *st)
{
    return read_shard(folder, experiment, batch, false, found, st);
}
