/* What is recorded of the economy: one table of metrics, one of outcomes. */
#ifndef DS_DIEM_METRICS_H
#define DS_DIEM_METRICS_H

#include "sim/core/model.h"

extern const ds_metric ds_diem_metrics[], ds_diem_outcomes[];
void ds_diem_observe(void *world, double *row, bool first);
void ds_diem_conclude(void *world, double *outcomes);

/* Metrics of state that can be told after any event: those that need no look at everybody, and
 * neither ask a policy. */
bool ds_diem_has_level(size_t metric);
double ds_diem_level(void *world, size_t metric);

#endif
