#include "report.h"

#include "names.h"
#include "report_parts.h"

#include "sim/core/nearest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *ds_report_title(const ds_result_info *about)
{
    return about->title && *about->title ? about->title : "Untitled";
}

ds_saying ds_report_saying(const ds_variable *v)
{
    if (strcmp(v->unit, "1/yr") == 0)
        return (ds_saying){100, "% a year"};
    return (ds_saying){1, strcmp(v->unit, "1") == 0 ? "" : v->unit};
}

/* ---- what is looked at ---- */

static bool share_a_title(const ds_report_request *q)
{
    for (size_t i = 1; i < q->count; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(ds_report_title(ds_result_about(q->results[i])),
                       ds_report_title(ds_result_about(q->results[k]))) == 0)
                return true;
    return false;
}

/* By their titles, where these tell them apart. */
static const char *const *call(ds_pool *pool, const ds_report_request *q)
{
    if (q->names && share_a_title(q))
        return ds_names_of_files(pool, q->names, q->count);
    const char **const names = ds_pool_take(pool, (q->count + 1) * sizeof *names);
    for (size_t i = 0; i < q->count; i++)
        names[i] = ds_report_title(ds_result_about(q->results[i]));
    return names;
}

/* A label that says of which result a case is; NULL for lack of memory. */
static char *full_label(const ds_case *c, const char *called)
{
    const bool many = c->about->points > 1;
    const size_t room = strlen(called) + strlen(c->label) + 3;
    char *const label = malloc(room);
    if (label)
        snprintf(label, room, "%s%s%s", called, many ? ": " : "", many ? c->label : "");
    return label;
}

static bool same_time(const ds_case *a, const ds_case *b, ds_status *st)
{
    if (isnan(a->origin) == isnan(b->origin))
        return true;
    return ds_fail(st, DS_E_DATA, "'%s' has dates and '%s' has not, cannot stand side by side",
                   ds_report_title((isnan(a->origin) ? b : a)->about),
                   ds_report_title((isnan(a->origin) ? a : b)->about));
}

/* All points of all results; `labels` holds what must be freed. */
static bool collect(const ds_report *r, ds_case *cases, char **labels, ds_status *st)
{
    const ds_report_request *const q = r->request;
    size_t n = 0;
    for (size_t i = 0; i < q->count; i++)
        for (size_t p = 0; p < ds_result_about(q->results[i])->points; p++, n++) {
            if (!ds_case_of(&cases[n], q->results[i], p, st) ||
                !same_time(&cases[0], &cases[n], st))
                return false;
            if (q->count == 1)
                continue;
            cases[n].label = labels[n] = full_label(&cases[n], r->called[i]);
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

static bool choose_metrics(ds_report *r, const char *const *wanted, ds_status *st)
{
    const ds_case *const c = &r->cases[0];
    for (; *wanted && r->keys < DS_KEYS; wanted++) {
        ds_nearest nearest = ds_nearest_to(*wanted);
        for (size_t i = 0; i < c->about->variables; i++)
            ds_nearest_try(&nearest, c->about->variable[i].name);
        r->key[r->keys] = ds_case_variable(c, *wanted);
        if (!r->key[r->keys++])
            return ds_fail(st, DS_E_USAGE, "the result has no metric '%.60s'%s", *wanted,
                           ds_nearest_or(&nearest, "; 'diemsim info' lists them"));
    }
    return !*wanted ||
           ds_fail(st, DS_E_USAGE,
                   "'--metrics' names more metrics to show first than the %d that fit", DS_KEYS);
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

/* ---- the document ---- */

static bool put_over_time(const ds_report *r, ds_status *st)
{
    const ds_coordinate *const along = ds_report_along(r);
    if (along && r->keys > 1) {
        ds_page_heading(&r->page, 2, "By the parameter");
        ds_page_block(&r->page, "charts");
        for (size_t i = 1; i < r->keys; i++)
            if (!ds_report_along_chart(r, along, r->key[i], st))
                return false;
        ds_page_block_end(&r->page);
    }
    const size_t first = along || ds_report_has_front(r) ? 0 : 1; /* else it stands at the top */
    if (r->cases[0].about->times <= 3 || r->keys <= first)
        return true;
    ds_page_heading(&r->page, 2, "Over time");
    ds_report_legend(r);
    ds_page_block(&r->page, "charts");
    for (size_t i = first; i < r->keys; i++)
        if (!ds_report_chart(r, r->key[i], st))
            return false;
    ds_page_block_end(&r->page);
    return true;
}

static size_t outcomes_of(const ds_report *r)
{
    size_t n = 0;
    for (size_t i = 0; i < r->count; i++)
        n += r->cases[i].about->outcomes;
    return n;
}

static bool has_failed(const ds_report *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->cases[i].about->failed)
            return true;
    return false;
}

static bool put_appendix(const ds_report *r, ds_status *st)
{
    if (outcomes_of(r)) {
        ds_page_heading(&r->page, 2, "Outcomes");
        if (!ds_report_outcomes(r, st))
            return false;
    }
    if (has_failed(r)) {
        ds_page_heading(&r->page, 2, "Replicas that failed");
        if (!ds_report_failures(r, st))
            return false;
    }
    if (!r->page.html && r->count > 1)
        return true; /* what is pasted into a forum must have an end */
    if (ds_case_is_rare(&r->cases[0]))
        return true; /* outcomes are all there is */
    ds_page_heading(&r->page, 2, "Every metric");
    ds_page_fold(&r->page, NULL, "At the end");
    if (!ds_report_endings(r, st))
        return false;
    ds_page_unfold(&r->page);
    if (!r->page.html || r->cases[0].about->times <= 3)
        return true;
    ds_page_fold(&r->page, "pictures", "Over time");
    const bool ok = ds_report_other_charts(r, st);
    ds_page_unfold(&r->page);
    return ok;
}

static bool put_findings(const ds_report *r, ds_status *st)
{
    return ds_report_compared(r, st) && ds_report_risk(r, st) && ds_report_stress(r, st) &&
           ds_report_sensitivity(r, st) && (r->observed.count == 0 || ds_report_observed(r, st));
}

static bool put_all(const ds_report *r, ds_status *st)
{
    const char *const title = r->request->title;
    ds_page_begin(&r->page, title ? title : ds_report_title(r->cases[0].about));
    if (!ds_report_first(r, st) || !ds_report_worst(r, st) || !put_over_time(r, st) ||
        !put_findings(r, st))
        return false;
    ds_report_rules(r);
    ds_report_assumptions(r);
    if (!put_appendix(r, st))
        return false;
    ds_page_heading(&r->page, 2, "Glossary");
    ds_report_glossary(r);
    ds_page_heading(&r->page, 2, "Where this is from");
    ds_report_source(r);
    ds_page_end(&r->page);
    return true;
}

static const ds_model *model_of(const ds_report_request *q, const char *name)
{
    for (const ds_model *const *m = q->models; m && *m; m++)
        if (strcmp((*m)->name, name) == 0)
            return *m;
    return NULL;
}

static bool write_cases(ds_report *r, ds_status *st)
{
    const ds_report_request *const q = r->request;
    r->model = model_of(q, r->cases[0].about->model);
    if (q->metrics ? !choose_metrics(r, q->metrics, st) : false)
        return false;
    if (!q->metrics)
        choose_keys(r, q->key);
    const bool ok = ds_report_resolve(r, st) && ds_report_compare(r, st) && put_all(r, st);
    if (r->comparison)
        ds_comparison_free(r->comparison);
    return ok;
}

bool ds_report_write(FILE *out, const ds_report_request *request, ds_status *st)
{
    size_t count = 0;
    for (size_t i = 0; i < request->count; i++)
        count += ds_result_about(request->results[i])->points;
    if (count == 0)
        return ds_fail(st, DS_E_DATA, "a report needs at least one point of a result");
    ds_pool pool = {0};
    ds_case *const cases = calloc(count, sizeof *cases);
    char **const labels = calloc(count, sizeof *labels);
    bool ok = cases && labels;
    if (!ok)
        ds_fail(st, DS_E_SYSTEM, "no memory for %zu cases", count);
    ds_report_told told = {0};
    ds_report r = {.page = {.out = out, .html = request->html, .pictures = request->pictures},
                   .request = request,
                   .cases = cases,
                   .count = count,
                   .observed = request->observed,
                   .called = call(&pool, request),
                   .pool = &pool,
                   .told = &told};
    ok = ok && collect(&r, cases, labels, st) && write_cases(&r, st);
    for (size_t i = 0; labels && i < count; i++)
        free(labels[i]);
    free(labels);
    free(cases);
    ds_pool_free(&pool);
    return ok;
}
