/* The functions of sim/core/real.h against MPFR at 200 bits, over ranges of random arguments. */
#ifndef DS_TESTS_REAL_H
#define DS_TESTS_REAL_H

#include "sim/core/quick.h"
#include "sim/core/real.h"
#include "sim/core/rng.h"

#include <check.h>
#include <mpfr.h>

enum { REFERENCE_BITS = 200 };

typedef int (*of_one)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);

/* Arguments between `low` and `high`: alike likely, or their logarithms, with either sign. */
typedef struct range {
    const char *name;
    double (*ours)(double);
    of_one exact;
    double low, high;
    bool spread;
} range;

static const range ranges[] = {
    {"exp", ds_exp, mpfr_exp, -746, 710, false},
    {"exp", ds_exp, mpfr_exp, -4, 4, false},
    {"exp", ds_exp, mpfr_exp, 1e-20, 800, true},
    {"exp2", ds_exp2, mpfr_exp2, -1076, 1025, false},
    {"exp2", ds_exp2, mpfr_exp2, 1e-20, 2000, true},
    {"expm1", ds_expm1, mpfr_expm1, -60, 710, false},
    {"expm1", ds_expm1, mpfr_expm1, -0.5, 0.5, false},
    {"expm1", ds_expm1, mpfr_expm1, 1e-310, 800, true},
    {"tanh", ds_tanh, mpfr_tanh, -23, 23, false},
    {"tanh", ds_tanh, mpfr_tanh, 1e-310, 100, true},
    {"log", ds_log, mpfr_log, 0, 10, false},
    {"log", ds_log, mpfr_log, 0.9, 1.1, false},
    {"log", ds_log, mpfr_log, 0.99999, 1.00001, false},
    {"log", ds_log, mpfr_log, 5e-324, 1.7e308, true},
    {"log1p", ds_log1p, mpfr_log1p, -1, 10, false},
    {"log1p", ds_log1p, mpfr_log1p, -1e-3, 1e-3, false},
    {"log1p", ds_log1p, mpfr_log1p, 1e-310, 1.7e308, true},
    {"sin", ds_sin, mpfr_sin, 0, 6.2831853071795865, false},
    {"sin", ds_sin, mpfr_sin, -1100, 1100, false},
    {"sin", ds_sin, mpfr_sin, 1e-310, 1e30, true},
    {"cos", ds_cos, mpfr_cos, 0, 6.2831853071795865, false},
    {"cos", ds_cos, mpfr_cos, -1100, 1100, false},
    {"cos", ds_cos, mpfr_cos, 1e-310, 1e30, true},
};

static int log_gamma(mpfr_ptr y, mpfr_srcptr x, mpfr_rnd_t how)
{
    int sign;
    return mpfr_lgamma(y, &sign, x, how);
}

/* By MPFR alone; fewer draws will do. */
static const range others[] = {
    {"acos", ds_acos, mpfr_acos, -1.1, 1.1, false},
    {"acosh", ds_acosh, mpfr_acosh, 1, 100, false},
    {"asin", ds_asin, mpfr_asin, 1e-310, 1.1, true},
    {"asinh", ds_asinh, mpfr_asinh, 1e-310, 1e300, true},
    {"atan", ds_atan, mpfr_atan, 1e-310, 1e300, true},
    {"atanh", ds_atanh, mpfr_atanh, 1e-310, 1.1, true},
    {"cbrt", ds_cbrt, mpfr_cbrt, 1e-310, 1e300, true},
    {"cosh", ds_cosh, mpfr_cosh, 1e-10, 720, true},
    {"erf", ds_erf, mpfr_erf, 1e-310, 8, true},
    {"erfc", ds_erfc, mpfr_erfc, -7, 30, false},
    {"exp10", ds_exp10, mpfr_exp10, -330, 310, false},
    {"lgamma", ds_lgamma, log_gamma, -200, 1000, false},
    {"log10", ds_log10, mpfr_log10, 5e-324, 1.7e308, true},
    {"log2", ds_log2, mpfr_log2, 5e-324, 1.7e308, true},
    {"sinh", ds_sinh, mpfr_sinh, 1e-310, 720, true},
    {"tan", ds_tan, mpfr_tan, 1e-310, 1e10, true},
    {"tgamma", ds_tgamma, mpfr_gamma, -190, 180, false},
};
enum { RANGES = sizeof ranges / sizeof *ranges, OTHERS = sizeof others / sizeof *others };

static double between(ds_rng *rng, double low, double high, bool spread)
{
    const double u = ds_rng_uniform(rng);
    if (!spread)
        return low + u * (high - low);
    const double x = exp2(log2(low) + u * (log2(high) - log2(low)));
    return ds_rng_next(rng) & 1 ? x : -x;
}

/* A reference takes any exponent; the functions under test leave MPFR with those of doubles. */
static void make_room(void)
{
    mpfr_set_emin(mpfr_get_emin_min());
    mpfr_set_emax(mpfr_get_emax_max());
}

static bool same_bits(double a, double b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

static double rounded(of_one exact, double x)
{
    MPFR_DECL_INIT(from, 53);
    MPFR_DECL_INIT(to, REFERENCE_BITS);
    make_room();
    mpfr_set_d(from, x, MPFR_RNDN);
    exact(to, from, MPFR_RNDN);
    return mpfr_get_d(to, MPFR_RNDN);
}

static double rounded_pow(double x, double y)
{
    MPFR_DECL_INIT(base, 53);
    MPFR_DECL_INIT(power, 53);
    MPFR_DECL_INIT(to, REFERENCE_BITS);
    make_room();
    mpfr_set_d(base, x, MPFR_RNDN);
    mpfr_set_d(power, y, MPFR_RNDN);
    mpfr_pow(to, base, power, MPFR_RNDN);
    return mpfr_get_d(to, MPFR_RNDN);
}

static void agree_at(const range *r, double x)
{
    const double ours = r->ours(x), nearest = rounded(r->exact, x);
    ck_assert_msg(same_bits(ours, nearest), "%s(%a) is %a, must be %a", r->name, x, ours, nearest);
}

static void agree_over(const range *r, uint32_t stream, int draws)
{
    ds_rng rng = ds_rng_stream(1991, stream, 0, 0);
    for (int i = 0; i < draws; i++)
        agree_at(r, between(&rng, r->low, r->high, r->spread));
}

static void pow_agrees_at(double x, double y)
{
    const double ours = ds_pow(x, y), nearest = rounded_pow(x, y);
    ck_assert_msg(same_bits(ours, nearest), "pow(%a, %a) is %a, must be %a", x, y, ours, nearest);
}

/* Bases of every size and near 1, powers that keep the result in range or just leave it, small ones
 * and those that policies have. */
static void pow_agrees(uint32_t stream, int draws)
{
    static const double usual[] = {3, -1, 0.5, 1.5, 2, 4, -0.5, 1.0 / 3};
    ds_rng rng = ds_rng_stream(1991, stream, 1, 0);
    for (int i = 0; i < draws; i++) {
        const double near_1 = 1 + between(&rng, 1e-16, 0.5, true);
        const double any = fabs(between(&rng, 1e-308, 1e308, true));
        const double x = i % 2 ? near_1 : i % 4 ? 3 * ds_rng_open(&rng) : any;
        const double most = 750 / log(x), u = 2 * ds_rng_uniform(&rng) - 1;
        pow_agrees_at(x, i % 3 == 0 ? u * most : i % 3 == 1 ? 4 * u : usual[i / 3 % 8]);
    }
}

#endif
