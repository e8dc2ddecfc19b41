/* Points of designs: what each kind promises of them, and figures that they must give. */
#include "run.h"

#include "sim/core/sobol.h"
#include "sim/io/designs.h"
#include "tests/reference/cases.h"

#include <math.h>
#include <string.h>

enum { AXES_MOST = 100, SEEDS = 5 };

typedef struct sample {
    ds_pool pool;
    ds_design d;
    size_t points;
} sample;

static sample built(ds_design d)
{
    sample s = {.d = d};
    ds_design_build(&s.d, &s.pool);
    s.points = (size_t)ds_design_points(&s.d);
    return s;
}

static void at(const sample *s, size_t point, double *unit)
{
    ck_assert_uint_lt(point, s->points);
    ds_design_at(&s->d, point, unit);
}

/* How often each of `parts` equal parts of an axis is met. */
static void count_parts(const sample *s, size_t axis, size_t parts, size_t *met)
{
    double unit[AXES_MOST];
    memset(met, 0, parts * sizeof *met);
    for (size_t p = 0; p < s->points; p++) {
        at(s, p, unit);
        ck_assert(unit[axis] >= 0 && unit[axis] < 1);
        met[(size_t)(unit[axis] * (double)parts)]++;
    }
}

/* ---- grid and zip ---- */

START_TEST(a_grid_is_every_combination_the_last_axis_fastest)
{
    static const uint32_t count[] = {3, 1, 4};
    sample s = built((ds_design){.kind = DS_DESIGN_GRID, .axes = 3, .count = count});
    double unit[3];
    ck_assert_uint_eq(s.points, 12);
    for (size_t p = 0; p < 12; p++) {
        at(&s, p, unit);
        ck_assert_uint_eq((size_t)(unit[0] * 3), p / 4);
        ck_assert_double_eq(unit[1], 0.5);
        ck_assert_uint_eq((size_t)(unit[2] * 4), p % 4);
    }
    ds_pool_free(&s.pool);
}
END_TEST

START_TEST(a_zip_takes_the_same_place_of_every_axis)
{
    static const uint32_t count[] = {5, 5};
    sample s = built((ds_design){.kind = DS_DESIGN_ZIP, .axes = 2, .count = count});
    double unit[2];
    ck_assert_uint_eq(s.points, 5);
    for (size_t p = 0; p < 5; p++) {
        at(&s, p, unit);
        ck_assert_uint_eq((size_t)(unit[0] * 5), p);
        ck_assert_double_eq(unit[0], unit[1]);
    }
    ds_pool_free(&s.pool);
}
END_TEST

/* ---- Latin hypercube ---- */

static const size_t sizes[] = {1, 2, 7, 64, 1000};

START_TEST(a_latin_hypercube_meets_each_part_of_each_axis_once)
{
    const size_t n = sizes[_i];
    static size_t met[1000];
    sample s = built((ds_design){.kind = DS_DESIGN_LHS, .axes = 9, .samples = n, .seed = 5});
    ck_assert_uint_eq(s.points, n);
    for (size_t k = 0; k < 9; k++) {
        count_parts(&s, k, n, met);
        for (size_t i = 0; i < n; i++)
            ck_assert_uint_eq(met[i], 1);
    }
    ds_pool_free(&s.pool);
}
END_TEST

/* Axes are independent, and places within a part uniform: over n points a correlation has a
 * standard error of 1 / sqrt(n - 1), a mean of places one of 1 / sqrt(12 n). */
START_TEST(a_latin_hypercube_is_random_otherwise)
{
    enum { N = 10000 };
    sample s = built((ds_design){.kind = DS_DESIGN_LHS, .axes = 2, .samples = N, .seed = 6});
    double unit[2], product = 0, within = 0;
    for (size_t p = 0; p < N; p++) {
        at(&s, p, unit);
        product += 12 * (unit[0] - 0.5) * (unit[1] - 0.5);
        within += unit[0] * N - floor(unit[0] * N);
    }
    ck_assert_double_eq_tol(product / N, 0, 5 / sqrt(N - 1.0));
    ck_assert_double_eq_tol(within / N, 0.5, 5 / sqrt(12.0 * N));
    ds_pool_free(&s.pool);
}
END_TEST

/* ---- Sobol' ---- */

/* The first two dimensions as Joe & Kuo's sobol.cc (2008) prints them, where all direction numbers
 * agree; the third and fourth as GSL 2.7.1 gives them (Bratley & Fox 1988). The zero point, which
 * sobol.cc has, is left out. */
START_TEST(points_of_sobol_are_the_published_ones)
{
    static const double known[][4] = {
        {0.5, 0.5, 0.5, 0.5},         {0.75, 0.25, 0.75, 0.25},        {0.25, 0.75, 0.25, 0.75},
        {0.375, 0.375, 0.625, 0.125}, {0.875, 0.875, 0.125, 0.625},    {0.625, 0.125, 0.375, 0.375},
        {0.125, 0.625, 0.875, 0.875}, {0.1875, 0.3125, 0.3125, 0.6875}};
    sample s = built((ds_design){.kind = DS_DESIGN_SOBOL, .axes = 4, .samples = 8});
    double unit[4];
    for (size_t p = 0; p < 8; p++) {
        at(&s, p, unit);
        for (size_t k = 0; k < 4; k++)
            ck_assert_double_eq(unit[k], known[p][k]);
    }
    ds_pool_free(&s.pool);
}
END_TEST

START_TEST(all_dimensions_of_sobol_are_balanced_scrambled_or_not)
{
    static size_t met[256];
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        sample s = built((ds_design){.kind = DS_DESIGN_SOBOL,
                                     .axes = DS_SOBOL_DIMENSIONS,
                                     .samples = 256,
                                     .scramble = true,
                                     .seed = seed});
        for (size_t k = 0; k < DS_SOBOL_DIMENSIONS; k++) {
            count_parts(&s, k, 256, met);
            for (size_t i = 0; i < 256; i++)
                ck_assert_uint_eq(met[i], 1);
        }
        ds_pool_free(&s.pool);
    }
    /* Without the zero point the first part is met by the last, or by none. */
    sample s =
        built((ds_design){.kind = DS_DESIGN_SOBOL, .axes = DS_SOBOL_DIMENSIONS, .samples = 255});
    for (size_t k = 0; k < DS_SOBOL_DIMENSIONS; k++) {
        count_parts(&s, k, 256, met);
        for (size_t i = 0; i < 256; i++)
            ck_assert_uint_eq(met[i], i > 0);
    }
    ds_pool_free(&s.pool);
}
END_TEST

/* The first two dimensions are a (0, m, 2)-net: every box of 2^-a by 2^-(m - a) holds one of 2^m
 * points (Niederreiter 1987), and scrambling keeps that (Owen 1995). */
START_TEST(scrambling_keeps_the_boxes_of_a_net)
{
    enum { M = 8 };
    sample s = built((ds_design){
        .kind = DS_DESIGN_SOBOL, .axes = 2, .samples = 1 << M, .scramble = true, .seed = 3});
    double unit[2];
    for (unsigned a = 0; a <= M; a++) {
        bool met[1 << M] = {false};
        for (size_t p = 0; p < s.points; p++) {
            at(&s, p, unit);
            const size_t row = (size_t)ldexp(unit[0], (int)a);
            const size_t box = row << (M - a) | (size_t)ldexp(unit[1], (int)(M - a));
            ck_assert(!met[box]);
            met[box] = true;
        }
    }
    ds_pool_free(&s.pool);
}
END_TEST

/* Every point is uniform: over the seeds the first has mean 1/2 and variance 1/12, its square mean
 * 1/3 and variance 4/45. */
START_TEST(a_scrambled_point_is_uniform)
{
    enum { N = 2000 };
    double mean = 0, square = 0, unit[3];
    for (uint64_t seed = 0; seed < N; seed++) {
        sample s = built((ds_design){
            .kind = DS_DESIGN_SOBOL, .axes = 3, .samples = 4, .scramble = true, .seed = seed});
        at(&s, 0, unit);
        mean += unit[2];
        square += unit[2] * unit[2];
        ds_pool_free(&s.pool);
    }
    ck_assert_double_eq_tol(mean / N, 0.5, 5 / sqrt(12.0 * N));
    ck_assert_double_eq_tol(square / N, 1.0 / 3, 5 * sqrt(4.0 / 45 / N));
}
END_TEST

/* A digit's coin belongs to the digits before it: the second digits of the points 0 and 1/2 flip
 * alike for half of the seeds, where one shift for all points would flip them alike always. */
START_TEST(scrambling_is_nested)
{
    enum { N = 2000 };
    double alike = 0;
    for (uint64_t seed = 0; seed < N; seed++) {
        double x, y;
        sample s = built((ds_design){
            .kind = DS_DESIGN_SOBOL, .axes = 1, .samples = 4, .scramble = true, .seed = seed});
        at(&s, 0, &x);
        at(&s, 1, &y);
        alike += ((int)(4 * x) & 1) == ((int)(4 * y) & 1);
        ds_pool_free(&s.pool);
    }
    ck_assert_double_eq_tol(alike / N, 0.5, 5 * 0.5 / sqrt(N));
}
END_TEST

START_TEST(a_seed_gives_the_same_points_and_another_others)
{
    static const ds_design_kind kinds[] = {DS_DESIGN_LHS, DS_DESIGN_SOBOL, DS_DESIGN_SALTELLI,
                                           DS_DESIGN_MORRIS};
    const ds_design d = {
        .kind = kinds[_i], .axes = 3, .samples = 16, .levels = 4, .scramble = true, .seed = 77};
    ds_design e = d;
    e.seed++;
    sample a = built(d), b = built(d), c = built(e);
    double x[3], y[3], z[3];
    size_t same = 0;
    for (size_t p = 0; p < a.points; p++) {
        at(&a, p, x);
        at(&b, p, y);
        at(&c, p, z);
        ck_assert_mem_eq(x, y, sizeof x);
        same += memcmp(x, z, sizeof x) == 0;
    }
    ck_assert_uint_lt(same, a.points / 2);
    ds_pool_free(&a.pool);
    ds_pool_free(&b.pool);
    ds_pool_free(&c.pool);
}
END_TEST

START_TEST(more_samples_keep_the_points_there_are)
{
    static const ds_design_kind kinds[] = {DS_DESIGN_SOBOL, DS_DESIGN_SALTELLI, DS_DESIGN_MORRIS};
    ds_design d = {.kind = kinds[_i], .axes = 4, .samples = 13, .levels = 6, .scramble = true};
    sample few = built(d);
    d.samples = 300;
    sample many = built(d);
    double x[4], y[4];
    for (size_t p = 0; p < few.points; p++) {
        at(&few, p, x);
        at(&many, p, y);
        ck_assert_mem_eq(x, y, sizeof x);
    }
    ds_pool_free(&few.pool);
    ds_pool_free(&many.pool);
}
END_TEST

/* ---- Saltelli ---- */

START_TEST(a_row_is_a_then_a_with_one_axis_of_b_then_b)
{
    enum { D = 4 };
    sample s = built((ds_design){.kind = DS_DESIGN_SALTELLI,
                                 .axes = D,
                                 .samples = 32,
                                 .second_order = _i == 1,
                                 .scramble = true});
    const size_t stride = _i == 1 ? 2 * D + 2 : D + 2;
    ck_assert_uint_eq(s.points, 32 * stride);
    ck_assert_uint_eq(ds_design_stride(&s.d), stride);
    for (size_t p = 0; p < s.points; p++) {
        const ds_design_place place = ds_design_where(&s.d, p);
        double a[D], b[D], x[D];
        ck_assert_uint_eq(place.sample * stride + place.step, p);
        at(&s, place.sample * stride, a);
        at(&s, (place.sample + 1) * stride - 1, b);
        at(&s, p, x);
        const bool from_b = place.step > D;
        const size_t other =
            place.step == 0 || place.step == stride - 1 ? D : place.step - 1 - (from_b ? D : 0);
        for (size_t k = 0; k < D; k++) {
            ck_assert(a[k] != b[k]);
            ck_assert_double_eq(x[k], (k == other) != from_b ? b[k] : a[k]);
        }
    }
    ds_pool_free(&s.pool);
}
END_TEST

#define ISHIGAMI "a=7 b=0.1 x_i~U(-pi,pi)"

static double ishigami(const double *unit)
{
    const double x = M_PI * (2 * unit[0] - 1), y = M_PI * (2 * unit[1] - 1),
                 z = M_PI * (2 * unit[2] - 1);
    return sin(x) + 7 * sin(y) * sin(y) + 0.1 * z * z * z * z * sin(x);
}

typedef struct indices {
    double mean, variance, first[3], total[3], pair; /* of axes 0 and 2 */
} indices;

/* First order by Saltelli et al. (2010), total by Jansen (1999), pairs by Saltelli (2002). */
static indices estimate(const sample *s)
{
    const size_t stride = ds_design_stride(&s->d), n = s->d.samples;
    double f[8] = {0}, unit[3] = {0}, squares = 0;
    indices r = {0};
    for (size_t j = 0; j < n; j++) {
        for (size_t i = 0; i < stride; i++) {
            at(s, j * stride + i, unit);
            f[i] = ishigami(unit);
        }
        const double a = f[0], b = f[stride - 1];
        r.mean += (a + b) / (2.0 * (double)n);
        squares += (a * a + b * b) / (2.0 * (double)n);
        for (size_t k = 0; k < 3; k++) {
            r.first[k] += b * (f[1 + k] - a) / (double)n;
            r.total[k] += (f[1 + k] - a) * (f[1 + k] - a) / (2.0 * (double)n);
        }
        if (s->d.second_order)
            r.pair += (f[4] * f[3] - a * b) / (double)n;
    }
    r.variance = squares - r.mean * r.mean;
    for (size_t k = 0; k < 3; k++) {
        r.first[k] /= r.variance;
        r.total[k] /= r.variance;
    }
    r.pair = r.pair / r.variance - r.first[0] - r.first[2];
    return r;
}

START_TEST(indices_of_ishigami_are_those_of_theory)
{
    sample s = built((ds_design){.kind = DS_DESIGN_SALTELLI,
                                 .axes = 3,
                                 .samples = 1 << 14,
                                 .second_order = true,
                                 .scramble = _i > 0,
                                 .seed = (uint64_t)_i});
    const indices r = estimate(&s);
    ck_assert_double_eq_tol(r.mean, case_value("ishigami", ISHIGAMI, "mean"), 0.01);
    ck_assert_double_eq_tol(r.variance, case_value("ishigami", ISHIGAMI, "variance"), 0.01);
    ck_assert_double_eq_tol(r.first[1], case_value("ishigami", ISHIGAMI, "S2"), 0.01);
    ck_assert_double_eq_tol(r.first[2], case_value("ishigami", ISHIGAMI, "S3"), 0.01);
    ck_assert_double_eq_tol(r.total[1], case_value("ishigami", ISHIGAMI, "ST2"), 0.01);
    ck_assert_double_eq_tol(r.total[2], case_value("ishigami", ISHIGAMI, "ST3"), 0.01);
    /* All that the third axis does it does with the first. */
    ck_assert_double_eq_tol(r.pair, case_value("ishigami", ISHIGAMI, "ST3"), 0.01);
    ds_pool_free(&s.pool);
}
END_TEST

/* ---- Morris ---- */

static const size_t levels[] = {2, 4, 6, 10};

START_TEST(a_step_moves_one_axis_and_a_trajectory_each_once)
{
    enum { D = 5, R = 40 };
    const double p = (double)levels[_i], delta = p / (2 * (p - 1));
    sample s = built((ds_design){
        .kind = DS_DESIGN_MORRIS, .axes = D, .samples = R, .levels = levels[_i], .seed = 8});
    ck_assert_uint_eq(s.points, R * (D + 1));
    size_t up = 0, down = 0;
    for (size_t t = 0; t < R; t++) {
        size_t moves[D] = {0};
        double before[D] = {0}, x[D] = {0};
        at(&s, t * (D + 1), before);
        ck_assert_uint_eq(ds_design_moved(&s.d, t * (D + 1)), D);
        for (size_t step = 1; step <= D; step++, memcpy(before, x, sizeof x)) {
            at(&s, t * (D + 1) + step, x);
            const size_t moved = ds_design_moved(&s.d, t * (D + 1) + step);
            moves[moved]++;
            for (size_t k = 0; k < D; k++) {
                const double level = x[k] * (p - 1);
                ck_assert_double_eq_tol(level, round(level), 1e-12);
                ck_assert(x[k] >= 0 && x[k] <= 1);
                ck_assert_double_eq_tol(fabs(x[k] - before[k]), k == moved ? delta : 0, 1e-12);
            }
            up += x[moved] > before[moved];
            down += x[moved] < before[moved];
        }
        for (size_t k = 0; k < D; k++)
            ck_assert_uint_eq(moves[k], 1);
    }
    ck_assert(up > R && down > R);
    ds_pool_free(&s.pool);
}
END_TEST

START_TEST(effects_of_a_linear_function_are_its_slopes)
{
    enum { D = 6, R = 7 };
    static const double slope[D] = {3, -2, 0, 0.5, 100, 1e-3};
    sample s = built(
        (ds_design){.kind = DS_DESIGN_MORRIS, .axes = D, .samples = R, .levels = 4, .seed = 9});
    double size[D] = {0}, before = 0, last[D] = {0};
    for (size_t p = 0; p < s.points; p++) {
        double x[D] = {0}, f = 0;
        at(&s, p, x);
        for (size_t k = 0; k < D; k++)
            f += slope[k] * x[k];
        const size_t moved = ds_design_moved(&s.d, p);
        if (moved < D)
            size[moved] += fabs((f - before) / (x[moved] - last[moved])) / R;
        before = f;
        memcpy(last, x, sizeof x);
    }
    for (size_t k = 0; k < D; k++)
        ck_assert_double_eq_tol(size[k], fabs(slope[k]), 1e-12);
    ds_pool_free(&s.pool);
}
END_TEST

/* Levels and orders are met alike: a start at one of 4 levels has a share of 1/4 of 3,000, the
 * first axis to move is one of 3. Five standard errors. */
START_TEST(trajectories_begin_anywhere)
{
    enum { D = 3, R = 3000 };
    sample s = built(
        (ds_design){.kind = DS_DESIGN_MORRIS, .axes = D, .samples = R, .levels = 4, .seed = 10});
    double start[4] = {0}, first[D] = {0}, x[D];
    for (size_t t = 0; t < R; t++) {
        at(&s, t * (D + 1), x);
        start[(size_t)round(x[0] * 3)]++;
        first[ds_design_moved(&s.d, t * (D + 1) + 1)]++;
    }
    for (size_t i = 0; i < 4; i++)
        ck_assert_double_eq_tol(start[i] / R, 0.25, 5 * sqrt(0.25 * 0.75 / R));
    for (size_t k = 0; k < D; k++)
        ck_assert_double_eq_tol(first[k] / R, 1.0 / 3, 5 * sqrt(2.0 / 9 / R));
    ds_pool_free(&s.pool);
}
END_TEST

/* ---- what they say of themselves ---- */

START_TEST(limits_and_words)
{
    static const uint32_t count[] = {2, 3};
    const ds_design saltelli = {.kind = DS_DESIGN_SALTELLI,
                                .name = "saltelli",
                                .axes = 2,
                                .samples = 8,
                                .second_order = true};
    const ds_design morris = {
        .kind = DS_DESIGN_MORRIS, .name = "morris", .axes = 1, .samples = 5, .levels = 4};
    const ds_design grid = {.kind = DS_DESIGN_GRID, .name = "grid", .axes = 2, .count = count};
    char text[100];
    ds_design_describe(&saltelli, text, sizeof text);
    ck_assert_str_eq(text, "saltelli, 2 axes, 8 samples, second order");
    ds_design_describe(&morris, text, sizeof text);
    ck_assert_str_eq(text, "morris, 1 axis, 5 trajectories, 4 levels");
    ds_design_describe(&grid, text, sizeof text);
    ck_assert_str_eq(text, "grid, 2 axes");
    ck_assert_uint_eq(ds_design_axes_most(DS_DESIGN_SOBOL), 40);
    ck_assert_uint_eq(ds_design_axes_most(DS_DESIGN_SALTELLI), 20);
    ck_assert_uint_ge(ds_design_axes_most(DS_DESIGN_LHS), 100);
    ck_assert_double_eq(ds_design_points(&(ds_design){.kind = DS_DESIGN_GRID}), 1);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{a_grid_is_every_combination_the_last_axis_fastest, 0},
                             {a_zip_takes_the_same_place_of_every_axis, 0},
                             {a_latin_hypercube_meets_each_part_of_each_axis_once, 5},
                             {a_latin_hypercube_is_random_otherwise, 0},
                             {points_of_sobol_are_the_published_ones, 0},
                             {all_dimensions_of_sobol_are_balanced_scrambled_or_not, 0},
                             {scrambling_keeps_the_boxes_of_a_net, 0},
                             {a_scrambled_point_is_uniform, 0},
                             {scrambling_is_nested, 0},
                             {a_seed_gives_the_same_points_and_another_others, 4},
                             {more_samples_keep_the_points_there_are, 3},
                             {a_row_is_a_then_a_with_one_axis_of_b_then_b, 2},
                             {indices_of_ishigami_are_those_of_theory, SEEDS},
                             {a_step_moves_one_axis_and_a_trajectory_each_once, 4},
                             {effects_of_a_linear_function_are_its_slopes, 0},
                             {trajectories_begin_anywhere, 0},
                             {limits_and_words, 0},
                             {0}};
    return ds_run_tests("designs", tests, 60);
}
