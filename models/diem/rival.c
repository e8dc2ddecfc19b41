#include "rival.h"

#include "sim/core/dist.h"
#include "sim/core/path.h"
#include "sim/core/real.h"

#define MOST_PRICE 1e6 /* over list: a price is finite whatever the parameters */

#define P DS_P_NUMBER
#define S ds_rival_config
const ds_param ds_rival_params[] = {
    P(S, drift, "1/yr", 0, -10, 10,
      "log of the expected growth of the price in a year: exp(drift) on average", NULL),
    P(S, volatility, "1/yr", 0, 0, 20, "sd of the log price's change in a year, before reversion",
      NULL),
    {DS_AT(S, half_life), .kind = DS_NUMBER, .unit = "d", .fallback = INFINITY, .min = 1e-3,
     .max = 1e9, .unlimited = true,
     .doc =
         "time in which half of a deviation from the drifting level is gone; unlimited: none is"},
    {DS_AT(S, path), .kind = DS_PATH, .unit = "1", .fallback = DS_LOG_LINEAR, .min = 1e-9,
     .max = MOST_PRICE,
     .doc = "dated prices over our list price, a CSV file, in place of outside_price; drift and "
            "volatility begin behind its last row"},
    {0},
};
#undef P
#undef S

void ds_rival_begin(ds_rival *r, const ds_rival_config *config, double fallback, double date)
{
    const double price = config->path.count ? ds_path_at(&config->path, date) : fallback;
    *r = (ds_rival){.price = price, .level = price};
}

/* Variance of the deviation after `days` at reversion theta a day: var (1 - exp(-2 theta days)) /
 * (2 theta). */
static double variance(const ds_rival_config *c, double days)
{
    const double a_day = c->volatility * c->volatility / 365;
    const double theta = ds_log(2) / c->half_life;
    return theta > 0 ? a_day * -ds_expm1(-2 * theta * days) / (2 * theta) : a_day * days;
}

static double variance_now(const ds_rival *r, const ds_rival_config *c)
{
    return variance(c, r->days) + r->spread * ds_exp2(-2 * r->days / c->half_life);
}

/* The level is that of the mean: half the variance comes off the log. */
static double price_of(const ds_rival *r, const ds_rival_config *c)
{
    const double added = c->drift * r->days / 365 - variance_now(r, c) / 2 + r->deviate;
    return fmin(r->level * ds_exp(added), MOST_PRICE);
}

void ds_rival_step(ds_rival *r, const ds_rival_config *c, double date, double dt, ds_rng *rng)
{
    const double z = ds_rng_normal(rng); /* drawn on the path too: streams stay aligned */
    const double end = ds_path_end(&c->path);
    if (date <= end) {
        ds_rival_begin(r, c, 0, date);
        return;
    }
    if (date - dt < end) { /* only what lies behind the path is left to chance */
        ds_rival_begin(r, c, 0, end);
        dt = date - end;
    }
    r->days += dt;
    r->deviate = r->deviate * ds_exp2(-dt / c->half_life) + sqrt(variance(c, dt)) * z;
    r->price = price_of(r, c);
}

void ds_rival_changes(ds_rival *r, const ds_rival_config *before, const ds_rival_config *now)
{
    if (before->drift == now->drift && before->volatility == now->volatility &&
        before->half_life == now->half_life)
        return;
    r->spread = variance_now(r, before);
    r->level *= ds_exp(before->drift * r->days / 365);
    r->days = 0;
}

void ds_rival_turns(ds_rival *r, double before, double now)
{
    if (now == before)
        return;
    r->level = before > 0 ? r->level * (now / before) : now;
    r->price = before > 0 ? r->price * (now / before) : now;
}
