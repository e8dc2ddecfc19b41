#include "models.h"

const ds_model *const ds_models[] = {&ds_diem_model, &ds_queue_model, NULL};

/* Supply, use and yield, then prices. */
const char *const ds_key_metrics[] = {
    "diem_supply",
    "utilization",
    "apr_staked",
    "vvv_locked",
    "vvv_price",
    "diem_price",
    "minter_return",
    "treasury", /* of the economy */
    "number_in_system",
    "number_in_queue",
    "wait_mean",
    "lost_share", /* of a queue */
    NULL,
};
