#include "suite.h"

#include "complain.h"
#include "yaml.h"

#include "sim/core/nearest.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char shipped[] = "stress", ending[] = ".yaml";
enum { PRESETS_MOST = 200 };

typedef struct reader {
    ds_binder *b;
    const char *key;
    ds_suite *suite;
    ds_status *st;
} reader;

/* ---- one preset ---- */

static const char *words_of(ds_pool *pool, const ds_node *node, const char *otherwise)
{
    const ds_node *said = ds_node_get(node, "description", NULL);
    said = said ? said : ds_node_get(node, "title", NULL);
    return ds_escape(pool, said && said->shape == DS_SCALAR ? said->scalar : otherwise);
}

static bool check_preset(const reader *r, const char *name, const ds_node *at)
{
    const ds_suite *const suite = r->suite;
    if (suite->count == PRESETS_MOST)
        return ds_complain(r->st, at, "more than %d presets", PRESETS_MOST);
    if (!*name)
        return ds_complain(r->st, at, "a preset must have a name");
    for (size_t i = 0; i < suite->count; i++)
        if (strcmp(suite->preset[i].name, name) == 0)
            return ds_complain(r->st, at, "there are two presets of the name '%s'", name);
    return true;
}

static bool add(const reader *r, const char *name, const ds_node *at, const ds_node *node)
{
    ds_suite *const suite = r->suite;
    const ds_node *const strikes = ds_node_get(node, r->key, NULL);
    if (strikes->shape != DS_MAPPING || strikes->count == 0)
        return ds_complain(r->st, strikes, "'%s' of a preset must be a mapping of names to shocks",
                           r->key);
    const char *const shown = ds_escape(r->b->pool, name);
    if (!check_preset(r, shown, at))
        return false;
    if (!suite->preset)
        suite->preset = ds_pool_take(r->b->pool, PRESETS_MOST * sizeof *suite->preset);
    suite->preset[suite->count++] = (ds_preset){
        .name = shown, .title = words_of(r->b->pool, node, ""), .at = at, .strikes = strikes};
    return true;
}

/* ---- a file ---- */

static bool add_listed(const reader *r, const ds_node *list)
{
    if (list->shape != DS_MAPPING || list->count == 0)
        return ds_complain(r->st, list, "'presets' must be a mapping of names to presets");
    for (uint32_t i = 0; i < list->count; i++) {
        const ds_node *const item = list->item[i];
        if (!ds_node_get(item, r->key, NULL))
            return ds_complain(r->st, list->key[i], "the preset '%s' has no '%s'",
                               ds_quote(r->b->pool, list->key[i]->scalar), r->key);
        if (!add(r, list->key[i]->scalar, list->key[i], item))
            return false;
    }
    return true;
}

static const char *stem(ds_pool *pool, const char *path)
{
    const char *const slash = strrchr(path, '/');
    const char *const name = slash ? slash + 1 : path;
    const char *const dot = strrchr(name, '.');
    return ds_pool_copy(pool, name, dot && dot > name ? (size_t)(dot - name) : strlen(name));
}

/* `needed`: a file without shocks is an error; else it is passed over. */
static bool read_file(const reader *r, const char *path, bool needed)
{
    ds_pool *const pool = r->b->pool;
    ds_text *const text = ds_pool_take(pool, sizeof *text);
    ds_node *node;
    *text = (ds_text){.name = ds_escape(pool, path)};
    r->suite->file[r->suite->files++] = path;
    if (!ds_file_slurp(pool, path, DS_SCENARIO_MOST, &text->text, &text->size, r->st) ||
        !ds_yaml_parse(pool, text, &node, r->st))
        return false;
    const ds_node *const list = ds_node_get(node, "presets", NULL);
    if (list)
        return add_listed(r, list);
    if (ds_node_get(node, r->key, NULL))
        return add(r, stem(pool, path), node, node);
    return !needed || ds_complain(r->st, node,
                                  "neither '%s' nor 'presets' is in it, so it is no suite of a "
                                  "stress test",
                                  r->key);
}

/* ---- a folder ---- */

static int is_scenario(const struct dirent *entry)
{
    const size_t length = strlen(entry->d_name), tail = sizeof ending - 1;
    return entry->d_name[0] != '.' && length > tail &&
           strcmp(entry->d_name + length - tail, ending) == 0;
}

/* In an order that no locale changes. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool read_folder(const reader *r, const char *path)
{
    struct dirent **entry = NULL;
    const int count = scandir(path, &entry, is_scenario, by_name);
    r->suite->file = ds_pool_take(r->b->pool, ((size_t)count + 1) * sizeof *r->suite->file);
    bool ok = count >= 0 || ds_fail(r->st, DS_E_INPUT, "cannot read the folder '%s': %s",
                                    ds_escape(r->b->pool, path), strerror(errno));
    for (int i = 0; i < count; i++) {
        ok = ok && read_file(r, ds_pool_print(r->b->pool, "%s/%s", path, entry[i]->d_name), false);
        free(entry[i]);
    }
    free(entry);
    return ok && (r->suite->count > 0 ||
                  ds_fail(r->st, DS_E_DATA, "no scenario in the folder '%s' has '%s'",
                          ds_escape(r->b->pool, path), r->key));
}

/* ---- finding it ---- */

static bool exists(const char *path, struct stat *info)
{
    return path && stat(path, info) == 0;
}

static const char *find(ds_binder *b, const char *name, struct stat *info)
{
    const ds_files *const f = b->files;
    const char *const below =
        f->presets ? ds_pool_print(b->pool, "%s/%s", f->presets, shipped) : NULL;
    const char *const folders[] = {".", f->home, f->presets, below};
    if (name[0] == '/')
        return exists(name, info) ? name : NULL;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        const char *const plain = i == 0       ? name
                                  : folders[i] ? ds_pool_print(b->pool, "%s/%s", folders[i], name)
                                               : NULL;
        if (exists(plain, info))
            return plain;
        const char *const whole = plain ? ds_pool_print(b->pool, "%s%s", plain, ending) : NULL;
        if (exists(whole, info))
            return whole;
    }
    return NULL;
}

static bool unknown(const reader *r, const char *name)
{
    const ds_files *const f = r->b->files;
    ds_pool *const pool = r->b->pool;
    ds_nearest nearest = ds_nearest_to(name);
    struct dirent **entry = NULL;
    const int count = f->presets ? scandir(ds_pool_print(pool, "%s/%s", f->presets, shipped),
                                           &entry, is_scenario, by_name)
                                 : 0;
    ds_nearest_try(&nearest, shipped);
    for (int i = 0; i < count; i++) {
        ds_nearest_try(&nearest, stem(pool, entry[i]->d_name));
        free(entry[i]);
    }
    free(entry);
    return ds_fail(r->st, DS_E_USAGE,
                   "there is no suite '%s'%s: a folder or a file, here, beside the scenario or "
                   "in scenarios/%s",
                   ds_quote(pool, name), ds_nearest_or(&nearest, ""), shipped);
}

/* The shipped one is not looked for anywhere else. */
static const char *locate(ds_binder *b, const char *name, struct stat *info)
{
    if (name)
        return find(b, name, info);
    const char *const path =
        b->files->presets ? ds_pool_print(b->pool, "%s/%s", b->files->presets, shipped) : NULL;
    return exists(path, info) ? path : NULL;
}

bool ds_suite_read(ds_binder *b, const char *name, const char *key, ds_suite *suite, ds_status *st)
{
    const reader r = {b, key, suite, st};
    struct stat info;
    *suite = (ds_suite){0};
    suite->name = locate(b, name, &info);
    if (!suite->name)
        return unknown(&r, name ? name : shipped);
    if (S_ISDIR(info.st_mode))
        return read_folder(&r, suite->name);
    suite->file = ds_pool_take(b->pool, sizeof *suite->file);
    return read_file(&r, suite->name, true);
}
