/*
 * A pilot: a little of a run, done to learn what all of it will take. A replica of a few points
 * runs, under the first of its random numbers, until a number of events is spent; what the model
 * expects is then corrected by what came. The events are the same on every machine, unless one is
 * so slow that time runs out first.
 */
#ifndef DS_RUN_PILOT_H
#define DS_RUN_PILOT_H

#include "plan.h"

typedef struct ds_pilot {
    double events;  /* of the whole run */
    double seconds; /* of processors, for the whole run */
    double joining; /* of these, by one thread at the end */
    double memory;  /* bytes of the run with those of the program itself */
    double replica; /* bytes of one that are in use; the rest is room that it may never need */
    double result;  /* bytes of the result */
    double packing; /* of its series, as ds_packing_share says it */
} ds_pilot;

DS_MUST_CHECK bool ds_pilot_run(ds_pilot *pilot, const ds_plan *plan, unsigned threads,
                                ds_status *st);

/* Seconds on a machine with nothing else to do. */
double ds_pilot_time(const ds_pilot *pilot, unsigned threads);

#endif
