/*
 * Policies in Lua: `{use: lua, file: policies/my.lua}`. The script returns a table with `doc`,
 * `params` and the function of its slot; its declarations become a table of parameters like that
 * of any other policy. A formula (formula.c) is a script that it writes.
 */
#ifndef DS_MODELS_SCRIPT_H
#define DS_MODELS_SCRIPT_H

#include "sandbox.h"

extern const ds_policy ds_script_policies[DS_RULES];

typedef struct ds_script {
    ds_policy policy; /* first */
    ds_rule slot;
    ds_lua_chunk chunk;
} ds_script;

/* Fills in the functions of a slot. */
void ds_script_bind(ds_script *script, ds_rule slot, const ds_lua_chunk *chunk);
/* Whether its text runs and returns the function of its slot. */
DS_MUST_CHECK bool ds_script_try(const ds_script *script, ds_status *st);

#endif
