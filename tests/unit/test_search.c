/* Searching a cube, on functions whose best point is known. */
#include "run.h"

#include "../reference/cases.h"
#include "analysis/search.h"

#include <math.h>
#include <string.h>

typedef struct problem {
    size_t looks;
    double (*of)(const double *x, size_t n);
    size_t axes;
} problem;

static double branin(const double *u, size_t n)
{
    const double x = 15 * u[0] - 5, y = 15 * u[1];
    (void)n;
    const double b = 5.1 / (4 * M_PI * M_PI), c = 5 / M_PI, t = 1 / (8 * M_PI);
    return pow(y - b * x * x + c * x - 6, 2) + 10 * (1 - t) * cos(x) + 10;
}

static double rosenbrock(const double *u, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i + 1 < n; i++) {
        const double x = 4 * u[i] - 2, y = 4 * u[i + 1] - 2;
        sum += 100 * pow(y - x * x, 2) + pow(1 - x, 2);
    }
    return sum;
}

static bool look(void *self, const double *x, double *goal, double *excess, ds_status *st)
{
    problem *const p = self;
    (void)excess, (void)st;
    p->looks++;
    goal[0] = p->of(x, p->axes);
    return true;
}

static const double middle[DS_SEARCH_AXES] = {0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4};

static double least(problem *p, size_t evaluations, double tolerance)
{
    const ds_search s = {.axes = p->axes,
                         .goals = 1,
                         .start = middle,
                         .evaluations = evaluations,
                         .seed = 1,
                         .tolerance = tolerance,
                         .look = look,
                         .self = p};
    ds_search_log log = {0};
    ds_status st = {0};
    size_t best;
    ck_assert_msg(ds_search_run(&s, NULL, &log, &best, &st), "%s", st.text);
    ck_assert_uint_eq(p->looks, log.count);
    ck_assert_uint_le(log.count, evaluations);
    const double goal = log.item[best].goal[0];
    ds_search_free(&log);
    return goal;
}

START_TEST(the_least_of_branin_is_found)
{
    const double wanted = case_value("opt", "Branin a=1 b=5.1/4pi^2 c=5/pi r=6 s=10 t=1/8pi",
                                     "global min (3 minimisers)");
    problem p = {.of = branin, .axes = 2};
    ck_assert_double_eq_tol(least(&p, 600, 1e-9), wanted, 1e-6);
}
END_TEST

START_TEST(the_least_of_rosenbrock_is_found)
{
    const double wanted = case_value("opt", "Rosenbrock d=10", "global min at (1,..,1)");
    problem p = {.of = rosenbrock, .axes = 10};
    ck_assert_double_eq_tol(least(&p, 6000, 1e-10), wanted, 1e-8);
}
END_TEST

/* x + y is to be large inside the circle of radius 1/2: sqrt(1/2). */
static bool in_a_circle(void *self, const double *x, double *goal, double *excess, ds_status *st)
{
    (void)self, (void)st;
    goal[0] = -(x[0] + x[1]);
    excess[0] = x[0] * x[0] + x[1] * x[1] - 0.25;
    return true;
}

START_TEST(a_constraint_holds_where_it_binds)
{
    const ds_search s = {.axes = 2,
                         .goals = 1,
                         .constraints = 1,
                         .start = (const double[]){0.9, 0.9},
                         .evaluations = 400,
                         .seed = 1,
                         .tolerance = 1e-6,
                         .look = in_a_circle};
    ds_search_log log = {0};
    ds_status st = {0};
    size_t best;
    ck_assert(ds_search_run(&s, NULL, &log, &best, &st));
    ck_assert(log.item[best].broken == 0);
    ck_assert_double_eq_tol(-log.item[best].goal[0], sqrt(0.5), 1e-3);
    ds_search_free(&log);
}
END_TEST

static bool never(void *self, const double *x, double *goal, double *excess, ds_status *st)
{
    (void)self, (void)st;
    goal[0] = x[0];
    excess[0] = 0.1 + fabs(x[0] - 0.3);
    return true;
}

START_TEST(what_breaks_least_is_the_best_where_all_break)
{
    const ds_search s = {.axes = 1,
                         .goals = 1,
                         .constraints = 1,
                         .start = (const double[]){0.9},
                         .evaluations = 100,
                         .seed = 1,
                         .tolerance = 1e-6,
                         .look = never};
    ds_search_log log = {0};
    ds_status st = {0};
    size_t best;
    ck_assert(ds_search_run(&s, NULL, &log, &best, &st));
    ck_assert_double_eq_tol(log.item[best].broken, 0.1, 1e-3);
    ds_search_free(&log);
}
END_TEST

/* Four values of the first axis, of which the third is best; the second is smooth. */
static bool stepped(void *self, const double *x, double *goal, double *excess, ds_status *st)
{
    (void)self, (void)excess, (void)st;
    goal[0] = x[0] == 0.625 ? pow(x[1] - 0.2, 2) : 1 + x[1];
    return true;
}

static void snap(const void *self, double *x)
{
    (void)self;
    x[0] = (fmin(floor(4 * x[0]), 3) + 0.5) / 4;
}

START_TEST(an_axis_without_order_is_searched_too)
{
    const ds_search s = {.axes = 2,
                         .goals = 1,
                         .ordered = (const bool[]){false, true},
                         .start = (const double[]){0.1, 0.9},
                         .evaluations = 100,
                         .seed = 1,
                         .tolerance = 1e-6,
                         .look = stepped,
                         .snap = snap};
    ds_search_log log = {0};
    ds_status st = {0};
    size_t best;
    ck_assert(ds_search_run(&s, NULL, &log, &best, &st));
    ck_assert_double_eq(log.item[best].x[0], 0.625);
    ck_assert_double_eq_tol(log.item[best].x[1], 0.2, 1e-2);
    ds_search_free(&log);
}
END_TEST

/* Schaffer's pair (1985): the front is what lies between the two least points, both goals convex.
 */
static bool pair(void *self, const double *x, double *goal, double *excess, ds_status *st)
{
    const double y = 8 * x[0] - 4;
    (void)self, (void)excess, (void)st;
    goal[0] = y * y;
    goal[1] = (y - 2) * (y - 2);
    return true;
}

START_TEST(a_front_lies_between_the_goals)
{
    const ds_search s = {.axes = 1,
                         .goals = 2,
                         .start = (const double[]){0.9},
                         .evaluations = 140,
                         .seed = 1,
                         .tolerance = 1e-4,
                         .look = pair};
    ds_search_log log = {0};
    ds_status st = {0};
    size_t front[8], count;
    ck_assert(ds_search_front(&s, &log, front, 8, &count, &st));
    ck_assert_uint_eq(count, 8);
    ck_assert_uint_le(log.count, 140);
    for (size_t i = 0; i < count; i++) {
        const double *const goal = log.item[front[i]].goal;
        ck_assert_double_eq_tol((sqrt(goal[0]) + sqrt(goal[1])), 2, 0.05);
        ck_assert(i == 0 || goal[0] > log.item[front[i - 1]].goal[0]);
    }
    ck_assert_double_lt(log.item[front[0]].goal[0], 0.01);
    ck_assert_double_lt(log.item[front[7]].goal[1], 0.01);
    ds_search_free(&log);
}
END_TEST

START_TEST(a_search_is_the_same_again)
{
    problem a = {.of = branin, .axes = 2}, b = a;
    ck_assert(least(&a, 77, 1e-6) == least(&b, 77, 1e-6));
    ck_assert_uint_eq(a.looks, b.looks);
}
END_TEST

static bool gives_up(void *self, const double *x, double *goal, double *excess, ds_status *st)
{
    (void)excess;
    goal[0] = x[0];
    return ++*(int *)self < 5 || ds_fail(st, DS_E_SYSTEM, "enough");
}

START_TEST(a_failure_ends_it_with_its_cause)
{
    int looks = 0;
    const ds_search s = {.axes = 1,
                         .goals = 1,
                         .start = middle,
                         .evaluations = 50,
                         .tolerance = 1e-6,
                         .look = gives_up,
                         .self = &looks};
    ds_search_log log = {0};
    ds_status st = {0};
    size_t best;
    ck_assert(!ds_search_run(&s, NULL, &log, &best, &st));
    ck_assert_str_eq(st.text, "enough");
    ck_assert_int_eq(looks, 5);
    ds_search_free(&log);
}
END_TEST

START_TEST(a_search_has_axes_but_not_too_many)
{
    static const size_t axes[] = {0, DS_SEARCH_AXES + 1};
    for (int i = 0; i < 2; i++) {
        const ds_search s = {.axes = axes[i], .goals = 1, .evaluations = 5};
        ds_search_log log = {0};
        ds_status st = {0};
        size_t best;
        ck_assert(!ds_search_run(&s, NULL, &log, &best, &st));
        ck_assert_int_eq(st.code, DS_E_DATA);
        ck_assert_ptr_nonnull(strstr(st.text, "must be 1 to 32"));
        ck_assert_uint_eq(log.count, 0);
    }
}
END_TEST

/* No value below 1/2, and a constraint without one from 0.8 on: what is between is all there is. */
static bool has_holes(void *self, const double *x, double *goal, double *excess, ds_status *st)
{
    (void)self, (void)st;
    goal[0] = x[0] < 0.5 ? NAN : 1 - x[0];
    excess[0] = x[0] > 0.8 ? NAN : -1;
    return true;
}

START_TEST(what_has_no_value_is_never_the_best)
{
    const ds_search s = {.axes = 1,
                         .goals = 1,
                         .constraints = 1,
                         .start = (const double[]){0.1},
                         .evaluations = 200,
                         .seed = 1,
                         .tolerance = 1e-6,
                         .look = has_holes};
    ds_search_log log = {0};
    ds_status st = {0};
    size_t best;
    ck_assert(ds_search_run(&s, NULL, &log, &best, &st));
    ck_assert_double_eq_tol(log.item[best].x[0], 0.8, 0.01);
    ck_assert_double_eq(log.item[best].broken, 0);
    for (size_t i = 0; i < log.count; i++) {
        const double x = log.item[i].x[0];
        ck_assert_int_eq(isinf(log.item[i].broken), x < 0.5 || x > 0.8);
    }
    ds_search_free(&log);
}
END_TEST

START_TEST(axes_without_order_alone_are_searched_all_over)
{
    const ds_search s = {.axes = 1,
                         .goals = 1,
                         .ordered = (const bool[]){false},
                         .start = (const double[]){0.1},
                         .evaluations = 60,
                         .seed = 1,
                         .tolerance = 1e-6,
                         .look = never,
                         .snap = snap,
                         .constraints = 1};
    ds_search_log log = {0};
    ds_status st = {0};
    size_t best;
    ck_assert(ds_search_run(&s, NULL, &log, &best, &st));
    ck_assert(log.count >= 2 && log.count <= 4); /* each value once */
    for (size_t k = 0; k < log.count; k++)
        ck_assert_double_ge(log.item[k].broken, log.item[best].broken);
    ds_search_free(&log);
}
END_TEST

/* ---- two goals ---- */

typedef struct counted {
    size_t looks, fails_at;
} counted;

static bool pair_counted(void *self, const double *x, double *goal, double *excess, ds_status *st)
{
    counted *const c = self;
    if (++c->looks == c->fails_at)
        return ds_fail(st, DS_E_STOPPED, "stopped");
    return pair(NULL, x, goal, excess, st);
}

static const double high[] = {0.9};

static ds_search of_pair(counted *c)
{
    return (ds_search){.axes = 1,
                       .goals = 2,
                       .start = high,
                       .evaluations = 60,
                       .seed = 1,
                       .tolerance = 1e-4,
                       .look = pair_counted,
                       .self = c};
}

START_TEST(a_failure_ends_a_front_with_its_cause)
{
    for (size_t k = 1; k <= 60; k++) {
        counted c = {.fails_at = k};
        const ds_search s = of_pair(&c);
        ds_search_log log = {0};
        ds_status st = {0};
        size_t front[8], count;
        const bool ok = ds_search_front(&s, &log, front, 8, &count, &st);
        ck_assert_int_eq(ok, c.looks < k); /* it may need fewer */
        ck_assert_int_eq(st.code, ok ? DS_OK : DS_E_STOPPED);
        ck_assert_uint_le(c.looks, k);
        ds_search_free(&log);
    }
}
END_TEST

START_TEST(weights_choose_from_a_log)
{
    counted c = {0};
    const ds_search s = of_pair(&c);
    ds_search_log log = {0};
    ds_status st = {0};
    size_t front[3], count;
    ck_assert(ds_search_front(&s, &log, front, 3, &count, &st));
    ck_assert_uint_eq(count, 3);
    const size_t first = ds_search_best(&s, (const double[]){1, 0}, &log);
    const size_t second = ds_search_best(&s, (const double[]){0, 1}, &log);
    const size_t middle_one = ds_search_best(&s, (const double[]){1, 1}, &log);
    for (size_t i = 0; i < log.count; i++) {
        ck_assert_double_ge(log.item[i].goal[0], log.item[first].goal[0]);
        ck_assert_double_ge(log.item[i].goal[1], log.item[second].goal[1]);
    }
    ck_assert_uint_eq(front[0], first);
    ck_assert_uint_eq(front[2], second);
    ck_assert_double_gt(log.item[middle_one].goal[0], log.item[first].goal[0]);
    ck_assert_double_gt(log.item[middle_one].goal[1], log.item[second].goal[1]);
    ds_search_free(&log);
}
END_TEST

/* Both goals are the same: one point is better than all others, and none is feasible above 1/2. */
static bool alike(void *self, const double *x, double *goal, double *excess, ds_status *st)
{
    (void)self, (void)st;
    goal[0] = goal[1] = pow(x[0] - 0.3, 2);
    excess[0] = *(const double *)self > 0 ? x[0] - 0.5 : 1;
    return true;
}

START_TEST(a_front_may_be_one_point_or_none)
{
    for (int feasible = 0; feasible < 2; feasible++) {
        double wish = feasible;
        const ds_search s = {.axes = 1,
                             .goals = 2,
                             .constraints = 1,
                             .start = high,
                             .evaluations = 80,
                             .seed = 1,
                             .tolerance = 1e-4,
                             .look = alike,
                             .self = &wish};
        ds_search_log log = {0};
        ds_status st = {0};
        size_t front[8], count;
        ck_assert_msg(ds_search_front(&s, &log, front, 8, &count, &st), "%s", st.text);
        ck_assert_uint_eq(count, (size_t)feasible);
        if (feasible)
            ck_assert_double_eq_tol(log.item[front[0]].x[0], 0.3, 0.01);
        ds_search_free(&log);
    }
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {the_least_of_branin_is_found, 0},
        {the_least_of_rosenbrock_is_found, 0},
        {a_constraint_holds_where_it_binds, 0},
        {what_breaks_least_is_the_best_where_all_break, 0},
        {an_axis_without_order_is_searched_too, 0},
        {a_front_lies_between_the_goals, 0},
        {a_search_is_the_same_again, 0},
        {a_failure_ends_it_with_its_cause, 0},
        {a_search_has_axes_but_not_too_many, 0},
        {what_has_no_value_is_never_the_best, 0},
        {axes_without_order_alone_are_searched_all_over, 0},
        {a_failure_ends_a_front_with_its_cause, 0},
        {weights_choose_from_a_log, 0},
        {a_front_may_be_one_point_or_none, 0},
        {0},
    };
    return ds_run_tests("search", tests, 60);
}
