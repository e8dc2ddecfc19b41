/* The regression behind an approximate posterior, on particles that are made up. */
#include "run.h"

#include "analysis/abc.h"
#include "sim/core/dist.h"

#include <math.h>

/* However many they are, if nearly all of the weight is that of a few. */
START_TEST(a_regression_wants_particles_that_are_worth_something)
{
    enum { FEW = 4 }; /* of 200, and two coefficients want more */
    double theta[200], statistic[200], weight[200], distance[200], scale = 1;
    static const double observed = 0;
    const ds_abc abc = {.parameters = 1, .statistics = 1, .observed = &observed};
    ds_abc_result r = {.particles = 200,
                       .parameters = 1,
                       .theta = theta,
                       .weight = weight,
                       .distance = distance,
                       .statistic = statistic,
                       .scale = &scale};
    ds_status st = {0};
    bool moved;
    for (size_t few = 200; few >= FEW; few = few > FEW ? FEW : 0) {
        for (size_t i = 0; i < 200; i++) {
            theta[i] = 0.5 + 0.001 * (double)i;
            statistic[i] = 0.1 + 0.001 * (double)(i * 7 % 200);
            distance[i] = statistic[i];
            weight[i] = i < few ? 1 / (double)few : 0;
        }
        ck_assert(ds_abc_adjust(&abc, false, NULL, &r, &moved, &st));
        ck_assert_int_eq(moved, few == 200);
        ck_assert_int_eq(theta[0] == 0.5, few == FEW);
    }
}
END_TEST

/* Statistics that have nothing to do with a parameter leave it as uncertain as it was, though a
 * regression on nine of them follows fifty particles by chance. */
START_TEST(a_regression_on_nothing_narrows_nothing)
{
    enum { N = 50, STATISTICS = 9, TIMES = 200 };
    double theta[N], statistic[N * STATISTICS], weight[N], distance[N], scale[STATISTICS];
    double squares = 0;
    static const double observed[STATISTICS] = {0};
    const ds_abc abc = {.parameters = 1, .statistics = STATISTICS, .observed = observed};
    for (uint32_t t = 0; t < TIMES; t++) {
        ds_rng rng = ds_rng_stream(11, t, 1, 0);
        ds_abc_result r = {.particles = N,
                           .parameters = 1,
                           .theta = theta,
                           .weight = weight,
                           .distance = distance,
                           .statistic = statistic,
                           .scale = scale};
        ds_marginal m;
        ds_status st = {0};
        bool moved;
        for (size_t i = 0; i < N; i++) {
            theta[i] = ds_rng_normal(&rng);
            weight[i] = 1.0 / N;
            distance[i] = i == 0 ? 1 : 0.3;
            for (size_t k = 0; k < STATISTICS; k++) {
                statistic[i * STATISTICS + k] = ds_rng_normal(&rng);
                scale[k] = 1;
            }
        }
        ck_assert(ds_abc_adjust(&abc, false, NULL, &r, &moved, &st) && moved);
        ck_assert(ds_abc_marginal(&r, 0, 0.95, &m, &st));
        squares += m.sd * m.sd / TIMES;
    }
    ck_assert_double_eq_tol(squares, 1, 3.5 * sqrt(2.0 / (N - STATISTICS - 1) / TIMES));
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {a_regression_wants_particles_that_are_worth_something, 0},
        {a_regression_on_nothing_narrows_nothing, 0},
        {0},
    };
    return ds_run_tests("abc_adjust", tests, 30);
}
