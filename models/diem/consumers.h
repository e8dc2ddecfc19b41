/*
 * Consumers of inference: what they spend, and how they pay. A review compares the price of a unit
 * of inference by every route (own DIEM, rented DIEM, cash, an outside provider), picks one by a
 * logit choice, and moves a step towards the DIEM that the route asks for. Waiting or lost jobs
 * beyond tolerance send a consumer outside.
 */
#ifndef DS_DIEM_CONSUMERS_H
#define DS_DIEM_CONSUMERS_H

#include "world.h"

void ds_consumers_place(ds_world *w); /* behind the counts */
DS_MUST_CHECK bool ds_consumers_begin(ds_world *w);

/* USD that a DIEM is worth to a consumer: 365 * use * list / required return (list is 1 USD). */
double ds_diem_worth(const ds_world *w, const ds_consumer *consumer);

/* Price of a unit of inference at list price 1, by every route as this consumer sees it. */
void ds_route_prices(const ds_world *w, const ds_consumer *consumer, double price[DS_ROUTES]);
/* Of the outside provider. */
double ds_outside_price(const ds_world *w);

/* Handlers. */
bool ds_consumer_review(void *world);
bool ds_user_cooldown_ends(void *world);

#endif
