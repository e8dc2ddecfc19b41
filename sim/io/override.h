/*
 * What is laid over a scenario: defaults of its named maps, so that one cohort can be changed
 * without naming the others, and values at dotted paths (`--set`, sweeps).
 */
#ifndef DS_IO_OVERRIDE_H
#define DS_IO_OVERRIDE_H

#include "bind.h"

/* A copy of `node` with the defaults that something else can be laid over, so that it does not
 * matter whether a default was said: every map of the tables that is absent has its default's
 * entries, and every entry that the default has too is laid over the default's; a choice that is
 * absent, or lacks its tag, is the default's. */
DS_MUST_CHECK bool ds_with_defaults(ds_binder *b, const ds_param *table, ds_node *node,
                                    ds_node **out);

/* Lays `value` over `root` at the dotted path that a scalar holds; its words are checked. */
DS_MUST_CHECK bool ds_override(ds_binder *b, const ds_param *const tables[2], ds_node **root,
                               const ds_node *path, ds_node *value);

/* The same alone: what would be laid over the root. */
DS_MUST_CHECK bool ds_override_nest(ds_binder *b, const ds_param *const tables[2],
                                    const ds_node *root, const ds_node *path, ds_node *value,
                                    ds_node **over);

/* The parameter at the end of a path. NULL: none that is known before values are bound. */
const ds_param *ds_override_param(ds_binder *b, const ds_param *table, const ds_node *root,
                                  const ds_node *path);

/* "key.path=value" as a user wrote it. */
DS_MUST_CHECK bool ds_override_set(ds_binder *b, const ds_param *const tables[2], ds_node **root,
                                   const char *set);

/* The order in which paths are laid: that in which they are said, so that later ones win; but what
 * picks a policy, a distribution or a process goes before what is said of its keys, wherever that
 * stands. A path ends at an '='. */
const uint32_t *ds_override_order(ds_binder *b, const ds_param *table, const ds_node *root,
                                  const char *const *paths, size_t count);
/* The same of the keys of a mapping. */
const uint32_t *ds_override_order_of(ds_binder *b, const ds_param *table, const ds_node *root,
                                     const ds_node *mapping);
DS_MUST_CHECK bool ds_override_sets(ds_binder *b, const ds_param *const tables[2], ds_node **root,
                                    const char *const *sets, size_t count);

/* Of it, the value alone. */
DS_MUST_CHECK bool ds_override_value(ds_binder *b, const char *set, const ds_node **value);

#endif
