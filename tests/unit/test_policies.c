/* The policies of the deployed economy against its announcements and observations. */
#include "run.h"
#include "tests/policy.h"

#include <math.h>

/* VVV issued between two dates, from change to change. */
static double issued(const ds_choice *c, double from, double to)
{
    const ds_policy *const policy = ds_policy_of(c);
    double sum = 0;
    while (from < to) {
        const ds_view now = {.date = from};
        const double until = fmin(to, policy->emission_changes(c->params, &now));
        sum += policy->emission(c->params, &now) * (until - from) / 365;
        from = until;
    }
    return sum;
}

START_TEST(the_schedule_issues_the_observed_supply)
{
    /* 100M at genesis on 2025-01-27; 114.73M on 2026-08-29. */
    const ds_choice c = policy_named(ds_emission_policies, "schedule");
    ck_assert_double_eq_tol(100e6 + issued(&c, 20115, 20694), 114.73e6, 0.001 * 114.73e6);
    ck_assert_double_eq_tol(issued(&c, 20115, 20694), 14.73e6, 0.005e6);
    ck_assert_double_eq(issued(&c, 20000, 20115), 0);
}
END_TEST

START_TEST(the_schedule_changes_on_the_announced_dates)
{
    static const double step[][2] = {
        {20115, 14.0e6}, {20320, 10.0e6}, {20411, 8.0e6}, {20494, 6.0e6}, {20574, 5.0e6},
        {20605, 4.0e6},  {20635, 3.0e6},  {20697, 2.5e6}, {20727, 2.0e6},
    };
    const ds_choice c = policy_named(ds_emission_policies, "schedule");
    const ds_policy *const policy = ds_policy_of(&c);
    ds_view now = {.date = 0};
    for (size_t i = 0; i < sizeof step / sizeof *step; i++) {
        now.date = policy->emission_changes(c.params, &now);
        ck_assert_double_eq(now.date, step[i][0]);
        ck_assert_double_eq(policy->emission(c.params, &now), step[i][1]);
    }
    ck_assert(isinf(policy->emission_changes(c.params, &now)));
}
END_TEST

START_TEST(eight_percent_of_revenue_buys_back)
{
    const ds_choice c = policy_named(ds_buyback_policies, "revenue_share");
    const ds_view now = {.revenue = 12500};
    ck_assert_double_eq_tol(ds_policy_of(&c)->spend(c.params, &now), 1000, 1e-9);
    policy_set(&c, "most", 600);
    ck_assert_double_eq(ds_policy_of(&c)->spend(c.params, &now), 600);
    const ds_choice none = policy_named(ds_buyback_policies, "none");
    ck_assert_double_eq(ds_policy_of(&none)->spend(none.params, &now), 0);
}
END_TEST

START_TEST(providers_get_their_cost_at_the_usual_markup)
{
    const ds_choice c = policy_named(ds_fee_split_policies, "fixed");
    double share[DS_PARTIES];
    ds_policy_of(&c)->split(c.params, &(ds_view){0}, share);
    ck_assert_double_eq(share[DS_PROVIDERS], 1 / 1.25);
    ck_assert_double_eq_tol(share[DS_TREASURY], 0.2, 1e-15);
}
END_TEST

START_TEST(shares_that_do_not_sum_to_one_are_refused)
{
    const ds_choice c = policy_named(ds_fee_split_policies, "fixed");
    ds_status st = {0};
    policy_put(&c, "burn", 0.25);
    ck_assert(!policy_check(&c, &st));
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_ptr_nonnull(strstr(st.text, "1.25"));
    policy_set(&c, "providers", 0.55);
    policy_put(&c, "providers", 0.55 + 1e-11);
    ck_assert(!policy_check(&c, &(ds_status){0}));
}
END_TEST

START_TEST(the_sloped_part_runs_from_twenty_to_eighty_percent)
{
    const ds_choice c = policy_named(ds_fee_split_policies, "utilization_sloped");
    static const ds_party paid[] = {DS_STAKERS, DS_MINTERS, DS_BURN};
    policy_set(&c, "providers", 0.5);
    policy_set(&c, "treasury", 0.1);
    for (int i = 0; i < 3; i++)
        for (int k = 0; k <= 4; k++) {
            const double u = k / 4.0;
            const ds_view now = {.utilization = u};
            double share[DS_PARTIES];
            policy_set(&c, "paid", i);
            ds_policy_of(&c)->split(c.params, &now, share);
            ck_assert_double_eq_tol(share[paid[i]], 0.4 * (0.2 + 0.6 * u), 1e-15);
            ck_assert_double_eq_tol(share[DS_TREASURY], 0.1 + 0.4 * (0.8 - 0.6 * u), 1e-15);
            ck_assert_double_eq(share[DS_PROVIDERS], 0.5);
        }
    double idle[DS_PARTIES];
    ds_policy_of(&c)->split(c.params, &(ds_view){.utilization = NAN}, idle);
    ck_assert_double_eq_tol(idle[DS_BURN], 0.4 * 0.2, 1e-15);
}
END_TEST

static void shares_sum_to_one(const ds_policy *policy, const void *params)
{
    for (int k = 0; k <= 64; k++) {
        const ds_view now = {.utilization = k / 64.0};
        double share[DS_PARTIES], sum = 0;
        policy->split(params, &now, share);
        for (int i = 0; i < DS_PARTIES; i++) {
            ck_assert(share[i] >= 0);
            sum += share[i];
        }
        ck_assert_double_eq_tol(sum, 1, 1e-12);
    }
}

START_TEST(sloped_shares_stay_shares_at_the_edges)
{
    const ds_choice c = policy_named(ds_fee_split_policies, "utilization_sloped");
    for (int i = 0; i <= 10; i++)
        for (int k = 0; k <= 14; k++) {
            policy_set(&c, "low", i / 10.0);
            policy_set(&c, "high", 1);
            policy_set(&c, "providers", k / 14.0);
            shares_sum_to_one(ds_policy_of(&c), c.params);
        }
    policy_put(&c, "providers", 0.9);
    policy_put(&c, "treasury", 0.2);
    ds_status st = {0};
    ck_assert(!policy_check(&c, &st));
    ck_assert_ptr_nonnull(strstr(st.text, "1.1"));
}
END_TEST

START_TEST(a_schedule_out_of_order_is_refused)
{
    const ds_choice c = policy_named(ds_emission_policies, "schedule");
    ds_list *const steps = (ds_list *)((char *)c.params + c.as->params[0].offset);
    double *const from = (double *)((char *)steps->items + c.as->params[0].size);
    *from = 20000; /* the second step before the first */
    ds_status st = {0};
    ck_assert(!policy_check(&c, &st));
    ck_assert_ptr_nonnull(strstr(st.text, "'steps'"));
}
END_TEST

START_TEST(the_table_follows_its_parameters)
{
    const ds_choice c = policy_named(ds_mint_policies, "table");
    const ds_view now = {0};
    const double before = ds_policy_of(&c)->rate(c.params, &now, 37713);
    policy_set(&c, "target", 38000);
    ck_assert_double_gt(ds_policy_of(&c)->rate(c.params, &now, 37713), 1.1 * before);
}
END_TEST

int main(void)
{
    return ds_run_tests("policies",
                        (const ds_test[]){
                            {the_schedule_issues_the_observed_supply, 0},
                            {the_schedule_changes_on_the_announced_dates, 0},
                            {eight_percent_of_revenue_buys_back, 0},
                            {providers_get_their_cost_at_the_usual_markup, 0},
                            {shares_that_do_not_sum_to_one_are_refused, 0},
                            {the_sloped_part_runs_from_twenty_to_eighty_percent, 0},
                            {sloped_shares_stay_shares_at_the_edges, 0},
                            {a_schedule_out_of_order_is_refused, 0},
                            {the_table_follows_its_parameters, 0},
                            {0},
                        },
                        10);
}
