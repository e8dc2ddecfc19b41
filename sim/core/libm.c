/*
 * The names under which the shared libraries that compute for a replica (GSL, Lua), and plugins,
 * call the C library's functions. A program that defines and exports a name is first in the dynamic
 * linker's order, so their calls come here; CMakeLists.txt exports these, tests/system/bits.sh
 * finds whatever such a library calls and is missing. Without <math.h>, whose declarations of the
 * same names compilers believe to be the C library's.
 */
#include "libm.h"

#include "real.h"

#include <gsl/gsl_cdf.h>

extern const char ds_libm[]; /* by which the linker is told to take this file */
const char ds_libm[] = "correctly rounded";

#define OF_ONE(name)         \
    double name(double x);   \
    double name(double x)    \
    {                        \
        return ds_##name(x); \
    }
OF_ONE(acos)
OF_ONE(acosh)
OF_ONE(asin)
OF_ONE(asinh)
OF_ONE(atan)
OF_ONE(atanh)
OF_ONE(cbrt)
OF_ONE(cos)
OF_ONE(cosh)
OF_ONE(erf)
OF_ONE(erfc)
OF_ONE(exp)
OF_ONE(exp10)
OF_ONE(exp2)
OF_ONE(expm1)
OF_ONE(lgamma)
OF_ONE(log)
OF_ONE(log10)
OF_ONE(log1p)
OF_ONE(log2)
OF_ONE(sin)
OF_ONE(sinh)
OF_ONE(tan)
OF_ONE(tanh)
OF_ONE(tgamma)

#define OF_TWO(name)                 \
    double name(double x, double y); \
    double name(double x, double y)  \
    {                                \
        return ds_##name(x, y);      \
    }
OF_TWO(atan2)
OF_TWO(hypot)
OF_TWO(pow)

void sincos(double x, double *sine, double *cosine);
void sincos(double x, double *sine, double *cosine)
{
    *sine = ds_sin(x);
    *cosine = ds_cos(x);
}

bool ds_libm_is_ours(void)
{
    for (int i = 1; i <= 4000; i++) {
        const double x = i / 4001.0;
        if (gsl_cdf_exponential_Q(x, 1) != ds_exp(-x) ||
            gsl_cdf_exponential_Qinv(x, 1) != -ds_log(x) ||
            gsl_cdf_pareto_Q(1 + x, 1.7, 1) != ds_pow(1 / (1 + x), 1.7))
            return false;
    }
    return true;
}
