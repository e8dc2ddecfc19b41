/* Every policy of the catalogue in a whole economy: sixty days, money to the unit, twice the same
 * bits; and what policies see is what the fields of ds_view say. */
#include "tests/economy.h"
#include "tests/unit/run.h"

#include "models/diem/policies.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define SMALL                                                                                    \
    "horizon: 60\nseed: 5\nstart: 2026-09-19\nholders: {scale: 0.02}\nconsumers: {scale: 0.1}\n" \
    "demand: {jobs_per_day: 300}\nproviders: {mttf: 200 d, slash: 0.2, cohorts: {all: {count: "  \
    "20, slots: 5, active: 1, "                                                                  \
    "bond: 100}}}\n"

enum { POLICIES_MOST = 64 };

static struct {
    const ds_policy_slot *slot;
    const ds_alternative *as;
} catalogue[POLICIES_MOST];
static int policies;

static void list_catalogue(void)
{
    for (const ds_policy_slot *slot = ds_policy_slots; slot->name; slot++)
        for (const ds_alternative *const *as = slot->policies; *as; as++)
            if (!(*as)->outside) {
                catalogue[policies].slot = slot;
                catalogue[policies++].as = *as;
            }
}

static double *run_rows(ds_economy_test *t, uint32_t index, size_t *size)
{
    *size = ds_metric_count(ds_diem_model.metrics) * ds_frame_times(&t->scenario.frame) *
            sizeof(double);
    double *const rows = malloc(*size), outcomes[64];
    ck_assert_msg(ds_replica_run(&t->replica, index, rows, outcomes), "%s", t->replica.status.text);
    return rows;
}

START_TEST(every_policy_runs_in_a_whole_economy)
{
    char text[1024];
    ds_economy_test t;
    size_t size;
    snprintf(text, sizeof text, SMALL "policies: {%s: {use: %s}}\n", catalogue[_i].slot->name,
             catalogue[_i].as->name);
    economy_open(&t, text);
    double *const once = run_rows(&t, 0, &size);
    ds_status st = {0};
    ck_assert_msg(ds_economy_audit(t.w, &st), "%s", st.text);
    double *const other = run_rows(&t, 1, &size);
    double *const again = run_rows(&t, 0, &size);
    ck_assert(memcmp(once, again, size) == 0 && memcmp(once, other, size) != 0);
    free(once);
    free(other);
    free(again);
    economy_close(&t);
}
END_TEST

/* ---- the utilization split in the ledger ---- */

static ds_amount treasury_vvv(const ds_economy_test *t)
{
    return t->w->eco->ledger.book[DS_VVV].bucket[DS_PROTOCOL];
}

/* Half of the emission, whatever the use, goes to the treasury; nothing else brings it VVV when
 * locked stake keeps all of its part. 2.5M VVV a year until 2026-10-01, then 2.0M. */
START_TEST(the_protocol_s_part_reaches_the_treasury)
{
    ds_economy_test t;
    economy_open(&t, SMALL "staking: {locked_keep: 1}\n"
                           "policies: {emission: {use: utilization_split, low: 0.5, high: 0.5}}\n");
    economy_begin(&t, 0);
    const ds_amount before = treasury_vvv(&t);
    economy_until(&t, 60);
    const double emitted = 2.5e6 * 12 / 365 + 2.0e6 * 48 / 365;
    ck_assert_double_eq_tol(ds_tokens(treasury_vvv(&t) - before), emitted / 2, 1e-3);
    ck_assert_double_eq_tol(ds_tokens((ds_amount)t.w->eco->ledger.book[DS_VVV].minted), emitted,
                            1e-3);
    economy_close(&t);
}
END_TEST

/* 30 % of 2.5M VVV a year is the protocol's; of the rest stakers keep 0.9472, as published. */
START_TEST(stakers_count_on_their_part_alone)
{
    ds_economy_test t;
    economy_open(&t, SMALL "policies: {emission: {use: utilization_split, low: 0.3, high: 0.3}}\n");
    size_t size;
    double *const rows = run_rows(&t, 0, &size);
    ck_assert_double_eq_tol(rows[economy_metric("apr_emission")], 0.7 * 2.5e6 / 33941209, 1e-9);
    ck_assert_double_eq_tol(rows[economy_metric("stakers_share")], 0.7 * 0.9472, 5e-5);
    free(rows);
    economy_close(&t);
}
END_TEST

/* ---- what policies see ---- */

typedef struct day {
    double treasury, usd, bought, burned, demand;
} day;

static day look(const ds_economy_test *t)
{
    const ds_economy *const e = t->w->eco;
    return (day){
        .treasury = ds_tokens(e->ledger.book[DS_USD].bucket[DS_PROTOCOL] - e->owed),
        .usd = e->flow.fees_usd + e->flow.fees_diem,
        .burned = ds_tokens((ds_amount)e->ledger.book[DS_VVV].burned),
        .demand = e->flow.demand,
    };
}

/* Day by day from the ledger and the flows: just before an epoch, which sums up the day. What the
 * epoch itself buys and burns belongs to the day that it begins, as does what it spends. */
START_TEST(a_view_says_what_its_fields_say)
{
    ds_economy_test t;
    economy_open(&t, SMALL "policies: {buyback: {use: revenue_share, share: 0.3}}\n");
    economy_begin(&t, 0);
    double outflow = 0;
    day last = look(&t), first = last;
    for (int k = 1; k <= 40; k++) {
        economy_until(&t, nextafter(k, 0));
        const day now = look(&t);
        economy_until(&t, k);
        const ds_view view = ds_rule_view(t.w, DS_RULE_BUYBACK);
        outflow += (last.treasury - now.treasury - outflow) / fmin(k, 30);
        ck_assert_double_eq(view.time, k);
        ck_assert_double_eq(view.date, 20715 + k); /* 2026-09-19 */
        ck_assert_double_eq_tol(view.outflow, outflow, 1e-6);
        ck_assert_double_eq_tol(view.revenue, now.usd - last.usd, 1e-6);
        ck_assert_double_eq_tol(view.vvv_burned, now.burned - last.burned, 1e-6);
        ck_assert_double_eq_tol(view.demand, now.demand - last.demand, 1e-6);
        const ds_economy *const e = t.w->eco;
        const double left = view.treasury - ds_tokens(e->owed);
        ck_assert_double_eq_tol(view.runway,
                                view.outflow > 0 ? fmin(36500, left / view.outflow) : 36500, 1e-6);
        ck_assert_double_eq_tol(view.vvv_supply,
                                81009270 + ds_tokens((ds_amount)e->ledger.book[DS_VVV].minted) -
                                    now.burned - (look(&t).burned - now.burned),
                                1e-6);
        last = now;
    }
    ck_assert_double_gt(last.burned, first.burned);
    economy_close(&t);
}
END_TEST

/* ---- what policies remember ---- */

/* EIP-1559's step by the utilization of every day, and 6/7 and 1/7 of what was burned on it. */
START_TEST(memories_go_on_day_by_day)
{
    ds_economy_test t;
    economy_open(&t, SMALL "policies: {pricing: {use: utilization_adjusted}, emission: {use: "
                           "net_emissions, cap: 100 VVV/d}, buyback: {use: revenue_share, share: "
                           "0.3}}\n");
    economy_begin(&t, 0);
    const ds_economy *const e = t.w->eco;
    double price = 1, smoothed = 0, most = 0;
    for (int k = 1; k <= 40; k++) {
        economy_until(&t, k);
        price *= 1 + (e->utilization_day - 0.5) / 0.5 / 8;
        price = fmin(fmax(price, 0.5), 2);
        smoothed = 6.0 / 7 * smoothed + e->burned_day / 7;
        const double scheduled = k < 12 ? 2.5e6 : 2e6;
        ck_assert_double_eq_tol(e->price, price, 1e-9);
        ck_assert_double_eq_tol(e->emission_rate - scheduled, 365 * fmin(100, smoothed), 1e-3);
        most = fmax(most, smoothed);
    }
    ck_assert(most > 1 && price != 1);
    economy_close(&t);
}
END_TEST

int main(void)
{
    list_catalogue();
    return ds_run_tests("catalogue",
                        (const ds_test[]){
                            {every_policy_runs_in_a_whole_economy, policies},
                            {the_protocol_s_part_reaches_the_treasury, 0},
                            {stakers_count_on_their_part_alone, 0},
                            {a_view_says_what_its_fields_say, 0},
                            {memories_go_on_day_by_day, 0},
                            {0},
                        },
                        60);
}
