/* Actions: what they may change, when it holds, and what is known of it before. */
#include "run.h"
#include "tests/economy.h"

#include "models/diem/governance.h"
#include "models/diem/minting.h"
#include "models/diem/prospect.h"
#include "models/diem/staking.h"
#include "models/policies/view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SMALL                                                                         \
    "start: 2026-09-19\nhorizon: 40 d\nseed: 5\nreplicas: 1\nholders: {scale: 0.1}\n" \
    "demand: {jobs_per_day: 100}\n"
#define STILL                                                                                     \
    "start: 2026-09-19\nhorizon: 40 d\nseed: 5\nholders: {review: 36500, cohorts: {all: {count: " \
    "50, inertia: 1}}}\nconsumers: {review: 36500}\nproviders: {review: 36500}\nmarkets: "        \
    "{arbitrage: 0, noise: 0}\ndemand: {scale: 0}\n"

/* ---- whole runs ---- */

static size_t values(void)
{
    return ds_metric_count(ds_diem_model.metrics) * 41;
}

static double *rows_of(const char *text, uint32_t replica)
{
    ds_economy_test t;
    double outcomes[64];
    double *const rows = calloc(values(), sizeof *rows);
    economy_open(&t, text);
    ck_assert_msg(ds_replica_run(&t.replica, replica, rows, outcomes), "%s", t.replica.status.text);
    economy_close(&t);
    return rows;
}

static double at(const double *rows, size_t day, const char *metric)
{
    return rows[day * ds_metric_count(ds_diem_model.metrics) + economy_metric(metric)];
}

static double sum(const double *rows, size_t from, size_t to, const char *metric)
{
    double sum = 0;
    for (size_t day = from; day < to; day++)
        sum += at(rows, day, metric);
    return sum;
}

/* Days that are the same to the bit, from the start on. */
static size_t same_days(const double *a, const double *b)
{
    const size_t metrics = ds_metric_count(ds_diem_model.metrics);
    size_t day = 0;
    while (day < 41 && memcmp(a + day * metrics, b + day * metrics, metrics * sizeof *a) == 0)
        day++;
    return day;
}

START_TEST(an_action_holds_from_its_time_and_changes_nothing_before)
{
    static const char *const times[] = {"20 d", "2026-10-09", "480 h", "20"};
    char text[500];
    double *const base = rows_of(SMALL, 0);
    snprintf(text, sizeof text,
             SMALL "governance: {raise: {at: %s, set: {policies.mint: {target: "
                   "50000}}}}\n",
             times[_i]);
    double *const raised = rows_of(text, 0);
    ck_assert_uint_eq(same_days(base, raised),
                      20); /* days 0 .. 19: the grid time 20 is behind it */
    /* The table of the contract: upper edge of the bucket. */
    const double supply = at(raised, 20, "diem_supply");
    const double edge = (floor(supply / 500) + 1) * 500;
    ck_assert_double_eq_tol(at(raised, 20, "mint_rate"), 90 * exp(2 * pow(edge / 50000, 3)), 1e-4);
    free(base), free(raised);
}
END_TEST

START_TEST(a_later_replica_begins_under_the_first_rules_again)
{
    ds_economy_test t;
    double outcomes[64];
    double *const first = calloc(values(), sizeof *first), *const second =
                                                               calloc(values(), sizeof *second);
    economy_open(&t, SMALL "governance: {a: {at: 10, set: {policies: {mint: {use: constant, rate: "
                           "300}}, demand.scale: 2, holders.review: 2 d}}}\n");
    ck_assert(ds_replica_run(&t.replica, 3, first, outcomes));
    ck_assert(t.w->config != t.w->base);
    ck_assert(ds_replica_run(&t.replica, 3, second, outcomes));
    ck_assert_mem_eq(first, second, values() * sizeof *first);
    ck_assert_double_eq(at(first, 40, "mint_rate"), 300);
    economy_close(&t);
    free(first), free(second);
}
END_TEST

START_TEST(actions_of_one_time_are_laid_over_each_other_as_written)
{
    ds_economy_test t;
    economy_open(&t, STILL "governance:\n"
                           "  third: {at: 9, set: {policies.mint: {rate: 7}}}\n"
                           "  first: {at: 5, set: {policies.mint: {use: constant, rate: 5}}}\n"
                           "  second: {at: 5, set: {policies.mint: {use: constant, rate: 6}}}\n");
    economy_begin(&t, 0);
    economy_until(&t, 5.5);
    ck_assert_double_eq(ds_mint_rate(t.w), 6);
    economy_until(&t, 9.5);
    ck_assert_double_eq(ds_mint_rate(t.w), 7);
    ck_assert_uint_eq(t.w->eco->actions_done, 3);
    economy_close(&t);
}
END_TEST

START_TEST(a_copied_state_goes_on_under_its_own_rules)
{
    ds_economy_test t;
    economy_open(&t, STILL "governance: {a: {at: 5, set: {policies.mint: {use: formula, rate: "
                           "\"2 * base\", base: 21}}}}\n");
    economy_begin(&t, 0);
    economy_until(&t, 6);
    char *const kept = malloc(t.replica.arena.size);
    memcpy(kept, t.replica.arena.base, t.replica.arena.size);
    economy_begin(&t, 1);
    ck_assert_double_gt(ds_mint_rate(t.w), 100);
    memcpy(t.replica.arena.base, kept, t.replica.arena.size);
    ds_governance_resume(t.w);
    ck_assert_double_eq(ds_mint_rate(t.w), 42);
    economy_close(&t);
    free(kept);
}
END_TEST

/* ---- what an action reaches ---- */

START_TEST(what_locked_stake_kept_hangs_on_when_it_was_earned)
{
    ds_economy_test t;
    economy_open(
        &t,
        STILL "policies: {emission: {use: schedule, steps: [{from: 2026-01-01, rate: 3.65e6}]}}\n"
              "governance: {more: {at: 10, set: {staking.locked_keep: 1}}, less: {at: 20, set: "
              "{staking: {locked_keep: 0.25}}}}\n");
    economy_begin(&t, 0);
    ds_holder *const h = &t.w->holder[7];
    const double staked = ds_tokens(h->staked), locked = ds_tokens(h->locked),
                 liquid = ds_tokens(h->liquid);
    economy_until(&t, 30);
    ck_assert(ds_staking_settle(t.w, h));
    const double share = 1e5 / 33941209.0; /* ten days' emission for one staked VVV */
    ck_assert_double_eq_tol(ds_tokens(h->liquid) - liquid,
                            3 * staked * share + (0.8 + 1 + 0.25) * locked * share, 1e-6);
    ck_assert_double_eq_tol(ds_tokens(t.w->eco->ledger.book[DS_VVV].bucket[DS_PROTOCOL]),
                            (0.2 + 0 + 0.75) * 8954490 * share, 1e-4);
    for (uint32_t i = 0; i < t.w->holders; i++)
        ck_assert(ds_staking_settle(t.w, &t.w->holder[i]));
    ck_assert_int_ge(t.w->eco->ledger.book[DS_VVV].bucket[DS_REWARDS], 0);
    ck_assert(ds_economy_audit(t.w, &t.replica.status));
    economy_close(&t);
}
END_TEST

/* A clock at another rate: the 50 holders review 50 / 5 times a day, so 200 times in 20 days, give
 * or take five times the root. */
START_TEST(rates_of_events_follow)
{
    ds_economy_test t;
    economy_open(&t, STILL "governance: {a: {at: 10, set: {holders.review: 5 d}}}\n");
    economy_begin(&t, 0);
    economy_until(&t, 10);
    const uint32_t before = t.w->eco->ahead_at;
    ck_assert_uint_lt(before, DS_AHEAD + 3);
    economy_until(&t, 30);
    ck_assert_double_eq_tol(t.w->eco->ahead_at - before, 200, 5 * sqrt(200));
    economy_close(&t);
}
END_TEST

/* An hour's jobs are drawn from the hour's own words, each of them once: an action in the middle of
 * it begins them anew as little as it draws others. */
START_TEST(an_action_within_an_hour_neither_repeats_nor_changes_its_jobs)
{
    double *const base = rows_of(SMALL, 0);
    double *const idle =
        rows_of(SMALL "governance: {a: {at: 12.1 h, set: {perpetual.cap: 0.3}}}\n", 0);
    for (size_t day = 1; day <= 40; day++) {
        ck_assert_double_eq(at(idle, day, "jobs"), at(base, day, "jobs"));
        ck_assert_double_eq_tol(at(idle, day, "demand"), at(base, day, "demand"), 1e-6);
    }
    free(base), free(idle);
}
END_TEST

/* A schedule that pays 365 VVV a day for ten days, and then a formula that pays one. */
START_TEST(emission_is_asked_anew)
{
    ds_economy_test t;
    economy_open(
        &t,
        STILL "policies: {emission: {use: schedule, steps: [{from: 2026-01-01, rate: 133225}]}}\n"
              "governance: {a: {at: 10.5, set: {policies: {emission: {use: formula, emission: "
              "\"365 * x\", x: 1}}}}}\n");
    economy_begin(&t, 0);
    const ds_amount before = ds_ledger_supply(&t.w->eco->ledger, DS_VVV);
    economy_until(&t, 20.5);
    ck_assert(ds_staking_accrue(t.w));
    ck_assert_double_eq_tol(ds_tokens(ds_ledger_supply(&t.w->eco->ledger, DS_VVV) - before),
                            10.5 * 365 + 10, 1e-6);
    economy_close(&t);
}
END_TEST

/* ---- what is known before ---- */

static const char *announced(char *text, size_t room, double target, double anticipation)
{
    snprintf(text, room,
             SMALL "holders: {anticipation: %g}\ngovernance: {raise: {at: 25, lead: 15 d, set: "
                   "{policies.mint: {target: %g}}}}\n",
             anticipation, target);
    /* One mapping of holders is enough. */
    char *const twice = strstr(text, "holders: {scale: 0.1}\n");
    memmove(twice, twice + strlen("holders: {scale: 0.1}\n"),
            strlen(twice + strlen("holders: {scale: 0.1}\n")) + 1);
    return text;
}

START_TEST(an_announcement_moves_only_those_who_anticipate)
{
    char text[600];
    double *const blind = rows_of(announced(text, sizeof text, 30000, 0), 0);
    double *const aware = rows_of(announced(text, sizeof text, 30000, 1), 0);
    const size_t same = same_days(blind, aware);
    ck_assert_uint_ge(same, 11);
    ck_assert_uint_le(same, 12);
    free(blind), free(aware);
}
END_TEST

/* Who knows that minting will be dearer mints now; who knows that it will be cheaper waits. One
 * large holder who chooses otherwise can turn a replica, so most must agree. */
START_TEST(mints_move_ahead_of_a_dearer_rate_and_behind_a_cheaper_one)
{
    char text[600];
    int dearer = 0, cheaper = 0;
    for (uint32_t r = 0; r < 5; r++) {
        double *const up0 = rows_of(announced(text, sizeof text, 33000, 0), r);
        double *const up1 = rows_of(announced(text, sizeof text, 33000, 1), r);
        double *const down0 = rows_of(announced(text, sizeof text, 60000, 0), r);
        double *const down1 = rows_of(announced(text, sizeof text, 60000, 1), r);
        dearer += sum(up1, 11, 25, "diem_minted") > sum(up0, 11, 25, "diem_minted") + 10;
        cheaper += sum(down1, 11, 25, "diem_minted") < sum(down0, 11, 25, "diem_minted") - 10;
        free(up0), free(up1), free(down0), free(down1);
    }
    ck_assert_int_ge(dearer, 4);
    ck_assert_int_ge(cheaper, 4);
}
END_TEST

/* Mean and standard error of what paired replicas differ by. */
typedef struct ds_paired {
    double mean, error;
} ds_paired;

enum { PAIRS = 12 };

static ds_paired paired(const char *a, const char *b, size_t day, const char *metric)
{
    double sum = 0, squares = 0;
    for (uint32_t r = 0; r < PAIRS; r++) {
        double *const with = rows_of(a, r), *const without = rows_of(b, r);
        const double by = at(with, day, metric) - at(without, day, metric);
        sum += by;
        squares += by * by;
        free(with), free(without);
    }
    const double mean = sum / PAIRS;
    return (ds_paired){mean, sqrt((squares / PAIRS - mean * mean) / (PAIRS - 1))};
}

/* An end of all emission at 35 d. No whales, so that few pairs suffice. */
#define EMITS                                                                               \
    "start: 2026-09-19\nhorizon: 40 d\nseed: 5\nreplicas: 1\ndemand: {jobs_per_day: 100}\n" \
    "policies: {emission: {use: schedule, steps: [{from: 2026-01-01, rate: 6e6}]}}\n"
#define CUT(lead, weight)                                                                          \
    EMITS "holders: {anticipation: " #weight                                                       \
          ", cohorts: {all: {count: 1000, pareto: 4, inertia: 0.5}}}\ngovernance: {cut: {at: 35, " \
          "lead: " #lead ", set: {policies.emission: {steps: [{from: 2026-01-01, rate: 0}]}}}}\n"

START_TEST(stake_leaves_before_an_announced_cut_of_emission)
{
    const ds_paired told = paired(CUT(30, 1), CUT(0, 1), 34, "vvv_staked");
    ck_assert_msg(told.mean < -5 * told.error, "%g +- %g VVV", told.mean, told.error);
    ck_assert_double_lt(told.mean, -1e5);
    /* Half the weight, less of it. */
    const ds_paired half = paired(CUT(30, 0.5), CUT(0, 1), 34, "vvv_staked");
    ck_assert_msg(half.mean < -5 * half.error, "%g +- %g VVV", half.mean, half.error);
    ck_assert_double_gt(half.mean, told.mean);
}
END_TEST

START_TEST(without_lead_or_anticipation_nothing_moves_before_the_cut)
{
    static const char *const blind[] = {CUT(0, 1), CUT(0, 0), CUT(30, 0)};
    static const char none[] =
        EMITS "holders: {cohorts: {all: {count: 1000, pareto: 4, inertia: 0.5}}}\n";
    double *const without = rows_of(none, 0), *const with = rows_of(blind[_i], 0);
    ck_assert_uint_eq(same_days(without, with), 35);
    free(without), free(with);
}
END_TEST

static ds_outlook foreseen_at(ds_economy_test *t, double time)
{
    economy_until(t, time);
    ds_outlook outlook = ds_holders_outlook(t->w);
    ck_assert(ds_governance_foresee(t->w, &outlook));
    return outlook;
}

/* Half of the way to an emission that doubles, by hand: APR 1.5 times. */
START_TEST(announced_yields_count_by_their_weight)
{
    ds_economy_test t;
    economy_open(&t, STILL
                 "policies: {emission: {use: schedule, steps: [{from: 2026-01-01, rate: 1e6}]}}\n"
                 "governance: {a: {at: 30, lead: 20, set: {policies: {emission: {steps: [{from: "
                 "2026-01-01, rate: 2e6}]}}}}}\n");
    economy_begin(&t, 0);
    ck_assert_double_eq_tol(foreseen_at(&t, 9).apr, 1e6 / 33941209.0, 1e-12);
    const ds_outlook then = foreseen_at(&t, 11), now = ds_holders_outlook(t.w);
    ck_assert_double_eq_tol(then.apr, 1.5e6 / 33941209.0, 1e-12);
    ck_assert_double_eq_tol(then.locked_apr, 1.5 * now.locked_apr, 1e-12);
    ck_assert_double_eq(then.proceeds, now.proceeds);
    ck_assert_double_eq_tol(foreseen_at(&t, 31).apr, 2e6 / 33941209.0, 1e-12);
    economy_close(&t);
}
END_TEST

/* What a policy remembers is its own while another number of it changes; one that comes instead of
 * it begins anew. In eleven rounds the part that is issued rises from 1e-4 to 2.1e-4. */
static const struct {
    const char *set;
    double part; /* a day, of all VVV */
} foreseen[] = {
    {"{policies.emission.round: 0.5}", 2 * 2.1e-4},
    {"{policies: {emission: {use: schedule, steps: [{from: 2026-01-01, rate: 36500}]}}}",
     100.0 / 81.0e6},
};

START_TEST(what_is_foreseen_of_a_policy_that_stays_is_what_it_remembers)
{
    ds_economy_test t;
    ds_terms terms;
    char text[1000];
    snprintf(
        text, sizeof text,
        STILL
        "policies: {emission: {use: target_bonding, inflation: 1e-4, change: 1e-5, target: 1}}\n"
        "governance: {a: {at: 30, lead: 25, set: %s}}\n",
        foreseen[_i].set);
    economy_open(&t, text);
    economy_begin(&t, 0);
    economy_until(&t, 11.5);
    const ds_action *const action = t.w->base->governance.items;
    ck_assert(ds_terms_then(t.w, action->set.config, 1, action->at, &terms));
    const double all = ds_tokens(ds_ledger_supply(&t.w->eco->ledger, DS_VVV));
    ck_assert_double_eq_tol(terms.emission / 365 / all, foreseen[_i].part,
                            foreseen[_i].part * 0.02);
    economy_close(&t);
}
END_TEST

/* Of two at one time what both leave counts, and of a later one nothing yet. */
START_TEST(actions_of_one_time_are_foreseen_together)
{
    ds_economy_test t;
    economy_open(&t, STILL
                 "policies: {emission: {use: schedule, steps: [{from: 2026-01-01, rate: 1e6}]}}\n"
                 "governance:\n"
                 "  a: {at: 30, lead: 20, set: {policies.emission: {steps: [{from: 2026-01-01, "
                 "rate: 2e6}]}}}\n"
                 "  b: {at: 30, lead: 20, set: {policies.emission: {steps: [{from: 2026-01-01, "
                 "rate: 3e6}]}}}\n"
                 "  c: {at: 31, lead: 20, set: {policies.emission: {steps: [{from: 2026-01-01, "
                 "rate: 9e6}]}}}\n");
    economy_begin(&t, 0);
    /* Half of the way to 3e6. */
    ck_assert_double_eq_tol(foreseen_at(&t, 12).apr, 2e6 / 33941209.0, 1e-12);
    economy_close(&t);
}
END_TEST

/* ---- refusals ---- */

static const struct {
    const char *text, *message;
} refused[] = {
    {"{x: {at: 5, set: {initial.vvv_price: 3}}}", "'initial' is read when a replica begins"},
    {"{x: {at: 5, set: {holders: {scale: 2}}}}", "'scale' is read when a replica begins"},
    {"{x: {at: 5, set: {consumers.cohorts.agents.count: 2}}}", "'count' is read when a replica"},
    {"{x: {at: 5, set: {markets.rental.price: 2}}}", "'price' is read when a replica begins"},
    {"{x: {at: 5, set: {providers.cohorts.datacenters.sizes: {distribution: zipf}}}}",
     "'sizes' is read when a replica begins"},
    {"{x: {at: 5, set: {horizon: 3}}}", "'horizon' is no parameter that an action can change"},
    {"{x: {at: 5, set: {governance: {y: {at: 3}}}}}", "'governance' is read when a replica begins"},
    {"{x: {at: 5, set: {demand.scael: 3}}}", "did you mean 'scale'?"},
    {"{x: {at: 5, set: {demand: {scael: 3}}}}", "did you mean 'scale'?"},
    {"{x: {at: 5, set: {demand.scale: -3}}}", "'scale' is -3, must lie in [0, 1000000]"},
    {"{x: {at: 5, set: {policies.mint.use: tabel}}}", "did you mean 'table'?"},
    {"{x: {at: 5, set: {holders.cohorts: {nobody: {use: 0.1}}}}}", "has no entry 'nobody'"},
    {"{x: {at: 5, set: {holders: {cohorts: {long_term: null}}}}}", "cannot take an entry"},
    {"{x: {at: 5, set: {}}}", "'set' must be a mapping"},
    {"{x: {at: 5}}", "'set' is missing"},
    {"{x: {set: {demand.scale: 3}}}", "'at' is missing"},
    {"{x: {at: 2026-09-18, set: {demand.scale: 3}}}",
     "'at' is 2026-09-18, must not be before the start, 2026-09-19"},
    {"{x: {at: -1 d, set: {demand.scale: 3}}}", "'at' is -1 d, must lie in [0"},
    {"{x: {at: 5, lead: -1, set: {demand.scale: 3}}}", "'lead' is -1 d, must lie in [0"},
    {"{x: {at: 5, set: {perpetual.maintenance: 0.9}}}", "must be below 'perpetual.margin'"},
    {"{x: {at: soon, set: {demand.scale: 3}}}", "'at' is 'soon'"},
    {"{x: {at: 5, set: {providers.cohorts.datacenters.sizes: {distribution: lognormal}}}}",
     "'sizes' is read when a replica begins"},
    {"{x: {at: 5, set: {lending.active: true}}}", "'active' is read when a replica begins"},
    {"{x: {at: 5, set: {shocks: {crash: {at: 3}}}}}", "'shocks' is read when a replica begins"},
};

START_TEST(what_an_action_cannot_do_is_refused)
{
    char text[300];
    ds_scenario s;
    ds_status st = {0};
    snprintf(text, sizeof text, "start: 2026-09-19\nseed: 1\ngovernance: %s\n", refused[_i].text);
    const ds_scenario_request q = {.path = "g.yaml", .text = text, .models = ds_models};
    ck_assert_msg(!ds_scenario_load(&s, &q, &st), "accepted: %s", refused[_i].text);
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_msg(strstr(st.text, refused[_i].message) != NULL, "'%s' says: %s", refused[_i].text,
                  st.text);
    ds_scenario_free(&s);
}
END_TEST

static ds_scenario loaded(const char *text)
{
    ds_scenario s;
    ds_status st = {0};
    const ds_scenario_request q = {.path = "g.yaml", .text = text, .models = ds_models};
    ck_assert_msg(ds_scenario_load(&s, &q, &st), "%s", st.text);
    return s;
}

static const ds_diem_config *config_of(ds_scenario *s, size_t point)
{
    ds_status st = {0};
    const void *config;
    ck_assert_msg(ds_scenario_config(s, point, &config, &st), "%s", st.text);
    return config;
}

static const ds_action *first_action(ds_scenario *s, size_t point)
{
    return config_of(s, point)->governance.items;
}

/* The config that an action brings. */
static const ds_diem_config *brought(ds_scenario *s, size_t point)
{
    return first_action(s, point)->set.config;
}

#define POINTS "start: 2026-09-19\nhorizon: 100 d\nseed: 1\n"

START_TEST(variants_and_sweeps_change_actions)
{
    ds_scenario s =
        loaded(POINTS "governance: {x: {at: 5, set: {policies.mint: {use: constant, rate: "
                      "300}, demand.scale: 2}}}\nvariants:\n  none: {governance: {x: null}}\n"
                      "  late: {governance: {x: {at: 2026-10-19}}}\n  other: {governance: {x: "
                      "{set: {policies.mint: {use: linear}}}}}\n  dearer: {governance: {x: {set: "
                      "{policies.mint: {rate: 400}}}}}\n  nested: {governance: {x: {set: "
                      "{policies: {mint: {rate: 500}}, demand: {scale: 3}}}}}\n");
    ck_assert_uint_eq(config_of(&s, 0)->governance.count, 0);
    ck_assert_double_eq(first_action(&s, 1)->at, 30);
    ck_assert_double_eq(brought(&s, 1)->demand.scale, 2);
    ck_assert_str_eq(brought(&s, 2)->policies.rule[DS_RULE_MINT].as->name, "linear");
    ck_assert_double_eq(brought(&s, 2)->demand.scale, 2);
    ck_assert_double_eq(*(double *)brought(&s, 3)->policies.rule[DS_RULE_MINT].params, 400);
    ck_assert_double_eq(*(double *)brought(&s, 4)->policies.rule[DS_RULE_MINT].params, 500);
    ck_assert_double_eq(brought(&s, 4)->demand.scale, 3);
    ds_scenario_free(&s);
    s = loaded(POINTS "governance: {x: {at: 5, set: {demand.scale: 2}}}\nsweep: "
                      "{governance.x.at: [10, 20], governance.x.set.demand.scale: [3, 4]}\n");
    ck_assert_uint_eq(s.points, 4);
    ck_assert_double_eq(first_action(&s, 3)->at, 20);
    ck_assert_double_eq(brought(&s, 0)->demand.scale, 3);
    ck_assert_double_eq(brought(&s, 3)->demand.scale, 4);
    ds_scenario_free(&s);
}
END_TEST

START_TEST(a_map_of_a_cohort_changes_what_it_names_and_no_more)
{
    ds_scenario s =
        loaded(POINTS "governance: {x: {at: 5, set: {holders.cohorts.long_term: {belief: 0.1, "
                      "inertia: 0.5}, holders: {review: 3 d}}}}\n");
    const ds_holder_cohort *const before = config_of(&s, 0)->holders.cohorts.items;
    const ds_holder_cohort *const after = brought(&s, 0)->holders.cohorts.items;
    ck_assert_uint_eq(brought(&s, 0)->holders.cohorts.count, 4);
    ck_assert_double_eq(after[3].belief, 0.1);
    ck_assert_double_eq(after[3].inertia, 0.5);
    ck_assert_double_eq(after[3].step, before[3].step);
    ck_assert_double_eq(after[2].belief, before[2].belief);
    ck_assert_double_eq(brought(&s, 0)->holders.review, 3);
    ds_scenario_free(&s);
}
END_TEST

/* One more than the states have room for. */
START_TEST(there_are_at_most_64_actions)
{
    char text[8000] = POINTS "governance:\n";
    for (int i = 0; i < 65; i++) {
        const size_t end = strlen(text);
        snprintf(text + end, sizeof text - end,
                 "  a%d: {at: 5, lead: 5, set: {staking.locked_keep: %g}}\n", i, 0.1 + i * 0.01);
        if (i != 63)
            continue;
        ds_economy_test t;
        economy_open(&t, text);
        economy_begin(&t, 0);
        economy_until(&t, 6);
        ck_assert_uint_eq(t.w->eco->actions_done, 64);
        ck_assert_uint_eq(t.w->eco->keeps, 64);
        ck_assert(ds_economy_audit(t.w, &t.replica.status));
        economy_close(&t);
    }
    ds_scenario s;
    ds_status st = {0};
    const ds_scenario_request q = {.path = "g.yaml", .text = text, .models = ds_models};
    ck_assert(!ds_scenario_load(&s, &q, &st));
    ck_assert_ptr_nonnull(strstr(st.text, "'governance' has 65 entries, must have 0 to 64"));
    ds_scenario_free(&s);
}
END_TEST

START_TEST(an_action_behind_the_horizon_is_warned_of)
{
    ds_scenario s;
    ds_status st = {0};
    const ds_scenario_request q = {.path = "g.yaml",
                                   .text = "horizon: 9 d\nseed: 1\ngovernance: {x: {at: 10, set: "
                                           "{demand.scale: 3}}}\n",
                                   .models = ds_models};
    ck_assert(ds_scenario_load(&s, &q, &st));
    ck_assert_uint_eq(s.warning_count, 1);
    ck_assert_ptr_nonnull(
        strstr(s.warnings[0], "'at' is 10, which lies beyond the horizon of 9 d"));
    ds_scenario_free(&s);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {an_action_holds_from_its_time_and_changes_nothing_before, 4},
        {a_later_replica_begins_under_the_first_rules_again, 0},
        {actions_of_one_time_are_laid_over_each_other_as_written, 0},
        {a_copied_state_goes_on_under_its_own_rules, 0},
        {what_locked_stake_kept_hangs_on_when_it_was_earned, 0},
        {rates_of_events_follow, 0},
        {an_action_within_an_hour_neither_repeats_nor_changes_its_jobs, 0},
        {emission_is_asked_anew, 0},
        {an_announcement_moves_only_those_who_anticipate, 0},
        {mints_move_ahead_of_a_dearer_rate_and_behind_a_cheaper_one, 0},
        {stake_leaves_before_an_announced_cut_of_emission, 0},
        {without_lead_or_anticipation_nothing_moves_before_the_cut, 3},
        {actions_of_one_time_are_foreseen_together, 0},
        {what_is_foreseen_of_a_policy_that_stays_is_what_it_remembers,
         sizeof foreseen / sizeof foreseen[0]},
        {announced_yields_count_by_their_weight, 0},
        {variants_and_sweeps_change_actions, 0},
        {a_map_of_a_cohort_changes_what_it_names_and_no_more, 0},
        {there_are_at_most_64_actions, 0},
        {what_an_action_cannot_do_is_refused, (int)(sizeof refused / sizeof refused[0])},
        {an_action_behind_the_horizon_is_warned_of, 0},
        {0}};
    return ds_run_tests("governance", tests, 60);
}
