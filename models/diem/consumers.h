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
void ds_consumers_step(ds_world *w);  /* how far reviews go, as the config of now says */
DS_MUST_CHECK bool ds_consumers_begin(ds_world *w);
void ds_consumers_pace(ds_world *w); /* the rate of reviews, as the config of now says */
/* Somebody new in an empty row, who chooses a route at once. */
DS_MUST_CHECK bool ds_consumer_joins(ds_world *w, uint32_t who, uint32_t cohort);
/* The outside provider's price moves on. */
void ds_consumers_hour(ds_world *w, double dt);

/* USD that a DIEM is worth to a consumer: 365 * use * list / required return (list is 1 USD). */
double ds_diem_worth(const ds_world *w, const ds_consumer *consumer);

/* Price of a unit of inference at list price 1, by every route as this consumer sees it. */
void ds_route_prices(const ds_world *w, const ds_consumer *consumer, double price[DS_ROUTES]);
/* Of the outside provider. */
double ds_outside_price(const ds_world *w);

/* Handlers. */
bool ds_consumer_review(void *world);
bool ds_new_consumer_review(void *world);
bool ds_user_cooldown_ends(void *world);

#endif
