#include "info.h"

#include "band.h"
#include "doubt.h"
#include "number.h"
#include "sim/io/sketch.h"
#include "sparkline.h"
#include "text.h"

#include <math.h>
#include <string.h>

enum { CELL = 9, FIGURES = 5, NAME_MOST = 32, UNIT_MOST = 12, LINE_LEAST = 9 };
static const char line_head[] = "mean over time", short_head[] = "over time";

typedef struct sheet {
    FILE *out;
    const ds_info_request *request;
    size_t name, unit, line; /* columns of these; no line: 0 */
} sheet;

/* Text padded to some columns, on the left or on the right. */
static void put_padded(FILE *out, const char *text, size_t columns, bool right)
{
    char plain[400];
    const size_t used = ds_text_plain(plain, sizeof plain, text);
    const int gap = used < columns ? (int)(columns - used) : 0;
    fprintf(out, "%*s%s%*s", right ? gap : 0, "", plain, right ? 0 : gap, "");
}

static size_t widest(const ds_variable *variables, size_t count, bool unit, size_t least)
{
    size_t most = least;
    for (size_t i = 0; i < count; i++) {
        const size_t n = ds_text_columns(unit ? variables[i].unit : variables[i].name);
        most = n > most ? n : most;
    }
    return most;
}

static size_t least_of(size_t a, size_t b)
{
    return a < b ? a : b;
}

static sheet sheet_for(FILE *out, const ds_info_request *q)
{
    const ds_result_info *const about = ds_result_about(q->result);
    sheet s = {.out = out, .request = q};
    s.name = widest(about->outcome, about->outcomes, false,
                    widest(about->variable, about->variables, false, 6));
    s.unit = widest(about->outcome, about->outcomes, true,
                    widest(about->variable, about->variables, true, 4));
    s.name = least_of(s.name, NAME_MOST);
    s.unit = least_of(s.unit, UNIT_MOST);
    const size_t used = s.name + 1 + s.unit + FIGURES * (CELL + 1) + 2;
    s.line = q->columns >= used + LINE_LEAST ? q->columns - used : 0;
    return s;
}

static void bold(const sheet *s, bool on)
{
    if (s->request->colour)
        fputs(on ? "\033[1m" : "\033[0m", s->out);
}

static void put_header(const sheet *s, const char *what, const char *when, const char *line)
{
    static const char *const heads[FIGURES] = {"mean", "± 95 %", "5 %", "50 %", "95 %"};
    char first[80];
    snprintf(first, sizeof first, "%s%s", what, when);
    bold(s, true);
    put_padded(s->out, first, s->name + 1 + s->unit, false);
    for (int i = 0; i < FIGURES; i++) {
        fputc(' ', s->out);
        put_padded(s->out, heads[i], CELL, true);
    }
    fprintf(s->out, "%s%s", *line ? "  " : "", line);
    bold(s, false);
    fputc('\n', s->out);
}

static void put_row(const sheet *s, const ds_variable *v, const ds_spread *spread, const char *line)
{
    const double figures[FIGURES] = {spread->mean, spread->half, spread->quantile[0],
                                     spread->quantile[2], spread->quantile[4]};
    char text[DS_NUMBER_ROOM];
    put_padded(s->out, v->name, s->name, false);
    fputc(' ', s->out);
    put_padded(s->out, v->unit, s->unit, false);
    for (int i = 0; i < FIGURES; i++) {
        fputc(' ', s->out);
        put_padded(s->out, ds_number(text, figures[i], i == 1 ? 2 : DS_NUMBER_DIGITS), CELL, true);
    }
    fprintf(s->out, "%s%s\n", *line ? "  " : "", line);
}

static void put_stopping(const sheet *s, const ds_case *c)
{
    const ds_stopping *const stopping = c->about->stopping;
    char estimate[DS_NUMBER_ROOM], low[DS_NUMBER_ROOM], high[DS_NUMBER_ROOM];
    if (!stopping)
        return;
    fputs("until: ", s->out);
    ds_text_put(s->out, stopping->statistic, DS_MARKUP_PLAIN);
    fputs(" of ", s->out);
    ds_text_put(s->out, stopping->metric, DS_MARKUP_PLAIN);
    if (!isnan(stopping->above) || !isnan(stopping->below))
        fprintf(s->out, " %s %.10g", isnan(stopping->below) ? "above" : "below",
                isnan(stopping->below) ? stopping->above : stopping->below);
    fprintf(s->out, " is %s, %g %% interval %s to %s%s\n",
            ds_number(estimate, stopping->estimate[c->point], DS_NUMBER_DIGITS),
            100 * stopping->confidence, ds_number(low, stopping->low[c->point], DS_NUMBER_DIGITS),
            ds_number(high, stopping->high[c->point], DS_NUMBER_DIGITS),
            stopping->reached ? "" : "; wider than asked for, the most replicas were run");
    if (strcmp(stopping->statistic, "mean") == 0 &&
        stopping->low[c->point] == stopping->high[c->point])
        fprintf(s->out, "note: %s\n", ds_doubt_text(DS_DOUBT_EQUAL));
}

static bool put_metrics(const sheet *s, const ds_case *c, ds_status *st)
{
    char when[40], line[DS_SPARKLINE_ROOM], head[48];
    ds_case_when(c, c->about->time[c->about->times - 1], head, sizeof head);
    snprintf(when, sizeof when, " at %.30s", head);
    if (c->about->variables == 0)
        return true;
    const bool drawn = c->about->times > 2 && s->line > 0;
    put_header(s, "metric", when,
               !drawn                        ? ""
               : s->line < strlen(line_head) ? short_head
                                             : line_head);
    for (size_t i = 0; i < c->about->variables; i++) {
        ds_band band;
        if (!ds_band_read(&band, c, c->about->variable[i].name, st))
            return false;
        ds_spread end;
        const bool ok = ds_band_ending(&end, &band, c, st);
        if (drawn)
            ds_sparkline(line, band.mean, band.times, s->line);
        ds_band_free(&band);
        if (!ok)
            return false;
        put_row(s, &c->about->variable[i], &end, drawn ? line : "");
    }
    return true;
}

static bool put_outcomes(const sheet *s, const ds_case *c, ds_status *st)
{
    if (c->about->outcomes == 0)
        return true;
    fputc('\n', s->out);
    put_header(s, "outcome", " of a replica", "");
    for (size_t i = 0; i < c->about->outcomes; i++) {
        ds_spread spread;
        if (!ds_outcome_spread(&spread, c, c->about->outcome[i].name, st))
            return false;
        put_row(s, &c->about->outcome[i], &spread, "");
    }
    bool nothing;
    if (!ds_case_bounds_nothing(c, &nothing, st))
        return false;
    if (nothing)
        fputs("no trial reached the target: the estimate, 0, bounds nothing\n", s->out);
    return true;
}

static bool put_failure(FILE *out, ds_result *result, ds_status *st)
{
    const ds_result_info *const about = ds_result_about(result);
    for (size_t i = 0; i < about->points * about->replicas; i++) {
        const size_t point = i / about->replicas, replica = i % about->replicas;
        uint8_t state;
        const char *cause;
        if (!ds_result_replica(result, point, replica, &state, NULL, &cause, st))
            return false;
        if (state != DS_REPLICA_FAILED)
            continue;
        fprintf(out,
                "%zu of %zu replicas failed; the first, replica %zu of point %zu: ", about->failed,
                about->points * about->replicas, replica, point);
        ds_text_put(out, cause, DS_MARKUP_PLAIN);
        fputc('\n', out);
        return true;
    }
    return true;
}

static bool put_head(const sheet *s, const ds_case *c, ds_status *st)
{
    const ds_result_info *const about = c->about;
    char from[40], to[40];
    bold(s, true);
    ds_text_put(s->out, about->title && *about->title ? about->title : "untitled", DS_MARKUP_PLAIN);
    bold(s, false);
    ds_case_when(c, about->time[0], from, sizeof from);
    ds_case_when(c, about->time[about->times - 1], to, sizeof to);
    fputs("\nmodel ", s->out);
    ds_text_put(s->out, about->model, DS_MARKUP_PLAIN);
    fprintf(s->out, ", %s to %s, %zu interval%s, %zu point%s, %zu replica%s%s\n", from, to,
            about->times - 1, about->times == 2 ? "" : "s", about->points,
            about->points == 1 ? "" : "s", about->replicas, about->replicas == 1 ? "" : "s",
            about->points == 1 ? "" : " each");
    fprintf(s->out, "seed %llu, ", (unsigned long long)about->seed);
    ds_text_put(s->out, about->program, DS_MARKUP_PLAIN);
    fputc(' ', s->out);
    ds_text_put(s->out, about->version, DS_MARKUP_PLAIN);
    if (!about->has_paths)
        fputs(", summaries only", s->out);
    if (!about->has_paths && about->variables > 0)
        fprintf(s->out, ", quantiles of metrics within %.1f %%", 100 * DS_SKETCH_ERROR);
    fputc('\n', s->out);
    if (about->doubt) {
        fputs("not reproducible: ", s->out);
        ds_text_put(s->out, about->doubt, DS_MARKUP_PLAIN);
        fputc('\n', s->out);
    }
    return about->failed == 0 || put_failure(s->out, c->result, st);
}

static bool put_point(const sheet *s, const ds_case *c, ds_status *st)
{
    fputc('\n', s->out);
    if (c->about->points > 1) {
        bold(s, true);
        fprintf(s->out, "point %zu: ", c->point);
        ds_text_put(s->out, c->label, DS_MARKUP_PLAIN);
        bold(s, false);
        fputc('\n', s->out);
    }
    put_stopping(s, c);
    return put_metrics(s, c, st) && put_outcomes(s, c, st);
}

bool ds_info_print(FILE *out, const ds_info_request *request, ds_status *st)
{
    const sheet s = sheet_for(out, request);
    for (size_t i = 0; i < request->count; i++) {
        ds_case c;
        if (!ds_case_of(&c, request->result, request->first + i, st) ||
            (i == 0 && !put_head(&s, &c, st)) || !put_point(&s, &c, st))
            return false;
    }
    return true;
}
