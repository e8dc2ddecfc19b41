#include "family.h"

#include "doubt.h"
#include "sim/core/dist.h"
#include "stats.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

/* ---- adjusted probabilities ---- */

typedef struct ranked {
    double p;
    size_t place;
} ranked;

static int by_p(const void *a, const void *b)
{
    const ranked *const x = a, *const y = b;
    if (x->p != y->p)
        return x->p < y->p ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

static size_t questions(const double *p, size_t count)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        n += isnan(p[i]) ? 0 : 1;
    return n;
}

void ds_bonferroni(const double *p, size_t count, double *adjusted)
{
    const double n = (double)questions(p, count);
    for (size_t i = 0; i < count; i++)
        adjusted[i] = isnan(p[i]) ? NAN : fmin(1, n * p[i]);
}

/* Those that are questions, ascending; for free(). */
static ranked *rank(const double *p, size_t count, size_t *n, ds_status *st)
{
    ranked *const order = calloc(count + 1, sizeof *order);
    *n = 0;
    if (!order) {
        (void)ds_fail(st, DS_E_SYSTEM, "no memory for a family of %zu", count);
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        if (!isnan(p[i]))
            order[(*n)++] = (ranked){p[i], i};
    if (*n > 1)
        qsort(order, *n, sizeof *order, by_p);
    return order;
}

bool ds_holm(const double *p, size_t count, double *adjusted, ds_status *st)
{
    size_t n;
    double largest = 0;
    ranked *const order = rank(p, count, &n, st);
    for (size_t i = 0; order && i < count; i++)
        adjusted[i] = NAN;
    for (size_t i = 0; order && i < n; i++) {
        largest = fmax(largest, fmin(1, (double)(n - i) * order[i].p));
        adjusted[order[i].place] = largest;
    }
    free(order);
    return order != NULL;
}

bool ds_benjamini_hochberg(const double *p, size_t count, double *adjusted, ds_status *st)
{
    size_t n;
    double least = 1;
    ranked *const order = rank(p, count, &n, st);
    for (size_t i = 0; order && i < count; i++)
        adjusted[i] = NAN;
    for (size_t i = n; order && i-- > 0;) {
        least = fmin(least, (double)n / ((double)i + 1) * order[i].p);
        adjusted[order[i].place] = least;
    }
    free(order);
    return order != NULL;
}

/* ---- simultaneous ---- */

enum { ABREAST = 8, GROUPS_LARGE = 20 }; /* resamples that go through the scores together */

typedef struct work {
    const ds_family *f;
    size_t groups, resamples;
    double *column; /* [replicas] */
    double *score; /* [groups][figures]: of sums of squares 1 over groups, 0 where nothing varies */
    double *total; /* [ABREAST][figures] */
    double *most;  /* [resamples]: the largest |t| of each, ascending */
    size_t *counts; /* [figures]: groups that have a value */
} work;

static size_t group_of(const ds_family *f)
{
    return f->group > 0 ? f->group : 1;
}

/* Mean and error of a figure, and its part of the scores. */
static void take_figure(work *w, size_t k, ds_family_member *m)
{
    const ds_family *const f = w->f;
    for (size_t i = 0; i < f->replicas; i++)
        w->column[i] = f->values[i * f->figures + k];
    const ds_sample s = ds_sample_grouped(w->column, f->replicas, group_of(f));
    *m = (ds_family_member){.mean = s.mean, .error = s.error, .p = NAN};
    m->doubts = ds_doubts_of_mean(w->column, f->replicas, group_of(f)) |
                (s.groups < GROUPS_LARGE ? DS_DOUBT_SMALL : 0);
    w->counts[k] = s.groups;
    if (isfinite(s.error) && !ds_sample_varies(&s))
        m->error = 0;
    if (!(m->error > 0) || !isfinite(m->error))
        return;
    double squares = 0;
    for (size_t i = 0; i < f->replicas; i++)
        w->score[i / group_of(f) * f->figures + k] +=
            isnan(w->column[i]) ? 0 : w->column[i] - s.mean;
    for (size_t g = 0; g < w->groups; g++)
        squares += w->score[g * f->figures + k] * w->score[g * f->figures + k];
    for (size_t g = 0; g < w->groups && squares > 0; g++)
        w->score[g * f->figures + k] /= sqrt(squares);
}

/* Every resample weights groups by normal numbers of its own stream. */
static void draw(work *w, size_t first, size_t count)
{
    const size_t figures = w->f->figures;
    ds_rng rng[ABREAST];
    for (size_t r = 0; r < count; r++)
        rng[r] = ds_rng_stream(w->f->seed, (uint32_t)(first + r), DS_FOR_ANALYSIS, w->f->stream);
    for (size_t i = 0; i < count * figures; i++)
        w->total[i] = 0;
    for (size_t g = 0; g < w->groups; g++)
        for (size_t r = 0; r < count; r++) {
            const double weight = ds_rng_normal(&rng[r]);
            double *const total = w->total + r * figures;
            for (size_t k = 0; k < figures; k++)
                total[k] += weight * w->score[g * figures + k];
        }
    for (size_t r = 0; r < count; r++) {
        double most = 0;
        for (size_t k = 0; k < figures; k++)
            most = fmax(most, fabs(w->total[r * figures + k]));
        w->most[first + r] = most;
    }
}

/* The normal quantile of the same probability as Student's. */
static double as_normal(double t, size_t groups)
{
    return gsl_cdf_ugaussian_Qinv(gsl_cdf_tdist_Q(fabs(t), (double)groups - 1));
}

static double as_student(double z, size_t groups)
{
    return gsl_cdf_tdist_Qinv(gsl_cdf_ugaussian_Q(z), (double)groups - 1);
}

/* The largest |t| is below this with the level, as a normal one. */
static double critical_of(const work *w)
{
    const double rank = ceil(w->f->level * ((double)w->resamples + 1));
    const size_t place = (size_t)fmin(rank, (double)w->resamples);
    const double pointwise = gsl_cdf_ugaussian_Pinv(0.5 + w->f->level / 2);
    const double figures = (double)w->f->figures;
    const double bonferroni = gsl_cdf_ugaussian_Qinv((1 - w->f->level) / 2 / figures);
    return fmax(pointwise, fmin(w->most[place - 1], bonferroni));
}

/* Share of resamples whose largest |t| is as large, never 0. */
static double exceeded(const work *w, double z)
{
    size_t low = 0, high = w->resamples;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (w->most[middle] >= z)
            high = middle;
        else
            low = middle + 1;
    }
    return (double)(w->resamples - low + 1) / (double)(w->resamples + 1);
}

static void conclude(const work *w, size_t k, double z, ds_family_member *m)
{
    const size_t groups = w->counts[k];
    m->interval = (ds_interval){-INFINITY, INFINITY};
    if (groups < 2 || !isfinite(m->error))
        return;
    if (m->error == 0) { /* nothing varies */
        m->interval = (ds_interval){m->mean, m->mean};
        m->p = m->mean == 0;
        return;
    }
    const double half = m->error * as_student(z, groups), t = m->mean / m->error;
    const double alone = 2 * gsl_cdf_tdist_Q(fabs(t), (double)groups - 1);
    const double together = exceeded(w, as_normal(t, groups));
    m->interval = (ds_interval){m->mean - half, m->mean + half};
    m->p = fmax(alone, fmin(together, alone * (double)w->f->figures));
}

static void fill(work *w, ds_family_member *member, double *critical)
{
    for (size_t k = 0; k < w->f->figures; k++)
        take_figure(w, k, &member[k]);
    for (size_t r = 0; r < w->resamples; r += ABREAST)
        draw(w, r, w->resamples - r < ABREAST ? w->resamples - r : ABREAST);
    (void)ds_sort(w->most, w->resamples);
    const double z = critical_of(w);
    for (size_t k = 0; k < w->f->figures; k++)
        conclude(w, k, z, &member[k]);
    if (critical)
        *critical = w->groups > 1 ? as_student(z, w->groups) : NAN;
}

bool ds_family_of(const ds_family *f, ds_family_member *member, double *critical, ds_status *st)
{
    work w = {.f = f,
              .groups = (f->replicas + group_of(f) - 1) / group_of(f),
              .resamples = f->resamples ? f->resamples : DS_BOOTSTRAP_RESAMPLES};
    w.column = calloc(f->replicas + 1, sizeof *w.column);
    w.score = calloc(w.groups * f->figures + 1, sizeof *w.score);
    w.total = calloc(ABREAST * f->figures + 1, sizeof *w.total);
    w.most = calloc(w.resamples, sizeof *w.most);
    w.counts = calloc(f->figures + 1, sizeof *w.counts);
    const bool ok = w.column && w.score && w.total && w.most && w.counts;
    if (ok)
        fill(&w, member, critical);
    free(w.column);
    free(w.score);
    free(w.total);
    free(w.most);
    free(w.counts);
    return ok || ds_fail(st, DS_E_SYSTEM, "no memory for %zu figures of %zu replicas", f->figures,
                         f->replicas);
}
