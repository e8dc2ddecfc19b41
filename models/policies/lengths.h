/*
 * Lua's `#` of a list with holes is any of its ends: which, hangs on where texts lie in its tables,
 * and that on addresses and the time of day. So scripts are read with every `#` as an operator of
 * ours, DS_LENGTH `^`, which binds alike: `^` binds at least as tight to the right, and nothing
 * that stands before a `#` binds tighter.
 */
#ifndef DS_MODELS_LENGTHS_H
#define DS_MODELS_LENGTHS_H

#include <stdbool.h>
#include <stddef.h>

#define DS_LENGTH "__length_of"

typedef struct ds_lua_text {
    const char *at, *end;
    bool begun;
} ds_lua_text;

/* The next piece of what Lua reads, NULL at the end. The first declares DS_LENGTH, as what the
 * chunk is called with. */
const char *ds_lua_text_piece(ds_lua_text *text, size_t *size);

#endif
