/*
 * Money: signed 64-bit counts of 1e-8 of a token or a dollar. Sums and products that do not fit are
 * found, never wrapped; quotients round down unless the caller says otherwise, so that what is left
 * over stays with the protocol.
 */
#ifndef DS_DIEM_AMOUNT_H
#define DS_DIEM_AMOUNT_H

#include <stdbool.h>
#include <stdint.h>

typedef int64_t ds_amount;
__extension__ typedef unsigned __int128 ds_wide;
__extension__ typedef __int128 ds_sum; /* of any number of amounts */

#define DS_UNIT       100000000 /* units a token */
#define DS_AMOUNT_MAX INT64_MAX

static inline double ds_tokens(ds_amount amount)
{
    return (double)amount * 1e-8;
}

static inline ds_amount ds_smaller(ds_amount a, ds_amount b)
{
    return a < b ? a : b;
}

static inline double ds_tokens_of_sum(ds_sum sum)
{
    return (double)sum * 1e-8;
}

/* Nearest amount at or below; saturates, so that a caller's range check sees the excess; NaN is 0.
 */
static inline ds_amount ds_amount_of(double tokens)
{
    const double units = tokens * 1e8;
    if (!(units > 0))
        return 0;
    return units >= 9.2e18 ? DS_AMOUNT_MAX : (ds_amount)units;
}

/* Nearest amount: what a scenario says in decimals. Saturates at both ends. */
static inline ds_amount ds_amount_near(double tokens)
{
    return ds_amount_of(tokens + 0.5e-8);
}

/* floor(a * b / c) for a, b >= 0, c > 0; DS_AMOUNT_MAX when it does not fit. */
static inline ds_amount ds_muldiv(ds_amount a, ds_amount b, ds_amount c)
{
    const ds_wide product = (ds_wide)(uint64_t)a * (uint64_t)b;
    if (product >> 64 == 0)
        return (ds_amount)((uint64_t)product / (uint64_t)c);
    const ds_wide quotient = product / (uint64_t)c;
    return quotient > (ds_wide)DS_AMOUNT_MAX ? DS_AMOUNT_MAX : (ds_amount)quotient;
}

/* floor(amount * share), 0 <= share <= 1, never more than the amount; a NaN share is 0. */
static inline ds_amount ds_share_of(ds_amount amount, double share)
{
    if (!(share > 0))
        return 0;
    if (share >= 1)
        return amount;
    const double part = (double)amount * share;
    return part >= (double)amount ? amount : (ds_amount)part;
}

#endif
