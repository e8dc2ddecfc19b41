#include "chart.h"

#include <math.h>
#include <stdio.h>

static void put_text(FILE *out, const char *text)
{
    fputc('"', out);
    ds_text_put(out, text ? text : "", DS_MARKUP_JSON);
    fputc('"', out);
}

static void put_number(FILE *out, double value, int digits)
{
    if (isfinite(value))
        fprintf(out, "%.*g", digits, value);
    else
        fputs("null", out);
}

/* Six digits are more than a picture shows; a date has nine. */
static void put_numbers(FILE *out, const double *values, size_t count, size_t shown, int digits)
{
    fputc('[', out);
    for (size_t i = 0; i < shown; i++) {
        fputs(i ? "," : "", out);
        put_number(out, values[ds_chart_pick(i, shown, count)], digits);
    }
    fputc(']', out);
}

static void put_band(FILE *out, const ds_chart_series *s, size_t band, size_t shown)
{
    fprintf(out, "%s[", band ? "," : "");
    put_numbers(out, s->low[band], s->count, shown, 6);
    fputc(',', out);
    put_numbers(out, s->high[band], s->count, shown, 6);
    fputc(']', out);
}

static void put_series(FILE *out, const ds_chart *c, const ds_chart_series *s)
{
    const size_t shown = ds_chart_shown(c, s);
    fputs("{\"name\":", out);
    put_text(out, s->name);
    fprintf(out, ",\"dots\":%s,\"colour\":%zu", s->dots ? "true" : "false", s->colour);
    if (s->x && (s == c->series || s->x != c->series->x || s->count != c->series->count)) {
        fputs(",\"x\":", out);
        put_numbers(out, s->x, s->count, shown, 10);
    }
    fputs(",\"y\":", out);
    put_numbers(out, s->y, s->count, shown, 6);
    fputs(",\"bands\":[", out);
    for (size_t b = 0; b < DS_CHART_BANDS && s->low[b]; b++)
        put_band(out, s, b, shown);
    fputs("]}", out);
}

static void put_names(FILE *out, const char *key, const char *const *names, size_t count)
{
    fprintf(out, ",\"%s\":[", key);
    for (size_t i = 0; i < count; i++) {
        fputs(i ? "," : "", out);
        put_text(out, names[i]);
    }
    fputc(']', out);
}

void ds_chart_json(FILE *out, const ds_chart *chart)
{
    static const char *const kinds[] = {"fan", "steps", "forest", "bars", "heat"};
    const char *const texts[][2] = {{"title", chart->title},
                                    {"unit", chart->unit},
                                    {"across", chart->x_name},
                                    {"line", chart->line}};
    fprintf(out, "{\"kind\":\"%s\",\"dated\":%s,\"small\":%s", kinds[chart->kind],
            chart->dated ? "true" : "false", chart->small ? "true" : "false");
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        fprintf(out, ",\"%s\":", texts[i][0]);
        put_text(out, texts[i][1]);
    }
    fputs(",\"mark\":", out);
    put_number(out, chart->mark, 6);
    put_names(out, "bands", chart->band, chart->band[0] ? chart->band[1] ? 2 : 1 : 0);
    put_names(out, "rows", chart->row, chart->rows);
    put_names(out, "columns", chart->column, chart->columns);
    fputs(",\"series\":[", out);
    for (size_t i = 0; i < chart->count; i++) {
        fputs(i ? "," : "", out);
        put_series(out, chart, &chart->series[i]);
    }
    fputs("]}", out);
}
