#include "param.h"

#include <string.h>

const char *const ds_between_words[] = {"log-linear", "linear", "step", NULL};

const ds_param *ds_param_find(const ds_param *table, const char *name)
{
    for (const ds_param *p = table; p && p->name; p++)
        if (strcmp(p->name, name) == 0)
            return p;
    return NULL;
}

bool ds_param_whole(const ds_param *p)
{
    return p->whole || p->kind == DS_INTEGER;
}

size_t ds_param_count(const ds_param *table)
{
    size_t count = 0;
    while (table && table[count].name)
        count++;
    return count;
}

const ds_alternative *ds_alternative_find(const ds_alternative *const *list, const char *name)
{
    for (; list && *list; list++)
        if (strcmp((*list)->name, name) == 0)
            return *list;
    return NULL;
}
