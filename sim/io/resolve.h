/* A bound struct as JSON, every parameter said, in table units: what a result stores as its
 * scenario. */
#ifndef DS_IO_RESOLVE_H
#define DS_IO_RESOLVE_H

#include "json.h"
#include "sim/core/param.h"

/* The entries of a struct, inside an open brace. */
void ds_resolve(ds_json *j, const ds_param *table, const void *config);

#endif
