/* Providers come to a network that turns jobs away, and leave no job behind. */
#include "run.h"

#include "models/diem/compute.h"
#include "tests/economy.h"

#define SMALL      "model: diem\nholders: {scale: 0.01}\nhorizon: 60 d\n"
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

int main(void)
{
    const ds_test tests[] = {{an_empty_network_with_demand_draws_providers_in, 0},
                             {an_empty_network_without_demand_stays_empty, 0},
                             {jobs_of_a_leaving_provider_begin_again_once, 0},
                             {0}};
    return ds_run_tests("provider", tests, 60);
}
