#include "shard.h"

#include "crate.h"
#include "layout.h"
#include "sealed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char ds_shard_ending[] = ".shard";

bool ds_shard_name(char path[4096], const char *folder, size_t number, ds_status *st)
{
    /* Room for ".part" too. */
    const int length = snprintf(path, 4096, "%s/%08zu%s", folder, number, ds_shard_ending);
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

typedef enum shard_part { OUTCOMES, WATCHED, STATE, EVENTS, CODE, SIZES, PARTS } shard_part;

static const struct {
    const char *name;
    size_t width;
} parts[PARTS] = {
    [OUTCOMES] = {"outcomes", sizeof(double)}, [WATCHED] = {"watched", sizeof(double)},
    [STATE] = {"state", sizeof(uint8_t)},      [EVENTS] = {"events", sizeof(uint64_t)},
    [CODE] = {"code", sizeof(int32_t)},        [SIZES] = {"reduced_sizes", sizeof(uint64_t)},
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

/* ---- writing ---- */

static bool put_part(ds_crate *crate, const ds_experiment *x, const ds_batch *batch, shard_part id,
                     const void *data, ds_status *st)
{
    return ds_crate_put(crate, parts[id].name, data, part_size(x, batch, id) * parts[id].width, st);
}

/* What stands before a chunk. */
typedef struct chunk_head {
    uint32_t size, left_out;
} chunk_head;

static bool put_chunk(ds_crate *crate, const ds_chunk *chunk, ds_status *st)
{
    const chunk_head head = {(uint32_t)chunk->size, chunk->left_out};
    return ds_crate_add(crate, &head, sizeof head, st) &&
           ds_crate_add(crate, chunk->bytes, chunk->size, st);
}

/* Chunk after chunk. */
static bool put_metric(ds_crate *crate, const char *name, const ds_h5_spec *spec, const void *paths,
                       ds_status *st)
{
    const size_t values = ds_chunk_values(spec), width = ds_h5_width(spec->type);
    size_t origin[DS_H5_RANK] = {0};
    ds_chunk chunk = {0};
    void *const block = malloc(values * width);
    bool ok = block || ds_fail(st, DS_E_SYSTEM, "no memory to store a batch");
    ok = ok && ds_crate_begin(crate, name, st);
    do {
        if (!ok)
            break;
        ds_chunk_cut(spec, paths, origin, block);
        ok = ds_chunk_pack(&chunk, block, values, width, st) && put_chunk(crate, &chunk, st);
    } while (ds_chunk_next(spec, origin));
    free(block);
    free(chunk.bytes);
    return ok && ds_crate_end(crate, st);
}

static void name_paths(const ds_experiment *x, size_t metric, char name[DS_ITEM_NAME])
{
    snprintf(name, DS_ITEM_NAME, "paths of %s", x->metrics[metric].name);
}

static bool put_paths(ds_crate *crate, const ds_experiment *x, const ds_batch *batch, ds_status *st)
{
    bool ok = true;
    for (size_t m = 0; ok && x->keep_paths && m < ds_metric_count(x->metrics); m++) {
        char name[DS_ITEM_NAME];
        if (!ds_experiment_records(x, m))
            continue;
        const ds_h5_spec spec = paths_spec(x, batch, m);
        name_paths(x, m, name);
        ok = put_metric(crate, name, &spec, batch->paths[m], st);
    }
    return ok;
}

/* Column after column of point after point, and how long each is. */
static bool put_columns(ds_crate *crate, const ds_experiment *x, const ds_batch *batch,
                        uint64_t *sizes, ds_status *st)
{
    const size_t columns = ds_experiment_columns(x);
    bool ok = ds_crate_begin(crate, "reduced", st);
    for (size_t i = 0; ok && i < batch->points * columns; i++) {
        char *bytes = NULL;
        size_t size = 0;
        ok = ds_reduction_pack(batch->reduced[i / columns], i % columns * x->times, x->times,
                               &bytes, &size, st) &&
             ds_crate_add(crate, bytes, size, st);
        free(bytes);
        sizes[i] = size;
    }
    return ok && ds_crate_end(crate, st);
}

static bool put_reduced(ds_crate *crate, const ds_experiment *x, const ds_batch *batch,
                        ds_status *st)
{
    if (x->keep_paths)
        return true;
    uint64_t *const sizes = malloc((part_size(x, batch, SIZES) + 1) * sizeof *sizes);
    bool ok = sizes || ds_fail(st, DS_E_SYSTEM, "no memory to store a batch");
    ok = ok && put_columns(crate, x, batch, sizes, st) &&
         put_part(crate, x, batch, SIZES, sizes, st);
    free(sizes);
    return ok;
}

/* The texts of those that failed, in order, each with its NUL. */
static bool put_causes(ds_crate *crate, const ds_batch *batch, ds_status *st)
{
    bool ok = ds_crate_begin(crate, "causes", st);
    for (size_t i = 0; ok && i < replicas_of(batch); i++) {
        const char *const text = batch->cause[i] ? batch->cause[i] : "";
        if (batch->state[i] == DS_REPLICA_FAILED)
            ok = ds_crate_add(crate, text, strlen(text) + 1, st);
    }
    return ok && ds_crate_end(crate, st);
}

static bool put_replicas(ds_crate *crate, const ds_experiment *x, const ds_batch *batch,
                         ds_status *st)
{
    return put_part(crate, x, batch, OUTCOMES, batch->outcomes, st) &&
           put_part(crate, x, batch, WATCHED, batch->watched, st) &&
           put_part(crate, x, batch, STATE, batch->state, st) &&
           put_part(crate, x, batch, EVENTS, batch->events, st) &&
           put_part(crate, x, batch, CODE, batch->code, st) && put_causes(crate, batch, st);
}

static bool put_head(ds_crate *crate, const ds_experiment *x, const ds_batch *batch, ds_status *st)
{
    const uint64_t number = batch->number;
    ds_hex identity;
    ds_store_identity(x, identity);
    return ds_crate_put(crate, "identity", identity, sizeof identity, st) &&
           ds_crate_put(crate, "batch", &number, sizeof number, st);
}

/* The whole file in memory, sealed. */
static bool build(const ds_experiment *x, const ds_batch *batch, ds_crate *crate, ds_status *st)
{
    if (!put_head(crate, x, batch, st) || !put_paths(crate, x, batch, st) ||
        !put_reduced(crate, x, batch, st) || !put_replicas(crate, x, batch, st))
        return false;
    ds_hex digest;
    char seal[DS_SEAL];
    ds_digest_of(crate->bytes, crate->size, digest);
    ds_seal_print(digest, seal);
    return ds_crate_add(crate, seal, sizeof seal, st);
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
    char path[4096], part[4096 + 8];
    ds_crate crate = {0};
    if (!check_batch(experiment, batch, st) || !ds_shard_name(path, folder, batch->number, st))
        return false;
    snprintf(part, sizeof part, "%s.part", path);
    const bool built = build(experiment, batch, &crate, st);
    const bool ok = built && ds_file_write(part, crate.bytes, crate.size, st) &&
                    same_as(part, crate.bytes, crate.size, st) && ds_file_publish(part, path, st);
    if (built && !ok)
        unlink(part);
    free(crate.bytes);
    return ok;
}

/* ---- reading ---- */

/* A block of exactly that size. */
static const void *block_of(const ds_shard *shard, const char *name, size_t wanted, ds_status *st)
{
    size_t size;
    const void *const block = ds_crate_find(shard->bytes, shard->size, name, &size);
    if (block && size == wanted)
        return block;
    ds_fail(st, DS_E_DATA,
            block ? "'%s' holds less or more of '%s' than it must" : "'%s' lacks '%s'", shard->path,
            name);
    return NULL;
}

static bool check_head(const ds_shard *shard, size_t wanted, ds_status *st)
{
    ds_hex identity;
    uint64_t number;
    ds_store_identity(shard->experiment, identity);
    const char *const found = block_of(shard, "identity", sizeof identity, st);
    if (!found)
        return false;
    if (memcmp(found, identity, sizeof identity) != 0)
        return ds_fail(
            st, DS_E_DATA,
            "'%s' belongs to another experiment (scenario, seed, version or build differ): its "
            "identity is %.32s, this one's is %s",
            shard->path, strspn(found, "0123456789abcdef") >= 32 ? found : "no identity", identity);
    const void *const batch = block_of(shard, "batch", sizeof number, st);
    if (!batch)
        return false;
    memcpy(&number, batch, sizeof number);
    return number == wanted || ds_fail(st, DS_E_DATA, "'%s' holds batch %llu, must be %zu",
                                       shard->path, (unsigned long long)number, wanted);
}

bool ds_shard_open(ds_shard *shard, const char *folder, const ds_experiment *experiment,
                   const ds_batch *batch, bool *found, ds_status *st)
{
    *shard = (ds_shard){.experiment = experiment};
    *found = false;
    ds_status damage = {0};
    if (!check_batch(experiment, batch, st) ||
        !ds_shard_name(shard->path, folder, batch->number, st))
        return false;
    if (!ds_file_load(shard->path, &shard->bytes, &shard->size, &damage)) {
        if (damage.code != DS_E_DATA)
            *st = st->code == DS_OK ? damage : *st;
        return damage.code == DS_E_DATA;
    }
    if (!shard->bytes)
        return true;
    *found = check_head(shard, batch->number, st);
    if (!*found)
        ds_shard_close(shard);
    return *found;
}

void ds_shard_close(ds_shard *shard)
{
    free(shard->bytes);
    shard->bytes = NULL;
}

/* Notes where each chunk lies. */
static bool note_chunks(ds_shard_paths *paths, const char *bytes, size_t size, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        chunk_head head;
        if (size < sizeof head)
            return false;
        memcpy(&head, bytes, sizeof head);
        bytes += sizeof head;
        size -= sizeof head;
        if (head.size > size)
            return false;
        paths->chunk[i] = (ds_chunk){
            .bytes = (void *)(uintptr_t)bytes, .size = head.size, .left_out = head.left_out};
        bytes += head.size;
        size -= head.size;
    }
    return size == 0;
}

static size_t chunks_along(const ds_h5_spec *spec, int dimension)
{
    return (spec->size[dimension] + spec->chunk[dimension] - 1) / spec->chunk[dimension];
}

bool ds_shard_find_paths(const ds_shard *shard, const ds_batch *batch, size_t metric,
                         ds_shard_paths *paths, ds_status *st)
{
    char name[DS_ITEM_NAME];
    size_t size, all = 1;
    *paths = (ds_shard_paths){.spec = paths_spec(shard->experiment, batch, metric), .shard = shard};
    name_paths(shard->experiment, metric, name);
    for (int i = 0; i < paths->spec.rank; i++)
        all *= chunks_along(&paths->spec, i);
    const char *const bytes = ds_crate_find(shard->bytes, shard->size, name, &size);
    if (!bytes)
        return ds_fail(st, DS_E_DATA, "'%s' lacks the %s", shard->path, name);
    paths->chunk = calloc(all, sizeof *paths->chunk);
    if (!paths->chunk)
        return ds_fail(st, DS_E_SYSTEM, "no memory to read '%s'", shard->path);
    if (note_chunks(paths, bytes, size, all))
        return true;
    free(paths->chunk);
    paths->chunk = NULL;
    return ds_fail(st, DS_E_DATA, "'%s' has damaged %s", shard->path, name);
}

const ds_chunk *ds_shard_chunk(const ds_shard_paths *paths, const size_t *origin)
{
    const ds_h5_spec *const s = &paths->spec;
    size_t index = 0;
    for (int i = 0; i < s->rank; i++)
        index = index * chunks_along(s, i) + origin[i] / s->chunk[i];
    return &paths->chunk[index];
}

static bool fetch(void *self, const size_t *origin, void *values, ds_status *st)
{
    const ds_shard_paths *const paths = self;
    const ds_h5_spec *const s = &paths->spec;
    ds_status why = {0};
    return ds_chunk_unpack(ds_shard_chunk(paths, origin), values, ds_chunk_values(s),
                           ds_h5_width(s->type), &why) ||
           ds_fail(st, why.code, "'%s': %s", paths->shard->path, why.text);
}

bool ds_shard_read_paths(const ds_shard_paths *paths, const ds_h5_box *box, void *values,
                         ds_status *st)
{
    ds_shard_paths again = *paths;
    return ds_chunks_read(&paths->spec, box, values, fetch, &again, st);
}

static bool get_part(const ds_shard *shard, const ds_batch *batch, shard_part id, void *data,
                     ds_status *st)
{
    const size_t size = part_size(shard->experiment, batch, id) * parts[id].width;
    if (size == 0)
        return true;
    const void *const block = block_of(shard, parts[id].name, size, st);
    if (block)
        memcpy(data, block, size);
    return block;
}

bool ds_shard_reduced(const ds_shard *shard, const ds_batch *batch, const ds_shard_part *part,
                      ds_reduction *into, size_t at, ds_status *st)
{
    const ds_experiment *const x = shard->experiment;
    const size_t begin = part->point * ds_experiment_columns(x) + part->first;
    size_t left;
    if (part->count == 0)
        return true;
    const uint64_t *const size =
        block_of(shard, parts[SIZES].name, part_size(x, batch, SIZES) * sizeof *size, st);
    const char *bytes = ds_crate_find(shard->bytes, shard->size, "reduced", &left);
    if (!size || !bytes)
        return ds_fail(st, DS_E_DATA, "'%s' lacks 'reduced'", shard->path);
    for (size_t i = 0; i < begin + part->count; i++) {
        if (size[i] > left)
            return ds_fail(st, DS_E_DATA, "'%s' holds less of 'reduced' than it says", shard->path);
        if (i >= begin &&
            !ds_reduction_merge(into, at + (i - begin) * x->times, x->times, bytes, size[i], st))
            return false;
        bytes += size[i];
        left -= size[i];
    }
    return true;
}

static bool check_states(const ds_shard *shard, const ds_batch *batch, ds_status *st)
{
    for (size_t i = 0; i < replicas_of(batch); i++) {
        const bool failed = batch->state[i] == DS_REPLICA_FAILED;
        if (batch->state[i] > DS_REPLICA_FAILED)
            return ds_fail(st, DS_E_DATA, "'%s' has replica state %d, must be 0, 1 or 2",
                           shard->path, batch->state[i]);
        if (failed && (batch->code[i] < DS_E_USAGE || batch->code[i] > DS_E_POLICY))
            return ds_fail(st, DS_E_DATA, "'%s' has a replica that failed with code %d",
                           shard->path, (int)batch->code[i]);
    }
    return true;
}

static bool get_causes(const ds_shard *shard, ds_batch *batch, ds_status *st)
{
    size_t left = 0;
    const char *text = ds_crate_find(shard->bytes, shard->size, "causes", &left);
    for (size_t i = 0; i < replicas_of(batch); i++) {
        if (batch->state[i] != DS_REPLICA_FAILED)
            continue;
        const char *const end = text ? memchr(text, '\0', left) : NULL;
        if (!end)
            return ds_fail(st, DS_E_DATA, "'%s' lacks causes", shard->path);
        free(batch->cause[i]);
        batch->cause[i] = strdup(text);
        if (!batch->cause[i])
            return ds_fail(st, DS_E_SYSTEM, "no memory to read '%s'", shard->path);
        left -= (size_t)(end + 1 - text);
        text = end + 1;
    }
    return true;
}

bool ds_shard_replicas(const ds_shard *shard, ds_batch *batch, ds_status *st)
{
    return get_part(shard, batch, OUTCOMES, batch->outcomes, st) &&
           get_part(shard, batch, WATCHED, batch->watched, st) &&
           get_part(shard, batch, STATE, batch->state, st) &&
           get_part(shard, batch, EVENTS, batch->events, st) &&
           get_part(shard, batch, CODE, batch->code, st) && check_states(shard, batch, st) &&
           get_causes(shard, batch, st);
}

static bool read_metric(const ds_shard *shard, ds_batch *batch, size_t metric, ds_status *st)
{
    ds_shard_paths paths;
    ds_h5_box all = {{0}, {0}};
    if (!ds_shard_find_paths(shard, batch, metric, &paths, st))
        return false;
    memcpy(all.count, paths.spec.size, sizeof all.count);
    const bool ok = ds_shard_read_paths(&paths, &all, batch->paths[metric], st);
    free(paths.chunk);
    return ok;
}

static bool read_series(const ds_shard *shard, ds_batch *batch, ds_status *st)
{
    const ds_experiment *const x = shard->experiment;
    ds_shard_part part = {.count = ds_experiment_columns(x)};
    bool ok = true;
    for (; ok && batch->reduced && part.point < batch->points; part.point++)
        ok = ds_shard_reduced(shard, batch, &part, batch->reduced[part.point], 0, st);
    for (size_t m = 0; ok && batch->paths && m < ds_metric_count(x->metrics); m++)
        ok = !batch->paths[m] || read_metric(shard, batch, m, st);
    return ok;
}

static bool read_shard(const char *folder, const ds_experiment *experiment, ds_batch *batch,
                       bool series, bool *found, ds_status *st)
{
    ds_shard shard;
    bool ok = ds_shard_open(&shard, folder, experiment, batch, found, st);
    if (ok && *found) {
        ok = (!series || read_series(&shard, batch, st)) && ds_shard_replicas(&shard, batch, st);
        ds_shard_close(&shard);
    }
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
