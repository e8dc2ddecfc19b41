/*
 * Governance: parameters change, or a policy is swapped, at times that the scenario names. Every
 * action is a whole config (sim/core/model.h), so the economy goes over to another one; what it
 * keeps of the old one is brought up to date here. From its announcement on, holders may act on
 * what an action will bring.
 *
 * May change: the config that the economy follows, policies' memories and rooms.
 */
#ifndef DS_DIEM_GOVERNANCE_H
#define DS_DIEM_GOVERNANCE_H

#include "holders.h"

extern const ds_param ds_governance_params[];

/* Rooms of the policies that actions bring: behind all else, so that what later actions bring does
 * not move what there is before them. */
void ds_governance_place(ds_world *w, ds_arena *arena);
/* The config and the rooms that the state stands for: when a replica begins, and after its arena
 * was copied from another time. */
void ds_governance_resume(ds_world *w);
/* When the next action is told or done. */
void ds_governance_begin(ds_world *w);

/* For ds_model: configs that only differ by actions that are neither done nor told before `at`, and
 * the bytes of the arena without the rooms of actions from `at` on. */
bool ds_governance_shares_past(const void *a, const void *b, double at);
size_t ds_governance_past(const void *world, double at);
DS_MUST_CHECK bool ds_governance_acts(void *world); /* handler */

/* What holders reckon with while an announced action is still to come, by
 * `holders.anticipation` of it. */
DS_MUST_CHECK bool ds_governance_foresee(ds_world *w, ds_outlook *outlook);

#endif
