#include "compare_parts.h"

#include "sim/core/model.h"
#include "sim/core/threshold.h"
#include "sim/io/store.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 64 }; /* replicas whose series are in memory at a time */

static double mean_over(const double *series, const double *time, size_t times)
{
    const double last = ds_last_weight(time, times);
    double sum = 0, count = 0;
    for (size_t k = 0; k < times; k++)
        if (!isnan(series[k])) {
            const double weight = k + 1 == times ? last : 1;
            sum += weight * series[k];
            count += weight;
        }
    return sum / count;
}

static bool read_metric(const ds_case *of, const ds_goal *what, double *values, ds_status *st)
{
    const size_t times = of->about->times, replicas = of->about->replicas;
    double *const series = calloc(BLOCK * times, sizeof *series);
    bool ok = series || ds_fail(st, DS_E_SYSTEM, "no memory for series of '%s'", what->of);
    for (size_t r = 0; ok && r < replicas; r += BLOCK) {
        const size_t count = replicas - r < BLOCK ? replicas - r : BLOCK;
        ok = ds_result_series(of->result, what->of, of->point, r, count, series, st);
        for (size_t i = 0; ok && i < count; i++)
            values[r + i] = what->over_time ? mean_over(series + i * times, of->about->time, times)
                                            : series[i * times + times - 1];
    }
    free(series);
    return ok;
}

/* What a failed replica left is no value; a probability is asked of yes or no. */
static bool finish(const ds_case *of, const ds_goal *what, double *values, ds_status *st)
{
    for (size_t r = 0; r < of->about->replicas; r++) {
        uint8_t state;
        if (!ds_result_replica(of->result, of->point, r, &state, NULL, NULL, st))
            return false;
        if (state != DS_REPLICA_DONE)
            values[r] = NAN;
        else if (what->statistic == DS_STAT_PROBABILITY && !isnan(values[r]))
            values[r] = ds_beyond(values[r], what->threshold, what->below);
    }
    return true;
}

static bool read_known(const ds_case *of, const ds_question *q, ds_known_mean *known, ds_status *st)
{
    ds_band band;
    *known = (ds_known_mean){NAN, NAN, of->groups};
    if (q->what.statistic != DS_STAT_MEAN)
        return true;
    if (!ds_band_read(&band, of, q->what.of, st))
        return false;
    known->mean =
        q->what.over_time ? mean_over(band.mean, band.time, band.times) : band.mean[band.times - 1];
    if (!q->what.over_time)
        known->error = band.error[band.times - 1];
    ds_band_free(&band);
    return true;
}

/* An event is asked for its probability, where it is 0 or 1 in every replica. */
static bool is_yes_or_no(const ds_compare_values *v, size_t question)
{
    const double *const values = ds_values_of(v, question, 0);
    for (size_t i = 0; i < v->variants * v->replicas; i++)
        if (!isnan(values[i]) && values[i] != 0 && values[i] != 1)
            return false;
    return true;
}

static bool is_event(const ds_comparison *c, const ds_question *q)
{
    const ds_result_info *const about = c->variant[0].of.about;
    for (size_t i = 0; i < about->outcomes; i++)
        if (strcmp(about->outcome[i].name, q->what.of) == 0)
            return ds_outcome_is_event(&about->outcome[i]);
    return false;
}

static bool read_question(ds_compare_values *v, ds_comparison *c, size_t question, ds_status *st)
{
    ds_question *const q = &c->question[question];
    for (size_t i = 0; i < c->variants; i++) {
        const ds_case *const of = &c->variant[i].of;
        double *const values = ds_values_of(v, question, i);
        for (size_t r = 0; r < v->replicas; r++)
            values[r] = NAN;
        const bool ok = q->no_values ? read_known(of, q, &v->known[question * v->variants + i], st)
                        : q->what.outcome
                            ? ds_result_outcome(of->result, q->what.of, of->point, values, st)
                            : read_metric(of, &q->what, values, st);
        if (!ok || (!q->no_values && !finish(of, &q->what, values, st)))
            return false;
    }
    if (q->what.outcome && q->what.statistic == DS_STAT_MEAN && is_event(c, q))
        q->yes_or_no = is_yes_or_no(v, question);
    return true;
}

bool ds_compare_read(ds_compare_values *v, ds_comparison *c, ds_status *st)
{
    *v = (ds_compare_values){.variants = c->variants};
    for (size_t i = 0; i < c->variants; i++)
        if (c->variant[i].of.about->replicas > v->replicas)
            v->replicas = c->variant[i].of.about->replicas;
    v->value = calloc(c->questions * c->variants + 1, (v->replicas + 1) * sizeof *v->value);
    v->known = calloc(c->questions * c->variants + 1, sizeof *v->known);
    if (!v->value || !v->known)
        return ds_fail(st, DS_E_SYSTEM, "no memory for %zu figures of %zu variants", c->questions,
                       c->variants);
    for (size_t i = 0; i < c->questions; i++)
        if (!read_question(v, c, i, st))
            return false;
    return true;
}

void ds_compare_values_free(ds_compare_values *values)
{
    free(values->value);
    free(values->known);
    *values = (ds_compare_values){0};
}
