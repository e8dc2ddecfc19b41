/*
 * Candidates of a search (sim/io/vary.h), simulated in memory: chosen figures of every replica, and
 * no file. A call is one experiment like any other, whose points are the candidates, so threads
 * change nothing. Candidates meet the same random numbers, or, where they are told apart, each its
 * own.
 */
#ifndef DS_RUN_TRIAL_H
#define DS_RUN_TRIAL_H

#include "sim/io/vary.h"

typedef enum ds_trial_when {
    DS_TRIAL_END,  /* a metric at the horizon */
    DS_TRIAL_MEAN, /* its mean over the times that have a value; a last, shorter interval counts
                      less */
    DS_TRIAL_AT,   /* between times `time` and `time` + 1, at `part` of the way */
} ds_trial_when;

typedef struct ds_trial_figure {
    bool outcome; /* `number` is of an outcome, else of a metric */
    size_t number;
    ds_trial_when when;
    size_t time;
    double part;
} ds_trial_figure;

typedef struct ds_trial {
    const ds_scenario_request *base; /* whose scenario has no points but one */
    const ds_scenario *scenario;     /* of it */
    const ds_vary *vary;
    int digits; /* of candidates' numbers */
    unsigned threads;
    const ds_trial_figure *figure;
    size_t figures;
} ds_trial;

/* What is simulated at a time. */
typedef struct ds_trial_call {
    const double *candidate; /* [count][axes], coordinates; NULL: one, the scenario as it is */
    size_t count, replicas;
    uint64_t seed;
    bool apart; /* candidate c is replica `from` + c, one replica of its own; else all meet 0, 1,
                   ...*/
    size_t from;
} ds_trial_call;

typedef struct ds_trial_answer {
    double *value; /* [count][replicas][figures]; NAN where a replica failed or has no value */
    bool *valid;   /* [count]: false where the scenario refuses the candidate */
    size_t failed; /* replicas */
    char refusal[256], cause[256]; /* the first, of candidates and of replicas, by number */
} ds_trial_answer;

/* The answer's arrays are the caller's; its counts are added to. False with DS_E_STOPPED after a
 * signal (signals.h), where those are caught: the call has then no answer. */
DS_MUST_CHECK bool ds_trial_run(const ds_trial *trial, const ds_trial_call *call,
                                ds_trial_answer *answer, ds_status *st);

/* A seed for other random numbers, of a scenario's seed: stream 1, 2, ... */
uint64_t ds_trial_seed(uint64_t seed, uint32_t stream);

#endif
