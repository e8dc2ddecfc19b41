/*
 * Integers as bytes, seven bits a byte, least first (LEB128), each in its shortest form, so that
 * equal numbers are equal bytes. A reader that meets anything else is `bad` from there on, and
 * reads zeros.
 */
#ifndef DS_IO_PACKED_H
#define DS_IO_PACKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ds_packer {
    uint8_t *bytes; /* malloc'ed */
    size_t size, room;
    bool full; /* no memory */
} ds_packer;

void ds_pack_bytes(ds_packer *packer, const uint8_t *bytes, size_t size);
void ds_pack(ds_packer *packer, uint64_t number);
void ds_pack_fixed(ds_packer *packer, uint64_t number); /* eight bytes, least first */
/* Short where the low bits of the fraction are zero. */
void ds_pack_double(ds_packer *packer, double value);

typedef struct ds_unpacker {
    const uint8_t *at, *end;
    bool bad;
} ds_unpacker;

const uint8_t *ds_unpack_bytes(ds_unpacker *unpacker, size_t size); /* NULL: not as many */
uint64_t ds_unpack(ds_unpacker *unpacker);
uint64_t ds_unpack_fixed(ds_unpacker *unpacker);
double ds_unpack_double(ds_unpacker *unpacker);

#endif
