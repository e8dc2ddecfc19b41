#include "observations.h"

#include "complain.h"
#include "csv.h"
#include "files.h"

#include <stdio.h>
#include <string.h>

enum { DATE, QUANTITY, VALUE, COLUMNS };

static const ds_param any_number = {.name = "value", .unit = "1", .min = -1e300, .max = 1e300};

/* Names of the columns; the first says when. */
typedef struct form {
    const char *name[COLUMNS];
    const char *header, *all;
} form;
static const form dated = {
    {"date", "quantity", "value"}, "date,quantity,value", "date, quantity and value"};
static const form timed_form = {
    {"time", "quantity", "value"}, "time,quantity,value", "time, quantity and value"};

static bool header(ds_csv *c, const form *f, int at[COLUMNS])
{
    char message[160];
    if (!ds_csv_header(c, f->header))
        return false;
    for (int i = 0; i < COLUMNS; i++) {
        at[i] = ds_csv_find(c, f->name[i]);
        if (at[i] >= 0)
            continue;
        snprintf(message, sizeof message, "the header has no column '%s', must have %s", f->name[i],
                 f->all);
        return ds_csv_wrong(c, message);
    }
    return true;
}

static bool row(ds_csv *c, bool timed, const int at[COLUMNS], ds_observation *out)
{
    if (!ds_csv_has(c, at[DATE]) || !ds_csv_has(c, at[QUANTITY]) || !ds_csv_has(c, at[VALUE]) ||
        !(timed ? ds_csv_value(c, c->field[at[DATE]], &any_number, &out->date)
                : ds_csv_time(c, c->field[at[DATE]], false, &out->date)) ||
        !ds_csv_value(c, c->field[at[VALUE]], &any_number, &out->value))
        return false;
    const char *const name = c->field[at[QUANTITY]];
    if (!*name || strchr(name, '"') || !ds_is_plain(name, strlen(name)))
        return ds_csv_wrong(c, "a quantity must be the name of a metric, without quotes");
    out->quantity = ds_pool_copy(c->pool, name, strlen(name));
    return true;
}

bool ds_observations_parse(ds_pool *pool, const ds_text *text, bool timed, ds_observations *out,
                           ds_status *st)
{
    int at[COLUMNS] = {0};
    *out = (ds_observations){0};
    ds_csv c = {.pool = pool, .text = text, .st = st, .at = text->text};
    ds_observation *const item = ds_pool_take(pool, ds_csv_lines(text) * sizeof *item);
    if (!header(&c, timed ? &timed_form : &dated, at))
        return false;
    for (; ds_csv_next(&c); out->count++)
        if (!row(&c, timed, at, &item[out->count]))
            return false;
    out->item = item;
    return out->count > 0 || ds_csv_wrong(&c, "no rows of observations");
}

bool ds_observations_read_timed(ds_pool *pool, const char *path, bool timed, ds_observations *out,
                                ds_status *st)
{
    ds_text *const text = ds_pool_take(pool, sizeof *text);
    *text = (ds_text){.name = path};
    *out = (ds_observations){0};
    return ds_file_slurp(pool, path, DS_SCENARIO_MOST, &text->text, &text->size, st) &&
           ds_observations_parse(pool, text, timed, out, st);
}

bool ds_observations_read(ds_pool *pool, const char *path, ds_observations *out, ds_status *st)
{
    return ds_observations_read_timed(pool, path, false, out, st);
}
