/* Elementary functions: the nearest double, everywhere, whatever calls them. */
#include "run.h"

#include "sim/core/dist.h"
#include "sim/core/libm.h"
#include "tests/real.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>

enum { DRAWS = 10000, OTHER_DRAWS = 1000 };

/* Memory that is asked for while this is set is refused. */
static bool short_of_memory;

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
    return short_of_memory ? NULL : __real_malloc(size);
}

void *__real_realloc(void *piece, size_t size);
void *__wrap_realloc(void *piece, size_t size);
void *__wrap_realloc(void *piece, size_t size)
{
    return short_of_memory ? NULL : __real_realloc(piece, size);
}

START_TEST(functions_give_the_nearest_double)
{
    agree_over(&ranges[_i], (uint32_t)_i, DRAWS);
}
END_TEST

START_TEST(functions_by_mpfr_give_the_nearest_double)
{
    agree_over(&others[_i], (uint32_t)_i, OTHER_DRAWS);
}
END_TEST

/* Values within 2^-23 to 2^-33 of the middle between two doubles, the worst of 10^8 arguments or
 * so. */
static const struct {
    const char *name;
    double x;
} hard[] = {
    {"exp", -0x1.0766bc2e49972p+2},  {"exp", -0x1.16f89c0fedf54p+2},
    {"exp", 0x1.4a6db43cc3aecp+2},   {"exp", -0x1.15cfe81eeb84ap+3},
    {"exp", 0x1.9e9cbbfd6080bp-31},  {"exp2", 0x1.c9222dbde87a4p+2},
    {"exp2", -0x1.742d9e1e80f7ap+1}, {"exp2", 0x1.01b342aa8eccbp+3},
    {"exp2", -0x1.9d49dda823c7bp+1}, {"exp2", 0x1.e4596526bf94dp-10},
    {"expm1", 0x1.c9e344ecc9fe7p+0}, {"expm1", -0x1.0cca67c8a0715p+2},
    {"expm1", 0x1.e7b98a1760f0bp+1}, {"expm1", 0x1.7f3bd5781618ep+0},
    {"tanh", 0x1.986fff3fab421p-1},  {"tanh", 0x1.54c8851801f54p+0},
    {"tanh", 0x1.71dd002e424cdp+1},  {"tanh", 0x1.13b769f737a53p+2},
    {"log", 0x1.57f8fa17c7ab8p-3},   {"log", 0x1.e8ef4e9d423a6p+8},
    {"log", 0x1.f51411e886b14p-19},  {"log", 0x1.c5612a0859b28p-1},
    {"log", 0x1.62a88613629b6p+678}, {"sin", 0x1.0753d1d960269p+2},
    {"sin", 0x1.684b8e1dceb2ep+2},   {"sin", 0x1.e36c8ecfa0fecp-4},
    {"sin", 0x1.2deb5275b92d1p+2},   {"cos", 0x1.060872baab5ecp+2},
    {"cos", 0x1.2ad0d2e027162p+2},   {"cos", 0x1.549bcc8c4dedcp-3},
    {"cos", 0x1.b59cc692780d5p+1},
};
static const double hard_powers[][2] = {
    {0x1.1b8e1125a293cp-2, 0x1.658e7f6403f1cp+0},
    {0x1.222315d9ca315p+1, 0x1.a316e67130358p-1},
    {0x1.3c59860433918p+2, 0x1.dff217c334724p+0},
    {0x1.6ccf6c94630cp+1, -0x1.5fc0b4db80934p+0},
};

START_TEST(hard_values_are_decided)
{
    for (size_t i = 0; i < sizeof hard / sizeof *hard; i++) {
        int k = 0;
        while (strcmp(ranges[k].name, hard[i].name) != 0)
            k++;
        agree_at(&ranges[k], hard[i].x);
    }
    for (size_t i = 0; i < sizeof hard_powers / sizeof *hard_powers; i++)
        pow_agrees_at(hard_powers[i][0], hard_powers[i][1]);
}
END_TEST

START_TEST(powers_give_the_nearest_double)
{
    pow_agrees(0, 2 * DRAWS);
}
END_TEST

/* ---- what the comments of near.h and quick.h claim ---- */

/* Part of the error that was allowed. */
static double part_of(ds_near n, int64_t e, of_one exact, double x)
{
    MPFR_DECL_INIT(from, 53);
    MPFR_DECL_INIT(to, REFERENCE_BITS);
    make_room();
    mpfr_set_d(from, x, MPFR_RNDN);
    exact(to, from, MPFR_RNDN);
    mpfr_mul_2si(to, to, -e, MPFR_RNDN);
    mpfr_sub_d(to, to, n.high, MPFR_RNDN);
    mpfr_sub_d(to, to, n.low, MPFR_RNDN);
    return fabs(mpfr_get_d(to, MPFR_RNDN)) / n.error;
}

static ds_near exp_near(double x, int64_t *e)
{
    return ds_exp_near(x, 0, e);
}
static ds_near expm1_near(double x, int64_t *e)
{
    *e = 0;
    return ds_expm1_near(x);
}
static ds_near tanh_near(double x, int64_t *e)
{
    *e = 0;
    return ds_tanh_near(x);
}
static ds_near log_near(double x, int64_t *e)
{
    *e = 0;
    return ds_log_near(x);
}
static ds_near quick_log(double x, int64_t *e)
{
    *e = 0;
    return ds_quick_log(x);
}
static ds_near log1p_near(double x, int64_t *e)
{
    *e = 0;
    return ds_log1p_near(x);
}
static ds_near sin_near(double x, int64_t *e)
{
    *e = 0;
    return ds_sin_near(x, 0);
}
static ds_near cos_near(double x, int64_t *e)
{
    *e = 0;
    return ds_sin_near(x, 1);
}

static const struct {
    ds_near (*near)(double, int64_t *);
    of_one exact;
    double low, high;
} bounds[] = {
    {exp_near, mpfr_exp, -709, 709},        {exp_near, mpfr_exp, -1e-4, 1e-4},
    {ds_exp2_near, mpfr_exp2, -1021, 1021}, {expm1_near, mpfr_expm1, -38, 709},
    {expm1_near, mpfr_expm1, -0.25, 0.25},  {expm1_near, mpfr_expm1, 0.0039, 0.0040},
    {tanh_near, mpfr_tanh, 0.01, 22},       {tanh_near, mpfr_tanh, 0.001, 0.3},
    {log_near, mpfr_log, 0.01, 100},        {log_near, mpfr_log, 0.99, 1.01},
    {quick_log, mpfr_log, 0.01, 100},       {quick_log, mpfr_log, 0.99, 1.01},
    {log1p_near, mpfr_log1p, -0.999, 10},   {log1p_near, mpfr_log1p, -6e-5, 6e-5},
    {log1p_near, mpfr_log1p, 6.2e-5, 1e-3}, {log1p_near, mpfr_log1p, -0.01, -6.2e-5},
    {sin_near, mpfr_sin, -1000, 1000},      {sin_near, mpfr_sin, 1e-9, 0.1},
    {cos_near, mpfr_cos, -1000, 1000},      {cos_near, mpfr_cos, 1.57, 1.571},
};

START_TEST(errors_are_within_their_bounds)
{
    ds_rng rng = ds_rng_stream(7, (uint32_t)_i, 0, 0);
    double worst = 0;
    for (int i = 0; i < DRAWS; i++) {
        const double x = between(&rng, bounds[_i].low, bounds[_i].high, false);
        int64_t e;
        const ds_near n = bounds[_i].near(x, &e);
        worst = fmax(worst, part_of(n, e, bounds[_i].exact, x));
    }
    ck_assert_double_lt(worst, 1);
    ck_assert_double_gt(worst, 0.001); /* a bound far off would cost time */
}
END_TEST

/* Near 1, where the logarithm's own error, times the power, is most of it. */
START_TEST(the_error_of_a_power_is_within_its_bound)
{
    ds_rng rng = ds_rng_stream(7, 100, 0, 0);
    double worst = 0;
    make_room();
    for (int i = 0; i < DRAWS; i++) {
        MPFR_DECL_INIT(base, 53);
        MPFR_DECL_INIT(power, 53);
        MPFR_DECL_INIT(to, REFERENCE_BITS);
        const double x = 1 + between(&rng, 1e-6, 0.1, true);
        const double y = between(&rng, -700, 700, false) / log(x);
        int64_t e;
        const ds_near n = ds_pow_near(x, y, &e);
        mpfr_set_d(base, x, MPFR_RNDN);
        mpfr_set_d(power, y, MPFR_RNDN);
        mpfr_pow(to, base, power, MPFR_RNDN);
        mpfr_mul_2si(to, to, -e, MPFR_RNDN);
        mpfr_sub_d(to, to, n.high, MPFR_RNDN);
        mpfr_sub_d(to, to, n.low, MPFR_RNDN);
        worst = fmax(worst, fabs(mpfr_get_d(to, MPFR_RNDN)) / n.error);
    }
    ck_assert_double_lt(worst, 1);
    ck_assert_double_gt(worst, 0.001);
}
END_TEST

/* Of the first attempts only a few are left undecided, of the second hardly any. */
START_TEST(few_values_are_left_to_mpfr)
{
    ds_rng rng = ds_rng_stream(8, 0, 0, 0);
    int first = 0, second = 0;
    for (int i = 0; i < 10 * DRAWS; i++) {
        const double x = between(&rng, 0, 10, false), y = between(&rng, -2, 2, false);
        double value;
        int64_t e;
        first += !ds_quick_exp(x, &value) + !ds_quick_exp2(x, &value) +
                 !ds_near_decides(ds_quick_log(x), &value) + !ds_quick_pow(x, y, &value);
        second += !ds_near_decides(ds_exp_near(x, 0, &e), &value) +
                  !ds_near_decides(ds_exp2_near(x, &e), &value) +
                  !ds_near_decides(ds_log_near(x), &value) +
                  !ds_near_decides(ds_pow_near(x, y, &e), &value);
    }
    ck_assert_int_lt(first, 10 * DRAWS / 12);
    ck_assert_int_gt(first, 10 * DRAWS / 30);
    ck_assert_int_le(second, 2);
    int near_1 = 0;
    for (int i = 0; i < DRAWS; i++) {
        double value;
        near_1 += !ds_near_decides(ds_quick_log(between(&rng, 0.995, 1.005, false)), &value);
    }
    ck_assert_int_lt(near_1, DRAWS / 12);
    ck_assert_int_gt(near_1, DRAWS / 100);
}
END_TEST

/* ---- values at the edges: C17, annex F ---- */

START_TEST(edges_are_those_of_the_standard)
{
    static const double edges[] = {0,
                                   1,
                                   INFINITY,
                                   NAN,
                                   0x1p-1074,
                                   0x1p-1022,
                                   0x1.fffffffffffffp-1023,
                                   0x1.fffffffffffffp1023,
                                   0x1p-53,
                                   0x1p-54,
                                   0x1p-55,
                                   0.5,
                                   2,
                                   0x1.62e42fefa39efp9,
                                   0x1.62e42fefa39fp9,
                                   0x1.74910d52d3051p9,
                                   0x1.74910d52d3052p9,
                                   0x1.74385446d71c3p9,
                                   0x1.6232bdd7abcd2p9,
                                   708,
                                   0x1.6200000000001p9,
                                   1021,
                                   1022.5,
                                   1024,
                                   1074,
                                   1075,
                                   1075.5,
                                   22,
                                   38,
                                   1000,
                                   0x1.fffffffffffffp-1,
                                   0x1.0000000000001p0,
                                   0x1.6p-1,
                                   0x1.5ffffffffffffp-1,
                                   0x1.921fb54442d18p1,
                                   0x1.921fb54442d18p0};
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
        for (int sign = -1; sign <= 1; sign += 2) {
            for (int k = 0; k < RANGES; k++)
                agree_at(&ranges[k], sign * edges[i]);
            for (int k = 0; k < OTHERS; k++)
                agree_at(&others[k], sign * edges[i]);
            for (size_t j = 0; j < sizeof edges / sizeof *edges; j++) {
                pow_agrees_at(sign * edges[i], edges[j]);
                pow_agrees_at(sign * edges[i], -edges[j]);
            }
        }
    ck_assert_double_eq(ds_exp(-INFINITY), 0);
    ck_assert_double_eq(ds_log(0), -INFINITY);
    ck_assert(isnan(ds_log(-1)));
    ck_assert_double_eq(ds_pow(1, NAN), 1);
    ck_assert_double_eq(ds_pow(NAN, 0), 1);
    ck_assert_double_eq(ds_pow(-2, 3), -8);
    ck_assert(isnan(ds_pow(-2, 0.5)));
    ck_assert(signbit(ds_expm1(-0.0)) && signbit(ds_sin(-0.0)) && signbit(ds_tanh(-0.0)));
    ck_assert(signbit(ds_log1p(-0.0)) && ds_log1p(-1) == -INFINITY && isnan(ds_log1p(-1.5)));
}
END_TEST

/* Whole powers of small numbers are exact, or exactly between two doubles. */
START_TEST(exact_powers_and_ties_are_right)
{
    for (int x = 1; x < 200; x++)
        for (int y = -12; y <= 30; y++) {
            pow_agrees_at(x, y);
            pow_agrees_at(x / 8.0, y);
            pow_agrees_at(-x, y);
            pow_agrees_at((double)x * x, y / 2.0);
        }
    pow_agrees_at(0x1.0000008p0, 2); /* 1 + 2^-26 + 2^-56 */
    pow_agrees_at(0x1.00000038p0, 2);
    pow_agrees_at(0x1.0000001p27, 2);
    pow_agrees_at(0x1.8000001p0, 2);
}
END_TEST

/* ---- who calls ---- */

/* The C library's functions would be told apart: one value in 1,000 to 2,000 is another. */
START_TEST(libraries_call_ours)
{
    ds_rng rng = ds_rng_stream(9, 0, 0, 0);
    ck_assert(ds_libm_is_ours());
    for (int i = 0; i < 20000; i++) {
        const double x = 0.01 + 5 * ds_rng_uniform(&rng);
        const double power = ds_pow(2 / (2 + x), 1.7);
        ck_assert_double_eq(gsl_cdf_exponential_P(x, 1), -ds_expm1(-x));
        ck_assert_double_eq(gsl_cdf_exponential_Q(x, 1), ds_exp(-x));
        ck_assert_double_eq(gsl_cdf_pareto_Q(2 + x, 1.7, 2), power);
        ck_assert_double_eq(gsl_cdf_exponential_Qinv(x / 6, 1), -ds_log(x / 6));
    }
}
END_TEST

/* The same words make the same numbers as in GSL, but for the last digits of its tables. */
START_TEST(normals_and_gammas_are_those_of_gsl)
{
    static const double shapes[] = {0.3, 1, 2.5, 40};
    ds_rng a = ds_rng_stream(10, (uint32_t)_i, 0, 0), b = a;
    gsl_rng g = ds_rng_gsl(&b);
    for (int i = 0; i < 300000; i++) {
        const double z = ds_rng_normal(&a), other = gsl_ran_gaussian_ziggurat(&g, 1);
        ck_assert_double_lt(fabs(z - other), 1e-11 * fabs(z));
    }
    for (int i = 0; i < 100000; i++) {
        const double x = ds_rng_gamma(&a, shapes[_i]), other = gsl_ran_gamma(&g, shapes[_i], 1);
        ck_assert_double_lt(fabs(x - other), 1e-10 * x + 1e-11);
    }
}
END_TEST

START_TEST(values_do_not_need_memory)
{
    static const double wide[] = {1e300, 0x1p1023, -3, 1e22, 0.1, 1e-5};
    enum { MANY = 200 };
    double with[MANY][OTHERS + 2], without[MANY][OTHERS + 2];
    for (short_of_memory = false;; short_of_memory = true) {
        double(*const to)[OTHERS + 2] = short_of_memory ? without : with;
        for (int i = 0; i < MANY; i++) {
            for (int k = 0; k < OTHERS; k++)
                to[i][k] = others[k].ours(wide[i % 6] / (i + 1));
            to[i][OTHERS] = ds_sin(wide[i % 6] / (i + 1));
            to[i][OTHERS + 1] = ds_pow(0x1p-1060, i * 1e-3);
        }
        if (short_of_memory)
            break;
    }
    short_of_memory = false;
    for (int i = 0; i < MANY; i++)
        for (int k = 0; k < OTHERS + 2; k++)
            ck_assert(same_bits(with[i][k], without[i][k]));
}
END_TEST

enum { THREADS = 4, EACH = 300 };

static void *compute(void *of_thread)
{
    double(*const values)[OTHERS] = of_thread;
    for (int i = 0; i < EACH; i++)
        for (int k = 0; k < OTHERS; k++)
            values[i][k] = others[k].ours((i + 1) * 0.003);
    return NULL;
}

/* Several threads at once; under AddressSanitizer, that nothing of them is left. */
START_TEST(threads_do_not_disturb_each_other)
{
    static double values[THREADS + 1][EACH][OTHERS];
    pthread_t thread[THREADS];
    for (int t = 0; t < THREADS; t++)
        ck_assert_int_eq(pthread_create(&thread[t], NULL, compute, values[t]), 0);
    for (int t = 0; t < THREADS; t++)
        ck_assert_int_eq(pthread_join(thread[t], NULL), 0);
    compute(values[THREADS]);
    for (int t = 0; t < THREADS; t++)
        for (int i = 0; i < EACH; i++)
            for (int k = 0; k < OTHERS; k++)
                ck_assert(same_bits(values[t][i][k], values[THREADS][i][k]));
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {functions_give_the_nearest_double, RANGES},
        {functions_by_mpfr_give_the_nearest_double, OTHERS},
        {hard_values_are_decided, 0},
        {powers_give_the_nearest_double, 0},
        {errors_are_within_their_bounds, sizeof bounds / sizeof *bounds},
        {the_error_of_a_power_is_within_its_bound, 0},
        {few_values_are_left_to_mpfr, 0},
        {edges_are_those_of_the_standard, 0},
        {exact_powers_and_ties_are_right, 0},
        {libraries_call_ours, 0},
        {normals_and_gammas_are_those_of_gsl, 4},
        {values_do_not_need_memory, 0},
        {threads_do_not_disturb_each_other, 0},
        {0},
    };
    return ds_run_tests("real", tests, 120);
}
