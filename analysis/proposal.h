/*
 * What a search proposes, held against what there is: goals and thresholds on the random numbers of
 * the search, and on fresh ones. A search finds what is good and what was lucky; only fresh random
 * numbers tell how much was luck. That much is called optimism.
 */
#ifndef DS_ANALYSIS_PROPOSAL_H
#define DS_ANALYSIS_PROPOSAL_H

#include "contrast.h"
#include "sim/io/objective.h"
#include "sim/io/vary.h"
#include "table.h"
#include "threshold.h"

/* Values of one figure, one a replica, NAN where there is none. Now: of the scenario as it is;
 * then: of the proposal. Of the search and of the check the counts differ. */
typedef struct ds_trial_values {
    const double *seen_now, *seen_then;
    size_t seen;
    const double *now, *then;
    size_t fresh;
    size_t group; /* fresh replicas that are dependent, see estimate.h */
    double level;
    uint64_t seed; /* for what is resampled */
} ds_trial_values;

typedef struct ds_proposed_goal {
    const ds_goal *goal;
    double seen_now, seen_then;
    ds_estimate now, then; /* on fresh random numbers */
    ds_contrast change;    /* then less now, paired */
    double optimism;       /* gain that the search saw less that on fresh random numbers */
} ds_proposed_goal;

typedef struct ds_proposed_bound {
    const ds_threshold *threshold;
    double seen_then; /* share of the search's replicas */
    ds_fared now, then;
} ds_proposed_bound;

/* The figure of values that may have NAN; such as have none are left out. */
DS_MUST_CHECK bool ds_goal_figure(const ds_goal *goal, const double *values, size_t count,
                                  double *figure, ds_status *st);
DS_MUST_CHECK bool ds_goal_estimate(const ds_goal *goal, const double *values, size_t count,
                                    size_t group, double level, ds_estimate *estimate,
                                    ds_status *st);
/* Share of replicas in which it holds; what has no value does not hold. */
double ds_threshold_share(const ds_threshold *threshold, const double *values, size_t count);

DS_MUST_CHECK bool ds_proposal_goal(const ds_goal *goal, const ds_trial_values *values,
                                    ds_proposed_goal *proposed, ds_status *st);
DS_MUST_CHECK bool ds_proposal_bound(const ds_threshold *threshold, const ds_trial_values *values,
                                     ds_proposed_bound *proposed, ds_status *st);

/* Whether nearly as many replicas have a value under a proposal as without it. Where fewer do, what
 * is said of those that are left is no merit: they may be left because they do well. */
bool ds_proposal_keeps(size_t then, size_t now);

/* "better", "worse", "no difference shown", "no value", "too few are left". */
const char *ds_proposal_verdict(const ds_proposed_goal *goal);
const char *ds_bound_verdict(ds_fate fate); /* "met", "broken", "undecided" */

void ds_proposal_parameters(ds_table *table, const ds_vary *vary, int digits, const double *unit);
void ds_proposal_goals(ds_table *table, const ds_proposed_goal *goals, size_t count);
void ds_proposal_bounds(ds_table *table, const ds_proposed_bound *bounds, size_t count);

/* What a search was asked. */
typedef struct ds_proposal_search {
    const ds_vary *vary;
    const ds_goals *goals;
    const ds_threshold *bound;
    size_t bounds, candidates, replicas;
    uint64_t seed;
} ds_proposal_search;

/* The question and where what is proposed comes from, for whoever reads a result without it. */
const char *ds_proposal_words(ds_pool *pool, const ds_proposal_search *search);

#endif
