/* Money is integers, and every movement has two sides. */
#include "run.h"

#include "models/diem/ledger.h"

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

/* A cell may be fuller than its bucket's room: what was taken from the payer comes back. */
START_TEST(a_move_that_the_payee_cannot_hold_takes_nothing)
{
    ds_ledger l = {0}, before;
    ds_status st = {0};
    ds_amount a = 0, full = DS_AMOUNT_MAX - 5;
    const ds_cell anna = ds_cell_of(DS_LIQUID, &a), other = ds_cell_of(DS_STAKED, &full);
    ck_assert(ds_ledger_open(&l, DS_DIEM, anna, 10, &st));
    before = l;
    ck_assert(!ds_ledger_move(&l, DS_DIEM, anna, other, 6, &st));
    ck_assert_int_eq(st.code, DS_E_BUG);
    ck_assert_msg(strstr(st.text, ds_asset_name(DS_DIEM)) && strstr(st.text, "DIEM"), "%s",
                  st.text);
    ck_assert_mem_eq(&l, &before, sizeof l);
    ck_assert_int_eq(a, 10);
    ck_assert_int_eq(full, DS_AMOUNT_MAX - 5);
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
        {a_move_that_the_payee_cannot_hold_takes_nothing, 0},
        {what_comes_and_goes_may_pass_64_bits_as_long_as_what_exists_does_not, 0},
        {products_of_amounts_use_all_their_bits, 0},
        {0}};
    return ds_run_tests("ledger", tests, 30);
}
