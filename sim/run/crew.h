/*
 * A crew of threads takes the replicas of a plan one at a time, each thread in one arena of its
 * own, and hands over whole batches. Who takes a batch runs on a thread of its own, one batch at a
 * time, so that storing costs no time of the simulation. Which replica meets which thread changes
 * nothing: a batch holds the same bits on any schedule.
 */
#ifndef DS_RUN_CREW_H
#define DS_RUN_CREW_H

#include "plan.h"
#include "progress.h"
#include "sim/core/replica.h"

typedef enum ds_due {
    DS_DUE_NONE,
    DS_DUE_REST, /* some replicas are known already: fetch it */
    DS_DUE_ALL,
} ds_due;

typedef struct ds_crew {
    const ds_plan *plan;
    unsigned threads;
    const uint8_t *due;    /* [batches]: a ds_due */
    size_t limit;          /* replicas from this number on are not run; 0: all are */
    bool (*stopped)(void); /* no replica is begun once it says so; NULL: never */
    size_t (*claim)(void); /* the next batch for this crew; NULL: all, in order */
    void (*poll)(void);    /* called often while a replica runs; NULL: nothing */
    /* Fills the replicas of a batch that need not be run any more. */
    bool (*fetch)(void *owner, ds_batch *batch, ds_status *st);
    /* A batch of which all that was to be run is done; after a stop, also one with less. */
    bool (*put)(void *owner, const ds_batch *batch, ds_status *st);
    void *owner;
    ds_progress *progress;
} ds_crew;

/* Threads that a run takes: as many as asked, or by default OMP_NUM_THREADS, the cores that Slurm
 * gave, or the cores; never more than there are replicas. */
unsigned ds_crew_threads(const ds_plan *plan, unsigned asked);

/* False: batches could not be fetched or put, or memory or threads were missing. A replica that
 * fails is no failure of the crew. */
DS_MUST_CHECK bool ds_crew_run(const ds_crew *crew, ds_status *st);

#endif
