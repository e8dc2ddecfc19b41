#include "complain.h"
#include "layout.h"
#include "sealed.h"
#include "store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ds_result {
    ds_result_info info;
    ds_stored stored;
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
    return r->stored.extent.of[axis];
}

/* Reads a whole dataset of numbers into a new block. */
static bool read_numbers(ds_result *r, ds_item_id id, void **values, ds_status *st)
{
    const ds_item *item = &ds_items[id];
    static const size_t sizes[] = {[DS_H5_DOUBLE] = sizeof(double),
                                   [DS_H5_BYTE] = sizeof(uint8_t),
                                   [DS_H5_INT] = sizeof(int32_t),
                                   [DS_H5_COUNT] = sizeof(uint64_t)};
    ds_hdf_set set;
    if (!ds_stored_get(&r->stored, id, NULL, false, &set, st))
        return false;
    size_t count = 1;
    for (int i = 0; i < item->rank; i++)
        count *= extent(r, item->axis[i]);
    *values = take(r, count, sizes[item->type], st);
    const bool ok = *values && ds_hdf_read(&set, item->type, NULL, *values, st);
    return ok;
}

static bool read_texts(ds_result *r, ds_item_id id, char ***texts, ds_status *st)
{
    ds_hdf_set set;
    return ds_stored_get(&r->stored, id, NULL, false, &set, st) && ds_hdf_texts(&set, texts, st) &&
           own(r, *texts, st);
}

/* Texts that messages and tables show. */
static bool check_shown(char *const *texts, size_t count, const char *what, ds_status *st)
{
    for (size_t i = 0; i < count; i++)
        if (!ds_is_plain(texts[i], strlen(texts[i])))
            return ds_fail(st, DS_E_DATA, "'%s' has a text with control characters, or not UTF-8",
                           what);
    return true;
}

static bool read_text(ds_result *r, ds_item_id id, const char **text, ds_status *st)
{
    char **texts;
    if (!read_texts(r, id, &texts, st))
        return false;
    *text = texts[0];
    return true;
}

static bool read_attribute(ds_result *r, const ds_hdf_object *object, const char *name,
                           const char **text, ds_status *st)
{
    char *found;
    if (!ds_hdf_text(object, name, &found, st) || !own(r, found, st))
        return false;
    *text = found;
    return true;
}

/* Points and replicas are counted from 0, and levels are the same in every result. */
static bool read_known_axes(ds_result *r, const char *path, ds_status *st)
{
    static const ds_item_id counts[] = {DS_ITEM_POINT, DS_ITEM_REPLICA};
    void *values;
    for (size_t a = 0; a < sizeof counts / sizeof *counts; a++) {
        if (!read_numbers(r, counts[a], &values, st))
            return false;
        const int32_t *const number = values;
        for (size_t i = 0; i < extent(r, ds_items[counts[a]].axis[0]); i++)
            if (number[i] != (int32_t)i)
                return ds_fail(st, DS_E_DATA, "'%s': %s[%zu] is %d, must be %zu", path,
                               ds_items[counts[a]].name, i, number[i], i);
    }
    if (!read_numbers(r, DS_ITEM_QUANTILE, &values, st))
        return false;
    const double *const level = values;
    for (size_t q = 0; q < DS_QUANTILES; q++)
        if (level[q] != ds_quantiles[q])
            return ds_fail(st, DS_E_DATA, "'%s': %s[%zu] is %g, must be %g", path,
                           ds_items[DS_ITEM_QUANTILE].name, q, level[q], ds_quantiles[q]);
    return true;
}

/* Coordinates come first: what they declare is held by the file, and bounds all the rest. */
static bool read_coordinates(ds_result *r, const char *path, ds_status *st)
{
    void *time;
    ds_hdf_set set;
    char **labels;
    ds_result_info *info = &r->info;
    bool ok = read_known_axes(r, path, st) && read_numbers(r, DS_ITEM_TIME, &time, st) &&
              read_texts(r, DS_ITEM_LABEL, &labels, st) &&
              check_shown(labels, extent(r, DS_AXIS_POINT), path, st) &&
              ds_stored_get(&r->stored, DS_ITEM_TIME, NULL, false, &set, st) &&
              read_attribute(r, set.object, "units", &info->time_units, st);
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
    const ds_hdf_object *const from = r->stored.branch[DS_BRANCH_PROVENANCE];
    uint64_t group = 1;
    if (ds_hdf_says(from, name) && !ds_hdf_value(from, name, DS_H5_COUNT, &group, st))
        return false;
    r->info.group = group;
    return (group > 0 && r->info.replicas % group == 0) ||
           ds_fail(st, DS_E_DATA, "'%s' has %zu replicas in groups of %llu", path, r->info.replicas,
                   (unsigned long long)group);
}

static bool read_doubt(ds_result *r, ds_status *st)
{
    static const char name[] = "not_reproducible_because";
    const ds_hdf_object *const group = r->stored.branch[DS_BRANCH_PROVENANCE];
    uint8_t sure;
    if (!ds_hdf_value(group, "reproducible", DS_H5_BYTE, &sure, st) ||
        (ds_hdf_says(group, name) && !read_attribute(r, group, name, &r->info.doubt, st)))
        return false;
    return sure == !r->info.doubt ||
           ds_fail(st, DS_E_DATA, "'reproducible' is %d in the result, but there is %s", sure,
                   r->info.doubt ? "a reason against it" : "no reason against it");
}

static bool read_provenance(ds_result *r, ds_status *st)
{
    ds_result_info *info = &r->info;
    const ds_hdf_object *const group = r->stored.branch[DS_BRANCH_PROVENANCE];
    return read_attribute(r, group, "title", &info->title, st) &&
           read_attribute(r, group, "model", &info->model, st) &&
           read_attribute(r, group, "program", &info->program, st) &&
           read_attribute(r, group, "version", &info->version, st) &&
           read_attribute(r, group, "build", &info->build, st) && read_doubt(r, st) &&
           read_attribute(r, group, "data_digest", &info->digest, st) &&
           read_attribute(r, group, "identity", &info->identity, st) &&
           ds_hdf_value(group, "seed", DS_H5_COUNT, &info->seed, st) &&
           read_text(r, DS_ITEM_SCENARIO, &info->scenario, st) &&
           read_text(r, DS_ITEM_RESOLVED, &info->resolved, st);
}

static bool read_files(ds_result *r, ds_status *st)
{
    char **names, **texts;
    if (!ds_hdf_has(r->stored.branch[DS_BRANCH_PROVENANCE], ds_items[DS_ITEM_FILE].name))
        return true;
    r->stored.extent.of[DS_AXIS_FILE] = DS_H5_ANY;
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
    if (!ds_hdf_has(r->stored.branch[DS_BRANCH_PROVENANCE], ds_items[DS_ITEM_FAILURE].name))
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

/* A metric's paths and its summary say the same of it. */
static bool agrees(ds_result *r, const ds_hdf_object *paths, const ds_variable *variable,
                   ds_status *st)
{
    const char *unit, *doc, *kind;
    if (!read_attribute(r, paths, "units", &unit, st) ||
        !read_attribute(r, paths, "long_name", &doc, st) ||
        !read_attribute(r, paths, "kind", &kind, st))
        return false;
    return (strcmp(unit, variable->unit) == 0 && strcmp(doc, variable->doc) == 0 &&
            strcmp(kind, variable->kind) == 0) ||
           ds_fail(st, DS_E_DATA,
                   "'%.60s' and its summary differ in unit, meaning or kind: '%.40s' and '%.40s', "
                   "'%.80s' and '%.80s', '%.20s' and '%.20s'",
                   variable->name, unit, variable->unit, doc, variable->doc, kind, variable->kind);
}

/* Name, unit, meaning of one variable, and whether its datasets are what they must be. */
static bool read_variable(ds_result *r, const char *name, ds_variable *variable, ds_status *st)
{
    ds_hdf_set set, other;
    const char *stored;
    const ds_hdf_object *const root = r->stored.branch[DS_BRANCH_ROOT];
    bool ok = ds_stored_get(&r->stored, DS_ITEM_QUANTILES, name, false, &set, st) &&
              read_attribute(r, set.object, "units", &variable->unit, st) &&
              read_attribute(r, set.object, "long_name", &variable->doc, st) &&
              read_attribute(r, set.object, "kind", &variable->kind, st) &&
              read_attribute(r, set.object, "stored_as", &stored, st);
    ok = ok && ds_stored_get(&r->stored, DS_ITEM_MEAN, name, false, &set, st) &&
         ds_stored_get(&r->stored, DS_ITEM_ERROR, name, false, &other, st);
    if (!ok)
        return false;
    variable->name = name;
    variable->wide = strcmp(stored, "float64") == 0;
    if (!variable->wide && strcmp(stored, "float32") != 0)
        return ds_fail(st, DS_E_DATA, "'%.60s' is stored as '%.20s', must be float32 or float64",
                       name, stored);
    const size_t prefix = strlen(ds_items[DS_ITEM_QUANTILES].doc);
    if (strncmp(variable->doc, ds_items[DS_ITEM_QUANTILES].doc, prefix) == 0)
        variable->doc += prefix;
    if (!ds_hdf_has(root, name))
        return true;
    r->info.has_paths = true;
    return ds_stored_get(&r->stored, DS_ITEM_PATH, name, variable->wide, &set, st) &&
           agrees(r, set.object, variable, st);
}

/* The variables are what /summary has of rank 3; beside each lie its mean and error. */
static bool read_variables(ds_result *r, ds_status *st)
{
    const ds_hdf_object *const group = r->stored.branch[DS_BRANCH_SUMMARY];
    const size_t count = ds_hdf_count(group);
    ds_variable *list = take(r, count, sizeof *list, st);
    if (!list)
        return false;
    for (size_t i = 0; i < count; i++) {
        const char *const name = ds_hdf_name(group, i);
        int rank;
        if (!ds_hdf_rank(group, name, &rank, st) ||
            (rank == ds_items[DS_ITEM_QUANTILES].rank &&
             !read_variable(r, name, &list[r->info.variables++], st)))
            return false;
    }
    r->info.variable = list;
    return true;
}

static bool read_outcomes(ds_result *r, ds_status *st)
{
    const ds_hdf_object *const group = r->stored.branch[DS_BRANCH_OUTCOMES];
    const size_t count = ds_hdf_count(group);
    ds_variable *list = take(r, count, sizeof *list, st);
    bool ok = list != NULL;
    for (size_t i = 0; ok && i < count; i++) {
        ds_hdf_set set;
        list[i] = (ds_variable){.name = ds_hdf_name(group, i), .kind = "outcome", .wide = true};
        ok = ds_stored_get(&r->stored, DS_ITEM_OUTCOME, list[i].name, false, &set, st) &&
             read_attribute(r, set.object, "units", &list[i].unit, st) &&
             read_attribute(r, set.object, "long_name", &list[i].doc, st);
    }
    r->info.outcome = list;
    r->info.outcomes = count;
    return ok;
}

static bool read_flag(const ds_hdf_object *set, const char *name, bool *flag, ds_status *st)
{
    uint8_t byte;
    if (!ds_hdf_value(set, name, DS_H5_BYTE, &byte, st))
        return false;
    *flag = byte != 0;
    return true;
}

/* NAN where the file does not say. */
static bool read_bound(const ds_hdf_object *set, const char *name, double *bound, ds_status *st)
{
    *bound = NAN;
    return !ds_hdf_says(set, name) || ds_hdf_value(set, name, DS_H5_DOUBLE, bound, st);
}

static bool read_stopping(ds_result *r, ds_status *st)
{
    void *estimate, *low, *high;
    ds_hdf_set set;
    if (!ds_hdf_has(r->stored.branch[DS_BRANCH_SUMMARY], ds_items[DS_ITEM_UNTIL].name))
        return true;
    ds_stopping *const s = take(r, 1, sizeof *s, st);
    if (!s || !read_numbers(r, DS_ITEM_UNTIL, &estimate, st) ||
        !read_numbers(r, DS_ITEM_UNTIL_LOW, &low, st) ||
        !read_numbers(r, DS_ITEM_UNTIL_HIGH, &high, st) ||
        !ds_stored_get(&r->stored, DS_ITEM_UNTIL, NULL, false, &set, st))
        return false;
    *s =
        (ds_stopping){.replicas = r->info.replicas, .estimate = estimate, .low = low, .high = high};
    const bool ok = read_attribute(r, set.object, "metric", &s->metric, st) &&
                    read_attribute(r, set.object, "statistic", &s->statistic, st) &&
                    read_bound(set.object, "above", &s->above, st) &&
                    read_bound(set.object, "below", &s->below, st) &&
                    ds_hdf_value(set.object, "confidence", DS_H5_DOUBLE, &s->confidence, st) &&
                    ds_hdf_value(set.object, "half_width", DS_H5_DOUBLE, &s->half_width, st) &&
                    read_flag(set.object, "relative", &s->relative, st) &&
                    read_flag(set.object, "reached", &s->reached, st);
    r->info.stopping = s;
    return ok;
}

static bool read_numbers_of(ds_result *r, const char *name, ds_coordinate *c, ds_hdf_set *set,
                            ds_status *st)
{
    double *const number = take(r, r->info.points, sizeof *number, st);
    c->number = number;
    return number && ds_stored_get(&r->stored, DS_ITEM_NUMBER, name, false, set, st) &&
           ds_hdf_read(set, DS_H5_DOUBLE, NULL, number, st) &&
           read_attribute(r, set->object, "units", &c->unit, st);
}

static bool read_words_of(ds_result *r, const char *name, ds_coordinate *c, ds_hdf_set *set,
                          ds_status *st)
{
    char **text = NULL;
    const bool ok = ds_stored_get(&r->stored, DS_ITEM_WORD, name, false, set, st) &&
                    ds_hdf_texts(set, &text, st) && own(r, text, st) &&
                    check_shown(text, r->info.points, name, st);
    c->text = (const char *const *)text;
    return ok;
}

static bool read_coordinate(ds_result *r, const char *name, ds_coordinate *c, ds_status *st)
{
    bool numbers;
    ds_hdf_set set;
    *c = (ds_coordinate){.name = name};
    return ds_hdf_is_wide(r->stored.branch[DS_BRANCH_DESIGN], name, &numbers, st) &&
           (numbers ? read_numbers_of(r, name, c, &set, st)
                    : read_words_of(r, name, c, &set, st)) &&
           read_attribute(r, set.object, "long_name", &c->doc, st) &&
           read_attribute(r, set.object, "path", &c->path, st);
}

static bool read_design(ds_result *r, ds_status *st)
{
    const ds_hdf_object *const group = r->stored.branch[DS_BRANCH_DESIGN];
    if (!group)
        return true;
    const size_t count = ds_hdf_count(group);
    ds_coordinate *const list = take(r, count, sizeof *list, st);
    if (!list || !read_attribute(r, group, "design", &r->info.design, st))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!read_coordinate(r, ds_hdf_name(group, i), &list[i], st))
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
    const ds_hdf_object *const root = r->stored.branch[DS_BRANCH_ROOT];
    for (size_t i = 0; i < ds_hdf_count(root); i++)
        if (!is_root_item(ds_hdf_name(root, i)) &&
            !find(r->info.variable, r->info.variables, ds_hdf_name(root, i)))
            return ds_fail(st, DS_E_DATA, "'%s' holds something that is no part of a result", path);
    return true;
}

bool ds_result_open(ds_result **result, const char *path, ds_status *st)
{
    *result = NULL;
    ds_result *r = calloc(1, sizeof *r);
    if (!r)
        return ds_fail(st, DS_E_SYSTEM, "no memory to read '%s'", path);
    if (ds_stored_open(&r->stored, path, st) && read_coordinates(r, path, st) &&
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
    ds_stored_close(&result->stored);
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
    ds_hdf_set set;
    const bool ok = ds_stored_get(&r->stored, id, variable->name, variable->wide, &set, st) &&
                    ds_hdf_read(&set, DS_H5_DOUBLE, box, values, st);
    return ok;
}

bool ds_result_series(ds_result *result, const char *variable, size_t point, size_t first,
                      size_t count, double *values, ds_status *st)
{
    const ds_variable *found = find_variable(result, variable, st);
    if (!found || !check_range(result, point, first, count, st))
        return false;
    if (!ds_hdf_has(result->stored.branch[DS_BRANCH_ROOT], variable))
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
