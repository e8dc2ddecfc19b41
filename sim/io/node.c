#include "node.h"

#include <string.h>

ds_node *ds_node_new(ds_pool *pool, ds_shape shape, const ds_text *from, int line, int column)
{
    ds_node *const node = ds_pool_take(pool, sizeof *node);
    *node = (ds_node){.shape = shape, .from = from, .line = line, .column = column, .weight = 1};
    return node;
}

ds_node *ds_node_scalar(ds_pool *pool, const ds_node *at, const char *text)
{
    ds_node *const node = ds_node_new(pool, DS_SCALAR, at->from, at->line, at->column);
    node->scalar = ds_pool_copy(pool, text, strlen(text));
    return node;
}

static void grow(ds_pool *pool, ds_node *parent)
{
    const uint32_t room = parent->room ? 2 * parent->room : 4;
    ds_node **const key = ds_pool_take(pool, room * sizeof *key);
    ds_node **const item = ds_pool_take(pool, room * sizeof *item);
    if (parent->count) {
        memcpy(key, parent->key, parent->count * sizeof *key);
        memcpy(item, parent->item, parent->count * sizeof *item);
    }
    parent->key = key;
    parent->item = item;
    parent->room = room;
}

void ds_node_add(ds_pool *pool, ds_node *parent, ds_node *key, ds_node *item)
{
    if (parent->count == parent->room)
        grow(pool, parent);
    parent->key[parent->count] = key;
    parent->item[parent->count++] = item;
    if (__builtin_add_overflow(parent->weight, item->weight, &parent->weight))
        parent->weight = UINT64_MAX;
}

ds_node *ds_node_get(const ds_node *mapping, const char *key, const ds_node **key_node)
{
    for (uint32_t i = 0; mapping && mapping->shape == DS_MAPPING && i < mapping->count; i++) {
        if (strcmp(mapping->key[i]->scalar, key) != 0)
            continue;
        if (key_node)
            *key_node = mapping->key[i];
        return mapping->item[i];
    }
    return NULL;
}

ds_node *ds_node_without(ds_pool *pool, const ds_node *mapping, const char *key)
{
    ds_node *const rest =
        ds_node_new(pool, DS_MAPPING, mapping->from, mapping->line, mapping->column);
    for (uint32_t i = 0; i < mapping->count; i++)
        if (strcmp(mapping->key[i]->scalar, key) != 0)
            ds_node_add(pool, rest, mapping->key[i], mapping->item[i]);
    return rest;
}
