/*
 * Designs of experiments: which points of a parameter space are looked at. A design is a row of
 * points of the unit cube, one coordinate an axis; what a coordinate means is for the sweep to say
 * (axis.h). Points depend on the members of the design and on nothing else: a design that is loaded
 * again from what a result stores of its scenario has the same bits.
 *
 *   grid      every combination, the last axis fastest
 *   zip       the k-th value of every axis
 *   lhs       Latin hypercube (McKay, Beckman & Conover 1979): of as many equal parts of an axis as
 *             there are points, each holds one
 *   sobol     the points of Sobol' (1967) as GSL has them (Bratley & Fox 1988)
 *   saltelli  for Sobol' indices (Saltelli et al. 2010), from points of Sobol' in twice as many
 *             dimensions: a row A and a row B for each of `samples`
 *   morris    trajectories that change one axis at a time (Morris 1991)
 *
 * More samples of the last three are the same points, and others behind them.
 */
#ifndef DS_IO_DESIGNS_H
#define DS_IO_DESIGNS_H

#include "pool.h"

#include <stdint.h>

typedef enum ds_design_kind {
    DS_DESIGN_GRID,
    DS_DESIGN_ZIP,
    DS_DESIGN_LHS,
    DS_DESIGN_SOBOL,
    DS_DESIGN_SALTELLI,
    DS_DESIGN_MORRIS
} ds_design_kind;

typedef struct ds_design {
    ds_design_kind kind;
    const char *name;        /* as a scenario calls the kind */
    size_t axes;             /* 0: one point, where nothing is swept */
    const char *const *path; /* [axes]: the parameter */
    const uint32_t *count;   /* [axes], grid and zip: values of each */
    size_t samples;          /* lhs, sobol: points; saltelli: rows; morris: trajectories; at most
                                131072 */
    size_t levels;           /* morris: even */
    bool second_order;       /* saltelli */
    bool scramble;           /* sobol, saltelli */
    uint64_t seed;
    double *base;           /* lhs, sobol: [samples][axes]; saltelli: [samples][2 axes] */
    uint32_t *start, *when; /* morris: [samples][axes], level at first, step that changes it */
} ds_design;

/* Axes that a design of this kind can have at most. */
size_t ds_design_axes_most(ds_design_kind kind);

/* Points of a design, before it is built; a double, so that nothing overflows. */
double ds_design_points(const ds_design *design);

/* Draws what is random, for designs whose points fit memory. */
void ds_design_build(ds_design *design, ds_pool *pool);

/* Coordinates of a point: unit[axes], in [0, 1), and with 1 where levels of Morris are and of
 * points of Sobol' that are not scrambled with 0. */
void ds_design_at(const ds_design *design, size_t point, double *unit);

/* Where a point stands. Saltelli: its row, and of the row step 0: A; i = 1 .. d: A with the i-th
 * axis of B; with second order d + i: B with the i-th axis of A; last: B. Morris: its trajectory,
 * and step. Other kinds: the point, and 0. */
typedef struct ds_design_place {
    size_t sample, step;
} ds_design_place;
ds_design_place ds_design_where(const ds_design *design, size_t point);

/* Points of a row or trajectory; other kinds: 1. */
size_t ds_design_stride(const ds_design *design);

/* Morris: the axis in which a point differs from the one before; `axes` at a trajectory's start. */
size_t ds_design_moved(const ds_design *design, size_t point);

/* For people, in a few words. */
void ds_design_describe(const ds_design *design, char *text, size_t room);

#endif
