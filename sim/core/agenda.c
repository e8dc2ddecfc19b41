#include "agenda.h"

#include <assert.h>
#include <math.h>

void ds_agenda_place(ds_agenda *a, uint32_t capacity, ds_arena *arena)
{
    a->capacity = capacity;
    a->head = DS_TAKE(arena, 1, ds_agenda_head);
    a->item = DS_TAKE(arena, capacity, ds_item);
}

static bool before(const ds_item *x, const ds_item *y)
{
    return x->time < y->time || (x->time == y->time && x->order < y->order);
}

bool ds_agenda_add(ds_agenda *a, ds_item item, ds_status *st)
{
    if (a->head->count == a->capacity)
        return ds_fail(st, DS_E_DATA, "more than %u scheduled events are pending", a->capacity);
    item.order = a->head->entered++;
    uint32_t k = a->head->count++;
    for (; k > 0 && before(&item, &a->item[(k - 1) / 4]); k = (k - 1) / 4)
        a->item[k] = a->item[(k - 1) / 4];
    a->item[k] = item;
    return true;
}

double ds_agenda_earliest(const ds_agenda *a)
{
    return a->head->count ? a->item[0].time : INFINITY;
}

static uint32_t earliest_child(const ds_agenda *a, uint32_t k)
{
    uint32_t best = 4 * k + 1;
    for (uint32_t c = best + 1; c < 4 * k + 5 && c < a->head->count; c++)
        if (before(&a->item[c], &a->item[best]))
            best = c;
    return best;
}

ds_item ds_agenda_take(ds_agenda *a)
{
    assert(a->head->count > 0);
    const ds_item first = a->item[0], last = a->item[--a->head->count];
    uint32_t k = 0;
    while (4 * k + 1 < a->head->count) {
        const uint32_t child = earliest_child(a, k);
        if (!before(&a->item[child], &last))
            break;
        a->item[k] = a->item[child];
        k = child;
    }
    a->item[k] = last;
    return first;
}
