/*
 * Sums of doubles, and of their squares, without any rounding: integers of many words in units of
 * the smallest double, 2^-1074, or of its square (Kulisch 2013; Neal 2015, "Fast exact summation
 * using small and large superaccumulators"). So a sum is the same whatever the order and grouping
 * of its terms. Only the words between the lowest and the highest bit seen take memory: two to four
 * for values of one scale. A sum holds at most DS_EXACT_MOST values.
 */
#ifndef DS_IO_EXACT_H
#define DS_IO_EXACT_H

#include "sim/core/status.h"

#include <stddef.h>
#include <stdint.h>

/* Two's complement; word[i] counts 2^(64 (low + i)) units. All zero: nothing added yet. */
typedef struct ds_exact {
    uint64_t *word;
    uint16_t low, count;
} ds_exact;

#define DS_EXACT_MOST (UINT64_C(1) << 40)

enum {
    DS_EXACT_UNIT = -1074,            /* binary exponent of the unit of a sum of values */
    DS_EXACT_SQUARE_UNIT = 2 * -1074, /* and of a sum of squares */
    DS_EXACT_WORDS = 34,              /* that DS_EXACT_MOST doubles and their sign fill */
    DS_EXACT_SQUARE_WORDS = 67,
};

void ds_exact_free(ds_exact *sum);
void ds_exact_clear(ds_exact *sum); /* to zero; the memory is kept */

/* `value` must be finite. False: no memory; the sum is unchanged. */
DS_MUST_CHECK bool ds_exact_add(ds_exact *sum, double value);
DS_MUST_CHECK bool ds_exact_add_square(ds_exact *sum, double value);

/* Bytes of a magnitude, least first, the first and the last not zero; `low` is the number of zero
 * bytes below them. An empty one is zero. */
typedef struct ds_magnitude {
    uint8_t bytes[DS_EXACT_SQUARE_WORDS * 8 + 16];
    size_t low, count;
    bool negative;
} ds_magnitude;

void ds_exact_magnitude(const ds_exact *sum, ds_magnitude *out);
DS_MUST_CHECK bool ds_exact_add_magnitude(ds_exact *sum, const ds_magnitude *term);

/* Of `n` values, from their sum and their sum of squares as exact fractions. The mean S / n and the
 * variance (n Q - S^2) / (n (n - 1)) are the doubles nearest to them, ties to even; the error of
 * the mean, sqrt(variance / n), is within 1 ulp of it, whatever the variance would overflow to. The
 * latter two are NAN for fewer than two values. */
double ds_exact_mean(const ds_exact *sum, uint64_t n);
double ds_exact_variance(const ds_exact *sum, const ds_exact *squares, uint64_t n);
double ds_exact_error(const ds_exact *sum, const ds_exact *squares, uint64_t n);

size_t ds_exact_bytes(const ds_exact *sum); /* of memory besides the struct */

#endif
