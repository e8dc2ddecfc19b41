/*
 * Point processes: when the next customer or job arrives. Poisson, renewal, Markov-modulated
 * Poisson and Hawkes with an exponential kernel, each with a factor that multiplies its rate and
 * may change at any time. A change of the factor rescales the pending time and draws nothing, so
 * two runs on one seed under other factors meet the same sequence of draws.
 */
#ifndef DS_CORE_ARRIVALS_H
#define DS_CORE_ARRIVALS_H

#include "dist.h"
#include "engine.h"

/* Alternatives of the key `process`: poisson, renewal, mmpp, hawkes. */
extern const ds_alternative *const ds_arrival_processes[];

typedef struct ds_arrivals_state {
    ds_rng rng, phase_rng;
    double factor;
    double rate;                   /* of the running candidate, at its ceiling, factor included */
    double left;                   /* unit hazard to spend while the rate is 0 */
    double excitation, excited_at; /* Hawkes: sum of kernels, and when it was that */
    uint32_t phase;
} ds_arrivals_state;

/* View: which sources of the engine it drives, and its state in the arena. */
typedef struct ds_arrivals {
    const ds_choice *process;
    ds_engine *engine;
    ds_arrivals_state *state;
    ds_dist gap; /* renewal */
    uint32_t arrival_source, switch_source;
    int kind;
} ds_arrivals;

void ds_arrivals_place(ds_arrivals *a, const ds_choice *process, ds_engine *engine,
                       uint32_t arrival_source, uint32_t switch_source, ds_arena *arena);
void ds_arrivals_begin(ds_arrivals *a, uint64_t seed, uint32_t replica, uint32_t purpose,
                       uint32_t agent, double factor);

/* Handler's part of the arrival source: true when someone arrives (false: a thinned candidate). The
 * next candidate is scheduled. */
bool ds_arrivals_fire(ds_arrivals *a);
/* Handler's part of the switch source: the phase changes. */
void ds_arrivals_switch(ds_arrivals *a);
/* Multiplies the rate from now on; of a Hawkes process, the immigrants' rate. */
void ds_arrivals_factor(ds_arrivals *a, double factor);

/* Long-run arrivals a unit of time at factor 1. */
double ds_arrivals_mean_rate(const ds_choice *process);

#endif
