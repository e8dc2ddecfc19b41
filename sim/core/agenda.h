/*
 * One-offs that are known ahead: scheduled shocks, governance actions. A small 4-ary heap in the
 * arena; equal times leave in the order they entered, so a run never depends on how the heap
 * settles.
 */
#ifndef DS_CORE_AGENDA_H
#define DS_CORE_AGENDA_H

#include "arena.h"

#include <stdint.h>

typedef struct ds_item {
    double time;
    uint64_t order;         /* set by ds_agenda_add */
    uint32_t kind, subject; /* meaning is the model's */
} ds_item;

typedef struct ds_agenda_head {
    uint64_t entered;
    uint32_t count;
} ds_agenda_head;

typedef struct ds_agenda {
    ds_agenda_head *head;
    ds_item *item;
    uint32_t capacity;
} ds_agenda;

void ds_agenda_place(ds_agenda *a, uint32_t capacity, ds_arena *arena);
/* Fails when the agenda is full. */
DS_MUST_CHECK bool ds_agenda_add(ds_agenda *a, ds_item item, ds_status *st);
/* Time of the earliest; INFINITY when empty. */
double ds_agenda_earliest(const ds_agenda *a);
ds_item ds_agenda_take(ds_agenda *a); /* must not be empty */

#endif
