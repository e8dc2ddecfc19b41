/*
 * A perpetual future on DIEM in USD, off unless a scenario says otherwise. Three accounts trade it:
 * speculators who follow the trend, minters who sell part of the minted DIEM short, and a market
 * maker who takes the other side and hedges it in the spot pools as far as its limits go, so that
 * the future moves spot. Positions sum to zero. Every hour gains and funding pass from losers to
 * winners through margin accounts in the ledger; who falls below maintenance margin is deleveraged
 * against the other side, and what a spent account cannot pay its winners do not get.
 */
#ifndef DS_DIEM_PERPETUAL_H
#define DS_DIEM_PERPETUAL_H

#include "world.h"

/* Funding for 8 hours, of the position's value, that longs pay shorts: premium + clamp(interest -
 * premium, -band, band), within +-cap (BitMEX, Perpetual Contracts Guide; Hyperliquid, Funding). */
double ds_funding_rate(double premium, double interest, double band, double cap);

/* The maker's DIEM at the start. Behind ds_market_begin. */
DS_MUST_CHECK bool ds_perpetual_begin(ds_world *w);
DS_MUST_CHECK bool ds_perpetual_hour(ds_world *w, double dt);

/* `gain` USD a DIEM of long position passes from the losing side to the winning one. */
DS_MUST_CHECK bool ds_perpetual_settle(ds_world *w, double gain);
/* Accounts below maintenance margin give up position until the initial margin holds again. */
void ds_perpetual_deleverage(ds_world *w);

/* USD of all long positions, at the mark price. */
double ds_open_interest(const ds_world *w);

#endif
