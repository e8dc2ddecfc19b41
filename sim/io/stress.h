/*
 * A stress test: presets of a suite laid over a scenario that has no variants, sweep or branch of
 * its own. As the scenario's variants, beside one that is the scenario as it is; or one of them at
 * some depth; or swept over depth and length. What comes of it is an ordinary scenario.
 */
#ifndef DS_IO_STRESS_H
#define DS_IO_STRESS_H

#include "sim/core/status.h"

#include <stddef.h>

typedef enum ds_stress_use {
    DS_STRESS_SUITE, /* variants: "calm", then one a preset */
    DS_STRESS_DEPTH, /* one point */
    DS_STRESS_MAP,   /* depth by length */
} ds_stress_use;

typedef struct ds_stress_request {
    ds_stress_use use;
    const char *suite; /* see suite.h */
    const char *which; /* of a depth or a map: a preset, a kind of what strikes, of which the suite
                          has an example, or something that the scenario itself has */
    double depth;      /* of what strikes; where a preset has several, times the depth of each */
    const char *depths, *lengths; /* of a map: "0.2, 0.4"; NULL: some */
} ds_stress_request;

typedef struct ds_stress {
    const char *suite;       /* where it was found */
    const char *const *file; /* its files */
    size_t files;
    size_t presets;            /* of a suite */
    const char *const *preset; /* their names, and what they are about */
    const char *const *title;
    const char *which;  /* of a depth or a map: in words */
    size_t count;       /* what strikes together */
    double deepest;     /* as far as depths go where nothing else is said */
    const char *length; /* of a map: the key of the length */
} ds_stress;

struct ds_scenario;

/* Lays it over the base; after the common keys are bound. */
DS_MUST_CHECK bool ds_stress_lay(struct ds_scenario *s, const ds_stress_request *request,
                                 ds_status *st);
/* Once configs are built: whatever strikes must do so before the end. */
DS_MUST_CHECK bool ds_stress_check(struct ds_scenario *s, ds_status *st);

#endif
