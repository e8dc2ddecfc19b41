#include "merge.h"

#include "fallback.h"
#include "outside.h"

#include <string.h>

/* The parameter that a key of a mapping names, also of a choice that stands in the mapping. */
static const ds_param *find(ds_binder *b, const ds_param *table, const ds_node *mapping,
                            const char *key)
{
    for (const ds_param *p = table; p && p->name; p++) {
        if (!p->merged && strcmp(p->name, key) == 0)
            return p;
        if (!p->merged)
            continue;
        const ds_alternative *const as = ds_fallback_pick(b, p, mapping);
        const ds_param *const inner = as ? find(b, as->params, mapping, key) : NULL;
        if (inner || strcmp(p->tag, key) == 0)
            return inner ? inner : p;
    }
    return NULL;
}

/* The parameter at the end of a dotted path, as a key of DS_CHANGES can be; NULL where an entry of
 * a map is. */
static const ds_param *find_path(ds_binder *b, const ds_param *table, const ds_node *mapping,
                                 const char *path)
{
    const char *const dot = strchr(path, '.');
    if (!dot)
        return find(b, table, mapping, path);
    const ds_param *const p =
        ds_param_find(table, ds_pool_copy(b->pool, path, (size_t)(dot - path)));
    const char *rest = dot + 1;
    if (p && p->kind == DS_MAP)
        rest = strchr(rest, '.') ? strchr(rest, '.') + 1 : NULL;
    else if (!p || p->kind != DS_GROUP)
        return NULL;
    return rest ? find_path(b, p->table, mapping, rest) : NULL;
}

static bool other_alternative(ds_binder *b, const ds_param *p, const ds_node *under,
                              const ds_node *over)
{
    const ds_node *const tag = ds_node_get(over, p->tag, NULL);
    const char *const old = ds_fallback_tag(b, p, under);
    return tag && (tag->shape != DS_SCALAR || !old || strcmp(old, tag->scalar) != 0);
}

/* Whether a key of `under`, which picks one alternative, means the same in that which `over` picks.
 */
static bool kept(ds_binder *b, const ds_param *p, const ds_node *under, const ds_node *over,
                 const char *key)
{
    const ds_alternative *const old = ds_fallback_pick(b, p, under);
    const ds_alternative *const now = ds_fallback_pick(b, p, over);
    const ds_param *const was = old ? ds_param_find(old->params, key) : NULL;
    if (!was || !was->kept || !now)
        return false;
    const ds_param *const is = ds_param_find(now->params, key);
    return (is && is->kept) || (now->outside && ds_outside_names(now, over, key));
}

/* Whether a key of `under` belongs to a choice, standing in this mapping, that becomes another. */
static bool dropped(ds_binder *b, const ds_param *table, const ds_node *under, const ds_node *over,
                    const char *key)
{
    for (const ds_param *p = table; p && p->name; p++) {
        if (!p->merged)
            continue;
        const ds_alternative *const old = ds_fallback_pick(b, p, under);
        const bool changed = other_alternative(b, p, under, over);
        if (changed && (strcmp(p->tag, key) == 0 || (old && find(b, old->params, under, key))))
            return !kept(b, p, under, over, key);
        if (!changed && old && dropped(b, old->params, under, over, key))
            return true;
    }
    return false;
}

static ds_node *merge_entries(ds_binder *b, const ds_param *p, ds_node *under, ds_node *over)
{
    const ds_param entry = {.name = p->name, .kind = DS_GROUP, .table = p->table};
    ds_node *const both = ds_node_new(b->pool, DS_MAPPING, over->from, over->line, over->column);
    for (uint32_t i = 0; i < under->count; i++) {
        ds_node *const wins = ds_node_get(over, under->key[i]->scalar, NULL);
        ds_node_add(b->pool, both, under->key[i],
                    wins ? ds_merge_value(b, &entry, under->item[i], wins) : under->item[i]);
    }
    for (uint32_t i = 0; i < over->count; i++)
        if (!ds_node_get(under, over->key[i]->scalar, NULL))
            ds_node_add(b->pool, both, over->key[i], over->item[i]);
    return both;
}

static ds_node *with_kept(ds_binder *b, const ds_param *p, ds_node *under, ds_node *over)
{
    ds_node *both = over;
    for (uint32_t i = 0; i < under->count; i++) {
        const char *const key = under->key[i]->scalar;
        if (ds_node_get(over, key, NULL) || !kept(b, p, under, over, key))
            continue;
        if (both == over)
            both = ds_node_without(b->pool, over, key);
        ds_node_add(b->pool, both, under->key[i], under->item[i]);
    }
    return both;
}

static ds_node *merge_choice(ds_binder *b, const ds_param *p, ds_node *under, ds_node *over)
{
    if (other_alternative(b, p, under, over))
        return with_kept(b, p, under, over);
    const ds_alternative *const as = ds_fallback_pick(b, p, under);
    const ds_param *const tables[2] = {as ? as->params : NULL, NULL};
    return ds_outside_merged(b, p, under, over, ds_merge(b, tables, under, over));
}

ds_node *ds_merge_value(ds_binder *b, const ds_param *p, ds_node *under, ds_node *over)
{
    const bool file = p && (p->kind == DS_PATH || p->kind == DS_COLUMN);
    if (under->shape != DS_MAPPING || over->shape != DS_MAPPING || file)
        return over;
    if (p && p->kind == DS_MAP)
        return merge_entries(b, p, under, over);
    if (p && p->kind == DS_CHOICE)
        return merge_choice(b, p, under, over);
    const bool group = p && (p->kind == DS_GROUP || p->kind == DS_CHANGES);
    return ds_merge(b, (const ds_param *const[2]){group ? p->table : NULL, NULL}, under, over);
}

static ds_node *merge_key(ds_binder *b, const ds_param *const tables[2], ds_node *under,
                          ds_node *over, uint32_t i)
{
    const char *const key = under->key[i]->scalar;
    ds_node *const wins = ds_node_get(over, key, NULL);
    if (dropped(b, tables[0], under, over, key) || dropped(b, tables[1], under, over, key))
        return wins;
    if (!wins)
        return under->item[i];
    const ds_param *p = find_path(b, tables[0], under, key);
    if (!p)
        p = find_path(b, tables[1], under, key);
    return ds_merge_value(b, p, under->item[i], wins);
}

ds_node *ds_merge(ds_binder *b, const ds_param *const tables[2], ds_node *under, ds_node *over)
{
    if (under->shape != DS_MAPPING || over->shape != DS_MAPPING)
        return over;
    ds_node *const both = ds_node_new(b->pool, DS_MAPPING, over->from, over->line, over->column);
    for (uint32_t i = 0; i < under->count; i++) {
        const ds_node *key = under->key[i];
        ds_node *const item = merge_key(b, tables, under, over, i);
        (void)ds_node_get(over, key->scalar, &key);
        if (item)
            ds_node_add(b->pool, both, (ds_node *)(uintptr_t)key, item);
    }
    for (uint32_t i = 0; i < over->count; i++)
        if (!ds_node_get(under, over->key[i]->scalar, NULL))
            ds_node_add(b->pool, both, over->key[i], over->item[i]);
    return both;
}
