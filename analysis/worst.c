#include "bootstrap.h"
#include "family.h"
#include "risk.h"
#include "stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * Replicas from the worst on, and of each the other figures, in standard deviations about their
 * means. A replica on the edge belongs to the worst in part, as in tail.h, so that a resample has
 * the same share of them.
 */
typedef struct ranked {
    double value;
    size_t replica;
} ranked;

typedef struct picture {
    size_t replicas, figures;
    double share;
    double *figure; /* [figures][replicas] */
    double *by;     /* [replicas], by which they are ordered */
    size_t *order;  /* [replicas] of the result */
    const ds_variable **what;
    double *column; /* [replicas of the result] */
    ranked *room;   /* [replicas of the result] */
    double *p;
    ds_figure *value;
    ds_interval *interval;
} picture;

/* ---- what is gathered ---- */

static int worst_first(const void *a, const void *b)
{
    const ranked *const x = a, *const y = b;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return (x->replica > y->replica) - (x->replica < y->replica);
}

static void order_replicas(picture *p, const ds_case *c, const ds_worst_query *q)
{
    ranked *const rank = p->room; /* lower values are worse */
    for (size_t r = 0; r < c->about->replicas; r++)
        if (!isnan(p->column[r]))
            rank[p->replicas++] =
                (ranked){q->worst == DS_SIDE_HIGH ? -p->column[r] : p->column[r], r};
    qsort(rank, p->replicas, sizeof *rank, worst_first);
    for (size_t i = 0; i < p->replicas; i++) {
        p->order[i] = rank[i].replica;
        p->by[i] = p->column[rank[i].replica];
    }
}

/* Those that do not vary have nothing in common with anything. */
static bool add_figure(picture *p, const ds_case *c, const ds_variable *v, ds_status *st)
{
    double *const to = p->figure + p->figures * p->replicas;
    if (!ds_replica_figures(c, v->name, DS_LOSS_VALUE, p->column, st))
        return false;
    for (size_t i = 0; i < p->replicas; i++)
        to[i] = isfinite(p->column[p->order[i]]) ? p->column[p->order[i]] : NAN;
    const ds_sample s = ds_sample_of(to, p->replicas);
    if (s.count < 2 || !ds_sample_varies(&s))
        return true;
    p->what[p->figures++] = v;
    return true;
}

static bool gather(picture *p, const ds_case *c, const char *of, ds_status *st)
{
    const ds_result_info *const about = c->about;
    bool ok = true;
    for (size_t i = 0; ok && about->has_paths && i < about->variables; i++)
        if (strcmp(about->variable[i].name, of) != 0)
            ok = add_figure(p, c, &about->variable[i], st);
    for (size_t i = 0; ok && i < about->outcomes; i++)
        if (strcmp(about->outcome[i].name, of) != 0)
            ok = add_figure(p, c, &about->outcome[i], st);
    return ok;
}

static bool open_picture(picture *p, const ds_case *c, ds_status *st)
{
    const size_t n = c->about->replicas + 1, most = c->about->variables + c->about->outcomes + 1;
    p->figure = calloc(most * n, sizeof *p->figure);
    p->by = calloc(n, sizeof *p->by);
    p->order = calloc(n, sizeof *p->order);
    p->what = calloc(most, sizeof *p->what);
    p->column = calloc(n, sizeof *p->column);
    p->room = calloc(n, sizeof *p->room);
    p->p = calloc(most, sizeof *p->p);
    p->value = calloc(most, sizeof *p->value);
    p->interval = calloc(most, sizeof *p->interval);
    return (p->figure && p->by && p->order && p->what && p->column && p->room && p->p && p->value &&
            p->interval) ||
           ds_fail(st, DS_E_SYSTEM, "no memory for the figures of %zu replicas", n - 1);
}

static void close_picture(picture *p)
{
    free(p->figure);
    free(p->by);
    free(p->order);
    free(p->what);
    free(p->column);
    free(p->room);
    free(p->p);
    free(p->value);
    free(p->interval);
}

/* ---- how the worst differ ---- */

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
    const picture *const p = data;
    for (size_t f = 0; f < p->figures; f++) {
        const double *const value = p->figure + f * p->replicas;
        double left = (double)units * (1 - p->share);
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

/* In standard deviations about the mean: rounding is then the same whatever the unit. */
static void standardise(picture *p)
{
    for (size_t f = 0; f < p->figures; f++) {
        double *const value = p->figure + f * p->replicas;
        const ds_sample s = ds_sample_of(value, p->replicas);
        for (size_t i = 0; i < p->replicas; i++)
            value[i] = (value[i] - s.mean) / s.sd;
    }
}

/* Fewer resamples where each is dear. */
static size_t resamples_for(const picture *p)
{
    const double affordable = 4e8 / ((double)p->replicas * (double)(p->figures + 1));
    return affordable < 199                      ? 199
           : affordable < DS_BOOTSTRAP_RESAMPLES ? (size_t)affordable
                                                 : DS_BOOTSTRAP_RESAMPLES;
}

static bool compare(picture *p, const ds_case *c, double level, ds_status *st)
{
    const ds_bootstrap how = {.method = DS_BOOTSTRAP_STUDENT,
                              .seed = c->about->seed,
                              .stream = UINT32_C(0x77000000),
                              .resamples = resamples_for(p)};
    const ds_resampling what = {
        .of = resampled, .data = p, .units = p->replicas, .figures = p->figures};
    return p->figures == 0 || ds_bootstrap_of(&how, &what, level, p->value, p->interval, st);
}

/* ---- what is said of it ---- */

/* Median, or the share of ones; sorts a copy in p->column. */
static double typical(picture *p, const double *values, size_t count, bool share)
{
    memcpy(p->column, values, count * sizeof *values);
    if (share)
        return ds_sample_of(values, count).mean;
    return ds_quantile(p->column, ds_sort(p->column, count), 0.5);
}

static bool ones_and_zeros(const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i]) && values[i] != 0 && values[i] != 1)
            return false;
    return true;
}

static int by_value(const void *a, const void *b)
{
    const ranked *const x = a, *const y = b;
    return (x->value > y->value) - (x->value < y->value);
}

/* Welch's test on ranks, which neither skewness nor long tails mislead (Zimmerman & Zumbo 1993);
 * equal values share the mean of their ranks. */
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
            rank[room[k].replica] = (double)(i + next - 1) / 2;
    }
    (void)ds_estimate_difference(rank, inside, rank + inside, count - inside, 0.95, &p);
    return p;
}

static void describe(ds_worst *worst, picture *p)
{
    const size_t in = worst->inside, out = p->replicas - in;
    worst->count = p->figures;
    for (size_t f = 0; f < p->figures; f++) {
        const double *const value = p->figure + f * p->replicas;
        const bool share = ones_and_zeros(value, p->replicas);
        p->p[f] = rank_test(value, in, p->replicas, p->room, p->column);
        worst->common[f] = (ds_common){.name = p->what[f]->name,
                                       .unit = p->what[f]->unit,
                                       .inside = typical(p, value, in, share),
                                       .outside = typical(p, value + in, out, share)};
    }
}

static int larger_first(const void *a, const void *b)
{
    const ds_common *const x = a, *const y = b;
    const double u = isnan(x->difference.value) ? -1 : fabs(x->difference.value);
    const double v = isnan(y->difference.value) ? -1 : fabs(y->difference.value);
    return u != v ? (u < v) - (u > v) : strcmp(x->name, y->name);
}

static bool conclude(ds_worst *worst, picture *p, const ds_case *c, double level, ds_status *st)
{
    enum { GOOD = DS_TAIL_GOOD };
    describe(worst, p);
    standardise(p);
    if (!compare(p, c, level, st) || !ds_holm(p->p, p->figures, p->p, st))
        return false;
    for (size_t f = 0; f < p->figures; f++) {
        worst->common[f].adjusted = p->p[f];
        worst->common[f].difference =
            (ds_estimate){.value = p->value[f].value,
                          .interval = p->interval[f],
                          .level = level,
                          .count = p->replicas,
                          .doubts = (worst->inside < GOOD ? DS_DOUBT_THIN : 0) |
                                    (c->about->group > 1 ? DS_DOUBT_GROUPED : 0)};
    }
    qsort(worst->common, worst->count, sizeof *worst->common, larger_first);
    return true;
}

static bool enough(const picture *p, const ds_worst_query *q, ds_status *st)
{
    const size_t needs = ds_tail_shortfall_needs(q->share);
    if (p->replicas >= needs)
        return true;
    return ds_fail(st, DS_E_DATA,
                   "the worst %g %% of %zu replicas by '%s' are too few to have anything in "
                   "common, needs %zu replicas, or a larger part of them",
                   100 * (1 - q->share), p->replicas, q->of, needs);
}

bool ds_worst_of(ds_worst *worst, const ds_case *c, const ds_worst_query *q, ds_status *st)
{
    picture p = {.share = q->share};
    *worst = (ds_worst){.of = q->of, .worst = q->worst, .share = q->share};
    worst->common = calloc(c->about->variables + c->about->outcomes + 1, sizeof *worst->common);
    bool ok = (worst->common || ds_fail(st, DS_E_SYSTEM, "no memory for the worst replicas")) &&
              open_picture(&p, c, st) && ds_replica_figures(c, q->of, DS_LOSS_VALUE, p.column, st);
    if (ok)
        order_replicas(&p, c, q);
    ok = ok && enough(&p, q, st) && gather(&p, c, q->of, st);
    if (ok) {
        worst->inside = (size_t)((double)p.replicas * (1 - q->share) + 1e-9);
        worst->threshold = p.by[worst->inside - 1];
        ok = conclude(worst, &p, c, q->level, st);
    }
    close_picture(&p);
    if (!ok)
        ds_worst_free(worst);
    return ok;
}

void ds_worst_free(ds_worst *worst)
{
    free(worst->common);
    *worst = (ds_worst){0};
}
