/*
 * One replica from beginning to end: an arena, a world of views over it, and the grid of
 * observations. A thread keeps one of these and reuses it from replica to replica.
 */
#ifndef DS_CORE_REPLICA_H
#define DS_CORE_REPLICA_H

#include "model.h"

typedef struct ds_replica {
    const ds_model *model;
    const void *config;
    const ds_frame *frame;
    ds_arena arena;
    void *world;      /* model->world_size bytes of views */
    ds_status status; /* of the replica that runs */
    /* Optional, set after opening: told how far the replica is, every `stride` of model time. */
    void (*passed)(void *listener, double time, uint64_t handled);
    void *listener;
    double stride;
} ds_replica;

/* Bytes of arena that one replica of this point takes; fails when they do not fit a size_t. */
DS_MUST_CHECK bool ds_replica_size(const ds_model *model, const void *config, const ds_frame *frame,
                                   size_t *bytes, ds_status *st);

/* The same as a measured layout. */
DS_MUST_CHECK bool ds_replica_measure(const ds_model *model, const void *config,
                                      const ds_frame *frame, ds_arena *measure, ds_status *st);

/* Memory and views for replicas of one point. */
DS_MUST_CHECK bool ds_replica_open(ds_replica *replica, const ds_model *model, const void *config,
                                   const ds_frame *frame, ds_status *st);
void ds_replica_close(ds_replica *replica);
/* Goes on with replicas of another point of the same model, in the same memory if they fit. After a
 * failure it can only be closed. */
DS_MUST_CHECK bool ds_replica_turn(ds_replica *replica, const void *config, ds_status *st);

/* Test mode: events of equal time fire in the order of their places XOR `ties`, sources and owners
 * alike; 0: as the model orders them. Results that change by it hang on an accident. After a
 * failure the replica can only be closed. */
DS_MUST_CHECK bool ds_replica_shuffle_ties(ds_replica *replica, uint32_t ties, ds_status *st);

/*
 * Runs replica `index`: rows[k * metrics + m] is metric m at grid time k, outcomes[o] one number
 * each. False: the replica failed, replica->status says why, what was observed until then is in
 * rows and the rest is NAN.
 */
DS_MUST_CHECK bool ds_replica_run(ds_replica *replica, uint32_t index, double *rows,
                                  double *outcomes);

/*
 * The same in two parts, for several futures of one past: up to just before `at`, with the rows
 * before it, and from there to the end, with the others. What happens at `at` itself belongs to the
 * future, and to stop between the two changes no bit.
 */
DS_MUST_CHECK bool ds_replica_past(ds_replica *replica, uint32_t index, double at, double *rows);
DS_MUST_CHECK bool ds_replica_future(ds_replica *replica, double at, double *rows,
                                     double *outcomes);

/* A replica's state as bytes: those of its arena that are in use. They can be loaded where they
 * were saved: into this replica, under the same config, while its arena stays where it is (a
 * policy's own room may hold addresses). */
size_t ds_replica_state_size(const ds_replica *replica);
void ds_replica_save(const ds_replica *replica, void *bytes);
void ds_replica_load(ds_replica *replica, const void *bytes);

/* Memory for points of so many bytes each, so that turning among them does not move the arena. Not
 * between beginning a replica and its end. */
DS_MUST_CHECK bool ds_replica_widen(ds_replica *replica, size_t bytes, ds_status *st);

/*
 * Turns to another config and goes on from the state that was saved just before `at`, under the
 * config that the replica has or one that shares its past. False: the configs do not share it, or
 * the arena is too narrow for the new one; the replica is then as it was, to be run from the start.
 */
DS_MUST_CHECK bool ds_replica_fork(ds_replica *replica, const void *config, const void *state,
                                   double at, ds_status *st);

/* The same as a run in steps, for tests and tools: begin, run to a time. */
DS_MUST_CHECK bool ds_replica_begin(ds_replica *replica, uint32_t index);
DS_MUST_CHECK bool ds_replica_until(ds_replica *replica, double time);

#endif
