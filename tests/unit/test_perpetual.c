/* The perpetual future: what is paid, by whom, and that nothing appears or vanishes. */
#include "run.h"
#include "tests/economy.h"

#include "models/diem/perpetual.h"

#include <math.h>

/* Nobody acts of their own accord, and prices stand still. */
#define STILL                                                                                    \
    "seed: 1\nhorizon: 400\nholders: {review: 36500, cohorts: {all: {count: 50, inertia: 1}}}\n" \
    "consumers: {cohorts: {all: {count: 10, review: 36500}}}\nproviders: {review: 36500}\n"      \
    "demand: {scale: 0}\nmarkets: {arbitrage: 0, noise: 0}\n"

#define LIVING                                                                  \
    "seed: 3\nhorizon: 200\nholders: {scale: 0.02}\nconsumers: {scale: 0.05}\n" \
    "demand: {jobs_per_day: 100}\n"

/* EMX, Funding Rate for Perpetual Contracts: 0 within 0.05 %, the rest of the premium beyond it;
 * and bit.com's form of the same, max(0.05 %, P) + min(-0.05 %, P). No interest in either. */
START_TEST(funding_is_the_published_function_of_the_premium)
{
    const double band = 5e-4;
    ck_assert_double_eq_tol(ds_funding_rate(4e-4, 0, band, 1), 0, 1e-18);
    ck_assert_double_eq_tol(ds_funding_rate(12e-4, 0, band, 1), 7e-4, 1e-18);
    ck_assert_double_eq_tol(ds_funding_rate(-12e-4, 0, band, 1), -7e-4, 1e-18);
    for (int i = -100; i <= 100; i++) {
        const double premium = i * 1e-4;
        ck_assert_double_eq_tol(ds_funding_rate(premium, 0, band, 1),
                                fmax(band, premium) + fmin(-band, premium), 1e-15);
    }
}
END_TEST

/* Hyperliquid, Funding: interest of 0.01 % in 8 hours is 0.00125 % an hour and 11.6 % a year,
 * compounded; at most 4 % an hour. */
START_TEST(at_no_premium_longs_pay_the_published_interest)
{
    const double rate = ds_funding_rate(0, 1e-4, 5e-4, 0.32);
    ck_assert_double_eq_tol(rate / 8, 0.0000125, 1e-12);
    ck_assert_double_eq_tol(pow(1 + rate / 8, 24 * 365) - 1, 0.116, 5e-4);
    ck_assert_double_eq_tol(ds_funding_rate(0.5, 1e-4, 5e-4, 0.32) / 8, 0.04, 1e-12);
    ck_assert_double_eq_tol(ds_funding_rate(-0.5, 1e-4, 5e-4, 0.32) / 8, -0.04, 1e-12);
}
END_TEST

/* 10 DIEM long against 4 and 6 short, with margin in USD. */
static ds_margin *positions(ds_economy_test *t, double longs, double hedgers, double maker)
{
    ds_margin *const a = t->w->eco->perpetual.account;
    const double margin[DS_TRADERS] = {longs, hedgers, maker};
    const ds_amount position[DS_TRADERS] = {10 * (ds_amount)DS_UNIT, -4 * (ds_amount)DS_UNIT,
                                            -6 * (ds_amount)DS_UNIT};
    for (int i = 0; i < DS_TRADERS; i++) {
        a[i].position = position[i];
        ck_assert(ds_ledger_mint(&t->w->eco->ledger, DS_USD, ds_cell_of(DS_MARGIN, &a[i].margin),
                                 ds_amount_of(margin[i]), &t->replica.status));
    }
    return a;
}

START_TEST(gains_pass_from_losers_to_winners_by_position)
{
    ds_economy_test t;
    economy_open(&t, STILL "perpetual: {active: true}\n");
    economy_begin(&t, 0);
    const ds_margin *const a = positions(&t, 1000, 1000, 1000);
    ck_assert(ds_perpetual_settle(t.w, 25));
    ck_assert_double_eq_tol(ds_tokens(a[DS_SPECULATORS].margin), 1250, 1e-6);
    ck_assert_double_eq_tol(ds_tokens(a[DS_HEDGERS].margin), 900, 1e-6);
    ck_assert_double_eq_tol(ds_tokens(a[DS_MAKER].margin), 850, 1e-6);
    ck_assert(ds_perpetual_settle(t.w, -50));
    ck_assert_double_eq_tol(ds_tokens(a[DS_SPECULATORS].margin), 750, 1e-6);
    ck_assert_double_eq_tol(ds_tokens(a[DS_HEDGERS].margin), 1100, 1e-6);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

START_TEST(a_spent_account_pays_what_it_has_and_its_winners_get_less)
{
    ds_economy_test t;
    economy_open(&t, STILL "perpetual: {active: true, margin: 0.2, maintenance: 0.1}\n");
    economy_begin(&t, 0);
    const ds_margin *const a = positions(&t, 5000, 100, 5000);
    const double mark = t.w->eco->perpetual.mark;
    ck_assert(ds_perpetual_settle(t.w, 50)); /* hedgers owe 200 and have 100, the maker pays 300 */
    ck_assert_int_eq(a[DS_HEDGERS].margin, 0);
    ck_assert_double_eq_tol(ds_tokens(a[DS_SPECULATORS].margin), 5400, 1e-6);
    ck_assert_double_eq_tol(ds_tokens(a[DS_MAKER].margin), 4700, 1e-6);
    ds_perpetual_deleverage(t.w);
    ck_assert_int_eq(a[DS_HEDGERS].position, 0);
    ck_assert_int_eq(a[DS_SPECULATORS].position, 6 * (ds_amount)DS_UNIT);
    ck_assert_int_eq(a[DS_MAKER].position, -6 * (ds_amount)DS_UNIT);
    ck_assert_double_eq_tol(t.w->eco->flow.deleveraged, 4 * mark, 1e-6);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

START_TEST(shorts_pay_when_the_mark_is_below_the_index)
{
    ds_economy_test t;
    /* Only minters trade, and go short: the maker buys what it cannot cover, below the index. */
    economy_open(&t, STILL "perpetual: {active: true, speculation: 0, limit: 0, inventory: 0, "
                           "top_up: 0, adjustment: 0.1}\n");
    economy_begin(&t, 0);
    economy_until(&t, 2);
    const ds_perpetual *const p = &t.w->eco->perpetual;
    const ds_margin *const short_side = &p->account[DS_HEDGERS];
    ck_assert_int_lt(short_side->position, 0);
    ck_assert_int_eq(p->account[DS_MAKER].position, -short_side->position);
    ck_assert_double_lt(p->mark, t.w->eco->diem_price);
    ck_assert_double_lt(p->funding, 0);
    const double margin = ds_tokens(short_side->margin), mark = p->mark;
    economy_until(&t, 3);
    ck_assert_double_eq_tol(p->mark, mark, 1e-4 * mark);
    const double value = -ds_tokens(short_side->position) * mark;
    const double paid = margin - ds_tokens(short_side->margin);
    ck_assert_double_gt(paid, 1e-3 * value);
    ck_assert_double_eq_tol(paid, -3 * p->funding * value, 0.05 * paid);
    economy_close(&t);
}
END_TEST

START_TEST(the_maker_covers_in_the_pools_and_moves_spot)
{
    double price[2];
    for (int covers = 0; covers < 2; covers++) {
        ds_economy_test t;
        economy_open(&t,
                     covers ? STILL
                         "perpetual: {active: true, speculation: 0, hedge: 0.01, inventory: 1000}\n"
                            : STILL
                         "perpetual: {active: true, speculation: 0, hedge: 0, inventory: 1000}\n");
        economy_begin(&t, 0);
        economy_until(&t, 30);
        price[covers] = t.w->eco->diem_price;
        ck_assert(ds_economy_audit(t.w, &t.replica.status));
        economy_close(&t);
    }
    ck_assert_double_lt(price[1], 0.95 * price[0]); /* minters' short sales reach the pool */
}
END_TEST

/* It owes 6 DIEM beside a stock of 100: all of it, or as much as its limit. */
static const struct {
    const char *limit;
    double held;
} covers[] = {{"50", 106}, {"5", 105}, {"0", 100}};

START_TEST(the_maker_buys_what_it_owes_up_to_its_limit)
{
    ds_economy_test t;
    char text[1000];
    snprintf(text, sizeof text,
             STILL
             "perpetual: {active: true, adjustment: 3650, hedge: 0, inventory: 100, limit: %s}\n",
             covers[_i].limit);
    economy_open(&t, text);
    economy_begin(&t, 0);
    positions(&t, 10000, 10000, 10000);
    economy_until(&t, 1);
    ck_assert_double_eq_tol(ds_tokens(t.w->eco->ledger.book[DS_DIEM].bucket[DS_MAKING]),
                            covers[_i].held, 0.02);
    economy_close(&t);
}
END_TEST

START_TEST(positions_sum_to_zero_and_money_is_kept_in_a_living_market)
{
    ds_economy_test t;
    economy_open(&t, LIVING "perpetual: {active: true, margin: 0.05, maintenance: 0.04}\n");
    economy_begin(&t, 0);
    double closed = 0;
    for (int day = 1; day <= 200; day++) {
        economy_until(&t, day);
        const ds_margin *const a = t.w->eco->perpetual.account;
        ck_assert_int_eq(a[DS_SPECULATORS].position + a[DS_HEDGERS].position + a[DS_MAKER].position,
                         0);
        closed = t.w->eco->flow.deleveraged;
    }
    ck_assert_double_gt(closed, 0);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    ck_assert_int_eq(t.w->eco->ledger.book[DS_USD].bucket[DS_MAKING], 0);
    economy_close(&t);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {funding_is_the_published_function_of_the_premium, 0},
        {at_no_premium_longs_pay_the_published_interest, 0},
        {gains_pass_from_losers_to_winners_by_position, 0},
        {a_spent_account_pays_what_it_has_and_its_winners_get_less, 0},
        {shorts_pay_when_the_mark_is_below_the_index, 0},
        {the_maker_covers_in_the_pools_and_moves_spot, 0},
        {the_maker_buys_what_it_owes_up_to_its_limit, sizeof covers / sizeof covers[0]},
        {positions_sum_to_zero_and_money_is_kept_in_a_living_market, 0},
        {0},
    };
    return ds_run_tests("perpetual", tests, 60);
}
