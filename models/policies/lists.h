/*
 * Lists as scripts see them. Lua's own functions ask for `#`, of which lengths.h says what it hangs
 * on. The one file that includes Lua: for sandbox.c and lists.c alone.
 */
#ifndef DS_MODELS_LISTS_H
#define DS_MODELS_LISTS_H

#include "sandbox.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

/* So many bytes of work are done. */
void ds_sandbox_burn(ds_sandbox *box, size_t size);

/* Sets the function `name` of the table on top of the stack, wrapped, in the table below it; the
 * wrapper finds the sandbox by ds_lua_owner, and calls the function by ds_lua_pass_on. */
void ds_lua_wrap(lua_State *L, ds_sandbox *box, const char *name, lua_CFunction wrapper);
ds_sandbox *ds_lua_owner(lua_State *L);
int ds_lua_pass_on(lua_State *L);

/* concat, insert, remove and unpack, from Lua's table of them on top of the stack to the one below.
 */
void ds_lists_open(lua_State *L, ds_sandbox *box);
void ds_length_open(lua_State *L); /* pushes what lengths.h calls DS_LENGTH */

#endif
