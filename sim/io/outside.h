/* Alternatives that a scenario brings along: a file of its folder, or expressions in its keys. */
#ifndef DS_IO_OUTSIDE_H
#define DS_IO_OUTSIDE_H

#include "bind.h"

/* What an alternative becomes with the keys of a choice's mapping; itself where it is all in this
 * program, NULL with a complaint where it cannot be made. */
DS_MUST_CHECK const ds_alternative *ds_outside_of(ds_binder *b, const ds_alternative *as,
                                                  const ds_node *mapping);

/* Whether a key is one of the alternative's own, or a name in one of its expressions here. */
bool ds_outside_names(const ds_alternative *as, const ds_node *mapping, const char *key);

/* `both`, of `over` laid on `under`, without what belongs to the old one where `over` names another
 * file or writes other expressions: all of its numbers, or those that no expression names now. */
ds_node *ds_outside_merged(ds_binder *b, const ds_param *choice, const ds_node *under,
                           const ds_node *over, ds_node *both);

#endif
