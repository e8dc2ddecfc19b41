#include "target.h"

#include "sim/core/nearest.h"
#include "sim/io/quantity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { OF_A_SERIES = 4 };
static const char *const series_words[OF_A_SERIES] = {"mean", "deviation", "change", "last"};

/* ---- statistics ---- */

static void of_a_series(const double *x, size_t n, double out[OF_A_SERIES])
{
    double mean = 0, square = 0, change = 0;
    for (size_t i = 0; i < n; i++)
        mean += x[i] / (double)n;
    for (size_t i = 0; i < n; i++)
        square += (x[i] - mean) * (x[i] - mean) / (double)(n - 1);
    for (size_t i = 1; i < n; i++)
        change += (x[i] - x[i - 1]) * (x[i] - x[i - 1]) / (double)(n - 1);
    out[0] = mean;
    out[1] = sqrt(square);
    out[2] = sqrt(change);
    out[3] = x[n - 1];
}

void ds_target_statistics(const ds_target *t, const double *values, double *statistics)
{
    for (size_t q = 0; q < t->quantities; q++) {
        const size_t first = t->first[q], n = t->first[q + 1] - first;
        if (n > DS_TARGET_ROWS) {
            of_a_series(values + first, n, statistics);
            statistics += OF_A_SERIES;
            continue;
        }
        memcpy(statistics, values + first, n * sizeof *statistics);
        statistics += n;
    }
}

/* ---- rows ---- */

/* Between which grid times; false: outside, or before the first value of an average. */
static bool place(const ds_frame *frame, const ds_metric *metric, ds_target_row *row)
{
    const size_t last = ds_frame_times(frame) - 1;
    const double begin = ds_frame_time(frame, metric->kind == DS_STATE ? 0 : 1);
    if (!(row->when >= begin && row->when <= ds_frame_time(frame, last)))
        return false;
    row->time = 0;
    while (row->time < last && ds_frame_time(frame, row->time + 1) <= row->when)
        row->time++;
    if (row->time == last)
        return true;
    const double low = ds_frame_time(frame, row->time), high = ds_frame_time(frame, row->time + 1);
    row->part = (row->when - low) / (high - low);
    return true;
}

static int in_order(const void *a, const void *b)
{
    const ds_target_row *const x = a, *const y = b;
    if (x->metric != y->metric)
        return x->metric < y->metric ? -1 : 1;
    return (x->when > y->when) - (x->when < y->when);
}

/* The first row of no metric, or the first that is a misspelt one. */
static void note_unknown(const ds_model *model, const char *name, ds_target *t)
{
    ds_nearest nearest = ds_nearest_to(name);
    for (const ds_metric *m = model->metrics; m->name; m++)
        ds_nearest_try(&nearest, m->name);
    if (t->unknown++ == 0 || (nearest.best && !t->meant)) {
        t->unknown_name = name;
        t->meant = nearest.best;
    }
}

static void take_rows(const ds_observations *observed, const ds_model *model, const ds_frame *frame,
                      ds_target *t)
{
    const double start = model->dated ? frame->start : 0;
    for (size_t i = 0; i < observed->count; i++) {
        const ds_observation *const o = &observed->item[i];
        const ds_metric *const metric = ds_metric_find(model->metrics, o->quantity);
        ds_target_row row = {.when = o->date - start, .value = o->value};
        if (!metric) {
            note_unknown(model, o->quantity, t);
            continue;
        }
        row.metric = (size_t)(metric - model->metrics);
        if (place(frame, metric, &row))
            t->row[t->rows++] = row;
        else
            t->outside++;
    }
    qsort(t->row, t->rows, sizeof *t->row, in_order);
}

/* ---- names ---- */

static const char *when_of(ds_pool *pool, const ds_model *model, const ds_frame *frame, double when)
{
    char date[40];
    if (!model->dated)
        return ds_pool_print(pool, "at %.10g", when);
    ds_date_print(frame->start + when, date, sizeof date);
    return ds_pool_print(pool, "%s", date);
}

static void name_quantity(ds_pool *pool, const ds_model *model, const ds_frame *frame, ds_target *t,
                          size_t q)
{
    const size_t first = t->first[q], n = t->first[q + 1] - first;
    const char *const metric = model->metrics[t->row[first].metric].name;
    if (n > DS_TARGET_ROWS) {
        for (int i = 0; i < OF_A_SERIES; i++)
            t->name[t->statistics++] = ds_pool_print(pool, "%s %s", metric, series_words[i]);
        return;
    }
    for (size_t i = first; i < first + n; i++)
        t->name[t->statistics++] =
            ds_pool_print(pool, "%s %s", metric, when_of(pool, model, frame, t->row[i].when));
}

static bool refuse(const ds_observations *observed, const ds_target *t, ds_status *st)
{
    if (!t->unknown)
        return ds_fail(st, DS_E_DATA,
                       "none of %zu observations is at a time that the scenario records",
                       observed->count);
    return ds_fail(st, DS_E_DATA,
                   "none of %zu observations can be compared: %zu of no metric ('%.60s'"
                   "%s%s%s), %zu at times that the scenario does not record",
                   observed->count, t->unknown, t->unknown_name, t->meant ? ", did you mean '" : "",
                   t->meant ? t->meant : "", t->meant ? "'?" : "", t->outside);
}

bool ds_target_of(ds_pool *pool, const ds_observations *observed, const ds_model *model,
                  const ds_frame *frame, ds_target *t, ds_status *st)
{
    const size_t room = observed->count + 1;
    *t = (ds_target){.row = ds_pool_take(pool, room * sizeof *t->row),
                     .name = ds_pool_take(pool, room * sizeof *t->name),
                     .first = ds_pool_take(pool, (room + 1) * sizeof *t->first)};
    take_rows(observed, model, frame, t);
    if (t->rows == 0)
        return refuse(observed, t, st);
    for (size_t i = 1; i <= t->rows; i++)
        if (i == t->rows || t->row[i].metric != t->row[i - 1].metric)
            t->first[++t->quantities] = i;
    for (size_t q = 0; q < t->quantities; q++)
        name_quantity(pool, model, frame, t, q);
    double *const values = ds_pool_take(pool, t->rows * sizeof *values);
    t->observed = ds_pool_take(pool, t->statistics * sizeof *t->observed);
    for (size_t i = 0; i < t->rows; i++)
        values[i] = t->row[i].value;
    ds_target_statistics(t, values, t->observed);
    return true;
}
