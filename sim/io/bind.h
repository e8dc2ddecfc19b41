/*
 * Nodes to structs, by the parameter tables: every value checked for kind, unit and range, every
 * key for being known, defaults filled in.
 */
#ifndef DS_IO_BIND_H
#define DS_IO_BIND_H

#include "files.h"
#include "sim/core/param.h"

enum { DS_KNOWN_CHOICES = 64 };

/* A choice as it was bound from a node, NULL from the default: points share it. */
typedef struct ds_known_choice {
    const ds_param *param;
    const ds_node *node;
    ds_choice choice;
} ds_known_choice;

typedef struct ds_binder {
    ds_pool *pool;
    ds_files *files;
    ds_status *st;
    const struct ds_known_default *defaults;  /* texts of tables that have been parsed */
    const struct ds_known_path *paths;        /* CSV columns that have been read */
    const struct ds_known_outside *outside;   /* alternatives made of files */
    ds_known_choice choice[DS_KNOWN_CHOICES]; /* the latest */
    uint32_t choices;
    const char *unit;      /* of the choice that is bound; NULL: none */
    double start, horizon; /* of the scenario, for moments */
    const char **warnings; /* of what is allowed and unwise; each once */
    size_t warning_count;
} ds_binder;

/* Fills `out` (zeroed by the caller) from a mapping, or from defaults alone when `node` is NULL.
 * `also` is a second table whose keys are known too but bound elsewhere; NULL: none. */
DS_MUST_CHECK bool ds_bind(ds_binder *b, const ds_param *table, const ds_param *also,
                           const ds_node *node, void *out);

/* A relation between parameters failed: shown at the dotted path that its message names first in
 * quotes, as far as the mapping goes along; returns false. */
bool ds_bind_refuse(ds_binder *b, const ds_status *inner, const ds_node *mapping);

/* Something allowed and unwise, each once: every point of a sweep may say the same. */
void ds_bind_warn(ds_binder *b, const char *text);

#endif
