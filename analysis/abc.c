#include "abc.h"

#include "sim/core/interval.h"
#include "sim/core/law.h"
#include "sim/core/real.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const ds_abc_end_words[] = {
    "the tolerance that was asked for is reached",
    "no simulations were left for another population",
    "hardly any proposal is near enough for a smaller tolerance",
};

/* A normal deviation over the median distance from the middle. */
static const double of_normal = 1.4826022185056018;
static const double kernel = 2, settled_share = 0.02, settled_step = 0.99;
enum { REDRAWS = 100000 };

typedef struct work {
    const ds_abc *abc;
    ds_abc_result *out;
    size_t n, p, m;                                      /* particles, parameters, statistics */
    double *proposal, *simulated;                        /* of a round, [n][p] and [n][m] */
    double *theta, *weight, *distance, *statistic;       /* of the population that is being made */
    double lower[DS_ABC_PARAMETERS * DS_ABC_PARAMETERS]; /* of the kernel: Cholesky's factor */
    uint32_t drawn;                                      /* proposals of this population */
    double *sorted;
    ds_status *st;
} work;

/* ---- the kernel ---- */

static double mean_of(const ds_abc_result *r, size_t k)
{
    double sum = 0;
    for (size_t i = 0; i < r->particles; i++)
        sum += r->weight[i] * r->theta[i * r->parameters + k];
    return sum;
}

static double covariance_of(const ds_abc_result *r, size_t a, size_t b)
{
    const double x = mean_of(r, a), y = mean_of(r, b);
    double sum = 0;
    for (size_t i = 0; i < r->particles; i++)
        sum += r->weight[i] * (r->theta[i * r->parameters + a] - x) *
               (r->theta[i * r->parameters + b] - y);
    return sum;
}

/* A parameter that the others determine moves a little all the same. */
static void factor(work *w)
{
    const size_t p = w->p;
    for (size_t i = 0; i < p; i++)
        for (size_t j = 0; j <= i; j++) {
            const double own = covariance_of(w->out, i, j);
            double rest = kernel * own;
            for (size_t k = 0; k < j; k++)
                rest -= w->lower[i * p + k] * w->lower[j * p + k];
            if (i == j)
                w->lower[i * p + j] = sqrt(fmax(rest, 1e-8 * own + 1e-300));
            else
                w->lower[i * p + j] = rest / w->lower[j * p + j];
        }
}

/* Of a move from one particle to another, but for a constant. */
static double kernel_density(const work *w, const double *to, const double *from)
{
    double z[DS_ABC_PARAMETERS], square = 0;
    for (size_t i = 0; i < w->p; i++) {
        z[i] = to[i] - from[i];
        for (size_t k = 0; k < i; k++)
            z[i] -= w->lower[i * w->p + k] * z[k];
        z[i] /= w->lower[i * w->p + i];
        square += z[i] * z[i];
    }
    return ds_exp(-0.5 * square);
}

/* ---- proposals ---- */

static size_t pick(const work *w, double u)
{
    double sum = 0;
    for (size_t i = 0; i < w->n; i++)
        if ((sum += w->out->weight[i]) > u)
            return i;
    return w->n - 1;
}

static bool move(const work *w, ds_rng *rng, double *theta)
{
    double z[DS_ABC_PARAMETERS];
    for (int tries = 0; tries < REDRAWS; tries++) {
        const double *const from = w->out->theta + pick(w, ds_rng_uniform(rng)) * w->p;
        for (size_t k = 0; k < w->p; k++)
            z[k] = ds_normal_quantile(ds_rng_open(rng));
        for (size_t i = 0; i < w->p; i++) {
            theta[i] = from[i];
            for (size_t k = 0; k <= i; k++)
                theta[i] += w->lower[i * w->p + k] * z[k];
        }
        if (w->abc->density(w->abc->self, theta) > 0)
            return true;
    }
    return ds_fail(w->st, DS_E_DATA, "no move of the particles stays within the prior");
}

/* Each proposal has a stream of its own, of its number and its population. */
static bool propose(work *w, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ds_rng rng =
            ds_rng_stream(w->abc->seed, w->drawn++, DS_FOR_ANALYSIS, (uint32_t)w->out->steps + 1);
        if (w->out->steps == 0)
            w->abc->draw(w->abc->self, &rng, w->proposal + i * w->p);
        else if (!move(w, &rng, w->proposal + i * w->p))
            return false;
    }
    if (!w->abc->simulate(w->abc->self, w->proposal, count, w->out->simulations, w->simulated,
                          w->st))
        return false;
    w->out->simulations += count;
    return true;
}

static double distance_of(const work *w, const double *simulated)
{
    double sum = 0;
    for (size_t k = 0; k < w->m; k++) {
        const double far = (simulated[k] - w->abc->observed[k]) / w->out->scale[k];
        sum += far * far;
    }
    return isnan(sum) ? INFINITY : sqrt(sum / (double)w->m);
}

static double median_of(double *values, size_t count)
{
    return ds_quantile(values, ds_sort(values, count), 0.5);
}

/* Whether nothing that the prior gives comes near: what was observed lies farther off than they lie
 * apart. */
static bool is_beyond(const double *sorted, size_t count, double observed)
{
    const double apart = count ? sorted[count - 1] - sorted[0] : 0;
    return count && (observed < sorted[0] - apart || observed > sorted[count - 1] + apart);
}

/* How far what the prior gives lies from its middle, half of it: tails, which the prior may have
 * long ones of, do not count (as Csillery, Francois & Blum 2012). What does not vary there is
 * compared as it is; what the model cannot give tells no parameters apart and is left out. */
static void take_scale(work *w)
{
    for (size_t k = 0; k < w->m; k++) {
        for (size_t i = 0; i < w->n; i++)
            w->sorted[i] = w->simulated[i * w->m + k];
        const size_t known = ds_sort(w->sorted, w->n);
        const double middle = ds_quantile(w->sorted, known, 0.5);
        const bool beyond = is_beyond(w->sorted, known, w->abc->observed[k]);
        for (size_t i = 0; i < w->n; i++)
            w->sorted[i] = fabs(w->simulated[i * w->m + k] - middle);
        const double far = median_of(w->sorted, w->n);
        w->out->scale[k] = beyond ? INFINITY : far > 0 ? of_normal * far : 1;
    }
}

/* ---- populations ---- */

static void weigh(work *w)
{
    double sum = 0;
    for (size_t i = 0; i < w->n; i++) {
        const double *const theta = w->theta + i * w->p;
        double mixture = 0;
        for (size_t j = 0; j < w->n && w->out->steps; j++)
            mixture += w->out->weight[j] * kernel_density(w, theta, w->out->theta + j * w->p);
        w->weight[i] = w->out->steps ? w->abc->density(w->abc->self, theta) / mixture : 1;
        sum += w->weight[i];
    }
    for (size_t i = 0; i < w->n; i++)
        w->weight[i] /= sum;
}

static double effective(const double *weight, size_t n)
{
    double square = 0;
    for (size_t i = 0; i < n; i++)
        square += weight[i] * weight[i];
    return 1 / square;
}

static void swap(double **a, double **b)
{
    double *const c = *a;
    *a = *b;
    *b = c;
}

/* The finished population takes the place of the one before. */
static void turn(work *w, double tolerance, size_t simulations)
{
    ds_abc_result *const out = w->out;
    weigh(w);
    swap(&w->theta, &out->theta);
    swap(&w->weight, &out->weight);
    swap(&w->distance, &out->distance);
    swap(&w->statistic, &out->statistic);
    out->step[out->steps++] = (ds_abc_step){tolerance, simulations, effective(out->weight, w->n)};
    if (w->abc->passed)
        w->abc->passed(w->abc->self, out->steps, tolerance, out->simulations);
}

static void keep(work *w, size_t from, size_t to, double distance)
{
    memcpy(w->theta + to * w->p, w->proposal + from * w->p, w->p * sizeof *w->theta);
    memcpy(w->statistic + to * w->m, w->simulated + from * w->m, w->m * sizeof *w->statistic);
    w->distance[to] = distance;
}

/* Rounds of proposals until there are enough; *full is false where simulations run out. */
static bool fill(work *w, double tolerance, bool *full)
{
    const size_t begun = w->out->simulations;
    size_t kept = 0;
    *full = false;
    w->drawn = 0;
    while (kept < w->n) {
        if (w->out->simulations + w->n > w->abc->simulations)
            return true;
        if (!propose(w, w->n))
            return false;
        for (size_t i = 0; i < w->n && kept < w->n; i++) {
            const double far = distance_of(w, w->simulated + i * w->m);
            if (far <= tolerance)
                keep(w, i, kept++, far);
        }
        const double spent = (double)(w->out->simulations - begun);
        if (spent > 4 * (double)w->n && (double)kept < 0.1 * settled_share * spent)
            return true;
    }
    *full = true;
    turn(w, tolerance, w->out->simulations - begun);
    return true;
}

static bool begin_population(work *w)
{
    if (!propose(w, w->n))
        return false;
    if (w->abc->scale)
        memcpy(w->out->scale, w->abc->scale, w->m * sizeof *w->out->scale);
    else
        take_scale(w);
    size_t finite = 0;
    for (size_t i = 0; i < w->n; i++) {
        keep(w, i, i, distance_of(w, w->simulated + i * w->m));
        finite += isfinite(w->distance[i]) != 0;
    }
    turn(w, INFINITY, w->n);
    size_t beyond = 0;
    for (size_t k = 0; k < w->m; k++)
        beyond += isinf(w->out->scale[k]) != 0;
    if (beyond == w->m)
        return ds_fail(w->st, DS_E_DATA,
                       "nothing that the model gives under the prior comes near what was observed, "
                       "in any of %zu statistics",
                       w->m);
    for (size_t k = 0; k < w->p; k++) {
        w->out->prior_mean[k] = mean_of(w->out, k);
        w->out->prior_sd[k] = sqrt(covariance_of(w->out, k, k));
    }
    return finite > 0 || ds_fail(w->st, DS_E_DATA,
                                 "none of %zu simulations under the prior has all the statistics "
                                 "that were observed",
                                 w->n);
}

/* Where many distances are equal, as those of counts are, the next smaller one. */
static double next_tolerance(work *w, double before)
{
    const double share = w->abc->keep > 0 ? w->abc->keep : 0.5;
    memcpy(w->sorted, w->out->distance, w->n * sizeof *w->sorted);
    qsort(w->sorted, w->n, sizeof *w->sorted, ds_ascending);
    size_t at = (size_t)(share * (double)(w->n - 1));
    while (at > 0 && w->sorted[at] >= before)
        at--;
    const double next = w->sorted[at] < before ? w->sorted[at] : w->abc->tolerance;
    return fmax(next, w->abc->tolerance);
}

static bool come_closer(work *w)
{
    ds_abc_result *const out = w->out;
    double tolerance = INFINITY;
    while (out->steps < DS_ABC_STEPS) {
        const double before = tolerance;
        bool full;
        tolerance = next_tolerance(w, before);
        out->end = DS_ABC_SETTLED;
        if (!(tolerance < INFINITY) ||
            (out->steps > 1 && tolerance > settled_step * before && tolerance > w->abc->tolerance))
            return true;
        factor(w);
        if (!fill(w, tolerance, &full))
            return false;
        out->end = out->simulations + w->n > w->abc->simulations ? DS_ABC_SPENT : DS_ABC_SETTLED;
        if (!full)
            return true;
        const ds_abc_step *const last = &out->step[out->steps - 1];
        if (tolerance <= w->abc->tolerance) {
            out->end = DS_ABC_REACHED;
            return true;
        }
        if (out->end == DS_ABC_SETTLED && (double)w->n < settled_share * (double)last->simulations)
            return true;
    }
    return true;
}

static bool open(work *w, ds_status *st)
{
    const size_t n = w->n, p = w->p, m = w->m;
    ds_abc_result *const out = w->out;
    out->theta = calloc(n * p, sizeof(double));
    out->weight = calloc(n, sizeof(double));
    out->distance = calloc(n, sizeof(double));
    out->statistic = calloc(n * m, sizeof(double));
    out->scale = calloc(m, sizeof(double));
    w->theta = calloc(n * p, sizeof(double));
    w->weight = calloc(n, sizeof(double));
    w->distance = calloc(n, sizeof(double));
    w->statistic = calloc(n * m, sizeof(double));
    w->sorted = calloc(n, sizeof(double));
    w->proposal = calloc(n * p, sizeof(double));
    w->simulated = calloc(n * m, sizeof(double));
    return (out->theta && out->weight && out->distance && out->statistic && out->scale &&
            w->statistic && w->theta && w->weight && w->distance && w->sorted && w->proposal &&
            w->simulated) ||
           ds_fail(st, DS_E_SYSTEM, "no memory for %zu particles", n);
}

bool ds_abc_run(const ds_abc *abc, ds_abc_result *result, ds_status *st)
{
    work w = {.abc = abc,
              .out = result,
              .n = abc->particles,
              .p = abc->parameters,
              .m = abc->statistics,
              .st = st};
    *result = (ds_abc_result){.particles = abc->particles, .parameters = abc->parameters};
    if (w.p == 0 || w.p > DS_ABC_PARAMETERS || w.m == 0 || w.n < 2 || abc->simulations < w.n)
        return ds_fail(st, DS_E_DATA,
                       "%zu parameters, %zu statistics and %zu particles of %zu simulations, must "
                       "be 1 to %d, 1 or more, and 2 or more particles with as many simulations",
                       w.p, w.m, w.n, abc->simulations, DS_ABC_PARAMETERS);
    const bool ok = open(&w, st) && begin_population(&w) && come_closer(&w);
    free(w.theta);
    free(w.weight);
    free(w.distance);
    free(w.statistic);
    free(w.sorted);
    free(w.proposal);
    free(w.simulated);
    return ok;
}

void ds_abc_free(ds_abc_result *result)
{
    free(result->theta);
    free(result->weight);
    free(result->distance);
    free(result->statistic);
    free(result->scale);
    *result = (ds_abc_result){0};
}

/* ---- what it says ---- */

typedef struct weighted {
    double value, weight;
} weighted;

static int by_value(const void *a, const void *b)
{
    const weighted *const x = a, *const y = b;
    return x->value != y->value ? ds_ascending(&x->value, &y->value)
                                : ds_ascending(&x->weight, &y->weight);
}

/* Between particles, whose weight lies half on either side. */
static double quantile(const weighted *item, size_t n, double share)
{
    double below = 0, last = -1;
    for (size_t i = 0; i < n; i++) {
        const double middle = below + item[i].weight / 2;
        if (middle >= share)
            return i == 0 ? item[0].value
                          : item[i - 1].value + (item[i].value - item[i - 1].value) *
                                                    (share - last) / (middle - last);
        last = middle;
        below += item[i].weight;
    }
    return item[n - 1].value;
}

bool ds_abc_marginal(const ds_abc_result *r, size_t parameter, double level, ds_marginal *marginal,
                     ds_status *st)
{
    weighted *const item = malloc(r->particles * sizeof *item);
    if (!item)
        return ds_fail(st, DS_E_SYSTEM, "no memory for %zu particles", r->particles);
    for (size_t i = 0; i < r->particles; i++)
        item[i] = (weighted){r->theta[i * r->parameters + parameter], r->weight[i]};
    qsort(item, r->particles, sizeof *item, by_value);
    *marginal = (ds_marginal){
        .mean = mean_of(r, parameter),
        .sd = sqrt(covariance_of(r, parameter, parameter)),
        .median = quantile(item, r->particles, 0.5),
        .interval = {quantile(item, r->particles, (1 - level) / 2),
                     quantile(item, r->particles, (1 + level) / 2)},
    };
    marginal->narrowing = marginal->sd / r->prior_sd[parameter];
    free(item);
    return true;
}

double ds_abc_correlation(const ds_abc_result *r, size_t a, size_t b)
{
    return covariance_of(r, a, b) / sqrt(covariance_of(r, a, a) * covariance_of(r, b, b));
}
