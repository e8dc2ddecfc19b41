#include "risk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Replicas whose series are in memory at a time. */
enum { AT_A_TIME = 32 };

/* ---- one number a replica ---- */

static bool is_outcome(const ds_case *c, const char *name)
{
    for (size_t i = 0; i < c->about->outcomes; i++)
        if (strcmp(c->about->outcome[i].name, name) == 0)
            return true;
    return false;
}

static double figure_of(const double *series, size_t times, ds_loss_form form)
{
    const double end = series[times - 1];
    size_t first = 0;
    if (form == DS_LOSS_VALUE)
        return end;
    while (first < times && !isfinite(series[first]))
        first++;
    if (first + 1 >= times)
        return NAN;
    if (form == DS_LOSS_CHANGE)
        return end - series[first];
    return series[first] > 0 ? end / series[first] - 1 : NAN;
}

static bool read_ends(const ds_case *c, const char *of, ds_loss_form form, double *values,
                      ds_status *st)
{
    const size_t times = c->about->times, replicas = c->about->replicas;
    double *const series = calloc((size_t)AT_A_TIME * times, sizeof *series);
    bool ok = series || ds_fail(st, DS_E_SYSTEM, "no memory for the series of '%s'", of);
    for (size_t r = 0; ok && r < replicas; r += AT_A_TIME) {
        const size_t count = replicas - r < AT_A_TIME ? replicas - r : AT_A_TIME;
        ok = ds_result_series(c->result, of, c->point, r, count, series, st);
        for (size_t i = 0; ok && i < count; i++)
            values[r + i] = figure_of(series + i * times, times, form);
    }
    free(series);
    return ok;
}

/* What a replica that failed left behind is no result. */
static bool drop_failed(const ds_case *c, double *values, ds_status *st)
{
    for (size_t r = 0; r < c->about->replicas; r++) {
        uint8_t state;
        if (!ds_result_replica(c->result, c->point, r, &state, NULL, NULL, st))
            return false;
        values[r] = state == DS_REPLICA_DONE ? values[r] : NAN;
    }
    return true;
}

bool ds_replica_figures(const ds_case *c, const char *of, ds_loss_form form, double *values,
                        ds_status *st)
{
    if (is_outcome(c, of))
        return ds_result_outcome(c->result, of, c->point, values, st) && drop_failed(c, values, st);
    if (!c->about->has_paths)
        return ds_fail(st, DS_E_DATA,
                       "'%s' of each replica is not in the result, which has summaries only; run "
                       "with output.paths true",
                       of);
    return read_ends(c, of, form, values, st) && drop_failed(c, values, st);
}

/* Room for one number a replica. */
static double *room_for(const ds_case *c, size_t columns, ds_status *st)
{
    double *const values = calloc(columns * c->about->replicas + 1, sizeof *values);
    if (!values)
        (void)ds_fail(st, DS_E_SYSTEM, "no memory for %zu replicas", c->about->replicas);
    return values;
}

static bool yes_or_no(const double *values, size_t count)
{
    size_t known = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isnan(values[i]) && values[i] != 0 && values[i] != 1)
            return false;
        known += isnan(values[i]) ? 0 : 1;
    }
    return known > 0;
}

/* ---- events ---- */

/* Times of replicas that are known, those without the event as NAN. */
static bool time_events(ds_chance *chance, const ds_case *c, const double *scores, const char *when,
                        ds_status *st)
{
    double *const time = room_for(c, 1, st);
    size_t known = 0;
    bool ok = time && ds_replica_figures(c, when, DS_LOSS_VALUE, time, st);
    for (size_t r = 0; ok && r < c->about->replicas; r++)
        if (!isnan(scores[r]))
            time[known++] = scores[r] > 0 ? time[r] : NAN;
    ok = ok && ds_survival_of(&chance->curve, time, NULL, known, chance->probability.level, st);
    free(time);
    if (!ok)
        return false;
    chance->timed = true;
    chance->early = ds_survival_time(&chance->curve, 0.05);
    chance->half = ds_survival_time(&chance->curve, 0.5);
    if (c->about->group > 1) {
        chance->early.doubts |= DS_DOUBT_GROUPED;
        chance->half.doubts |= DS_DOUBT_GROUPED;
    }
    return true;
}

/* `values` of the outcome become scores. */
static bool add_chance(ds_chances *all, const ds_case *c, const ds_mishap *m, double *values,
                       double level, ds_status *st)
{
    const size_t n = c->about->replicas;
    ds_chance *const chance = &all->chance[all->count++];
    *chance = (ds_chance){.name = m->name,
                          .doc = m->doc,
                          .outcome = m->outcome,
                          .at_least = m->at_least,
                          .source = m->source};
    for (size_t r = 0; r < n; r++)
        values[r] = isnan(values[r]) ? (double)NAN : values[r] >= m->at_least ? 1 : 0;
    chance->probability = ds_estimate_share(values, n, c->about->group, level);
    return !m->time || !is_outcome(c, m->time) || time_events(chance, c, values, m->time, st);
}

static bool add_mishaps(ds_chances *all, const ds_case *c, const ds_mishap *m, size_t count,
                        double level, double *values, ds_status *st)
{
    for (size_t i = 0; i < count; i++)
        if (is_outcome(c, m[i].outcome) &&
            (!ds_replica_figures(c, m[i].outcome, DS_LOSS_VALUE, values, st) ||
             !add_chance(all, c, &m[i], values, level, st)))
            return false;
    return true;
}

static bool add_outcomes(ds_chances *all, const ds_case *c, double level, double *values,
                         ds_status *st)
{
    for (size_t i = 0; i < c->about->outcomes; i++) {
        const ds_variable *const v = &c->about->outcome[i];
        const ds_mishap m = {.name = v->name, .doc = v->doc, .outcome = v->name, .at_least = 1};
        if (!ds_replica_figures(c, v->name, DS_LOSS_VALUE, values, st) ||
            (ds_outcome_is_event(v) && yes_or_no(values, c->about->replicas) &&
             !add_chance(all, c, &m, values, level, st)))
            return false;
    }
    return true;
}

static size_t mishaps_of(const ds_guide *guide)
{
    size_t n = 0;
    while (guide && guide->mishaps && guide->mishaps[n].name)
        n++;
    return n;
}

bool ds_chances_of(ds_chances *all, const ds_case *c, const ds_risk_query *q, ds_status *st)
{
    const size_t listed = mishaps_of(q->guide), most = listed + c->about->outcomes + q->mishaps;
    double *const values = room_for(c, 1, st);
    *all = (ds_chances){.chance = calloc(most + 1, sizeof *all->chance)};
    bool ok = values && (all->chance ||
                         ds_fail(st, DS_E_SYSTEM, "no memory for the probabilities of events"));
    if (ok && listed > 0)
        ok = add_mishaps(all, c, q->guide->mishaps, listed, q->level, values, st);
    else if (ok)
        ok = add_outcomes(all, c, q->level, values, st);
    ok = ok && add_mishaps(all, c, q->mishap, q->mishaps, q->level, values, st);
    free(values);
    if (!ok)
        ds_chances_free(all);
    return ok;
}

void ds_chances_free(ds_chances *all)
{
    for (size_t i = 0; i < all->count; i++)
        ds_survival_free(&all->chance[i].curve);
    free(all->chance);
    *all = (ds_chances){0};
}

/* ---- tails ---- */

static const char *unit_of(const ds_case *c, const char *name)
{
    const ds_variable *const v = ds_case_variable(c, name);
    for (size_t i = 0; !v && i < c->about->outcomes; i++)
        if (strcmp(c->about->outcome[i].name, name) == 0)
            return c->about->outcome[i].unit;
    return v ? v->unit : "";
}

/* Sorts the values. */
static bool add_tails(ds_loss_tails *all, const ds_case *c, const ds_risk_query *q,
                      const ds_loss *loss, double *values, ds_status *st)
{
    const size_t count = ds_sort(values, c->about->replicas);
    for (size_t s = 0; s < q->shares; s++) {
        ds_loss_tail *const t = &all->tail[all->count];
        *t = (ds_loss_tail){.of = loss->of,
                            .unit = loss->form == DS_LOSS_GROWTH ? "1" : unit_of(c, loss->of),
                            .form = loss->form,
                            .worst = loss->low_is_bad ? DS_SIDE_LOW : DS_SIDE_HIGH,
                            .share = q->share[s],
                            .median = ds_quantile(values, count, 0.5),
                            .count = count};
        const ds_tail_query query = {.worst = t->worst,
                                     .share = t->share,
                                     .level = q->level,
                                     .group = c->about->group,
                                     .seed = c->about->seed,
                                     .stream = (uint32_t)all->count};
        if (!ds_tail_of(values, count, &query, &t->tail, st))
            return false;
        all->count++;
    }
    return true;
}

static size_t losses_of(const ds_guide *guide)
{
    size_t n = 0;
    while (guide && guide->losses && guide->losses[n].of)
        n++;
    return n;
}

static bool add_losses(ds_loss_tails *all, const ds_case *c, const ds_risk_query *q, double *values,
                       ds_status *st)
{
    for (size_t i = 0; i < losses_of(q->guide); i++) {
        const ds_loss *const loss = &q->guide->losses[i];
        const bool outcome = is_outcome(c, loss->of), metric = ds_case_variable(c, loss->of);
        all->wants_paths = all->wants_paths || (metric && !c->about->has_paths);
        if (!outcome && (!metric || !c->about->has_paths))
            continue;
        if (!ds_replica_figures(c, loss->of, loss->form, values, st) ||
            !add_tails(all, c, q, loss, values, st))
            return false;
    }
    return true;
}

bool ds_loss_tails_of(ds_loss_tails *all, const ds_case *c, const ds_risk_query *q, ds_status *st)
{
    const size_t most = losses_of(q->guide) * q->shares;
    double *const values = room_for(c, 1, st);
    *all = (ds_loss_tails){.tail = calloc(most + 1, sizeof *all->tail)};
    const bool ok = values &&
                    (all->tail || ds_fail(st, DS_E_SYSTEM, "no memory for tails of losses")) &&
                    add_losses(all, c, q, values, st);
    free(values);
    if (!ok)
        ds_loss_tails_free(all);
    return ok;
}

void ds_loss_tails_free(ds_loss_tails *all)
{
    free(all->tail);
    *all = (ds_loss_tails){0};
}
