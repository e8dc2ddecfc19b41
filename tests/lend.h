/* Lending markets in an economy that stands still. */
#ifndef DS_TESTS_LEND_H
#define DS_TESTS_LEND_H

#include "economy.h"

#include <stdio.h>

/* Nobody acts of their own accord, and prices stand still. */
#define STILL                                                                                    \
    "seed: 1\nhorizon: 800\nholders: {review: 36500, cohorts: {all: {count: 50, inertia: 1}}}\n" \
    "consumers: {cohorts: {all: {count: 10, review: 36500}}}\nproviders: {review: 36500}\n"      \
    "demand: {scale: 0}\npolicies: {buyback: {use: none}}\n"                                     \
    "markets: {arbitrage: 0, noise: 0, permanent: 0, price: {volatility: 0, jumps: 0}}\n"

static inline void lend(ds_economy_test *t, const char *lending)
{
    char text[2048];
    snprintf(text, sizeof text, STILL "lending: %s\n", lending);
    economy_open(t, text);
    economy_begin(t, 0);
}

static inline ds_loan_market *market_of(ds_economy_test *t, ds_lending_market m)
{
    return &t->w->eco->lending.market[m];
}

#endif
