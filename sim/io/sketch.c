#include "sketch.h"

#include <stdlib.h>
#include <string.h>

enum {
    FRACTION = 52,   /* bits of a double below its exponent */
    SPLIT = 6,       /* of the fraction that choose a bucket */
    OCTAVE = 1 << 6, /* buckets of an octave */
    SUBNORMAL = 52,  /* octaves below the least normal one */
    COUNT = 44,      /* bits of the count of a pair */
    BIAS = 1 << 18,  /* makes the bucket of a pair positive */
    LEAST_ROOM = 12, /* entries more at a time */
};

static const uint64_t count_mask = (UINT64_C(1) << COUNT) - 1;

int32_t ds_sketch_bucket(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    const bool negative = bits >> 63;
    bits &= INT64_MAX;
    int below = 0;
    if (DS_UNLIKELY(!(bits >> FRACTION))) /* bring its first bit to where all others imply it */
        below = __builtin_clzll(bits) - (63 - FRACTION);
    const int32_t bucket =
        (int32_t)(bits << below >> (FRACTION - SPLIT)) + (SUBNORMAL - below) * OCTAVE;
    return negative ? -bucket : bucket;
}

/* The double whose magnitude is `mantissa` (its first bit is bit FRACTION) in the bucket's octave,
 * rounded towards zero where it is subnormal. */
static double place(int32_t bucket, uint64_t mantissa)
{
    const int32_t exponent = abs(bucket) / OCTAVE - SUBNORMAL;
    uint64_t bits = exponent > 0 ? ((uint64_t)(exponent - 1) << FRACTION) + mantissa
                                 : mantissa >> (1 - exponent);
    double value;
    memcpy(&value, &bits, sizeof value);
    return bucket < 0 ? -value : value;
}

/* Rounding towards zero keeps the bound for every value, also of few bits: with q units a step of
 * 1/64, the largest value 65 q - 1 and r what 129 leaves of 8320 q, the error is at most
 * (65 q - 129 + r) / (129 (65 q - 1)), and r <= 128. */
double ds_sketch_middle(int32_t bucket)
{
    const uint64_t low = OCTAVE + (uint64_t)(abs(bucket) % OCTAVE);
    const uint64_t product = 2 * low * (low + 1) << (FRACTION - SPLIT);
    return place(bucket, product / (2 * low + 1));
}

static size_t entry_size(const ds_sketch *s)
{
    return s->range ? sizeof(uint32_t) : sizeof(uint64_t);
}

static uint64_t pair_of(int32_t bucket, uint64_t times)
{
    return (uint64_t)(bucket + BIAS) << COUNT | times;
}

static int32_t bucket_of(uint64_t pair)
{
    return (int32_t)(pair >> COUNT) - BIAS;
}

void ds_sketch_free(ds_sketch *sketch)
{
    free(sketch->at);
    *sketch = (ds_sketch){0};
}

void ds_sketch_clear(ds_sketch *sketch)
{
    const size_t bytes = ds_sketch_bytes(sketch);
    sketch->range = false;
    sketch->room = (uint32_t)(bytes / sizeof(uint64_t));
    sketch->used = sketch->count = 0;
}

/* Where the bucket is among the pairs, or would be. */
static uint32_t search(const ds_sketch *s, int32_t bucket)
{
    const uint64_t *const pair = s->at, wanted = pair_of(bucket, 0);
    uint32_t from = 0, left = s->count;
    while (left > 0) {
        const uint32_t half = left / 2;
        const bool right = pair[from + half] < wanted;
        from = right ? from + half + 1 : from;
        left = right ? left - half - 1 : half;
    }
    return from;
}

static bool holds(const ds_sketch *s, uint32_t at, int32_t bucket)
{
    return at < s->count && bucket_of(((const uint64_t *)s->at)[at]) == bucket;
}

static bool to_pairs(ds_sketch *s)
{
    const uint32_t room = s->used + s->used / 4 + LEAST_ROOM;
    uint64_t *const pair = malloc(room * sizeof *pair);
    ds_sketch_entry b;
    uint32_t count = 0;
    if (!pair)
        return false;
    for (uint32_t cursor = 0; ds_sketch_next(s, &cursor, &b);)
        pair[count++] = pair_of(b.bucket, b.times);
    free(s->at);
    *s = (ds_sketch){.at = pair, .used = count, .count = count, .room = room};
    return true;
}

/* As a range of `count` buckets that holds all that are in use. */
static bool to_range(ds_sketch *s, int32_t first, uint32_t count)
{
    uint32_t *const times = calloc(count, sizeof *times);
    ds_sketch_entry b;
    if (!times)
        return false;
    for (uint32_t cursor = 0; ds_sketch_next(s, &cursor, &b);)
        times[b.bucket - first] = (uint32_t)b.times;
    free(s->at);
    *s = (ds_sketch){times, first, s->used, count, count, true};
    return true;
}

static bool fit_range(const ds_sketch *s)
{
    ds_sketch_entry b;
    for (uint32_t cursor = 0; ds_sketch_next(s, &cursor, &b);)
        if (b.times > UINT32_MAX)
            return false;
    return true;
}

/* A range that also holds a bucket; when it is outside, with a margin on that side. */
static bool widen(ds_sketch *s, int32_t first, int32_t last, int32_t bucket)
{
    const int32_t margin = (last - first) / 8 + 4;
    if (bucket < first)
        first = bucket - margin;
    if (bucket > last)
        last = bucket + margin;
    return to_range(s, first, (uint32_t)(last - first + 1));
}

static uint32_t span(int32_t first, int32_t last, int32_t bucket)
{
    first = bucket < first ? bucket : first;
    last = bucket > last ? bucket : last;
    return (uint32_t)(last - first + 1);
}

/* Makes room for a bucket that the pairs do not hold: more pairs, or a range where that is less. */
static bool grow(ds_sketch *s, int32_t bucket)
{
    const uint64_t *const pair = s->at;
    if (s->count > LEAST_ROOM) {
        const int32_t first = bucket_of(pair[0]), last = bucket_of(pair[s->count - 1]);
        if (span(first, last, bucket) <= 2 * s->used && fit_range(s))
            return widen(s, first, last, bucket);
    }
    const uint32_t room = s->room + s->room / 4 + LEAST_ROOM;
    void *const more = realloc(s->at, room * sizeof *pair);
    if (!more)
        return false;
    s->at = more;
    s->room = room;
    return true;
}

static bool add_pair(ds_sketch *s, int32_t bucket, uint64_t times)
{
    const uint32_t at = search(s, bucket);
    if (holds(s, at, bucket)) {
        ((uint64_t *)s->at)[at] += times;
        return true;
    }
    if (s->count == s->room) {
        if (!grow(s, bucket))
            return false;
        if (s->range)
            return ds_sketch_add(s, bucket, times);
    }
    uint64_t *const pair = s->at;
    memmove(pair + at + 1, pair + at, (s->count - at) * sizeof *pair);
    pair[at] = pair_of(bucket, times);
    s->count++;
    s->used++;
    return true;
}

bool ds_sketch_add(ds_sketch *sketch, int32_t bucket, uint64_t times)
{
    while (sketch->range) {
        const uint32_t i = (uint32_t)(bucket - sketch->first);
        uint32_t *const count = sketch->at;
        if (DS_LIKELY(i < sketch->count && times <= UINT32_MAX - count[i])) {
            sketch->used += !count[i];
            count[i] += (uint32_t)times;
            return true;
        }
        const int32_t last = sketch->first + (int32_t)sketch->count - 1;
        const bool worth = span(sketch->first, last, bucket) <= 3 * (sketch->used + 1);
        if (i < sketch->count || !worth ? !to_pairs(sketch)
                                        : !widen(sketch, sketch->first, last, bucket))
            return false;
    }
    return add_pair(sketch, bucket, times);
}

bool ds_sketch_next(const ds_sketch *sketch, uint32_t *cursor, ds_sketch_entry *out)
{
    const uint32_t *const times = sketch->at;
    const uint64_t *const pair = sketch->at;
    while (sketch->range && *cursor < sketch->count && !times[*cursor])
        ++*cursor;
    if (*cursor >= sketch->count)
        return false;
    if (sketch->range)
        *out = (ds_sketch_entry){sketch->first + (int32_t)*cursor, times[*cursor]};
    else
        *out = (ds_sketch_entry){bucket_of(pair[*cursor]), pair[*cursor] & count_mask};
    ++*cursor;
    return true;
}

size_t ds_sketch_bytes(const ds_sketch *sketch)
{
    return sketch->room * entry_size(sketch);
}
