/*
 * How many values fell in which bucket: a quantile sketch whose merge is the addition of integers,
 * so that it depends on no order (DDSketch: Masson, Rim and Lee 2019, VLDB 12). A bucket is a 64th
 * of an octave's span, read off the bits of the double: its exponent and the upper six bits of its
 * fraction, which no mathematical library can round otherwise. Negative values are mirrored; zeros
 * and infinities are somebody else's to count. Subnormal values have buckets as fine as all others.
 */
#ifndef DS_IO_SKETCH_H
#define DS_IO_SKETCH_H

#include "sim/core/status.h"

#include <stddef.h>
#include <stdint.h>

/* |ds_sketch_middle(ds_sketch_bucket(x)) - x| <= DS_SKETCH_ERROR |x| for any finite x but 0: of
 * a bucket [a, b) with b = a + a' / 64, a' <= a, the middle is the harmonic mean of its ends,
 * and its error (b - a) / (b + a) at either end. */
#define DS_SKETCH_ERROR (1.0 / (2 * 64 + 1))

enum { DS_SKETCH_FIRST = 64, DS_SKETCH_LAST = 134335 }; /* buckets of positive values */
#define DS_SKETCH_MOST (UINT64_C(1) << 40)              /* that a bucket counts up to */

int32_t ds_sketch_bucket(double value); /* must not be 0 or NAN */
double ds_sketch_middle(int32_t bucket);

/* Sorted pairs of bucket and count, or counts of all buckets of a range, whichever is smaller. */
typedef struct ds_sketch {
    void *at;       /* of uint64_t: bucket, then 44 bits of count; or of uint32_t: counts */
    int32_t first;  /* bucket of the first count of a range */
    uint32_t used;  /* buckets that are not empty */
    uint32_t count; /* of entries */
    uint32_t room;
    bool range;
} ds_sketch;

void ds_sketch_free(ds_sketch *sketch);
void ds_sketch_clear(ds_sketch *sketch); /* the memory is kept */

/* False: no memory; the sketch is unchanged. */
DS_MUST_CHECK bool ds_sketch_add(ds_sketch *sketch, int32_t bucket, uint64_t times);

/* Asks for the memory that adding to the bucket will touch. */
static inline void ds_sketch_expect(const ds_sketch *sketch, int32_t bucket)
{
    const uint32_t i = (uint32_t)(bucket - sketch->first);
    if (!sketch->range && sketch->count)
        __builtin_prefetch((const uint64_t *)sketch->at + sketch->count / 2, 1);
    else if (i < sketch->count)
        __builtin_prefetch((const uint32_t *)sketch->at + i, 1);
}

typedef struct ds_sketch_entry {
    int32_t bucket;
    uint64_t times;
} ds_sketch_entry;

/* Buckets that are not empty, rising; *cursor begins at 0. False: no more. */
bool ds_sketch_next(const ds_sketch *sketch, uint32_t *cursor, ds_sketch_entry *out);

size_t ds_sketch_bytes(const ds_sketch *sketch); /* of memory besides the struct */

#endif
