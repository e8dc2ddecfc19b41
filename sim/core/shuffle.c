#include "shuffle.h"

#include <assert.h>

/* Over fewer numbers than 64, or in fewer rounds, pairs of members are not equally likely. */
enum { ROUNDS = 8, LEAST_HALF = 3 };

/* Finaliser of SplitMix64 (Steele, Lea & Flood 2014). */
static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}

/* A Feistel network permutes the numbers of 2 * half bits whatever its rounds do (Luby & Rackoff
 * 1988). */
static uint64_t permute(uint64_t key, unsigned half, uint64_t x)
{
    const uint64_t mask = ((uint64_t)1 << half) - 1;
    uint64_t left = x >> half, right = x & mask;
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        const uint64_t next = left ^ (mix(key + round * 0x9e3779b97f4a7c15 + right) & mask);
        left = right;
        right = next;
    }
    return left << half | right;
}

/* Followed until it comes back below n, the permutation of fewer than 4 n numbers is one of n
 * (Black & Rogaway 2002). */
uint32_t ds_shuffled(uint64_t key, uint32_t n, uint32_t i)
{
    unsigned half = LEAST_HALF;
    uint64_t x = i;
    assert(i < n);
    while ((uint64_t)1 << 2 * half < n)
        half++;
    do
        x = permute(key, half, x);
    while (x >= n);
    return (uint32_t)x;
}
