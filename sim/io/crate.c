#include "crate.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGN = 8 };

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "blocks hold numbers as they are");

static const char magic[16] = "diemsim shard 1";

/* Before each block: its size, that of its name with its NUL, and then the name. */
typedef struct head {
    uint64_t size, name;
} head;

static size_t padded(size_t size)
{
    return (size + ALIGN - 1) / ALIGN * ALIGN;
}

bool ds_crate_add(ds_crate *crate, const void *bytes, size_t size, ds_status *st)
{
    if (size == 0)
        return true;
    if (size > crate->room - crate->size) {
        const size_t room = 2 * (crate->size + size) + 4096;
        char *const more = realloc(crate->bytes, room);
        if (!more)
            return ds_fail(st, DS_E_SYSTEM, "no memory to store a batch");
        crate->bytes = more;
        crate->room = room;
    }
    memcpy(crate->bytes + crate->size, bytes, size);
    crate->size += size;
    return true;
}

static bool pad(ds_crate *crate, ds_status *st)
{
    static const char zeroes[ALIGN];
    return ds_crate_add(crate, zeroes, padded(crate->size) - crate->size, st);
}

bool ds_crate_begin(ds_crate *crate, const char *name, ds_status *st)
{
    const head h = {.name = strlen(name) + 1};
    if (crate->size == 0 && !ds_crate_add(crate, magic, sizeof magic, st))
        return false;
    crate->begun = crate->size;
    return ds_crate_add(crate, &h, sizeof h, st) && ds_crate_add(crate, name, h.name, st) &&
           pad(crate, st);
}

bool ds_crate_end(ds_crate *crate, ds_status *st)
{
    head h;
    memcpy(&h, crate->bytes + crate->begun, sizeof h);
    h.size = crate->size - crate->begun - sizeof h - padded(h.name);
    memcpy(crate->bytes + crate->begun, &h, sizeof h);
    return pad(crate, st);
}

bool ds_crate_put(ds_crate *crate, const char *name, const void *bytes, size_t size, ds_status *st)
{
    return ds_crate_begin(crate, name, st) && ds_crate_add(crate, bytes, size, st) &&
           ds_crate_end(crate, st);
}

const void *ds_crate_find(const char *crate, size_t size, const char *name, size_t *found)
{
    const size_t length = strlen(name) + 1;
    size_t at = sizeof magic;
    head h;
    if (size < at || memcmp(crate, magic, at) != 0)
        return NULL;
    while (size - at >= sizeof h) {
        memcpy(&h, crate + at, sizeof h);
        at += sizeof h;
        if (h.name > size - at || padded(h.name) > size - at || h.size > size - at - padded(h.name))
            return NULL;
        const char *const block = crate + at + padded(h.name);
        if (h.name == length && memcmp(crate + at, name, length) == 0) {
            *found = h.size;
            return block;
        }
        at += padded(h.name) + h.size;
        at = padded(at) < size ? padded(at) : size;
    }
    return NULL;
}
