#include "dist.h"

#include "real.h"

#include <math.h>

/* ---- the exponential ziggurat ---- */

double ds_ziggurat_width[256];
uint64_t ds_ziggurat_edge[256];
static double ziggurat_height[256];

/* Right edge of the base strip and the area of every strip, for 256 strips (Marsaglia & Tsang
 * 2000). */
static const double base_edge = 7.69711747013104972, strip_area = 3.949659822581572e-3;

/* Strip 0 is the base with the tail; strip i lies between heights i - 1 and i. */
__attribute__((constructor)) static void build_ziggurat(void)
{
    const double scale = 0x1p53;
    double edge = base_edge, outer = base_edge;
    const double base = strip_area / ds_exp(-base_edge);
    ds_ziggurat_edge[0] = (uint64_t)(base_edge / base * scale);
    ds_ziggurat_edge[1] = 0;
    ds_ziggurat_width[0] = base / scale;
    ds_ziggurat_width[255] = base_edge / scale;
    ziggurat_height[0] = 1;
    ziggurat_height[255] = ds_exp(-base_edge);
    for (int i = 254; i >= 1; i--) {
        edge = -ds_log(strip_area / outer + ds_exp(-outer));
        ds_ziggurat_edge[i + 1] = (uint64_t)(edge / outer * scale);
        ds_ziggurat_width[i] = edge / scale;
        ziggurat_height[i] = ds_exp(-edge);
        outer = edge;
    }
}

/* A point beyond the sure part of its strip: the tail, the wedge, or another try. */
double ds_ziggurat_rare(ds_rng *rng, uint64_t mantissa, unsigned layer)
{
    for (;;) {
        const double x = (double)mantissa * ds_ziggurat_width[layer];
        if (mantissa < ds_ziggurat_edge[layer])
            return x;
        if (layer == 0)
            return base_edge - ds_log(ds_rng_open(rng)); /* the tail is exponential again */
        const double top = ziggurat_height[layer - 1], bottom = ziggurat_height[layer];
        if (bottom + ds_rng_uniform(rng) * (top - bottom) < ds_exp(-x))
            return x;
        const uint64_t word = ds_rng_next(rng);
        layer = word & 255;
        mantissa = ds_ziggurat_mantissa(word);
    }
}

/* ---- what a scenario can name ---- */

typedef struct mean_params {
    double mean;
} mean_params;

typedef struct erlang_params {
    double mean;
    int64_t shape;
} erlang_params;

typedef struct scv_params {
    double mean, scv;
} scv_params;

typedef struct uniform_params {
    double mean, min, max;
} uniform_params;

typedef struct pareto_params {
    double min, alpha;
} pareto_params;

enum { PARTS = 16 };

typedef struct hyper_params {
    ds_numbers p, rates;
    double upto[PARTS], mean[PARTS]; /* derived */
    uint32_t count;
} hyper_params;

typedef struct mixture_params {
    ds_numbers p, means, scv;
    double upto[PARTS], shape[PARTS], scale[PARTS]; /* derived */
    uint32_t count;
} mixture_params;

static const double least = 1e-12; /* an scv below this is none */

#define MEAN(S)                                                                            \
    {                                                                                      \
        DS_IS_NUMBER(S, mean, "1", 1, 1e-12, 1e12, "mean", NULL), .inner = 1, .kept = true \
    }
static const ds_param mean_table[] = {MEAN(mean_params), {0}};
static const ds_param erlang_table[] = {
    MEAN(erlang_params),
    DS_P_INTEGER(erlang_params, shape, "1", 2, 1, 1000, "number of exponential phases", NULL),
    {0},
};
static const ds_param scv_table[] = {
    MEAN(scv_params),
    {DS_IS_NUMBER(scv_params, scv, "1", 1, 0, 1e6,
                  "squared coefficient of variation: variance over mean squared", NULL),
     .kept = true},
    {0},
};
static const ds_param uniform_table[] = {
    MEAN(uniform_params),
    DS_P_INNER(1, uniform_params, min, "1", 0, 0, 1e12, "least value", NULL),
    {DS_AT(uniform_params, max), .kind = DS_NUMBER, .unit = "1", .fallback = INFINITY, .max = 1e12,
     .unlimited = true, .inner = 1,
     .doc = "greatest value; unlimited: as far above the mean as `min` is below"},
    {0},
};
static const ds_param pareto_table[] = {
    DS_P_INNER(1, pareto_params, min, "1", 1, 1e-12, 1e12, "least value", NULL),
    /* At 0.1 the greatest draw, 2^(53 / alpha) times `min`, is still a number. */
    DS_P_NUMBER(pareto_params, alpha, "1", 2.5, 0.1, 1e3,
                "tail index: the mean is infinite at 1 or below, the variance at 2", NULL),
    {0},
};
static const ds_param hyper_table[] = {
    {DS_AT(hyper_params, p), .kind = DS_NUMBERS, .unit = "1", .max = 1, .text = "[0.5, 0.5]",
     .doc = "probability of each branch; one number: of the first of two"},
    {DS_AT(hyper_params, rates), .kind = DS_NUMBERS, .unit = "1", .min = 1e-12, .max = 1e12,
     .text = "[1, 1]", .inner = -1, .doc = "rate of each branch"},
    {0},
};
static const ds_param mixture_table[] = {
    {DS_AT(mixture_params, p), .kind = DS_NUMBERS, .unit = "1", .max = 1, .text = "[0.5, 0.5]",
     .doc = "probability of each component; one number: of the first of two"},
    {DS_AT(mixture_params, means), .kind = DS_NUMBERS, .unit = "1", .min = 1e-12, .max = 1e12,
     .text = "[0.5, 1.5]", .inner = 1, .doc = "mean of each gamma component"},
    {DS_AT(mixture_params, scv), .kind = DS_NUMBERS, .unit = "1", .min = 1e-6, .max = 1e6,
     .text = "[1, 1]", .doc = "squared coefficient of variation of each component"},
    {0},
};

/* Cumulative probabilities of `parts` branches from one or all of them; they must sum to 1. */
static bool cumulate(const ds_numbers *p, uint32_t parts, double upto[PARTS], ds_status *st)
{
    double sum = 0;
    if (p->count == 1 && parts == 2) {
        upto[0] = p->value[0];
        upto[1] = 1;
        return true;
    }
    if (p->count != parts || parts > PARTS)
        return ds_fail(
            st, DS_E_DATA,
            "'p' has %u value%s, must have as many as there are branches (%u, at most %d)",
            p->count, p->count == 1 ? "" : "s", parts, PARTS);
    for (uint32_t i = 0; i < parts; i++)
        upto[i] = sum += p->value[i];
    if (fabs(sum - 1) > 1e-9)
        return ds_fail(st, DS_E_DATA, "'p' sums to %.10g, must sum to 1", sum);
    upto[parts - 1] = 1;
    return true;
}

static bool check_hyper(void *params, ds_status *st)
{
    hyper_params *const h = params;
    h->count = h->rates.count;
    if (!cumulate(&h->p, h->count, h->upto, st))
        return false;
    for (uint32_t i = 0; i < h->count; i++)
        h->mean[i] = 1 / h->rates.value[i];
    return true;
}

static bool check_mixture(void *params, ds_status *st)
{
    mixture_params *const m = params;
    m->count = m->means.count;
    if (!cumulate(&m->p, m->count, m->upto, st))
        return false;
    if (m->scv.count != m->count)
        return ds_fail(st, DS_E_DATA, "'scv' has %u value%s, must have %u as 'means'", m->scv.count,
                       m->scv.count == 1 ? "" : "s", m->count);
    for (uint32_t i = 0; i < m->count; i++) {
        m->shape[i] = 1 / m->scv.value[i];
        m->scale[i] = m->means.value[i] * m->scv.value[i];
    }
    return true;
}

static bool check_uniform(void *params, ds_status *st)
{
    uniform_params *const u = params;
    if (isinf(u->max)) {
        if (u->mean < u->min)
            return ds_fail(st, DS_E_DATA, "'mean' is %g, must be at least 'min' = %g", u->mean,
                           u->min);
        u->max = 2 * u->mean - u->min;
    }
    if (u->max < u->min)
        return ds_fail(st, DS_E_DATA, "'max' is %g, must be at least 'min' = %g", u->max, u->min);
    u->mean = (u->min + u->max) / 2;
    return true;
}

#define ALTERNATIVE(var, name_, table_, type_, check_, doc_)         \
    static const ds_alternative var = {.name = (name_),              \
                                       .doc = (doc_),                \
                                       .params = (table_),           \
                                       .params_size = sizeof(type_), \
                                       .check = (check_)}
ALTERNATIVE(exponential, "exponential", mean_table, mean_params, NULL, "Exponential: memoryless.");
ALTERNATIVE(deterministic, "deterministic", mean_table, mean_params, NULL, "Always the mean.");
ALTERNATIVE(erlang, "erlang", erlang_table, erlang_params, NULL,
            "Erlang: sum of `shape` equal exponentials.");
ALTERNATIVE(hyper, "hyperexponential", hyper_table, hyper_params, check_hyper,
            "Hyperexponential: one of several exponentials.");
ALTERNATIVE(lognormal, "lognormal", scv_table, scv_params, NULL,
            "Lognormal with a mean and a squared coefficient of variation.");
ALTERNATIVE(uniform, "uniform", uniform_table, uniform_params, check_uniform,
            "Uniform between `min` and `max`, or around a mean.");
ALTERNATIVE(gamma_, "gamma", scv_table, scv_params, NULL,
            "Gamma with a mean and a squared coefficient of variation.");
ALTERNATIVE(pareto, "pareto", pareto_table, pareto_params, NULL,
            "Pareto: P(X > x) = (min / x)^alpha.");
ALTERNATIVE(mixture, "mixture", mixture_table, mixture_params, check_mixture,
            "One of several gammas.");

const ds_alternative *const ds_distributions[] = {
    &exponential, &deterministic, &erlang, &hyper,   &lognormal,
    &uniform,     &gamma_,        &pareto, &mixture, NULL};

/* ---- compiled ---- */

static ds_dist of_mean(ds_dist_kind kind, double mean, double variance)
{
    return (ds_dist){.kind = kind, .a = mean, .mean = mean, .variance = variance};
}

static ds_dist of_gamma(double mean, double scv)
{
    if (scv < least)
        return of_mean(DS_DIST_DETERMINISTIC, mean, 0);
    return (ds_dist){.kind = DS_DIST_GAMMA,
                     .a = 1 / scv,
                     .b = mean * scv,
                     .mean = mean,
                     .variance = scv * mean * mean};
}

/* ln X ~ N(a, b^2) with b^2 = ln(1 + scv), a = ln mean - b^2 / 2. */
static ds_dist of_lognormal(const scv_params *p)
{
    const double variance = ds_log1p(p->scv);
    if (p->scv < least)
        return of_mean(DS_DIST_DETERMINISTIC, p->mean, 0);
    return (ds_dist){.kind = DS_DIST_LOGNORMAL,
                     .a = ds_log(p->mean) - variance / 2,
                     .b = sqrt(variance),
                     .mean = p->mean,
                     .variance = p->scv * p->mean * p->mean};
}

static ds_dist of_pareto(const pareto_params *p)
{
    const double a = p->alpha, m = p->min;
    return (ds_dist){.kind = DS_DIST_PARETO,
                     .a = m,
                     .b = -1 / a,
                     .mean = a > 1 ? a * m / (a - 1) : INFINITY,
                     .variance = a > 2 ? m * m * a / ((a - 1) * (a - 1) * (a - 2)) : INFINITY};
}

/* Moments of a mixture of parts with means m and second moments m^2 (1 + scv). */
static void mix_moments(ds_dist *d, const double *mean, const double *scv)
{
    double second = 0, before = 0;
    for (uint32_t i = 0; i < d->count; i++) {
        const double p = d->upto[i] - before;
        before = d->upto[i];
        d->mean += p * mean[i];
        second += p * mean[i] * mean[i] * (1 + (scv ? scv[i] : 1));
    }
    d->variance = second - d->mean * d->mean;
}

static ds_dist of_hyper(const hyper_params *p)
{
    ds_dist d = {
        .kind = DS_DIST_HYPEREXPONENTIAL, .count = p->count, .upto = p->upto, .part = p->mean};
    mix_moments(&d, p->mean, NULL);
    return d;
}

static ds_dist of_mixture(const mixture_params *p)
{
    ds_dist d = {.kind = DS_DIST_MIXTURE,
                 .count = p->count,
                 .upto = p->upto,
                 .part = p->shape,
                 .scale = p->scale};
    mix_moments(&d, p->means.value, p->scv.value);
    return d;
}

ds_dist ds_dist_of(const ds_choice *choice)
{
    const ds_alternative *const as = choice->as;
    const void *const p = choice->params;
    if (as == &deterministic)
        return of_mean(DS_DIST_DETERMINISTIC, ((const mean_params *)p)->mean, 0);
    if (as == &erlang) {
        const erlang_params *const e = p;
        return of_gamma(e->mean, 1 / (double)e->shape);
    }
    if (as == &gamma_)
        return of_gamma(((const scv_params *)p)->mean, ((const scv_params *)p)->scv);
    if (as == &lognormal)
        return of_lognormal(p);
    if (as == &pareto)
        return of_pareto(p);
    if (as == &hyper)
        return of_hyper(p);
    if (as == &mixture)
        return of_mixture(p);
    if (as == &uniform) {
        const uniform_params *const u = p;
        const double width = u->max - u->min;
        return (ds_dist){.kind = DS_DIST_UNIFORM,
                         .a = u->min,
                         .b = width,
                         .mean = u->mean,
                         .variance = width * width / 12};
    }
    const double mean = ((const mean_params *)p)->mean;
    return of_mean(DS_DIST_EXPONENTIAL, mean, mean * mean);
}

static uint32_t branch(const ds_dist *d, ds_rng *rng)
{
    const double u = ds_rng_uniform(rng);
    uint32_t i = 0;
    while (i + 1 < d->count && u >= d->upto[i])
        i++;
    return i;
}

static double draw_mixture(const ds_dist *d, ds_rng *rng)
{
    const uint32_t i = branch(d, rng);
    return d->scale[i] * ds_rng_gamma(rng, d->part[i]);
}

double ds_dist_draw(const ds_dist *d, ds_rng *rng)
{
    switch (d->kind) {
    case DS_DIST_DETERMINISTIC:
        return d->a;
    case DS_DIST_LOGNORMAL:
        return ds_exp(d->a + d->b * ds_rng_normal(rng));
    case DS_DIST_UNIFORM:
        return d->a + d->b * ds_rng_uniform(rng);
    case DS_DIST_GAMMA:
    case DS_DIST_ERLANG:
        return d->b * ds_rng_gamma(rng, d->a);
    case DS_DIST_PARETO:
        return d->a * ds_pow(ds_rng_open(rng), d->b);
    case DS_DIST_HYPEREXPONENTIAL: {
        const uint32_t i = branch(d, rng);
        return d->part[i] * ds_rng_exponential(rng);
    }
    case DS_DIST_MIXTURE:
        return draw_mixture(d, rng);
    case DS_DIST_EXPONENTIAL:
    default:
        return d->a * ds_rng_exponential(rng);
    }
}
