/*
 * How a threshold fares: in what share of replicas it holds, with the interval of that share, and
 * what that says of the share it must hold in. Passed: the whole interval is at or above it.
 * Failed: all of it is below. Else undecided, and more replicas may decide. At a level of 95 % a
 * verdict is wrong in at most 2.5 % of such samples, whatever the true share (Clopper & Pearson
 * 1934; of groups, about so many). What replicas that failed would have shown is not known: the
 * interval holds whether all of them had held or none.
 */
#ifndef DS_ANALYSIS_THRESHOLD_H
#define DS_ANALYSIS_THRESHOLD_H

#include "estimate.h"

#include "sim/core/threshold.h"
#include "sim/io/store.h"

typedef enum ds_fate { DS_FATE_UNDECIDED, DS_FATE_PASS, DS_FATE_FAIL } ds_fate;
extern const char *const ds_fate_words[]; /* "undecided", "pass", "FAIL" */

#define DS_NEVER SIZE_MAX /* no number of replicas decides */

typedef struct ds_fared {
    const ds_threshold *threshold;
    ds_estimate share; /* of replicas in which it holds */
    ds_fate fate;
    size_t more;      /* undecided: about so many more replicas decide, if the share, and that of
                         those that fail, is what it seems to be; DS_NEVER: it seems to be the very
                         share that is asked, or too many fail */
    size_t undefined; /* replicas that ended without a value, which count as not holding */
    double reached;   /* the bound at which so large a share of replicas holds: beside the
                         threshold's own it says how far off it is; NAN with bounds on both sides */
} ds_fared;

/* What is looked at. */
typedef struct ds_evidence {
    const double *values; /* [count], one a replica */
    const bool *finished; /* [count]: others failed; NULL: all did */
    size_t count;
    size_t group; /* see estimate.h */
    double level; /* of the interval */
} ds_evidence;

DS_MUST_CHECK bool ds_threshold_judge(const ds_threshold *threshold, const ds_evidence *evidence,
                                      ds_fared *fared, ds_status *st);

/* 1 where the threshold holds, 0 where not, NAN where a replica did not finish. */
void ds_threshold_scores(const ds_threshold *threshold, const double *values, const bool *finished,
                         size_t count, double *scores);

/* What a threshold bounds, of every replica of a point; a metric's value at the end, for which a
 * result must have paths. values[replicas], finished[replicas]. */
DS_MUST_CHECK bool ds_threshold_values(ds_result *result, const ds_threshold *threshold,
                                       size_t point, double *values, bool *finished, ds_status *st);

/* "ruined at most 0", "runway from 30 to 90 d". */
void ds_threshold_words(const ds_threshold *threshold, char *text, size_t room);

#endif
