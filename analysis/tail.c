#include "tail.h"

#include <math.h>

typedef struct sample {
    const double *sorted;
    size_t count;
    ds_side worst;
    double share;
} sample;

/* Place `i` of the sample from the bad end, in the sign in which bad is high. */
static double bad(const sample *s, size_t i)
{
    return s->worst == DS_SIDE_HIGH ? s->sorted[s->count - 1 - i] : -s->sorted[i];
}

/* How often a resample has it; NULL: every value once. */
static double times_of(const sample *s, const uint32_t *times, size_t i)
{
    if (!times)
        return 1;
    return times[s->worst == DS_SIDE_HIGH ? s->count - 1 - i : i];
}

/* From the bad end until the worst 1 - share of all is used up; `edge` is where. */
static ds_figure shortfall(const sample *s, const uint32_t *times, double total)
{
    const double part = total * (1 - s->share);
    double left = part, sum = 0, squares = 0, edge = NAN;
    size_t i = 0;
    for (; i < s->count && left > 0; i++) {
        const double used = fmin(times_of(s, times, i), left);
        if (used > 0) {
            edge = bad(s, i);
            sum += used * edge;
            left -= used;
        }
    }
    const double mean = sum / part, off = mean - edge;
    for (size_t k = 0; k < i; k++)
        squares += times_of(s, times, k) * (bad(s, k) - edge) * (bad(s, k) - edge);
    const double variance = squares / (part * (1 - s->share)) - off * off;
    return (ds_figure){s->worst == DS_SIDE_HIGH ? mean : -mean, sqrt(fmax(variance, 0) / total)};
}

ds_figure ds_expected_shortfall(const double *sorted, size_t count, ds_side worst, double share)
{
    const sample s = {sorted, count, worst, share};
    return count ? shortfall(&s, NULL, (double)count) : (ds_figure){NAN, NAN};
}

static void resampled(const uint32_t *times, size_t units, const void *data, ds_figure *figure)
{
    (void)units;
    const sample *const s = data;
    *figure = shortfall(s, times, (double)s->count);
}

size_t ds_tail_risk_needs(double share, double level)
{
    return ds_values_needed(share, 0.5 + level / 2, 1);
}

/* A hair of slack: 10 / (1 - 0.95) must be 200. */
size_t ds_tail_shortfall_needs(double share)
{
    return (size_t)ceil(DS_TAIL_LEAST / (1 - share) * (1 - 1e-12));
}

static unsigned doubts_of(const sample *s, size_t group, double beyond)
{
    const double heaviness =
        ds_tail_heaviness(s->sorted, s->count, s->worst == DS_SIDE_HIGH ? 1 : -1);
    const bool infinite = isinf(s->sorted[0]) || isinf(s->sorted[s->count - 1]);
    return (beyond < DS_TAIL_GOOD ? DS_DOUBT_THIN : 0) | (group > 1 ? DS_DOUBT_GROUPED : 0) |
           (infinite ? DS_DOUBT_INFINITE : 0) |
           (heaviness > DS_HEAVINESS_INFINITE ? DS_DOUBT_HEAVY : 0) |
           (heaviness > DS_HEAVINESS_SLOW ? DS_DOUBT_SKEWED : 0) |
           (bad(s, 0) == bad(s, s->count - 1) ? DS_DOUBT_EQUAL : 0);
}

static bool fill_shortfall(const sample *s, const ds_tail_query *q, ds_tail *tail, ds_status *st)
{
    const ds_bootstrap how = {.method = DS_BOOTSTRAP_STUDENT, .seed = q->seed, .stream = q->stream};
    const ds_resampling what = {.of = resampled, .data = s, .units = s->count, .figures = 1};
    ds_figure figure;
    tail->shortfall = (ds_estimate){
        .level = q->level, .count = s->count, .doubts = doubts_of(s, q->group, tail->beyond)};
    if (tail->shortfall.doubts & DS_DOUBT_INFINITE) {
        tail->shortfall.value =
            ds_expected_shortfall(s->sorted, s->count, s->worst, s->share).value;
        tail->shortfall.interval = (ds_interval){-INFINITY, INFINITY};
        return true;
    }
    if (!ds_bootstrap_of(&how, &what, q->level, &figure, &tail->shortfall.interval, st))
        return false;
    tail->shortfall.value = figure.value;
    return true;
}

bool ds_tail_of(const double *sorted, size_t count, const ds_tail_query *q, ds_tail *tail,
                ds_status *st)
{
    const sample s = {sorted, count, q->worst, q->share};
    const double at = q->worst == DS_SIDE_HIGH ? q->share : 1 - q->share;
    *tail = (ds_tail){.beyond = (double)count * (1 - q->share),
                      .risk = ds_estimate_none(q->level, DS_DOUBT_FEW),
                      .shortfall = ds_estimate_none(q->level, DS_DOUBT_FEW),
                      .risk_needs = ds_tail_risk_needs(q->share, q->level),
                      .shortfall_needs = ds_tail_shortfall_needs(q->share)};
    if (count >= tail->risk_needs)
        tail->risk = ds_estimate_quantile(sorted, count, q->group, at, q->level);
    return count < tail->shortfall_needs || fill_shortfall(&s, q, tail, st);
}
