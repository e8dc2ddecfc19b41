/*
 * What holds where a scenario is silent: defaults that tables state as text, each parsed once, and
 * the alternative that a choice takes.
 */
#ifndef DS_IO_FALLBACK_H
#define DS_IO_FALLBACK_H

#include "bind.h"

/* The tree of a parameter's default; NULL where its table states none as text. */
DS_MUST_CHECK bool ds_fallback(ds_binder *b, const ds_param *p, ds_node **node);

/* The word that picks among a choice's alternatives: its tag in the mapping, else the default's;
 * NULL: neither says one. */
const char *ds_fallback_tag(ds_binder *b, const ds_param *p, const ds_node *mapping);
const ds_alternative *ds_fallback_pick(ds_binder *b, const ds_param *p, const ds_node *mapping);

/* The tag is the name of no alternative: fails, with the nearest or all of them. */
bool ds_fallback_refuse(ds_binder *b, const ds_param *p, const ds_node *tag);

#endif
