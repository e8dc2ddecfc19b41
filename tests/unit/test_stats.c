#include "analysis/number.h"
#include "analysis/sparkline.h"
#include "analysis/stats.h"
#include "analysis/text.h"
#include "sim/core/dist.h"
#include "tests/reference/cases.h"

#include <gsl/gsl_randist.h>
#include <math.h>

enum { MOST = 2000 };

static size_t read_nist(const char *name, double *values)
{
    char path[400], line[200];
    bool data = false;
    size_t n = 0;
    snprintf(path, sizeof path, "%s/reference/nist/%s.dat", DS_TEST_DATA, name);
    FILE *const file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    while (fgets(line, sizeof line, file)) {
        char *end;
        const double value = strtod(line, &end);
        if (data && end != line && n < MOST)
            values[n++] = value;
        data = data || strncmp(line, "-----", 5) == 0;
    }
    fclose(file);
    return n;
}

/* Digits that agree with a certified figure. */
static double log_relative_error(double value, double certified)
{
    return value == certified ? 16 : -log10(fabs(value - certified) / fabs(certified));
}

/* The figures of NumAcc4 are no doubles: rounding them leaves eight digits of a deviation of 0.1.
 */
static const struct {
    const char *name;
    int count;
    double mean_digits, sd_digits, lag_digits;
} nist[] = {
    {"Lew", 200, 13, 12, 12},      {"Michelso", 100, 13, 12, 11}, {"NumAcc1", 3, 13, 12, 12},
    {"NumAcc2", 1001, 13, 12, 12}, {"NumAcc4", 1001, 13, 8, 7},
};

START_TEST(mean_and_deviation_agree_with_certified_figures)
{
    static double values[MOST];
    char row[60], count[20];
    const size_t n = read_nist(nist[_i].name, values);
    ck_assert_uint_eq(n, (size_t)nist[_i].count);
    snprintf(row, sizeof row, "nist_strd_%s", nist[_i].name);
    snprintf(count, sizeof count, "n=%d", nist[_i].count);
    const ds_sample s = ds_sample_of(values, n);
    ck_assert_double_ge(log_relative_error(s.mean, case_value(row, count, "mean")),
                        nist[_i].mean_digits);
    ck_assert_double_ge(log_relative_error(s.sd, case_value(row, count, "sd (n-1)")),
                        nist[_i].sd_digits);
    ck_assert_double_eq_tol(s.error, s.sd / sqrt((double)n), 1e-15 * s.sd);
}
END_TEST

/* The sets say it too, below their header. */
static const double certified_lags[] = {-0.307304800605679, 0.535199668621283, -0.5, -0.999,
                                        -0.999};

START_TEST(autocorrelation_agrees_with_certified_figures)
{
    static double values[MOST];
    const size_t n = read_nist(nist[_i].name, values);
    ck_assert_double_ge(log_relative_error(ds_autocorrelation(values, n), certified_lags[_i]),
                        nist[_i].lag_digits);
    ck_assert(isnan(ds_autocorrelation(values, 1)));
}
END_TEST

START_TEST(nan_is_no_value)
{
    const double values[] = {NAN, 1, NAN, 2, 3};
    double all[5];
    memcpy(all, values, sizeof all);
    const ds_sample s = ds_sample_of(values, 5);
    ck_assert_uint_eq(s.count, 3);
    ck_assert_double_eq(s.mean, 2);
    ck_assert_double_eq(s.sd, 1);
    ck_assert_uint_eq(ds_sort(all, 5), 3);
    ck_assert_double_eq(all[2], 3);
    ck_assert(isnan(ds_sample_of(values, 1).mean));
    ck_assert(isnan(ds_sample_of(values + 1, 1).error));
    ck_assert(isnan(ds_quantile(all, 0, 0.5)));
}
END_TEST

/* How many of the t intervals of n draws hold the mean 1. */
static double coverage(double (*draw)(ds_rng *), size_t n)
{
    enum { TRIALS = 4000 };
    double values[50];
    int hits = 0;
    for (uint32_t trial = 0; trial < TRIALS; trial++) {
        ds_rng rng = ds_rng_stream(11, trial, 0, 0);
        for (size_t i = 0; i < n; i++)
            values[i] = draw(&rng);
        const ds_sample s = ds_sample_of(values, n);
        hits += fabs(s.mean - 1) <= ds_t_half_width(s.error, n, 0.95);
    }
    return (double)hits / TRIALS;
}

static double normal(ds_rng *rng)
{
    gsl_rng g = ds_rng_gsl(rng);
    return 1 + gsl_ran_gaussian_ziggurat(&g, 1);
}

static double skewed(ds_rng *rng)
{
    gsl_rng g = ds_rng_gsl(rng);
    return gsl_ran_lognormal(&g, -1.125, 1.5);
}

START_TEST(t_intervals_cover_normal_samples_and_not_few_skewed_ones)
{
    const double five_errors = 5 * sqrt(0.95 * 0.05 / 4000);
    ck_assert_double_eq_tol(coverage(normal, 5), 0.95, five_errors);
    ck_assert_double_eq_tol(coverage(normal, 30), 0.95, five_errors);
    ck_assert_double_le(coverage(skewed, 10), 0.85);
}
END_TEST

/* ---- groups ---- */

START_TEST(groups_have_the_error_of_their_means)
{
    double values[1001], means[100];
    ds_rng rng = ds_rng_stream(3, 0, 0, 0);
    for (size_t i = 0; i < 1000; i++)
        values[i] = ds_rng_uniform(&rng) + (double)(i / 10 % 3);
    for (size_t g = 0; g < 100; g++)
        means[g] = ds_sample_of(values + 10 * g, 10).mean;
    const ds_sample s = ds_sample_grouped(values, 1000, 10), m = ds_sample_of(means, 100);
    ck_assert_uint_eq(s.groups, 100);
    ck_assert_uint_eq(s.count, 1000);
    ck_assert_double_eq_tol(s.mean, m.mean, 1e-14);
    ck_assert_double_eq_tol(s.error, m.error, 1e-14);
    ck_assert_double_eq_tol(s.skewness, m.skewness, 1e-12);
    ck_assert_double_ge(s.error, 2 * ds_sample_of(values, 1000).error);
}
END_TEST

/* Every third value is missing, at random: the error is that of the means of many such samples. */
START_TEST(missing_values_leave_the_error_right)
{
    enum { TRIALS = 2000, N = 64 };
    static double means[TRIALS];
    double values[N], squares = 0;
    for (uint32_t t = 0; t < TRIALS; t++) {
        ds_rng rng = ds_rng_stream(4, t, 0, 0);
        double common = 0;
        for (size_t i = 0; i < N; i++) {
            common = i % 2 ? common : ds_rng_uniform(&rng);
            values[i] = common + ds_rng_uniform(&rng);
            values[i] = ds_rng_uniform(&rng) < 1.0 / 3 ? NAN : values[i];
        }
        const ds_sample s = ds_sample_grouped(values, N, 2);
        means[t] = s.mean;
        squares += s.error * s.error / TRIALS;
    }
    ck_assert_double_eq_tol(sqrt(squares), ds_sample_of(means, TRIALS).sd, 0.05 * sqrt(squares));
}
END_TEST

START_TEST(antithetic_pairs_are_as_sure_as_published)
{
    enum { PAIRS = 50000 };
    static double values[2 * PAIRS];
    ds_rng rng = ds_rng_stream(6, 0, 0, 0);
    for (size_t i = 0; i < PAIRS; i++) {
        const double u = ds_rng_uniform(&rng);
        values[2 * i] = exp(u);
        values[2 * i + 1] = exp(1 - u);
    }
    const ds_sample pairs = ds_sample_grouped(values, (size_t)2 * PAIRS, 2);
    const double crude = case_value("antithetic", "E[exp(U)]", "Var crude");
    const double average =
        case_value("antithetic", "E[exp(U)] pair mean", "Var of antithetic pair average");
    ck_assert_double_eq_tol(pairs.sd * pairs.sd, crude, 0.01 * crude);
    ck_assert_double_eq_tol(pairs.error * pairs.error * PAIRS, average, 0.03 * average);
    ck_assert_double_eq_tol(pairs.mean, exp(1) - 1, 3.5 * pairs.error);
}
END_TEST

START_TEST(what_does_not_vary_has_no_error)
{
    double values[1000];
    for (size_t i = 0; i < 1000; i++)
        values[i] = 0.1;
    const ds_sample s = ds_sample_of(values, 1000);
    ck_assert(!ds_sample_varies(&s) && s.error < 1e-17 && isfinite(s.skewness));
    values[3] = 0.1 + 1e-9;
    const ds_sample t = ds_sample_of(values, 1000);
    ck_assert(ds_sample_varies(&t));
    ck_assert_uint_eq(ds_sample_grouped(values, 5, 2).groups, 3);
    ck_assert_uint_eq(ds_sample_of(NULL, 0).groups, 0);
}
END_TEST

/* ---- shapes ---- */

static const char *const gini_rows[] = {"lognormal sigma=1", "Pareto alpha=1.5", "uniform(0,1)"};

/* Parts of a large sample tell the error. */
START_TEST(gini_coefficients_are_met)
{
    enum { PARTS = 400, EACH = 2500 };
    static double values[EACH], parts[PARTS];
    for (uint32_t part = 0; part < PARTS; part++) {
        ds_rng rng = ds_rng_stream(8, part, 0, 0);
        gsl_rng g = ds_rng_gsl(&rng);
        for (size_t i = 0; i < EACH; i++)
            values[i] = _i == 0   ? gsl_ran_lognormal(&g, 0, 1)
                        : _i == 1 ? gsl_ran_pareto(&g, 1.5, 1)
                                  : ds_rng_uniform(&rng);
        parts[part] = ds_gini(values, ds_sort(values, EACH));
    }
    const ds_sample s = ds_sample_of(parts, PARTS);
    /* A Pareto tail of index 1.5 is met by few: a sample's coefficient is low by a few percent. */
    const double bias = _i == 1 ? 0.02 : 0;
    ck_assert_double_eq_tol(s.mean, case_value("gini", gini_rows[_i], "Gini"),
                            3.5 * s.error + bias);
    ck_assert(isnan(ds_gini(values, 1)));
    ck_assert_double_eq(ds_gini((const double[]){1, 3}, 2), 0.5); /* of n - 1 others */
}
END_TEST

START_TEST(tails_have_the_index_they_are_drawn_with)
{
    enum { N = 20000, BEYOND = 1000 };
    static double values[N], excess[BEYOND];
    ds_rng rng = ds_rng_stream(9, 0, 0, 0);
    gsl_rng g = ds_rng_gsl(&rng);
    for (size_t i = 0; i < N; i++)
        values[i] = gsl_ran_pareto(&g, 1.5, 1);
    ds_sort(values, N);
    ck_assert_double_eq_tol(ds_hill(values, N, BEYOND), 1.5, 3.5 * 1.5 / sqrt(BEYOND));
    for (size_t i = 0; i < BEYOND; i++)
        excess[i] = values[N - BEYOND + i] - values[N - 1 - BEYOND];
    /* The shape's asymptotic error is (1 + shape) / sqrt(n) (Smith 1987). */
    ck_assert_double_eq_tol(ds_tail_shape(excess, BEYOND), 1 / 1.5,
                            3.5 * (1 + 1 / 1.5) / sqrt(BEYOND));
    /* log 2 and log 8 beyond 1: two over the log of 16. */
    ck_assert_double_eq_tol(ds_hill((const double[]){1, 2, 8}, 3, 2), 0.5 / 0.6931471805599453,
                            1e-15);
    ck_assert(isnan(ds_hill(values, N, 0)) && isnan(ds_hill(values, 3, 3)));
    ck_assert(isnan(ds_tail_shape(excess, 4)));
}
END_TEST

/* Value at risk is a quantile; its standard error is sqrt(p (1 - p) / n) / density. */
static void check_quantile(const char *level, double share, double density, bool pareto)
{
    enum { N = 40000 };
    static double values[N];
    char row[80];
    ds_rng rng = ds_rng_stream(5, 0, 0, 0);
    gsl_rng g = ds_rng_gsl(&rng);
    for (size_t i = 0; i < N; i++)
        values[i] = pareto ? gsl_ran_pareto(&g, 2.5, 1) : gsl_ran_gaussian_ziggurat(&g, 1);
    snprintf(row, sizeof row, "%s level %s", pareto ? "Pareto xm=1 alpha=2.5" : "N(0,1)", level);
    const double expected = case_value("var_cvar", row, "VaR");
    const double error = sqrt(share * (1 - share) / N) / density;
    ck_assert_uint_eq(ds_sort(values, N), N);
    ck_assert_double_eq_tol(ds_quantile(values, N, share), expected, 3.5 * error);
    const ds_interval i = ds_quantile_interval(values, N, share, 0.9995);
    ck_assert(i.low < expected && expected < i.high);
}

START_TEST(quantiles_of_known_distributions_are_met)
{
    check_quantile("0.95", 0.95, gsl_ran_gaussian_pdf(1.64485362695147, 1), false);
    check_quantile("0.99", 0.99, gsl_ran_gaussian_pdf(2.32634787404084, 1), false);
    check_quantile("0.99", 0.99, gsl_ran_pareto_pdf(6.30957344480193, 2.5, 1), true);
}
END_TEST

static const struct {
    double value;
    int digits;
    const char *text;
} numbers[] = {
    {0, 4, "0"},           {-0.0, 4, "0"},       {37713.66, 4, "37.71k"}, {33941209, 4, "33.94M"},
    {9472, 4, "9472"},     {9999.6, 4, "10k"},   {999960, 4, "1M"},       {0.94724, 4, "0.9472"},
    {0.0737, 4, "0.0737"}, {1e-5, 4, "1e-05"},   {-12.5, 4, "-12.5"},     {1.5e12, 4, "1.5T"},
    {200, 4, "200"},       {1e300, 4, "1e+300"}, {123456, 2, "120k"},     {11.96, 2, "12"},
    {NAN, 4, "–"},         {INFINITY, 4, "∞"},
};

START_TEST(numbers_are_short_and_keep_their_digits)
{
    char text[DS_NUMBER_ROOM];
    ck_assert_str_eq(ds_number(text, numbers[_i].value, numbers[_i].digits), numbers[_i].text);
}
END_TEST

START_TEST(a_sparkline_shows_rise_gaps_and_constants)
{
    char text[DS_SPARKLINE_ROOM];
    const double rise[] = {1, 2, 3, 4, 5, 6, 7, 8}, flat[] = {2, 2, 2};
    const double gap[] = {NAN, 1, NAN, 2};
    ck_assert_str_eq(ds_sparkline(text, rise, 8, 8), "▁▂▃▄▅▆▇█");
    ck_assert_str_eq(ds_sparkline(text, rise, 8, 2), "▁█");
    ck_assert_str_eq(ds_sparkline(text, flat, 3, 20), "▄▄▄");
    ck_assert_str_eq(ds_sparkline(text, gap, 4, 4), " ▁ █");
    ck_assert_str_eq(ds_sparkline(text, gap, 0, 4), "");
}
END_TEST

static const char *put(const char *text, ds_markup markup)
{
    static char result[200];
    FILE *const out = tmpfile();
    ck_assert_ptr_nonnull(out);
    ds_text_put(out, text, markup);
    rewind(out);
    result[fread(result, 1, sizeof result - 1, out)] = '\0';
    fclose(out);
    return result;
}

START_TEST(text_of_a_file_cannot_act)
{
    char plain[12];
    ck_assert_str_eq(put("\033[2J\a", DS_MARKUP_PLAIN), "\xEF\xBF\xBD[2J\xEF\xBF\xBD");
    ck_assert_str_eq(put("<b a=\"x\" c='y'>&", DS_MARKUP_HTML),
                     "&lt;b a=&quot;x&quot; c=&#39;y&#39;&gt;&amp;");
    ck_assert_str_eq(put("a|b\nc*d<e", DS_MARKUP_MARKDOWN), "a\\|b c\\*d&lt;e");
    ck_assert_str_eq(put("größer\tx", DS_MARKUP_PLAIN), "größer x");
    ck_assert_str_eq(put("a\r\nb\t<", DS_MARKUP_PREFORMATTED), "a \nb\t&lt;");
    ck_assert_str_eq(put("\xC0\xAF\xED\xA0\x80 \xE2\x80\xAE", DS_MARKUP_HTML),
                     "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD \xEF\xBF\xBD");
    ck_assert_uint_eq(ds_text_plain(plain, sizeof plain, "ääääääää"), 5);
    ck_assert_uint_eq(strlen(plain), 10);
    ck_assert_uint_eq(ds_text_plain(plain, sizeof plain, "\u672c\u672c"), 4);
    ck_assert_uint_eq(ds_text_plain(plain, sizeof plain, "e\u0301e"), 2);
}
END_TEST

static Suite *suite(void)
{
    Suite *const s = suite_create("stats");
    TCase *const c = tcase_create("stats");
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, mean_and_deviation_agree_with_certified_figures, 0,
                        sizeof nist / sizeof nist[0]);
    tcase_add_loop_test(c, autocorrelation_agrees_with_certified_figures, 0,
                        sizeof nist / sizeof nist[0]);
    tcase_add_test(c, nan_is_no_value);
    tcase_add_test(c, groups_have_the_error_of_their_means);
    tcase_add_test(c, missing_values_leave_the_error_right);
    tcase_add_test(c, antithetic_pairs_are_as_sure_as_published);
    tcase_add_test(c, what_does_not_vary_has_no_error);
    tcase_add_loop_test(c, gini_coefficients_are_met, 0, 3);
    tcase_add_test(c, tails_have_the_index_they_are_drawn_with);
    tcase_add_test(c, t_intervals_cover_normal_samples_and_not_few_skewed_ones);
    tcase_add_test(c, quantiles_of_known_distributions_are_met);
    tcase_add_loop_test(c, numbers_are_short_and_keep_their_digits, 0,
                        sizeof numbers / sizeof numbers[0]);
    tcase_add_test(c, a_sparkline_shows_rise_gaps_and_constants);
    tcase_add_test(c, text_of_a_file_cannot_act);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    SRunner *const runner = srunner_create(suite());
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
