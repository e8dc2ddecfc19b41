#include "layout.h"

#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define P DS_AXIS_POINT
#define R DS_AXIS_REPLICA
#define T DS_AXIS_TIME
#define Q DS_AXIS_QUANTILE

const double ds_quantiles[DS_QUANTILES] = {0.05, 0.25, 0.5, 0.75, 0.95};

const char *const ds_branch_names[DS_BRANCHES] = {"/", "summary", "outcomes", "provenance",
                                                  "design"};

/* Members: branch, name, type, rank, axes, packed, scale, unit, doc. */
const ds_item ds_items[DS_ITEMS] = {
    [DS_ITEM_TIME] = {DS_BRANCH_ROOT, "time", DS_H5_DOUBLE, 1, {T}, false, true, NULL, "time"},
    [DS_ITEM_POINT] =
        {DS_BRANCH_ROOT, "point", DS_H5_INT, 1, {P}, false, true, "1", "setting of the parameters"},
    [DS_ITEM_REPLICA] =
        {DS_BRANCH_ROOT, "replica", DS_H5_INT, 1, {R}, false, true, "1", "simulated path"},
    [DS_ITEM_LABEL] = {DS_BRANCH_ROOT,
                       "point_label",
                       DS_H5_TEXT,
                       1,
                       {P},
                       false,
                       false,
                       NULL,
                       "name of the parameter setting"},
    [DS_ITEM_QUANTILE] = {DS_BRANCH_SUMMARY,
                          "quantile",
                          DS_H5_DOUBLE,
                          1,
                          {Q},
                          false,
                          true,
                          "1",
                          "share of replicas at or below"},
    [DS_ITEM_FILE] = {DS_BRANCH_PROVENANCE,
                      "file",
                      DS_H5_TEXT,
                      1,
                      {DS_AXIS_FILE},
                      false,
                      true,
                      NULL,
                      "file that the scenario read besides itself"},
    [DS_ITEM_FILE_TEXT] = {DS_BRANCH_PROVENANCE,
                           "file_text",
                           DS_H5_TEXT,
                           1,
                           {DS_AXIS_FILE},
                           false,
                           false,
                           NULL,
                           "what the file held"},
    [DS_ITEM_SCENARIO] = {DS_BRANCH_PROVENANCE,
                          "scenario",
                          DS_H5_TEXT,
                          0,
                          {P},
                          false,
                          false,
                          NULL,
                          "the scenario as written"},
    [DS_ITEM_RESOLVED] = {DS_BRANCH_PROVENANCE,
                          "resolved",
                          DS_H5_TEXT,
                          0,
                          {P},
                          false,
                          false,
                          NULL,
                          "the scenario with every default filled in, JSON"},
    [DS_ITEM_STATE] = {DS_BRANCH_PROVENANCE,
                       "replica_state",
                       DS_H5_BYTE,
                       2,
                       {P, R},
                       false,
                       false,
                       NULL,
                       "how the replica ended"},
    [DS_ITEM_EVENTS] = {DS_BRANCH_PROVENANCE,
                        "events",
                        DS_H5_COUNT,
                        2,
                        {P, R},
                        false,
                        false,
                        "1",
                        "events that the replica handled"},
    [DS_ITEM_FAILURE] = {DS_BRANCH_PROVENANCE,
                         "failure",
                         DS_H5_INT,
                         1,
                         {DS_AXIS_FAILURE},
                         false,
                         true,
                         "1",
                         "replica that failed, counted"},
    [DS_ITEM_FAILED_POINT] = {DS_BRANCH_PROVENANCE,
                              "failure_point",
                              DS_H5_INT,
                              1,
                              {DS_AXIS_FAILURE},
                              false,
                              false,
                              "1",
                              "its point"},
    [DS_ITEM_FAILED_REPLICA] = {DS_BRANCH_PROVENANCE,
                                "failure_replica",
                                DS_H5_INT,
                                1,
                                {DS_AXIS_FAILURE},
                                false,
                                false,
                                "1",
                                "its replica"},
    [DS_ITEM_CAUSE] = {DS_BRANCH_PROVENANCE,
                       "failure_cause",
                       DS_H5_TEXT,
                       1,
                       {DS_AXIS_FAILURE},
                       false,
                       false,
                       NULL,
                       "why it failed"},
    [DS_ITEM_UNTIL] = {DS_BRANCH_SUMMARY,
                       "until",
                       DS_H5_DOUBLE,
                       1,
                       {P},
                       false,
                       false,
                       NULL,
                       "estimate that the run was stopped for"},
    [DS_ITEM_UNTIL_LOW] = {DS_BRANCH_SUMMARY,
                           "until_low",
                           DS_H5_DOUBLE,
                           1,
                           {P},
                           false,
                           false,
                           NULL,
                           "lower end of its interval"},
    [DS_ITEM_UNTIL_HIGH] = {DS_BRANCH_SUMMARY,
                            "until_high",
                            DS_H5_DOUBLE,
                            1,
                            {P},
                            false,
                            false,
                            NULL,
                            "upper end of its interval"},
    [DS_ITEM_PATH] = {DS_BRANCH_ROOT, "", DS_H5_FLOAT, 3, {P, R, T}, true, false, NULL, ""},
    [DS_ITEM_QUANTILES] = {DS_BRANCH_SUMMARY,
                           "",
                           DS_H5_DOUBLE,
                           3,
                           {P, Q, T},
                           true,
                           false,
                           NULL,
                           "quantiles over replicas: "},
    [DS_ITEM_MEAN] = {DS_BRANCH_SUMMARY,
                      "_mean",
                      DS_H5_DOUBLE,
                      2,
                      {P, T},
                      true,
                      false,
                      NULL,
                      "mean over replicas: "},
    [DS_ITEM_ERROR] = {DS_BRANCH_SUMMARY,
                       "_se",
                       DS_H5_DOUBLE,
                       2,
                       {P, T},
                       true,
                       false,
                       NULL,
                       "standard error of the mean over replicas: "},
    [DS_ITEM_OUTCOME] = {DS_BRANCH_OUTCOMES, "", DS_H5_DOUBLE, 2, {P, R}, false, false, NULL, ""},
    [DS_ITEM_NUMBER] = {DS_BRANCH_DESIGN, "", DS_H5_DOUBLE, 1, {P}, false, false, NULL, ""},
    [DS_ITEM_WORD] = {DS_BRANCH_DESIGN, "", DS_H5_TEXT, 1, {P}, false, false, NULL, ""},
};

#undef P
#undef R
#undef T
#undef Q

enum { CHUNK_BYTES = 4 << 20 }; /* what netCDF and HDF5 still hold in their caches */

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* As much of the time as fits a chunk. */
static void set_chunk(ds_h5_spec *spec, const ds_item *item, const ds_extent *extent)
{
    size_t bytes = spec->type == DS_H5_FLOAT ? sizeof(float) : sizeof(double);
    for (int i = 0; i < item->rank; i++) {
        const ds_axis axis = item->axis[i];
        const size_t most = axis == DS_AXIS_POINT     ? extent->chunk_points
                            : axis == DS_AXIS_REPLICA ? extent->chunk_replicas
                            : axis == DS_AXIS_TIME    ? CHUNK_BYTES / (bytes ? bytes : 1)
                                                      : spec->size[i];
        spec->chunk[i] =
            extent->chunk_points == DS_H5_ANY ? DS_H5_ANY : smaller(spec->size[i], most);
        bytes *= spec->chunk[i];
    }
}

ds_h5_spec ds_item_spec(ds_item_id id, const ds_extent *extent, bool wide)
{
    const ds_item *item = &ds_items[id];
    ds_h5_spec spec = {.type = item->type, .rank = item->rank};
    if (id == DS_ITEM_PATH && wide)
        spec.type = DS_H5_DOUBLE;
    for (int i = 0; i < item->rank; i++)
        spec.size[i] = extent->of[item->axis[i]];
    if (item->packed)
        set_chunk(&spec, item, extent);
    return spec;
}

bool ds_tree_create(ds_tree *tree, const char *path, ds_status *st)
{
    *tree = (ds_tree){.extent.of[DS_AXIS_QUANTILE] = DS_QUANTILES};
    if (!ds_h5_create(&tree->branch[DS_BRANCH_ROOT], path, st))
        return false;
    for (int b = DS_BRANCH_SUMMARY; b < DS_BRANCH_DESIGN; b++)
        if (!ds_h5_group_create(tree->branch[DS_BRANCH_ROOT], ds_branch_names[b], &tree->branch[b],
                                st))
            return false;
    return true;
}

bool ds_tree_add_design(ds_tree *tree, ds_status *st)
{
    return ds_h5_group_create(tree->branch[DS_BRANCH_ROOT], ds_branch_names[DS_BRANCH_DESIGN],
                              &tree->branch[DS_BRANCH_DESIGN], st);
}

/* Closes datasets (each has exactly one first axis it is listed under, or is a coordinate). */
static bool close_sets(ds_tree *tree, ds_status *st)
{
    bool ok = true;
    for (int axis = 0; axis < DS_AXES; axis++) {
        for (size_t i = 0; i < tree->use_count[axis]; i++)
            if (tree->uses[axis][i].axis == 0)
                ok = ds_h5_close(&tree->uses[axis][i].set, st) && ok;
        ok = ds_h5_close(&tree->scale[axis], st) && ok;
        free(tree->uses[axis]);
        tree->uses[axis] = NULL;
        tree->use_count[axis] = 0;
    }
    for (int b = DS_BRANCHES - 1; b >= 0; b--)
        ok = ds_h5_close(&tree->branch[b], st) && ok;
    return ok;
}

bool ds_tree_finish(ds_tree *tree, ds_status *st)
{
    bool ok = true;
    for (int axis = 0; ok && axis < DS_AXES; axis++)
        if (tree->use_count[axis] > 0)
            ok = ds_h5_set_uses(tree->scale[axis], tree->uses[axis], tree->use_count[axis], st);
    return close_sets(tree, st) && ok;
}

void ds_tree_drop(ds_tree *tree)
{
    ds_status ignored = {.code = DS_E_IO};
    (void)!close_sets(tree, &ignored);
}

/* Doubles the room whenever a power of two is reached. */
static bool note_use(ds_tree *tree, ds_axis axis, ds_h5_use use, ds_status *st)
{
    const size_t count = tree->use_count[axis];
    if ((count & (count - 1)) == 0) {
        ds_h5_use *more = realloc(tree->uses[axis], (count ? 2 * count : 1) * sizeof *more);
        if (!more)
            return ds_fail(st, DS_E_SYSTEM, "no memory for the list of variables");
        tree->uses[axis] = more;
    }
    tree->uses[axis][count] = use;
    tree->use_count[axis]++;
    return true;
}

static bool attach(ds_tree *tree, const ds_item *item, ds_h5 set, ds_status *st)
{
    ds_h5 scales[DS_H5_RANK];
    for (int i = 0; i < item->rank; i++) {
        scales[i] = tree->scale[item->axis[i]];
        if (!note_use(tree, item->axis[i], (ds_h5_use){set, (uint32_t)i}, st))
            return false;
    }
    return item->rank == 0 || ds_h5_set_scales(set, scales, (size_t)item->rank, st);
}

static bool describe(const ds_item *item, const ds_metric *metric, ds_h5 set, ds_status *st)
{
    char doc[1024];
    snprintf(doc, sizeof doc, "%s%s", item->doc, metric ? metric->doc : "");
    const char *unit = metric ? metric->unit : item->unit;
    return (!unit || ds_h5_put_text(set, "units", unit, st)) &&
           ds_h5_put_text(set, "long_name", doc, st);
}

bool ds_tree_add(ds_tree *tree, ds_item_id id, const ds_metric *metric, ds_h5 *set, ds_status *st)
{
    const ds_item *item = &ds_items[id];
    const ds_h5_spec spec = ds_item_spec(id, &tree->extent, metric && metric->wide);
    char name[DS_ITEM_NAME];
    snprintf(name, sizeof name, "%s%s", metric ? metric->name : "", item->name);
    if (!ds_h5_set_create(tree->branch[item->branch], name, &spec, set, st))
        return false;
    if (item->scale) {
        tree->scale[item->axis[0]] = *set;
        return ds_h5_make_scale(*set, name, st) && describe(item, NULL, *set, st);
    }
    return attach(tree, item, *set, st) && describe(item, metric, *set, st);
}

bool ds_tree_put(ds_tree *tree, ds_item_id id, const void *data, ds_status *st)
{
    ds_h5 set;
    return ds_tree_add(tree, id, NULL, &set, st) &&
           ds_h5_write(set, ds_items[id].type, NULL, data, st);
}

/* ---- reading ---- */

const char ds_part_kind[] = "diemsim part";

static bool check_no_part(const ds_hdf_object *root, const char *path, ds_status *st)
{
    char *kind;
    if (!ds_hdf_says(root, "kind"))
        return true;
    if (!ds_hdf_text(root, "kind", &kind, st))
        return false;
    const bool part = strcmp(kind, ds_part_kind) == 0;
    free(kind);
    return !part ||
           ds_fail(st, DS_E_DATA,
                   "'%s' is a part of a run with --shard, no result: 'diemsim merge' joins "
                   "all parts into one",
                   path);
}

bool ds_stored_open(ds_stored *stored, const char *path, ds_status *st)
{
    *stored = (ds_stored){.file = NULL};
    for (int axis = 0; axis < DS_AXES; axis++)
        stored->extent.of[axis] = DS_H5_ANY;
    stored->extent.of[DS_AXIS_QUANTILE] = DS_QUANTILES;
    stored->extent.chunk_points = stored->extent.chunk_replicas = DS_H5_ANY;
    if (!ds_hdf_open(&stored->file, path, st))
        return false;
    const ds_hdf_object *const root = stored->branch[DS_BRANCH_ROOT] = ds_hdf_root(stored->file);
    if (!check_no_part(root, path, st))
        return false;
    for (int b = DS_BRANCH_SUMMARY; b < DS_BRANCHES; b++)
        if ((b != DS_BRANCH_DESIGN || ds_hdf_has(root, ds_branch_names[b])) &&
            !ds_hdf_group(root, ds_branch_names[b], &stored->branch[b], st))
            return false;
    return true;
}

void ds_stored_close(ds_stored *stored)
{
    ds_hdf_close(stored->file);
    stored->file = NULL;
}

bool ds_stored_get(ds_stored *stored, ds_item_id id, const char *metric, bool wide, ds_hdf_set *set,
                   ds_status *st)
{
    const ds_item *item = &ds_items[id];
    const ds_h5_spec spec = ds_item_spec(id, &stored->extent, wide);
    char name[DS_ITEM_NAME];
    snprintf(name, sizeof name, "%s%s", metric ? metric : "", item->name);
    if (!ds_hdf_find(stored->branch[item->branch], name, &spec, set, st))
        return false;
    if (item->scale)
        stored->extent.of[item->axis[0]] = set->spec.size[0];
    return true;
}
