/* The outside provider's price: paths by hand, moments of what comes behind them. */
#include "run.h"

#include "models/diem/rival.h"

#include <math.h>

enum { DRAWS = 100000 };

static const double days[] = {100, 110, 130}, prices[] = {1.2, 0.9, 0.6};

static ds_rival_config on_path(double volatility)
{
    return (ds_rival_config){.half_life = INFINITY,
                             .volatility = volatility,
                             .path = {.file = "p.csv", .count = 3, .time = days, .value = prices}};
}

START_TEST(without_a_path_or_movement_the_price_is_a_constant)
{
    const ds_rival_config c = {.half_life = INFINITY};
    ds_rng rng = ds_rng_stream(1, 0, 0, 0);
    ds_rival r;
    ds_rival_begin(&r, &c, 1.37, 0);
    for (int hour = 1; hour < 10000; hour++) {
        ds_rival_step(&r, &c, hour / 24.0, 1 / 24.0, &rng);
        ck_assert_double_eq(r.price, 1.37);
    }
}
END_TEST

START_TEST(a_path_is_followed_and_its_last_row_stays)
{
    const ds_rival_config c = on_path(0);
    ds_rng rng = ds_rng_stream(1, 0, 0, 0);
    ds_rival r;
    ds_rival_begin(&r, &c, 7, 99);
    ck_assert_double_eq(r.price, 1.2);
    ds_rival_step(&r, &c, 105, 1, &rng);
    ck_assert_double_eq_tol(r.price, sqrt(1.2 * 0.9), 1e-12);
    ds_rival_step(&r, &c, 130, 1, &rng);
    ck_assert_double_eq(r.price, 0.6);
    for (int i = 1; i < 100; i++) {
        ds_rival_step(&r, &c, 130 + i, 1, &rng);
        ck_assert_double_eq(r.price, 0.6);
    }
}
END_TEST

/* Geometric Brownian motion: E P = P0 exp(mu t), var log P = sigma^2 t. With reversion theta = ln 2
 * / half-life the variance is sigma^2 (1 - exp(-2 theta t)) / (2 theta) (Uhlenbeck & Ornstein
 * 1930), and the mean price is the same. */
static const struct {
    ds_rival_config config;
    double days, variance;
} moves[] = {
    {{.drift = -0.7, .volatility = 0.4, .half_life = INFINITY}, 365, 0.16},
    {{.drift = 0.2, .volatility = 0.5, .half_life = 30},
     30,
     0.25 / 365 * 0.75 * 30 / (2 * 0.6931471805599453)},
    {{.drift = 0, .volatility = 0.5, .half_life = 5},
     500,
     0.25 / 365 * 5 / (2 * 0.6931471805599453)},
};

START_TEST(the_price_has_the_moments_of_its_process_for_any_step)
{
    const int steps = _i % 2 ? 7 : 1;
    const ds_rival_config *const c = &moves[_i / 2].config;
    const double span = moves[_i / 2].days;
    double sum = 0, squares = 0, logs = 0, log_squares = 0;
    for (uint32_t draw = 0; draw < DRAWS; draw++) {
        ds_rng rng = ds_rng_stream(71, draw, 0, (uint32_t)_i);
        ds_rival r;
        ds_rival_begin(&r, c, 1.25, 0);
        for (int i = 1; i <= steps; i++)
            ds_rival_step(&r, c, span * i / steps, span / steps, &rng);
        sum += r.price;
        squares += r.price * r.price;
        logs += log(r.price);
        log_squares += log(r.price) * log(r.price);
    }
    const double mean = sum / DRAWS, error = sqrt((squares / DRAWS - mean * mean) / DRAWS);
    const double expected = 1.25 * exp(c->drift * span / 365);
    ck_assert_msg(fabs(mean - expected) < 5 * error, "mean %g, expected %g +- %g", mean, expected,
                  error);
    const double variance = log_squares / DRAWS - logs / DRAWS * (logs / DRAWS);
    ck_assert_double_eq_tol(variance / moves[_i / 2].variance, 1, 5 * sqrt(2.0 / DRAWS));
}
END_TEST

/* Two processes, one behind the other: the mean grows by both drifts, of the first deviation's
 * variance 2^(-2 t / half-life) is left. */
START_TEST(a_change_of_parameters_keeps_the_price_and_what_is_expected_of_it)
{
    const ds_rival_config first = {.drift = -0.7, .volatility = 0.5, .half_life = INFINITY};
    const ds_rival_config then = {.drift = 0.3, .volatility = 0.2, .half_life = 40};
    double sum = 0, squares = 0, logs = 0, log_squares = 0;
    for (uint32_t draw = 0; draw < DRAWS; draw++) {
        ds_rng rng = ds_rng_stream(72, draw, 0, 0);
        ds_rival r;
        ds_rival_begin(&r, &first, 1.25, 0);
        ds_rival_step(&r, &first, 100, 100, &rng);
        const double before = r.price;
        ds_rival_changes(&r, &first, &then);
        ds_rival_step(&r, &then, 100, 0, &rng);
        ck_assert_double_eq_tol(r.price / before, 1, 1e-12);
        ds_rival_step(&r, &then, 130, 30, &rng);
        sum += r.price;
        squares += r.price * r.price;
        logs += log(r.price);
        log_squares += log(r.price) * log(r.price);
    }
    const double mean = sum / DRAWS, error = sqrt((squares / DRAWS - mean * mean) / DRAWS);
    const double expected = 1.25 * exp((-0.7 * 100 + 0.3 * 30) / 365);
    ck_assert_msg(fabs(mean - expected) < 5 * error, "mean %g, expected %g +- %g", mean, expected,
                  error);
    const double left = exp2(-60.0 / 40), theta2 = 2 * 0.6931471805599453 / 40;
    const double variance = 0.25 / 365 * 100 * left + 0.04 / 365 * (1 - left) / theta2;
    const double found = log_squares / DRAWS - logs / DRAWS * (logs / DRAWS);
    ck_assert_double_eq_tol(found / variance, 1, 5 * sqrt(2.0 / DRAWS));
}
END_TEST

START_TEST(behind_a_path_chance_starts_from_its_last_row)
{
    const ds_rival_config c = on_path(0.8), free = {.half_life = INFINITY, .volatility = 0.8};
    ds_rng a = ds_rng_stream(3, 0, 0, 0), b = a;
    ds_rival r, plain;
    ds_rival_begin(&r, &c, 0, 129);
    ds_rival_begin(&plain, &free, 0.6, 130);
    ds_rival_step(&r, &c, 131, 2, &a); /* one day of it lies on the path */
    ds_rival_step(&plain, &free, 131, 1, &b);
    ck_assert_double_eq(r.price, plain.price);
    ck_assert_double_ne(r.price, 0.6);
    ds_rival_step(&r, &c, 132, 1, &a);
    ds_rival_step(&plain, &free, 132, 1, &b);
    ck_assert_double_eq(r.price, plain.price);
}
END_TEST

START_TEST(the_stream_goes_on_alike_on_a_path_or_off_it)
{
    const ds_rival_config on = on_path(0.8), off = {.half_life = 3, .volatility = 2};
    ds_rng a = ds_rng_stream(4, 0, 0, 0), b = a;
    ds_rival r = {.price = 1, .level = 1}, s = r;
    for (int i = 0; i < 60; i++) {
        ds_rival_step(&r, &on, 100 + i, 1, &a);
        ds_rival_step(&s, &off, 100 + i, 1, &b);
    }
    ck_assert_uint_eq(ds_rng_next(&a), ds_rng_next(&b));
}
END_TEST

START_TEST(prices_stay_finite)
{
    const ds_rival_config c = {.drift = 10, .volatility = 20, .half_life = INFINITY};
    ds_rng rng = ds_rng_stream(5, 0, 0, 0);
    ds_rival r;
    ds_rival_begin(&r, &c, 1, 0);
    for (int year = 1; year < 1000; year++) {
        ds_rival_step(&r, &c, 365.0 * year, 365, &rng);
        ck_assert(r.price >= 0 && r.price <= 1e6);
    }
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{without_a_path_or_movement_the_price_is_a_constant, 0},
                             {a_path_is_followed_and_its_last_row_stays, 0},
                             {the_price_has_the_moments_of_its_process_for_any_step, 6},
                             {a_change_of_parameters_keeps_the_price_and_what_is_expected_of_it, 0},
                             {behind_a_path_chance_starts_from_its_last_row, 0},
                             {the_stream_goes_on_alike_on_a_path_or_off_it, 0},
                             {prices_stay_finite, 0},
                             {0}};
    return ds_run_tests("rival", tests, 60);
}
