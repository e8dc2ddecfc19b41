#include "band.h"

#include "sim/io/quantity.h"
#include "sim/io/summary.h"
#include "stats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double level = 0.95;
static const double shares[DS_BAND_QUANTILES] = {0.05, 0.25, 0.5, 0.75, 0.95};

static double origin_of(const char *time_units)
{
    static const char since[] = "days since ";
    double days;
    if (strncmp(time_units, since, sizeof since - 1) != 0 ||
        !ds_date_read(time_units + sizeof since - 1, &days))
        return NAN;
    return days;
}

static bool count_done(ds_case *c, ds_status *st)
{
    const size_t group = c->about->group;
    size_t in_group = 0;
    for (size_t r = 0; r < c->about->replicas; r++) {
        uint8_t state;
        if (!ds_result_replica(c->result, c->point, r, &state, NULL, NULL, st))
            return false;
        in_group = (r % group ? in_group : 0) + (state == DS_REPLICA_DONE);
        c->done += state == DS_REPLICA_DONE;
        c->groups += r % group == group - 1 && in_group == group;
    }
    return true;
}

bool ds_case_of(ds_case *c, ds_result *result, size_t point, ds_status *st)
{
    const ds_result_info *const about = ds_result_about(result);
    *c = (ds_case){.result = result,
                   .about = about,
                   .point = point,
                   .label = about->labels[point],
                   .origin = origin_of(about->time_units)};
    return count_done(c, st);
}

const ds_variable *ds_case_variable(const ds_case *c, const char *name)
{
    for (size_t i = 0; i < c->about->variables; i++)
        if (strcmp(c->about->variable[i].name, name) == 0)
            return &c->about->variable[i];
    return NULL;
}

bool ds_outcome_is_event(const ds_variable *outcome)
{
    return strcmp(outcome->unit, "1") == 0 && strncmp(outcome->doc, "1 when ", 7) == 0;
}

const ds_coordinate *ds_case_variants(const ds_result_info *about)
{
    const ds_coordinate *branch = NULL;
    for (size_t i = 0; i < about->coordinates; i++) {
        const ds_coordinate *const k = &about->coordinate[i];
        if (k->text && strcmp(k->path, "variant") == 0)
            return k;
        if (k->text && strcmp(k->path, "branch") == 0)
            branch = k;
    }
    return branch;
}

bool ds_case_is_rare(const ds_case *c)
{
    const ds_result_info *const about = c->about;
    return about->variables == 0 && about->outcomes > 1 &&
           strcmp(about->outcome[0].name, "probability") == 0 &&
           strcmp(about->outcome[1].name, "log10_probability") == 0;
}

static bool same_text(const ds_coordinate *x, size_t a, size_t b)
{
    return x->text ? strcmp(x->text[a], x->text[b]) == 0 : x->number[a] == x->number[b];
}

const ds_case *ds_case_like(const ds_case *cases, size_t count, const ds_case *c,
                            const char *variant)
{
    const ds_coordinate *const v = ds_case_variants(c->about);
    if (!v)
        return NULL;
    const char *const name = variant ? variant : v->text[0];
    for (size_t i = 0; i < count; i++) {
        const size_t p = cases[i].point;
        bool like = cases[i].about == c->about && strcmp(v->text[p], name) == 0;
        for (size_t k = 0; like && k < c->about->coordinates; k++)
            like =
                &c->about->coordinate[k] == v || same_text(&c->about->coordinate[k], p, c->point);
        if (like)
            return &cases[i];
    }
    return NULL;
}

void ds_case_when(const ds_case *c, double time, char *text, size_t room)
{
    if (isnan(c->origin))
        snprintf(text, room, "%.6g", time);
    else
        ds_date_print(c->origin + time, text, room);
}

bool ds_band_read(ds_band *band, const ds_case *c, const char *variable, ds_status *st)
{
    const size_t n = c->about->times;
    *band = (ds_band){.variable = variable, .times = n, .time = c->about->time};
    band->memory = calloc((2 + DS_BAND_QUANTILES) * n, sizeof *band->memory);
    if (!band->memory)
        return ds_fail(st, DS_E_SYSTEM, "no memory for the summary of '%s'", variable);
    band->mean = band->memory;
    band->error = band->memory + n;
    for (size_t q = 0; q < DS_BAND_QUANTILES; q++)
        band->quantile[q] = band->memory + (2 + q) * n;
    if (ds_result_summary(c->result, variable, c->point, band->mean, band->error, band->quantile[0],
                          st))
        return true;
    ds_band_free(band);
    return false;
}

void ds_band_free(ds_band *band)
{
    free(band->memory);
    *band = (ds_band){0};
}

/* The error of replicas that differ by rounding only is none. */
static double half_width(double mean, double error, size_t count)
{
    const double half = ds_t_half_width(error, count, level);
    return half <= 1e-13 * fabs(mean) ? 0 : half;
}

ds_spread ds_band_end(const ds_band *band)
{
    const size_t last = band->times - 1;
    ds_spread s = {.mean = band->mean[last], .half = NAN};
    for (size_t q = 0; q < DS_BAND_QUANTILES; q++)
        s.quantile[q] = band->quantile[q][last];
    return s;
}

/* Values of all replicas at the last grid time, NAN of those that did not finish. */
static bool read_ends(const ds_case *c, const char *variable, double *values, ds_status *st)
{
    enum { AT_A_TIME = 32 };
    const size_t times = c->about->times, replicas = c->about->replicas;
    double *const series = calloc(AT_A_TIME * times, sizeof *series);
    bool ok = series || ds_fail(st, DS_E_SYSTEM, "no memory for the series of '%s'", variable);
    for (size_t r = 0; ok && r < replicas; r += AT_A_TIME) {
        const size_t count = replicas - r < AT_A_TIME ? replicas - r : AT_A_TIME;
        ok = ds_result_series(c->result, variable, c->point, r, count, series, st);
        for (size_t i = 0; ok && i < count; i++) {
            uint8_t state;
            ok = ds_result_replica(c->result, c->point, r + i, &state, NULL, NULL, st);
            values[r + i] = state == DS_REPLICA_DONE ? series[(i + 1) * times - 1] : NAN;
        }
    }
    free(series);
    return ok;
}

static size_t count_of(const double *values, size_t count)
{
    size_t known = 0;
    for (size_t i = 0; i < count; i++)
        known += isnan(values[i]) ? 0 : 1;
    return known;
}

bool ds_band_ending(ds_spread *spread, const ds_band *band, const ds_case *c, ds_status *st)
{
    const double error = band->error[band->times - 1];
    size_t groups = c->groups;
    *spread = ds_band_end(band);
    spread->count = isnan(spread->mean) ? 0 : c->done;
    if (c->about->has_paths && spread->count > 0) {
        double *const values = calloc(c->about->replicas, sizeof *values);
        const bool ok =
            values ? read_ends(c, band->variable, values, st)
                   : ds_fail(st, DS_E_SYSTEM, "no memory for %zu replicas", c->about->replicas);
        if (ok) {
            (void)ds_group_error(values, c->about->replicas, c->about->group, &groups);
            spread->count = count_of(values, c->about->replicas);
        }
        free(values);
        if (!ok)
            return false;
    }
    spread->half = half_width(spread->mean, error, groups);
    return true;
}

bool ds_outcome_spread(ds_spread *spread, const ds_case *c, const char *outcome, ds_status *st)
{
    double *const values = calloc(c->about->replicas, sizeof *values);
    if (!values)
        return ds_fail(st, DS_E_SYSTEM, "no memory for the outcomes '%s'", outcome);
    const bool ok = ds_result_outcome(c->result, outcome, c->point, values, st);
    if (ok) {
        const ds_sample sample = ds_sample_of(values, c->about->replicas);
        size_t groups;
        const double error = ds_group_error(values, c->about->replicas, c->about->group, &groups);
        const size_t count = ds_sort(values, c->about->replicas);
        spread->count = count;
        spread->mean = sample.mean;
        spread->half = half_width(sample.mean, error, groups);
        for (size_t q = 0; q < DS_BAND_QUANTILES; q++)
            spread->quantile[q] = ds_quantile(values, count, shares[q]);
    }
    free(values);
    return ok;
}

bool ds_case_bounds_nothing(const ds_case *c, bool *nothing, ds_status *st)
{
    ds_spread s;
    *nothing = false;
    if (!ds_case_is_rare(c))
        return true;
    if (!ds_outcome_spread(&s, c, c->about->outcome[0].name, st))
        return false;
    *nothing = s.mean == 0;
    return true;
}
