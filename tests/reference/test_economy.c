/* The economy against figures from outside: check values of the protocol, closed forms in
 * degenerate settings, identities of its series, and the causal arrows with paired intervals. */
#include "tests/economy.h"
#include "tests/unit/run.h"

#include "closed_form.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static double at(const double *rows, size_t time, const char *name)
{
    return rows[time * ds_metric_count(ds_diem_model.metrics) + economy_metric(name)];
}

static double *run_rows(ds_economy_test *t, uint32_t index)
{
    const size_t values =
        ds_metric_count(ds_diem_model.metrics) * ds_frame_times(&t->scenario.frame);
    double *const rows = malloc(values * sizeof *rows), outcomes[64];
    ck_assert_msg(ds_replica_run(&t->replica, index, rows, outcomes), "%s", t->replica.status.text);
    return rows;
}

/* ---- check values ---- */

/* Chain, 2026-09-19: 33.94M staked, 8.954M locked, 2.5M VVV a year; a small mint costs 499.97579.
 */
START_TEST(the_deployed_economy_starts_at_its_published_figures)
{
    ds_economy_test t;
    economy_open(&t, "start: 2026-09-19\nhorizon: 1\nseed: 1\n");
    double *const rows = run_rows(&t, 0);
    ck_assert_double_eq_tol(at(rows, 0, "apr_emission"), 0.0737, 5e-5);
    ck_assert_double_eq_tol(at(rows, 0, "apr_locked"), 0.0589, 5e-5);
    ck_assert_double_eq_tol(at(rows, 0, "stakers_share"), 0.9472, 5e-5);
    ck_assert_double_eq_tol(at(rows, 0, "mint_rate"), 499.97579, 5e-6);
    ck_assert_double_eq_tol(at(rows, 0, "vvv_effective_supply"), 81009270, 1e-6);
    ck_assert_double_eq_tol(at(rows, 0, "vvv_staked"), 33941209, 1e-6);
    ck_assert_double_eq_tol(at(rows, 0, "vvv_locked"), 8954490, 1e-6);
    ck_assert_double_eq_tol(at(rows, 0, "diem_supply"), 37713.66, 1e-6);
    ck_assert_double_eq_tol(at(rows, 0, "diem_staked"), 28449.84, 1e-6);
    ck_assert_double_eq_tol(at(rows, 0, "vvv_price"), 26.7, 1e-4);
    ck_assert_double_eq_tol(at(rows, 0, "diem_price"), 1969, 1e-2);
    ck_assert(isnan(at(rows, 0, "utilization")) && isnan(at(rows, 0, "fees_usd")));
    free(rows);
    economy_close(&t);
}
END_TEST

/* 114.73M VVV had been issued by 2026-08-29, from 100M on 2025-01-27. */
START_TEST(the_schedule_issues_what_was_issued)
{
    ds_economy_test t;
    economy_open(
        &t,
        "start: 2025-01-27\nhorizon: 2026-08-29\nobserve: unlimited\nseed: 1\ndemand: {scale: 0}\n"
        "initial: {vvv_supply: 1e8, vvv_burned: 0}\nholders: {scale: 0.01}\n");
    double *const rows = run_rows(&t, 0);
    ck_assert_double_eq(at(rows, 0, "vvv_supply"), 1e8);
    ck_assert_double_eq_tol(at(rows, 1, "vvv_supply"), 114.73e6, 114.73e3);
    free(rows);
    economy_close(&t);
}
END_TEST

/* ---- closed forms ---- */

/* The compute market alone, with exponential jobs of a constant rate, is M/M/c (Erlang 1917). */
START_TEST(the_compute_market_alone_is_erlang_c)
{
    enum { SLOTS = 20, REPLICAS = 40 };
    const double load = 17; /* Erlangs: a slot serves 60 USD a day, so 1020 USD a day */
    ds_economy_test t;
    economy_open(&t, "seed: 3\nhorizon: 120\nwarmup: 20\nobserve: unlimited\nholders: {scale: "
                     "0.001, review: 36500}\n"
                     "initial: {diem_staked: 0, consumers_share: 0}\n"
                     "demand: {spend: 1020, jobs_per_day: 1020, growth_limit: 1, size: "
                     "{distribution: exponential}}\n"
                     "consumers: {review: 36500, elasticity: 0, cohorts: {all: {count: 10, "
                     "profile: [1, 1, 1, 1, 1, 1, 1, "
                     "1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]}}}\n"
                     "providers: {review: 36500, mttf: unlimited, patience: unlimited, queue: "
                     "100000, cohorts: {all: "
                     "{count: 20, slots: 1, active: 1, speed: 60}}}\n");
    double sum[2] = {0}, squares[2] = {0};
    for (uint32_t r = 0; r < REPLICAS; r++) {
        double *const rows = run_rows(&t, r);
        const double seen[2] = {at(rows, 1, "wait_mean"), at(rows, 1, "utilization")};
        for (int i = 0; i < 2; i++) {
            sum[i] += seen[i];
            squares[i] += seen[i] * seen[i];
        }
        free(rows);
    }
    const double expected[2] = {erlang_c(SLOTS, load) / ((SLOTS - load) * 60), load / SLOTS};
    for (int i = 0; i < 2; i++) {
        const double mean = sum[i] / REPLICAS;
        const double error = sqrt((squares[i] / REPLICAS - mean * mean) / (REPLICAS - 1));
        ck_assert_msg(fabs(mean - expected[i]) < 3.5 * error, "%d: %g, expected %g, error %g", i,
                      mean, expected[i], error);
    }
    economy_close(&t);
}
END_TEST

/* Slots that fail and are repaired each on their own: up for mttf / (mttf + mttr) of the time. */
START_TEST(failures_alone_are_machine_repair)
{
    enum { REPLICAS = 40 };
    ds_economy_test t;
    economy_open(&t, "seed: 4\nhorizon: 220\nwarmup: 20\nobserve: unlimited\n"
                     "holders: {scale: 0.001, review: 36500}\ndemand: {scale: 0}\n"
                     "providers: {review: 36500, mttf: 4 d, repair: {distribution: exponential, "
                     "mean: 1}, cohorts: {all: {count: 30, slots: 1, gpus: 2, active: 1}}}\n");
    double sum = 0, squares = 0;
    for (uint32_t r = 0; r < REPLICAS; r++) {
        double *const rows = run_rows(&t, r);
        const double up = at(rows, 1, "slots_up");
        sum += up;
        squares += up * up;
        free(rows);
    }
    const double mean = sum / REPLICAS;
    const double error = sqrt((squares / REPLICAS - mean * mean) / (REPLICAS - 1));
    const double expected = 30 * 2.0 / (2 + 1); /* two GPUs a slot halve the time to failure */
    ck_assert_msg(fabs(mean - expected) < 3.5 * error, "%g, expected %g, error %g", mean, expected,
                  error);
    ck_assert_double_lt(error, 0.05);
    economy_close(&t);
}
END_TEST

/* Merton 1976: log return of t years has variance t (sigma^2 + lambda (mu^2 + delta^2)), and the
 * expected price grows with exp(drift t). */
START_TEST(the_outside_price_alone_is_merton_s)
{
    enum { REPLICAS = 800 };
    const double years = 73.0 / 365, sigma = 0.6, lambda = 20, delta = 0.1, drift = 0.5;
    ds_economy_test t;
    economy_open(&t, "seed: 4\nhorizon: 73\nobserve: unlimited\n"
                     "holders: {scale: 0.001, review: 36500}\nconsumers: {review: 36500, scale: "
                     "0.001, cohorts: {all: {count: 1}}}\ndemand: {scale: 0}\n"
                     "policies: {buyback: {use: none}}\n"
                     "markets: {arbitrage: 0, noise: 0, permanent: 0, price: {drift: 0.5, "
                     "volatility: 0.6, jumps: 20, jump_spread: 0.1}}\n");
    double sum = 0, squares = 0, growth = 0, growth_squares = 0;
    for (uint32_t r = 0; r < REPLICAS; r++) {
        double *const rows = run_rows(&t, r);
        const double ratio = at(rows, 1, "vvv_price_outside") / at(rows, 0, "vvv_price_outside");
        sum += log(ratio);
        squares += log(ratio) * log(ratio);
        growth += ratio;
        growth_squares += ratio * ratio;
        free(rows);
    }
    const double mean = sum / REPLICAS, variance = squares / REPLICAS - mean * mean;
    const double expected = years * (sigma * sigma + lambda * delta * delta);
    ck_assert_msg(fabs(variance / expected - 1) < 3.5 * sqrt(2.0 / REPLICAS) * 1.2,
                  "variance %g, expected %g", variance, expected);
    const double rise = growth / REPLICAS;
    const double error = sqrt((growth_squares / REPLICAS - rise * rise) / (REPLICAS - 1));
    ck_assert_msg(fabs(rise - exp(drift * years)) < 3.5 * error, "growth %g, expected %g +- %g",
                  rise, exp(drift * years), error);
    economy_close(&t);
}
END_TEST

/* ---- identities ---- */

START_TEST(supplies_add_up_at_every_observation)
{
    ds_economy_test t;
    economy_open(&t, "seed: 5\nhorizon: 60\nholders: {scale: 0.1}\ndemand: {jobs_per_day: 500}\n"
                     "policies: {fee_split: {use: fixed, providers: 0.6, stakers: 0.1, minters: "
                     "0.1, treasury: 0.1, burn: 0.1}}\n");
    double *const rows = run_rows(&t, 1);
    double burned = at(rows, 0, "vvv_supply") - at(rows, 0, "vvv_effective_supply");
    for (size_t k = 1; k <= 60; k++) {
        burned += at(rows, k, "vvv_burned");
        const double supply = at(rows, k, "vvv_supply");
        ck_assert_double_eq_tol(supply - at(rows, k - 1, "vvv_supply"), at(rows, k, "vvv_emitted"),
                                1e-6);
        ck_assert_double_eq_tol(supply - burned, at(rows, k, "vvv_effective_supply"), 1e-4);
        ck_assert_double_eq_tol(at(rows, k, "vvv_circulating") + at(rows, k, "vvv_staked") +
                                    at(rows, k, "vvv_cooling"),
                                at(rows, k, "vvv_effective_supply"), 1e-6);
        ck_assert_double_eq_tol(at(rows, k, "average_lock") * at(rows, k, "diem_supply"),
                                at(rows, k, "vvv_locked"), 1e-6);
        ck_assert_double_eq_tol(at(rows, k, "diem_supply") - at(rows, k - 1, "diem_supply"),
                                at(rows, k, "diem_minted") - at(rows, k, "diem_burned"), 1e-6);
        const double cash = at(rows, k, "paid_stakers") + at(rows, k, "paid_minters") +
                            at(rows, k, "paid_treasury") + at(rows, k, "paid_burn");
        ck_assert_double_eq_tol(at(rows, k, "paid_stakers"), 0.1 * at(rows, k, "fees_usd"), 1e-4);
        ck_assert_double_ge(at(rows, k, "fees_usd") * 1.0000001, cash);
        ck_assert_double_gt(at(rows, k, "vvv_burned"), 0);
        ck_assert_double_le(at(rows, k, "vvv_locked"), at(rows, k, "vvv_staked"));
        ck_assert_double_le(at(rows, k, "diem_staked"), at(rows, k, "diem_supply"));
    }
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    free(rows);
    economy_close(&t);
}
END_TEST

/* ---- causal arrows ---- */

enum { PAIRS = 120, EFFECTS_MOST = 12 };

/* A metric, and the way it goes when demand rises. */
typedef struct ds_effect {
    const char *metric;
    int sign;
} ds_effect;

typedef struct ds_arrows {
    const char *text; /* ends where the scale of demand goes */
    ds_effect effect[EFFECTS_MOST];
} ds_arrows;

static const ds_arrows arrows[] = {
    /* The deployed rules: stakers are paid by emission, which the more stake shares. */
    {"seed: 11\nhorizon: 180\nholders: {scale: 0.2}\nconsumers: {scale: 0.5}\n"
     "demand: {jobs_per_day: 400, scale: ",
     {{"utilization", 1},
      {"diem_price", 1},
      {"vvv_locked", 1},
      {"diem_supply", 1},
      {"vvv_staked", 1},
      {"vvv_circulating", -1},
      {"mint_rate", 1},
      {"rent_price", 1},
      {"paid_providers", 1}}},
    /* Fees to stakers, as first designed: their yield rises with use. */
    {"seed: 11\nhorizon: 90\nholders: {scale: 0.2}\nconsumers: {scale: 0.5}\n"
     "policies: {mint: {use: exponential_cubic, target: 40000}, buyback: {use: none}, fee_split: "
     "{use: utilization_sloped, providers: 0.7}}\ndemand: {jobs_per_day: 400, scale: ",
     {{"utilization", 1},
      {"diem_price", 1},
      {"diem_minted", 1},
      {"diem_supply", 1},
      {"vvv_locked", 1},
      {"vvv_circulating", -1},
      {"apr_fees", 1},
      {"paid_stakers", 1}}},
};

/* Means over the second half of the run, of each metric and replica. */
static void means(const ds_arrows *a, const char *scale, double mean[PAIRS][EFFECTS_MOST])
{
    ds_economy_test t;
    char text[1000];
    (void)snprintf(text, sizeof text, "%s%s}\n", a->text, scale);
    economy_open(&t, text);
    const size_t times = ds_frame_times(&t.scenario.frame);
    for (uint32_t r = 0; r < PAIRS; r++) {
        double *const rows = run_rows(&t, r);
        for (int m = 0; m < EFFECTS_MOST && a->effect[m].metric; m++) {
            mean[r][m] = 0;
            for (size_t k = times / 2; k < times; k++)
                mean[r][m] += at(rows, k, a->effect[m].metric) / (double)(times - times / 2);
        }
        free(rows);
    }
    economy_close(&t);
}

/* Demand up by 30 % moves them one way, down by 30 % the other: paired on the same random numbers,
 * the interval of the mean difference lies clear of 0 by two standard errors. */
START_TEST(demand_moves_what_it_should)
{
    const ds_arrows *const a = &arrows[_i / 2];
    const int up = _i % 2 == 0;
    static double base[PAIRS][EFFECTS_MOST], moved[PAIRS][EFFECTS_MOST];
    means(a, "1", base);
    means(a, up ? "1.3" : "0.7", moved);
    for (int m = 0; m < EFFECTS_MOST && a->effect[m].metric; m++) {
        double sum = 0, squares = 0;
        for (int r = 0; r < PAIRS; r++) {
            const double d = (moved[r][m] - base[r][m]) * a->effect[m].sign * (up ? 1 : -1);
            sum += d;
            squares += d * d;
        }
        const double mean = sum / PAIRS,
                     error = sqrt((squares / PAIRS - mean * mean) / (PAIRS - 1));
        ck_assert_msg(mean > 2 * error, "%s: %g +- %g", a->effect[m].metric, mean, error);
    }
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{the_deployed_economy_starts_at_its_published_figures, 0},
                             {the_schedule_issues_what_was_issued, 0},
                             {the_compute_market_alone_is_erlang_c, 0},
                             {supplies_add_up_at_every_observation, 0},
                             {failures_alone_are_machine_repair, 0},
                             {the_outside_price_alone_is_merton_s, 0},
                             {demand_moves_what_it_should, 4},
                             {0}};
    return ds_run_tests("economy", tests, 600);
}
