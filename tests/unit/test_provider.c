/* Providers come to a network that turns jobs away, and leave no job behind. */
#include "run.h"

#include "models/diem/bond.h"
#include "models/diem/compute.h"
#include "models/diem/market.h"
#include "models/diem/metrics.h"
#include "tests/economy.h"

#define SMALL      "seed: 1\nholders: {scale: 0.01}\nhorizon: 60 d\n"
#define DEMAND(of) SMALL "demand: {jobs_per_day: 300, scale: " of "}\n"

START_TEST(an_empty_network_with_demand_draws_providers_in)
{
    ds_economy_test t;
    economy_open(&t,
                 DEMAND("1") "providers: {cohorts: {only: {count: 40, slots: 12, active: 0}}}\n");
    economy_begin(&t, 0);
    ck_assert_double_eq(t.w->eco->providers_in.value, 0);
    ck_assert_double_eq(t.w->eco->utilization_day, 1);
    economy_until(&t, 60);
    ck_assert_double_gt(t.w->eco->providers_in.value, 10);
    economy_close(&t);
}
END_TEST

START_TEST(an_empty_network_without_demand_stays_empty)
{
    ds_economy_test t;
    economy_open(&t,
                 DEMAND("0") "providers: {cohorts: {only: {count: 40, slots: 12, active: 0}}}\n");
    economy_begin(&t, 0);
    economy_until(&t, 60);
    ck_assert_double_eq(t.w->eco->providers_in.value, 0);
    economy_close(&t);
}
END_TEST

START_TEST(jobs_of_a_leaving_provider_begin_again_once)
{
    ds_economy_test t;
    economy_open(
        &t,
        DEMAND("1") "providers: {cohorts: {only: {count: 4, slots: 64, speed: 300, active: 1}}}\n");
    economy_begin(&t, 0);
    economy_until(&t, 1.5);
    ds_provider *const p = &t.w->provider[0];
    const double busy = __builtin_popcountll(p->up & ~p->idle);
    const double before = t.w->eco->flow.wait.count, all = t.w->eco->busy.value;
    ck_assert_double_gt(busy, 0);
    ck_assert(ds_provider_leaves(t.w, 0));
    ck_assert_uint_eq(p->up, 0);
    ck_assert_uint_eq(p->idle, 0);
    ck_assert_double_eq(t.w->eco->flow.wait.count - before, busy);
    ck_assert_double_eq(t.w->eco->busy.value, all);
    economy_close(&t);
}
END_TEST

/* ---- bonds ---- */

#define BONDED(more)                                                                 \
    SMALL "demand: {scale: 0}\nmarkets: {arbitrage: 0, noise: 0}\nproviders: {" more \
          "cohorts: {only: {count: 10, slots: 4, active: 1, cost: 0, bond: 100}}}\n"

static double bonded(const ds_economy_test *t)
{
    return ds_tokens(t->w->eco->ledger.book[DS_VVV].bucket[DS_BONDS]);
}

START_TEST(bonds_at_the_start_come_out_of_the_supply)
{
    double issued[2];
    for (int bond = 0; bond < 2; bond++) {
        ds_economy_test t;
        economy_open(&t, bond ? BONDED("") : SMALL "demand: {scale: 0}\n");
        economy_begin(&t, 0);
        issued[bond] = ds_tokens(ds_ledger_supply(&t.w->eco->ledger, DS_VVV));
        ck_assert_double_eq_tol(bonded(&t), bond ? 10 * 4 * 100 : 0, 1e-9);
        economy_close(&t);
    }
    ck_assert_double_eq(issued[0], issued[1]);
}
END_TEST

START_TEST(a_bond_is_sold_when_its_provider_leaves_and_bought_when_it_comes_back)
{
    ds_economy_test t;
    economy_open(&t, BONDED(""));
    economy_begin(&t, 0);
    const double vvv = ds_tokens(ds_market_reserve(t.w, DS_PAIR_VVV_USD, DS_VVV));
    const double price = t.w->eco->vvv_price;
    ck_assert(ds_provider_leaves(t.w, 3));
    ck_assert_int_eq(t.w->provider[3].bond, 0);
    ck_assert_double_eq_tol(ds_tokens(ds_market_reserve(t.w, DS_PAIR_VVV_USD, DS_VVV)) - vvv, 400,
                            1e-6);
    ck_assert_double_lt(t.w->eco->vvv_price, price);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    ck_assert(ds_provider_joins(t.w, 3));
    ck_assert(t.w->provider[3].in);
    ck_assert_double_eq_tol(ds_tokens(t.w->provider[3].bond), 400, 1e-6);
    ck_assert_int_ge(t.w->provider[3].bond, 400 * (ds_amount)DS_UNIT);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

START_TEST(who_cannot_buy_the_bond_stays_out)
{
    ds_economy_test t;
    economy_open(&t, BONDED(""));
    economy_begin(&t, 0);
    ck_assert(ds_provider_leaves(t.w, 3));
    ck_assert(ds_market_withdraw(t.w, DS_PAIR_VVV_USD, 0.999));
    ck_assert(ds_provider_joins(t.w, 3));
    ck_assert(!t.w->provider[3].in);
    ck_assert_int_eq(t.w->provider[3].bond, 0);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

START_TEST(a_failure_burns_part_of_a_slots_bond)
{
    ds_economy_test t;
    economy_open(&t, BONDED("slash: 0.1, mttf: 500, exit_rate: 0, "));
    economy_begin(&t, 0);
    ds_provider *const p = &t.w->provider[0];
    ck_assert(ds_bond_slash(t.w, p)); /* 400 of 4 slots: a tenth of 100 */
    ck_assert_double_eq_tol(ds_tokens(p->bond), 390, 1e-9);
    economy_until(&t, 10);
    const double burned = (double)t.w->eco->ledger.book[DS_VVV].burned * 1e-8;
    ck_assert_double_gt(burned, 10);
    ck_assert_double_eq_tol(bonded(&t), 4000 - burned, 1e-6);
    ck_assert_double_eq_tol(t.w->eco->flow.vvv_burned, burned, 1e-6);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

START_TEST(a_bond_costs_its_return_and_the_failures_to_come)
{
    ds_economy_test t;
    economy_open(&t, BONDED("bond_return: 0.365, slash: 0.5, mttf: 1000, "));
    economy_begin(&t, 0);
    t.w->eco->vvv_price = 2;
    /* 200 USD a slot: 0.1 % a day, and half of it 8 times in 1000 days */
    ck_assert_double_eq_tol(ds_bond_cost(t.w, &t.w->provider[0]), 0.2 + 100 * 8 / 1000.0, 1e-9);
    economy_close(&t);
}
END_TEST

/* ---- entry and exit ---- */

static double providers_after(const char *text)
{
    ds_economy_test t;
    economy_open(&t, text);
    economy_begin(&t, 0);
    economy_until(&t, 60);
    const double in = t.w->eco->providers_in.value;
    economy_close(&t);
    return in;
}

#define ENTRY(rate)                                                 \
    DEMAND("1")                                                     \
    "providers: {review: 3, entry_rate: " rate ", cohorts: {only: " \
    "{count: 40, slots: 12, active: 0}}}\n"
#define EXIT(rate)                                                 \
    DEMAND("0")                                                    \
    "providers: {review: 3, exit_rate: " rate ", cohorts: {only: " \
    "{count: 40, slots: 12, active: 1}}}\n"

START_TEST(entry_and_exit_have_rates_of_their_own)
{
    ck_assert_double_eq(providers_after(ENTRY("0")), 0);
    ck_assert_double_gt(providers_after(ENTRY("0.05")), 0);
    ck_assert_double_lt(providers_after(ENTRY("0.05")), providers_after(ENTRY("1")));
    ck_assert_double_eq(providers_after(EXIT("0")), 40);
    ck_assert_double_gt(providers_after(EXIT("0.05")), providers_after(EXIT("1")));
    ck_assert_double_lt(providers_after(EXIT("0.05")), 40);
}
END_TEST

/* A slot brings 60 * 0.8 = 48 USD a day and costs 40, 46 with the margin. A bond of 1,000 VVV costs
 * 20 % a year of 25,000 USD or so besides, 14 USD a day. */
START_TEST(who_must_post_a_bond_enters_for_more)
{
#define POSTING(bond)                                                               \
    DEMAND("1")                                                                     \
    "providers: {review: 1, mttf: unlimited, cohorts: {only: {count: 1, slots: 1, " \
    "cost: 40, cost_spread: 0, speed: 60, active: 0, bond: " bond "}}}\n"
    ck_assert_double_eq(providers_after(POSTING("0")), 1);
    ck_assert_double_eq(providers_after(POSTING("10")), 1);
    ck_assert_double_eq(providers_after(POSTING("1000")), 0);
}
END_TEST

/* A provider earns nothing from day 0: its trail, an exponential mean over 30 days, passes its cost
 * after 30·ln(1.15) = 4.2 days, and it leaves at its next review, not before. */
START_TEST(providers_leave_when_the_trail_of_revenue_is_below_cost)
{
    ds_economy_test t;
    economy_open(&t, SMALL "demand: {scale: 0}\nproviders: {review: 0.05, entry_margin: 0.15, "
                           "cohorts: {only: {count: 40, active: 1}}}\n");
    economy_begin(&t, 0);
    economy_until(&t, 4.1);
    ck_assert_double_eq(t.w->eco->providers_in.value, 40);
    economy_until(&t, 5);
    ck_assert_double_eq(t.w->eco->providers_in.value, 0);
    economy_close(&t);
}
END_TEST

START_TEST(who_enters_and_leaves_is_counted)
{
    ds_economy_test t;
    economy_open(&t, BONDED(""));
    economy_begin(&t, 0);
    t.w->eco->flow = (ds_flows){0};
    ck_assert(ds_provider_leaves(t.w, 3));
    ck_assert(ds_provider_leaves(t.w, 4));
    ck_assert(ds_provider_joins(t.w, 3));
    ck_assert_double_eq(t.w->eco->flow.left, 2);
    ck_assert_double_eq(t.w->eco->flow.entered, 1);
    economy_close(&t);
}
END_TEST

static double concentration_of(const char *cohorts)
{
    double row[256], result;
    char text[512];
    ds_economy_test t;
    (void)snprintf(text, sizeof text, SMALL "demand: {scale: 0}\nproviders: {%s}\n", cohorts);
    economy_open(&t, text);
    economy_begin(&t, 0);
    economy_until(&t, 20);
    ck_assert_uint_lt(ds_metric_count(ds_diem_metrics), 256);
    ds_diem_observe(t.w, row, false);
    result = row[economy_metric("providers_hhi")];
    economy_close(&t);
    return result;
}

/* U.S. Department of Justice, Herfindahl-Hirschman Index: shares of 30, 30, 20 and 20 % are 2600.
 */
START_TEST(concentration_is_the_published_figure)
{
    ck_assert_double_eq_tol(
        concentration_of("mttf: unlimited, cohorts: {large: {count: 2, slots: 3, speed: 10, cost: "
                         "0, active: 1}, small: {count: 2, slots: 1, speed: 20, cost: 0, active: "
                         "1}}"),
        0.26, 1e-12);
    /* Slots fail and come back all the time, and leave no trace. */
    ck_assert_double_eq_tol(
        concentration_of("mttf: 20, repair: {distribution: deterministic, mean: 1e-6}, cohorts: "
                         "{all: {count: 5, slots: 6, gpus: 8, cost: 0, active: 1}}"),
        0.2, 1e-9);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {an_empty_network_with_demand_draws_providers_in, 0},
        {an_empty_network_without_demand_stays_empty, 0},
        {jobs_of_a_leaving_provider_begin_again_once, 0},
        {bonds_at_the_start_come_out_of_the_supply, 0},
        {a_bond_is_sold_when_its_provider_leaves_and_bought_when_it_comes_back, 0},
        {who_cannot_buy_the_bond_stays_out, 0},
        {a_failure_burns_part_of_a_slots_bond, 0},
        {a_bond_costs_its_return_and_the_failures_to_come, 0},
        {entry_and_exit_have_rates_of_their_own, 0},
        {who_must_post_a_bond_enters_for_more, 0},
        {providers_leave_when_the_trail_of_revenue_is_below_cost, 0},
        {who_enters_and_leaves_is_counted, 0},
        {concentration_is_the_published_figure, 0},
        {0}};
    return ds_run_tests("provider", tests, 60);
}
