#include "chart.h"

#include "number.h"
#include "sim/io/quantity.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { ROWS = 12, CELLS = 13, CELL = 160, WORDS = 600, NAME = 40 };

const ds_chart_look ds_chart_light = {
    .ink = "#1c2127",
    .dim = "#5d6773",
    .rule = "#e2e6ea",
    .paper = "#ffffff",
    .series = {"#2f6fb4", "#c8641b", "#2c8f62", "#8a5fc4", "#c23f5c", "#5f7480"}};
const ds_chart_look ds_chart_dark = {
    .ink = "#e4e7ea",
    .dim = "#9ba5b0",
    .rule = "#2d333a",
    .paper = "#15181c",
    .series = {"#79b0ec", "#ee9a5b", "#62c496", "#b99aec", "#ee8099", "#9fb2bd"}};

size_t ds_chart_pick(size_t i, size_t shown, size_t count)
{
    if (shown >= count)
        return i;
    return shown < 2 ? 0 : (i * (count - 1) + (shown - 1) / 2) / (shown - 1);
}

size_t ds_chart_shown(const ds_chart *chart, const ds_chart_series *series)
{
    const size_t most = chart->small ? DS_CHART_POINTS_SMALL : DS_CHART_POINTS;
    const bool over_x = chart->kind == DS_CHART_FAN || chart->kind == DS_CHART_STEPS;
    return over_x && series->count > most ? most : series->count;
}

bool ds_chart_worth(const ds_chart *chart)
{
    const size_t enough = chart->kind == DS_CHART_FAN || chart->kind == DS_CHART_STEPS ? 3 : 1;
    for (size_t i = 0; i < chart->count; i++) {
        size_t finite = 0;
        for (size_t k = 0; k < chart->series[i].count; k++)
            finite += isfinite(chart->series[i].y[k]) != 0;
        if (finite >= enough && !chart->series[i].dots)
            return true;
    }
    return false;
}

/* ---- in words ---- */

static const char *unit_of(const ds_chart *c)
{
    return !c->unit || strcmp(c->unit, "1") == 0 ? "" : c->unit;
}

static void put_x(char text[NAME], const ds_chart *c, double x)
{
    char number[DS_NUMBER_ROOM];
    if (c->dated)
        ds_date_print(x, text, NAME);
    else
        snprintf(text, NAME, "%s", ds_number(number, x, 6));
}

/* A text that grows, and is cut at its room. */
typedef struct words {
    char *text;
    size_t room, used;
} words;

static DS_PRINTF(2, 3) void say(words *w, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const int n = vsnprintf(w->text + w->used, w->room - w->used, format, args);
    va_end(args);
    w->used += n > 0 ? (size_t)n : 0;
    if (w->used >= w->room)
        w->used = w->room - 1;
}

static void say_course(words *w, const ds_chart *c, const ds_chart_series *s)
{
    size_t first = 0, last = s->count;
    char from[NAME], to[NAME], a[DS_NUMBER_ROOM], b[DS_NUMBER_ROOM];
    while (first < s->count && !isfinite(s->y[first]))
        first++;
    while (last > first && !isfinite(s->y[last - 1]))
        last--;
    if (last == first) {
        say(w, "%.100s has no value.", s->name);
        return;
    }
    put_x(from, c, s->x[first]);
    put_x(to, c, s->x[last - 1]);
    say(w, "%.100s: %s at %s, %s%s%s at %s", s->name, ds_number(a, s->y[first], DS_NUMBER_DIGITS),
        from, ds_number(b, s->y[last - 1], DS_NUMBER_DIGITS), *unit_of(c) ? " " : "", unit_of(c),
        to);
    if (s->low[0])
        say(w, " (%s: %s to %s)", c->band[0], ds_number(a, s->low[0][last - 1], DS_NUMBER_DIGITS),
            ds_number(b, s->high[0][last - 1], DS_NUMBER_DIGITS));
    say(w, ".");
}

static void say_rows(words *w, const ds_chart *c)
{
    const ds_chart_series *const s = &c->series[0];
    for (size_t i = 0; i < c->rows && i < ROWS / 2; i++) {
        char a[DS_NUMBER_ROOM], low[DS_NUMBER_ROOM], high[DS_NUMBER_ROOM];
        say(w, "%.60s %s", c->row[i], ds_number(a, s->y[i], 3));
        if (s->low[0] && !isnan(s->low[0][i]) && !isnan(s->high[0][i]))
            say(w, " (%s to %s)", ds_number(low, s->low[0][i], 3),
                ds_number(high, s->high[0][i], 3));
        say(w, i + 1 < c->rows ? "; " : ".");
    }
    if (c->rows > ROWS / 2)
        say(w, "and %zu more.", c->rows - ROWS / 2);
}

static void say_cells(words *w, const ds_chart *c)
{
    double least = INFINITY, most = -INFINITY;
    char a[DS_NUMBER_ROOM], b[DS_NUMBER_ROOM];
    for (size_t i = 0; i < c->series[0].count; i++) {
        least = fmin(least, c->series[0].y[i]);
        most = fmax(most, c->series[0].y[i]);
    }
    say(w, "%zu rows by %zu columns, from %s to %s.", c->rows, c->columns, ds_number(a, least, 3),
        ds_number(b, most, 3));
}

char *ds_chart_words(char *text, size_t room, const ds_chart *chart)
{
    words w = {.text = text, .room = room};
    say(&w, "%.120s: ", chart->title);
    if (chart->kind == DS_CHART_FAN || chart->kind == DS_CHART_STEPS)
        for (size_t i = 0; i < chart->count; i++) {
            say(&w, i ? " " : "");
            if (!chart->series[i].dots)
                say_course(&w, chart, &chart->series[i]);
        }
    else if (chart->kind == DS_CHART_HEAT)
        say_cells(&w, chart);
    else
        say_rows(&w, chart);
    return text;
}

/* ---- as a table ---- */

/* Cells of one row, each with room of its own. */
typedef struct line {
    char text[CELLS][CELL];
    const char *cell[CELLS];
    size_t used;
} line;

static void add_text(line *l, const char *text)
{
    if (l->used == CELLS)
        return;
    snprintf(l->text[l->used], CELL, "%s", text);
    l->cell[l->used] = l->text[l->used];
    l->used++;
}

static void add_number(line *l, double value)
{
    char text[DS_NUMBER_ROOM];
    add_text(l, ds_number(text, value, DS_NUMBER_DIGITS));
}

static size_t bands_of(const ds_chart *c, const ds_chart_series *s)
{
    if (c->count > 1 && c->kind == DS_CHART_FAN)
        return 0;
    return s->low[1] ? 2 : s->low[0] ? 1 : 0;
}

static void add_heads(line *l, const ds_chart *c, const ds_chart_series *s)
{
    char text[CELL];
    add_text(l, c->count > 1 || !c->line ? s->name : c->line);
    for (size_t b = 0; b < bands_of(c, s); b++) {
        snprintf(text, sizeof text, "%s, from", c->band[b]);
        add_text(l, text);
        add_text(l, "to");
    }
}

static void add_figures(line *l, const ds_chart *c, const ds_chart_series *s, size_t at)
{
    add_number(l, at < s->count ? s->y[at] : NAN);
    for (size_t b = 0; b < bands_of(c, s); b++) {
        add_number(l, at < s->count ? s->low[b][at] : NAN);
        add_number(l, at < s->count ? s->high[b][at] : NAN);
    }
}

static void heads_of(line *l, const ds_chart *c, const char *first)
{
    add_text(l, first);
    for (size_t i = 0; i < c->count; i++)
        if (!c->series[i].dots)
            add_heads(l, c, &c->series[i]);
}

static void table_over_x(const ds_page *page, const ds_chart *c)
{
    const ds_chart_series *const s = &c->series[0];
    const size_t shown = s->count < ROWS ? s->count : ROWS;
    line heads = {0};
    heads_of(&heads, c, c->dated ? "date" : c->x_name ? c->x_name : "time");
    ds_page_table(page, heads.used, 1, heads.cell);
    for (size_t i = 0; i < shown; i++) {
        const size_t at = ds_chart_pick(i, shown, s->count);
        char x[NAME];
        line l = {0};
        put_x(x, c, s->x[at]);
        add_text(&l, x);
        for (size_t k = 0; k < c->count; k++)
            if (!c->series[k].dots)
                add_figures(&l, c, &c->series[k], at);
        ds_page_row(page, l.used, 1, l.cell);
    }
    ds_page_table_end(page);
}

static void table_of_rows(const ds_page *page, const ds_chart *c)
{
    line heads = {0};
    heads_of(&heads, c, "");
    ds_page_table(page, heads.used, 1, heads.cell);
    for (size_t i = 0; i < c->rows; i++) {
        line l = {0};
        add_text(&l, c->row[i]);
        for (size_t k = 0; k < c->count; k++)
            add_figures(&l, c, &c->series[k], i);
        ds_page_row(page, l.used, 1, l.cell);
    }
    ds_page_table_end(page);
}

static void table_of_cells(const ds_page *page, const ds_chart *c)
{
    line heads = {0};
    add_text(&heads, "");
    for (size_t k = 0; k < c->columns; k++)
        add_text(&heads, c->column[k]);
    ds_page_table(page, heads.used, 1, heads.cell);
    for (size_t i = 0; i < c->rows; i++) {
        line l = {0};
        add_text(&l, c->row[i]);
        for (size_t k = 0; k < c->columns; k++)
            add_number(&l, c->series[0].y[i * c->columns + k]);
        ds_page_row(page, l.used, 1, l.cell);
    }
    ds_page_table_end(page);
}

void ds_chart_table(const ds_page *page, const ds_chart *chart)
{
    if (chart->kind == DS_CHART_FAN || chart->kind == DS_CHART_STEPS)
        table_over_x(page, chart);
    else if (chart->kind == DS_CHART_HEAT)
        table_of_cells(page, chart);
    else
        table_of_rows(page, chart);
}

/* ---- in a document ---- */

static void put_caption(const ds_page *page, const ds_chart *c)
{
    fputs("<figcaption><b>", page->out);
    ds_page_text(page, c->title);
    fputs("</b> ", page->out);
    if (!c->small) {
        ds_page_text(page, unit_of(c));
        fputs(*unit_of(c) && c->doc && *c->doc ? " · " : "", page->out);
        ds_page_text(page, c->doc ? c->doc : "");
    }
    fputs("</figcaption>\n", page->out);
}

static void put_figure(const ds_page *page, const ds_chart *c)
{
    char text[WORDS];
    fprintf(page->out, "<figure%s>", c->small ? " class=\"one\"" : "");
    put_caption(page, c);
    fputs("<div class=\"frame\" hidden><canvas role=\"img\" tabindex=\"0\" aria-label=\"",
          page->out);
    ds_page_text(page, ds_chart_words(text, sizeof text, c));
    fputs("\"></canvas></div>\n<script type=\"application/json\">", page->out);
    ds_chart_json(page->out, c);
    fputs("</script>\n", page->out);
    if (!c->small) {
        ds_page_fold(page, NULL, "Numbers");
        ds_chart_table(page, c);
        ds_page_unfold(page);
    }
    fputs("</figure>\n", page->out);
}

/* The same in small letters; 0: not in names that every file system and every link can bear. */
static char plain(char c)
{
    static const char large[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    static const char small[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    const char *const capital = strchr(large, c), *const as_it_is = strchr(small, c);
    if (capital)
        return small[capital - large];
    if (as_it_is)
        return *as_it_is;
    return '\0';
}

/* "03-utilization.png" */
static void file_name(char name[NAME + 16], size_t number, const char *title)
{
    size_t used = (size_t)snprintf(name, NAME, "%02zu", number);
    bool gap = true;
    for (; *title && used < NAME; title++) {
        const char c = plain(*title);
        if (c && gap)
            name[used++] = '-';
        if (c)
            name[used++] = c;
        gap = !c;
    }
    snprintf(name + used, 8, ".png");
}

static bool put_picture(const ds_page *page, const ds_chart *c, ds_status *st)
{
    char name[NAME + 16], path[4096], text[WORDS];
    ds_pictures *const p = page->pictures;
    bool drawn = false;
    fputs("\n**", page->out);
    ds_page_text(page, c->title);
    fputs("** ", page->out);
    ds_page_text(page, c->doc ? c->doc : "");
    fputs("\n\n", page->out);
    if (p && !p->undrawn) {
        file_name(name, ++p->count, c->title);
        if (snprintf(path, sizeof path, "%s/%s", p->folder, name) >= (int)sizeof path)
            return ds_fail(st, DS_E_USAGE, "the name of the picture '%s' is too long", name);
        if (!ds_chart_draw(c, path, &drawn, st))
            return false;
        p->undrawn = !drawn;
    }
    if (!drawn) {
        ds_chart_table(page, c);
        return true;
    }
    fputs("![", page->out);
    ds_page_text(page, ds_chart_words(text, sizeof text, c));
    fputs("](<", page->out);
    ds_text_put(page->out, p->link, DS_MARKUP_LINK);
    fprintf(page->out, "/%s>)\n\n", name);
    return true;
}

bool ds_chart_put(const ds_page *page, const ds_chart *chart, ds_status *st)
{
    if (!ds_chart_worth(chart))
        return true;
    if (!page->html)
        return put_picture(page, chart, st);
    put_figure(page, chart);
    return true;
}
