/* Metrics by their definitions, of an economy whose state is set by hand. */
#include "run.h"
#include "tests/economy.h"

#include "models/diem/risk.h"
#include "models/diem/staking.h"

#include <math.h>

#define STILL                                                                                    \
    "seed: 1\nhorizon: 400\nholders: {review: 36500, cohorts: {all: {count: 50, inertia: 1}}}\n" \
    "consumers: {review: 36500, cover: 0.8}\nproviders: {review: 36500}\nmarkets: {arbitrage: "  \
    "0, noise: 0}\ndemand: {scale: 0}\n"

static double row[128];

static double now(ds_economy_test *t, const char *metric)
{
    t->scenario.model->observe(t->w, row, false);
    return row[economy_metric(metric)];
}

static void is(const char *metric, double value)
{
    ck_assert_msg(fabs(row[economy_metric(metric)] - value) <= 1e-9 * fabs(value),
                  "%s is %.12g, must be %.12g", metric, row[economy_metric(metric)], value);
}

/* A funding of 8 hours comes three times a day; a log premium of 0.05 is 5.127 %; a rent of 0.60
 * USD for a dollar of credit, of which 80 % is used, is 0.75 of the list price. */
START_TEST(prices_and_rates_are_in_their_units)
{
    ds_economy_test t;
    economy_open(&t, STILL);
    economy_begin(&t, 0);
    ds_economy *const e = t.w->eco;
    economy_until(&t, 1);
    e->perpetual.funding = 1e-4;
    e->perpetual.premium = 0.05;
    e->rent.price = 0.6;
    e->price = 1;
    (void)now(&t, "perp_funding");
    is("perp_funding", 0.1095);
    is("perp_premium", 0.05127109637602412);
    is("price_rent", 0.75);
    is("rent_price", 0.6);
    is("perpetuity_yield", 365 / e->diem_price);
    /* 3M USD of VVV are in the pool; the fee is 1 %. */
    const double reserve =
        ds_tokens(e->ledger.book[DS_VVV].bucket[DS_POOL_DIEM_VVV]) * e->vvv_price;
    ck_assert_double_eq_tol(row[economy_metric("depth_1pct")], reserve * (sqrt(1.01) - 1) / 0.995,
                            1e-4 * reserve);
    economy_close(&t);
}
END_TEST

/* A hundred waits in this interval, none in the next one: 0.1 d at 95, and 0.5 d beyond. */
START_TEST(waits_are_those_of_the_interval)
{
    ds_economy_test t;
    economy_open(&t, STILL);
    economy_begin(&t, 0);
    economy_until(&t, 1);
    for (int i = 0; i < 93; i++)
        ds_waits_add(&t.w->eco->risk.waits, 0.01);
    for (int i = 0; i < 7; i++)
        ds_waits_add(&t.w->eco->risk.waits, 0.5);
    ck_assert_double_eq_tol(now(&t, "wait_p95"), 0.5, 0.03); /* a class is a sixteenth wide */
    economy_until(&t, 2);
    ck_assert(isnan(now(&t, "wait_p95")));
    ds_waits_add(&t.w->eco->risk.waits, 0.01);
    ck_assert_double_eq_tol(now(&t, "wait_p95"), 0.01, 0.001);
    economy_close(&t);
}
END_TEST

START_TEST(shares_and_margins_are_of_what_their_names_say)
{
    ds_economy_test t;
    economy_open(&t, STILL);
    economy_begin(&t, 0);
    ds_economy *const e = t.w->eco;
    economy_until(&t, 1);
    (void)now(&t, "unstaking_share");
    const ds_book *const vvv = &e->ledger.book[DS_VVV];
    const double stake = ds_tokens(vvv->bucket[DS_STAKED] + vvv->bucket[DS_LOCKED]);
    ds_holder *const h = &t.w->holder[0];
    const ds_amount all = h->staked;
    ck_assert_int_gt(all, 0);
    ck_assert(ds_unstake(t.w, h, all));
    (void)now(&t, "unstaking_share");
    is("unstaking_share", ds_tokens(all) / stake); /* of all stake, what is leaving included */
    /* Two days of a cost that stays, of which providers got 1.25 times as much. */
    economy_until(&t, 3);
    const double cost = e->cost.value;
    ck_assert_double_gt(cost, 0);
    e->flow.paid[DS_PROVIDERS] = 1.25 * 2 * cost;
    ck_assert_double_eq_tol(now(&t, "provider_margin"), 0.25, 1e-2); /* some slots fail */
    economy_close(&t);
}
END_TEST

/* Three of five who stake as much have more than half, as have three of four. */
START_TEST(more_than_half_of_the_stake_is_that_of_so_many)
{
    ds_economy_test t;
    economy_open(&t, STILL);
    economy_begin(&t, 0);
    for (int people = 4; people <= 5; people++) {
        memset(t.w->stake_class, 0, DS_STAKE_CLASSES * sizeof *t.w->stake_class);
        for (int i = 0; i < people; i++)
            ds_stake_counted(t.w, 0, 1000000);
        ck_assert_double_eq(ds_stake_nakamoto(t.w), 3);
    }
    economy_close(&t);
}
END_TEST

/* Twice the trend of DIEM: a hair less is none. */
START_TEST(a_squeeze_is_twice_the_trend)
{
    for (int above = 0; above < 2; above++) {
        ds_economy_test t;
        economy_open(&t, STILL);
        economy_begin(&t, 0);
        ds_economy *const e = t.w->eco;
        economy_until(&t, 1.01);
        e->offered.diem_trend = log(e->diem_price) - log(above ? 2.001 : 1.999);
        ds_risk_hour(t.w);
        ck_assert_int_eq(e->risk.squeeze > 0, above);
        economy_close(&t);
    }
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{prices_and_rates_are_in_their_units, 0},
                             {waits_are_those_of_the_interval, 0},
                             {shares_and_margins_are_of_what_their_names_say, 0},
                             {more_than_half_of_the_stake_is_that_of_so_many, 0},
                             {a_squeeze_is_twice_the_trend, 0},
                             {0}};
    return ds_run_tests("metrics", tests, 60);
}
