#include "known.h"

#include "csvpath.h"

#include <string.h>

struct ds_known_path {
    const struct ds_known_path *next;
    const ds_text *text;
    const ds_param *param;
    ds_path path; /* of the two the one that `param` is */
    ds_column column;
};

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

bool ds_known_path(ds_binder *b, const ds_param *p, const ds_text *text, ds_path *out)
{
    for (const struct ds_known_path *k = b->paths; k; k = k->next)
        if (k->text == text && k->param == p && k->path.gaps == out->gaps &&
            k->path.between == out->between && same_text(k->path.column, out->column)) {
            out->count = k->path.count;
            out->time = k->path.time;
            out->value = k->path.value;
            return true;
        }
    if (!ds_csv_path(b->pool, text, p, out, b->st))
        return false;
    struct ds_known_path *const k = ds_pool_take(b->pool, sizeof *k);
    *k = (struct ds_known_path){.next = b->paths, .text = text, .param = p, .path = *out};
    b->paths = k;
    return true;
}

bool ds_known_column(ds_binder *b, const ds_param *p, const ds_text *text, ds_column *out)
{
    for (const struct ds_known_path *k = b->paths; k; k = k->next)
        if (k->text == text && k->param == p && same_text(k->column.column, out->column)) {
            out->count = k->column.count;
            out->value = k->column.value;
            return true;
        }
    if (!ds_csv_column(b->pool, text, p, out, b->st))
        return false;
    struct ds_known_path *const k = ds_pool_take(b->pool, sizeof *k);
    *k = (struct ds_known_path){.next = b->paths, .text = text, .param = p, .column = *out};
    b->paths = k;
    return true;
}
