/* The `sweep` of a scenario: words that choose its design, and axes. */
#ifndef DS_IO_SWEEP_H
#define DS_IO_SWEEP_H

#include "scenario_rest.h"

/* The designs with their words, for the schema. */
extern const ds_alternative *const ds_designs[];

/* Reads the mapping and builds the design. */
DS_MUST_CHECK bool ds_sweep_read(ds_scenario *s, const ds_node *sweep);

/* The design where nothing is swept: one point. */
void ds_sweep_none(ds_scenario *s);

/* What a point cannot change: the shape of the experiment. */
DS_MUST_CHECK bool ds_sweep_may_vary(const ds_scenario_rest *r, const ds_node *key);

#endif
