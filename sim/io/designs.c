#include "designs.h"

#include "sim/core/rng.h"
#include "sim/core/sobol.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Streams of designs: the purpose is none of a model's, and the kind stands where replicas have
 * their number. */
enum { PURPOSE = DS_FOR_DESIGN, AXES_MOST = 100 };

static ds_rng stream(const ds_design *d, size_t of)
{
    return ds_rng_stream(d->seed, (uint32_t)d->kind, PURPOSE, (uint32_t)of);
}

/* In (0, 1), with so few digits that adding a whole number below 2^20 is exact. */
static double fraction(ds_rng *rng)
{
    return ((double)(ds_rng_next(rng) >> 32) + 0.5) * 0x1p-32;
}

/* A random order of 0 .. n - 1 (Durstenfeld 1964). */
static void shuffle(ds_rng *rng, uint32_t *order, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t j = ds_rng_below(rng, i + 1);
        order[i] = order[j];
        order[j] = i;
    }
}

size_t ds_design_axes_most(ds_design_kind kind)
{
    if (kind == DS_DESIGN_SOBOL)
        return DS_SOBOL_DIMENSIONS;
    return kind == DS_DESIGN_SALTELLI ? DS_SOBOL_DIMENSIONS / 2 : AXES_MOST;
}

size_t ds_design_stride(const ds_design *d)
{
    if (d->kind == DS_DESIGN_SALTELLI)
        return (d->second_order ? 2 * d->axes : d->axes) + 2;
    return d->kind == DS_DESIGN_MORRIS ? d->axes + 1 : 1;
}

double ds_design_points(const ds_design *d)
{
    double points = 1;
    switch (d->kind) {
    case DS_DESIGN_GRID:
        for (size_t k = 0; k < d->axes; k++)
            points *= d->count[k];
        return points;
    case DS_DESIGN_ZIP:
        return d->count[0];
    default:
        return (double)d->samples * (double)ds_design_stride(d);
    }
}

/* ---- Latin hypercube ---- */

static void build_lhs(ds_design *d, ds_pool *pool)
{
    const uint32_t n = (uint32_t)d->samples;
    uint32_t *const order = ds_pool_take(pool, n * sizeof *order);
    d->base = ds_pool_take(pool, n * d->axes * sizeof *d->base);
    for (size_t k = 0; k < d->axes; k++) {
        ds_rng rng = stream(d, k);
        shuffle(&rng, order, n);
        for (uint32_t i = 0; i < n; i++)
            d->base[i * d->axes + k] = (order[i] + fraction(&rng)) / n;
    }
}

/* ---- Sobol' ---- */

/* The zero point, scrambled, is a point like any other, and without it 2^m points would not be
 * balanced (Owen 2022); left as it is it would be a corner of the cube. */
static void build_sobol(ds_design *d, ds_pool *pool)
{
    const size_t dimensions = d->kind == DS_DESIGN_SALTELLI ? 2 * d->axes : d->axes;
    d->base = ds_pool_take(pool, d->samples * dimensions * sizeof *d->base);
    for (uint32_t i = 0; i < d->samples; i++)
        for (uint32_t k = 0; k < dimensions; k++)
            d->base[i * dimensions + k] =
                d->scramble ? ds_unit_open(ds_sobol(d->seed, DS_RNG_SCRAMBLES, i, k))
                            : ldexp(ds_sobol_plain(i + 1, k), -32);
}

/* ---- Morris ---- */

/* Steps are levels / 2 of the levels 0 .. levels - 1, up or down: by p / (2 (p - 1)) of the axis,
 * from where it is possible, so that all levels are met alike. */
static void build_morris(ds_design *d, ds_pool *pool)
{
    const uint32_t axes = (uint32_t)d->axes, half = (uint32_t)d->levels / 2;
    d->start = ds_pool_take(pool, d->samples * axes * sizeof *d->start);
    d->when = ds_pool_take(pool, d->samples * axes * sizeof *d->when);
    for (size_t t = 0; t < d->samples; t++) {
        ds_rng rng = stream(d, t);
        uint32_t *const start = d->start + t * axes;
        for (uint32_t k = 0; k < axes; k++)
            start[k] = ds_rng_below(&rng, half) + half * ds_rng_below(&rng, 2);
        shuffle(&rng, d->when + t * axes, axes);
    }
}

/* ---- all of them ---- */

void ds_design_build(ds_design *d, ds_pool *pool)
{
    switch (d->kind) {
    case DS_DESIGN_LHS:
        build_lhs(d, pool);
        break;
    case DS_DESIGN_SOBOL:
    case DS_DESIGN_SALTELLI:
        build_sobol(d, pool);
        break;
    case DS_DESIGN_MORRIS:
        build_morris(d, pool);
        break;
    case DS_DESIGN_GRID:
    case DS_DESIGN_ZIP:
        break;
    }
}

ds_design_place ds_design_where(const ds_design *d, size_t point)
{
    const size_t stride = ds_design_stride(d);
    return (ds_design_place){point / stride, point % stride};
}

size_t ds_design_moved(const ds_design *d, size_t point)
{
    const ds_design_place place = ds_design_where(d, point);
    for (size_t k = 0; place.step > 0 && k < d->axes; k++)
        if (d->when[place.sample * d->axes + k] + 1 == place.step)
            return k;
    return d->axes;
}

static void grid_at(const ds_design *d, size_t point, double *unit)
{
    for (size_t k = d->axes; k-- > 0;) {
        unit[k] = ((double)(point % d->count[k]) + 0.5) / d->count[k];
        point /= d->count[k];
    }
}

static void saltelli_at(const ds_design *d, size_t point, double *unit)
{
    const ds_design_place place = ds_design_where(d, point);
    const double *const a = d->base + place.sample * 2 * d->axes, *const b = a + d->axes;
    const bool last = place.step + 1 == ds_design_stride(d);
    const bool second = place.step > d->axes;
    memcpy(unit, second ? b : a, d->axes * sizeof *unit);
    if (place.step == 0 || last)
        return;
    const size_t k = place.step - 1 - (second ? d->axes : 0);
    unit[k] = second ? a[k] : b[k];
}

static void morris_at(const ds_design *d, size_t point, double *unit)
{
    const ds_design_place place = ds_design_where(d, point);
    const uint32_t half = (uint32_t)d->levels / 2;
    for (size_t k = 0; k < d->axes; k++) {
        const uint32_t start = d->start[place.sample * d->axes + k];
        const uint32_t moved = start < half ? start + half : start - half;
        const bool still = d->when[place.sample * d->axes + k] >= place.step;
        unit[k] = (double)(still ? start : moved) / (double)(d->levels - 1);
    }
}

void ds_design_at(const ds_design *d, size_t point, double *unit)
{
    switch (d->kind) {
    case DS_DESIGN_GRID:
        grid_at(d, point, unit);
        break;
    case DS_DESIGN_ZIP:
        for (size_t k = 0; k < d->axes; k++)
            unit[k] = ((double)point + 0.5) / d->count[k];
        break;
    case DS_DESIGN_LHS:
    case DS_DESIGN_SOBOL:
        memcpy(unit, d->base + point * d->axes, d->axes * sizeof *unit);
        break;
    case DS_DESIGN_SALTELLI:
        saltelli_at(d, point, unit);
        break;
    case DS_DESIGN_MORRIS:
        morris_at(d, point, unit);
        break;
    }
}

void ds_design_describe(const ds_design *d, char *text, size_t room)
{
    char what[80] = "";
    if (d->kind == DS_DESIGN_MORRIS)
        snprintf(what, sizeof what, ", %zu trajectories, %zu levels", d->samples, d->levels);
    else if (d->samples > 0)
        snprintf(what, sizeof what, ", %zu samples%s", d->samples,
                 d->second_order ? ", second order" : "");
    snprintf(text, room, "%s, %zu %s%s", d->name, d->axes, d->axes == 1 ? "axis" : "axes", what);
}
