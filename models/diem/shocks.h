/*
 * Shocks: what strikes the economy from outside, at a date or at random. A scenario declares them
 * by name; each time one strikes is an occurrence with a depth and a level that its shape moves
 * between 0 and 1. Levels move every hour and at every corner of the shape, at once. Factors (of
 * demand, the outside price, credit, the competitor's price, cost) multiply over occurrences; the
 * other kinds follow whom they struck: slots held down, providers gone, liquidity withdrawn,
 * holders who unstake.
 *
 * Times, sizes and whom it strikes hang on the seed, the replica and the shock's name alone, so a
 * shock neither moves another's nor anybody else's draws.
 */
#ifndef DS_DIEM_SHOCKS_H
#define DS_DIEM_SHOCKS_H

#include "world.h"

enum { DS_SHOCKS = 64 }; /* a scenario can declare */

/* One occurrence in force. */
typedef struct ds_shock {
    double since, depth, level;
    uint64_t order;               /* key of the order in which it meets its members */
    uint32_t met, most;           /* members it stands over now, and at its height */
    uint32_t struck, base;        /* those it was aimed at among them, and of how many */
    ds_amount taken[DS_PAIRS][2]; /* out of a pool: base, quote */
} ds_shock;

/* A declared shock: its occurrences in force are shock[first] and the `live` - 1 behind it. */
typedef struct ds_shock_line {
    ds_rng times, sizes;
    ds_dist size;
    uint64_t seed;  /* of the orders of its occurrences */
    double next;    /* d, when it strikes next */
    double settled; /* factor of occurrences that will not change any more */
    uint32_t first, room, live, struck;
} ds_shock_line;

void ds_shocks_place(ds_world *w, ds_arena *arena);
/* All factors at 1; before anything that reads them. */
void ds_shocks_begin(ds_world *w);
/* What strikes from now on is drawn under the seed that the economy has now. */
void ds_shocks_rekey(ds_world *w);
/* Levels move on; before whatever else the hour does. */
DS_MUST_CHECK bool ds_shocks_hour(ds_world *w);
/* What surges of demand multiply jobs by, on average over a run, about. */
double ds_shocks_surge(const ds_diem_config *config, const ds_frame *frame);
/* Events that the declared shocks make in one replica, about. */
double ds_shocks_events(const ds_diem_config *config, const ds_frame *frame, double holders);

/* Share of its depth that a shock which struck at `since` has now, 0 .. 1, and when that next
 * stops moving as it does; INFINITY: never again. */
double ds_shock_level(const ds_shock_config *shock, double since, double now);
double ds_shock_corner(const ds_shock_config *shock, double since, double now);

/* What one occurrence multiplies its factor by, at a level. */
double ds_shock_factor(const ds_shock_config *shock, double depth, double level);

/* A depth brought within what the kind allows. */
double ds_shock_within(ds_shock_kind kind, double depth);

/* Relations between one shock's parameters; fills in what its shape leaves unsaid. */
bool ds_shock_check(void *shock, ds_status *st);

/* Handler. */
bool ds_shock_fires(void *world);

#endif
