#include "compare_parts.h"

#include "contrast.h"
#include "paired.h"

#include "sim/core/real.h"

#include <math.h>

static const double power = 0.8;

/* What is compared: a variant's values with the baseline's. */
typedef struct two {
    const double *a, *b;
    size_t count_a, count_b, group;
} two;

static two two_of(const ds_compared *row, const ds_comparison *c, const ds_compare_values *v)
{
    const ds_result_info *const a = c->variant[row->variant].of.about;
    const ds_result_info *const b = c->variant[c->baseline].of.about;
    return (two){.a = ds_values_of(v, row->question, row->variant),
                 .b = ds_values_of(v, row->question, c->baseline),
                 .count_a = a->replicas,
                 .count_b = b->replicas,
                 .group = a->group};
}

static size_t pairs_of(const two *t)
{
    return t->count_a < t->count_b ? t->count_a : t->count_b;
}

/* ---- the figures ---- */

static ds_contrast from_pairs(const ds_paired *p)
{
    ds_contrast c = {.a = p->mean_a,
                     .b = p->mean_b,
                     .difference = p->difference,
                     .relative = p->relative,
                     .p = p->t_p,
                     .sd = p->sd};
    if ((p->difference.doubts & DS_DOUBT_EQUAL) && p->difference.value != 0)
        ds_contrast_unvaried(&c, p->sign_p);
    else if (!isfinite(p->relative.interval.low) && p->count > 1)
        c.relative.value = NAN; /* the baseline's sign is not sure */
    return c;
}

static ds_contrast of_means(const ds_compared *row, const ds_paired *pairs, const two *t,
                            double level)
{
    return row->paired ? from_pairs(pairs)
                       : ds_contrast_means(t->a, t->count_a, t->b, t->count_b, t->group, level);
}

/* Groups have no interval of their own; then it is that of means. */
static ds_contrast of_shares(const ds_compared *row, const ds_paired *pairs, const two *t,
                             double level)
{
    ds_contrast c = t->group > 1  ? of_means(row, pairs, t, level)
                    : row->paired ? ds_contrast_share_pairs(t->a, t->b, pairs_of(t), level)
                                  : ds_contrast_shares(t->a, t->count_a, t->b, t->count_b, level);
    c.relative = ds_estimate_none(level, 0);
    return c;
}

static bool of_quantiles(ds_contrast *c, const ds_compared *row, const ds_comparison *comparison,
                         const two *t, double level, ds_status *st)
{
    const ds_contrast_quantile how = {
        .share = comparison->question[row->question].what.level,
        .group = t->group,
        .level = level,
        .seed = comparison->variant[comparison->baseline].of.about->seed,
    };
    return row->paired ? ds_contrast_quantile_pairs(c, t->a, t->b, pairs_of(t), &how, st)
                       : ds_contrast_quantiles(c, t->a, t->count_a, t->b, t->count_b, &how, st);
}

static ds_contrast of_summaries(const ds_compared *row, const ds_comparison *c,
                                const ds_compare_values *v, double level)
{
    const ds_known_mean *const known = v->known + row->question * v->variants;
    return ds_contrast_known(&known[row->variant], &known[c->baseline], level);
}

static bool contrast_of(ds_contrast *contrast, const ds_compared *row, const ds_comparison *c,
                        const ds_compare_values *v, const ds_paired *pairs, ds_status *st)
{
    const ds_question *const q = &c->question[row->question];
    const two t = two_of(row, c, v);
    const double level = pairs->difference.level;
    if (q->no_values)
        *contrast = of_summaries(row, c, v, level);
    else if (q->what.statistic == DS_STAT_QUANTILE)
        return of_quantiles(contrast, row, c, &t, level, st);
    else if (q->yes_or_no)
        *contrast = of_shares(row, pairs, &t, level);
    else
        *contrast = of_means(row, pairs, &t, level);
    return true;
}

/* Replicas, or pairs of them, that are done and have nothing to tell. */
static size_t without_value(const ds_compared *row, const ds_comparison *c, const two *t)
{
    const ds_case *const a = &c->variant[row->variant].of, *const b = &c->variant[c->baseline].of;
    size_t silent = 0;
    for (size_t r = 0; r < (row->paired ? pairs_of(t) : t->count_a); r++) {
        uint8_t state = DS_REPLICA_DONE, other = DS_REPLICA_DONE;
        ds_status ignored = {0};
        const bool known =
            ds_result_replica(a->result, a->point, r, &state, NULL, NULL, &ignored) &&
            (!row->paired ||
             ds_result_replica(b->result, b->point, r, &other, NULL, NULL, &ignored));
        const bool done = known && state == DS_REPLICA_DONE && other == DS_REPLICA_DONE;
        silent += done && (isnan(t->a[r]) || (row->paired && isnan(t->b[r])));
    }
    return silent;
}

static size_t fewer_values(const two *t)
{
    size_t a = 0, b = 0;
    for (size_t i = 0; i < t->count_a; i++)
        a += isnan(t->a[i]) ? 0 : 1;
    for (size_t i = 0; i < t->count_b; i++)
        b += isnan(t->b[i]) ? 0 : 1;
    return a < b ? a : b;
}

static size_t fewer_done(const ds_compared *row, const ds_comparison *c)
{
    const size_t a = c->variant[row->variant].of.done, b = c->variant[c->baseline].of.done;
    return a < b ? a : b;
}

bool ds_compare_ask(ds_compared *row, const ds_comparison *c, const ds_compare_values *v,
                    double level, ds_status *st)
{
    const ds_question *const q = &c->question[row->question];
    const two t = two_of(row, c, v);
    ds_paired pairs;
    ds_contrast contrast;
    row->paired = c->variant[row->variant].paired && !q->no_values;
    if (!ds_paired_of(&pairs, t.a, t.b, pairs_of(&t), t.group, level, st) ||
        !contrast_of(&contrast, row, c, v, &pairs, st))
        return false;
    row->figure = contrast.a;
    row->baseline = contrast.b;
    row->difference = contrast.difference;
    row->relative = contrast.relative;
    row->p = contrast.p;
    row->higher = pairs.better;
    row->pairs = q->no_values ? fewer_done(row, c) : row->paired ? pairs.count : fewer_values(&t);
    row->pairs_less = q->no_values ? 0 : without_value(row, c, &t);
    row->same = row->paired ? pairs.count > 0 && pairs.ties == pairs.count
                            : contrast.sd == 0 && contrast.difference.value == 0;
    row->sd = contrast.sd;
    return true;
}

/* ---- the verdict ---- */

/* Cut at 0 where a difference is shown (compare.h). */
static ds_interval cut(ds_interval i, double value)
{
    if (value > 0)
        i.low = fmax(i.low, 0);
    else
        i.high = fmin(i.high, 0);
    return i;
}

/* Pairs that show a difference that matters; where it has always been the same, pairs of which a
 * coin would not show it. */
static double needed_of(const ds_compared *row, double size, double level)
{
    const bool unvaried = row->sd == 0 || (row->difference.doubts & DS_DOUBT_EQUAL);
    if (unvaried && !row->same && row->pairs > 1)
        return ceil(1 - ds_log2(1 - level) + 1e-9);
    return size > 0 && row->sd > 0 ? ds_pairs_needed(size, row->sd, level, power) : NAN;
}

static ds_verdict verdict_of(const ds_compared *row, const ds_comparison *c)
{
    if (isnan(row->adjusted) || isnan(row->difference.value))
        return DS_VERDICT_UNKNOWN;
    if (row->same)
        return DS_VERDICT_SAME;
    if (row->adjusted < 1 - c->level)
        return row->difference.value > 0 ? DS_VERDICT_HIGHER : DS_VERDICT_LOWER;
    return isfinite(row->needed) && row->needed > (double)row->pairs ? DS_VERDICT_MORE
                                                                     : DS_VERDICT_NOT_SHOWN;
}

bool ds_compare_conclude(ds_compared *row, const ds_comparison *c, const ds_compare_values *v,
                         double level, ds_status *st)
{
    const ds_question *const q = &c->question[row->question];
    ds_compared again = *row;
    if (!ds_compare_ask(&again, c, v, level, st))
        return false;
    row->together = again.difference.interval;
    row->relative_together = again.relative.interval;
    if (isnan(again.relative.value)) /* at this level its sign is not sure */
        row->relative_together = (ds_interval){-INFINITY, INFINITY};
    const double size = c->matters * (q->yes_or_no ? 1 : fabs(row->baseline));
    row->needed = needed_of(row, size, level);
    row->verdict = verdict_of(row, c);
    if (row->verdict == DS_VERDICT_HIGHER || row->verdict == DS_VERDICT_LOWER) {
        row->together = cut(row->together, row->difference.value);
        row->relative_together = cut(row->relative_together, row->relative.value);
    }
    return true;
}
