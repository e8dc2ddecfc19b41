/*
 * What may go wrong, how likely, how soon and how badly: probabilities of bad outcomes over the
 * horizon and when they come, and the tails of losses over replicas. Which outcomes are bad, and
 * which way of a figure, is told by the model's guide (sim/core/guide.h); without one, outcomes
 * that say yes or no are events.
 */
#ifndef DS_ANALYSIS_RISK_H
#define DS_ANALYSIS_RISK_H

#include "band.h"
#include "sim/core/guide.h"
#include "survival.h"
#include "table.h"
#include "tail.h"

typedef struct ds_risk_query {
    const ds_guide *guide;   /* NULL: none */
    const ds_mishap *mishap; /* besides those of the guide */
    size_t mishaps;
    const double *share; /* of tails: 0.95 looks at the worst 5 % */
    size_t shares;
    double level; /* of intervals */
} ds_risk_query;

/* One number a replica, NAN where there is none or it failed: values[replicas]. A metric's change
 * and growth are over its first finite value of the replica; growth is NAN where that is not above
 * zero. False also where the result does not have the series (has_paths). */
DS_MUST_CHECK bool ds_replica_figures(const ds_case *c, const char *of, ds_loss_form form,
                                      double *values, ds_status *st);

/* ---- events ---- */

typedef struct ds_chance {
    const char *name, *doc, *outcome;
    double at_least;
    const char *source;
    ds_estimate probability;
    bool timed; /* the result tells when: */
    ds_survival curve;
    ds_estimate early, half; /* when 5 % and 50 % of replicas have had it; INFINITY: not reached */
} ds_chance;

typedef struct ds_chances {
    ds_chance *chance;
    size_t count;
} ds_chances;

DS_MUST_CHECK bool ds_chances_of(ds_chances *chances, const ds_case *c, const ds_risk_query *query,
                                 ds_status *st);
void ds_chances_free(ds_chances *chances);

/* ---- tails ---- */

typedef struct ds_loss_tail {
    const char *of, *unit;
    ds_loss_form form;
    ds_side worst;
    double share;
    double median;
    size_t count; /* replicas that have the figure */
    ds_tail tail; /* of the figure itself: a loss is where it is low, if low is bad */
} ds_loss_tail;

typedef struct ds_loss_tails {
    ds_loss_tail *tail;
    size_t count;
    bool wants_paths; /* some were left out, for want of series */
} ds_loss_tails;

DS_MUST_CHECK bool ds_loss_tails_of(ds_loss_tails *tails, const ds_case *c,
                                    const ds_risk_query *query, ds_status *st);
void ds_loss_tails_free(ds_loss_tails *tails);

/* ---- what the worst replicas have in common ---- */

typedef struct ds_trait {
    const char *name, *unit;
    double inside, outside; /* median among the worst, and among the others; the share of an outcome
                               that is 0 or 1 */
    ds_estimate difference; /* of the means, in standard deviations of all replicas */
    double adjusted;        /* probability of such a difference if there were none, adjusted for the
                               number of figures (Holm) */
} ds_trait;

typedef struct ds_worst {
    const char *of;
    ds_side worst;
    double share;     /* of replicas that are not among the worst */
    size_t replicas;  /* that have the figure */
    size_t inside;    /* of these, the worst */
    double threshold; /* the figure of the mildest of these */
    ds_trait *trait;  /* of other metrics at the end and outcomes, the largest difference first */
    size_t count;
} ds_worst;

typedef struct ds_worst_query {
    const char *of; /* a metric at the end, or an outcome */
    ds_side worst;
    double share, level;
} ds_worst_query;

/* Refused below DS_TAIL_LEAST replicas among the worst, with how many are needed. */
DS_MUST_CHECK bool ds_worst_of(ds_worst *worst, const ds_case *c, const ds_worst_query *query,
                               ds_status *st);
void ds_worst_free(ds_worst *worst);

#endif
