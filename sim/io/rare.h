/* The key `splitting`: the probability of a rare event in place of replicas' series. */
#ifndef DS_IO_RARE_H
#define DS_IO_RARE_H

#include "scenario_rest.h"

/* Aims the splitting that the common keys hold, if they do, at its metric. */
DS_MUST_CHECK bool ds_rare_read(ds_scenario *s, const ds_node *said, ds_status *st);
/* What cannot be together, once all common keys are read. */
DS_MUST_CHECK bool ds_rare_check(ds_scenario *s, const ds_node *root, ds_status *st);

#endif
