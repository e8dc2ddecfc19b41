#include "chart.h"
#include "number.h"
#include "report_parts.h"
#include "risk_tables.h"

#include <math.h>
#include <string.h>

enum { CASES = 2, SIGNALS = 3, ROWS = 8, TABLED = 12, SAID = 3 };
static const double level = 0.95, few_worst = 0.95, no_chance = 0.05;
static const double least_share = 0.8; /* what is nearly half of all is not the worst */

/* Rows of a forest. */
typedef struct forest {
    const char *row[ROWS];
    double value[ROWS], low[ROWS], high[ROWS];
    size_t rows;
} forest;

static bool put_forest(const ds_report *r, const forest *f, const ds_chart *about, ds_status *st)
{
    const ds_chart_series s = {
        .name = about->line, .count = f->rows, .y = f->value, .low = {f->low}, .high = {f->high}};
    ds_chart chart = *about;
    chart.kind = DS_CHART_FOREST;
    chart.band[0] = "interval";
    chart.series = &s;
    chart.count = 1;
    chart.rows = f->rows;
    chart.row = f->row;
    return ds_chart_put(&r->page, &chart, st);
}

static void add_row(forest *f, const char *name, const ds_estimate *e)
{
    const bool bounded = isfinite(e->interval.low) && isfinite(e->interval.high);
    f->row[f->rows] = name;
    f->value[f->rows] = e->value;
    f->low[f->rows] = bounded ? e->interval.low : NAN;
    f->high[f->rows++] = bounded ? e->interval.high : NAN;
}

/* ---- what the worst have in common ---- */

/* The figure of the guide by which replicas are bad; NULL: the result has none. */
static const ds_loss *worst_by(const ds_report *r, const ds_case *c)
{
    const ds_guide *const guide = r->model ? r->model->guide : NULL;
    const ds_loss *l = guide ? guide->losses : NULL;
    while (l && l->of && !ds_case_variable(c, l->of))
        l++;
    return l && l->of ? l : NULL;
}

static const char *of_case(const ds_report *r, const ds_case *c)
{
    return r->count > 1 ? ds_pool_print(r->pool, " of %s", c->label) : "";
}

static bool is_shown(const ds_trait *t)
{
    return t->adjusted < no_chance;
}

/* "diem_vvv 226 VVV (54.2 among the others), ..." */
static const char *traits_in_words(const ds_report *r, const ds_worst *w)
{
    const char *text = "";
    for (size_t i = 0, said = 0; i < w->count && said < SAID; i++) {
        const ds_trait *const t = &w->trait[i];
        char in[DS_NUMBER_ROOM], out[DS_NUMBER_ROOM];
        ds_number(in, t->inside, 3);
        ds_number(out, t->outside, 3);
        if (!is_shown(t) || strcmp(in, out) == 0)
            continue;
        const bool unit = strcmp(t->unit, "1") != 0;
        text =
            ds_pool_print(r->pool, "%s%s%s is %s%s%s (%s among the others)", text, said ? ", " : "",
                          t->name, in, unit ? " " : "", unit ? t->unit : "", out);
        said++;
    }
    return text;
}

static void say_worst(const ds_report *r, const ds_case *c, const ds_worst *w)
{
    char number[DS_NUMBER_ROOM];
    const char *const traits = traits_in_words(r, w);
    const char *const which = ds_pool_print(
        r->pool, "the worst %zu of %zu replicas%s (%s %s %s at the end)", w->inside, w->replicas,
        of_case(r, c), w->of, w->worst == DS_SIDE_LOW ? "at most" : "at least",
        ds_number(number, w->threshold, 3));
    if (*traits)
        ds_page_paragraph(&r->page, "Among %s, in the median: %s.", which, traits);
    else
        ds_page_paragraph(&r->page, "Nothing else is shown to set %s apart.", which);
}

static bool draw_worst(const ds_report *r, const ds_case *c, const ds_worst *w, ds_status *st)
{
    forest f = {0};
    for (size_t i = 0; i < w->count && f.rows < ROWS; i++)
        if (is_shown(&w->trait[i]))
            add_row(&f, w->trait[i].name, &w->trait[i].difference);
    const ds_chart about = {
        .title = ds_pool_print(r->pool, "The worst%s", of_case(r, c)),
        .doc = ds_pool_print(r->pool,
                             "by how much their mean lies above or below that of all others, in "
                             "standard deviations; the worst %zu by %s",
                             w->inside, w->of),
        .unit = "sd",
        .line = "difference",
        .mark = 0};
    return f.rows == 0 || put_forest(r, &f, &about, st);
}

/* False in *some where replicas are too few. */
static bool find_worst(const ds_report *r, const ds_case *c, ds_worst *w, bool *some, ds_status *st)
{
    const ds_loss *const l = worst_by(r, c);
    const double few = 1 - DS_TAIL_LEAST / fmax((double)c->done, 1);
    const ds_worst_query q = {.of = l ? l->of : NULL,
                              .worst = l && l->low_is_bad ? DS_SIDE_LOW : DS_SIDE_HIGH,
                              .share = fmin(few, few_worst),
                              .level = level};
    *w = (ds_worst){0};
    *some = l && c->about->has_paths && q.share >= least_share &&
            c->done >= ds_tail_shortfall_needs(q.share);
    if (!*some)
        return true;
    ds_status inner = {0};
    if (ds_worst_of(w, c, &q, &inner))
        return true;
    *some = false; /* so many have no value at the end */
    return inner.code == DS_E_DATA || ds_fail(st, inner.code, "%s", inner.text);
}

/* ---- what shows first ---- */

static bool draw_signals(const ds_report *r, const ds_case *c, const ds_case *base,
                         const ds_signals *s, ds_status *st)
{
    forest f = {0};
    for (size_t i = 0; i < s->count && f.rows < ROWS; i++)
        if (isfinite(s->signal[i].first.median.value))
            add_row(&f, s->signal[i].metric, &s->signal[i].first.median);
    const char *const unit = isnan(c->origin) ? "time" : "d";
    const ds_chart about = {
        .title = ds_pool_print(r->pool, "What shows first in %s", c->label),
        .doc = ds_pool_print(
            r->pool, "after what time half of the replicas have left the band of %s", base->label),
        .unit = unit,
        .line = "half by",
        .mark = NAN};
    return f.rows == 0 || put_forest(r, &f, &about, st);
}

static const char *first_in_words(const ds_report *r, const ds_case *c, const ds_signals *s)
{
    const char *text = "";
    char when[48];
    for (size_t i = 0; i < s->count && i < SAID; i++) {
        const double at = s->signal[i].first.median.value;
        if (!isfinite(at))
            break;
        ds_case_when(c, isnan(c->origin) ? at : floor(at + c->origin) - c->origin, when,
                     sizeof when);
        text =
            ds_pool_print(r->pool, "%s%s%s (%s)", text, i ? ", " : "", s->signal[i].metric, when);
    }
    return text;
}

/* Of what is said to show: what is not shown to do so more often than without any cause. */
static const char *maybe_chance(const ds_report *r, const ds_signals *s)
{
    const char *text = "";
    for (size_t i = 0; i < s->count && i < SAID; i++) {
        const ds_signal *const one = &s->signal[i];
        if (isfinite(one->first.median.value) &&
            !(one->first.share.interval.low > one->false_alarm.value))
            text = ds_pool_print(r->pool, "%s%s%s", text, *text ? ", " : "", one->metric);
    }
    return text;
}

static void say_signals(const ds_report *r, const ds_case *c, const ds_case *base,
                        const ds_signals *s)
{
    const char *const chance = maybe_chance(r, s);
    const char *const first = first_in_words(r, c, s);
    if (*first)
        ds_page_paragraph(&r->page,
                          "%s shows first, by when half of its replicas have left what nine of ten "
                          "of %s do: %s.",
                          c->label, base->label, first);
    else
        ds_page_paragraph(&r->page,
                          "In no metric do half of the replicas of %s leave what nine of ten of %s "
                          "do.",
                          c->label, base->label);
    if (*chance)
        ds_page_note(&r->page, "note",
                     "This may be chance in %s: so many replicas of %s itself leave it ('without "
                     "cause' in the table).",
                     chance, base->label);
}

/* ---- the section ---- */

/* What is found, so that sentences and pictures stand together. */
typedef struct findings {
    size_t worst, signals;
    const ds_case *worst_of[CASES], *signals_of[SIGNALS], *base[SIGNALS];
    ds_worst worsts[CASES];
    ds_signals found[SIGNALS];
} findings;

static bool find(const ds_report *r, findings *f, ds_status *st)
{
    const ds_guide *const guide = r->model ? r->model->guide : NULL;
    for (size_t i = 0; i < r->count && i < CASES; i++) {
        bool some;
        if (!find_worst(r, &r->cases[i], &f->worsts[f->worst], &some, st))
            return false;
        f->worst_of[f->worst] = &r->cases[i];
        f->worst += some;
    }
    for (size_t i = 0; i < r->count && i < DS_CASES_FULL && f->signals < SIGNALS; i++) {
        const ds_case *const c = &r->cases[i];
        const ds_case *const base = ds_case_like(r->cases, r->count, c, NULL);
        const ds_signals_query q = {.baseline = base, .guide = guide, .level = level};
        const bool choice = r->comparison && r->comparison->goals > 0; /* of rules, no shock */
        if (choice || !base || base == c || !c->about->has_paths || c->done < 2)
            continue;
        if (!ds_signals_of(&f->found[f->signals], c, &q, st))
            return false;
        if (f->found[f->signals].count == 0) { /* too short for any to last */
            ds_signals_free(&f->found[f->signals]);
            continue;
        }
        f->signals_of[f->signals] = c;
        f->base[f->signals++] = base;
    }
    return true;
}

static bool draw(const ds_report *r, const findings *f, ds_status *st)
{
    bool ok = true;
    ds_page_block(&r->page, "charts");
    for (size_t i = 0; ok && i < f->signals; i++)
        ok = draw_signals(r, f->signals_of[i], f->base[i], &f->found[i], st);
    for (size_t i = 0; ok && i < f->worst; i++)
        ok = draw_worst(r, f->worst_of[i], &f->worsts[i], st);
    ds_page_block_end(&r->page);
    return ok;
}

/* Whether any metric shows in any replica. */
static bool shows_any(const findings *f)
{
    for (size_t i = 0; i < f->signals; i++)
        for (size_t k = 0; k < f->found[i].count; k++)
            if (f->found[i].signal[k].first.share.value > 0)
                return true;
    return false;
}

/* How long a metric must stay outside to show. */
static const char *lasting_of(const ds_report *r, const ds_case *c, const ds_signals *s)
{
    const bool dated = !isnan(c->origin);
    return ds_pool_print(r->pool, "%g %s%s", s->lasting, dated ? "day" : "unit",
                         s->lasting == 1 ? dated ? "" : " of time"
                         : dated         ? "s"
                                         : "s of time");
}

static bool put_tables(const ds_report *r, const findings *f, ds_status *st)
{
    ds_table table;
    bool ok = true;
    if (shows_any(f)) {
        ds_page_fold(&r->page, NULL, "What shows first: the table");
        ds_page_note(
            &r->page, "note",
            "A metric shows when it leaves the band of 5 to 95 %% of the baseline's "
            "replicas at the same time for %s or more, where the baseline's own replica "
            "does not, or farther than any. Without cause: the baseline's replicas that leave it "
            "for as long.",
            lasting_of(r, f->signals_of[0], &f->found[0]));
        ds_signals_begin(&table, true);
        for (size_t i = 0; i < f->signals; i++)
            ds_signals_rows(&table, f->signals_of[i], &f->found[i], TABLED);
        ok = ds_report_table(r, &table, st);
        ds_page_unfold(&r->page);
    }
    if (ok && f->worst) {
        ds_page_fold(&r->page, NULL, "What the worst have in common: the table");
        ds_worst_begin(&table, r->count > 1);
        for (size_t i = 0; i < f->worst; i++)
            ds_worst_rows(&table, f->worst_of[i], &f->worsts[i], TABLED);
        ok = ds_report_table(r, &table, st);
        ds_page_unfold(&r->page);
    }
    return ok;
}

/* Of many cases the first ones are looked at, and that is said. */
static void say_left_out(const ds_report *r, const findings *f)
{
    const bool worst = f->worst == CASES && r->count > CASES;
    size_t others = 0;
    for (size_t i = 0; i < r->count && f->signals == SIGNALS; i++) {
        const ds_case *const base = ds_case_like(r->cases, r->count, &r->cases[i], NULL);
        others += base && base != &r->cases[i];
    }
    if (worst || others > f->signals)
        ds_page_note(&r->page, "note",
                     "Of %zu cases the first ones are looked at here; 'diemsim risk --all' looks "
                     "at each.",
                     r->count);
}

static bool put(const ds_report *r, const findings *f, ds_status *st)
{
    if (f->worst + f->signals == 0)
        return true;
    ds_page_heading(&r->page, 2,
                    f->signals == 0 ? "What the worst have in common"
                    : f->worst      ? "What shows first, and what the worst have in common"
                                    : "What shows first");
    for (size_t i = 0; i < f->signals; i++)
        say_signals(r, f->signals_of[i], f->base[i], &f->found[i]);
    for (size_t i = 0; i < f->worst; i++)
        say_worst(r, f->worst_of[i], &f->worsts[i]);
    say_left_out(r, f);
    return draw(r, f, st) && put_tables(r, f, st);
}

bool ds_report_worst(const ds_report *r, ds_status *st)
{
    findings *const f = ds_pool_take(r->pool, sizeof *f);
    *f = (findings){0};
    const bool ok = find(r, f, st) && put(r, f, st);
    for (size_t i = 0; i < CASES; i++)
        ds_worst_free(&f->worsts[i]);
    for (size_t i = 0; i < SIGNALS; i++)
        ds_signals_free(&f->found[i]);
    return ok;
}
