/*
 * A constant-product pool in the integer arithmetic of Uniswap v2 (Adams, Zinsmeister & Robinson
 * 2020): out = floor(f·in·y / (1000000·x + f·in)) with f = 1000000 - fee in millionths, so the fee
 * stays in the pool and the product of the reserves never falls. x is the reserve of what is paid
 * in, y of what comes out, and a price is x a unit of y. Pure arithmetic: who owns what is the
 * ledger's. Integers are exact for all 64-bit arguments; fee < DS_FEE_ONE.
 */
#ifndef DS_DIEM_POOL_H
#define DS_DIEM_POOL_H

#include "amount.h"

enum { DS_FEE_ONE = 1000000 }; /* fee 0.3 % is 3000 */

/* What `in` buys; 0 when a reserve or in is 0. */
uint64_t ds_pool_out(uint64_t in, uint64_t x, uint64_t y, uint32_t fee);
/* A payment that buys `out`, as the contract's getAmountIn: rounded up, and so at most one unit
 * more than the least that does. UINT64_MAX when no 64-bit payment does. */
uint64_t ds_pool_in(uint64_t out, uint64_t x, uint64_t y, uint32_t fee);
/* The largest payment after which the reserves stand at `price` or below, so one unit more would
 * overshoot. 0 when they are there already; at most DS_AMOUNT_MAX. */
uint64_t ds_pool_to_price(uint64_t x, uint64_t y, double price, uint32_t fee);

/* Price of the reserves as they stand, before fee; INFINITY when y is 0. */
double ds_pool_spot(uint64_t x, uint64_t y);
/* What a payment loses against the spot price, fee and rounding included: 1 - (out / in)·spot. */
double ds_pool_slippage(uint64_t in, uint64_t x, uint64_t y, uint32_t fee);
/* The largest payment whose loss through depth alone, after fee and before rounding, is within a
 * bound 0 .. 1: f·in / (x + f·in) <= bound, in doubles. At most DS_AMOUNT_MAX. */
uint64_t ds_pool_most(uint64_t x, uint32_t fee, double bound);
/* The payment that moves the price up by a share `move`, such as 0.01 for the 1 % depth. */
uint64_t ds_pool_depth(uint64_t x, uint64_t y, double move, uint32_t fee);

#endif
