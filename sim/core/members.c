#include "members.h"

void ds_members_place(ds_members *m, uint32_t n, ds_arena *arena)
{
    m->n = n;
    m->count = DS_TAKE(arena, 1, uint32_t);
    m->member = DS_TAKE(arena, n, uint32_t);
    m->place = DS_TAKE(arena, n, uint32_t);
}
