#include "together.h"

#include "sim/io/experiment.h"
#include "sim/run/course.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const size_t slab_bytes = 32 << 20; /* of series, side by side over replicas */

/* A row of the plan's batches: all replicas of some points. */
struct ds_together_row {
    size_t number, left; /* batches to come; 0: this place is free */
    ds_reduction **reduced;
};

bool ds_together_same(double stored, double now)
{
    return (isnan(stored) && isnan(now)) || (stored == now && signbit(stored) == signbit(now));
}

/* ---- what differs ---- */

/* Keeps what comes first in the file, whatever the order of batches. */
static void note(ds_together *t, size_t point, const char *text)
{
    if (*t->text && point >= t->point)
        return;
    t->point = point;
    snprintf(t->text, sizeof t->text, "point %zu (%.100s): %s", point, t->about->labels[point],
             text);
}

static void note_cell(ds_together *t, size_t point, size_t time, const char *what, double stored,
                      double now)
{
    char text[300];
    snprintf(text, sizeof text, "'%s/%s at time %.10g is %.17g in the file, now %.17g",
             ds_branch_names[DS_BRANCH_SUMMARY], what, t->about->time[time], stored, now);
    note(t, point, text);
}

/* ---- summaries ---- */

/* Of a metric at a point: means, errors and quantiles over all times. */
static bool read_stored(const ds_together *t, size_t point, size_t variable, ds_status *st)
{
    const size_t times = t->about->times;
    return ds_result_summary(t->result, t->about->variable[variable].name, point, t->stored,
                             t->stored + times, t->stored + 2 * times, st);
}

/* Whether the summary at a time is what was read. */
static bool is_stored(ds_together *t, size_t point, size_t variable, size_t time,
                      const ds_summary *now)
{
    const size_t times = t->about->times;
    const char *const name = t->about->variable[variable].name;
    char what[120];
    for (size_t i = 0; i < 2 + DS_QUANTILES; i++) {
        const double stored = t->stored[i * times + time];
        const double value = i == 0 ? now->mean : i == 1 ? now->error : now->quantile[i - 2];
        if (ds_together_same(stored, value))
            continue;
        if (i < 2)
            snprintf(what, sizeof what, "%.60s%s'", name,
                     ds_items[i ? DS_ITEM_ERROR : DS_ITEM_MEAN].name);
        else
            snprintf(what, sizeof what, "%.60s' at quantile %g and", name, ds_quantiles[i - 2]);
        note_cell(t, point, time, what, stored, value);
        return false;
    }
    return true;
}

/* ---- of batches ---- */

static size_t column_of(const ds_experiment *x, size_t metric)
{
    size_t column = 0;
    for (size_t m = 0; m < metric; m++)
        column += ds_experiment_records(x, m);
    return column;
}

static bool compare_reduced(ds_together *t, size_t point, const ds_reduction *r, ds_status *st)
{
    const size_t times = t->about->times;
    bool equal = true;
    for (size_t v = 0; equal && v < t->about->variables; v++) {
        const size_t cell = column_of(&t->plan->experiment, t->metric[v]) * times;
        if (!read_stored(t, point, v, st))
            return false;
        for (size_t k = 0; equal && k < times; k++) {
            const ds_summary now = ds_reduction_summary(r, cell + k);
            equal = is_stored(t, point, v, k, &now);
        }
    }
    return true;
}

/* Batches side by side that the file has replicas of. */
static size_t across(const ds_together *t)
{
    const size_t each = ds_experiment_batch_replicas(&t->plan->experiment);
    return (t->about->replicas + each - 1) / each;
}

/* The row's place, or a new one. Rows under way are no more than batches under way, and the one of
 * which some have not begun. */
static ds_together_row *place_of(ds_together *t, size_t number, ds_status *st)
{
    const ds_experiment *const x = &t->plan->experiment;
    ds_together_row *row = NULL;
    for (size_t i = 0; i < t->row_count; i++)
        if (t->rows[i].left && t->rows[i].number == number)
            return &t->rows[i];
    for (size_t i = 0; !row && i < t->row_count; i++)
        row = t->rows[i].left ? NULL : &t->rows[i];
    if (!row) {
        ds_together_row *const more = realloc(t->rows, (t->row_count + 1) * sizeof *more);
        t->rows = more ? more : t->rows;
        if (more)
            *(row = &t->rows[t->row_count++]) = (ds_together_row){0};
    }
    if (row && !row->reduced)
        row->reduced = calloc(ds_experiment_batch_points(x), sizeof *row->reduced);
    if (!row || !row->reduced) {
        ds_fail(st, DS_E_SYSTEM, "no memory for the summaries of a point");
        return NULL;
    }
    row->number = number;
    row->left = across(t);
    return row;
}

/* As a shard is added when a result is made of shards. */
static bool add(const ds_experiment *x, ds_reduction **into, const ds_reduction *from,
                ds_status *st)
{
    char *bytes = NULL;
    size_t size;
    if (!*into && !(*into = ds_reduction_new(ds_experiment_columns(x) * x->times)))
        return ds_fail(st, DS_E_SYSTEM, "no memory for the summaries of a point");
    for (size_t c = 0; c < ds_experiment_columns(x); c++) {
        const bool ok = ds_reduction_pack(from, c * x->times, x->times, &bytes, &size, st) &&
                        ds_reduction_merge(*into, c * x->times, x->times, bytes, size, st);
        free(bytes);
        bytes = NULL;
        if (!ok)
            return false;
    }
    return true;
}

static bool add_batch(ds_together *t, const ds_batch *batch, ds_status *st)
{
    const ds_experiment *const x = &t->plan->experiment;
    ds_together_row *const row = place_of(t, batch->number / ds_experiment_across(x), st);
    bool ok = row != NULL;
    for (size_t p = 0; ok && p < batch->points; p++)
        ok = add(x, &row->reduced[p], batch->reduced[p], st);
    if (!ok || --row->left > 0)
        return ok;
    for (size_t p = 0; ok && p < batch->points; p++) {
        ok = compare_reduced(t, batch->point + p, row->reduced[p], st);
        ds_reduction_clear(row->reduced[p]);
    }
    return ok;
}

static void keep_watched(ds_together *t, const ds_batch *batch)
{
    const size_t replicas = t->about->replicas, left = replicas - batch->first;
    const size_t count = batch->count < left ? batch->count : left;
    for (size_t p = 0; p < batch->points; p++)
        memcpy(t->watched + (batch->point + p) * replicas + batch->first,
               batch->watched + p * batch->count, count * sizeof *t->watched);
}

bool ds_together_take(ds_together *t, const ds_batch *batch, ds_status *st)
{
    bool ok = true;
    if (t->watched)
        keep_watched(t, batch);
    if (batch->reduced && across(t) > 1)
        return add_batch(t, batch, st);
    for (size_t p = 0; ok && batch->reduced && p < batch->points; p++)
        ok = compare_reduced(t, batch->point + p, batch->reduced[p], st);
    return ok;
}

/* ---- of the series in the file ---- */

/* Series of one metric at one point: some times of all replicas, side by side. */
typedef struct slab {
    double *values; /* [times][replicas], NAN of replicas that did not finish */
    double *piece;  /* [rows][all times]: what is read at a time */
    size_t rows, at, times;
} slab;

static bool gather(const ds_together *t, size_t point, size_t variable, slab *s, ds_status *st)
{
    const size_t replicas = t->about->replicas, times = t->about->times;
    for (size_t first = 0; first < replicas; first += s->rows) {
        const size_t left = replicas - first, count = left < s->rows ? left : s->rows;
        if (!ds_result_series(t->result, t->about->variable[variable].name, point, first, count,
                              s->piece, st))
            return false;
        for (size_t r = 0; r < count; r++) {
            uint8_t state;
            if (!ds_result_replica(t->result, point, first + r, &state, NULL, NULL, st))
                return false;
            for (size_t k = 0; state != DS_REPLICA_DONE && k < times; k++)
                s->piece[r * times + k] = NAN;
        }
        for (size_t k = 0; k < s->times; k++)
            for (size_t r = 0; r < count; r++)
                s->values[k * replicas + first + r] = s->piece[r * times + s->at + k];
    }
    return true;
}

static bool compare_series(ds_together *t, size_t point, size_t variable, slab *s, ds_status *st)
{
    const size_t replicas = t->about->replicas, times = t->about->times, most = s->times;
    const size_t group = ds_experiment_group(&t->plan->experiment);
    bool equal = true, ok = read_stored(t, point, variable, st);
    for (s->at = 0; ok && equal && s->at < times; s->at += s->times) {
        s->times = times - s->at < most ? times - s->at : most;
        ok = gather(t, point, variable, s, st);
        for (size_t k = 0; ok && equal && k < s->times; k++) {
            const ds_summary now = ds_summarise(s->values + k * replicas, replicas, group);
            equal = is_stored(t, point, variable, s->at + k, &now);
        }
    }
    s->times = most;
    return ok;
}

/* So many that they take slab_bytes, but at least one. */
static size_t times_at_a_time(size_t times, size_t replicas)
{
    const size_t fit = slab_bytes / sizeof(double) / replicas;
    return fit > times ? times : fit > 0 ? fit : 1;
}

static bool compare_all_series(ds_together *t, ds_status *st)
{
    const ds_result_info *const about = t->about;
    slab s = {.rows = ds_experiment_batch_replicas(&t->plan->experiment),
              .times = times_at_a_time(about->times, about->replicas)};
    s.values = malloc(s.times * about->replicas * sizeof *s.values);
    s.piece = malloc(s.rows * about->times * sizeof *s.piece);
    bool ok = (s.values && s.piece) || ds_fail(st, DS_E_SYSTEM, "no memory to compare summaries");
    for (size_t p = 0; ok && !*t->text && p < about->points; p++)
        for (size_t v = 0; ok && !*t->text && v < about->variables; v++)
            ok = compare_series(t, p, v, &s, st);
    free(s.values);
    free(s.piece);
    return ok;
}

/* ---- the rule ---- */

/* Round after round as the run went; *replicas: that it asks for in the end. */
static bool play(const ds_together *t, ds_course *course, size_t *replicas, ds_status *st)
{
    size_t from = 0;
    *replicas = ds_course_first(course);
    while (*replicas > from && *replicas <= t->about->replicas) {
        for (size_t p = 0; p < t->about->points; p++)
            ds_course_take(course,
                           &(ds_batch){.point = p,
                                       .points = 1,
                                       .first = from,
                                       .count = *replicas - from,
                                       .watched = t->watched + p * t->about->replicas + from});
        from = *replicas;
        if (!ds_course_next(course, replicas, st))
            return false;
    }
    return true;
}

static bool differs(const char *what, double stored, double now, ds_status *st)
{
    return ds_together_same(stored, now) ||
           ds_fail(st, DS_E_DATA, "%s of 'until' is %.17g in the file, now %.17g", what, stored,
                   now);
}

static bool compare_points(const ds_together *t, const ds_stopping *was, const ds_stopping *now,
                           ds_status *st)
{
    const struct {
        ds_item_id id;
        const double *was, *now;
    } of[] = {{DS_ITEM_UNTIL, was->estimate, now->estimate},
              {DS_ITEM_UNTIL_LOW, was->low, now->low},
              {DS_ITEM_UNTIL_HIGH, was->high, now->high}};
    for (size_t p = 0; p < t->about->points; p++)
        for (size_t i = 0; i < sizeof of / sizeof *of; i++)
            if (!ds_together_same(of[i].was[p], of[i].now[p]))
                return ds_fail(st, DS_E_DATA,
                               "point %zu (%.100s): '%s/%s' is %.17g in the file, now %.17g", p,
                               t->about->labels[p], ds_branch_names[DS_BRANCH_SUMMARY],
                               ds_items[of[i].id].name, of[i].was[p], of[i].now[p]);
    return true;
}

static bool compare_stopping(const ds_together *t, const ds_stopping *was, const ds_stopping *now,
                             ds_status *st)
{
    if (strcmp(was->metric, now->metric) != 0 || strcmp(was->statistic, now->statistic) != 0)
        return ds_fail(st, DS_E_DATA,
                       "'until' is of the %.60s of '%.60s' in the file, and of the %.60s of "
                       "'%.60s' by its scenario",
                       was->statistic, was->metric, now->statistic, now->metric);
    return compare_points(t, was, now, st) &&
           differs("'confidence'", was->confidence, now->confidence, st) &&
           differs("'half_width'", was->half_width, now->half_width, st) &&
           differs("'relative'", was->relative, now->relative, st) &&
           differs("'reached'", was->reached, now->reached, st);
}

static bool check_rule(const ds_together *t, ds_status *st)
{
    ds_course course;
    size_t replicas;
    bool ok = ds_course_open(&course, t->plan, st) && play(t, &course, &replicas, st);
    if (ok && replicas != t->about->replicas)
        ok = ds_fail(st, DS_E_DATA,
                     "the file has %zu replicas of each point, 'until' of its scenario asks for "
                     "%zu",
                     t->about->replicas, replicas);
    ok = ok && compare_stopping(t, t->about->stopping, ds_course_stopping(&course), st);
    ds_course_close(&course);
    return ok;
}

/* ---- all of it ---- */

bool ds_together_open(ds_together *t, ds_result *result, const ds_plan *plan, const size_t *metric,
                      ds_status *st)
{
    const ds_result_info *const about = ds_result_about(result);
    *t = (ds_together){.result = result, .about = about, .plan = plan, .metric = metric};
    t->stored = calloc(about->times, (2 + DS_QUANTILES) * sizeof *t->stored);
    if (about->stopping)
        t->watched = calloc(about->points, about->replicas * sizeof *t->watched);
    return (t->stored && (t->watched || !about->stopping)) ||
           ds_fail(st, DS_E_SYSTEM, "no memory to compare summaries");
}

void ds_together_close(ds_together *t)
{
    for (size_t i = 0; i < t->row_count; i++) {
        const size_t points = ds_experiment_batch_points(&t->plan->experiment);
        for (size_t p = 0; t->rows[i].reduced && p < points; p++)
            ds_reduction_free(t->rows[i].reduced[p]);
        free(t->rows[i].reduced);
    }
    free(t->rows);
    free(t->stored);
    free(t->watched);
}

double ds_together_bytes(const ds_plan *plan, unsigned threads)
{
    const ds_experiment *const x = &plan->experiment;
    if (x->keep_paths) {
        const double cells = (double)times_at_a_time(x->times, x->replicas) * (double)x->replicas;
        const double piece = (double)ds_experiment_batch_replicas(x) * (double)x->times;
        return (cells + piece) * sizeof(double);
    }
    if (ds_experiment_across(x) == 1)
        return 0;
    return ds_batch_bytes(x) * (double)(ds_plan_slots(plan, threads) + 1);
}

bool ds_together_check(ds_together *t, bool all, ds_status *st)
{
    if (t->about->has_paths && !compare_all_series(t, st))
        return false;
    if (*t->text)
        return ds_fail(st, DS_E_DATA, "%s", t->text);
    return !all || !t->watched || check_rule(t, st);
}
