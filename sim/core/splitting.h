/*
 * Multilevel splitting: the probability that a level reaches a target before it falls back to a
 * stop, or before the horizon, where that is too rare to be seen by running replicas. Thresholds
 * stand between the start and the target. In every stage a fixed number of trials (fixed effort:
 * Garvels 2000) runs on from states in which earlier trials passed the threshold before, each with
 * random numbers of its own, until it passes the next threshold or its path ends. The product of
 * the shares that pass has the probability as its mean, whatever the thresholds and however many
 * trials (L'Ecuyer, Demers & Tuffin 2007): they decide how far it scatters.
 *
 * The estimate of one repetition says nothing of its error, because trials share parents. Whole
 * repetitions are independent, and their spread says it.
 */
#ifndef DS_CORE_SPLITTING_H
#define DS_CORE_SPLITTING_H

#include "replica.h"

typedef struct ds_splitting {
    const char *metric;  /* NULL: no splitting */
    double target, stop; /* stop NAN: paths end at the horizon alone */
    bool below;          /* the rare event is a level at or below the target */
    ds_numbers levels;   /* between the start and the target; none: as `stages` says */
    int64_t stages;      /* at equal distances; 0: thresholds are found by a pilot run */
    int64_t effort;      /* trials of a stage */
    int64_t states;      /* that a stage leaves to the next, at most */
    size_t number;       /* of the metric */
} ds_splitting;

extern const ds_param ds_splitting_params[];
bool ds_splitting_check(void *splitting, ds_status *st); /* relations between them */
/* Finds the metric, which must have a level. */
DS_MUST_CHECK bool ds_splitting_aim(ds_splitting *splitting, const ds_model *model, ds_status *st);

extern const ds_metric ds_splitting_outcomes[];

/* Runs one repetition, in place of a replica of that number: one value an outcome, and the events
 * of all its trials. False: one of them failed, replica->status says why. */
DS_MUST_CHECK bool ds_splitting_run(ds_replica *replica, const ds_splitting *splitting,
                                    uint32_t repetition, double *outcomes, uint64_t *events);

/* Trials a stage, those of a pilot included, to which the work of a repetition is proportional. */
double ds_splitting_trials(const ds_splitting *splitting);

/* Memory that a repetition takes beside the replica, at most; where states are large, fewer are
 * kept. */
DS_MUST_CHECK bool ds_splitting_bytes(const ds_splitting *splitting, const ds_model *model,
                                      const void *config, const ds_frame *frame, double *bytes,
                                      ds_status *st);

#endif
