#include "number.h"
#include "report_parts.h"
#include "sim/io/sketch.h"
#include "stats.h"

#include <math.h>
#include <string.h>

enum {
    FEW = 30,       /* replicas below which intervals deserve a warning */
    RARE_FEW = 100, /* the same of estimates by splitting */
    DIGITS_SAID = 3,
    LABELS = 100, /* characters of two labels that still read well */
};

/* Of something rare: what was looked for, and what a replica is. */
static void say_what_was_split(const ds_report *r)
{
    const ds_node *const split = ds_node_get(r->resolved[0], "splitting", NULL);
    const ds_node *const metric = split ? ds_node_get(split, "metric", NULL) : NULL;
    const ds_node *const target = split ? ds_node_get(split, "target", NULL) : NULL;
    ds_page_paragraph(
        &r->page,
        "How likely is it that %s reaches %s? Such a thing is too rare to be waited for: %zu "
        "replicas by splitting, each an estimate of its own, of which the mean is the answer.",
        metric && metric->shape == DS_SCALAR ? metric->scalar : "a metric",
        target && target->shape == DS_SCALAR ? target->scalar : "its target", r->cases[0].done);
}

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
    if (ds_case_is_rare(c))
        say_what_was_split(r);
    else if (r->count == 1)
        ds_page_paragraph(&r->page, "%zu replica%s of the model %s, from %s to %s. %s. %s",
                          replicas, replicas == 1 ? "" : "s", about->model, from, to,
                          replicas == 1 ? "It is one course that events may take"
                                        : "Each is one course that events may take: all follow "
                                          "the same rules, and chance differs",
                          done < replicas ? ""
                          : replicas == 1 ? "It ran to the end."
                                          : "All ran to the end.");
    else
        ds_page_paragraph(&r->page,
                          "%zu cases of the model %s side by side, %zu replicas in all, from %s to "
                          "%s. A replica is one course that events may take. %s",
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

static const char *gap_of(const ds_saying *s)
{
    return *s->unit ? " " : "";
}

static char *said(char text[DS_NUMBER_ROOM], const ds_saying *s, double value)
{
    return ds_number(text, s->factor * value, DIGITS_SAID);
}

static void say_change(const ds_report *r, const ds_variable *v, double from, const ds_spread *end)
{
    char a[DS_NUMBER_ROOM], b[DS_NUMBER_ROOM], low[DS_NUMBER_ROOM], high[DS_NUMBER_ROOM];
    char course[3 * DS_NUMBER_ROOM];
    const ds_saying s = ds_report_saying(v);
    const double to = end->quantile[2];
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
    if (r->cases[0].done < 2)
        ds_page_item(&r->page, "%s (%s) %s%s%s.", v->name, v->doc, course, gap_of(&s), s.unit);
    else
        ds_page_item(&r->page,
                     "%s (%s) %s%s%s in the median; nine of ten replicas end between %s and %s.",
                     v->name, v->doc, course, gap_of(&s), s.unit, said(low, &s, end->quantile[0]),
                     said(high, &s, end->quantile[4]));
}

static bool say_keys(const ds_report *r, ds_status *st)
{
    ds_page_items(&r->page, true);
    for (size_t i = 0; i < r->keys && i < DS_KEYS_SAID; i++) {
        ds_band band;
        if (!ds_band_read(&band, &r->cases[0], r->key[i]->name, st))
            return false;
        const ds_spread end = ds_band_end(&band);
        say_change(r, r->key[i], first_median(&band), &end);
        ds_band_free(&band);
    }
    ds_page_items(&r->page, false);
    return true;
}

/* Where there are no metrics, as of a rare event, outcomes are what there is to say. */
static bool say_outcomes(const ds_report *r, ds_status *st)
{
    const ds_result_info *const about = r->cases[0].about;
    ds_page_items(&r->page, true);
    const size_t most = ds_case_is_rare(&r->cases[0]) ? 2 : DS_KEYS_SAID;
    for (size_t i = 0; i < about->outcomes && i < most; i++) {
        ds_spread s;
        char mean[DS_NUMBER_ROOM], half[DS_NUMBER_ROOM];
        if (!ds_outcome_spread(&s, &r->cases[0], about->outcome[i].name, st))
            return false;
        if (isnan(s.mean))
            continue;
        ds_page_item(&r->page, "%s (%s) is %s ± %s (95 %% sure).", about->outcome[i].name,
                     about->outcome[i].doc, ds_number(mean, s.mean, DIGITS_SAID),
                     ds_number(half, s.half, 2));
    }
    ds_page_items(&r->page, false);
    return true;
}

/* Of many cases: at which a metric ends lowest, and at which highest. */
static bool say_extremes(const ds_report *r, const ds_variable *v, ds_status *st)
{
    const ds_saying s = ds_report_saying(v);
    const ds_case *least = NULL, *most = NULL;
    double low = INFINITY, high = -INFINITY;
    char a[DS_NUMBER_ROOM], b[DS_NUMBER_ROOM];
    for (size_t i = 0; i < r->count; i++) {
        ds_band band;
        if (!ds_case_variable(&r->cases[i], v->name))
            continue;
        if (!ds_band_read(&band, &r->cases[i], v->name, st))
            return false;
        const double end = ds_band_end(&band).quantile[2];
        ds_band_free(&band);
        least = end < low ? &r->cases[i] : least;
        most = end > high ? &r->cases[i] : most;
        low = fmin(low, end);
        high = fmax(high, end);
    }
    if (!least || !most)
        return true;
    if (strlen(least->label) + strlen(most->label) > LABELS)
        ds_page_item(&r->page, "%s (%s) ends between %s and %s%s%s in the median.", v->name, v->doc,
                     said(a, &s, low), said(b, &s, high), gap_of(&s), s.unit);
    else
        ds_page_item(&r->page, "%s (%s) ends between %s (%s) and %s%s%s (%s) in the median.",
                     v->name, v->doc, said(a, &s, low), least->label, said(b, &s, high), gap_of(&s),
                     s.unit, most->label);
    return true;
}

static bool say_many(const ds_report *r, ds_status *st)
{
    ds_page_items(&r->page, true);
    for (size_t i = 0; i < r->keys && i < DS_KEYS_SAID; i++)
        if (!say_extremes(r, r->key[i], st))
            return false;
    ds_page_items(&r->page, false);
    return true;
}

/* Of something so rare that nothing was seen of it. */
static bool say_nothing_reached(const ds_report *r, ds_status *st)
{
    for (size_t i = 0; i < r->count; i++) {
        bool nothing;
        if (!ds_case_bounds_nothing(&r->cases[i], &nothing, st))
            return false;
        if (nothing)
            ds_page_paragraph(&r->page,
                              "%s%s no trial reached the target: the estimate, 0, bounds nothing. "
                              "More 'effort' or a longer 'horizon' may give one.",
                              r->count > 1 ? "Of " : "But", r->count > 1 ? r->cases[i].label : "");
    }
    return true;
}

/* What the number of replicas does not allow to say. */
static void say_limits(const ds_report *r)
{
    const ds_case *empty = &r->cases[0]; /* the one with the fewest */
    size_t least = r->cases[0].done, groups = r->cases[0].groups;
    for (size_t i = 1; i < r->count; i++) {
        empty = r->cases[i].done < least ? &r->cases[i] : empty;
        least = r->cases[i].done < least ? r->cases[i].done : least;
        groups = r->cases[i].groups < groups ? r->cases[i].groups : groups;
    }
    if (least == 0)
        ds_page_paragraph(&r->page,
                          "Of %s no replica ran to the end: there is nothing to say of it.",
                          empty->label);
    else if (least < 2)
        ds_page_paragraph(&r->page, "One replica tells nothing of how much others would differ.");
    else if (groups < FEW)
        ds_page_paragraph(&r->page,
                          "With %zu %s the intervals of means cover less than they "
                          "say where figures are skewed.",
                          groups, groups < least ? "independent groups of replicas" : "replicas");
    if (ds_case_is_rare(&r->cases[0])) {
        if (least >= FEW && least < RARE_FEW)
            ds_page_paragraph(&r->page,
                              "Estimates of something rare are skewed: with %zu of them the "
                              "interval is somewhat short.",
                              least);
        return;
    }
    if (least >= 2 && ds_quantile_ranks(least, 0.05, 0.95).low == 0)
        ds_page_paragraph(&r->page,
                          "%zu replicas are too few to bound the 5 %% and 95 %% "
                          "quantiles: read the outer band as the extremes seen.",
                          least);
}

/* ---- the numbers that matter ---- */

static void put_tile(const ds_report *r, const ds_variable *v, const ds_spread *end, double from)
{
    FILE *const out = r->page.out;
    const ds_saying s = ds_report_saying(v);
    char text[DS_NUMBER_ROOM], low[DS_NUMBER_ROOM], high[DS_NUMBER_ROOM], half[DS_NUMBER_ROOM];
    fputs("<div class=\"tile\"><span class=\"name\">", out);
    ds_page_text(&r->page, v->name);
    fputs("</span><span>", out);
    ds_page_text(&r->page, v->doc);
    fprintf(out, "</span><b>%s <small>", said(text, &s, end->quantile[2]));
    ds_page_text(&r->page, s.unit);
    fputs("</small></b>", out);
    if (r->cases[0].done > 1)
        fprintf(
            out,
            "<span>%s to %s in nine of ten replicas</span><span>mean %s ± %s (95 %% sure)</span>",
            said(low, &s, end->quantile[0]), said(high, &s, end->quantile[4]),
            said(text, &s, end->mean), ds_number(half, s.factor * end->half, 2));
    if (isfinite(from))
        fprintf(out, "<span>%s at first</span>", said(high, &s, from));
    fputs("</div>\n", out);
}

static bool put_tiles(const ds_report *r, ds_status *st)
{
    ds_page_block(&r->page, "tiles");
    for (size_t i = 0; i < r->keys && i < DS_KEYS_SAID; i++) {
        ds_band band;
        if (!ds_band_read(&band, &r->cases[0], r->key[i]->name, st))
            return false;
        ds_spread end;
        const bool ok = ds_band_ending(&end, &band, &r->cases[0], st);
        const double from = first_median(&band);
        ds_band_free(&band);
        if (!ok)
            return false;
        put_tile(r, r->key[i], &end, from);
    }
    ds_page_block_end(&r->page);
    return true;
}

static bool put_picture(const ds_report *r, ds_status *st)
{
    const ds_coordinate *const along = ds_report_along(r);
    if (ds_report_has_front(r)) {
        ds_page_block(&r->page, "lead");
        const bool drawn = ds_report_front(r, st);
        ds_page_block_end(&r->page);
        return drawn;
    }
    if (r->keys == 0 || (!along && r->cases[0].about->times <= 3))
        return true;
    ds_page_block(&r->page, "lead");
    const bool ok =
        along ? ds_report_along_chart(r, along, r->key[0], st) : ds_report_chart(r, r->key[0], st);
    ds_page_block_end(&r->page);
    return ok;
}

static void put_question(const ds_report *r)
{
    const ds_node *const said = ds_node_get(r->resolved[0], "description", NULL);
    const char *const description = said && said->shape == DS_SCALAR ? said->scalar : "";
    if (r->request->question)
        ds_page_note(&r->page, "question", "%s", r->request->question);
    if (*description)
        ds_page_paragraph(&r->page, "%s", description);
}

static bool put_answer(const ds_report *r, ds_status *st)
{
    const bool one = r->count == 1;
    bool ok = true;
    ds_page_block(&r->page, "verdict");
    if (one)
        ok = r->keys ? say_keys(r, st) : say_outcomes(r, st);
    else if (r->comparison)
        ds_report_say_compared(r);
    else
        ok = say_many(r, st);
    ok = ok && ds_report_say_thresholds(r, st) && (!one || ds_report_say_risks(r, st));
    if (r->not_compared)
        ds_page_note(&r->page, "note", "The cases are not compared: %s.", r->not_compared);
    else if (!one && !r->comparison)
        ds_page_note(&r->page, "note",
                     "Of more than %d cases a page holds none against another, nor against what is "
                     "sought: 'diemsim compare' does.",
                     DS_CASES_FULL);
    if (!r->cases[0].about->has_paths && r->keys)
        ds_page_note(&r->page, "note",
                     "Of metrics only summaries are kept: medians and other quantiles are within "
                     "%.1f %% of the values that they lie between, means are exact.",
                     100 * DS_SKETCH_ERROR);
    ok = ok && say_nothing_reached(r, st);
    say_limits(r);
    ds_page_note(&r->page, "note",
                 "What differs between replicas is chance within the model; how well the model "
                 "fits the world is another question.");
    ds_page_block_end(&r->page);
    return ok;
}

static bool put_numbers(const ds_report *r, ds_status *st)
{
    if (r->keys == 0)
        return true;
    if (r->count == 1 && r->page.html)
        return put_tiles(r, st);
    return ds_report_tiles(r) || r->comparison || ds_report_cases(r, st);
}

bool ds_report_first(const ds_report *r, ds_status *st)
{
    put_question(r);
    say_what_ran(r);
    ds_report_changes(r);
    if (!put_answer(r, st) || !put_numbers(r, st))
        return false;
    if (r->page.html)
        fputs("<noscript><p class=\"note\">The pictures need JavaScript, which is off here; the "
              "numbers behind each are in the table under it.</p></noscript>\n",
              r->page.out);
    return put_picture(r, st);
}
