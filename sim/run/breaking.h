/*
 * The smallest depth that breaks something, by bisection. What is asked of a depth is whether each
 * of some properties holds in the share of replicas that is required of it; a depth surely holds
 * where all do, surely breaks where one does not, else it is open. Replicas are added until a depth
 * is sure, or there are no more. The answer is a bracket: the deepest depth of which it is sure
 * that it holds and the mildest of which it is sure that it breaks. That both are right has the
 * stated confidence: each of the (depth, look)s that there can be may be wrong with an equal part
 * of the rest, by exact bounds of a share (Clopper & Pearson 1934; Bonferroni), and to break, which
 * one of several properties can do, with that part shared among them.
 *
 * Replicas of all depths may be the same ones. Where each of them holds up to some depth and not
 * beyond, the bracket is of the one depth at which all that changes; where not, it is true of its
 * two ends all the same, and in between there may be several such depths.
 */
#ifndef DS_RUN_BREAKING_H
#define DS_RUN_BREAKING_H

#include "sim/core/interval.h"
#include "sim/core/status.h"

#include <stddef.h>

enum { DS_BREAKING_PROPERTIES = 32, DS_BREAKING_DEPTHS = 32 };

typedef enum ds_depth_fate { DS_DEPTH_OPEN, DS_DEPTH_HOLDS, DS_DEPTH_BREAKS } ds_depth_fate;

/* Of replicas of a depth. */
typedef struct ds_depth_count {
    size_t finished, failed;             /* what those that failed would have shown is left open */
    size_t held[DS_BREAKING_PROPERTIES]; /* of those that finished */
} ds_depth_count;

typedef struct ds_breaking {
    double mild, deep; /* the ends; either may be the larger number */
    size_t properties;
    const double *required; /* [properties], in (0, 1) */
    size_t first, most;     /* replicas of a depth at its first look, then twice as many, at most */
    size_t depths;          /* that are looked at, the ends included; 2 to DS_BREAKING_DEPTHS */
    double confidence;
    /* Adds replicas [first, first + count) of a depth. */
    bool (*simulate)(void *owner, double depth, size_t first, size_t count, ds_depth_count *sum,
                     ds_status *st);
    void *owner;
} ds_breaking;

typedef struct ds_depth_look {
    double depth;
    ds_depth_count count;
    ds_depth_fate fate;
    size_t property; /* the first that surely does not hold, or the least sure */
} ds_depth_look;

typedef struct ds_bracket {
    double holds, breaks; /* NAN: of no depth it is sure */
    size_t looks;
    ds_depth_look look[DS_BREAKING_DEPTHS]; /* in the order in which they were looked at */
} ds_bracket;

/* Of a share: each bound leaves `risk` out on its side, whether all that failed had held or none.
 */
ds_interval ds_breaking_bounds(const ds_depth_count *count, size_t property, double risk);
/* The part of the rest of the confidence that one look at one depth has. */
double ds_breaking_risk(const ds_breaking *breaking);
/* Replicas with which a depth at which everything holds in all of them is known to hold. */
size_t ds_breaking_needs(const ds_breaking *breaking);

/* Where the mild end does not surely hold there is no more to look for; nor where the deep end
 * does. */
DS_MUST_CHECK bool ds_breaking_search(const ds_breaking *breaking, ds_bracket *bracket,
                                      ds_status *st);

#endif
