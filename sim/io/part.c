#include "part.h"

#include "apart.h"
#include "experiment.h"
#include "layout.h"
#include "sealed.h"
#include "shard.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME = 32, FILES_MOST = 4000 };
static const char files_name[] = "files", shards_name[] = "shards", numbers_name[] = "shard_number",
                  sizes_name[] = "shard_size";

/* ---- writing ---- */

/* All of an array. */
static bool put_array(ds_h5 group, const char *name, ds_h5_type type, size_t count,
                      const void *values, ds_status *st)
{
    const ds_h5_spec spec = {.type = type, .rank = 1, .size = {count}};
    ds_h5 set = 0;
    bool ok =
        ds_h5_set_create(group, name, &spec, &set, st) && ds_h5_write(set, type, NULL, values, st);
    return ds_h5_close(&set, st) && ok;
}

/* With its NUL, so that it is never empty. */
static bool put_long(ds_h5 group, const char *name, const char *text, ds_status *st)
{
    return put_array(group, name, DS_H5_BYTE, strlen(text) + 1, text, st);
}

static bool put_texts(ds_h5 file, const ds_experiment *x, ds_status *st)
{
    const ds_provenance *const p = &x->provenance;
    ds_hex identity;
    ds_store_identity(x, identity);
    return ds_h5_put_text(file, "kind", ds_part_kind, st) &&
           ds_h5_put_text(file, "identity", identity, st) &&
           ds_h5_put_text(file, "program", p->program, st) &&
           ds_h5_put_text(file, "version", p->version, st) &&
           ds_h5_put_text(file, "build", p->build, st) &&
           ds_h5_put_text(file, "model", x->model, st) &&
           put_long(file, "scenario", p->scenario, st) &&
           put_long(file, "resolved", p->resolved, st);
}

static bool put_counts(ds_h5 file, const ds_part *part, const ds_experiment *x, ds_status *st)
{
    const uint64_t shard = part->shard % part->shards, shards = part->shards;
    const uint64_t batches = ds_store_batches(x), files = x->provenance.file_count;
    return ds_h5_put_values(file, "seed", DS_H5_COUNT, 1, &x->provenance.seed, st) &&
           ds_h5_put_values(file, "shard", DS_H5_COUNT, 1, &shard, st) &&
           ds_h5_put_values(file, "shards", DS_H5_COUNT, 1, &shards, st) &&
           ds_h5_put_values(file, "batches", DS_H5_COUNT, 1, &batches, st) &&
           ds_h5_put_values(file, "files", DS_H5_COUNT, 1, &files, st);
}

/* Files that the scenario read: `0.name`, `0.text`, ... */
static bool put_files(ds_h5 file, const ds_provenance *p, ds_status *st)
{
    char name[NAME];
    ds_h5 group = 0;
    bool ok = p->file_count <= FILES_MOST ||
              ds_fail(st, DS_E_DATA, "%zu files are read, a part holds at most %d", p->file_count,
                      FILES_MOST);
    ok = ok && ds_h5_group_create(file, files_name, &group, st);
    for (size_t i = 0; ok && i < p->file_count; i++) {
        snprintf(name, sizeof name, "%zu.name", i);
        ok = put_long(group, name, p->file_names[i], st);
        snprintf(name, sizeof name, "%zu.text", i);
        ok = ok && put_long(group, name, p->file_texts[i], st);
    }
    ds_h5_drop(&group);
    return ok;
}

/* The shards that go into a part, their seals left out. */
typedef struct packing {
    const ds_part *part;
    const ds_experiment *x;
    const char *path; /* that is written */
    uint64_t *number, *size;
    size_t count, bytes;
} packing;

static bool measure(packing *p, ds_status *st)
{
    const size_t batches = ds_store_batches(p->x), shards = p->part->shards;
    p->number = calloc(batches, sizeof *p->number);
    p->size = calloc(batches, sizeof *p->size);
    if (!p->number || !p->size)
        return ds_fail(st, DS_E_SYSTEM, "no memory for %zu shards", batches);
    for (size_t i = p->part->shard % shards; i < batches; i += shards) {
        char path[4096];
        struct stat about;
        if (!ds_shard_name(path, p->part->folder, i, st))
            return false;
        if (stat(path, &about) != 0 || about.st_size < DS_SEAL)
            return ds_fail(st, DS_E_DATA, "'%s' is missing", path);
        p->number[p->count] = i;
        p->size[p->count] = (uint64_t)about.st_size - DS_SEAL;
        p->bytes += p->size[p->count++];
    }
    return true;
}

static bool put_shard(const packing *p, size_t index, ds_h5 set, size_t at, ds_status *st)
{
    char path[4096], *bytes = NULL;
    size_t size = 0;
    if (!ds_shard_name(path, p->part->folder, p->number[index], st) ||
        !ds_file_load(path, &bytes, &size, st))
        return false;
    const ds_h5_box box = {{at}, {size}};
    const bool ok =
        (bytes && size == p->size[index]) || ds_fail(st, DS_E_DATA, "'%s' is missing", path);
    const bool put = ok && ds_h5_write(set, DS_H5_BYTE, &box, bytes, st);
    free(bytes);
    return put;
}

static bool put_shards(ds_h5 file, const packing *p, ds_status *st)
{
    const ds_h5_spec spec = {.type = DS_H5_BYTE, .rank = 1, .size = {p->bytes}};
    ds_h5 set = 0;
    if (p->count == 0)
        return true;
    bool ok = put_array(file, numbers_name, DS_H5_COUNT, p->count, p->number, st) &&
              put_array(file, sizes_name, DS_H5_COUNT, p->count, p->size, st) &&
              ds_h5_set_create(file, shards_name, &spec, &set, st);
    for (size_t i = 0, at = 0; ok && i < p->count; at += p->size[i++])
        ok = put_shard(p, i, set, at, st);
    return ds_h5_close(&set, st) && ok;
}

static bool write_part(void *self, void *shared, ds_status *st)
{
    packing *const p = self;
    ds_h5 file = 0;
    (void)shared;
    bool ok = measure(p, st) && ds_h5_create(&file, p->path, st) && put_texts(file, p->x, st) &&
              put_counts(file, p->part, p->x, st) && put_files(file, &p->x->provenance, st) &&
              put_shards(file, p, st);
    ok = ds_h5_close(&file, st) && ok;
    free(p->number);
    free(p->size);
    return ok && ds_file_seal(p->path, st);
}

bool ds_part_write(const ds_part *part, const ds_experiment *experiment, const char *path,
                   ds_status *st)
{
    char name[4096 + 8];
    snprintf(name, sizeof name, "%s.part", path);
    packing p = {.part = part, .x = experiment, .path = name};
    char none = 0;
    const bool ok = ds_apart(write_part, &p, &none, sizeof none, "write a part", st) &&
                    ds_file_check(name, st) && ds_file_publish(name, path, st);
    if (!ok)
        unlink(name);
    return ok;
}

/* ---- reading ---- */

/* All bytes of a dataset and a NUL, in a block for free(). */
static bool get_bytes(const ds_hdf_object *group, const char *name, char **bytes, ds_status *st)
{
    const ds_h5_spec spec = {.type = DS_H5_BYTE, .rank = 1, .size = {DS_H5_ANY}};
    ds_hdf_set set;
    *bytes = NULL;
    if (!ds_hdf_find(group, name, &spec, &set, st))
        return false;
    *bytes = calloc(set.spec.size[0] + 1, 1);
    return (*bytes || ds_fail(st, DS_E_SYSTEM, "no memory to read a part")) &&
           ds_hdf_read(&set, DS_H5_BYTE, NULL, *bytes, st);
}

static bool open_part(const char *path, ds_hdf **file, ds_status *st)
{
    char *found = NULL;
    struct stat about;
    *file = NULL;
    if (stat(path, &about) != 0)
        return ds_fail(st, DS_E_INPUT, "cannot read '%s': %s", path, strerror(errno));
    if (!ds_hdf_open(file, path, st))
        return false;
    const ds_hdf_object *const root = ds_hdf_root(*file);
    const bool fits = ds_hdf_says(root, "kind") && ds_hdf_text(root, "kind", &found, st) &&
                      strcmp(found, ds_part_kind) == 0;
    free(found);
    return fits || ds_fail(st, DS_E_DATA, "'%s' is no part of a run with --shard", path);
}

static bool get_files(const ds_hdf_object *root, ds_part_head *head, uint64_t files,
                      const char *path, ds_status *st)
{
    char name[NAME];
    const ds_hdf_object *group;
    if (files > FILES_MOST)
        return ds_fail(st, DS_E_DATA, "'%s' says that it holds %llu files", path,
                       (unsigned long long)files);
    head->file_names = calloc(files + 1, sizeof *head->file_names);
    head->file_texts = calloc(files + 1, sizeof *head->file_texts);
    bool ok = (head->file_names && head->file_texts) ||
              ds_fail(st, DS_E_SYSTEM, "no memory to read '%s'", path);
    ok = ok && ds_hdf_group(root, files_name, &group, st);
    for (; ok && head->file_count < files; head->file_count++) {
        const size_t i = head->file_count;
        snprintf(name, sizeof name, "%zu.name", i);
        ok = get_bytes(group, name, &head->file_names[i], st);
        snprintf(name, sizeof name, "%zu.text", i);
        ok = ok && get_bytes(group, name, &head->file_texts[i], st);
    }
    return ok;
}

static bool get_head(const ds_hdf_object *root, ds_part_head *head, const char *path, ds_status *st)
{
    uint64_t files;
    return ds_hdf_text(root, "identity", &head->identity, st) &&
           ds_hdf_text(root, "program", &head->program, st) &&
           ds_hdf_text(root, "version", &head->version, st) &&
           ds_hdf_text(root, "build", &head->build, st) &&
           ds_hdf_text(root, "model", &head->model, st) &&
           get_bytes(root, "scenario", &head->scenario, st) &&
           get_bytes(root, "resolved", &head->resolved, st) &&
           ds_hdf_value(root, "seed", DS_H5_COUNT, &head->seed, st) &&
           ds_hdf_value(root, "shard", DS_H5_COUNT, &head->shard, st) &&
           ds_hdf_value(root, "shards", DS_H5_COUNT, &head->shards, st) &&
           ds_hdf_value(root, "batches", DS_H5_COUNT, &head->batches, st) &&
           ds_hdf_value(root, "files", DS_H5_COUNT, &files, st) &&
           get_files(root, head, files, path, st);
}

bool ds_part_read(const char *path, ds_part_head *head, ds_status *st)
{
    ds_hdf *file;
    *head = (ds_part_head){0};
    const bool ok = open_part(path, &file, st) && get_head(ds_hdf_root(file), head, path, st);
    ds_hdf_close(file);
    return ok && (head->shard < head->shards ||
                  ds_fail(st, DS_E_DATA, "'%s' says that it is share %llu of %llu", path,
                          (unsigned long long)head->shard, (unsigned long long)head->shards));
}

void ds_part_forget(ds_part_head *head)
{
    char *const own[] = {head->identity, head->program,  head->version, head->build,
                         head->model,    head->scenario, head->resolved};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        free(own[i]);
    for (size_t i = 0; head->file_names && head->file_texts && i <= head->file_count; i++) {
        free(head->file_names[i]);
        free(head->file_texts[i]);
    }
    free(head->file_names);
    free(head->file_texts);
    *head = (ds_part_head){0};
}

/* Sealed under its own name, but not synced: the part it comes from stays until all is joined.
 * There is room for the seal behind the bytes. */
static bool put_unpacked(char *bytes, size_t size, const char *path, ds_status *st)
{
    char name[4096 + 8];
    ds_hex digest;
    ds_digest_of(bytes, size, digest);
    ds_seal_print(digest, bytes + size);
    snprintf(name, sizeof name, "%s.part", path);
    return ds_file_write(name, bytes, size + DS_SEAL, st) &&
           (rename(name, path) == 0 ||
            ds_fail(st, DS_E_IO, "cannot create '%s': %s", path, strerror(errno)));
}

/* The shards of a part that is open. */
typedef struct unpacking {
    const char *path, *folder;
    ds_hdf_set bytes;
    uint64_t *number, *size;
    size_t count;
} unpacking;

/* A shard's file is what a run would have written; one that is there already must be the same. */
static bool unpack_one(const unpacking *u, size_t index, size_t at, ds_status *st)
{
    char target[4096], *there = NULL;
    const size_t size = u->size[index], number = u->number[index];
    size_t length = 0;
    ds_status damage = {0};
    const ds_h5_box box = {{at}, {size}};
    if (!ds_shard_name(target, u->folder, number, st))
        return false;
    char *const bytes = malloc(size + DS_SEAL);
    bool ok = (bytes || ds_fail(st, DS_E_SYSTEM, "no memory to unpack a shard")) &&
              ds_hdf_read(&u->bytes, DS_H5_BYTE, &box, bytes, st);
    if (ok && ds_file_load(target, &there, &length, &damage) && there)
        ok = (length == size && memcmp(bytes, there, size) == 0) ||
             ds_fail(st, DS_E_DATA, "'%s' and another part both hold batch %zu, and differ",
                     u->path, number);
    else if (damage.code != DS_OK && damage.code != DS_E_DATA)
        ok = ds_fail(st, damage.code, "%s", damage.text);
    else
        ok = ok && put_unpacked(bytes, size, target, st);
    free(bytes);
    free(there);
    return ok;
}

static bool get_counts(const ds_hdf_object *root, const char *name, uint64_t **values,
                       size_t *count, ds_status *st)
{
    const ds_h5_spec spec = {.type = DS_H5_COUNT, .rank = 1, .size = {*count}};
    ds_hdf_set set;
    if (!ds_hdf_find(root, name, &spec, &set, st))
        return false;
    *count = set.spec.size[0];
    *values = calloc(*count, sizeof **values);
    return (*values || ds_fail(st, DS_E_SYSTEM, "no memory to read a part")) &&
           ds_hdf_read(&set, DS_H5_COUNT, NULL, *values, st);
}

static bool find_shards(const ds_hdf_object *root, unpacking *u, ds_status *st)
{
    const ds_h5_spec spec = {.type = DS_H5_BYTE, .rank = 1, .size = {DS_H5_ANY}};
    if (!ds_hdf_has(root, numbers_name))
        return true;
    u->count = DS_H5_ANY;
    return get_counts(root, numbers_name, &u->number, &u->count, st) &&
           get_counts(root, sizes_name, &u->size, &u->count, st) &&
           ds_hdf_find(root, shards_name, &spec, &u->bytes, st);
}

static bool unpack_all(const unpacking *u, bool *found, size_t batches, ds_status *st)
{
    size_t at = 0;
    for (size_t i = 0; i < u->count; i++) {
        const size_t left = u->bytes.spec.size[0] - at;
        if (u->number[i] >= batches || u->size[i] == 0 || u->size[i] > left)
            return ds_fail(st, DS_E_DATA, "'%s' holds something that is no shard of it", u->path);
        if (!unpack_one(u, i, at, st))
            return false;
        found[u->number[i]] = true;
        at += u->size[i];
    }
    return true;
}

bool ds_part_unpack(const char *path, const char *folder, bool *found, size_t batches,
                    ds_status *st)
{
    ds_hdf *file;
    unpacking u = {.path = path, .folder = folder};
    const bool ok = open_part(path, &file, st) && find_shards(ds_hdf_root(file), &u, st) &&
                    unpack_all(&u, found, batches, st);
    free(u.number);
    free(u.size);
    ds_hdf_close(file);
    return ok;
}
