/*
 * What a result says of itself besides its numbers: conventions, coordinates, and the provenance
 * from which it can be computed again.
 */
#ifndef DS_IO_HEAD_H
#define DS_IO_HEAD_H

#include "experiment.h"
#include "layout.h"

/* Coordinates of a new tree for that many replicas of a point; sets its extent. */
DS_MUST_CHECK bool ds_head_coordinates(ds_tree *tree, const ds_experiment *experiment,
                                       size_t replicas, ds_status *st);
/* The unit of time of what begins at `start`, days since 1970-01-01 or NAN. */
void ds_head_time_units(double start, char text[80]);
/* Everything else, but for what only the data tell. */
DS_MUST_CHECK bool ds_head_provenance(ds_tree *tree, const ds_experiment *experiment,
                                      ds_status *st);
/* The interval that the run was stopped for. */
DS_MUST_CHECK bool ds_head_stopping(ds_tree *tree, const ds_stopping *stopping, ds_status *st);

#endif
