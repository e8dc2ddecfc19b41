#include "csvpath.h"

#include "complain.h"
#include "quantity.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS = 64 };

typedef struct csv {
    ds_pool *pool;
    const ds_text *text;
    ds_status *st;
    const char *at; /* next line */
    int line;       /* of the row in `field` */
    int count, columns;
    char *row; /* a copy of the line, cut into fields */
    size_t room;
    const char *field[FIELDS];
} csv;

static bool wrong(csv *c, const char *message)
{
    return ds_complain_at(c->st, c->text, c->line, 1, message);
}

static void split(csv *c, char *row)
{
    c->count = 0;
    for (char *next = row; next && c->count < FIELDS;) {
        char *const comma = strchr(next, ',');
        if (comma)
            *comma = '\0';
        while (*next == ' ')
            next++;
        size_t n = strlen(next);
        while (n && (next[n - 1] == ' ' || next[n - 1] == '\r'))
            next[--n] = '\0';
        c->field[c->count++] = next;
        next = comma ? comma + 1 : NULL;
    }
}

static char *copy_row(csv *c, size_t length)
{
    if (!c->row || c->room < length + 1) {
        c->room = 2 * (length + 1);
        c->row = ds_pool_take(c->pool, c->room);
    }
    memcpy(c->row, c->at, length);
    c->row[length] = '\0';
    return c->row;
}

/* The next row that is neither empty nor a comment. */
static bool next_row(csv *c)
{
    const char *const end = c->text->text + c->text->size;
    while (c->at < end) {
        const char *const feed = memchr(c->at, '\n', (size_t)(end - c->at));
        const size_t length = (size_t)((feed ? feed : end) - c->at);
        char *const row = copy_row(c, length);
        c->at = feed ? feed + 1 : end;
        c->line++;
        if (row[0] == '#' || strspn(row, " \r\t") == strlen(row))
            continue;
        split(c, row);
        return true;
    }
    return false;
}

static int find_column(const csv *c, const char *name)
{
    for (int i = 0; i < c->count; i++)
        if (strcmp(c->field[i], name) == 0)
            return i;
    return -1;
}

static bool read_time(csv *c, const char *field, bool unix_time, double *days)
{
    char why[160], message[256];
    if (!unix_time) {
        if (ds_date_read(field, days))
            return true;
        snprintf(message, sizeof message, "'%s' is no date, must be like 2026-09-19",
                 ds_quote(c->pool, field));
        return wrong(c, message);
    }
    if (!ds_quantity_read(field, "1", days, why, sizeof why)) {
        snprintf(message, sizeof message, "unix_time '%s': %s", ds_quote(c->pool, field), why);
        return wrong(c, message);
    }
    *days /= 86400;
    return true;
}

static bool read_value(csv *c, const char *field, const ds_param *p, double *value)
{
    char why[160], message[512];
    if (!*field)
        return wrong(c, "a gap: the value is empty");
    if (!ds_quantity_read(field, p->unit, value, why, sizeof why)) {
        snprintf(message, sizeof message, "'%s': %s", ds_quote(c->pool, field), why);
        return wrong(c, message);
    }
    if (*value >= p->min && *value <= p->max)
        return true;
    const bool plain = strcmp(p->unit, "1") == 0;
    snprintf(message, sizeof message, "%g%s%s, must lie in [%g, %g]", *value, plain ? "" : " ",
             plain ? "" : p->unit, p->min, p->max);
    return wrong(c, message);
}

static bool header_row(csv *c, const char *like)
{
    if (memchr(c->text->text, '\0', c->text->size))
        return ds_fail(c->st, DS_E_DATA, "%s:1:1: a NUL byte, must be text", c->text->name);
    if (!next_row(c))
        return ds_fail(c->st, DS_E_DATA, "%s:1:1: no rows, must have a header such as '%s'",
                       c->text->name, like);
    c->columns = c->count;
    return true;
}

static bool header(csv *c, const char *column, int *time, int *value)
{
    char message[256];
    if (!header_row(c, "date,price"))
        return false;
    *time = find_column(c, "date");
    if (*time < 0)
        *time = find_column(c, "unix_time");
    if (*time < 0)
        return wrong(c, "the header has no column 'date' or 'unix_time'");
    *value = column ? find_column(c, column) : *time == 0 ? 1 : 0;
    if (*value >= 0 && *value < c->count)
        return true;
    snprintf(message, sizeof message, "the header has no column '%s'",
             column ? ds_quote(c->pool, column) : "of values");
    return wrong(c, message);
}

static size_t count_lines(const ds_text *text)
{
    size_t lines = 1;
    for (size_t i = 0; i < text->size; i++)
        lines += text->text[i] == '\n';
    return lines;
}

/* As many fields as the header, at least up to the one that is wanted. */
static bool has_fields(csv *c, int wanted)
{
    char message[200];
    if (c->count <= wanted)
        return wrong(c, "a row with fewer fields than the header");
    if (c->count <= c->columns)
        return true;
    snprintf(message, sizeof message,
             "a row with %d fields, the header has %d: the decimal sign is a point", c->count,
             c->columns);
    return wrong(c, message);
}

static bool one_row(csv *c, const int column[2], const ds_param *p, bool unix_time, double row[2])
{
    return has_fields(c, column[0] > column[1] ? column[0] : column[1]) &&
           read_time(c, c->field[column[0]], unix_time, &row[0]) &&
           read_value(c, c->field[column[1]], p, &row[1]);
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The time between rows of a series in which three of four rows are equally far apart, with months
 * taken as equal; 0: it is not regular. */
static double usual_step(ds_pool *pool, const double *time, uint32_t count)
{
    if (count < 5)
        return 0;
    double *const step = ds_pool_take(pool, (count - 1) * sizeof *step);
    for (uint32_t i = 0; i + 1 < count; i++)
        step[i] = time[i + 1] - time[i];
    qsort(step, count - 1, sizeof *step, by_size);
    const double usual = step[(count - 1) / 2];
    uint32_t equal = 0;
    for (uint32_t i = 0; i + 1 < count; i++)
        equal += step[i] > 0.85 * usual && step[i] < 1.15 * usual;
    return 4 * equal >= 3 * (count - 1) ? usual : 0;
}

/* Goes back to a row of values. */
static void find_row(csv *c, uint32_t row)
{
    c->at = c->text->text;
    c->line = 0;
    for (uint32_t i = 0; i <= row + 1 && next_row(c); i++)
        ;
}

static bool check_steps(csv *c, const ds_path *path)
{
    char message[300];
    const double usual = usual_step(c->pool, path->time, path->count);
    for (uint32_t i = 1; usual > 0 && i < path->count; i++) {
        const double step = path->time[i] - path->time[i - 1];
        if (step < 1.5 * usual)
            continue;
        find_row(c, i);
        snprintf(message, sizeof message,
                 "a gap: this row is %.6g d after the one before, most are %.6g d apart; give the "
                 "missing rows, or 'gaps: true' beside 'file' when they are meant to be missing",
                 step, usual);
        return wrong(c, message);
    }
    return true;
}

static bool read_rows(csv *c, const int at[2], const ds_param *p, ds_path *path)
{
    const bool unix_time = strcmp(c->field[at[0]], "unix_time") == 0;
    const size_t most = count_lines(c->text);
    double *const time = ds_pool_take(c->pool, most * sizeof *time);
    double *const value = ds_pool_take(c->pool, most * sizeof *value);
    uint32_t n = 0;
    for (; next_row(c); n++) {
        double row[2] = {0};
        if (!one_row(c, at, p, unix_time, row))
            return false;
        if (n > 0 && !(row[0] > time[n - 1]))
            return wrong(c, "time does not rise: this row is not after the one before");
        if (path->between == DS_LOG_LINEAR && !(row[1] > 0))
            return wrong(c, "a value that is not above 0, which 'interpolation: log-linear' needs; "
                            "'linear' and 'step' do not");
        time[n] = row[0];
        value[n] = row[1];
    }
    path->count = n;
    path->time = time;
    path->value = value;
    if (n == 0)
        return wrong(c, "no rows of values");
    return path->gaps || check_steps(c, path);
}

bool ds_csv_path(ds_pool *pool, const ds_text *text, const ds_param *param, ds_path *path,
                 ds_status *st)
{
    csv c = {.pool = pool, .text = text, .st = st, .at = text->text};
    int at[2] = {0};
    return header(&c, path->column, &at[0], &at[1]) && read_rows(&c, at, param, path);
}

/* ---- columns without dates ---- */

static bool one_column(csv *c, const char *column, int *at)
{
    char message[256];
    if (!header_row(c, "balance"))
        return false;
    *at = column ? find_column(c, column) : 0;
    if (!column && c->count > 1) {
        snprintf(message, sizeof message,
                 "the header has %d columns, 'column' must name the one that is meant", c->count);
        return wrong(c, message);
    }
    if (*at >= 0)
        return true;
    snprintf(message, sizeof message, "the header has no column '%s'", ds_quote(c->pool, column));
    return wrong(c, message);
}

bool ds_csv_column(ds_pool *pool, const ds_text *text, const ds_param *param, ds_column *column,
                   ds_status *st)
{
    csv c = {.pool = pool, .text = text, .st = st, .at = text->text};
    int at = 0;
    uint32_t n = 0;
    if (!one_column(&c, column->column, &at))
        return false;
    double *const value = ds_pool_take(pool, count_lines(text) * sizeof *value);
    for (; next_row(&c); n++)
        if (!has_fields(&c, at) || !read_value(&c, c.field[at], param, &value[n]))
            return false;
    column->count = n;
    column->value = value;
    return n > 0 || wrong(&c, "no rows of values");
}
