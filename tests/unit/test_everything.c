/* Mechanisms that were made one by one, all at once: what one leaves must not surprise another. */
#include "run.h"
#include "tests/everything.h"

#include "models/diem/governance.h"
#include "models/diem/leverage.h"

#include <string.h>

#define WHOLE EVERYTHING_WHOLE EVERYTHING("300", "1500", "0.02")

enum { MIDDLE = 20, END = 40 };

static size_t metrics(void)
{
    return ds_metric_count(ds_diem_model.metrics);
}

/* ---- a state is in its arena ---- */

/* Goes on to the end; a row a day. */
static double *days_from(ds_economy_test *t, size_t day)
{
    double *const rows = calloc((END - day) * metrics(), sizeof *rows);
    for (size_t k = day; k < END; k++) {
        economy_until(t, (double)k + 1);
        ds_diem_model.observe(t->w, rows + (k - day) * metrics(), false);
        ck_assert_msg(t->replica.status.code == DS_OK, "%s", t->replica.status.text);
    }
    return rows;
}

static void same_rows(const double *a, const double *b, size_t days)
{
    for (size_t i = 0; i < days * metrics(); i++)
        ck_assert_msg(memcmp(&a[i], &b[i], sizeof *a) == 0, "'%s' of day %zu: %.17g, again %.17g",
                      ds_diem_model.metrics[i % metrics()].name, i / metrics(), a[i], b[i]);
}

/* The copy comes back to views that have seen the end, or that of another replica: rules, factors
 * and random numbers are those of the copy. */
START_TEST(a_copied_state_goes_on_as_the_first_did)
{
    ds_economy_test t;
    everything_open(&t, "seed: 11\nhorizon: 60\n" WHOLE);
    economy_begin(&t, 0);
    economy_until(&t, MIDDLE);
    char *const kept = malloc(t.replica.arena.size);
    memcpy(kept, t.replica.arena.base, t.replica.arena.size);
    double *const first = days_from(&t, MIDDLE);
    if (_i > 0) {
        economy_begin(&t, 7);
        economy_until(&t, 3);
    }
    memcpy(t.replica.arena.base, kept, t.replica.arena.size);
    ds_governance_resume(t.w);
    double *const again = days_from(&t, MIDDLE);
    same_rows(first, again, END - MIDDLE);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
    free(kept), free(first), free(again);
}
END_TEST

/* ---- what is kept beside the populations so as not to go through them ---- */

static void consumers_add_up(const ds_world *w)
{
    ds_sum spend[DS_ROUTES] = {0};
    double here = 0;
    for (uint32_t i = 0; i < w->eco->crowd[DS_CONSUMERS].all; i++) {
        const ds_consumer *const c = &w->consumer[i];
        spend[c->route] += ds_amount_of(c->spend);
        here += c->route != DS_ROUTE_OUTSIDE;
        ck_assert_uint_eq(ds_consumer_row(w, c->cohort, ds_consumer_place(w, i)), i);
    }
    ck_assert_mem_eq(spend, w->eco->spend_by, sizeof spend);
    ck_assert_double_eq(here, w->eco->served_here);
}

static void stakes_add_up(const ds_world *w)
{
    ds_amount sum = 0, counted = 0;
    int64_t stakers = 0, people = 0;
    for (uint32_t i = 0; i < w->eco->crowd[DS_HOLDERS].all; i++) {
        const ds_amount stake = w->holder[i].staked + w->holder[i].locked;
        sum += stake;
        stakers += stake > 0;
    }
    for (int k = 0; k < DS_STAKE_CLASSES; k++) {
        counted += w->stake_class[k].sum;
        people += w->stake_class[k].count;
    }
    ck_assert_int_eq(counted, sum);
    ck_assert_int_eq(people, stakers);
}

static void slots_add_up(const ds_world *w)
{
    double up = 0, speed = 0, in = 0;
    ds_amount owed = 0;
    uint32_t held = 0;
    for (uint32_t i = 0; i < w->slots; i++) {
        const ds_provider *const p = &w->provider[w->slot[i].provider];
        const bool serves = p->up >> (i - p->first) & 1;
        up += serves;
        speed += serves ? (double)w->slot[i].speed : 0;
        held += w->slot[i].held > 0;
        ck_assert(!serves || (p->in && w->slot[i].held == 0));
    }
    for (uint32_t i = 0; i < w->providers; i++) {
        in += w->provider[i].in;
        owed += w->provider[i].owed;
    }
    ck_assert_double_eq(w->eco->up.value, up);
    ck_assert_double_eq_tol(w->eco->speed.value, speed, 1e-6);
    ck_assert_double_eq(w->eco->providers_in.value, in);
    ck_assert_uint_eq(w->eco->held, held);
    ck_assert_int_eq(w->eco->owed, owed);
}

/* Newcomers' loans lie behind those of the start, which lie by cohort. */
static void nobody_shares_a_loan(const ds_world *w)
{
    for (int m = 0; m < DS_LEND_MARKETS; m++) {
        bool *const taken = calloc(ds_loan_slots(w, (ds_lending_market)m), sizeof *taken);
        for (uint32_t i = 0; i < w->holders; i++) {
            if (!ds_borrows(w, &w->holder[i]))
                continue;
            const ds_loan_at at = ds_loan_of_holder(w, &w->holder[i], (ds_lending_market)m);
            const int64_t outside = ds_lending_of(w->config, at.market)->count;
            ck_assert_uint_lt(at.slot, ds_loan_slots(w, at.market));
            ck_assert_int_ge(at.slot, outside);
            ck_assert(!taken[at.slot]);
            taken[at.slot] = true;
        }
        free(taken);
    }
}

START_TEST(what_is_kept_beside_the_populations_adds_up_to_them)
{
    ds_economy_test t;
    everything_open(&t, "seed: 14\nhorizon: 60\n" WHOLE);
    economy_begin(&t, 0);
    for (int day = 5; day <= 60; day += 5) {
        economy_until(&t, day);
        consumers_add_up(t.w);
        stakes_add_up(t.w);
        slots_add_up(t.w);
        nobody_shares_a_loan(t.w);
    }
    economy_close(&t);
}
END_TEST

/* ---- memory that another scenario has used ---- */

static const char *const variants =
    "variants:\n"
    "  whole: {}\n"
    "  bare:\n"
    "    lending: {active: false}\n"
    "    holders: {growth: {curve: none}}\n"
    "    consumers: {growth: {curve: none}}\n"
    "    perpetual: {active: false}\n"
    "    markets: {liquidity: {active: false}}\n"
    "  large: {holders: {scale: 0.4}, demand: {jobs_per_day: 500}}\n";

static double *rows_at(ds_economy_test *t, size_t point)
{
    ds_status st = {0};
    const void *config;
    ck_assert_msg(ds_scenario_config(&t->scenario, point, &config, &st), "%s", st.text);
    ck_assert_msg(ds_replica_turn(&t->replica, config, &st), "%s", st.text);
    t->w = t->replica.world;
    return economy_rows(t, 2);
}

START_TEST(a_replica_that_turns_to_another_point_and_back_is_the_same)
{
    enum { POINTS = 3 };
    static const size_t order[] = {0, 1, 0, 2, 1, 2, 0};
    ds_economy_test t;
    char text[8000];
    double *first[POINTS] = {NULL};
    snprintf(text, sizeof text, "seed: 12\nhorizon: 40\n%s%s", WHOLE, variants);
    everything_open(&t, text);
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        double *const rows = rows_at(&t, order[i]);
        if (first[order[i]])
            same_rows(first[order[i]], rows, END + 1);
        else
            first[order[i]] = rows;
        if (first[order[i]] != rows)
            free(rows);
    }
    for (size_t p = 0; p < POINTS; p++)
        free(first[p]);
    economy_close(&t);
}
END_TEST

/* ---- what is said, with all defaults filled in, is a scenario ---- */

START_TEST(a_resolved_scenario_resolves_to_itself)
{
    ds_economy_test t, again;
    everything_open(&t, "seed: 13\nhorizon: 40\n" WHOLE);
    economy_open_with(&again, t.scenario.resolved, everything_files, EVERYTHING_FILES);
    ck_assert_str_eq(again.scenario.resolved, t.scenario.resolved);
    double *const first = economy_rows(&t, 1), *const second = economy_rows(&again, 1);
    same_rows(first, second, END + 1);
    free(first), free(second);
    economy_close(&again);
    economy_close(&t);
}
END_TEST

/* ---- rules that change on the way ---- */

#define SMALL(demand_scale)                                                                      \
    "start: 2026-09-19\nseed: 3\nhorizon: 30\nholders: {scale: 0.02}\nconsumers: {scale: 0.1}\n" \
    "demand: {jobs_per_day: 500, scale: " demand_scale "}\n"

typedef struct ds_heard {
    double last;
    bool back;
} ds_heard;

static void hear(void *sink, double time, const char *event, uint32_t subject)
{
    ds_heard *const h = sink;
    (void)event, (void)subject;
    h->back = h->back || time < h->last;
    h->last = time;
}

/* Jobs that have waited for longer than what is now the patience are lost at once, not before. */
START_TEST(patience_that_shrinks_ends_no_wait_in_the_past)
{
    ds_economy_test t;
    ds_heard heard = {0};
    economy_open(&t,
                 SMALL("4") "providers: {patience: 0.25}\n"
                            "governance: {haste: {at: 5.3, set: {providers.patience: 0.001}}}\n");
    economy_begin(&t, 0);
    t.w->engine.trace = hear;
    t.w->engine.sink = &heard;
    economy_until(&t, 5.29);
    const double since = t.w->queue[t.w->eco->queue_head].since;
    ck_assert_uint_gt(t.w->eco->queue_length, 1);
    ck_assert_double_lt(since, 5.2);
    economy_until(&t, 5.3);
    ck_assert(t.w->eco->queue_length == 0 || t.w->queue[t.w->eco->queue_head].since >= 5.3 - 0.001);
    economy_until(&t, 6);
    ck_assert(!heard.back);
    economy_close(&t);
}
END_TEST

START_TEST(dispatch_that_turns_to_the_cheapest_knows_who_that_is)
{
    ds_economy_test t;
    economy_open(&t, SMALL("0.5") "providers: {dispatch: random, review: 1 d, reprice: 0.1}\n"
                                  "governance:\n"
                                  "  cheap: {at: 6, set: {providers.dispatch: cheapest}}\n"
                                  "  any: {at: 12, set: {providers.dispatch: random}}\n"
                                  "  again: {at: 18, set: {providers.dispatch: cheapest}}\n");
    economy_begin(&t, 0);
    for (int day = 1; day <= 24; day++) {
        economy_until(&t, day);
        double least = INFINITY;
        for (uint32_t i = 0; i < t.w->providers; i++)
            if (t.w->provider[i].idle)
                least = fmin(least, t.w->provider[i].price);
        ck_assert_double_eq(ds_timers_earliest(&t.w->cheapest), least);
    }
    economy_close(&t);
}
END_TEST

/* Loans of 0.5 are safe under an LLTV of 0.625 and not under 0.45; the rate at the target was 0.04
 * and must be 0.2. */
START_TEST(terms_of_open_loans_can_become_stricter)
{
    ds_economy_test t;
    economy_open(
        &t, "seed: 3\nhorizon: 10\nholders: {review: 36500}\nconsumers: {review: 36500}\n"
            "demand: {scale: 0}\nmarkets: {price: {volatility: 0, jumps: 0}}\n"
            "lending: {active: true, vvv: {count: 100, collateral: 1e4, ltv: 0.5, ltv_spread: "
            "0}}\n"
            "governance: {strict: {at: 5, set: {lending: {vvv: {lltv: 0.45}, interest: {least: "
            "0.2}}}}}\n");
    economy_begin(&t, 0);
    economy_until(&t, 5);
    ck_assert_double_eq(t.w->eco->lending.liquidated_total, 0);
    economy_until(&t, 9);
    ck_assert_double_gt(t.w->eco->lending.liquidated_total, 1e4 * 26.7 * 0.5 * 0.9);
    ck_assert_double_eq(t.w->eco->lending.market[DS_LEND_VVV].level, 0.2);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

/* ---- shocks that find nobody ---- */

START_TEST(who_has_left_can_neither_leave_nor_fail_again)
{
    ds_economy_test t;
    economy_open(
        &t, SMALL("1") "providers: {review: 1 d}\n"
                       "shocks:\n"
                       "  all: {kind: exit, at: 2, depth: 1, duration: 8 d}\n"
                       "  more: {kind: exit, at: 3, depth: 1, shape: ramp, onset: 1 d, duration: 2 "
                       "d}\n"
                       "  out: {kind: outage, at: 4, depth: 1, duration: 2 d}\n"
                       "  racks: {kind: outage, slots: true, at: 4.5, depth: 1, duration: 2 d}\n");
    economy_begin(&t, 0);
    economy_until(&t, 9);
    ck_assert_double_eq(t.w->eco->providers_in.value, 0);
    ck_assert_double_eq(t.w->eco->speed.value, 0);
    economy_until(&t, 30);
    ck_assert_double_gt(t.w->eco->providers_in.value, 10);
    ck_assert_uint_eq(t.w->eco->held, 0);
    for (uint32_t i = 0; i < t.w->providers; i++)
        ck_assert_uint_eq(t.w->provider[i].barred, 0);
    for (uint32_t i = 0; i < t.w->slots; i++)
        ck_assert_uint_eq(t.w->slot[i].held, 0);
    economy_close(&t);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{a_copied_state_goes_on_as_the_first_did, 2},
                             {a_replica_that_turns_to_another_point_and_back_is_the_same, 0},
                             {what_is_kept_beside_the_populations_adds_up_to_them, 0},
                             {a_resolved_scenario_resolves_to_itself, 0},
                             {patience_that_shrinks_ends_no_wait_in_the_past, 0},
                             {dispatch_that_turns_to_the_cheapest_knows_who_that_is, 0},
                             {terms_of_open_loans_can_become_stricter, 0},
                             {who_has_left_can_neither_leave_nor_fail_again, 0},
                             {0}};
    return ds_run_tests("everything", tests, 120);
}
