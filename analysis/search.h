/*
 * The best point of a unit cube by a figure that is dear to compute, with NLopt (Johnson), under
 * constraints: first all over the cube by controlled random search (Price 1983; Kaelo & Ali 2006),
 * whose order is feasible points by their figure and before them those that break least; then near
 * the best by linear models (Powell 1994) or, where nothing constrains, quadratic ones (Powell
 * 2009). Deterministic. Every point is looked at once: what comes again is remembered.
 *
 * With several goals a search is of the largest of their weighted distances from the best that is
 * known of each (weighted Chebyshev, augmented; Steuer & Choo 1983), which reaches every
 * non-dominated point.
 */
#ifndef DS_ANALYSIS_SEARCH_H
#define DS_ANALYSIS_SEARCH_H

#include "sim/core/status.h"

#include <stddef.h>
#include <stdint.h>

enum { DS_SEARCH_GOALS = 2, DS_SEARCH_AXES = 32 };

/* Computes the figures of a point of the cube: goal[], all to be small, NAN where there is none,
 * and excess[], above 0 by how far a constraint is broken. Returns false to end the search. */
typedef bool ds_search_look(void *self, const double *x, double *goal, double *excess,
                            ds_status *st);

typedef struct ds_search {
    size_t axes, goals, constraints;
    const bool *ordered; /* [axes]: neighbours are alike; others only the first stage changes */
    const double *start; /* [axes] */
    size_t evaluations;  /* at most */
    uint64_t seed;
    double tolerance; /* of coordinates, where the second stage ends */
    ds_search_look *look;
    void (*snap)(const void *self, double *x); /* to where equal candidates are equal; NULL: none */
    void *self;
} ds_search;

/* A point that was looked at. */
typedef struct ds_looked {
    double *x, *goal, *excess;
    double broken; /* sum of what is above 0; 0: feasible; INFINITY: a goal is NAN */
} ds_looked;

typedef struct ds_search_log {
    ds_looked *item; /* in the order of looking */
    size_t count, room;
} ds_search_log;

/* Adds to the log, which begins zeroed, and finds the best of it: SIZE_MAX where it is empty. With
 * several goals, by weight[goals]; the weights may be 0, not all. `evaluations` are those of this
 * call. */
DS_MUST_CHECK bool ds_search_run(const ds_search *search, const double *weight, ds_search_log *log,
                                 size_t *best, ds_status *st);
/* The best of a log by those weights. */
size_t ds_search_best(const ds_search *search, const double *weight, ds_search_log *log);
void ds_search_free(ds_search_log *log);

/* A front of two goals: each alone, then weights between, of all evaluations; fills front[room]
 * with places in the log of feasible points that none other dominates, by the first goal, at most
 * `room`, spread over its range. */
DS_MUST_CHECK bool ds_search_front(const ds_search *search, ds_search_log *log, size_t *front,
                                   size_t room, size_t *count, ds_status *st);

#endif
