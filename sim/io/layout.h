/*
 * What a result file holds: one table of its datasets with their group, type, dimensions, units and
 * meaning. The writer creates datasets from it, the reader checks a file against it.
 */
#ifndef DS_IO_LAYOUT_H
#define DS_IO_LAYOUT_H

#include "hdf.h"
#include "sim/core/model.h"

typedef enum ds_axis {
    DS_AXIS_POINT,
    DS_AXIS_REPLICA,
    DS_AXIS_TIME,
    DS_AXIS_QUANTILE,
    DS_AXIS_FILE,    /* files that the scenario read besides itself */
    DS_AXIS_FAILURE, /* replicas that failed */
    DS_AXES
} ds_axis;

typedef enum ds_branch {
    DS_BRANCH_ROOT,
    DS_BRANCH_SUMMARY,
    DS_BRANCH_OUTCOMES,
    DS_BRANCH_PROVENANCE,
    DS_BRANCH_DESIGN, /* only where something varies from point to point */
    DS_BRANCHES
} ds_branch;

typedef enum ds_item_id {
    DS_ITEM_TIME,
    DS_ITEM_POINT,
    DS_ITEM_REPLICA,
    DS_ITEM_LABEL,
    DS_ITEM_QUANTILE,
    DS_ITEM_FILE,
    DS_ITEM_FILE_TEXT,
    DS_ITEM_SCENARIO,
    DS_ITEM_RESOLVED,
    DS_ITEM_STATE,
    DS_ITEM_EVENTS,
    DS_ITEM_FAILURE,
    DS_ITEM_FAILED_POINT,
    DS_ITEM_FAILED_REPLICA,
    DS_ITEM_CAUSE,
    DS_ITEM_UNTIL, /* the next three: only where a rule stopped the run */
    DS_ITEM_UNTIL_LOW,
    DS_ITEM_UNTIL_HIGH,
    DS_ITEM_PATH, /* from here on one a metric, outcome or coordinate, named after it */
    DS_ITEM_QUANTILES,
    DS_ITEM_MEAN,
    DS_ITEM_ERROR,
    DS_ITEM_OUTCOME,
    DS_ITEM_NUMBER, /* one a coordinate */
    DS_ITEM_WORD,
    DS_ITEMS
} ds_item_id;

typedef struct ds_item {
    ds_branch branch;
    const char *name; /* of a metric's items: what follows the metric's name */
    ds_h5_type type;
    int rank;
    ds_axis axis[DS_H5_RANK];
    bool packed, scale; /* chunked and deflated; the coordinate of its axis */
    const char *unit, *doc;
} ds_item;

extern const ds_item ds_items[DS_ITEMS];
extern const char *const ds_branch_names[DS_BRANCHES];

enum { DS_QUANTILES = 5, DS_ITEM_NAME = 200 };
extern const double ds_quantiles[DS_QUANTILES];

typedef struct ds_extent {
    size_t of[DS_AXES];
    size_t chunk_points, chunk_replicas; /* at most; DS_H5_ANY: as the file has it */
} ds_extent;

/* How an item is stored; `wide` matters to paths only. */
ds_h5_spec ds_item_spec(ds_item_id id, const ds_extent *extent, bool wide);

/* A result file that is written: its groups, coordinates, and who uses them. */
typedef struct ds_tree {
    ds_h5 branch[DS_BRANCHES]; /* the root is the file */
    ds_h5 scale[DS_AXES];
    ds_extent extent;
    ds_h5_use *uses[DS_AXES];
    size_t use_count[DS_AXES];
} ds_tree;

DS_MUST_CHECK bool ds_tree_create(ds_tree *tree, const char *path, ds_status *st);
/* The branch that not every result has. */
DS_MUST_CHECK bool ds_tree_add_design(ds_tree *tree, ds_status *st);
/* Lists each coordinate's users and closes; datasets of ds_tree_add are closed before or by it. */
DS_MUST_CHECK bool ds_tree_finish(ds_tree *tree, ds_status *st);
void ds_tree_drop(ds_tree *tree);

/* A dataset with its dimensions and texts. `metric` is NULL, or whom the item belongs to. The tree
 * keeps it open. */
DS_MUST_CHECK bool ds_tree_add(ds_tree *tree, ds_item_id id, const ds_metric *metric, ds_h5 *set,
                               ds_status *st);
/* Adds a dataset and writes all of it. */
DS_MUST_CHECK bool ds_tree_put(ds_tree *tree, ds_item_id id, const void *data, ds_status *st);

/* A result file that is read. */
typedef struct ds_stored {
    ds_hdf *file;
    const ds_hdf_object *branch[DS_BRANCHES];
    ds_extent extent;
} ds_stored;

/* What a part (part.h) says it is, in the attribute `kind`, which no result has. */
extern const char ds_part_kind[];

DS_MUST_CHECK bool ds_stored_open(ds_stored *stored, const char *path, ds_status *st);
void ds_stored_close(ds_stored *stored);
/* A dataset that must be as the table says; a coordinate sets its axis' extent. */
DS_MUST_CHECK bool ds_stored_get(ds_stored *stored, ds_item_id id, const char *metric, bool wide,
                                 ds_hdf_set *set, ds_status *st);

#endif
