/*
 * Consumers of inference: what they spend, and how they pay. A review compares a DIEM's price with
 * what its credit is worth to this consumer, adjusts the DIEM it owns by a step, and leaves for an
 * outside provider when waiting, lost jobs or the price pass its tolerance.
 */
#ifndef DS_DIEM_CONSUMERS_H
#define DS_DIEM_CONSUMERS_H

#include "world.h"

DS_MUST_CHECK bool ds_consumers_begin(ds_world *w);

/* USD that a DIEM is worth to a consumer: 365 * use * list / required return (list is 1 USD). */
double ds_diem_worth(const ds_world *w, const ds_consumer *consumer);

/* Handlers. */
bool ds_consumer_review(void *world);
bool ds_user_cooldown_ends(void *world);

#endif
