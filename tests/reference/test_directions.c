/* What changes which way when a rule, a price, a population or a shock changes: the directions that
 * an economist expects of each mechanism, one change at a time, paired on the same random numbers.
 */
#include "tests/economy.h"
#include "tests/unit/run.h"

#include "estimate.h"

#include <stdarg.h>
#include <stdio.h>

/* Replicas, and Student's t at 99.5 %, one-sided, of one degree of freedom less: the bound on each
 * mean of paired differences. Debug builds have no pairs to show a direction. */
enum { PAIRS = estimate_thrift > 1 ? 1 : 14 };
static const double clear_of_zero = 3.012;

enum { EFFECTS_MOST = 10, CAUSES_MOST = 48, TEXT_MOST = 10000, METRICS_MOST = 200 };

/* A metric's mean over the run, its last value, or an outcome; and the way it goes, 0: it stays. */
typedef struct ds_effect {
    enum { MEAN, END, OUTCOME } of;
    const char *metric;
    int sign;
} ds_effect;

typedef struct ds_cause {
    const char *change; /* laid over the setting */
    ds_effect effect[EFFECTS_MOST];
} ds_cause;

typedef struct ds_setting {
    const char *text;
    ds_cause cause[CAUSES_MOST];
} ds_setting;

/* What is large in number is small here: amounts held and money spent are the same in total. */
#define SMALL      "seed: 5\nholders: {scale: 0.1}\nconsumers: {scale: 0.1}\n"
#define LARGE_JOBS "demand: {jobs_per_day: 100}\n"

static const ds_setting settings[] = {
    /* The deployed rules. */
    {SMALL LARGE_JOBS "horizon: 120\nobserve: 5\n",
     {
         {"{policies: {mint: {target: 45000}}}",
          {{END, "diem_supply", 1},
           {MEAN, "diem_minted", 1},
           {MEAN, "mint_rate", -1},
           {END, "average_lock", -1},
           {MEAN, "diem_price", -1}}},
         {"{policies: {mint: {base: 130}}}",
          {{END, "diem_supply", -1},
           {MEAN, "diem_minted", -1},
           {MEAN, "mint_rate", 1},
           {MEAN, "diem_price", 1}}},
         {"{policies: {mint: {power: 3}}}",
          {{END, "diem_supply", -1}, {MEAN, "mint_rate", 1}, {MEAN, "diem_price", 1}}},
         {"{policies: {emission: {steps: [{from: 2025-01-27, rate: 6e6}]}}}",
          {{MEAN, "apr_staked", 1},
           {MEAN, "apr_locked", 1},
           {END, "vvv_supply", 1},
           {END, "vvv_staked", 1}}},
         {"{staking: {locked_keep: 1}}",
          {{MEAN, "apr_locked", 1},
           {MEAN, "stakers_share", 1},
           {END, "vvv_locked", 1},
           {MEAN, "diem_minted", 1},
           {END, "vvv_treasury", -1}}},
         {"{staking: {cooldown: 30}}", {{MEAN, "vvv_cooling", 1}, {MEAN, "unstaking_share", 1}}},
         {"{shocks: {run: {kind: unstake, at: 10, depth: 0.8, within: 2}}}",
          {{MEAN, "unstaking_share", 1},
           {END, "apr_staked", 1},
           {MEAN, "vvv_staked", -1},
           {END, "vvv_circulating", 1}}},
         {"{policies: {buyback: {share: 0.5}}}",
          {{MEAN, "vvv_burned", 1},
           {MEAN, "vvv_price", 1},
           {END, "vvv_effective_supply", -1},
           {END, "treasury", -1},
           {END, "runway", -1}}},
         {"{policies: {fee_split: {providers: 0.9, treasury: 0.1}}}",
          {{MEAN, "paid_providers", 1},
           {MEAN, "provider_margin", 1},
           {END, "providers_active", 1},
           {END, "utilization", -1},
           {END, "treasury", -1}}},
         {"{initial: {treasury: 24e6}}", {{END, "treasury", 1}, {MEAN, "runway", 1}}},
         {"{consumers: {outside_price: 0.8}}",
          {{END, "share_outside", 1},
           {MEAN, "demand", -1},
           {MEAN, "utilization", -1},
           {MEAN, "fees_usd", -1},
           {MEAN, "diem_price", -1},
           {MEAN, "rent_price", -1},
           {END, "providers_active", -1}}},
         {"{shocks: {war: {kind: competitor, at: 10, depth: 0.4}}}",
          {{END, "share_outside", 1},
           {MEAN, "demand", -1},
           {MEAN, "utilization", -1},
           {END, "diem_price", -1},
           {END, "providers_active", -1}}},
         {"{shocks: {slump: {kind: demand, at: 10, depth: 0.8, duration: 60}}}",
          {{MEAN, "utilization", -1},
           {MEAN, "diem_price", -1},
           {MEAN, "diem_supply", -1},
           {MEAN, "diem_burned", 1},
           {MEAN, "credit_expired", 1},
           {END, "providers_active", -1}}},
         {"{policies: {pricing: {use: fixed, price: 1.3}}}",
          {{MEAN, "demand", -1},
           {MEAN, "utilization", -1},
           {MEAN, "share_outside", 1},
           {MEAN, "diem_price", 1}}},
         {"{consumers: {elasticity: 1}}", {{MEAN, "demand", 1}}},
         {"{consumers: {churn: 1}}", {{MEAN, "share_outside", 1}, {MEAN, "demand", -1}}},
         {"{consumers: {growth: {curve: logistic, limit: 3, rate: 4}}}",
          {{END, "consumers", 1},
           {MEAN, "demand", 1},
           {MEAN, "utilization", 1},
           {END, "diem_price", 1}}},
         {"{demand: {growth_limit: 4, growth_rate: 6}}",
          {{END, "demand", 1}, {END, "utilization", 1}}},
         {"{markets: {rental: {friction: 0.7}}}", {{END, "rent_price", -1}}},
         {"{shocks: {decree: {kind: credit, at: 10, depth: 0.7}}}",
          {{END, "diem_price", -1},
           {MEAN, "rent_price", -1},
           {MEAN, "fees_credit", -1},
           {MEAN, "fees_usd", 1},
           {END, "treasury", 1},
           {END, "runway", 1},
           {MEAN, "diem_supply", -1}}},
         {"{consumers: {cover: 0.8}}", {{MEAN, "diem_price", -1}}},
         {"{markets: {redemption: {par: 100}}}", {{MEAN, "diem_redeemed", 1}}},
         {"{shocks: {dear: {kind: cost, at: 10, depth: 0.4}}}",
          {{MEAN, "provider_margin", -1},
           {MEAN, "providers_left", 1},
           {END, "providers_active", -1},
           {END, "capacity", -1},
           {END, "utilization", 1}}},
         {"{shocks: {exodus: {kind: exit, at: 10, depth: 0.3}}}",
          {{END, "providers_active", -1},
           {END, "utilization", 1},
           {MEAN, "wait_mean", 1},
           {MEAN, "provider_margin", 1}}},
         {"{providers: {entry_margin: 0.5}}",
          {{END, "providers_active", -1}, {END, "utilization", 1}, {MEAN, "provider_margin", 1}}},
         {"{providers: {mttf: 20}}",
          {{MEAN, "slots_up", -1}, {MEAN, "capacity", -1}, {MEAN, "utilization", 1}}},
         {"{markets: {price: {drift: 2}}}", {{END, "vvv_price", 1}, {END, "diem_price", 1}}},
         {"{markets: {price: {volatility: 1.6}}}",
          {{OUTCOME, "vvv_drawdown", 1},
           {OUTCOME, "diem_drawdown", 1},
           {MEAN, "price_owner_volatility", 1}}},
         {"{markets: {noise_spread: 0.2}}",
          {{OUTCOME, "diem_drawdown", 1}, {MEAN, "price_owner_volatility", 1}}},
         {"{shocks: {crash: {kind: price, at: 10, depth: 0.5}}}",
          {{END, "vvv_price", -1},
           {MEAN, "diem_price", -1},
           {END, "diem_vvv", 1},
           {MEAN, "vvv_burned", 1}}},
         {"{shocks: {flight: {kind: liquidity, at: 10, depth: 0.7}}}",
          {{MEAN, "depth_1pct", -1}, {END, "pool_depth_vvv_usd", -1}}},
         {"{holders: {growth: {curve: logistic, limit: 3, rate: 4}}}",
          {{END, "holders", 1}, {MEAN, "arrived_usd", 1}, {MEAN, "vvv_price", 1}}},
         {"{holders: {herding: 1}}", {{OUTCOME, "vvv_drawdown", 1}}},
     }},
    /* Providers leave three tenths of a fee to the treasury. */
    {LARGE_JOBS "seed: 5\nholders: {scale: 0.1, herding: 0}\nconsumers: {scale: 0.1}\nhorizon: "
                "120\nobserve: 5\n"
                "policies: {buyback: {use: none}, fee_split: {providers: 0.7, treasury: 0.3}}\n",
     {
         {"{policies: {fee_split: {stakers: 0.3, treasury: 0}}}",
          {{MEAN, "paid_stakers", 1},
           {MEAN, "apr_fees", 1},
           {MEAN, "apr_staked", 1},
           {MEAN, "real_yield_share", 1},
           {END, "treasury", -1}}},
         {"{policies: {fee_split: {minters: 0.3, treasury: 0}}}",
          {{MEAN, "paid_minters", 1},
           {MEAN, "apr_locked", 1},
           {END, "vvv_locked", 1},
           {MEAN, "diem_minted", 1},
           {END, "treasury", -1}}},
         {"{policies: {fee_split: {burn: 0.3, treasury: 0}}}",
          {{MEAN, "paid_burn", 1},
           {MEAN, "vvv_burned", 1},
           {MEAN, "vvv_price", 1},
           {END, "vvv_effective_supply", -1},
           {END, "treasury", -1}}},
         {"{policies: {fee_split: {providers: 0.8, treasury: 0.2}}}",
          {{MEAN, "paid_providers", 1}, {END, "providers_active", 1}, {END, "treasury", -1}}},
     }},
    /* One cohort of each population, whose attributes change. */
    {"seed: 7\nhorizon: 120\nobserve: 5\n" LARGE_JOBS
     "holders: {cohorts: {all: {count: 1000, use: 0.4}}}\n"
     "consumers: {inertia: 0.3, cohorts: {all: {count: 500}}}\n"
     "providers: {cohorts: {all: {count: 80, slots: 10}}}\n",
     {
         {"{holders: {cohorts: {all: {use: 0.8}}}}",
          {{MEAN, "demand", 1},
           {MEAN, "utilization", 1},
           {MEAN, "fees_credit", 1},
           {MEAN, "credit_expired", -1},
           {END, "treasury", -1}}},
         {"{holders: {cohorts: {all: {rent_out: 0.5}}}}",
          {{END, "rent_price", -1},
           {MEAN, "diem_rented", 1},
           {MEAN, "share_rent", 1},
           {MEAN, "fees_rented", 1}}},
         {"{holders: {cohorts: {all: {required: 0.5}}}}",
          {{END, "vvv_staked", -1}, {MEAN, "vvv_cooling", 1}, {MEAN, "vvv_price", -1}}},
         {"{holders: {cohorts: {all: {belief: 0.3}}}}",
          {{END, "vvv_staked", -1}, {MEAN, "vvv_price", -1}}},
         {"{holders: {cohorts: {all: {lock_premium: 0.3}}}}",
          {{END, "vvv_locked", -1}, {END, "diem_supply", -1}, {END, "diem_price", 1}}},
         {"{holders: {cohorts: {all: {cash: 0.01}}}}", {{MEAN, "vvv_price", 1}}},
         {"{holders: {cohorts: {all: {inertia: 0.98}}}}",
          {{MEAN, "diem_minted", -1}, {MEAN, "vvv_unclaimed", 1}}},
         {"{holders: {cohorts: {all: {pareto: 3}}}}",
          {{MEAN, "gini_staked", -1}, {MEAN, "nakamoto_staked", 1}}},
         {"{consumers: {cohorts: {all: {required: 0.8}}}}",
          {{MEAN, "diem_price", -1}, {MEAN, "share_own", -1}}},
         {"{consumers: {cohorts: {all: {bundled: 40}}}}",
          {{MEAN, "fees_bundled", 1}, {MEAN, "fees_usd", -1}, {END, "treasury", -1}}},
         {"{consumers: {cohorts: {all: {pays_diem: 0.5}}}}",
          {{MEAN, "fees_diem", 1}, {MEAN, "fees_usd", -1}}},
         {"{providers: {cohorts: {all: {cost: 38}}}}",
          {{MEAN, "provider_margin", -1}, {END, "providers_active", -1}}},
         {"{providers: {cohorts: {all: {speed: 90}}}}",
          {{MEAN, "capacity", 1}, {MEAN, "utilization", -1}}},
         {"{providers: {cohorts: {all: {bond: 500}}}}",
          {{MEAN, "bonded", 1}, {END, "providers_active", -1}}},
         {"{providers: {mttf: 200, slash: 0.1, cohorts: {all: {bond: 100}}}}",
          {{MEAN, "bonded", 1}, {MEAN, "vvv_burned", 1}, {END, "providers_active", -1}}},
     }},
    /* Too few slots, and jobs of hours. */
    {SMALL "horizon: 30\nobserve: 5\ndemand: {jobs_per_day: 1500}\nproviders: {scale: 0.75, queue: "
           "100}\n",
     {
         {"{providers: {patience: 0.02}}", {{MEAN, "lost_share", 1}, {MEAN, "wait_mean", -1}}},
         {"{providers: {queue: 0}}",
          {{MEAN, "lost_share", 1}, {MEAN, "wait_mean", -1}, {MEAN, "queue_length", -1}}},
         {"{consumers: {wait_tolerance: 0.001}}",
          {{END, "share_outside", 1}, {MEAN, "demand", -1}}},
         {"{consumers: {loss_tolerance: 0}}", {{END, "share_outside", 1}}},
         {"{demand: {scale: 1.3}}",
          {{MEAN, "utilization", 1},
           {MEAN, "wait_mean", 1},
           {MEAN, "lost_share", 1},
           {END, "share_outside", 1}}},
         {"{providers: {mttf: 10}}", {{MEAN, "capacity", -1}, {MEAN, "utilization", 1}}},
     }},
    /* The start, when all slots are idle, left out: how fine demand is cut does not matter. */
    {SMALL "horizon: 120\nwarmup: 60\nobserve: 5\ndemand: {jobs_per_day: 200}\n",
     {
         {"{demand: {jobs_per_day: 400}}",
          {{MEAN, "demand", 0}, {MEAN, "served", 0}, {MEAN, "diem_price", 0}}},
     }},
    /* Users who bear with anything. */
    {"seed: 5\nholders: {scale: 0.1}\nhorizon: 20\nobserve: 5\ndemand: {jobs_per_day: 1500}\n"
     "consumers: {scale: 0.1, wait_tolerance: 3650, loss_tolerance: 1}\n",
     {
         {"{shocks: {dark: {kind: outage, at: 5, depth: 0.4, duration: 20}}}",
          {{MEAN, "utilization", 1},
           {MEAN, "wait_mean", 1},
           {MEAN, "lost_share", 1},
           {MEAN, "capacity", -1},
           {MEAN, "served", -1}}},
     }},
    /* A slump, which pools of another depth take otherwise. */
    {SMALL LARGE_JOBS
     "horizon: 60\nobserve: 5\nshocks: {slump: {kind: demand, at: 5, depth: 0.7}}\n",
     {
         {"{markets: {vvv_usd: {depth: 15e6}, diem_vvv: {depth: 14e6}}}",
          {{MEAN, "depth_1pct", 1}, {MEAN, "diem_price", 1}, {OUTCOME, "diem_drawdown", -1}}},
         {"{holders: {herding: 1}}", {{MEAN, "diem_price", -1}, {OUTCOME, "diem_drawdown", 1}}},
     }},
    /* A crash, which loans deepen. */
    {SMALL LARGE_JOBS
     "horizon: 60\nobserve: 5\nshocks: {crash: {kind: price, at: 20, depth: 0.4}}\n",
     {
         {"{lending: {active: true, vvv: {count: 200, collateral: 500000, ltv: 0.45, ltv_spread: "
          "0.3}}}",
          {{MEAN, "liquidations", 1}, {MEAN, "collateral_seized", 1}, {END, "vvv_price", -1}}},
     }},
    /* Loans in a calm market. */
    {SMALL LARGE_JOBS "horizon: 90\nobserve: 5\nmarkets: {price: {volatility: 0.5, jumps: 0}}\n"
                      "lending: {active: true, vvv: {count: 200, collateral: 200000, ltv: 0.43, "
                      "ltv_spread: 0.35}}\n",
     {
         {"{shocks: {crash: {kind: price, at: 20, depth: 0.4}}}",
          {{MEAN, "liquidations", 1}, {END, "loans_vvv", -1}}},
         {"{lending: {vvv: {lltv: 0.585}}}", {{MEAN, "liquidations", 1}}},
         {"{lending: {vvv: {supplied: 3e7, cap: 3e7}}}",
          {{MEAN, "lending_utilization_vvv", -1}, {MEAN, "borrow_rate_vvv", -1}}},
         {"{lending: {vvv: {ltv: 0.3}}}", {{MEAN, "loans_vvv", -1}}},
         {"{lending: {borrowers: {premium: 0}}}",
          {{END, "loans_vvv", 1}, {END, "borrow_rate_vvv", 1}, {MEAN, "vvv_price", 1}}},
         {"{lending: {lenders: {required: 0.4}}}",
          {{MEAN, "lending_supplied_vvv", -1}, {END, "borrow_rate_vvv", 1}}},
     }},
    /* A perpetual future. */
    {SMALL LARGE_JOBS "horizon: 60\nobserve: 5\nperpetual: {active: true, inventory: 2000}\n",
     {
         {"{perpetual: {hedge: 0.1}}",
          {{MEAN, "perp_open_interest", 1},
           {MEAN, "perp_premium", -1},
           {MEAN, "perp_funding", -1},
           {MEAN, "diem_price", -1}}},
         {"{perpetual: {speculation: 1e7}}", {{MEAN, "perp_open_interest", 1}}},
         {"{perpetual: {maintenance: 0.3}}", {{MEAN, "perp_deleveraged", 1}}},
     }},
    /* Liquidity providers who add and withdraw. */
    {SMALL LARGE_JOBS "horizon: 90\nobserve: 5\nmarkets: {liquidity: {active: true}}\n",
     {
         {"{markets: {vvv_usd: {rewards: 0.8}, diem_vvv: {rewards: 0.8}}}",
          {{END, "pool_depth_vvv_usd", 1},
           {END, "pool_depth_diem_vvv", 1},
           {END, "depth_1pct", 1}}},
         {"{markets: {liquidity: {required: 0.5}}}",
          {{END, "pool_depth_vvv_usd", -1}, {END, "pool_depth_diem_vvv", -1}}},
         {"{markets: {vvv_usd: {fee: 0.02}}}", {{MEAN, "lp_return", 1}}},
     }},
};

/* ---- replicas ---- */

typedef struct ds_run {
    double of[OUTCOME + 1][METRICS_MOST];
} ds_run;

static void run(ds_economy_test *t, uint32_t replica, ds_run *into)
{
    const size_t metrics = ds_metric_count(ds_diem_model.metrics);
    const size_t last = ds_frame_times(&t->scenario.frame) - 1;
    ck_assert_uint_le(metrics, METRICS_MOST);
    double *const rows = economy_rows_and(t, replica, into->of[OUTCOME]);
    for (size_t m = 0; m < metrics; m++) {
        into->of[END][m] = rows[last * metrics + m];
        into->of[MEAN][m] = 0;
        for (size_t k = 1; k <= last; k++)
            into->of[MEAN][m] += rows[k * metrics + m] / (double)last;
    }
    free(rows);
}

/* Variant `point` of the setting. */
static void run_all(ds_economy_test *t, size_t point, ds_run runs[PAIRS])
{
    ds_status st = {0};
    const void *config;
    ck_assert_msg(ds_scenario_config(&t->scenario, point, &config, &st), "%s", st.text);
    ck_assert_msg(ds_replica_turn(&t->replica, config, &st), "%s", st.text);
    for (uint32_t r = 0; r < PAIRS; r++)
        run(t, r, &runs[r]);
}

/* ---- directions ---- */

/* All that went another way, so that one run tells all. */
typedef struct ds_complaints {
    char text[8000];
    size_t length;
} ds_complaints;

static void complain(ds_complaints *c, const char *format, ...)
{
    const size_t room = sizeof c->text - c->length;
    va_list args;
    va_start(args, format);
    const size_t more = (size_t)vsnprintf(c->text + c->length, room, format, args);
    va_end(args);
    c->length += more < room ? more : room - 1;
}

static size_t place_of(const ds_effect *e)
{
    const ds_metric *const all = e->of == OUTCOME ? ds_diem_model.outcomes : ds_diem_model.metrics;
    const ds_metric *const m = ds_metric_find(all, e->metric);
    ck_assert_msg(m != NULL, "no metric '%s'", e->metric);
    return (size_t)(m - all);
}

static bool goes(const ds_effect *e, estimate by)
{
    if (estimate_thrift > 1)
        return isfinite(by.value);
    if (e->sign == 0)
        return fabs(by.value) <= estimate_most * by.error;
    return by.value * e->sign > clear_of_zero * by.error;
}

static void judge(const ds_cause *c, const ds_effect *e, const ds_run *base, const ds_run *changed,
                  ds_complaints *complaints)
{
    static const char *const of[] = {"mean", "end", "outcome"};
    static const char *const ways[] = {"down", "stay", "up"};
    const size_t m = place_of(e);
    double by[PAIRS];
    for (int r = 0; r < PAIRS; r++)
        by[r] = changed[r].of[e->of][m] - base[r].of[e->of][m];
    const estimate d = {sample_mean(by, PAIRS), sqrt(sample_variance(by, PAIRS) / PAIRS)};
    if (!goes(e, d))
        complain(complaints, "\n  %s: %s (%s) must %s, goes by %.4g +- %.2g", c->change, e->metric,
                 of[e->of], ways[e->sign + 1], d.value, d.error);
}

/* The setting and its changes as variants: the same frame and seed for all. */
static void open_setting(ds_economy_test *t, const ds_setting *s)
{
    static char text[TEXT_MOST];
    int n = snprintf(text, sizeof text, "%svariants:\n  base: {}\n", s->text);
    for (int i = 0; s->cause[i].change; i++) {
        n += snprintf(text + n, sizeof text - (size_t)n, "  c%d: %s\n", i, s->cause[i].change);
        ck_assert_int_lt(n, TEXT_MOST);
    }
    economy_open(t, text);
}

START_TEST(every_change_moves_what_it_should)
{
    static ds_run base[PAIRS], changed[PAIRS];
    static ds_complaints complaints;
    const ds_setting *const s = &settings[_i];
    ds_economy_test t;
    complaints.length = 0;
    open_setting(&t, s);
    run_all(&t, 0, base);
    for (size_t i = 0; s->cause[i].change; i++) {
        run_all(&t, i + 1, changed);
        for (const ds_effect *e = s->cause[i].effect; e->metric; e++)
            judge(&s->cause[i], e, base, changed, &complaints);
    }
    economy_close(&t);
    ck_assert_msg(complaints.length == 0, "%s", complaints.text);
}
END_TEST

int main(void)
{
    enum { SETTINGS = sizeof settings / sizeof settings[0] };
    const ds_test tests[] = {{every_change_moves_what_it_should, SETTINGS}, {0}};
    return ds_run_tests("directions", tests, 600);
}
