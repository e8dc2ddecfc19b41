#include "sobol.h"

#include "rng.h"

enum { DEGREE = 8, GROUP = 7, GROUPS = 3, SETTLED = GROUP * GROUPS, PURPOSE = DS_FOR_SCRAMBLE };

/* Primitive polynomials over GF(2) and where their recurrences begin (Bratley and Fox 1988, ACM
 * Algorithm 659), those of gsl_qrng_sobol. The first is of degree 0: van der Corput's sequence. */
static const struct {
    uint16_t polynomial;
    uint8_t begin[DEGREE];
} recurrence[DS_SOBOL_DIMENSIONS] = {
    {1, {1}},
    {3, {1}},
    {7, {1, 1}},
    {11, {1, 3, 7}},
    {13, {1, 1, 5}},
    {19, {1, 3, 1, 1}},
    {25, {1, 1, 3, 7}},
    {37, {1, 3, 3, 9, 9}},
    {59, {1, 3, 7, 13, 3}},
    {47, {1, 1, 5, 11, 27}},
    {61, {1, 3, 5, 1, 15}},
    {55, {1, 1, 7, 3, 29}},
    {41, {1, 3, 7, 7, 21}},
    {67, {1, 1, 1, 9, 23, 37}},
    {97, {1, 3, 3, 5, 19, 33}},
    {91, {1, 1, 3, 13, 11, 7}},
    {109, {1, 1, 7, 13, 25, 5}},
    {103, {1, 3, 5, 11, 7, 11}},
    {115, {1, 1, 1, 3, 13, 39}},
    {131, {1, 3, 1, 15, 17, 63, 13}},
    {193, {1, 1, 5, 5, 1, 27, 33}},
    {137, {1, 3, 3, 3, 25, 17, 115}},
    {145, {1, 1, 3, 15, 29, 15, 41}},
    {143, {1, 3, 1, 7, 3, 23, 79}},
    {241, {1, 3, 7, 9, 31, 29, 17}},
    {157, {1, 1, 5, 13, 11, 3, 29}},
    {185, {1, 3, 1, 9, 5, 21, 119}},
    {167, {1, 1, 3, 1, 23, 13, 75}},
    {229, {1, 3, 3, 11, 27, 31, 73}},
    {171, {1, 1, 7, 7, 19, 25, 105}},
    {213, {1, 3, 5, 5, 21, 9, 7}},
    {191, {1, 1, 1, 15, 5, 49, 59}},
    {253, {1, 1, 1, 1, 1, 33, 65}},
    {203, {1, 3, 5, 15, 17, 19, 21}},
    {211, {1, 1, 7, 11, 13, 29, 3}},
    {239, {1, 3, 7, 5, 7, 11, 113}},
    {247, {1, 1, 5, 3, 15, 19, 61}},
    {285, {1, 3, 1, 1, 9, 27, 89, 7}},
    {369, {1, 1, 3, 7, 31, 15, 45, 23}},
    {299, {1, 3, 3, 9, 9, 25, 107, 39}},
};

static unsigned degree_of(unsigned polynomial)
{
    return 31 - (unsigned)__builtin_clz(polynomial);
}

/* Odd numbers m[i] < 2^(i + 1); the i-th direction is m[i] / 2^(i + 1). */
static void directions(uint32_t dimension, uint32_t m[DS_SOBOL_BITS])
{
    const unsigned polynomial = recurrence[dimension].polynomial, degree = degree_of(polynomial);
    for (unsigned i = 0; i < DS_SOBOL_BITS; i++) {
        if (i < degree || degree == 0) {
            m[i] = degree ? recurrence[dimension].begin[i] : 1;
            continue;
        }
        m[i] = m[i - degree];
        for (unsigned k = 1; k <= degree; k++)
            if (polynomial >> (degree - k) & 1)
                m[i] ^= m[i - k] << k;
    }
}

uint32_t ds_sobol_plain(uint32_t point, uint32_t dimension)
{
    uint32_t m[DS_SOBOL_BITS], x = 0;
    const uint32_t gray = point ^ point >> 1; /* Antonov and Saleev 1979 */
    directions(dimension, m);
    for (unsigned i = 0; i < DS_SOBOL_BITS; i++)
        if (gray >> i & 1)
            x ^= m[i] << (31 - i);
    return x;
}

/* Random bits that belong to a place of the tree of digits; a stream's words, of the last purpose,
 * which streams do not use. */
static void words(uint64_t seed, uint32_t scramble, uint32_t dimension, uint32_t group,
                  uint32_t prefix, uint64_t out[2])
{
    ds_rng_block(seed, scramble, PURPOSE, dimension, (uint64_t)group << 32 | prefix, out);
}

/*
 * Every digit is flipped by a bit that hangs on all digits before it: one bit a node of the binary
 * tree of digits. GROUP levels of the tree below one node have fewer nodes than a block of Philox
 * has bits. Below SETTLED digits no two points of a scramble are in one node, and all further
 * digits are 0: they become random ones.
 */
uint64_t ds_sobol(uint64_t seed, uint32_t scramble, uint32_t point, uint32_t dimension)
{
    const uint32_t x = ds_sobol_plain(point, dimension);
    uint64_t bits[2], flips = 0;
    for (unsigned group = 0; group < GROUPS; group++) {
        words(seed, scramble, dimension, group, group ? x >> (32 - GROUP * group) : 0, bits);
        uint32_t node = 1; /* of a heap: its children are 2 node and 2 node + 1 */
        for (unsigned level = 0; level < GROUP; level++) {
            flips = flips << 1 | (bits[node / 64] >> node % 64 & 1);
            node = 2 * node + (x >> (31 - GROUP * group - level) & 1);
        }
    }
    words(seed, scramble, dimension, GROUPS, x >> (32 - SETTLED), bits);
    return ((uint64_t)x << 32 ^ flips << (64 - SETTLED)) | bits[0] >> SETTLED;
}
