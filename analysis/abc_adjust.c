#include "abc.h"

#include "sim/core/real.h"

#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Particles for each coefficient, and what they must be worth; a ridge, in deviations, where
 * statistics say the same. */
enum { PARTICLES_A_COEFFICIENT = 5, WORTH_A_COEFFICIENT = 2 };
static const double ridge = 1e-6, unit_edge = 1e-9;

typedef struct regression {
    const ds_abc *abc;
    ds_abc_result *r;
    size_t n, c; /* particles; coefficients, the first of the constant */
    double *row; /* [n][c]: 1, then statistics less those observed, in deviations */
    double *weight;
    double *normal; /* [c][c] */
    double *right, *slope;
    double wider; /* by which residuals are, since the fit has followed them */
    bool unit;
} regression;

static double to_line(bool unit, double x)
{
    if (!unit)
        return x;
    x = fmin(fmax(x, unit_edge), 1 - unit_edge);
    return ds_log(x / (1 - x));
}

static double from_line(bool unit, double y)
{
    return unit ? 1 / (1 + ds_exp(-y)) : y;
}

/* Epanechnikov's, of the largest distance. */
static void prepare(regression *g)
{
    double far = 0, sum = 0;
    for (size_t i = 0; i < g->n; i++)
        far = fmax(far, g->r->distance[i]);
    for (size_t i = 0; i < g->n; i++) {
        double *const row = g->row + i * g->c;
        const double near = far > 0 ? g->r->distance[i] / far : 0;
        g->weight[i] = g->r->weight[i] * fmax(1 - near * near, 1e-6);
        sum += g->weight[i];
        row[0] = 1;
        for (size_t k = 1; k < g->c; k++)
            row[k] = (g->r->statistic[i * (g->c - 1) + k - 1] - g->abc->observed[k - 1]) /
                     g->r->scale[k - 1];
    }
    for (size_t i = 0; i < g->n; i++)
        g->weight[i] /= sum;
}

static double worth(const regression *g)
{
    double square = 0;
    for (size_t i = 0; i < g->n; i++)
        square += g->weight[i] * g->weight[i];
    return 1 / square;
}

/* Cholesky's factor of the weighted normal equations. */
static bool factor(regression *g)
{
    memset(g->normal, 0, g->c * g->c * sizeof *g->normal);
    for (size_t i = 0; i < g->n; i++)
        for (size_t a = 0; a < g->c; a++)
            for (size_t b = 0; b < g->c; b++)
                g->normal[a * g->c + b] +=
                    g->weight[i] * g->row[i * g->c + a] * g->row[i * g->c + b];
    for (size_t a = 1; a < g->c; a++)
        g->normal[a * g->c + a] += ridge * g->normal[a * g->c + a] + 1e-300;
    gsl_matrix_view view = gsl_matrix_view_array(g->normal, g->c, g->c);
    return gsl_linalg_cholesky_decomp1(&view.matrix) == 0;
}

static void move(regression *g, size_t parameter)
{
    const size_t p = g->r->parameters;
    memset(g->right, 0, g->c * sizeof *g->right);
    for (size_t i = 0; i < g->n; i++) {
        const double y = to_line(g->unit, g->r->theta[i * p + parameter]);
        for (size_t a = 0; a < g->c; a++)
            g->right[a] += g->weight[i] * g->row[i * g->c + a] * y;
    }
    const gsl_matrix_const_view view = gsl_matrix_const_view_array(g->normal, g->c, g->c);
    const gsl_vector_const_view right = gsl_vector_const_view_array(g->right, g->c);
    gsl_vector_view slope = gsl_vector_view_array(g->slope, g->c);
    if (gsl_linalg_cholesky_solve(&view.matrix, &right.vector, &slope.vector) != 0)
        return;
    for (size_t i = 0; i < g->n; i++) {
        double *const theta = &g->r->theta[i * p + parameter];
        double y = to_line(g->unit, *theta);
        for (size_t a = 0; a < g->c; a++)
            y -= g->slope[a] * g->row[i * g->c + a];
        *theta = from_line(g->unit, g->slope[0] + g->wider * y);
    }
}

static bool is_finite(const ds_abc_result *r)
{
    for (size_t i = 0; i < r->particles; i++)
        if (!isfinite(r->distance[i]))
            return false;
    return true;
}

bool ds_abc_adjust(const ds_abc *abc, bool unit, const bool *movable, ds_abc_result *r, bool *moved,
                   ds_status *st)
{
    const size_t n = r->particles, c = abc->statistics + 1;
    regression g = {.abc = abc, .r = r, .n = n, .c = c, .unit = unit};
    *moved = false;
    if (n < PARTICLES_A_COEFFICIENT * c || !is_finite(r))
        return true;
    g.row = malloc((n * c + n + c * c + 2 * c) * sizeof *g.row);
    if (!g.row)
        return ds_fail(st, DS_E_SYSTEM, "no memory for a regression of %zu particles", n);
    g.weight = g.row + n * c;
    g.normal = g.weight + n;
    g.right = g.normal + c * c;
    g.slope = g.right + c;
    prepare(&g);
    const double all = worth(&g), fitted = (double)c;
    g.wider = sqrt(all / (all - fitted));
    *moved = all > WORTH_A_COEFFICIENT * fitted && factor(&g);
    for (size_t k = 0; *moved && k < r->parameters; k++)
        if (!movable || movable[k])
            move(&g, k);
    if (*moved)
        memcpy(r->weight, g.weight, n * sizeof *r->weight);
    free(g.row);
    return true;
}
