/* Mint policies against figures from outside: published values, closed forms, and examples worked
 * by hand from the published formula. */
#include "models/diem/mint_rule.h"
#include "run.h"
#include "tests/policy.h"

#include <math.h>

static ds_view now;

static double rate_of(const ds_choice *c, double supply)
{
    return ds_policy_of(c)->rate(c->params, &now, supply);
}

static ds_mint_rule rule_of(const ds_choice *c)
{
    return (ds_mint_rule){ds_policy_of(c), c->params, &now};
}

static void refused(const ds_choice *c, const char *text)
{
    ds_status st = {0};
    ck_assert(!policy_check(c, &st));
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_msg(strstr(st.text, text) != NULL, "%s", st.text);
}

/* A trapezium: 40,000 DIEM at 90 rising to 665 lock (90 + 665) / 2 each. */
START_TEST(a_line_locks_a_trapezium)
{
    const ds_choice c = policy_named(ds_mint_policies, "linear");
    const ds_mint_rule r = rule_of(&c);
    ck_assert_double_eq(rate_of(&c, 0), 90);
    ck_assert_double_eq(rate_of(&c, 20000), 377.5);
    ck_assert_double_eq(rate_of(&c, 40000), 665);
    ck_assert_double_eq_tol(ds_mint_lock(&r, 0, 40000), 15.1e6, 1e-3);
    ck_assert_double_eq_tol(ds_mint_out(&r, 0, 15.1e6), 40000, 1e-7);
    /* It meets the public rule at both ends: 90 e^2. */
    const ds_choice cubic = policy_named(ds_mint_policies, "exponential_cubic");
    ck_assert_double_eq_tol(rate_of(&cubic, 40000), 90 * 7.38905609893065, 1e-9);
    ck_assert_double_eq_tol(rate_of(&cubic, 40000), rate_of(&c, 40000), 0.02);
    policy_set(&c, "at_target", 90); /* level */
    ck_assert_double_eq(rate_of(&c, 40000), 90);
    policy_put(&c, "at_target", 80);
    refused(&c, "'at_target' is 80");
}
END_TEST

/* Verhulst 1838: halfway at the midpoint, 1/4 and 3/4 a width times log 3 away; its integral is
 * that of low and of the softplus. */
START_TEST(a_logistic_rate_has_its_quartiles_and_its_integral)
{
    const ds_choice c = policy_named(ds_mint_policies, "logistic");
    const ds_mint_rule r = rule_of(&c);
    policy_set(&c, "low", 100);
    policy_set(&c, "high", 500);
    policy_set(&c, "midpoint", 30000);
    policy_set(&c, "width", 2000);
    ck_assert_double_eq(rate_of(&c, 30000), 300);
    ck_assert_double_eq_tol(rate_of(&c, 30000 - 2000 * 1.0986122886681098), 200, 1e-9);
    ck_assert_double_eq_tol(rate_of(&c, 30000 + 2000 * 1.0986122886681098), 400, 1e-9);
    ck_assert_double_eq_tol(rate_of(&c, 0), 100, 2e-4);
    ck_assert_double_eq(rate_of(&c, 1e12), 500);
    /* 100 * 10000 + 400 * 2000 * log((1 + e^2.5) / (1 + e^-2.5)) = 1e6 + 800000 * 2.5 */
    ck_assert_double_eq_tol(ds_mint_lock(&r, 25000, 10000), 3e6, 1e-3);
    policy_put(&c, "high", 99);
    refused(&c, "'high' is 99");
}
END_TEST

/* ---- the controller ---- */

static double factor(policy_use *u)
{
    return u->policy->rate(u->choice.params, &now, 0) / 90;
}

static void begin_at(policy_use *u, const ds_choice *c, double price)
{
    now = (ds_view){.diem_price = price, .utilization = 0.7};
    policy_begin(u, c, &now);
    ck_assert_double_eq_tol(factor(u), 1, 1e-15);
}

/* RAI on mainnet: Kp 2.22002205862e-7 1/s, Ki 1.6442e-14 1/s^2, 0.9999997112 of the integral kept a
 * second. An error of 10 % for a day: 0.1 Kp + 8640 Ki = 2.23422659e-8 a second, and
 * (1 + that)^86400 = 1.00193224. */
START_TEST(an_error_of_a_day_moves_the_rate_as_rai_s_would)
{
    const ds_choice c = policy_named(ds_mint_policies, "pi_controller");
    policy_use u;
    begin_at(&u, &c, 0.9 * 1825);
    policy_epoch(&u, &now);
    ck_assert_double_eq_tol(factor(&u), 1.00193224, 3e-6);
    /* By hand from the day's gains: P 0.01918 * 0.1, I 1.2274e-4 * 0.1. */
    ck_assert_double_eq_tol(factor(&u), 1.00193027, 1e-8);
    /* Back at the set point. The integral has leaked by 2^(-1/27.8) and gained the mean error. */
    now.diem_price = 1825;
    policy_epoch(&u, &now);
    ck_assert_double_eq_tol(factor(&u), 1.00193027 * (1 + 1.2274e-4 * (0.0975375 + 0.05)), 1e-8);
}
END_TEST

START_TEST(the_integral_forgets_half_in_a_half_life)
{
    const ds_choice c = policy_named(ds_mint_policies, "pi_controller");
    policy_use u;
    policy_set(&c, "half_life", 10);
    policy_set(&c, "proportional", 0);
    policy_set(&c, "integral", 0.01);
    begin_at(&u, &c, 0.9 * 1825);
    policy_epoch(&u, &now);
    now.diem_price = 1825;
    double last = factor(&u), first = 0, rise = 0;
    for (int day = 0; day <= 10; day++) {
        policy_epoch(&u, &now);
        rise = factor(&u) / last - 1;
        first = day ? first : rise;
        last = factor(&u);
    }
    ck_assert_double_eq_tol(rise / first, 0.5, 1e-9);
}
END_TEST

START_TEST(dear_diem_becomes_cheap_to_mint_and_a_full_network_dear)
{
    const ds_choice c = policy_named(ds_mint_policies, "pi_controller");
    policy_use u;
    begin_at(&u, &c, 2 * 1825);
    policy_epoch(&u, &now);
    ck_assert_double_lt(factor(&u), 0.999);
    policy_set(&c, "on", 1);
    begin_at(&u, &c, 2 * 1825);
    policy_epoch(&u, &now); /* at its set point */
    ck_assert_double_eq_tol(factor(&u), 1, 1e-15);
    now.utilization = 1;
    policy_epoch(&u, &now);
    /* An error of 3/7, which came in the course of the day. */
    ck_assert_double_eq_tol(factor(&u), 1 + (0.01918 + 1.2274e-4 / 2) * 3 / 7, 1e-12);
}
END_TEST

START_TEST(the_factor_stays_within_its_bounds)
{
    const ds_choice c = policy_named(ds_mint_policies, "pi_controller");
    policy_use u;
    policy_set(&c, "proportional", 100);
    begin_at(&u, &c, 1e9);
    policy_epoch(&u, &now);
    ck_assert_double_eq_tol(factor(&u), 0.9, 1e-12);
    for (int day = 0; day < 100; day++)
        policy_epoch(&u, &now);
    ck_assert_double_eq_tol(factor(&u), 0.1, 1e-12);
    policy_set(&c, "integral", 0);
    policy_set(&c, "fall", 0.2);
    begin_at(&u, &c, 1e9);
    policy_epoch(&u, &now);
    ck_assert_double_eq_tol(factor(&u), 0.8, 1e-12);
    begin_at(&u, &c, 1);
    policy_epoch(&u, &now);
    ck_assert_double_eq_tol(factor(&u), 1.1, 1e-12);
    for (int day = 0; day < 100; day++)
        policy_epoch(&u, &now);
    ck_assert_double_eq_tol(factor(&u), 10, 1e-12);
}
END_TEST

/* ---- capacity and collateral ---- */

/* 1 USD a day of claims for each USD that can be served: 60,000 USD/d at share 0.5 are 30,000. */
START_TEST(diem_ends_at_its_share_of_capacity)
{
    const ds_choice c = policy_named(ds_mint_policies, "capacity_linked");
    const ds_mint_rule r = rule_of(&c);
    now = (ds_view){.capacity = 60000};
    policy_set(&c, "share", 0.5);
    policy_set(&c, "target", 38000);
    ck_assert_double_eq_tol(rate_of(&c, 10000), 93.34, 0.005); /* published */
    ck_assert(isfinite(rate_of(&c, nextafter(30000, 0))));
    ck_assert(isinf(rate_of(&c, 30000)));
    now.capacity = 19999;
    ck_assert(isinf(rate_of(&c, 10000)));
    now.capacity = 0;
    ck_assert(isinf(rate_of(&c, 0)));
    now.capacity = 60000;
    for (int k = 0; k < 1600; k++)
        ck_assert_double_le(ds_mint_out(&r, 29950, 100 * pow(1.01, k)), 50);
    ck_assert_double_eq_tol(ds_mint_out(&r, 29950, 1e9), 50, 1e-9);
}
END_TEST

/* Synthetix: at 400 %, 100 USD of debt need 400 USD of collateral. */
START_TEST(what_is_locked_is_worth_four_times_what_is_minted)
{
    const ds_choice c = policy_named(ds_mint_policies, "collateral_ratio");
    now = (ds_view){.diem_price = 100, .vvv_price = 3};
    ck_assert_double_eq_tol(rate_of(&c, 0), 400.0 / 3, 1e-12);
    ck_assert_double_eq(rate_of(&c, 1e9), rate_of(&c, 0));
    /* 2026-09-19: a rate of 499.97579 was a ratio of 499.97579 * 26.7 / 1969 = 6.7797. */
    now = (ds_view){.diem_price = 1969, .vvv_price = 26.7};
    policy_set(&c, "ratio", 6.7797);
    ck_assert_double_eq_tol(rate_of(&c, 0), 499.97579, 0.005);
}
END_TEST

START_TEST(degenerate_prices_bring_the_bounds)
{
    const ds_choice c = policy_named(ds_mint_policies, "collateral_ratio");
    now = (ds_view){.diem_price = 1969, .vvv_price = 0};
    ck_assert_double_eq(rate_of(&c, 0), 1e5);
    now = (ds_view){.diem_price = 0, .vvv_price = 0};
    ck_assert_double_eq(rate_of(&c, 0), 1e5);
    now = (ds_view){.diem_price = 0, .vvv_price = 26.7};
    ck_assert_double_eq(rate_of(&c, 0), 1);
    policy_put(&c, "most", 0.5);
    refused(&c, "'most' is 0.5");
}
END_TEST

int main(void)
{
    return ds_run_tests("mint_policies",
                        (const ds_test[]){
                            {a_line_locks_a_trapezium, 0},
                            {a_logistic_rate_has_its_quartiles_and_its_integral, 0},
                            {an_error_of_a_day_moves_the_rate_as_rai_s_would, 0},
                            {the_integral_forgets_half_in_a_half_life, 0},
                            {dear_diem_becomes_cheap_to_mint_and_a_full_network_dear, 0},
                            {the_factor_stays_within_its_bounds, 0},
                            {diem_ends_at_its_share_of_capacity, 0},
                            {what_is_locked_is_worth_four_times_what_is_minted, 0},
                            {degenerate_prices_bring_the_bounds, 0},
                            {0},
                        },
                        10);
}
