#include "chart.h"
#include "number.h"
#include "report_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { EFFECTS = 24, LINES = 8, FEW_VARIANTS = 4 };

static bool may_compare(const ds_report *r)
{
    return r->count > 1 && r->count <= DS_CASES_FULL;
}

bool ds_report_compare(ds_report *r, ds_status *st)
{
    const ds_report_request *const q = r->request;
    ds_goals goals = {0};
    ds_status inner = {0};
    const char **const key = ds_pool_take(r->pool, (r->keys + 1) * sizeof *key);
    if (!may_compare(r))
        return true;
    for (size_t i = 0; i < r->keys; i++)
        key[i] = r->key[i]->name;
    if (!ds_goals_stored(r->pool, r->cases[0].about, &goals, st))
        return false;
    size_t known = 0;
    ds_goal *const goal = ds_pool_take(r->pool, (goals.count + 1) * sizeof *goal);
    for (size_t i = 0; i < goals.count; i++)
        if (goals.goal[i].number != SIZE_MAX)
            goal[known++] = goals.goal[i];
        else
            r->not_judged =
                ds_pool_print(r->pool, "%s%s%s (of %s)", r->not_judged ? r->not_judged : "",
                              r->not_judged ? ", " : "", goals.goal[i].name, goals.goal[i].of);
    const ds_compare_request request = {.results = q->results,
                                        .names = r->called,
                                        .count = q->count,
                                        .key = key,
                                        .goal = goal,
                                        .goals = known};
    r->comparison = ds_pool_take(r->pool, sizeof *r->comparison);
    if (ds_compare(r->comparison, &request, &inner))
        return true;
    ds_comparison_free(r->comparison);
    r->comparison = NULL;
    if (inner.code == DS_E_SYSTEM || inner.code == DS_E_IO)
        return ds_fail(st, inner.code, "%s", inner.text);
    r->not_compared = ds_pool_print(r->pool, "%s", inner.text);
    return true;
}

/* ---- the verdict ---- */

static bool shown(const ds_compared *row)
{
    return row->verdict == DS_VERDICT_HIGHER || row->verdict == DS_VERDICT_LOWER;
}

/* "raises by 3 ± 1 %" with what it raises. */
static const char *effect_on(const ds_report *r, const char *effect, const char *of)
{
    const size_t verb = strcspn(effect, " ");
    return ds_pool_print(r->pool, "%.*s %s%s", (int)verb, effect, of, effect + verb);
}

static void say_goals(const ds_report *r, const ds_comparison *c)
{
    for (size_t i = 0; i < c->rows; i++) {
        const ds_compared *const row = &c->row[i];
        const ds_question *const q = &c->question[row->question];
        char verdict[DS_EFFECT_ROOM], effect[DS_EFFECT_ROOM];
        if (!q->goal)
            continue;
        ds_verdict_words(verdict, c, row);
        ds_effect_words(effect, c, row);
        const char *const aim = ds_pool_print(
            r->pool, "%s, %s (%s %s)", c->variant[row->variant].label, q->what.name,
            q->what.maximise ? "maximise" : "minimise", q->what.words ? q->what.words : q->what.of);
        if (shown(row))
            ds_page_item(&r->page, "%s: %s; %s.", aim, verdict, effect_on(r, effect, "it"));
        else
            ds_page_item(&r->page, "%s: %s.", aim, verdict);
    }
}

/* Of many variants: "stakers – better (raises it by 3 ± 1 %); calm – needs 40 more replicas". */
static const char *goals_of(const ds_report *r, const ds_comparison *c, size_t variant)
{
    const char *text = "";
    for (size_t i = 0; i < c->rows; i++) {
        const ds_compared *const row = &c->row[i];
        const ds_question *const q = &c->question[row->question];
        char verdict[DS_EFFECT_ROOM], effect[DS_EFFECT_ROOM];
        if (!q->goal || row->variant != variant)
            continue;
        ds_verdict_words(verdict, c, row);
        ds_effect_words(effect, c, row);
        text = ds_pool_print(r->pool, "%s%s%s – %s%s%s%s", text, *text ? "; " : "", q->what.name,
                             verdict, shown(row) ? " (" : "",
                             shown(row) ? effect_on(r, effect, "it") : "", shown(row) ? ")" : "");
    }
    return text;
}

static void say_aims(const ds_report *r, const ds_comparison *c)
{
    const char *text = "";
    for (size_t i = 0; i < c->questions; i++) {
        const ds_goal *const g = &c->question[i].what;
        if (c->question[i].goal)
            text = ds_pool_print(r->pool, "%s%s%s %s (%s)", text, *text ? "; " : "",
                                 g->maximise ? "maximise" : "minimise", g->words ? g->words : g->of,
                                 g->name);
    }
    ds_page_paragraph(&r->page, "What is sought: %s.", text);
}

/* What a variant does, in three lists: effects, what shows none, what nothing can be said of. */
typedef struct effects {
    const char *shown, *none, *unknown;
    size_t values, alone; /* of the unknown: that are there, all the same; of one replica */
} effects;

static const char *listed(const ds_report *r, const char *list, const char *next)
{
    return ds_pool_print(r->pool, "%s%s%s", list, *list ? ", " : "", next);
}

static void add_effect(const ds_report *r, const ds_comparison *c, const ds_compared *row,
                       effects *to)
{
    const char *const of = c->question[row->question].what.of;
    char effect[DS_EFFECT_ROOM];
    if (shown(row)) {
        ds_effect_words(effect, c, row);
        to->shown = ds_pool_print(r->pool, "%s%s%s", to->shown, *to->shown ? "; " : "",
                                  effect_on(r, effect, of));
    } else if (row->verdict == DS_VERDICT_UNKNOWN) {
        to->unknown = listed(r, to->unknown, of);
        to->values += !isnan(row->figure) && !isnan(row->baseline);
        to->alone += row->pairs == 1;
    } else {
        to->none = listed(r, to->none, of);
    }
}

/* "raises utilization by 3 ± 1 %; lowers treasury by 2 %": what the variant does. */
static const char *effects_of(const ds_report *r, const ds_comparison *c, size_t variant)
{
    const bool rare = r->keys == 0; /* then an outcome is the answer, the first */
    const size_t most = rare ? 1 : c->variants > FEW_VARIANTS ? DS_KEYS_SAID : r->keys;
    effects e = {"", "", "", 0, 0};
    size_t told = 0;
    for (size_t i = 0; i < c->rows && told < most; i++) {
        const ds_compared *const row = &c->row[i];
        const ds_question *const q = &c->question[row->question];
        if (row->variant != variant || !q->listed || q->what.outcome != rare)
            continue;
        told++;
        add_effect(r, c, row, &e);
    }
    const bool nothing = !*e.shown && !*e.none;
    if (nothing && e.values == 0)
        return "there is no value to compare";
    if (nothing && e.alone == told)
        return "one replica cannot tell a difference from chance";
    const char *text = e.shown;
    if (*e.none)
        text = ds_pool_print(r->pool, "%s%so difference is shown in %s", text,
                             *e.shown ? ". N" : "n", e.none);
    if (*e.unknown)
        text = ds_pool_print(r->pool, "%s%sothing can be said of %s", text, nothing ? "n" : ". N",
                             e.unknown);
    return text;
}

void ds_report_say_compared(const ds_report *r)
{
    const ds_comparison *const c = r->comparison;
    const bool by_goals = c->goals > 0 && c->variants > FEW_VARIANTS;
    size_t told = 0;
    if (by_goals)
        say_aims(r, c);
    ds_page_paragraph(&r->page, "Against %s%s:", c->variant[c->baseline].label,
                      by_goals   ? ""
                      : c->goals ? ", metrics at the end"
                      : r->keys  ? ", at the end"
                                 : "");
    ds_page_items(&r->page, true);
    if (!by_goals)
        say_goals(r, c);
    for (size_t i = 0; i < c->variants && told < LINES; i++)
        if (i != c->baseline && ++told)
            ds_page_item(&r->page, "%s: %s.", c->variant[i].label,
                         by_goals ? goals_of(r, c, i) : effects_of(r, c, i));
    if (c->variants > LINES + 1)
        ds_page_item(&r->page, "%zu more %s compared below.", c->variants - LINES - 1,
                     c->variants == LINES + 2 ? "is" : "are");
    ds_page_items(&r->page, false);
    if (r->not_judged)
        ds_page_paragraph(&r->page, "Not judged, since the result does not hold it: %s.",
                          r->not_judged);
    if (c->family > 0)
        ds_page_note(
            &r->page, "note",
            "± is a %.3g %% interval that allows for all %zu questions asked at once; what is "
            "not shown may still exist, smaller than these replicas can tell.",
            100 * c->level, c->family);
}

/* ---- the numbers that matter ---- */

/* Over all replicas that ran to the end, also those whose pair did not. */
static double mean_at_end(const ds_case *c, const char *metric)
{
    ds_band band;
    ds_status st = {0};
    if (!ds_band_read(&band, c, metric, &st))
        return NAN;
    const double mean = ds_band_end(&band).mean;
    ds_band_free(&band);
    return mean;
}

static void put_line(const ds_report *r, const ds_variable *v, const ds_comparison *c,
                     size_t variant, size_t question)
{
    const ds_saying s = ds_report_saying(v);
    char number[DS_NUMBER_ROOM], effect[DS_EFFECT_ROOM] = "";
    const double value = mean_at_end(&c->variant[variant].of, v->name);
    for (size_t i = 0; i < c->rows; i++)
        if (c->row[i].question == question && c->row[i].variant == variant)
            ds_effect_words(effect, c, &c->row[i]);
    fputs("<span><strong>", r->page.out);
    ds_page_text(&r->page, ds_number(number, s.factor * value, 3));
    fputs("</strong> ", r->page.out);
    ds_page_text(&r->page, s.unit);
    fputs(" ", r->page.out);
    ds_page_text(&r->page, c->variant[variant].label);
    fputs(*effect ? ": " : "", r->page.out);
    ds_page_text(&r->page, effect);
    fputs("</span>", r->page.out);
}

bool ds_report_tiles(const ds_report *r)
{
    const ds_comparison *const c = r->comparison;
    if (!c || !r->page.html || c->variants > FEW_VARIANTS)
        return false;
    ds_page_block(&r->page, "tiles");
    for (size_t k = 0; k < r->keys && k < DS_KEYS_SAID; k++) {
        size_t q = 0;
        while (q < c->questions && !(c->question[q].listed && !c->question[q].what.outcome &&
                                     strcmp(c->question[q].what.of, r->key[k]->name) == 0))
            q++;
        fputs("<div class=\"tile\"><span class=\"name\">", r->page.out);
        ds_page_text(&r->page, r->key[k]->name);
        fputs("</span><span>", r->page.out);
        ds_page_text(&r->page, r->key[k]->doc);
        fputs(", mean at the end</span>", r->page.out);
        for (size_t v = 0; v < c->variants; v++)
            put_line(r, r->key[k], c, v, q);
        fputs("</div>\n", r->page.out);
    }
    ds_page_block_end(&r->page);
    return true;
}

/* ---- two goals as a picture ---- */

/* Figures of a goal, of every variant. */
static const ds_goal *figures_of(const ds_comparison *c, size_t place, double *figure)
{
    const ds_goal *goal = NULL;
    for (size_t i = 0; i < c->rows; i++) {
        const ds_compared *const row = &c->row[i];
        const ds_question *const q = &c->question[row->question];
        if (!q->goal || q->place != place)
            continue;
        goal = &q->what;
        figure[row->variant] = row->figure;
        figure[c->baseline] = row->baseline;
    }
    return goal;
}

static const char *axis_of(const ds_report *r, const ds_goal *g)
{
    const bool unit = strcmp(g->unit, "1") != 0;
    return ds_pool_print(r->pool, "%s, to be %s%s%s", g->words ? g->words : g->of,
                         g->maximise ? "high" : "low", unit ? ", " : "", unit ? g->unit : "");
}

/* Another variant is better in one goal and not worse in the other, as far as figures go. */
static bool is_beaten(const ds_comparison *c, const ds_goal *a, const double *x, const ds_goal *b,
                      const double *y, size_t i)
{
    const double up = a->maximise ? 1 : -1, right = b->maximise ? 1 : -1;
    for (size_t k = 0; k < c->variants; k++) {
        const double dx = up * (x[k] - x[i]), dy = right * (y[k] - y[i]);
        if ((dx > 0 && dy >= 0) || (dx >= 0 && dy > 0))
            return true;
    }
    return isnan(x[i]) || isnan(y[i]);
}

bool ds_report_has_front(const ds_report *r)
{
    return r->comparison && r->comparison->goals == 2 && r->comparison->variants > FEW_VARIANTS &&
           r->comparison->variants <= DS_CASES_FULL;
}

/* Which variants none beats, by what lies along; how many. */
static size_t unbeaten(const ds_comparison *c, const ds_goal *along, const double *x,
                       const ds_goal *up, const double *y, size_t *which)
{
    size_t n = 0;
    for (size_t i = 0; i < c->variants; i++) {
        size_t k = n;
        if (is_beaten(c, along, x, up, y, i))
            continue;
        for (n++; k > 0 && x[which[k - 1]] > x[i]; k--)
            which[k] = which[k - 1];
        which[k] = i;
    }
    return n;
}

bool ds_report_front(const ds_report *r, ds_status *st)
{
    const ds_comparison *const c = r->comparison;
    double figure[2][DS_CASES_FULL], x[DS_CASES_FULL], y[DS_CASES_FULL];
    const ds_goal *const along = figures_of(c, 1, figure[1]), *const up =
                                                                  figures_of(c, 0, figure[0]);
    if (!along || !up)
        return true;
    size_t which[DS_CASES_FULL];
    const size_t n = unbeaten(c, along, figure[1], up, figure[0], which);
    const char *names = "";
    for (size_t k = 0; k < n; k++) {
        x[k] = figure[1][which[k]];
        y[k] = figure[0][which[k]];
        names = ds_pool_print(r->pool, "%s%s%s", names, k ? "; " : "", c->variant[which[k]].label);
    }
    const ds_chart_series series[] = {
        {.name = "front", .count = n, .x = x, .y = y},
        {.name = c->variant[c->baseline].label,
         .count = 1,
         .x = &figure[1][c->baseline],
         .y = &figure[0][c->baseline],
         .dots = true,
         .colour = 1},
    };
    const ds_chart chart = {.kind = DS_CHART_FAN,
                            .title = ds_pool_print(r->pool, "%s against %s", up->name, along->name),
                            .doc = axis_of(r, up),
                            .unit = up->unit,
                            .x_name = axis_of(r, along),
                            .line = up->name,
                            .mark = NAN,
                            .series = series,
                            .count = 2};
    if (!ds_chart_put(&r->page, &chart, st))
        return false;
    ds_page_paragraph(&r->page, "The front, from left to right: %s.", names);
    return true;
}

/* ---- effects as a picture ---- */

typedef struct forest {
    ds_chart_series series[DS_CASES_FULL];
    const char *row[EFFECTS];
    double value[DS_CASES_FULL][3][EFFECTS];
    size_t rows, count;
} forest;

static const ds_compared *row_of(const ds_comparison *c, size_t variant, size_t question)
{
    for (size_t i = 0; i < c->rows; i++)
        if (c->row[i].variant == variant && c->row[i].question == question)
            return &c->row[i];
    return NULL;
}

/* What some variant changes, as far as it can be said in percent of the baseline. */
static bool worth_a_row(const ds_comparison *c, size_t question)
{
    bool found = false;
    for (size_t i = 0; i < c->rows; i++) {
        const ds_compared *const row = &c->row[i];
        if (row->question != question)
            continue;
        if (isnan(row->relative.value) || !isfinite(row->relative_together.low) ||
            !isfinite(row->relative_together.high))
            return false;
        found = found || row->verdict != DS_VERDICT_SAME;
    }
    return found;
}

static void fill_forest(const ds_report *r, forest *f)
{
    const ds_comparison *const c = r->comparison;
    for (size_t q = 0; q < c->questions && f->rows < EFFECTS; q++) {
        if (!c->question[q].listed || c->question[q].what.outcome || !worth_a_row(c, q))
            continue;
        f->row[f->rows] = c->question[q].what.of;
        size_t k = 0;
        for (size_t v = 0; v < c->variants; v++) {
            const ds_compared *const row = v == c->baseline ? NULL : row_of(c, v, q);
            if (!row)
                continue;
            f->value[k][0][f->rows] = 100 * row->relative.value;
            f->value[k][1][f->rows] = 100 * row->relative_together.low;
            f->value[k++][2][f->rows] = 100 * row->relative_together.high;
        }
        f->rows++;
    }
    for (size_t v = 0; v < c->variants; v++)
        if (v != c->baseline) {
            const size_t k = f->count++;
            f->series[k] = (ds_chart_series){.name = ds_report_short(r, c->variant[v].label),
                                             .count = f->rows,
                                             .y = f->value[k][0],
                                             .low = {f->value[k][1]},
                                             .high = {f->value[k][2]},
                                             .colour = v};
        }
}

static bool put_forest(const ds_report *r, ds_status *st)
{
    const ds_comparison *const c = r->comparison;
    forest *const f = calloc(1, sizeof *f);
    if (!f)
        return ds_fail(st, DS_E_SYSTEM, "no memory for a chart");
    fill_forest(r, f);
    const ds_chart chart = {
        .kind = DS_CHART_FOREST,
        .title = "What changes",
        .doc = ds_pool_print(r->pool, "difference to %s; an interval that crosses 0 shows none",
                             c->variant[c->baseline].label),
        .unit = "%",
        .line = "difference",
        .band = {"interval"},
        .mark = 0,
        .series = f->series,
        .count = f->count,
        .rows = f->rows,
        .row = f->row};
    const bool ok = f->rows == 0 || ds_chart_put(&r->page, &chart, st);
    free(f);
    return ok;
}

/* Of many variants: one metric, a variant a row. */
static bool put_forest_of(const ds_report *r, size_t question, ds_status *st)
{
    const ds_comparison *const c = r->comparison;
    double value[3][DS_CASES_FULL];
    const char *row[DS_CASES_FULL];
    size_t n = 0;
    for (size_t v = 0; v < c->variants && n < DS_CASES_FULL; v++) {
        const ds_compared *const answer = v == c->baseline ? NULL : row_of(c, v, question);
        if (!answer)
            continue;
        row[n] = c->variant[v].label;
        value[0][n] = 100 * answer->relative.value;
        value[1][n] = 100 * answer->relative_together.low;
        value[2][n++] = 100 * answer->relative_together.high;
    }
    const ds_chart_series s = {.name = c->question[question].what.of,
                               .count = n,
                               .y = value[0],
                               .low = {value[1]},
                               .high = {value[2]}};
    const ds_chart chart = {
        .kind = DS_CHART_FOREST,
        .title = ds_pool_print(r->pool, "What changes in %s", s.name),
        .doc = ds_pool_print(r->pool, "difference to %s", c->variant[c->baseline].label),
        .unit = "%",
        .line = "difference",
        .band = {"interval"},
        .mark = 0,
        .series = &s,
        .count = 1,
        .rows = n,
        .row = row};
    return ds_chart_put(&r->page, &chart, st);
}

static bool put_forests(const ds_report *r, ds_status *st)
{
    const ds_comparison *const c = r->comparison;
    size_t told = 0;
    if (c->variants <= DS_CASES_DRAWN)
        return put_forest(r, st);
    ds_page_block(&r->page, "charts");
    for (size_t q = 0; q < c->questions && told < r->keys; q++)
        if (c->question[q].listed && !c->question[q].what.outcome && worth_a_row(c, q)) {
            told++;
            if (!put_forest_of(r, q, st))
                return false;
        }
    ds_page_block_end(&r->page);
    return true;
}

/* ---- tables ---- */

static bool is_told(ds_report_told *told, const char *name)
{
    for (size_t i = 0; i < told->count; i++)
        if (strcmp(told->name[i], name) == 0)
            return true;
    if (told->count < DS_TABLES_TOLD)
        told->name[told->count++] = name;
    return false;
}

/* Once, below the first table of a kind: what its columns are. */
static void explain(const ds_report *r, const ds_table *table)
{
    const char *text = "";
    if (is_told(r->told, table->name))
        return;
    for (const ds_table_column *c = table->column; c->name; c++)
        if (c->head && *c->head && c->doc)
            text = ds_pool_print(r->pool, "%s%s%s – %s", text, *text ? "; " : "", c->head, c->doc);
    if (*text)
        ds_page_note(&r->page, "note", "Columns: %s.", text);
}

bool ds_report_table(const ds_report *r, ds_table *table, ds_status *st)
{
    const bool ok =
        ds_table_print(r->page.out, table, r->page.html ? DS_TABLE_HTML : DS_TABLE_MARKDOWN, st);
    fputc('\n', r->page.out);
    if (ok)
        explain(r, table);
    ds_table_free(table);
    return ok;
}

void ds_report_doubts(const ds_report *r, unsigned doubts)
{
    for (unsigned i = 0; i < DS_DOUBTS; i++)
        if (doubts & 1U << i)
            ds_page_note(&r->page, "note", "Mind that %s.", ds_doubt_text((ds_doubt)(1U << i)));
}

bool ds_report_compared(const ds_report *r, ds_status *st)
{
    ds_comparison *const c = r->comparison;
    ds_table table;
    if (!c)
        return true;
    ds_page_heading(&r->page, 2, "Compared");
    if (r->keys > 0 && (!put_forests(r, st) || !ds_report_cases(r, st)))
        return false;
    if (c->goals) {
        ds_compare_verdicts(&table, c);
        if (!ds_report_table(r, &table, st))
            return false;
    }
    for (size_t i = 0; i < c->variants; i++) {
        if (i == c->baseline)
            continue;
        ds_compare_table(&table, c, DS_COMPARE_OF_VARIANT, i);
        if (!ds_report_table(r, &table, st))
            return false;
    }
    ds_page_items(&r->page, true);
    for (size_t i = 0; i < c->notes; i++)
        ds_page_item(&r->page, "%s", c->note[i]);
    ds_page_items(&r->page, false);
    return true;
}
