/*
 * Two constant-product pools, VVV/USD and DIEM/VVV, and the traders who have no other part: the
 * arbitrageur between the first pool and the outside venue, and noise traders in the second. Every
 * buy and sell of the economy goes through ds_market_swap.
 */
#ifndef DS_DIEM_MARKET_H
#define DS_DIEM_MARKET_H

#include "world.h"

/* One trade: `from` pays `in` of asset `pays` into the pair's pool, `to` gets the other asset. */
typedef struct ds_trade {
    ds_pair pair;
    ds_asset pays;
    ds_cell from, to;
    ds_amount in;
    double slippage; /* bound: least share of the spot value lost to depth that makes it fail */
    bool informed;   /* moves the outside price too, by markets.permanent of its impact */
} ds_trade;

/* *out: what `to` got; 0 when the bound was passed or nothing would come out, and nothing changed.
 */
DS_MUST_CHECK bool ds_market_swap(ds_world *w, const ds_trade *trade, ds_amount *out);

/* A payment that buys `out` of the other asset; DS_AMOUNT_MAX when none does. */
ds_amount ds_market_payment(const ds_world *w, ds_pair pair, ds_asset pays, ds_amount out);
ds_amount ds_market_reserve(const ds_world *w, ds_pair pair, ds_asset asset);
/* USD that both reserves are worth. */
double ds_market_depth(const ds_world *w, ds_pair pair);
/* USD of VVV whose payment moves the price of DIEM up by a share `move`. */
double ds_market_move_cost(const ds_world *w, double move);

/* Largest payment whose slippage stays within a bound. */
ds_amount ds_market_most(const ds_world *w, ds_pair pair, ds_asset pays, double slippage);

/* Liquidity providers take a share (0 .. 1) of both reserves to their purse, DS_LP, so that the
 * price stays but for rounding; the last unit of a reserve stays in the pool. */
DS_MUST_CHECK bool ds_market_withdraw(ds_world *w, ds_pair pair, double share);
/* They add a share (0 or more) of what both reserves are, as far as the purse goes in both tokens:
 * share / (1 - share) undoes a withdrawal of `share`. */
DS_MUST_CHECK bool ds_market_provide(ds_world *w, ds_pair pair, double share);
/* They add these amounts of base and quote, which the purse has; unless they stand in proportion to
 * the reserves, the price moves. */
DS_MUST_CHECK bool ds_market_add(ds_world *w, ds_pair pair, const ds_amount amount[2]);

DS_MUST_CHECK bool ds_market_begin(ds_world *w);
void ds_market_pace(ds_world *w); /* the rates of traders, as the config of now says */
/* The outside price and the trends move on by one hour. */
void ds_market_hour(ds_world *w, double dt);

/* Handlers. */
bool ds_noise_trade(void *world);
bool ds_arbitrage(void *world);

#endif
