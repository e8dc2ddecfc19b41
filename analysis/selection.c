#include "selection.h"

#include "sim/core/real.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_integration.h>
#include <math.h>

/* Integrals over a distribution are taken over its probabilities, in (0, 1), where what is
 * integrated is smooth: by the tanh-sinh rule (Takahasi & Mori 1974), which does not mind ends. */
enum { HALF = 64 };
static const double reach = 3.2;

typedef struct node {
    double below, weight; /* probability to the left of it */
} node;

static void place_nodes(node nodes[2 * HALF + 1])
{
    const double pi = 3.14159265358979323846, step = reach / HALF;
    for (int i = -HALF; i <= HALF; i++) {
        const double t = step * i, s = pi / 2 * ds_sinh(t);
        nodes[i + HALF].below = 1 / (1 + ds_exp(-2 * s));
        nodes[i + HALF].weight = step * pi / 4 * ds_cosh(t) / (ds_cosh(s) * ds_cosh(s));
    }
}

/* P(correct) of constant h. */
typedef double chance_of(const node *nodes, const double *at, size_t variants, double freedom,
                         double h);

static double dudewicz_dalal_chance(const node *nodes, const double *at, size_t variants,
                                    double freedom, double h)
{
    double sum = 0;
    for (int i = 0; i <= 2 * HALF; i++)
        sum += nodes[i].weight * ds_pow(gsl_cdf_tdist_P(at[i] + h, freedom), (double)variants - 1);
    return sum;
}

static double rinott_chance(const node *nodes, const double *at, size_t variants, double freedom,
                            double h)
{
    double sum = 0;
    for (int i = 0; i <= 2 * HALF; i++) {
        double inner = 0;
        for (int k = 0; k <= 2 * HALF; k++)
            inner +=
                nodes[k].weight * gsl_cdf_ugaussian_P(h / sqrt(freedom * (1 / at[i] + 1 / at[k])));
        sum += nodes[i].weight * ds_pow(inner, (double)variants - 1);
    }
    return sum;
}

static double solve(chance_of *chance, const node *nodes, const double *at, size_t variants,
                    double freedom, double correct)
{
    enum { MOST = 200 };
    double low = 0, high = 1;
    for (int i = 0; i < MOST && chance(nodes, at, variants, freedom, high) < correct; i++)
        high *= 2;
    for (int i = 0; i < MOST && high - low > 1e-10 * high; i++) {
        const double middle = (low + high) / 2;
        if (chance(nodes, at, variants, freedom, middle) < correct)
            low = middle;
        else
            high = middle;
    }
    return high;
}

static bool solvable(size_t variants, size_t first, double correct)
{
    return variants > 1 && first > 1 && correct > 1 / (double)variants && correct < 1;
}

double ds_dudewicz_dalal(size_t variants, size_t first, double correct)
{
    node nodes[2 * HALF + 1];
    double at[2 * HALF + 1];
    const double freedom = (double)first - 1;
    if (!solvable(variants, first, correct))
        return NAN;
    place_nodes(nodes);
    for (int i = 0; i <= 2 * HALF; i++) /* both halves from the accurate end */
        at[i] = i > HALF ? -gsl_cdf_tdist_Pinv(nodes[2 * HALF - i].below, freedom)
                         : gsl_cdf_tdist_Pinv(nodes[i].below, freedom);
    return solve(dudewicz_dalal_chance, nodes, at, variants, freedom, correct);
}

double ds_rinott(size_t variants, size_t first, double correct)
{
    node nodes[2 * HALF + 1];
    double at[2 * HALF + 1];
    const double freedom = (double)first - 1;
    if (!solvable(variants, first, correct))
        return NAN;
    place_nodes(nodes);
    for (int i = 0; i <= 2 * HALF; i++)
        at[i] = i > HALF ? gsl_cdf_chisq_Qinv(nodes[2 * HALF - i].below, freedom)
                         : gsl_cdf_chisq_Pinv(nodes[i].below, freedom);
    return solve(rinott_chance, nodes, at, variants, freedom, correct);
}

size_t ds_selection_replicas(double h, double sd, double difference, size_t first)
{
    const double needed = ceil(h * sd / difference * (h * sd / difference));
    return needed > (double)first ? (size_t)needed : first;
}

ds_kim_nelson ds_kim_nelson_of(size_t variants, size_t first, double correct)
{
    const double freedom = (double)first - 1, alpha = 1 - correct;
    const double eta = (ds_pow(2 * alpha / ((double)variants - 1), -2 / freedom) - 1) / 2;
    return (ds_kim_nelson){eta, 2 * eta * freedom};
}

bool ds_kim_nelson_drops(ds_kim_nelson constants, double behind, double sd, double difference,
                         size_t replicas)
{
    const double r = (double)replicas;
    const double margin =
        difference / (2 * r) * (constants.square * sd * sd / (difference * difference) - r);
    return behind / r > fmax(margin, 0);
}

void ds_ocba(const double *mean, const double *sd, size_t variants, double *share)
{
    size_t best = 0;
    double squares = 0, sum = 0, least = INFINITY;
    for (size_t i = 1; i < variants; i++)
        best = mean[i] < mean[best] ? i : best;
    for (size_t i = 0; i < variants; i++)
        if (i != best && mean[i] - mean[best] < least)
            least = mean[i] - mean[best];
    for (size_t i = 0; i < variants; i++) {
        if (i == best)
            continue;
        const double gap = mean[i] - mean[best];
        const double scale = least > 0 ? least / gap : gap > 0 ? 0 : 1;
        share[i] = sd[i] * scale * (sd[i] * scale);
        squares += sd[i] > 0 ? share[i] * share[i] / (sd[i] * sd[i]) : 0;
        sum += share[i];
    }
    if (variants > 0) {
        share[best] = variants > 1 ? sd[best] * sqrt(squares) : 1;
        sum += share[best];
    }
    for (size_t i = 0; i < variants; i++)
        share[i] = sum > 0 ? share[i] / sum : 1 / (double)variants;
}
