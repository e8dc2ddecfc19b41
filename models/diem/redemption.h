/*
 * Redemption at market value, the form of Terra and Iron, kept as a control: a DIEM can be burned
 * for as much newly issued VVV as is worth its par, and VVV of that worth can be burned for a DIEM.
 * The deployed rules have none of it (markets.redemption.par is 0). When VVV falls, every DIEM
 * redeemed issues more VVV, which is sold; and when VVV is worth less than all DIEM at par, owners
 * run. That loop ended both.
 *
 * Sources: Terra whitepaper (Kereiakes, Kwon, Di Maggio & Platias 2019); its end: Liu, Makarov &
 * Schoar 2023; runs: Diamond & Dybvig 1983.
 */
#ifndef DS_DIEM_REDEMPTION_H
#define DS_DIEM_REDEMPTION_H

#include "world.h"

void ds_redemption_begin(ds_world *w);
void ds_redemption_pace(ds_world *w); /* the rate of visits, as the config of now says */
/* A holder whose DIEM is worth more redeemed than used burns a step of it and sells the VVV. */
DS_MUST_CHECK bool ds_redeem(ds_world *w, ds_holder *holder, double worth, double step);
/* Handler: an arbitrageur holds the pool's price of DIEM at par, both ways; in a run, an owner of
 * DIEM redeems all of it. */
bool ds_redemption_visit(void *world);

extern const ds_param ds_redemption_params[];

#endif
