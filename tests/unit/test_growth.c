/* How populations grow: curves, who comes, newcomers' money, and whose draws stay as they are. */
#include "run.h"
#include "tests/economy.h"

#include "models/diem/growth.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Nobody acts of their own accord. */
#define STILL                                                                                    \
    "seed: 1\nstart: 2026-09-19\nproviders: {review: 36500}\nmarkets: {arbitrage: 0, noise: 0, " \
    "permanent: 0}\n"
#define IDLE STILL "demand: {scale: 0}\n"

/* ---- curves ---- */

static ds_choice curve_of(ds_economy_test *t)
{
    return t->w->config->holders.growth;
}

/* n(t) = n(0) K / (1 + (K - 1) exp(-g t)) (Verhulst 1838), by hand: K 4, g ln(3) a year. */
START_TEST(a_logistic_curve_is_verhulst_s)
{
    ds_economy_test t;
    economy_open(&t, IDLE "horizon: 1\nholders: {scale: 0.001, growth: {curve: logistic, limit: 4, "
                          "rate: 1.0986122886681098}}\n");
    const ds_choice curve = curve_of(&t);
    ck_assert_double_eq(ds_growth_level(&curve, 0, 0), 1);
    ck_assert_double_eq_tol(ds_growth_level(&curve, 0, 365), 2, 1e-12);
    ck_assert_double_eq_tol(ds_growth_level(&curve, 0, 730), 3, 1e-12);
    ck_assert_double_eq_tol(ds_growth_level(&curve, 0, 1e6), 4, 1e-12);
    economy_close(&t);
}
END_TEST

START_TEST(half_of_the_limit_is_there_at_the_midpoint)
{
    ds_economy_test t;
    economy_open(&t, IDLE "horizon: 1\nholders: {scale: 0.001, growth: {curve: logistic, limit: 7, "
                          "midpoint: 90 d}}\n");
    const ds_choice curve = curve_of(&t);
    ck_assert_double_eq(ds_growth_level(&curve, 0, 0), 1);
    ck_assert_double_eq_tol(ds_growth_level(&curve, 0, 90), 3.5, 1e-12);
    economy_close(&t);
}
END_TEST

#define COUNTS                                                                        \
    "date,users\n2026-09-01,500\n2026-09-19,1000\n2026-09-29,1500\n2026-10-09,1200\n" \
    "2026-10-19,3000\n"

static double at_day(const ds_choice *curve, double day)
{
    return ds_growth_level(curve, 20715, day);
}

START_TEST(a_path_of_counts_is_relative_to_the_start)
{
    const ds_scenario_file file = ECONOMY_FILE("n.csv", COUNTS);
    ds_economy_test t;
    economy_open_with(&t,
                      IDLE "horizon: 40\nholders: {scale: 0.001, growth: {curve: path, counts: "
                           "{file: n.csv, gaps: true}}}\n",
                      &file, 1);
    const ds_choice curve = curve_of(&t);
    ck_assert_double_eq(at_day(&curve, 0), 1);
    ck_assert_double_eq_tol(at_day(&curve, 5), 1.25, 1e-12);
    ck_assert_double_eq_tol(at_day(&curve, 20), 1.2, 1e-12);
    ck_assert_double_eq_tol(at_day(&curve, 30), 3, 1e-12);
    ck_assert_double_eq_tol(at_day(&curve, 3000), 3, 1e-12);
    economy_close(&t);
}
END_TEST

/* Of a path that goes up to four times the start and comes back all have room. */
START_TEST(there_is_room_for_the_most_on_the_way)
{
    const ds_scenario_file file =
        ECONOMY_FILE("n.csv", "date,users\n2026-09-19,100\n2026-09-24,400\n2026-09-29,100\n");
    ds_economy_test t;
    economy_open_with(&t,
                      IDLE "horizon: 10\n"
                           "holders: {growth: {curve: path, counts: {file: n.csv}}}\n",
                      &file, 1);
    ck_assert_uint_ge(t.w->most[DS_HOLDERS][0], 4 * t.w->holder_first[1]);
    economy_close(&t);
}
END_TEST

/* ---- who comes ---- */

/* Newcomers are a Poisson number, so mean and variance are what the curve has risen. */
static void expect_arrivals(ds_economy_test *t, double day, double expected)
{
    enum { REPLICAS = 60 };
    double sum = 0;
    for (uint32_t r = 0; r < REPLICAS; r++) {
        economy_begin(t, r);
        const double start = t->w->eco->crowd[DS_HOLDERS].all;
        economy_until(t, day);
        sum += t->w->eco->crowd[DS_HOLDERS].all - start;
    }
    const double error = sqrt(expected / REPLICAS);
    ck_assert_msg(fabs(sum / REPLICAS - expected) < 5 * error, "day %g: %g, expected %g +- %g", day,
                  sum / REPLICAS, expected, error);
}

#define QUIET                                                                    \
    IDLE "horizon: 60\nconsumers: {scale: 0.001, review: 36500, cohorts: {all: " \
         "{count: 1}}}\n"

START_TEST(holders_come_as_the_logistic_curve_expects)
{
    static const double days[] = {7.3, 30, 60};
    ds_economy_test t;
    economy_open(&t, QUIET "holders: {review: 36500, growth: {curve: logistic, limit: 4, rate: "
                           "20}, cohorts: {a: {count: 100}, b: {count: 50}}}\n");
    const double day = days[_i], hours = floor(day * 24 + 1e-9) / 24;
    ck_assert_double_eq_tol(hours, day, 0.05);
    const double level = 4 / (1 + 3 * exp(-20 * day / 365));
    expect_arrivals(&t, day, 150 * (level - 1));
    economy_close(&t);
}
END_TEST

/* 1000 -> 1500 by day 10; the fall brings nobody, nor the rise until it passes 1500 again, on day
 * 21.67; 3000 by day 30, and nobody after that. */
START_TEST(holders_come_as_a_path_of_counts_rises)
{
    static const struct {
        double day, arrivals;
    } expected[] = {{5, 50}, {10, 100}, {20, 100}, {30, 400}, {45, 400}};
    const ds_scenario_file file = ECONOMY_FILE("n.csv", COUNTS);
    ds_economy_test t;
    economy_open_with(&t,
                      QUIET "holders: {review: 36500, cohorts: {a: {count: 200, growth: {curve: "
                            "path, counts: {file: n.csv, gaps: true}}}, b: {count: 50}}}\n",
                      &file, 1);
    expect_arrivals(&t, expected[_i].day, expected[_i].arrivals);
    ck_assert_uint_eq(t.w->eco->crowd[DS_HOLDERS].present[1], 50);
    economy_close(&t);
}
END_TEST

/* ---- newcomers' money ---- */

#define GROWING                                                                                 \
    "seed: 3\nhorizon: 90\ndemand: {jobs_per_day: 100}\n"                                       \
    "holders: {review: 2, growth: {curve: logistic, limit: 3, rate: 12}, cohorts: {a: {count: " \
    "60, arrives_with: 5000}, b: {count: 40, holdings: {distribution: lognormal, sigma: 1}, "   \
    "arrives_with: 20000, inertia: 0.1, lock_premium: -1}}}\n"                                  \
    "consumers: {cohorts: {c: {count: 40}, d: {count: 20, growth: {curve: logistic, limit: 4, " \
    "rate: 12}}}}\n"

START_TEST(what_newcomers_bring_is_minted_and_nothing_else)
{
    ds_economy_test t;
    economy_open(
        &t, IDLE
        "horizon: 60\npolicies: {buyback: {use: none}}\nholders: {review: 36500, "
        "growth: {curve: logistic, limit: 3, rate: 20}, cohorts: {a: {count: "
        "50, cash: 0, rent_out: 0}}}\nconsumers: {review: 36500, cohorts: {all: {count: 20}}}\n");
    economy_begin(&t, 0);
    const ds_book *const usd = &t.w->eco->ledger.book[DS_USD];
    ck_assert_int_eq(usd->bucket[DS_LIQUID], 0);
    const ds_sum before = usd->minted - usd->burned;
    economy_until(&t, 50);
    const uint32_t all = t.w->eco->crowd[DS_HOLDERS].all;
    ds_amount sum = 0;
    for (uint32_t i = 50; i < all; i++)
        sum += t.w->holder[i].usd;
    ck_assert_uint_gt(all, 100);
    ck_assert_int_gt(sum, 0);
    ck_assert_int_eq(usd->bucket[DS_LIQUID], sum);
    ck_assert_double_eq_tol(t.w->eco->flow.arrived, ds_tokens(sum), 1e-6);
    ck_assert(usd->minted - usd->burned - before == sum);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

/* Half as many at scale 0.5 bring twice as much each. */
START_TEST(newcomers_bring_the_same_in_total_at_any_scale)
{
    ds_economy_test t;
    economy_open(&t, IDLE "horizon: 60\nholders: {review: 36500, scale: 0.5, growth: {curve: "
                          "logistic, limit: 3, rate: 20}, cohorts: {a: {count: 100, arrives_with: "
                          "300, holdings: {distribution: zipf, exponent: 0}}}}\n");
    economy_begin(&t, 0);
    economy_until(&t, 50);
    ck_assert_uint_gt(t.w->eco->crowd[DS_HOLDERS].all, 100);
    for (uint32_t i = 50; i < t.w->eco->crowd[DS_HOLDERS].all; i++)
        ck_assert_int_eq(t.w->holder[i].usd, 60000000000);
    economy_close(&t);
}
END_TEST

/* They buy and stake, mint and use, each through the markets; rows of who has not come stay empty.
 */
START_TEST(newcomers_act_like_everybody_else)
{
    static const ds_holder nobody;
    ds_economy_test t;
    economy_open(&t, GROWING);
    economy_begin(&t, 0);
    economy_until(&t, 80);
    const ds_crowd *const crowd = &t.w->eco->crowd[DS_HOLDERS];
    ds_holder sum = {0};
    double cohort[2] = {0};
    for (uint32_t i = 100; i < crowd->all; i++) {
        const ds_holder *const h = &t.w->holder[i];
        cohort[h->cohort]++;
        sum.staked += h->staked;
        sum.locked += h->locked;
        sum.outstanding += h->outstanding;
        ck_assert(h->required > 0);
    }
    ck_assert(sum.staked > 0 && sum.locked > 0 && sum.outstanding > 0);
    ck_assert_double_eq(cohort[0] + 60, crowd->present[0]);
    ck_assert_double_eq(cohort[1] + 40, crowd->present[1]);
    for (uint32_t i = crowd->all; i < t.w->holders; i++)
        ck_assert_mem_eq(&t.w->holder[i], &nobody, sizeof nobody);
    ck_assert_double_eq_tol(t.w->holder_clock[DS_FIRST]->rate, 100 / 2.0, 1e-9);
    ck_assert_double_eq_tol(t.w->holder_clock[DS_LATER]->rate, (crowd->all - 100) / 2.0, 1e-9);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

START_TEST(new_consumers_spend_and_choose_a_route)
{
    ds_economy_test t;
    economy_open(&t, GROWING);
    economy_begin(&t, 0);
    economy_until(&t, 80);
    const ds_world *const w = t.w;
    const ds_crowd *const crowd = &w->eco->crowd[DS_CONSUMERS];
    ds_sum spend[DS_ROUTES] = {0};
    double here = 0, mean = 0, late_jobs = 0;
    ck_assert_uint_eq(crowd->present[0], 40);
    ck_assert_uint_gt(crowd->present[1], 50);
    for (uint32_t i = 0; i < crowd->all; i++) {
        const ds_consumer *const c = &w->consumer[i];
        spend[c->route] += ds_amount_of(c->spend);
        here += c->route != DS_ROUTE_OUTSIDE;
        mean += i >= 60 ? c->spend / (crowd->all - 60) : 0;
        late_jobs += i >= 60 && c->day != DS_NO_DAY;
        ck_assert(i < 60 || c->cohort == 1);
        ck_assert_uint_eq(ds_consumer_row(w, c->cohort, ds_consumer_place(w, i)), i);
    }
    ck_assert_mem_eq(spend, w->eco->spend_by, sizeof spend);
    ck_assert_double_eq(here, w->eco->served_here);
    ck_assert_double_eq_tol(w->consumer_clock[DS_FIRST]->rate, 60 / 14.0, 1e-9);
    ck_assert_double_eq_tol(w->consumer_clock[DS_LATER]->rate, (crowd->all - 60) / 14.0, 1e-9);
    ck_assert_double_gt(mean, 0.2 * 18000 / 2 / 20); /* half of the spend, 20 consumers */
    ck_assert_double_gt(late_jobs, 0);
    economy_close(&t);
}
END_TEST

/* ---- common random numbers ---- */

static double *series(const char *text, size_t *values)
{
    ds_economy_test t;
    economy_open(&t, text);
    double outcomes[64];
    *values = ds_metric_count(ds_diem_model.metrics) * ds_frame_times(&t.scenario.frame);
    double *const rows = malloc(*values * sizeof *rows);
    ck_assert_msg(ds_replica_run(&t.replica, 2, rows, outcomes), "%s", t.replica.status.text);
    economy_close(&t);
    return rows;
}

#define WHOLE                                                                         \
    "seed: 9\nhorizon: 40\nholders: {scale: 0.05}\nconsumers: {scale: 0.1}\ndemand: " \
    "{jobs_per_day: 100, growth_limit: 1}\n"

/* The mechanisms are on in the second run, with nobody to bring and nothing to move. */
START_TEST(a_mechanism_that_does_nothing_changes_no_bit)
{
    static const char *const idle[] = {
        WHOLE "include: growth.yaml\n",
        WHOLE "include: outside.yaml\n",
    };
    const ds_scenario_file files[] = {
        ECONOMY_FILE("growth.yaml",
                     "holders: {growth: {curve: logistic, limit: 1}}\nconsumers: {growth: {curve: "
                     "logistic, limit: 1}}\n"),
        ECONOMY_FILE("outside.yaml", "consumers: {outside: {half_life: 3 d}}\n")};
    size_t values;
    double *const plain = series(WHOLE, &values);
    ds_economy_test t;
    economy_open_with(&t, idle[_i], files, 2);
    double *const rows = malloc(values * sizeof *rows), outcomes[64];
    ck_assert_msg(ds_replica_run(&t.replica, 2, rows, outcomes), "%s", t.replica.status.text);
    ck_assert_mem_eq(rows, plain, values * sizeof *rows);
    economy_close(&t);
    free(rows);
    free(plain);
}
END_TEST

/* Who is there at the start is the same, and meets the same prices, however many come. */
START_TEST(growth_leaves_everybody_else_s_draws_alone)
{
    ds_economy_test few, many;
    economy_open(&few, IDLE "horizon: 30\nholders: {review: 36500, scale: 0.01}\nconsumers: "
                            "{scale: 0.01, review: 36500}\n");
    economy_open(&many, IDLE "horizon: 30\nholders: {review: 36500, scale: 0.01, growth: {curve: "
                             "logistic, limit: 5, rate: 30}}\nconsumers: {scale: 0.01, review: "
                             "36500, growth: {curve: logistic, limit: 5, rate: 30}}\n");
    economy_begin(&few, 1);
    economy_begin(&many, 1);
    const uint32_t holders = few.w->holders, consumers = few.w->consumers;
    ck_assert_mem_eq(few.w->holder, many.w->holder, holders * sizeof(ds_holder));
    ck_assert_mem_eq(few.w->consumer, many.w->consumer, consumers * sizeof(ds_consumer));
    economy_until(&few, 30);
    economy_until(&many, 30);
    ck_assert_uint_gt(many.w->eco->crowd[DS_HOLDERS].all, holders + 50);
    ck_assert_double_eq(few.w->eco->offered.price, many.w->eco->offered.price);
    economy_close(&few);
    economy_close(&many);
}
END_TEST

/* What has happened by a day does not depend on how long the run goes on. */
START_TEST(a_longer_run_begins_as_the_shorter_one)
{
    static const char text[] =
        "holders: {scale: 0.01, growth: {curve: logistic, limit: 3, rate: 9}}\ndemand: "
        "{jobs_per_day: 50}\nconsumers: {scale: 0.02, growth: {curve: logistic, limit: 3, rate: "
        "9}}\n";
    char shorter[sizeof text + 40], longer[sizeof text + 40];
    (void)snprintf(shorter, sizeof shorter, "seed: 4\nhorizon: 20\n%s", text);
    (void)snprintf(longer, sizeof longer, "seed: 4\nhorizon: 40\n%s", text);
    size_t values[2];
    double *const a = series(shorter, &values[0]), *const b = series(longer, &values[1]);
    ck_assert_uint_lt(values[0], values[1]);
    ck_assert_mem_eq(a, b, values[0] * sizeof *a);
    free(a);
    free(b);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{a_logistic_curve_is_verhulst_s, 0},
                             {half_of_the_limit_is_there_at_the_midpoint, 0},
                             {there_is_room_for_the_most_on_the_way, 0},
                             {a_path_of_counts_is_relative_to_the_start, 0},
                             {holders_come_as_the_logistic_curve_expects, 3},
                             {holders_come_as_a_path_of_counts_rises, 5},
                             {what_newcomers_bring_is_minted_and_nothing_else, 0},
                             {newcomers_bring_the_same_in_total_at_any_scale, 0},
                             {newcomers_act_like_everybody_else, 0},
                             {new_consumers_spend_and_choose_a_route, 0},
                             {a_mechanism_that_does_nothing_changes_no_bit, 2},
                             {growth_leaves_everybody_else_s_draws_alone, 0},
                             {a_longer_run_begins_as_the_shorter_one, 0},
                             {0}};
    return ds_run_tests("growth", tests, 60);
}
