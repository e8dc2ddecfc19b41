#include "moments.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { M = DS_MOMENTS_MOST, P = DS_SEARCH_AXES, REPLICAS_A_MOMENT = 5 };
static const double slope_step = 0.02, flat = 1e-10;

/* What replicas of a candidate are like. */
typedef struct sample {
    size_t count;
    double mean[M], covariance[M * M];
} sample;

typedef struct work {
    const ds_moments *of;
    size_t m, p;
    double *values;
    double weight[M * M]; /* of the distance */
    size_t looks;
    ds_status *st;
} work;

/* ---- samples ---- */

static bool is_whole(const double *row, size_t m)
{
    for (size_t k = 0; k < m; k++)
        if (!isfinite(row[k]))
            return false;
    return true;
}

static void describe(const work *w, sample *s)
{
    const size_t m = w->m;
    double change[M];
    *s = (sample){0};
    for (size_t r = 0; r < w->of->replicas; r++) {
        const double *const row = w->values + r * m;
        if (!is_whole(row, m))
            continue;
        s->count++;
        for (size_t k = 0; k < m; k++) {
            change[k] = row[k] - s->mean[k];
            s->mean[k] += change[k] / (double)s->count;
        }
        for (size_t a = 0; a < m; a++)
            for (size_t b = 0; b < m; b++)
                s->covariance[a * m + b] += change[a] * (row[b] - s->mean[b]);
    }
    for (size_t k = 0; k < m * m; k++)
        s->covariance[k] /= fmax((double)s->count - 1, 1);
}

static bool sample_at(work *w, const double *x, sample *s)
{
    w->looks++;
    if (!w->of->simulate(w->of->self, x, w->values, w->st))
        return false;
    describe(w, s);
    return true;
}

/* ---- weights ---- */

/* A moment that does not vary is held to a millionth of what was observed. */
static double variance_of(const work *w, const sample *s, size_t k)
{
    const double least = 1e-6 * fmax(fabs(w->of->observed[k]), 1e-6);
    return fmax(s->covariance[k * w->m + k], least * least);
}

/* What was observed is one replica, what it is held against a mean of many. */
static double of_both(const sample *s)
{
    return 1 + 1 / fmax((double)s->count, 1);
}

static void weigh_alone(work *w, const sample *s)
{
    memset(w->weight, 0, sizeof w->weight);
    for (size_t k = 0; k < w->m; k++)
        w->weight[k * w->m + k] = 1 / (variance_of(w, s, k) * of_both(s));
}

/* The inverse, in place; false: it has none to speak of. */
static bool invert(double *matrix, size_t n)
{
    double own[M];
    for (size_t k = 0; k < n; k++) {
        own[k] = sqrt(matrix[k * n + k]);
        if (!(own[k] > 0))
            return false;
    }
    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; b < n; b++)
            matrix[a * n + b] /= own[a] * own[b];
    gsl_matrix_view view = gsl_matrix_view_array(matrix, n, n);
    if (gsl_linalg_cholesky_decomp1(&view.matrix) != 0)
        return false;
    for (size_t k = 0; k < n; k++)
        if (!(matrix[k * n + k] * matrix[k * n + k] > flat))
            return false;
    if (gsl_linalg_cholesky_invert(&view.matrix) != 0)
        return false;
    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; b < n; b++)
            matrix[a * n + b] /= own[a] * own[b];
    return true;
}

static bool weigh_together(work *w, const sample *s)
{
    double inverse[M * M] = {0};
    if (s->count < REPLICAS_A_MOMENT * w->m)
        return false;
    memcpy(inverse, s->covariance, w->m * w->m * sizeof *inverse);
    if (!invert(inverse, w->m))
        return false;
    for (size_t k = 0; k < w->m * w->m; k++)
        w->weight[k] = inverse[k] / of_both(s);
    return true;
}

/* ---- the fit ---- */

static double distance(const work *w, const double *mean)
{
    double sum = 0;
    for (size_t a = 0; a < w->m; a++)
        for (size_t b = 0; b < w->m; b++)
            sum += (w->of->observed[a] - mean[a]) * w->weight[a * w->m + b] *
                   (w->of->observed[b] - mean[b]);
    return sum;
}

static bool look(void *self, const double *x, double *goal, double *excess, ds_status *st)
{
    work *const w = self;
    sample s;
    (void)excess, (void)st;
    if (!sample_at(w, x, &s))
        return false;
    *goal = s.count >= 2 ? distance(w, s.mean) : NAN;
    return true;
}

static void snap(const void *self, double *x)
{
    const work *const w = self;
    w->of->snap(w->of->self, x);
}

static bool search(work *w, const double *start, size_t evaluations, double *x)
{
    const ds_search s = {.axes = w->p,
                         .goals = 1,
                         .ordered = w->of->ordered,
                         .start = start,
                         .evaluations = evaluations,
                         .seed = w->of->seed,
                         .tolerance = w->of->tolerance,
                         .look = look,
                         .snap = w->of->snap ? snap : NULL,
                         .self = w};
    ds_search_log log = {0};
    size_t best;
    bool ok = ds_search_run(&s, NULL, &log, &best, w->st);
    if (ok && (best == SIZE_MAX || !isfinite(log.item[best].goal[0])))
        ok = ds_fail(w->st, DS_E_DATA,
                     "no candidate of %zu gives all the moments that were observed", log.count);
    if (ok)
        memcpy(x, log.item[best].x, w->p * sizeof *x);
    ds_search_free(&log);
    return ok;
}

/* ---- errors ---- */

/* The candidate beside x, on one side of it; of coordinates that are kept to a grid the nearest
 * that differs, if there is one. */
static void step_aside(const work *w, const double *x, size_t axis, double step, double *to)
{
    bool there = false;
    while (!there) {
        memcpy(to, x, w->p * sizeof *to);
        to[axis] = fmin(fmax(x[axis] + step, 0), 1);
        there = to[axis] == 0 || to[axis] == 1;
        if (w->of->snap)
            w->of->snap(w->of->self, to);
        there = there || to[axis] != x[axis];
        step *= 2;
    }
}

/* Of one parameter, between the sides of x where there is room and the model gives its moments; `s`
 * is at x. Fewer than two such places tell nothing. */
static bool slopes_along(work *w, const double *x, const sample *s, size_t axis, double *slope)
{
    const double step = w->of->step > 0 ? w->of->step : slope_step;
    double at[2] = {x[axis], x[axis]};
    sample side[2] = {*s, *s};
    for (int i = 0; i < 2; i++) {
        double to[P];
        sample there;
        step_aside(w, x, axis, i == 0 ? -step : step, to);
        if (to[axis] == x[axis])
            continue;
        if (!sample_at(w, to, &there))
            return false;
        if (there.count == 0)
            continue;
        at[i] = to[axis];
        side[i] = there;
    }
    for (size_t j = 0; j < w->m; j++)
        slope[j * w->p + axis] =
            at[1] > at[0] ? (side[1].mean[j] - side[0].mean[j]) / (at[1] - at[0]) : 0;
    return true;
}

/* slope[moments][parameters]; 0 where a parameter has no order. */
static bool slopes(work *w, const double *x, const sample *s, double *slope)
{
    for (size_t k = 0; k < w->p; k++)
        if ((!w->of->ordered || w->of->ordered[k]) && !slopes_along(w, x, s, k, slope))
            return false;
    return true;
}

/* c = a b of shapes [n][k] and [k][l]; a transposed if asked. */
static void multiply(const double *a, bool transposed, const double *b, size_t n, size_t k,
                     size_t l, double *c)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < l; j++) {
            double sum = 0;
            for (size_t q = 0; q < k; q++)
                sum += (transposed ? a[q * n + i] : a[i * k + q]) * b[q * l + j];
            c[i * l + j] = sum;
        }
}

/* The sandwich (D'WD)^-1 D'W V WD (D'WD)^-1 over the parameters that move the moments. */
static void errors(const work *w, const sample *s, const double *slope, ds_moments_result *out)
{
    const size_t m = w->m;
    size_t which[P], n = 0;
    double d[M * P] = {0}, wd[M * P], bread[P * P] = {0}, vwd[M * P], meat[P * P], half[P * P],
                 all[P * P];
    for (size_t k = 0; k < w->p; k++) {
        double most = 0;
        for (size_t j = 0; j < m; j++)
            most = fmax(most, fabs(slope[j * w->p + k]) / sqrt(variance_of(w, s, j)));
        out->error[k] = INFINITY;
        if (most > 1e-6)
            which[n++] = k;
    }
    for (size_t j = 0; j < m; j++)
        for (size_t k = 0; k < n; k++)
            d[j * n + k] = slope[j * w->p + which[k]];
    multiply(w->weight, false, d, m, m, n, wd);
    multiply(d, true, wd, n, m, n, bread);
    if (n == 0 || !invert(bread, n))
        return;
    multiply(s->covariance, false, wd, m, m, n, vwd);
    multiply(wd, true, vwd, n, m, n, meat);
    multiply(bread, false, meat, n, n, n, half);
    multiply(half, false, bread, n, n, n, all);
    for (size_t a = 0; a < n; a++) {
        out->error[which[a]] = sqrt(all[a * n + a] * of_both(s));
        for (size_t b = 0; b < n; b++)
            out->correlation[which[a] * w->p + which[b]] =
                all[a * n + b] / sqrt(all[a * n + a] * all[b * n + b]);
    }
}

/* How wide the share of coordinates is that are one value, about; next to nothing where every
 * coordinate is its own. */
static double cell_of(const work *w, const double *x, size_t axis)
{
    double to[P], half = 1e-9;
    bool same = w->of->snap != NULL;
    while (same && half < 0.5) {
        memcpy(to, x, w->p * sizeof *to);
        to[axis] += x[axis] < 0.5 ? half : -half;
        w->of->snap(w->of->self, to);
        same = to[axis] == x[axis];
        half *= same ? 2 : 1;
    }
    return 2 * half;
}

/* Parameters that took part in making the distance small. Those that move nothing did not, nor did
 * names, nor what is known so well that of its few values none but one comes near. */
static size_t fitted_of(const work *w, const ds_moments_result *r)
{
    size_t fitted = 0;
    for (size_t k = 0; k < w->p; k++)
        fitted += isfinite(r->error[k]) && r->error[k] > cell_of(w, r->x, k) / 2;
    return fitted;
}

/* J of q more moments than parameters, with a covariance of n replicas, is Hotelling's. */
static void test(const work *w, const sample *s, ds_moments_result *out)
{
    const double n = (double)s->count, q = (double)out->freedom;
    out->j = distance(w, s->mean);
    out->p = NAN;
    if (out->together && out->freedom > 0 && n > q + 1)
        out->p = gsl_cdf_fdist_Q(out->j * (n - q) / ((n - 1) * q), q, n - q);
}

static bool conclude(work *w, ds_moments_result *out)
{
    double slope[M * P] = {0};
    sample s;
    if (!sample_at(w, out->x, &s) || !slopes(w, out->x, &s, slope))
        return false;
    if (out->together)
        out->together = weigh_together(w, &s);
    if (!out->together)
        weigh_alone(w, &s);
    out->replicas = s.count;
    for (size_t k = 0; k < w->m; k++) {
        out->mean[k] = s.mean[k];
        out->sd[k] = sqrt(s.covariance[k * w->m + k]);
    }
    errors(w, &s, slope, out);
    out->freedom = w->m - fitted_of(w, out);
    test(w, &s, out);
    return true;
}

static bool fit(work *w, ds_moments_result *out)
{
    const size_t all = w->of->evaluations, first = all > 1 ? all / 2 : 1;
    double x[P];
    sample s;
    if (!sample_at(w, w->of->start, &s))
        return false;
    weigh_alone(w, &s);
    if (!search(w, w->of->start, first, x) || !sample_at(w, x, &s))
        return false;
    out->together = weigh_together(w, &s);
    if (!out->together)
        weigh_alone(w, &s);
    return search(w, x, all > first ? all - first : 1, out->x) && conclude(w, out);
}

bool ds_moments_check(const ds_moments *m, ds_status *st)
{
    if (m->moments >= m->parameters && m->moments <= M && m->parameters > 0 && m->parameters <= P &&
        m->replicas >= 2)
        return true;
    return ds_fail(st, DS_E_DATA,
                   "%zu moment%s of %zu replica%s for %zu parameter%s, must be at least as many as "
                   "these and at most %d, and 2 replicas or more",
                   m->moments, m->moments == 1 ? "" : "s", m->replicas, m->replicas == 1 ? "" : "s",
                   m->parameters, m->parameters == 1 ? "" : "s", M);
}

bool ds_moments_fit(const ds_moments *moments, ds_moments_result *result, ds_status *st)
{
    work w = {.of = moments, .m = moments->moments, .p = moments->parameters, .st = st};
    *result = (ds_moments_result){0};
    if (!ds_moments_check(moments, st))
        return false;
    w.values = malloc(moments->replicas * w.m * sizeof *w.values);
    const bool ok = (w.values || ds_fail(st, DS_E_SYSTEM, "no memory for %zu replicas of moments",
                                         moments->replicas)) &&
                    fit(&w, result);
    result->evaluations = w.looks;
    free(w.values);
    return ok;
}
