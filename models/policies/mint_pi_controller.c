#include "mint_cubic.h"

#include "sim/core/real.h"

#include <math.h>

typedef struct pi_params {
    ds_cubic_params cubic;
    int on;
    double price, utilization;
    double proportional, integral, half_life;
    double fall, rise;
    double least, most;
    double keep; /* derived: part of the integral that is left after a day */
} pi_params;

enum { ON_PRICE, ON_UTILIZATION };
static const char *const on_words[] = {"price", "utilization", NULL};

/* What it remembers. */
enum { FACTOR, INTEGRAL, ERROR, SINCE };

#define GAINS "RAI's controller on mainnet, as of a day: "
static const ds_param table[] = {
    DS_CUBIC_PARAMS(ds_cubic_params),
    DS_P_WORD(pi_params, on, on_words, "price", "what is held at its set point"),
    DS_P_NUMBER(pi_params, price, "USD", 1825, 1e-6, 1e12,
                "set point of the price of DIEM: 365 USD of inference a year at 20 % a year", NULL),
    DS_P_NUMBER(pi_params, utilization, "1", 0.7, 1e-3, 1, "set point of utilization", NULL),
    DS_P_NUMBER(pi_params, proportional, "1/d", 0.01918, 0, 100,
                "rise of the factor a day for an error of 100 %", GAINS "2.22002e-7 a second"),
    DS_P_NUMBER(pi_params, integral, "1/d/d", 1.2274e-4, 0, 100,
                "the same for an error of 100 % that has lasted a day",
                GAINS "1.6442e-14 a second squared"),
    DS_P_NUMBER(pi_params, half_life, "d", 27.8, 1e-3, 36500, "in which the integral forgets half",
                GAINS "it keeps 0.9999997112 a second"),
    DS_P_NUMBER(pi_params, fall, "1/d", 0.1, 0, 0.99, "largest fall of the factor a day", NULL),
    DS_P_NUMBER(pi_params, rise, "1/d", 0.1, 0, 10, "largest rise of the factor a day", NULL),
    DS_P_NUMBER(pi_params, least, "1", 0.1, 1e-6, 1, "the factor is never below", NULL),
    DS_P_NUMBER(pi_params, most, "1", 10, 1, 1e6, "the factor is never above", NULL),
    {0},
};

static bool check(void *params, ds_status *st)
{
    pi_params *const p = params;
    (void)st;
    p->keep = ds_exp2(-1 / p->half_life);
    return true;
}

static double within(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

/* Bounds may have come closer since the factor was found. */
static double factor_of(const pi_params *p, const double *memory)
{
    return within(memory[FACTOR], p->least, p->most);
}

/* Above 0 when DIEM should be dearer to mint: its price below, or utilization above the set point.
 */
static double error_of(const pi_params *p, const ds_view *now)
{
    const double e = p->on == ON_PRICE ? (p->price - now->diem_price) / p->price
                                       : (now->utilization - p->utilization) / p->utilization;
    return isfinite(e) ? e : 0;
}

static void begin(const void *params, const ds_view *now, double *memory)
{
    memory[FACTOR] = 1;
    memory[INTEGRAL] = 0;
    memory[ERROR] = error_of(params, now);
    memory[SINCE] = now->time;
}

/* The error between two epochs is taken as a straight line (GEB: riemannSum). */
static void epoch(const void *params, const ds_view *now, double *memory)
{
    const pi_params *const p = params;
    const double days = now->time - memory[SINCE], error = error_of(p, now);
    if (!(days > 0))
        return;
    memory[INTEGRAL] =
        ds_pow(p->keep, days) * memory[INTEGRAL] + (error + memory[ERROR]) / 2 * days;
    const double output = p->proportional * error + p->integral * memory[INTEGRAL];
    memory[FACTOR] = factor_of(p, memory) * ds_pow(1 + within(output, -p->fall, p->rise), days);
    memory[FACTOR] = factor_of(p, memory);
    memory[ERROR] = error;
    memory[SINCE] = now->time;
}

static double rate(const void *params, const ds_view *now, double supply)
{
    const pi_params *const p = params;
    return factor_of(p, now->memory) * ds_cubic_rate(&p->cubic, supply);
}

const ds_policy ds_mint_pi_controller = {
    .as = {.name = "pi_controller",
           .doc = "A factor times the exponential-cubic rule. Every day the factor rises by a "
                  "part in proportion to the error and to its leaking integral: DIEM becomes "
                  "dearer to mint while its price is below, or utilization above, the set point. "
                  "With power 0 the controller alone sets the rate.",
           .source = "RAI: Ionescu & Soleimani 2020, and GEB's PIController (leaky integral)",
           .params = table,
           .params_size = sizeof(pi_params),
           .check = check},
    .begin = begin,
    .epoch = epoch,
    .rate = rate,
};
