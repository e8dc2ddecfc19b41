#include "csv.h"

#include "complain.h"
#include "quantity.h"

#include <stdio.h>
#include <string.h>

bool ds_csv_wrong(ds_csv *c, const char *message)
{
    return ds_complain_at(c->st, c->text, c->line, 1, message);
}

static void split(ds_csv *c, char *row)
{
    c->count = 0;
    for (char *next = row; next && c->count < DS_CSV_FIELDS;) {
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

static char *copy_row(ds_csv *c, size_t length)
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
bool ds_csv_next(ds_csv *c)
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

int ds_csv_find(const ds_csv *c, const char *name)
{
    for (int i = 0; i < c->count; i++)
        if (strcmp(c->field[i], name) == 0)
            return i;
    return -1;
}

/* Those that a date can say. */
static const double first_day = -25567, last_day = 2932896;

bool ds_csv_time(ds_csv *c, const char *field, bool unix_time, double *days)
{
    char why[160], message[480];
    if (!unix_time) {
        if (ds_date_read(field, days))
            return true;
        snprintf(message, sizeof message, "'%s' is no date, must be like 2026-09-19",
                 ds_quote(c->pool, field));
        return ds_csv_wrong(c, message);
    }
    if (!ds_quantity_read(field, "1", days, why, sizeof why)) {
        snprintf(message, sizeof message, "unix_time '%s': %s", ds_quote(c->pool, field), why);
        return ds_csv_wrong(c, message);
    }
    *days /= 86400;
    if (*days >= first_day && *days < last_day + 1)
        return true;
    snprintf(message, sizeof message,
             "unix_time '%s' is %.4g, must be seconds since 1970, of a year from 1900 to 9999",
             ds_quote(c->pool, field), *days * 86400);
    return ds_csv_wrong(c, message);
}

bool ds_csv_value(ds_csv *c, const char *field, const ds_param *p, double *value)
{
    char why[160], message[512];
    if (!*field)
        return ds_csv_wrong(c, "a gap: the value is empty");
    if (!ds_quantity_read(field, p->unit, value, why, sizeof why)) {
        snprintf(message, sizeof message, "'%s': %s", ds_quote(c->pool, field), why);
        return ds_csv_wrong(c, message);
    }
    if (*value >= p->min && *value <= p->max)
        return true;
    const bool plain = strcmp(p->unit, "1") == 0;
    snprintf(message, sizeof message, "%g%s%s, must lie in [%g, %g]", *value, plain ? "" : " ",
             plain ? "" : p->unit, p->min, p->max);
    return ds_csv_wrong(c, message);
}

/* Of two columns of one name it could not be said which is meant. */
static bool check_names(ds_csv *c)
{
    char message[256];
    for (int i = 1; i < c->count; i++) {
        if (!*c->field[i] || ds_csv_find(c, c->field[i]) == i)
            continue;
        snprintf(message, sizeof message, "the header has two columns '%s'",
                 ds_quote(c->pool, c->field[i]));
        return ds_csv_wrong(c, message);
    }
    return true;
}

bool ds_csv_header(ds_csv *c, const char *like)
{
    static const char mark[] = "\xef\xbb\xbf"; /* that it is UTF-8, as spreadsheets write it */
    if (!ds_text_check(c->text, c->st))
        return false;
    if (c->at == c->text->text && c->text->size >= 3 && memcmp(c->at, mark, 3) == 0)
        c->at += 3;
    if (!ds_csv_next(c))
        return ds_fail(c->st, DS_E_DATA, "%s:1:1: no rows, must have a header such as '%s'",
                       c->text->name, like);
    c->columns = c->count;
    return check_names(c);
}

size_t ds_csv_lines(const ds_text *text)
{
    size_t lines = 1;
    for (size_t i = 0; i < text->size; i++)
        lines += text->text[i] == '\n';
    return lines;
}

/* As many fields as the header, at least up to the one that is wanted. */
bool ds_csv_has(ds_csv *c, int wanted)
{
    char message[200];
    if (c->count <= wanted)
        return ds_csv_wrong(c, "a row with fewer fields than the header");
    if (c->count <= c->columns)
        return true;
    snprintf(message, sizeof message,
             "a row with %d fields, the header has %d: the decimal sign is a point", c->count,
             c->columns);
    return ds_csv_wrong(c, message);
}

/* Goes back to a row of values. */
void ds_csv_go(ds_csv *c, uint32_t row)
{
    c->at = c->text->text;
    c->line = 0;
    for (uint32_t i = 0; i <= row + 1 && ds_csv_next(c); i++)
        ;
}
