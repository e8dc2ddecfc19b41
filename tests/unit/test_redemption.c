/* Redemption at market value, the control: what it pays, that it adds up, and that it can end
 * badly. */
#include "run.h"
#include "tests/economy.h"

#include "models/diem/redemption.h"

#define FEW(par)                                                              \
    "seed: 2\nhorizon: 90\nholders: {scale: 0.02}\nconsumers: {scale: 0.1}\n" \
    "demand: {jobs_per_day: 200}\nmarkets: {redemption: {par: " par "}}\n"
/* All DIEM at par is worth more than all VVV: 37,713.66 * 1969 against 81,009,270 * 0.765. */
#define UNCOVERED FEW("1969") "initial: {vvv_price: 0.765}\n"

START_TEST(a_diem_is_redeemed_for_its_par_in_new_vvv)
{
    ds_economy_test t;
    economy_open(&t, FEW("1969"));
    economy_begin(&t, 0);
    ds_economy *const e = t.w->eco;
    ds_holder *const h = &t.w->holder[3];
    const ds_amount diem = h->diem, supply = ds_ledger_supply(&e->ledger, DS_VVV);
    const double price = e->vvv_price;
    ck_assert_int_gt(diem, 0);
    ck_assert(ds_redeem(t.w, h, 1000, 1)); /* worth less to its owner than par */
    const ds_amount issued = ds_ledger_supply(&e->ledger, DS_VVV) - supply;
    ck_assert_double_eq_tol(ds_tokens(issued), ds_tokens(diem) * 1969 / price, 1e-6);
    ck_assert_int_eq(e->unbacked, -diem);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    const ds_amount left = ds_ledger_supply(&e->ledger, DS_DIEM);
    ck_assert(ds_redeem(t.w, h, 2500, 1)); /* worth more: kept */
    ck_assert_int_eq(ds_ledger_supply(&e->ledger, DS_DIEM), left);
    economy_close(&t);
}
END_TEST

/* Fired until the arbitrageur, whose visits come first, has seen the market value. */
static void visit(ds_economy_test *t, int times)
{
    while (times-- > 0)
        ck_assert(ds_redemption_visit(t->w));
}

START_TEST(owners_run_when_vvv_is_worth_less_than_all_diem_at_par)
{
    ds_economy_test t;
    economy_open(&t, UNCOVERED);
    economy_begin(&t, 0);
    visit(&t, 1);
    ck_assert_double_eq(t.w->redemption_clock->rate, 48 + t.w->holders);
    const ds_amount staked = t.w->eco->ledger.book[DS_DIEM].bucket[DS_STAKED];
    visit(&t, 400); /* of 200 holders, most are met */
    ck_assert_int_lt(t.w->eco->ledger.book[DS_DIEM].bucket[DS_STAKED], staked / 3);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

/* At a millionth of a dollar eleven DIEM are worth more VVV than there may be; the pool has more.
 */
START_TEST(the_arbitrageur_buys_no_diem_once_redemption_has_halted)
{
    ds_economy_test t;
    economy_open(&t, "seed: 2\nhorizon: 90\nholders: {scale: 0.02}\n"
                     "markets: {redemption: {par: 1969, confidence: 0}}\n");
    for (int halted = 0; halted < 2; halted++) {
        economy_begin(&t, 0);
        ds_economy *const e = t.w->eco;
        const ds_book *const vvv = &e->ledger.book[DS_VVV], *const diem = &e->ledger.book[DS_DIEM];
        const ds_amount venue = vvv->bucket[DS_VENUE], pool = diem->bucket[DS_POOL_DIEM_VVV];
        e->vvv_price = halted ? 1e-6 : 20;
        e->diem_price = e->diem_vvv * e->vvv_price;
        visit(&t, 1);
        ck_assert_int_eq(vvv->bucket[DS_VENUE] == venue, halted);
        ck_assert_int_eq(diem->bucket[DS_POOL_DIEM_VVV] == pool, halted);
        ck_assert_int_eq(diem->bucket[DS_VENUE], 0);
    }
    economy_close(&t);
}
END_TEST

START_TEST(nobody_runs_while_all_diem_is_covered)
{
    ds_economy_test t;
    economy_open(&t, FEW("1969") "initial: {vvv_price: 1.53}\n");
    economy_begin(&t, 0);
    visit(&t, 1);
    ck_assert_double_eq(t.w->redemption_clock->rate, 48);
    economy_close(&t);
}
END_TEST

/* VVV is worth 0.83 of all DIEM at par. */
START_TEST(owners_who_bear_less_cover_stay)
{
    ds_economy_test t;
    economy_open(&t, "seed: 2\nhorizon: 90\nholders: {scale: 0.02}\nconsumers: {scale: 0.1}\n"
                     "markets: {redemption: {par: 1969, confidence: 0.8}}\n"
                     "initial: {vvv_price: 0.765}\n");
    economy_begin(&t, 0);
    visit(&t, 1);
    ck_assert_double_eq(t.w->redemption_clock->rate, 48);
    economy_close(&t);
}
END_TEST

/* Fees and slippage are 11.3 % of the price. */
START_TEST(par_is_not_held_closer_than_trades_cost)
{
    static const char *const texts[] = {FEW("1870") "initial: {diem_price: 1969}\n",
                                        FEW("2080") "initial: {diem_price: 1969}\n"};
    ds_economy_test t;
    economy_open(&t, texts[_i]);
    economy_begin(&t, 0);
    visit(&t, 1);
    ck_assert_int_eq(t.w->eco->unbacked, 0);
    economy_close(&t);
}
END_TEST

START_TEST(the_control_adds_up_while_it_collapses)
{
    ds_economy_test t;
    economy_open(&t, UNCOVERED);
    economy_begin(&t, 0);
    economy_until(&t, 30);
    ck_assert_int_lt(t.w->eco->unbacked, 0);
    ck_assert_double_gt(t.w->eco->risk.vvv.worst, 0.99);
    ck_assert_double_gt(t.w->eco->risk.spiral, 0);
    ck_assert_double_lt(t.w->eco->risk.spiral, 10);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

START_TEST(the_deployed_form_redeems_nothing)
{
    ds_economy_test t;
    economy_open(&t, FEW("0"));
    economy_begin(&t, 0);
    economy_until(&t, 90);
    ck_assert_int_eq(t.w->eco->unbacked, 0);
    ck_assert_double_eq(t.w->eco->flow.redeemed, 0);
    economy_close(&t);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{a_diem_is_redeemed_for_its_par_in_new_vvv, 0},
                             {owners_run_when_vvv_is_worth_less_than_all_diem_at_par, 0},
                             {the_arbitrageur_buys_no_diem_once_redemption_has_halted, 0},
                             {nobody_runs_while_all_diem_is_covered, 0},
                             {owners_who_bear_less_cover_stay, 0},
                             {par_is_not_held_closer_than_trades_cost, 2},
                             {the_control_adds_up_while_it_collapses, 0},
                             {the_deployed_form_redeems_nothing, 0},
                             {0}};
    return ds_run_tests("redemption", tests, 120);
}
