#include "number.h"
#include "report_parts.h"

#include "sim/core/nearest.h"
#include "sim/core/threshold.h"

#include <math.h>
#include <string.h>

enum { CELLS = 7 };

/* The grid time at or before a date, and how far it is from there to the next: an average has no
 * value before its first interval ends. False: outside the result, or no date. */
static bool place(const ds_case *c, double date, size_t *k, double *part)
{
    const double *const time = c->about->time, when = date - c->origin;
    const size_t last = c->about->times - 1;
    if (!(when >= time[0] && when <= time[last]))
        return false;
    for (*k = 0; *k < last && time[*k + 1] <= when; ++*k)
        ;
    *part = *k < last ? (when - time[*k]) / (time[*k + 1] - time[*k]) : 0;
    return true;
}

static double between(const double *values, size_t k, double part)
{
    return part > 0 ? values[k] + part * (values[k + 1] - values[k]) : values[k];
}

/* A row says where the observation lies in the band of its day; 1 inside, 0 outside, -1 no row. */
static int row(const ds_report *r, const ds_case *c, const ds_observation *o, ds_status *st)
{
    size_t k;
    double part, q[3];
    ds_band band;
    if (!ds_case_variable(c, o->quantity) || !place(c, o->date, &k, &part))
        return -1;
    if (!ds_band_read(&band, c, o->quantity, st))
        return -1;
    for (int i = 0; i < 3; i++)
        q[i] = between(band.quantile[2 * i], k, part);
    ds_band_free(&band);
    const bool low = o->value < q[0] && ds_bound_for(o->value, q[0]) < q[0];
    const bool high = o->value > q[2] && ds_bound_for(o->value, q[2]) > q[2];
    const bool inside = !low && !high && !isnan(q[0]);
    char date[40], text[4][DS_NUMBER_ROOM];
    ds_case_when(c, o->date - c->origin, date, sizeof date);
    const char *const where = isnan(q[0]) ? "no value" : low ? "below" : high ? "above" : "inside";
    const char *const cells[CELLS] = {date,
                                      o->quantity,
                                      where,
                                      ds_number(text[0], o->value, DS_NUMBER_DIGITS),
                                      ds_number(text[1], q[0], DS_NUMBER_DIGITS),
                                      ds_number(text[2], q[1], DS_NUMBER_DIGITS),
                                      ds_number(text[3], q[2], DS_NUMBER_DIGITS)};
    ds_page_row(&r->page, CELLS, 3, cells);
    return isnan(q[0]) ? -1 : inside;
}

/* The first quantity that looks like a misspelt metric. */
static void suggest(const ds_report *r, const ds_case *c)
{
    for (size_t i = 0; i < r->observed.count; i++) {
        const char *const name = r->observed.item[i].quantity;
        if (ds_case_variable(c, name))
            continue;
        ds_nearest nearest = ds_nearest_to(name);
        for (size_t v = 0; v < c->about->variables; v++)
            ds_nearest_try(&nearest, c->about->variable[v].name);
        if (!nearest.best)
            continue;
        ds_page_note(&r->page, "note", "'%.60s' is no recorded metric; is '%s' meant?", name,
                     nearest.best);
        return;
    }
}

static bool table(const ds_report *r, const ds_case *c, ds_status *st)
{
    static const char *const heads[CELLS] = {"date", "metric", "in the band", "observed",
                                             "5 %",  "50 %",   "95 %"};
    size_t rows = 0, inside = 0;
    if (r->count > 1)
        ds_page_heading(&r->page, 3, c->label);
    ds_page_table(&r->page, CELLS, 3, heads);
    for (size_t i = 0; i < r->observed.count; i++) {
        const int found = row(r, c, &r->observed.item[i], st);
        rows += found >= 0;
        inside += found > 0;
    }
    ds_page_table_end(&r->page);
    if (st->code != DS_OK)
        return false;
    if (c->done < 2)
        ds_page_paragraph(&r->page, "One replica spans no band: that an observation lies beside it "
                                    "says nothing.");
    else if (rows > 0)
        ds_page_paragraph(&r->page, "%zu of %zu observation%s %s inside the band of nine of ten.",
                          inside, rows, rows == 1 ? "" : "s", rows == 1 ? "lies" : "lie");
    if (rows < r->observed.count) {
        ds_page_paragraph(&r->page,
                          "%zu more %s of no recorded metric, outside the dates of the result or "
                          "without a value there.",
                          r->observed.count - rows, r->observed.count - rows == 1 ? "is" : "are");
        suggest(r, c);
    }
    return true;
}

bool ds_report_observed(const ds_report *r, ds_status *st)
{
    const size_t shown = r->count < DS_CASES_FULL ? r->count : DS_CASES_FULL;
    ds_page_heading(&r->page, 2, "Against what was observed");
    ds_page_paragraph(&r->page,
                      "Each observation of a recorded metric within the dates of the result, "
                      "against what nine of ten replicas span on that day.");
    for (size_t i = 0; i < shown; i++)
        if (!table(r, &r->cases[i], st))
            return false;
    return true;
}
