/* What scenarios say of populations and paths: balances from a file, demand and the outside price
 * on a path, and what is refused. */
#include "run.h"
#include "tests/economy.h"

#include "models/diem/consumers.h"
#include "models/diem/demand.h"

#include <math.h>
#include <stdio.h>

/* Nobody acts of their own accord. */
#define STILL                                                                                    \
    "seed: 1\nstart: 2026-09-19\nproviders: {review: 36500}\nmarkets: {arbitrage: 0, noise: 0, " \
    "permanent: 0}\n"
#define IDLE STILL "demand: {scale: 0}\n"

/* ---- balances from a file ---- */

/* Where doubles would be a unit off. */
#define BALANCES           \
    "owner,svvv\n"         \
    "a,4831474.07327728\n" \
    "b,0.00000001\n"       \
    "c,23616.46887222\n"   \
    "d,0.00000000\n"       \
    "e,4085538.91361030\n" \
    "f,52289.87496724\n"   \
    "g,85.06004368\n"
static const ds_amount balances[] = {483147407327728, 1,         2361646887222, 0, 408553891361030,
                                     5228987496724,   8506004368};
enum { ROWS = 7 };

static ds_amount sum_of(const ds_amount *x, int n)
{
    ds_amount sum = 0;
    for (int i = 0; i < n; i++)
        sum += x[i];
    return sum;
}

/* A cohort whose part is what the rows add up to gets them to the unit; of what is locked, the same
 * proportions. Alone, or before a second cohort with the same weight. */
START_TEST(balances_of_a_file_are_held_to_the_unit)
{
    static const char
        alone[] =
            IDLE "horizon: 1\nholders: {cohorts: {given: {count: 7, holdings: {distribution: csv, "
                 "from: {file: b.csv, column: svvv}}}}}\n"
                 "initial: {vvv_staked: 9993014.39077073, vvv_locked: 1000010}\n",
        two[] =
            IDLE "horizon: 1\nholders: {cohorts: {given: {count: 7, holdings: {distribution: csv, "
                 "from: {file: b.csv, column: svvv}}, locked: 0}, drawn: {count: 20}}}\n"
                 "initial: {vvv_staked: 18986018.78154146, vvv_locked: 1000010}\n";
    const ds_scenario_file file = ECONOMY_FILE("b.csv", BALANCES);
    ds_economy_test t;
    economy_open_with(&t, _i ? two : alone, &file, 1);
    economy_begin(&t, 0);
    const double all = (double)sum_of(balances, ROWS);
    for (int i = 0; i < ROWS; i++) {
        ck_assert_int_eq(t.w->holder[i].staked, balances[i]);
        const double locked = _i ? 0 : 1000010e8 * (double)balances[i] / all;
        ck_assert_double_eq_tol((double)t.w->holder[i].locked, locked, 1);
    }
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

/* Their sum in units is beyond what a double counts, each of them is not. */
START_TEST(large_balances_of_a_file_are_held_to_the_unit)
{
#define FOUR "17000000.00000001\n17000000.00000003\n16999999.99999998\n16999999.99999998\n"
    const ds_scenario_file file = ECONOMY_FILE("b.csv", "v\n" FOUR FOUR FOUR);
    const ds_amount units[] = {1700000000000001, 1700000000000003, 1699999999999998,
                               1699999999999998};
    ds_economy_test t;
    economy_open_with(&t,
                      IDLE "horizon: 1\nholders: {cohorts: {given: {count: 12, holdings: "
                           "{distribution: csv, from: b.csv}}}}\n"
                           "initial: {vvv_supply: 1e9, vvv_staked: 205e6, vvv_locked: 1e6}\n",
                      &file, 1);
    economy_begin(&t, 0);
    for (int i = 0; i < 12; i++)
        ck_assert_int_eq(t.w->holder[i].staked, units[i % 4]);
    economy_close(&t);
#undef FOUR
}
END_TEST

START_TEST(scaled_cohorts_keep_what_a_file_gives_in_total)
{
    const ds_scenario_file file = ECONOMY_FILE("b.csv", "v\n4\n2\n1\n1\n");
    static const char text[] = IDLE
        "horizon: 1\nholders: {cohorts: {given: {count: 4, holdings: {distribution: csv, from: "
        "b.csv}}}}\ninitial: {vvv_staked: 8e6, vvv_locked: 1e6, diem_supply: 9000, "
        "diem_staked: 0}\n";
    char scaled[sizeof text + 40];
    (void)snprintf(scaled, sizeof scaled, "%s%s", text, _i ? "include: more.yaml\n" : "");
    const ds_scenario_file files[] = {file, ECONOMY_FILE("more.yaml", "holders: {scale: 0.5}\n")};
    ds_economy_test t;
    economy_open_with(&t, scaled, files, 2);
    economy_begin(&t, 0);
    const ds_amount whole[] = {350000000000000, 175000000000000, 87500000000000, 87500000000000};
    const ds_amount merged[] = {525000000000000, 175000000000000};
    for (int i = 0; i < (_i ? 2 : 4); i++)
        ck_assert_int_eq(t.w->holder[i].staked, (_i ? merged : whole)[i]);
    economy_close(&t);
}
END_TEST

/* Ranks of a Zipf law, whatever the cohort has in all. */
START_TEST(consumers_and_providers_are_spread_by_the_same_rules)
{
    ds_economy_test t;
    economy_open(&t,
                 "seed: 1\nhorizon: 1\nholders: {scale: 0.01}\nconsumers: {cohorts: {all: {count: "
                 "10, spending: {distribution: zipf, exponent: 2}}}}\n"
                 "providers: {cohorts: {all: {count: 5, slots: 2, active: 1, speed: 100, "
                 "cost: 10, cost_spread: 0, sizes: {distribution: zipf, exponent: 1}}}}\n");
    economy_begin(&t, 0);
    double sum = 0, speed = 0;
    for (int i = 0; i < 10; i++) {
        const double ratio = t.w->consumer[0].spend / t.w->consumer[i].spend;
        ck_assert_double_eq_tol(ratio, (i + 1) * (i + 1), 1e-9);
        sum += t.w->consumer[i].spend;
    }
    ck_assert_double_eq_tol(sum, 27000, 1e-6);
    for (int i = 0; i < 5; i++) {
        const ds_provider *const p = &t.w->provider[i];
        const double own = (double)t.w->slot[p->first].speed;
        ck_assert_double_eq_tol((double)t.w->slot[0].speed / own, i + 1, 1e-5);
        ck_assert_double_eq_tol(p->cost / own, 0.1, 1e-6);
        speed += own * p->slots;
    }
    ck_assert_double_eq_tol(speed, 1000, 1e-3);
    economy_close(&t);
}
END_TEST

/* Both are lognormal here, and would be the same numbers if they came from one stream. */
START_TEST(what_a_consumer_spends_says_nothing_of_what_it_requires)
{
    enum { MEMBERS = 2000 };
    ds_economy_test t;
    economy_open(&t, IDLE "horizon: 1\nholders: {scale: 0.01}\nconsumers: {cohorts: {all: {count: "
                          "2000, required_spread: 0.5, spending: {distribution: lognormal, sigma: "
                          "1}}}}\n");
    economy_begin(&t, 0);
    double sum[2] = {0}, squares[2] = {0}, product = 0;
    for (int i = 0; i < MEMBERS; i++) {
        const ds_consumer *const c = &t.w->consumer[i];
        const double x[2] = {log(c->spend), log((double)c->required)};
        for (int k = 0; k < 2; k++) {
            sum[k] += x[k] / MEMBERS;
            squares[k] += x[k] * x[k] / MEMBERS;
        }
        product += x[0] * x[1] / MEMBERS;
    }
    const double spread[2] = {sqrt(squares[0] - sum[0] * sum[0]),
                              sqrt(squares[1] - sum[1] * sum[1])};
    ck_assert_double_lt(fabs(product - sum[0] * sum[1]) / (spread[0] * spread[1]),
                        5 / sqrt(MEMBERS));
    economy_close(&t);
}
END_TEST

/* Cost and speed are in proportion: where a slot does not pay, neither does a small one. */
START_TEST(a_small_provider_earns_as_little_as_it_serves)
{
    ds_economy_test t;
    economy_open(&t, "seed: 1\nhorizon: 60\nholders: {scale: 0.01}\ndemand: {jobs_per_day: 100}\n"
                     "providers: {review: 5, cohorts: {all: {count: 30, active: 0, speed: 100, "
                     "cost: 90, cost_spread: 0, sizes: {distribution: zipf, exponent: 1}}}}\n");
    economy_begin(&t, 0);
    economy_until(&t, 60);
    ck_assert_double_eq(t.w->eco->providers_in.value, 0);
    economy_close(&t);
}
END_TEST

/* ---- demand ---- */

START_TEST(demand_does_not_grow_twice)
{
    ds_economy_test t;
    economy_open(&t, STILL "horizon: 30\nholders: {scale: 0.01}\ndemand: {scale: 2, jobs_per_day: "
                           "50, growth_limit: 3, growth_rate: 5}\nconsumers: {cohorts: {alone: "
                           "{count: 5}, joined: {count: 5, growth: {curve: logistic}}}}\n");
    economy_begin(&t, 0);
    economy_until(&t, 30);
    const double grown = 3 / (1 + 2 * exp(-5 * 30.0 / 365));
    ck_assert_double_eq_tol(ds_demand_multiplier(t.w, 0), 2 * grown, 1e-9);
    ck_assert_double_eq(ds_demand_multiplier(t.w, 1), 2);
    economy_close(&t);
}
END_TEST

/* On the path its value, by each rule; behind it the last value times what growth adds from then.
 */
START_TEST(demand_follows_a_path_and_grows_on_from_its_end)
{
    static const struct {
        const char *rule;
        double day_5;
    } rules[] = {{"linear", 1.5}, {"step", 1}, {"log-linear", 1.4142135623730951}};
    const ds_scenario_file file =
        ECONOMY_FILE("i.csv", "date,index\n2026-09-19,1\n2026-09-29,2\n2026-10-09,0.5\n");
    char text[600];
    (void)snprintf(text, sizeof text,
                   STILL
                   "horizon: 60\nholders: {scale: 0.01}\ndemand: {jobs_per_day: 50, scale: 3, "
                   "growth_limit: 3, growth_rate: 5, path: {file: i.csv, column: index, "
                   "interpolation: %s}}\n",
                   rules[_i].rule);
    ds_economy_test t;
    economy_open_with(&t, text, &file, 1);
    economy_begin(&t, 0);
    ck_assert_double_eq(ds_demand_multiplier(t.w, 0), 3);
    economy_until(&t, 5);
    ck_assert_double_eq_tol(ds_demand_multiplier(t.w, 0), 3 * rules[_i].day_5, 1e-9);
    economy_until(&t, 20);
    ck_assert_double_eq_tol(ds_demand_multiplier(t.w, 0), 1.5, 1e-9);
    economy_until(&t, 60);
    const double grown = (1 + 2 * exp(-5 * 20.0 / 365)) / (1 + 2 * exp(-5 * 60.0 / 365));
    ck_assert_double_eq_tol(ds_demand_multiplier(t.w, 0), 1.5 * grown, 1e-9);
    economy_close(&t);
}
END_TEST

/* A path that starts at 2 doubles what arrives; the hour's rates are the path's. */
START_TEST(demand_on_a_path_is_what_arrives)
{
    const ds_scenario_file file = ECONOMY_FILE("i.csv", "date,index\n2026-09-19,2\n2026-11-19,2\n");
    ds_economy_test t;
    double spent[2];
    for (int i = 0; i < 2; i++) {
        economy_open_with(&t,
                          i ? STILL "horizon: 30\nholders: {scale: 0.01}\nconsumers: {review: "
                                    "36500, elasticity: 0, cohorts: {all: {count: 20}}}\ninitial: "
                                    "{diem_staked: 0}\ndemand: "
                                    "{jobs_per_day: 3000, growth_limit: 1, path: i.csv}\n"
                            : STILL "horizon: 30\nholders: {scale: 0.01}\nconsumers: {review: "
                                    "36500, elasticity: 0, cohorts: {all: {count: 20}}}\ninitial: "
                                    "{diem_staked: 0}\ndemand: "
                                    "{jobs_per_day: 3000, growth_limit: 1}\n",
                          &file, 1);
        economy_begin(&t, 0);
        ck_assert_double_eq_tol(t.w->eco->demand_day, i ? 54000 : 27000, 1e-6);
        economy_until(&t, 30);
        spent[i] = t.w->eco->flow.jobs;
        economy_close(&t);
    }
    ck_assert_double_eq_tol(spent[1] / spent[0], 2, 0.1);
}
END_TEST

START_TEST(the_outside_price_moves_who_goes_outside)
{
    const ds_scenario_file file =
        ECONOMY_FILE("o.csv", "date,price\n2026-09-19,1.25\n2026-09-29,0.3\n");
    ds_economy_test t;
    economy_open_with(&t,
                      STILL "horizon: 60\nholders: {scale: 0.01}\nconsumers: {review: 3, scale: "
                            "0.1, outside: {path: {file: o.csv, column: price}}}\ndemand: "
                            "{jobs_per_day: 50}\n",
                      &file, 1);
    economy_begin(&t, 0);
    ck_assert_double_eq(ds_outside_price(t.w), 1.25);
    const double here = t.w->eco->served_here;
    economy_until(&t, 5);
    ck_assert_double_eq_tol(ds_outside_price(t.w), sqrt(1.25 * 0.3), 1e-9);
    economy_until(&t, 60);
    ck_assert_double_eq(ds_outside_price(t.w), 0.3);
    ck_assert_double_lt(t.w->eco->served_here, 0.7 * here);
    economy_close(&t);
}
END_TEST

/* With inertia 1 nobody comes back: what is left of a cohort falls by the churn alone, also of one
 * that reviews a hundred times as often. */
START_TEST(churn_is_as_fast_at_any_pace_of_reviews)
{
    enum { MEMBERS = 2000 };
    ds_economy_test t;
    economy_open(&t, IDLE "horizon: 365\nholders: {scale: 0.01}\nconsumers: {churn: 1, inertia: 1, "
                          "review: 14, cohorts: {slow: {count: 2000}, quick: {count: 2000, review: "
                          "0.14}}}\n");
    economy_begin(&t, 0);
    economy_until(&t, 365);
    int left[2] = {0};
    for (uint32_t i = 0; i < 2 * MEMBERS; i++)
        left[t.w->consumer[i].cohort] += t.w->consumer[i].route != DS_ROUTE_OUTSIDE;
    const double expected = MEMBERS * exp(-1), sd = sqrt(expected * (1 - exp(-1)));
    for (int k = 0; k < 2; k++)
        ck_assert_double_eq_tol(left[k], expected, 5 * sd);
    economy_close(&t);
}
END_TEST

/* ---- what is refused ---- */

static const struct {
    const char *text, *says;
} refused[] = {
    {"holders: {cohorts: {a: {count: 3, holdings: {distribution: csv, from: b.csv}}}}",
     "'holders.cohorts.a.count' is 3, must be 4 as the rows that 'holdings' names"},
    {"holders: {cohorts: {a: {count: 4, holdings: {distribution: csv}}}}", "'from' is missing"},
    {"holders: {cohorts: {a: {count: 4, holdings: {distribution: csv, from: null}}}}",
     "'from' names no file"},
    {"holders: {cohorts: {a: {count: 4, holdings: {distribution: csv, from: c.csv}}}}",
     "c.csv:3:1: -1, must lie in [0, 9e+10]"},
    {"holders: {cohorts: {a: {count: 4, holdings: {distribution: csv, from: {file: b.csv, colum: "
     "v}}}}}",
     "did you mean 'column'"},
    {"holders: {cohorts: {a: {pareto: 2, holdings: {distribution: lognormal}}}}",
     "'holders.cohorts.a.pareto' is 2 beside 'holdings'"},
    {"consumers: {cohorts: {a: {zipf: 1, spending: {distribution: pareto}}}}",
     "'consumers.cohorts.a.zipf' is 1 beside 'spending'"},
    {"consumers: {cohorts: {a: {spending: {distribution: paretto}}}}", "did you mean 'pareto'"},
    {"holders: {cohorts: {a: {holdings: {distribution: pareto, alpha: 1}}}}",
     "'alpha' is 1, must lie in [1.0001, 100]"},
    {"holders: {cohorts: {a: {holdings: {distribution: lognormal, sigma: -1}}}}", "'sigma' is -1"},
    {"providers: {cohorts: {a: {count: 5, sizes: {distribution: csv, from: b.csv}}}}",
     "'providers.cohorts.a.count' is 5, must be 4"},
    {"holders: {growth: {curve: logistic, limit: 0.5}}", "'limit' is 0.5, must lie in [1, 1000]"},
    {"holders: {growth: {curve: logistic, limit: 2, midpoint: 30}}",
     "'limit' is 2, must be above 2 with a 'midpoint'"},
    {"holders: {growth: {curve: logistic, limit: 3, rate: 2, midpoint: 30}}",
     "'rate' is 2 1/yr beside a 'midpoint'"},
    {"holders: {growth: {curve: path}}", "'counts' is missing"},
    {"holders: {growth: {curve: path, counts: b.csv}}",
     "b.csv:1:1: the header has no column 'date'"},
    {"holders: {growth: {curve: linear}}", "must be one of: none, logistic, path"},
    {"horizon: 10 yr\nholders: {scale: 1000, growth: {curve: logistic, limit: 100, rate: 10}}",
     "holders with those who come, must be at most 100,000,000"},
    {"demand: {path: {file: i.csv, interpolation: log-linear}}",
     "i.csv:3:1: a value that is not above 0"},
    {"demand: {path: {file: i.csv, interpolation: cubic}}",
     "must be one of: log-linear, linear, step"},
    {"consumers: {outside: {path: i.csv}}", "i.csv:3:1: 0, must lie in [1e-09, 1e+06]"},
    {"consumers: {outside: {half_life: 0}}", "'half_life' is 0"},
};
enum { REFUSED = sizeof refused / sizeof refused[0] };

START_TEST(what_cannot_be_is_refused_with_what_can)
{
    const ds_scenario_file files[] = {
        ECONOMY_FILE("b.csv", "v\n4\n2\n1\n1\n"), ECONOMY_FILE("c.csv", "v\n4\n-1\n1\n1\n"),
        ECONOMY_FILE("i.csv", "date,v\n2026-09-19,1\n2026-09-20,0\n")};
    char text[600];
    (void)snprintf(text, sizeof text, "seed: 1\nstart: 2026-09-19\n%s\n", refused[_i].text);
    const ds_scenario_request q = {
        .path = "economy.yaml", .text = text, .files = files, .file_count = 3, .models = ds_models};
    ds_scenario scenario;
    ds_status st = {0};
    const void *config;
    const bool fine =
        ds_scenario_load(&scenario, &q, &st) && ds_scenario_config(&scenario, 0, &config, &st);
    ck_assert_msg(!fine, "accepted: %s", refused[_i].text);
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_msg(strstr(st.text, refused[_i].says) != NULL, "'%s' is not in: %s", refused[_i].says,
                  st.text);
    ds_scenario_free(&scenario);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{balances_of_a_file_are_held_to_the_unit, 2},
                             {large_balances_of_a_file_are_held_to_the_unit, 0},
                             {scaled_cohorts_keep_what_a_file_gives_in_total, 2},
                             {consumers_and_providers_are_spread_by_the_same_rules, 0},
                             {what_a_consumer_spends_says_nothing_of_what_it_requires, 0},
                             {a_small_provider_earns_as_little_as_it_serves, 0},
                             {demand_does_not_grow_twice, 0},
                             {demand_follows_a_path_and_grows_on_from_its_end, 3},
                             {demand_on_a_path_is_what_arrives, 0},
                             {the_outside_price_moves_who_goes_outside, 0},
                             {churn_is_as_fast_at_any_pace_of_reviews, 0},
                             {what_cannot_be_is_refused_with_what_can, REFUSED},
                             {0}};
    return ds_run_tests("populations", tests, 60);
}
