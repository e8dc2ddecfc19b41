/*
 * Policies from shared objects: `{use: plugin, file: policies/my.so}`. What such a file is written
 * with is ds_policy.h, which is installed. It is native code, loaded from the scenario's folder or
 * from that of installed plugins, and can do whatever the program can.
 */
#ifndef DS_MODELS_PLUGIN_H
#define DS_MODELS_PLUGIN_H

#include "policy.h"

extern const ds_policy ds_plugin_policies[DS_RULES];

/* Called before a shared object is loaded, if it is set: from then on a crash may be its own. */
extern void (*ds_plugin_guard)(void);

#endif
