/* What becomes of proposals and memories where an action changes rules, or is said to come. */
#include "run.h"
#include "tests/economy.h"

#include "models/diem/minting.h"
#include "models/diem/prospect.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

#define STILL                                                                                     \
    "start: 2026-09-19\nhorizon: 40 d\nseed: 5\nholders: {review: 36500, cohorts: {all: {count: " \
    "50, inertia: 1}}}\nconsumers: {review: 36500}\nproviders: {review: 36500}\nmarkets: "        \
    "{arbitrage: 0, noise: 0}\ndemand: {scale: 0}\n"

/* ---- bounds ---- */

static double proposed(const ds_world *w, ds_rule rule)
{
    if (rule == DS_RULE_MINT)
        return ds_mint_rate(w);
    return rule == DS_RULE_PRICING ? w->eco->price : w->eco->emission_rate;
}

/* What each remembers lies outside the bounds that come at 3.25: from then on, and not from its
 * next step, it is never beyond them, and goes on from there. */
static const struct {
    const char *policies, *set;
    ds_rule rule;
    double before, held, later;
} bounded[] = {
    {"pricing: {use: utilization_adjusted, initial: 2}", "pricing: {ceiling: 1, initial: 1}",
     DS_RULE_PRICING, 2 * 0.875 * 0.875 * 0.875, 1, 0.875},
    {"emission: {use: target_ratio, target: 0, rise: 0, fall: 0.1, decay: 0.1, period: 2}",
     "emission: {most: 1000, initial: 1000}", DS_RULE_EMISSION, 2.25e6, 1000, 900},
    {"emission: {use: target_ratio, target: 0, rise: 0, fall: 0.1, decay: 0.1, period: 2}",
     "emission: {least: 3e6, initial: 3e6}", DS_RULE_EMISSION, 2.25e6, 3e6, 3e6},
    {"mint: {use: pi_controller, base: 100, power: 0, price: 1e-6}", "mint: {least: 1}",
     DS_RULE_MINT, 72.9, 100, 100},
    {"mint: {use: pi_controller, base: 100, power: 0, price: 1e12, proportional: 1}",
     "mint: {most: 1}", DS_RULE_MINT, 133.1, 100, 100},
};

START_TEST(a_bound_that_comes_closer_holds_at_once)
{
    ds_economy_test t;
    char text[1000];
    snprintf(text, sizeof text,
             STILL "policies: {%s}\ngovernance: {a: {at: 3.25, set: {policies: {%s}}}}\n",
             bounded[_i].policies, bounded[_i].set);
    economy_open(&t, text);
    economy_begin(&t, 0);
    const double times[] = {3.2, 3.3, 4.3},
                 values[] = {bounded[_i].before, bounded[_i].held, bounded[_i].later};
    for (int i = 0; i < 3; i++) {
        economy_until(&t, times[i]);
        ck_assert_double_eq_tol(proposed(t.w, bounded[_i].rule), values[i], 1e-9 * values[i]);
    }
    economy_close(&t);
}
END_TEST

/* Inflation that neither rises nor falls is cut by the bound alone. */
START_TEST(inflation_s_bound_holds_at_once)
{
    ds_economy_test t;
    economy_open(&t,
                 STILL "policies: {emission: {use: target_bonding, inflation: 1e-4, change: 0, "
                       "target: 0}}\ngovernance: {a: {at: 3.25, set: {policies.emission: {most: "
                       "1e-5, inflation: 1e-6}}}}\n");
    economy_begin(&t, 0);
    for (int day = 3; day < 6; day++) {
        economy_until(&t, day + 0.3);
        const double all = ds_tokens(ds_ledger_supply(&t.w->eco->ledger, DS_VVV));
        ck_assert_double_eq_tol(t.w->eco->emission_rate / 365 / all, 1e-5, 1e-8);
    }
    economy_close(&t);
}
END_TEST

/* ---- rounds ---- */

/* Rises by a tenth every period. Weeks become days in the course of the first one: its six days and
 * more are one period, not six. */
START_TEST(shorter_rounds_are_none_of_the_time_before)
{
    ds_economy_test t;
    economy_open(&t,
                 STILL "policies: {emission: {use: target_ratio, target: 1, band: 0, rise: 0.1}}\n"
                       "governance: {a: {at: 6.25, set: {policies.emission.period: 1}}}\n");
    economy_begin(&t, 0);
    const double times[] = {6.3, 7.3, 8.3, 10.3}, rises[] = {0, 1, 2, 4};
    for (int i = 0; i < 4; i++) {
        economy_until(&t, times[i]);
        ck_assert_double_eq_tol(t.w->eco->emission_rate, 2.5e6 * pow(1.1, rises[i]), 1e-3);
    }
    economy_close(&t);
}
END_TEST

/* Inflation rises by the round: an hour's, of which a day has 24. Longer ones wait. */
START_TEST(rounds_of_another_length_are_counted_from_the_last)
{
    ds_economy_test t;
    economy_open(&t, STILL "policies: {emission: {use: target_bonding, inflation: 0, change: 1e-9, "
                           "target: 1, round: 10}}\n"
                           "governance: {a: {at: 8.5, set: {policies.emission.round: 1 h}}, "
                           "b: {at: 10.5, set: {policies.emission.round: 3 d}}}\n");
    economy_begin(&t, 0);
    const double times[] = {8.7, 9.3, 10.3, 11.3, 12.7, 13.3}, rounds[] = {0, 1, 25, 25, 25, 26};
    const double days[] = {1.0 / 24, 1.0 / 24, 1.0 / 24, 3, 3, 3};
    for (int i = 0; i < 6; i++) {
        economy_until(&t, times[i]);
        const double all = ds_tokens(ds_ledger_supply(&t.w->eco->ledger, DS_VVV));
        ck_assert_double_eq_tol(t.w->eco->emission_rate / 365 * days[i] / all, rounds[i] * 1e-9,
                                1e-12);
    }
    economy_close(&t);
}
END_TEST

/* ---- who is asked ---- */

static const struct {
    const char *act;
    int times; /* that the price rises by a hundredth: once each of days 0 to 5, and for the action
                */
} acts[] = {{"holders.anticipation: 0.3", 6},
            {"policies.buyback.share: 0.5", 6},
            {"policies.emission: {use: halving}", 6},
            {"policies.pricing.by: 1.010000001", 7}};

/* Else a rule that goes on from what it proposed would go on faster with every action. */
START_TEST(a_rule_that_stays_is_asked_at_epochs_alone)
{
    ds_economy_test t;
    char text[1000];
    snprintf(text, sizeof text,
             STILL "policies: {pricing: {use: formula, price: price * by, by: 1.01}}\n"
                   "governance: {a: {at: 3.25, set: {%s}}}\n",
             acts[_i].act);
    economy_open(&t, text);
    economy_begin(&t, 0);
    economy_until(&t, 5.5);
    double price = 1;
    for (int i = 0; i < acts[_i].times; i++)
        price *= 1.01;
    ck_assert_double_eq_tol(t.w->eco->price, price, 1e-6);
    economy_close(&t);
}
END_TEST

/* ---- what a plugin keeps ---- */

static const struct {
    const char *set;
    double then; /* of the day 30, as foreseen on day 8 */
} news[] = {{"policies.emission.by: 2e5", 1e6 + 8 * 1e5 + 22 * 2e5},
            {"policies.emission: {use: plugin, file: rising.so, first: 4e6}", 1e6 + 30 * 1e5}};

static void open_beside_plugins(ds_economy_test *t, const char *text)
{
    ds_status st = {0};
    const void *config;
    char path[400];
    snprintf(path, sizeof path, DS_TEST_PLUGINS "/turns_%d.yaml", (int)getpid());
    FILE *const file = fopen(path, "w");
    ck_assert(file && fputs(text, file) >= 0 && fclose(file) == 0);
    const ds_scenario_request q = {.path = path, .models = ds_models};
    const bool fine = ds_scenario_load(&t->scenario, &q, &st);
    (void)remove(path);
    ck_assert_msg(fine && ds_scenario_config(&t->scenario, 0, &config, &st), "%s", st.text);
    ck_assert_msg(ds_replica_open(&t->replica, t->scenario.model, config, &t->scenario.frame, &st),
                  "%s", st.text);
    t->w = t->replica.world;
}

START_TEST(what_a_plugin_would_say_then_is_no_memory_of_now)
{
    ds_economy_test t;
    ds_terms terms;
    char text[1000];
    snprintf(text, sizeof text,
             STILL "policies: {emission: {use: plugin, file: rising.so}}\n"
                   "governance: {a: {at: 30, lead: 25, set: {%s}}}\n",
             news[_i].set);
    open_beside_plugins(&t, text);
    economy_begin(&t, 0);
    economy_until(&t, 8.5);
    const ds_action *const action = t.w->base->governance.items;
    for (int i = 0; i < 3; i++) {
        ck_assert(ds_terms_then(t.w, action->set.config, 1, action->at, &terms));
        ck_assert_double_eq_tol(terms.emission, news[_i].then, 1e-3);
    }
    economy_until(&t, 9.5);
    ck_assert_double_eq_tol(t.w->eco->emission_rate, 1e6 + 9 * 1e5, 1e-3);
    economy_close(&t);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {a_bound_that_comes_closer_holds_at_once, sizeof bounded / sizeof bounded[0]},
        {inflation_s_bound_holds_at_once, 0},
        {shorter_rounds_are_none_of_the_time_before, 0},
        {rounds_of_another_length_are_counted_from_the_last, 0},
        {a_rule_that_stays_is_asked_at_epochs_alone, sizeof acts / sizeof acts[0]},
        {what_a_plugin_would_say_then_is_no_memory_of_now, sizeof news / sizeof news[0]},
        {0},
    };
    return ds_run_tests("turns", tests, 60);
}
