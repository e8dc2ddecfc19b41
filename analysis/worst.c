#include "apart.h"
#include "family.h"
#include "risk.h"
#include "stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct ranked {
    double value;
    size_t replica;
} ranked;

/* Replicas from the worst on, and of each the other figures. */
typedef struct picture {
    size_t replicas, figures;
    double *figure; /* [figures][replicas] */
    ranked *order;  /* [replicas]: replica of the result; the lower the value, the worse */
    const ds_variable **what;
    double *column; /* [replicas of the result] */
    double *p;
    ds_estimate *difference;
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
    for (size_t r = 0; r < c->about->replicas; r++)
        if (!isnan(p->column[r]))
            p->order[p->replicas++] =
                (ranked){q->worst == DS_SIDE_HIGH ? -p->column[r] : p->column[r], r};
    qsort(p->order, p->replicas, sizeof *p->order, worst_first);
}

/* Those that do not vary have nothing in common with anything. */
static bool add_figure(picture *p, const ds_case *c, const ds_variable *v, ds_status *st)
{
    double *const to = p->figure + p->figures * p->replicas;
    if (!ds_replica_figures(c, v->name, DS_LOSS_VALUE, p->column, st))
        return false;
    for (size_t i = 0; i < p->replicas; i++) {
        const double value = p->column[p->order[i].replica];
        to[i] = isfinite(value) ? value : NAN;
    }
    const ds_sample s = ds_sample_of(to, p->replicas);
    if (s.count > 1 && ds_sample_varies(&s))
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
        if (strcmp(about->outcome[i].name, of) != 0 &&
            strcmp(about->outcome[i].name, "events") != 0)
            ok = add_figure(p, c, &about->outcome[i], st);
    return ok;
}

static bool open_picture(picture *p, const ds_case *c, ds_status *st)
{
    const size_t n = c->about->replicas + 1, most = c->about->variables + c->about->outcomes + 1;
    *p = (picture){.figure = calloc(most * n, sizeof *p->figure),
                   .order = calloc(n, sizeof *p->order),
                   .what = calloc(most, sizeof(const ds_variable *)),
                   .column = calloc(n, sizeof *p->column),
                   .p = calloc(most, sizeof *p->p),
                   .difference = calloc(most, sizeof *p->difference)};
    return (p->figure && p->order && p->what && p->column && p->p && p->difference) ||
           ds_fail(st, DS_E_SYSTEM, "no memory for the figures of %zu replicas", n - 1);
}

static void close_picture(picture *p)
{
    free(p->figure);
    free(p->order);
    free((void *)p->what);
    free(p->column);
    free(p->p);
    free(p->difference);
}

/* ---- what is said of it ---- */

/* Median, or the share of ones; sorts a copy in p->column. */
static double typical(const picture *p, const double *values, size_t count, bool share)
{
    if (count == 0)
        return NAN;
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

static int larger_first(const void *a, const void *b)
{
    const ds_trait *const x = a, *const y = b;
    const double u = isnan(x->difference.value) ? -1 : fabs(x->difference.value);
    const double v = isnan(y->difference.value) ? -1 : fabs(y->difference.value);
    return u != v ? (u < v) - (u > v) : strcmp(x->name, y->name);
}

static void fill(ds_worst *worst, const picture *p, size_t group)
{
    const size_t in = worst->inside, out = p->replicas - in;
    worst->count = p->figures;
    for (size_t f = 0; f < p->figures; f++) {
        const double *const value = p->figure + f * p->replicas;
        const bool share = ones_and_zeros(value, p->replicas);
        ds_trait *const t = &worst->trait[f];
        *t = (ds_trait){.name = p->what[f]->name,
                        .unit = p->what[f]->unit,
                        .inside = typical(p, value, in, share),
                        .outside = typical(p, value + in, out, share),
                        .difference = p->difference[f],
                        .adjusted = p->p[f]};
        t->difference.doubts |= group > 1 ? DS_DOUBT_GROUPED : 0;
    }
    qsort(worst->trait, worst->count, sizeof *worst->trait, larger_first);
}

static bool compare(ds_worst *worst, picture *p, const ds_case *c, const ds_worst_query *q,
                    ds_status *st)
{
    const ds_apart_query query = {.values = p->figure,
                                  .count = p->replicas,
                                  .figures = p->figures,
                                  .share = q->share,
                                  .level = q->level,
                                  .seed = c->about->seed,
                                  .stream = UINT32_C(0x77000000)};
    worst->replicas = p->replicas;
    worst->inside = ds_apart_inside(p->replicas, q->share);
    const double edge = p->order[worst->inside - 1].value;
    worst->threshold = q->worst == DS_SIDE_HIGH ? -edge : edge;
    if (!ds_apart_of(p->difference, p->p, &query, st) || !ds_holm(p->p, p->figures, p->p, st))
        return false;
    fill(worst, p, c->about->group);
    return true;
}

static bool enough(const picture *p, const ds_worst_query *q, ds_status *st)
{
    const size_t needs = ds_tail_shortfall_needs(q->share);
    if (p->replicas >= needs && ds_apart_inside(p->replicas, q->share) < p->replicas)
        return true;
    return ds_fail(st, DS_E_DATA,
                   "the worst %g %% of %zu replicas by '%s' are too few to have anything in "
                   "common, needs %zu replicas, or a larger part of them",
                   100 * (1 - q->share), p->replicas, q->of, needs);
}

bool ds_worst_of(ds_worst *worst, const ds_case *c, const ds_worst_query *q, ds_status *st)
{
    picture p;
    *worst = (ds_worst){.of = q->of, .worst = q->worst, .share = q->share};
    worst->trait = calloc(c->about->variables + c->about->outcomes + 1, sizeof *worst->trait);
    bool ok = open_picture(&p, c, st) &&
              (worst->trait || ds_fail(st, DS_E_SYSTEM, "no memory for the worst replicas")) &&
              ds_replica_figures(c, q->of, DS_LOSS_VALUE, p.column, st);
    if (ok)
        order_replicas(&p, c, q);
    ok = ok && enough(&p, q, st) && gather(&p, c, q->of, st) && compare(worst, &p, c, q, st);
    close_picture(&p);
    if (!ok)
        ds_worst_free(worst);
    return ok;
}

void ds_worst_free(ds_worst *worst)
{
    free(worst->trait);
    *worst = (ds_worst){0};
}
