/*
 * The price of VVV at the outside venue: Merton's jump diffusion (Merton 1976), or a dated path
 * from a CSV file, log-linear between its rows, with the diffusion taking over behind its last row.
 */
#ifndef DS_DIEM_PRICE_H
#define DS_DIEM_PRICE_H

#include "sim/core/param.h"
#include "sim/core/rng.h"

typedef struct ds_price_config {
    double drift, volatility, jumps, jump_mean, jump_spread;
    ds_path path;
} ds_price_config;

extern const ds_param ds_price_params[];

/* Price at the start date (d since 1970): the path's, or `fallback` where there is none. */
double ds_price_begin(const ds_price_config *config, double fallback, double date);

/* The price at `date`, `dt` days after it was `price`. Exact in distribution for any step; three
 * words of the stream a step, on a path or off it. Kept within 1e-12 .. 1e12 USD. */
double ds_price_step(const ds_price_config *config, double price, double date, double dt,
                     ds_rng *rng);

#endif
