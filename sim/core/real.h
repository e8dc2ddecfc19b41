/*
 * Elementary functions whose results are the same bits everywhere: the nearest double to the true
 * value. Those of the C library are close to it, on which side hangs on the processor. Whatever
 * reaches a result is computed with these, the operations + - * / and sqrt, and functions without
 * rounding (floor, fmin, ldexp ...), or not at all; tests/system/bits.sh sees to that.
 *
 * Values at the edges are those of the C standard, annex F. errno and floating-point flags are left
 * alone; rounding must be to nearest.
 */
#ifndef DS_CORE_REAL_H
#define DS_CORE_REAL_H

#include "arithmetic.h"

/* Within a factor of 1.5 of the time that glibc's take. */
double ds_exp(double x);
double ds_exp2(double x);
double ds_expm1(double x);
double ds_log(double x);
double ds_pow(double x, double y);
double ds_sin(double x);
double ds_cos(double x);
double ds_tanh(double x);

/* Some microseconds each: not for what happens often. */
double ds_acos(double x);
double ds_acosh(double x);
double ds_asin(double x);
double ds_asinh(double x);
double ds_atan(double x);
double ds_atan2(double y, double x);
double ds_atanh(double x);
double ds_cbrt(double x);
double ds_cosh(double x);
double ds_erf(double x);
double ds_erfc(double x);
double ds_exp10(double x);
double ds_hypot(double x, double y);
double ds_lgamma(double x);
double ds_log10(double x);
double ds_log1p(double x);
double ds_log2(double x);
double ds_sinh(double x);
double ds_tan(double x);
double ds_tgamma(double x);

#endif
