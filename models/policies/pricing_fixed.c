#include "policy.h"

typedef struct fixed_params {
    double price;
} fixed_params;

static const ds_param table[] = {
    DS_P_NUMBER(fixed_params, price, "1", 1, 1e-6, 1e6,
                "USD charged for a USD of inference at list price",
                "protocol documentation, DIEM: 1 USD of inference a day at list price"),
    {0},
};

static double price(const void *params, const ds_view *now)
{
    (void)now;
    return ((const fixed_params *)params)->price;
}

const ds_policy ds_pricing_fixed = {
    .as = {.name = "fixed",
           .doc = "A constant price, that of the list by default.",
           .source = "protocol documentation, DIEM, 2025-08",
           .params = table,
           .params_size = sizeof(fixed_params)},
    .price = price,
};
