/* What the economy cannot be is refused as it is read; what it can be no longer ends its replica.
 * Both say what is wrong and what would be right. */
#include "run.h"
#include "tests/economy.h"

#include <stdio.h>
#include <string.h>

typedef struct wrong {
    const char *said, *answer;
} wrong;

static const wrong unread[] = {
    {"initial: {vvv_burned: 2e9}",
     "'initial.vvv_burned' is 2e+09, must be at most 'initial.vvv_supply'"},
    {"initial: {vvv_locked: 0}", "'initial.vvv_locked' is 0 while 'initial.diem_supply' is"},
    {"initial: {diem_staked: 1e6}", "'initial.diem_staked' is 1000000, must be at most"},
    {"holders: {cohorts: {arbitrageurs: {count: 9e7}, long_term: {count: 9e7}}}",
     "holders with those who come, must be at most 100,000,000"},
    {"consumers: {cohorts: {developers: {count: 9e6}, apps: {count: 9e6}}}",
     "consumers with those who come, must be at most 10,000,000"},
    {"providers: {cohorts: {independents: {count: 9e5}, datacenters: {count: 9e5}}}",
     "providers, must be at most 1,000,000"},
    {"demand: {size: {distribution: pareto, alpha: 0.9}}",
     "'demand.size' has an infinite mean, must be finite"},
    {"providers: {repair: {distribution: pareto, alpha: 1}}",
     "'providers.repair' has an infinite mean"},
    {"lending: {active: true, interest: {least: 0.5, most: 0.4, rate: 0.4}}",
     "'lending.interest.least' is 0.5, must be at most 'most' = 0.4"},
    {"perpetual: {active: true, margin: 0.1, maintenance: 0.2}", "maintenance"},
    {"holders: {growth: {curve: path, counts: null}}",
     "'counts' names no file, must be a CSV file"},
    {"holders: {growth: {curve: logistic, midpoint: 100, rate: 2}}",
     "'rate' is 2 1/yr beside a 'midpoint'"},
    {"holders: {growth: {curve: logistic, midpoint: 100, limit: 2}}",
     "'limit' is 2, must be above 2"},
    {"policies: {fee_split: {use: tiered, tiers: [{from: 5, providers: 1}, {from: 5, providers: "
     "1}]}}",
     "tier 2 is from 5, must be above tier 1 (5)"},
    {"shocks: {\"a b\": {kind: price, at: 1 d, depth: 0.5}}", "the name of a shock must be 1 to"},
    {"shocks: {a: {kind: price, depth: 0.5}}", "has neither 'at' nor 'rate'"},
    {"shocks: {a: {kind: price, at: 1 d, rate: 2, depth: 0.5}}",
     "'rate' is 2 1/yr beside 'at' = 1 d"},
    {"shocks: {a: {kind: price, at: 1 d}}", "has neither 'depth' nor 'size'"},
    {"shocks: {a: {kind: price, at: 1 d, depth: 1.5}}",
     "'depth' of a shock of price is 1.5, must lie in"},
    {"shocks: {a: {kind: price, at: 1 d, depth: 0.5, onset: 2 d}}",
     "'onset' is 2 d, which a shock of shape step does not have"},
    {"shocks: {a: {kind: price, at: 1 d, depth: 0.5, shape: ramp}}", "shock 'a' lacks 'onset'"},
    {"shocks: {a: {kind: price, at: 1 d, depth: 0.5, shape: decay}}",
     "shock 'a' lacks 'half_life'"},
    {"shocks: {a: {kind: outage, at: 1 d, depth: 0.5}}", "shock 'a' lacks 'duration'"},
    {"shocks: {a: {kind: price, at: 1 d, depth: 0.5, slots: true}}",
     "'slots' is no matter of a shock of price"},
    {"shocks: {a: {kind: price, at: 1 d, depth: 0.5, within: 1 d}}",
     "'within' is no matter of a shock of price"},
    {"shocks: {a: {kind: price, at: 1 d, depth: 0.5, pool: diem_vvv}}",
     "'pool' is no matter of a shock of price"},
    {"shocks: {a: {kind: unstake, at: 1 d, depth: 0.5, shape: decay, half_life: 1 d}}",
     "'shape' is no matter of a shock of unstake"},
    {"shocks: {a: {kind: unstake, at: 1 d, depth: 0.5, duration: 1 d}}", "duration"},
};

static bool load(ds_scenario *s, const char *said, const void **config, ds_status *st)
{
    static char text[4096];
    snprintf(text, sizeof text, "model: diem\nseed: 1\nhorizon: 30\n%s\n", said);
    const ds_scenario_request q = {.path = "wrong.yaml", .text = text, .models = ds_models};
    return ds_scenario_load(s, &q, st) && ds_scenario_config(s, 0, config, st);
}

START_TEST(what_cannot_be_is_refused)
{
    ds_scenario s = {0};
    ds_status st = {0};
    const void *config;
    const bool loaded = load(&s, unread[_i].said, &config, &st);
    ck_assert_msg(!loaded, "'%s' is accepted", unread[_i].said);
    ck_assert_int_eq(st.code, DS_E_DATA);
    ck_assert_msg(strstr(st.text, unread[_i].answer) != NULL, "'%s' gives: %s", unread[_i].said,
                  st.text);
    ds_scenario_free(&s);
}
END_TEST

static const wrong ended[] = {
    {"initial: {vvv_supply: 6.79e7}", "'initial.vvv_supply' is"},
    {"initial: {diem_supply: 100, diem_staked: 100}", "'initial.diem_supply' is"},
    {"markets: {vvv_usd: {depth: 1}}\ninitial: {vvv_price: 1e9}", "a pool's reserve rounds to 0"},
    {"policies: {mint: {use: formula, rate: \"0 * supply\"}}", "'rate' gave 0 VVV/DIEM at supply"},
    {"policies: {emission: {use: formula, emission: \"0 - 1\"}}", "VVV/yr"},
    {"policies: {emission: {use: formula, emission: \"1e13\"}}", "VVV/yr"},
};

START_TEST(what_can_be_no_longer_ends_the_replica)
{
    ds_scenario s = {0};
    ds_status st = {0};
    ds_replica r;
    const void *config;
    ck_assert_msg(load(&s, ended[_i].said, &config, &st), "%s", st.text);
    ck_assert_msg(ds_replica_open(&r, s.model, config, &s.frame, &st), "%s", st.text);
    const bool ok = ds_replica_begin(&r, 0) && ds_replica_until(&r, 30);
    ck_assert_msg(!ok, "'%s' lives", ended[_i].said);
    ck_assert_msg(strstr(r.status.text, ended[_i].answer) != NULL, "'%s' gives: %s", ended[_i].said,
                  r.status.text);
    ds_replica_close(&r);
    ds_scenario_free(&s);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {what_cannot_be_is_refused, sizeof unread / sizeof unread[0]},
        {what_can_be_no_longer_ends_the_replica, sizeof ended / sizeof ended[0]},
        {0},
    };
    return ds_run_tests("refusals", tests, 120);
}
