/*
 * Many replicas: every (point, replica) of a scenario once, on all cores, into shards and then one
 * result file. Stops at the first signal with finished work saved, goes on from the shards when run
 * again, and gives the same bytes whatever the threads, stops and resumes.
 */
#ifndef DS_RUN_ENSEMBLE_H
#define DS_RUN_ENSEMBLE_H

#include "sim/io/scenario.h"
#include "sim/io/store.h"

typedef struct ds_run_request {
    ds_scenario *scenario;
    const char *output; /* the result file */
    unsigned threads;   /* 0: OMP_NUM_THREADS, or the cores */
    bool force;         /* replace an existing result, and discard another scenario's shards */
    bool quiet;         /* no progress */
    size_t shard,
        shards; /* only the batches of number = shard (modulo shards), into a part; 0: all */
    const char *program, *version, *build;
} ds_run_request;

typedef struct ds_run_report {
    size_t replicas, failed; /* of all points */
    size_t resumed;          /* already on disk when the run began */
    bool reached, doubtful;  /* of a rule: narrow enough; its interval may say too much */
    bool valueless;          /* of a rule: at some point no replica had a value, */
    bool unvaried;           /* or all had the same, so that its interval has no width */
    uint64_t events;
    double seconds;        /* wall time of the simulation */
    double join_seconds;   /* wall time of joining and sealing the result */
    char first_cause[256]; /* why the first failed replica failed, by index */
} ds_run_report;

/* DS_E_STOPPED: a signal came, work is saved, the same call goes on. */
DS_MUST_CHECK bool ds_run(const ds_run_request *request, ds_run_report *report, ds_status *st);

/* Bytes of memory that the run would take with these threads, and events and batches in all. */
typedef struct ds_run_estimate {
    size_t bytes, replica_bytes, batches;
    double events;
} ds_run_estimate;
DS_MUST_CHECK bool ds_run_plan(ds_scenario *scenario, unsigned threads, ds_run_estimate *estimate,
                               ds_status *st);

#endif
