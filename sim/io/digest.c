#include "digest.h"

#include <stdio.h>
#include <string.h>
#define XXH_STATIC_LINKING_ONLY /* for the size of its state */
#include <xxhash.h>

_Static_assert(sizeof(XXH3_state_t) <= sizeof(ds_digest_room), "there is room for a digest");

static XXH3_state_t *state_of(const ds_digest *digest)
{
    return (XXH3_state_t *)(uintptr_t)digest;
}

static void print(XXH128_hash_t hash, ds_hex hex)
{
    XXH128_canonical_t bytes;
    XXH128_canonicalFromHash(&bytes, hash);
    for (size_t i = 0; i < sizeof bytes.digest; i++)
        snprintf(hex + 2 * i, 3, "%02x", bytes.digest[i]);
}

ds_digest *ds_digest_new(void)
{
    XXH3_state_t *state = XXH3_createState();
    if (state)
        XXH3_128bits_reset(state);
    return (ds_digest *)state;
}

ds_digest *ds_digest_in(ds_digest_room *room)
{
    XXH3_state_t *const state = (XXH3_state_t *)room->bytes;
    XXH3_INITSTATE(state);
    XXH3_128bits_reset(state);
    return (ds_digest *)state;
}

void ds_digest_add(ds_digest *digest, const void *bytes, size_t size)
{
    XXH3_128bits_update(state_of(digest), bytes, size);
}

void ds_digest_add_text(ds_digest *digest, const char *text)
{
    const uint64_t length = text ? strlen(text) : 0;
    ds_digest_add(digest, &length, sizeof length);
    if (length)
        ds_digest_add(digest, text, length);
}

void ds_digest_hex(const ds_digest *digest, ds_hex hex)
{
    print(XXH3_128bits_digest(state_of(digest)), hex);
}

void ds_digest_free(ds_digest *digest)
{
    XXH3_freeState(state_of(digest));
}

void ds_digest_of(const void *bytes, size_t size, ds_hex hex)
{
    print(XXH3_128bits(bytes, size), hex);
}

uint64_t ds_digest_short(const void *bytes, size_t size)
{
    return XXH3_64bits(bytes, size);
}
