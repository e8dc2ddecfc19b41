/*
 * A Lua 5.4 interpreter in a block of the replica's memory. A script in it sees arithmetic, tables
 * and what it is called with, and nothing else: no files, no clock, no randomness, no order that
 * depends on addresses. Memory and work are bounded, so that it can fail and cannot hold a run up.
 * The interpreter is made anew for every replica: what a script remembers ends with it.
 */
#ifndef DS_MODELS_SANDBOX_H
#define DS_MODELS_SANDBOX_H

#include "policy.h"

enum {
    DS_SANDBOX_ROOM = 1 << 20,        /* bytes, the interpreter included */
    DS_SANDBOX_STEPS = 200000,        /* instructions of one call */
    DS_SANDBOX_FIRST_STEPS = 1000000, /* of the run that returns the script's table */
    DS_SANDBOX_TEXT = 1 << 18,        /* bytes of a script */
    DS_SANDBOX_PARAMS = 100,
};

typedef struct ds_lua_chunk {
    const char *name; /* as messages call it */
    const char *text;
    size_t size;
} ds_lua_chunk;

typedef struct ds_sandbox ds_sandbox;

/* Runs the chunk in a new interpreter in `room`, DS_SANDBOX_ROOM bytes on a 16-byte boundary; it
 * returns the table that the functions below look into. Nothing has to be closed. */
DS_MUST_CHECK bool ds_sandbox_open(ds_sandbox **box, void *room, const ds_lua_chunk *chunk,
                                   ds_status *st);

/* What the table says of itself, as an alternative's table: numbers, sorted by name, behind `base`
 * entries that the caller fills; offsets from `at` on. Memory from take(memory, bytes), zeroed. */
typedef struct ds_declarations {
    void *(*take)(void *memory, size_t size);
    void *memory;
    size_t base, at;
    const char *const *functions; /* that a policy may have, whatever its slot; NULL ends them */
    const char *doc, *source;     /* of the policy; NULL: not said */
    ds_param *table;
    size_t count;
} ds_declarations;
DS_MUST_CHECK bool ds_sandbox_declared(ds_sandbox *box, ds_declarations *out, ds_status *st);

/* The functions that may be called, found once. */
typedef enum ds_sandbox_function {
    DS_ANSWER,
    DS_SECOND_ANSWER,
    DS_SANDBOX_FUNCTIONS
} ds_sandbox_function;
/* False where the table has no such function: *st is untouched then. */
DS_MUST_CHECK bool ds_sandbox_find(ds_sandbox *box, ds_sandbox_function f, const char *name,
                                   ds_status *st);
/* The numbers of a config become the first argument of every call. */
DS_MUST_CHECK bool ds_sandbox_fill(ds_sandbox *box, const ds_param *table, const void *config,
                                   ds_status *st);

typedef struct ds_question {
    ds_sandbox_function function;
    const ds_view *now;
    const double *supply; /* third argument; NULL: none */
    int answers;          /* numbers that must come back */
} ds_question;
/* False: now->st says why, with the line. */
DS_MUST_CHECK bool ds_sandbox_ask(ds_sandbox *box, const ds_question *question, double *answer);
/* An answer that cannot be: now->st says so at the function's line. Returns false. */
bool ds_sandbox_refuse(ds_sandbox *box, const ds_question *question, const char *format, ...)
    DS_PRINTF(3, 4);

bool ds_sandbox_has(const ds_sandbox *box, ds_sandbox_function f);

#endif
