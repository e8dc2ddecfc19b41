#include "number.h"
#include "report_parts.h"
#include "sparkline.h"

#include <string.h>

enum { FIGURES = 5, LINE = 24, CAUSES = 10, CELL = 120 };

static const char *unit_shown(const char *unit)
{
    return strcmp(unit, "1") == 0 ? "" : unit;
}

static void say_first(const ds_report *r, size_t shown)
{
    if (shown < r->count)
        ds_page_paragraph(&r->page, "The first %zu of %zu cases.", shown, r->count);
}

/* "median (5 % to 95 %)" */
static void put_range(char text[CELL], const ds_case *of, const ds_spread *s)
{
    char a[DS_NUMBER_ROOM], b[DS_NUMBER_ROOM], c[DS_NUMBER_ROOM];
    if (of->done < 2) /* has no range */
        snprintf(text, CELL, "%s", ds_number(a, s->quantile[2], DS_NUMBER_DIGITS));
    else
        snprintf(text, CELL, "%s (%s to %s)", ds_number(a, s->quantile[2], DS_NUMBER_DIGITS),
                 ds_number(b, s->quantile[0], DS_NUMBER_DIGITS),
                 ds_number(c, s->quantile[4], DS_NUMBER_DIGITS));
}

static bool end_of(const ds_case *c, const char *name, ds_spread *spread, ds_status *st)
{
    ds_band band;
    if (!ds_band_read(&band, c, name, st))
        return false;
    *spread = ds_band_end(&band);
    ds_band_free(&band);
    return true;
}

static bool case_row(const ds_report *r, const ds_case *c, size_t keys, ds_status *st)
{
    char text[DS_KEYS_TABLED][CELL];
    const char *cells[1 + DS_KEYS_TABLED] = {c->label};
    for (size_t i = 0; i < keys; i++) {
        ds_spread spread;
        cells[1 + i] = "";
        if (!ds_case_variable(c, r->key[i]->name))
            continue;
        if (!end_of(c, r->key[i]->name, &spread, st))
            return false;
        put_range(text[i], c, &spread);
        cells[1 + i] = text[i];
    }
    ds_page_row(&r->page, 1 + keys, 1, cells);
    return true;
}

bool ds_report_cases(const ds_report *r, ds_status *st)
{
    char text[DS_KEYS_TABLED][CELL];
    const char *heads[1 + DS_KEYS_TABLED] = {"case"};
    const size_t keys = r->keys < DS_KEYS_TABLED ? r->keys : DS_KEYS_TABLED;
    const size_t shown = r->count < DS_CASES_TABLED ? r->count : DS_CASES_TABLED;
    for (size_t i = 0; i < keys; i++) {
        snprintf(text[i], CELL, "%.60s %.50s", r->key[i]->name, unit_shown(r->key[i]->unit));
        heads[1 + i] = text[i];
    }
    const bool many = r->count > DS_CASES_OPEN;
    ds_page_paragraph(&r->page,
                      "At the end: the median, and between which nine of ten replicas lie.");
    if (many)
        ds_page_fold(&r->page, NULL, "Every case");
    ds_page_table(&r->page, 1 + keys, 1, heads);
    for (size_t i = 0; i < shown; i++)
        if (!case_row(r, &r->cases[i], keys, st))
            return false;
    ds_page_table_end(&r->page);
    if (many)
        ds_page_unfold(&r->page);
    say_first(r, shown);
    return true;
}

/* Mean, half its interval, three quantiles. */
static void put_figures(const ds_spread *s, char text[FIGURES][DS_NUMBER_ROOM],
                        const char *cells[FIGURES])
{
    const double figures[FIGURES] = {s->mean, s->half, s->quantile[0], s->quantile[2],
                                     s->quantile[4]};
    for (int i = 0; i < FIGURES; i++)
        cells[i] = ds_number(text[i], figures[i], i == 1 ? 2 : DS_NUMBER_DIGITS);
}

static bool ending_row(const ds_report *r, const ds_case *c, const ds_variable *v, ds_status *st)
{
    ds_band band;
    char text[FIGURES][DS_NUMBER_ROOM], line[DS_SPARKLINE_ROOM];
    const char *cells[3 + FIGURES] = {v->name, v->unit, line};
    if (!ds_band_read(&band, c, v->name, st))
        return false;
    ds_spread spread;
    const bool ok = ds_band_ending(&spread, &band, c, st);
    ds_sparkline(line, band.mean, band.times, LINE);
    ds_band_free(&band);
    if (!ok)
        return false;
    put_figures(&spread, text, cells + 3);
    ds_page_row(&r->page, 3 + FIGURES, 3, cells);
    return true;
}

static bool endings_of(const ds_report *r, const ds_case *c, ds_status *st)
{
    static const char *const heads[] = {"metric", "unit", "mean over time", "mean",
                                        "± 95 %", "5 %",  "50 %",           "95 %"};
    ds_page_table(&r->page, 3 + FIGURES, 3, heads);
    for (size_t i = 0; i < c->about->variables; i++)
        if (!ending_row(r, c, &c->about->variable[i], st))
            return false;
    ds_page_table_end(&r->page);
    return true;
}

bool ds_report_endings(const ds_report *r, ds_status *st)
{
    const size_t shown = r->count < DS_CASES_FULL ? r->count : DS_CASES_FULL;
    for (size_t i = 0; i < shown; i++) {
        if (r->count > 1)
            ds_page_fold(&r->page, NULL, r->cases[i].label);
        if (!endings_of(r, &r->cases[i], st))
            return false;
        if (r->count > 1)
            ds_page_unfold(&r->page);
    }
    say_first(r, shown);
    return true;
}

static bool outcome_row(const ds_report *r, const ds_case *c, const ds_variable *v, ds_status *st)
{
    ds_spread spread;
    char text[FIGURES][DS_NUMBER_ROOM];
    const char *cells[3 + FIGURES] = {v->name, v->unit, r->count > 1 ? c->label : v->doc};
    if (!ds_outcome_spread(&spread, c, v->name, st))
        return false;
    put_figures(&spread, text, cells + 3);
    ds_page_row(&r->page, 3 + FIGURES, 3, cells);
    return true;
}

static bool has_outcome(const ds_case *c, const char *name)
{
    for (size_t i = 0; i < c->about->outcomes; i++)
        if (strcmp(c->about->outcome[i].name, name) == 0)
            return true;
    return false;
}

bool ds_report_outcomes(const ds_report *r, ds_status *st)
{
    const char *const heads[] = {"outcome", "unit",   r->count > 1 ? "case" : "meaning",
                                 "mean",    "± 95 %", "5 %",
                                 "50 %",    "95 %"};
    const ds_result_info *const about = r->cases[0].about;
    const size_t shown = r->count < DS_CASES_FULL ? r->count : DS_CASES_FULL;
    ds_page_table(&r->page, 3 + FIGURES, 3, heads);
    for (size_t i = 0; i < about->outcomes; i++)
        for (size_t k = 0; k < shown; k++)
            if (has_outcome(&r->cases[k], about->outcome[i].name) &&
                !outcome_row(r, &r->cases[k], &about->outcome[i], st))
                return false;
    ds_page_table_end(&r->page);
    say_first(r, shown);
    return true;
}

static bool failures_of(const ds_report *r, const ds_case *c, size_t *left, ds_status *st)
{
    for (size_t i = 0; i<c->about->replicas && * left> 0; i++) {
        uint8_t state;
        const char *cause;
        if (!ds_result_replica(c->result, c->point, i, &state, NULL, &cause, st))
            return false;
        if (state != DS_REPLICA_FAILED)
            continue;
        ds_page_item(&r->page, "%s, replica %zu: %.1500s", c->label, i, cause);
        --*left;
    }
    return true;
}

bool ds_report_failures(const ds_report *r, ds_status *st)
{
    size_t left = CAUSES;
    ds_page_items(&r->page, true);
    for (size_t i = 0; i < r->count; i++)
        if (!failures_of(r, &r->cases[i], &left, st))
            return false;
    ds_page_items(&r->page, false);
    return true;
}

static void meanings(const ds_report *r, const ds_variable *variables, size_t count,
                     const char *kind)
{
    for (size_t i = 0; i < count; i++) {
        const char *const cells[] = {variables[i].name, variables[i].unit,
                                     kind ? kind : variables[i].kind, variables[i].doc};
        ds_page_row(&r->page, 4, 4, cells);
    }
}

void ds_report_glossary(const ds_report *r)
{
    static const char *const heads[] = {"name", "unit", "kind", "meaning"};
    const ds_result_info *const about = r->cases[0].about;
    ds_page_table(&r->page, 4, 4, heads);
    meanings(r, about->variable, about->variables, NULL);
    meanings(r, about->outcome, about->outcomes, "outcome");
    ds_page_table_end(&r->page);
    ds_page_paragraph(&r->page, "A state is the value at a grid time. An average is taken over the "
                                "interval that ends there. A flow is the amount in that interval, "
                                "per unit of time. An outcome is one number a replica.");
}
