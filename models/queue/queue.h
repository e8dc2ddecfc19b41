/*
 * A queue G/G/c/K: customers of any arrival process, c equal servers with any service time, room
 * for K customers, first come first served, with impatience and with servers that fail. It holds no
 * economics: it is the proof that the engine agrees with queueing theory, and the measure of its
 * speed.
 *
 * Rules. A customer's service and patience are drawn when it arrives, whether it gets in or not, so
 * the n-th customer is the same under any number of servers. Patience ends when service first
 * begins. A server fails while it is up, busy or idle; its customer returns to the head of the
 * queue, keeps what service it had (preempt-resume), and does not leave any more. Repairmen take
 * failed servers in the order of failure. Customers who are there at time 0 arrive at time 0.
 */
#ifndef DS_QUEUE_H
#define DS_QUEUE_H

#include "sim/core/arrivals.h"
#include "sim/core/model.h"
#include "sim/core/series.h"

typedef struct ds_queue_failures {
    double mttf, mttr; /* INFINITY: servers never fail */
    int64_t repairmen;
} ds_queue_failures;

typedef struct ds_queue_config {
    ds_choice arrivals, service, patience; /* no patience: customers wait for ever */
    int64_t servers, initial;
    double capacity; /* customers in the system; INFINITY: unlimited */
    ds_queue_failures failures;
} ds_queue_config;

extern const ds_param ds_queue_params[];

/* In order of priority at equal times; a queue only lays out the sources it needs. */
typedef enum ds_queue_source {
    DS_QUEUE_COMPLETION,
    DS_QUEUE_ARRIVAL,
    DS_QUEUE_PHASE,
    DS_QUEUE_PATIENCE,
    DS_QUEUE_REPAIR,
    DS_QUEUE_FAILURE,
    DS_QUEUE_SOURCES,
} ds_queue_source;

#define DS_QUEUE_NONE UINT32_MAX

enum { DS_QUEUE_PURPOSES = 5 }; /* of random streams, see queue.c */

/* A customer in the system. Those who wait are a list in the order of service. */
typedef struct ds_customer {
    double since;  /* when it arrived */
    double waited; /* time in queue; while it waits, less the time at which it began to */
    double work;   /* service still needed when service begins */
    uint32_t next, prev;
} ds_customer;

typedef struct ds_queue_state {
    uint32_t busy, up, waiting; /* servers, servers, customers */
    uint32_t head, tail;        /* of those who wait */
    uint32_t free, fresh;       /* places: a list of left ones, and the first never used */
    uint32_t repairing, broken; /* failed servers with a repairman, and waiting for one */
    uint32_t broken_first;
    /* Since the interval began at `begun`; areas are brought forward at `since`. */
    double begun, since, busy_area, waiting_area, up_area;
    ds_tally wait, repair_wait;
    double sojourn, arrived, blocked, abandoned, delayed, repaired;
    double customers; /* served since the warm-up */
    ds_clock failure, repair;
    ds_rng service_rng, patience_rng, failure_rng, repair_rng;
} ds_queue_state;

/* One replica: views over the arena. */
typedef struct ds_queue {
    ds_engine engine;
    const ds_queue_config *config;
    const ds_frame *frame;
    ds_queue_state *state;
    ds_arrivals arrivals;
    ds_dist service, patience;
    uint32_t places, servers;
    ds_customer *customer;   /* [places] */
    uint32_t *order, *place; /* servers: first the busy, then the idle, then the failed */
    uint32_t *serves;        /* the customer of a busy server */
    double *broken_since;    /* ring of failed servers that wait for a repairman */
    ds_timers completions;   /* one a server */
    ds_timers patience_ends; /* one a place */
} ds_queue;

void ds_queue_place(void *world, const void *config, const ds_frame *frame, ds_arena *arena);
void ds_queue_record(ds_queue *q); /* brings the areas forward to now */
bool ds_queue_begin(void *world, uint32_t replica);
size_t ds_queue_raw_used(const void *world);
void ds_queue_rekey(void *world, uint64_t seed);

#endif
