#include "chart.h"

#include "ticks.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    WIDTH = 1200,
    HEIGHT = 600,
    ROW = 46,
    MARGIN = 150,
    NAME = 60,
    CURVE = 80, /* a name in the key, which is written smaller where it does not fit */
    FITS = 50,
    AXIS = 8,
    COLUMNS = 5
};

static void put_text(FILE *out, const char *text)
{
    fputc('\'', out);
    ds_text_put(out, text ? text : "", DS_MARKUP_QUOTED);
    fputc('\'', out);
}

/* What is cut says so. */
static void put_cut(FILE *out, const char *text, size_t room)
{
    static const char more[] = "…";
    char whole[CURVE + 8];
    (void)ds_text_plain(whole, room + sizeof more, text ? text : "");
    if (strlen(whole) >= room) {
        (void)ds_text_plain(whole, room - strlen(more), text);
        strcat(whole, more);
    }
    put_text(out, whole);
}

static void put_short(FILE *out, const char *text)
{
    put_cut(out, text, NAME);
}

static void put_number(FILE *out, double value)
{
    if (isfinite(value))
        fprintf(out, " %.9g", value);
    else
        fputs(" NaN", out);
}

static bool over_x(const ds_chart *c)
{
    return c->kind == DS_CHART_FAN || c->kind == DS_CHART_STEPS;
}

/* x, y, the outer band, the inner. */
static void put_point(FILE *out, const ds_chart_series *s, size_t i)
{
    put_number(out, s->x ? s->x[i] : (double)i);
    put_number(out, s->y[i]);
    for (size_t b = 0; b < DS_CHART_BANDS; b++) {
        put_number(out, s->low[b] ? s->low[b][i] : NAN);
        put_number(out, s->high[b] ? s->high[b][i] : NAN);
    }
    fputc('\n', out);
}

/* Of the points shown: a value between two gaps, which no line shows. */
static bool is_alone(const ds_chart_series *s, size_t i, size_t shown)
{
    const bool before = i > 0 && isfinite(s->y[ds_chart_pick(i - 1, shown, s->count)]);
    const bool after = i + 1 < shown && isfinite(s->y[ds_chart_pick(i + 1, shown, s->count)]);
    return isfinite(s->y[ds_chart_pick(i, shown, s->count)]) && !before && !after;
}

static bool has_alone(const ds_chart *c, const ds_chart_series *s)
{
    const size_t shown = ds_chart_shown(c, s);
    for (size_t i = 0; i < shown; i++)
        if (is_alone(s, i, shown))
            return true;
    return false;
}

static void put_alone(FILE *out, const ds_chart *c, size_t k)
{
    const ds_chart_series *const s = &c->series[k];
    const size_t shown = ds_chart_shown(c, s);
    fprintf(out, "$a%zu << EOD\n", k);
    for (size_t i = 0; i < shown; i++)
        if (is_alone(s, i, shown))
            put_point(out, s, ds_chart_pick(i, shown, s->count));
    fputs("EOD\n", out);
}

static void put_data(FILE *out, const ds_chart *c)
{
    for (size_t k = 0; k < c->count; k++) {
        const ds_chart_series *const s = &c->series[k];
        const size_t shown = ds_chart_shown(c, s);
        fprintf(out, "$d%zu << EOD\n", k);
        for (size_t i = 0; i < shown; i++)
            put_point(out, s, ds_chart_pick(i, shown, s->count));
        fputs("EOD\n", out);
        if (over_x(c) && !s->dots && has_alone(c, s))
            put_alone(out, c, k);
    }
}

/* Between what the numbers lie, with a little room above and below. */
typedef struct extent {
    double low, high;
} extent;

static void widen(extent *e, const double *values, size_t count)
{
    for (size_t i = 0; values && i < count; i++)
        if (isfinite(values[i])) {
            e->low = fmin(e->low, values[i]);
            e->high = fmax(e->high, values[i]);
        }
}

/* From 0 where that costs little room; never empty. */
static void settle(extent *e, bool zero)
{
    if (!(e->high >= e->low))
        *e = (extent){0, 1};
    if ((e->low > 0 && e->low < 0.4 * e->high) || zero)
        e->low = fmin(e->low, 0);
    if (zero)
        e->high = fmax(e->high, 0);
    const double span = e->high - e->low, size = fmax(fabs(e->low), fabs(e->high));
    const double pad = size == 0 ? 1 : span > 1e-9 * size ? 0.04 * span : 0.05 * size;
    e->high += pad;
    if (e->low != 0)
        e->low -= pad;
}

static extent values_of(const ds_chart *c)
{
    extent e = {INFINITY, -INFINITY};
    for (size_t k = 0; k < c->count; k++) {
        const ds_chart_series *const s = &c->series[k];
        widen(&e, s->y, s->count);
        for (size_t b = 0; b < DS_CHART_BANDS; b++) {
            widen(&e, s->low[b], s->count);
            widen(&e, s->high[b], s->count);
        }
    }
    if (isfinite(c->mark))
        widen(&e, &c->mark, 1);
    settle(&e, c->kind == DS_CHART_BARS);
    return e;
}

static extent times_of(const ds_chart *c)
{
    extent e = {INFINITY, -INFINITY};
    for (size_t k = 0; k < c->count; k++)
        widen(&e, c->series[k].x, c->series[k].count);
    if (!(e.high > e.low))
        e.high = e.low + 1;
    return e;
}

static void put_axis(FILE *out, char axis, const extent *e, bool dated)
{
    ds_tick ticks[DS_TICKS];
    const size_t n = dated ? ds_ticks_date(e->low, e->high, AXIS, ticks)
                           : ds_ticks_number(e->low, e->high, AXIS, ticks);
    fprintf(out, "set %crange [%.12g:%.12g]\nset %ctics (", axis, e->low, e->high, axis);
    for (size_t i = 0; i < n; i++) {
        fputs(i ? ", " : "", out);
        put_text(out, ticks[i].label);
        fprintf(out, " %.12g", ticks[i].at);
    }
    fputs(")\n", out);
}

static int key_size(const ds_chart *c)
{
    for (size_t k = 0; k < c->count; k++)
        if (c->series[k].name && strlen(c->series[k].name) > FITS)
            return 12;
    return 16;
}

static void put_axes(FILE *out, const ds_chart *c)
{
    const bool unit = c->unit && strcmp(c->unit, "1") != 0;
    const double height = over_x(c) ? HEIGHT : MARGIN + ROW * (double)(c->rows + 1);
    const extent values = values_of(c);
    fprintf(out,
            "set encoding utf8\n"
            "set terminal pngcairo noenhanced size %d,%.0f font 'DejaVu Sans,16' background '%s'\n"
            "set border 3 lc rgb '%s'\nset tics nomirror textcolor rgb '%s'\n"
            "set grid lc rgb '%s' lw 1 lt 1\nset key outside bottom center horizontal "
            "textcolor rgb '%s' font 'DejaVu Sans,%d'\n",
            WIDTH, height, ds_chart_light.paper, ds_chart_light.dim, ds_chart_light.ink,
            ds_chart_light.rule, ds_chart_light.ink, key_size(c));
    fputs(over_x(c) ? "set ylabel " : "set xlabel ", out);
    put_short(out, unit ? c->unit : "");
    fputc('\n', out);
    if (c->kind == DS_CHART_HEAT)
        return;
    put_axis(out, over_x(c) ? 'y' : 'x', &values, false);
    if (!over_x(c))
        return;
    const extent times = times_of(c);
    put_axis(out, 'x', &times, c->dated);
    fputs("set xlabel ", out);
    put_short(out, c->dated ? "" : c->x_name);
    fputc('\n', out);
}

static const char *colour(size_t i)
{
    return ds_chart_light.series[i % DS_CHART_COLOURS];
}

/* What one more thing to plot begins with. */
static void next(FILE *out, bool *first)
{
    fputs(*first ? "plot " : ", \\\n ", out);
    *first = false;
}

static void put_bands(FILE *out, const ds_chart *c, size_t k, bool *first)
{
    static const char *const columns[] = {"3:4", "5:6"};
    const ds_chart_series *const s = &c->series[k];
    for (size_t b = 0; b < DS_CHART_BANDS && s->low[b]; b++) {
        next(out, first);
        fprintf(out,
                "$d%zu using 1:%s with filledcurves fs transparent solid %.2f noborder lc "
                "rgb '%s' ",
                k, columns[b], b ? 0.3 : 0.18, colour(s->colour));
        fputs(c->count > 1 && !c->series[1].dots ? "notitle" : "title ", out);
        if (c->count == 1 || c->series[1].dots)
            put_short(out, c->band[b]);
    }
}

static void put_curves(FILE *out, const ds_chart *c)
{
    bool first = true;
    for (size_t k = 0; k < c->count; k++)
        put_bands(out, c, k, &first);
    for (size_t k = 0; k < c->count; k++) {
        const ds_chart_series *const s = &c->series[k];
        const char *const way = s->dots                     ? "points pt 7 ps 1"
                                : c->kind == DS_CHART_STEPS ? "steps lw 2.5"
                                                            : "lines lw 2.5";
        next(out, &first);
        fprintf(out, "$d%zu using 1:2 with %s lc rgb '%s' title ", k, way,
                s->dots ? ds_chart_light.ink : colour(s->colour));
        put_cut(out, c->count == 1 && c->line ? c->line : s->name, CURVE);
        if (!s->dots && has_alone(c, s)) {
            next(out, &first);
            fprintf(out, "$a%zu using 1:2 with points pt 7 ps 0.7 lc rgb '%s' notitle", k,
                    colour(s->colour));
        }
    }
    fputc('\n', out);
}

static void put_rows(FILE *out, const ds_chart *c)
{
    fputs("unset grid\nset grid xtics\nset ytics (", out);
    for (size_t i = 0; i < c->rows; i++) {
        fputs(i ? ", " : "", out);
        put_short(out, c->row[i]);
        fprintf(out, " %zu", i);
    }
    fprintf(out, ")\nset yrange [%.1f:-0.7]\n", (double)c->rows - 0.3);
}

static void put_intervals(FILE *out, const ds_chart *c)
{
    bool first = true;
    const double step = 0.7 / (double)(c->count ? c->count : 1);
    put_rows(out, c);
    if (isfinite(c->mark))
        fprintf(out, "set arrow from %.9g,graph 0 to %.9g,graph 1 nohead lc rgb '%s' dt 2\n",
                c->mark, c->mark, ds_chart_light.dim);
    for (size_t k = 0; k < c->count; k++) {
        const double off = ((double)k - ((double)c->count - 1) / 2) * step;
        if (c->kind == DS_CHART_BARS) {
            next(out, &first);
            fprintf(out,
                    "$d%zu using (0):($1+%.3f):(0):2:($1+%.3f):($1+%.3f) with boxxyerror fs "
                    "solid 0.6 noborder lc rgb '%s' title ",
                    k, off, off - 0.45 * step, off + 0.45 * step, colour(c->series[k].colour));
            put_short(out, c->series[k].name);
        }
        next(out, &first);
        fprintf(out, "$d%zu using 2:($1+%.3f):3:4 with xerrorbars pt 7 ps 1.1 lw 2 lc rgb '%s' ", k,
                off, c->kind == DS_CHART_BARS ? ds_chart_light.ink : colour(c->series[k].colour));
        fputs(c->kind == DS_CHART_BARS ? "notitle" : "title ", out);
        if (c->kind != DS_CHART_BARS)
            put_short(out, c->series[k].name);
    }
    fputc('\n', out);
}

static void put_heat(FILE *out, const ds_chart *c)
{
    extent e = {INFINITY, -INFINITY};
    widen(&e, c->series[0].y, c->series[0].count);
    if (!(e.high > e.low)) /* gnuplot says it aloud */
        e.high = (e.low = isfinite(e.low) ? e.low : 0) + 1;
    fprintf(out, "set cbrange [%.9g:%.9g]\n", e.low, e.high);
    put_rows(out, c);
    fprintf(out, "unset grid\nset xtics %s (", c->columns > COLUMNS ? "rotate by -30" : "norotate");
    for (size_t i = 0; i < c->columns; i++) {
        fputs(i ? ", " : "", out);
        put_short(out, c->column[i]);
        fprintf(out, " %zu", i);
    }
    fprintf(out, ")\nset xlabel ");
    put_short(out, c->x_name);
    fprintf(out,
            "\nset palette defined (0 '%s', 1 '%s')\nset xrange [-0.5:%.1f]\nset yrange "
            "[%.1f:-0.5]\nplot $d0 using (int($1) %% %zu):(floor($1 / %zu)):(0.5):(0.5):2 with "
            "boxxyerror "
            "fillstyle solid noborder linecolor palette notitle, $d0 using (int($1) %% "
            "%zu):(floor($1 / %zu)):(sprintf('%%.3g', $2)) with labels "
            "notitle\n",
            ds_chart_light.paper, colour(1), (double)c->columns - 0.5, (double)c->rows - 0.5,
            c->columns, c->columns, c->columns, c->columns);
}

void ds_chart_script(FILE *out, const ds_chart *chart)
{
    put_data(out, chart);
    put_axes(out, chart);
    if (over_x(chart))
        put_curves(out, chart);
    else if (chart->kind == DS_CHART_HEAT)
        put_heat(out, chart);
    else
        put_intervals(out, chart);
}
