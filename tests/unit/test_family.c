/* Families of questions. Adjusted probabilities are those of R 4.2, p.adjust, on the fifteen of
 * Benjamini & Hochberg (1995), 3. */
#include "run.h"

#include "analysis/family.h"
#include "analysis/stats.h"
#include "sim/core/rng.h"
#include "tests/reference/cases.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

enum { P = 15 };

static const double p[P] = {.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344,
                            .0459, .3240, .4262, .5719, .6528, .7590, 1};
static const double holm[P] = {.0015, .0056, .0247, .1140, .2211, .2780, .2780, .2780,
                               .3213, 1,     1,     1,     1,     1,     1};
static const double bh[P] = {
    .0015, .0030, .0095, .035625,          .0603,   .0638571428571429, .0638571428571429,
    .0645, .0765, .4860, .581181818181818, .714875, .753230769230769,  .813214285714286,
    1};

static int rejected(const double *adjusted)
{
    int n = 0;
    for (int i = 0; i < P; i++)
        n += adjusted[i] <= 0.05;
    return n;
}

START_TEST(adjusted_probabilities_are_those_of_r)
{
    ds_status st = {0};
    double shuffled[P], one[P], two[P], three[P];
    for (int i = 0; i < P; i++)
        shuffled[i * 7 % P] = p[i];
    ck_assert(ds_holm(shuffled, P, one, &st) && ds_benjamini_hochberg(shuffled, P, two, &st));
    ds_bonferroni(shuffled, P, three);
    for (int i = 0; i < P; i++) {
        ck_assert_double_eq_tol(one[i * 7 % P], holm[i], 1e-12);
        ck_assert_double_eq_tol(two[i * 7 % P], bh[i], 1e-12);
        ck_assert_double_eq_tol(three[i * 7 % P], fmin(1, 15 * p[i]), 1e-12);
    }
    ck_assert_int_eq(rejected(three),
                     (int)case_value("multiple_testing",
                                     "15 p-values of Benjamini & Hochberg 1995: .0001 .0004 .0019 "
                                     ".0095 .0201 .0278 .0298 .0344 .0459 .3240 .4262 .5719 .6528 "
                                     ".7590 1.000, level 0.05",
                                     "rejections Bonferroni"));
    ck_assert_int_eq(rejected(two), (int)case_value("multiple_testing", "same", "rejections BH"));
    ck_assert_int_eq(rejected(one), 3);
}
END_TEST

START_TEST(no_question_is_none_of_the_family)
{
    ds_status st = {0};
    double some[] = {0.01, NAN, 0.04, NAN}, more[] = {0.01, NAN, 0.03}, none[] = {NAN};
    ck_assert(ds_holm(some, 4, some, &st));
    ck_assert(some[0] == 0.02 && isnan(some[1]) && some[2] == 0.04 && isnan(some[3]));
    ck_assert(ds_benjamini_hochberg(more, 3, more, &st));
    ck_assert(more[0] == 0.02 && isnan(more[1]) && more[2] == 0.03);
    double alone[] = {0.02, NAN, 0.7};
    ds_bonferroni(alone, 3, alone);
    ck_assert(alone[0] == 0.04 && isnan(alone[1]) && alone[2] == 1);
    ck_assert(ds_benjamini_hochberg(none, 1, none, &st) && isnan(none[0]));
    ck_assert(ds_holm(NULL, 0, NULL, &st));
}
END_TEST

/* ---- simultaneous intervals ---- */

enum { REPLICAS = 50, FIGURES = 40 };
static double values[REPLICAS * FIGURES];

/* Figures in a row have correlation rho, 1: all are the same. */
static void draw(double rho)
{
    for (uint32_t i = 0; i < REPLICAS; i++) {
        ds_rng rng = ds_rng_stream(31, i, 0, 0);
        gsl_rng g = ds_rng_gsl(&rng);
        double x = gsl_ran_gaussian_ziggurat(&g, 1);
        for (size_t k = 0; k < FIGURES; k++) {
            values[i * FIGURES + k] = x;
            x = rho * x + sqrt(1 - rho * rho) * gsl_ran_gaussian_ziggurat(&g, 1);
        }
    }
}

static double critical_of(size_t figures, size_t group, ds_family_member *member)
{
    const ds_family f = {.values = values,
                         .replicas = REPLICAS * FIGURES / figures,
                         .figures = figures,
                         .group = group,
                         .level = 0.95,
                         .seed = 1};
    ds_status st = {0};
    double critical;
    ck_assert(ds_family_of(&f, member, &critical, &st));
    return critical;
}

START_TEST(one_figure_alone_has_its_t_interval)
{
    ds_family_member m;
    draw(0);
    const double critical = critical_of(1, 1, &m);
    const ds_sample s = ds_sample_of(values, REPLICAS * FIGURES);
    ck_assert_double_eq_tol(critical, ds_t_critical(s.count, 0.95), 0.06);
    ck_assert_double_ge(critical, ds_t_critical(s.count, 0.95) - 1e-9);
    for (uint64_t seed = 1; seed <= 20; seed++) { /* never below, however resamples fall */
        double few;
        ds_status st = {0};
        const ds_family f = {.values = values,
                             .replicas = s.count,
                             .figures = 1,
                             .group = 1,
                             .level = 0.95,
                             .seed = seed,
                             .resamples = 19};
        ck_assert(ds_family_of(&f, &m, &few, &st));
        ck_assert_double_ge(few, ds_t_critical(s.count, 0.95) - 1e-9);
    }
    ck_assert_double_eq_tol(m.mean, s.mean, 1e-15);
    ck_assert_double_eq_tol(m.p, 2 * (1 - 0.5 * erfc(-fabs(s.mean / s.error) / sqrt(2))), 0.03);
}
END_TEST

START_TEST(the_band_is_between_pointwise_and_bonferroni)
{
    ds_family_member m[FIGURES];
    const double alone = ds_t_critical(REPLICAS, 0.95);
    const double bonferroni = ds_t_critical(REPLICAS, 1 - 0.05 / FIGURES);
    draw(1);
    const double same = critical_of(FIGURES, 1, m);
    ck_assert_double_eq_tol(same, alone, 0.1);
    draw(0.95);
    const double close = critical_of(FIGURES, 1, m);
    draw(0);
    const double apart = critical_of(FIGURES, 1, m);
    ck_assert(same + 0.2 < close && close + 0.1 < apart && apart <= bonferroni + 1e-9);
    ck_assert_double_eq_tol(apart, bonferroni, 0.1);
    for (int k = 0; k < FIGURES; k++) {
        const double half = m[k].interval.high - m[k].mean;
        ck_assert_double_eq_tol(half, apart * m[k].error, 1e-12);
        ck_assert(m[k].p >= 0 && m[k].p <= 1);
        if (fabs(fabs(m[k].mean) - half) > 0.01 * half)
            ck_assert((m[k].p < 0.05) == (fabs(m[k].mean) > half));
    }
}
END_TEST

/* Of figures that are all the same none of 99 resamples goes as far as 1 in 1000 would: 1 in 100.
 */
START_TEST(what_no_resample_reaches_is_as_likely_as_one_more)
{
    ds_family_member m[FIGURES];
    ds_status st = {0};
    draw(1);
    (void)critical_of(FIGURES, 1, m);
    const double off = ds_t_critical(REPLICAS, 0.999) * m[0].error - m[0].mean;
    for (size_t i = 0; i < REPLICAS * FIGURES; i++)
        values[i] += off;
    const ds_family f = {.values = values,
                         .replicas = REPLICAS,
                         .figures = FIGURES,
                         .group = 1,
                         .level = 0.95,
                         .seed = 1,
                         .resamples = 99};
    ck_assert(ds_family_of(&f, m, NULL, &st));
    ck_assert_double_eq_tol(m[0].p, 0.01, 1e-12);
}
END_TEST

START_TEST(a_large_effect_is_found_whatever_the_family)
{
    ds_family_member m[FIGURES];
    draw(0.5);
    for (size_t i = 0; i < REPLICAS; i++)
        values[i * FIGURES + 3] += 2;
    (void)critical_of(FIGURES, 1, m);
    ck_assert_double_lt(m[3].p, 1e-6);
    ck_assert_double_gt(m[5].p, 0.05);
}
END_TEST

START_TEST(figures_that_do_not_vary_or_are_not_there_widen_nothing)
{
    ds_family_member m[FIGURES];
    draw(0.9);
    const double all = critical_of(FIGURES, 1, m);
    for (size_t i = 0; i < REPLICAS; i++) {
        values[i * FIGURES] = 7;
        values[i * FIGURES + 1] = i == 2 ? 5 : NAN;
        values[i * FIGURES + 2] = i == 2 ? INFINITY : 1;
        values[i * FIGURES + 3] = i % 2 ? values[i * FIGURES + 3] : NAN;
        values[i * FIGURES + 4] = 0;
    }
    const double rest = critical_of(FIGURES, 1, m);
    ck_assert_double_eq_tol(rest, all, 0.2);
    ck_assert(m[0].interval.low == 7 && m[0].interval.high == 7 && m[0].p == 0 && m[4].p == 1);
    ck_assert(isinf(m[1].interval.low) && isnan(m[1].p) && m[1].mean == 5);
    ck_assert(isinf(m[2].interval.high) && isnan(m[2].p));
    ck_assert(isfinite(m[3].interval.low) && m[3].error > m[6].error);
}
END_TEST

START_TEST(groups_count_as_one)
{
    ds_family_member one[FIGURES], pairs[FIGURES];
    draw(0.9);
    for (size_t i = 1; i < REPLICAS; i += 2)
        memcpy(values + i * FIGURES, values + (i - 1) * FIGURES, FIGURES * sizeof *values);
    (void)critical_of(FIGURES, 1, one);
    const double critical = critical_of(FIGURES, 2, pairs);
    ck_assert_double_eq_tol(pairs[0].error / one[0].error, sqrt(2 * 49 / 48.0), 1e-9);
    ck_assert(critical > ds_t_critical(25, 0.95));
}
END_TEST

START_TEST(no_replicas_are_no_family)
{
    const ds_family f = {.values = NULL, .replicas = 0, .figures = 2, .level = 0.95};
    ds_family_member m[2];
    ds_status st = {0};
    double critical;
    ck_assert(ds_family_of(&f, m, &critical, &st));
    ck_assert(isnan(critical) && isnan(m[1].mean) && isinf(m[1].interval.low));
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{adjusted_probabilities_are_those_of_r, 0},
                             {no_question_is_none_of_the_family, 0},
                             {one_figure_alone_has_its_t_interval, 0},
                             {the_band_is_between_pointwise_and_bonferroni, 0},
                             {what_no_resample_reaches_is_as_likely_as_one_more, 0},
                             {a_large_effect_is_found_whatever_the_family, 0},
                             {figures_that_do_not_vary_or_are_not_there_widen_nothing, 0},
                             {groups_count_as_one, 0},
                             {no_replicas_are_no_family, 0},
                             {0}};
    return ds_run_tests("family", tests, 60);
}
