#include "indices.h"

#include "bootstrap.h"

#include <math.h>
#include <stdlib.h>

enum { RESAMPLES = 999, ROWS_LEAST = 64 };

/* Rows without NAN, less the mean of all. */
typedef struct design {
    size_t rows, axes, stride;
    bool second_order;
    double centre;
    double *output; /* [rows][stride] */
} design;

/* Figures: mean, variance, first order, total, second order. */
static size_t figures_of(const design *d)
{
    return 2 + 2 * d->axes + (d->second_order ? d->axes * d->axes : 0);
}

static bool has_nan(const double *row, size_t stride)
{
    for (size_t k = 0; k < stride; k++)
        if (isnan(row[k]))
            return true;
    return false;
}

static bool take_rows(design *d, const ds_indices_query *q, ds_status *st)
{
    double sum = 0;
    *d = (design){.axes = q->axes,
                  .stride = 2 + (q->second_order ? 2 : 1) * q->axes,
                  .second_order = q->second_order};
    d->output = calloc(q->rows * d->stride + 1, sizeof *d->output);
    if (!d->output)
        return ds_fail(st, DS_E_SYSTEM, "no memory for %zu rows of a design", q->rows);
    for (size_t r = 0; r < q->rows; r++) {
        const double *const row = q->output + r * d->stride;
        if (has_nan(row, d->stride))
            continue;
        for (size_t k = 0; k < d->stride; k++)
            d->output[d->rows * d->stride + k] = row[k];
        sum += row[0] + row[d->stride - 1];
        d->rows++;
    }
    d->centre = d->rows ? sum / (2 * (double)d->rows) : NAN;
    for (size_t i = 0; i < d->rows * d->stride; i++)
        d->output[i] -= d->centre;
    return true;
}

static double square(double x)
{
    return x * x;
}

/* Adds one row's part of the sums, n times; sums lie as figures do. */
static void add_row(const design *d, const double *row, double n, ds_figure *sum)
{
    const size_t axes = d->axes;
    const double a = row[0], b = row[d->stride - 1];
    const double *const ab = row + 1, *const ba = row + 1 + axes;
    ds_figure *const first = sum + 2, *const total = first + axes, *const second = total + axes;
    sum[0].value += n * (a + b);
    sum[1].value += n * (a * a + b * b);
    for (size_t i = 0; i < axes; i++) {
        first[i].value += n * b * (ab[i] - a);
        total[i].value += n * square(a - ab[i]) / 2;
        if (!d->second_order)
            continue;
        for (size_t k = i + 1; k < axes; k++)
            second[i * axes + k].value += n * (ba[i] * ab[k] - a * b);
    }
}

static void resampled(const uint32_t *times, size_t units, const void *data, ds_figure *figure)
{
    const design *const d = data;
    const size_t figures = figures_of(d), axes = d->axes;
    double rows = 0;
    for (size_t f = 0; f < figures; f++)
        figure[f] = (ds_figure){0};
    for (size_t r = 0; r < units; r++)
        if (times[r] > 0) {
            rows += times[r];
            add_row(d, d->output + r * d->stride, times[r], figure);
        }
    const double off = figure[0].value / (2 * rows);
    const double variance = figure[1].value / (2 * rows) - off * off;
    for (size_t f = 2; f < figures; f++)
        figure[f].value = variance > 0 ? figure[f].value / rows / variance : NAN;
    for (size_t i = 0; d->second_order && i < axes; i++)
        for (size_t k = i + 1; k < axes; k++)
            figure[2 + 2 * axes + i * axes + k].value -= figure[2 + i].value + figure[2 + k].value;
    figure[0].value = d->centre + off;
    figure[1].value = variance * 2 * rows / (2 * rows - 1);
}

static ds_estimate estimate_of(const design *d, double level, double value, ds_interval interval)
{
    return (ds_estimate){.value = value,
                         .interval = interval,
                         .level = level,
                         .count = d->rows,
                         .doubts = (d->rows < 2 ? DS_DOUBT_FEW : 0) |
                                   (d->rows < ROWS_LEAST ? DS_DOUBT_SMALL : 0) |
                                   (isnan(value) ? DS_DOUBT_EQUAL : 0)};
}

static void conclude(ds_indices *s, const design *d, double level, const ds_figure *figure,
                     const ds_interval *interval)
{
    const size_t figures = figures_of(d), axes = d->axes;
    s->mean = estimate_of(d, level, figure[0].value, interval[0]);
    s->variance = estimate_of(d, level, figure[1].value, interval[1]);
    for (size_t f = 2; f < figures; f++)
        s->first[f - 2] = estimate_of(d, level, figure[f].value, interval[f]);
    for (size_t i = 0; s->second && i < axes; i++)
        for (size_t k = 0; k <= i; k++)
            s->second[i * axes + k] = ds_estimate_none(level, 0);
}

static bool fill(ds_indices *s, const ds_indices_query *q, const design *d, ds_status *st)
{
    const size_t figures = figures_of(d);
    const ds_bootstrap how = {.method = DS_BOOTSTRAP_PERCENTILE,
                              .seed = q->seed,
                              .stream = q->stream,
                              .resamples = q->resamples ? q->resamples : RESAMPLES};
    const ds_resampling what = {.of = resampled, .data = d, .units = d->rows, .figures = figures};
    ds_figure *const figure = calloc(figures + 1, sizeof *figure);
    ds_interval *const interval = calloc(figures + 1, sizeof *interval);
    s->first = calloc(figures + 1, sizeof *s->first);
    bool ok = figure && interval && s->first;
    if (ok) {
        s->total = s->first + q->axes;
        s->second = q->second_order ? s->total + q->axes : NULL;
        ok = ds_bootstrap_of(&how, &what, q->level, figure, interval, st);
    } else {
        (void)ds_fail(st, DS_E_SYSTEM, "no memory for the indices of %zu axes", q->axes);
    }
    if (ok)
        conclude(s, d, q->level, figure, interval);
    free(figure);
    free(interval);
    return ok;
}

bool ds_indices_of(ds_indices *s, const ds_indices_query *q, ds_status *st)
{
    design d;
    *s = (ds_indices){.axes = q->axes};
    if (!take_rows(&d, q, st))
        return false;
    s->rows = d.rows;
    const bool ok = fill(s, q, &d, st);
    free(d.output);
    if (!ok)
        ds_indices_free(s);
    return ok;
}

void ds_indices_free(ds_indices *s)
{
    free(s->first);
    *s = (ds_indices){0};
}
