/* What must hold of the economy where a scenario does not say. */
#ifndef DS_DIEM_THRESHOLDS_H
#define DS_DIEM_THRESHOLDS_H

#include "sim/core/threshold.h"

extern const ds_threshold ds_diem_thresholds[]; /* ends with a NULL name */

#endif
