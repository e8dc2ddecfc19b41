/* Who supplies lending markets: when they come, how fast, and when they leave. */
#include "run.h"
#include "tests/lend.h"

#include "models/diem/lending.h"

#include <math.h>

START_TEST(lenders_come_for_interest_and_go_without_as_far_as_there_is_cash)
{
    ds_economy_test t;
    lend(&t,
         "{active: true, interest: {speed: 0}, lenders: {review: 0.1, required: 0.04, step: 0.02}, "
         "vvv: {count: 1, collateral: 1e5, ltv: 0.3, supplied: 0}, diem: {supplied: 1e6}}");
    const ds_loan_market *const vvv = market_of(&t, DS_LEND_VVV), *const diem =
                                                                      market_of(&t, DS_LEND_DIEM);
    const ds_amount lent = vvv->lent;
    economy_until(&t, 60);
    /* Nobody borrows against DIEM. At 90 % of VVV they would get 3.6 %: below it 4 % is never. */
    ck_assert_double_lt(ds_tokens(diem->supplied), 1e5);
    ck_assert_int_ge(vvv->cash, 0);
    ck_assert_int_ge(vvv->lent, lent);
    ck_assert_double_eq_tol(ds_supply_rate(t.w, DS_LEND_VVV), 0.04, 0.003);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

/* At half of a loan's interest a year they would double what there is in two months. */
START_TEST(lenders_supply_no_more_than_the_cap)
{
    ds_economy_test t;
    lend(&t, "{active: true, interest: {speed: 0, rate: 0.5}, lenders: {review: 0.1, step: 0.02}, "
             "vvv: {count: 1, collateral: 1e5, ltv: 0.3, supplied: 1e6, cap: 1.3e6}}");
    const ds_loan_market *const vvv = market_of(&t, DS_LEND_VVV);
    const double lent = ds_tokens(vvv->lent);
    economy_until(&t, 30);
    const double interest = ds_tokens(vvv->lent) - lent;
    ck_assert_double_ge(ds_tokens(vvv->supplied), 1.3e6);
    ck_assert_double_le(ds_tokens(vvv->supplied), 1.3e6 + interest);
    economy_close(&t);
}
END_TEST

/* All that is there is lent: what they add is a part of what there was at the start. */
START_TEST(lenders_come_back_as_fast_as_to_what_there_was)
{
    ds_economy_test t;
    lend(&t, "{active: true, interest: {speed: 0, rate: 0.05}, lenders: {review: 1, required: 0.1, "
             "step: 0.02, sensitivity: 4}, vvv: {count: 1, collateral: 1e5, ltv: 0.3, supplied: "
             "1e7, cap: 1e9}}");
    ds_loan_market *const vvv = market_of(&t, DS_LEND_VVV);
    ck_assert(ds_ledger_burn(&t.w->eco->ledger, DS_USD, ds_cell_of(DS_LENDING, &vvv->cash),
                             vvv->cash, &t.replica.status));
    vvv->supplied = vvv->lent;
    const double part = 0.02 * tanh(4 * (4 * 0.05 - 0.1) / 2); /* 20 % when all is lent */
    const double before = ds_tokens(vvv->supplied);
    ck_assert_double_lt(before, 1e6);
    while (vvv->cash == 0)
        ck_assert(ds_lender_review(t.w));
    ck_assert_double_eq_tol(ds_tokens(vvv->supplied) - before, part * 1e7, 1e-3);
    economy_close(&t);
}
END_TEST

START_TEST(lenders_leave_a_market_that_lost_them_money)
{
    double left[2];
    for (int lost = 0; lost < 2; lost++) {
        ds_economy_test t;
        lend(&t, "{active: true, interest: {speed: 0, rate: 0.06}, lenders: {review: 0.2}, "
                 "vvv: {count: 1, collateral: 1e5, ltv: 0.3, supplied: 1.1e6}}");
        market_of(&t, DS_LEND_VVV)->loss = lost ? 0.2 : 0;
        economy_until(&t, 3);
        left[lost] = ds_tokens(market_of(&t, DS_LEND_VVV)->cash);
        ck_assert_double_eq_tol(market_of(&t, DS_LEND_VVV)->loss, lost ? 0.2 * exp(-0.1) : 0, 1e-9);
        economy_close(&t);
    }
    ck_assert_double_lt(left[1], 0.5 * left[0]);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{lenders_come_for_interest_and_go_without_as_far_as_there_is_cash, 0},
                             {lenders_supply_no_more_than_the_cap, 0},
                             {lenders_come_back_as_fast_as_to_what_there_was, 0},
                             {lenders_leave_a_market_that_lost_them_money, 0},
                             {0}};
    return ds_run_tests("lenders", tests, 120);
}
