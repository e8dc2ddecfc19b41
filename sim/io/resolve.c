#include "resolve.h"

#include "quantity.h"

#include <math.h>
#include <string.h>

static void print_list(ds_json *j, const ds_param *p, const ds_list *list)
{
    const bool map = p->kind == DS_MAP;
    ds_json_open(j, map ? '{' : '[');
    for (uint32_t i = 0; i < list->count; i++) {
        const char *const item = (const char *)list->items + i * p->size;
        const char *name;
        if (map) {
            memcpy(&name, item, sizeof name);
            ds_json_key(j, name);
        } else {
            ds_json_item(j);
        }
        ds_json_open(j, '{');
        /* The first member of a map's struct is its name, which stands as the key. */
        ds_resolve(j, map ? p->table + 1 : p->table, item);
        ds_json_close(j, '}');
    }
    ds_json_close(j, map ? '}' : ']');
}

static void print_numbers(ds_json *j, const ds_numbers *numbers)
{
    ds_json_open(j, '[');
    for (uint32_t i = 0; i < numbers->count; i++) {
        ds_json_item(j);
        ds_json_number(j, numbers->value[i]);
    }
    ds_json_close(j, ']');
}

static void print_choice_keys(ds_json *j, const ds_param *p, const ds_choice *choice)
{
    ds_json_key(j, p->tag);
    ds_json_string(j, choice->as->name);
    ds_resolve(j, choice->as->params, choice->params);
}

static void print_file(ds_json *j, const char *file, const char *column)
{
    ds_json_key(j, "file");
    ds_json_string(j, file);
    if (column) {
        ds_json_key(j, "column");
        ds_json_string(j, column);
    }
}

static void print_path(ds_json *j, const ds_param *p, const ds_path *path)
{
    ds_json_open(j, '{');
    print_file(j, path->file, path->column);
    if (path->gaps) {
        ds_json_key(j, "gaps");
        ds_json_raw(j, "true");
    }
    if (path->between != (int)p->fallback) {
        ds_json_key(j, "interpolation");
        ds_json_string(j, ds_between_words[path->between]);
    }
    ds_json_close(j, '}');
}

static void print_column(ds_json *j, const ds_column *column)
{
    ds_json_open(j, '{');
    print_file(j, column->file, column->column);
    ds_json_close(j, '}');
}

static void print_scalar(ds_json *j, const ds_param *p, const void *at)
{
    char date[40];
    switch (p->kind) {
    case DS_NUMBER:
        ds_json_number(j, *(const double *)at);
        break;
    case DS_INTEGER:
        ds_json_integer(j, *(const int64_t *)at);
        break;
    case DS_SWITCH:
        ds_json_raw(j, *(const bool *)at ? "true" : "false");
        break;
    case DS_DATE:
        ds_date_print(*(const double *)at, date, sizeof date);
        ds_json_string(j, date);
        break;
    case DS_WORD:
        ds_json_string(j, p->words[*(const int *)at]);
        break;
    default: {
        const char *const text = *(const char *const *)at;
        ds_json_string(j, text ? text : "");
    }
    }
}

static void print_value(ds_json *j, const ds_param *p, const void *at)
{
    switch (p->kind) {
    case DS_NUMBERS:
        print_numbers(j, at);
        break;
    case DS_GROUP:
        ds_json_open(j, '{');
        ds_resolve(j, p->table, at);
        ds_json_close(j, '}');
        break;
    case DS_LIST:
    case DS_MAP:
        print_list(j, p, at);
        break;
    case DS_CHOICE:
        ds_json_open(j, '{');
        print_choice_keys(j, p, at);
        ds_json_close(j, '}');
        break;
    case DS_PATH:
        print_path(j, p, at);
        break;
    case DS_COLUMN:
        print_column(j, at);
        break;
    case DS_CHANGES:
        ds_json_node(j, ((const ds_changes *)at)->said);
        break;
    default:
        print_scalar(j, p, at);
    }
}

static bool absent(const ds_param *p, const void *at)
{
    if (p->kind == DS_NUMBER)
        return isnan(*(const double *)at);
    if (p->kind == DS_PATH)
        return ((const ds_path *)at)->count == 0;
    if (p->kind == DS_COLUMN)
        return ((const ds_column *)at)->count == 0;
    if (p->kind == DS_CHOICE)
        return ((const ds_choice *)at)->as == NULL;
    if (p->kind == DS_TEXT)
        return *(const char *const *)at == NULL;
    return p->kind == DS_NUMBERS && ((const ds_numbers *)at)->count == 0;
}

void ds_resolve(ds_json *j, const ds_param *table, const void *config)
{
    for (const ds_param *p = table; p && p->name; p++) {
        const void *const at = (const char *)config + p->offset;
        if (absent(p, at))
            continue;
        if (p->merged) {
            print_choice_keys(j, p, at);
            continue;
        }
        ds_json_key(j, p->name);
        print_value(j, p, at);
        j->comma = true;
    }
}
