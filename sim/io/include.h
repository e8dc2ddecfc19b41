/*
 * A scenario and what it includes, as layers: every scenario stands after those it includes, so
 * that each may be laid over the ones before.
 */
#ifndef DS_IO_INCLUDE_H
#define DS_IO_INCLUDE_H

#include "bind.h"

/* *layers becomes a sequence of mappings, the text's own the last, without their `include`. */
DS_MUST_CHECK bool ds_include(ds_binder *b, const ds_text *text, ds_node **layers);

#endif
