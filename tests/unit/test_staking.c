/* Staking, cooldowns, rewards, minting, burning and the treasury, acted out by hand. */
#include "run.h"
#include "tests/economy.h"
#include "tests/reference/cases.h"

#include "models/diem/holders.h"
#include "models/diem/minting.h"
#include "models/diem/staking.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* Nobody acts of their own accord: those who review change nothing. */
#define STILL                                                                                     \
    "seed: 1\nhorizon: 400\nholders: {review: 36500, cohorts: {all: {count: 50, inertia: 1}}}\n"  \
    "consumers: {review: 36500}\nproviders: {review: 36500}\nmarkets: {arbitrage: 0, noise: 0}\n" \
    "demand: {scale: 0}\n"

static const double unit = 1e-8;

START_TEST(rewards_are_shared_by_stake_and_a_locked_one_keeps_its_part)
{
    ds_economy_test t;
    economy_open(
        &t,
        STILL "policies: {emission: {use: schedule, steps: [{from: 2026-01-01, rate: 3.65e6}]}}\n");
    economy_begin(&t, 0);
    ds_holder *const h = &t.w->holder[7];
    const double staked = (double)h->staked * unit, locked = (double)h->locked * unit,
                 liquid = (double)h->liquid * unit;
    economy_until(&t, 10);
    ck_assert(ds_staking_settle(t.w, h));
    const double share = 1e5 / 33941209.0; /* ten days' emission for one staked VVV */
    ck_assert_double_eq_tol((double)h->liquid * unit - liquid, (staked + 0.8 * locked) * share,
                            1e-6);
    ck_assert_double_eq_tol(ds_tokens(t.w->eco->ledger.book[DS_VVV].bucket[DS_PROTOCOL]),
                            0.2 * 8954490 * share, 1e-4);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

START_TEST(all_that_is_emitted_can_be_claimed_but_for_dust)
{
    ds_economy_test t;
    economy_open(&t, STILL);
    economy_begin(&t, 0);
    economy_until(&t, 100.3);
    for (uint32_t i = 0; i < t.w->holders; i++)
        ck_assert(ds_staking_settle(t.w, &t.w->holder[i]));
    const ds_amount dust = t.w->eco->ledger.book[DS_VVV].bucket[DS_REWARDS];
    ck_assert_int_ge(dust, 0);
    ck_assert_int_lt(dust, 100000); /* 0.001 VVV of 550,000 */
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

START_TEST(a_new_request_adds_to_the_cooldown_and_restarts_it)
{
    ds_economy_test t;
    economy_open(&t, STILL);
    economy_begin(&t, 0);
    ds_holder *const h = &t.w->holder[3];
    const ds_amount staked = h->staked;
    ck_assert(ds_unstake(t.w, h, 1000));
    economy_until(&t, 5);
    ck_assert(ds_unstake(t.w, h, 500));
    economy_until(&t, 11.9);
    ck_assert_int_eq(h->cooling, 1500);
    const ds_amount liquid = h->liquid;
    economy_until(&t, 12.1);
    ck_assert_int_eq(h->cooling, 0);
    ck_assert_int_eq(h->liquid, liquid + 1500);
    ck_assert_int_eq(h->staked, staked - 1500);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

START_TEST(so_does_that_of_diem)
{
    ds_economy_test t;
    economy_open(&t, STILL);
    economy_begin(&t, 0);
    ds_holder *const h = &t.w->holder[3];
    const ds_amount staked = h->diem_staked, liquid = h->diem;
    ck_assert(ds_unstake_diem(t.w, h, 1000));
    economy_until(&t, 0.6);
    ck_assert(ds_unstake_diem(t.w, h, 500));
    economy_until(&t, 1.55);
    ck_assert_int_eq(h->diem_cooling, 1500);
    ck_assert_int_eq(h->diem, liquid);
    economy_until(&t, 1.65);
    ck_assert_int_eq(h->diem_cooling, 0);
    ck_assert_int_eq(h->diem, liquid + 1500);
    ck_assert_int_eq(h->diem_staked, staked - 1500);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

/* Ten times 4 units for 2^40 that are locked, of which 3.2 are the holder's: 32 in all, not 30. */
START_TEST(what_is_cut_off_leaves_what_adds_up)
{
    ds_economy_test t;
    economy_open(&t, "seed: 1\nhorizon: 1\nholders: {cohorts: {all: {count: 1}}}\n");
    economy_begin(&t, 0);
    ds_economy *const e = t.w->eco;
    ds_holder *const h = &t.w->holder[0];
    ds_amount *const bucket = e->ledger.book[DS_VVV].bucket;
    e->emission_rate = e->emission_carry = 0;
    bucket[DS_STAKED] = h->staked = bucket[DS_REWARDS] = 0;
    bucket[DS_LOCKED] = h->locked = (ds_amount)1 << 40;
    const ds_amount before = h->liquid;
    for (int i = 0; i < 10; i++) {
        ck_assert(
            ds_ledger_mint(&e->ledger, DS_VVV, ds_cell_of(DS_REWARDS, NULL), 4, &t.replica.status));
        e->emission_pending = 4;
        ck_assert(ds_staking_accrue(t.w));
    }
    ck_assert(ds_staking_settle(t.w, h));
    ck_assert_int_eq(h->liquid - before, 32);
    ck_assert_int_ge(bucket[DS_REWARDS], 0);
    economy_close(&t);
}
END_TEST

static ds_holder *largest(ds_world *w)
{
    ds_holder *best = &w->holder[0];
    for (uint32_t i = 1; i < w->holders; i++)
        if (w->holder[i].staked > best->staked)
            best = &w->holder[i];
    return best;
}

START_TEST(burning_unlocks_the_average_lock_whatever_the_rate)
{
    ds_economy_test t;
    economy_open(&t, STILL);
    economy_begin(&t, 0);
    ds_holder *const h = largest(t.w);
    const ds_amount locked = h->locked, owed = h->outstanding;
    ds_amount diem;
    ck_assert(ds_mint(t.w, h, 100000 * (ds_amount)DS_UNIT, 0, &diem));
    ck_assert_double_eq_tol(ds_tokens(diem), 100000 / 499.9757892,
                            1e-4); /* below one bucket of 500 DIEM */
    ck_assert_int_eq(h->outstanding, owed + diem);
    const double average = (double)h->locked / (double)h->outstanding;
    const ds_amount before = h->locked;
    ck_assert(ds_burn(t.w, h, diem / 2));
    ck_assert_double_eq_tol((double)(before - h->locked), average * (double)(diem / 2), 2);
    ck_assert_int_gt(h->locked, locked);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    h->locked = 11; /* a third of it, rounded for the protocol */
    h->outstanding = 3;
    ck_assert(ds_burn(t.w, h, 1));
    ck_assert_int_eq(h->locked, 8);
    economy_close(&t);
}
END_TEST

/* 38,000 DIEM at most: 287 more, at 500 VVV each, whatever a holder would lock. */
START_TEST(a_mint_locks_no_more_than_what_it_mints_costs)
{
    ds_economy_test t;
    economy_open(&t, STILL "policies: {mint: {use: table, buckets: 76}}\n");
    economy_begin(&t, 0);
    ds_holder *const h = largest(t.w);
    const ds_amount locked = h->locked;
    ds_amount diem;
    ck_assert_int_gt(h->staked, 1000000 * (ds_amount)DS_UNIT);
    ck_assert(ds_mint(t.w, h, 1000000 * (ds_amount)DS_UNIT, 0, &diem));
    ck_assert_double_lt(ds_tokens(diem), 300);
    ck_assert_double_eq_tol(ds_tokens(h->locked - locked), 499.97579 * ds_tokens(diem), 0.1);
    economy_close(&t);
}
END_TEST

/* Locked yield, and a year of 0.80 USD a day for a DIEM that costs mint_rate VVV. */
START_TEST(a_minter_s_return_is_that_of_a_year)
{
    ds_economy_test t;
    economy_open(&t, STILL);
    economy_begin(&t, 0);
    double row[128];
    t.scenario.model->observe(t.w, row, true);
    const double lock = row[economy_metric("mint_rate")] * row[economy_metric("vvv_price")];
    ck_assert_double_eq_tol(row[economy_metric("minter_return")],
                            row[economy_metric("apr_locked")] + 365 * 0.8 / lock, 1e-3);
    economy_close(&t);
}
END_TEST

START_TEST(a_mint_below_its_bound_changes_nothing)
{
    ds_economy_test t;
    economy_open(&t, STILL);
    economy_begin(&t, 0);
    ds_holder *const h = &t.w->holder[0];
    const ds_holder before = *h;
    ds_amount diem;
    ck_assert(ds_mint(t.w, h, 499 * (ds_amount)DS_UNIT, DS_UNIT, &diem));
    ck_assert_int_eq(diem, 0);
    ck_assert_mem_eq(h, &before, sizeof before);
    ck_assert(ds_mint(t.w, h, 500 * (ds_amount)DS_UNIT, 100000000, &diem));
    ck_assert_int_ge(diem, 100000000);
    const ds_amount got = diem;
    ck_assert(ds_mint(t.w, h, 500 * (ds_amount)DS_UNIT, got, &diem)); /* no less: so it is taken */
    ck_assert_int_eq(diem, got);
    economy_close(&t);
}
END_TEST

/* Ten days as it was: a locked one has 80 % of them, whatever is locked and unlocked, staked and
 * unstaked then. */
START_TEST(what_was_earned_is_of_the_stake_until_then)
{
    ds_economy_test t;
    economy_open(&t, STILL "policies: {emission: {use: schedule, steps: [{from: 2026-01-01, rate: "
                           "3.65e6}]}}\n");
    economy_begin(&t, 0);
    const double share = 1e5 / 33941209.0;
    for (uint32_t who = 0; who < 4; who++) {
        ds_holder *const h = &t.w->holder[7 + who];
        const double earned = ((double)h->staked * unit + 0.8 * (double)h->locked * unit) * share;
        const ds_amount liquid = h->liquid, part = h->staked / 2;
        ds_amount diem, moved = 0;
        if (who == 0)
            economy_until(&t, 10);
        ck_assert_int_gt(h->locked, 0);
        h->diem = h->outstanding; /* the ledger is not looked at */
        t.w->eco->ledger.book[DS_DIEM].bucket[DS_LIQUID] += h->diem;
        switch (who) {
        case 0:
            ck_assert(ds_burn(t.w, h, h->outstanding));
            break;
        case 1:
            ck_assert(ds_mint(t.w, h, part, 0, &diem));
            break;
        case 2:
            ck_assert(ds_unstake(t.w, h, part));
            break;
        default:
            moved = liquid / 2;
            ck_assert(ds_stake(t.w, h, moved));
        }
        ck_assert(ds_staking_settle(t.w, h));
        ck_assert_double_eq_tol((double)(h->liquid - liquid + moved) * unit, earned, 1e-6);
    }
    economy_close(&t);
}
END_TEST

START_TEST(an_account_below_the_minimum_gives_no_credit)
{
    ds_economy_test t;
    economy_open(&t, STILL);
    economy_begin(&t, 0);
    ds_holder *const h = &t.w->holder[1];
    ck_assert(ds_unstake_diem(t.w, h, h->diem_staked - 5000000)); /* 0.05 DIEM would stay */
    ck_assert_int_eq(h->diem_staked, 0);
    ds_holder *const other = &t.w->holder[2];
    ck_assert(ds_unstake_diem(t.w, other, other->diem_staked - 10000000));
    ck_assert_int_eq(other->diem_staked, 10000000); /* 0.1 DIEM is enough */
    h->diem = 20000000;
    ck_assert(ds_stake_diem(t.w, h, 9999999)); /* a unit less than 0.1 DIEM */
    ck_assert_int_eq(h->diem_staked, 0);
    ck_assert(ds_stake_diem(t.w, h, 10000000));
    ck_assert(ds_stake_diem(t.w, h, 100)); /* beside what is there */
    ck_assert_int_eq(h->diem_staked, 10000100);
    economy_close(&t);
}
END_TEST

/* Fees for all that is staked, locked or not, and for what is locked. */
START_TEST(fees_are_shared_by_stake_and_by_lock)
{
    ds_economy_test t;
    economy_open(&t, STILL);
    economy_begin(&t, 0);
    ds_economy *const e = t.w->eco;
    ds_holder *const h = largest(t.w);
    const ds_book *const vvv = &e->ledger.book[DS_VVV];
    const double locked = (double)vvv->bucket[DS_LOCKED];
    const double staked = (double)vvv->bucket[DS_STAKED] + locked;
    ck_assert_int_gt(h->locked, 0);
    ck_assert(ds_ledger_mint(&e->ledger, DS_USD, ds_cell_of(DS_REWARDS, NULL),
                             3000 * (ds_amount)DS_UNIT, &t.replica.status));
    e->fees_pending = 2000 * (ds_amount)DS_UNIT;
    e->minters_pending = 1000 * (ds_amount)DS_UNIT;
    const ds_amount before = h->usd;
    ck_assert(ds_staking_settle(t.w, h));
    ck_assert_double_eq_tol(
        ds_tokens(h->usd - before),
        2000 * (double)(h->staked + h->locked) / staked + 1000 * (double)h->locked / locked, 1e-5);
    economy_close(&t);
}
END_TEST

START_TEST(the_gini_coefficient_of_classes_is_that_of_the_holders)
{
    ds_economy_test t;
    economy_open(&t, "seed: 1\nhorizon: 40\nholders: {cohorts: {all: {count: 2000}}}\n");
    economy_begin(&t, 0);
    economy_until(&t, 40);
    /* Mean absolute difference over twice the mean, by definition. */
    double sum = 0, differences = 0, n = 0;
    for (uint32_t i = 0; i < t.w->holders; i++) {
        const double a = (double)(t.w->holder[i].staked + t.w->holder[i].locked);
        if (a == 0)
            continue;
        sum += a;
        n++;
        for (uint32_t k = 0; k < t.w->holders; k++) {
            const double b = (double)(t.w->holder[k].staked + t.w->holder[k].locked);
            differences += b > 0 ? fabs(a - b) : 0;
        }
    }
    ck_assert_double_eq_tol(ds_stake_gini(t.w), differences / (2 * n * sum), 1e-3);
    economy_close(&t);
}
END_TEST

/* Mean of a distribution over the part of it between two probabilities, by its quantiles or, where
 * the tail is heavy, by their integral. */
static double between_lognormal(double low, double high)
{
    return exp(gsl_cdf_ugaussian_Pinv((low + high) / 2));
}

static double between_pareto(double low, double high)
{
    const double power = 1 - 1 / 1.5;
    return (pow(1 - low, power) - pow(1 - high, power)) / (power * (high - low));
}

static double between_uniform(double low, double high)
{
    return (low + high) / 2;
}

START_TEST(the_gini_coefficient_is_that_of_the_distribution)
{
    enum { PARTS = 200000 };
    static const struct {
        double (*between)(double low, double high);
        const char *row;
    } laws[] = {{between_lognormal, "lognormal sigma=1"},
                {between_pareto, "Pareto alpha=1.5"},
                {between_uniform, "uniform(0,1)"}};
    ds_economy_test t;
    economy_open(&t, "seed: 1\nhorizon: 1\nholders: {cohorts: {all: {count: 1}}}\n");
    economy_begin(&t, 0);
    memset(t.w->stake_class, 0, DS_STAKE_CLASSES * sizeof *t.w->stake_class);
    for (int i = 0; i < PARTS; i++)
        ds_stake_counted(t.w, 0,
                         ds_amount_of(laws[_i].between((double)i / PARTS, (i + 1.0) / PARTS)));
    /* 16 classes an octave hide what holders within 4 % of each other differ by. */
    ck_assert_double_eq_tol(ds_stake_gini(t.w), case_value("gini", laws[_i].row, "Gini"), 5e-4);
    economy_close(&t);
}
END_TEST

START_TEST(a_population_that_never_acts_keeps_all_balances)
{
    ds_economy_test t;
    economy_open(&t, STILL);
    economy_begin(&t, 0);
    ds_holder before[50];
    memcpy(before, t.w->holder, sizeof before);
    economy_until(&t, 400);
    ck_assert_mem_eq(t.w->holder, before, sizeof before);
    economy_close(&t);
}
END_TEST

START_TEST(epochs_begin_at_midnight_and_hours_at_the_full_hour)
{
    static const struct {
        const char *text;
        uint32_t days, hours; /* begun by 2.1 days after the start */
    } cases[] = {
        {STILL "start: 2026-09-19\n", 2, 50},
        {STILL "start: 2026-09-19T18:30\n", 2, 50},
        {STILL "start: 2026-09-19T22:00\n", 3, 50},
    };
    ds_economy_test t;
    economy_open(&t, cases[_i].text);
    economy_begin(&t, 0);
    economy_until(&t, 2.1);
    ck_assert_uint_eq(t.w->eco->day, cases[_i].days);
    ck_assert_uint_eq(t.w->eco->hours, cases[_i].hours);
    economy_close(&t);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{rewards_are_shared_by_stake_and_a_locked_one_keeps_its_part, 0},
                             {all_that_is_emitted_can_be_claimed_but_for_dust, 0},
                             {a_new_request_adds_to_the_cooldown_and_restarts_it, 0},
                             {so_does_that_of_diem, 0},
                             {what_is_cut_off_leaves_what_adds_up, 0},
                             {burning_unlocks_the_average_lock_whatever_the_rate, 0},
                             {a_mint_locks_no_more_than_what_it_mints_costs, 0},
                             {a_minter_s_return_is_that_of_a_year, 0},
                             {a_mint_below_its_bound_changes_nothing, 0},
                             {what_was_earned_is_of_the_stake_until_then, 0},
                             {an_account_below_the_minimum_gives_no_credit, 0},
                             {fees_are_shared_by_stake_and_by_lock, 0},
                             {the_gini_coefficient_of_classes_is_that_of_the_holders, 0},
                             {the_gini_coefficient_is_that_of_the_distribution, 3},
                             {a_population_that_never_acts_keeps_all_balances, 0},
                             {epochs_begin_at_midnight_and_hours_at_the_full_hour, 3},
                             {0}};
    return ds_run_tests("staking", tests, 120);
}
