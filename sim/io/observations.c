#include "observations.h"

#include "csv.h"
#include "files.h"

#include <stdio.h>
#include <string.h>

enum { DATE, QUANTITY, VALUE, COLUMNS };

static const char *const names[COLUMNS] = {"date", "quantity", "value"};
static const ds_param any_number = {.name = "value", .unit = "1", .min = -1e300, .max = 1e300};

static bool header(ds_csv *c, int at[COLUMNS])
{
    char message[160];
    if (!ds_csv_header(c, "date,quantity,value"))
        return false;
    for (int i = 0; i < COLUMNS; i++) {
        at[i] = ds_csv_find(c, names[i]);
        if (at[i] >= 0)
            continue;
        snprintf(message, sizeof message,
                 "the header has no column '%s', must have date, quantity and value", names[i]);
        return ds_csv_wrong(c, message);
    }
    return true;
}

static bool row(ds_csv *c, const int at[COLUMNS], ds_observation *out)
{
    if (!ds_csv_has(c, at[DATE]) || !ds_csv_has(c, at[QUANTITY]) || !ds_csv_has(c, at[VALUE]) ||
        !ds_csv_time(c, c->field[at[DATE]], false, &out->date) ||
        !ds_csv_value(c, c->field[at[VALUE]], &any_number, &out->value))
        return false;
    const char *const name = c->field[at[QUANTITY]];
    if (!*name || strchr(name, '"'))
        return ds_csv_wrong(c, "a quantity must be the name of a metric, without quotes");
    out->quantity = ds_pool_copy(c->pool, name, strlen(name));
    return true;
}

bool ds_observations_read(ds_pool *pool, const char *path, ds_observations *out, ds_status *st)
{
    ds_text *const text = ds_pool_take(pool, sizeof *text);
    int at[COLUMNS] = {0};
    *text = (ds_text){.name = path};
    *out = (ds_observations){0};
    if (!ds_file_slurp(pool, path, DS_SCENARIO_MOST, &text->text, &text->size, st))
        return false;
    ds_csv c = {.pool = pool, .text = text, .st = st, .at = text->text};
    ds_observation *const item = ds_pool_take(pool, ds_csv_lines(text) * sizeof *item);
    if (!header(&c, at))
        return false;
    for (; ds_csv_next(&c); out->count++)
        if (!row(&c, at, &item[out->count]))
            return false;
    out->item = item;
    return out->count > 0 || ds_csv_wrong(&c, "no rows of observations");
}
