/*
 * Counter-based random streams: Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random
 * numbers: as easy as 1, 2, 3"). The seed is the key; the counter is (block, replica, purpose,
 * agent). So a stream belongs to a replica and a purpose and, where agents act, to an agent, never
 * to a thread: every replica has the same bits however the work is spread, and two rules compared
 * on one seed meet the same demand, prices and failures.
 */
#ifndef DS_CORE_RNG_H
#define DS_CORE_RNG_H

#include "status.h"

#include <gsl/gsl_rng.h>
#include <stdint.h>

enum { DS_RNG_BATCH = 16 }; /* 64-bit words generated at a time, two a block */

typedef struct ds_rng {
    uint64_t word[DS_RNG_BATCH];
    uint64_t block; /* next block of the counter */
    uint64_t seed;
    uint32_t replica, purpose, agent;
    uint32_t at; /* next unused word; DS_RNG_BATCH: none left */
} ds_rng;

enum {
    DS_RNG_PURPOSES = 256, /* a purpose is below this; the last are no model's: */
    DS_FOR_ANALYSIS = 251,
    DS_FOR_DESIGN,
    DS_FOR_SCRAMBLE,
    DS_FOR_SPLITTING,
    DS_FOR_PILOT,
};

/*
 * Replicas that are not independent have numbers with marks, 0 in a plain number: then their
 * streams are those of a plain one but for what the mark says. Each of them alone has the law of a
 * plain one.
 *
 * DS_RNG_MIRROR: every word is the complement of that of the replica without the mark (antithetic
 * variates, Hammersley and Morton 1956).
 *
 * DS_RNG_POINT: a point of one of 16 scrambles (randomised quasi-Monte Carlo). The first word of
 * the stream of purpose d, for d below DS_SOBOL_DIMENSIONS, is the point's coordinate d; which
 * agent's stream, the last or agent 0, is the mark DS_RNG_LAST's to say.
 */
#define DS_RNG_MIRROR (UINT32_C(1) << 31)
#define DS_RNG_POINT  (UINT32_C(1) << 30)
#define DS_RNG_LAST   (UINT32_C(1) << 29)
#define DS_RNG_PLAIN  (UINT32_C(1) << 29) /* a plain number is below */
enum {
    DS_RNG_SCRAMBLE = 24, /* where in a point's number its scramble's begins */
    DS_RNG_SCRAMBLES = 16,
};

ds_rng ds_rng_stream(uint64_t seed, uint32_t replica, uint32_t purpose, uint32_t agent);
void ds_rng_refill(ds_rng *rng);

/* One block of the cipher: out = Philox4x32-10(counter, key). */
void ds_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

/* The two words of one block of a stream, with no state: for agents that draw little and seldom. */
void ds_rng_block(uint64_t seed, uint32_t replica, uint32_t purpose, uint32_t agent, uint64_t block,
                  uint64_t out[2]);

/* The stream goes on as that of another seed from its beginning. */
static inline void ds_rng_rekey(ds_rng *rng, uint64_t seed)
{
    *rng = ds_rng_stream(seed, rng->replica, rng->purpose, rng->agent);
}

static inline uint64_t ds_rng_next(ds_rng *rng)
{
    if (DS_UNLIKELY(rng->at == DS_RNG_BATCH))
        ds_rng_refill(rng);
    return rng->word[rng->at++];
}

/* Goes on at a block of the stream: what is drawn from here hangs on that number alone. */
static inline void ds_rng_seek(ds_rng *rng, uint64_t block)
{
    rng->block = block;
    rng->at = DS_RNG_BATCH;
}

/* 53 bits: [0, 1) and (0, 1). */
static inline double ds_unit(uint64_t word)
{
    return (double)(word >> 11) * 0x1p-53;
}

static inline double ds_unit_open(uint64_t word)
{
    return ((double)(word >> 12) + 0.5) * 0x1p-52;
}

static inline double ds_rng_uniform(ds_rng *rng)
{
    return ds_unit(ds_rng_next(rng));
}

static inline double ds_rng_open(ds_rng *rng)
{
    return ds_unit_open(ds_rng_next(rng));
}

/* Uniform on 0 .. n - 1 without bias (Lemire 2019); n > 0. */
static inline uint32_t ds_rng_below(ds_rng *rng, uint32_t n)
{
    uint64_t m = (ds_rng_next(rng) >> 32) * n;
    if (DS_UNLIKELY((uint32_t)m < n)) {
        const uint32_t least = (uint32_t)(-n) % n;
        while ((uint32_t)m < least)
            m = (ds_rng_next(rng) >> 32) * n;
    }
    return (uint32_t)(m >> 32);
}

/* Whether many blocks are made at once, as the processor can; the words are the same without. */
extern bool ds_rng_side_by_side;

/* GSL's distributions draw from our stream; nothing is allocated. The view must not outlive `rng`.
 */
extern const gsl_rng_type ds_rng_gsl_type;
static inline gsl_rng ds_rng_gsl(ds_rng *rng)
{
    return (gsl_rng){.type = &ds_rng_gsl_type, .state = rng};
}

#endif
