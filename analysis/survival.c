#include "survival.h"

#include "sim/core/real.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

typedef struct spell {
    double time;
    bool event;
} spell;

/* Events come before what ends unseen at the same time. */
static int by_time(const void *a, const void *b)
{
    const spell *const x = a, *const y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return (int)y->event - (int)x->event;
}

static spell spell_of(const double *time, const double *until, size_t i)
{
    const double seen = until && !isnan(until[i]) ? until[i] : INFINITY;
    if (isfinite(time[i]) && time[i] <= seen)
        return (spell){time[i], true};
    return (spell){seen, false};
}

/* Greenwood's on the scale of log(-log S); `sum` is that of d / (r (r - d)). */
static ds_interval on_log_scale(double survival, double sum, double level)
{
    const double z = gsl_cdf_ugaussian_Pinv(0.5 + level / 2);
    const double width = z * sqrt(sum) / -ds_log(survival);
    return (ds_interval){ds_pow(survival, ds_exp(width)), ds_pow(survival, ds_exp(-width))};
}

static ds_interval plain(size_t spared, size_t count, double level)
{
    enum { EXTREME = 5 };
    return spared < EXTREME || count - spared < EXTREME ? ds_clopper_pearson(spared, count, level)
                                                        : ds_wilson(spared, count, level);
}

static void take_step(ds_survival *s, double time, size_t at_risk, size_t events, double *sum)
{
    const ds_survival_step *const last = &s->step[s->steps - 1];
    ds_survival_step next = {.time = time, .at_risk = at_risk, .events = events};
    const double r = (double)at_risk, d = (double)events;
    s->events += events;
    next.survival = s->censored ? last->survival * (1 - d / r)
                                : (double)(s->count - s->events) / (double)s->count;
    *sum += at_risk > events ? d / (r * (r - d)) : 0;
    next.error = next.survival * sqrt(*sum);
    if (!s->censored)
        next.interval = plain(s->count - s->events, s->count, s->level);
    else if (next.survival > 0)
        next.interval = on_log_scale(next.survival, *sum, s->level);
    else /* the last that was at risk says no more of what is possible than those before it */
        next.interval = (ds_interval){0, last->interval.high};
    s->step[s->steps++] = next;
}

static void go_through(ds_survival *s, const spell *spells)
{
    double sum = 0;
    size_t next;
    s->step[s->steps++] = (ds_survival_step){
        .at_risk = s->count, .survival = 1, .interval = plain(s->count, s->count, s->level)};
    for (size_t i = 0; i < s->count; i = next) {
        size_t events = 0;
        for (next = i; next < s->count && spells[next].time == spells[i].time; next++)
            events += spells[next].event;
        if (events > 0)
            take_step(s, spells[i].time, s->count - i, events, &sum);
    }
}

/* Whether a spell that ended unseen lies before the last event. */
static bool is_censored(const spell *spells, size_t count)
{
    bool unseen = false;
    for (size_t i = 0; i < count; i++) {
        if (spells[i].event && unseen)
            return true;
        unseen = unseen || !spells[i].event;
    }
    return false;
}

bool ds_survival_of(ds_survival *s, const double *time, const double *until, size_t count,
                    double level, ds_status *st)
{
    spell *const spells = calloc(count + 1, sizeof *spells);
    *s = (ds_survival){.count = count, .level = level};
    s->step = calloc(count + 1, sizeof *s->step);
    const bool ok = spells && s->step;
    if (ok) {
        for (size_t i = 0; i < count; i++)
            spells[i] = spell_of(time, until, i);
        if (count > 1)
            qsort(spells, count, sizeof *spells, by_time);
        s->censored = is_censored(spells, count);
        go_through(s, spells);
    } else {
        ds_survival_free(s);
    }
    free(spells);
    return ok || ds_fail(st, DS_E_SYSTEM, "no memory for the times of %zu replicas", count);
}

void ds_survival_free(ds_survival *s)
{
    free(s->step);
    *s = (ds_survival){0};
}

static unsigned doubts_of(const ds_survival *s)
{
    enum { FEW = 5 };
    return (s->count == 0 ? DS_DOUBT_FEW : 0) |
           (s->events < FEW || s->count - s->events < FEW ? DS_DOUBT_EXTREME : 0) |
           (s->censored ? DS_DOUBT_CENSORED : 0);
}

ds_estimate ds_survival_at(const ds_survival *s, double time)
{
    size_t k = 0;
    while (k + 1 < s->steps && s->step[k + 1].time <= time)
        k++;
    return (ds_estimate){.value = s->count ? s->step[k].survival : NAN,
                         .interval = s->step[k].interval,
                         .level = s->level,
                         .count = s->count,
                         .doubts = doubts_of(s)};
}

static double first_at_most(const ds_survival *s, double survival, int bound)
{
    for (size_t k = 1; k < s->steps; k++) {
        const ds_survival_step *const step = &s->step[k];
        const double at = bound < 0   ? step->interval.low
                          : bound > 0 ? step->interval.high
                                      : step->survival;
        if (at <= survival * (1 + 1e-12))
            return step->time;
    }
    return INFINITY;
}

ds_estimate ds_survival_time(const ds_survival *s, double share)
{
    const double left = 1 - share;
    return (ds_estimate){
        .value = s->count ? first_at_most(s, left, 0) : NAN,
        .interval = {s->count ? first_at_most(s, left, -1) : 0, first_at_most(s, left, 1)},
        .level = s->level,
        .count = s->count,
        .doubts = doubts_of(s)};
}
