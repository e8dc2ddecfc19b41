/*
 * A scenario as a tree: scalars, sequences and mappings, each knowing the text it came from. What
 * YAML is, only yaml.c knows; includes, `--set`, variants and binding all work on these nodes.
 */
#ifndef DS_IO_NODE_H
#define DS_IO_NODE_H

#include "pool.h"

#include <stdint.h>

/* A text that nodes point into: a file, a `--set`, or a default of a parameter table. */
typedef struct ds_text {
    const char *name;   /* as messages call it */
    const char *folder; /* paths in it are relative to this; NULL: none may be named */
    const char *real;   /* its real path; NULL: no file */
    const char *text;
    size_t size;
} ds_text;

typedef enum ds_shape { DS_SCALAR, DS_SEQUENCE, DS_MAPPING } ds_shape;

typedef struct ds_node {
    ds_shape shape;
    const ds_text *from;
    int line, column; /* from 1 */
    const char *scalar;
    bool quoted;          /* a quoted scalar is never null */
    uint32_t count, room; /* of a sequence or mapping */
    uint64_t weight;      /* nodes when aliases are written out */
    struct ds_node **key; /* mapping: scalars */
    struct ds_node **item;
} ds_node;

ds_node *ds_node_new(ds_pool *pool, ds_shape shape, const ds_text *from, int line, int column);
ds_node *ds_node_scalar(ds_pool *pool, const ds_node *at, const char *text);
/* Appends; key is NULL for a sequence. */
void ds_node_add(ds_pool *pool, ds_node *parent, ds_node *key, ds_node *item);

/* A mapping without one of its keys. */
ds_node *ds_node_without(ds_pool *pool, const ds_node *mapping, const char *key);

/* Value of a key of a mapping, or NULL; *key_node, if wanted, is where it is written. */
ds_node *ds_node_get(const ds_node *mapping, const char *key, const ds_node **key_node);

#endif
