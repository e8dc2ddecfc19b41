/* The key `until`: a rule that stops a run, as scenarios write it. */
#ifndef DS_IO_RULE_H
#define DS_IO_RULE_H

#include "scenario_rest.h"

/* Of ds_rule_config, in the common table. */
extern const ds_param ds_rule_table[];

/* Reads the rule of the root, if it has one, and fills the scenario's `until`; the frame then has
 * the most replicas that the rule allows. */
DS_MUST_CHECK bool ds_rule_read(ds_scenario *s, const ds_node *root, const ds_rule_config *config,
                                ds_status *st);

#endif
