#include "chart.h"
#include "number.h"
#include "report_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LISTED = 1200, LABEL = 40 };

static const char outer[] = "nine of ten", inner[] = "half of all", middle[] = "median";

/* A metric of the cases that are drawn, and what was observed of it. */
typedef struct drawing {
    ds_band band[DS_CASES_DRAWN];
    double *x[DS_CASES_DRAWN], *seen_x, *seen_y;
    ds_chart_series series[DS_CASES_DRAWN + 1];
    size_t cases, count;
} drawing;

static size_t drawn(const ds_report *r)
{
    return r->count < DS_CASES_DRAWN ? r->count : DS_CASES_DRAWN;
}

void ds_report_legend(const ds_report *r)
{
    if (r->observed.count)
        ds_page_paragraph(&r->page, "Dots are what was observed.");
    if (r->count == 1)
        ds_page_paragraph(&r->page,
                          "The line is the median over replicas; the dark band holds the middle "
                          "half of them, the light band nine of ten.");
    else
        ds_page_paragraph(&r->page, "Lines are medians over replicas%s%s.",
                          r->count <= DS_CASES_BANDED ? ", bands hold nine of ten replicas" : "",
                          r->count > drawn(r) ? "; a few of the cases are drawn, from the first to "
                                                "the last"
                                              : "");
}

/* As few words at the end of a path as no other path ends with. */
static const char *last_words(const ds_result_info *about, size_t which)
{
    const char *const path = about->coordinate[which].path, *const end = path + strlen(path);
    for (const char *word = end; word > path; word--) {
        bool other = false;
        if (word[-1] != '.' || word == end)
            continue;
        for (size_t i = 0; i < about->coordinates; i++) {
            const char *const p = about->coordinate[i].path;
            const size_t n = strlen(p), m = (size_t)(end - word);
            other = other || (i != which && n >= m && strcmp(p + n - m, word) == 0);
        }
        if (!other)
            return word;
    }
    return path;
}

/* Every 'path=' of a text as 'words='. */
static const char *shorten(ds_pool *pool, const char *text, const char *path, const char *words)
{
    const size_t n = strlen(path);
    const char *done = "";
    for (const char *at; (at = strstr(text, path)) != NULL; text = at + n) {
        const bool key = at[n] == '=' && (at == text ? !*done : at[-1] == ' ');
        done = ds_pool_print(pool, "%s%.*s%s", done, (int)(at - text), text, key ? words : path);
    }
    return ds_pool_print(pool, "%s%s", done, text);
}

const char *ds_report_short(const ds_report *r, const char *label)
{
    const ds_result_info *const about = r->cases[0].about;
    size_t longest = 0;
    for (size_t i = 0; i < r->count; i++) {
        const size_t n = strlen(r->cases[i].label);
        longest = n > longest ? n : longest;
    }
    if (longest <= LABEL)
        return label;
    for (size_t i = 0; i < about->coordinates; i++)
        label = shorten(r->pool, label, about->coordinate[i].path, last_words(about, i));
    return label;
}

/* Averages and flows have no value at the first time. */
static size_t blank(const ds_band *b)
{
    size_t k = 0;
    while (k < b->times && !isfinite(b->quantile[2][k]))
        k++;
    return k < b->times ? k : 0;
}

static bool add_case(const ds_report *r, drawing *d, const ds_case *c, const ds_variable *v,
                     ds_status *st)
{
    if (!ds_case_variable(c, v->name))
        return true;
    ds_band *const b = &d->band[d->cases];
    if (!ds_band_read(b, c, v->name, st))
        return false;
    for (size_t i = 0; i < DS_BAND_QUANTILES * b->times; i++)
        b->quantile[0][i] *= ds_report_saying(v).factor;
    double *const x = calloc(b->times, sizeof *x);
    d->x[d->cases++] = x;
    if (!x)
        return ds_fail(st, DS_E_SYSTEM, "no memory for a chart");
    for (size_t k = 0; k < b->times; k++)
        x[k] = b->time[k] + (isnan(c->origin) ? 0 : c->origin);
    const size_t skip = blank(b);
    ds_chart_series s = {.name = r->count > 1 ? ds_report_short(r, c->label) : v->name,
                         .count = b->times - skip,
                         .x = x + skip,
                         .y = b->quantile[2] + skip,
                         .colour = d->cases - 1};
    if (r->count <= DS_CASES_BANDED) {
        s.low[0] = b->quantile[0] + skip;
        s.high[0] = b->quantile[4] + skip;
    }
    if (r->count == 1) {
        s.low[1] = b->quantile[1] + skip;
        s.high[1] = b->quantile[3] + skip;
    }
    d->series[d->count++] = s;
    return true;
}

static bool add_observed(const ds_report *r, drawing *d, const ds_variable *v, ds_status *st)
{
    const ds_observations *const all = &r->observed;
    size_t n = 0;
    if (all->count == 0 || isnan(r->cases[0].origin) || d->cases == 0)
        return true;
    d->seen_x = calloc(all->count, sizeof *d->seen_x);
    d->seen_y = calloc(all->count, sizeof *d->seen_y);
    if (!d->seen_x || !d->seen_y)
        return ds_fail(st, DS_E_SYSTEM, "no memory for %zu observations", all->count);
    const double from = d->x[0][0], to = d->x[0][d->band[0].times - 1];
    for (size_t i = 0; i < all->count; i++) {
        const ds_observation *const o = &all->item[i];
        if (strcmp(o->quantity, v->name) != 0 || o->date < from || o->date > to)
            continue;
        d->seen_x[n] = o->date;
        d->seen_y[n++] = o->value * ds_report_saying(v).factor;
    }
    if (n)
        d->series[d->count++] = (ds_chart_series){
            .name = "observed", .count = n, .x = d->seen_x, .y = d->seen_y, .dots = true};
    return true;
}

static bool read_drawing(const ds_report *r, drawing *d, const ds_variable *v, ds_status *st)
{
    *d = (drawing){0};
    for (size_t i = 0; i < drawn(r); i++)
        if (!add_case(r, d, &r->cases[ds_chart_pick(i, drawn(r), r->count)], v, st))
            return false;
    return add_observed(r, d, v, st);
}

static void free_drawing(drawing *d)
{
    for (size_t i = 0; i < d->cases; i++) {
        ds_band_free(&d->band[i]);
        free(d->x[i]);
    }
    free(d->seen_x);
    free(d->seen_y);
}

static ds_chart chart_of(const ds_report *r, const drawing *d, const ds_variable *v, bool small)
{
    return (ds_chart){.kind = DS_CHART_FAN,
                      .title = v->name,
                      .doc = v->doc,
                      .unit = ds_report_saying(v).unit,
                      .x_name = "time",
                      .dated = !isnan(r->cases[0].origin),
                      .small = small,
                      .line = middle,
                      .band = {outer, r->count == 1 ? inner : NULL},
                      .mark = NAN,
                      .series = d->series,
                      .count = d->count};
}

bool ds_report_chart(const ds_report *r, const ds_variable *v, ds_status *st)
{
    drawing d;
    bool ok = read_drawing(r, &d, v, st);
    const ds_chart chart = chart_of(r, &d, v, false);
    ok = ok && ds_chart_put(&r->page, &chart, st);
    free_drawing(&d);
    return ok;
}

/* ---- by the value of a parameter ---- */

typedef struct at_value {
    double x;
    ds_spread end;
    size_t point;
} at_value;

static int by_x(const void *a, const void *b)
{
    const at_value *const v = a, *const w = b;
    return v->x != w->x ? (v->x > w->x) - (v->x < w->x)
                        : (v->point > w->point) - (v->point < w->point);
}

static bool read_values(const ds_report *r, const ds_coordinate *along, const ds_variable *v,
                        at_value *all, ds_status *st)
{
    for (size_t i = 0; i < r->count; i++) {
        ds_band band;
        if (!ds_band_read(&band, &r->cases[i], v->name, st))
            return false;
        all[i] = (at_value){along->number[i], ds_band_end(&band), i};
        ds_band_free(&band);
    }
    qsort(all, r->count, sizeof *all, by_x);
    return true;
}

static bool put_along(const ds_report *r, const ds_coordinate *along, const ds_variable *v,
                      const at_value *all, ds_status *st)
{
    const size_t n = r->count;
    double *const m = calloc(6 * n, sizeof *m);
    if (!m)
        return ds_fail(st, DS_E_SYSTEM, "no memory for a chart");
    for (size_t i = 0; i < n; i++) {
        m[i] = all[i].x;
        for (size_t q = 0; q < DS_BAND_QUANTILES; q++)
            m[(1 + q) * n + i] = all[i].end.quantile[q] * ds_report_saying(v).factor;
    }
    const ds_chart_series s = {.name = v->name,
                               .count = n,
                               .x = m,
                               .y = m + 3 * n,
                               .low = {m + n, m + 2 * n},
                               .high = {m + 5 * n, m + 4 * n}};
    char title[200];
    snprintf(title, sizeof title, "%.80s at the end, by %.100s", v->name, along->path);
    const ds_chart chart = {.kind = DS_CHART_FAN,
                            .title = title,
                            .doc = v->doc,
                            .unit = ds_report_saying(v).unit,
                            .x_name = along->path,
                            .line = middle,
                            .band = {outer, inner},
                            .mark = NAN,
                            .series = &s,
                            .count = 1};
    const bool ok = ds_chart_put(&r->page, &chart, st);
    free(m);
    return ok;
}

const ds_coordinate *ds_report_along(const ds_report *r)
{
    const ds_result_info *const about = r->cases[0].about;
    const bool one = about->points == r->count && about->coordinates == 1 && r->count > 2;
    return one && about->coordinate[0].number ? &about->coordinate[0] : NULL;
}

bool ds_report_along_chart(const ds_report *r, const ds_coordinate *along, const ds_variable *v,
                           ds_status *st)
{
    at_value *const all = calloc(r->count, sizeof *all);
    bool ok = all || ds_fail(st, DS_E_SYSTEM, "no memory for a chart");
    ok = ok && read_values(r, along, v, all, st) && put_along(r, along, v, all, st);
    free(all);
    return ok;
}

/* ---- every other metric ---- */

static bool is_key(const ds_report *r, const ds_variable *v)
{
    for (size_t i = 0; i < r->keys; i++)
        if (r->key[i] == v)
            return true;
    return false;
}

/* Whether it is the same at all times in all replicas, or nowhere at all. */
static bool flat(const drawing *d, double *value)
{
    *value = NAN;
    for (size_t i = 0; i < d->cases; i++)
        for (size_t q = 0; q < DS_BAND_QUANTILES; q++)
            for (size_t k = 0; k < d->band[i].times; k++) {
                const double v = d->band[i].quantile[q][k];
                if (isnan(*value))
                    *value = v;
                else if (!isnan(v) && v != *value)
                    return false;
            }
    return true;
}

static bool other_chart(const ds_report *r, const ds_variable *v, char *still, ds_status *st)
{
    drawing d;
    double value;
    char text[DS_NUMBER_ROOM];
    bool ok = read_drawing(r, &d, v, st);
    const ds_chart chart = chart_of(r, &d, v, true);
    const size_t used = strlen(still);
    if (ok && flat(&d, &value))
        snprintf(still + used, LISTED - used, "%s%.60s %s", used ? ", " : "", v->name,
                 isnan(value) ? "has no value" : ds_number(text, value, DS_NUMBER_DIGITS));
    else if (ok)
        ok = ds_chart_put(&r->page, &chart, st);
    free_drawing(&d);
    return ok;
}

bool ds_report_other_charts(const ds_report *r, ds_status *st)
{
    const ds_result_info *const about = r->cases[0].about;
    char still[LISTED] = "";
    ds_page_block(&r->page, "charts small");
    for (size_t i = 0; i < about->variables; i++)
        if (!is_key(r, &about->variable[i]) && !other_chart(r, &about->variable[i], still, st))
            return false;
    ds_page_block_end(&r->page);
    if (*still)
        ds_page_note(&r->page, "note", "Not drawn, because it does not change: %s.", still);
    return true;
}
