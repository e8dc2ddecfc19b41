/*
 * + - * / and sqrt are the same bits everywhere, where each is rounded to a double, to nearest, and
 * done as it is written. Here is what sees to that.
 */
#ifndef DS_CORE_ARITHMETIC_H
#define DS_CORE_ARITHMETIC_H

#include <float.h>
#include <stdbool.h>

#if FLT_EVAL_METHOD != 0
#error "doubles must be rounded to doubles: on x86, build for SSE2"
#endif
#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__)
#error \
    "results would be other bits on every build: build without -ffast-math, -Ofast and their like"
#endif

/* Whether the compiler left operations as they are written: none fused, none exchanged. */
bool ds_arithmetic_is_as_written(void);

/* Whether this thread's processor rounds to nearest, small numbers too. A library that was linked
 * with -ffast-math tells it to flush these to zero, for the whole program. */
bool ds_arithmetic_is_plain(void);
void ds_arithmetic_reset(void); /* now it does */

#endif
