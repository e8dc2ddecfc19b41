#include "apart.h"

#include "bootstrap.h"
#include "stats.h"
#include "tail.h"

#include <math.h>
#include <stdlib.h>

/* In standard deviations about the mean, so that rounding is the same whatever the unit. */
typedef struct contrast {
    size_t count, figures;
    double share;
    double *value; /* [figures][count] */
} contrast;

typedef struct part {
    double count, sum, squares;
} part;

static void add(part *to, double times, double value)
{
    to->count += times;
    to->sum += times * value;
    to->squares += times * value * value;
}

static double mean_square(const part *x)
{
    const double mean = x->sum / x->count;
    return fmax(x->squares / x->count - mean * mean, 0);
}

/* The error is that of two independent means, which is near enough to scale by. */
static ds_figure difference_of(const part *in, const part *out)
{
    const part all = {in->count + out->count, in->sum + out->sum, in->squares + out->squares};
    const double sd = sqrt(mean_square(&all));
    if (!(in->count > 1) || !(out->count > 1) || !(sd > 0))
        return (ds_figure){NAN, NAN};
    const double error =
        sqrt(mean_square(in) / (in->count - 1) + mean_square(out) / (out->count - 1));
    return (ds_figure){(in->sum / in->count - out->sum / out->count) / sd, error / sd};
}

static void resampled(const uint32_t *times, size_t units, const void *data, ds_figure *figure)
{
    const contrast *const c = data;
    for (size_t f = 0; f < c->figures; f++) {
        const double *const value = c->value + f * c->count;
        double left = (double)units * (1 - c->share);
        part in = {0}, out = {0};
        for (size_t u = 0; u < units; u++) {
            const double inside = fmin(times[u], left);
            left -= inside;
            if (isnan(value[u]))
                continue;
            add(&in, inside, value[u]);
            add(&out, times[u] - inside, value[u]);
        }
        figure[f] = difference_of(&in, &out);
    }
}

static void standardise(const contrast *c, const double *values)
{
    for (size_t f = 0; f < c->figures; f++) {
        const ds_sample s = ds_sample_of(values + f * c->count, c->count);
        for (size_t i = f * c->count; i < (f + 1) * c->count; i++)
            c->value[i] = (values[i] - s.mean) / s.sd;
    }
}

static size_t resamples_for(const ds_apart_query *q)
{
    const double affordable = 4e8 / ((double)(q->count + 1) * (double)(q->figures + 1));
    if (q->resamples > 0)
        return q->resamples;
    return affordable < 199                      ? 199
           : affordable < DS_BOOTSTRAP_RESAMPLES ? (size_t)affordable
                                                 : DS_BOOTSTRAP_RESAMPLES;
}

static bool bootstrap(const contrast *c, const ds_apart_query *q, ds_estimate *difference,
                      ds_status *st)
{
    const ds_bootstrap how = {.method = DS_BOOTSTRAP_STUDENT,
                              .seed = q->seed,
                              .stream = q->stream,
                              .resamples = resamples_for(q)};
    const ds_resampling what = {
        .of = resampled, .data = c, .units = c->count, .figures = c->figures};
    ds_figure *const figure = calloc(c->figures + 1, sizeof *figure);
    ds_interval *const interval = calloc(c->figures + 1, sizeof *interval);
    const bool ok =
        ((figure && interval) ||
         ds_fail(st, DS_E_SYSTEM, "no memory for the differences of %zu figures", c->figures)) &&
        ds_bootstrap_of(&how, &what, q->level, figure, interval, st);
    const bool thin = ds_apart_inside(q->count, q->share) < DS_TAIL_GOOD;
    for (size_t f = 0; ok && f < c->figures; f++)
        difference[f] = (ds_estimate){.value = figure[f].value,
                                      .interval = interval[f],
                                      .level = q->level,
                                      .count = q->count,
                                      .doubts = thin ? DS_DOUBT_THIN : 0};
    free(figure);
    free(interval);
    return ok;
}

/* ---- whether there is a difference ---- */

typedef struct ranked {
    double value;
    size_t at;
} ranked;

static int by_value(const void *a, const void *b)
{
    const ranked *const x = a, *const y = b;
    return (x->value > y->value) - (x->value < y->value);
}

/* Equal values share the mean of their ranks. */
static double rank_test(const double *values, size_t inside, size_t count, ranked *room,
                        double *rank)
{
    double p;
    size_t n = 0, next;
    for (size_t i = 0; i < count; i++) {
        rank[i] = NAN;
        if (!isnan(values[i]))
            room[n++] = (ranked){values[i], i};
    }
    qsort(room, n, sizeof *room, by_value);
    for (size_t i = 0; i < n; i = next) {
        for (next = i; next < n && room[next].value == room[i].value;)
            next++;
        for (size_t k = i; k < next; k++)
            rank[room[k].at] = (double)(i + next - 1) / 2;
    }
    (void)ds_estimate_difference(rank, inside, rank + inside, count - inside, 0.95, &p);
    return p;
}

size_t ds_apart_inside(size_t count, double share)
{
    return (size_t)((double)count * (1 - share) + 1e-9);
}

bool ds_apart_of(ds_estimate *difference, double *p, const ds_apart_query *q, ds_status *st)
{
    contrast c = {.count = q->count, .figures = q->figures, .share = q->share};
    ranked *const room = calloc(q->count + 1, sizeof *room);
    c.value = calloc((q->figures + 1) * q->count + 1, sizeof *c.value);
    bool ok = (room && c.value) ||
              ds_fail(st, DS_E_SYSTEM, "no memory for the differences of %zu replicas", q->count);
    for (size_t f = 0; ok && f < q->figures; f++)
        p[f] = rank_test(q->values + f * q->count, ds_apart_inside(q->count, q->share), q->count,
                         room, c.value);
    if (ok) {
        standardise(&c, q->values);
        ok = bootstrap(&c, q, difference, st);
    }
    free(room);
    free(c.value);
    return ok;
}
