#include "sensitivity.h"

#include "band.h"
#include "factorial.h"
#include "indices.h"
#include "morris.h"
#include "regression.h"
#include "risk.h"
#include "stats.h"
#include "way.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One variant and branch: its points in the order of the design, and what differs among them. */
typedef struct group {
    const ds_result_info *about;
    const ds_coordinate **axis;
    size_t axes;
    size_t *point;
    size_t points;
    double *value; /* [points] */
    double *unit;  /* [points][axes] */
    double *row;   /* [points][replicas] */
    double level;
    uint32_t stream;
} group;

/* ---- coordinates ---- */

static bool same(const ds_coordinate *c, size_t a, size_t b)
{
    if (c->number)
        return c->number[a] == c->number[b];
    return c->text && strcmp(c->text[a], c->text[b]) == 0;
}

/* Variants and branches are no axes. */
static bool is_axis(const ds_coordinate *c)
{
    return strcmp(c->path, "variant") != 0 && strcmp(c->path, "branch") != 0;
}

static bool like(const ds_result_info *about, size_t a, size_t b)
{
    for (size_t i = 0; i < about->coordinates; i++)
        if (!is_axis(&about->coordinate[i]) && !same(&about->coordinate[i], a, b))
            return false;
    return true;
}

static char *name_of(const ds_result_info *about, size_t point)
{
    char name[400] = "";
    for (size_t i = 0; i < about->coordinates; i++) {
        const size_t used = strlen(name);
        if (!is_axis(&about->coordinate[i]) && about->coordinate[i].text)
            snprintf(name + used, sizeof name - used, "%s%s", used ? ", " : "",
                     about->coordinate[i].text[point]);
    }
    return strdup(name);
}

static bool open_group(group *g, const ds_result_info *about, double level, ds_status *st)
{
    const size_t n = about->points, d = about->coordinates;
    *g = (group){.about = about, .level = level};
    g->axis = calloc(d + 1, sizeof(ds_coordinate *));
    g->point = calloc(n + 1, sizeof *g->point);
    g->value = calloc(n + n * d + 1, sizeof *g->value);
    g->row = calloc(n * about->replicas + 1, sizeof *g->row);
    if (!g->axis || !g->point || !g->value || !g->row)
        return ds_fail(st, DS_E_SYSTEM, "no memory for %zu points", n);
    g->unit = g->value + n;
    for (size_t i = 0; i < d; i++)
        if (is_axis(&about->coordinate[i]))
            g->axis[g->axes++] = &about->coordinate[i];
    return true;
}

static void close_group(group *g)
{
    free(g->axis);
    free(g->point);
    free(g->value);
    free(g->row);
}

/* ---- values of points ---- */

static bool metric_at(ds_result *result, const char *of, size_t point, double *value, ds_status *st)
{
    const size_t times = ds_result_about(result)->times;
    double *const series = calloc(times + 1, sizeof *series);
    const bool ok = (series || ds_fail(st, DS_E_SYSTEM, "no memory for the summary of '%s'", of)) &&
                    ds_result_summary(result, of, point, series, NULL, NULL, st);
    if (ok)
        *value = series[times - 1];
    free(series);
    return ok;
}

/* Means over replicas, and what is left of them when a replica has the same share in each point. */
static void take_rows(group *g, ds_sensitivity *s)
{
    const size_t n = g->about->replicas;
    double squares = 0, known = 0;
    for (size_t i = 0; i < g->points; i++)
        g->value[i] = ds_sample_of(g->row + i * n, n).mean;
    for (size_t r = 0; r < n; r++) {
        double off = 0, count = 0;
        for (size_t i = 0; i < g->points; i++)
            if (!isnan(g->row[i * n + r])) {
                off += g->row[i * n + r] - g->value[i];
                count++;
            }
        for (size_t i = 0; i < g->points; i++)
            if (!isnan(g->row[i * n + r])) {
                const double left = g->row[i * n + r] - g->value[i] - off / count;
                squares += left * left;
                known++;
            }
    }
    const double all = ds_sample_of(g->value, g->points).sd;
    if (n > 1 && known > 0 && all > 0)
        s->noise = squares / known / ((double)n - 1) / (all * all);
}

/* Of every replica where the result has it, else the mean that it has. */
static bool read_values(group *g, ds_result *result, ds_sensitivity *s, bool outcome, ds_status *st)
{
    const bool each = outcome || g->about->has_paths;
    for (size_t i = 0; i < g->points; i++) {
        ds_case c;
        if (each ? !ds_case_of(&c, result, g->point[i], st) ||
                       !ds_replica_figures(&c, s->of, DS_LOSS_VALUE,
                                           g->row + i * g->about->replicas, st)
                 : !metric_at(result, s->of, g->point[i], &g->value[i], st))
            return false;
    }
    if (each)
        take_rows(g, s);
    for (size_t i = 0; i < g->points; i++) {
        g->value[i] = isfinite(g->value[i]) ? g->value[i] : NAN;
        s->empty += isnan(g->value[i]) ? 1 : 0;
    }
    return true;
}

/* ---- a Saltelli design ---- */

/* Whether a row lies as sim/io/designs.h says: of every axis of each point, A's value or B's. */
static bool is_row(const group *g, const size_t *row, size_t stride)
{
    const size_t d = g->axes, a = row[0], b = row[stride - 1];
    for (size_t step = 1; step + 1 < stride; step++)
        for (size_t k = 0; k < d; k++) {
            const bool from_b = step <= d ? k == step - 1 : k != step - 1 - d;
            if (!same(g->axis[k], row[step], from_b ? b : a))
                return false;
        }
    return true;
}

/* Points of a row; 0: the points are no such design. */
static size_t stride_of(const group *g)
{
    const size_t strides[] = {g->axes + 2, 2 * g->axes + 2};
    for (int i = 0; i < 2; i++) {
        const size_t stride = strides[i];
        bool fits = stride > 1 && g->points >= stride && g->points % stride == 0;
        for (size_t p = 0; fits && p < g->points; p += stride)
            fits = is_row(g, g->point + p, stride);
        if (fits)
            return stride;
    }
    return 0;
}

static bool take_indices(ds_sensitivity *s, const ds_indices *x, ds_status *st)
{
    const size_t d = s->axes;
    s->mean = x->mean;
    s->variance = x->variance;
    for (size_t k = 0; k < d; k++) {
        s->axis[k].first = x->first[k];
        s->axis[k].total = s->axis[k].weight = x->total[k];
    }
    if (!x->second)
        return true;
    s->second = calloc(d * d + 1, sizeof *s->second);
    if (!s->second)
        return ds_fail(st, DS_E_SYSTEM, "no memory for the pairs of %zu axes", d);
    memcpy(s->second, x->second, d * d * sizeof *s->second);
    return true;
}

static bool of_saltelli(const group *g, ds_sensitivity *s, ds_status *st)
{
    const size_t stride = stride_of(g);
    ds_indices x;
    if (stride == 0) {
        snprintf(s->why, sizeof s->why, "the points do not lie as those of a saltelli design do");
        return true;
    }
    if (s->empty > 0) {
        snprintf(s->why, sizeof s->why,
                 "%zu of %zu points have no value, and Sobol' indices want all of them", s->empty,
                 g->points);
        return true;
    }
    const ds_indices_query q = {.output = g->value,
                                .rows = g->points / stride,
                                .axes = g->axes,
                                .second_order = stride > g->axes + 2,
                                .level = g->level,
                                .seed = g->about->seed,
                                .stream = g->stream};
    if (!ds_indices_of(&x, &q, st))
        return false;
    const bool ok = take_indices(s, &x, st);
    ds_indices_free(&x);
    return ok;
}

/* ---- a Morris design ---- */

/* The axis that a step moved: the one that differs, or the last that is left, where it moved by so
 * little that its value is the same. `moved` has those of this trajectory. */
static size_t moved_axis(const group *g, size_t from, size_t to, const bool *moved)
{
    size_t differs = g->axes, left = g->axes, many = 0;
    for (size_t k = 0; k < g->axes; k++) {
        if (!same(g->axis[k], from, to))
            return k;
        if (!moved[k]) {
            left = k;
            many++;
        }
    }
    return many == 1 ? left : differs;
}

static bool is_up(const ds_coordinate *c, size_t from, size_t to)
{
    return !c->number || c->number[to] >= c->number[from];
}

/* Where points are as levels have it, each step half of the levels, whatever an axis' scale. */
static void place_point(const group *g, const ds_node *sweep, size_t p, bool *moved)
{
    const size_t d = g->axes, move[2] = {p > 0 ? g->point[p - 1] : 0, g->point[p]};
    const double levels = ds_way_levels(sweep), step = levels / (2 * (levels - 1));
    double *const unit = g->unit + p * d;
    const bool first = p % (d + 1) == 0;
    for (size_t k = 0; k < d; k++) {
        unit[k] = first ? 0 : unit[k - d];
        moved[k] = !first && moved[k];
    }
    const size_t k = first ? d : moved_axis(g, move[0], move[1], moved);
    if (k == d)
        return;
    const double far = ds_way_of(
        g->axis[k], sweep ? ds_node_get(sweep, g->axis[k]->path, NULL) : NULL, move, step);
    unit[k] += is_up(g->axis[k], move[0], move[1]) ? far : -far;
    moved[k] = true;
}

static bool place(group *g, ds_status *st)
{
    ds_pool pool = {0};
    const ds_node *const sweep = ds_way_sweep(g->about, &pool);
    bool *const moved = calloc(g->axes + 1, sizeof *moved);
    for (size_t p = 0; moved && p < g->points; p++)
        place_point(g, sweep, p, moved);
    ds_pool_free(&pool);
    free(moved);
    return moved || ds_fail(st, DS_E_SYSTEM, "no memory for %zu axes", g->axes);
}

static bool of_morris(group *g, ds_sensitivity *s, ds_status *st)
{
    const size_t d = g->axes;
    const ds_morris_query q = {.output = g->value,
                               .unit = g->unit,
                               .trajectories = g->points / (d + 1),
                               .axes = d,
                               .level = g->level};
    ds_morris_axis *const axis = calloc(d + 1, sizeof *axis);
    if (g->points % (d + 1) != 0)
        snprintf(s->why, sizeof s->why, "the points do not lie as those of a morris design do");
    const bool ok = (axis || ds_fail(st, DS_E_SYSTEM, "no memory for %zu axes", d)) &&
                    place(g, st) && ds_morris_of(axis, &q, st);
    for (size_t k = 0; ok && k < d; k++) {
        s->axis[k].mu = axis[k].mu;
        s->axis[k].mu_star = s->axis[k].weight = axis[k].mu_star;
        s->axis[k].sigma = axis[k].sigma;
        if (g->axis[k]->text) /* words have no direction */
            s->axis[k].mu = ds_estimate_none(g->level, 0);
    }
    free(axis);
    return ok;
}

/* ---- a grid ---- */

/* How many values each axis has, the last fastest; false: it is no full grid. */
static bool count_values(const group *g, size_t *count)
{
    size_t stride = 1;
    for (size_t k = g->axes; k-- > 0;) {
        const size_t *const p = g->point;
        count[k] = 1;
        while (count[k] * stride < g->points && !same(g->axis[k], p[count[k] * stride], p[0]))
            count[k]++;
        for (size_t i = 0; i < g->points; i++)
            if (!same(g->axis[k], p[i], p[i / stride % count[k] * stride]))
                return false;
        stride *= count[k];
    }
    return stride == g->points;
}

static ds_estimate exactly(double value, const group *g)
{
    ds_estimate e = ds_estimate_none(g->level, isnan(value) ? DS_DOUBT_EQUAL : 0);
    e.value = value;
    e.count = g->points;
    return e;
}

static bool of_grid(const group *g, ds_sensitivity *s, ds_status *st)
{
    const size_t d = g->axes;
    size_t *const count = calloc(d + 1, sizeof *count);
    double *const part = calloc(2 * d + 1, sizeof *part), mean, variance;
    const bool ok = (count && part) || ds_fail(st, DS_E_SYSTEM, "no memory for %zu axes", d);
    if (ok && !count_values(g, count))
        snprintf(s->why, sizeof s->why, "the points do not lie as those of a grid do");
    else if (ok && s->empty > 0)
        snprintf(s->why, sizeof s->why, "%zu of %zu points have no value, and a grid wants all",
                 s->empty, g->points);
    else if (ok) {
        ds_factorial_of(g->value, count, d, part, part + d, &mean, &variance);
        s->mean = exactly(mean, g);
        s->variance = exactly(variance, g);
        for (size_t k = 0; k < d; k++) {
            s->axis[k].first = exactly(part[k], g);
            s->axis[k].total = s->axis[k].weight = exactly(part[d + k], g);
        }
    }
    free(count);
    free(part);
    return ok;
}

/* ---- points spread otherwise ---- */

/* Two words as 0 and 1, by the alphabet; of more there is no order. */
static void code_words(const group *g, size_t k)
{
    const char *const *const text = g->axis[k]->text;
    const char *first = text[g->point[0]], *last = first;
    bool two = true;
    for (size_t i = 0; i < g->points; i++) {
        const char *const word = text[g->point[i]];
        first = strcmp(word, first) < 0 ? word : first;
        last = strcmp(word, last) > 0 ? word : last;
    }
    for (size_t i = 0; two && i < g->points; i++)
        two = strcmp(text[g->point[i]], first) == 0 || strcmp(text[g->point[i]], last) == 0;
    for (size_t i = 0; i < g->points; i++)
        g->unit[i * g->axes + k] = two && strcmp(text[g->point[i]], first) != 0;
}

static void code(const group *g, size_t k)
{
    if (g->axis[k]->text) {
        code_words(g, k);
        return;
    }
    for (size_t i = 0; i < g->points; i++)
        g->unit[i * g->axes + k] = g->axis[k]->number[g->point[i]];
}

static bool of_ranks(const group *g, ds_sensitivity *s, ds_status *st)
{
    ds_estimate *const rank = calloc(g->axes + 1, sizeof *rank);
    const ds_regression_query q = {.input = g->unit,
                                   .output = g->value,
                                   .points = g->points,
                                   .axes = g->axes,
                                   .level = g->level};
    for (size_t k = 0; k < g->axes; k++)
        code(g, k);
    const bool ok = (rank || ds_fail(st, DS_E_SYSTEM, "no memory for %zu axes", g->axes)) &&
                    ds_rank_regression(rank, &s->determination, &q, st);
    for (size_t k = 0; ok && k < g->axes; k++)
        s->axis[k].rank = s->axis[k].weight = rank[k];
    if (ok && g->points - s->empty < g->axes + 2)
        snprintf(s->why, sizeof s->why, "%zu points are too few for %zu axes", g->points - s->empty,
                 g->axes);
    free(rank);
    return ok;
}

/* ---- all ---- */

static const ds_variable *find(const ds_variable *table, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

static void describe_axis(ds_sensitivity_axis *a, const group *g, size_t k)
{
    const ds_estimate none = ds_estimate_none(g->level, 0);
    const ds_coordinate *const c = g->axis[k];
    *a = (ds_sensitivity_axis){.path = c->path, .unit = c->unit, .low = NAN, .high = NAN};
    a->first = a->total = a->mu = a->mu_star = a->sigma = a->rank = a->weight = none;
    for (size_t i = 0; c->number && i < g->points; i++) {
        a->low = fmin(a->low, c->number[g->point[i]]);
        a->high = fmax(a->high, c->number[g->point[i]]);
    }
}

static bool begin_item(ds_sensitivity *s, const group *g, const ds_variable *v, ds_status *st)
{
    *s = (ds_sensitivity){.of = v->name,
                          .unit = v->unit,
                          .group = name_of(g->about, g->point[0]),
                          .first_point = g->point[0],
                          .points = g->points,
                          .mean = ds_estimate_none(g->level, 0),
                          .variance = ds_estimate_none(g->level, 0),
                          .noise = NAN,
                          .determination = NAN,
                          .axes = g->axes};
    s->axis = calloc(g->axes + 1, sizeof *s->axis);
    if (!s->axis || !s->group)
        return ds_fail(st, DS_E_SYSTEM, "no memory for %zu axes", g->axes);
    if (!*s->group) {
        free(s->group);
        s->group = NULL;
    }
    for (size_t k = 0; k < g->axes; k++)
        describe_axis(&s->axis[k], g, k);
    return true;
}

static void say_over_points(ds_sensitivity *s, const group *g)
{
    const ds_sample all = ds_sample_of(g->value, g->points);
    s->mean = exactly(all.mean, g);
    s->variance = exactly(all.sd * all.sd, g);
    if (all.count == 0)
        snprintf(s->why, sizeof s->why, "no point has a value");
    else if (!ds_sample_varies(&all))
        snprintf(s->why, sizeof s->why, "it is the same at every point");
}

static bool add_item(ds_sensitivities *all, group *g, ds_result *result, const ds_variable *v,
                     ds_status *st)
{
    ds_sensitivity *const s = &all->item[all->count++];
    const bool outcome = v >= g->about->outcome && v < g->about->outcome + g->about->outcomes;
    g->stream = (uint32_t)(UINT32_C(0x5e000000) + all->count);
    if (!begin_item(s, g, v, st) || !read_values(g, result, s, outcome, st))
        return false;
    say_over_points(s, g);
    if (*s->why)
        return true;
    switch (all->method) {
    case DS_SENSITIVITY_SOBOL:
        return of_saltelli(g, s, st);
    case DS_SENSITIVITY_MORRIS:
        return of_morris(g, s, st);
    case DS_SENSITIVITY_GRID:
        return of_grid(g, s, st);
    case DS_SENSITIVITY_RANKS:
        return of_ranks(g, s, st);
    }
    return true;
}

static bool choose(ds_sensitivities *all, const ds_result_info *about, ds_status *st)
{
    static const struct {
        const char *design;
        ds_sensitivity_method method;
    } known[] = {{"saltelli", DS_SENSITIVITY_SOBOL},
                 {"morris", DS_SENSITIVITY_MORRIS},
                 {"grid", DS_SENSITIVITY_GRID},
                 {"lhs", DS_SENSITIVITY_RANKS},
                 {"sobol", DS_SENSITIVITY_RANKS}};
    const char *const design = about->design;
    for (size_t i = 0; design && i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].design, design) == 0) {
            all->method = known[i].method;
            return true;
        }
    return ds_fail(st, DS_E_DATA,
                   "%s%s%s, and what a figure depends on wants a sweep of design saltelli, morris, "
                   "grid, lhs or sobol",
                   design ? "the points of the result are '" : "the result has one point",
                   design ? design : "", design ? "'" : "");
}

/* Every group once: that of each point that is like none before it. */
static bool go_through(ds_sensitivities *all, group *g, const ds_sensitivity_query *q,
                       ds_status *st)
{
    const ds_result_info *const about = g->about;
    for (size_t first = 0; first < about->points; first++) {
        bool is_new = true;
        for (size_t p = 0; is_new && p < first; p++)
            is_new = !like(about, p, first);
        if (!is_new)
            continue;
        g->points = 0;
        for (size_t p = first; p < about->points; p++)
            if (like(about, p, first))
                g->point[g->points++] = p;
        for (size_t i = 0; i < q->count; i++) {
            const ds_variable *v = find(about->variable, about->variables, q->of[i]);
            v = v ? v : find(about->outcome, about->outcomes, q->of[i]);
            if (v && !add_item(all, g, q->result, v, st))
                return false;
        }
    }
    return true;
}

static size_t groups_of(const ds_result_info *about)
{
    size_t groups = 0;
    for (size_t a = 0; a < about->points; a++) {
        bool is_new = true;
        for (size_t p = 0; is_new && p < a; p++)
            is_new = !like(about, p, a);
        groups += is_new;
    }
    return groups;
}

bool ds_sensitivities_of(ds_sensitivities *all, const ds_sensitivity_query *q, ds_status *st)
{
    const ds_result_info *const about = ds_result_about(q->result);
    group g = {0};
    *all = (ds_sensitivities){.level = q->level};
    if (!choose(all, about, st))
        return false;
    all->item = calloc(groups_of(about) * q->count + 1, sizeof *all->item);
    const bool ok = (all->item || ds_fail(st, DS_E_SYSTEM, "no memory for sensitivities")) &&
                    open_group(&g, about, q->level, st) && go_through(all, &g, q, st);
    close_group(&g);
    if (!ok)
        ds_sensitivities_free(all);
    return ok;
}

void ds_sensitivities_free(ds_sensitivities *all)
{
    for (size_t i = 0; all->item && i < all->count; i++) {
        free(all->item[i].group);
        free(all->item[i].axis);
        free(all->item[i].second);
    }
    free(all->item);
    *all = (ds_sensitivities){0};
}
