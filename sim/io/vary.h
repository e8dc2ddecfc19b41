/*
 * What a search may change: parameters by their paths, each with a range or a list as an axis of a
 * sweep has (axis.h). A candidate is a point of the unit cube, one coordinate an axis. What a
 * candidate means is laid over a scenario as text, by the same words as `--set`, so that it is
 * checked and bound like anything a user writes.
 */
#ifndef DS_IO_VARY_H
#define DS_IO_VARY_H

#include "axis.h"
#include "scenario.h"

enum { DS_VARY_MOST = 32 };

typedef struct ds_vary {
    size_t count;
    const ds_sweep_axis *axis;
    const double *now; /* [count]: coordinate of the scenario's own value; NAN: it has none,
                          or one outside the range */
    const char *const *now_text; /* [count]: that value, for people; "-" where it has none */
} ds_vary;

/* Reads a mapping of paths to ranges and lists. */
DS_MUST_CHECK bool ds_vary_read(ds_scenario *s, const ds_node *mapping, ds_vary *vary,
                                ds_status *st);
/* Fills what the scenario itself says, once it is resolved. */
DS_MUST_CHECK bool ds_vary_now(ds_scenario *s, ds_vary *vary, ds_status *st);

/* Whether neighbouring coordinates mean neighbouring values: not of names. */
bool ds_vary_ordered(const ds_vary *vary, size_t axis);

/* Moves coordinates to where the values lie that they stand for, numbers rounded to so many
 * digits: equal values have equal coordinates. */
void ds_vary_snap(const ds_vary *vary, int digits, double *unit);

/* "sweep={...}": points[count][axes] as the points of a sweep. */
const char *ds_vary_sweep(ds_pool *pool, const ds_vary *vary, int digits, const double *points,
                          size_t count);
/* "{path: value, ...}", values of lists first: a policy stands before its parameters. */
const char *ds_vary_changes(ds_pool *pool, const ds_vary *vary, int digits, const double *unit);
/* The same nested, as a scenario has it, in so many lines of YAML. */
const char *ds_vary_yaml(ds_pool *pool, const ds_vary *vary, int digits, const double *unit);
/* One value as it stands there; a text of YAML. */
const char *ds_vary_text(ds_pool *pool, const ds_vary *vary, size_t axis, int digits, double unit);
/* The number at a coordinate, in the axis' unit; NAN of a list with a value that is none. */
double ds_vary_number(const ds_vary *vary, size_t axis, double unit);

#endif
