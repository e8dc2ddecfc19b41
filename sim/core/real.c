#include "real.h"

#include "quick.h"
#include "undecided.h"

/* |x| below this is left to MPFR where the functions' terms would underflow. */
#define TINY 0x1p-900

static double slow_exp(double x)
{
    double value;
    int64_t e;
    if (fabs(x) <= 708 && ds_near_decides(ds_exp_near(x, 0, &e), &value))
        return value * ds_power_of_2(e);
    return ds_undecided(DS_EXP, x);
}

double ds_exp(double x)
{
    double value;
    if (DS_LIKELY(fabs(x) <= 660) && DS_LIKELY(ds_quick_exp(x, &value)))
        return value;
    return slow_exp(x);
}

static double slow_exp2(double x)
{
    double value;
    int64_t e;
    if (fabs(x) <= 1021 && ds_near_decides(ds_exp2_near(x, &e), &value))
        return value * ds_power_of_2(e);
    return ds_undecided(DS_EXP2, x);
}

double ds_exp2(double x)
{
    double value;
    if (DS_LIKELY(fabs(x) <= 950) && DS_LIKELY(ds_quick_exp2(x, &value)))
        return value;
    return slow_exp2(x);
}

double ds_expm1(double x)
{
    double value;
    if (x >= -38 && x <= 708 && fabs(x) >= TINY &&
        DS_LIKELY(ds_near_decides(ds_expm1_near(x), &value)))
        return value;
    return ds_undecided(DS_EXPM1, x);
}

double ds_tanh(double x)
{
    double value;
    if (fabs(x) >= 22)
        return x < 0 ? -1 : 1;
    if (fabs(x) >= TINY && DS_LIKELY(ds_near_decides(ds_tanh_near(fabs(x)), &value)))
        return x < 0 ? -value : value;
    return ds_undecided(DS_TANH, x);
}

static inline bool is_positive_and_normal(double x)
{
    return x >= DBL_MIN && x <= DBL_MAX;
}

static double slow_log(double x)
{
    double value;
    if (is_positive_and_normal(x) && ds_near_decides(ds_log_near(x), &value))
        return value;
    return ds_undecided(DS_LOG, x);
}

double ds_log(double x)
{
    double value;
    if (DS_LIKELY(is_positive_and_normal(x)) && DS_LIKELY(ds_near_decides(ds_quick_log(x), &value)))
        return value;
    return slow_log(x);
}

double ds_log1p(double x)
{
    double value;
    if (x > -1 && x <= DBL_MAX && fabs(x) >= TINY &&
        DS_LIKELY(ds_near_decides(ds_log1p_near(x), &value)))
        return value;
    return ds_undecided(DS_LOG1P, x);
}

static double slow_pow(double x, double y)
{
    double value;
    int64_t e;
    if (is_positive_and_normal(x) && ds_near_decides(ds_pow_near(x, y, &e), &value) && e > -1020 &&
        e < 1020)
        return value * ds_power_of_2(e);
    return ds_undecided_pow(x, y);
}

double ds_pow(double x, double y)
{
    double value;
    if (DS_LIKELY(is_positive_and_normal(x)) && DS_LIKELY(ds_quick_pow(x, y, &value)))
        return value;
    return slow_pow(x, y);
}

double ds_sin(double x)
{
    double value;
    if (fabs(x) <= 1000 && fabs(x) >= TINY && DS_LIKELY(ds_near_decides(ds_sin_near(x, 0), &value)))
        return value;
    return ds_undecided(DS_SIN, x);
}

double ds_cos(double x)
{
    double value;
    if (fabs(x) <= 1000 && DS_LIKELY(ds_near_decides(ds_sin_near(x, 1), &value)))
        return value;
    return ds_undecided(DS_COS, x);
}

/* ---- always by MPFR ---- */

#define BY_MPFR(name, function)             \
    double name(double x)                   \
    {                                       \
        return ds_undecided((function), x); \
    }
BY_MPFR(ds_acos, DS_ACOS)
BY_MPFR(ds_acosh, DS_ACOSH)
BY_MPFR(ds_asin, DS_ASIN)
BY_MPFR(ds_asinh, DS_ASINH)
BY_MPFR(ds_atan, DS_ATAN)
BY_MPFR(ds_atanh, DS_ATANH)
BY_MPFR(ds_cbrt, DS_CBRT)
BY_MPFR(ds_cosh, DS_COSH)
BY_MPFR(ds_erf, DS_ERF)
BY_MPFR(ds_erfc, DS_ERFC)
BY_MPFR(ds_exp10, DS_EXP10)
BY_MPFR(ds_lgamma, DS_LGAMMA)
BY_MPFR(ds_log10, DS_LOG10)
BY_MPFR(ds_log2, DS_LOG2)
BY_MPFR(ds_sinh, DS_SINH)
BY_MPFR(ds_tan, DS_TAN)
BY_MPFR(ds_tgamma, DS_TGAMMA)

double ds_atan2(double y, double x)
{
    return ds_undecided_atan2(y, x);
}

double ds_hypot(double x, double y)
{
    return ds_undecided_hypot(x, y);
}
