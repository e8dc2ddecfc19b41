/*
 * How far a run is, for whoever waits: replicas done, events a second, time left. On a terminal one
 * line that is rewritten ten times a second, elsewhere a line every ten seconds. Written to stderr
 * by a thread of its own; workers only add to counters.
 */
#ifndef DS_RUN_PROGRESS_H
#define DS_RUN_PROGRESS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ds_progress {
    _Atomic uint64_t events;   /* handled */
    _Atomic uint64_t expected; /* the share of `work` that is done */
    _Atomic uint64_t replicas;
    uint64_t replicas_all;
    double work; /* events expected in all that is to be run */
    double begun;
    bool terminal, printed, running, ending;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t end;
} ds_progress;

/* Seconds of a clock that only goes forward. */
double ds_seconds(void);

/* Counters from zero. `quiet`: nothing is ever printed. */
void ds_progress_begin(ds_progress *progress, uint64_t done, uint64_t all, double work, bool quiet);
/* Leaves a clean line. */
void ds_progress_end(ds_progress *progress);

#endif
