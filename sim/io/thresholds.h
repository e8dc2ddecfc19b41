/*
 * The key `thresholds`: what must hold, by name. A stress test judges by it, a search for better
 * rules is bound by it. Where a scenario says none, those of its model; an entry of the name of one
 * of these says only what differs from it.
 */
#ifndef DS_IO_THRESHOLDS_H
#define DS_IO_THRESHOLDS_H

#include "pool.h"
#include "sim/core/param.h"
#include "sim/core/threshold.h"
#include "store.h"

typedef struct ds_thresholds {
    size_t count;
    const ds_threshold *threshold; /* as they are written */
    bool said;                     /* else they are the model's */
} ds_thresholds;

enum { DS_THRESHOLDS_MOST = 32 };

/* Those that a result's scenario says; none where it says none. `number` is the place among the
 * result's outcomes or variables, SIZE_MAX where it does not hold them. What is returned lives as
 * long as the pool. */
DS_MUST_CHECK bool ds_thresholds_stored(ds_pool *pool, const ds_result_info *about,
                                        ds_thresholds *thresholds, ds_status *st);

struct ds_scenario;
struct ds_node;
struct ds_json;

/* Of the map in the common table, see scenario.c. */
extern const ds_param ds_threshold_table[];

/* Checks names and bounds of the map `said` that was bound of the root's key, and fills the
 * scenario's thresholds. */
DS_MUST_CHECK bool ds_thresholds_read(struct ds_scenario *s, const struct ds_node *root,
                                      const ds_list *said, ds_status *st);
/* In full, whatever the model's are. */
void ds_thresholds_resolve(const ds_thresholds *thresholds, struct ds_json *j);

#endif
