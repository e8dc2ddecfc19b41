/*
 * How a total is spread over the members of a cohort: what holders hold, what consumers spend, what
 * providers serve. At the start each member has a weight, and its share of the cohort's total is
 * its part of all weights. A newcomer has a size, 1 for the mean member.
 */
#ifndef DS_DIEM_SHARES_H
#define DS_DIEM_SHARES_H

#include "sim/core/param.h"
#include "sim/core/rng.h"

typedef enum ds_share_rule {
    DS_SHARE_PARETO,
    DS_SHARE_LOGNORMAL,
    DS_SHARE_ZIPF,
    DS_SHARE_ROWS,
} ds_share_rule;

/* A rule compiled for one cohort: a view. */
typedef struct ds_shares {
    ds_share_rule rule;
    uint32_t members; /* at the start */
    double shape;     /* exponent of a power, log sd, or of rows the units that 1 is */
    double mean;      /* of a weight */
    ds_column rows;
} ds_shares;

/* Alternatives of the key `distribution`: pareto, lognormal, zipf, csv. */
extern const ds_alternative *const ds_share_rules[];

ds_shares ds_shares_of(const ds_choice *choice, uint32_t members);
ds_shares ds_shares_pareto(double alpha, uint32_t members);
ds_shares ds_shares_zipf(double exponent, uint32_t members);

/* Weight of a member at the start, 0 .. members - 1; the stream is read in this order. Rows of a
 * file come in whole units, of 1e-8 or a decimal part of it where they add up to little. */
double ds_shares_weight(const ds_shares *shares, uint32_t member, ds_rng *rng);

/* Rows of the file that the choice names; 0: it names none, or there is no choice. */
uint32_t ds_shares_rows(const ds_choice *choice);

/* Size of a newcomer, 1 on average. */
double ds_shares_size(const ds_shares *shares, ds_rng *rng);

#endif
