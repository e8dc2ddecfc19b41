#include "chart.h"
#include "heat.h"
#include "number.h"
#include "ordeal.h"
#include "report_parts.h"
#include "sim/io/thresholds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS = 40, NAMED = 6, CELL = 80 };
static const double level = 0.95;

static size_t place(const ds_variable *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].name, name) == 0)
            return i;
    return SIZE_MAX;
}

/* Those of the scenario; where it says none, those of the model that the result can answer. `left`
 * lists those of the scenario that it cannot. */
static bool thresholds_of(const ds_report *r, ds_thresholds *all, const char **left, ds_status *st)
{
    const ds_result_info *const about = r->cases[0].about;
    if (!ds_thresholds_stored(r->pool, about, all, st))
        return false;
    const ds_threshold *const defaults = r->model ? r->model->thresholds : NULL;
    ds_threshold *const list = ds_pool_take(r->pool, DS_THRESHOLDS_MOST * sizeof *list);
    size_t n = 0;
    *left = "";
    for (size_t i = 0; i < all->count; i++) {
        const ds_threshold *const t = &all->threshold[i];
        if (t->number != SIZE_MAX && (t->outcome || about->has_paths))
            list[n++] = *t;
        else
            *left =
                ds_pool_print(r->pool, "%s%s%s (of %s)", *left, **left ? ", " : "", t->name, t->of);
    }
    for (const ds_threshold *t = defaults; t && t->name && all->count == 0; t++) {
        ds_threshold own = *t;
        const size_t outcome = place(about->outcome, about->outcomes, t->of);
        own.outcome = outcome != SIZE_MAX;
        own.number = own.outcome ? outcome : place(about->variable, about->variables, t->of);
        if (own.number == SIZE_MAX || (!own.outcome && !about->has_paths))
            continue;
        own.unit = (own.outcome ? about->outcome : about->variable)[own.number].unit;
        if (n < DS_THRESHOLDS_MOST)
            list[n++] = own;
    }
    *all = (ds_thresholds){.count = n, .threshold = list, .said = all->count > 0};
    return true;
}

static void say_left(const ds_report *r, const char *left)
{
    if (*left)
        ds_page_paragraph(
            &r->page, "Not judged, since the result does not hold each replica's value: %s.", left);
}

static const char *share_words(const ds_report *r, const ds_estimate *e)
{
    char a[DS_NUMBER_ROOM], b[DS_NUMBER_ROOM], c[DS_NUMBER_ROOM];
    if (isnan(e->value))
        return "– (none ran to the end)";
    return ds_pool_print(r->pool, "%s %% (%s to %s)", ds_number(a, 100 * e->value, 3),
                         ds_number(b, 100 * e->interval.low, 3),
                         ds_number(c, 100 * e->interval.high, 3));
}

static const char *meaning(const ds_report *r, const ds_threshold *t)
{
    const ds_result_info *const about = r->cases[0].about;
    return t->doc ? t->doc : (t->outcome ? about->outcome : about->variable)[t->number].doc;
}

/* ---- of one case ---- */

static bool judge(const ds_case *c, const ds_threshold *t, ds_fared *f, ds_status *st)
{
    const size_t n = c->about->replicas;
    double *const values = calloc(n, sizeof *values);
    bool *const finished = calloc(n, sizeof *finished);
    bool ok = values && finished;
    *f = (ds_fared){0};
    if (!ok)
        ds_fail(st, DS_E_SYSTEM, "no memory for %zu replicas", n);
    ok = ok && ds_threshold_values(c->result, t, c->point, values, finished, st) &&
         ds_threshold_judge(t, &(ds_evidence){values, finished, n, c->about->group, level}, f, st);
    free(values);
    free(finished);
    return ok;
}

static bool put_row(const ds_report *r, const ds_case *c, const ds_threshold *t, ds_status *st)
{
    ds_fared f;
    char bound[CELL];
    if (!judge(c, t, &f, st))
        return false;
    ds_threshold_words(t, bound, sizeof bound);
    const char *const cells[] = {t->name,
                                 meaning(r, t),
                                 ds_pool_print(r->pool, "%s", bound),
                                 ds_pool_print(r->pool, "%g %%", 100 * t->share),
                                 share_words(r, &f.share),
                                 ds_fate_words[f.fate]};
    ds_page_row(&r->page, 6, 6, cells);
    return true;
}

static void say_failure(const ds_report *r, const ds_fared *f)
{
    ds_page_item(&r->page, "%s (%s): it holds only in %s of replicas, asked in %g %%.",
                 f->threshold->name, meaning(r, f->threshold), share_words(r, &f->share),
                 100 * f->threshold->share);
}

static void say_undecided(const ds_report *r, const ds_fared *fared, size_t count)
{
    const char *text = "";
    for (size_t i = 0; i < count; i++) {
        char share[DS_NUMBER_ROOM];
        if (fared[i].fate == DS_FATE_UNDECIDED)
            text = ds_pool_print(r->pool, "%s%s%s (held in %s %%)", text, *text ? ", " : "",
                                 fared[i].threshold->name,
                                 ds_number(share, 100 * fared[i].share.value, 3));
    }
    if (*text)
        ds_page_item(&r->page, "So few replicas do not decide: %s.", text);
}

static void say_all_hold(const ds_report *r, const ds_thresholds *all)
{
    const char *text = "";
    for (size_t i = 0; i < all->count; i++) {
        char bound[CELL];
        const ds_threshold *const t = &all->threshold[i];
        ds_threshold_words(t, bound, sizeof bound);
        text = ds_pool_print(r->pool, "%s%s%s", text, *text ? "; " : "", t->doc ? t->doc : bound);
    }
    ds_page_paragraph(&r->page, "What must hold is shown to hold: %s.", text);
}

static bool say_one(const ds_report *r, const ds_thresholds *all, ds_status *st)
{
    ds_fared fared[DS_THRESHOLDS_MOST];
    size_t passed = 0;
    for (size_t i = 0; i < all->count; i++) {
        if (!judge(&r->cases[0], &all->threshold[i], &fared[i], st))
            return false;
        passed += fared[i].fate == DS_FATE_PASS;
    }
    if (passed == all->count) {
        say_all_hold(r, all);
        return true;
    }
    ds_page_paragraph(&r->page, "Of %zu thresholds, %zu %s shown to hold. The others:", all->count,
                      passed, passed == 1 ? "is" : "are");
    ds_page_items(&r->page, true);
    for (size_t i = 0; i < all->count; i++)
        if (fared[i].fate == DS_FATE_FAIL)
            say_failure(r, &fared[i]);
    say_undecided(r, fared, all->count);
    ds_page_items(&r->page, false);
    return true;
}

/* The thresholds that a point has the fate on; "": none. */
static const char *names_of(const ds_report *r, const ds_ordeals *o, const ds_thresholds *all,
                            size_t point, ds_fate fate)
{
    const char *text = "";
    for (size_t t = 0; t < all->count; t++)
        if (ds_ordeals_at(o, point, t)->fared.fate == fate)
            text =
                ds_pool_print(r->pool, "%s%s%s", text, *text ? ", " : "", all->threshold[t].name);
    return text;
}

static bool say_points(const ds_report *r, const ds_thresholds *all, ds_status *st)
{
    ds_ordeals o = {0};
    const char *broken = "";
    const size_t named = r->count <= DS_CASES_FULL ? SIZE_MAX : NAMED;
    size_t breaks = 0, undecided = 0;
    const bool ok = ds_ordeals_of(r->cases[0].result, all->threshold, all->count, level, &o, st);
    for (size_t p = 0; ok && p < o.points; p++) {
        const char *const fails = names_of(r, &o, all, p, DS_FATE_FAIL);
        undecided += !*fails && *names_of(r, &o, all, p, DS_FATE_UNDECIDED);
        if (!*fails)
            continue;
        if (breaks++ < named)
            broken = ds_pool_print(r->pool, "%s%s%s (%s)", broken, *broken ? "; " : "",
                                   r->cases[p].label, fails);
    }
    if (breaks > named)
        broken = ds_pool_print(r->pool, "%s; and %zu more", broken, breaks - named);
    if (ok && breaks + undecided == 0)
        say_all_hold(r, all);
    else if (ok)
        ds_page_paragraph(&r->page, "Of %zu cases, %zu %s shown to break what must hold%s%s.%s",
                          o.points, breaks, breaks == 1 ? "is" : "are", breaks ? ": " : "", broken,
                          undecided == 0
                              ? ""
                              : ds_pool_print(r->pool,
                                              " %zu %s undecided: so few replicas do not tell.",
                                              undecided, undecided == 1 ? "is" : "are"));
    ds_ordeals_free(&o);
    return ok;
}

bool ds_report_say_thresholds(const ds_report *r, ds_status *st)
{
    ds_thresholds all;
    const char *left;
    if (r->request->count > 1 || r->count > DS_CASES_TABLED)
        return true;
    if (!thresholds_of(r, &all, &left, st))
        return false;
    if (all.count > 0 && !(r->count == 1 ? say_one(r, &all, st) : say_points(r, &all, st)))
        return false;
    say_left(r, left);
    return true;
}

static bool put_case(const ds_report *r, const ds_thresholds *all, ds_status *st)
{
    static const char *const heads[] = {"threshold", "meaning",  "bound",
                                        "asked in",  "holds in", "verdict"};
    ds_page_table(&r->page, 6, 6, heads);
    for (size_t i = 0; i < all->count; i++)
        if (!put_row(r, &r->cases[0], &all->threshold[i], st))
            return false;
    ds_page_table_end(&r->page);
    return true;
}

/* ---- of the points of a result ---- */

static bool put_grid(const ds_report *r, const ds_ordeals *o, const ds_thresholds *all,
                     ds_status *st)
{
    const size_t rows = o->points;
    double *const share = ds_pool_take(r->pool, rows * all->count * sizeof *share);
    const char **const column = ds_pool_take(r->pool, all->count * sizeof *column);
    const char **const row = ds_pool_take(r->pool, rows * sizeof *row);
    for (size_t p = 0; p < rows; p++)
        row[p] = ds_report_short(r, o->about->labels[p]);
    for (size_t t = 0; t < all->count; t++) {
        column[t] = all->threshold[t].name;
        for (size_t p = 0; p < rows; p++)
            share[p * all->count + t] = 100 * (1 - ds_ordeals_at(o, p, t)->fared.share.value);
    }
    const ds_chart_series s = {.name = "broken in", .count = rows * all->count, .y = share};
    const ds_chart chart = {.kind = DS_CHART_HEAT,
                            .title = "What breaks",
                            .doc = "in so many of a hundred replicas the threshold does not hold",
                            .unit = "%",
                            .mark = NAN,
                            .series = &s,
                            .count = 1,
                            .rows = rows,
                            .row = row,
                            .columns = all->count,
                            .column = column};
    return ds_chart_put(&r->page, &chart, st);
}

static bool put_trouble(const ds_report *r, const ds_ordeals *o, ds_status *st)
{
    ds_table table;
    ds_ordeals_table(o, true, &table);
    if (table.rows == 0) {
        ds_table_free(&table);
        return true;
    }
    ds_page_paragraph(&r->page,
                      "Where a threshold fails, or where more replicas may show that it does:");
    return ds_report_table(r, &table, st);
}

static bool put_points(const ds_report *r, const ds_thresholds *all, ds_status *st)
{
    ds_ordeals o = {0};
    const bool ok = ds_ordeals_of(r->cases[0].result, all->threshold, all->count, level, &o, st) &&
                    (o.points > POINTS || put_grid(r, &o, all, st)) && put_trouble(r, &o, st);
    ds_ordeals_free(&o);
    return ok;
}

/* ---- over two parameters ---- */

static const char *const *values_of(const ds_report *r, const ds_heat_axis *axis)
{
    const char **const list = ds_pool_take(r->pool, axis->count * sizeof *list);
    for (size_t i = 0; i < axis->count; i++)
        list[i] = ds_pool_print(r->pool, "%.5g", axis->value[i]);
    return list;
}

static bool put_heat(const ds_report *r, const ds_thresholds *all, ds_status *st)
{
    ds_heat h = {0};
    if (!ds_heat_of(r->cases[0].result, all->threshold, all->count, level, &h, st)) {
        ds_heat_free(&h);
        return false;
    }
    const size_t n = h.x.count * h.y.count;
    double *const share = ds_pool_take(r->pool, n * sizeof *share);
    for (size_t i = 0; i < n; i++)
        share[i] = 100 * (1 - h.cell[i].share.value);
    const ds_chart_series s = {.name = "broken in", .count = n, .y = share};
    const ds_chart chart = {
        .kind = DS_CHART_HEAT,
        .title = "What breaks",
        .doc =
            ds_pool_print(r->pool,
                          "in so many of a hundred replicas the weakest threshold does not hold; "
                          "down: %s",
                          h.y.path),
        .unit = "%",
        .x_name = h.x.path,
        .mark = NAN,
        .series = &s,
        .count = 1,
        .rows = h.y.count,
        .row = values_of(r, &h.y),
        .columns = h.x.count,
        .column = values_of(r, &h.x)};
    const bool ok = ds_chart_put(&r->page, &chart, st);
    ds_heat_free(&h);
    return ok;
}

bool ds_report_stress(const ds_report *r, ds_status *st)
{
    const ds_result_info *const about = r->cases[0].about;
    ds_thresholds all;
    const char *left;
    if (!thresholds_of(r, &all, &left, st))
        return false;
    if (all.count == 0 || r->request->count > 1)
        return true;
    ds_page_heading(&r->page, 2, "What must hold");
    ds_page_paragraph(&r->page,
                      "Thresholds of the %s. One passes where the whole interval of the "
                      "share of replicas in which it holds is at or above what is asked, "
                      "fails where all of it is below.",
                      all.said ? "scenario" : "model, since the scenario says none");
    if (about->points == 1)
        return put_case(r, &all, st);
    ds_page_note(&r->page, "note",
                 "Each interval is of one case and threshold alone: of many that are just at the "
                 "limit, one in 40 passes by chance, and one in 40 fails.");
    if (ds_heat_fits(about))
        return put_heat(r, &all, st);
    if (about->points <= DS_CASES_TABLED)
        return put_points(r, &all, st);
    ds_page_paragraph(&r->page, "Of so many cases, %zu, none is judged here.", about->points);
    return true;
}
