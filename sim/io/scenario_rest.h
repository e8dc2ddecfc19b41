/* Inside of the scenario loader, shared by its files. */
#ifndef DS_IO_SCENARIO_REST_H
#define DS_IO_SCENARIO_REST_H

#include "axis.h"
#include "designs.h"
#include "scenario.h"
#include "search.h"

/* Keys that every model's scenario has. */
typedef struct ds_output_config {
    bool paths;
    const char *metrics; /* bound elsewhere */
} ds_output_config;

/* The key `until`, see rule.c. */
typedef struct ds_rule_config {
    const char *metric, *statistic, *above, *below, *half_width, *relative_half_width;
    double confidence;
    int64_t max_replicas;
} ds_rule_config;

/* An entry of the key `thresholds`, see thresholds.c. */
typedef struct ds_threshold_config {
    const char *name, *of, *at_least, *at_most;
    double in; /* NAN: not said */
} ds_threshold_config;

typedef struct ds_common {
    const char *model, *title, *description;
    double start, horizon, warmup, observe;
    int64_t replicas, seed;
    int sampling; /* ds_sampling */
    ds_output_config output;
    ds_rule_config until;
    ds_splitting splitting;
    ds_list objective;
    ds_search_said search;
    ds_list thresholds; /* of ds_threshold_config */
} ds_common;

enum { DS_COMMON_ROOM = 24 };

/* The common table with the model's time unit and defaults. */
void ds_common_table(const ds_model *model, ds_param table[DS_COMMON_ROOM]);

typedef struct ds_scenario_rest {
    ds_pool pool;
    ds_status *st; /* of the call under way */
    ds_files files;
    ds_binder binder;
    ds_node *base;              /* merged, with sets and default maps */
    const ds_node *variants;    /* mapping, or NULL */
    const struct ds_laid *laid; /* of a stress test, see stress.c */
    const ds_node *futures;     /* of a branch: mapping, or NULL */
    ds_node **variant_base;     /* [variants], or one: the base with the changes of each */
    ds_design design;
    ds_sweep_axis *axis;        /* [axes of the design] */
    struct ds_overlay *overlay; /* what the axes lay over the base */
    double *unit;               /* [axes]: coordinates of the point under way */
    int digits;                 /* of numbers in labels, so that labels differ where points do */
    const void **config;        /* one a point, NULL until asked for */
    ds_param common_table[DS_COMMON_ROOM];
    ds_common common;
} ds_scenario_rest;

/* A config of the model that holds from the time `since` on, bound from a whole tree and checked;
 * its actions are not bound. */
DS_MUST_CHECK bool ds_config_of(ds_scenario *s, ds_node *tree, double since, void **config,
                                ds_status *st);

/* Reads `variants` and `sweep` of the base and counts the points. */
DS_MUST_CHECK bool ds_points_read(ds_scenario *s, ds_status *st);
/* The tree of a point: the base with the point's changes. */
ds_node *ds_points_tree(ds_scenario *s, size_t point);

#endif
