/*
 * Point processes: when the next customer or job arrives. Poisson, renewal, Markov-modulated
 * Poisson, and Hawkes with an exponential kernel; each with a factor that multiplies its rate and
 * may change at any time. All run on one clock: a change of rate rescales the pending time and
 * draws nothing.
 *
 * Two streams a process: one for the hazard until each candidate, one for the rest (stays in a
 * phase, Hawkes acceptances). So under two factors the n-th candidate spends the same draw, phases
 * change at the same moments, and paired runs on one seed stay synchronised.
 */
#ifndef DS_CORE_ARRIVALS_H
#define DS_CORE_ARRIVALS_H

#include "clock.h"

/* Alternatives of the key `process`: poisson, renewal, mmpp, hawkes. */
extern const ds_alternative *const ds_arrival_processes[];

typedef struct ds_arrivals_state {
    ds_clock clock; /* of candidates: for a renewal process in operational time, else at its rate;
                       for Hawkes at the rate just after the last candidate, which is a ceiling */
    double factor;
    double excitation, excited_at; /* Hawkes: the sum of kernels, and when it was that */
    uint32_t phase;                /* of a Markov-modulated process */
    ds_rng rng, rest_rng;
} ds_arrivals_state;

/* View; several may live in one world, each with sources of its own. */
typedef struct ds_arrivals {
    ds_engine *engine;
    ds_arrivals_state *state;
    uint32_t arrival_source, switch_source;
    bool plain; /* every candidate arrives, an exponential after the last */
    const ds_choice *process;
    ds_dist gap; /* renewal */
} ds_arrivals;

/* `process` must outlive the view. Only a Markov-modulated process sets its switch source. */
void ds_arrivals_place(ds_arrivals *a, const ds_choice *process, ds_engine *engine,
                       uint32_t arrival_source, uint32_t switch_source, ds_arena *arena);

/* Draws the first candidate. Phases begin stationary, a Hawkes process without a past. Streams of
 * (purpose, agent) and (purpose, ~agent) are used. */
void ds_arrivals_begin(ds_arrivals *a, uint64_t seed, uint32_t replica, uint32_t purpose,
                       uint32_t agent, double factor);

/* What is drawn from now on is drawn under another seed, and anew what waits without memory: all
 * but the next arrival of a renewal process. */
void ds_arrivals_rekey(ds_arrivals *a, uint64_t seed);

/* The switch source fired: the phase changes. */
void ds_arrivals_switch(ds_arrivals *a);

/* A period begins, of a number below 2^24 that no other has. What is drawn from now on hangs on it,
 * not on how many arrived before, so that two runs under other factors meet again at every period.
 * The law stays: what is left of an exponential is one, and is drawn anew; a renewal process keeps
 * its pending time. */
void ds_arrivals_period(ds_arrivals *a, uint32_t number);

/* Multiplies the rate from now on (Hawkes: of immigrants only); factor >= 0 and finite. */
void ds_arrivals_factor(ds_arrivals *a, double factor);

/* Long-run arrivals a unit of time at factor 1, and events of the engine that they take. */
double ds_arrivals_mean_rate(const ds_choice *process);
double ds_arrivals_event_rate(const ds_choice *process);

/* A process that draws its own candidates. */
bool ds_arrivals_fire_drawn(ds_arrivals *a);

/* The arrival source fired: true when someone arrives, false for a thinned candidate. The next
 * candidate is scheduled. */
static inline bool ds_arrivals_fire(ds_arrivals *a)
{
    if (DS_UNLIKELY(!a->plain))
        return ds_arrivals_fire_drawn(a);
    ds_clock_again(a->engine, a->arrival_source, &a->state->clock, &a->state->rng);
    return true;
}

#endif
