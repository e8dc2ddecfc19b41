#include "regression.h"

#include "sim/core/interval.h"

#include <math.h>
#include <stdlib.h>

enum { GROUPS_MOST = 256 };

/* The axes that vary, and the output as the last column. */
typedef struct ranking {
    size_t points, axes, columns;
    double *value;   /* [columns][points] */
    size_t *order;   /* [columns][points]: points, ascending */
    double *rank;    /* [columns][points], among those that are not left out, standardised */
    double *product; /* [columns][columns]: correlations */
    double *factor;  /* [axes][axes], of Cholesky's, lower */
    double *slope;   /* [axes] */
    double *left;    /* [groups][axes]: slopes without each */
    size_t *axis;    /* [axes]: of the query */
} ranking;

/* Which points are left out: a part of all, in the order of the design. */
typedef struct gap {
    size_t group, groups; /* groups 0: none */
} gap;

static bool is_left_out(const ranking *k, const gap *g, size_t point)
{
    return g->groups > 0 && point * g->groups / k->points == g->group;
}

/* ---- columns ---- */

typedef struct ranked {
    double value;
    size_t at;
} ranked;

static int by_value(const void *a, const void *b)
{
    const ranked *const x = a, *const y = b;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

/* Whether not all values are equal. */
static bool take_column(ranking *k, size_t column, const ds_regression_query *q,
                        const double *values, size_t stride, ranked *room)
{
    double *const value = k->value + column * q->points;
    size_t n = 0;
    for (size_t p = 0; p < q->points; p++)
        if (!isnan(q->output[p])) {
            value[n] = values[p * stride];
            room[n] = (ranked){value[n], n};
            n++;
        }
    qsort(room, n, sizeof *room, by_value);
    for (size_t i = 0; i < n; i++)
        k->order[column * q->points + i] = room[i].at;
    k->points = n;
    return n > 0 && room[0].value != room[n - 1].value;
}

static void take_columns(ranking *k, const ds_regression_query *q, ranked *room)
{
    for (size_t i = 0; i < q->axes; i++)
        if (take_column(k, k->axes, q, q->input + i, q->axes, room))
            k->axis[k->axes++] = i;
    k->columns = k->axes + 1;
    (void)take_column(k, k->axes, q, q->output, 1, room);
}

/* ---- one regression ---- */

/* Equal values share the mean of their ranks. Less the mean, over the root of squares; 0 where a
 * point is left out. `room` is the query's number of points. */
static void rank_column(const ranking *k, size_t column, size_t room, const gap *g)
{
    const double *const value = k->value + column * room;
    const size_t *const order = k->order + column * room;
    double *const rank = k->rank + column * room, n = 0, squares = 0;
    size_t next;
    for (size_t i = 0; i < k->points; i = next) {
        double equal = 0;
        for (next = i; next < k->points && value[order[next]] == value[order[i]]; next++)
            equal += is_left_out(k, g, order[next]) ? 0 : 1;
        for (size_t j = i; j < next; j++)
            rank[order[j]] = n + (equal - 1) / 2;
        n += equal;
    }
    for (size_t p = 0; p < k->points; p++) {
        rank[p] = is_left_out(k, g, p) ? 0 : rank[p] - (n - 1) / 2;
        squares += rank[p] * rank[p];
    }
    for (size_t p = 0; p < k->points; p++)
        rank[p] /= sqrt(squares);
}

static void correlate(const ranking *k, size_t room, const gap *g)
{
    for (size_t i = 0; i < k->columns; i++)
        rank_column(k, i, room, g);
    for (size_t i = 0; i < k->columns; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = 0;
            for (size_t p = 0; p < k->points; p++)
                sum += k->rank[i * room + p] * k->rank[j * room + p];
            k->product[i * k->columns + j] = sum;
        }
}

/* Of the axes' correlations; false where they are as good as dependent. */
static bool factorise(const ranking *k)
{
    const size_t d = k->axes;
    for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = k->product[i * k->columns + j];
            for (size_t l = 0; l < j; l++)
                sum -= k->factor[i * d + l] * k->factor[j * d + l];
            if (i == j && !(sum > 1e-8))
                return false;
            k->factor[i * d + j] = i == j ? sqrt(sum) : sum / k->factor[j * d + j];
        }
    return true;
}

/* With both triangles; x is the right side and the result. */
static void solve(const ranking *k, double *x)
{
    const size_t d = k->axes;
    for (size_t i = 0; i < d; i++) {
        for (size_t l = 0; l < i; l++)
            x[i] -= k->factor[i * d + l] * x[l];
        x[i] /= k->factor[i * d + i];
    }
    for (size_t i = d; i-- > 0;) {
        for (size_t l = i + 1; l < d; l++)
            x[i] -= k->factor[l * d + i] * x[l];
        x[i] /= k->factor[i * d + i];
    }
}

/* R^2; the slopes are in k->slope, NAN where there are none. */
static double regress(const ranking *k, size_t room, const gap *g)
{
    const double *const of_output = k->product + k->axes * k->columns;
    double explained = 0;
    correlate(k, room, g);
    const bool solvable = factorise(k);
    for (size_t i = 0; i < k->axes; i++)
        k->slope[i] = solvable ? of_output[i] : NAN;
    if (!solvable || k->axes == 0)
        return NAN;
    solve(k, k->slope);
    for (size_t i = 0; i < k->axes; i++)
        explained += k->slope[i] * of_output[i];
    return explained;
}

/* ---- all together ---- */

static bool open_ranking(ranking *k, const ds_regression_query *q, ds_status *st)
{
    const size_t d = q->axes, m = d + 1, n = q->points;
    *k = (ranking){0};
    k->value = calloc(2 * m * n + 1, sizeof *k->value);
    k->order = calloc(m * n + d + 1, sizeof *k->order);
    k->product = calloc(m * m + d * d + d + GROUPS_MOST * d + 1, sizeof *k->product);
    if (!k->value || !k->order || !k->product)
        return ds_fail(st, DS_E_SYSTEM, "no memory for the ranks of %zu points", n);
    k->rank = k->value + m * n;
    k->axis = k->order + m * n;
    k->factor = k->product + m * m;
    k->slope = k->factor + d * d;
    k->left = k->slope + d;
    return true;
}

/* Of one slope, from those without each group. */
static double jackknife_error(const ranking *k, size_t axis, size_t groups)
{
    double mean = 0, squares = 0;
    for (size_t g = 0; g < groups; g++)
        mean += k->left[g * k->axes + axis] / (double)groups;
    for (size_t g = 0; g < groups; g++) {
        const double off = k->left[g * k->axes + axis] - mean;
        squares += off * off;
    }
    return sqrt(squares * ((double)groups - 1) / (double)groups);
}

static void conclude(const ranking *k, const ds_regression_query *q, ds_estimate *coefficient,
                     double *determination)
{
    const size_t groups = k->points < GROUPS_MOST ? k->points : GROUPS_MOST;
    const size_t freedom = k->points > k->axes ? k->points - k->axes : 0;
    for (size_t g = 0; g < groups; g++) {
        (void)regress(k, q->points, &(gap){g, groups});
        for (size_t i = 0; i < k->axes; i++)
            k->left[g * k->axes + i] = k->slope[i];
    }
    *determination = regress(k, q->points, &(gap){0});
    for (size_t i = 0; i < k->axes; i++) {
        const double half = ds_t_half_width(jackknife_error(k, i, groups),
                                            freedom < groups ? freedom : groups, q->level);
        ds_estimate *const e = &coefficient[k->axis[i]];
        *e = ds_estimate_none(q->level, isnan(half) ? (unsigned)DS_DOUBT_FEW : 0);
        e->value = k->slope[i];
        e->count = k->points;
        if (!isnan(half))
            e->interval = (ds_interval){e->value - half, e->value + half};
    }
}

bool ds_rank_regression(ds_estimate *coefficient, double *determination,
                        const ds_regression_query *q, ds_status *st)
{
    ranking k;
    ranked *const room = calloc(q->points + 1, sizeof *room);
    bool ok = open_ranking(&k, q, st);
    *determination = NAN;
    for (size_t i = 0; i < q->axes; i++)
        coefficient[i] = ds_estimate_none(q->level, DS_DOUBT_EQUAL);
    if (ok && !room)
        ok = ds_fail(st, DS_E_SYSTEM, "no memory for the ranks of %zu points", q->points);
    if (ok) {
        take_columns(&k, q, room);
        conclude(&k, q, coefficient, determination);
    }
    free(room);
    free(k.value);
    free(k.order);
    free(k.product);
    return ok;
}
