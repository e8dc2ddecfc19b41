/*
 * Every mechanism of the economy at once, in one text: a new mechanism adds its keys here, and
 * `everything_moved` what shows that it did something. `par` is that of redemption and `reprice`
 * what providers change their price by, which some identities exclude; "0" switches them off.
 */
#ifndef DS_TESTS_EVERYTHING_H
#define DS_TESTS_EVERYTHING_H

#include "tests/economy.h"

#define EVERYTHING(jobs, par, reprice)                                                            \
    "start: 2026-05-20T07:20\n" /* within a day; the emission changes on the way */               \
    "demand: {jobs_per_day: " jobs ", growth_limit: 2, growth_rate: 3}\n"                         \
    "policies:\n"                                                                                 \
    "  fee_split: {use: fixed, providers: 0.6, stakers: 0.1, minters: 0.1, treasury: 0.1, burn: " \
    "0.1}\n"                                                                                      \
    "  buyback: {use: revenue_share, share: 0.1}\n"                                               \
    "holders: {scale: 0.2, review: 1}\n"                                                          \
    "consumers:\n"                                                                                \
    "  review: 1\n"                                                                               \
    "  churn: 2\n"                                                                                \
    "  cohorts:\n"                                                                                \
    "    developers: {count: 600, spend: 40, bundled: 1, pays_diem: 0.2}\n"                       \
    "    apps: {count: 250, spend: 35, process: {process: mmpp, rates: [0.6, 2.2], switch: [2, "  \
    "6]}}\n"                                                                                      \
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
    "    independents: {count: 100, slots: 2, cost: 27, cost_spread: 0.25, bond: 5, gpus: 4}\n"   \
    "markets:\n"                                                                                  \
    "  arbitrage: 100\n"                                                                          \
    "  noise: 100\n"                                                                              \
    "  liquidity: {active: true, review: 1}\n"                                                    \
    "  redemption: {par: " par ", visits: 20, run: 0.1}\n"                                        \
    "perpetual: {active: true, margin: 0.2, maintenance: 0.15, top_up: 0.2}\n"                    \
    "initial: {treasury: 1e5}\n"

typedef struct ds_moved {
    const char *what;
    double amount;
} ds_moved;

/* Of a replica that was never observed, so that its sums are those of the whole run. */
static inline void everything_moved(const ds_world *w, bool redeems)
{
    const ds_economy *const e = w->eco;
    const ds_flows *const f = &e->flow;
    const ds_book *const book = e->ledger.book;
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
        {"VVV cooling", ds_tokens(book[DS_VVV].bucket[DS_COOLING])},
        {"margin", ds_tokens(book[DS_USD].bucket[DS_MARGIN])},
        {"the market maker's DIEM", ds_tokens(book[DS_DIEM].bucket[DS_MAKING])},
        {"bonds", ds_tokens(book[DS_VVV].bucket[DS_BONDS])},
        {"liquidity apart from the pools", ds_tokens(book[DS_VVV].bucket[DS_LP])},
        {"debts of the treasury", ds_tokens(e->owed) + e->insolvent_days},
        {"DIEM redeemed", redeems ? f->redeemed : 1},
    };
    for (size_t i = 0; i < sizeof moved / sizeof moved[0]; i++)
        ck_assert_msg(moved[i].amount > 0, "no %s", moved[i].what);
}

#endif
