/*
 * Simulation-based calibration (Talts et al. 2018): parameters are drawn from the prior, data
 * simulated with each, and its posterior computed. If posteriors are right, the rank of the true
 * parameter among draws from its posterior is uniform. A posterior that is too narrow piles ranks
 * up at both ends, one that is too wide in the middle, one that is biased at one end.
 */
#include "../unit/run.h"

#include "analysis/abc.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>

enum { DATA_SETS = 400, DRAWS = 19, BINS = 20, PARTICLES = 400, SAMPLE = 15 };

typedef struct world {
    uint64_t seed;
} world;

/* Mean and logarithm of the deviation of a normal sample. */
static void draw(const void *self, ds_rng *rng, double *theta)
{
    (void)self;
    theta[0] = gsl_cdf_ugaussian_Pinv(ds_rng_open(rng));
    theta[1] = 0.5 * gsl_cdf_ugaussian_Pinv(ds_rng_open(rng));
}

static double density(const void *self, const double *theta)
{
    (void)self;
    return exp(-0.5 * theta[0] * theta[0] - 2 * theta[1] * theta[1]);
}

/* The sufficient statistics. */
static void sample(const double *theta, ds_rng *rng, double *statistics)
{
    const gsl_rng g = ds_rng_gsl(rng);
    double sum = 0, square = 0;
    for (int i = 0; i < SAMPLE; i++) {
        const double x = theta[0] + exp(theta[1]) * gsl_ran_gaussian_ziggurat(&g, 1);
        sum += x;
        square += x * x;
    }
    statistics[0] = sum / SAMPLE;
    statistics[1] = 0.5 * log(square / SAMPLE - statistics[0] * statistics[0]);
}

static bool simulate(void *self, const double *theta, size_t count, size_t from, double *statistics,
                     ds_status *st)
{
    const world *const w = self;
    (void)st;
    for (size_t i = 0; i < count; i++) {
        ds_rng rng = ds_rng_stream(w->seed, (uint32_t)(from + i), 1, 0);
        sample(theta + 2 * i, &rng, statistics + 2 * i);
    }
    return true;
}

static size_t draw_of(const ds_abc_result *r, double u)
{
    double sum = 0;
    for (size_t i = 0; i < r->particles; i++)
        if ((sum += r->weight[i]) > u)
            return i;
    return r->particles - 1;
}

/* Ranks of both true parameters among draws from the posterior of one data set; of one at a wider
 * tolerance that is adjusted. */
static void rank_one(uint64_t number, bool adjusted, size_t rank[2])
{
    double theta[2], observed[2];
    ds_rng rng = ds_rng_stream(99, (uint32_t)number, 2, 0);
    draw(NULL, &rng, theta);
    sample(theta, &rng, observed);
    world w = {1000 + number};
    const ds_abc abc = {.parameters = 2,
                        .statistics = 2,
                        .particles = PARTICLES,
                        .simulations = 30000,
                        .tolerance = adjusted ? 0.3 : 0.08,
                        .seed = 5000 + number,
                        .observed = observed,
                        .draw = draw,
                        .density = density,
                        .simulate = simulate,
                        .self = &w};
    ds_abc_result r;
    ds_status st = {0};
    ck_assert_msg(ds_abc_run(&abc, &r, &st), "%s", st.text);
    bool moved = false;
    if (adjusted)
        ck_assert(ds_abc_adjust(&abc, false, NULL, &r, &moved, &st) && moved);
    rank[0] = rank[1] = 0;
    for (int d = 0; d < DRAWS; d++) {
        const size_t i = draw_of(&r, ds_rng_uniform(&rng));
        rank[0] += r.theta[2 * i] < theta[0];
        rank[1] += r.theta[2 * i + 1] < theta[1];
    }
    ds_abc_free(&r);
}

START_TEST(ranks_of_the_truth_are_uniform)
{
    size_t count[2][BINS] = {{0}};
    for (uint64_t i = 0; i < DATA_SETS; i++) {
        size_t rank[2];
        rank_one(i, _i == 1, rank);
        count[0][rank[0]]++;
        count[1][rank[1]]++;
    }
    for (int k = 0; k < 2; k++) {
        const double wanted = (double)DATA_SETS / BINS;
        double square = 0;
        for (int b = 0; b < BINS; b++) {
            const double off = (double)count[k][b] - wanted;
            square += off * off / wanted;
            printf("%zu ", count[k][b]);
        }
        const double p = gsl_cdf_chisq_Q(square, BINS - 1);
        printf("  parameter %d: chi square %.1f, p = %.3f\n", k, square, p);
        ck_assert_double_gt(p, 0.001);
    }
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{ranks_of_the_truth_are_uniform, 2}, {0}};
    return ds_run_tests("calibration", tests, 600);
}
