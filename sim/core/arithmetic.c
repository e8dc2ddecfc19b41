#include "arithmetic.h"

#include <fenv.h>
#include <math.h>

bool ds_arithmetic_is_as_written(void)
{
    const volatile double large = 0x1p53, one = 1, near_1 = 1 + 0x1p-27, by = 49, minus_0 = -0.0;
    const double a = large, b = one, c = near_1, d = by, z = minus_0;
    const bool in_order = (a + b) - a == 0;
    const bool unfused = c * c - (1 + 0x1p-26) == 0;
    const bool divided = b * 49 / d == 1 && b * 98 / d == 2 && b * 147 / d == 3;
    return in_order && unfused && divided && !signbit(z + 0.0);
}

bool ds_arithmetic_is_plain(void)
{
#ifdef __x86_64__
    enum { FLAGS = 0x3f, ALL_MASKED_TO_NEAREST = 0x1f80 };
    return (__builtin_ia32_stmxcsr() & ~(unsigned)FLAGS) == ALL_MASKED_TO_NEAREST;
#else
    volatile double small = DBL_MIN;
    volatile double half = small / 2;
    return half != 0 && half * 2 == small && fegetround() == FE_TONEAREST;
#endif
}

void ds_arithmetic_reset(void)
{
    (void)fesetenv(FE_DFL_ENV);
}
