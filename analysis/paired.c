#include "paired.h"

#include "stats.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { EXACT_MOST = 50 };

double ds_pairs_needed(double difference, double sd, double level, double power)
{
    const double z = gsl_cdf_ugaussian_Pinv(0.5 + level / 2);
    const double scale = (z + gsl_cdf_ugaussian_Pinv(power)) * sd / difference;
    return fmax(ceil(scale * scale + z * z / 2), 2);
}

/* ---- signed ranks ---- */

static int by_size(const void *a, const void *b)
{
    const double x = fabs(*(const double *)a), y = fabs(*(const double *)b);
    return (x > y) - (x < y);
}

/* P(W <= w) where each of the ranks 1 .. n is in the sum W or not, by a coin. */
static double signed_rank_below(size_t n, size_t w)
{
    enum { SUMS = EXACT_MOST * (EXACT_MOST + 1) / 2 + 1 };
    double chance[SUMS] = {1}, sum = 0;
    for (size_t rank = 1; rank <= n; rank++)
        for (size_t s = SUMS; s-- > 0;)
            chance[s] = (chance[s] + (s >= rank ? chance[s - rank] : 0)) / 2;
    for (size_t s = 0; s <= w; s++)
        sum += chance[s];
    return sum;
}

/* Sum of the ranks of positive values, with the mean rank where sizes are equal; *ties: sum of
 * t^3 - t over runs of t equal ones. */
static double positive_ranks(const double *sorted, size_t n, double *ties)
{
    double sum = 0;
    size_t next;
    *ties = 0;
    for (size_t i = 0; i < n; i = next) {
        size_t positive = 0;
        for (next = i; next < n && fabs(sorted[next]) == fabs(sorted[i]); next++)
            positive += sorted[next] > 0;
        const double run = (double)(next - i);
        sum += (double)positive * ((double)(i + next) + 1) / 2;
        *ties += run * run * run - run;
    }
    return sum;
}

double ds_signed_rank_p(double *differences, size_t count)
{
    size_t n = 0;
    double ties;
    for (size_t i = 0; i < count; i++)
        if (!isnan(differences[i]) && differences[i] != 0)
            differences[n++] = differences[i];
    if (n == 0)
        return 1;
    qsort(differences, n, sizeof *differences, by_size);
    const double w = positive_ranks(differences, n, &ties), m = (double)n;
    const double all = m * (m + 1) / 2, fewer = fmin(w, all - w);
    if (n <= EXACT_MOST && ties == 0)
        return fmin(1, 2 * signed_rank_below(n, (size_t)fewer));
    const double variance = m * (m + 1) * (2 * m + 1) / 24 - ties / 48;
    return fmin(1, 2 * gsl_cdf_ugaussian_P((fewer + 0.5 - all / 2) / sqrt(variance)));
}

/* ---- pairs ---- */

/* Exact, of the pairs that differ. */
static double sign_p(const double *differences, size_t count)
{
    unsigned more = 0, less = 0;
    for (size_t i = 0; i < count; i++) {
        more += differences[i] > 0;
        less += differences[i] < 0;
    }
    const unsigned fewer = more < less ? more : less;
    return more + less ? fmin(1, 2 * gsl_cdf_binomial_P(fewer, 0.5, more + less)) : 1;
}

static double t_p(const ds_sample *s)
{
    if (s->groups < 2 || !isfinite(s->error))
        return NAN;
    if (!ds_sample_varies(s))
        return s->mean == 0;
    return 2 * gsl_cdf_tdist_Q(fabs(s->mean / s->error), (double)s->groups - 1);
}

ds_interval ds_ratio_interval(const ds_known_mean *a, const ds_known_mean *b, double covariance,
                              double critical)
{
    const double tt = critical * critical, va = a->error * a->error, vb = b->error * b->error;
    const double square = b->mean * b->mean - tt * vb, cross = a->mean * b->mean - tt * covariance;
    const double inside = cross * cross - square * (a->mean * a->mean - tt * va);
    if (!(square > 0) || !isfinite(inside))
        return (ds_interval){-INFINITY, INFINITY};
    const double half = sqrt(fmax(inside, 0));
    return (ds_interval){(cross - half) / square - 1, (cross + half) / square - 1};
}

static ds_interval relative_interval(const ds_sample *a, const ds_sample *b, const ds_sample *off,
                                     double level)
{
    const ds_known_mean x = {a->mean, a->error, a->groups}, y = {b->mean, b->error, b->groups};
    const double va = a->error * a->error, vb = b->error * b->error;
    return ds_ratio_interval(&x, &y, (va + vb - off->error * off->error) / 2,
                             ds_t_critical(off->groups, level));
}

/* Means of groups over the pairs that are there; returns how many. */
static size_t group_means(const double *values, size_t count, size_t group, double *means)
{
    size_t groups = 0;
    for (size_t i = 0; i < count; i += group) {
        const size_t size = count - i < group ? count - i : group;
        const ds_sample s = ds_sample_of(values + i, size);
        if (s.count > 0)
            means[groups++] = s.mean;
    }
    return groups;
}

/* Room for five columns of so many replicas. */
typedef struct columns {
    double *a, *b, *off, *score, *spare;
} columns;

static void fill_columns(const columns *c, const double *a, const double *b, size_t count,
                         ds_paired *p)
{
    for (size_t i = 0; i < count; i++) {
        const double off = a[i] - b[i];
        c->off[i] = isnan(off) && a[i] == b[i] ? 0 : off; /* both infinite, and equal */
        const bool there = !isnan(c->off[i]);
        c->a[i] = there ? a[i] : NAN;
        c->b[i] = there ? b[i] : NAN;
        c->score[i] = !there ? NAN : c->off[i] > 0 ? 1 : c->off[i] < 0 ? 0 : 0.5;
        p->count += there;
        p->ties += there && c->off[i] == 0;
    }
}

static void compare_means(ds_paired *p, const columns *c, size_t count, size_t group, double level)
{
    const ds_sample a = ds_sample_grouped(c->a, count, group);
    const ds_sample b = ds_sample_grouped(c->b, count, group);
    const ds_sample off = ds_sample_grouped(c->off, count, group);
    const double apart = a.sd * a.sd + b.sd * b.sd, n = (double)off.count;
    p->mean_a = a.mean;
    p->mean_b = b.mean;
    p->difference = ds_estimate_mean(c->off, count, group, level);
    p->relative = p->difference;
    p->relative.value = a.mean / b.mean - 1;
    p->relative.interval = relative_interval(&a, &b, &off, level);
    p->correlation = (apart - off.sd * off.sd) / (2 * a.sd * b.sd);
    p->correlation = a.sd > 0 && b.sd > 0 ? fmax(-1, fmin(1, p->correlation)) : NAN;
    p->sd = off.error * sqrt(n);
    p->reduction = apart / (p->sd * p->sd);
    p->t_p = t_p(&off);
}

/* Where fewer pairs than this differ, ties say next to nothing of how often others would, and the
 * spread of scores is that of ties. */
enum { DIFFER_LEAST = 5 };

/* Groups, and those in which some pair has a score. */
static size_t groups_with(const double *score, size_t count, size_t group, double wanted,
                          size_t *groups)
{
    size_t with = 0;
    *groups = 0;
    for (size_t i = 0; i < count; i += group) {
        bool any = false, known = false;
        for (size_t k = i; k < count && k < i + group; k++) {
            known = known || !isnan(score[k]);
            any = any || score[k] == wanted;
        }
        *groups += known;
        with += any;
    }
    return with;
}

/* Bounds of the share of pairs with a score (Clopper & Pearson 1934): of groups that have one no
 * more than all pairs do, and no less than one of them. */
static ds_interval share_with(const double *score, size_t count, size_t group, double wanted,
                              double level)
{
    size_t groups;
    const size_t with = groups_with(score, count, group, wanted, &groups);
    const ds_interval i = ds_clopper_pearson(with, groups, level);
    return (ds_interval){i.low / (double)group, i.high};
}

/* 1/2 and half of how much more often a is above b than below, of which each is bounded surely
 * enough for both together. */
static ds_interval interval_of_few(const double *score, size_t count, size_t group, double level)
{
    const double both = 1 - (1 - level) / 2;
    const ds_interval above = share_with(score, count, group, 1, both);
    const ds_interval below = share_with(score, count, group, 0, both);
    return (ds_interval){0.5 + (above.low - below.high) / 2, 0.5 + (above.high - below.low) / 2};
}

static void compare_orders(ds_paired *p, const columns *c, size_t count, size_t group, double level)
{
    const size_t groups = group_means(c->off, count, group, c->spare);
    p->better = ds_estimate_share(c->score, count, group, level);
    if (p->ties > 0 && p->count - p->ties < DIFFER_LEAST) {
        p->better.interval = interval_of_few(c->score, count, group, level);
        p->better.doubts |= DS_DOUBT_EXTREME;
    }
    p->sign_p = sign_p(c->spare, groups);
    p->signed_rank_p = ds_signed_rank_p(c->spare, groups);
    memcpy(c->spare, c->off, count * sizeof *c->spare);
    const size_t kept = ds_sort(c->spare, count);
    p->median = ds_estimate_quantile(c->spare, kept, group, 0.5, level);
}

bool ds_paired_of(ds_paired *p, const double *a, const double *b, size_t count, size_t group,
                  double level, ds_status *st)
{
    double *const room = calloc(5 * count + 1, sizeof *room);
    *p = (ds_paired){0};
    if (!room)
        return ds_fail(st, DS_E_SYSTEM, "no memory for %zu pairs", count);
    const columns c = {room, room + count, room + 2 * count, room + 3 * count, room + 4 * count};
    fill_columns(&c, a, b, count, p);
    compare_means(p, &c, count, group > 0 ? group : 1, level);
    compare_orders(p, &c, count, group > 0 ? group : 1, level);
    free(room);
    return true;
}
