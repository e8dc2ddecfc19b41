/*
 * A constant-product pool in the integer arithmetic of Uniswap v2 (Adams, Zinsmeister & Robinson
 * 2020): out = floor(f·in·y / (1000000·x + f·in)) with f = 1000000 - fee in millionths, so the fee
 * stays in the pool and the product of the reserves never falls. Pure arithmetic: who owns what is
 * the ledger's.
 */
#ifndef DS_DIEM_POOL_H
#define DS_DIEM_POOL_H

#include "amount.h"

enum { DS_FEE_ONE = 1000000 }; /* fee 0.3 % is 3000 */

/* What `in` buys: reserves x of what is paid in, y of what comes out. 0 when a reserve or in is 0.
 * Exact for all 64-bit arguments. */
uint64_t ds_pool_out(uint64_t in, uint64_t x, uint64_t y, uint32_t fee);
/* Least payment that buys `out` (rounded up, as the contract's getAmountIn); UINT64_MAX when no
 * payment does. */
uint64_t ds_pool_in(uint64_t out, uint64_t x, uint64_t y, uint32_t fee);
/* Payment that brings the pool's price (reserve paid in over reserve that comes out) up to `price`,
 * and never beyond. 0 when it is there already. */
uint64_t ds_pool_to_price(uint64_t x, uint64_t y, double price, uint32_t fee);

#endif
