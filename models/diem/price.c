#include "price.h"

#include "sim/core/dist.h"
#include "sim/core/path.h"
#include "sim/core/real.h"

#include <math.h>

#define LEAST_PRICE 1e-12 /* USD: a price is positive and finite whatever the parameters */
#define MOST_PRICE  1e12

enum { SHORT_MEAN = 30, MOST_SHORT = 400 };

#define P DS_P_NUMBER
#define S ds_price_config
const ds_param ds_price_params[] = {
    P(S, drift, "1/yr", 0, -10, 10, "log of the expected growth in a year: exp(drift) on average",
      NULL),
    P(S, volatility, "1/yr", 1.07, 0, 20, "sd of the diffusion's log return in a year",
      "120 daily closes to 2026-09-19, jumps taken out"),
    P(S, jumps, "1/yr", 9, 0, 1000, "jumps", "120 daily closes to 2026-09-19"),
    P(S, jump_mean, "1", 0, -5, 5, "mean log jump", NULL),
    P(S, jump_spread, "1", 0.25, 0, 5, "sd of a log jump", "120 daily closes to 2026-09-19"),
    {DS_AT(S, path), .kind = DS_PATH, .unit = "USD", .min = LEAST_PRICE, .max = MOST_PRICE,
     .doc = "dated prices that the venue follows instead, a CSV file"},
    {0},
};
#undef P
#undef S

/* Least n whose distribution function passes the uniform. */
static unsigned short_poisson(double mean, double uniform)
{
    unsigned n = 0;
    double p = ds_exp(-mean), sum = p;
    while (uniform >= sum && n < MOST_SHORT) {
        p *= mean / ++n;
        sum += p;
    }
    return n;
}

/* As above where exp(-mean) may vanish: probabilities are relative to the greatest one's, as far as
 * they count. */
static unsigned long_poisson(double mean, double uniform)
{
    static const double nothing = 1e-20;
    double first = floor(mean), last = first, least = 1, p = 1, total = 1;
    while (first > 0 && least > nothing) {
        least *= first-- / mean;
        total += least;
    }
    while (p > nothing) {
        p *= mean / ++last;
        total += p;
    }
    p = least;
    double n = first, sum = least;
    while (uniform * total >= sum && n < last) {
        p *= mean / ++n;
        sum += p;
    }
    return (unsigned)n;
}

static unsigned poisson(double mean, double uniform)
{
    return mean < SHORT_MEAN ? short_poisson(mean, uniform) : long_poisson(mean, uniform);
}

/*
 * The sum of n log jumps is one normal, so a step takes the same three words however many there
 * are, and two runs stay aligned. The drift is that of the price: the log's is less by half the
 * variance and by what jumps add, lambda (E exp(J) - 1).
 */
static double jump_diffusion(const ds_price_config *c, double days, ds_rng *rng)
{
    const double years = days / 365;
    double z[2];
    ds_rng_two_normals(rng, z);
    const unsigned n = poisson(c->jumps * years, ds_rng_uniform(rng));
    const double added = c->jumps * ds_expm1(c->jump_mean + c->jump_spread * c->jump_spread / 2);
    const double drift = c->drift - c->volatility * c->volatility / 2 - added;
    return drift * years + c->volatility * sqrt(years) * z[0] + n * c->jump_mean +
           sqrt(n) * c->jump_spread * z[1];
}

double ds_price_begin(const ds_price_config *config, double fallback, double date)
{
    return config->path.count ? ds_path_at(&config->path, date) : fallback;
}

double ds_price_step(const ds_price_config *config, double price, double date, double dt,
                     ds_rng *rng)
{
    const ds_path *const path = &config->path;
    const double last = ds_path_end(path);
    if (date - dt < last) { /* only what lies behind the path is left to chance */
        price = path->value[path->count - 1];
        dt = fmax(0, date - last);
    }
    /* Drawn on the path too: streams stay aligned. */
    const double growth = jump_diffusion(config, dt, rng);
    if (path->count && date <= last)
        return ds_path_at(path, date);
    return fmin(fmax(price * ds_exp(growth), LEAST_PRICE), MOST_PRICE);
}
