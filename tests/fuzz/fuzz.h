/*
 * What all fuzz targets share. A target is given any bytes and aborts where something does not hold
 * that must hold whatever they are.
 */
#ifndef DS_FUZZ_H
#define DS_FUZZ_H

#include "sim/io/complain.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void must(bool holds, const char *what, const char *more)
{
    if (holds)
        return;
    fprintf(stderr, "must hold: %s\n%s\n", what, more);
    abort();
}

/* As a text that ends with NUL, for free(). */
static inline char *text_of(const uint8_t *data, size_t size)
{
    char *const text = malloc(size + 1);
    if (!text)
        abort();
    if (size)
        memcpy(text, data, size);
    text[size] = '\0';
    return text;
}

/* A message that is whole and commands no terminal. */
static inline void must_be_message(const char *text, size_t room)
{
    must(*text != '\0', "a refusal says why", "");
    must(strlen(text) + 1 < room, "a message is not cut short", text);
    must(ds_is_plain(text, strlen(text)), "a message is plain text", text);
}

/* Done, and no failure recorded; or not done, and one that says why. The program is never at fault.
 */
static inline void must_say(bool done, const ds_status *st)
{
    must(done == (st->code == DS_OK), "a failure, and only a failure, is recorded", st->text);
    if (!done)
        must_be_message(st->text, sizeof st->text);
    must(st->code != DS_E_BUG, "nothing that is read is a bug of the program", st->text);
}

static inline bool same_number(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

#endif
