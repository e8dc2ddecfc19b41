#include "override.h"

#include "complain.h"
#include "fallback.h"
#include "merge.h"
#include "yaml.h"

#include "sim/core/nearest.h"

#include <stdio.h>
#include <string.h>

/* ---- defaults in full ---- */

static ds_node *entries_over(ds_binder *b, const ds_param *p, ds_node *fallback, ds_node *said)
{
    if (!fallback || said->shape != DS_MAPPING)
        return said;
    const ds_param entry = {.name = p->name, .kind = DS_GROUP, .table = p->table};
    ds_node *const map = ds_node_new(b->pool, DS_MAPPING, said->from, said->line, said->column);
    for (uint32_t i = 0; i < said->count; i++) {
        ds_node *const under = ds_node_get(fallback, said->key[i]->scalar, NULL);
        ds_node_add(b->pool, map, said->key[i],
                    under ? ds_merge_value(b, &entry, under, said->item[i]) : said->item[i]);
    }
    return map;
}

static ds_node *replaced(ds_pool *pool, ds_node *mapping, const char *key, ds_node *item)
{
    ds_node *const over = ds_node_without(pool, mapping, key);
    ds_node_add(pool, over, ds_node_scalar(pool, mapping, key), item);
    return over;
}

static bool group_in_full(ds_binder *b, const ds_param *p, ds_node *node, ds_node **item)
{
    ds_node *const group =
        *item ? *item : ds_node_new(b->pool, DS_MAPPING, node->from, node->line, node->column);
    if (group->shape != DS_MAPPING)
        return true;
    ds_node *whole;
    if (!ds_with_defaults(b, p->table, group, &whole))
        return false;
    if (whole != group)
        *item = whole;
    return true;
}

/* A mapping without the tag means the default's alternative, with the default's keys. */
static bool choice_in_full(ds_binder *b, const ds_param *p, ds_node **item)
{
    ds_node *fallback;
    if (p->merged || (*item && (*item)->shape != DS_MAPPING))
        return true;
    if (!ds_fallback(b, p, &fallback))
        return false;
    if (fallback && !*item)
        *item = fallback;
    else if (fallback && !ds_node_get(*item, p->tag, NULL))
        *item = ds_merge_value(b, p, fallback, *item);
    return true;
}

static bool map_in_full(ds_binder *b, const ds_param *p, ds_node **item)
{
    ds_node *fallback;
    if (!ds_fallback(b, p, &fallback))
        return false;
    *item = *item ? entries_over(b, p, fallback, *item) : fallback;
    return true;
}

static bool in_full(ds_binder *b, const ds_param *p, ds_node *node, ds_node **item)
{
    switch (p->kind) {
    case DS_GROUP:
        return group_in_full(b, p, node, item);
    case DS_MAP:
        return map_in_full(b, p, item);
    case DS_CHOICE:
        return choice_in_full(b, p, item);
    default:
        return true;
    }
}

bool ds_with_defaults(ds_binder *b, const ds_param *table, ds_node *node, ds_node **out)
{
    *out = node;
    for (const ds_param *p = table; p && p->name; p++) {
        ds_node *const said = ds_node_get(*out, p->name, NULL);
        ds_node *item = said;
        if (!in_full(b, p, node, &item))
            return false;
        if (item && item != said)
            *out = replaced(b->pool, *out, p->name, item);
    }
    return true;
}

/* ---- paths ---- */

enum { WORDS = 16 };

typedef struct walk {
    ds_binder *b;
    const ds_node *path;
    const char *word[WORDS];
    int column[WORDS], count;
} walk;

static bool split(walk *k)
{
    char *const copy = ds_pool_copy(k->b->pool, k->path->scalar, strlen(k->path->scalar));
    for (char *at = copy; at; k->count++) {
        char *const dot = strchr(at, '.');
        if (dot)
            *dot = '\0';
        if (!*at || k->count == WORDS)
            return ds_complain(k->b->st, k->path, "'%s' is not a path of keys such as a.b.c",
                               ds_quote(k->b->pool, k->path->scalar));
        k->word[k->count] = at;
        k->column[k->count] = k->path->column + (int)(at - copy);
        at = dot ? dot + 1 : NULL;
    }
    return true;
}

static ds_node *key_node(walk *k, int i)
{
    ds_node *const key =
        ds_node_new(k->b->pool, DS_SCALAR, k->path->from, k->path->line, k->column[i]);
    key->scalar = k->word[i];
    return key;
}

static bool unknown(walk *k, int i, const char *what, const ds_nearest *nearest)
{
    const ds_node *const at = key_node(k, i);
    const char *const name = ds_quote(k->b->pool, k->word[i]);
    if (nearest->best)
        return ds_complain(k->b->st, at, "unknown %s '%s', did you mean '%s'?", what, name,
                           nearest->best);
    if (*nearest->all)
        return ds_complain(k->b->st, at, "unknown %s '%s' (one of: %s)", what, name, nearest->all);
    return ds_complain(k->b->st, at, "unknown %s '%s'", what, name);
}

/* An entry of a map must exist: a misspelt cohort is not a new one. */
static bool check_entry(walk *k, int i, const ds_node *map)
{
    ds_nearest nearest = ds_nearest_to(k->word[i]);
    for (uint32_t e = 0; map && map->shape == DS_MAPPING && e < map->count; e++) {
        if (strcmp(map->key[e]->scalar, k->word[i]) == 0)
            return true;
        ds_nearest_try(&nearest, map->key[e]->scalar);
    }
    return unknown(k, i, "entry", &nearest);
}

/* Tables that words below a parameter are looked up in; none below a choice, whose keys depend on
 * it. */
static bool step(walk *k, int i, const ds_param *const tables[2], const ds_param **found)
{
    *found = NULL;
    for (int t = 0; t < 2 && !*found; t++)
        *found = ds_param_find(tables[t], k->word[i]);
    if (*found)
        return true;
    ds_nearest nearest = ds_nearest_to(k->word[i]);
    for (int t = 0; t < 2; t++)
        for (const ds_param *p = tables[t]; p && p->name; p++)
            ds_nearest_try(&nearest, p->name);
    return unknown(k, i, "key", &nearest);
}

static bool check_words(walk *k, const ds_param *const tables[2], const ds_node *root)
{
    const ds_param *level[2] = {tables[0], tables[1]};
    const ds_node *at = root;
    for (int i = 0; i < k->count; i++) {
        const ds_param *p;
        if (!step(k, i, level, &p))
            return false;
        at = ds_node_get(at, p->name, NULL);
        if (p->kind == DS_MAP && i + 1 < k->count) {
            if (!check_entry(k, ++i, at))
                return false;
            at = ds_node_get(at, k->word[i], NULL);
        }
        if (p->kind != DS_GROUP && p->kind != DS_MAP)
            return true; /* what is below is bound, and checked, with the value */
        level[0] = p->table;
        level[1] = NULL;
    }
    return true;
}

bool ds_override_nest(ds_binder *b, const ds_param *const tables[2], const ds_node *root,
                      const ds_node *path, ds_node *value, ds_node **out)
{
    walk k = {.b = b, .path = path};
    if (!split(&k) || !check_words(&k, tables, root))
        return false;
    ds_node *over = value;
    for (int i = k.count - 1; i >= 0; i--) {
        ds_node *const key = key_node(&k, i);
        ds_node *const mapping =
            ds_node_new(b->pool, DS_MAPPING, key->from, key->line, key->column);
        ds_node_add(b->pool, mapping, key, over);
        over = mapping;
    }
    *out = over;
    return true;
}

/* The parameter of a name in a table; in a choice that stands in the mapping, of the form that it
 * has there, or else of any. */
static const ds_param *named(ds_binder *b, const ds_param *table, const ds_node *at,
                             const char *word)
{
    for (const ds_param *p = table; p && p->name; p++) {
        if (!p->merged && strcmp(p->name, word) == 0)
            return p;
        if (!p->merged)
            continue;
        const ds_alternative *const picked = ds_fallback_pick(b, p, at);
        const ds_param *found = picked ? named(b, picked->params, at, word) : NULL;
        for (const ds_alternative *const *a = p->alternatives; !found && *a; a++)
            found = named(b, (*a)->params, at, word);
        if (found)
            return found;
    }
    return NULL;
}

static const ds_param *below(ds_binder *b, const ds_param *p, const ds_node *at, const char *word)
{
    ds_param inside[2] = {*p, {0}};
    inside[0].merged = true; /* as its keys are, seen from within */
    return named(b, p->kind == DS_CHOICE ? inside : p->table, at, word);
}

const ds_param *ds_override_param(ds_binder *b, const ds_param *table, const ds_node *root,
                                  const ds_node *path)
{
    walk k = {.b = b, .path = path};
    const ds_param *p = NULL;
    const ds_node *at = root;
    if (!split(&k))
        return NULL;
    for (int i = 0; i < k.count; i++) {
        p = p ? below(b, p, at, k.word[i]) : named(b, table, at, k.word[i]);
        if (!p)
            return NULL;
        at = ds_node_get(at, k.word[i], NULL);
        if (p->kind == DS_MAP && ++i < k.count)
            at = ds_node_get(at, k.word[i], NULL);
    }
    return p && p->kind != DS_MAP ? p : NULL;
}

bool ds_override(ds_binder *b, const ds_param *const tables[2], ds_node **root, const ds_node *path,
                 ds_node *value)
{
    ds_node *over;
    if (!ds_override_nest(b, tables, *root, path, value, &over))
        return false;
    *root = ds_merge(b, tables, *root, over);
    return true;
}

static ds_text *set_text(ds_pool *pool, const char *text)
{
    ds_text *const t = ds_pool_take(pool, sizeof *t);
    const size_t size = strlen(text);
    *t = (ds_text){
        .name = "--set", .folder = ".", .text = ds_pool_copy(pool, text, size), .size = size};
    return t;
}

static bool read_set(ds_binder *b, const char *set, ds_node **path, ds_node **value)
{
    const ds_text *const whole = set_text(b->pool, set);
    const char *const equals = strchr(set, '=');
    if (!equals || equals == set)
        return ds_fail(b->st, DS_E_USAGE, "'--set' is '%s', must be KEY.PATH=VALUE",
                       ds_quote(b->pool, set));
    const size_t length = (size_t)(equals - set);
    *path = ds_node_new(b->pool, DS_SCALAR, whole, 1, 1);
    (*path)->scalar = ds_pool_copy(b->pool, set, length);
    if (equals[1 + strspn(equals + 1, " \t")] == '\0')
        return ds_complain_at(b->st, whole, 1, (int)whole->size + 1, "a value is missing");
    return ds_yaml_parse_behind(b->pool, whole, length + 1, value, b->st);
}

bool ds_override_value(ds_binder *b, const char *set, const ds_node **value)
{
    ds_node *path = NULL, *read = NULL;
    if (!read_set(b, set, &path, &read))
        return false;
    *value = read;
    return true;
}

bool ds_override_set(ds_binder *b, const ds_param *const tables[2], ds_node **root, const char *set)
{
    ds_node *path = NULL, *value = NULL;
    if (!read_set(b, set, &path, &value))
        return false;
    if (strcmp(path->scalar, "include") == 0)
        return ds_complain(b->st, path, "'include' must stand in the scenario itself");
    return ds_override(b, tables, root, path, value);
}

/* Length of the path of what a path, up to an '=', picks an alternative of; 0: it picks none. */
static size_t picks(ds_binder *b, const ds_param *table, const ds_node *root, const char *set)
{
    const size_t length = strcspn(set, "=");
    const char *const path = ds_pool_copy(b->pool, set, length), *const dot = strrchr(path, '.');
    if (!dot)
        return 0;
    ds_node *const of = ds_node_new(b->pool, DS_SCALAR, set_text(b->pool, set), 1, 1);
    of->scalar = ds_pool_copy(b->pool, path, (size_t)(dot - path));
    ds_status *const st = b->st, unheard = {0}; /* who lays it will complain, at its place */
    b->st = &unheard;
    const ds_param *const p = ds_override_param(b, table, root, of);
    b->st = st;
    return p && p->kind == DS_CHOICE && strcmp(p->tag, dot + 1) == 0 ? (size_t)(dot - path) : 0;
}

/* Whether a path says all of what another picks an alternative of, or picks one itself. */
static bool bears_on(const char *set, const char *pick, size_t choice)
{
    const size_t length = strcspn(set, "=");
    const size_t whole = strcspn(pick, "=");
    if (length <= choice)
        return memcmp(set, pick, length) == 0 && (length == choice || pick[length] == '.');
    return length == whole && memcmp(set, pick, whole) == 0;
}

const uint32_t *ds_override_order(ds_binder *b, const ds_param *table, const ds_node *root,
                                  const char *const *paths, size_t count)
{
    uint32_t *const order = ds_pool_take(b->pool, (count + 1) * sizeof *order);
    for (uint32_t i = 0; i < count; i++) {
        const size_t choice = picks(b, table, root, paths[i]);
        size_t to = i;
        for (; choice && to > 0 && !bears_on(paths[order[to - 1]], paths[i], choice); to--)
            order[to] = order[to - 1];
        order[to] = i;
    }
    return order;
}

const uint32_t *ds_override_order_of(ds_binder *b, const ds_param *table, const ds_node *root,
                                     const ds_node *mapping)
{
    const char **const paths = ds_pool_take(b->pool, (mapping->count + 1) * sizeof *paths);
    for (uint32_t i = 0; i < mapping->count; i++)
        paths[i] = mapping->key[i]->scalar;
    return ds_override_order(b, table, root, paths, mapping->count);
}

bool ds_override_sets(ds_binder *b, const ds_param *const tables[2], ds_node **root,
                      const char *const *sets, size_t count)
{
    const uint32_t *const order = ds_override_order(b, tables[1], *root, sets, count);
    for (size_t i = 0; i < count; i++)
        if (!ds_override_set(b, tables, root, sets[order[i]]))
            return false;
    return true;
}
