/*
 * First attempts at the functions that are called most: to 2^-60 of the value, so that all but some
 * 2 of 100 calls end here, at about the cost of the C library's. near.h, whose words these are, has
 * the rest.
 */
#ifndef DS_CORE_QUICK_H
#define DS_CORE_QUICK_H

#include "near.h"

/* ---- exp, 2^x ---- */

/* What is left of half a last place, where an error of 2^-60 of the value is too much: 1 / 64, or
 * 1 / 32 for one of 2^-59. */
#define DS_QUICK_EXP (1 + 0x1p-6)
#define DS_QUICK_POW (1 + 0x1p-5)

/*
 * 2^(k / 128) e^r for |r| < 2^-8.4; decided is where the next double is not reached with `margin`
 * times the part that is rounded off. Errors, as parts of the value: 2^-62 of r, 2^-62 of the sum,
 * 2^-61.5 of the product; terms from r^7 / 5040 on are below 2^-71. In all 2^-60.2.
 */
static inline bool ds_quick_exp_of_steps(int64_t k, double r, double margin, double *value)
{
    const ds_power *const of = &ds_quick_powers[(uint64_t)k % (1 << DS_QUICK_BITS)];
    const double power = ds_of_bits(of->bits + ((uint64_t)k << (52 - DS_QUICK_BITS)));
    const double square = r * r;
    const double terms =
        (0.5 + r * (1.0 / 6)) + square * ((1.0 / 24 + r * (1.0 / 120)) + square * (1.0 / 720));
    const double t = power * (r + (of->tail + square * terms));
    const double high = power + t;
    *value = high;
    return high + (t - (high - power)) * margin == high;
}

/* What is left of x without k ln 2 / 128, as in ds_exp_near: 18 bits of k, and 35 of the first
 * part. */
static inline double ds_quick_left(double x, int64_t *number)
{
    double k = x * ((1 << DS_QUICK_BITS) / 0x1.62e42fefa39efp-1);
    *number = ds_whole(&k);
    return (x - k * ds_quick_step[0]) - k * ds_quick_step[1];
}

/* For |x| <= 660: below, the parts of the value lose digits. */
static inline bool ds_quick_exp(double x, double *value)
{
    int64_t k;
    const double r = ds_quick_left(x, &k);
    return ds_quick_exp_of_steps(k, r, DS_QUICK_EXP, value);
}

/* For |x| <= 950. */
static inline bool ds_quick_exp2(double x, double *value)
{
    double k = x * (1 << DS_QUICK_BITS);
    const int64_t number = ds_whole(&k);
    const double r = (x - k / (1 << DS_QUICK_BITS)) * 0x1.62e42fefa39efp-1;
    return ds_quick_exp_of_steps(number, r, DS_QUICK_EXP, value);
}

/* ---- log ---- */

/*
 * log x for a normal x > 0, from the first reduction alone: |r| <= 2^-7.7, or 2^-7 where the sum is
 * 0. The square, its factor and their product err by 2^-51.3 of r^2 / 2, terms from r^9 / 9 on are
 * 2^-59.2 of r at most.
 */
static inline ds_near ds_quick_log(double x)
{
    const ds_log_parts p = ds_log_split(x);
    const double r = p.a + p.b, square = r * r, high = p.sum + r;
    const double terms =
        (-0.5 + r * (1.0 / 3)) +
        square * ((-0.25 + r * 0.2) + square * ((-1.0 / 6 + r * (1.0 / 7)) + square * -0.125));
    const double low = (r - (high - p.sum)) + ((p.low + (p.b - (r - p.a))) + square * terms);
    return (ds_near){high, low, DS_UNLIKELY(p.sum == 0) ? 0x1p-58 * fabs(r) : 0x1p-66};
}

/* ---- pow ---- */

/*
 * For a normal x > 0. Where |y| <= 16 the error of log x, 2^-67.3, or 2^-58.3 of one below 2^-7,
 * counts for 2^-61 at most, and one more sum for 2^-62. y times the first 26 bits of log x is
 * nearly all, as 52 bits and the rest.
 */
static inline bool ds_quick_pow(double x, double y, double *value)
{
    const ds_near l = ds_quick_log(x);
    const double yt = ds_top(y), lt = ds_top(l.high), lb = (l.high - lt) + l.low;
    const double product = yt * lt, rest = (y - yt) * lt + y * lb;
    int64_t k;
    const double r = ds_quick_left(product, &k) + rest;
    return fabs(y) <= 16 && fabs(product) <= 660 &&
           ds_quick_exp_of_steps(k, r, DS_QUICK_POW, value);
}

#endif
