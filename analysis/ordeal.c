#include "ordeal.h"

#include "contrast.h"
#include "number.h"
#include "paired.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- judging ---- */

typedef struct judge {
    ds_result *result;
    const ds_threshold *thresholds;
    ds_ordeals *all;
    double *values, *scores, *calm; /* [replicas]; of calm [thresholds][replicas] of values */
    bool *finished, *calm_finished;
} judge;

static bool same_events(ds_result *result, size_t point, bool *same, ds_status *st)
{
    const ds_result_info *const about = ds_result_about(result);
    uint8_t state;
    uint64_t here = 0, there = 0;
    const char *cause;
    *same = true;
    for (size_t r = 0; *same && r < about->replicas; r++) {
        if (!ds_result_replica(result, point, r, &state, &here, &cause, st) ||
            !ds_result_replica(result, 0, r, &state, &there, &cause, st))
            return false;
        *same = here == there;
    }
    return true;
}

static bool equal(const double *a, const double *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (a[i] != b[i] && !(isnan(a[i]) && isnan(b[i])))
            return false;
    return true;
}

/* Of the share that holds: both points' replicas as pairs of 0 and 1. */
static bool change_of(const judge *j, size_t t, ds_estimate *change, ds_status *st)
{
    const ds_result_info *const about = j->all->about;
    const size_t count = about->replicas;
    ds_paired paired;
    double *const here = j->scores, *const there = j->scores + count;
    ds_threshold_scores(&j->thresholds[t], j->values, j->finished, count, here);
    ds_threshold_scores(&j->thresholds[t], j->calm + t * count, j->calm_finished, count, there);
    if (about->group <= 1) {
        *change = ds_contrast_share_pairs(here, there, count, j->all->level).difference;
        return true;
    }
    if (!ds_paired_of(&paired, here, there, count, about->group, j->all->level, st))
        return false;
    *change = paired.difference;
    return true;
}

static bool judge_one(const judge *j, size_t point, size_t t, ds_status *st)
{
    const ds_result_info *const about = j->all->about;
    const size_t count = about->replicas;
    ds_ordeal *const o = &j->all->ordeal[point * j->all->thresholds + t];
    double *const calm = j->calm + t * count;
    const ds_evidence evidence = {j->values, j->finished, count, about->group, j->all->level};
    if (!ds_threshold_values(j->result, &j->thresholds[t], point, j->values, j->finished, st) ||
        !ds_threshold_judge(&j->thresholds[t], &evidence, &o->fared, st))
        return false;
    o->change = ds_estimate_none(j->all->level, 0);
    if (point == 0) {
        memcpy(calm, j->values, count * sizeof *calm);
        memcpy(j->calm_finished, j->finished, count * sizeof *j->finished);
        return true;
    }
    j->all->idle[point] = j->all->idle[point] && equal(calm, j->values, count);
    return change_of(j, t, &o->change, st);
}

static bool judge_all(const judge *j, ds_status *st)
{
    for (size_t p = 0; p < j->all->points; p++) {
        if (!same_events(j->result, p, &j->all->idle[p], st))
            return false;
        for (size_t t = 0; t < j->all->thresholds; t++)
            if (!judge_one(j, p, t, st))
                return false;
    }
    j->all->idle[0] = false;
    return true;
}

bool ds_ordeals_of(ds_result *result, const ds_threshold *thresholds, size_t count, double level,
                   ds_ordeals *all, ds_status *st)
{
    const ds_result_info *const about = ds_result_about(result);
    const size_t replicas = about->replicas;
    *all = (ds_ordeals){.about = about,
                        .points = about->points,
                        .thresholds = count,
                        .failed = about->failed,
                        .level = level};
    all->ordeal = calloc(about->points * count + 1, sizeof *all->ordeal);
    all->idle = calloc(about->points, sizeof *all->idle);
    judge j = {.result = result, .thresholds = thresholds, .all = all};
    j.values = calloc(replicas, sizeof *j.values);
    j.scores = calloc(2 * replicas, sizeof *j.scores);
    j.calm = calloc(replicas * count + 1, sizeof *j.calm);
    j.finished = calloc(replicas, sizeof *j.finished);
    j.calm_finished = calloc(replicas, sizeof *j.calm_finished);
    bool ok = (all->ordeal && all->idle && j.values && j.scores && j.calm && j.finished &&
               j.calm_finished) ||
              ds_fail(st, DS_E_SYSTEM, "no memory to judge %zu replicas", replicas);
    ok = ok && judge_all(&j, st);
    free(j.values);
    free(j.scores);
    free(j.calm);
    free(j.finished);
    free(j.calm_finished);
    return ok;
}

void ds_ordeals_free(ds_ordeals *all)
{
    free(all->ordeal);
    free(all->idle);
    *all = (ds_ordeals){0};
}

const ds_ordeal *ds_ordeals_at(const ds_ordeals *all, size_t point, size_t threshold)
{
    return &all->ordeal[point * all->thresholds + threshold];
}

ds_fate ds_ordeals_fate(const ds_ordeals *all, size_t point)
{
    ds_fate fate = DS_FATE_PASS;
    for (size_t t = 0; t < all->thresholds && fate != DS_FATE_FAIL; t++) {
        const ds_fate one = ds_ordeals_at(all, point, t)->fared.fate;
        fate = one == DS_FATE_PASS ? fate : one;
    }
    return fate;
}

size_t ds_ordeals_count(const ds_ordeals *all, ds_fate fate)
{
    size_t count = 0;
    for (size_t p = 1; p < all->points; p++)
        count += ds_ordeals_fate(all, p) == fate;
    return count;
}

/* ---- all at a glance ---- */

static const char *const marks[] = {
    [DS_FATE_UNDECIDED] = "?", [DS_FATE_PASS] = " ", [DS_FATE_FAIL] = "x"};

/* "99 %" only where that many hold: 1 of 1,000 that does not is not nothing. */
static void put_share(ds_table *table, double share, ds_fate fate)
{
    if (isnan(share))
        ds_table_shown(table, share, "– %s", marks[fate]);
    else if (share > 0.9995 && share < 1)
        ds_table_shown(table, share, "> 99.9 %% %s", marks[fate]);
    else if (share > 0 && share < 0.0005)
        ds_table_shown(table, share, "< 0.1 %% %s", marks[fate]);
    else if ((share > 0.99 && share < 1) || (share > 0 && share < 0.01))
        ds_table_shown(table, share, "%.1f %% %s", 100 * share, marks[fate]);
    else
        ds_table_shown(table, share, "%.0f %% %s", 100 * share, marks[fate]);
}

bool ds_ordeals_grid_of(const ds_ordeals *all, ds_ordeals_grid *grid, ds_status *st)
{
    const size_t n = all->thresholds;
    *grid = (ds_ordeals_grid){.column = calloc(n + 3, sizeof *grid->column)};
    if (!grid->column)
        return ds_fail(st, DS_E_SYSTEM, "no memory for a table of %zu columns", n);
    grid->column[0] = (ds_table_column){"preset", "", NULL, false};
    for (size_t t = 0; t < n; t++) {
        const char *const name = ds_ordeals_at(all, 0, t)->fared.threshold->name;
        grid->column[1 + t] = (ds_table_column){name, name, NULL, true};
    }
    grid->column[n + 1] = (ds_table_column){"verdict", "verdict", NULL, false};
    ds_table_begin(&grid->table, "verdicts", NULL, grid->column);
    for (size_t p = 0; p < all->points; p++) {
        ds_table_text(&grid->table, all->about->labels[p]);
        for (size_t t = 0; t < n; t++) {
            const ds_fared *const f = &ds_ordeals_at(all, p, t)->fared;
            put_share(&grid->table, f->share.value, f->fate);
        }
        ds_table_text(&grid->table, ds_fate_words[ds_ordeals_fate(all, p)]);
    }
    return true;
}

void ds_ordeals_grid_free(ds_ordeals_grid *grid)
{
    ds_table_free(&grid->table);
    free(grid->column);
    *grid = (ds_ordeals_grid){0};
}

/* ---- one by one ---- */

/* clang-format off */
#define COLUMNS(point, against, first) { \
    {"preset", point, NULL, false}, \
    {"threshold", "threshold", NULL, false}, \
    {"replicas", NULL, NULL, true}, \
    {"asked", "must hold in", "share of replicas", true}, \
    {"share", "holds in", "share of replicas", true}, \
    {"low", "95 % interval", "of that share", true}, \
    {"high", NULL, NULL, true}, \
    {"verdict", "verdict", NULL, false}, \
    {"change", against, "that share less the one of " first, true}, \
    {"change_low", NULL, NULL, true}, \
    {"change_high", NULL, NULL, true}, \
    {"bound", "bound", "what the threshold asks of a replica", true}, \
    {"reached", "reached", "the bound that so large a share of replicas does hold", true}, \
    {"calm_reached", first, "the same there", true}, \
    {"more", "more replicas", "would decide", true}, \
    {0}}
/* clang-format on */

static const ds_table_column of_presets[] = COLUMNS("preset", "against calm", "calm");
static const ds_table_column of_points[] = COLUMNS("case", "against first", "the first");

static void put_percent(ds_table *table, double share)
{
    if (isnan(share))
        ds_table_number(table, share, 4);
    else
        ds_table_shown(table, share, "%.3g %%", 100 * share);
}

static void put_interval(ds_table *table, ds_interval interval)
{
    if (isfinite(interval.low) && isfinite(interval.high))
        ds_table_shown(table, interval.low, "%.3g to %.3g %%", 100 * interval.low,
                       100 * interval.high);
    else
        ds_table_shown(table, interval.low, "–");
    ds_table_number(table, interval.high, 6);
}

static void put_change(ds_table *table, const ds_estimate *change)
{
    const double width = change->interval.high - change->interval.low;
    if (isnan(change->value))
        ds_table_shown(table, change->value, "–");
    else if (isfinite(width) && width > 0)
        ds_table_shown(table, change->value, "%+.3g points (%.3g to %.3g)", 100 * change->value,
                       100 * change->interval.low, 100 * change->interval.high);
    else
        ds_table_shown(table, change->value, "%+.3g points", 100 * change->value);
    ds_table_number(table, change->interval.low, 6);
    ds_table_number(table, change->interval.high, 6);
}

static void put_more(ds_table *table, const ds_fared *f)
{
    if (f->fate != DS_FATE_UNDECIDED)
        ds_table_shown(table, NAN, "%s", "");
    else if (f->more == DS_NEVER)
        ds_table_shown(table, INFINITY, "%s", "too many");
    else
        ds_table_shown(table, (double)f->more, "about %zu", f->more);
}

static double bound_of(const ds_threshold *t)
{
    const bool both = isfinite(t->at_least) && isfinite(t->at_most);
    return both ? NAN : isfinite(t->at_most) ? t->at_most : t->at_least;
}

static void put_row(const ds_ordeals *all, size_t point, size_t t, ds_table *table)
{
    const ds_ordeal *const o = ds_ordeals_at(all, point, t);
    const ds_threshold *const threshold = o->fared.threshold;
    ds_table_text(table, all->about->labels[point]);
    ds_table_text(table, threshold->name);
    ds_table_number(table, (double)o->fared.share.count, 6);
    ds_table_shown(table, threshold->share, "%.4g %%", 100 * threshold->share);
    put_percent(table, o->fared.share.value);
    put_interval(table, o->fared.share.interval);
    ds_table_text(table, ds_fate_words[o->fared.fate]);
    put_change(table, &o->change);
    ds_table_number(table, bound_of(threshold), 4);
    ds_table_number(table, o->fared.reached, 4);
    ds_table_number(table, ds_ordeals_at(all, 0, t)->fared.reached, 4);
    put_more(table, &o->fared);
}

/* Of what holds in every replica there is nothing to say but that they are few. */
static bool is_trouble(const ds_fared *f)
{
    return f->fate == DS_FATE_FAIL || (f->fate == DS_FATE_UNDECIDED && f->share.value != 1);
}

size_t ds_ordeals_needs(const ds_ordeals *all)
{
    size_t needs = 0;
    for (size_t i = 0; i < all->points * all->thresholds; i++) {
        const ds_fared *const f = &all->ordeal[i].fared;
        const size_t least = all->about->replicas + f->more;
        if (f->fate == DS_FATE_UNDECIDED && f->share.value == 1 && f->more != DS_NEVER &&
            least > needs)
            needs = least;
    }
    return needs;
}

void ds_ordeals_table(const ds_ordeals *all, bool trouble, ds_table *table)
{
    const bool calm = strcmp(all->about->labels[0], "calm") == 0;
    ds_table_begin(table, "thresholds", NULL, calm ? of_presets : of_points);
    for (size_t p = 0; p < all->points; p++)
        for (size_t t = 0; t < all->thresholds; t++)
            if (!trouble || is_trouble(&ds_ordeals_at(all, p, t)->fared))
                put_row(all, p, t, table);
}
