#include "packed.h"

#include <stdlib.h>
#include <string.h>

enum { VARINT = 10, FIXED = 8 };

static bool reserve(ds_packer *packer, size_t size)
{
    if (packer->full || packer->room - packer->size >= size)
        return !packer->full;
    const size_t room = 2 * packer->room + size + 64;
    uint8_t *const bytes = realloc(packer->bytes, room);
    if (!bytes)
        return packer->full = true, false;
    packer->bytes = bytes;
    packer->room = room;
    return true;
}

void ds_pack_bytes(ds_packer *packer, const uint8_t *bytes, size_t size)
{
    if (!size || !reserve(packer, size))
        return;
    memcpy(packer->bytes + packer->size, bytes, size);
    packer->size += size;
}

void ds_pack(ds_packer *packer, uint64_t number)
{
    if (!reserve(packer, VARINT))
        return;
    uint8_t *to = packer->bytes + packer->size;
    for (; number >= 0x80; number >>= 7)
        *to++ = (uint8_t)(number | 0x80);
    *to++ = (uint8_t)number;
    packer->size = (size_t)(to - packer->bytes);
}

void ds_pack_fixed(ds_packer *packer, uint64_t number)
{
    uint8_t bytes[FIXED];
    for (int i = 0; i < FIXED; i++)
        bytes[i] = (uint8_t)(number >> 8 * i);
    ds_pack_bytes(packer, bytes, sizeof bytes);
}

void ds_pack_double(ds_packer *packer, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    ds_pack(packer, __builtin_bswap64(bits));
}

const uint8_t *ds_unpack_bytes(ds_unpacker *unpacker, size_t size)
{
    const uint8_t *const bytes = unpacker->at;
    if (unpacker->bad || (size_t)(unpacker->end - bytes) < size)
        return unpacker->bad = true, NULL;
    unpacker->at += size;
    return bytes;
}

uint64_t ds_unpack(ds_unpacker *unpacker)
{
    uint64_t number = 0;
    unsigned shift = 0;
    while (!unpacker->bad && unpacker->at < unpacker->end && shift < 64) {
        const uint8_t byte = *unpacker->at++;
        if ((shift == 63 && byte > 1) || (shift && !byte)) /* too much, or not the shortest form */
            break;
        number |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return number;
        shift += 7;
    }
    unpacker->bad = true;
    return 0;
}

uint64_t ds_unpack_fixed(ds_unpacker *unpacker)
{
    const uint8_t *const bytes = ds_unpack_bytes(unpacker, FIXED);
    uint64_t number = 0;
    for (int i = 0; bytes && i < FIXED; i++)
        number |= (uint64_t)bytes[i] << 8 * i;
    return number;
}

double ds_unpack_double(ds_unpacker *unpacker)
{
    const uint64_t bits = __builtin_bswap64(ds_unpack(unpacker));
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}
