#include "fan.h"

#include "page.h"
#include "sparkline.h"
#include "ticks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct frame {
    double width, height, left, right, top, bottom; /* of the drawing, and the space of the axes */
    double x_low, x_high, y_low, y_high;
    size_t columns; /* most vertices of a line */
    int text;       /* size of letters */
} frame;

/* One case, condensed to the columns of the drawing. */
typedef struct curve {
    size_t columns;
    double *time, *quantile[DS_BAND_QUANTILES];
    double *memory;
} curve;

bool ds_fan_worth(const ds_fan *fan)
{
    size_t finite = 0;
    for (size_t i = 0; i < fan->count; i++)
        for (size_t k = 0; k < fan->bands[i].times; k++)
            finite += isfinite(fan->bands[i].quantile[2][k]) != 0;
    return finite > 2 * fan->count;
}

static bool curve_of(curve *c, const ds_fan *fan, size_t i, size_t most, ds_status *st)
{
    const ds_band *const band = &fan->bands[i];
    const double origin = isnan(fan->cases[i].origin) ? 0 : fan->cases[i].origin;
    const size_t n = band->times < most ? band->times : most;
    c->columns = n;
    c->memory = calloc((1 + DS_BAND_QUANTILES) * n, sizeof *c->memory);
    if (!c->memory)
        return ds_fail(st, DS_E_SYSTEM, "no memory for a chart");
    c->time = c->memory;
    ds_condense(band->time, band->times, c->time, n);
    for (size_t k = 0; k < n; k++)
        c->time[k] += origin;
    for (size_t q = 0; q < DS_BAND_QUANTILES; q++) {
        c->quantile[q] = c->memory + (1 + q) * n;
        ds_condense(band->quantile[q], band->times, c->quantile[q], n);
    }
    return true;
}

/* From 0 where that costs little room; never empty. */
static void settle(frame *f)
{
    if (!(f->x_high > f->x_low))
        f->x_high = f->x_low + 1;
    if (f->y_low == 0 && f->y_high == 0) {
        f->y_high = 1;
        return;
    }
    if (f->y_low > 0 && f->y_low < 0.4 * f->y_high)
        f->y_low = 0;
    const double span = f->y_high - f->y_low, size = fmax(fabs(f->y_low), fabs(f->y_high));
    const double pad = span > 1e-9 * size ? 0.04 * span : 0.05 * size;
    f->y_high += pad;
    if (f->y_low != 0)
        f->y_low -= pad;
}

/* The next observation of the metric within the times that are drawn, from *i on; NULL: none. */
static const ds_observation *next_observed(const ds_fan *fan, const frame *f, size_t *i)
{
    const ds_observations *const all = fan->observed;
    for (; all && !isnan(fan->cases[0].origin) && *i < all->count; ++*i) {
        const ds_observation *const o = &all->item[*i];
        if (strcmp(o->quantity, fan->metric) == 0 && o->date >= f->x_low && o->date <= f->x_high)
            return &all->item[(*i)++];
    }
    return NULL;
}

static void make_room(const ds_fan *fan, frame *f)
{
    const ds_observation *o;
    for (size_t i = 0; (o = next_observed(fan, f, &i)) != NULL;) {
        f->y_low = fmin(f->y_low, o->value);
        f->y_high = fmax(f->y_high, o->value);
    }
}

static void fit(frame *f, const ds_fan *fan, const curve *curves)
{
    f->x_low = f->y_low = INFINITY;
    f->x_high = f->y_high = -INFINITY;
    for (size_t i = 0; i < fan->count; i++)
        for (size_t k = 0; k < curves[i].columns; k++) {
            f->x_low = fmin(f->x_low, curves[i].time[k]);
            f->x_high = fmax(f->x_high, curves[i].time[k]);
            f->y_low = fmin(f->y_low, curves[i].quantile[0][k]);
            f->y_high = fmax(f->y_high, curves[i].quantile[DS_BAND_QUANTILES - 1][k]);
        }
    make_room(fan, f);
    settle(f);
}

static double across(const frame *f, double time)
{
    const double share = (time - f->x_low) / (f->x_high - f->x_low);
    return f->left + share * (f->width - f->left - f->right);
}

static double down(const frame *f, double value)
{
    const double share = (value - f->y_low) / (f->y_high - f->y_low);
    return f->height - f->bottom - share * (f->height - f->top - f->bottom);
}

static void put_point(FILE *out, const frame *f, char verb, double time, double value)
{
    fprintf(out, "%c%.1f %.1f", verb, across(f, time), down(f, value));
}

/* The end of the run of columns from `first` on in which both series have values. */
static size_t run_end(const curve *c, const double *low, const double *high, size_t first)
{
    while (first < c->columns && isfinite(low[first]) && isfinite(high[first]))
        first++;
    return first;
}

static void draw_area(FILE *out, const frame *f, const curve *c, size_t lower, size_t upper)
{
    const double *const low = c->quantile[lower], *const high = c->quantile[upper];
    for (size_t k = 0; k < c->columns; k++) {
        const size_t end = run_end(c, low, high, k);
        for (size_t i = k; i < end; i++)
            put_point(out, f, i == k ? 'M' : 'L', c->time[i], high[i]);
        for (size_t i = end; i-- > k;)
            put_point(out, f, 'L', c->time[i], low[i]);
        if (end > k)
            fputc('Z', out);
        k = end;
    }
}

static void draw_line(FILE *out, const frame *f, const curve *c, const double *values)
{
    for (size_t k = 0; k < c->columns; k++) {
        const size_t end = run_end(c, values, values, k);
        for (size_t i = k; i < end; i++)
            put_point(out, f, i == k ? 'M' : 'L', c->time[i], values[i]);
        k = end;
    }
}

/* Overlaid bands would hide each other: of several cases only the outer one is drawn, faintly. */
static void draw_curve(FILE *out, const frame *f, const curve *c, size_t colour, size_t count)
{
    const char *const paint = ds_page_colours[colour];
    if (count <= 3) {
        fprintf(out, "<path class=\"f%zu\" fill=\"%s\" fill-opacity=\"%s\" d=\"", colour, paint,
                count == 1 ? ".17" : ".11");
        draw_area(out, f, c, 0, 4);
        fputs("\"/>\n", out);
    }
    if (count == 1) {
        fprintf(out, "<path class=\"f%zu\" fill=\"%s\" fill-opacity=\".27\" d=\"", colour, paint);
        draw_area(out, f, c, 1, 3);
        fputs("\"/>\n", out);
    }
    fprintf(out,
            "<path class=\"s%zu\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.8\" "
            "stroke-linejoin=\"round\" d=\"",
            colour, paint);
    draw_line(out, f, c, c->quantile[2]);
    fputs("\"/>\n", out);
}

static void draw_axes(FILE *out, const frame *f, bool dated, size_t across_most, size_t down_most)
{
    ds_tick ticks[DS_TICKS];
    size_t n = ds_ticks_number(f->y_low, f->y_high, down_most, ticks);
    for (size_t i = 0; i < n; i++) {
        const double y = down(f, ticks[i].at);
        fprintf(out,
                "<path class=\"grid\" stroke=\"#e2e6ea\" d=\"M%.1f %.1fH%.1f\"/>"
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
                f->left, y, f->width - f->right, f->left - 6, y + 0.35 * f->text, ticks[i].label);
    }
    n = (dated ? ds_ticks_date : ds_ticks_number)(f->x_low, f->x_high, across_most, ticks);
    const double floor_y = f->height - f->bottom;
    fprintf(out, "<path class=\"axis\" stroke=\"#9aa4ae\" d=\"M%.1f %.1fH%.1f", f->left, floor_y,
            f->width - f->right);
    for (size_t i = 0; i < n; i++)
        fprintf(out, "M%.1f %.1fv4", across(f, ticks[i].at), floor_y);
    fputs("\"/>\n", out);
    for (size_t i = 0; i < n; i++) {
        const double x = across(f, ticks[i].at), half = 3.1 * f->text * 0.62;
        const bool at_end = x + half > f->width;
        fprintf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n",
                at_end ? f->width : x, floor_y + 6 + f->text, at_end ? "end" : "middle",
                ticks[i].label);
    }
}

static void draw_observed(FILE *out, const ds_fan *fan, const frame *f)
{
    const ds_observation *o;
    for (size_t i = 0; (o = next_observed(fan, f, &i)) != NULL;)
        fprintf(out,
                "<circle class=\"seen\" cx=\"%.1f\" cy=\"%.1f\" r=\"%s\" fill=\"#1b2530\" "
                "stroke=\"#ffffff\" stroke-width=\"1.2\"/>\n",
                across(f, o->date), down(f, o->value), fan->small ? "2.6" : "3.6");
}

static void draw(FILE *out, const ds_fan *fan, frame *f, const curve *curves)
{
    fit(f, fan, curves);
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" "
            "font-family=\"sans-serif\" font-size=\"%d\" fill=\"none\" aria-label=\"",
            f->width, f->height, f->text);
    ds_text_put(out, fan->label, DS_MARKUP_HTML);
    fputs("\">\n<g fill=\"#5d6773\">\n", out);
    draw_axes(out, f, !isnan(fan->cases[0].origin), fan->small ? 3 : 7, fan->small ? 5 : 8);
    fputs("</g>\n", out);
    for (size_t i = 0; i < fan->count; i++)
        draw_curve(out, f, &curves[i], i % DS_PAGE_COLOURS, fan->count);
    draw_observed(out, fan, f);
    fputs("</svg>\n", out);
}

bool ds_fan_draw(FILE *out, const ds_fan *fan, ds_status *st)
{
    frame f = {.width = 560,
               .height = 250,
               .left = 58,
               .right = 12,
               .top = 10,
               .bottom = 26,
               .columns = 240,
               .text = 12};
    if (fan->small)
        f = (frame){.width = 280,
                    .height = 130,
                    .left = 48,
                    .right = 8,
                    .top = 8,
                    .bottom = 22,
                    .columns = 90,
                    .text = 11};
    curve curves[DS_PAGE_COLOURS] = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < fan->count; i++)
        ok = curve_of(&curves[i], fan, i, f.columns, st);
    if (ok)
        draw(out, fan, &f, curves);
    for (size_t i = 0; i < fan->count; i++)
        free(curves[i].memory);
    return ok;
}
