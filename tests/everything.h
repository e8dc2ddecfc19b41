/*
 * Every mechanism of the economy at once, in one text: a new mechanism adds its keys here, and
 * `everything_moved` what shows that it did something. `par` is that of redemption and `reprice`
 * what providers change their price by, which some identities exclude; "0" switches them off.
 * Shocks and actions of governance are files that it includes; `splits.yaml` has those actions that
 * others exclude.
 */
#ifndef DS_TESTS_EVERYTHING_H
#define DS_TESTS_EVERYTHING_H

#include "models/diem/lending.h"
#include "models/diem/shocks.h"
#include "tests/economy.h"

#include <math.h>

/* An action at the start, one at 00:00, one at a full hour, two at once, policies that come, go and
 * come back, and some that are announced before the one ahead of them. */
#define EVERYTHING_ACTIONS                                                                         \
    "governance:\n"                                                                                \
    "  start: {at: 0, set: {staking: {cooldown: 5 d}, holders.anticipation: 0.8}}\n"               \
    "  mint: {at: 2026-05-30, lead: 8 d, set: {policies.mint: {use: formula, rate: \"base * (1 + " \
    "supply / 1e5)\", base: 80}}}\n"                                                               \
    "  loans: {at: 2026-06-03T05:00, set: {lending: {vvv: {lltv: 0.55}, diem: {lltv: 0.5}, "       \
    "interest: {target: 0.8, least: 0.05}, lenders: {review: 1 d}}}}\n"                            \
    "  haste: {at: 18.3 d, lead: 18 d, set: {providers: {patience: 0.001}, "                       \
    "staking.diem_cooldown: 3 d}}\n"                                                               \
    "  issue: {at: 18.3 d, set: {policies.emission: {use: formula, emission: \"12e6 * x\", x: "    \
    "1}, "                                                                                         \
    "policies.buyback: {use: lua, file: steadier.lua}}}\n"                                         \
    "  back: {at: 25.1 d, lead: 2 d, set: {policies.mint: {use: table}, policies.emission: {use: " \
    "target_ratio}, providers: {patience: 0.05}}}\n"                                               \
    "  again: {at: 30.7 d, lead: 10 d, set: {policies.mint: {use: lua, file: steep.lua}, "         \
    "policies.buyback: {use: formula, spend: \"0.2 * revenue\"}}}\n"                               \
    "  pace: {at: 37.9 d, set: {holders.review: 2 d, consumers.review: 2 d, "                      \
    "consumers.outside_price: 0.7, markets: {noise: 50, arbitrage: 200}, lending.vvv.lltv: "       \
    "0.7}}\n"                                                                                      \
    "  last: {at: 44.2 d, lead: 1 d, set: {policies.mint: {use: formula, rate: \"base\", base: "   \
    "120}, policies.emission: {use: schedule}, policies.buyback: {use: revenue_share, share: "     \
    "0.1}}}\n"

#define EVERYTHING_SPLITS                                                                         \
    "governance:\n"                                                                               \
    "  split: {at: 12.4 d, lead: 3 d, set: {policies.fee_split: {use: formula, providers: "       \
    "\"0.7\", stakers: \"0.1 * utilization\", treasury: \"0.2\", burn: \"0.1 * (1 - "             \
    "utilization)\"}}}\n"                                                                         \
    "  keep: {at: 15.5 d, lead: 5 d, set: {staking.locked_keep: 0.6}}\n"                          \
    "  dear: {at: 21.6 d, set: {policies.pricing: {use: utilization_adjusted}}}\n"                \
    "  share: {at: 33.3 d, set: {policies.fee_split: {use: fixed, providers: 0.6, stakers: 0.1, " \
    "minters: 0.1, treasury: 0.1, burn: 0.1}, policies.pricing: {use: formula, price: "           \
    "\"0.9\"}}}\n"

/* Of every kind one at a time that is known and one at random; the crash is there as the path of
 * prices ends. */
#define EVERYTHING_SHOCKS                                                                        \
    "shocks:\n"                                                                                  \
    "  crash: {kind: price, at: 31.3 d, depth: 0.6, duration: 6.1 d}\n"                          \
    "  tremor: {kind: price, rate: 40, size: {distribution: uniform, mean: 0.15}, shape: "       \
    "decay, half_life: 0.5 d}\n"                                                                 \
    "  slump: {kind: demand, at: 9.37 d, depth: 0.4, shape: ramp, onset: 2 d, duration: 3 d}\n"  \
    "  boom: {kind: demand, rate: 30, depth: -0.6, duration: 1.3 d}\n"                           \
    "  decree: {kind: credit, at: 17.2 d, depth: 0.3, shape: ramp, onset: 2 d, duration: 9 d}\n" \
    "  favour: {kind: credit, rate: 20, depth: -0.2, duration: 1 d}\n"                           \
    "  war: {kind: competitor, at: 13.1 d, depth: 0.4, duration: 4 d}\n"                         \
    "  dearth: {kind: cost, at: 24.9 d, depth: 0.5, duration: 12 d}\n"                           \
    "  region: {kind: outage, at: 20.2 d, depth: 0.5, shape: ramp, onset: 0.2 d, duration: 0.5 " \
    "d, recovery: 0.3 d}\n"                                                                      \
    "  racks: {kind: outage, slots: true, rate: 60, depth: 0.3, duration: 0.4 d}\n"              \
    "  exodus: {kind: exit, at: 26.6 d, depth: 0.5, shape: ramp, onset: 2 d, duration: 4 d}\n"   \
    "  cull: {kind: exit, rate: 20, depth: 0.2, duration: 3 d}\n"                                \
    "  flight: {kind: liquidity, at: 19.8 d, depth: 0.5, shape: decay, half_life: 3 d}\n"        \
    "  drain: {kind: liquidity, pool: diem_vvv, rate: 30, depth: 0.4, duration: 2 d}\n"          \
    "  run: {kind: unstake, at: 22.4 d, depth: 0.4, within: 5 d}\n"                              \
    "  panic: {kind: unstake, rate: 30, depth: 0.1}\n"

#define EVERYTHING_CALM  "include: [shocks.yaml, actions.yaml]\n"
#define EVERYTHING_WHOLE "include: [shocks.yaml, actions.yaml, splits.yaml]\n"
#define EVERYTHING(jobs, par, reprice)                                                            \
    "start: 2026-05-20T07:20\n" /* within a day; the emission changes on the way */               \
    "demand: {jobs_per_day: " jobs ", growth_limit: 2, growth_rate: 3, path: index.csv}\n"        \
    "policies:\n"                                                                                 \
    "  fee_split: {use: fixed, providers: 0.6, stakers: 0.1, minters: 0.1, treasury: 0.1, burn: " \
    "0.1}\n"                                                                                      \
    "  buyback: {use: revenue_share, share: 0.1}\n"                                               \
    "holders:\n"                                                                                  \
    "  scale: 0.2\n"                                                                              \
    "  review: 1\n"                                                                               \
    "  growth: {curve: logistic, limit: 2, rate: 15}\n"                                           \
    "  cohorts:\n"                                                                                \
    "    api_users: {count: 1500, liquid: 5, staked: 15, locked: 30, diem: 40, use: 0.6}\n"       \
    "    yield_seekers: {count: 5000, liquid: 25, staked: 45, locked: 40, diem: 25, use: 0.3, "   \
    "leverage: 1.5, arrives_with: 3000}\n"                                                        \
    "    arbitrageurs: {count: 500, liquid: 5, staked: 5, locked: 15, diem: 20, inertia: 0.5, "   \
    "taste: 0.01, leverage: 1.7, growth: {curve: none}}\n"                                        \
    "    long_term: {count: 3000, liquid: 65, staked: 35, locked: 15, diem: 15, inertia: 0.95, "  \
    "belief: 0.6, holdings: {distribution: lognormal}}\n"                                         \
    "consumers:\n"                                                                                \
    "  review: 1\n"                                                                               \
    "  churn: 2\n"                                                                                \
    "  growth: {curve: logistic, limit: 1.6, rate: 20}\n"                                         \
    "  outside: {volatility: 0.5, half_life: 20}\n"                                               \
    "  cohorts:\n"                                                                                \
    "    developers: {count: 600, spend: 40, bundled: 1, pays_diem: 0.2}\n"                       \
    "    apps: {count: 250, spend: 35, growth: {curve: none}, process: {process: mmpp, rates: "   \
    "[0.6, 2.2], switch: [2, 6]}}\n"                                                              \
    "    agents: {count: 150, spend: 25, required: 0.16, review: 4 h, sensitivity: 2, process: "  \
    "{process: hawkes, mu: 0.5, alpha: 48, beta: 96}}\n"                                          \
    "    batch: {count: 50, spend: 10, process: {process: renewal, distribution: lognormal, "     \
    "mean: 1, scv: 4}}\n"                                                                         \
    "providers:\n"                                                                                \
    "  review: 3\n"                                                                               \
    "  dispatch: cheapest\n"                                                                      \
    "  queue: 50\n"                                                                               \
    "  patience: 0.05\n"                                                                          \
    "  mttf: 20\n"                                                                                \
    "  slash: 0.05\n"                                                                             \
    "  reprice: " reprice "\n"                                                                    \
    "  cohorts:\n"                                                                                \
    "    datacenters: {count: 30, slots: 12, bond: 20}\n"                                         \
    "    independents: {count: 100, slots: 2, cost: 27, cost_spread: 0.25, bond: 5, gpus: 4, "    \
    "sizes: {distribution: lognormal, sigma: 0.5}}\n"                                             \
    "markets:\n"                                                                                  \
    "  arbitrage: 100\n"                                                                          \
    "  noise: 100\n"                                                                              \
    "  price: {path: vvv.csv}\n"                                                                  \
    "  liquidity: {active: true, review: 1}\n"                                                    \
    "  redemption: {par: " par ", visits: 20, run: 0.1}\n"                                        \
    "perpetual: {active: true, margin: 0.2, maintenance: 0.15, top_up: 0.2}\n"                    \
    "lending:\n"                                                                                  \
    "  active: true\n"                                                                            \
    "  vvv: {count: 300, collateral: 2e5, ltv: 0.45, ltv_spread: 0.3}\n"                          \
    "  diem: {count: 200, collateral: 500, ltv: 0.45, ltv_spread: 0.3}\n"                         \
    "  lenders: {review: 2 d}\n"                                                                  \
    "  borrowers: {premium: -0.3}\n"                                                              \
    "initial: {treasury: 1e5}\n"

/* A script that remembers, and one that is asked often. */
#define EVERYTHING_STEADIER                                        \
    "local days = 0\n"                                             \
    "return {params = {part = {0.05}}, spend = function(p, now)\n" \
    "  days = days + 1\n"                                          \
    "  return p.part * now.revenue * min(1, days / 5)\n"           \
    "end}\n"
#define EVERYTHING_STEEP                                                \
    "return {params = {base = {90}}, rate = function(p, now, supply)\n" \
    "  return p.base * max(1, supply / 4e4)\n"                          \
    "end}\n"

/* What a scenario of EVERYTHING names. */
static const ds_scenario_file everything_files[] = {
    ECONOMY_FILE("shocks.yaml", EVERYTHING_SHOCKS),
    ECONOMY_FILE("actions.yaml", EVERYTHING_ACTIONS),
    ECONOMY_FILE("splits.yaml", EVERYTHING_SPLITS),
    ECONOMY_FILE("steadier.lua", EVERYTHING_STEADIER),
    ECONOMY_FILE("steep.lua", EVERYTHING_STEEP),
    ECONOMY_FILE("index.csv", "date,index\n2026-05-20,1\n2026-05-31,1.3\n2026-06-08,0.9\n"),
    ECONOMY_FILE("vvv.csv", "date,usd\n2026-05-19,26.7\n2026-05-29,31\n2026-06-12,24\n"
                            "2026-06-23,29\n")};
enum { EVERYTHING_FILES = sizeof everything_files / sizeof everything_files[0] };

static inline void everything_open(ds_economy_test *t, const char *text)
{
    economy_open_with(t, text, everything_files, EVERYTHING_FILES);
}

typedef struct ds_moved {
    const char *what;
    double amount;
} ds_moved;

static inline void all_moved(const ds_moved *moved, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(moved[i].amount > 0, "no %s", moved[i].what);
}

static inline double newcomers(const ds_world *w, ds_crowd_kind kind)
{
    const uint32_t cohorts =
        kind == DS_HOLDERS ? w->config->holders.cohorts.count : w->config->consumers.cohorts.count;
    const uint32_t *const first = kind == DS_HOLDERS ? w->holder_first : w->consumer_first;
    return w->eco->crowd[kind].all - first[cohorts];
}

/* Shares of debt, in whatever unit, of holders who were not there at the start. */
static inline double newcomers_owe(const ds_world *w)
{
    double shares = 0;
    for (int m = 0; m < DS_LEND_MARKETS; m++)
        for (uint32_t i = w->borrower_late[m]; i < ds_loan_slots(w, (ds_lending_market)m); i++)
            shares += (double)w->loan[m][i].shares;
    return shares;
}

/* Whether all that have their time did, and of the others any. */
static inline double shocks_all_struck(const ds_world *w)
{
    const ds_shock_config *const c = w->config->shocks.items;
    double random = 0;
    for (uint32_t k = 0; k < w->config->shocks.count; k++) {
        if (isnan(c[k].rate) && w->shock_line[k].struck != 1)
            return 0;
        random += isnan(c[k].rate) ? 0 : w->shock_line[k].struck;
    }
    return random;
}

/* Of a replica that was never observed, so that its sums are those of the whole run. */
static inline void everything_moved(const ds_world *w, bool redeems)
{
    const ds_economy *const e = w->eco;
    const ds_flows *const f = &e->flow;
    const ds_moved moved[] = {
        {"jobs served", f->served},
        {"jobs lost", f->lost},
        {"fees in cash", f->fees_usd},
        {"fees in credit", f->fees_credit},
        {"fees in bundled credit", f->fees_bundled},
        {"fees in rented credit", f->fees_rented},
        {"fees in DIEM", f->fees_diem},
        {"rent", f->rent},
        {"credit expired", f->expired},
        {"paid to providers", f->paid[DS_PROVIDERS]},
        {"paid to stakers", f->paid[DS_STAKERS]},
        {"paid to minters", f->paid[DS_MINTERS]},
        {"paid to the treasury", f->paid[DS_TREASURY]},
        {"set aside to burn", f->paid[DS_BURN]},
        {"providers who entered", f->entered},
        {"providers who left", f->left},
        {"positions closed for want of margin", f->deleveraged},
        {"VVV emitted", f->vvv_emitted},
        {"VVV burned", f->vvv_burned},
        {"DIEM minted", f->diem_minted},
        {"DIEM burned", f->diem_burned},
        {"debts of the treasury", ds_tokens(e->owed) + e->insolvent_days},
        {"DIEM redeemed", redeems ? f->redeemed : 1},
        {"dollars that liquidators repaid", f->liquidated},
        {"bad debt", f->bad_debt},
        {"dollars of new holders", f->arrived},
        {"consumers who came", newcomers(w, DS_CONSUMERS)},
        {"demand behind its path", fabs(e->growth - 1)},
        {"shocks that struck", shocks_all_struck(w)},
        {"actions done", e->actions_done == w->base->governance.count},
    };
    all_moved(moved, sizeof moved / sizeof moved[0]);
}

enum { HELD = 8 };

/* Adds what is held now to what was before: a collapse of prices, or a withdrawal, ends it. */
static inline void everything_held(const ds_world *w, ds_moved sum[HELD])
{
    const ds_book *const book = w->eco->ledger.book;
    const ds_moved now[HELD] = {
        {"VVV as collateral", ds_tokens(book[DS_VVV].bucket[DS_COLLATERAL])},
        {"DIEM as collateral", ds_tokens(book[DS_DIEM].bucket[DS_COLLATERAL])},
        {"VVV cooling", ds_tokens(book[DS_VVV].bucket[DS_COOLING])},
        {"margin", ds_tokens(book[DS_USD].bucket[DS_MARGIN])},
        {"the market maker's DIEM", ds_tokens(book[DS_DIEM].bucket[DS_MAKING])},
        {"bonds", ds_tokens(book[DS_VVV].bucket[DS_BONDS])},
        {"liquidity apart from the pools",
         ds_tokens(book[DS_VVV].bucket[DS_LP] + book[DS_DIEM].bucket[DS_LP])},
        {"loans of newcomers", newcomers_owe(w)},
    };
    for (int i = 0; i < HELD; i++)
        sum[i] = (ds_moved){now[i].what, sum[i].amount + now[i].amount};
}

#endif
