#include "chart.h"
#include "report_parts.h"
#include "sensitivity.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

enum { AXES = 12, FIGURES = 6, MEASURES = 2 };

typedef struct tornado {
    const char *row[AXES];
    double value[MEASURES][3][AXES];
    ds_chart_series series[MEASURES];
    size_t rows, measures;
} tornado;

static const ds_estimate *measure(ds_sensitivity_method method, const ds_sensitivity_axis *a,
                                  size_t m)
{
    if (method == DS_SENSITIVITY_SOBOL || method == DS_SENSITIVITY_GRID)
        return m == 0 ? &a->total : &a->first;
    return method == DS_SENSITIVITY_MORRIS ? &a->mu_star : &a->rank;
}

static const char *measure_name(ds_sensitivity_method method, size_t m)
{
    static const char *const names[][MEASURES] = {
        [DS_SENSITIVITY_SOBOL] = {"with all others (total)", "alone (first)"},
        [DS_SENSITIVITY_MORRIS] = {"how far it moves the figure (mu*)", ""},
        [DS_SENSITIVITY_GRID] = {"with all others (total)", "alone (first)"},
        [DS_SENSITIVITY_RANKS] = {"rank regression", ""}};
    return names[method][m];
}

static const char *explained(ds_sensitivity_method method)
{
    static const char *const docs[] = {
        [DS_SENSITIVITY_SOBOL] = "share of its variance that comes from each parameter",
        [DS_SENSITIVITY_MORRIS] = "by how much each parameter moves it over its whole range",
        [DS_SENSITIVITY_GRID] =
            "share of its variance over the points of the grid, exact for these points",
        [DS_SENSITIVITY_RANKS] = "how much it rises or falls along each parameter, from -1 to 1"};
    return docs[method];
}

/* The axis with the i-th greatest weight. */
static const ds_sensitivity_axis *ranked(const ds_sensitivity *s, size_t i)
{
    for (size_t a = 0; a < s->axes; a++) {
        size_t before = 0;
        for (size_t b = 0; b < s->axes; b++) {
            const double mine = fabs(s->axis[a].weight.value), its = fabs(s->axis[b].weight.value);
            before += its > mine || ((its == mine || isnan(mine)) && b < a) ||
                      (isnan(mine) && !isnan(its) && b > a);
        }
        if (before == i)
            return &s->axis[a];
    }
    return NULL;
}

static void fill(tornado *t, const ds_sensitivity *s, ds_sensitivity_method method)
{
    t->measures = *measure_name(method, 1) ? 2 : 1;
    for (size_t i = 0; i < s->axes && t->rows < AXES; i++) {
        const ds_sensitivity_axis *const a = ranked(s, i);
        if (!a)
            continue;
        for (size_t m = 0; m < t->measures; m++) {
            const ds_estimate *const e = measure(method, a, m);
            const bool bounded = isfinite(e->interval.low) && isfinite(e->interval.high);
            t->value[m][0][t->rows] = e->value;
            t->value[m][1][t->rows] = bounded ? e->interval.low : NAN;
            t->value[m][2][t->rows] = bounded ? e->interval.high : NAN;
        }
        t->row[t->rows++] = a->path;
    }
    for (size_t m = 0; m < t->measures; m++)
        t->series[m] = (ds_chart_series){.name = measure_name(method, m),
                                         .count = t->rows,
                                         .y = t->value[m][0],
                                         .low = {t->value[m][1]},
                                         .high = {t->value[m][2]},
                                         .colour = m};
}

static bool put_tornado(const ds_report *r, const ds_sensitivity *s, ds_sensitivity_method method,
                        ds_status *st)
{
    if (*s->why) {
        ds_page_note(&r->page, "note", "%s: %s.", s->of, s->why);
        return true;
    }
    tornado *const t = calloc(1, sizeof *t);
    if (!t)
        return ds_fail(st, DS_E_SYSTEM, "no memory for a chart");
    fill(t, s, method);
    const bool own_unit = method == DS_SENSITIVITY_MORRIS;
    const ds_chart chart = {.kind = DS_CHART_BARS,
                            .title = ds_pool_print(r->pool, "%s%s%s", s->of, s->group ? ", " : "",
                                                   s->group ? s->group : ""),
                            .doc = explained(method),
                            .unit = own_unit ? s->unit : "1",
                            .line = "estimate",
                            .band = {"interval"},
                            .mark = NAN,
                            .series = t->series,
                            .count = t->measures,
                            .rows = t->rows,
                            .row = t->row};
    const bool ok = ds_chart_put(&r->page, &chart, st);
    free(t);
    return ok;
}

/* How much of what varies over the points is chance. */
static void say_noise(const ds_report *r, const ds_sensitivities *all)
{
    const ds_sensitivity *most = NULL;
    for (size_t i = 0; i < all->count; i++)
        if (!*all->item[i].why && all->item[i].noise > (most ? most->noise : 0))
            most = &all->item[i];
    if (most)
        ds_page_note(
            &r->page, "note",
            "Means over replicas are compared: chance makes at most %.2g %% of the variance "
            "over points (%s); more replicas make less.",
            100 * fmin(most->noise, 1), most->of);
}

bool ds_report_sensitivity(const ds_report *r, ds_status *st)
{
    const ds_result_info *const about = r->cases[0].about;
    const char *of[DS_KEYS];
    ds_sensitivities all = {0};
    ds_status inner = {0};
    if (r->request->count > 1 || about->points < 4 || about->coordinates < 2 || r->keys == 0)
        return true;
    for (size_t i = 0; i < r->keys; i++)
        of[i] = r->key[i]->name;
    const ds_sensitivity_query q = {.result = r->cases[0].result,
                                    .of = of,
                                    .count = r->keys < FIGURES ? r->keys : FIGURES,
                                    .level = 0.95};
    /* Most designs say nothing of axes, and then there is nothing to say here. */
    bool ok = ds_sensitivities_of(&all, &q, &inner);
    if (!ok) {
        ds_sensitivities_free(&all);
        return (inner.code != DS_E_SYSTEM && inner.code != DS_E_IO) ||
               ds_fail(st, inner.code, "%s", inner.text);
    }
    ds_page_heading(&r->page, 2, "What it depends on");
    ds_page_block(&r->page, "charts");
    for (size_t i = 0; ok && i < all.count && i < FIGURES; i++)
        ok = put_tornado(r, &all.item[i], all.method, st);
    ds_page_block_end(&r->page);
    ds_table table;
    ds_page_fold(&r->page, NULL, "Every figure and parameter");
    ds_sensitivity_table(&table, &all, SIZE_MAX);
    ok = ds_report_table(r, &table, st) && ok;
    ds_page_unfold(&r->page);
    ds_report_doubts(r, ds_sensitivity_doubts(&all));
    say_noise(r, &all);
    ds_sensitivities_free(&all);
    return ok;
}
