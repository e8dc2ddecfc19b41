/* Alternatives that a scenario brings along: a file of its folder, or expressions in its keys. */
#ifndef DS_IO_OUTSIDE_H
#define DS_IO_OUTSIDE_H

#include "bind.h"

/* What an alternative becomes with the keys of a choice's mapping; itself where it is all in this
 * program, NULL with a complaint where it cannot be made. */
DS_MUST_CHECK const ds_alternative *ds_outside_of(ds_binder *b, const ds_alternative *as,
                                                  const ds_node *mapping);

#endif
