/*
 * Bonds: VVV that a provider posts for each of its slots while it is in the network. It is bought
 * in the pool with dollars from outside when the provider enters, part of a slot's bond is burned
 * when the slot fails, and what is left is returned and sold when the provider leaves. A bond of 0
 * costs nothing.
 */
#ifndef DS_DIEM_BOND_H
#define DS_DIEM_BOND_H

#include "world.h"

/* At the start the bond comes out of the supply of VVV. */
DS_MUST_CHECK bool ds_bond_open(ds_world *w, ds_provider *p);
/* *posted: whether all of the bond is there; when the pool has too little depth for it within
 * holders.slippage, nothing is bought. */
DS_MUST_CHECK bool ds_bond_post(ds_world *w, ds_provider *p, bool *posted);
DS_MUST_CHECK bool ds_bond_slash(ds_world *w, ds_provider *p);
DS_MUST_CHECK bool ds_bond_return(ds_world *w, ds_provider *p);

/* USD/d a slot: return required on the bond, and what failures are expected to burn of it. */
double ds_bond_cost(const ds_world *w, const ds_provider *p);

#endif
