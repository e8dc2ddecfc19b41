/*
 * Any text as a CSV file. The bits of the first byte say of what: a dated series, a column, or
 * observations. What is read is in order and within bounds, and reads as the same when it is
 * printed.
 */
#include "fuzz.h"
#include "sim/core/path.h"
#include "sim/io/csvpath.h"
#include "sim/io/observations.h"
#include "sim/io/plain.h"
#include "sim/io/quantity.h"

static const ds_param price = {
    .name = "path", .kind = DS_PATH, .unit = "coin/d", .min = -1e9, .max = 1e9};

static ds_text as_text(const char *csv)
{
    return (ds_text){.name = "fuzz.csv", .text = csv, .size = strlen(csv)};
}

static bool same_numbers(const double *a, const double *b, size_t count)
{
    return memcmp(a, b, count * sizeof *a) == 0;
}

/* ---- a dated series ---- */

static char *print_path(ds_pool *pool, const ds_path *path)
{
    const size_t room = 16 + path->count * (size_t)(DS_PLAIN_ROOM + 24);
    char *const csv = ds_pool_take(pool, room), date[40], value[DS_PLAIN_ROOM];
    size_t used = (size_t)snprintf(csv, room, "date,v\n");
    for (uint32_t i = 0; i < path->count; i++) {
        ds_date_print(path->time[i], date, sizeof date);
        ds_plain_print(path->value[i], value);
        used += (size_t)snprintf(csv + used, room - used, "%s,%s\n", date, value);
    }
    return csv;
}

static bool has_date(const ds_path *path, uint32_t row)
{
    char date[40];
    double again;
    ds_date_print(path->time[row], date, sizeof date);
    return ds_date_read(date, &again) && same_number(again, path->time[row]);
}

static void read_path_again(ds_pool *pool, const ds_path *path)
{
    ds_status st = {0};
    ds_path again = {.gaps = path->gaps, .between = path->between};
    for (uint32_t i = 0; i < path->count; i++)
        if (!has_date(path, i)) /* it had seconds since 1970, with fractions */
            return;
    const ds_text text = as_text(print_path(pool, path));
    must(ds_csv_path(pool, &text, &price, &again, &st), st.text, text.text);
    must(again.count == path->count && same_numbers(again.time, path->time, path->count) &&
             same_numbers(again.value, path->value, path->count),
         "a series reads as the same again", text.text);
}

static void try_path(ds_pool *pool, const ds_text *text, unsigned bits)
{
    ds_status st = {0};
    ds_path path = {.gaps = bits & 1, .between = (int)(bits >> 1 & 3) % 3};
    if (bits & 8)
        path.column = "v";
    const bool fine = ds_csv_path(pool, text, &price, &path, &st);
    must_say(fine, &st);
    if (!fine)
        return;
    must(path.count > 0, "a series has rows", text->text);
    for (uint32_t i = 0; i < path.count; i++) {
        must(path.value[i] >= price.min && path.value[i] <= price.max, "values have bounds", "");
        must(i == 0 || path.time[i] > path.time[i - 1], "time rises", "");
        must(path.between != DS_LOG_LINEAR || path.value[i] > 0, "logarithms exist", "");
        const double at = ds_path_at(&path, path.time[i]);
        must(at >= price.min - 1 && at <= price.max + 1, "a path has a value", "");
    }
    read_path_again(pool, &path);
}

/* ---- a column ---- */

static void try_column(ds_pool *pool, const ds_text *text, unsigned bits)
{
    ds_status st = {0};
    ds_column column = {.column = bits & 8 ? "v" : NULL}, again = {0};
    const bool fine = ds_csv_column(pool, text, &price, &column, &st);
    must_say(fine, &st);
    if (!fine)
        return;
    const size_t room = 16 + column.count * (size_t)(DS_PLAIN_ROOM + 1);
    char *const csv = ds_pool_take(pool, room), value[DS_PLAIN_ROOM];
    size_t used = (size_t)snprintf(csv, room, "v\n");
    for (uint32_t i = 0; i < column.count; i++) {
        ds_plain_print(column.value[i], value);
        used += (size_t)snprintf(csv + used, room - used, "%s\n", value);
    }
    const ds_text printed = as_text(csv);
    must(ds_csv_column(pool, &printed, &price, &again, &st), st.text, csv);
    must(again.count == column.count && same_numbers(again.value, column.value, column.count),
         "a column reads as the same again", csv);
}

/* ---- observations ---- */

static void try_observations(ds_pool *pool, const ds_text *text, unsigned bits)
{
    ds_status st = {0};
    ds_observations seen;
    const bool fine = ds_observations_parse(pool, text, bits & 1, &seen, &st);
    must_say(fine, &st);
    if (!fine)
        return;
    must(seen.count > 0 && seen.count <= text->size, "there are rows", text->text);
    for (size_t i = 0; i < seen.count; i++) {
        const ds_observation *const o = &seen.item[i];
        must(o->value - o->value == 0 && o->date - o->date == 0, "numbers are finite", text->text);
        must(*o->quantity && !strchr(o->quantity, '\n') &&
                 ds_is_plain(o->quantity, strlen(o->quantity)),
             "a quantity is a name", text->text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    ds_pool pool = {0};
    char *const csv = text_of(data + 1, size - 1);
    const ds_text text = {.name = "fuzz.csv", .text = csv, .size = size - 1};
    const unsigned bits = data[0] >> 2;
    if ((data[0] & 3) == 0)
        try_column(&pool, &text, bits);
    else if ((data[0] & 3) == 1)
        try_observations(&pool, &text, bits);
    else
        try_path(&pool, &text, bits);
    ds_pool_free(&pool);
    free(csv);
    return 0;
}
