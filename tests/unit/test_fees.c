/* Who pays a bill and who is paid for it, and what the treasury owes. */
#include "run.h"
#include "tests/economy.h"

#include "models/diem/fees.h"

#include <math.h>

/* Nobody acts of their own accord: those who review change nothing. */
#define STILL                                                                                     \
    "seed: 1\nhorizon: 400\nholders: {review: 36500, cohorts: {all: {count: 50, inertia: 1}}}\n"  \
    "consumers: {review: 36500}\nproviders: {review: 36500}\nmarkets: {arbitrage: 0, noise: 0}\n" \
    "demand: {scale: 0}\n"

/* ---- who pays ---- */

static const ds_amount ten = 10 * (ds_amount)DS_UNIT;

/* What was paid in USD, with credit and with bundled credit since it was last asked. */
static void paid(const ds_economy_test *t, double usd, double credit, double bundled)
{
    ds_flows *const f = &t->w->eco->flow;
    ck_assert_double_eq_tol(f->fees_usd, usd, 1e-9);
    ck_assert_double_eq_tol(f->fees_credit, credit, 1e-9);
    ck_assert_double_eq_tol(f->fees_bundled, bundled, 1e-9);
    *f = (ds_flows){0};
}

START_TEST(bundled_credit_comes_anew_every_day)
{
    ds_economy_test t;
    economy_open(&t, STILL);
    economy_begin(&t, 0);
    ds_consumer *const c = &t.w->consumer[0];
    c->diem_staked = c->rented = 0;
    t.w->bundled[c->cohort] = 15 * (ds_amount)DS_UNIT;
    for (int day = 0; day < 2; day++, t.w->eco->day++) {
        t.w->eco->flow = (ds_flows){0};
        ck_assert(ds_bill(t.w, 0, 0, ten));
        paid(&t, 0, 0, 10);
        ck_assert(ds_bill(t.w, 0, 0, ten));
        paid(&t, 5, 0, 5);
    }
    economy_close(&t);
}
END_TEST

START_TEST(owners_have_the_credit_of_what_they_keep_anew_every_day)
{
    ds_economy_test t;
    economy_open(&t, STILL);
    economy_begin(&t, 0);
    ds_economy *const e = t.w->eco;
    e->rent.let = e->ledger.book[DS_DIEM].bucket[DS_STAKED] - 15 * (ds_amount)DS_UNIT;
    ck_assert(ds_bill(t.w, 0, DS_OWNER, ten));
    paid(&t, 0, 10, 0);
    ck_assert(ds_bill(t.w, 0, DS_OWNER, ten));
    paid(&t, 5, 5, 0);
    economy_until(&t, 1.01);
    ck_assert_int_eq(e->owners_credit_used, 0);
    economy_close(&t);
}
END_TEST

/* 4 USD of the bill are its own credit's, and all of the next one is rented. */
START_TEST(own_credit_goes_before_what_is_rented)
{
    ds_economy_test t;
    economy_open(&t, STILL);
    economy_begin(&t, 0);
    ds_consumer *const c = &t.w->consumer[0];
    ds_flows *const f = &t.w->eco->flow;
    c->diem_staked = 4 * (ds_amount)DS_UNIT;
    c->rented = c->had = 2 * ten;
    t.w->eco->rent.filled = 1;
    ck_assert(ds_bill(t.w, 0, 0, ten));
    ck_assert_double_eq_tol(f->fees_rented, 6, 1e-9);
    paid(&t, 0, 10, 0);
    ck_assert(ds_bill(t.w, 0, 0, ten));
    ck_assert_double_eq_tol(f->fees_rented, 10, 1e-9);
    paid(&t, 0, 10, 0);
    ck_assert(ds_bill(t.w, 0, 0, ten));
    ck_assert_double_eq_tol(f->fees_rented, 4, 1e-9);
    paid(&t, 6, 4, 0);
    economy_close(&t);
}
END_TEST

/* 80 % of a fee, at three quarters of what it could ask: 6 USD of 10, whether they come in cash or
 * out of the treasury, which keeps the rest of the cash. */
START_TEST(a_provider_gets_what_it_asks_of_its_share)
{
    ds_economy_test t;
    economy_open(&t, STILL "policies: {fee_split: {use: fixed, providers: 0.8, treasury: 0.2}}\n");
    economy_begin(&t, 0);
    ds_consumer *const c = &t.w->consumer[0];
    ds_provider *const p = &t.w->provider[0];
    const ds_amount *const treasury = &t.w->eco->ledger.book[DS_USD].bucket[DS_PROTOCOL];
    const ds_amount before = *treasury;
    c->diem_staked = c->rented = 0;
    p->price = 0.75;
    ck_assert(ds_bill(t.w, 0, 0, ten));
    ck_assert_int_eq(p->usd, 6 * (ds_amount)DS_UNIT);
    ck_assert_int_eq(*treasury - before, 4 * (ds_amount)DS_UNIT);
    c->diem_staked = ten;
    ck_assert(ds_bill(t.w, 0, 0, ten));
    ck_assert_int_eq(p->usd, 12 * (ds_amount)DS_UNIT);
    ck_assert_int_eq(*treasury - before, -2 * (ds_amount)DS_UNIT);
    economy_close(&t);
}
END_TEST

/* Nobody asks for anything: of a day's credit all is gone. What was used and then unstaked is more
 * than there was, and nothing is gone then. */
START_TEST(credit_that_nobody_used_is_gone)
{
    ds_economy_test t;
    economy_open(&t, STILL);
    economy_begin(&t, 0);
    ds_economy *const e = t.w->eco;
    const ds_book *const diem = &e->ledger.book[DS_DIEM];
    const double credit = ds_tokens(diem->bucket[DS_STAKED] + diem->bucket[DS_USERS_STAKED]);
    e->day_credit = 100;
    economy_until(&t, 1.01);
    ck_assert_double_eq_tol(e->flow.expired, credit - 100, 0.01);
    e->day_credit = credit + 100;
    economy_until(&t, 2.01);
    ck_assert_double_eq_tol(e->flow.expired, credit - 100, 0.01);
    economy_close(&t);
}
END_TEST

START_TEST(what_is_paid_in_diem_is_revenue_too)
{
    ds_economy_test t;
    economy_open(&t, "seed: 1\nhorizon: 2\ndemand: {scale: 0}\n"
                     "consumers: {cohorts: {all: {count: 5, pays_diem: 0.4}}}\n");
    economy_begin(&t, 0);
    t.w->consumer[0].diem_staked = t.w->consumer[0].rented = 0;
    ck_assert(ds_bill(t.w, 0, 0, ten));
    ck_assert_double_eq_tol(t.w->eco->flow.fees_diem, 4, 1e-9);
    ck_assert_double_eq_tol(t.w->eco->day_revenue, 10, 1e-9);
    economy_close(&t);
}
END_TEST

/* ---- the treasury ---- */

/* The first day's 3,000 USD are all that is known, with the second day's 1,000 they are 2,000 a
 * day, and after thirty days a day counts for a thirtieth: 2,000 of 30 days and 5,000 make 2,100.
 */
START_TEST(the_runway_is_that_of_thirty_days_and_of_what_is_not_owed)
{
    ds_economy_test t;
    economy_open(&t, STILL);
    economy_begin(&t, 0);
    ds_economy *const e = t.w->eco;
    const ds_amount *const treasury = &e->ledger.book[DS_USD].bucket[DS_PROTOCOL];
    ck_assert_double_eq(ds_runway(t.w), 36500);
    e->treasury_seen = *treasury + 3000 * (ds_amount)DS_UNIT;
    economy_until(&t, 1.01);
    ck_assert_double_eq_tol(e->net_outflow, 3000, 1e-9);
    e->treasury_seen = *treasury + 1000 * (ds_amount)DS_UNIT;
    economy_until(&t, 2.01);
    ck_assert_double_eq_tol(e->net_outflow, 2000, 1e-9);
    for (int day = 3; day <= 31; day++) {
        e->treasury_seen = *treasury + (day < 31 ? 2000 : 5000) * (ds_amount)DS_UNIT;
        economy_until(&t, day + 0.01);
    }
    ck_assert_double_eq_tol(e->net_outflow, 2100, 1e-9);
    e->owed = 400 * (ds_amount)DS_UNIT; /* lost, though not paid yet */
    const double before = e->net_outflow, day = e->day + 1.0;
    economy_until(&t, day + 0.01);
    ck_assert_double_eq_tol(e->net_outflow, before + (400 - before) / fmin(day, 30), 1e-9);
    e->owed = 0;
    e->net_outflow = 1e5;
    const double days = ds_tokens(*treasury) / 1e5;
    ck_assert_double_eq_tol(ds_runway(t.w), days, 1e-9);
    e->owed = *treasury / 2;
    ck_assert_double_eq_tol(ds_runway(t.w), days / 2, 1e-9);
    e->owed = *treasury;
    ck_assert_double_eq(ds_runway(t.w), 0);
    economy_close(&t);
}
END_TEST

/* The last place of the ring, and the first. */
START_TEST(who_is_owed_since_longest_is_paid_first)
{
    ds_economy_test t;
    economy_open(&t, STILL "initial: {treasury: 1000}\n");
    economy_begin(&t, 0);
    ds_economy *const e = t.w->eco;
    ds_provider *const first = &t.w->provider[3], *const then = &t.w->provider[5];
    e->debtors_head = t.w->providers - 1;
    e->debtors = 1;
    t.w->debtors[e->debtors_head] = 3;
    first->owed = e->owed = 998 * (ds_amount)DS_UNIT;
    e->insolvent_days = 5;
    ck_assert(ds_bill(t.w, 5, DS_OWNER, ten)); /* the treasury has it, but others wait */
    ck_assert_uint_eq(t.w->debtors[0], 5);
    ck_assert_int_eq(then->usd, 0);
    const double late = ds_tokens(then->owed);
    ck_assert_double_eq_tol(late, 10 * e->share[DS_PROVIDERS] * then->price, 1e-7);
    economy_until(&t, 1.01);
    ck_assert_double_eq_tol(ds_tokens(first->usd), 998, 1e-9);
    ck_assert_double_eq_tol(ds_tokens(then->usd), 2, 1e-9);
    ck_assert_double_eq_tol(ds_tokens(e->owed), late - 2, 1e-9);
    ck_assert(
        ds_ledger_mint(&e->ledger, DS_USD, ds_cell_of(DS_PROTOCOL, NULL), ten, &t.replica.status));
    economy_until(&t, 2.01);
    ck_assert_int_eq(e->owed, 0);
    ck_assert_double_eq_tol(e->insolvent_days, 5 + 2, 1e-9); /* beside an earlier time */
    economy_close(&t);
}
END_TEST

/* Between two hours: a job that is paid by credit, and then one that is paid in cash. */
START_TEST(a_debt_of_a_minute_is_ruin_too)
{
    ds_economy_test t;
    economy_open(&t, STILL "initial: {treasury: 0}\n");
    economy_begin(&t, 0);
    ds_economy *const e = t.w->eco;
    economy_until(&t, 0.51);
    ck_assert_double_eq(e->risk.ruin, 0);
    ck_assert(ds_bill(t.w, 5, DS_OWNER, ten));
    ck_assert_int_gt(e->owed, 0);
    economy_until(&t, 0.515);
    ck_assert(ds_ledger_mint(&e->ledger, DS_USD, ds_cell_of(DS_PROTOCOL, NULL), 2 * ten,
                             &t.replica.status));
    e->owners_credit_used = INT64_MAX / 2; /* no credit is left */
    ck_assert(ds_bill(t.w, 6, DS_OWNER, ten));
    ck_assert_int_eq(e->owed, 0);
    economy_until(&t, 0.9);
    ck_assert_double_gt(e->insolvent_days, 0);
    ck_assert_double_gt(e->risk.ruin, 0);
    ck_assert_double_eq_tol(e->risk.ruin, 0.51, 0.01);
    economy_close(&t);
}
END_TEST

/* A tenth of 1,000 USD of revenue buys and burns, but not while providers wait for theirs. */
START_TEST(who_owes_buys_nothing_back)
{
    ds_economy_test t;
    economy_open(&t, STILL "policies: {buyback: {use: revenue_share, share: 0.1}}\n");
    economy_begin(&t, 0);
    ds_economy *const e = t.w->eco;
    e->owed = ten; /* to nobody who could be paid */
    e->day_revenue = 1000;
    economy_until(&t, 1.01);
    ck_assert_double_eq(e->flow.vvv_burned, 0);
    e->owed = 0;
    e->day_revenue = 1000;
    economy_until(&t, 2.01);
    ck_assert_double_eq_tol(e->flow.vvv_burned, 0.997 * 100 / e->vvv_price, 0.01);
    economy_close(&t);
}
END_TEST

/* A billion is owed in DIEM, of which the pools take a small part within the bound. */
START_TEST(what_the_pools_do_not_take_stays_owed)
{
    ds_economy_test t;
    economy_open(&t, STILL);
    ck_assert_double_eq(t.w->config->consumers.slippage, 0.02);
    economy_begin(&t, 0);
    ds_economy *const e = t.w->eco;
    const ds_amount bill = 1000000000 * (ds_amount)DS_UNIT;
    e->diem_bill = bill;
    economy_until(&t, 1.01);
    /* 3.815M USD are in the pool: x / (0.997 x + 3.815M) loses 2 %. */
    ck_assert_double_eq_tol(ds_tokens(bill - e->diem_bill), 3.815e6 * 0.02 / (0.98 * 0.997), 10);
    economy_close(&t);
}
END_TEST

START_TEST(an_empty_treasury_pays_late_and_says_so)
{
    ds_economy_test t;
    economy_open(&t, "seed: 1\nhorizon: 30\ninitial: {treasury: 0}\npolicies: {fee_split: {use: "
                     "fixed, providers: 1, "
                     "treasury: 0}}\n");
    economy_begin(&t, 0);
    double row[128];
    economy_until(&t, 30);
    t.scenario.model->observe(t.w, row, false);
    ck_assert_double_gt(row[economy_metric("liability")], 1000);
    ck_assert_double_eq(row[economy_metric("runway")], 0);
    double outcome[64];
    t.scenario.model->conclude(t.w, outcome);
    ck_assert_double_gt(outcome[2], 25); /* insolvent_days */
    ds_amount owed = 0;
    for (uint32_t i = 0; i < t.w->providers; i++)
        owed += t.w->provider[i].owed;
    ck_assert_int_eq(owed, t.w->eco->owed);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{bundled_credit_comes_anew_every_day, 0},
                             {owners_have_the_credit_of_what_they_keep_anew_every_day, 0},
                             {own_credit_goes_before_what_is_rented, 0},
                             {a_provider_gets_what_it_asks_of_its_share, 0},
                             {credit_that_nobody_used_is_gone, 0},
                             {what_is_paid_in_diem_is_revenue_too, 0},
                             {the_runway_is_that_of_thirty_days_and_of_what_is_not_owed, 0},
                             {who_is_owed_since_longest_is_paid_first, 0},
                             {a_debt_of_a_minute_is_ruin_too, 0},
                             {who_owes_buys_nothing_back, 0},
                             {what_the_pools_do_not_take_stays_owed, 0},
                             {an_empty_treasury_pays_late_and_says_so, 0},
                             {0}};
    return ds_run_tests("fees", tests, 120);
}
