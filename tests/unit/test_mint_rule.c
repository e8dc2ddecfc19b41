#include "models/diem/mint_rule.h"
#include "sim/core/rng.h"
#include "tests/policy.h"

#include <math.h>

static ds_view view;

static ds_mint_rule rule_at(const char *name, double target)
{
    const ds_choice c = policy_named(ds_mint_policies, name);
    if (target > 0)
        policy_set(&c, "target", target);
    return (ds_mint_rule){ds_policy_of(&c), c.params, &view};
}

static const char *const forms[] = {"exponential_cubic", "table", "constant"};
enum { FORMS = 3 };

static ds_mint_rule form(int i)
{
    return rule_at(forms[i], i < 2 ? 38000 : 0);
}

/* What is wrong with a value that should be another, relative to it. */
static double off(double value, double from)
{
    return fabs(value / from - 1);
}

START_TEST(the_published_rate_holds)
{
    const ds_mint_rule r = rule_at("exponential_cubic", 38000);
    ck_assert_double_eq_tol(r.policy->rate(r.params, &view, 10000), 93.34, 0.005);
    ck_assert_double_eq_tol(r.policy->rate(r.params, &view, 0), 90, 1e-12);
    ck_assert_double_eq_tol(r.policy->rate(r.params, &view, 38000), 90 * exp(2), 1e-9);
}
END_TEST

START_TEST(the_observed_price_of_a_small_mint_holds)
{
    const ds_mint_rule r = rule_at("table", 40000);
    ck_assert_double_eq_tol(ds_mint_lock(&r, 37713, 0.01) / 0.01, 499.97579, 0.000005);
}
END_TEST

START_TEST(the_lock_of_all_diem_to_may_2026_holds)
{
    const ds_mint_rule r = rule_at("exponential_cubic", 38000);
    ck_assert_double_eq_tol(ds_mint_lock(&r, 0, 38250), 6.99e6, 0.005e6);
    /* The same integral by a million midpoints. */
    double sum = 0;
    const int n = 1000000;
    for (int i = 0; i < n; i++)
        sum += r.policy->rate(r.params, &view, 38250 * (i + 0.5) / n) * (38250.0 / n);
    ck_assert_double_le(off(ds_mint_lock(&r, 0, 38250), sum), 1e-11);
}
END_TEST

START_TEST(the_integral_is_that_of_the_series)
{
    /* Integral of B exp(p (S/T)^3) = B S sum of p^k (S/T)^3k / (k! (3k + 1)), all terms positive.
     */
    const ds_mint_rule r = rule_at("exponential_cubic", 38000);
    for (int i = 0; i < 20; i++) {
        const double s = pow(1.73, i), x = 2 * pow(s / 38000, 3);
        double term = 1, sum = 1;
        for (int k = 1; k < 200; k++)
            sum += (term *= x / k) / (3 * k + 1);
        ck_assert_double_le(off(ds_mint_lock(&r, 0, s), 90 * s * sum), 1e-14);
    }
}
END_TEST

START_TEST(a_lock_mints_what_it_pays_for)
{
    const ds_mint_rule r = form(_i);
    for (int i = 0; i < 50; i++)
        for (int k = 0; k < 12; k++) {
            const double supply = 1237.7 * i, diem = 1e-6 * pow(7.3, k);
            const double lock = ds_mint_lock(&r, supply, diem);
            ck_assert_double_le(off(ds_mint_out(&r, supply, lock), diem), 1e-12);
        }
}
END_TEST

START_TEST(a_mint_in_two_parts_costs_what_it_costs_in_one)
{
    const ds_mint_rule r = form(_i);
    ds_rng rng = ds_rng_stream(1, 0, 0, 0);
    for (int i = 0; i < 2000; i++) {
        const double supply = 5e4 * ds_rng_uniform(&rng);
        const double a = 1e4 * ds_rng_uniform(&rng) + 1, b = 1e4 * ds_rng_uniform(&rng) + 1;
        const double whole = ds_mint_lock(&r, supply, a + b);
        const double parts = ds_mint_lock(&r, supply, a) + ds_mint_lock(&r, supply + a, b);
        ck_assert_double_le(off(parts, whole), 1e-12);
    }
}
END_TEST

START_TEST(more_diem_costs_more_and_more_vvv_mints_more)
{
    const ds_mint_rule r = form(_i);
    for (int i = 0; i < 19; i++) {
        const double supply = 3333 * i;
        double lock = 0, diem = 0;
        for (int k = 0; k < 70; k++) {
            const double size = 1e-3 * pow(1.31, k);
            const double dearer = ds_mint_lock(&r, supply, size);
            const double more = ds_mint_out(&r, supply, 200 * size);
            ck_assert(dearer > lock || isinf(lock));
            ck_assert(more > diem || (_i == 1 && supply + more > 127999));
            lock = dearer;
            diem = more;
        }
    }
}
END_TEST

START_TEST(mints_in_units_never_cost_more_than_is_locked)
{
    const ds_mint_rule r = form(_i);
    ds_rng rng = ds_rng_stream(2, 0, 0, 0);
    for (int i = 0; i < 2000; i++) {
        const ds_amount supply = ds_rng_below(&rng, 60000) * (ds_amount)DS_UNIT;
        const ds_amount lock = (ds_amount)exp(30 * ds_rng_uniform(&rng));
        ds_amount cost;
        const ds_amount diem = ds_mint_amount(&r, supply, lock, &cost);
        ck_assert_int_eq(cost, ds_mint_lock_amount(&r, supply, diem));
        ck_assert_int_le(ds_mint_lock_amount(&r, supply, diem), lock + 1 + lock / 1000000000000000);
        ck_assert_double_le(ds_mint_lock(&r, ds_tokens(supply), ds_tokens(diem)), ds_tokens(lock));
        ck_assert_double_ge(ds_tokens(diem + 2) * (1 + 1e-12),
                            ds_mint_out(&r, ds_tokens(supply), ds_tokens(lock)));
    }
    ds_amount nothing;
    ck_assert_int_eq(ds_mint_amount(&r, 0, 0, &nothing), 0);
    ck_assert_int_eq(nothing, 0);
}
END_TEST

START_TEST(a_round_lock_mints_a_round_amount)
{
    const ds_mint_rule r = rule_at("constant", 0);
    ds_amount cost;
    ck_assert_int_eq(ds_mint_amount(&r, 0, 237 * (ds_amount)DS_UNIT, &cost), DS_UNIT);
    ck_assert_int_eq(cost, 237 * (ds_amount)DS_UNIT);
    ck_assert_int_eq(ds_mint_amount(&r, 0, 237000 * (ds_amount)DS_UNIT, &cost),
                     1000 * (ds_amount)DS_UNIT);
    ck_assert_int_eq(ds_mint_lock_amount(&r, 0, DS_UNIT), 237 * (ds_amount)DS_UNIT);
    const ds_choice c = policy_named(ds_mint_policies, "constant");
    const ds_mint_rule dear = {ds_policy_of(&c), c.params, &view};
    policy_set(&c, "rate", 1.5);
    ck_assert_int_eq(ds_mint_lock_amount(&dear, 0, 1), 2); /* up, and the DIEM down */
    ck_assert_int_eq(ds_mint_amount(&dear, 0, 2, &cost), 1);
}
END_TEST

START_TEST(nothing_is_minted_beyond_the_last_bucket)
{
    const ds_mint_rule r = rule_at("table", 150000);
    const double most = 256 * 500;
    ck_assert(isinf(r.policy->rate(r.params, &view, most)));
    ck_assert(isinf(ds_mint_lock(&r, most - 10, 10.001)));
    ck_assert(isfinite(ds_mint_lock(&r, most - 10, 10)));
    ck_assert_double_eq_tol(ds_mint_out(&r, most - 10, 1e9), 10, 1e-9);
    ck_assert_double_eq(ds_mint_out(&r, most, 1e9), 0);
    ck_assert_int_eq(ds_mint_lock_amount(&r, 128000 * (ds_amount)DS_UNIT, DS_UNIT), DS_AMOUNT_MAX);
}
END_TEST

START_TEST(a_bucket_holds_the_formula_at_its_upper_edge)
{
    const ds_mint_rule table = rule_at("table", 38000),
                       smooth = rule_at("exponential_cubic", 38000);
    for (int b = 0; b < 256; b++) {
        const double edge = 500.0 * (b + 1);
        const double rate = smooth.policy->rate(smooth.params, &view, edge);
        ck_assert_double_eq(table.policy->rate(table.params, &view, 500.0 * b), rate);
        ck_assert_double_eq(table.policy->rate(table.params, &view, edge - 1e-9), rate);
        ck_assert_double_eq(table.policy->step(table.params, &view, edge - 250), edge);
    }
}
END_TEST

START_TEST(buckets_of_any_width_are_walked_to_the_end)
{
    const double widths[] = {0.1, 0.7, 1.0 / 3, 1e-3, 123.456, 9.7};
    const ds_choice c = policy_named(ds_mint_policies, "table");
    const ds_mint_rule r = {ds_policy_of(&c), c.params, &view};
    policy_set(&c, "buckets", 4096);
    policy_set(&c, "power", 0);
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        policy_set(&c, "width", widths[i]);
        const double all = 4096 * widths[i];
        for (int b = 1; b <= 4096; b++) {
            const double edge = b * widths[i], below = nextafter(edge, 0);
            ck_assert_double_eq(r.policy->step(r.params, &view, below), edge);
            ck_assert_double_gt(r.policy->step(r.params, &view, edge), edge);
        }
        ck_assert_double_le(off(ds_mint_out(&r, 0, 1e300), all), 1e-12);
        ck_assert_double_le(off(ds_mint_lock(&r, 0, all * (1 - 1e-12)), 90 * all), 1e-11);
    }
}
END_TEST

/* Rates from outside that keep fewer promises. */
static double falls(const void *params, const ds_view *now, double supply)
{
    (void)params, (void)now;
    return 100 / (1 + supply);
}

static double ends(const void *params, const ds_view *now, double supply)
{
    (void)params, (void)now;
    return supply < 1000 ? 50 : INFINITY;
}

static double jumps(const void *params, const ds_view *now, double supply)
{
    (void)params, (void)now;
    return 10 + floor(supply / 7);
}

static double stands_still(const void *params, const ds_view *now, double supply)
{
    (void)params, (void)now;
    return supply;
}

static int asked;

static double noise(const void *params, const ds_view *now, double supply)
{
    (void)params, (void)now;
    asked++;
    return 2 + sin(1e9 * supply);
}

static double (*smooth)(const void *params, const ds_view *now, double supply);

static double counting(const void *params, const ds_view *now, double supply)
{
    asked++;
    return smooth(params, now, supply);
}

START_TEST(a_wild_rate_cannot_hold_a_run_up)
{
    const ds_policy wild = {.rate = noise};
    const ds_mint_rule r = {&wild, NULL, &view};
    const double lock = ds_mint_lock(&r, 0, 1e4);
    ck_assert_int_lt(asked, 1000000);
    ck_assert(lock > 1e4 && lock < 3e4);
}
END_TEST

static double crawls(const void *params, const ds_view *now, double supply)
{
    (void)params, (void)now;
    return supply + 1e-6;
}

START_TEST(short_steps_cannot_hold_a_run_up)
{
    ds_status st = {0};
    const ds_view told = {.st = &st};
    ds_policy crawling = {.rate = counting, .step = crawls};
    const ds_mint_rule r = {&crawling, NULL, &told};
    smooth = falls;
    asked = 0;
    ck_assert(isinf(ds_mint_lock(&r, 0, 1e4)));
    ck_assert_int_eq(st.code, DS_E_POLICY);
    ck_assert_double_lt(ds_mint_out(&r, 0, 1e6), 1);
    ck_assert_int_lt(asked, 1000000);
}
END_TEST

/* As a script does that fails at its thousandth call: it has no more answers then. */
static double gives_up(const void *params, const ds_view *now, double supply)
{
    (void)params;
    if (asked++ > 1000)
        (void)ds_fail(now->st, DS_E_POLICY, "no more");
    return now->st->code == DS_OK ? 10 + supply : INFINITY;
}

START_TEST(a_rate_that_fails_under_way_mints_nothing_and_ends)
{
    for (int first = 960; first < 1002; first++) {
        ds_status st = {0};
        const ds_view told = {.st = &st};
        const ds_policy failing = {.rate = gives_up};
        const ds_mint_rule r = {&failing, NULL, &told};
        ds_amount cost;
        asked = first;
        ck_assert_int_eq(ds_mint_amount(&r, 0, 2000000 * (ds_amount)DS_UNIT, &cost), 0);
        ck_assert_int_eq(cost, 0);
        ck_assert_int_eq(st.code, DS_E_POLICY);
        ck_assert_int_lt(asked, 100000);
    }
}
END_TEST

START_TEST(a_small_mint_asks_for_few_rates)
{
    const ds_choice c = policy_named(ds_mint_policies, "exponential_cubic");
    ds_policy counted = *ds_policy_of(&c);
    const ds_mint_rule r = {&counted, c.params, &view};
    smooth = counted.rate;
    counted.rate = counting;
    asked = 0;
    ck_assert_double_gt(ds_mint_lock(&r, 37713, 5), 0);
    ck_assert_int_le(asked, 7);
    asked = 0;
    ck_assert_double_gt(ds_mint_out(&r, 37713, 2000), 0);
    ck_assert_int_le(asked, 40);
}
END_TEST

START_TEST(rates_that_fall_end_or_jump_are_inverted_too)
{
    const ds_policy falling = {.rate = falls}, ending = {.rate = ends}, jumping = {.rate = jumps},
                    stuck = {.rate = falls, .step = stands_still};
    const ds_mint_rule f = {&falling, NULL, &view}, e = {&ending, NULL, &view},
                       j = {&jumping, NULL, &view}, s = {&stuck, NULL, &view};
    ck_assert_double_le(off(ds_mint_lock(&f, 3, 16), 100 * log(5)), 1e-13);
    ck_assert_double_le(off(ds_mint_out(&f, 3, 100 * log(5)), 16), 1e-12);
    ck_assert_double_le(off(ds_mint_out(&e, 990, 400), 8), 1e-12);
    ck_assert_double_eq_tol(ds_mint_out(&e, 990, 4000), 10, 1e-9);
    for (int lock = 490; lock < 600; lock++) { /* too little for the integral to see the end */
        ds_amount cost;
        ck_assert_int_le(ds_mint_amount(&e, 99000000000, ds_amount_of(lock), &cost), 1000000000);
    }
    ck_assert_double_le(off(ds_mint_lock(&j, 0, 70), 10 * 70 + 7 * 45), 1e-11);
    ck_assert_double_le(off(ds_mint_out(&j, 0, 10 * 70 + 7 * 45), 70), 1e-11);
    ck_assert_double_eq(ds_mint_lock(&s, 3, 2), 50); /* must come back */
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("mint_rule");
    TCase *tests = tcase_create("mint_rule");
    tcase_add_test(tests, the_published_rate_holds);
    tcase_add_test(tests, the_observed_price_of_a_small_mint_holds);
    tcase_add_test(tests, the_lock_of_all_diem_to_may_2026_holds);
    tcase_add_test(tests, the_integral_is_that_of_the_series);
    tcase_add_loop_test(tests, a_lock_mints_what_it_pays_for, 0, FORMS);
    tcase_add_loop_test(tests, a_mint_in_two_parts_costs_what_it_costs_in_one, 0, FORMS);
    tcase_add_loop_test(tests, more_diem_costs_more_and_more_vvv_mints_more, 0, FORMS);
    tcase_add_loop_test(tests, mints_in_units_never_cost_more_than_is_locked, 0, FORMS);
    tcase_add_test(tests, a_round_lock_mints_a_round_amount);
    tcase_add_test(tests, nothing_is_minted_beyond_the_last_bucket);
    tcase_add_test(tests, a_bucket_holds_the_formula_at_its_upper_edge);
    tcase_add_test(tests, buckets_of_any_width_are_walked_to_the_end);
    tcase_add_test(tests, a_wild_rate_cannot_hold_a_run_up);
    tcase_add_test(tests, short_steps_cannot_hold_a_run_up);
    tcase_add_test(tests, a_rate_that_fails_under_way_mints_nothing_and_ends);
    tcase_add_test(tests, a_small_mint_asks_for_few_rates);
    tcase_add_test(tests, rates_that_fall_end_or_jump_are_inverted_too);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
