/* An economy that stands still but for its shocks. */
#ifndef DS_TESTS_SHOCKS_H
#define DS_TESTS_SHOCKS_H

#include "economy.h"

/* Nobody acts of their own accord, and the outside price stands still. */
#define STILL                                                                                    \
    "seed: 1\nhorizon: 400\nholders: {review: 36500, cohorts: {all: {count: 50, inertia: 1}}}\n" \
    "consumers: {cohorts: {all: {count: 10, review: 36500}}}\n"                                  \
    "markets: {arbitrage: 0, noise: 0, price: {volatility: 0, jumps: 0}}\n"
#define QUIET STILL "demand: {scale: 0}\nproviders: {review: 36500, mttf: unlimited}\n"
static inline void begin(ds_economy_test *t, const char *text)
{
    economy_open(t, text);
    economy_begin(t, 0);
}

static inline void end(ds_economy_test *t)
{
    ck_assert_msg(ds_economy_audit(t->w, &t->replica.status), "%s", t->replica.status.text);
    economy_close(t);
}

#endif
