#include "table.h"

#include "number.h"
#include "text.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Words stand in at most so many columns of a terminal. */
enum { WIDEST = 60 };

void ds_table_begin(ds_table *table, const char *name, const char *title,
                    const ds_table_column *column)
{
    *table = (ds_table){.name = name, .title = title, .column = column};
    while (column[table->columns].name)
        table->columns++;
}

void ds_table_free(ds_table *table)
{
    for (size_t i = 0; i < table->filled; i++)
        free(table->cell[i].text);
    free(table->cell);
    *table = (ds_table){0};
}

/* ---- filling ---- */

static void put(ds_table *table, ds_cell cell)
{
    if (table->filled == table->room) {
        const size_t room = table->room ? 2 * table->room : 64;
        ds_cell *const more = realloc(table->cell, room * sizeof *more);
        if (!more) {
            table->short_of_memory = true;
            free(cell.text);
            return;
        }
        table->cell = more;
        table->room = room;
    }
    table->cell[table->filled++] = cell;
    table->rows = table->filled / table->columns;
}

static char *format_text(ds_table *table, const char *format, va_list arguments)
{
    char *text = NULL;
    va_list again;
    va_copy(again, arguments);
    const int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length >= 0 && (text = malloc((size_t)length + 1)))
        vsnprintf(text, (size_t)length + 1, format, arguments);
    table->short_of_memory = table->short_of_memory || !text;
    return text;
}

void ds_table_printf(ds_table *table, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *const text = format_text(table, format, arguments);
    va_end(arguments);
    put(table, (ds_cell){.text = text, .value = NAN, .wordy = true});
}

void ds_table_text(ds_table *table, const char *text)
{
    ds_table_printf(table, "%s", text ? text : "");
}

void ds_table_number(ds_table *table, double value, int digits)
{
    put(table, (ds_cell){.value = value, .digits = digits});
}

void ds_table_shown(ds_table *table, double value, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *const text = format_text(table, format, arguments);
    va_end(arguments);
    put(table, (ds_cell){.text = text, .value = value});
}

void ds_table_interval(ds_table *table, ds_interval interval, int digits)
{
    char low[DS_NUMBER_ROOM], high[DS_NUMBER_ROOM];
    ds_number(low, interval.low, digits);
    ds_number(high, interval.high, digits);
    if (isfinite(interval.low) && isfinite(interval.high))
        ds_table_shown(table, interval.low, "%s to %s", low, high);
    else if (isfinite(interval.low))
        ds_table_shown(table, interval.low, "at least %s", low);
    else if (isfinite(interval.high))
        ds_table_shown(table, interval.low, "at most %s", high);
    else
        ds_table_shown(table, interval.low, "–");
    ds_table_number(table, interval.high, digits);
}

/* ---- printing ---- */

static const char *shown(const ds_cell *cell, char number[DS_NUMBER_ROOM])
{
    return cell->text ? cell->text : ds_number(number, cell->value, cell->digits);
}

/* The columns that a text is wide once marks and invalid bytes are made safe. */
static size_t width_of(const char *text)
{
    char safe[4 * WIDEST];
    return ds_text_plain(safe, sizeof safe, text);
}

static void put_padded(FILE *out, const char *text, size_t width, bool right, bool last)
{
    char safe[4 * WIDEST];
    const size_t columns = ds_text_plain(safe, sizeof safe, text);
    const int gap = columns < width ? (int)(width - columns) : 0;
    fprintf(out, "%*s%s", right ? gap : 0, "", safe);
    if (!last)
        fprintf(out, "%*s", right ? 2 : gap + 2, "");
}

static size_t last_shown(const ds_table *t)
{
    size_t last = 0;
    for (size_t c = 0; c < t->columns; c++)
        last = t->column[c].head ? c : last;
    return last;
}

static size_t column_width(const ds_table *t, size_t c)
{
    char number[DS_NUMBER_ROOM];
    size_t width = width_of(t->column[c].head);
    for (size_t r = 0; r < t->rows; r++) {
        const size_t w = width_of(shown(&t->cell[r * t->columns + c], number));
        width = w > width ? w : width;
    }
    return width;
}

static void print_column(FILE *out, const ds_table *t, size_t c, const char *text, size_t width)
{
    put_padded(out, text, width, t->column[c].figure, c == last_shown(t));
}

static bool print_plain(FILE *out, const ds_table *t)
{
    char number[DS_NUMBER_ROOM];
    size_t *const width = calloc(t->columns, sizeof *width);
    if (!width)
        return false;
    if (t->title) {
        ds_text_put(out, t->title, DS_MARKUP_PLAIN);
        fputc('\n', out);
    }
    for (size_t c = 0; c < t->columns; c++)
        if (t->column[c].head) {
            width[c] = column_width(t, c);
            print_column(out, t, c, t->column[c].head, width[c]);
        }
    fputc('\n', out);
    for (size_t r = 0; r < t->rows; r++) {
        for (size_t c = 0; c < t->columns; c++)
            if (t->column[c].head)
                print_column(out, t, c, shown(&t->cell[r * t->columns + c], number), width[c]);
        fputc('\n', out);
    }
    free(width);
    return true;
}

static void csv_text(FILE *out, const char *text)
{
    if (!text[strcspn(text, ",\"\r\n")]) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text; text++)
        fprintf(out, *text == '"' ? "\"%c" : "%c", *text);
    fputc('"', out);
}

/* What is not known is an empty field, as programs that read CSV expect. */
static void csv_cell(FILE *out, const ds_cell *cell)
{
    if (cell->wordy)
        csv_text(out, cell->text ? cell->text : "");
    else if (!isnan(cell->value))
        fprintf(out, "%.17g", cell->value);
}

static void print_csv(FILE *out, const ds_table *t)
{
    for (size_t c = 0; c < t->columns; c++)
        fprintf(out, "%s%s", c ? "," : "", t->column[c].name);
    fputs("\r\n", out);
    for (size_t r = 0; r < t->rows; r++) {
        for (size_t c = 0; c < t->columns; c++) {
            fputs(c ? "," : "", out);
            csv_cell(out, &t->cell[r * t->columns + c]);
        }
        fputs("\r\n", out);
    }
}

static void print_markdown(FILE *out, const ds_table *t)
{
    char number[DS_NUMBER_ROOM];
    for (size_t c = 0; c < t->columns; c++)
        if (t->column[c].head) {
            fputs("| ", out);
            ds_text_put(out, t->column[c].head, DS_MARKUP_MARKDOWN);
            fputc(' ', out);
        }
    fputs("|\n", out);
    for (size_t c = 0; c < t->columns; c++)
        if (t->column[c].head)
            fputs(t->column[c].figure ? "|---:" : "|---", out);
    fputs("|\n", out);
    for (size_t r = 0; r < t->rows; r++) {
        for (size_t c = 0; c < t->columns; c++)
            if (t->column[c].head) {
                fputs("| ", out);
                ds_text_put(out, shown(&t->cell[r * t->columns + c], number), DS_MARKUP_MARKDOWN);
                fputc(' ', out);
            }
        fputs("|\n", out);
    }
    fputc('\n', out);
}

static void html_row(FILE *out, const ds_table *t, const char *tag, const ds_cell *cells)
{
    char number[DS_NUMBER_ROOM];
    fputs("<tr>", out);
    for (size_t c = 0; c < t->columns; c++)
        if (t->column[c].head) {
            fprintf(out, "<%s%s>", tag, t->column[c].figure ? " class=\"figure\"" : "");
            ds_text_put(out, cells ? shown(&cells[c], number) : t->column[c].head, DS_MARKUP_HTML);
            fprintf(out, "</%s>", tag);
        }
    fputs("</tr>\n", out);
}

static void print_html(FILE *out, const ds_table *t)
{
    fputs("<div class=\"wide\"><table>\n<thead>", out);
    html_row(out, t, "th", NULL);
    fputs("</thead>\n<tbody>\n", out);
    for (size_t r = 0; r < t->rows; r++)
        html_row(out, t, "td", t->cell + r * t->columns);
    fputs("</tbody></table></div>\n", out);
}

bool ds_table_print(FILE *out, const ds_table *table, ds_table_form form, ds_status *st)
{
    bool ok = !table->short_of_memory;
    switch (form) {
    case DS_TABLE_PLAIN:
        ok = ok && print_plain(out, table);
        break;
    case DS_TABLE_CSV:
        if (ok)
            print_csv(out, table);
        break;
    case DS_TABLE_MARKDOWN:
        if (ok)
            print_markdown(out, table);
        break;
    case DS_TABLE_HTML:
        if (ok)
            print_html(out, table);
        break;
    }
    return ok || ds_fail(st, DS_E_SYSTEM, "no memory for the table '%s'", table->name);
}
