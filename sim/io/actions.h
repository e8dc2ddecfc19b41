/*
 * Changes on the way: what a scenario's actions say, laid one over the other in the order of their
 * times, each bound and checked as a whole config.
 */
#ifndef DS_IO_ACTIONS_H
#define DS_IO_ACTIONS_H

#include "scenario_rest.h"

/* Fills the `set.config` of the actions of a config that was bound from `tree`, and sorts them. */
DS_MUST_CHECK bool ds_actions_bind(ds_scenario *s, ds_node *tree, void *config, ds_status *st);

#endif
