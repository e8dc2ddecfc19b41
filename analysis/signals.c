#include "signals.h"

#include "sim/core/interval.h"
#include "survival.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SERIES_MOST = 2 };

static const double low_share = 0.05, high_share = 0.95;

/* Every replica's series of one metric: [replicas][times]. */
static bool read_all(const ds_case *c, const char *metric, double *series, ds_status *st)
{
    return ds_result_series(c->result, metric, c->point, 0, c->about->replicas, series, st);
}

static bool find_done(const ds_case *c, bool *done, ds_status *st)
{
    for (size_t r = 0; r < c->about->replicas; r++) {
        uint8_t state;
        if (!ds_result_replica(c->result, c->point, r, &state, NULL, NULL, st))
            return false;
        done[r] = state == DS_REPLICA_DONE;
    }
    return true;
}

/* Whether what begins at `from` can be seen for so long. */
static bool lasts(const ds_result_info *about, double from, double lasting)
{
    return about->time[about->times - 1] - from >= lasting * (1 - 1e-9);
}

/* ---- when in all replicas ---- */

static bool first_of(ds_first_time *first, const ds_case *c, const bool *done, const double *when,
                     double level, ds_status *st)
{
    const size_t n = c->about->replicas;
    ds_survival curve;
    size_t known = 0;
    double *const time = calloc(2 * n + 1, sizeof *time);
    if (!time)
        return ds_fail(st, DS_E_SYSTEM, "no memory for the times of %zu replicas", n);
    double *const score = time + n;
    for (size_t r = 0; r < n; r++) {
        score[r] = !done[r] ? (double)NAN : isnan(when[r]) ? 0 : 1;
        if (done[r])
            time[known++] = when[r];
    }
    first->share = ds_estimate_share(score, n, c->about->group, level);
    const bool ok = ds_survival_of(&curve, time, NULL, known, level, st);
    free(time);
    if (!ok)
        return false;
    first->early = ds_survival_time(&curve, low_share);
    first->median = ds_survival_time(&curve, 0.5);
    first->late = ds_survival_time(&curve, high_share);
    ds_survival_free(&curve);
    if (c->about->group > 1) {
        first->early.doubts |= DS_DOUBT_GROUPED;
        first->median.doubts |= DS_DOUBT_GROUPED;
        first->late.doubts |= DS_DOUBT_GROUPED;
    }
    return true;
}

/* ---- signals ---- */

typedef struct watch {
    const ds_case *c, *baseline;
    const ds_result_info *about;
    double window, lasting;
    bool *done, *calm;     /* [replicas]: that finished, of the point and of the baseline */
    double *series, *twin; /* [replicas][times] */
    double *low, *high;    /* [times] */
    double *least, *most;  /* [times]: of the baseline's replicas */
    double *when, *side;   /* [replicas] */
    double *column;        /* [replicas or times] */
} watch;

static int side_of(double value, double low, double high)
{
    return value > high ? 1 : value < low ? -1 : 0;
}

/* On which side a replica is where that counts: the baseline's replica is not there itself, or none
 * of the baseline's is so far out. */
static int side_at(const watch *w, const double *series, const double *twin, size_t k)
{
    const int side = side_of(series[k], w->low[k], w->high[k]);
    if (side == 0 || !twin || side_of(series[k], w->least[k], w->most[k]) != 0)
        return side;
    return side_of(twin[k], w->low[k], w->high[k]) == side ? 0 : side;
}

/* The first time from which on the side stays the same for long enough; its side, or 0: never. */
static int leaves(const watch *w, const double *series, const double *twin, double *when)
{
    const double *const time = w->about->time;
    int side = 0;
    size_t since = 0;
    *when = NAN;
    for (size_t k = 0; k < w->about->times; k++) {
        const int now = !w->baseline && time[k] <= w->window ? 0 : side_at(w, series, twin, k);
        if (now != side) {
            side = now;
            since = k;
        }
        if (side != 0 && k > since && time[k] - time[since] >= w->lasting * (1 - 1e-9)) {
            *when = time[since];
            return side;
        }
    }
    return 0;
}

/* At each time, over the baseline's replicas. */
static void band_of_baseline(const watch *w)
{
    const size_t times = w->about->times;
    for (size_t k = 0; k < times; k++) {
        size_t n = 0;
        for (size_t r = 0; r < w->about->replicas; r++)
            if (w->calm[r])
                w->column[n++] = w->twin[r * times + k];
        n = ds_sort(w->column, n);
        w->low[k] = ds_quantile(w->column, n, low_share);
        w->high[k] = ds_quantile(w->column, n, high_share);
        w->least[k] = n > 0 ? w->column[0] : NAN;
        w->most[k] = n > 0 ? w->column[n - 1] : NAN;
    }
}

/* At all times, of what the replica was before. */
static void band_of_past(const watch *w, const double *series)
{
    size_t n = 0;
    for (size_t k = 0; k < w->about->times && w->about->time[k] <= w->window; k++)
        w->column[n++] = series[k];
    n = ds_sort(w->column, n);
    const double low = n > 1 ? ds_quantile(w->column, n, low_share) : NAN;
    const double high = n > 1 ? ds_quantile(w->column, n, high_share) : NAN;
    for (size_t k = 0; k < w->about->times; k++) {
        w->low[k] = low;
        w->high[k] = high;
    }
}

/* Without a cause: the baseline's replicas and their own band. */
static ds_estimate false_alarm(const watch *w, double level)
{
    const size_t n = w->about->replicas, times = w->about->times;
    double when;
    for (size_t r = 0; r < n; r++)
        w->column[r] = w->calm[r] ? leaves(w, w->twin + r * times, NULL, &when) != 0 : (double)NAN;
    return ds_estimate_share(w->column, n, w->about->group, level);
}

static bool look(const watch *w, ds_signal *signal, double level, ds_status *st)
{
    const size_t n = w->about->replicas, times = w->about->times;
    double below = 0, shown = 0;
    signal->false_alarm = ds_estimate_none(level, DS_DOUBT_FEW);
    if (!read_all(w->c, signal->metric, w->series, st) ||
        (w->baseline && !read_all(w->baseline, signal->metric, w->twin, st)))
        return false;
    if (w->baseline)
        band_of_baseline(w);
    for (size_t r = 0; r < n; r++) {
        const double *const series = w->series + r * times;
        if (!w->baseline)
            band_of_past(w, series);
        const double *const twin = w->baseline && w->calm[r] ? w->twin + r * times : NULL;
        const int side = w->done[r] ? leaves(w, series, twin, &w->when[r]) : 0;
        shown += side != 0;
        below += side < 0;
    }
    signal->below = shown > 0 ? below / shown : NAN;
    if (w->baseline)
        signal->false_alarm = false_alarm(w, level);
    return first_of(&signal->first, w->c, w->done, w->when, level, st);
}

static int earliest_first(const void *a, const void *b)
{
    const ds_signal *const x = a, *const y = b;
    const ds_first_time *const u = &x->first, *const v = &y->first;
    if (u->median.value != v->median.value)
        return u->median.value < v->median.value ? -1 : 1;
    if (u->share.value != v->share.value)
        return u->share.value > v->share.value ? -1 : 1;
    if (u->early.value != v->early.value)
        return u->early.value < v->early.value ? -1 : 1;
    return strcmp(x->metric, y->metric);
}

static bool open_watch(watch *w, ds_status *st)
{
    const size_t n = w->about->replicas, times = w->about->times;
    w->done = calloc(2 * n + 1, sizeof *w->done);
    w->calm = w->done ? w->done + n : NULL;
    w->series = calloc(SERIES_MOST * n * times + 1, sizeof *w->series);
    w->twin = w->series ? w->series + n * times : NULL;
    w->low = calloc(5 * times + 2 * n + 1, sizeof *w->low);
    if (!w->done || !w->series || !w->low)
        return ds_fail(st, DS_E_SYSTEM, "no memory for the series of %zu replicas", n);
    w->high = w->low + times;
    w->least = w->high + times;
    w->most = w->least + times;
    w->column = w->most + times;
    w->when = w->column + (n > times ? n : times);
    return find_done(w->c, w->done, st) && (!w->baseline || find_done(w->baseline, w->calm, st));
}

static void close_watch(watch *w)
{
    free(w->done);
    free(w->series);
    free(w->low);
}

/* Needs the series of all replicas. */
static bool has_paths(const ds_case *c, ds_status *st)
{
    return c->about->has_paths ||
           ds_fail(st, DS_E_DATA,
                   "the result has summaries only, and signals are of each replica; run with "
                   "output.paths true");
}

static bool is_given(const ds_guide *guide, const char *metric)
{
    for (const char *const *name = guide ? guide->given : NULL; name && *name; name++)
        if (strcmp(*name, metric) == 0)
            return true;
    return false;
}

bool ds_signals_of(ds_signals *signals, const ds_case *c, const ds_signals_query *q, ds_status *st)
{
    const ds_result_info *const about = c->about;
    const double span = about->time[about->times - 1] - about->time[0];
    watch w = {.c = c, .baseline = q->baseline, .about = about};
    w.window = about->time[0] + (q->window > 0 ? q->window : span / 8);
    w.lasting = q->lasting > 0 ? q->lasting : 7;
    *signals =
        (ds_signals){.window = w.window, .lasting = w.lasting, .paired = q->baseline != NULL};
    if (!has_paths(c, st))
        return false;
    const double from = q->baseline ? about->time[0] : w.window;
    if (about->times < 3 || !lasts(about, from, w.lasting)) /* nothing can last */
        return true;
    signals->signal = calloc(about->variables + 1, sizeof *signals->signal);
    bool ok = (signals->signal || ds_fail(st, DS_E_SYSTEM, "no memory for signals")) &&
              open_watch(&w, st);
    for (size_t i = 0; ok && i < about->variables; i++) {
        if (is_given(q->guide, about->variable[i].name))
            continue;
        ds_signal *const signal = &signals->signal[signals->count++];
        signal->metric = about->variable[i].name;
        ok = look(&w, signal, q->level, st);
    }
    if (ok)
        qsort(signals->signal, signals->count, sizeof *signals->signal, earliest_first);
    else
        ds_signals_free(signals);
    close_watch(&w);
    return ok;
}

void ds_signals_free(ds_signals *signals)
{
    free(signals->signal);
    *signals = (ds_signals){0};
}

/* ---- signatures, in one replica ---- */

/* Mean of what is finite in (time[k] - smooth, time[k]]. */
static double smoothed(const double *series, const double *time, size_t k, double smooth)
{
    double sum = 0, n = 0;
    for (size_t i = k + 1; i-- > 0 && (i == k || time[i] > time[k] - smooth * (1 - 1e-9));)
        if (isfinite(series[i])) {
            sum += series[i];
            n++;
        }
    return n > 0 ? sum / n : NAN;
}

/* The last grid time that lies at least `days` before; `times` where there is none. */
static size_t before(const double *time, size_t k, double days, size_t times)
{
    for (size_t i = k + 1; i-- > 0;)
        if (time[i] <= time[k] - days + 1e-9)
            return i;
    return times;
}

typedef struct place {
    const ds_signature *signature;
    const double *time;
    size_t times;
} place;

/* The grid time that a clue compares time k with, k itself where it compares with none; `times`
 * where nothing can be said: a whole mean is not there yet, then or now. */
static size_t against(const place *at, const ds_clue *clue, size_t k)
{
    const double start = at->time[0] + at->signature->smooth * (1 - 1e-9);
    const bool alone = clue->form == DS_CLUE_VALUE || clue->form == DS_CLUE_FALL;
    const size_t then = alone ? k : before(at->time, k, clue->days, at->times);
    return then == at->times || at->time[then] < start ? at->times : then;
}

/* Whether what a clue is about is so at time k. `highest` so far is its own. */
static bool holds(const place *at, const ds_clue *clue, const double *series, size_t k,
                  double *highest)
{
    const double smooth = at->signature->smooth;
    const size_t then = against(at, clue, k);
    if (then == at->times)
        return false;
    double value = smoothed(series, at->time, k, smooth);
    *highest = fmax(*highest, value);
    if (clue->form == DS_CLUE_FALL)
        value = *highest > 0 ? 1 - value / *highest : NAN;
    else if (clue->form != DS_CLUE_VALUE) {
        const double old = smoothed(series, at->time, then, smooth);
        if (clue->form == DS_CLUE_CHANGE)
            value -= old;
        else
            value = old > 0 ? value / old - 1 : NAN;
    }
    return value >= clue->low && value <= clue->high;
}

double ds_signature_first(const ds_signature *signature, const double *const *series,
                          const double *time, size_t times, double *days)
{
    const place at = {signature, time, times};
    double highest[DS_CLUES] = {-INFINITY, -INFINITY, -INFINITY, -INFINITY};
    double first = NAN, since = NAN;
    *days = 0;
    for (size_t k = 0; k < times; k++) {
        bool all = true;
        for (int i = 0; i < DS_CLUES && signature->clue[i].metric; i++)
            all = holds(&at, &signature->clue[i], series[i], k, &highest[i]) && all;
        *days += all && k > 0 ? time[k] - time[k - 1] : 0;
        since = !all ? NAN : isnan(since) ? time[k] : since;
        if (isnan(first) && time[k] - since >= signature->lasting * (1 - 1e-9))
            first = since;
    }
    return first;
}

/* Whether clues that hold whenever they can hold for long enough. */
static bool can_show(const ds_signature *signature, const ds_result_info *about)
{
    const place at = {signature, about->time, about->times};
    for (size_t k = 0; k < at.times; k++) {
        bool all = true;
        for (int i = 0; i < DS_CLUES && signature->clue[i].metric; i++)
            all = all && against(&at, &signature->clue[i], k) < at.times;
        if (all)
            return lasts(about, at.time[k], signature->lasting);
    }
    return false;
}

/* ---- signatures, in all replicas ---- */

static size_t clues_of(const ds_signature *s)
{
    size_t n = 0;
    while (n < DS_CLUES && s->clue[n].metric)
        n++;
    return n;
}

static bool is_recorded(const ds_signature *s, const ds_case *c)
{
    for (size_t i = 0; i < clues_of(s); i++)
        if (!ds_case_variable(c, s->clue[i].metric))
            return false;
    return clues_of(s) > 0;
}

typedef struct clues {
    bool *done;
    double *series; /* [clues][replicas][times] */
    double *when;   /* [replicas] */
} clues;

static bool open_clues(clues *u, const ds_case *c, ds_status *st)
{
    const size_t n = c->about->replicas, times = c->about->times;
    u->done = calloc(n + 1, sizeof *u->done);
    u->series = calloc(DS_CLUES * n * times + 1, sizeof *u->series);
    u->when = calloc(n + 1, sizeof *u->when);
    if (!u->done || !u->series || !u->when)
        return ds_fail(st, DS_E_SYSTEM, "no memory for the series of %zu replicas", n);
    return find_done(c, u->done, st);
}

static void unseen(ds_sign *sign, double level)
{
    const ds_estimate none = ds_estimate_none(level, 0);
    sign->unseen = true;
    sign->days = NAN;
    sign->first = (ds_first_time){.share = none, .early = none, .median = none, .late = none};
}

static bool look_for(ds_sign *sign, const ds_case *c, const clues *u, double level, ds_status *st)
{
    const ds_signature *const s = sign->signature;
    const size_t n = c->about->replicas, times = c->about->times;
    double sum = 0, known = 0;
    for (size_t i = 0; i < clues_of(s); i++)
        if (!read_all(c, s->clue[i].metric, u->series + i * n * times, st))
            return false;
    for (size_t r = 0; r < n; r++) {
        const double *series[DS_CLUES];
        double days;
        for (size_t i = 0; i < DS_CLUES; i++)
            series[i] = u->series + (i * n + r) * times;
        u->when[r] = ds_signature_first(s, series, c->about->time, times, &days);
        sum += u->done[r] ? days : 0;
        known += u->done[r];
    }
    sign->days = known > 0 ? sum / known : NAN;
    return first_of(&sign->first, c, u->done, u->when, level, st);
}

bool ds_signs_of(ds_signs *signs, const ds_case *c, const ds_guide *guide, double level,
                 ds_status *st)
{
    const ds_signature *const table = guide ? guide->signatures : NULL;
    clues u = {0};
    size_t listed = 0;
    *signs = (ds_signs){0};
    if (!has_paths(c, st))
        return false;
    while (table && table[listed].name)
        listed++;
    signs->sign = calloc(listed + 1, sizeof *signs->sign);
    bool ok = (signs->sign || ds_fail(st, DS_E_SYSTEM, "no memory for signatures")) &&
              (listed == 0 || open_clues(&u, c, st));
    for (size_t i = 0; ok && i < listed; i++)
        if (is_recorded(&table[i], c)) {
            ds_sign *const sign = &signs->sign[signs->count++];
            sign->signature = &table[i];
            if (can_show(sign->signature, c->about))
                ok = look_for(sign, c, &u, level, st);
            else
                unseen(sign, level);
        }
    free(u.done);
    free(u.series);
    free(u.when);
    if (!ok)
        ds_signs_free(signs);
    return ok;
}

void ds_signs_free(ds_signs *signs)
{
    free(signs->sign);
    *signs = (ds_signs){0};
}
