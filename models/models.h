/* Every model the program knows. */
#ifndef DS_MODELS_H
#define DS_MODELS_H

#include "sim/core/model.h"

extern const ds_model ds_queue_model; /* models/queue: G/G/c/K */
extern const ds_model ds_diem_model;  /* models/diem: the compute-token economy */

extern const ds_model *const ds_models[]; /* ends with NULL */

#endif
