/*
 * Elementary functions to 2^-61 of their value or much better, in two doubles, by + - * / alone,
 * which every processor and compiler rounds alike: no fused operation, nothing of libm's. Where
 * value - error and value + error round to the same double, that is the correctly rounded value
 * (Ziv 1991), and real.c returns it; where not, it asks MPFR: of a million values of sin, cos and
 * expm1 some hundreds, of the others a few.
 *
 * The same idea throughout: tables (Tang 1989) take the argument so near to 0 that all terms but
 * the first are small, and what their rounding errs is less than is wanted; first terms are exact,
 * as products of numbers of 26 bits (Dekker 1971), and as sums with what they lack (Fast2Sum), of
 * which the first is the larger, or a multiple of the last place of the second. Errors are bounds
 * of what the comments add up; tests/unit/test_real.c measures them.
 */
#ifndef DS_CORE_NEAR_H
#define DS_CORE_NEAR_H

#include "arithmetic.h"
#include "real_tables.h"
#include "status.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

/* The value lies within `error` of high + low. */
typedef struct ds_near {
    double high, low, error;
} ds_near;

static inline bool ds_near_decides(ds_near n, double *value)
{
    *value = n.high + (n.low + n.error);
    return n.high + (n.low - n.error) == *value;
}

static inline uint64_t ds_bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double ds_of_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The first 26 bits; the rest has 27, and its product with 26 bits is exact. */
static inline double ds_top(double x)
{
    return ds_of_bits(ds_bits_of(x) & ~UINT64_C(0x7ffffff));
}

/* The product, and what that lacks (Dekker 1971). */
static inline ds_near ds_product(double a, double b)
{
    const double at = ds_top(a), ab = a - at, bt = ds_top(b), bb = b - bt, product = a * b;
    return (ds_near){product, ((at * bt - product) + at * bb + ab * bt) + ab * bb, 0};
}

/* 2^e, for a normal number. */
static inline double ds_power_of_2(int64_t e)
{
    return ds_of_bits((uint64_t)(e + 1023) << 52);
}

/* The whole number nearest to x, which is below 2^51: the last places of a sum. */
static inline int64_t ds_whole(double *x)
{
    static const double shift = 0x1.8p52;
    const double sum = *x + shift;
    *x = sum - shift;
    return (int64_t)(ds_bits_of(sum) - UINT64_C(0x4338000000000000));
}

/* ---- exp, 2^x ---- */

#define DS_EXP_ERROR 0x1p-75

/*
 * 2^(k / 4096) e^(r + rest) / 2^e, from 0.9999 to 2.0001, for |r| < 2^-13.5 and |rest| < 2^-38. The
 * table's power is the exact product of two parts and what they lack; its product with r is exact
 * too. Terms from r^6 / 720 on are below 2^-90. All else that is rounded is below 2^-25.3, so that
 * each of a dozen roundings errs by 2^-79 at most. In all 2^-75.4.
 */
static inline ds_near ds_exp_of_steps(int64_t k, double r, double rest)
{
    const ds_short *const a = &ds_exp_coarse[(uint64_t)k / DS_EXP_STEPS % DS_EXP_STEPS];
    const ds_short *const b = &ds_exp_fine[(uint64_t)k % DS_EXP_STEPS];
    const double all = r + rest, square = all * all;
    const double beyond =
        rest + square * (0.5 + all * (1.0 / 6 + all * (1.0 / 24 + all * (1.0 / 120))));
    const double power = a->high * b->high;
    const double lacks = a->high * b->low + a->low * (b->high + b->low);
    const ds_near first = ds_product(power, r);
    const double high = power + first.high;
    const double low = (first.high - (high - power)) +
                       (first.low + (power * beyond + (lacks + lacks * (r + beyond))));
    return (ds_near){high, low, DS_EXP_ERROR};
}

/*
 * e^(x + low) / 2^e for |x| <= 709, |low| <= 2^-43. x = k ln 2 / 4096 + r. k has 23 bits, so its
 * products with the first two parts of ln 2 / 4096 are exact; x and these are multiples of 2^-66,
 * unless k is 0, and the differences below 2^-13, so they are exact too.
 */
static inline ds_near ds_exp_near(double x, double low, int64_t *e)
{
    double k = x * (DS_EXP_STEPS * DS_EXP_STEPS / 0x1.62e42fefa39efp-1);
    const int64_t number = ds_whole(&k);
    const double r = (x - k * ds_ln2_step[0]) - k * ds_ln2_step[1];
    *e = number >> 12;
    return ds_exp_of_steps(number, r, low - k * ds_ln2_step[2]);
}

/* 2^x / 2^e for |x| < 1024. */
static inline ds_near ds_exp2_near(double x, int64_t *e)
{
    double k = x * (DS_EXP_STEPS * DS_EXP_STEPS);
    const int64_t number = ds_whole(&k);
    const double s = x - k / (DS_EXP_STEPS * DS_EXP_STEPS), top = ds_top(s); /* exact */
    const double rest = top * ds_ln2_short.low + (s - top) * (ds_ln2_short.high + ds_ln2_short.low);
    *e = number >> 12;
    return ds_exp_of_steps(number, top * ds_ln2_short.high, rest);
}

/* ---- e^x - 1, tanh ---- */

/* The rest of a - 1 or 1 - a too, whichever is larger (Knuth's TwoSum). */
static inline ds_near ds_sum(double a, double b)
{
    const double sum = a + b, of_b = sum - a;
    return (ds_near){sum, (a - (sum - of_b)) + (b - of_b), 0};
}

/*
 * For |x| <= 1/4. x = n / 128 + r, |r| <= 2^-8, and with E = e^(n / 128) - 1 the value is
 * E + g + E g, g = e^r - 1. r and the half of the square of its first bits are exact; the terms
 * from the cube on err by 2^-79, or by 2^-71 of r where E is 0. The value is at least 2^-8 where E
 * is not 0. In all 2^-70 of the value.
 */
static inline ds_near ds_expm1_small(double x)
{
    double k = x * DS_EXPM1_STEPS;
    const int64_t n = ds_whole(&k);
    const ds_short *const e = &ds_expm1_table[n + DS_EXPM1_MOST];
    const double r = x - k / DS_EXPM1_STEPS, top = ds_top(r), rest = r - top;
    const double half = 0.5 * top * top, cross = rest * (top + 0.5 * rest), square = r * r;
    const double after = 1.0 / 120 + r * (1.0 / 720 + r * (1.0 / 5040 + r * (1.0 / 40320)));
    const double cubic = square * r * (1.0 / 6 + r * (1.0 / 24 + r * after));
    const double g = r + half, g_low = (half - (g - r)) + (cross + cubic);
    const double g_top = ds_top(g), product = e->high * g_top;
    const double sum = e->high + g, high = sum + product;
    const double lost = (g - (sum - e->high)) + (product - (high - sum));
    const double crossed = e->high * ((g - g_top) + g_low) + e->low * (g + g_low);
    return (ds_near){high, lost + ((e->low + crossed) + g_low), 0x1p-69 * fabs(high)};
}

/* For -38 <= x <= 709; below, the error of the second part would be the larger. */
static inline ds_near ds_expm1_near(double x)
{
    if (fabs(x) <= 0.25)
        return ds_expm1_small(x);
    int64_t e;
    const ds_near power = ds_exp_near(x, 0, &e);
    const double scale = ds_power_of_2(e);
    ds_near n = ds_sum(scale * power.high, -1);
    n.low += scale * power.low;
    n.error = scale * (2 * DS_EXP_ERROR) + 0x1p-104;
    return n;
}

/* For 0 <= x <= 300: q = E / (E + 2), E = e^(2 x) - 1. Of E's error 2 / (E + 2)^2 = (1 - q)^2 / 2
 * remains; the second part of q, from what the first leaves, errs by 2^-104 of q. */
static inline ds_near ds_tanh_near(double x)
{
    const ds_near of = ds_expm1_near(2 * x), e = ds_sum(of.high, of.low), d = ds_sum(e.high, 2);
    const double q = e.high / d.high;
    const ds_near back = ds_product(q, d.high);
    const double left = (e.high - back.high) - back.low;
    const double low = (left + e.low - q * (d.low + e.low)) / d.high;
    return (ds_near){q, low, of.error * (1 - q) * (1 - q) + 0x1p-100 * q};
}

/* ---- log ---- */

/* log x = sum + low + log(1 + a + b): sum a multiple of 2^-42 below 2^10, a one of 2^-37 below
 * 2^-7.6, or 2^-7 where sum is 0, and b below 2^-25 one of 2^-63. */
typedef struct ds_log_parts {
    double sum, low, a, b;
} ds_log_parts;

/* For a normal x > 0. x = 2^e z; 1 + a + b is z times a factor of 11 bits that its first bits
 * choose, 1 near 1. With z as 27 and 26 bits the products are exact. */
static inline ds_log_parts ds_log_split(double x)
{
    const uint64_t bits = ds_bits_of(x), from = bits - DS_LOG_FROM;
    const double e = (double)((int64_t)from >> 52);
    const double z = ds_of_bits(bits - (from & UINT64_C(0xfff) << 52));
    const ds_factor *const by =
        &ds_log_first[from >> (52 - DS_LOG_BITS) & ((1 << DS_LOG_BITS) - 1)];
    const double top = ds_of_bits(ds_bits_of(z) & ~UINT64_C(0x3ffffff));
    return (ds_log_parts){.sum = e * ds_ln2_parts[0] + by->high,
                          .low = e * ds_ln2_parts[1] + by->low,
                          .a = top * by->factor - 1,
                          .b = (z - top) * by->factor};
}

/*
 * For a normal x > 0. 1 + a + b times a factor 1 + s, s a multiple of 2^-15 that a + b chooses, is
 * 1 + r + rest, |r| < 2^-13.3; products and sums but for the last are exact. Then the half of the
 * square of r's first bits is exact too. Tables and their low parts err by 2^-80 of their sum,
 * which is at least 2^-14.1 where it is not 0; terms from the cube on by 2^-79 of r.
 */
static inline ds_near ds_log_near(double x)
{
    const ds_log_parts p = ds_log_split(x);
    double step = (p.a + p.b) * DS_LOG_FINE;
    const ds_factor *const by = &ds_log_second[ds_whole(&step) - DS_LOG_LEAST];
    const double c = (p.a + by->factor) + p.a * by->factor, d = p.b + p.b * by->factor;
    const double r = c + d, top = ds_top(r), rest = (r - top) + (d - (r - c));
    const double half = 0.5 * top * top, cross = rest * (top + 0.5 * rest);
    const double cubic = r * r * r * (1.0 / 3 - r * (0.25 - r * (0.2 - r * (1.0 / 6))));
    const double tables = p.sum + by->high, sum = tables + r, high = sum - half;
    const double lost = (r - (sum - tables)) + ((sum - high) - half);
    const double low = lost + ((p.low + by->low) + ((d - (r - c)) + (cubic - cross)));
    return (ds_near){high, low, 0x1p-77 * fabs(high)};
}

/* For |x| <= 2^-14: as above without tables. */
static inline ds_near ds_log1p_small(double x)
{
    const double top = ds_top(x), rest = x - top;
    const double half = 0.5 * top * top, cross = rest * (top + 0.5 * rest);
    const double cubic = x * x * x * (1.0 / 3 - x * (0.25 - x * (0.2 - x * (1.0 / 6))));
    const double high = x - half;
    return (ds_near){high, ((x - high) - half) + (cubic - cross), 0x1p-77 * fabs(high)};
}

/* For -1 < x. What the sum of 1 and x lacks is below 2^-53 of it, and counts for log(1 + that): its
 * square is below 2^-106. */
static inline ds_near ds_log1p_near(double x)
{
    if (fabs(x) <= 0x1p-14)
        return ds_log1p_small(x);
    const ds_near sum = ds_sum(1, x);
    ds_near n = ds_log_near(sum.high);
    n.low += sum.low / sum.high;
    n.error += 0x1p-104;
    return n;
}

/* ---- pow ---- */

/* y log x to 2^-76.5 of its value. */
static inline ds_near ds_log_times(double x, double y)
{
    const ds_near l = ds_log_near(x), product = ds_product(y, l.high);
    const double rest = product.low + y * l.low, high = product.high + rest;
    return (ds_near){high, rest - (high - product.high), 0x1p-76 * fabs(high)};
}

/* x^y / 2^e for a normal x > 0, where |y log x| <= 709. */
static inline ds_near ds_pow_near(double x, double y, int64_t *e)
{
    const ds_near power = ds_log_times(x, y);
    *e = 0;
    if (!(fabs(power.high) <= 709))
        return (ds_near){1, 0, 1};
    ds_near n = ds_exp_near(power.high, power.low, e);
    n.error += 4 * power.error;
    return n;
}

/* ---- sin, cos ---- */

/*
 * sin(x + quarters pi / 2) for |x| <= 1000. x = n pi / 256 + r; n has 17 bits, so its products with
 * the first two parts of pi / 256 are exact, and so are the differences: multiples of 2^-60 below
 * 2^-7. |r| <= 2^-7.3. With s and c the sine and cosine of the table's angle the value is
 * s + c r + s (cos r - 1) + c (sin r - r); c r is exact but for the last bits of both. The terms
 * err by 2^-65.7 s and 2^-67 r, the third part of n pi / 256 by 2^-114 n.
 */
static inline ds_near ds_sin_near(double x, int quarters)
{
    double k = x * (2 * DS_QUARTER / 0x1.921fb54442d18p+1);
    const int64_t n = ds_whole(&k) + quarters * DS_QUARTER;
    const uint64_t at = (uint64_t)n % DS_QUARTER, quadrant = (uint64_t)n / DS_QUARTER % 4;
    const bool falls = quadrant & 1, below = quadrant & 2;
    const ds_short *const s = &ds_sin_table[falls ? DS_QUARTER - at : at];
    const ds_short *const c = &ds_sin_table[falls ? at : DS_QUARTER - at];
    const double sign = falls ? -1 : 1;
    const double r = sign * ((x - k * ds_angle_step[0]) - k * ds_angle_step[1]);
    const double rest = sign * (-k * ds_angle_step[2]);
    const double all = r + rest, top = ds_top(r), square = all * all;
    const double of_cos =
        square * (-0.5 + square * (1.0 / 24 + square * (-1.0 / 720 + square * (1.0 / 40320))));
    const double of_sin = square * all * (-1.0 / 6 + square * (1.0 / 120 + square * (-1.0 / 5040)));
    const double product = c->high * top, high = s->high + product;
    const double small = c->high * ((r - top) + rest) + c->low * all;
    const double terms = (s->high + s->low) * of_cos + (c->high + c->low) * of_sin;
    const double low = (product - (high - s->high)) + ((s->low + small) + terms);
    const double error = 0x1p-65 * s->high + 0x1p-66 * fabs(r) + 0x1p-112 * fabs(k);
    return below ? (ds_near){-high, -low, error} : (ds_near){high, low, error};
}

#endif
