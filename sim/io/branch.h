/*
 * The key `branch`: several futures of one past. Each is the scenario with one more action, of the
 * name `branch`, that holds from `at` on and is not announced; so a branch is nothing that variants
 * of actions could not say, but the past needs to be simulated only once.
 */
#ifndef DS_IO_BRANCH_H
#define DS_IO_BRANCH_H

#include "scenario_rest.h"

/* Reads the key of the base and counts the futures, which multiply the points. */
DS_MUST_CHECK bool ds_branch_read(ds_scenario *s, ds_status *st);
/* The tree of a point, to which the future of that number is added. */
DS_MUST_CHECK bool ds_branch_tree(ds_scenario *s, size_t future, ds_node **tree, ds_status *st);
/* Where the futures part, once the configs of all of them are bound. */
void ds_branch_part(ds_scenario *s);
const char *ds_branch_label(ds_scenario *s, size_t future); /* NULL: there is no branch */

#endif
