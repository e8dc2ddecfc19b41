#include "threshold.h"

#include "number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double replicas_most = 1e7; /* that anybody would be told to run */

const char *const ds_fate_words[] = {
    [DS_FATE_UNDECIDED] = "undecided",
    [DS_FATE_PASS] = "pass",
    [DS_FATE_FAIL] = "FAIL",
};

void ds_threshold_scores(const ds_threshold *threshold, const double *values, const bool *finished,
                         size_t count, double *scores)
{
    for (size_t i = 0; i < count; i++)
        scores[i] = finished && !finished[i]                   ? NAN
                    : ds_threshold_holds(threshold, values[i]) ? 1.0
                                                               : 0.0;
}

/* ---- the verdict ---- */

static ds_fate fate_of(ds_interval share, double asked)
{
    if (share.low >= asked)
        return DS_FATE_PASS;
    return share.high < asked ? DS_FATE_FAIL : DS_FATE_UNDECIDED;
}

/* Of so many replicas these hold, and these failed, which may have held or not. */
typedef struct counted {
    double held, failed, all;
} counted;

static counted counted_of(const ds_fared *fared, size_t count, size_t ended)
{
    return (counted){.held = ended ? round(fared->share.value * (double)ended) : 0,
                     .failed = (double)(count - ended),
                     .all = (double)count};
}

static ds_fate fate_if(counted c, double asked, double level)
{
    const size_t all = (size_t)c.all, held = (size_t)c.held, failed = (size_t)c.failed;
    const ds_interval share = {ds_clopper_pearson(held, all, level).low,
                               ds_clopper_pearson(held + failed, all, level).high};
    return fate_of(share, asked);
}

/* What so many replicas would show, were the shares what they are. */
static counted scaled(counted c, double all)
{
    const double held = round(c.held / c.all * all), failed = round(c.failed / c.all * all);
    return (counted){held, fmin(failed, all - held), all};
}

/* Replicas beyond these that would decide, were the shares what they are. */
static size_t more_needed(counted c, double asked, double level)
{
    double low = c.all, high = 2 * low;
    const bool on_edge = c.held / c.all == asked || (c.held + c.failed) / c.all == asked;
    if (c.failed == c.all || on_edge || fate_if(c, asked, level) != DS_FATE_UNDECIDED)
        return DS_NEVER;
    while (high < replicas_most && fate_if(scaled(c, high), asked, level) == DS_FATE_UNDECIDED) {
        low = high;
        high *= 2;
    }
    if (high >= replicas_most)
        return DS_NEVER;
    while (high - low > fmax(1, high / 100)) {
        const double middle = floor((low + high) / 2);
        if (fate_if(scaled(c, middle), asked, level) != DS_FATE_UNDECIDED)
            high = middle;
        else
            low = middle;
    }
    return (size_t)(high - c.all);
}

/* What is not defined is beyond every bound. Sorts `values`. */
static double reached(const ds_threshold *t, double *values, size_t count, size_t finished)
{
    const size_t defined = ds_sort(values, count);
    const size_t held = (size_t)ceil(t->share * (double)finished * (1 - 1e-12));
    if ((isfinite(t->at_least) && isfinite(t->at_most)) || finished == 0)
        return NAN;
    const bool above = isfinite(t->at_most);
    if (held > defined)
        return above ? INFINITY : -INFINITY;
    return above ? values[held - 1] : values[defined - held];
}

/* The interval of the share in which it holds; what those that failed would have shown is `failed`.
 */
static ds_interval interval_if(const ds_evidence *e, double *scores, double failed)
{
    size_t held = 0;
    for (size_t i = 0; i < e->count; i++) {
        scores[i] = isnan(scores[i]) ? failed : scores[i];
        held += scores[i] == 1;
    }
    return e->group > 1 ? ds_estimate_share(scores, e->count, e->group, e->level).interval
                        : ds_clopper_pearson(held, e->count, e->level);
}

static ds_estimate share_of(const ds_threshold *t, const ds_evidence *e, double *scores)
{
    ds_threshold_scores(t, e->values, e->finished, e->count, scores);
    ds_estimate share = ds_estimate_share(scores, e->count, e->group, e->level);
    if (share.count == 0)
        return share;
    share.interval.low = interval_if(e, scores, 0).low;
    ds_threshold_scores(t, e->values, e->finished, e->count, scores);
    share.interval.high = interval_if(e, scores, 1).high;
    return share;
}

bool ds_threshold_judge(const ds_threshold *threshold, const ds_evidence *e, ds_fared *fared,
                        ds_status *st)
{
    double *const scores = calloc(e->count + 1, sizeof *scores);
    size_t ended = 0;
    *fared = (ds_fared){.threshold = threshold};
    if (!scores)
        return ds_fail(st, DS_E_SYSTEM, "no memory to judge %zu replicas", e->count);
    fared->share = share_of(threshold, e, scores);
    for (size_t i = 0; i < e->count; i++) {
        const bool counts = !e->finished || e->finished[i];
        ended += counts;
        fared->undefined += counts && isnan(e->values[i]);
    }
    fared->fate = ended ? fate_of(fared->share.interval, threshold->share) : DS_FATE_UNDECIDED;
    if (fared->fate == DS_FATE_UNDECIDED)
        fared->more = more_needed(counted_of(fared, e->count, ended), threshold->share, e->level);
    for (size_t i = 0; i < e->count; i++)
        scores[i] = e->finished && !e->finished[i] ? NAN : e->values[i];
    fared->reached = reached(threshold, scores, e->count, ended);
    free(scores);
    return true;
}

/* ---- of a result ---- */

static bool read_ends(ds_result *result, const ds_threshold *t, size_t point, double *values,
                      ds_status *st)
{
    const ds_result_info *const about = ds_result_about(result);
    enum { AT_A_TIME = 64 };
    double *const series = malloc(AT_A_TIME * about->times * sizeof *series);
    bool ok = series || ds_fail(st, DS_E_SYSTEM, "no memory for series of %zu times", about->times);
    for (size_t first = 0; ok && first < about->replicas; first += AT_A_TIME) {
        const size_t left = about->replicas - first;
        const size_t count = left < AT_A_TIME ? left : AT_A_TIME;
        ok = ds_result_series(result, t->of, point, first, count, series, st);
        for (size_t i = 0; ok && i < count; i++)
            values[first + i] = series[(i + 1) * about->times - 1];
    }
    free(series);
    return ok;
}

bool ds_threshold_values(ds_result *result, const ds_threshold *threshold, size_t point,
                         double *values, bool *finished, ds_status *st)
{
    const ds_result_info *const about = ds_result_about(result);
    uint8_t state;
    uint64_t events;
    const char *cause;
    if (!threshold->outcome && !about->has_paths)
        return ds_fail(st, DS_E_DATA,
                       "the result keeps no paths, so the threshold '%.60s' cannot be judged by "
                       "'%.60s' at the end: of outcomes it can",
                       threshold->name, threshold->of);
    if (threshold->outcome ? !ds_result_outcome(result, threshold->of, point, values, st)
                           : !read_ends(result, threshold, point, values, st))
        return false;
    for (size_t i = 0; i < about->replicas; i++) {
        if (!ds_result_replica(result, point, i, &state, &events, &cause, st))
            return false;
        finished[i] = state == DS_REPLICA_DONE;
    }
    return true;
}

void ds_threshold_words(const ds_threshold *t, char *text, size_t room)
{
    enum { DIGITS = 6 };
    char low[DS_NUMBER_ROOM], high[DS_NUMBER_ROOM];
    const bool plain = !t->unit || strcmp(t->unit, "1") == 0;
    const char *const space = plain ? "" : " ", *const unit = plain ? "" : t->unit;
    ds_number(low, t->at_least, DIGITS);
    ds_number(high, t->at_most, DIGITS);
    if (isinf(t->at_least))
        snprintf(text, room, "%.60s at most %s%s%s", t->of, high, space, unit);
    else if (isinf(t->at_most))
        snprintf(text, room, "%.60s at least %s%s%s", t->of, low, space, unit);
    else
        snprintf(text, room, "%.60s from %s to %s%s%s", t->of, low, high, space, unit);
}
