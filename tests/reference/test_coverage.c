/* How often means, shares, quantiles, tails, times, pairs and bands hold the truth. */
#include "analysis/bootstrap.h"
#include "analysis/family.h"
#include "analysis/paired.h"
#include "analysis/stats.h"
#include "analysis/survival.h"
#include "analysis/tail.h"
#include "tests/reference/cases.h"
#include "tests/reference/coverage.h"

#include <gsl/gsl_randist.h>
#include <math.h>

static double mean_of(law from)
{
    static const double mean[] = {0, 0.5, 1, 1.6487212707001282, 0, 2.5 / 1.5};
    return mean[from];
}

static double shortfall_of(law from, double share)
{
    const double q = quantile_of(from, share);
    switch (from) {
    case NORMAL:
        return gsl_ran_ugaussian_pdf(q) / (1 - share);
    case UNIFORM:
        return (1 + share) / 2;
    case EXPONENTIAL:
        return q + 1;
    case LOGNORMAL:
        return exp(0.5) * gsl_cdf_ugaussian_P(1 - log(q)) / (1 - share);
    case STUDENT4:
        return gsl_ran_tdist_pdf(q, 4) / (1 - share) * (4 + q * q) / 3;
    case PARETO:
        return q * 2.5 / 1.5;
    }
    return NAN;
}

/* ---- means ---- */

static bool mean(gsl_rng *g, const row *r, unsigned *doubts)
{
    double x[MOST];
    fill(g, r, x);
    return holds(ds_estimate_mean(x, r->n, 1, 0.95), mean_of(r->law), doubts);
}

static bool mean_of_pairs(gsl_rng *g, const row *r, unsigned *doubts)
{
    double x[MOST];
    for (size_t i = 0; i < r->n; i += 2) {
        const double u = gsl_rng_uniform_pos(g);
        x[i] = quantile_of(r->law, u);
        x[i + 1] = quantile_of(r->law, 1 - u);
    }
    return holds(ds_estimate_mean(x, r->n, 2, 0.95), mean_of(r->law), doubts);
}

/* Groups that share half of their variance, and every fifth value missing. */
static bool mean_of_groups(gsl_rng *g, const row *r, unsigned *doubts)
{
    double x[MOST], common = 0;
    const size_t group = r->n / 16;
    for (size_t i = 0; i < r->n; i++) {
        common = i % group ? common : drawn(g, r->law);
        const double own = drawn(g, r->law);
        x[i] = gsl_rng_uniform(g) < 0.2 ? NAN : common + own;
    }
    return holds(ds_estimate_mean(x, r->n, group, 0.95), 2 * mean_of(r->law), doubts);
}

static bool welch(gsl_rng *g, const row *r, unsigned *doubts)
{
    double x[MOST], y[MOST];
    fill(g, r, x);
    for (size_t i = 0; i < 3 * r->n; i++)
        y[i] = 3 * drawn(g, r->law);
    return holds(ds_estimate_difference(x, r->n, y, 3 * r->n, 0.95, NULL), -2 * mean_of(r->law),
                 doubts);
}

static bool controlled(gsl_rng *g, const row *r, unsigned *doubts)
{
    double x[MOST], c[MOST];
    fill(g, r, c);
    for (size_t i = 0; i < r->n; i++)
        x[i] = 2 * c[i] + drawn(g, NORMAL);
    return holds(ds_estimate_controlled(x, c, r->n, mean_of(r->law), 0.95), 2 * mean_of(r->law),
                 doubts);
}

/* ---- shares ---- */

static bool share(gsl_rng *g, const row *r, unsigned *doubts)
{
    double x[MOST];
    for (size_t i = 0; i < r->n; i++)
        x[i] = gsl_rng_uniform(g) < r->share;
    return holds(ds_estimate_share(x, r->n, 1, 0.95), r->share, doubts);
}

/* Of pairs, the second says the same as the first in half of cases. */
static bool share_of_pairs(gsl_rng *g, const row *r, unsigned *doubts)
{
    double x[MOST];
    for (size_t i = 0; i < r->n; i++)
        x[i] = i % 2 && gsl_rng_uniform(g) < 0.5 ? x[i - 1] : gsl_rng_uniform(g) < r->share;
    return holds(ds_estimate_share(x, r->n, 2, 0.95), r->share, doubts);
}

/* ---- quantiles and tails ---- */

static bool quantile(gsl_rng *g, const row *r, unsigned *doubts)
{
    double x[MOST];
    fill(g, r, x);
    const size_t n = ds_sort(x, r->n);
    return holds(ds_estimate_quantile(x, n, 1, r->share, 0.95), quantile_of(r->law, r->share),
                 doubts);
}

static ds_tail tail(gsl_rng *g, const row *r)
{
    static double x[MOST];
    ds_status st = {0};
    ds_tail t;
    const ds_tail_query q = {.worst = DS_SIDE_HIGH,
                             .share = r->share,
                             .level = 0.95,
                             .group = 1,
                             .seed = gsl_rng_get(g)};
    fill(g, r, x);
    ck_assert(ds_tail_of(x, ds_sort(x, r->n), &q, &t, &st));
    return t;
}

static bool shortfall(gsl_rng *g, const row *r, unsigned *doubts)
{
    return holds(tail(g, r).shortfall, shortfall_of(r->law, r->share), doubts);
}

/* ---- survival: exponential times, seen to a uniform time below 3, or all to 1 ---- */

static ds_survival curve(gsl_rng *g, const row *r, bool censored)
{
    double x[MOST], until[MOST];
    ds_status st = {0};
    ds_survival s;
    fill(g, r, x);
    for (size_t i = 0; i < r->n; i++)
        until[i] = censored ? gsl_ran_flat(g, 0, 3) : 1;
    ck_assert(ds_survival_of(&s, x, until, r->n, 0.95, &st));
    return s;
}

static bool survival_at(gsl_rng *g, const row *r, bool censored, unsigned *doubts)
{
    ds_survival s = curve(g, r, censored);
    const bool held = holds(ds_survival_at(&s, -log(r->share)), r->share, doubts);
    ds_survival_free(&s);
    return held;
}

static bool spared(gsl_rng *g, const row *r, unsigned *doubts)
{
    return survival_at(g, r, false, doubts);
}

static bool kaplan_meier(gsl_rng *g, const row *r, unsigned *doubts)
{
    return survival_at(g, r, true, doubts);
}

static bool median_time(gsl_rng *g, const row *r, unsigned *doubts)
{
    ds_survival s = curve(g, r, r->share > 0);
    const bool held = holds(ds_survival_time(&s, 0.5), log(2), doubts);
    ds_survival_free(&s);
    return held;
}

/* ---- pairs: b = 10 + z, a = b + 1 + half of another ---- */

static ds_paired pairs(gsl_rng *g, const row *r, bool rounded)
{
    double a[MOST], b[MOST];
    ds_status st = {0};
    ds_paired p;
    for (size_t i = 0; i < r->n; i++) {
        b[i] = 10 + drawn(g, r->law);
        a[i] = b[i] + 1 + 0.5 * drawn(g, r->law);
        if (rounded) { /* better by -1, 0 or 1 */
            const double u = gsl_rng_uniform(g);
            b[i] = 0;
            a[i] = u < r->share ? 1 : u < 0.4 + r->share ? 0 : -1;
        }
    }
    ck_assert(ds_paired_of(&p, a, b, r->n, 1, 0.95, &st));
    return p;
}

static bool difference(gsl_rng *g, const row *r, unsigned *doubts)
{
    return holds(pairs(g, r, false).difference, 1 + 0.5 * mean_of(r->law), doubts);
}

static bool relative(gsl_rng *g, const row *r, unsigned *doubts)
{
    const double m = mean_of(r->law);
    return holds(pairs(g, r, false).relative, (1 + 0.5 * m) / (10 + m), doubts);
}

static bool median_difference(gsl_rng *g, const row *r, unsigned *doubts)
{
    return holds(pairs(g, r, false).median, 1 + 0.5 * quantile_of(r->law, 0.5), doubts);
}

static bool better(gsl_rng *g, const row *r, unsigned *doubts)
{
    return holds(pairs(g, r, true).better, r->share + 0.2, doubts);
}

/* Better by 1 in a share of pairs, and the same in all others. */
static bool seldom_better(gsl_rng *g, const row *r, unsigned *doubts)
{
    double a[MOST], b[MOST] = {0};
    ds_status st = {0};
    ds_paired p;
    for (size_t i = 0; i < r->n; i++)
        a[i] = gsl_rng_uniform(g) < r->share;
    ck_assert(ds_paired_of(&p, a, b, r->n, 1, 0.95, &st));
    return holds(p.better, 0.5 + r->share / 2, doubts);
}

/* ---- families: a first-order autoregression over 40 times; all of its means are 0 ---- */

enum { TIMES = 40 };

static bool band(gsl_rng *g, const row *r, unsigned *doubts)
{
    static double x[MOST * TIMES];
    ds_family_member m[TIMES];
    ds_status st = {0};
    bool all = true;
    double last = 0;
    for (size_t i = 0; i < r->n * TIMES; i++) {
        const double off = drawn(g, r->law) - mean_of(r->law);
        last = i % TIMES ? r->share * last + sqrt(1 - r->share * r->share) * off : off;
        x[i] = last;
    }
    const ds_family f = {.values = x,
                         .replicas = r->n,
                         .figures = TIMES,
                         .group = r->n > 64 ? r->n / 16 : 1,
                         .level = 0.95,
                         .seed = gsl_rng_get(g),
                         .resamples = 499};
    ck_assert(ds_family_of(&f, m, NULL, &st));
    for (size_t k = 0; k < TIMES; k++)
        all = all && m[k].interval.low <= 0 && m[k].interval.high >= 0;
    *doubts = 0;
    for (size_t k = 0; k < TIMES; k++)
        *doubts |= m[k].doubts;
    return all;
}

/* ---- resampling, and deviations ---- */

static bool resampled_mean(gsl_rng *g, const row *r, unsigned *doubts)
{
    double x[MOST];
    ds_status st = {0};
    ds_figure figure;
    ds_interval i;
    const ds_mean_data data = {x};
    const ds_resampling what = {ds_resampled_mean, &data, r->n, 1};
    const ds_bootstrap how = {
        .method = (ds_bootstrap_method)(int)r->share, .seed = gsl_rng_get(g), .resamples = 999};
    fill(g, r, x);
    ck_assert(ds_bootstrap_of(&how, &what, 0.95, &figure, &i, &st));
    *doubts = 0;
    return i.low <= mean_of(r->law) && mean_of(r->law) <= i.high;
}

static bool deviation(gsl_rng *g, const row *r, unsigned *doubts)
{
    static const double sd[] = {
        1, 0.28867513459481287, 1, 2.1611974158950877, 1.4142135623730951, 1.4907119849998598};
    double x[MOST];
    fill(g, r, x);
    return holds(ds_estimate_deviation(x, ds_sort(x, r->n), 0.95), sd[r->law], doubts);
}

/* What a row may cover is what it was measured to, give or take three errors, and never far from
 * 0.95 without a doubt. */
static const row rows[] = {
    {"mean", mean, NORMAL, 5, 0, 10000, 0.943, 0.957, 0, 0},
    {"mean", mean, UNIFORM, 10, 0, 10000, 0.94, 0.956, 0, 0},
    {"mean", mean, EXPONENTIAL, 10, 0, 10000, 0.89, 0.91, DS_DOUBT_SKEWED, 0.6},
    {"mean", mean, EXPONENTIAL, 30, 0, 10000, 0.91, 0.935, DS_DOUBT_SKEWED, 0.6},
    {"mean", mean, EXPONENTIAL, 200, 0, 5000, 0.935, 0.955, 0, 0},
    {"mean", mean, LOGNORMAL, 50, 0, 5000, 0.88, 0.91, DS_DOUBT_SKEWED, 0.8},
    {"mean", mean, PARETO, 200, 0, 5000, 0.88, 0.91, DS_DOUBT_SKEWED, 0.8},
    {"mean of antithetic pairs", mean_of_pairs, EXPONENTIAL, 40, 0, 10000, 0.88, 0.91,
     DS_DOUBT_SKEWED, 0.6},
    {"mean of antithetic pairs", mean_of_pairs, PARETO, 400, 0, 2000, 0.82, 0.94, DS_DOUBT_SKEWED,
     0.7},
    {"mean of antithetic pairs", mean_of_pairs, LOGNORMAL, 1000, 0, 2000, 0.92, 0.96,
     DS_DOUBT_SKEWED, 0.3},
    {"mean of 16 groups with gaps", mean_of_groups, NORMAL, 128, 0, 10000, 0.943, 0.957, 0, 0},
    {"mean of 16 groups with gaps", mean_of_groups, EXPONENTIAL, 128, 0, 10000, 0.91, 0.94,
     DS_DOUBT_SKEWED, 0.5},
    {"difference of means, apart", welch, NORMAL, 8, 0, 10000, 0.943, 0.957, 0, 0},
    {"mean by a control", controlled, NORMAL, 10, 0, 10000, 0.943, 0.96, 0, 0},
    {"mean by a control", controlled, EXPONENTIAL, 30, 0, 10000, 0.94, 0.957, 0, 0},
    {"share", share, UNIFORM, 50, 0.5, 10000, 0.928, 0.943, 0, 0}, /* 0.935, a finite sum */
    {"share", share, UNIFORM, 100, 0.1, 10000, 0.929, 0.944, 0, 0},
    {"share", share, UNIFORM, 200, 0.03, 10000, 0.935, 0.955, 0, 0},
    {"share", share, UNIFORM, 100, 0.0017, 10000, 0.95, 1, DS_DOUBT_EXTREME, 1},
    {"share of dependent pairs", share_of_pairs, UNIFORM, 100, 0.3, 10000, 0.943, 0.96, 0, 0},
    {"quantile", quantile, EXPONENTIAL, 50, 0.5, 10000, 0.95, 0.975, 0, 0},
    {"quantile", quantile, NORMAL, 200, 0.05, 10000, 0.95, 0.975, 0, 0},
    {"value at risk", quantile, PARETO, 200, 0.95, 10000, 0.95, 0.975, 0, 0},
    {"value at risk", quantile, LOGNORMAL, 400, 0.99, 10000, 0.95, 0.975, 0, 0},
    {"expected shortfall", shortfall, NORMAL, 200, 0.95, 1000, 0.935, 0.975, DS_DOUBT_THIN, 1},
    {"expected shortfall", shortfall, EXPONENTIAL, 200, 0.95, 1000, 0.93, 0.97, DS_DOUBT_THIN, 1},
    {"expected shortfall", shortfall, STUDENT4, 200, 0.95, 1000, 0.905, 0.955, DS_DOUBT_THIN, 1},
    {"expected shortfall", shortfall, PARETO, 200, 0.95, 1000, 0.88, 0.945, DS_DOUBT_THIN, 1},
    {"expected shortfall", shortfall, NORMAL, 1000, 0.95, 500, 0.92, 0.98, 0, 0},
    {"expected shortfall", shortfall, EXPONENTIAL, 1000, 0.95, 500, 0.92, 0.98, 0, 0},
    {"expected shortfall", shortfall, LOGNORMAL, 1000, 0.95, 500, 0.9, 0.97, 0, 0},
    {"expected shortfall", shortfall, STUDENT4, 1000, 0.95, 500, 0.91, 0.97, 0, 0},
    {"expected shortfall", shortfall, PARETO, 1000, 0.95, 500, 0.9, 0.97, DS_DOUBT_SKEWED, 0.6},
    {"spared so far, all seen", spared, EXPONENTIAL, 60, 0.6, 10000, 0.94, 0.96, 0, 0},
    {"spared so far, censored", kaplan_meier, EXPONENTIAL, 60, 0.6, 10000, 0.94, 0.96, 0, 0},
    {"spared so far, censored", kaplan_meier, EXPONENTIAL, 60, 0.2, 10000, 0.94, 0.957, 0, 0},
    {"median time, all seen", median_time, EXPONENTIAL, 60, 0, 10000, 0.94, 0.957, 0, 0},
    {"median time, censored", median_time, EXPONENTIAL, 60, 1, 10000, 0.94, 0.96, 0, 0},
    {"difference of pairs", difference, NORMAL, 10, 0, 10000, 0.943, 0.957, 0, 0},
    {"difference of pairs, relative", relative, NORMAL, 10, 0, 10000, 0.94, 0.957, 0, 0},
    {"difference of pairs, relative", relative, EXPONENTIAL, 40, 0, 10000, 0.925, 0.945,
     DS_DOUBT_SKEWED, 0.5},
    {"median of differences", median_difference, EXPONENTIAL, 20, 0, 10000, 0.95, 0.968, 0, 0},
    {"a beats b, ties halved", better, UNIFORM, 50, 0.4, 10000, 0.94, 0.957, 0, 0},
    {"a beats b, ties halved", better, UNIFORM, 50, 0.58, 10000, 0.94, 0.96, 0, 0},
    {"band over 40 times", band, NORMAL, 12, 0.9, 1000, 0.9, 0.95, DS_DOUBT_SMALL, 1},
    {"band over 40 times", band, NORMAL, 30, 0.9, 1000, 0.925, 0.965, 0, 0},
    {"band over 40 times", band, NORMAL, 30, 0, 1000, 0.92, 0.965, 0, 0},
    {"band over 40 times", band, EXPONENTIAL, 60, 0.9, 1000, 0.9, 0.95, DS_DOUBT_SKEWED, 0.5},
    {"band over 40 times, 16 groups", band, NORMAL, 96, 0.9, 1000, 0.91, 0.955, DS_DOUBT_SMALL, 1},
    {"mean, percentile", resampled_mean, EXPONENTIAL, 30, 0, 2000, 0.9, 0.94, 0, 0},
    {"mean, BCa", resampled_mean, EXPONENTIAL, 30, 1, 2000, 0.905, 0.945, 0, 0},
    {"mean, bootstrap-t", resampled_mean, EXPONENTIAL, 30, 2, 2000, 0.93, 0.96, 0, 0},
    {"mean, BCa", resampled_mean, NORMAL, 30, 1, 2000, 0.92, 0.95, 0, 0},
    {"mean, bootstrap-t", resampled_mean, NORMAL, 30, 2, 2000, 0.93, 0.96, 0, 0},
    {"deviation", deviation, NORMAL, 10, 0, 10000, 0.95, 0.967, DS_DOUBT_SMALL, 1},
    {"deviation", deviation, UNIFORM, 10, 0, 10000, 0.96, 0.98, DS_DOUBT_SMALL, 1},
    {"deviation", deviation, NORMAL, 30, 0, 10000, 0.935, 0.952, 0, 0},
    {"deviation", deviation, EXPONENTIAL, 30, 0, 10000, 0.87, 0.89, DS_DOUBT_SKEWED, 0.6},
    {"deviation", deviation, LOGNORMAL, 100, 0, 10000, 0.76, 0.79, DS_DOUBT_SKEWED, 0.8},
    {"a beats b in few pairs", seldom_better, UNIFORM, 100, 0.03, 10000, 0.985, 1, DS_DOUBT_EXTREME,
     0.7},
    {"a beats b in few pairs", seldom_better, UNIFORM, 11, 0.3, 10000, 0.985, 1, DS_DOUBT_EXTREME,
     0.7},
};

START_TEST(intervals_hold_what_they_say)
{
    check_row(&rows[_i], 17, (uint32_t)_i);
}
END_TEST

/* ---- means of 25 delays of a queue, as published ---- */

static const int replications[] = {5, 10, 40};

static double delays(gsl_rng *g)
{
    enum { DELAYS = 25 };
    double wait = 0, sum = 0;
    for (int i = 0; i < DELAYS; i++) {
        sum += wait / DELAYS;
        wait = fmax(0, wait + gsl_ran_exponential(g, 0.9) - gsl_ran_exponential(g, 1));
    }
    return sum;
}

START_TEST(few_replicas_of_a_queue_cover_as_little_as_published)
{
    enum { TRIALS = 20000 / estimate_thrift, TRUTH = 1000000 / estimate_thrift };
    const int n = replications[_i];
    char parameters[120];
    double truth = 0;
    int held = 0;
    ds_rng rng = ds_rng_stream(18, 0, 0, (uint32_t)_i);
    gsl_rng g = ds_rng_gsl(&rng);
    for (int i = 0; i < TRUTH; i++)
        truth += delays(&g) / TRUTH;
    for (int t = 0; t < TRIALS; t++) {
        double x[40];
        for (int i = 0; i < n; i++)
            x[i] = delays(&g);
        const ds_sample s = ds_sample_of(x, (size_t)n);
        held += fabs(s.mean - truth) <= ds_t_half_width(s.error, (size_t)n, 0.9);
    }
    snprintf(parameters, sizeof parameters,
             "E[avg of first 25 delays], lambda=1 E[S]=0.9, %d replications, t CI nominal 90%%", n);
    const double published = case_value("ci_coverage_replications", parameters, "coverage");
    printf("mean of 25 delays, n %d: %.4f of 0.9, published %.4f\n", n, (double)held / TRIALS,
           published);
    ck_assert_double_eq_tol((double)held / TRIALS, published, 0.01 * sqrt(estimate_thrift));
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{intervals_hold_what_they_say, sizeof rows / sizeof rows[0]},
                             {few_replicas_of_a_queue_cover_as_little_as_published, 3},
                             {0}};
    return ds_run_tests("coverage", tests, 300);
}
