/*
 * What policies pay and ask: those of now, and those that an action will bring. A policy that the
 * action leaves as it is counts as it does now, so that the announcement of one thing is no news of
 * another.
 */
#ifndef DS_DIEM_PROSPECT_H
#define DS_DIEM_PROSPECT_H

#include "world.h"

/* What the rules of a time pay and ask. */
typedef struct ds_terms {
    double keep;             /* part of its emission that a locked sVVV keeps */
    double emission;         /* VVV/yr, for stakers */
    double mint_rate;        /* VVV/DIEM */
    double stakers, minters; /* USD/d of fees */
} ds_terms;

ds_terms ds_terms_now(const ds_world *w);
/* Those that hold behind so many actions, from `at` on, at the supply, prices and revenue of now.
 * Their rooms are open. */
DS_MUST_CHECK bool ds_terms_then(ds_world *w, const ds_diem_config *next, uint32_t actions,
                                 double at, ds_terms *terms);

#endif
