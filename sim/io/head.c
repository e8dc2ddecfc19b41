#include "head.h"

#include "digest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Days since 1970-01-01 as CF units; the calendar's arithmetic is Hinnant's civil_from_days. */
void ds_head_time_units(double start, char text[80])
{
    if (isnan(start)) {
        snprintf(text, 80, "1");
        return;
    }
    const int64_t seconds = (int64_t)floor(start * 86400 + 0.5);
    const int64_t days = (seconds >= 0 ? seconds : seconds - 86399) / 86400;
    const int second = (int)(seconds - days * 86400);
    const int64_t shifted = days + 719468;
    const int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    const int64_t of_era = shifted - era * 146097;
    const int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    const int64_t month = (5 * of_year + 2) / 153; /* from March */
    snprintf(text, 80, "days since %04d-%02d-%02d %02d:%02d:%02d",
             (int)(year + era * 400 + (month >= 10)), (int)(month < 10 ? month + 3 : month - 9),
             (int)(of_year - (153 * month + 2) / 5 + 1), second / 3600, second / 60 % 60,
             second % 60);
}

static bool put_time(ds_tree *tree, const ds_experiment *x, ds_status *st)
{
    char units[80];
    ds_h5 set;
    ds_head_time_units(x->start, units);
    return ds_tree_add(tree, DS_ITEM_TIME, NULL, &set, st) &&
           ds_h5_write(set, DS_H5_DOUBLE, NULL, x->time, st) &&
           ds_h5_put_text(set, "units", units, st) && ds_h5_put_text(set, "axis", "T", st) &&
           (isnan(x->start) || (ds_h5_put_text(set, "calendar", "standard", st) &&
                                ds_h5_put_text(set, "standard_name", "time", st)));
}

/* 0, 1, 2, ... as the values of a coordinate. */
static bool put_numbers(ds_tree *tree, ds_item_id id, ds_status *st)
{
    const size_t count = tree->extent.of[ds_items[id].axis[0]];
    int32_t *numbers = malloc(count * sizeof *numbers);
    if (!numbers)
        return ds_fail(st, DS_E_SYSTEM, "no memory for %zu numbers", count);
    for (size_t i = 0; i < count; i++)
        numbers[i] = (int32_t)i;
    const bool ok = ds_tree_put(tree, id, numbers, st);
    free(numbers);
    return ok;
}

static bool put_coordinate(ds_tree *tree, const ds_coordinate *c, ds_status *st)
{
    const ds_metric named = {.name = c->name, .unit = c->unit, .doc = c->doc};
    const ds_item_id id = c->number ? DS_ITEM_NUMBER : DS_ITEM_WORD;
    const void *const values = c->number ? (const void *)c->number : c->text;
    ds_h5 set;
    return ds_tree_add(tree, id, &named, &set, st) &&
           ds_h5_write(set, ds_items[id].type, NULL, values, st) &&
           ds_h5_put_text(set, "path", c->path, st);
}

static bool put_design(ds_tree *tree, const ds_experiment *x, ds_status *st)
{
    if (x->coordinates == 0)
        return true;
    if (!ds_tree_add_design(tree, st) ||
        !ds_h5_put_text(tree->branch[DS_BRANCH_DESIGN], "design", x->design, st))
        return false;
    for (size_t i = 0; i < x->coordinates; i++)
        if (!put_coordinate(tree, &x->coordinate[i], st))
            return false;
    return true;
}

bool ds_head_coordinates(ds_tree *tree, const ds_experiment *experiment, size_t replicas,
                         ds_status *st)
{
    tree->extent.of[DS_AXIS_POINT] = experiment->points;
    tree->extent.of[DS_AXIS_REPLICA] = replicas;
    tree->extent.of[DS_AXIS_TIME] = experiment->times;
    tree->extent.chunk_points = ds_experiment_chunk_points(experiment);
    tree->extent.chunk_replicas = ds_experiment_chunk_replicas(experiment);
    return put_numbers(tree, DS_ITEM_POINT, st) && put_numbers(tree, DS_ITEM_REPLICA, st) &&
           put_time(tree, experiment, st) &&
           ds_tree_put(tree, DS_ITEM_LABEL, experiment->labels, st) &&
           ds_tree_put(tree, DS_ITEM_QUANTILE, ds_quantiles, st) &&
           put_design(tree, experiment, st);
}

static bool put_texts(ds_h5 object, const char *const pairs[][2], size_t count, ds_status *st)
{
    for (size_t i = 0; i < count; i++)
        if (!ds_h5_put_text(object, pairs[i][0], pairs[i][1] ? pairs[i][1] : "", st))
            return false;
    return true;
}

static bool put_root(ds_tree *tree, const ds_experiment *x, ds_status *st)
{
    char source[512], history[512];
    const ds_provenance *p = &x->provenance;
    snprintf(source, sizeof source, "%s %s", p->program, p->version);
    snprintf(history, sizeof history, "simulated by %s %s, seed %llu", p->program, p->version,
             (unsigned long long)p->seed);
    const char *const pairs[][2] = {{"Conventions", "CF-1.8"},
                                    {"title", x->title},
                                    {"source", source},
                                    {"history", history},
                                    {"model", x->model}};
    return put_texts(tree->branch[DS_BRANCH_ROOT], pairs, sizeof pairs / sizeof *pairs, st);
}

/* Only where replicas are not independent. */
static bool put_group(ds_h5 group, const ds_experiment *x, ds_status *st)
{
    const uint64_t each = ds_experiment_group(x);
    return each == 1 || ds_h5_put_values(group, "replicas_a_group", DS_H5_COUNT, 1, &each, st);
}

static bool put_doubt(ds_h5 group, const ds_provenance *p, ds_status *st)
{
    const uint8_t reproducible = !p->doubt;
    return ds_h5_put_values(group, "reproducible", DS_H5_BYTE, 1, &reproducible, st) &&
           (!p->doubt || ds_h5_put_text(group, "not_reproducible_because", p->doubt, st));
}

static bool put_origin(ds_tree *tree, const ds_experiment *x, ds_status *st)
{
    const ds_provenance *p = &x->provenance;
    const ds_h5 group = tree->branch[DS_BRANCH_PROVENANCE];
    ds_hex identity;
    ds_store_identity(x, identity);
    const char *const pairs[][2] = {
        {"program", p->program}, {"version", p->version}, {"build", p->build},
        {"model", x->model},     {"title", x->title},     {"identity", identity},
    };
    return put_texts(group, pairs, sizeof pairs / sizeof *pairs, st) &&
           ds_h5_put_values(group, "seed", DS_H5_COUNT, 1, &p->seed, st) &&
           put_doubt(group, p, st) && put_group(group, x, st);
}

static bool put_files(ds_tree *tree, const ds_provenance *p, ds_status *st)
{
    if (p->file_count == 0)
        return true;
    tree->extent.of[DS_AXIS_FILE] = p->file_count;
    return ds_tree_put(tree, DS_ITEM_FILE, p->file_names, st) &&
           ds_tree_put(tree, DS_ITEM_FILE_TEXT, p->file_texts, st);
}

bool ds_head_provenance(ds_tree *tree, const ds_experiment *experiment, ds_status *st)
{
    const ds_provenance *p = &experiment->provenance;
    return put_root(tree, experiment, st) && put_origin(tree, experiment, st) &&
           ds_tree_put(tree, DS_ITEM_SCENARIO, &p->scenario, st) &&
           ds_tree_put(tree, DS_ITEM_RESOLVED, &p->resolved, st) && put_files(tree, p, st);
}

static bool put_bound(ds_h5 set, const char *name, double bound, ds_status *st)
{
    return isnan(bound) || ds_h5_put_values(set, name, DS_H5_DOUBLE, 1, &bound, st);
}

bool ds_head_stopping(ds_tree *tree, const ds_stopping *s, ds_status *st)
{
    const uint8_t reached = s->reached, relative = s->relative;
    ds_h5 set;
    return ds_tree_put(tree, DS_ITEM_UNTIL_LOW, s->low, st) &&
           ds_tree_put(tree, DS_ITEM_UNTIL_HIGH, s->high, st) &&
           ds_tree_add(tree, DS_ITEM_UNTIL, NULL, &set, st) &&
           ds_h5_write(set, DS_H5_DOUBLE, NULL, s->estimate, st) &&
           ds_h5_put_text(set, "metric", s->metric, st) &&
           ds_h5_put_text(set, "statistic", s->statistic, st) &&
           put_bound(set, "above", s->above, st) && put_bound(set, "below", s->below, st) &&
           ds_h5_put_values(set, "confidence", DS_H5_DOUBLE, 1, &s->confidence, st) &&
           ds_h5_put_values(set, "half_width", DS_H5_DOUBLE, 1, &s->half_width, st) &&
           ds_h5_put_values(set, "relative", DS_H5_BYTE, 1, &relative, st) &&
           ds_h5_put_values(set, "reached", DS_H5_BYTE, 1, &reached, st);
}
