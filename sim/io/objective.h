/*
 * The key `objective`: what rules are judged by. Each goal is a figure of the replicas of one
 * variant, such as the median of a yield at the end, that is to be as large or as small as can be.
 */
#ifndef DS_IO_OBJECTIVE_H
#define DS_IO_OBJECTIVE_H

#include "pool.h"
#include "sim/core/param.h"
#include "store.h"
#include "until.h"

typedef struct ds_goal {
    const char *name; /* as the scenario calls it */
    bool maximise;    /* else it is to be small */
    const char *of;   /* a metric or an outcome, */
    bool outcome;     /* the second; of a metric, */
    bool over_time; /* the mean over its times that have a value, a last, shorter interval less; or
                       at the end */
    size_t number;  /* in the list of metrics or outcomes; SIZE_MAX: a result does not hold it */
    const char *unit; /* of the figure: that of `of`, but for a probability */
    ds_statistic statistic;
    double level;     /* of a quantile */
    double threshold; /* of a probability: of a value above it, or below */
    bool below;
    const char *words; /* "median of apr_staked", "P(treasury < 0), mean over time" */
} ds_goal;

typedef struct ds_goals {
    size_t count;
    const ds_goal *goal; /* as they are written */
} ds_goals;

/* The goals that a result's scenario states, with the places of their metrics and outcomes in the
 * result; what is returned lives as long as the pool. A scenario that states none has none. */
DS_MUST_CHECK bool ds_goals_stored(ds_pool *pool, const ds_result_info *about, ds_goals *goals,
                                   ds_status *st);

/* Whether a is better than b as that goal's figure. */
bool ds_goal_better(const ds_goal *goal, double a, double b);

/* ---- for the loader ---- */

struct ds_scenario;
struct ds_node;
struct ds_json;

enum { DS_GOALS_MOST = 32 };

/* Of a ds_list, for the common table. */
extern const ds_param ds_goal_map;

/* Checks the map that was bound of the root's key, and fills the scenario's goals. */
DS_MUST_CHECK bool ds_objective_read(struct ds_scenario *s, const struct ds_node *root,
                                     const ds_list *said, ds_status *st);
/* The goals as they are read again, without units. */
void ds_objective_resolve(struct ds_json *j, const ds_goals *goals);

#endif
