#include "csvpath.h"

#include "complain.h"
#include "csv.h"
#include "sim/core/interval.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool header(ds_csv *c, const char *column, int *time, int *value)
{
    char message[256];
    if (!ds_csv_header(c, "date,price"))
        return false;
    *time = ds_csv_find(c, "date");
    if (*time < 0)
        *time = ds_csv_find(c, "unix_time");
    if (*time < 0)
        return ds_csv_wrong(c, "the header has no column 'date' or 'unix_time': names are in lower "
                               "case, without quotes, and commas part them");
    if (!column && c->count > 2 && *c->field[2]) {
        snprintf(message, sizeof message,
                 "the header has %d columns, 'column' must name the one that is meant", c->count);
        return ds_csv_wrong(c, message);
    }
    *value = column ? ds_csv_find(c, column) : *time == 0 ? 1 : 0;
    if (*value >= 0 && *value < c->count)
        return true;
    if (!column)
        return ds_csv_wrong(c, "the header has no column of values");
    snprintf(message, sizeof message, "the header has no column '%s'", ds_quote(c->pool, column));
    return ds_csv_wrong(c, message);
}

static bool one_row(ds_csv *c, const int column[2], const ds_param *p, bool unix_time,
                    double row[2])
{
    return ds_csv_has(c, column[0] > column[1] ? column[0] : column[1]) &&
           ds_csv_time(c, c->field[column[0]], unix_time, &row[0]) &&
           ds_csv_value(c, c->field[column[1]], p, &row[1]);
}

/* The time between rows of a series in which three of four rows are equally far apart, with months
 * taken as equal, or most of them and the others a whole number of times as far; 0: it is not
 * regular. */
static double usual_step(ds_pool *pool, const double *time, uint32_t count)
{
    if (count < 4)
        return 0;
    double *const step = ds_pool_take(pool, (count - 1) * sizeof *step);
    for (uint32_t i = 0; i + 1 < count; i++)
        step[i] = time[i + 1] - time[i];
    qsort(step, count - 1, sizeof *step, ds_ascending);
    const double usual = step[(count - 1) / 2];
    uint32_t equal = 0, whole = 0;
    for (uint32_t i = 0; i + 1 < count; i++) {
        const double times = fmax(round(step[i] / usual), 1);
        whole += fabs(step[i] / usual - times) < 0.15;
        equal += fabs(step[i] / usual - 1) < 0.15;
    }
    const bool most = 2 * equal > count - 1 && whole == count - 1;
    return most || 4 * equal >= 3 * (count - 1) ? usual : 0;
}

static bool check_steps(ds_csv *c, const ds_path *path)
{
    char message[300];
    const double usual = usual_step(c->pool, path->time, path->count);
    for (uint32_t i = 1; usual > 0 && i < path->count; i++) {
        const double step = path->time[i] - path->time[i - 1];
        if (step < 1.5 * usual)
            continue;
        ds_csv_go(c, i);
        snprintf(message, sizeof message,
                 "a gap: this row is %.6g d after the one before, most are %.6g d apart; give the "
                 "missing rows, or 'gaps: true' beside 'file' when they are meant to be missing",
                 step, usual);
        return ds_csv_wrong(c, message);
    }
    return true;
}

static bool read_rows(ds_csv *c, const int at[2], const ds_param *p, ds_path *path)
{
    const bool unix_time = strcmp(c->field[at[0]], "unix_time") == 0;
    const size_t most = ds_csv_lines(c->text);
    double *const time = ds_pool_take(c->pool, most * sizeof *time);
    double *const value = ds_pool_take(c->pool, most * sizeof *value);
    uint32_t n = 0;
    for (; ds_csv_next(c); n++) {
        double row[2] = {0};
        if (!one_row(c, at, p, unix_time, row))
            return false;
        if (n > 0 && !(row[0] > time[n - 1]))
            return ds_csv_wrong(c, "time does not rise: this row is not after the one before");
        if (path->between == DS_LOG_LINEAR && !(row[1] > 0))
            return ds_csv_wrong(
                c, "a value that is not above 0, which 'interpolation: log-linear' needs; "
                   "'linear' and 'step' do not");
        time[n] = row[0];
        value[n] = row[1];
    }
    path->count = n;
    path->time = time;
    path->value = value;
    if (n == 0)
        return ds_csv_wrong(c, "no rows of values");
    return path->gaps || check_steps(c, path);
}

bool ds_csv_path(ds_pool *pool, const ds_text *text, const ds_param *param, ds_path *path,
                 ds_status *st)
{
    ds_csv c = {.pool = pool, .text = text, .st = st, .at = text->text};
    int at[2] = {0};
    return header(&c, path->column, &at[0], &at[1]) && read_rows(&c, at, param, path);
}

/* ---- columns without dates ---- */

static bool one_column(ds_csv *c, const char *column, int *at)
{
    char message[256];
    if (!ds_csv_header(c, "balance"))
        return false;
    *at = column ? ds_csv_find(c, column) : 0;
    if (!column && c->count > 1) {
        snprintf(message, sizeof message,
                 "the header has %d columns, 'column' must name the one that is meant", c->count);
        return ds_csv_wrong(c, message);
    }
    if (*at >= 0)
        return true;
    snprintf(message, sizeof message, "the header has no column '%s'", ds_quote(c->pool, column));
    return ds_csv_wrong(c, message);
}

bool ds_csv_column(ds_pool *pool, const ds_text *text, const ds_param *param, ds_column *column,
                   ds_status *st)
{
    ds_csv c = {.pool = pool, .text = text, .st = st, .at = text->text};
    int at = 0;
    uint32_t n = 0;
    if (!one_column(&c, column->column, &at))
        return false;
    double *const value = ds_pool_take(pool, ds_csv_lines(text) * sizeof *value);
    for (; ds_csv_next(&c); n++)
        if (!ds_csv_has(&c, at) || !ds_csv_value(&c, c.field[at], param, &value[n]))
            return false;
    column->count = n;
    column->value = value;
    return n > 0 || ds_csv_wrong(&c, "no rows of values");
}
