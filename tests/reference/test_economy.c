/* The economy against figures from outside: check values of the protocol, through the whole model.
 */
#include "tests/economy.h"
#include "tests/unit/run.h"

#include <math.h>
#include <stdio.h>

/* ---- check values ---- */

/* Chain, 2026-09-19: 33.94M staked, 8.954M locked, 2.5M VVV a year; a small mint costs 499.97579.
 */
START_TEST(the_deployed_economy_starts_at_its_published_figures)
{
    ds_economy_test t;
    economy_open(&t, "start: 2026-09-19\nhorizon: 1\nseed: 1\n");
    double *const rows = economy_rows(&t, 0);
    ck_assert_double_eq_tol(economy_at(rows, 0, "apr_emission"), 0.0737, 5e-5);
    ck_assert_double_eq_tol(economy_at(rows, 0, "apr_locked"), 0.0589, 5e-5);
    ck_assert_double_eq_tol(economy_at(rows, 0, "stakers_share"), 0.9472, 5e-5);
    ck_assert_double_eq_tol(economy_at(rows, 0, "mint_rate"), 499.97579, 5e-6);
    /* A float would not hold that in a result. */
    ck_assert(ds_diem_model.metrics[economy_metric("mint_rate")].wide);
    ck_assert_double_eq_tol(economy_at(rows, 0, "vvv_effective_supply"), 81009270, 1e-6);
    ck_assert_double_eq_tol(economy_at(rows, 0, "vvv_staked"), 33941209, 1e-6);
    ck_assert_double_eq_tol(economy_at(rows, 0, "vvv_locked"), 8954490, 1e-6);
    ck_assert_double_eq_tol(economy_at(rows, 0, "diem_supply"), 37713.66, 1e-6);
    ck_assert_double_eq_tol(economy_at(rows, 0, "diem_staked"), 28449.84, 1e-6);
    ck_assert_double_eq_tol(economy_at(rows, 0, "vvv_price"), 26.7, 1e-4);
    ck_assert_double_eq_tol(economy_at(rows, 0, "diem_price"), 1969, 1e-2);
    ck_assert(isnan(economy_at(rows, 0, "utilization")) && isnan(economy_at(rows, 0, "fees_usd")));
    free(rows);
    economy_close(&t);
}
END_TEST

/* 114.73M VVV had been issued by 2026-08-29, from 100M on 2025-01-27. */
START_TEST(the_schedule_issues_what_was_issued)
{
    ds_economy_test t;
    economy_open(
        &t,
        "start: 2025-01-27\nhorizon: 2026-08-29\nobserve: unlimited\nseed: 1\ndemand: {scale: 0}\n"
        "initial: {vvv_supply: 1e8, vvv_burned: 0}\nholders: {scale: 0.01}\n");
    double *const rows = economy_rows(&t, 0);
    ck_assert_double_eq(economy_at(rows, 0, "vvv_supply"), 1e8);
    ck_assert_double_eq_tol(economy_at(rows, 1, "vvv_supply"), 114.73e6, 114.73e3);
    free(rows);
    economy_close(&t);
}
END_TEST

/* The mint rate published for given states: r(10,000) = 93.34 at T = 38,000, and the table's bucket
 * of 37,713 at T = 40,000. */
START_TEST(mint_rates_are_the_published_ones)
{
    static const struct {
        const char *text;
        double rate, tolerance;
    } states[] = {
        {"policies: {mint: {use: exponential_cubic, target: 38000}}\ninitial: {diem_supply: 10000, "
         "diem_staked: 5000}\n",
         93.34, 5e-3},
        {"policies: {mint: {use: table, target: 40000}}\ninitial: {diem_supply: 37713}\n",
         499.97579, 5e-6},
    };
    ds_economy_test t;
    char text[500];
    (void)snprintf(text, sizeof text, "start: 2026-09-19\nhorizon: 1\nseed: 1\n%s",
                   states[_i].text);
    economy_open(&t, text);
    double *const rows = economy_rows(&t, 0);
    ck_assert_double_eq_tol(economy_at(rows, 0, "mint_rate"), states[_i].rate,
                            states[_i].tolerance);
    free(rows);
    economy_close(&t);
}
END_TEST

/* ---- holders who never act ---- */

/* Prices, jobs, fees and everybody else move around them: what they own stays, to the unit. */
START_TEST(holders_who_never_act_keep_what_they_own)
{
    enum { HOLDERS = 200 };
    static ds_holder before[HOLDERS];
    ds_economy_test t;
    economy_open(&t, "seed: 3\nhorizon: 200\nholders: {review: 1, cohorts: {all: {count: 200, "
                     "inertia: 1}}}\nconsumers: {scale: 0.1}\ndemand: {jobs_per_day: 200}\n");
    economy_begin(&t, 0);
    memcpy(before, t.w->holder, sizeof before);
    economy_until(&t, 200);
    ck_assert_uint_eq(t.w->holders, HOLDERS);
    ck_assert_mem_eq(t.w->holder, before, sizeof before);
    ck_assert_double_gt(t.w->eco->flow.served, 0);
    ck_assert_double_gt(t.w->eco->flow.vvv_burned, 0);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{the_deployed_economy_starts_at_its_published_figures, 0},
                             {the_schedule_issues_what_was_issued, 0},
                             {mint_rates_are_the_published_ones, 2},
                             {holders_who_never_act_keep_what_they_own, 0},
                             {0}};
    return ds_run_tests("economy", tests, 600);
}
