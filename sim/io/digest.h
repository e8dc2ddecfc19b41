/*
 * XXH3-128 over whatever is added, written as 32 hex digits as `xxh128sum` prints them. It finds
 * damage and differences; it is no defence against somebody who wants to deceive.
 */
#ifndef DS_IO_DIGEST_H
#define DS_IO_DIGEST_H

#include "sim/core/status.h"

#include <stddef.h>
#include <stdint.h>

typedef struct ds_digest ds_digest;
typedef char ds_hex[33];

ds_digest *ds_digest_new(void); /* NULL: no memory */
/* In room of its own, which needs no ds_digest_free. */
typedef struct ds_digest_room {
    _Alignas(64) unsigned char bytes[640];
} ds_digest_room;
ds_digest *ds_digest_in(ds_digest_room *room);
void ds_digest_add(ds_digest *digest, const void *bytes, size_t size);
/* A text and its length, so that texts one after the other cannot be mistaken for others. */
void ds_digest_add_text(ds_digest *digest, const char *text);
void ds_digest_hex(const ds_digest *digest, ds_hex hex); /* of what was added so far */
void ds_digest_free(ds_digest *digest);

void ds_digest_of(const void *bytes, size_t size, ds_hex hex);
uint64_t ds_digest_short(const void *bytes, size_t size); /* XXH3-64, to seal a few bytes */

#endif
