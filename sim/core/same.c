#include "param.h"

#include <math.h>
#include <string.h>

static bool same_number(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_numbers(uint32_t count, const double *a, const double *b)
{
    for (uint32_t i = 0; a != b && i < count; i++)
        if (!same_number(a[i], b[i]))
            return false;
    return true;
}

static bool same_list(const ds_param *p, const ds_list *a, const ds_list *b)
{
    if (a->count != b->count)
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (!ds_params_same(p->table, (const char *)a->items + i * p->size,
                            (const char *)b->items + i * p->size))
            return false;
    return true;
}

static bool same_choice(const ds_choice *a, const ds_choice *b)
{
    return a->as == b->as && (!a->as || ds_params_same(a->as->params, a->params, b->params));
}

static bool same_path(const ds_path *a, const ds_path *b)
{
    return same_text(a->file, b->file) && same_text(a->column, b->column) && a->gaps == b->gaps &&
           a->between == b->between && a->count == b->count &&
           same_numbers(a->count, a->time, b->time) && same_numbers(a->count, a->value, b->value);
}

static bool same_column(const ds_column *a, const ds_column *b)
{
    return same_text(a->file, b->file) && same_text(a->column, b->column) && a->count == b->count &&
           same_numbers(a->count, a->value, b->value);
}

static bool same_value(const ds_param *p, const void *a, const void *b)
{
    const ds_numbers *const m = a, *const n = b;
    switch (p->kind) {
    case DS_NUMBER:
    case DS_DATE:
        return same_number(*(const double *)a, *(const double *)b);
    case DS_INTEGER:
        return *(const int64_t *)a == *(const int64_t *)b;
    case DS_SWITCH:
        return *(const bool *)a == *(const bool *)b;
    case DS_TEXT:
        return same_text(*(const char *const *)a, *(const char *const *)b);
    case DS_NUMBERS:
        return m->count == n->count && same_numbers(m->count, m->value, n->value);
    case DS_WORD:
        return *(const int *)a == *(const int *)b;
    case DS_GROUP:
        return ds_params_same(p->table, a, b);
    case DS_LIST:
    case DS_MAP:
        return same_list(p, a, b);
    case DS_CHOICE:
        return same_choice(a, b);
    case DS_CHANGES:
        return ((const ds_changes *)a)->said == ((const ds_changes *)b)->said;
    case DS_PATH:
        return same_path(a, b);
    case DS_COLUMN:
    default:
        return same_column(a, b);
    }
}

bool ds_params_same(const ds_param *table, const void *a, const void *b)
{
    for (const ds_param *p = table; a != b && p && p->name; p++)
        if (!same_value(p, (const char *)a + p->offset, (const char *)b + p->offset))
            return false;
    return true;
}
