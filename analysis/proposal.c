#include "proposal.h"

#include "number.h"
#include "paired.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- figures ---- */

static double *copy_of(const double *values, size_t count, ds_status *st)
{
    double *const copy = malloc((count + 1) * sizeof *copy);
    if (copy && count)
        memcpy(copy, values, count * sizeof *copy);
    if (!copy)
        ds_fail(st, DS_E_SYSTEM, "no memory for %zu replicas", count);
    return copy;
}

/* A probability is asked of yes or no. */
static void score(const ds_goal *goal, double *values, size_t count)
{
    for (size_t i = 0; i < count && goal->statistic == DS_STAT_PROBABILITY; i++)
        if (!isnan(values[i]))
            values[i] = ds_beyond(values[i], goal->threshold, goal->below);
}

static ds_estimate estimate_in(const ds_goal *goal, double *copy, size_t count, size_t group,
                               double level)
{
    score(goal, copy, count);
    switch (goal->statistic) {
    case DS_STAT_MEAN:
        return ds_estimate_mean(copy, count, group, level);
    case DS_STAT_PROBABILITY:
        return ds_estimate_share(copy, count, group, level);
    case DS_STAT_QUANTILE:
        count = ds_sort(copy, count);
        return ds_estimate_quantile(copy, count, group, goal->level, level);
    }
    return ds_estimate_none(level, 0);
}

bool ds_goal_estimate(const ds_goal *goal, const double *values, size_t count, size_t group,
                      double level, ds_estimate *estimate, ds_status *st)
{
    double *const copy = copy_of(values, count, st);
    if (!copy)
        return false;
    *estimate = estimate_in(goal, copy, count, group, level);
    free(copy);
    return true;
}

bool ds_goal_figure(const ds_goal *goal, const double *values, size_t count, double *figure,
                    ds_status *st)
{
    double *const copy = copy_of(values, count, st);
    double sum = 0, n = 0;
    if (!copy)
        return false;
    score(goal, copy, count);
    for (size_t i = 0; i < count; i++) {
        sum += isnan(copy[i]) ? 0 : copy[i];
        n += !isnan(copy[i]);
    }
    *figure = sum / n;
    if (goal->statistic == DS_STAT_QUANTILE)
        *figure = ds_quantile(copy, ds_sort(copy, count), goal->level);
    free(copy);
    return true;
}

bool ds_proposal_keeps(size_t then, size_t now)
{
    static const double least = 0.99;
    return (double)then >= least * (double)now;
}

double ds_threshold_share(const ds_threshold *threshold, const double *values, size_t count)
{
    double held = 0;
    for (size_t i = 0; i < count; i++)
        held += ds_threshold_holds(threshold, values[i]);
    return held / (double)count;
}

/* ---- against what there is ---- */

static bool contrast_means(const double *then, const double *now, const ds_trial_values *v,
                           ds_contrast *change, ds_status *st)
{
    ds_paired pairs;
    if (!ds_paired_of(&pairs, then, now, v->fresh, v->group, v->level, st))
        return false;
    *change = (ds_contrast){.a = pairs.mean_a,
                            .b = pairs.mean_b,
                            .difference = pairs.difference,
                            .relative = pairs.relative,
                            .p = pairs.t_p,
                            .sd = pairs.sd};
    if ((pairs.difference.doubts & DS_DOUBT_EQUAL) && pairs.difference.value != 0)
        ds_contrast_unvaried(change, pairs.sign_p);
    return true;
}

static bool contrast(const ds_goal *goal, const ds_trial_values *v, ds_contrast *change,
                     ds_status *st)
{
    double *const then = copy_of(v->then, v->fresh, st), *const now = copy_of(v->now, v->fresh, st);
    const ds_contrast_quantile how = {goal->level, v->group, v->level, v->seed, 0};
    bool ok = then && now;
    if (ok) {
        score(goal, then, v->fresh);
        score(goal, now, v->fresh);
    }
    /* Wald's interval of pairs knows no groups. */
    if (ok && goal->statistic == DS_STAT_PROBABILITY && v->group == 1)
        *change = ds_contrast_share_pairs(then, now, v->fresh, v->level);
    else if (ok && goal->statistic == DS_STAT_QUANTILE)
        ok = ds_contrast_quantile_pairs(change, then, now, v->fresh, &how, st);
    else if (ok)
        ok = contrast_means(then, now, v, change, st);
    free(then);
    free(now);
    return ok;
}

bool ds_proposal_goal(const ds_goal *goal, const ds_trial_values *v, ds_proposed_goal *p,
                      ds_status *st)
{
    *p = (ds_proposed_goal){.goal = goal};
    if (!ds_goal_figure(goal, v->seen_now, v->seen, &p->seen_now, st) ||
        !ds_goal_figure(goal, v->seen_then, v->seen, &p->seen_then, st) ||
        !ds_goal_estimate(goal, v->now, v->fresh, v->group, v->level, &p->now, st) ||
        !ds_goal_estimate(goal, v->then, v->fresh, v->group, v->level, &p->then, st) ||
        !contrast(goal, v, &p->change, st))
        return false;
    const double sign = goal->maximise ? 1 : -1;
    p->optimism = sign * (p->seen_then - p->seen_now - p->change.difference.value);
    return true;
}

bool ds_proposal_bound(const ds_threshold *threshold, const ds_trial_values *v,
                       ds_proposed_bound *p, ds_status *st)
{
    *p = (ds_proposed_bound){.threshold = threshold,
                             .seen_then = ds_threshold_share(threshold, v->seen_then, v->seen)};
    const ds_evidence now = {v->now, NULL, v->fresh, v->group, v->level};
    const ds_evidence then = {v->then, NULL, v->fresh, v->group, v->level};
    return ds_threshold_judge(threshold, &now, &p->now, st) &&
           ds_threshold_judge(threshold, &then, &p->then, st);
}

/* ---- in words ---- */

const char *ds_proposal_verdict(const ds_proposed_goal *p)
{
    const ds_interval i = p->change.difference.interval;
    if (isnan(p->change.difference.value))
        return "no value";
    if (!ds_proposal_keeps(p->then.count, p->now.count))
        return "too few are left";
    if (i.low > 0 || i.high < 0)
        return (i.low > 0) == p->goal->maximise ? "better" : "worse";
    return "no difference shown";
}

const char *ds_bound_verdict(ds_fate fate)
{
    return fate == DS_FATE_PASS ? "met" : fate == DS_FATE_FAIL ? "broken" : "undecided";
}

/* ---- as tables ---- */

enum { DIGITS = 4 };

static const ds_table_column parameter_columns[] = {
    {"parameter", "parameter", "its path in a scenario", false},
    {"current", "current", "what the scenario says", true},
    {"proposed", "proposed", NULL, true},
    {"from", "searched", "from here", true},
    {"to", NULL, "to here", true},
    {0},
};

void ds_proposal_parameters(ds_table *table, const ds_vary *vary, int digits, const double *unit)
{
    ds_pool pool = {0};
    ds_table_begin(table, "parameters", NULL, parameter_columns);
    for (size_t k = 0; k < vary->count; k++) {
        const ds_sweep_axis *const a = &vary->axis[k];
        char low[DS_NUMBER_ROOM], high[DS_NUMBER_ROOM];
        ds_table_text(table, a->path->scalar);
        ds_table_text(table, vary->now_text[k]);
        ds_table_text(table, ds_vary_text(&pool, vary, k, digits, unit[k]));
        if (a->count) {
            ds_table_printf(table, "%u value%s", a->count, a->count == 1 ? "" : "s");
            ds_table_text(table, "");
            continue;
        }
        ds_table_shown(table, a->from, "%s to %s%s", ds_number(low, a->from, digits),
                       ds_number(high, a->to, digits), a->log ? ", log" : "");
        ds_table_number(table, a->to, digits);
    }
    ds_pool_free(&pool);
}

static const ds_table_column goal_columns[] = {
    {"goal", "objective", "its name", false},
    {"aim", "aim", "what is to be large or small", false},
    {"unit", NULL, NULL, false},
    {"current", "current", "on fresh random numbers", true},
    {"current_low", NULL, NULL, true},
    {"current_high", NULL, NULL, true},
    {"proposed", "proposed", "on fresh random numbers", true},
    {"proposed_low", NULL, NULL, true},
    {"proposed_high", NULL, NULL, true},
    {"change", "change", "proposed less current, replica by replica", true},
    {"change_low", "interval", "of the change", true},
    {"change_high", NULL, NULL, true},
    {"verdict", "verdict", NULL, false},
    {"search", "in the search", "proposed, on the random numbers of the search", true},
    {"optimism", "optimism", "gain that the search saw less that on fresh random numbers", true},
    {0},
};

static void put_estimate(ds_table *table, const ds_estimate *e)
{
    ds_table_number(table, e->value, DIGITS);
    ds_table_number(table, e->interval.low, DIGITS);
    ds_table_number(table, e->interval.high, DIGITS);
}

void ds_proposal_goals(ds_table *table, const ds_proposed_goal *goals, size_t count)
{
    ds_table_begin(table, "objective", NULL, goal_columns);
    for (const ds_proposed_goal *p = goals; p < goals + count; p++) {
        ds_table_text(table, p->goal->name);
        ds_table_printf(table, "%s %s", p->goal->maximise ? "maximise" : "minimise",
                        p->goal->words);
        ds_table_text(table, p->goal->unit);
        put_estimate(table, &p->now);
        put_estimate(table, &p->then);
        ds_table_number(table, p->change.difference.value, DIGITS);
        ds_table_interval(table, p->change.difference.interval, DIGITS);
        ds_table_text(table, ds_proposal_verdict(p));
        ds_table_number(table, p->seen_then, DIGITS);
        ds_table_number(table, p->optimism, DIGITS - 1);
    }
}

static const ds_table_column bound_columns[] = {
    {"threshold", "threshold", "its name", false},
    {"bound", "must hold", "what must hold of a replica", false},
    {"share", "in", "share of replicas that it must hold in", true},
    {"current", "current", "share in which it holds, on fresh random numbers", true},
    {"current_low", NULL, NULL, true},
    {"current_high", NULL, NULL, true},
    {"current_verdict", NULL, NULL, false},
    {"proposed", "proposed", "the same of the proposal", true},
    {"proposed_low", "interval", "of that share", true},
    {"proposed_high", NULL, NULL, true},
    {"verdict", "verdict", "of the proposal", false},
    {"search", "in the search", "share of the search's replicas", true},
    {0},
};

static void put_share(ds_table *table, double share)
{
    char text[DS_NUMBER_ROOM];
    ds_table_shown(table, share, "%s %%", ds_number(text, 100 * share, DIGITS));
}

void ds_proposal_bounds(ds_table *table, const ds_proposed_bound *bounds, size_t count)
{
    ds_table_begin(table, "thresholds", NULL, bound_columns);
    for (const ds_proposed_bound *p = bounds; p < bounds + count; p++) {
        char words[200], low[DS_NUMBER_ROOM], high[DS_NUMBER_ROOM];
        const ds_interval i = p->then.share.interval;
        ds_threshold_words(p->threshold, words, sizeof words);
        ds_table_text(table, p->threshold->name);
        ds_table_text(table, words);
        put_share(table, p->threshold->share);
        put_share(table, p->now.share.value);
        ds_table_number(table, p->now.share.interval.low, DIGITS);
        ds_table_number(table, p->now.share.interval.high, DIGITS);
        ds_table_text(table, ds_bound_verdict(p->now.fate));
        put_share(table, p->then.share.value);
        ds_table_shown(table, i.low, "%s to %s %%", ds_number(low, 100 * i.low, DIGITS),
                       ds_number(high, 100 * i.high, DIGITS));
        ds_table_number(table, i.high, DIGITS);
        ds_table_text(table, ds_bound_verdict(p->then.fate));
        put_share(table, p->seen_then);
    }
}

/* ---- what was asked ---- */

/* "maximise median of vvv_price and minimise mean of runway" */
static const char *aims_of(ds_pool *pool, const ds_goals *goals)
{
    const char *text = "";
    for (size_t g = 0; g < goals->count; g++)
        text =
            ds_pool_print(pool, "%s%s%s %s", text, g ? " and " : "",
                          goals->goal[g].maximise ? "maximise" : "minimise", goals->goal[g].words);
    return text;
}

static const char *bounds_of(ds_pool *pool, const ds_proposal_search *s)
{
    const char *text = "";
    for (size_t b = 0; b < s->bounds; b++) {
        char words[120];
        ds_threshold_words(&s->bound[b], words, sizeof words);
        text = ds_pool_print(pool, "%s%s %s in %g %% of replicas", text, b ? "," : ", with", words,
                             100 * s->bound[b].share);
    }
    return text;
}

const char *ds_proposal_words(ds_pool *pool, const ds_proposal_search *s)
{
    const char *names = "";
    for (size_t k = 0; k < s->vary->count; k++)
        names = ds_pool_print(pool, "%s%s%s", names, k ? ", " : "", s->vary->axis[k].path->scalar);
    return ds_pool_print(
        pool,
        "Which values of %s %s%s? 'current' is the scenario as it is; %s found by diemsim optimise "
        "among %zu candidates of %zu replicas (seed %llu). All are shown on random numbers that "
        "the "
        "search has not seen.",
        names, aims_of(pool, s->goals), bounds_of(pool, s),
        s->goals->count == 1 ? "'proposed' was" : "those of the front were", s->candidates,
        s->replicas, (unsigned long long)s->seed);
}
