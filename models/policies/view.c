#include "view.h"

#include <stdio.h>
#include <string.h>

#define FIELD(member)                       \
    {                                       \
#member, offsetof(ds_view, member), \
    }
const ds_view_field ds_view_fields[] = {
    FIELD(time),        FIELD(date),        FIELD(diem_supply),
    FIELD(diem_staked), FIELD(vvv_supply),  FIELD(vvv_staked),
    FIELD(vvv_locked),  FIELD(utilization), FIELD(capacity),
    FIELD(demand),      FIELD(vvv_price),   FIELD(diem_price),
    FIELD(treasury),    FIELD(revenue),     FIELD(cost),
    FIELD(price),       FIELD(outflow),     FIELD(runway),
    FIELD(consumers),   FIELD(vvv_burned),  {0},
};
#undef FIELD

const ds_view_field *ds_view_find(const char *name)
{
    for (const ds_view_field *f = ds_view_fields; f->name; f++)
        if (strcmp(f->name, name) == 0)
            return f;
    return NULL;
}

void ds_view_list(char text[DS_VIEW_NAMES])
{
    size_t length = 0;
    for (const ds_view_field *f = ds_view_fields; f->name; f++)
        length += (size_t)snprintf(text + length, DS_VIEW_NAMES - length, "%s%s",
                                   f == ds_view_fields ? "" : ", ", f->name);
}

void ds_view_try(ds_nearest *meant)
{
    for (const ds_view_field *f = ds_view_fields; f->name; f++)
        ds_nearest_try(meant, f->name);
}

bool ds_outside_name(const char *name)
{
    const size_t length = strlen(name);
    return length > 0 && length < 64 && !(*name >= '0' && *name <= '9') &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
               length &&
           strcmp(name, "use") != 0 && strcmp(name, "file") != 0;
}
