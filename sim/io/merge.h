/*
 * Laying one part of a scenario over another, by the parameter tables: mappings merge by key, all
 * else is replaced. A choice that becomes another alternative, or that of another file, loses what
 * was said of the old one.
 */
#ifndef DS_IO_MERGE_H
#define DS_IO_MERGE_H

#include "bind.h"

/* `over` wins; neither is changed. Keys are looked up in both tables; either may be NULL. */
ds_node *ds_merge(ds_binder *b, const ds_param *const tables[2], ds_node *under, ds_node *over);

/* The same for the value of one parameter; NULL: one that no table knows. */
ds_node *ds_merge_value(ds_binder *b, const ds_param *p, ds_node *under, ds_node *over);

#endif
