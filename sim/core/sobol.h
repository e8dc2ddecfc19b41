/*
 * Sobol' points, each coordinate scrambled on its own (Owen 1995, nested uniform scrambling): a
 * point alone is uniform in the cube, and the first 2^k points of a scramble have exactly one in
 * each of the 2^k equal intervals of every coordinate. Points are computed one by one, in any
 * order, from their number: nothing is remembered.
 */
#ifndef DS_CORE_SOBOL_H
#define DS_CORE_SOBOL_H

#include <stdint.h>

enum {
    DS_SOBOL_DIMENSIONS = 40,
    DS_SOBOL_BITS = 20, /* a point's number is below 2^this */
};

/* One coordinate of a point, as the upper bits of a fraction of 2^32; not scrambled. */
uint32_t ds_sobol_plain(uint32_t point, uint32_t dimension);

/* The scrambled coordinate, a fraction of 2^64, in the scramble of that number. Like a stream, it
 * belongs to a seed. */
uint64_t ds_sobol(uint64_t seed, uint32_t scramble, uint32_t point, uint32_t dimension);

#endif
