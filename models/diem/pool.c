#include "pool.h"

#include <math.h>

/* A 192-bit product, most significant word first: prices of 1e18-scaled tokens need it. */
typedef struct triple {
    uint64_t high, middle, low;
} triple;

static triple multiply(ds_wide a, uint64_t b)
{
    const ds_wide low = (ds_wide)(uint64_t)a * b;
    const ds_wide high = (ds_wide)(uint64_t)(a >> 64) * b + (low >> 64);
    return (triple){(uint64_t)(high >> 64), (uint64_t)high, (uint64_t)low};
}

static ds_wide top_of(triple n)
{
    return (ds_wide)n.high << 64 | n.middle;
}

/* floor(n / d) of a quotient that fits 64 bits, a bit at a time: only amounts beyond the everyday
 * come here. d < 2^85, as all divisors here, so the rest never overflows. */
static uint64_t divide(triple n, ds_wide d)
{
    ds_wide rest = top_of(n);
    uint64_t quotient = 0;
    for (int bit = 63; bit >= 0; bit--) {
        rest = rest << 1 | (n.low >> bit & 1);
        if (rest >= d) {
            rest -= d;
            quotient |= (uint64_t)1 << bit;
        }
    }
    return quotient;
}

/* floor(a·b / d), d > 0; UINT64_MAX when it does not fit. */
static uint64_t muldiv(ds_wide a, uint64_t b, ds_wide d)
{
    const triple product = multiply(a, b);
    if (top_of(product) >= d)
        return UINT64_MAX;
    if (product.high)
        return divide(product, d);
    return (uint64_t)(((ds_wide)product.middle << 64 | product.low) / d);
}

uint64_t ds_pool_out(uint64_t in, uint64_t x, uint64_t y, uint32_t fee)
{
    if (in == 0 || x == 0 || y == 0)
        return 0;
    const ds_wide paid = (ds_wide)in * (DS_FEE_ONE - fee);
    return muldiv(paid, y, (ds_wide)x * DS_FEE_ONE + paid);
}

uint64_t ds_pool_in(uint64_t out, uint64_t x, uint64_t y, uint32_t fee)
{
    if (out >= y || x == 0)
        return UINT64_MAX;
    const uint64_t least =
        muldiv((ds_wide)x * DS_FEE_ONE, out, (ds_wide)(y - out) * (DS_FEE_ONE - fee));
    return least == UINT64_MAX ? UINT64_MAX : least + 1;
}

/* (x + in) / (y - out) <= price, in integers: a double is m·2^e with m of 53 bits. */
static bool within(uint64_t in, uint64_t x, uint64_t y, double price, uint32_t fee)
{
    int e;
    const uint64_t m = (uint64_t)ldexp(frexp(price, &e), 53);
    const ds_wide paid = (ds_wide)x + in;
    const ds_wide worth = (ds_wide)m * (y - ds_pool_out(in, x, y, fee));
    e -= 53;
    if (e >= 0) /* from 2^65 on one price unit is more than any `paid` */
        return e > 65 || (paid + (((ds_wide)1 << e) - 1)) >> e <= worth;
    return e > -128 && paid <= worth >> -e;
}

/*
 * Paying d raises the reserve x to x + d while y falls to xy / (x + gd), g = 1 - fee: the price is
 * (x + d)(x + gd) / (xy). With p the target times y: g d^2 + (1 + g) x d + x^2 - p x = 0, whose
 * positive root is taken in the form that does not cancel.
 */
static double root(double x, double target, double g)
{
    const double b = (1 + g) * x;
    return 2 * x * (target - x) / (b + sqrt(b * b + 4 * g * x * (target - x)));
}

static uint64_t clamped(double d)
{
    if (!(d > 0))
        return 0;
    return d >= 0x1p63 ? (uint64_t)DS_AMOUNT_MAX : (uint64_t)d;
}

/* The last payment within, when `low` is and `high` is not. */
static uint64_t between(uint64_t low, uint64_t high, uint64_t x, uint64_t y, double price,
                        uint32_t fee)
{
    while (high - low > 1) {
        const uint64_t middle = low + (high - low) / 2;
        if (within(middle, x, y, price, fee))
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* The root is right to a few parts in 1e16 of x; the last units are found in integers, by steps
 * that double and then a bisection. */
uint64_t ds_pool_to_price(uint64_t x, uint64_t y, double price, uint32_t fee)
{
    if (x == 0 || y == 0 || !(price > 0))
        return 0;
    if (isinf(price))
        return DS_AMOUNT_MAX;
    if (!within(0, x, y, price, fee))
        return 0;
    uint64_t low = clamped(root((double)x, price * (double)y, 1 - (double)fee / DS_FEE_ONE));
    uint64_t high = low;
    for (uint64_t step = 1; within(high, x, y, price, fee); step *= 2) {
        if (high == DS_AMOUNT_MAX)
            return DS_AMOUNT_MAX;
        low = high;
        high = step > DS_AMOUNT_MAX - high ? (uint64_t)DS_AMOUNT_MAX : high + step;
    }
    for (uint64_t step = 1; !within(low, x, y, price, fee); step *= 2) {
        high = low;
        low = step > low ? 0 : low - step;
    }
    return between(low, high, x, y, price, fee);
}

double ds_pool_spot(uint64_t x, uint64_t y)
{
    return y ? (double)x / (double)y : INFINITY;
}

double ds_pool_slippage(uint64_t in, uint64_t x, uint64_t y, uint32_t fee)
{
    if (in == 0)
        return 0;
    return 1 - (double)ds_pool_out(in, x, y, fee) / (double)in * ds_pool_spot(x, y);
}

uint64_t ds_pool_most(uint64_t x, uint32_t fee, double bound)
{
    const double kept = 1 - (double)fee / DS_FEE_ONE;
    return clamped((double)x * bound / (kept * (1 - bound)));
}

uint64_t ds_pool_depth(uint64_t x, uint64_t y, double move, uint32_t fee)
{
    return ds_pool_to_price(x, y, ds_pool_spot(x, y) * (1 + move), fee);
}
