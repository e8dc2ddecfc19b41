/* What a calibration found, in the parameters' own units. */
#include "run.h"

#include "analysis/fit.h"
#include "models/models.h"
#include "sim/io/search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char scenario[] =
    "model: queue\ncalibrate:\n  vary:\n    arrivals.rate: {from: 0, to: 2}\n"
    "    service.mean: {from: 0.1, to: 10, scale: log}\n    arrivals.process: [poisson, hawkes]\n";

static const char whole[] =
    "model: queue\ncalibrate:\n  vary:\n    servers: {from: 1, to: 8}\n"
    "    capacity: [80, 40, 20, 10]\n    arrivals.process: [poisson, hawkes]\n";

static void load_text(ds_scenario *s, const char *text)
{
    ds_status st = {0};
    const ds_scenario_request q = {.path = "fit.yaml", .text = text, .models = ds_models};
    ck_assert_msg(ds_scenario_load(s, &q, &st), "%s", st.text);
}

static void load(ds_scenario *s)
{
    load_text(s, scenario);
}

/* Particles in a row: the first coordinate narrow around 1/4, the second as the prior, the third
 * three times in four the second name. */
enum { PARTICLES = 400 };

static void fill(ds_abc_result *r, double *theta, double *weight)
{
    *r = (ds_abc_result){.particles = PARTICLES, .parameters = 3, .theta = theta, .weight = weight};
    for (int i = 0; i < PARTICLES; i++) {
        const double u = (i + 0.5) / PARTICLES;
        theta[3 * i] = 0.2 + 0.1 * u;
        theta[3 * i + 1] = u;
        theta[3 * i + 2] = i % 4 ? 0.8 : 0.2;
        weight[i] = 1.0 / PARTICLES;
    }
    for (int k = 0; k < 3; k++)
        r->prior_sd[k] = sqrt(1.0 / 12);
}

START_TEST(a_posterior_is_said_in_units)
{
    double theta[3 * PARTICLES], weight[PARTICLES];
    ds_scenario s;
    ds_abc_result r;
    ds_fitted f[3];
    ds_status st = {0};
    load(&s);
    fill(&r, theta, weight);
    ck_assert(ds_fit_posterior(&s.calibrate->vary, &r, 0.9, f, &st));
    ck_assert_double_eq_tol(ds_vary_number(&s.calibrate->vary, 0, f[0].unit), 0.5, 1e-6);
    ck_assert_double_eq_tol(f[0].interval.low, 2 * 0.205, 1e-3);
    ck_assert_double_eq_tol(f[0].interval.high, 2 * 0.295, 1e-3);
    ck_assert(!f[0].unknown && !f[0].at_edge);
    ck_assert_double_eq_tol(f[0].narrowing, 0.1, 1e-3);
    ck_assert_double_eq_tol(f[1].interval.low, 0.1 * pow(100, 0.05), 1e-3);
    ck_assert(f[1].unknown);
    ck_assert_double_eq_tol(f[2].share, 0.75, 1e-9);
    ck_assert_double_eq(f[2].unit, 0.75);
    ds_scenario_free(&s);
}
END_TEST

/* Deviations of a dozen particles are often a third less than those of the prior: by chance. */
START_TEST(few_particles_identify_less)
{
    double theta[3 * PARTICLES], weight[PARTICLES];
    ds_scenario s;
    ds_abc_result r;
    ds_fitted f[3];
    ds_status st = {0};
    load(&s);
    fill(&r, theta, weight);
    for (int i = 0; i < PARTICLES; i++)
        theta[3 * i + 1] = 0.15 + 0.7 * (i + 0.5) / PARTICLES;
    ck_assert(ds_fit_posterior(&s.calibrate->vary, &r, 0.9, f, &st));
    ck_assert(!f[0].unknown && !f[1].unknown);
    for (int i = 0; i < PARTICLES; i++)
        weight[i] = i % 40 == 20 ? 0.1 : 0; /* ten of them */
    ck_assert(ds_fit_posterior(&s.calibrate->vary, &r, 0.9, f, &st));
    ck_assert_double_lt(f[1].narrowing, 0.75);
    ck_assert(!f[0].unknown && f[1].unknown);
    ds_scenario_free(&s);
}
END_TEST

START_TEST(a_best_fit_is_said_in_units)
{
    ds_scenario s;
    ds_fitted f[3];
    ds_moments_result r = {.x = {0.5, 0.99, 0.75}, .error = {0.01, 0.001, INFINITY}};
    load(&s);
    ds_fit_moments(&s.calibrate->vary, &r, 0.95, f);
    ck_assert_double_eq_tol(f[0].error, 0.02, 1e-12);
    ck_assert_double_eq_tol(f[0].interval.high, 1 + 1.96 * 0.02, 1e-4);
    ck_assert(!f[0].unknown && !f[0].at_edge);
    ck_assert(f[1].at_edge);
    ck_assert(isinf(f[2].interval.high) && isnan(f[2].error));
    r.error[0] = INFINITY;
    ds_fit_moments(&s.calibrate->vary, &r, 0.95, f);
    ck_assert(f[0].unknown);
    ds_scenario_free(&s);
}
END_TEST

/* Each whole number has an eighth of the coordinate; a list may fall. */
START_TEST(what_is_not_continuous_has_an_interval_too)
{
    double theta[3 * PARTICLES], weight[PARTICLES];
    ds_scenario s;
    ds_fitted f[3];
    ds_abc_result posterior;
    ds_moments_result r = {.x = {2.5 / 8, 0.375, 0.25}, .error = {0.01, 0.1, INFINITY}};
    ds_status st = {0};
    load_text(&s, whole);
    ds_fit_moments(&s.calibrate->vary, &r, 0.95, f);
    ck_assert_double_eq_tol(f[0].error, 0.08, 1e-12);
    ck_assert(f[0].interval.low == 3 && f[0].interval.high == 3 && !f[0].unknown && !f[0].chosen);
    ck_assert(f[1].interval.low == 20 && f[1].interval.high == 80);
    ck_assert(!f[1].unknown && !f[1].chosen && f[2].chosen);
    r.error[1] = INFINITY;
    ds_fit_moments(&s.calibrate->vary, &r, 0.95, f);
    ck_assert(f[1].unknown && isinf(f[1].interval.low));
    fill(&posterior, theta, weight);
    ck_assert(ds_fit_posterior(&s.calibrate->vary, &posterior, 0.9, f, &st));
    ck_assert(f[1].interval.low == 10 && f[1].interval.high == 80);
    ds_scenario_free(&s);
}
END_TEST

/* What a best fit says of a name is no more than that. */
START_TEST(a_name_is_not_said_to_be_identified)
{
    ds_scenario s;
    ds_fitted f[3];
    const ds_moments_result r = {.x = {0.5, 0.5, 0.75}, .error = {0.01, 0.01, INFINITY}};
    ds_status st = {0};
    ds_table table;
    char *text = NULL;
    size_t size;
    load(&s);
    ds_fit_moments(&s.calibrate->vary, &r, 0.95, f);
    FILE *const out = open_memstream(&text, &size);
    ds_fit_parameters(&table, &s.calibrate->vary, f, false);
    ck_assert(ds_table_print(out, &table, DS_TABLE_CSV, &st));
    fclose(out);
    ds_table_free(&table);
    const char *const name = strstr(text, "arrivals.process");
    ck_assert_ptr_nonnull(name);
    ck_assert_ptr_nonnull(strstr(name, "nearest of 2"));
    ck_assert_ptr_null(strstr(name, "identified"));
    free(text);
    ds_scenario_free(&s);
}
END_TEST

START_TEST(a_band_tells_where_the_observed_lies)
{
    enum { COUNT = 101 };
    double values[2 * COUNT], observed[2] = {50, 200};
    const char *names[2] = {"a", "b"};
    const ds_target t = {.statistics = 2, .name = names, .observed = observed};
    ds_fit_row row[2];
    ds_status st = {0};
    ds_table table;
    char *text = NULL;
    size_t size;
    for (int i = 0; i < COUNT; i++) {
        values[2 * i] = i;
        values[2 * i + 1] = i == 3 ? (double)NAN : (double)i;
    }
    ck_assert(ds_fit_rows(&t, values, COUNT, row, &st));
    ck_assert(row[0].middle == 50 && row[0].band.low == 5 && row[0].band.high == 95);
    ck_assert_uint_eq(row[1].count, COUNT - 1);
    FILE *const out = open_memstream(&text, &size);
    ds_fit_statistics(&table, row, 2);
    ck_assert(ds_table_print(out, &table, DS_TABLE_CSV, &st));
    fclose(out);
    ds_table_free(&table);
    ck_assert_ptr_nonnull(strstr(text, "a,50,50,5,95,inside"));
    ck_assert_ptr_nonnull(strstr(text, "above"));
    free(text);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {a_posterior_is_said_in_units, 0},
        {few_particles_identify_less, 0},
        {a_best_fit_is_said_in_units, 0},
        {what_is_not_continuous_has_an_interval_too, 0},
        {a_name_is_not_said_to_be_identified, 0},
        {a_band_tells_where_the_observed_lies, 0},
        {0},
    };
    return ds_run_tests("fit", tests, 20);
}
