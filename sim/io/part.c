#include "part.h"

#include "experiment.h"
#include "h5.h"
#include "layout.h"
#include "sealed.h"
#include "shard.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME = 32, FILES_MOST = 100000 };
static const char shards_name[] = "shards", files_name[] = "files";

static bool put_bytes(ds_h5 group, const char *name, const char *bytes, size_t size, ds_status *st)
{
    const ds_h5_spec spec = {.type = DS_H5_BYTE, .rank = 1, .size = {size}};
    ds_h5 set = 0;
    bool ok = ds_h5_set_create(group, name, &spec, &set, st) &&
              (size == 0 || ds_h5_write(set, DS_H5_BYTE, NULL, bytes, st));
    return ds_h5_close(&set, st) && ok;
}

/* All bytes of a dataset and a NUL, in a block for free(). */
static bool get_bytes(ds_h5 group, const char *name, char **bytes, size_t *size, ds_status *st)
{
    ds_h5_spec spec = {.type = DS_H5_BYTE, .rank = 1, .size = {DS_H5_ANY}};
    ds_h5 set = 0;
    *bytes = NULL;
    if (!ds_h5_set_open(group, name, &spec, &set, st))
        return false;
    *size = spec.size[0];
    *bytes = calloc(*size + 1, 1);
    const bool ok = (*bytes || ds_fail(st, DS_E_SYSTEM, "no memory to read a part")) &&
                    (*size == 0 || ds_h5_read(set, DS_H5_BYTE, NULL, *bytes, st));
    ds_h5_drop(&set);
    return ok;
}

/* ---- writing ---- */

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
           put_bytes(file, "scenario", p->scenario, strlen(p->scenario), st) &&
           put_bytes(file, "resolved", p->resolved, strlen(p->resolved), st);
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
    bool ok = ds_h5_group_create(file, files_name, &group, st);
    for (size_t i = 0; ok && i < p->file_count; i++) {
        snprintf(name, sizeof name, "%zu.name", i);
        ok = put_bytes(group, name, p->file_names[i], strlen(p->file_names[i]), st);
        snprintf(name, sizeof name, "%zu.text", i);
        ok = ok && put_bytes(group, name, p->file_texts[i], strlen(p->file_texts[i]), st);
    }
    ds_h5_drop(&group);
    return ok;
}

static bool put_shard(ds_h5 group, const char *folder, size_t number, ds_status *st)
{
    char path[4096], name[NAME], *bytes = NULL;
    size_t size = 0;
    if (!ds_shard_name(path, folder, number, st) || !ds_file_load(path, &bytes, &size, st))
        return false;
    snprintf(name, sizeof name, "%zu", number);
    const bool ok = bytes ? put_bytes(group, name, bytes, size, st)
                          : ds_fail(st, DS_E_DATA, "'%s' is missing", path);
    free(bytes);
    return ok;
}

static bool put_shards(ds_h5 file, const ds_part *part, const ds_experiment *x, ds_status *st)
{
    ds_h5 group = 0;
    bool ok = ds_h5_group_create(file, shards_name, &group, st);
    for (size_t i = 0; ok && i < ds_store_batches(x); i++)
        ok =
            i % part->shards != part->shard % part->shards || put_shard(group, part->folder, i, st);
    ds_h5_drop(&group);
    return ok;
}

bool ds_part_write(const ds_part *part, const ds_experiment *experiment, const char *path,
                   ds_status *st)
{
    ds_h5 file = 0;
    char name[4096 + 8];
    snprintf(name, sizeof name, "%s.part", path);
    bool ok = ds_h5_create(&file, name, st) && put_texts(file, experiment, st) &&
              put_counts(file, part, experiment, st) &&
              put_files(file, &experiment->provenance, st) &&
              put_shards(file, part, experiment, st);
    ok = ds_h5_close(&file, st) && ok;
    ok = ok && ds_file_seal(name, st) && ds_file_check(name, st) && ds_file_publish(name, path, st);
    if (!ok)
        unlink(name);
    return ok;
}

/* ---- reading ---- */

static bool open_part(const char *path, ds_h5 *file, ds_status *st)
{
    char *found = NULL;
    struct stat about;
    if (stat(path, &about) != 0)
        return ds_fail(st, DS_E_INPUT, "cannot read '%s': there is no such file", path);
    if (!ds_file_check(path, st) || !ds_h5_open(file, path, st))
        return false;
    ds_status none = {0};
    const bool fits =
        ds_h5_get_text(*file, "kind", &found, &none) && strcmp(found, ds_part_kind) == 0;
    free(found);
    if (!fits)
        ds_h5_drop(file);
    return fits || ds_fail(st, DS_E_DATA, "'%s' is no part of a run with --shard", path);
}

static bool get_files(ds_h5 file, ds_part_head *head, uint64_t files, const char *path,
                      ds_status *st)
{
    char name[NAME];
    size_t size;
    ds_h5 group = 0;
    if (files > FILES_MOST)
        return ds_fail(st, DS_E_DATA, "'%s' says that it holds %llu files", path,
                       (unsigned long long)files);
    head->file_names = calloc(files + 1, sizeof *head->file_names);
    head->file_texts = calloc(files + 1, sizeof *head->file_texts);
    bool ok = (head->file_names && head->file_texts) ||
              ds_fail(st, DS_E_SYSTEM, "no memory to read '%s'", path);
    ok = ok && ds_h5_group_open(file, files_name, &group, st);
    for (; ok && head->file_count < files; head->file_count++) {
        const size_t i = head->file_count;
        snprintf(name, sizeof name, "%zu.name", i);
        ok = get_bytes(group, name, &head->file_names[i], &size, st);
        snprintf(name, sizeof name, "%zu.text", i);
        ok = ok && get_bytes(group, name, &head->file_texts[i], &size, st);
    }
    ds_h5_drop(&group);
    return ok;
}

bool ds_part_read(const char *path, ds_part_head *head, ds_status *st)
{
    ds_h5 file = 0;
    uint64_t files;
    size_t size;
    *head = (ds_part_head){0};
    if (!open_part(path, &file, st))
        return false;
    const bool ok = ds_h5_get_text(file, "identity", &head->identity, st) &&
                    ds_h5_get_text(file, "program", &head->program, st) &&
                    ds_h5_get_text(file, "version", &head->version, st) &&
                    ds_h5_get_text(file, "build", &head->build, st) &&
                    ds_h5_get_text(file, "model", &head->model, st) &&
                    get_bytes(file, "scenario", &head->scenario, &size, st) &&
                    get_bytes(file, "resolved", &head->resolved, &size, st) &&
                    ds_h5_get_value(file, "seed", DS_H5_COUNT, &head->seed, st) &&
                    ds_h5_get_value(file, "shard", DS_H5_COUNT, &head->shard, st) &&
                    ds_h5_get_value(file, "shards", DS_H5_COUNT, &head->shards, st) &&
                    ds_h5_get_value(file, "batches", DS_H5_COUNT, &head->batches, st) &&
                    ds_h5_get_value(file, "files", DS_H5_COUNT, &files, st) &&
                    get_files(file, head, files, path, st);
    ds_h5_drop(&file);
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

/* Sealed under its own name, but not synced: the part it comes from stays until all is joined. */
static bool put_unpacked(char **bytes, size_t size, const char *path, ds_status *st)
{
    char name[4096 + 8];
    ds_hex digest;
    char *const more = realloc(*bytes, size + DS_SEAL);
    if (!more)
        return ds_fail(st, DS_E_SYSTEM, "no memory to unpack a shard");
    *bytes = more;
    ds_digest_of(more, size, digest);
    ds_seal_print(digest, more + size);
    snprintf(name, sizeof name, "%s.part", path);
    return ds_file_write(name, more, size + DS_SEAL, st) &&
           (rename(name, path) == 0 ||
            ds_fail(st, DS_E_IO, "cannot create '%s': %s", path, strerror(errno)));
}

/* A shard's file is what a run would have written; one that is there already must be the same. */
static bool unpack_one(ds_h5 group, const char *name, const char *path, const char *part,
                       ds_status *st)
{
    char *bytes = NULL, *there = NULL;
    size_t size = 0, length = 0;
    ds_status damage = {0};
    bool ok = get_bytes(group, name, &bytes, &size, st);
    if (ok && ds_file_load(path, &there, &length, &damage) && there)
        ok = (length == size && memcmp(bytes, there, size) == 0) ||
             ds_fail(st, DS_E_DATA, "'%s' and another part both hold batch %s, and differ", part,
                     name);
    else
        ok = ok && put_unpacked(&bytes, size, path, st);
    free(bytes);
    free(there);
    return ok;
}

bool ds_part_unpack(const char *path, const char *folder, bool *found, size_t batches,
                    ds_status *st)
{
    char **names = NULL, target[4096], *end;
    size_t count = 0;
    ds_h5 file = 0, group = 0;
    bool ok = open_part(path, &file, st) && ds_h5_group_open(file, shards_name, &group, st) &&
              ds_h5_names(group, &names, &count, st);
    for (size_t i = 0; ok && i < count; i++) {
        const size_t number = strtoull(names[i], &end, 10);
        ok = (end != names[i] && !*end && number < batches) ||
             ds_fail(st, DS_E_DATA, "'%s' holds something that is no shard of it", path);
        ok = ok && ds_shard_name(target, folder, number, st) &&
             unpack_one(group, names[i], target, path, st);
        if (ok)
            found[number] = true;
    }
    free(names);
    ds_h5_drop(&group);
    ds_h5_drop(&file);
    return ok;
}
