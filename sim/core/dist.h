/*
 * Distributions. The exponential is drawn by a ziggurat of 256 layers (Marsaglia & Tsang 2000), the
 * hot path of every clock; normals and gammas are in normal.c. A scenario names a distribution by
 * the alternatives of `ds_distributions` (key `distribution`); a model compiles the choice into a
 * `ds_dist` once and draws from that.
 */
#ifndef DS_CORE_DIST_H
#define DS_CORE_DIST_H

#include "param.h"
#include "rng.h"

extern double ds_ziggurat_width[256]; /* set before main, constant after */
extern uint64_t ds_ziggurat_edge[256];
double ds_ziggurat_rare(ds_rng *rng, uint64_t mantissa, unsigned layer);

/* The point of a strip that a word falls on: odd, so never at an end, and 0 is never drawn. */
static inline uint64_t ds_ziggurat_mantissa(uint64_t word)
{
    return word >> 11 | 1;
}

/* Mean 1; above 0 and finite. */
static inline double ds_rng_exponential(ds_rng *rng)
{
    const uint64_t word = ds_rng_next(rng);
    const unsigned layer = word & 255;
    const uint64_t mantissa = ds_ziggurat_mantissa(word);
    if (DS_LIKELY(mantissa < ds_ziggurat_edge[layer]))
        return (double)mantissa * ds_ziggurat_width[layer];
    return ds_ziggurat_rare(rng, mantissa, layer);
}

double ds_rng_normal(ds_rng *rng); /* mean 0, sd 1 */
/* Two that are independent, from two words, always (Box and Muller 1958). */
void ds_rng_two_normals(ds_rng *rng, double z[2]);
double ds_rng_gamma(ds_rng *rng, double shape); /* scale 1 */

typedef enum ds_dist_kind {
    DS_DIST_EXPONENTIAL,
    DS_DIST_DETERMINISTIC,
    DS_DIST_ERLANG,
    DS_DIST_HYPEREXPONENTIAL,
    DS_DIST_LOGNORMAL,
    DS_DIST_UNIFORM,
    DS_DIST_GAMMA,
    DS_DIST_PARETO,
    DS_DIST_MIXTURE,
} ds_dist_kind;

typedef struct ds_dist {
    ds_dist_kind kind;
    double a, b;                       /* meaning is the kind's: see dist.c */
    double mean, variance;             /* INFINITY where they do not exist */
    uint32_t count;                    /* components of a hyperexponential or a mixture */
    const double *upto, *part, *scale; /* cumulative probabilities; means, or shapes and scales */
} ds_dist;

extern const ds_alternative *const ds_distributions[];

/* A drawable distribution from a checked choice; points into the choice's parameters. */
ds_dist ds_dist_of(const ds_choice *choice);
double ds_dist_draw(const ds_dist *dist, ds_rng *rng);

#endif
