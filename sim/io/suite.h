/*
 * A suite: presets of what strikes a model from outside. A folder of scenarios is one, each a
 * preset by its own `shocks`; so is a single scenario; or a file that maps names to presets below
 * the key `presets`, each with `shocks` and, if it likes, a `description`.
 */
#ifndef DS_IO_SUITE_H
#define DS_IO_SUITE_H

#include "bind.h"

typedef struct ds_preset {
    const char *name, *title;
    const ds_node *at;      /* where it is written */
    const ds_node *strikes; /* a mapping: a name to what strikes */
} ds_preset;

typedef struct ds_suite {
    const char *name; /* as found */
    size_t count;
    ds_preset *preset;
    const char **file; /* all that was read */
    size_t files;
} ds_suite;

/* `name` is a path, or the name of a file or folder beside the scenario, among the shipped
 * scenarios, or in their folder `stress`; NULL: that folder itself. `key` is what strikes. */
DS_MUST_CHECK bool ds_suite_read(ds_binder *b, const char *name, const char *key, ds_suite *suite,
                                 ds_status *st);

#endif
