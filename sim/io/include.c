#include "include.h"

#include "complain.h"
#include "yaml.h"

#include <string.h>

enum { DEEP = 16, MANY = 64 };

/* Texts under way, the outermost first. */
typedef struct chain {
    ds_binder *b;
    ds_node *layers;
    const ds_text *text[DEEP];
    int depth;
} chain;

static bool same_file(const ds_text *a, const ds_text *b)
{
    return a->real && b->real ? strcmp(a->real, b->real) == 0 : strcmp(a->name, b->name) == 0;
}

static bool circle(chain *c, const ds_node *at, const ds_text *text)
{
    const char *shown = c->text[0]->name;
    for (int i = 1; i < c->depth; i++)
        shown = ds_pool_print(c->b->pool, "%s -> %s", shown, c->text[i]->name);
    return ds_complain(c->b->st, at, "includes go in a circle: %s -> %s", shown, text->name);
}

static bool find_text(chain *c, const ds_node *name, const ds_text **text)
{
    if (!ds_file_named(c->b->files, name, true, text, c->b->st))
        return false;
    for (int i = 0; i < c->depth; i++)
        if (same_file(c->text[i], *text))
            return circle(c, name, *text);
    if (c->depth == DEEP)
        return ds_complain(c->b->st, name, "includes go deeper than %d files", DEEP);
    return c->layers->count < MANY || ds_complain(c->b->st, name, "more than %d includes", MANY);
}

static ds_node *without_include(ds_pool *pool, const ds_node *node)
{
    ds_node *const rest = ds_node_new(pool, DS_MAPPING, node->from, node->line, node->column);
    for (uint32_t i = 0; i < node->count; i++)
        if (strcmp(node->key[i]->scalar, "include") != 0)
            ds_node_add(pool, rest, node->key[i], node->item[i]);
    return rest;
}

static bool read_layer(chain *c, const ds_text *text)
{
    ds_node *node;
    if (!ds_yaml_parse(c->b->pool, text, &node, c->b->st))
        return false;
    if (node->shape != DS_MAPPING)
        return ds_complain(c->b->st, node, "a scenario must be a mapping of keys and values");
    const ds_node *const include = ds_node_get(node, "include", NULL);
    const bool list = include && include->shape == DS_SEQUENCE;
    c->text[c->depth++] = text;
    for (uint32_t i = 0; include && i < (list ? include->count : 1); i++) {
        const ds_text *other;
        if (!find_text(c, list ? include->item[i] : include, &other) || !read_layer(c, other))
            return false;
    }
    c->depth--;
    ds_node_add(c->b->pool, c->layers, NULL, without_include(c->b->pool, node));
    return true;
}

bool ds_include(ds_binder *b, const ds_text *text, ds_node **layers)
{
    chain c = {.b = b, .layers = ds_node_new(b->pool, DS_SEQUENCE, text, 1, 1)};
    *layers = c.layers;
    return read_layer(&c, text);
}
