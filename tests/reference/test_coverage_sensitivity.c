/* How often indices, elementary effects, rank coefficients and what sets the worst replicas apart
 * hold the truth. */
#include "analysis/apart.h"
#include "analysis/indices.h"
#include "analysis/morris.h"
#include "analysis/regression.h"
#include "tests/reference/coverage.h"

#include <stdlib.h>

/* ---- Sobol' indices of a product of two g-functions, from independent rows ---- */

static double g_function(const double *x)
{
    return (fabs(4 * x[0] - 2) + 0.5) / 1.5 * (fabs(4 * x[1] - 2) + 2) / 3;
}

static bool sobol(gsl_rng *g, const row *r, unsigned *doubts)
{
    static double y[MOST * 4];
    const double v0 = 1 / (3 * 1.5 * 1.5), v1 = 1.0 / 27, all = (1 + v0) * (1 + v1) - 1;
    const double truth[] = {1, all, v0 / all, v0 * (1 + v1) / all};
    ds_status st = {0};
    ds_indices s;
    for (size_t i = 0; i < r->n; i++) {
        const double a[2] = {gsl_rng_uniform(g), gsl_rng_uniform(g)};
        const double b[2] = {gsl_rng_uniform(g), gsl_rng_uniform(g)};
        const double swapped[2][2] = {{b[0], a[1]}, {a[0], b[1]}};
        y[4 * i] = g_function(a);
        y[4 * i + 1] = g_function(swapped[0]);
        y[4 * i + 2] = g_function(swapped[1]);
        y[4 * i + 3] = g_function(b);
    }
    const ds_indices_query q = {.output = y,
                                .rows = r->n,
                                .axes = 2,
                                .level = 0.95,
                                .seed = gsl_rng_get(g),
                                .resamples = 499};
    ck_assert(ds_indices_of(&s, &q, &st));
    const ds_estimate e[] = {s.mean, s.variance, s.first[0], s.total[0]};
    const bool held = holds(e[(int)r->share], truth[(int)r->share], doubts);
    ds_indices_free(&s);
    return held;
}

/* ---- elementary effects that are normal with mean 1 and deviation 1 ---- */

static bool morris(gsl_rng *g, const row *r, unsigned *doubts)
{
    double y[2 * MOST], unit[2 * MOST];
    ds_status st = {0};
    ds_morris_axis axis;
    for (size_t i = 0; i < r->n; i++) {
        y[2 * i] = 0;
        y[2 * i + 1] = 0.5 * (1 + drawn(g, NORMAL));
        unit[2 * i] = 0.25;
        unit[2 * i + 1] = 0.75;
    }
    const ds_morris_query q = {
        .output = y, .unit = unit, .trajectories = r->n, .axes = 1, .level = 0.95};
    ck_assert(ds_morris_of(&axis, &q, &st));
    const double star = 2 * gsl_ran_ugaussian_pdf(1) + 1 - 2 * gsl_cdf_ugaussian_P(-1);
    return r->share == 0   ? holds(axis.mu, 1, doubts)
           : r->share == 1 ? holds(axis.mu_star, star, doubts)
                           : holds(axis.sigma, 1, doubts);
}

/* ---- the worst twentieth by one of two correlated figures, by the other ---- */

typedef struct pair {
    double by, other;
} pair;

static int highest_first(const void *a, const void *b)
{
    const double x = ((const pair *)a)->by, y = ((const pair *)b)->by;
    return (x < y) - (x > y);
}

/* Normal figures, correlated as r->share says; the other one may be the exponential of such. */
static bool apart(gsl_rng *g, const row *r, unsigned *doubts)
{
    const double part = 0.05, rho = r->share, q = quantile_of(NORMAL, 1 - part);
    const double beyond = rho * gsl_ran_ugaussian_pdf(q) / part;
    const double high = exp(0.5) * gsl_cdf_ugaussian_P(rho - q) / part;
    const double truth = r->law == NORMAL
                             ? beyond / (1 - part)
                             : (high - (exp(0.5) - part * high) / (1 - part)) / 2.1611974158950877;
    pair pairs[MOST];
    double other[MOST], p;
    ds_status st = {0};
    ds_estimate e;
    for (size_t i = 0; i < r->n; i++) {
        const double x = drawn(g, NORMAL), y = rho * x + sqrt(1 - rho * rho) * drawn(g, NORMAL);
        pairs[i] = (pair){x, r->law == NORMAL ? y : exp(y)};
    }
    qsort(pairs, r->n, sizeof *pairs, highest_first);
    for (size_t i = 0; i < r->n; i++)
        other[i] = pairs[i].other;
    const ds_apart_query query = {.values = other,
                                  .count = r->n,
                                  .figures = 1,
                                  .share = 1 - part,
                                  .level = 0.95,
                                  .seed = gsl_rng_get(g),
                                  .resamples = 499};
    ck_assert(ds_apart_of(&e, &p, &query, &st));
    return holds(e, truth, doubts);
}

/* Whether no difference is taken for one at a level of 5 %: a test, not an interval. */
static bool none_apart(gsl_rng *g, const row *r, unsigned *doubts)
{
    double other[MOST], p;
    ds_status st = {0};
    ds_estimate e;
    fill(g, r, other);
    const ds_apart_query query = {
        .values = other, .count = r->n, .figures = 1, .share = 0.95, .level = 0.95, .resamples = 9};
    ck_assert(ds_apart_of(&e, &p, &query, &st));
    *doubts = e.doubts;
    return p >= 0.05;
}

/* ---- rank regression: normal axes, of which an output is made ---- */

/* Axes are independent, so a coefficient is Spearman's correlation, of a normal pair
 * 6 / pi asin(rho / 2) (Pearson 1907). What the two axes leave is chance, or nothing. */
static bool ranks(gsl_rng *g, const row *r, unsigned *doubts)
{
    double x[MOST][2], y[MOST], r2;
    const double a = 0.8, b = r->share, left = sqrt(fmax(1 - a * a - b * b, 0));
    ds_status st = {0};
    ds_estimate e[2];
    for (size_t i = 0; i < r->n; i++) {
        x[i][0] = drawn(g, NORMAL);
        x[i][1] = drawn(g, NORMAL);
        y[i] = a * x[i][0] + b * x[i][1] + left * drawn(g, NORMAL);
    }
    const ds_regression_query query = {
        .input = x[0], .output = y, .points = r->n, .axes = 2, .level = 0.95};
    ck_assert(ds_rank_regression(e, &r2, &query, &st));
    return holds(e[1], 6 / 3.14159265358979323846 * asin(b / 2), doubts);
}

/* What a row may cover is what it was measured to, give or take three errors, and never far from
 * 0.95 without a doubt. */
static const row rows[] = {
    {"Sobol' mean", sobol, UNIFORM, 256, 0, 1000, 0.93, 0.975, 0, 0},
    {"Sobol' variance", sobol, UNIFORM, 256, 1, 1000, 0.93, 0.975, 0, 0},
    {"Sobol' first order", sobol, UNIFORM, 64, 2, 1000, 0.93, 0.97, 0, 0},
    {"Sobol' first order", sobol, UNIFORM, 256, 2, 1000, 0.92, 0.965, 0, 0},
    {"Sobol' total", sobol, UNIFORM, 64, 3, 1000, 0.91, 0.96, 0, 0},
    {"Sobol' total", sobol, UNIFORM, 256, 3, 1000, 0.935, 0.975, 0, 0},
    {"Morris mu", morris, NORMAL, 10, 0, 2000, 0.93, 0.965, 0, 0},
    {"Morris mu*", morris, NORMAL, 10, 1, 2000, 0.93, 0.965, 0, 0},
    {"Morris mu*", morris, NORMAL, 30, 1, 2000, 0.93, 0.965, 0, 0},
    {"Morris sigma", morris, NORMAL, 10, 2, 2000, 0.94, 0.975, DS_DOUBT_SMALL, 1},
    {"Morris sigma", morris, NORMAL, 40, 2, 2000, 0.92, 0.955, 0, 0},
    {"the worst against the others", apart, NORMAL, 200, 0.6, 1000, 0.92, 0.97, DS_DOUBT_THIN, 1},
    {"the worst against the others", apart, NORMAL, 200, 0, 1000, 0.91, 0.96, DS_DOUBT_THIN, 1},
    {"the worst against the others", apart, NORMAL, 1000, 0.6, 500, 0.9, 0.965, 0, 0},
    {"the worst against the others", apart, LOGNORMAL, 200, 0.6, 1000, 0.89, 0.945, DS_DOUBT_THIN,
     1},
    {"the worst against the others", apart, LOGNORMAL, 1000, 0.6, 500, 0.9, 0.965, 0, 0},
    {"no difference of the worst", none_apart, NORMAL, 200, 0, 5000, 0.937, 0.96, 0, 0},
    {"no difference of the worst", none_apart, PARETO, 200, 0, 5000, 0.935, 0.958, 0, 0},
    {"rank coefficient, chance left", ranks, NORMAL, 16, 0.4, 2000, 0.945, 0.98, 0, 0},
    {"rank coefficient, chance left", ranks, NORMAL, 60, 0.4, 1000, 0.93, 0.975, 0, 0},
    {"rank coefficient, nothing left", ranks, NORMAL, 16, 0.6, 2000, 0.945, 0.98, 0, 0},
    {"rank coefficient, nothing left", ranks, NORMAL, 60, 0.6, 1000, 0.925, 0.97, 0, 0},
    {"rank coefficient, nothing left", ranks, NORMAL, 300, 0.6, 300, 0.91, 0.985, 0, 0},
};

START_TEST(intervals_hold_what_they_say)
{
    enum { FIRST = 59 }; /* numbers below are those of test_coverage.c */
    check_row(&rows[_i], 17, FIRST + (uint32_t)_i);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{intervals_hold_what_they_say, sizeof rows / sizeof rows[0]}, {0}};
    return ds_run_tests("coverage_sensitivity", tests, 300);
}
