/* When jobs arrive in a day, how many, and how much each carries. */
#include "run.h"
#include "tests/economy.h"

#include "models/diem/demand.h"

#include <math.h>
#include <stdio.h>

/* Consumers who do not review, of one cohort, and owners without DIEM to spend. */
#define ONE(cohort)                                                                        \
    "seed: 1\nhorizon: 40\nholders: {review: 36500, cohorts: {all: {count: 5, use: 0}}}\n" \
    "consumers: {review: 36500, cohorts: {all: {count: 10, " cohort "}}}\ndemand: "        \
    "{jobs_per_day: 500, growth_limit: 1}\n"

/* All demand is in the hours from 5 to 8, wherever in the day a run begins. */
START_TEST(demand_follows_the_hours_of_the_day)
{
    static const struct {
        const char *start;
        double first; /* hour of the start */
    } cases[] = {{"2026-09-19", 0}, {"2026-09-19T18:30", 18.5}, {"2026-09-19T05:00", 5}};
    ds_economy_test t;
    char text[1024];
    snprintf(text, sizeof text,
             ONE("profile: [0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, "
                 "0]") "start: %s\n",
             cases[_i].start);
    economy_open(&t, text);
    economy_begin(&t, 0);
    const ds_flows *const flow = &t.w->eco->flow;
    const double to_five = fmod(5 - cases[_i].first + 24, 24) / 24;
    if (to_five > 0)
        economy_until(&t, to_five - 1e-6);
    ck_assert_double_eq(flow->jobs, 0);
    for (int day = 0; day < 3; day++) {
        const double before = flow->jobs;
        economy_until(&t, to_five + day + 3.0 / 24);
        ck_assert_double_eq_tol(flow->jobs - before, 500, 4 * sqrt(500));
        const double after = flow->jobs;
        economy_until(&t, to_five + day + 1 - 1e-6);
        ck_assert_double_eq(flow->jobs, after);
    }
    economy_close(&t);
}
END_TEST

/* Ten times as many jobs as planned come at most; beyond, each carries as much more. */
START_TEST(jobs_beyond_ten_times_the_plan_carry_more)
{
    static const double times[] = {1, 9, 30};
    ds_economy_test t;
    economy_open(&t,
                 ONE("sensitivity: 0, profile: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, "
                     "1, 1, 1, 1, 1, 1, 1, 1]") "providers: {queue: 0}\n");
    economy_begin(&t, 0);
    ds_economy *const e = t.w->eco;
    e->index = times[_i];
    ds_demand_moves(t.w);
    ck_assert_double_eq_tol(e->job_weight[0], times[_i] > 10 ? times[_i] / 10 : 1, 1e-6);
    ck_assert_double_eq_tol(times[_i] * 27000 / t.w->job_value / e->job_weight[0],
                            fmin(times[_i], 10) * 500, 1e-2);
    economy_until(&t, 1.0 / 24 - 1e-6); /* the next hour finds out that there is no path */
    const double jobs = fmin(times[_i], 10) * 500 / 24;
    ck_assert_double_eq_tol(e->flow.jobs, jobs, 4 * sqrt(jobs));
    /* A size has a variance of 1.5 of its mean's square. */
    ck_assert_double_eq_tol(e->flow.demand / (times[_i] * 27000 / 24), 1, 4 * sqrt(2.5 / jobs));
    economy_close(&t);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{demand_follows_the_hours_of_the_day, 3},
                             {jobs_beyond_ten_times_the_plan_carry_more, 3},
                             {0}};
    return ds_run_tests("demand", tests, 60);
}
