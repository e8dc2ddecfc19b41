#include "chart.h"
#include "number.h"
#include "report_parts.h"
#include "risk_tables.h"

#include <math.h>
#include <stdlib.h>

enum { CASES = 4, EVENTS = 24, REFUSED = 200 };
static const double level = 0.95, worst_share = 0.95;

/* What is read of the cases that are shown: all of it is let go at once. */
typedef struct risks {
    size_t count;
    ds_risk_query query;
    ds_chances chances[CASES];
} risks;

static size_t shown(const ds_report *r)
{
    return r->count < CASES ? r->count : CASES;
}

/* ---- probabilities ---- */

typedef struct forest {
    const char *row[EVENTS];
    double value[CASES][3][EVENTS];
    ds_chart_series series[CASES];
    size_t rows;
} forest;

static void fill(const ds_report *r, const risks *k, forest *f)
{
    for (size_t e = 0; e < k->chances[0].count && f->rows < EVENTS; e++)
        f->row[f->rows++] = k->chances[0].chance[e].name;
    for (size_t i = 0; i < k->count; i++) {
        for (size_t e = 0; e < f->rows; e++) {
            const bool has = e < k->chances[i].count;
            const ds_estimate *const p = has ? &k->chances[i].chance[e].probability : NULL;
            f->value[i][0][e] = p ? 100 * p->value : NAN;
            f->value[i][1][e] = p ? 100 * p->interval.low : NAN;
            f->value[i][2][e] = p ? 100 * p->interval.high : NAN;
        }
        f->series[i] = (ds_chart_series){.name = ds_report_short(r, r->cases[i].label),
                                         .count = f->rows,
                                         .y = f->value[i][0],
                                         .low = {f->value[i][1]},
                                         .high = {f->value[i][2]},
                                         .colour = i};
    }
}

static bool put_forest(const ds_report *r, const risks *k, ds_status *st)
{
    forest *const f = calloc(1, sizeof *f);
    if (!f)
        return ds_fail(st, DS_E_SYSTEM, "no memory for a chart");
    fill(r, k, f);
    const ds_chart chart = {.kind = DS_CHART_FOREST,
                            .title = "How likely",
                            .doc = "share of replicas in which it happens within the horizon, and "
                                   "its 95 % interval",
                            .unit = "%",
                            .line = "probability",
                            .band = {"interval"},
                            .mark = NAN,
                            .series = f->series,
                            .count = k->count,
                            .rows = f->rows,
                            .row = f->row};
    const bool ok = ds_chart_put(&r->page, &chart, st);
    free(f);
    return ok;
}

/* ---- when it comes ---- */

typedef struct steps {
    double *x, *y, *low, *high;
    size_t count;
} steps;

/* The share that has had the event by then, up to the horizon. */
static bool steps_of(const ds_report *r, const ds_case *c, const ds_survival *s, steps *made)
{
    const double origin = isnan(c->origin) ? 0 : c->origin;
    const size_t n = s->steps + 1;
    double *const m = ds_pool_take(r->pool, 4 * n * sizeof *m);
    *made = (steps){m, m + n, m + 2 * n, m + 3 * n, n};
    for (size_t i = 0; i < n; i++) {
        const ds_survival_step *const step = &s->step[i < s->steps ? i : s->steps - 1];
        made->x[i] = origin + (i < s->steps ? step->time : c->about->time[c->about->times - 1]);
        made->y[i] = 100 * (1 - step->survival);
        made->low[i] = 100 * (1 - step->interval.high);
        made->high[i] = 100 * (1 - step->interval.low);
    }
    return n > 2;
}

static bool put_curve(const ds_report *r, const risks *k, size_t event, ds_status *st)
{
    ds_chart_series series[CASES];
    size_t n = 0;
    for (size_t i = 0; i < k->count; i++) {
        steps s;
        if (event >= k->chances[i].count || k->chances[i].chance[event].curve.events == 0 ||
            !steps_of(r, &r->cases[i], &k->chances[i].chance[event].curve, &s))
            continue;
        series[n++] = (ds_chart_series){.name = r->count > 1 ? ds_report_short(r, r->cases[i].label)
                                                             : k->chances[i].chance[event].name,
                                        .count = s.count,
                                        .x = s.x,
                                        .y = s.y,
                                        .low = {s.low},
                                        .high = {s.high},
                                        .colour = i};
    }
    const ds_chart chart = {
        .kind = DS_CHART_STEPS,
        .title = ds_pool_print(r->pool, "%s by then", k->chances[0].chance[event].name),
        .doc = k->chances[0].chance[event].doc,
        .unit = "%",
        .x_name = "time",
        .dated = !isnan(r->cases[0].origin),
        .line = "share of replicas",
        .band = {"interval"},
        .mark = NAN,
        .series = series,
        .count = n};
    return n == 0 || ds_chart_put(&r->page, &chart, st);
}

static bool put_curves(const ds_report *r, const risks *k, ds_status *st)
{
    ds_page_block(&r->page, "charts");
    for (size_t e = 0; e < k->chances[0].count; e++)
        if (k->chances[0].chance[e].timed && !put_curve(r, k, e, st))
            return false;
    ds_page_block_end(&r->page);
    return true;
}

/* ---- tables ---- */

static bool put_chances(const ds_report *r, const risks *k, ds_status *st)
{
    ds_table table;
    unsigned doubts = 0;
    ds_chances_begin(&table, r->count > 1);
    for (size_t i = 0; i < k->count; i++) {
        ds_chances_rows(&table, &r->cases[i], &k->chances[i]);
        doubts |= ds_chances_doubts(&k->chances[i]);
    }
    if (!ds_report_table(r, &table, st))
        return false;
    ds_report_doubts(r, doubts);
    ds_page_items(&r->page, true);
    for (size_t e = 0; e < k->chances[0].count; e++)
        ds_page_item(&r->page, "%s: %s.", k->chances[0].chance[e].name,
                     k->chances[0].chance[e].doc);
    ds_page_items(&r->page, false);
    return true;
}

static bool put_tails(const ds_report *r, const risks *k, ds_status *st)
{
    ds_table table;
    char refused[REFUSED] = "";
    unsigned doubts = 0;
    bool ok = true;
    ds_loss_tails_begin(&table, r->count > 1);
    for (size_t i = 0; ok && i < k->count; i++) {
        ds_loss_tails all = {0};
        if ((ok = ds_loss_tails_of(&all, &r->cases[i], &k->query, st))) {
            ds_loss_tails_rows(&table, &r->cases[i], &all, false);
            doubts |= ds_loss_tails_doubts(&all);
            (void)ds_loss_tails_refusal(&all, worst_share, refused, sizeof refused);
        }
        ds_loss_tails_free(&all);
    }
    if (!ok || table.rows == 0) {
        ds_table_free(&table);
        if (ok && *refused)
            ds_page_note(&r->page, "note", "No tail figures: %s.", refused);
        return ok;
    }
    ds_page_heading(&r->page, 3, "The worst replicas");
    ds_page_paragraph(&r->page, "Value at risk is what the worst 5 %% of replicas reach or pass, "
                                "shortfall their mean.");
    ok = ds_report_table(r, &table, st);
    ds_report_doubts(r, doubts);
    return ok;
}

static bool put_signs(const ds_report *r, const risks *k, ds_status *st)
{
    const ds_guide *const guide = k->query.guide;
    ds_table table;
    const char *unseen = NULL;
    bool ok = true;
    if (!guide || !guide->signatures)
        return true;
    ds_signs_begin(&table, r->count > 1);
    for (size_t i = 0; ok && i < k->count; i++) {
        ds_signs all = {0};
        if (!r->cases[i].about->has_paths)
            continue;
        if ((ok = ds_signs_of(&all, &r->cases[i], guide, level, st)))
            ds_signs_rows(&table, &r->cases[i], &all);
        unseen = ds_signs_unseen(&all);
        ds_signs_free(&all);
    }
    if (!ok || table.rows == 0) {
        ds_table_free(&table);
        return ok;
    }
    ds_page_heading(&r->page, 3, "Known ways to fail, and when they first show");
    if (!ds_report_table(r, &table, st))
        return false;
    if (unseen)
        ds_page_note(&r->page, "note", "Mind that %s.", unseen);
    ds_page_items(&r->page, true);
    for (const ds_signature *s = guide->signatures; s->name; s++)
        ds_page_item(&r->page, "%s: %s.", s->name, s->doc);
    ds_page_items(&r->page, false);
    return true;
}

static ds_risk_query query_of(const ds_report *r)
{
    return (ds_risk_query){.guide = r->model ? r->model->guide : NULL,
                           .share = &worst_share,
                           .shares = 1,
                           .level = level};
}

/* The next in falling order of probability after `last`; NULL: none that was seen. */
static const ds_chance *next_likely(const ds_chances *all, const ds_chance *last)
{
    const ds_chance *found = NULL;
    for (const ds_chance *e = all->chance; e < all->chance + all->count; e++) {
        const bool after = !last || e->probability.value < last->probability.value ||
                           (e->probability.value == last->probability.value && e > last);
        if (after && e->probability.value > 0 &&
            (!found || e->probability.value > found->probability.value))
            found = e;
    }
    return found;
}

bool ds_report_say_risks(const ds_report *r, ds_status *st)
{
    const ds_risk_query query = query_of(r);
    ds_chances all;
    const ds_chance *last = NULL;
    if (!ds_chances_of(&all, &r->cases[0], &query, st))
        return false;
    const char *text = "";
    for (size_t i = 0; i < DS_KEYS_SAID && (last = next_likely(&all, last)); i++) {
        const ds_estimate *const p = &last->probability;
        char value[DS_NUMBER_ROOM], low[DS_NUMBER_ROOM], high[DS_NUMBER_ROOM];
        text = ds_pool_print(r->pool, "%s%s%s, in %s %% of replicas (%s to %s)", text,
                             *text ? "; " : "", last->doc, ds_number(value, 100 * p->value, 3),
                             ds_number(low, 100 * p->interval.low, 3),
                             ds_number(high, 100 * p->interval.high, 3));
    }
    if (*text)
        ds_page_paragraph(&r->page,
                          "What goes wrong most often, at some time and perhaps not for good: %s.",
                          text);
    ds_chances_free(&all);
    return true;
}

bool ds_report_risk(const ds_report *r, ds_status *st)
{
    risks k = {.query = query_of(r)};
    bool ok = true;
    for (size_t i = 0; ok && i < shown(r); i++)
        if ((ok = ds_chances_of(&k.chances[i], &r->cases[i], &k.query, st)))
            k.count++;
    if (ok && k.chances[0].count > 0) {
        ds_page_heading(&r->page, 2, "What may go wrong");
        if (r->count > shown(r))
            ds_page_paragraph(&r->page, "Of the first %zu of %zu cases.", shown(r), r->count);
        ok = put_forest(r, &k, st) && put_chances(r, &k, st) && put_curves(r, &k, st) &&
             put_tails(r, &k, st) && put_signs(r, &k, st);
    }
    for (size_t i = 0; i < k.count; i++)
        ds_chances_free(&k.chances[i]);
    return ok;
}
