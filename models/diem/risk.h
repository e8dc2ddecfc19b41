/*
 * What can go wrong, followed as it happens and in O(1): falls of prices from their peaks, a run
 * on staking, a squeeze on minters, a death spiral, providers lost, the treasury's ruin, waits in
 * the tail, and how steady the price of inference is for those who use it.
 */
#ifndef DS_DIEM_RISK_H
#define DS_DIEM_RISK_H

#include "sim/core/series.h"

#include <stdbool.h>
#include <stdint.h>

/* Deepest fall of a level below its highest so far. */
typedef struct ds_fall {
    double peak, now, worst; /* falls as parts of the peak */
} ds_fall;

/* Squared daily log changes, exponentially weighted over 30 days. */
typedef struct ds_restless {
    double last, variance;
} ds_restless;

/* Waits by size, eight classes an octave: enough for a quantile to 1/16 of itself. */
enum { DS_WAIT_OCTAVES = 40, DS_WAIT_STEPS = 8, DS_WAITS = DS_WAIT_OCTAVES * DS_WAIT_STEPS };
typedef struct ds_waits {
    uint32_t none, count[DS_WAITS];
} ds_waits;

typedef struct ds_risk {
    ds_fall vvv, diem, stake;
    double providers_most, providers_lost;
    double ruin, spiral, run, squeeze, exodus; /* d, when first seen; 0: never */
    ds_restless owner, pay, outside;
    ds_waits waits; /* of the running interval */
} ds_risk;

struct ds_world;

void ds_risk_begin(struct ds_world *w);
void ds_risk_hour(struct ds_world *w);
void ds_risk_day(struct ds_world *w);
/* The treasury begins to owe: a debt may be paid before the hour is full. */
void ds_risk_owes(struct ds_world *w);

void ds_waits_add(ds_waits *waits, double wait);
/* Wait that a share `q` of them do not pass; NAN of none. */
double ds_waits_quantile(const ds_waits *waits, double q);

/* Standard deviation a year. */
double ds_volatility(const ds_restless *price);

/* Least number of holders who stake more than half of all stake (Srinivasan & Lee 2017). */
double ds_stake_nakamoto(const struct ds_world *w);

#endif
