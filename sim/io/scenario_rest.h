/* Inside of the scenario loader, shared by its files. */
#ifndef DS_IO_SCENARIO_REST_H
#define DS_IO_SCENARIO_REST_H

#include "bind.h"
#include "scenario.h"

/* Keys that every model's scenario has. */
typedef struct ds_output_config {
    bool paths;
    const char *metrics; /* bound elsewhere */
} ds_output_config;

typedef struct ds_common {
    const char *model, *title, *description;
    double start, horizon, warmup, observe;
    int64_t replicas, seed;
    int sampling; /* ds_sampling */
    ds_output_config output;
} ds_common;

enum { DS_COMMON_ROOM = 20 };

/* The common table with the model's time unit and defaults. */
void ds_common_table(const ds_model *model, ds_param table[DS_COMMON_ROOM]);

/* One dimension of a sweep: a dotted path and its values. */
typedef struct ds_axis {
    const ds_node *path;
    uint32_t count;
    ds_node **value;
} ds_axis;

enum { DS_AXES = 16, DS_POINTS_MOST = 100000 };

typedef struct ds_scenario_rest {
    ds_pool pool;
    ds_status *st; /* of the call under way */
    ds_files files;
    ds_binder binder;
    ds_node *base;           /* merged, with sets and default maps */
    const ds_node *variants; /* mapping, or NULL */
    ds_axis axis[DS_AXES];
    uint32_t axes;
    const void **config; /* one a point, NULL until asked for */
    ds_param common_table[DS_COMMON_ROOM];
    ds_common common;
} ds_scenario_rest;

/* A config of the model that holds from the time `since` on, bound from a whole tree and checked;
 * its actions are not bound. */
DS_MUST_CHECK bool ds_config_of(ds_scenario *s, ds_node *tree, double since, void **config,
                                ds_status *st);

/* Reads `variants` and `sweep` of the base and counts the points. */
DS_MUST_CHECK bool ds_points_read(ds_scenario *s, ds_status *st);
/* The tree of a point: the base with the point's overrides. */
DS_MUST_CHECK bool ds_points_tree(ds_scenario *s, size_t point, ds_node **tree, ds_status *st);

#endif
