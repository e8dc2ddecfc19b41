#include "search.h"

#include <math.h>
#include <nlopt.h>
#include <stdlib.h>
#include <string.h>

enum {
    CALLS_A_LOOK = 50, /* of NLopt, that may meet what is remembered */
    FRONT_WEIGHTS = 5, /* between the two goals alone */
    FRONT_LEAST = 8,   /* looks a weight */
};
static const double global_share = 0.6, first_step = 0.1, augmented = 0.01;
static const double of_broken = 1e150, of_unknown = 1e200;

typedef struct run {
    const ds_search *search;
    const double *weight;
    ds_search_log *log;
    size_t looks, most;
    double *x, *goal, *excess; /* of a look under way */
    nlopt_opt opt;
    size_t moved[DS_SEARCH_AXES]; /* axes that this stage changes, */
    size_t axes;
    double held[DS_SEARCH_AXES]; /* the others as they are here */
    double low[DS_SEARCH_GOALS], range[DS_SEARCH_GOALS];
    size_t near; /* place in the log of the latest look */
    bool ended;
    ds_status *st;
} run;

/* ---- what was looked at ---- */

static bool remember(run *r, const double *x, const double *goal, const double *excess)
{
    const ds_search *const s = r->search;
    ds_search_log *const log = r->log;
    if (log->count == log->room) {
        const size_t room = 2 * log->room + 64;
        ds_looked *const more = realloc(log->item, room * sizeof *more);
        if (!more)
            return ds_fail(r->st, DS_E_SYSTEM, "no memory for %zu candidates", room);
        log->item = more;
        log->room = room;
    }
    double *const row = malloc((s->axes + s->goals + s->constraints + 1) * sizeof *row);
    if (!row)
        return ds_fail(r->st, DS_E_SYSTEM, "no memory for a candidate");
    ds_looked *const item = &log->item[log->count++];
    *item = (ds_looked){row, row + s->axes, row + s->axes + s->goals, 0};
    memcpy(item->x, x, s->axes * sizeof *x);
    memcpy(item->goal, goal, s->goals * sizeof *goal);
    memcpy(item->excess, excess, s->constraints * sizeof *excess);
    for (size_t c = 0; c < s->constraints; c++)
        item->broken += isnan(excess[c]) ? INFINITY : fmax(excess[c], 0);
    for (size_t g = 0; g < s->goals; g++)
        item->broken = isnan(goal[g]) ? INFINITY : item->broken;
    return true;
}

void ds_search_free(ds_search_log *log)
{
    for (size_t i = 0; i < log->count; i++)
        free(log->item[i].x);
    free(log->item);
    *log = (ds_search_log){0};
}

static bool recall(run *r, const double *x)
{
    for (size_t i = 0; i < r->log->count; i++)
        if (memcmp(r->log->item[i].x, x, r->search->axes * sizeof *x) == 0) {
            r->near = i;
            return true;
        }
    return false;
}

/* Of several goals the best that is known, and how far apart they are known to be. */
static void scale(run *r)
{
    for (size_t g = 0; g < r->search->goals; g++) {
        double low = INFINITY, high = -INFINITY;
        for (size_t i = 0; i < r->log->count; i++) {
            const ds_looked *const item = &r->log->item[i];
            low = item->broken == 0 ? fmin(low, item->goal[g]) : low;
            high = item->broken == 0 ? fmax(high, item->goal[g]) : high;
        }
        r->low[g] = isfinite(low) ? low : 0;
        r->range[g] = high > low ? high - low : 1;
    }
}

static double scalar(const run *r, const ds_looked *item)
{
    double most = -INFINITY, sum = 0;
    if (r->search->goals == 1)
        return item->goal[0];
    for (size_t g = 0; g < r->search->goals; g++) {
        const double far = r->weight[g] * (item->goal[g] - r->low[g]) / r->range[g];
        most = fmax(most, far);
        sum += (item->goal[g] - r->low[g]) / r->range[g];
    }
    return most + augmented * sum;
}

/* Only the order matters: feasible ones first, then by how much is broken. */
static double order(const run *r, const ds_looked *item)
{
    if (!isfinite(item->broken))
        return of_unknown;
    return item->broken > 0 ? of_broken * (1 + item->broken) : scalar(r, item);
}

static size_t best_of(const run *r)
{
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < r->log->count; i++)
        if (best == SIZE_MAX || order(r, &r->log->item[i]) < order(r, &r->log->item[best]))
            best = i;
    return best;
}

size_t ds_search_best(const ds_search *search, const double *weight, ds_search_log *log)
{
    run r = {.search = search, .weight = weight, .log = log};
    scale(&r);
    return best_of(&r);
}

/* ---- looking ---- */

/* The candidate of a stage's coordinates; false: the search is over. */
static bool look(run *r, const double *moved)
{
    const ds_search *const s = r->search;
    memcpy(r->x, r->held, s->axes * sizeof *r->x);
    for (size_t k = 0; k < r->axes; k++)
        r->x[r->moved[k]] = fmin(fmax(moved[k], 0), 1);
    if (s->snap)
        s->snap(s->self, r->x);
    if (recall(r, r->x))
        return true;
    r->ended = r->ended || r->looks >= r->most;
    if (!r->ended && (!s->look(s->self, r->x, r->goal, r->excess, r->st) ||
                      !remember(r, r->x, r->goal, r->excess)))
        r->ended = true;
    if (r->ended) {
        if (r->opt)
            nlopt_force_stop(r->opt);
        return false;
    }
    r->looks++;
    r->near = r->log->count - 1;
    return true;
}

static double by_order(unsigned n, const double *x, double *gradient, void *self)
{
    run *const r = self;
    (void)n, (void)gradient;
    return look(r, x) ? order(r, &r->log->item[r->near]) : of_unknown;
}

/* A point without a goal is as bad as any that is known. */
static double by_goal(unsigned n, const double *x, double *gradient, void *self)
{
    run *const r = self;
    double worst = 0;
    (void)n, (void)gradient;
    if (!look(r, x))
        return 0;
    const ds_looked *const item = &r->log->item[r->near];
    if (isfinite(item->broken))
        return scalar(r, item);
    for (size_t i = 0; i < r->log->count; i++)
        if (isfinite(r->log->item[i].broken))
            worst = fmax(worst, scalar(r, &r->log->item[i]));
    return worst;
}

static void by_excess(unsigned m, double *result, unsigned n, const double *x, double *gradient,
                      void *self)
{
    run *const r = self;
    const bool known = look(r, x);
    (void)n, (void)gradient;
    for (unsigned c = 0; c < m; c++) {
        const double excess = known ? r->log->item[r->near].excess[c] : 1;
        result[c] = isnan(excess) ? 1 : excess;
    }
}

/* ---- stages ---- */

static bool prepare(run *r, nlopt_algorithm algorithm)
{
    r->opt = nlopt_create(algorithm, (unsigned)r->axes);
    return r->opt && nlopt_set_lower_bounds1(r->opt, 0) > 0 &&
           nlopt_set_upper_bounds1(r->opt, 1) > 0 &&
           nlopt_set_maxeval(r->opt, (int)fmin(1e9, (double)CALLS_A_LOOK * (double)r->most)) > 0;
}

/* From x on. What NLopt says of how it ended is of no interest: the log has the best. */
static bool stage(run *r, nlopt_algorithm algorithm, double *x, double step)
{
    const ds_search *const s = r->search;
    const bool global = algorithm == NLOPT_GN_CRS2_LM;
    double least;
    bool ok = prepare(r, algorithm);
    if (ok && global) {
        const double most = fmax((double)r->axes + 2, (double)r->most / 3);
        ok = nlopt_set_population(r->opt, (unsigned)fmin(10 * ((double)r->axes + 1), most)) > 0 &&
             nlopt_set_min_objective(r->opt, by_order, r) > 0;
    } else if (ok) {
        ok = nlopt_set_min_objective(r->opt, by_goal, r) > 0 &&
             nlopt_set_xtol_abs1(r->opt, s->tolerance) > 0 &&
             nlopt_set_initial_step1(r->opt, step) > 0;
        if (ok && algorithm == NLOPT_LN_COBYLA && s->constraints)
            ok = nlopt_add_inequality_mconstraint(r->opt, (unsigned)s->constraints, by_excess, r,
                                                  NULL) > 0;
    }
    if (ok)
        (void)nlopt_optimize(r->opt, x, &least);
    nlopt_destroy(r->opt);
    r->opt = NULL;
    return (ok || ds_fail(r->st, DS_E_SYSTEM, "a search of %zu axes cannot begin", r->axes)) &&
           r->st->code == DS_OK;
}

static bool anywhere(run *r, size_t most)
{
    const ds_search *const s = r->search;
    double x[DS_SEARCH_AXES];
    for (size_t k = 0; k < s->axes; k++) {
        r->moved[k] = k;
        r->held[k] = x[k] = s->start[k];
    }
    r->axes = s->axes;
    r->most = r->looks + most;
    r->ended = false;
    nlopt_srand((unsigned long)s->seed);
    return stage(r, NLOPT_GN_CRS2_LM, x, 0);
}

/* Again with smaller steps for as long as it gets better. */
static bool nearby(run *r, size_t most)
{
    const ds_search *const s = r->search;
    double x[DS_SEARCH_AXES], step = first_step;
    r->most = r->looks + most;
    r->ended = false;
    bool better = true;
    while (better && !r->ended && step > s->tolerance) {
        const size_t best = best_of(r), before = r->looks;
        r->axes = 0;
        memcpy(r->held, r->log->item[best].x, s->axes * sizeof *r->held);
        for (size_t k = 0; k < s->axes; k++)
            if (!s->ordered || s->ordered[k])
                r->moved[r->axes++] = k;
        if (r->axes == 0)
            return true;
        for (size_t k = 0; k < r->axes; k++)
            x[k] = r->held[r->moved[k]];
        const bool plain = s->constraints == 0 && r->axes > 1;
        if (!stage(r, plain ? NLOPT_LN_BOBYQA : NLOPT_LN_COBYLA, x, step))
            return false;
        better = best_of(r) != best || r->looks - before > 2 * r->axes;
        step /= 4;
    }
    return true;
}

static bool begin(run *r, const ds_search *s, const double *weight, ds_search_log *log,
                  ds_status *st)
{
    *r = (run){.search = s, .weight = weight, .log = log, .st = st};
    r->x = calloc(s->axes + s->goals + s->constraints + 1, sizeof *r->x);
    if (!r->x)
        return ds_fail(st, DS_E_SYSTEM, "no memory for a search");
    r->goal = r->x + s->axes;
    r->excess = r->goal + s->goals;
    return true;
}

bool ds_search_run(const ds_search *search, const double *weight, ds_search_log *log, size_t *best,
                   ds_status *st)
{
    run r;
    size_t all = search->evaluations;
    *best = SIZE_MAX;
    if (search->axes == 0 || search->axes > DS_SEARCH_AXES)
        return ds_fail(st, DS_E_DATA, "a search of %zu axes, must be 1 to %d", search->axes,
                       DS_SEARCH_AXES);
    if (!begin(&r, search, weight, log, st))
        return false;
    const size_t first = (size_t)(global_share * (double)all);
    scale(&r);
    bool ok = anywhere(&r, first ? first : 1);
    scale(&r);
    if (ok && r.looks < all && log->count)
        ok = nearby(&r, all - r.looks);
    if (ok)
        *best = best_of(&r);
    free(r.x);
    return ok;
}

/* ---- fronts ---- */

static bool dominates(const ds_looked *a, const ds_looked *b)
{
    return a->broken == 0 && a->goal[0] <= b->goal[0] && a->goal[1] <= b->goal[1] &&
           (a->goal[0] < b->goal[0] || a->goal[1] < b->goal[1]);
}

static bool is_front(const ds_search_log *log, size_t i)
{
    if (log->item[i].broken != 0)
        return false;
    for (size_t k = 0; k < log->count; k++) {
        const ds_looked *const a = &log->item[k], *const b = &log->item[i];
        const bool twin =
            k < i && a->broken == 0 && a->goal[0] == b->goal[0] && a->goal[1] == b->goal[1];
        if (twin || dominates(a, b))
            return false;
    }
    return true;
}

/* Places by the first goal; a front is short. */
static size_t sorted_front(const ds_search_log *log, size_t *place)
{
    size_t n = 0;
    for (size_t i = 0; i < log->count; i++) {
        if (!is_front(log, i))
            continue;
        size_t at = n++;
        for (; at > 0 && log->item[place[at - 1]].goal[0] > log->item[i].goal[0]; at--)
            place[at] = place[at - 1];
        place[at] = i;
    }
    return n;
}

/* How many weights the evaluations are enough for. */
static size_t weights_of(const ds_search *search)
{
    const size_t fit = search->evaluations / FRONT_LEAST, most = FRONT_WEIGHTS + 2;
    return fit < 2 ? 2 : fit > most ? most : fit;
}

bool ds_search_front(const ds_search *search, ds_search_log *log, size_t *front, size_t room,
                     size_t *count, ds_status *st)
{
    ds_search one = *search;
    const size_t weights = weights_of(search);
    size_t best;
    one.evaluations = search->evaluations / weights;
    one.evaluations += one.evaluations == 0;
    for (size_t w = 0; w < weights && log->count < search->evaluations; w++) {
        /* The two alone come first: they tell how far the front reaches. */
        const double part = w < 2 ? (double)w : (double)(w - 1) / (double)(weights - 1);
        const double weight[DS_SEARCH_GOALS] = {part, 1 - part};
        one.seed = search->seed + w;
        if (!ds_search_run(&one, weight, log, &best, st))
            return false;
    }
    size_t *const place = malloc((log->count + 1) * sizeof *place);
    if (!place)
        return ds_fail(st, DS_E_SYSTEM, "no memory for a front");
    const size_t found = sorted_front(log, place);
    *count = found < room ? found : room;
    for (size_t i = 0; i < *count; i++)
        front[i] = place[*count > 1 ? i * (found - 1) / (*count - 1) : 0];
    free(place);
    return true;
}
