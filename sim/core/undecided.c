#include "undecided.h"

#include <gmp.h>
#include <mpfr.h>
#include <pthread.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- memory ---- */

enum { RESERVE = 1 << 15, GRAIN = 16 };

/*
 * Where memory is short GMP would end the program. What this thread's numbers need is then taken
 * from here: a few thousand bytes, given back when the value is known. The allocator is the whole
 * process's, so pieces come and go that have nothing to do with us.
 */
static _Thread_local struct reserve {
    alignas(GRAIN) unsigned char room[RESERVE];
    size_t used;
    bool open;  /* a value is being computed */
    bool known; /* this thread's constants will be forgotten with it */
} reserve;

/* As numbers: pointers into different objects have no order. */
static bool is_reserved(const void *piece)
{
    return (uintptr_t)piece - (uintptr_t)reserve.room < RESERVE;
}

static void *take(size_t size)
{
    void *const piece = malloc(size);
    if (piece)
        return piece;
    const size_t whole = (size + GRAIN - 1) / GRAIN * GRAIN;
    if (!reserve.open || whole > RESERVE - reserve.used)
        return NULL;
    reserve.used += whole;
    return reserve.room + reserve.used - whole;
}

static void give(void *piece, size_t size)
{
    (void)size;
    if (!is_reserved(piece))
        free(piece);
}

static void *resize(void *piece, size_t old, size_t size)
{
    void *const larger = is_reserved(piece) ? NULL : realloc(piece, size);
    if (larger)
        return larger;
    void *const copy = take(size);
    if (copy) {
        memcpy(copy, piece, old < size ? old : size);
        give(piece, old);
    }
    return copy;
}

/* MPFR keeps constants from call to call, for each thread. */
static pthread_key_t threads;

static void forget(void *of_thread)
{
    (void)of_thread;
    mpfr_free_cache2(MPFR_FREE_LOCAL_CACHE);
}

__attribute__((constructor)) static void prepare(void)
{
    mp_set_memory_functions(take, resize, give);
    (void)pthread_key_create(&threads, forget);
}

/* ---- values ---- */

/* Those of doubles, as MPFR counts. */
enum { BITS = 53, LEAST_EXPONENT = -1073, MOST_EXPONENT = 1024 };

static void begin(void)
{
    reserve.open = true;
    if (!reserve.known)
        reserve.known = pthread_setspecific(threads, &reserve) == 0;
    mpfr_set_emin(LEAST_EXPONENT);
    mpfr_set_emax(MOST_EXPONENT);
}

/* What is reserved is given back, and the constants that lie in it. */
static double end(mpfr_ptr y, int side)
{
    mpfr_subnormalize(y, side, MPFR_RNDN);
    const double value = mpfr_get_d(y, MPFR_RNDN);
    if (reserve.used)
        mpfr_free_cache2(MPFR_FREE_LOCAL_CACHE);
    reserve.used = 0;
    reserve.open = false;
    return value;
}

typedef int (*of_one)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);
typedef int (*of_two)(mpfr_ptr, mpfr_srcptr, mpfr_srcptr, mpfr_rnd_t);

static int log_gamma(mpfr_ptr y, mpfr_srcptr x, mpfr_rnd_t how)
{
    int sign;
    return mpfr_lgamma(y, &sign, x, how);
}

double ds_undecided(ds_function function, double x)
{
    static const of_one functions[] = {
        [DS_ACOS] = mpfr_acos,    [DS_ACOSH] = mpfr_acosh, [DS_ASIN] = mpfr_asin,
        [DS_ASINH] = mpfr_asinh,  [DS_ATAN] = mpfr_atan,   [DS_ATANH] = mpfr_atanh,
        [DS_CBRT] = mpfr_cbrt,    [DS_COS] = mpfr_cos,     [DS_COSH] = mpfr_cosh,
        [DS_ERF] = mpfr_erf,      [DS_ERFC] = mpfr_erfc,   [DS_LGAMMA] = log_gamma,
        [DS_TGAMMA] = mpfr_gamma, [DS_EXP] = mpfr_exp,     [DS_EXP10] = mpfr_exp10,
        [DS_EXP2] = mpfr_exp2,    [DS_EXPM1] = mpfr_expm1, [DS_LOG] = mpfr_log,
        [DS_LOG10] = mpfr_log10,  [DS_LOG1P] = mpfr_log1p, [DS_LOG2] = mpfr_log2,
        [DS_SIN] = mpfr_sin,      [DS_SINH] = mpfr_sinh,   [DS_TAN] = mpfr_tan,
        [DS_TANH] = mpfr_tanh,
    };
    MPFR_DECL_INIT(from, BITS);
    MPFR_DECL_INIT(y, BITS);
    begin();
    mpfr_set_d(from, x, MPFR_RNDN);
    return end(y, functions[function](y, from, MPFR_RNDN));
}

static double of_both(of_two function, double a, double b)
{
    MPFR_DECL_INIT(first, BITS);
    MPFR_DECL_INIT(second, BITS);
    MPFR_DECL_INIT(y, BITS);
    begin();
    mpfr_set_d(first, a, MPFR_RNDN);
    mpfr_set_d(second, b, MPFR_RNDN);
    return end(y, function(y, first, second, MPFR_RNDN));
}

double ds_undecided_pow(double x, double y)
{
    return of_both(mpfr_pow, x, y);
}

double ds_undecided_atan2(double y, double x)
{
    return of_both(mpfr_atan2, y, x);
}

double ds_undecided_hypot(double x, double y)
{
    return of_both(mpfr_hypot, x, y);
}
