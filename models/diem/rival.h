/*
 * The outside provider of inference and its price, over our list price: a constant, a dated path
 * from a CSV file, or, without a path and behind its last row, a price that drifts and may revert
 * to its drifting level (Ornstein & Uhlenbeck 1930; without reversion a geometric Brownian motion).
 */
#ifndef DS_DIEM_RIVAL_H
#define DS_DIEM_RIVAL_H

#include "sim/core/param.h"
#include "sim/core/rng.h"

typedef struct ds_rival_config {
    double drift, volatility, half_life;
    ds_path path;
} ds_rival_config;

typedef struct ds_rival {
    double price;
    double level;   /* mean of the price at the start, at the path's last row, or when its
                       parameters last changed */
    double days;    /* since then */
    double deviate; /* of the log price from its level, what the drift and convexity add apart */
    double spread;  /* variance that it had then */
} ds_rival;

extern const ds_param ds_rival_params[];

/* At the start date (d since 1970): the path's, or `fallback` where there is none. */
void ds_rival_begin(ds_rival *rival, const ds_rival_config *config, double fallback, double date);

/* The price at `date`, `dt` days after it was what it is. Exact in distribution for any step; a
 * normal of the stream a step, on a path or off it. */
void ds_rival_step(ds_rival *rival, const ds_rival_config *config, double date, double dt,
                   ds_rng *rng);

/* What it starts from becomes another: deviations from it stay. */
void ds_rival_turns(ds_rival *rival, double before, double now);
/* Its parameters become others: the price stays as it is and moves by them from now on. */
void ds_rival_changes(ds_rival *rival, const ds_rival_config *before, const ds_rival_config *now);

#endif
