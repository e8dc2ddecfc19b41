/* Fee splits, buybacks and prices against figures that are published or worked by hand. */
#include "run.h"
#include "tests/policy.h"

#include <math.h>

static ds_view now;

static void refused(const ds_choice *c, const char *text)
{
    ds_status st = {0};
    ck_assert(!policy_check(c, &st));
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_msg(strstr(st.text, text) != NULL, "%s", st.text);
}

static void shares_are(const ds_choice *c, double providers, double stakers, double minters,
                       double treasury, double burn)
{
    const double expected[DS_PARTIES] = {providers, stakers, minters, treasury, burn};
    double share[DS_PARTIES];
    ds_policy_of(c)->split(c->params, &now, share);
    for (int i = 0; i < DS_PARTIES; i++)
        ck_assert_msg(fabs(share[i] - expected[i]) < 1e-12, "party %d gets %g, must get %g", i,
                      share[i], expected[i]);
}

/* ---- fee splits ---- */

START_TEST(the_treasury_s_runway_comes_first)
{
    const ds_choice c = policy_named(ds_fee_split_policies, "solvency_first");
    policy_set(&c, "stakers", 0.10);
    policy_set(&c, "minters", 0.04);
    policy_set(&c, "burn", 0.02);
    policy_set(&c, "runway_low", 100);
    policy_set(&c, "runway_high", 300);
    now.runway = 0;
    shares_are(&c, 0.8, 0, 0, 0.2, 0);
    now.runway = 100;
    shares_are(&c, 0.8, 0, 0, 0.2, 0);
    now.runway = 150; /* a quarter of the way */
    shares_are(&c, 0.8, 0.025, 0.01, 0.16, 0.005);
    now.runway = 300;
    shares_are(&c, 0.8, 0.10, 0.04, 0.04, 0.02);
    now.runway = 36500;
    shares_are(&c, 0.8, 0.10, 0.04, 0.04, 0.02);
    now.runway = NAN;
    shares_are(&c, 0.8, 0, 0, 0.2, 0);
    policy_set(&c, "runway_low", 300); /* a step */
    now.runway = 300;
    shares_are(&c, 0.8, 0, 0, 0.2, 0);
    now.runway = 300.001;
    shares_are(&c, 0.8, 0.10, 0.04, 0.04, 0.02);
}
END_TEST

START_TEST(bounds_and_shares_of_solvency_are_checked)
{
    const ds_choice c = policy_named(ds_fee_split_policies, "solvency_first");
    policy_put(&c, "runway_low", 800);
    refused(&c, "'runway_high' is 730 d");
    policy_put(&c, "runway_low", 100);
    policy_put(&c, "burn", 0.06);
    refused(&c, "1.01");
}
END_TEST

/* Render Network: of 100 USD, 95 are burned and 5 run the network. */
START_TEST(ninety_five_percent_is_burned)
{
    const ds_choice c = policy_named(ds_fee_split_policies, "burn_most");
    shares_are(&c, 0.8, 0, 0, 0.01, 0.19);
    policy_set(&c, "providers", 0);
    shares_are(&c, 0, 0, 0, 0.05, 0.95);
}
END_TEST

START_TEST(a_tier_holds_from_its_level)
{
    const ds_choice c = policy_named(ds_fee_split_policies, "tiered");
    now = (ds_view){.revenue = 9999.99, .utilization = 0.5};
    shares_are(&c, 0.8, 0, 0, 0.2, 0);
    now.revenue = 10000;
    shares_are(&c, 0.8, 0.08, 0, 0.12, 0);
    now.revenue = 19999;
    shares_are(&c, 0.8, 0.08, 0, 0.12, 0);
    now.revenue = 1e9;
    shares_are(&c, 0.8, 0.10, 0, 0.05, 0.05);
    policy_set(&c, "by", 1);
    shares_are(&c, 0.8, 0, 0, 0.2, 0);
}
END_TEST

/* ---- buybacks ---- */

/* 1,200 consumers of whom 1,000 subscribe, 10 USD each every 30 days. */
START_TEST(subscriptions_are_spread_over_their_period)
{
    const ds_choice c = policy_named(ds_buyback_policies, "per_subscription");
    policy_set(&c, "amount", 10);
    policy_set(&c, "subscriptions", 1000.0 / 1200);
    now = (ds_view){.consumers = 1200};
    ck_assert_double_eq_tol(ds_policy_of(&c)->spend(c.params, &now), 333.333333333333, 1e-9);
    now.consumers = 0;
    ck_assert_double_eq(ds_policy_of(&c)->spend(c.params, &now), 0);
}
END_TEST

/* The mean of 30 days after a fall from 100 to 80: 100 - 20 / 30 = 99.333, of which 90 % are 89.4;
 * it reaches 80 / 0.9 = 88.889 after log(0.44444) / log(29 / 30) = 23.92 days. */
START_TEST(a_fall_below_the_mean_triggers_until_the_mean_has_followed)
{
    const ds_choice c = policy_named(ds_buyback_policies, "price_triggered");
    policy_use u;
    now = (ds_view){.vvv_price = 100, .treasury = 1e6};
    policy_begin(&u, &c, &now);
    ck_assert_double_eq(u.policy->spend(c.params, &now), 0);
    now.vvv_price = 91;
    policy_epoch(&u, &now);
    ck_assert_double_eq(u.policy->spend(c.params, &now), 0);
    now.vvv_price = 100;
    policy_begin(&u, &c, &now);
    now.vvv_price = 80;
    for (int day = 1; day <= 30; day++) {
        policy_epoch(&u, &now);
        ck_assert_double_eq(u.policy->spend(c.params, &now), day <= 23 ? 5000 : 0);
    }
}
END_TEST

START_TEST(no_more_than_a_share_of_the_treasury_is_spent)
{
    const ds_choice c = policy_named(ds_buyback_policies, "price_triggered");
    policy_use u;
    now = (ds_view){.vvv_price = 100, .treasury = 1e5};
    policy_begin(&u, &c, &now);
    now.vvv_price = 50;
    policy_epoch(&u, &now);
    ck_assert_double_eq_tol(u.policy->spend(c.params, &now), 1000, 1e-9);
    now.treasury = 0;
    ck_assert_double_eq(u.policy->spend(c.params, &now), 0);
    now.treasury = 1e9;
    ck_assert_double_eq(u.policy->spend(c.params, &now), 5000);
}
END_TEST

/* ---- prices ---- */

static double next_price(const ds_choice *c, double utilization)
{
    policy_use u;
    now = (ds_view){.utilization = utilization};
    policy_begin(&u, c, &now);
    policy_epoch(&u, &now);
    return u.policy->price(c->params, &now);
}

/* EIP-1559's test vectors: a base fee of 1e9 wei and a target of 10M gas become 987,500,000 after
 * 9M, 1e9 after 10M and 1,012,500,000 after 11M; 20M, the limit, make 1,125,000,000. */
START_TEST(the_base_fee_s_vectors_hold)
{
    const ds_choice c = policy_named(ds_pricing_policies, "utilization_adjusted");
    ck_assert_double_eq_tol(next_price(&c, 0.45), 0.9875, 1e-12);
    ck_assert_double_eq_tol(next_price(&c, 0.50), 1, 1e-12);
    ck_assert_double_eq_tol(next_price(&c, 0.55), 1.0125, 1e-12);
    ck_assert_double_eq_tol(next_price(&c, 1), 1.125, 1e-12);
    ck_assert_double_eq_tol(next_price(&c, 0), 0.875, 1e-12);
}
END_TEST

START_TEST(the_price_compounds_up_to_its_bounds)
{
    const ds_choice c = policy_named(ds_pricing_policies, "utilization_adjusted");
    policy_use u;
    now = (ds_view){.utilization = 1};
    policy_begin(&u, &c, &now);
    for (int day = 1; day <= 10; day++) {
        policy_epoch(&u, &now);
        ck_assert_double_eq_tol(u.policy->price(c.params, &now), fmin(2, pow(1.125, day)), 1e-12);
    }
    now.utilization = 0;
    for (int day = 1; day <= 20; day++)
        policy_epoch(&u, &now);
    ck_assert_double_eq(u.policy->price(c.params, &now), 0.5);
    policy_set(&c, "floor", 0.75);
    policy_set(&c, "ceiling", 1.25);
    policy_epoch(&u, &now);
    ck_assert_double_eq(u.policy->price(c.params, &now), 0.75);
    now.utilization = 1;
    for (int day = 1; day <= 10; day++)
        policy_epoch(&u, &now);
    ck_assert_double_eq(u.policy->price(c.params, &now), 1.25);
    policy_put(&c, "floor", 1.5);
    refused(&c, "'initial' is 1,");
}
END_TEST

/* Cost 0.8 and a markup of 25 % is the list price. */
START_TEST(cost_plus_is_cost_and_a_markup)
{
    const ds_choice c = policy_named(ds_pricing_policies, "cost_plus");
    now = (ds_view){.cost = 0.8, .price = 1.3};
    ck_assert_double_eq(ds_policy_of(&c)->price(c.params, &now), 1);
    now.cost = 1;
    ck_assert_double_eq(ds_policy_of(&c)->price(c.params, &now), 1.25);
    now.cost = 0; /* no slot is up */
    ck_assert_double_eq(ds_policy_of(&c)->price(c.params, &now), 1.3);
    now.cost = 100;
    ck_assert_double_eq(ds_policy_of(&c)->price(c.params, &now), 5);
    policy_set(&c, "markup", -1);
    ck_assert_double_eq(ds_policy_of(&c)->price(c.params, &now), 0.2);
    policy_put(&c, "ceiling", 0.1);
    refused(&c, "'ceiling' is 0.1");
}
END_TEST

int main(void)
{
    return ds_run_tests("fee_policies",
                        (const ds_test[]){
                            {the_treasury_s_runway_comes_first, 0},
                            {bounds_and_shares_of_solvency_are_checked, 0},
                            {ninety_five_percent_is_burned, 0},
                            {a_tier_holds_from_its_level, 0},
                            {subscriptions_are_spread_over_their_period, 0},
                            {a_fall_below_the_mean_triggers_until_the_mean_has_followed, 0},
                            {no_more_than_a_share_of_the_treasury_is_spent, 0},
                            {the_base_fee_s_vectors_hold, 0},
                            {the_price_compounds_up_to_its_bounds, 0},
                            {cost_plus_is_cost_and_a_markup, 0},
                            {0},
                        },
                        10);
}
