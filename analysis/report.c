#include "report.h"

#include "number.h"
#include "report_parts.h"
#include "stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    FEW = 30, /* replicas below which intervals deserve a warning */
    DIGITS_SAID = 3,
};

static const char *title_of(const ds_result_info *about)
{
    return about->title && *about->title ? about->title : "Untitled";
}

/* ---- what is looked at ---- */

/* A label that says of which result a case is; NULL for lack of memory. */
static char *full_label(const ds_case *c)
{
    const bool many = c->about->points > 1;
    const char *const title = title_of(c->about);
    const size_t room = strlen(title) + strlen(c->label) + 3;
    char *const label = malloc(room);
    if (label)
        snprintf(label, room, "%s%s%s", title, many ? ": " : "", many ? c->label : "");
    return label;
}

static bool same_time(const ds_case *a, const ds_case *b, ds_status *st)
{
    if (isnan(a->origin) == isnan(b->origin))
        return true;
    return ds_fail(st, DS_E_DATA, "'%s' has dates and '%s' has not, cannot stand side by side",
                   title_of((isnan(a->origin) ? b : a)->about),
                   title_of((isnan(a->origin) ? a : b)->about));
}

/* All points of all results; `labels` holds what must be freed. */
static bool collect(const ds_report_request *q, ds_case *cases, char **labels, ds_status *st)
{
    size_t n = 0;
    for (size_t i = 0; i < q->count; i++)
        for (size_t p = 0; p < ds_result_about(q->results[i])->points; p++, n++) {
            if (!ds_case_of(&cases[n], q->results[i], p, st) ||
                !same_time(&cases[0], &cases[n], st))
                return false;
            if (q->count == 1)
                continue;
            cases[n].label = labels[n] = full_label(&cases[n]);
            if (!labels[n])
                return ds_fail(st, DS_E_SYSTEM, "no memory for a label");
        }
    return cases[0].about || ds_fail(st, DS_E_BUG, "a report without a case");
}

static bool unit_is_new(const ds_report *r, const ds_variable *v)
{
    for (size_t i = 0; i < r->keys; i++)
        if (strcmp(r->key[i]->unit, v->unit) == 0)
            return false;
    return true;
}

static void choose_keys(ds_report *r, const char *const *wanted)
{
    const ds_case *const c = &r->cases[0];
    for (; wanted && *wanted && r->keys < DS_KEYS; wanted++) {
        const ds_variable *const v = ds_case_variable(c, *wanted);
        if (v)
            r->key[r->keys++] = v;
    }
    if (r->keys > 0)
        return;
    for (size_t i = 0; r->keys < DS_KEYS && i < c->about->variables; i++)
        if (unit_is_new(r, &c->about->variable[i]))
            r->key[r->keys++] = &c->about->variable[i];
}

/* ---- the verdict ---- */

static void say_what_ran(const ds_report *r)
{
    const ds_case *const c = &r->cases[0];
    const ds_result_info *const about = c->about;
    char from[40], to[40];
    size_t replicas = 0, done = 0;
    for (size_t i = 0; i < r->count; i++) {
        replicas += r->cases[i].about->replicas;
        done += r->cases[i].done;
    }
    ds_case_when(c, about->time[0], from, sizeof from);
    ds_case_when(c, about->time[about->times - 1], to, sizeof to);
    if (r->count == 1)
        ds_page_paragraph(&r->page, "%zu replica%s of the model %s, from %s to %s. %s", replicas,
                          replicas == 1 ? "" : "s", about->model, from, to,
                          done == replicas ? "All ran to the end." : "");
    else
        ds_page_paragraph(&r->page,
                          "%zu cases of the model %s side by side, %zu replicas in all, "
                          "from %s to %s. %s",
                          r->count, about->model, replicas, from, to,
                          done == replicas ? "All ran to the end." : "");
    if (done < replicas)
        ds_page_paragraph(&r->page,
                          "%zu of %zu replicas failed and are left out of every figure; "
                          "their causes are below.",
                          replicas - done, replicas);
}

/* The first grid time at which there is a value. */
static double first_median(const ds_band *band)
{
    for (size_t k = 0; k + 1 < band->times; k++)
        if (isfinite(band->quantile[2][k]))
            return band->quantile[2][k];
    return NAN;
}

/* How a unit reads in plain words: a rate a year is said in percent. */
typedef struct saying {
    double factor;
    const char *unit;
} saying;

static saying saying_of(const ds_variable *v)
{
    if (strcmp(v->unit, "1/yr") == 0)
        return (saying){100, " % a year"};
    return (saying){1, strcmp(v->unit, "1") == 0 ? "" : v->unit};
}

static char *said(char text[DS_NUMBER_ROOM], const saying *s, double value)
{
    return ds_number(text, s->factor * value, DIGITS_SAID);
}

static void say_change(const ds_report *r, const ds_variable *v, double from, const ds_spread *end)
{
    char a[DS_NUMBER_ROOM], b[DS_NUMBER_ROOM], low[DS_NUMBER_ROOM], high[DS_NUMBER_ROOM];
    char course[3 * DS_NUMBER_ROOM];
    const saying s = saying_of(v);
    const double to = end->quantile[2];
    const char *const gap = *s.unit && *s.unit != ' ' ? " " : "";
    said(a, &s, from);
    said(b, &s, to);
    if (isnan(to)) {
        ds_page_item(&r->page, "%s (%s) has no value at the end.", v->name, v->doc);
        return;
    }
    if (isnan(from))
        snprintf(course, sizeof course, "is %s", b);
    else if (strcmp(a, b) == 0)
        snprintf(course, sizeof course, "stays at %s", b);
    else
        snprintf(course, sizeof course, "%s from %s to %s", to > from ? "rises" : "falls", a, b);
    ds_page_item(&r->page,
                 "%s (%s) %s%s%s in the median; nine of ten replicas end between %s and %s.",
                 v->name, v->doc, course, gap, s.unit, said(low, &s, end->quantile[0]),
                 said(high, &s, end->quantile[4]));
}

static bool say_keys(const ds_report *r, ds_status *st)
{
    ds_page_items(&r->page, true);
    for (size_t i = 0; i < r->keys && i < DS_KEYS_SAID; i++) {
        ds_band band;
        if (!ds_band_read(&band, &r->cases[0], r->key[i]->name, st))
            return false;
        const ds_spread end = ds_band_end(&band, &r->cases[0]);
        say_change(r, r->key[i], first_median(&band), &end);
        ds_band_free(&band);
    }
    ds_page_items(&r->page, false);
    return true;
}

/* What the number of replicas does not allow to say. */
static void say_limits(const ds_report *r)
{
    size_t least = r->cases[0].done, groups = r->cases[0].groups;
    for (size_t i = 1; i < r->count; i++) {
        least = r->cases[i].done < least ? r->cases[i].done : least;
        groups = r->cases[i].groups < groups ? r->cases[i].groups : groups;
    }
    if (least < 2)
        ds_page_paragraph(&r->page, "One replica tells nothing of how much others would differ.");
    else if (groups < FEW)
        ds_page_paragraph(&r->page,
                          "With %zu %s the intervals of means cover less than they "
                          "say where figures are skewed.",
                          groups, groups < least ? "independent groups of replicas" : "replicas");
    if (least >= 2 && ds_quantile_ranks(least, 0.05, 0.95).low == 0)
        ds_page_paragraph(&r->page,
                          "%zu replicas are too few to bound the 5 %% and 95 %% "
                          "quantiles: read the outer band as the extremes seen.",
                          least);
}

/* ---- the tiles of a single case ---- */

static bool tile(const ds_report *r, const ds_variable *v, ds_status *st)
{
    FILE *const out = r->page.out;
    const saying s = saying_of(v);
    ds_band band;
    char text[DS_NUMBER_ROOM], low[DS_NUMBER_ROOM], high[DS_NUMBER_ROOM];
    if (!ds_band_read(&band, &r->cases[0], v->name, st))
        return false;
    const ds_spread end = ds_band_end(&band, &r->cases[0]);
    const double from = first_median(&band);
    ds_band_free(&band);
    fputs("<div class=\"tile\"><span class=\"name\">", out);
    ds_page_text(&r->page, v->name);
    fprintf(out, "</span><b>%s <small>", said(text, &s, end.quantile[2]));
    ds_page_text(&r->page, s.unit);
    fprintf(out, "</small></b><span>%s to %s in nine of ten</span>", said(low, &s, end.quantile[0]),
            said(high, &s, end.quantile[4]));
    if (isfinite(from))
        fprintf(out, "<span>%s at first</span>", said(text, &s, from));
    fputs("</div>\n", out);
    return true;
}

static bool tiles(const ds_report *r, ds_status *st)
{
    fputs("<div class=\"tiles\">\n", r->page.out);
    for (size_t i = 0; i < r->keys; i++)
        if (!tile(r, r->key[i], st))
            return false;
    fputs("</div>\n", r->page.out);
    return true;
}

static bool put_verdict(const ds_report *r, ds_status *st)
{
    say_what_ran(r);
    if (r->count == 1 ? !say_keys(r, st) : !ds_report_cases(r, st))
        return false;
    if (r->count == 1 && r->page.html && !tiles(r, st))
        return false;
    if (r->count == 1 && !r->page.html && !ds_report_cases(r, st))
        return false;
    say_limits(r);
    return true;
}

/* ---- provenance ---- */

static void put_source(const ds_report *r, const ds_result_info *about)
{
    ds_page_paragraph(&r->page, "%s: %s %s, %s; seed %llu, %zu point%s of %zu replicas; data %s.",
                      title_of(about), about->program, about->version, about->build,
                      (unsigned long long)about->seed, about->points, about->points == 1 ? "" : "s",
                      about->replicas, about->digest);
    if (about->doubt)
        ds_page_paragraph(&r->page, "Not reproducible: %s.", about->doubt);
    ds_page_fold(&r->page, "Scenario as written");
    ds_page_preformatted(&r->page, about->scenario);
    ds_page_unfold(&r->page);
    ds_page_fold(&r->page, "Every parameter, resolved");
    ds_page_preformatted(&r->page, about->resolved);
    ds_page_unfold(&r->page);
}

static bool put_body(const ds_report *r, const ds_report_request *q, ds_status *st)
{
    size_t failed = 0, outcomes = 0;
    for (size_t i = 0; i < q->count; i++) {
        failed += ds_result_about(q->results[i])->failed;
        outcomes += ds_result_about(q->results[i])->outcomes;
    }
    const bool charts = r->page.html && r->cases[0].about->times > 3;
    if (charts) {
        ds_page_heading(&r->page, 2, "Over time");
        ds_report_legend(r);
        if (!ds_report_key_charts(r, st))
            return false;
    }
    if (r->observed.count && !ds_report_observed(r, st))
        return false;
    if (outcomes)
        ds_page_heading(&r->page, 2, "Outcomes");
    if (outcomes && !ds_report_outcomes(r, st))
        return false;
    if (failed)
        ds_page_heading(&r->page, 2, "Replicas that failed");
    if (failed && !ds_report_failures(r, st))
        return false;
    ds_page_heading(&r->page, 2, "Every metric at the end");
    if (!ds_report_endings(r, st))
        return false;
    if (charts)
        ds_page_heading(&r->page, 2, "Every other metric over time");
    return !charts || ds_report_other_charts(r, st);
}

static bool put_all(const ds_report *r, const ds_report_request *q, ds_status *st)
{
    ds_page_begin(&r->page, title_of(r->cases[0].about));
    if (!put_verdict(r, st) || !put_body(r, q, st))
        return false;
    ds_page_heading(&r->page, 2, "Where this is from");
    for (size_t i = 0; i < q->count; i++)
        put_source(r, ds_result_about(q->results[i]));
    ds_page_heading(&r->page, 2, "Glossary");
    ds_report_glossary(r);
    ds_page_end(&r->page);
    return true;
}

bool ds_report_write(FILE *out, const ds_report_request *request, ds_status *st)
{
    size_t count = 0;
    for (size_t i = 0; i < request->count; i++)
        count += ds_result_about(request->results[i])->points;
    if (count == 0)
        return ds_fail(st, DS_E_DATA, "a report needs at least one point of a result");
    ds_case *const cases = calloc(count, sizeof *cases);
    char **const labels = calloc(count, sizeof *labels);
    bool ok = cases && labels;
    if (!ok)
        ds_fail(st, DS_E_SYSTEM, "no memory for %zu cases", count);
    ds_report r = {.page = {.out = out, .html = request->html},
                   .cases = cases,
                   .count = count,
                   .observed = request->observed};
    if (ok && (ok = collect(request, cases, labels, st))) {
        choose_keys(&r, request->key);
        ok = put_all(&r, request, st);
    }
    for (size_t i = 0; labels && i < count; i++)
        free(labels[i]);
    free(labels);
    free(cases);
    return ok;
}
