/*
 * How often the intervals of a comparison hold the truth, one by one and all together, and how
 * often a difference is shown where there is none: thousands of samples of variants whose
 * difference is known. Prints a table.
 */
#include "tests/unit/run.h"

#include "analysis/compare.h"
#include "analysis/contrast.h"
#include "sim/core/rng.h"
#include "tests/reference/estimate.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST = 400 };

/* ---- contrasts ---- */

typedef struct row {
    const char *what;
    ds_contrast (*trial)(gsl_rng *g, const struct row *row, double *truth);
    size_t n;
    double a, b; /* probabilities, or the quantile's share */
    int trials;
    double least, most; /* of coverage */
    unsigned doubt;     /* raised in so many trials at least: */
    double raised;
} row;

/* Both are yes where one uniform number is low enough, in half of cases the same one. */
static void draw_pairs(gsl_rng *g, const row *r, double *x, double *y)
{
    for (size_t i = 0; i < r->n; i++) {
        const double u = gsl_rng_uniform(g);
        x[i] = u < r->a;
        y[i] = (gsl_rng_uniform(g) < 0.5 ? u : gsl_rng_uniform(g)) < r->b;
    }
}

static ds_contrast share_pairs(gsl_rng *g, const row *r, double *truth)
{
    double x[MOST], y[MOST];
    draw_pairs(g, r, x, y);
    *truth = r->a - r->b;
    return ds_contrast_share_pairs(x, y, r->n, 0.95);
}

static ds_contrast shares(gsl_rng *g, const row *r, double *truth)
{
    double x[MOST], y[MOST];
    for (size_t i = 0; i < r->n; i++)
        x[i] = gsl_rng_uniform(g) < r->a;
    for (size_t i = 0; i < r->n / 2; i++)
        y[i] = gsl_rng_uniform(g) < r->b;
    *truth = r->a - r->b;
    return ds_contrast_shares(x, r->n, y, r->n / 2, 0.95);
}

/* x = 1 + 2 y in law, from one normal number and another. */
static ds_contrast quantiles_of(gsl_rng *g, const row *r, bool paired, bool skewed, double *truth)
{
    double x[MOST], y[MOST];
    ds_status st = {0};
    ds_contrast c;
    const ds_contrast_quantile how = {
        .share = r->a, .group = 1, .level = 0.95, .seed = gsl_rng_get(g)};
    const double q = gsl_cdf_ugaussian_Pinv(r->a);
    for (size_t i = 0; i < r->n; i++) {
        const double z = gsl_ran_gaussian_ziggurat(g, 1), other = gsl_ran_gaussian_ziggurat(g, 1);
        const double near = paired ? 0.8 * z + 0.6 * other : other;
        y[i] = skewed ? exp(z) : z;
        x[i] = 1 + 2 * (skewed ? exp(near) : near);
    }
    *truth = 1 + (skewed ? exp(q) : q);
    ck_assert(paired ? ds_contrast_quantile_pairs(&c, x, y, r->n, &how, &st)
                     : ds_contrast_quantiles(&c, x, r->n, y, r->n, &how, &st));
    return c;
}

static ds_contrast quantile_pairs(gsl_rng *g, const row *r, double *truth)
{
    return quantiles_of(g, r, true, r->b > 0, truth);
}

static ds_contrast quantiles(gsl_rng *g, const row *r, double *truth)
{
    return quantiles_of(g, r, false, r->b > 0, truth);
}

static const row rows[] = {
    {"probabilities of pairs", share_pairs, 100, 0.3, 0.2, 10000, 0.94, 0.965, 0, 0},
    {"probabilities of pairs", share_pairs, 100, 0.5, 0.5, 10000, 0.94, 0.965, 0, 0},
    {"probabilities of pairs", share_pairs, 24, 0.3, 0.1, 10000, 0.94, 0.98, 0, 0},
    {"probabilities of pairs", share_pairs, 100, 0.03, 0.01, 10000, 0.98, 1, DS_DOUBT_EXTREME, 0.7},
    {"probabilities of pairs", share_pairs, 400, 0.02, 0.01, 10000, 0.94, 0.98, 0, 0},
    {"probabilities, apart", shares, 100, 0.3, 0.2, 10000, 0.94, 0.965, 0, 0},
    {"probabilities, apart", shares, 100, 0.03, 0.01, 10000, 0.945, 1, 0, 0},
    {"medians of pairs, normal", quantile_pairs, 50, 0.5, 0, 1000, 0.93, 0.985, 0, 0},
    {"medians of pairs, normal", quantile_pairs, 200, 0.5, 0, 1000, 0.93, 0.98, 0, 0},
    {"medians of pairs, lognormal", quantile_pairs, 100, 0.5, 1, 1000, 0.93, 0.98, 0, 0},
    {"5 % quantiles of pairs, normal", quantile_pairs, 200, 0.05, 0, 1000, 0.92, 0.98, 0, 0},
    {"95 % quantiles of pairs, lognormal", quantile_pairs, 200, 0.95, 1, 1000, 0.9, 0.97, 0, 0},
    {"medians, apart, normal", quantiles, 100, 0.5, 0, 1000, 0.93, 0.98, 0, 0},
};

START_TEST(contrasts_hold_what_they_say)
{
    const row *const r = &rows[_i];
    const int trials = (r->trials + estimate_thrift - 1) / estimate_thrift;
    const double slack = estimate_thrift > 1 ? 4 * sqrt(0.95 * 0.05 / trials) : 0;
    int held = 0, raised = 0;
    for (int t = 0; t < trials; t++) {
        ds_rng rng = ds_rng_stream(19, (uint32_t)t, (uint32_t)_i, 0);
        gsl_rng g = ds_rng_gsl(&rng);
        double truth;
        const ds_contrast c = r->trial(&g, r, &truth);
        held += c.difference.interval.low <= truth && truth <= c.difference.interval.high;
        raised += r->doubt && c.difference.doubts & r->doubt;
    }
    const double coverage = (double)held / trials;
    printf("%-36s n %4zu %6.3g %6.3g: %.3f\n", r->what, r->n, r->a, r->b, coverage);
    ck_assert_msg(coverage >= r->least - slack && coverage <= r->most + slack,
                  "%s: covers %.4f, must in %g .. %g", r->what, coverage, r->least, r->most);
    ck_assert_msg(raised >= (r->raised - 2 * slack) * trials, "%s: doubted in %d of %d", r->what,
                  raised, trials);
}
END_TEST

/* ---- all answers of a comparison together, read from a result ---- */

enum { POINTS = 4, METRICS = 3, REPLICAS = 40 };

static const ds_metric metrics[] = {
    {"one", "1", "first", DS_STATE, true},
    {"two", "USD", "second", DS_STATE, true},
    {"three", "USD", "third", DS_STATE, true},
    {0},
};
static const ds_metric outcomes[] = {{"hit", "1", "yes or no", DS_STATE, true}, {0}};
/* Of points and figures, the baseline first: none, one at the edge of what is shown, and large. */
static const double effects[POINTS][METRICS + 1] = {
    {0, 0, 0, 0}, {0, 0.25, 3, 0}, {0, 0.3, 0, 0.3}, {0.2, 0, -0.25, 0.5}};
static char folder[64];

static void fill(gsl_rng *g, ds_batch *b, const ds_experiment *x, double scale)
{
    ds_status st = {0};
    double common[REPLICAS][METRICS + 1];
    for (size_t r = 0; r < REPLICAS; r++)
        for (size_t m = 0; m <= METRICS; m++)
            common[r][m] = m == METRICS ? gsl_rng_uniform(g) : 10 + gsl_ran_gaussian_ziggurat(g, 1);
    for (size_t i = 0; i < b->points * b->count; i++) {
        const size_t p = b->point + i / b->count, r = b->first + i % b->count;
        double values[METRICS];
        for (size_t m = 0; m < METRICS; m++)
            values[m] = common[r][m] + scale * effects[p][m] +
                        (p ? 0.5 * gsl_ran_gaussian_ziggurat(g, 1) : 0);
        b->outcomes[i] = common[r][METRICS] < 0.3 + scale * effects[p][METRICS];
        b->state[i] = DS_REPLICA_DONE;
        ck_assert_msg(ds_batch_put(b, x, i, values, &st), "%s", st.text);
    }
}

static ds_result *made(gsl_rng *g, double scale)
{
    static const char *const labels[POINTS] = {"base", "a", "b", "c"};
    static const double time[1] = {0};
    const ds_experiment x = {
        .title = "cover",
        .model = "sample",
        .metrics = metrics,
        .outcomes = outcomes,
        .points = POINTS,
        .replicas = REPLICAS,
        .times = 1,
        .time = time,
        .start = NAN,
        .labels = labels,
        .batch_points = POINTS,
        .batch_replicas = 48,
        .keep_paths = true,
        .provenance = {
            .scenario = "x", .resolved = "{}", .program = "diemsim", .version = "0", .build = "x"}};
    char path[100], shards[120];
    ds_status st = {0};
    ds_batch batch;
    ds_joined joined;
    ds_result *result;
    snprintf(path, sizeof path, "%s/r.h5", folder);
    snprintf(shards, sizeof shards, "%s.shards", path);
    (void)mkdir(shards, 0777);
    ck_assert_uint_eq(ds_store_batches(&x), 1);
    ck_assert(ds_batch_open(&batch, &x, &st));
    ds_batch_blank(&batch, &x, 0);
    fill(g, &batch, &x, scale);
    ck_assert_msg(ds_shard_write(shards, &x, &batch, &st), "%s", st.text);
    ds_batch_close(&batch, &x);
    ck_assert_msg(ds_store_join(shards, &x, NULL, path, &joined, &st), "%s", st.text);
    ck_assert_msg(ds_result_open(&result, path, &st), "%s", st.text);
    return result;
}

typedef struct tally {
    int together, alone, answers; /* trials in which all held; single answers that did */
    int alarms, wrong;            /* trials with a difference shown where there is none */
} tally;

static double truth_of(const ds_compared *r, double scale)
{
    return scale * effects[r->variant][r->question];
}

static void count(tally *t, const ds_comparison *c, double scale)
{
    bool together = true, alarm = false;
    for (size_t i = 0; i < c->rows; i++) {
        const ds_compared *const r = &c->row[i];
        const double truth = truth_of(r, scale);
        const bool shown = r->verdict == DS_VERDICT_HIGHER || r->verdict == DS_VERDICT_LOWER;
        together = together && r->together.low <= truth && truth <= r->together.high;
        t->alone += r->difference.interval.low <= truth && truth <= r->difference.interval.high;
        t->answers++;
        alarm = alarm || (shown && (truth == 0 || truth * r->difference.value < 0));
        ck_assert(shown ? r->together.low >= 0 || r->together.high <= 0
                        : r->together.low <= 0 && r->together.high >= 0);
    }
    t->together += together;
    t->alarms += alarm;
}

START_TEST(answers_hold_together)
{
    static const char *const all[] = {"one", "two", "three", "hit", NULL};
    static const double scales[] = {0, 1};
    enum { TRIALS = 400 };
    const int trials = (TRIALS + estimate_thrift - 1) / estimate_thrift;
    tally t = {0};
    for (int k = 0; k < trials; k++) {
        ds_rng rng = ds_rng_stream(23, (uint32_t)k, (uint32_t)_i, 0);
        gsl_rng g = ds_rng_gsl(&rng);
        ds_status st = {0};
        ds_comparison c;
        ds_result *const result = made(&g, scales[_i]);
        const ds_compare_request q = {.results = &result, .count = 1, .metrics = all};
        ck_assert_msg(ds_compare(&c, &q, &st), "%s", st.text);
        ck_assert_uint_eq(c.rows, (POINTS - 1) * (METRICS + 1));
        count(&t, &c, scales[_i]);
        ds_comparison_free(&c);
        ds_result_close(result);
    }
    const double slack = 4 * sqrt(0.95 * 0.05 / trials);
    const double together = (double)t.together / trials, alone = (double)t.alone / t.answers;
    const double alarms = (double)t.alarms / trials;
    printf("12 answers, %s: each alone %.3f, together %.3f; an alarm that is none in %.3f\n",
           _i == 0 ? "no effect" : "some effects", alone, together, alarms);
    ck_assert_double_ge(together, 0.95 - slack);
    ck_assert_double_le(alarms, 0.05 + slack);
    const double few = estimate_thrift > 1 ? slack / 2 : 0; /* answers of a trial hang together */
    ck_assert_double_ge(alone, 0.94 - few);
    ck_assert_double_le(alone, 0.97 + few);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{contrasts_hold_what_they_say, sizeof rows / sizeof rows[0]},
                             {answers_hold_together, 2},
                             {0}};
    char command[100];
    strcpy(folder, "/tmp/diemsim_cover_XXXXXX");
    if (!mkdtemp(folder))
        return 1;
    const int failed = ds_run_tests("coverage of comparisons", tests, 300);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) != 0 || failed;
}
