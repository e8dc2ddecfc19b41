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

/* floor(n / d) of a quotient that fits 64 bits, a bit at a time: only amounts beyond the everyday
 * come here. */
static uint64_t divide(triple n, ds_wide d)
{
    ds_wide rest = (ds_wide)n.high << 64 | n.middle;
    uint64_t quotient = 0;
    rest %= d; /* what it drops is 2^64 times something: the quotient would not fit */
    for (int bit = 63; bit >= 0; bit--) {
        const bool carry = rest >> 127;
        rest = rest << 1 | (n.low >> bit & 1);
        if (carry || rest >= d) {
            rest -= d;
            quotient |= (uint64_t)1 << bit;
        }
    }
    return quotient;
}

static uint64_t muldiv(ds_wide a, uint64_t b, ds_wide d)
{
    const triple product = multiply(a, b);
    if (product.high == 0) {
        const ds_wide n = (ds_wide)product.middle << 64 | product.low;
        return (uint64_t)(n / d);
    }
    return divide(product, d);
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
    const ds_wide d = (ds_wide)(y - out) * (DS_FEE_ONE - fee);
    const ds_wide n = (ds_wide)x * DS_FEE_ONE;
    /* A quotient that does not fit: more than there is. */
    if (multiply(n, out).high >= d >> 64 && (double)n * (double)out / (double)d >= 1.8e19)
        return UINT64_MAX;
    return muldiv(n, out, d) + 1;
}

/*
 * Paying d raises the reserve x to x + d while y falls to xy / (x + gd), g = 1 - fee: the price is
 * (x + d)(x + gd) / (xy). With p the target times y: g d^2 + (1 + g) x d + x^2 - p x = 0.
 */
uint64_t ds_pool_to_price(uint64_t x, uint64_t y, double price, uint32_t fee)
{
    const double g = 1 - (double)fee / DS_FEE_ONE;
    const double a = (double)x, target = price * (double)y;
    if (!(target > a))
        return 0;
    const double b = (1 + g) * a;
    const double root = sqrt(b * b + 4 * g * a * (target - a));
    /* The stable form of the positive root, and a hair less than it. */
    const double d = 2 * a * (target - a) / (b + root) * (1 - 1e-12);
    return d >= 9.2e18 ? (uint64_t)9.2e18 : (uint64_t)d;
}
