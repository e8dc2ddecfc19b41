/*
 * Complaints about a text: `file:line:column: what is wrong`, the line, and a caret. Control
 * characters are never echoed raw.
 */
#ifndef DS_IO_COMPLAIN_H
#define DS_IO_COMPLAIN_H

#include "node.h"

/* Records a DS_E_DATA failure at a node; returns false, where compilers can see it. */
#define ds_complain(st, ...) ds_false(ds_complain_of((st), __VA_ARGS__))
bool ds_complain_of(ds_status *st, const ds_node *at, const char *format, ...) DS_PRINTF(3, 4);
bool ds_complain_at(ds_status *st, const ds_text *text, int line, int column, const char *message);

/* A text with control characters and invalid bytes escaped, cut to a length; from the pool. */
const char *ds_quote(ds_pool *pool, const char *text);

#endif
