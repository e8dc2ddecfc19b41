/* Text to nodes: the one place that knows libfyaml. */
#ifndef DS_IO_YAML_H
#define DS_IO_YAML_H

#include "node.h"

/* The one document of a text. Duplicate keys, keys that are no scalars, nesting beyond 64, aliases
 * that would write out to more than 10,000 nodes, and anything but UTF-8 are complained about. */
DS_MUST_CHECK bool ds_yaml_parse(ds_pool *pool, const ds_text *text, ds_node **root, ds_status *st);
/* The same of what stands behind so many bytes of the text. */
DS_MUST_CHECK bool ds_yaml_parse_behind(ds_pool *pool, const ds_text *text, size_t behind,
                                        ds_node **root, ds_status *st);

#endif
