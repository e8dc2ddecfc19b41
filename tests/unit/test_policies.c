#include "tests/policy.h"

#include <math.h>

enum { POLICIES_MOST = 64 };

static struct {
    const ds_policy_slot *slot;
    const ds_alternative *as;
} catalogue[POLICIES_MOST];
static int policies;

static void list_catalogue(void)
{
    for (const ds_policy_slot *slot = ds_policy_slots; slot->name; slot++)
        for (const ds_alternative *const *as = slot->policies; *as; as++) {
            if ((*as)->outside) /* test_script.c */
                continue;
            catalogue[policies].slot = slot;
            catalogue[policies++].as = *as;
        }
}

/* An economy of September 2026, and hours of it that are better or worse. */
static ds_view view_at(double day, double utilization)
{
    return (ds_view){.time = day,
                     .date = 20115 + day, /* 2025-01-27 */
                     .diem_supply = 37713,
                     .diem_staked = 28450,
                     .vvv_supply = 81e6,
                     .vvv_staked = 33.9e6,
                     .vvv_locked = 8.95e6,
                     .utilization = utilization,
                     .capacity = 60000,
                     .demand = 60000 * utilization,
                     .vvv_price = 26.7,
                     .diem_price = 1969,
                     .treasury = 1e6,
                     .revenue = 30000 * utilization};
}

static void rate_is_positive_and_rises(const ds_policy *policy, const void *params)
{
    const ds_view now = view_at(600, 0.5);
    double last = 0;
    for (int i = 0; i < 1527; i++) {
        const double supply = 91.7 * i;
        const double rate = policy->rate(params, &now, supply);
        ck_assert(rate > 0 && rate >= last);
        ck_assert(!policy->step || policy->step(params, &now, supply) > supply);
        last = rate;
    }
    ck_assert(isfinite(policy->rate(params, &now, 0)));
}

static void shares_sum_to_one(const ds_policy *policy, const void *params)
{
    for (int k = 0; k <= 64; k++) {
        const ds_view now = view_at(600, k / 64.0);
        double share[DS_PARTIES], sum = 0;
        policy->split(params, &now, share);
        for (int i = 0; i < DS_PARTIES; i++) {
            ck_assert(share[i] >= 0);
            sum += share[i];
        }
        ck_assert_double_eq_tol(sum, 1, 1e-12);
    }
}

static void rate_a_year_is_sane(const ds_policy *policy, const void *params)
{
    for (int day = -400; day < 4000; day += 7) {
        const ds_view now = view_at(day, 0.5);
        const double rate = policy->emission(params, &now);
        ck_assert(isfinite(rate) && rate >= 0);
        ck_assert(!policy->emission_changes || policy->emission_changes(params, &now) > now.date);
    }
}

static void spending_is_sane(const ds_policy *policy, const void *params)
{
    for (int k = 0; k <= 8; k++) {
        const ds_view now = view_at(600, k / 8.0);
        const double usd = policy->spend(params, &now);
        ck_assert(isfinite(usd) && usd >= 0);
    }
}

static void price_is_sane(const ds_policy *policy, const void *params)
{
    for (int k = 0; k <= 8; k++) {
        const ds_view now = view_at(600, k / 8.0);
        const double price = policy->price(params, &now);
        ck_assert(price >= 1e-6 && price <= 1e6);
    }
}

START_TEST(every_policy_keeps_the_contract)
{
    const ds_choice c = policy_default(catalogue[_i].as);
    const ds_policy *const policy = ds_policy_of(&c);
    const char *const slot = catalogue[_i].slot->name;
    if (strcmp(slot, "mint") == 0)
        rate_is_positive_and_rises(policy, c.params);
    else if (strcmp(slot, "fee_split") == 0)
        shares_sum_to_one(policy, c.params);
    else if (strcmp(slot, "emission") == 0)
        rate_a_year_is_sane(policy, c.params);
    else if (strcmp(slot, "buyback") == 0)
        spending_is_sane(policy, c.params);
    else if (strcmp(slot, "pricing") == 0)
        price_is_sane(policy, c.params);
    else
        ck_abort_msg("slot '%s' has no contract here", slot);
}
END_TEST

START_TEST(every_policy_is_documented)
{
    const ds_alternative *const as = catalogue[_i].as;
    ck_assert_str_ne(as->name, "");
    ck_assert_msg(as->doc && strlen(as->doc) > 10, "'%s' has no documentation", as->name);
    ck_assert_uint_gt(as->params_size, 0);
    for (const ds_param *p = as->params; p->name; p++) {
        ck_assert_msg(p->doc && p->unit, "'%s.%s' lacks a meaning or a unit", as->name, p->name);
        if (p->kind == DS_NUMBER && !p->required)
            ck_assert_msg(p->fallback >= p->min && (p->fallback <= p->max || p->unlimited),
                          "'%s.%s': the default lies outside the range", as->name, p->name);
    }
    /* A name is one policy of its slot. */
    ck_assert_ptr_eq(ds_alternative_find(catalogue[_i].slot->policies, as->name), as);
}
END_TEST

START_TEST(the_words_of_scenarios_are_fixed)
{
    static const char *const mint[] = {"exponential_cubic", "table", "constant"};
    for (int i = 0; i < 3; i++)
        ck_assert_ptr_nonnull(ds_alternative_find(ds_mint_policies, mint[i]));
    for (int i = 0; i < 2; i++) {
        const ds_alternative *const as = ds_alternative_find(ds_mint_policies, mint[i]);
        ck_assert_ptr_nonnull(ds_param_find(as->params, "target"));
        ck_assert_ptr_nonnull(ds_param_find(as->params, "base"));
        ck_assert_ptr_nonnull(ds_param_find(as->params, "power"));
    }
    ck_assert_ptr_nonnull(ds_alternative_find(ds_fee_split_policies, "fixed"));
    ck_assert_ptr_nonnull(ds_alternative_find(ds_fee_split_policies, "utilization_sloped"));
    ck_assert_ptr_nonnull(ds_alternative_find(ds_emission_policies, "schedule"));
    ck_assert_ptr_nonnull(ds_alternative_find(ds_buyback_policies, "none"));
    ck_assert_ptr_nonnull(ds_alternative_find(ds_buyback_policies, "revenue_share"));
}
END_TEST

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
            const ds_view now = view_at(600, u);
            double share[DS_PARTIES];
            policy_set(&c, "paid", i);
            ds_policy_of(&c)->split(c.params, &now, share);
            ck_assert_double_eq_tol(share[paid[i]], 0.4 * (0.2 + 0.6 * u), 1e-15);
            ck_assert_double_eq_tol(share[DS_TREASURY], 0.1 + 0.4 * (0.8 - 0.6 * u), 1e-15);
            ck_assert_double_eq(share[DS_PROVIDERS], 0.5);
        }
}
END_TEST

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
    const ds_view now = view_at(600, 0.5);
    const double before = ds_policy_of(&c)->rate(c.params, &now, 37713);
    policy_set(&c, "target", 38000);
    ck_assert_double_gt(ds_policy_of(&c)->rate(c.params, &now, 37713), 1.1 * before);
}
END_TEST

int main(void)
{
    list_catalogue();
    Suite *suite = suite_create("policies");
    TCase *tests = tcase_create("policies");
    tcase_add_loop_test(tests, every_policy_keeps_the_contract, 0, policies);
    tcase_add_loop_test(tests, every_policy_is_documented, 0, policies);
    tcase_add_test(tests, the_words_of_scenarios_are_fixed);
    tcase_add_test(tests, the_schedule_issues_the_observed_supply);
    tcase_add_test(tests, the_schedule_changes_on_the_announced_dates);
    tcase_add_test(tests, eight_percent_of_revenue_buys_back);
    tcase_add_test(tests, providers_get_their_cost_at_the_usual_markup);
    tcase_add_test(tests, shares_that_do_not_sum_to_one_are_refused);
    tcase_add_test(tests, the_sloped_part_runs_from_twenty_to_eighty_percent);
    tcase_add_test(tests, sloped_shares_stay_shares_at_the_edges);
    tcase_add_test(tests, a_schedule_out_of_order_is_refused);
    tcase_add_test(tests, the_table_follows_its_parameters);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
