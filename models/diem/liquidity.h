/*
 * Liquidity providers: one institution a pool that adds to its depth and withdraws, with what the
 * pool yields (the growth of sqrt(k) through fees, and rewards, less the loss expected from
 * arbitrage) and how far its price fell of late. What they take out waits in the purse DS_LP: DIEM
 * and VVV stay there, dollars leave the economy; what they add comes out of it, with VVV from the
 * outside venue and dollars from outside where it falls short. Off, they stay with what they have.
 */
#ifndef DS_DIEM_LIQUIDITY_H
#define DS_DIEM_LIQUIDITY_H

#include "market.h"

/* Their DIEM at the start, and the first reviews. Behind ds_market_begin. */
DS_MUST_CHECK bool ds_liquidity_begin(ds_world *w);
void ds_liquidity_pace(ds_world *w); /* the rate of reviews, as the config of now says */
/* What they remember of the pools moves on by one hour. */
void ds_liquidity_hour(ds_world *w, double dt);

/* Return in 1/yr that a review weighs: fees and rewards, less expected loss, less required, less
 * fear. */
double ds_liquidity_excess(const ds_world *w, ds_pair pair);

/* What the tokens of a provider are worth after a change of price by `ratio`, over what they would
 * be worth had they been held, less 1: 2·sqrt(ratio)/(1 + ratio) - 1 (Pintail 2019). */
double ds_impermanent_loss(double ratio);

/* Fees less impermanent loss since the last observation, 1/yr, over both pools by value. */
double ds_liquidity_return(const ds_world *w, double days);
/* The next interval begins. */
void ds_liquidity_observed(ds_world *w);

bool ds_liquidity_review(void *world);

#endif
