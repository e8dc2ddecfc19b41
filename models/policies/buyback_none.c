#include "policy.h"

typedef struct none_params {
    char none;
} none_params;

static const ds_param table[] = {{0}};

static double spend(const void *params, const ds_view *now)
{
    (void)params, (void)now;
    return 0;
}

const ds_policy ds_buyback_none = {
    .as = {.name = "none",
           .doc = "Nothing is bought back.",
           .params = table,
           .params_size = sizeof(none_params)},
    .spend = spend,
};
