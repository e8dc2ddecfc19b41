/* Rows of sim/core/real.h: elementary functions, ours and those of the C library. */
#include "bench.h"

#include "sim/core/real.h"
#include "sim/core/rng.h"

#include <dlfcn.h>
#include <math.h>
#include <string.h>

enum { ARGUMENTS = 8192, ROUNDS = 400 };

typedef double (*function)(double x, double y);

static volatile double sink;

/* In this program the C library's names are ours. */
static void *of_libm(const char *name)
{
    void *const libm = dlopen("libm.so.6", RTLD_NOW);
    return libm ? dlsym(libm, name) : NULL;
}

static double (*libm_exp)(double), (*libm_log)(double), (*libm_sin)(double);

static double our_exp(double x, double y)
{
    (void)x;
    return ds_exp(y);
}
static double our_log(double x, double y)
{
    (void)y;
    return ds_log(x);
}
static double our_sin(double x, double y)
{
    (void)y;
    return ds_sin(x);
}
static double their_exp(double x, double y)
{
    (void)x;
    return libm_exp(y);
}
static double their_log(double x, double y)
{
    (void)y;
    return libm_log(x);
}
static double their_sin(double x, double y)
{
    (void)y;
    return libm_sin(x);
}

static ds_work call(function f)
{
    static double x[ARGUMENTS], y[ARGUMENTS];
    ds_rng rng = ds_rng_stream(1, 0, 0, 0);
    double sum = 0;
    for (int i = 0; i < ARGUMENTS; i++) {
        x[i] = 5 * ds_rng_open(&rng);
        y[i] = 6 * ds_rng_open(&rng) - 3;
    }
    const double begun = ds_cpu_seconds();
    for (int round = 0; round < ROUNDS; round++)
        for (int i = 0; i < ARGUMENTS; i++)
            sum += f(x[i], y[i]);
    sink = sum;
    return (ds_work){ds_cpu_seconds() - begun, (double)ARGUMENTS * ROUNDS};
}

/* A function of the C library, or ours where there is none. */
static void take(void *to, const char *name, double (*ours)(double))
{
    void *const theirs = of_libm(name);
    memcpy(to, theirs ? (void *)&theirs : (void *)&ours, sizeof theirs);
}

static ds_work run_exp(double ours)
{
    take(&libm_exp, "exp", ds_exp);
    return call(ours > 0 ? our_exp : their_exp);
}

static ds_work run_log(double ours)
{
    take(&libm_log, "log", ds_log);
    return call(ours > 0 ? our_log : their_log);
}

static ds_work run_sin(double ours)
{
    take(&libm_sin, "sin", ds_sin);
    return call(ours > 0 ? our_sin : their_sin);
}

static ds_work run_pow(double ours)
{
    function theirs = ds_pow;
    void *const found = of_libm("pow");
    if (found)
        memcpy(&theirs, &found, sizeof theirs);
    return call(ours > 0 ? ds_pow : theirs);
}

#define ROWS(name, run, most, bound)                                              \
    {"C library's " name, "ns", (run), 0, 0, NULL, 0, "fused operations"},        \
    {                                                                             \
        name ", nearest", "ns", (run), 1, 0, "C library's " name, (most), (bound) \
    }
const ds_row ds_real_rows[] = {
    ROWS("exp", run_exp, 1.6, "27 operations, and a test of the rounding"),
    ROWS("log", run_log, 2.2, "36 operations, and a test of the rounding"),
    ROWS("sin", run_sin, 1.6, "50 operations, and a test of the rounding"),
    ROWS("pow", run_pow, 2.2, "71 operations, and a test of the rounding"),
    {0},
};
