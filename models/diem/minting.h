/*
 * Minting DIEM by locking sVVV at the mint policy's rate, and burning it to unlock. A holder's
 * position is pooled: (locked, outstanding); burning b unlocks locked * b / outstanding whatever
 * the rate is by then.
 */
#ifndef DS_DIEM_MINTING_H
#define DS_DIEM_MINTING_H

#include "world.h"

/* sVVV to lock for one more DIEM now; INFINITY: no more can be minted. An answer that is no rate
 * fails the replica, by its status. */
double ds_mint_rate(const ds_world *w);

/* Locks `lock` of the holder's sVVV. *minted is 0, and nothing changed, when that is less than
 * `least` or when supply is at its end. */
DS_MUST_CHECK bool ds_mint(ds_world *w, ds_holder *holder, ds_amount lock, ds_amount least,
                           ds_amount *minted);

/* Burns liquid DIEM of the holder, at most what is outstanding; what it unlocks is sVVV again. */
DS_MUST_CHECK bool ds_burn(ds_world *w, ds_holder *holder, ds_amount diem);

#endif
