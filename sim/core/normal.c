#include "dist.h"
#include "real.h"

#include <math.h>

/* Layers of a ziggurat (Marsaglia & Tsang 2000) in the form of Voss (2005): the bits of one word
 * are a layer, a sign and 24 bits of a place in it. */
enum { LAYERS = 128, PLACES = 1 << 24 };

static double width[LAYERS], height[LAYERS];
static uint32_t sure[LAYERS]; /* places that are below the density whatever the height */

/* Right edge of all layers but the lowest, which has the tail under exp(-edge (x - edge / 2)). */
static const double edge = 3.4442864767612839;

static double density(double x)
{
    return ds_exp(-0.5 * x * x);
}

/* Layer i lies between the heights i and i + 1, which its left and right edges have. */
__attribute__((constructor)) static void build_ziggurat(void)
{
    const double base = edge + 1 / edge, area = density(edge) * base;
    double right = edge;
    width[LAYERS - 1] = base / PLACES;
    sure[LAYERS - 1] = (uint32_t)(edge / base * PLACES);
    height[LAYERS - 1] = density(edge);
    for (int i = LAYERS - 2; i > 0; i--) {
        height[i] = height[i + 1] + area / right;
        const double left = sqrt(-2 * ds_log(height[i]));
        width[i] = right / PLACES;
        sure[i] = (uint32_t)(left / right * PLACES);
        right = left;
    }
    width[0] = right / PLACES;
    height[0] = 1;
}

/* Below the density of a point beyond the sure part of a layer? In the tail it is a new point. */
static bool is_below(ds_rng *rng, uint64_t flips, unsigned layer, double *x)
{
    const double u = ds_unit(ds_rng_next(rng) ^ flips);
    if (layer < LAYERS - 1)
        return height[layer + 1] + (height[layer] - height[layer + 1]) * u < density(*x);
    *x = edge - ds_log(1 - u) / edge;
    return ds_exp(-edge * (*x - 0.5 * edge)) * ds_unit(ds_rng_next(rng) ^ flips) < density(*x);
}

static double draw(ds_rng *rng, uint64_t flips)
{
    for (;;) {
        const uint64_t word = ds_rng_next(rng) ^ flips;
        const unsigned layer = word & (LAYERS - 1);
        const uint32_t place = (uint32_t)(word >> 8) & (PLACES - 1);
        double x = place * width[layer];
        if (DS_LIKELY(place < sure[layer]) || is_below(rng, flips, layer, &x))
            return word & LAYERS ? x : -x;
    }
}

/* Size and sign come from all bits of a word, and the complement's would hardly be the opposite. So
 * a mirrored stream gives the negative of what the plain one gives. */
double ds_rng_normal(ds_rng *rng)
{
    if (DS_LIKELY(!(rng->replica & DS_RNG_MIRROR)))
        return draw(rng, 0);
    return -draw(rng, UINT64_MAX);
}

void ds_rng_two_normals(ds_rng *rng, double z[2])
{
    static const double pi = 3.14159265358979323846;
    const bool mirrored = rng->replica & DS_RNG_MIRROR;
    const uint64_t flips = mirrored ? UINT64_MAX : 0;
    const double radius = sqrt(-2 * ds_log(ds_unit_open(ds_rng_next(rng) ^ flips)));
    const double angle = 2 * pi * ds_unit(ds_rng_next(rng) ^ flips);
    z[0] = (mirrored ? -radius : radius) * ds_cos(angle);
    z[1] = (mirrored ? -radius : radius) * ds_sin(angle);
}

static double above_0(ds_rng *rng)
{
    double u;
    do
        u = ds_rng_uniform(rng);
    while (u == 0);
    return u;
}

/* Marsaglia & Tsang 2000, "A simple method for generating gamma variables": the cube of a normal
 * that is shifted and scaled, accepted in 95 of 100 cases or more; the quick test needs no log. */
static double gamma_above_1(ds_rng *rng, double shape)
{
    const double d = shape - 1.0 / 3, c = 1 / (3 * sqrt(d));
    for (;;) {
        const double z = draw(rng, 0), root = 1 + c * z;
        if (root <= 0)
            continue;
        const double v = root * root * root, u = above_0(rng);
        if (u < 1 - 0.0331 * z * z * z * z || ds_log(u) < 0.5 * z * z + d * (1 - v + ds_log(v)))
            return d * v;
    }
}

double ds_rng_gamma(ds_rng *rng, double shape)
{
    if (shape >= 1)
        return gamma_above_1(rng, shape);
    const double u = above_0(rng);
    return gamma_above_1(rng, 1 + shape) * ds_pow(u, 1 / shape);
}
