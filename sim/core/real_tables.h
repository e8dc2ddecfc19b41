/*
 * Constants of the functions in near.h. The numbers are in real_tables.c, which
 * tests/system/real_tables.c prints from MPFR; a test compares the two.
 */
#ifndef DS_CORE_REAL_TABLES_H
#define DS_CORE_REAL_TABLES_H

#include <stdint.h>

enum {
    DS_QUICK_BITS = 7,    /* of the exponent that choose a power of 2 */
    DS_EXP_STEPS = 64,    /* of a factor of 2, twice: one step of the second table is 2^(1/4096) */
    DS_EXPM1_STEPS = 128, /* of 1 */
    DS_EXPM1_MOST = 32,   /* steps to either side of 0 */
    DS_QUARTER = 128,     /* steps of a right angle */
    DS_LOG_BITS = 7,      /* of the mantissa that choose the first factor */
    DS_LOG_FINE = 8192,   /* steps of 1 that choose the second: */
    DS_LOG_LEAST = -34,
    DS_LOG_MOST = 64,
};

/* A number in two parts: the nearest of 26 bits, so that products of two such are exact, and the
 * nearest double to what that lacks. */
typedef struct ds_short {
    double high, low;
} ds_short;

/* A factor of few bits, and minus its logarithm as a multiple of 2^-42 and the rest. */
typedef struct ds_factor {
    double factor, high, low;
} ds_factor;

/* A power of 2: the nearest double less its whole steps, and what it lacks, as a part of it. */
typedef struct ds_power {
    uint64_t bits;
    double tail;
} ds_power;

extern const ds_power ds_quick_powers[1 << DS_QUICK_BITS];
extern const double ds_quick_step[2]; /* ln 2 / 128; the first part is a multiple of 2^-42 */
extern const ds_short ds_exp_coarse[DS_EXP_STEPS], ds_exp_fine[DS_EXP_STEPS];
extern const ds_short ds_expm1_table[2 * DS_EXPM1_MOST + 1];
extern const ds_short ds_sin_table[DS_QUARTER + 1];
extern const ds_factor ds_log_first[1 << DS_LOG_BITS];
extern const ds_factor ds_log_second[DS_LOG_MOST - DS_LOG_LEAST + 1]; /* the factors less 1 */
extern const ds_short ds_ln2_short;
extern const double ds_ln2_parts[2];  /* the first a multiple of 2^-42 */
extern const double ds_ln2_step[3];   /* ln 2 / 4096; parts are multiples of 2^-42 and 2^-66 */
extern const double ds_angle_step[3]; /* half pi / 128; parts are multiples of 2^-40 and 2^-60 */

/* Left edge of the mantissas that the first factors are for, as bits: 0.6875. */
#define DS_LOG_FROM UINT64_C(0x3fe6000000000000)

#endif
