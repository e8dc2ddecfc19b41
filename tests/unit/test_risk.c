/* Measures of what can go wrong, against counts made the long way. */
#include "run.h"
#include "tests/economy.h"

#include "models/diem/risk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* An exponential wait's 95 % quantile is -ln(0.05) means. */
START_TEST(quantiles_of_waits_are_those_of_their_distribution)
{
    enum { DRAWS = 200000 };
    ds_waits waits = {0};
    ds_rng rng = ds_rng_stream(1, 2, 3, 4);
    ck_assert(isnan(ds_waits_quantile(&waits, 0.95)));
    for (int i = 0; i < DRAWS; i++)
        ds_waits_add(&waits, 0.02 * ds_rng_exponential(&rng));
    const double expected = -0.02 * log(0.05);
    ck_assert_double_eq_tol(ds_waits_quantile(&waits, 0.95), expected, 0.01 * expected);
    ck_assert_double_eq_tol(ds_waits_quantile(&waits, 0.5), 0.02 * log(2), 0.01 * 0.014);
    for (int i = 0; i < 19 * DRAWS; i++)
        ds_waits_add(&waits, 0);
    ck_assert_double_eq(ds_waits_quantile(&waits, 0.9), 0);
}
END_TEST

static int larger_first(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

START_TEST(the_nakamoto_coefficient_is_that_of_the_sorted_holders)
{
    enum { MANY = 5000 };
    static double stake[MANY];
    ds_economy_test t;
    economy_open(&t, "seed: 5\nhorizon: 1\nholders: {cohorts: {all: {count: 5000}}}\n");
    economy_begin(&t, 0);
    double sum = 0, so_far = 0;
    for (int i = 0; i < MANY; i++)
        sum += stake[i] = ds_tokens(t.w->holder[i].staked + t.w->holder[i].locked);
    qsort(stake, MANY, sizeof *stake, larger_first);
    int count = 0;
    while (so_far <= sum / 2)
        so_far += stake[count++];
    ck_assert_double_eq_tol(ds_stake_nakamoto(t.w), count, fmax(1, 0.03 * count));
    economy_close(&t);
}
END_TEST

START_TEST(a_price_that_doubles_and_halves_has_its_drawdown_and_squeeze)
{
    ds_economy_test t;
    economy_open(&t, "seed: 5\nhorizon: 10\nholders: {scale: 0.01}\n");
    economy_begin(&t, 0);
    ds_economy *const e = t.w->eco;
    const double price = e->diem_price;
    ck_assert_double_eq(e->risk.squeeze, 0);
    e->diem_price = 1.99 * price;
    ds_risk_hour(t.w);
    ck_assert_double_eq(e->risk.squeeze, 0);
    e->diem_price = 2.1 * price;
    ds_risk_hour(t.w);
    ck_assert_double_gt(e->risk.squeeze, 0);
    e->diem_price = 0.7 * price;
    ds_risk_hour(t.w);
    ck_assert_double_eq_tol(e->risk.diem.worst, 1 - 0.7 / 2.1, 1e-12);
    ck_assert_double_eq(e->risk.spiral, 0);
    ck_assert_double_eq(e->risk.run, 0);
    economy_close(&t);
}
END_TEST

/* A quarter of all stake, of which what is unstaking is a part: 0.33 and 0.34 to 1. */
START_TEST(a_run_is_a_quarter_of_all_stake)
{
    ds_economy_test t;
    economy_open(&t, "seed: 5\nhorizon: 10\nholders: {scale: 0.01}\n");
    economy_begin(&t, 0);
    ds_economy *const e = t.w->eco;
    ds_amount *const bucket = e->ledger.book[DS_VVV].bucket;
    const double stake = (double)(bucket[DS_STAKED] + bucket[DS_LOCKED]);
    bucket[DS_COOLING] = (ds_amount)(0.33 * stake);
    ds_risk_hour(t.w);
    ck_assert_double_eq(e->risk.run, 0);
    bucket[DS_COOLING] = (ds_amount)(0.34 * stake);
    ds_risk_hour(t.w);
    ck_assert_double_gt(e->risk.run, 0);
    economy_close(&t);
}
END_TEST

START_TEST(a_fall_of_four_fifths_is_a_spiral_once_supply_is_half_as_large_again)
{
    ds_economy_test t;
    economy_open(&t, "seed: 5\nhorizon: 10\nholders: {scale: 0.01}\n");
    economy_begin(&t, 0);
    ds_economy *const e = t.w->eco;
    ds_book *const vvv = &e->ledger.book[DS_VVV];
    const ds_sum minted = vvv->minted;
    e->vvv_price *= 0.19;
    ds_risk_hour(t.w);
    vvv->minted = minted + (ds_amount)(0.49 * (double)vvv->initial);
    ds_risk_hour(t.w);
    ck_assert_double_eq(e->risk.spiral, 0);
    vvv->minted = minted + (ds_amount)(0.51 * (double)vvv->initial);
    ds_risk_hour(t.w);
    ck_assert_double_gt(e->risk.spiral, 0);
    economy_close(&t);
}
END_TEST

/* Owners pay the price of compute by the price of DIEM: a doubling counts for a thirtieth. */
START_TEST(a_dearer_price_of_compute_unsettles_owners_too)
{
    ds_economy_test t;
    economy_open(&t, "seed: 5\nhorizon: 10\nholders: {scale: 0.01}\n");
    economy_begin(&t, 0);
    ds_economy *const e = t.w->eco;
    e->price *= 2;
    ds_risk_day(t.w);
    const double expected = 0.6931471805599453 * 0.6931471805599453 / 30;
    ck_assert_double_eq_tol(e->risk.owner.variance, expected, 1e-12);
    ck_assert_double_eq_tol(e->risk.pay.variance, expected, 1e-12);
    economy_close(&t);
}
END_TEST

/* Whatever the rule of the first day asks is the price to begin with, and no change. */
START_TEST(a_price_of_compute_that_stays_is_steady_from_the_start)
{
    ds_economy_test t;
    economy_open(&t, "seed: 5\nhorizon: 3\nholders: {scale: 0.01}\n"
                     "policies: {pricing: {use: fixed, price: 2}}\n");
    double *const rows = economy_rows(&t, 0);
    const size_t metrics = ds_metric_count(ds_diem_model.metrics);
    for (size_t day = 0; day <= 3; day++) {
        ck_assert_double_eq(rows[day * metrics + economy_metric("compute_price")], 2);
        ck_assert_double_eq(rows[day * metrics + economy_metric("price_pay_volatility")], 0);
    }
    free(rows);
    economy_close(&t);
}
END_TEST

/* Half of the credit for a DIEM is twice its price. */
START_TEST(a_credit_that_shrinks_unsettles_owners_alone)
{
    ds_economy_test t;
    economy_open(&t, "seed: 5\nhorizon: 10\nholders: {scale: 0.01}\n");
    economy_begin(&t, 0);
    ds_economy *const e = t.w->eco;
    e->shocked[DS_SHOCK_CREDIT] = 0.5;
    ds_risk_day(t.w);
    const double expected = 0.6931471805599453 * 0.6931471805599453 / 30;
    ck_assert_double_eq_tol(e->risk.owner.variance, expected, 1e-12);
    ck_assert_double_eq(e->risk.pay.variance, 0);
    economy_close(&t);
}
END_TEST

START_TEST(more_than_half_of_four_equals_are_three)
{
    ds_economy_test t;
    economy_open(&t, "seed: 5\nhorizon: 10\nholders: {scale: 0.01}\n");
    economy_begin(&t, 0);
    memset(t.w->stake_class, 0, DS_STAKE_CLASSES * sizeof *t.w->stake_class);
    t.w->stake_class[7] = (ds_stake_class){.count = 4, .sum = 400};
    ck_assert_double_eq(ds_stake_nakamoto(t.w), 3);
    economy_close(&t);
}
END_TEST

START_TEST(an_exodus_is_half_of_the_most_providers_there_were)
{
    ds_economy_test t;
    economy_open(&t, "seed: 5\nhorizon: 10\nholders: {scale: 0.01}\n");
    economy_begin(&t, 0);
    ds_economy *const e = t.w->eco;
    const double most = e->providers_in.value;
    e->providers_in.value = floor(most / 2) + 1;
    ds_risk_hour(t.w);
    ck_assert_double_eq(e->risk.exodus, 0);
    e->providers_in.value = floor(most / 2);
    ds_risk_hour(t.w);
    ck_assert_double_gt(e->risk.exodus, 0);
    ck_assert_double_eq(e->risk.providers_lost, most - floor(most / 2));
    e->providers_in.value = most;
    economy_close(&t);
}
END_TEST

/* Daily log changes of +-2 % for long: sd a year 0.02 * sqrt(365). */
START_TEST(volatility_is_that_of_the_daily_changes)
{
    ds_restless p = {0};
    p.variance = 0.02 * 0.02;
    ck_assert_double_eq_tol(ds_volatility(&p), 0.38209946, 1e-6);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {quantiles_of_waits_are_those_of_their_distribution, 0},
        {the_nakamoto_coefficient_is_that_of_the_sorted_holders, 0},
        {a_price_that_doubles_and_halves_has_its_drawdown_and_squeeze, 0},
        {a_run_is_a_quarter_of_all_stake, 0},
        {a_fall_of_four_fifths_is_a_spiral_once_supply_is_half_as_large_again, 0},
        {a_dearer_price_of_compute_unsettles_owners_too, 0},
        {a_price_of_compute_that_stays_is_steady_from_the_start, 0},
        {a_credit_that_shrinks_unsettles_owners_alone, 0},
        {more_than_half_of_four_equals_are_three, 0},
        {an_exodus_is_half_of_the_most_providers_there_were, 0},
        {volatility_is_that_of_the_daily_changes, 0},
        {0}};
    return ds_run_tests("risk", tests, 60);
}
