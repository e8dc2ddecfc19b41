/*
 * Values of functions from MPFR, correctly rounded by construction: what near.h leaves undecided,
 * arguments beyond its ranges, and the functions that it does not have. A microsecond or more each.
 */
#ifndef DS_CORE_UNDECIDED_H
#define DS_CORE_UNDECIDED_H

typedef enum ds_function {
    DS_ACOS,
    DS_ACOSH,
    DS_ASIN,
    DS_ASINH,
    DS_ATAN,
    DS_ATANH,
    DS_CBRT,
    DS_COS,
    DS_COSH,
    DS_ERF,
    DS_ERFC,
    DS_EXP,
    DS_EXP10,
    DS_EXP2,
    DS_EXPM1,
    DS_LGAMMA,
    DS_LOG,
    DS_LOG10,
    DS_LOG1P,
    DS_LOG2,
    DS_SIN,
    DS_SINH,
    DS_TAN,
    DS_TANH,
    DS_TGAMMA,
} ds_function;

double ds_undecided(ds_function function, double x);
double ds_undecided_pow(double x, double y);
double ds_undecided_atan2(double y, double x);
double ds_undecided_hypot(double x, double y);

#endif
