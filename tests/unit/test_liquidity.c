/* Liquidity that leaves and comes back. */
#include "run.h"
#include "tests/economy.h"

#include "models/diem/liquidity.h"
#include "models/diem/market.h"

#include <math.h>

/* Nobody acts of their own accord. */
#define STILL                                                                                    \
    "seed: 1\nhorizon: 400\nholders: {review: 36500, cohorts: {all: {count: 50, inertia: 1}}}\n" \
    "consumers: {cohorts: {all: {count: 10, review: 36500}}}\nproviders: {review: "              \
    "36500}\ndemand: {scale: 0}\n"

static ds_amount in_pool(const ds_economy_test *t, ds_asset asset, ds_bucket pool)
{
    return t->w->eco->ledger.book[asset].bucket[pool];
}

START_TEST(a_withdrawal_leaves_the_price_and_can_be_undone)
{
    ds_economy_test t;
    economy_open(&t, STILL "markets: {arbitrage: 0, noise: 0}\n");
    economy_begin(&t, 0);
    const ds_economy *const e = t.w->eco;
    const ds_amount diem = in_pool(&t, DS_DIEM, DS_POOL_DIEM_VVV);
    const ds_amount vvv = in_pool(&t, DS_VVV, DS_POOL_DIEM_VVV);
    const double price = e->diem_vvv;
    ck_assert(ds_market_withdraw(t.w, DS_PAIR_DIEM_VVV, 0.6));
    ck_assert_double_eq_tol(e->diem_vvv, price, 1e-9 * price);
    ck_assert_int_eq(in_pool(&t, DS_DIEM, DS_LP), ds_share_of(diem, 0.6));
    ck_assert_int_eq(in_pool(&t, DS_VVV, DS_POOL_DIEM_VVV), vvv - ds_share_of(vvv, 0.6));
    ck_assert(ds_market_provide(t.w, DS_PAIR_DIEM_VVV, 0.6 / 0.4));
    ck_assert_double_eq_tol(e->diem_vvv, price, 1e-9 * price);
    ck_assert_int_ge(in_pool(&t, DS_DIEM, DS_POOL_DIEM_VVV), diem - 1000);
    ck_assert_int_ge(in_pool(&t, DS_VVV, DS_POOL_DIEM_VVV), vvv - 1000);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

START_TEST(a_pool_is_never_emptied_and_the_purse_never_overdrawn)
{
    ds_economy_test t;
    economy_open(&t, STILL "markets: {arbitrage: 0, noise: 0}\n");
    economy_begin(&t, 0);
    ck_assert(ds_market_provide(t.w, DS_PAIR_VVV_USD, 1));
    ck_assert_double_eq_tol(ds_tokens(in_pool(&t, DS_USD, DS_POOL_VVV_USD)), 7.63e6 / 2, 1e-6);
    ck_assert(ds_market_withdraw(t.w, DS_PAIR_VVV_USD, 1));
    ck_assert_int_eq(in_pool(&t, DS_USD, DS_POOL_VVV_USD), 1);
    ck_assert_int_eq(in_pool(&t, DS_VVV, DS_POOL_VVV_USD), 1);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

/* Pintail 2019, "Uniswap: a good deal for liquidity providers?" */
START_TEST(impermanent_losses_are_the_published_ones)
{
    static const struct {
        double ratio, loss;
    } published[] = {{1, 0},      {1.25, -0.006}, {1.5, -0.020}, {1.75, -0.038},
                     {2, -0.057}, {3, -0.134},    {4, -0.200},   {5, -0.255}};
    for (size_t i = 0; i < sizeof published / sizeof published[0]; i++) {
        ck_assert_double_eq_tol(ds_impermanent_loss(published[i].ratio), published[i].loss, 5e-4);
        ck_assert_double_eq_tol(ds_impermanent_loss(1 / published[i].ratio), published[i].loss,
                                5e-4);
    }
}
END_TEST

static double log_root(const ds_economy_test *t, ds_pair pair, ds_asset base, ds_asset quote)
{
    return (log((double)ds_market_reserve(t->w, pair, base)) +
            log((double)ds_market_reserve(t->w, pair, quote))) /
           2;
}

/* Prices that doubled since: 2 sqrt(2) / 3 - 1 of the value, and nothing earned. */
START_TEST(a_return_is_less_by_the_loss_of_a_price_that_moved)
{
    ds_economy_test t;
    economy_open(&t, STILL);
    economy_begin(&t, 0);
    ds_economy *const e = t.w->eco;
    e->provided[DS_PAIR_VVV_USD].price_then = e->vvv_price / 2;
    e->provided[DS_PAIR_DIEM_VVV].price_then = e->diem_vvv / 2;
    ck_assert_double_eq_tol(ds_liquidity_return(t.w, 365), 2 * sqrt(2) / 3 - 1, 1e-12);
    economy_close(&t);
}
END_TEST

/* Two products of 3.815 and 3 million USD a side; the price of DIEM rises by 1 % when VVV for half
 * a percent of its side, and the fee, are paid. */
START_TEST(pools_are_as_deep_as_they_are_told_to_be)
{
    ds_economy_test t;
    economy_open(&t, STILL);
    economy_begin(&t, 0);
    ck_assert_double_eq_tol(ds_market_depth(t.w, DS_PAIR_VVV_USD), 7.63e6, 1);
    ck_assert_double_eq_tol(ds_market_depth(t.w, DS_PAIR_DIEM_VVV), 6e6, 1);
    ck_assert_double_eq_tol(ds_market_move_cost(t.w, 0.01), 3e6 * (sqrt(1.01) - 1) / 0.995, 10);
    economy_close(&t);
}
END_TEST

START_TEST(a_trade_beyond_its_bound_changes_nothing_and_one_without_news_no_outside_price)
{
    ds_economy_test t;
    economy_open(&t, STILL);
    economy_begin(&t, 0);
    ds_economy *const e = t.w->eco;
    const double outside = e->offered.price;
    ds_trade trade = {.pair = DS_PAIR_VVV_USD,
                      .pays = DS_USD,
                      .from = ds_cell_of(DS_VENUE, NULL),
                      .to = ds_cell_of(DS_VENUE, NULL),
                      .in = 100000 * (ds_amount)DS_UNIT,
                      .slippage = 0.01};
    ds_amount out;
    ck_assert(ds_ledger_mint(&e->ledger, DS_USD, trade.from, 2 * trade.in, &t.replica.status));
    ck_assert(ds_market_swap(t.w, &trade, &out)); /* loses 2.6 % */
    ck_assert_int_eq(out, 0);
    trade.slippage = 0.03;
    ck_assert(ds_market_swap(t.w, &trade, &out));
    ck_assert_int_gt(out, 0);
    ck_assert_double_eq(e->offered.price, outside);
    trade.informed = true;
    ck_assert(ds_market_swap(t.w, &trade, &out));
    ck_assert_double_gt(e->offered.price, outside);
    economy_close(&t);
}
END_TEST

START_TEST(fees_are_the_growth_of_the_root_of_the_product)
{
    ds_economy_test t;
    economy_open(&t, STILL);
    economy_begin(&t, 0);
    const double diem = log_root(&t, DS_PAIR_DIEM_VVV, DS_DIEM, DS_VVV);
    const double vvv = log_root(&t, DS_PAIR_VVV_USD, DS_VVV, DS_USD);
    economy_until(&t, 100);
    const ds_provided *const p = t.w->eco->provided;
    const double grown = log_root(&t, DS_PAIR_DIEM_VVV, DS_DIEM, DS_VVV) - diem;
    ck_assert_double_gt(grown, 0.01);
    ck_assert_double_eq_tol(p[DS_PAIR_DIEM_VVV].fees, grown, 6e-3 * grown);
    const double grown_vvv = log_root(&t, DS_PAIR_VVV_USD, DS_VVV, DS_USD) - vvv;
    ck_assert_double_gt(grown_vvv, 0.005);
    ck_assert_double_eq_tol(p[DS_PAIR_VVV_USD].fees, grown_vvv, 2e-3 * grown_vvv);
    economy_close(&t);
}
END_TEST

/* Depth of the DIEM pool after a year, in DIEM that would stand in it at the first price. */
static double depth_after(const char *markets)
{
    ds_economy_test t;
    char text[1024];
    (void)snprintf(text, sizeof text, STILL "markets: {noise: 0, arbitrage: 0, %s}\n", markets);
    economy_open(&t, text);
    economy_begin(&t, 0);
    const double start = exp(log_root(&t, DS_PAIR_DIEM_VVV, DS_DIEM, DS_VVV));
    economy_until(&t, 365);
    const double end = exp(log_root(&t, DS_PAIR_DIEM_VVV, DS_DIEM, DS_VVV));
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
    return end / start;
}

START_TEST(providers_follow_the_yield_as_far_as_their_purse_goes)
{
    /* A little is traded, for a fee. */
    ck_assert_double_eq_tol(depth_after("liquidity: {active: false}"), 1, 1e-2);
    /* No trades: no fees, no loss. The return is the rewards. */
    ck_assert_double_eq_tol(depth_after("diem_vvv: {rewards: 0.1}, liquidity: {active: true}"), 1,
                            1e-2);
    ck_assert_double_eq_tol(
        depth_after("diem_vvv: {rewards: 1}, liquidity: {active: true, purse: 0.25}"), 1.25, 1e-2);
    ck_assert_double_lt(depth_after("diem_vvv: {rewards: 0}, liquidity: {active: true}"), 0.8);
    ck_assert_double_gt(depth_after("diem_vvv: {rewards: 0}, liquidity: {active: true, step: 0}"),
                        0.99);
}
END_TEST

START_TEST(loss_and_a_fall_of_the_price_drive_providers_away)
{
    ds_economy_test t;
    economy_open(&t, STILL "markets: {arbitrage: 0, noise: 0, liquidity: {active: true}}\n");
    economy_begin(&t, 0);
    ds_provided *const p = &t.w->eco->provided[DS_PAIR_DIEM_VVV];
    ck_assert_double_eq_tol(ds_liquidity_excess(t.w, DS_PAIR_DIEM_VVV), 0, 1e-12);
    p->variance = 0.8; /* a year: costs a tenth */
    ck_assert_double_eq_tol(ds_liquidity_excess(t.w, DS_PAIR_DIEM_VVV), -0.1, 1e-12);
    p->log_price = p->log_peak + log(0.5);
    ck_assert_double_eq_tol(ds_liquidity_excess(t.w, DS_PAIR_DIEM_VVV), -0.1 - 0.2 * 0.5, 1e-12);
    economy_close(&t);
}
END_TEST

START_TEST(variance_is_that_of_daily_changes)
{
    ds_economy_test t;
    economy_open(&t, STILL "markets: {arbitrage: 0, noise: 0, liquidity: {active: true}}\n");
    economy_begin(&t, 0);
    ds_economy *const e = t.w->eco;
    for (e->hours = 1; e->hours <= 24 * 400; e->hours++) {
        if (e->hours % 24 == 0) /* up and down by 5 % a day */
            e->diem_vvv *= exp(e->hours % 48 ? 0.05 : -0.05);
        ds_liquidity_hour(t.w, 1.0 / 24);
    }
    ck_assert_double_eq_tol(e->provided[DS_PAIR_DIEM_VVV].variance, 365 * 0.05 * 0.05, 1e-5);
    ck_assert_double_eq_tol(e->provided[DS_PAIR_VVV_USD].variance, 0, 1e-12);
    economy_close(&t);
}
END_TEST

START_TEST(a_living_market_keeps_its_money)
{
    ds_economy_test t;
    economy_open(&t, "seed: 3\nhorizon: 120\nholders: {scale: 0.02}\nconsumers: {scale: 0.05}\n"
                     "demand: {jobs_per_day: 100}\n"
                     "markets: {liquidity: {active: true, review: 0.5, sensitivity: 50}}\n");
    economy_begin(&t, 0);
    economy_until(&t, 120);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    ck_assert_int_eq(t.w->eco->ledger.book[DS_USD].bucket[DS_LP], 0);
    economy_close(&t);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {a_withdrawal_leaves_the_price_and_can_be_undone, 0},
        {a_pool_is_never_emptied_and_the_purse_never_overdrawn, 0},
        {impermanent_losses_are_the_published_ones, 0},
        {a_return_is_less_by_the_loss_of_a_price_that_moved, 0},
        {pools_are_as_deep_as_they_are_told_to_be, 0},
        {a_trade_beyond_its_bound_changes_nothing_and_one_without_news_no_outside_price, 0},
        {fees_are_the_growth_of_the_root_of_the_product, 0},
        {providers_follow_the_yield_as_far_as_their_purse_goes, 0},
        {loss_and_a_fall_of_the_price_drive_providers_away, 0},
        {variance_is_that_of_daily_changes, 0},
        {a_living_market_keeps_its_money, 0},
        {0}};
    return ds_run_tests("liquidity", tests, 60);
}
