#include "layout.h"
#include "sealed.h"
#include "store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ds_result {
    ds_result_info info;
    ds_tree tree;
    uint8_t *state;   /* [points][replicas] */
    uint64_t *events; /* [points][replicas] */
    size_t failures;
    int32_t *failed_point, *failed_replica;
    char **causes;
    void **blocks; /* all memory of the above, for free() */
    size_t block_count;
};

/* Takes over a block; NULL is a failed allocation. */
static bool own(ds_result *r, void *block, ds_status *st)
{
    const size_t count = r->block_count;
    if (block && (count & (count - 1)) == 0) {
        void **more = realloc(r->blocks, (count ? 2 * count : 1) * sizeof *more);
        if (more)
            r->blocks = more;
        else
            free(block);
        block = more ? block : NULL;
    }
    if (!block)
        return ds_fail(st, DS_E_SYSTEM, "no memory to read a result");
    r->blocks[r->block_count++] = block;
    return true;
}

static void *take(ds_result *r, size_t count, size_t size, ds_status *st)
{
    void *block = calloc(count + 1, size);
    return own(r, block, st) ? block : NULL;
}

static size_t extent(const ds_result *r, ds_axis axis)
{
    return r->tree.extent.of[axis];
}

/* Reads a whole dataset of numbers into a new block. */
static bool read_numbers(ds_result *r, ds_item_id id, void **values, ds_status *st)
{
    const ds_item *item = &ds_items[id];
    static const size_t sizes[] = {[DS_H5_DOUBLE] = sizeof(double),
                                   [DS_H5_BYTE] = sizeof(uint8_t),
                                   [DS_H5_INT] = sizeof(int32_t),
                                   [DS_H5_COUNT] = sizeof(uint64_t)};
    ds_h5 set;
    if (!ds_tree_get(&r->tree, id, NULL, false, &set, st))
        return false;
    size_t count = 1;
    for (int i = 0; i < item->rank; i++)
        count *= extent(r, item->axis[i]);
    *values = take(r, count, sizes[item->type], st);
    const bool ok = *values && ds_h5_read(set, item->type, NULL, *values, st);
    ds_h5_drop(&set);
    return ok;
}

static bool read_texts(ds_result *r, ds_item_id id, char ***texts, ds_status *st)
{
    const ds_item *item = &ds_items[id];
    ds_h5 set;
    if (!ds_tree_get(&r->tree, id, NULL, false, &set, st))
        return false;
    const size_t count = item->rank ? extent(r, item->axis[0]) : 1;
    const bool ok = ds_h5_read_texts(set, count, texts, st) && own(r, *texts, st);
    ds_h5_drop(&set);
    return ok;
}

static bool read_text(ds_result *r, ds_item_id id, const char **text, ds_status *st)
{
    char **texts;
    if (!read_texts(r, id, &texts, st))
        return false;
    *text = texts[0];
    return true;
}

static bool read_attribute(ds_result *r, ds_h5 object, const char *name, const char **text,
                           ds_status *st)
{
    char *found;
    if (!ds_h5_get_text(object, name, &found, st) || !own(r, found, st))
        return false;
    *text = found;
    return true;
}

/* Coordinates come first: what they declare is held by the file, and bounds all the rest. */
static bool read_coordinates(ds_result *r, const char *path, ds_status *st)
{
    void *numbers, *time;
    ds_h5 set = 0;
    char **labels;
    ds_result_info *info = &r->info;
    bool ok = read_numbers(r, DS_ITEM_POINT, &numbers, st) &&
              read_numbers(r, DS_ITEM_REPLICA, &numbers, st) &&
              read_numbers(r, DS_ITEM_TIME, &time, st) &&
              read_numbers(r, DS_ITEM_QUANTILE, &numbers, st) &&
              read_texts(r, DS_ITEM_LABEL, &labels, st) &&
              ds_tree_get(&r->tree, DS_ITEM_TIME, NULL, false, &set, st) &&
              read_attribute(r, set, "units", &info->time_units, st);
    ds_h5_drop(&set);
    if (!ok)
        return false;
    info->points = extent(r, DS_AXIS_POINT);
    info->replicas = extent(r, DS_AXIS_REPLICA);
    info->times = extent(r, DS_AXIS_TIME);
    info->time = time;
    info->labels = (const char *const *)labels;
    for (size_t k = 0; k < info->times; k++)
        if (!isfinite(info->time[k]) || (k > 0 && info->time[k] <= info->time[k - 1]))
            return ds_fail(st, DS_E_DATA, "'%s': time[%zu] is %g, must be finite and ascend", path,
                           k, info->time[k]);
    return true;
}

static bool read_group(ds_result *r, const char *path, ds_status *st)
{
    static const char name[] = "replicas_a_group";
    const ds_h5 from = r->tree.branch[DS_BRANCH_PROVENANCE];
    uint64_t group = 1;
    if (ds_h5_says(from, name) && !ds_h5_get_value(from, name, DS_H5_COUNT, &group, st))
        return false;
    r->info.group = group;
    return (group > 0 && r->info.replicas % group == 0) ||
           ds_fail(st, DS_E_DATA, "'%s' has %zu replicas in groups of %llu", path, r->info.replicas,
                   (unsigned long long)group);
}

static bool read_doubt(ds_result *r, ds_status *st)
{
    static const char name[] = "not_reproducible_because";
    const ds_h5 group = r->tree.branch[DS_BRANCH_PROVENANCE];
    return !ds_h5_says(group, name) || read_attribute(r, group, name, &r->info.doubt, st);
}

static bool read_provenance(ds_result *r, ds_status *st)
{
    ds_result_info *info = &r->info;
    const ds_h5 group = r->tree.branch[DS_BRANCH_PROVENANCE];
    return read_attribute(r, group, "title", &info->title, st) &&
           read_attribute(r, group, "model", &info->model, st) &&
           read_attribute(r, group, "program", &info->program, st) &&
           read_attribute(r, group, "version", &info->version, st) &&
           read_attribute(r, group, "build", &info->build, st) && read_doubt(r, st) &&
           read_attribute(r, group, "data_digest", &info->digest, st) &&
           ds_h5_get_value(group, "seed", DS_H5_COUNT, &info->seed, st) &&
           read_text(r, DS_ITEM_SCENARIO, &info->scenario, st) &&
           read_text(r, DS_ITEM_RESOLVED, &info->resolved, st);
}

static bool read_files(ds_result *r, ds_status *st)
{
    char **names, **texts;
    if (!ds_h5_has(r->tree.branch[DS_BRANCH_PROVENANCE], ds_items[DS_ITEM_FILE].name))
        return true;
    r->tree.extent.of[DS_AXIS_FILE] = DS_H5_ANY;
    if (!read_texts(r, DS_ITEM_FILE, &names, st) || !read_texts(r, DS_ITEM_FILE_TEXT, &texts, st))
        return false;
    r->info.file_count = extent(r, DS_AXIS_FILE);
    r->info.file_names = (const char *const *)names;
    r->info.file_texts = (const char *const *)texts;
    return true;
}

static bool read_failures(ds_result *r, ds_status *st)
{
    void *number, *point, *replica;
    if (!ds_h5_has(r->tree.branch[DS_BRANCH_PROVENANCE], ds_items[DS_ITEM_FAILURE].name))
        return true;
    if (!read_numbers(r, DS_ITEM_FAILURE, &number, st) ||
        !read_numbers(r, DS_ITEM_FAILED_POINT, &point, st) ||
        !read_numbers(r, DS_ITEM_FAILED_REPLICA, &replica, st) ||
        !read_texts(r, DS_ITEM_CAUSE, &r->causes, st))
        return false;
    r->failures = extent(r, DS_AXIS_FAILURE);
    r->failed_point = point;
    r->failed_replica = replica;
    return true;
}

static bool read_replicas(ds_result *r, const char *path, ds_status *st)
{
    void *state, *events;
    if (!read_numbers(r, DS_ITEM_STATE, &state, st) ||
        !read_numbers(r, DS_ITEM_EVENTS, &events, st) || !read_failures(r, st))
        return false;
    r->state = state;
    r->events = events;
    for (size_t i = 0; i < r->info.points * r->info.replicas; i++) {
        if (r->state[i] > DS_REPLICA_FAILED)
            return ds_fail(st, DS_E_DATA, "'%s' has replica state %d, must be 0, 1 or 2", path,
                           r->state[i]);
        r->info.failed += r->state[i] == DS_REPLICA_FAILED;
    }
    if (r->failures != r->info.failed)
        return ds_fail(st, DS_E_DATA, "'%s' has %zu failed replicas and causes for %zu of them",
                       path, r->info.failed, r->failures);
    return true;
}

/* Name, unit, meaning of one variable, and whether its datasets are what they must be. */
static bool read_variable(ds_result *r, const char *name, ds_variable *variable, ds_status *st)
{
    ds_h5 set = 0, other = 0;
    const char *stored;
    const ds_h5 root = r->tree.branch[DS_BRANCH_ROOT];
    bool ok = ds_tree_get(&r->tree, DS_ITEM_QUANTILES, name, false, &set, st) &&
              read_attribute(r, set, "units", &variable->unit, st) &&
              read_attribute(r, set, "long_name", &variable->doc, st) &&
              read_attribute(r, set, "kind", &variable->kind, st) &&
              read_attribute(r, set, "stored_as", &stored, st);
    ds_h5_drop(&set);
    ok = ok && ds_tree_get(&r->tree, DS_ITEM_MEAN, name, false, &set, st) &&
         ds_tree_get(&r->tree, DS_ITEM_ERROR, name, false, &other, st);
    ds_h5_drop(&set);
    ds_h5_drop(&other);
    if (!ok)
        return false;
    variable->name = name;
    variable->wide = strcmp(stored, "float64") == 0;
    const size_t prefix = strlen(ds_items[DS_ITEM_QUANTILES].doc);
    if (strncmp(variable->doc, ds_items[DS_ITEM_QUANTILES].doc, prefix) == 0)
        variable->doc += prefix;
    if (!ds_h5_has(root, name))
        return true;
    r->info.has_paths = true;
    ok = ds_tree_get(&r->tree, DS_ITEM_PATH, name, variable->wide, &set, st);
    ds_h5_drop(&set);
    return ok;
}

/* The variables are what /summary has of rank 3; beside each lie its mean and error. */
static bool read_variables(ds_result *r, ds_status *st)
{
    char **names;
    size_t count;
    const ds_h5 group = r->tree.branch[DS_BRANCH_SUMMARY];
    if (!ds_h5_names(group, &names, &count, st) || !own(r, names, st))
        return false;
    ds_variable *list = take(r, count, sizeof *list, st);
    if (!list)
        return false;
    for (size_t i = 0; i < count; i++)
        if (ds_h5_rank(group, names[i]) == ds_items[DS_ITEM_QUANTILES].rank &&
            !read_variable(r, names[i], &list[r->info.variables++], st))
            return false;
    r->info.variable = list;
    return true;
}

static bool read_outcomes(ds_result *r, ds_status *st)
{
    char **names;
    size_t count;
    if (!ds_h5_names(r->tree.branch[DS_BRANCH_OUTCOMES], &names, &count, st) || !own(r, names, st))
        return false;
    ds_variable *list = take(r, count, sizeof *list, st);
    bool ok = list != NULL;
    for (size_t i = 0; ok && i < count; i++) {
        ds_h5 set;
        list[i] = (ds_variable){.name = names[i], .kind = "outcome", .wide = true};
        ok = ds_tree_get(&r->tree, DS_ITEM_OUTCOME, names[i], false, &set, st) &&
             read_attribute(r, set, "units", &list[i].unit, st) &&
             read_attribute(r, set, "long_name", &list[i].doc, st);
        ds_h5_drop(&set);
    }
    r->info.outcome = list;
    r->info.outcomes = count;
    return ok;
}

static bool read_flag(ds_h5 set, const char *name, bool *flag, ds_status *st)
{
    uint8_t byte;
    if (!ds_h5_get_value(set, name, DS_H5_BYTE, &byte, st))
        return false;
    *flag = byte != 0;
    return true;
}

static bool read_stopping(ds_result *r, ds_status *st)
{
    void *estimate, *low, *high;
    ds_h5 set = 0;
    if (!ds_h5_has(r->tree.branch[DS_BRANCH_SUMMARY], ds_items[DS_ITEM_UNTIL].name))
        return true;
    ds_stopping *const s = take(r, 1, sizeof *s, st);
    if (!s || !read_numbers(r, DS_ITEM_UNTIL, &estimate, st) ||
        !read_numbers(r, DS_ITEM_UNTIL_LOW, &low, st) ||
        !read_numbers(r, DS_ITEM_UNTIL_HIGH, &high, st) ||
        !ds_tree_get(&r->tree, DS_ITEM_UNTIL, NULL, false, &set, st))
        return false;
    *s =
        (ds_stopping){.replicas = r->info.replicas, .estimate = estimate, .low = low, .high = high};
    const bool ok = read_attribute(r, set, "metric", &s->metric, st) &&
                    read_attribute(r, set, "statistic", &s->statistic, st) &&
                    ds_h5_get_value(set, "confidence", DS_H5_DOUBLE, &s->confidence, st) &&
                    ds_h5_get_value(set, "half_width", DS_H5_DOUBLE, &s->half_width, st) &&
                    read_flag(set, "relative", &s->relative, st) &&
                    read_flag(set, "reached", &s->reached, st);
    ds_h5_drop(&set);
    r->info.stopping = s;
    return ok;
}

static bool read_coordinate(ds_result *r, const char *name, ds_coordinate *c, ds_status *st)
{
    const bool numbers = ds_h5_is_wide(r->tree.branch[DS_BRANCH_DESIGN], name);
    const ds_item_id id = numbers ? DS_ITEM_NUMBER : DS_ITEM_WORD;
    double *const number = numbers ? take(r, r->info.points, sizeof *number, st) : NULL;
    char **text = NULL;
    ds_h5 set;
    if ((numbers && !number) || !ds_tree_get(&r->tree, id, name, false, &set, st))
        return false;
    bool ok = numbers ? ds_h5_read(set, DS_H5_DOUBLE, NULL, number, st)
                      : ds_h5_read_texts(set, r->info.points, &text, st) && own(r, text, st);
    *c = (ds_coordinate){.name = name, .number = number, .text = (const char *const *)text};
    ok = ok && (!numbers || read_attribute(r, set, "units", &c->unit, st)) &&
         read_attribute(r, set, "long_name", &c->doc, st) &&
         read_attribute(r, set, "path", &c->path, st);
    ds_h5_drop(&set);
    return ok;
}

static bool read_design(ds_result *r, ds_status *st)
{
    const ds_h5 group = r->tree.branch[DS_BRANCH_DESIGN];
    char **names;
    size_t count;
    if (!group)
        return true;
    if (!read_attribute(r, group, "design", &r->info.design, st) ||
        !ds_h5_names(group, &names, &count, st) || !own(r, names, st))
        return false;
    ds_coordinate *const list = take(r, count, sizeof *list, st);
    if (!list)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!read_coordinate(r, names[i], &list[i], st))
            return false;
    r->info.coordinate = list;
    r->info.coordinates = count;
    return true;
}

static const ds_variable *find(const ds_variable *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].name, name) == 0)
            return &list[i];
    return NULL;
}

static bool is_root_item(const char *name)
{
    for (int b = DS_BRANCH_SUMMARY; b < DS_BRANCHES; b++)
        if (strcmp(name, ds_branch_names[b]) == 0)
            return true;
    for (int id = 0; id < DS_ITEM_PATH; id++)
        if (ds_items[id].branch == DS_BRANCH_ROOT && strcmp(name, ds_items[id].name) == 0)
            return true;
    return false;
}

/* Nothing else lies at the root: not a link, and not a dataset that was never looked at. */
static bool check_root(ds_result *r, const char *path, ds_status *st)
{
    char **names;
    size_t count;
    if (!ds_h5_names(r->tree.branch[DS_BRANCH_ROOT], &names, &count, st))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++)
        if (!is_root_item(names[i]) && !find(r->info.variable, r->info.variables, names[i]))
            ok = ds_fail(st, DS_E_DATA, "'%s' holds something that is no part of a result", path);
    free(names);
    return ok;
}

bool ds_result_open(ds_result **result, const char *path, ds_status *st)
{
    *result = NULL;
    if (!ds_file_check(path, st))
        return false;
    ds_result *r = calloc(1, sizeof *r);
    if (!r)
        return ds_fail(st, DS_E_SYSTEM, "no memory to read '%s'", path);
    if (ds_tree_open(&r->tree, path, st) && read_coordinates(r, path, st) &&
        read_provenance(r, st) && read_group(r, path, st) && read_files(r, st) &&
        read_replicas(r, path, st) && read_variables(r, st) && read_stopping(r, st) &&
        read_outcomes(r, st) && read_design(r, st) && check_root(r, path, st)) {
        *result = r;
        return true;
    }
    ds_result_close(r);
    return false;
}

void ds_result_close(ds_result *result)
{
    if (!result)
        return;
    ds_tree_drop(&result->tree);
    for (size_t i = 0; i < result->block_count; i++)
        free(result->blocks[i]);
    free(result->blocks);
    free(result);
}

const ds_result_info *ds_result_about(const ds_result *result)
{
    return &result->info;
}

static const ds_variable *find_variable(const ds_result *r, const char *name, ds_status *st)
{
    const ds_variable *found = find(r->info.variable, r->info.variables, name);
    if (!found)
        ds_fail(st, DS_E_DATA, "the result has no variable '%s'", name);
    return found;
}

static bool check_range(const ds_result *r, size_t point, size_t first, size_t count, ds_status *st)
{
    if (point < r->info.points && first <= r->info.replicas && count <= r->info.replicas - first)
        return true;
    return ds_fail(st, DS_E_DATA,
                   "the result has %zu points of %zu replicas: there are no replicas [%zu, %zu) of "
                   "point %zu",
                   r->info.points, r->info.replicas, first, first + count, point);
}

/* A box of a dataset as doubles. */
static bool read_box(ds_result *r, ds_item_id id, const ds_variable *variable, const ds_h5_box *box,
                     double *values, ds_status *st)
{
    ds_h5 set;
    const bool ok = ds_tree_get(&r->tree, id, variable->name, variable->wide, &set, st) &&
                    ds_h5_read(set, DS_H5_DOUBLE, box, values, st);
    ds_h5_drop(&set);
    return ok;
}

bool ds_result_series(ds_result *result, const char *variable, size_t point, size_t first,
                      size_t count, double *values, ds_status *st)
{
    const ds_variable *found = find_variable(result, variable, st);
    if (!found || !check_range(result, point, first, count, st))
        return false;
    if (!ds_h5_has(result->tree.branch[DS_BRANCH_ROOT], variable))
        return ds_fail(st, DS_E_DATA, "the result keeps no paths of '%s', only its summary",
                       variable);
    const ds_h5_box box = {{point, first, 0}, {1, count, result->info.times}};
    return count == 0 || read_box(result, DS_ITEM_PATH, found, &box, values, st);
}

bool ds_result_summary(ds_result *result, const char *variable, size_t point, double *mean,
                       double *error, double *quantiles, ds_status *st)
{
    const ds_variable *found = find_variable(result, variable, st);
    if (!found || !check_range(result, point, 0, 0, st))
        return false;
    const ds_h5_box levels = {{point, 0, 0}, {1, DS_QUANTILES, result->info.times}};
    const ds_h5_box line = {{point, 0}, {1, result->info.times}};
    return (!mean || read_box(result, DS_ITEM_MEAN, found, &line, mean, st)) &&
           (!error || read_box(result, DS_ITEM_ERROR, found, &line, error, st)) &&
           (!quantiles || read_box(result, DS_ITEM_QUANTILES, found, &levels, quantiles, st));
}

bool ds_result_outcome(ds_result *result, const char *outcome, size_t point, double *values,
                       ds_status *st)
{
    const ds_variable *found = find(result->info.outcome, result->info.outcomes, outcome);
    if (!found)
        return ds_fail(st, DS_E_DATA, "the result has no outcome '%s'", outcome);
    const ds_h5_box line = {{point, 0}, {1, result->info.replicas}};
    return check_range(result, point, 0, 0, st) &&
           read_box(result, DS_ITEM_OUTCOME, found, &line, values, st);
}

/* Failures are listed in the order of points and replicas. */
static const char *cause_of(const ds_result *r, size_t point, size_t replica)
{
    size_t low = 0, high = r->failures;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const size_t p = (size_t)r->failed_point[middle], q = (size_t)r->failed_replica[middle];
        if (p == point && q == replica)
            return r->causes[middle];
        if (p < point || (p == point && q < replica))
            low = middle + 1;
        else
            high = middle;
    }
    return "";
}

bool ds_result_replica(ds_result *result, size_t point, size_t replica, uint8_t *state,
                       uint64_t *events, const char **cause, ds_status *st)
{
    if (!check_range(result, point, replica, 1, st))
        return false;
    const size_t index = point * result->info.replicas + replica;
    if (state)
        *state = result->state[index];
    if (events)
        *events = result->events[index];
    if (cause)
        *cause = result->state[index] == DS_REPLICA_FAILED ? cause_of(result, point, replica) : "";
    return true;
}
