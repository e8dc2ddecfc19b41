#include "models.h"

const ds_model *const ds_models[] = {&ds_diem_model, &ds_queue_model, NULL};
