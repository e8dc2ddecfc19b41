#include "models/diem/price.h"
#include "tests/reference/cases.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

enum { DRAWS = 400000 };

/* A sample of `draws` log returns over a year taken in `steps`, and what is estimated from it. */
typedef struct sample {
    double mean, variance, kurtosis; /* excess */
    double mean_price, variance_price;
    double below;    /* share of log returns under a mark */
    double error[6]; /* standard errors in the order above */
} sample;

typedef struct moments {
    double power[9]; /* sums of x^k */
} moments;

static void add(moments *m, double x)
{
    double p = 1;
    for (int k = 0; k <= 8; k++) {
        m->power[k] += p;
        p *= x;
    }
}

/* Central moment k about the mean, from sums about a fixed centre near it. */
static double central(const moments *m, int k)
{
    const double n = m->power[0], mean = m->power[1] / n;
    double sum = 0, choose = 1;
    for (int i = 0; i <= k; i++) {
        sum += choose * pow(-mean, k - i) * m->power[i] / n;
        choose = choose * (k - i) / (i + 1);
    }
    return sum;
}

static double log_return(const ds_price_config *c, uint32_t replica, int steps)
{
    ds_rng rng = ds_rng_stream(20260919, replica, 7, 0);
    double price = 1;
    for (int i = 1; i <= steps; i++)
        price = ds_price_step(c, price, 365.0 * i / steps, 365.0 / steps, &rng);
    return log(price);
}

static sample draw(const ds_price_config *c, int draws, int steps, double centre, double mark)
{
    moments logs = {0}, prices = {0};
    double below = 0;
    for (int i = 0; i < draws; i++) {
        const double x = log_return(c, (uint32_t)i, steps);
        add(&logs, x - centre);
        add(&prices, exp(x));
        below += x < mark;
    }
    const double n = draws, v = central(&logs, 2), m4 = central(&logs, 4), m6 = central(&logs, 6),
                 m3 = central(&logs, 3), m5 = central(&logs, 5), m8 = central(&logs, 8);
    const double w = central(&prices, 2), w4 = central(&prices, 4), share = below / n;
    const double kurtosis = m4 / (v * v);
    /* Delta method for m4 / m2^2, with the mean unknown. */
    const double a = 1 / (v * v), b = -2 * m4 / (v * v * v);
    const double var4 = m8 - m4 * m4 - 8 * m3 * m5 + 16 * m3 * m3 * v;
    const double cov = m6 - m4 * v - 4 * m3 * m3;
    const double spread = a * a * var4 + b * b * (m4 - v * v) + 2 * a * b * cov;
    return (sample){centre + logs.power[1] / n,
                    v,
                    kurtosis - 3,
                    prices.power[1] / n,
                    w,
                    share,
                    {sqrt(v / n), sqrt((m4 - v * v) / n), sqrt(spread / n), sqrt(w / n),
                     sqrt((w4 - w * w) / n), sqrt(share * (1 - share) / n)}};
}

static void agree(double value, double expected, double error, const char *what)
{
    const double z = (value - expected) / error;
    ck_assert_msg(fabs(z) <= 3.5, "%s is %.8g, must be %.8g: z = %.2f", what, value, expected, z);
}

#define MERTON "sigma=0.2 drift(log)=0.03 lambda=0.5 jump N(-0.1,0.15^2) T=1"

START_TEST(log_returns_have_merton_s_moments)
{
    ds_price_config c = {.volatility = 0.2, .jumps = 0.5, .jump_mean = -0.1, .jump_spread = 0.15};
    /* The rows give the drift of the log; ours is that of the mean. */
    c.drift = 0.03 + 0.2 * 0.2 / 2 + c.jumps * expm1(-0.1 + 0.15 * 0.15 / 2);
    const int steps = _i ? 50 : 1;
    const sample s = draw(&c, DRAWS / steps, steps, -0.02, -0.3);
    agree(s.mean, case_value("merton", MERTON, "mean log-return"), s.error[0], "mean");
    agree(s.variance, case_value("merton", MERTON, "variance log-return"), s.error[1], "variance");
    agree(s.kurtosis, case_value("merton", MERTON, "excess kurtosis log-return"), s.error[2],
          "kurtosis");
    agree(s.below, case_value("merton", MERTON, "P(log-return < -0.3)"), s.error[5], "tail");
    agree(s.mean_price, exp(c.drift), s.error[3], "mean price");
}
END_TEST

#define GBM "S0=100 mu=0.05 sigma=0.2 T=1"

START_TEST(without_jumps_prices_are_lognormal)
{
    const ds_price_config c = {.drift = 0.05, .volatility = 0.2};
    const sample s = draw(&c, DRAWS, 1, 0.03, log(0.8));
    agree(100 * s.mean_price, case_value("gbm", GBM, "E[S_T]"), 100 * s.error[3], "mean");
    agree(1e4 * s.variance_price, case_value("gbm", GBM, "Var[S_T]"), 1e4 * s.error[4], "variance");
    agree(s.below, case_value("gbm", GBM, "P(S_T<80)"), s.error[5], "P(S_T<80)");
    const double quantile = case_value("gbm", GBM, "0.01 quantile of S_T");
    const sample q = draw(&c, DRAWS, 1, 0.03, log(quantile / 100));
    agree(q.below, 0.01, q.error[5], "share below the 1 % quantile");
}
END_TEST

START_TEST(many_jumps_in_one_step_are_counted_right)
{
    /* 1000 a year: exp(-1000) is 0 in doubles. Jumps of one size show their number's moments. */
    const ds_price_config c = {.jumps = 1000, .jump_mean = 0.001, .drift = 1000 * expm1(0.001)};
    const sample s = draw(&c, 20000, 1, 1, 1);
    agree(s.mean, 1, s.error[0], "mean");
    agree(s.variance, 1e-3, s.error[1], "variance");
}
END_TEST

START_TEST(the_number_of_jumps_inverts_its_distribution)
{
    static const double a_year[] = {20, 40, 500, 1000};
    const double mean = a_year[_i];
    const ds_price_config c = {.jumps = mean, .jump_mean = 0.01, .drift = mean * expm1(0.01)};
    for (uint32_t i = 0; i < 2000; i++) {
        ds_rng rng = ds_rng_stream(9, i, 7, 0), same = rng;
        const double n = log(ds_price_step(&c, 1, 365, 365, &rng)) / 0.01;
        (void)ds_rng_next(&same), (void)ds_rng_next(&same);
        const double u = ds_rng_uniform(&same);
        const unsigned whole = (unsigned)rint(n);
        ck_assert_double_eq_tol(n, whole, 1e-6);
        ck_assert_double_gt(gsl_cdf_poisson_P(whole, mean), u - 1e-12);
        ck_assert(whole == 0 || gsl_cdf_poisson_P(whole - 1, mean) <= u + 1e-12);
    }
}
END_TEST

START_TEST(a_step_takes_three_words_on_a_path_or_off_it)
{
    const double day[] = {10, 20}, usd[] = {1, 2};
    const ds_price_config wild = {.volatility = 2, .jumps = 500, .jump_spread = 1},
                          calm = {.path = {.file = "p.csv", .count = 2, .time = day, .value = usd}};
    ds_rng a = ds_rng_stream(1, 0, 0, 0), b = a;
    for (int i = 0; i < 100; i++) {
        ds_price_step(i % 2 ? &wild : &calm, 1, 5 + 0.2 * i, 0.2, &a);
        for (int word = 0; word < 3; word++)
            ds_rng_next(&b);
        ck_assert_uint_eq(ds_rng_next(&a), ds_rng_next(&b));
    }
}
END_TEST

START_TEST(a_path_is_followed_log_linearly)
{
    const double day[] = {10, 20, 40}, usd[] = {1, 4, 2};
    const ds_price_config c = {.path = {.file = "p.csv", .count = 3, .time = day, .value = usd},
                               .volatility = 1};
    ds_rng rng = ds_rng_stream(1, 0, 0, 0);
    ck_assert_double_eq(ds_price_begin(&c, 7, 5), 1);
    ck_assert_double_eq(ds_price_begin(&c, 7, 10), 1);
    ck_assert_double_eq_tol(ds_price_begin(&c, 7, 15), 2, 1e-12);
    ck_assert_double_eq_tol(ds_price_step(&c, 99, 15, 1, &rng), 2, 1e-12);
    ck_assert_double_eq_tol(ds_price_step(&c, 99, 20, 1, &rng), 4, 1e-12);
    ck_assert_double_eq_tol(ds_price_step(&c, 99, 30, 1, &rng), sqrt(8), 1e-12);
    ck_assert_double_eq_tol(ds_price_step(&c, 99, 40, 1, &rng), 2, 1e-12);
    ck_assert_double_eq(ds_price_begin(&(ds_price_config){0}, 7, 15), 7);
}
END_TEST

START_TEST(behind_a_path_chance_starts_from_its_last_value)
{
    const double day[] = {10, 20}, usd[] = {1, 4};
    const ds_price_config c = {.path = {.file = "p.csv", .count = 2, .time = day, .value = usd},
                               .volatility = 1.5},
                          free = {.volatility = 1.5};
    ds_rng a = ds_rng_stream(3, 0, 0, 0), b = a;
    /* A step from day 19 to 21 has one day of chance. */
    const double straddled = ds_price_step(&c, 3.5, 21, 2, &a);
    ck_assert_double_eq(straddled, ds_price_step(&free, 4, 1, 1, &b));
    ck_assert_double_eq(ds_price_step(&c, straddled, 22, 1, &a),
                        ds_price_step(&free, straddled, 2, 1, &b));
}
END_TEST

START_TEST(prices_stay_positive_and_finite)
{
    const ds_price_config c = {.volatility = 20, .jumps = 1000, .jump_spread = 5, .jump_mean = 5};
    ds_rng rng = ds_rng_stream(4, 0, 0, 0);
    double price = 1;
    for (int i = 0; i < 1000; i++) {
        price = ds_price_step(&c, price, i, i % 2 ? 1.0 / 24 : 365, &rng);
        ck_assert(price >= 1e-12 && price <= 1e12);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("price");
    TCase *tests = tcase_create("price");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, log_returns_have_merton_s_moments, 0, 2);
    tcase_add_test(tests, without_jumps_prices_are_lognormal);
    tcase_add_loop_test(tests, the_number_of_jumps_inverts_its_distribution, 0, 4);
    tcase_add_test(tests, many_jumps_in_one_step_are_counted_right);
    tcase_add_test(tests, a_step_takes_three_words_on_a_path_or_off_it);
    tcase_add_test(tests, a_path_is_followed_log_linearly);
    tcase_add_test(tests, behind_a_path_chance_starts_from_its_last_value);
    tcase_add_test(tests, prices_stay_positive_and_finite);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
