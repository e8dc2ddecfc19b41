/* What an action reaches beyond the parameter it names, and what news of it holders take in. */
#include "run.h"
#include "tests/economy.h"

#include "models/diem/governance.h"
#include "models/diem/minting.h"
#include "models/diem/policies.h"
#include "models/diem/staking.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FRAME "start: 2026-09-19\nhorizon: 40 d\nseed: 5\nreplicas: 1\n"
/* Nobody decides, nobody trades, no jobs. */
#define STILL                                                                                     \
    FRAME                                                                                         \
    "holders: {review: 36500, anticipation: 1, cohorts: {all: {count: 50, inertia: 1}}}\n"        \
    "consumers: {review: 36500}\nproviders: {review: 36500}\nmarkets: {arbitrage: 0, noise: 0}\n" \
    "demand: {scale: 0}\n"
/* Far more jobs than slots. */
#define CROWDED                                                                                 \
    FRAME                                                                                       \
    "holders: {scale: 0.01}\ndemand: {scale: 20, jobs_per_day: 2000}\nproviders: {reprice: 0, " \
    "cohorts: {few: {count: 8, slots: 4, cost_spread: 0}, dear: {count: 8, slots: 4, "          \
    "cost_spread: 0}}}\n"
#define STAKE 33941209.0 /* VVV staked at the start */

static ds_outlook foreseen(ds_economy_test *t)
{
    ds_outlook now = ds_holders_outlook(t->w);
    ck_assert_msg(ds_governance_foresee(t->w, &now), "%s", t->replica.status.text);
    return now;
}

/* ---- jobs and providers ---- */

static void never_back(void *sink, double time, const char *event, uint32_t subject)
{
    double *const last = sink;
    (void)subject;
    ck_assert_msg(time >= *last, "%s at %.17g after %.17g", event, time, *last);
    *last = time;
}

START_TEST(jobs_that_wait_lose_a_patience_that_becomes_shorter)
{
    ds_economy_test t;
    double last = 0;
    economy_open(&t, CROWDED
                 "governance: {hurry: {at: 2.3, set: {providers.patience: 1 min}}, calm: {at: 2.4, "
                 "set: {providers.patience: unlimited}}}\n");
    economy_begin(&t, 0);
    economy_until(&t, 2.2999);
    const ds_job *const first = &t.w->queue[t.w->eco->queue_head];
    ck_assert_uint_gt(t.w->eco->queue_length, 10);
    ck_assert_double_lt(first->since, 2.2);
    t.w->engine.trace = never_back;
    t.w->engine.sink = &last;
    economy_until(&t, 2.3);
    for (uint32_t i = 0; i < t.w->eco->queue_length; i++) {
        const uint32_t place = (t.w->eco->queue_head + i) % t.w->queue_capacity;
        ck_assert_double_ge(t.w->queue[place].since, 2.3 - 1.0 / 1440 - 1e-9);
    }
    economy_until(&t, 2.5);
    ck_assert(isinf(ds_engine_get(&t.w->engine, DS_AT_PATIENCE_END)));
    ck_assert_uint_gt(t.w->eco->queue_length, 10);
    economy_close(&t);
}
END_TEST

START_TEST(jobs_go_to_the_cheapest_from_the_moment_that_dispatch_says_so)
{
    ds_economy_test t;
    economy_open(&t, FRAME "holders: {scale: 0.01}\ndemand: {jobs_per_day: 2000}\ngovernance: {a: "
                           "{at: 2, set: {providers.dispatch: cheapest}}, b: {at: 3, set: "
                           "{providers.dispatch: random}}, c: {at: 4, set: {providers.dispatch: "
                           "cheapest}}}\n");
    economy_begin(&t, 0);
    for (int until = 1; until < 8; until++) {
        economy_until(&t, until);
        for (uint32_t i = 0; i < t.w->providers; i++) {
            const ds_provider *const p = &t.w->provider[i];
            ck_assert_double_eq(ds_timers_get(&t.w->cheapest, i), p->idle ? p->price : INFINITY);
        }
    }
    economy_close(&t);
}
END_TEST

/* ---- loans ---- */

#define LOANS                                                                               \
    STILL "lending: {active: true, vvv: {count: 100, collateral: 100000, ltv: 0.4}, diem: " \
          "{supplied: 0}}\n"

/* Nobody trades, so that only the action itself can set liquidators off before the hour. */
START_TEST(a_lower_lltv_liquidates_at_once)
{
    ds_economy_test t;
    economy_open(&t, LOANS "governance: {a: {at: 5.01, set: {lending.vvv.lltv: 0.4}}}\n");
    economy_begin(&t, 0);
    economy_until(&t, 5.0099);
    ck_assert(isinf(t.w->eco->lending.due));
    ck_assert_double_eq(t.w->eco->lending.liquidated_total, 0);
    economy_until(&t, 5.0102);
    ck_assert_double_gt(t.w->eco->lending.liquidated_total, 0);
    economy_close(&t);
}
END_TEST

/* The price that held counts by the window that held: after 0.3 d of a window of 1 d. */
START_TEST(an_average_of_prices_is_brought_forward_by_its_old_window)
{
    ds_economy_test t;
    economy_open(&t, LOANS "governance: {a: {at: 5.03, set: {lending.liquidators.window: 1 s}}}\n");
    economy_begin(&t, 0);
    economy_until(&t, 5.0299); /* so short that nothing trades before the action */
    ds_lending *const l = &t.w->eco->lending;
    const double averaged = l->averaged, last = l->last;
    l->average = 2 * last;
    economy_until(&t, 5.03);
    const double window = 0.020833333333333332;
    ck_assert_double_eq_tol(l->average / last, 1 + exp((averaged - 5.03) / window), 1e-9);
    economy_close(&t);
}
END_TEST

/* Relations to what was at the start bind the start alone. */
START_TEST(bounds_of_the_rate_may_pass_the_first_rate)
{
    ds_economy_test t;
    economy_open(&t, LOANS "governance: {a: {at: 5, set: {lending.interest: {least: 0.3}}}}\n");
    economy_begin(&t, 0);
    economy_until(&t, 6);
    ck_assert_double_ge(t.w->eco->lending.market[DS_LEND_VVV].level, 0.3);
    economy_close(&t);
}
END_TEST

/* ---- clocks ---- */

/* Two pools, two lending markets, 40 consumers, and a redemption that nobody runs on. */
START_TEST(every_clock_has_its_new_rate_at_once)
{
    ds_economy_test t;
    economy_open(&t, FRAME
                 "holders: {scale: 0.01}\ndemand: {jobs_per_day: 10}\nlending: {active: true}\n"
                 "consumers: {cohorts: {all: {count: 40}}}\nmarkets: {liquidity: {active: true}}\n"
                 "governance: {a: {at: 2.01, set: {markets: {arbitrage: 7, noise: 3, liquidity: "
                 "{review: 4 d}, redemption: {par: 1e-3, visits: 5}}, lending.lenders.review: 8 d, "
                 "consumers.review: 10 d, providers: {review: 50 d}}}}\n");
    economy_begin(&t, 0);
    economy_until(&t, 2.01);
    ck_assert_double_eq(t.w->arbitrage_clock->rate, 7);
    ck_assert_double_eq(t.w->noise_clock->rate, 3);
    ck_assert_double_eq(t.w->liquidity_clock->rate, 0.5);
    ck_assert_double_eq(t.w->lender_clock->rate, 0.25);
    ck_assert_double_eq(t.w->redemption_clock->rate, 5);
    ck_assert_double_eq_tol(t.w->consumer_clock[DS_FIRST]->rate, 4, 1e-12);
    ck_assert_double_eq(t.w->provider_clock->rate, t.w->providers / 50.0);
    economy_close(&t);
}
END_TEST

/* ---- what moves by itself ---- */

/* Logistic growth dG/dt = r G (1 - G / K) from where it is, by hand. */
START_TEST(demand_grows_on_from_where_it_is)
{
    ds_economy_test t;
    economy_open(&t, STILL "governance:\n  a: {at: 10.5, set: {demand: {growth_limit: 3, "
                           "growth_rate: 2}}}\n  b: {at: 20, set: {demand.growth_rate: 0}}\n");
    economy_begin(&t, 0);
    economy_until(&t, 10.5);
    const double then = 1.6 / (1 + 0.6 * exp(-10.5 / 365));
    ck_assert_double_eq_tol(t.w->eco->growth, then, 1e-12);
    economy_until(&t, 15);
    ck_assert_double_eq_tol(t.w->eco->growth, 3 / (1 + (3 / then - 1) * exp(-2 * 4.5 / 365)),
                            1e-12);
    economy_until(&t, 30);
    ck_assert_double_eq_tol(t.w->eco->growth, 3 / (1 + (3 / then - 1) * exp(-2 * 9.5 / 365)),
                            1e-12);
    economy_close(&t);
}
END_TEST

/* Behind its path growth goes on in proportion; an action leaves it there. */
START_TEST(demand_grows_on_behind_its_path)
{
    static const char rows[] = "date,index\n2026-09-19,1\n2026-09-24,2\n";
    ds_economy_test t;
    economy_open_with(&t,
                      FRAME "holders: {scale: 0.01}\ndemand: {jobs_per_day: 10, growth_rate: 5, "
                            "path: {file: d.csv, column: index}}\ngovernance: {early: {at: 2, set: "
                            "{demand.growth_rate: 3}}, a: {at: 10, set: {demand.growth_rate: 0}}, "
                            "b: {at: 20, set: {demand.growth_limit: 9}}}\n",
                      &(const ds_scenario_file)ECONOMY_FILE("d.csv", rows), 1);
    economy_begin(&t, 0);
    const double at2 = 1.6 / (1 + 0.6 * exp(-5.0 * 2 / 365));
    const double at5 = 1.6 / (1 + (1.6 / at2 - 1) * exp(-3.0 * 3 / 365));
    const double at10 = 1.6 / (1 + (1.6 / at2 - 1) * exp(-3.0 * 8 / 365));
    economy_until(&t, 4);
    ck_assert_double_eq(t.w->eco->growth, 1);
    economy_until(&t, 30);
    ck_assert_double_eq_tol(t.w->eco->index, 2, 1e-12);
    ck_assert_double_eq_tol(t.w->eco->growth, at10 / at5, 1e-12);
    economy_close(&t);
}
END_TEST

/* A change of the drift at 20 d and of what it starts from at 30 d, by hand. The hour that ends at
 * 20 d is the first to see it. */
START_TEST(the_outside_price_drifts_on_from_where_it_is)
{
    ds_economy_test t;
    economy_open(&t, FRAME
                 "holders: {scale: 0.01}\ndemand: {jobs_per_day: 10}\nconsumers: {outside_price: "
                 "1.2, outside: {drift: 1}}\ngovernance: {a: {at: 20, set: "
                 "{consumers.outside.drift: -2}}, b: {at: 30, set: {consumers.outside_price: "
                 "0.6}}}\n");
    economy_begin(&t, 0);
    economy_until(&t, 20);
    ck_assert_double_eq_tol(t.w->eco->rival.price, 1.2 * exp((20 - 3.0 / 24) / 365), 1e-9);
    economy_until(&t, 29);
    ck_assert_double_eq_tol(t.w->eco->rival.price, 1.2 * exp((20 - 3.0 / 24 - 2 * 9) / 365), 1e-9);
    economy_until(&t, 35);
    ck_assert_double_eq_tol(t.w->eco->rival.price, 0.6 * exp((20 - 3.0 / 24 - 2 * 15) / 365), 1e-9);
    economy_close(&t);
}
END_TEST

/* The clock of redemption, with its run, is none of an action on something else. */
START_TEST(an_action_leaves_a_run_on_redemption_alone)
{
    ds_economy_test t;
    economy_open(&t, FRAME "holders: {scale: 0.01}\ndemand: {jobs_per_day: 10}\nmarkets: "
                           "{redemption: {par: 1e6, visits: 1}}\ngovernance: {a: {at: 2.0001, set: "
                           "{providers.mttf: 1 yr}}}\n");
    economy_begin(&t, 0);
    economy_until(&t, 2);
    const double rate = t.w->redemption_clock->rate;
    ck_assert_double_gt(rate, 50);
    economy_until(&t, 2.0001);
    ck_assert_double_eq(t.w->redemption_clock->rate, rate);
    economy_close(&t);
}
END_TEST

/* ---- policies that stay, and policies that begin ---- */

START_TEST(a_formula_that_stays_keeps_its_room)
{
    ds_economy_test t;
    economy_open(&t, STILL "policies: {mint: {use: formula, rate: \"2 * base\", base: 21}}\n"
                           "governance: {a: {at: 5, set: {demand.scale: 0.5}}, b: {at: 6, set: "
                           "{policies.mint.base: 22}}}\n");
    economy_begin(&t, 0);
    ck_assert_ptr_nonnull(t.w->rooms[0][DS_RULE_MINT]);
    ck_assert_ptr_null(t.w->rooms[1][DS_RULE_MINT]);
    ck_assert_ptr_nonnull(t.w->rooms[2][DS_RULE_MINT]);
    ck_assert(ds_policy_stays(((const ds_action *)t.w->base->governance.items)[0].set.config,
                              t.w->base, DS_RULE_EMISSION)); /* a list is the same list */
    economy_close(&t);
}
END_TEST

/* What picks a rule goes before its numbers, wherever it stands. */
START_TEST(a_rule_and_its_numbers_come_in_any_order)
{
    ds_economy_test t;
    economy_open(&t, STILL "governance: {a: {at: 5, set: {policies.mint.rate: 300, "
                           "policies.mint.use: constant}}}\n");
    economy_begin(&t, 0);
    economy_until(&t, 6);
    ck_assert_double_eq(ds_mint_rate(t.w), 300);
    economy_close(&t);
}
END_TEST

/* A script that counts how often it was asked, which only tests do. */
START_TEST(a_script_begins_when_its_action_is_done_whatever_was_asked_before)
{
    static const char counts[] =
        "local n = 0\nreturn {rate = function() n = n + 1 return 100 + n end}\n";
    ds_economy_test t;
    economy_open_with(&t,
                      STILL "governance: {a: {at: 5, lead: 3, set: {policies.mint: {use: lua, "
                            "file: n.lua}}}}\n",
                      &(const ds_scenario_file)ECONOMY_FILE("n.lua", counts), 1);
    economy_begin(&t, 0);
    economy_until(&t, 4);
    for (int i = 0; i < 5; i++)
        (void)foreseen(&t);
    economy_until(&t, 5);
    ck_assert_double_eq(ds_mint_rate(t.w), 101);
    economy_close(&t);
}
END_TEST

/* Livepeer's rule from the day on which it begins: inflation * supply / round * 365. */
START_TEST(a_policy_with_a_memory_is_foreseen_as_it_will_begin)
{
    ds_economy_test t;
    economy_open(&t, STILL "policies: {emission: {use: schedule, steps: [{from: 2026-01-01, rate: "
                           "0}]}}\ngovernance: {a: {at: 20, lead: 10, set: {policies.emission: "
                           "{use: target_bonding, inflation: 2e-4, round: 1 d}}}}\n");
    economy_begin(&t, 0);
    economy_until(&t, 9);
    ck_assert_double_eq(foreseen(&t).apr, 0);
    economy_until(&t, 15);
    const double supply = 114876027.0 - 33866757.0;
    ck_assert_double_eq_tol(foreseen(&t).apr, 2e-4 * supply * 365 / STAKE, 1e-9);
    economy_until(&t, 20);
    ck_assert_double_eq_tol(t.w->eco->emission_rate, 2e-4 * supply * 365, 1);
    economy_close(&t);
}
END_TEST

/* ---- which news ---- */

#define PAYS(rate) "{policies.emission: {steps: [{from: 2026-01-01, rate: " #rate "}]}}"
#define ONE        "policies: {emission: {use: schedule, steps: [{from: 2026-01-01, rate: 1e6}]}}\n"

static const struct {
    const char *actions;
    double at, rate; /* what stakers reckon with at that time, VVV/yr */
} news[] = {
    /* Up for a while: what comes first counts, not what is left in the end. */
    {"{up: {at: 20, lead: 15, set: " PAYS(4e6) "}, back: {at: 30, lead: 30, set: " PAYS(1e6) "}}",
     10, 4e6},
    {"{up: {at: 20, lead: 15, set: " PAYS(4e6) "}, back: {at: 30, lead: 30, set: " PAYS(1e6) "}}",
     3, 1e6},
    {"{up: {at: 20, lead: 15, set: " PAYS(4e6) "}, back: {at: 30, lead: 30, set: " PAYS(1e6) "}}",
     25, 1e6},
    /* One that nobody was told of is no news; the one behind it is. */
    {"{quiet: {at: 20, set: " PAYS(4e6) "}, told: {at: 30, lead: 25, set: " PAYS(2e6) "}}", 10,
     2e6},
    {"{quiet: {at: 20, set: " PAYS(4e6) "}, told: {at: 30, lead: 5, set: " PAYS(2e6) "}}", 22, 4e6},
    /* Two of one time are one. */
    {"{a: {at: 20, lead: 15, set: " PAYS(4e6) "}, b: {at: 20, lead: 12, set: " PAYS(3e6) "}}", 10,
     3e6},
    {"{a: {at: 20, lead: 15, set: " PAYS(4e6) "}, b: {at: 20, lead: 8, set: " PAYS(3e6) "}}", 10,
     4e6},
    /* A lead beyond the start: known from the start on. */
    {"{a: {at: 20, lead: 90, set: " PAYS(4e6) "}}", 1e-6, 4e6},
};

START_TEST(holders_reckon_with_what_was_announced_and_comes_next)
{
    char text[1500];
    ds_economy_test t;
    snprintf(text, sizeof text, STILL ONE "governance: %s\n", news[_i].actions);
    economy_open(&t, text);
    economy_begin(&t, 0);
    economy_until(&t, news[_i].at);
    ck_assert_double_eq_tol(foreseen(&t).apr, news[_i].rate / STAKE, 1e-12);
    economy_close(&t);
}
END_TEST

#define STEPS                                                                             \
    "policies: {emission: {use: schedule, steps: [{from: 2026-01-01, rate: 4e6}, {from: " \
    "2026-10-15, rate: 1e6}]}}\n"

/* News of the providers says nothing about emission, whose schedule was known all along. */
START_TEST(news_of_one_thing_is_no_news_of_another)
{
    ds_economy_test t;
    economy_open(&t, STILL STEPS "governance: {a: {at: 35, lead: 30, set: {providers.mttf: 1}}}\n");
    economy_begin(&t, 0);
    economy_until(&t, 10);
    const ds_outlook now = ds_holders_outlook(t.w), then = foreseen(&t);
    ck_assert_uint_eq(t.w->eco->actions_told, 1);
    ck_assert_mem_eq(&now, &then, sizeof now);
    economy_close(&t);
}
END_TEST

/* Stakers get as much more of the day's fees as their share grows by. */
START_TEST(announced_shares_of_fees_are_foreseen)
{
    ds_economy_test t;
    economy_open(&t, FRAME
                 "holders: {scale: 0.01, anticipation: 1}\ndemand: {jobs_per_day: 500}\npolicies: "
                 "{fee_split: {use: fixed, providers: 0.7, stakers: 0.1, minters: 0, treasury: "
                 "0.2, burn: 0}}\ngovernance: {a: {at: 9, lead: 3, set: {policies.fee_split: "
                 "{stakers: 0.2, minters: 0.1, treasury: 0}}}}\n");
    economy_begin(&t, 0);
    economy_until(&t, 7.5);
    const ds_economy *const e = t.w->eco;
    const ds_book *const vvv = &e->ledger.book[DS_VVV];
    const double stake = ds_tokens(vvv->bucket[DS_STAKED] + vvv->bucket[DS_LOCKED]);
    const double locked = ds_tokens(vvv->bucket[DS_LOCKED]);
    const ds_outlook now = ds_holders_outlook(t.w), then = foreseen(&t);
    const double more = 365 * 0.1 * e->revenue_day / e->vvv_price;
    ck_assert_double_gt(e->revenue_day, 1000);
    ck_assert_double_eq_tol(then.apr - now.apr, more / stake, 1e-12);
    ck_assert_double_eq_tol(then.locked_apr - now.locked_apr, more / stake + more / locked, 1e-9);
    economy_close(&t);
}
END_TEST

/* ---- failures ---- */

static const struct {
    const char *set, *why;
} failing[] = {
    {"policies.mint: {use: formula, rate: \"supply - supply\"}", "'rate' gave 0 VVV/DIEM"},
    {"policies.emission: {use: formula, emission: \"0 - supply_of\", supply_of: 3}",
     "'emission' gave -3 VVV/yr"},
    {"policies.mint: {use: lua, file: n.lua}", "n.lua:1:"},
};

START_TEST(an_announced_policy_without_an_answer_ends_the_run)
{
    static const char wrong[] = "return {rate = function(p, now, s) return nobody.knows end}\n";
    char text[900];
    ds_economy_test t;
    snprintf(text, sizeof text,
             FRAME "holders: {scale: 0.1}\ndemand: {jobs_per_day: 10}\ngovernance: {a: {at: 30, "
                   "lead: 20, set: {%s}}}\n",
             failing[_i].set);
    economy_open_with(&t, text, &(const ds_scenario_file)ECONOMY_FILE("n.lua", wrong), 1);
    economy_begin(&t, 0);
    ck_assert(!ds_replica_until(&t.replica, 12));
    ck_assert_int_eq(t.replica.status.code, DS_E_POLICY);
    ck_assert_msg(strstr(t.replica.status.text, failing[_i].why), "%s", t.replica.status.text);
    economy_close(&t);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{jobs_that_wait_lose_a_patience_that_becomes_shorter, 0},
                             {jobs_go_to_the_cheapest_from_the_moment_that_dispatch_says_so, 0},
                             {a_lower_lltv_liquidates_at_once, 0},
                             {an_average_of_prices_is_brought_forward_by_its_old_window, 0},
                             {bounds_of_the_rate_may_pass_the_first_rate, 0},
                             {every_clock_has_its_new_rate_at_once, 0},
                             {demand_grows_on_from_where_it_is, 0},
                             {demand_grows_on_behind_its_path, 0},
                             {the_outside_price_drifts_on_from_where_it_is, 0},
                             {an_action_leaves_a_run_on_redemption_alone, 0},
                             {a_formula_that_stays_keeps_its_room, 0},
                             {a_rule_and_its_numbers_come_in_any_order, 0},
                             {a_script_begins_when_its_action_is_done_whatever_was_asked_before, 0},
                             {a_policy_with_a_memory_is_foreseen_as_it_will_begin, 0},
                             {holders_reckon_with_what_was_announced_and_comes_next,
                              (int)(sizeof news / sizeof news[0])},
                             {news_of_one_thing_is_no_news_of_another, 0},
                             {announced_shares_of_fees_are_foreseen, 0},
                             {an_announced_policy_without_an_answer_ends_the_run,
                              (int)(sizeof failing / sizeof failing[0])},
                             {0}};
    return ds_run_tests("actions", tests, 60);
}
