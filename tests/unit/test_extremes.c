/* Scenarios at the edges of what can be said: they run, or say why not; and what a result says of a
 * scenario gives the same bits again. */
#include "run.h"
#include "tests/economy.h"

#include <math.h>
#include <string.h>

#define TINY                                                  \
    "start: 2026-09-19\nseed: 3\nreplicas: 1\n"               \
    "holders: {scale: 0.01, cohorts: {all: {count: 2000}}}\n" \
    "providers: {scale: 0.1, dispatch: random}\n"             \
    "consumers: {scale: 0.02, cohorts: {a: {count: 400}, b: {count: 300, sensitivity: 2}}}\n"

static double *rows_of(const char *text, ds_economy_test *t)
{
    economy_open(t, text);
    return economy_rows(t, 0);
}

static size_t bytes(const ds_economy_test *t)
{
    return ds_metric_count(ds_diem_model.metrics) * ds_frame_times(&t->scenario.frame) *
           sizeof(double);
}

static void check_equal(const char *text, const char *other)
{
    ds_economy_test a, b;
    double *const first = rows_of(text, &a), *const second = rows_of(other, &b);
    ck_assert_uint_eq(bytes(&a), bytes(&b));
    ck_assert_msg(memcmp(first, second, bytes(&a)) == 0, "not the same: %s", text);
    free(first);
    free(second);
    economy_close(&a);
    economy_close(&b);
}

/* ---- the resolved scenario ---- */

#define SIZE "set: {demand.size: {distribution: lognormal, mean: 2}}"
static const char *const resolvable[] = {
    TINY "horizon: 3 d\ndemand: {jobs_per_day: 40}\n",
    TINY "horizon: 3 d\ndemand: {jobs_per_day: 40}\n"
         "shocks: {run: {kind: unstake, at: 1, depth: 0.5}}\n",
    TINY "horizon: 3 d\ndemand: {jobs_per_day: 40}\n"
         "shocks: {a: {kind: demand, at: 1, depth: 0.5, shape: ramp, onset: 1},\n"
         " b: {kind: price, at: 1, size: {distribution: uniform}, shape: decay, half_life: 1}}\n",
    TINY "horizon: 3 d\ndemand: {jobs_per_day: 40}\ngovernance: {g: {at: 1, " SIZE "}}\n",
    TINY "horizon: 3 d\ndemand: {jobs_per_day: 40}\n"
         "governance: {g: {at: 1, set: {providers: {repair: {distribution: lognormal}}}}}\n",
};

START_TEST(a_resolved_scenario_gives_the_same_bits)
{
    ds_economy_test t;
    economy_open(&t, resolvable[_i]);
    check_equal(resolvable[_i], t.scenario.resolved);
    economy_close(&t);
}
END_TEST

START_TEST(a_default_that_is_said_is_the_default)
{
    check_equal(TINY "horizon: 3 d\ndemand: {jobs_per_day: 40}\ngovernance: {g: {at: 1, " SIZE
                     "}}\n",
                TINY "horizon: 3 d\ndemand: {jobs_per_day: 40, size: {distribution: lognormal, "
                     "mean: 1, scv: 1.5}}\ngovernance: {g: {at: 1, " SIZE "}}\n");
}
END_TEST

/* ---- amounts ---- */

/* More dollars a day than 64 bits hold, of which no job comes in a minute and a half: the parts are
 * parts all the same. */
START_TEST(spend_beyond_64_bits_is_shared_among_routes)
{
    ds_economy_test t;
    double *const rows = rows_of(TINY "horizon: 0.001 d\nobserve: 0.001 d\n"
                                      "demand: {spend: 1e12, jobs_per_day: 1}\n",
                                 &t);
    double sum = 0;
    static const char *const shares[] = {"share_pay", "share_own", "share_rent", "share_outside"};
    for (size_t i = 0; i < 4; i++) {
        const double share = economy_at(rows, 1, shares[i]);
        ck_assert_msg(share >= 0 && share <= 1, "%s is %g", shares[i], share);
        sum += share;
    }
    ck_assert_double_eq_tol(sum, 1, 1e-12);
    free(rows);
    economy_close(&t);
}
END_TEST

START_TEST(loans_beyond_64_bits_are_refused)
{
    ds_economy_test t;
    economy_open(&t, TINY "horizon: 1 d\ninitial: {vvv_price: 1e6}\n"
                          "lending: {active: true, vvv: {count: 3, collateral: 1e6, ltv: 0.5, "
                          "ltv_spread: 0}}\n");
    ck_assert(!ds_replica_begin(&t.replica, 0));
    ck_assert_int_eq(t.replica.status.code, DS_E_DATA);
    ck_assert_ptr_nonnull(strstr(t.replica.status.text, "'lending.vvv': 3 loans"));
    economy_close(&t);
}
END_TEST

/* ---- rules that change ---- */

START_TEST(slots_are_dispatched_by_price_from_the_action_on)
{
    ds_economy_test t;
    double *const rows = rows_of(TINY "horizon: 4 d\ndemand: {jobs_per_day: 400}\n"
                                      "governance: {g: {at: 1.3, set: {providers.dispatch: "
                                      "cheapest}}, h: {at: 2, set: {providers.dispatch: random}},"
                                      " i: {at: 3, set: {providers.dispatch: cheapest}}}\n",
                                 &t);
    ck_assert_double_gt(economy_at(rows, 4, "served"), 0);
    free(rows);
    economy_close(&t);
}
END_TEST

START_TEST(without_a_share_of_fees_stakers_have_no_return_from_them)
{
    ds_economy_test t;
    double *const rows = rows_of(TINY "horizon: 20 d\ndemand: {jobs_per_day: 10}\n", &t);
    for (size_t day = 0; day <= 20; day++) {
        ck_assert(economy_at(rows, day, "apr_fees") == 0);
        ck_assert(economy_at(rows, day, "real_yield_share") == 0);
    }
    free(rows);
    economy_close(&t);
}
END_TEST

/* ---- how many events ---- */

#define PACE TINY "horizon: 20 d\ndemand: {jobs_per_day: 20}\n"
static const char *const paced[] = {
    PACE,
    PACE "shocks: {surge: {kind: demand, at: 1, depth: -9, duration: 10 d}}\n",
    PACE "governance: {g: {at: 2, set: {holders.review: 0.1}}}\n",
    PACE "markets: {redemption: {par: 500, visits: 500}}\n",
    PACE "lending: {active: true, lenders: {review: 0.01}}\n",
    "start: 2026-09-19\nseed: 3\nhorizon: 20 d\nholders: {scale: 0.01}\nconsumers: {scale: "
    "0.02}\ndemand: {jobs_per_day: 20}\nproviders: {mttf: 10 d}\n",
    "start: 2026-09-19\nseed: 3\nhorizon: 20 d\nholders: {scale: 0.01}\ndemand: {jobs_per_day: "
    "20}\nconsumers: {cohorts: {a: {count: 100, review: 0.05}}}\n",
};

START_TEST(events_are_estimated_within_a_factor_of_three)
{
    ds_economy_test t;
    double *const rows = rows_of(paced[_i], &t);
    const double due = (double)t.w->engine.state->handled;
    const double said = ds_diem_model.events(t.w->base, &t.scenario.frame);
    ck_assert_msg(said < 3 * due && said > due / 3, "%g for %g: %s", said, due, paced[_i]);
    free(rows);
    economy_close(&t);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {a_resolved_scenario_gives_the_same_bits, sizeof resolvable / sizeof resolvable[0]},
        {a_default_that_is_said_is_the_default, 0},
        {spend_beyond_64_bits_is_shared_among_routes, 0},
        {loans_beyond_64_bits_are_refused, 0},
        {slots_are_dispatched_by_price_from_the_action_on, 0},
        {without_a_share_of_fees_stakers_have_no_return_from_them, 0},
        {events_are_estimated_within_a_factor_of_three, sizeof paced / sizeof paced[0]},
        {0}};
    return ds_run_tests("extremes", tests, 60);
}
