/* Money is integers, and every movement has two sides. */
#include "run.h"

#include "models/diem/ledger.h"

#include <stdio.h>
#include <string.h>

static ds_cell bucket(ds_bucket which)
{
    return ds_cell_of(which, NULL);
}

START_TEST(what_is_moved_minted_and_burned_is_conserved)
{
    ds_ledger l = {0};
    ds_status st = {0};
    ds_amount a = 0, b = 0;
    const ds_cell anna = ds_cell_of(DS_LIQUID, &a), ben = ds_cell_of(DS_STAKED, &b);
    ck_assert(ds_ledger_open(&l, DS_VVV, anna, 100, &st) &&
              ds_ledger_move(&l, DS_VVV, anna, ben, 30, &st) &&
              ds_ledger_mint(&l, DS_VVV, ben, 7, &st) && ds_ledger_burn(&l, DS_VVV, anna, 20, &st));
    ck_assert_int_eq(a, 50);
    ck_assert_int_eq(b, 37);
    ck_assert_int_eq(ds_ledger_supply(&l, DS_VVV), 87);
    ck_assert(ds_ledger_conserved(&l, &st));
    l.book[DS_VVV].bucket[DS_STAKED]++;
    ck_assert(!ds_ledger_conserved(&l, &st));
    ck_assert_int_eq(st.code, DS_E_BUG);
}
END_TEST

START_TEST(a_payer_without_the_amount_changes_nothing)
{
    ds_ledger l = {0}, before;
    ds_amount a = 0, b = 0;
    ds_status st = {0};
    const ds_cell anna = ds_cell_of(DS_LIQUID, &a), ben = ds_cell_of(DS_LIQUID, &b);
    ck_assert(ds_ledger_open(&l, DS_USD, anna, 10, &st) &&
              ds_ledger_open(&l, DS_USD, ben, 90, &st));
    before = l;
    ck_assert(
        !ds_ledger_move(&l, DS_USD, anna, ben, 11, &st)); /* the bucket has it, anna has not */
    st = (ds_status){0};
    ck_assert(!ds_ledger_move(&l, DS_USD, anna, ben, -1, &st));
    st = (ds_status){0};
    ck_assert(!ds_ledger_burn(&l, DS_USD, anna, 11, &st));
    st = (ds_status){0};
    ck_assert(!ds_ledger_mint(&l, DS_USD, anna, -5, &st));
    ck_assert_mem_eq(&l, &before, sizeof l);
    ck_assert_int_eq(a, 10);
}
END_TEST

START_TEST(an_overflow_is_refused_and_never_wraps)
{
    ds_ledger l = {0}, before;
    ds_status st = {0};
    ck_assert(ds_ledger_open(&l, DS_VVV, bucket(DS_PROTOCOL), DS_AMOUNT_MAX - 5, &st));
    before = l;
    ck_assert(!ds_ledger_mint(&l, DS_VVV, bucket(DS_PROTOCOL), 6, &st));
    st = (ds_status){0};
    ck_assert(!ds_ledger_open(&l, DS_VVV, bucket(DS_NOISE), 6, &st));
    ck_assert_int_eq(l.book[DS_VVV].bucket[DS_PROTOCOL], before.book[DS_VVV].bucket[DS_PROTOCOL]);
    ck_assert_int_eq((ds_amount)l.book[DS_VVV].minted, 0);
}
END_TEST

START_TEST(all_that_a_payer_has_may_go_and_nothing_is_an_amount)
{
    ds_ledger l = {0};
    ds_status st = {0};
    ds_amount a = 0;
    const ds_cell anna = ds_cell_of(DS_LIQUID, &a), till = bucket(DS_PROTOCOL);
    ck_assert(
        ds_ledger_open(&l, DS_DIEM, anna, 0, &st) && ds_ledger_open(&l, DS_DIEM, anna, 9, &st) &&
        ds_ledger_move(&l, DS_DIEM, anna, till, 9, &st) &&
        ds_ledger_move(&l, DS_DIEM, anna, till, 0, &st) &&
        ds_ledger_mint(&l, DS_DIEM, till, 0, &st) && ds_ledger_burn(&l, DS_DIEM, till, 0, &st) &&
        ds_ledger_burn(&l, DS_DIEM, till, 9, &st));
    ck_assert_int_eq(a, 0);
    ck_assert_int_eq(ds_ledger_balance(&l, DS_DIEM, till), 0);
    ck_assert_int_eq(ds_ledger_supply(&l, DS_DIEM), 0);
    ck_assert(ds_ledger_conserved(&l, &st));
}
END_TEST

/* Refused with a text and a code, and not a unit elsewhere than before. */
static void is_refused(bool done, const ds_ledger *l, const ds_ledger *before, ds_status *st,
                       const char *text, ds_code code)
{
    ck_assert(!done);
    ck_assert_int_eq(st->code, code);
    ck_assert_msg(strstr(st->text, text), "%s", st->text);
    ck_assert_mem_eq(l, before, sizeof *l);
    *st = (ds_status){0};
}

/* Books that no sequence of movements leads to, as a bug elsewhere might leave them. */
START_TEST(a_broken_book_is_not_broken_further)
{
    ds_ledger l = {0};
    ds_amount a = 5, rich = DS_AMOUNT_MAX;
    const ds_cell anna = ds_cell_of(DS_LIQUID, &a), till = bucket(DS_PROTOCOL);
    ds_status st = {0};
    l.book[DS_VVV].bucket[DS_LIQUID] = 4;
    l.book[DS_VVV].bucket[DS_PROTOCOL] = DS_AMOUNT_MAX;
    const ds_ledger before = l;
    is_refused(ds_ledger_move(&l, DS_VVV, anna, till, 5, &st), &l, &before, &st,
               "cannot move 5e-8 VVV", DS_E_BUG); /* anna has it, the bucket has not */
    is_refused(ds_ledger_burn(&l, DS_VVV, anna, 5, &st), &l, &before, &st, "cannot burn 5e-8 VVV",
               DS_E_BUG);
    is_refused(ds_ledger_move(&l, DS_VVV, anna, till, 4, &st), &l, &before, &st,
               "cannot move 4e-8 VVV", DS_E_BUG); /* the payee has no room */
    ck_assert_int_eq(a, 5);
    const ds_cell croesus = ds_cell_of(DS_STAKED, &rich); /* the bucket has room, its owner none */
    is_refused(ds_ledger_mint(&l, DS_VVV, croesus, 1, &st), &l, &before, &st,
               "1e-08 more VVV would pass", DS_E_DATA);
    is_refused(ds_ledger_open(&l, DS_VVV, croesus, 1, &st), &l, &before, &st,
               "1e-08 VVV more at the start", DS_E_DATA);
    ck_assert(rich == DS_AMOUNT_MAX);
}
END_TEST

START_TEST(negative_amounts_are_refused)
{
    ds_ledger l = {0};
    const ds_cell till = bucket(DS_PROTOCOL);
    ds_status st = {0};
    ck_assert(ds_ledger_open(&l, DS_USD, till, 7, &st));
    const ds_ledger before = l;
    is_refused(ds_ledger_open(&l, DS_USD, till, -1, &st), &l, &before, &st, "-1e-08 USD more",
               DS_E_DATA);
    is_refused(ds_ledger_mint(&l, DS_USD, till, -1, &st), &l, &before, &st, "cannot mint -1e-8 USD",
               DS_E_BUG);
    is_refused(ds_ledger_burn(&l, DS_USD, till, -1, &st), &l, &before, &st, "cannot burn -1e-8 USD",
               DS_E_BUG);
    is_refused(ds_ledger_move(&l, DS_USD, till, bucket(DS_NOISE), -1, &st), &l, &before, &st,
               "cannot move -1e-8 USD", DS_E_BUG);
}
END_TEST

/* Initial 10, then minted and burned: each counts for what may still exist. */
START_TEST(no_more_than_fits_exists_wherever_it_lies)
{
    ds_ledger l = {0};
    ds_status st = {0};
    ck_assert(ds_ledger_open(&l, DS_DIEM, bucket(DS_LIQUID), 10, &st) &&
              ds_ledger_mint(&l, DS_DIEM, bucket(DS_STAKED), DS_AMOUNT_MAX - 10, &st));
    const ds_ledger full = l;
    is_refused(ds_ledger_mint(&l, DS_DIEM, bucket(DS_NOISE), 1, &st), &l, &full, &st,
               "1e-08 more DIEM would pass the 92,233,720,368 that can exist", DS_E_DATA);
    is_refused(ds_ledger_open(&l, DS_DIEM, bucket(DS_NOISE), DS_AMOUNT_MAX - 9, &st), &l, &full,
               &st, "DIEM more at the start", DS_E_DATA);
    ck_assert(ds_ledger_burn(&l, DS_DIEM, bucket(DS_LIQUID), 4, &st) &&
              ds_ledger_mint(&l, DS_DIEM, bucket(DS_NOISE), 4, &st));
    ck_assert(!ds_ledger_mint(&l, DS_DIEM, bucket(DS_NOISE), 1, &st));
    ck_assert_int_eq(ds_ledger_supply(&l, DS_DIEM), DS_AMOUNT_MAX);
}
END_TEST

/* One unit too many or too few, in any bucket of any asset. */
START_TEST(a_unit_that_comes_from_nowhere_is_found)
{
    const ds_asset asset = (ds_asset)(_i % DS_ASSETS);
    const int which = _i / DS_ASSETS;
    for (int unit = -1; unit <= 1; unit += 2) {
        ds_ledger l = {0};
        ds_status st = {0};
        char text[80];
        ck_assert(ds_ledger_open(&l, asset, bucket(DS_LIQUID), 100, &st) &&
                  ds_ledger_mint(&l, asset, bucket(DS_LIQUID), 40, &st) &&
                  ds_ledger_burn(&l, asset, bucket(DS_LIQUID), 15, &st));
        l.book[asset].bucket[which] += unit;
        ck_assert(!ds_ledger_conserved(&l, &st));
        snprintf(text, sizeof text, "%s is not conserved: buckets differ by %de-8",
                 ds_asset_name(asset), unit);
        ck_assert_str_eq(st.text, text);
    }
}
END_TEST

START_TEST(what_comes_and_goes_may_pass_64_bits_as_long_as_what_exists_does_not)
{
    ds_ledger l = {0};
    ds_status st = {0};
    const ds_cell till = bucket(DS_PROTOCOL);
    for (int day = 0; day < 3; day++) {
        ck_assert(ds_ledger_mint(&l, DS_USD, till, DS_AMOUNT_MAX, &st));
        ck_assert(ds_ledger_burn(&l, DS_USD, till, DS_AMOUNT_MAX, &st));
    }
    ck_assert(ds_ledger_conserved(&l, &st));
    ck_assert_int_eq(ds_ledger_supply(&l, DS_USD), 0);
    ck_assert(ds_ledger_mint(&l, DS_USD, till, DS_AMOUNT_MAX, &st));
    ck_assert(!ds_ledger_mint(&l, DS_USD, bucket(DS_NOISE), 1, &st));
    ck_assert_int_eq(st.code, DS_E_DATA);
}
END_TEST

START_TEST(products_of_amounts_use_all_their_bits)
{
    ck_assert_int_eq(ds_muldiv(3, 5, 2), 7);
    ck_assert_int_eq(ds_muldiv(DS_AMOUNT_MAX, DS_AMOUNT_MAX, DS_AMOUNT_MAX), DS_AMOUNT_MAX);
    ck_assert_int_eq(ds_muldiv(DS_AMOUNT_MAX, 4, 2), DS_AMOUNT_MAX); /* saturates */
    ck_assert_int_eq(ds_muldiv(1000000007, 998244353LL * 1000, 999999937LL * 1000), 998244422);
    ck_assert_int_eq(ds_amount_of(1.0 / 0.0), DS_AMOUNT_MAX);
    ck_assert_int_eq(ds_amount_of(0.0 / 0.0), 0);
    ck_assert_int_eq(ds_amount_of(-3), 0);
    ck_assert_int_eq(ds_amount_near(0.29), 29000000);
    ck_assert_int_eq(ds_share_of(1000, 1), 1000);
    ck_assert_int_eq(ds_share_of(DS_AMOUNT_MAX, 1), DS_AMOUNT_MAX);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {what_is_moved_minted_and_burned_is_conserved, 0},
        {a_payer_without_the_amount_changes_nothing, 0},
        {an_overflow_is_refused_and_never_wraps, 0},
        {all_that_a_payer_has_may_go_and_nothing_is_an_amount, 0},
        {a_broken_book_is_not_broken_further, 0},
        {negative_amounts_are_refused, 0},
        {no_more_than_fits_exists_wherever_it_lies, 0},
        {a_unit_that_comes_from_nowhere_is_found, (int)DS_ASSETS * (int)DS_BUCKETS},
        {what_comes_and_goes_may_pass_64_bits_as_long_as_what_exists_does_not, 0},
        {products_of_amounts_use_all_their_bits, 0},
        {0}};
    return ds_run_tests("ledger", tests, 30);
}
