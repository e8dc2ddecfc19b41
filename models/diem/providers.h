/*
 * Providers: slots they own, what they earn and what they ask. A review lets one that is out enter
 * when a slot earns its cost and a margin at current utilization, one that is in leave when
 * trailing revenue stays below cost, and both follow demand with their price.
 */
#ifndef DS_DIEM_PROVIDERS_H
#define DS_DIEM_PROVIDERS_H

#include "world.h"

DS_MUST_CHECK bool ds_providers_begin(ds_world *w);
void ds_providers_pace(
    ds_world *w); /* rates of reviews and failures, and patience, as the config of now says */
bool ds_provider_review(void *world); /* handler */

#endif
