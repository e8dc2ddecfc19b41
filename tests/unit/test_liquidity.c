/* Liquidity that leaves and comes back. */
#include "run.h"
#include "tests/economy.h"

#include "models/diem/market.h"

/* Nobody acts of their own accord. */
#define STILL                                                                                    \
    "seed: 1\nhorizon: 400\nholders: {review: 36500, cohorts: {all: {count: 50, inertia: 1}}}\n" \
    "consumers: {review: 36500}\nproviders: {review: 36500}\ndemand: {scale: 0}\n"

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

int main(void)
{
    const ds_test tests[] = {{a_withdrawal_leaves_the_price_and_can_be_undone, 0},
                             {a_pool_is_never_emptied_and_the_purse_never_overdrawn, 0},
                             {0}};
    return ds_run_tests("liquidity", tests, 60);
}
