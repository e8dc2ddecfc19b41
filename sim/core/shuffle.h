/*
 * A random order of 0 .. n - 1 that is never written down: the member at any place is computed from
 * a key. So an event can take as many members of a population as it needs, and later meet the same
 * ones again, at a cost that does not grow with the population and without memory.
 */
#ifndef DS_CORE_SHUFFLE_H
#define DS_CORE_SHUFFLE_H

#include <stdint.h>

/* The member at place `i` of the order of `key`; i < n. Every member has exactly one place. */
uint32_t ds_shuffled(uint64_t key, uint32_t n, uint32_t i);

#endif
