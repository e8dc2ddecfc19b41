/* Holders who borrow: what they come to owe, what they do when prices fall, and how they get out.
 */
#include "run.h"
#include "tests/economy.h"

#include "models/diem/leverage.h"
#include "models/diem/liquidation.h"

#include <math.h>

/* Nobody acts of their own accord, and prices stand still; a step is everything. */
#define STILL                                                                                    \
    "seed: 1\nhorizon: 800\nholders: {review: 36500, cohorts: {plain: {count: 50, inertia: 1}, " \
    "bold: {count: 50, inertia: 1, step: 1, leverage: 2, cash: 0}}}\n"                           \
    "consumers: {cohorts: {all: {count: 10, review: 36500}}}\nproviders: {review: 36500}\n"      \
    "demand: {scale: 0}\npolicies: {buyback: {use: none}}\n"                                     \
    "markets: {arbitrage: 0, noise: 0, permanent: 0, price: {volatility: 0, jumps: 0}}\n"        \
    "lending: {active: true, lenders: {step: 0}, vvv: {supplied: 1e7}, diem: {supplied: 1e7}}\n"

static const ds_amount vvv_each = 1000 * (ds_amount)DS_UNIT;

/* The holder has 1000 VVV, and else nothing liquid. */
static void endow(ds_economy_test *t, ds_holder *h)
{
    ds_ledger *const l = &t->w->eco->ledger;
    ds_status *const st = &t->replica.status;
    const ds_cell vvv = ds_cell_of(DS_LIQUID, &h->liquid), diem = ds_cell_of(DS_LIQUID, &h->diem);
    ck_assert(ds_ledger_move(l, DS_VVV, vvv, ds_cell_of(DS_VENUE, NULL), h->liquid, st));
    ck_assert(ds_ledger_move(l, DS_VVV, ds_cell_of(DS_VENUE, NULL), vvv, vvv_each, st));
    ck_assert(ds_ledger_move(l, DS_DIEM, diem, ds_cell_of(DS_NOISE, NULL), h->diem, st));
}

/* Such a holder, of the second cohort. */
static ds_holder *bold(ds_economy_test *t)
{
    economy_open(t, STILL);
    economy_begin(t, 0);
    endow(t, &t->w->holder[60]);
    return &t->w->holder[60];
}

static double ltv(const ds_world *w, ds_loan_at at)
{
    return ds_tokens(ds_loan_debt(w, at)) /
           (ds_tokens(ds_loan_of(w, at)->collateral) * ds_lending_price(w, at.market));
}

static void same(const ds_loan *a, const ds_loan *b)
{
    ck_assert_int_eq(a->collateral, b->collateral);
    ck_assert_int_eq(a->shares, b->shares);
}

/* 1000 VVV at leverage 2: 26,700 USD borrowed buy nearly as many again, but for 0.3 % of fee and
 * the depth of a pool with 3.8 million USD: 26,700 * 0.997 / (1 + 26,700 * 0.997 / 3,815,000)
 * / 26.7. */
START_TEST(a_borrower_comes_to_its_leverage_in_one_go)
{
    ds_economy_test t;
    ds_holder *const h = bold(&t);
    const ds_loan_at at = ds_loan_of_holder(t.w, h, DS_LEND_VVV);
    ck_assert_uint_eq(at.slot, 10);
    ck_assert(ds_lever(t.w, h));
    ck_assert_double_eq_tol(ds_tokens(ds_loan_debt(t.w, at)), 26700, 0.01);
    const double bought = ds_tokens(ds_loan_of(t.w, at)->collateral) - 1000;
    ck_assert_double_eq_tol(bought, 997 / (1 + 26700 * 0.997 / 3815000), 0.01);
    ck_assert_int_eq(h->liquid, 0);
    ck_assert_int_eq(h->usd, 0);
    ck_assert_double_eq_tol(ltv(t.w, at), 0.5, 0.005);
    const ds_loan before = *ds_loan_of(t.w, at);
    ck_assert(ds_lever(t.w, h)); /* what fee and depth cost has raised the leverage: no more */
    same(&before, ds_loan_of(t.w, at));
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

/* Loans are judged by 20 USD while the pool sells for 26.7: the half that leverage 2 asks for would
 * leave the loan at 0.57, and 15 % short of 0.625 is 0.53125. */
START_TEST(a_borrower_keeps_its_buffer_where_the_pool_is_dear)
{
    ds_economy_test t;
    ds_holder *const h = bold(&t);
    const ds_loan_at at = ds_loan_of_holder(t.w, h, DS_LEND_VVV);
    t.w->eco->offered.price = 20;
    ck_assert(ds_lever(t.w, h));
    ck_assert_double_lt(ltv(t.w, at), 0.53125);
    ck_assert_double_gt(ltv(t.w, at), 0.51);
    economy_close(&t);
}
END_TEST

/* DIEM of 10 against a half of its worth: dollars buy VVV that is locked and mints more DIEM. */
START_TEST(a_loan_against_diem_locks_vvv_and_deposits_what_it_mints)
{
    ds_economy_test t;
    ds_holder *const h = bold(&t);
    const ds_loan_at at = ds_loan_of_holder(t.w, h, DS_LEND_DIEM);
    const ds_cell diem = ds_cell_of(DS_LIQUID, &h->diem);
    ck_assert(ds_ledger_move(&t.w->eco->ledger, DS_DIEM, ds_cell_of(DS_NOISE, NULL), diem,
                             10 * (ds_amount)DS_UNIT, &t.replica.status));
    const ds_amount locked = h->locked, outstanding = h->outstanding;
    ck_assert(ds_lever_diem(t.w, h));
    ck_assert_double_eq_tol(ds_tokens(ds_loan_debt(t.w, at)), 5 * 1969, 1);
    const double lock = ds_tokens(h->locked - locked),
                 minted = ds_tokens(h->outstanding - outstanding);
    ck_assert_double_eq_tol(lock, 5 * 1969 / 26.7, 0.01 * lock);
    ck_assert_double_eq_tol(minted, lock / 499.97579, 1e-3 * minted);
    ck_assert_double_eq_tol(ds_tokens(ds_loan_of(t.w, at)->collateral), 10 + minted, 1e-7);
    ck_assert_int_eq(h->diem, 0);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

/* At 26.7 * 0.85 the LTV of a half is 0.59, within 15 % of 0.625: down to a half again. */
START_TEST(a_borrower_near_liquidation_sells_collateral_down_to_its_leverage)
{
    ds_economy_test t;
    ds_holder *const h = bold(&t);
    const ds_loan_at at = ds_loan_of_holder(t.w, h, DS_LEND_VVV);
    ck_assert(ds_lever(t.w, h));
    const ds_loan before = *ds_loan_of(t.w, at);
    t.w->eco->offered.price *= 0.97; /* LTV 0.517, below 0.85 * 0.625 = 0.531 */
    ck_assert(ds_leverage_mind(t.w, h));
    same(&before, ds_loan_of(t.w, at));
    t.w->eco->offered.price = 26.7 * 0.85;
    const double was = ltv(t.w, at);
    ck_assert_double_gt(was, 0.585);
    ck_assert(ds_leverage_mind(t.w, h));
    ck_assert_int_lt(ds_loan_of(t.w, at)->collateral, before.collateral);
    /* The pool still pays the old price: fewer VVV are sold for the debt that is repaid. */
    ck_assert_double_eq_tol(ltv(t.w, at), 0.5, 0.02);
    ck_assert_int_eq(h->liquid, 0);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

START_TEST(own_dollars_repay_before_collateral_is_sold)
{
    ds_economy_test t;
    ds_holder *const h = bold(&t);
    const ds_loan_at at = ds_loan_of_holder(t.w, h, DS_LEND_VVV);
    ck_assert(ds_lever(t.w, h));
    ck_assert(ds_ledger_mint(&t.w->eco->ledger, DS_USD, ds_cell_of(DS_LIQUID, &h->usd),
                             100000 * (ds_amount)DS_UNIT, &t.replica.status));
    const ds_amount collateral = ds_loan_of(t.w, at)->collateral;
    t.w->eco->offered.price = 26.7 * 0.85;
    ck_assert(ds_leverage_mind(t.w, h));
    ck_assert_int_eq(ds_loan_of(t.w, at)->collateral, collateral);
    ck_assert_double_lt(ltv(t.w, at), 0.5);
    economy_close(&t);
}
END_TEST

START_TEST(undoing_repays_all_and_gives_the_collateral_back)
{
    for (int m = 0; m < DS_LEND_MARKETS; m++) {
        ds_economy_test t;
        ds_holder *const h = bold(&t);
        const ds_loan_at at = ds_loan_of_holder(t.w, h, (ds_lending_market)m);
        const ds_cell diem = ds_cell_of(DS_LIQUID, &h->diem);
        ck_assert(ds_ledger_move(&t.w->eco->ledger, DS_DIEM, ds_cell_of(DS_NOISE, NULL), diem,
                                 2 * (ds_amount)DS_UNIT, &t.replica.status));
        ck_assert(m == DS_LEND_VVV ? ds_lever(t.w, h) : ds_lever_diem(t.w, h));
        ck_assert_int_gt(ds_loan_of(t.w, at)->shares, 0);
        /* A trade brings a little less than the debt, for depth: the rest is small, then nothing.
         */
        for (int i = 0; i < 5; i++)
            ck_assert(ds_unlever(t.w, h));
        ck_assert_int_eq(ds_loan_of(t.w, at)->shares, 0);
        ck_assert_int_eq(ds_loan_of(t.w, at)->collateral, 0);
        ck_assert_int_eq(t.w->eco->lending.market[m].lent, 0);
        ck_assert_int_ge(t.w->eco->lending.market[m].cash, 10000000 * (ds_amount)DS_UNIT);
        if (m == DS_LEND_VVV)
            ck_assert_double_eq_tol(ds_tokens(h->liquid), 1000, 10);
        ck_assert(ds_economy_audit(t.w, &t.replica.status));
        economy_close(&t);
    }
}
END_TEST

START_TEST(who_owes_more_than_the_collateral_is_worth_lets_it_go)
{
    ds_economy_test t;
    ds_holder *const h = bold(&t);
    const ds_loan_at at = ds_loan_of_holder(t.w, h, DS_LEND_VVV);
    ck_assert(ds_lever(t.w, h));
    const ds_loan before = *ds_loan_of(t.w, at);
    t.w->eco->offered.price = 26.7 * 0.45;
    ck_assert(ds_leverage_mind(t.w, h) && ds_unlever(t.w, h));
    same(&before, ds_loan_of(t.w, at));
    economy_close(&t);
}
END_TEST

/* Reviews of holders who are inert (1) or never choose to borrow, at a premium of 500 % (0). */
#define REVIEWED(inertia)                                                                          \
    "seed: 5\nhorizon: 100\nholders: {review: 0.5, cohorts: {all: {count: 70, cash: 0, step: 1, "  \
    "leverage: 2, inertia: " inertia "}}}\nconsumers: {cohorts: {all: {count: 10, review: "        \
    "36500}}}\nproviders: {review: 36500}\ndemand: {scale: 0}\npolicies: {buyback: {use: none}}\n" \
    "markets: {arbitrage: 0, noise: 0, permanent: 0, price: {volatility: 0, jumps: 0}}\n"          \
    "lending: {active: true, lenders: {step: 0}, borrowers: {premium: 5}}\n"

static double debt_after_a_month(const char *text, double fall)
{
    ds_economy_test t;
    economy_open(&t, text);
    economy_begin(&t, 0);
    ds_holder *const h = &t.w->holder[7];
    endow(&t, h);
    const ds_loan_at at = ds_loan_of_holder(t.w, h, DS_LEND_VVV);
    ck_assert(ds_lever(t.w, h));
    const double before = ds_tokens(ds_loan_debt(t.w, at));
    ck_assert_double_gt(before, 1000);
    t.w->eco->offered.price *= fall;
    economy_until(&t, 30);
    const double after = ds_tokens(ds_loan_debt(t.w, at));
    ck_assert_double_eq(t.w->eco->lending.liquidated_total, 0);
    economy_close(&t);
    return after / before;
}

START_TEST(inert_borrowers_look_after_their_loans_and_others_end_them)
{
    ck_assert_double_eq_tol(debt_after_a_month(REVIEWED("1"), 1), 1, 0.01);
    ck_assert_double_lt(debt_after_a_month(REVIEWED("1"), 0.84), 0.9);
    ck_assert_double_eq_tol(debt_after_a_month(REVIEWED("0"), 1), 0, 1e-9);
}
END_TEST

/* At three quarters of the price the LTV is 0.67. */
START_TEST(what_a_liquidation_leaves_is_taken_back)
{
    ds_economy_test t;
    ds_holder *const h = bold(&t);
    const ds_loan_at at = ds_loan_of_holder(t.w, h, DS_LEND_VVV);
    ck_assert(ds_lever(t.w, h));
    t.w->eco->offered.price *= 0.75;
    ck_assert(ds_liquidation(t.w));
    const ds_amount left = ds_loan_of(t.w, at)->collateral;
    ck_assert_int_eq(ds_loan_of(t.w, at)->shares, 0);
    ck_assert_int_gt(left, 0);
    ck_assert(ds_leverage_mind(t.w, h));
    ck_assert_int_eq(ds_loan_of(t.w, at)->collateral, 0);
    ck_assert_int_eq(h->liquid, left);
    economy_close(&t);
}
END_TEST

/* Dollars at a leverage of 2 cost the rate and the premium once: V + (V - rate - premium). And with
 * m = 0.1475 of DIEM a VVV, half of which is borrowed again and again, debt = 0.07375 / 0.92625. */
START_TEST(returns_of_borrowing_are_as_worked_by_hand)
{
    ds_economy_test t;
    ds_holder *const h = bold(&t);
    double value[DS_HOLDER_OPTIONS] = {0};
    const ds_outlook now = {.proceeds = 0.1475, .borrow_rate = {0.05, 0.02}};
    ds_leverage_returns(t.w, &now, h, (ds_expected){.vvv = 0.5, .locked = 0.48, .diem = 0.1},
                        value);
    ck_assert_double_eq_tol(value[DS_LEVER], 0.5 + 0.5 - 0.05 - 0.4, 1e-12);
    const double debt = 0.07375 / 0.92625;
    ck_assert_double_eq_tol(value[DS_LEVER_DIEM],
                            0.48 + debt * (0.48 - 0.02 - 0.4) + 0.1475 * (1 + debt) * 0.1, 1e-12);
    ck_assert(!ds_borrows(t.w, &t.w->holder[0]));
    ds_holder_returns(t.w, &now, &t.w->holder[0], value);
    ck_assert(isinf(value[DS_LEVER]) && isinf(value[DS_LEVER_DIEM]));
    economy_close(&t);
}
END_TEST

START_TEST(dear_credit_keeps_holders_from_borrowing)
{
    double lent[2];
    for (int dear = 0; dear < 2; dear++) {
        char text[1024];
        snprintf(text, sizeof text,
                 "seed: 2\nhorizon: 60\nconsumers: {scale: 0.05}\ndemand: {jobs_per_day: 100}\n"
                 "holders: {review: 1, cohorts: {all: {count: 300, leverage: 1.5}}}\n"
                 "lending: {active: true, borrowers: {premium: %g}}\n",
                 dear ? 2.0 : 0.1);
        ds_economy_test t;
        economy_open(&t, text);
        economy_begin(&t, 0);
        economy_until(&t, 60);
        lent[dear] = ds_tokens(t.w->eco->lending.market[DS_LEND_VVV].lent);
        economy_close(&t);
    }
    ck_assert_double_gt(lent[0], 1e5);
    ck_assert_double_lt(lent[1], 1e-3 * lent[0]);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {a_borrower_comes_to_its_leverage_in_one_go, 0},
        {a_borrower_keeps_its_buffer_where_the_pool_is_dear, 0},
        {a_loan_against_diem_locks_vvv_and_deposits_what_it_mints, 0},
        {a_borrower_near_liquidation_sells_collateral_down_to_its_leverage, 0},
        {own_dollars_repay_before_collateral_is_sold, 0},
        {undoing_repays_all_and_gives_the_collateral_back, 0},
        {who_owes_more_than_the_collateral_is_worth_lets_it_go, 0},
        {what_a_liquidation_leaves_is_taken_back, 0},
        {inert_borrowers_look_after_their_loans_and_others_end_them, 0},
        {returns_of_borrowing_are_as_worked_by_hand, 0},
        {dear_credit_keeps_holders_from_borrowing, 0},
        {0},
    };
    return ds_run_tests("leverage", tests, 60);
}
