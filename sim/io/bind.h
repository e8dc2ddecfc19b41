/*
 * Nodes to structs, by the parameter tables: every value checked for kind, unit and range, every
 * key for being known, defaults filled in.
 */
#ifndef DS_IO_BIND_H
#define DS_IO_BIND_H

#include "files.h"
#include "sim/core/param.h"

typedef struct ds_binder {
    ds_pool *pool;
    ds_files *files;
    ds_status *st;
} ds_binder;

/* Fills `out` (zeroed by the caller) from a mapping, or from defaults alone when `node` is NULL.
 * `also` is a second table whose keys are known too but bound elsewhere; NULL: none. */
DS_MUST_CHECK bool ds_bind(ds_binder *b, const ds_param *table, const ds_param *also,
                           const ds_node *node, void *out);

/* The tree of a default that a table states as text; NULL where it states none. */
DS_MUST_CHECK bool ds_bind_default(ds_binder *b, const ds_param *p, ds_node **node);

#endif
