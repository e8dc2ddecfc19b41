#include "policy.h"

typedef struct constant_params {
    double rate;
} constant_params;

static const ds_param table[] = {
    DS_P_NUMBER(constant_params, rate, "VVV/DIEM", 237, 1e-6, 1e9,
                "sVVV to lock for a DIEM, whatever the supply",
                "average lock of all DIEM on 2026-09-19"),
    {0},
};

static double rate(const void *params, const ds_view *now, double supply)
{
    (void)now, (void)supply;
    return ((const constant_params *)params)->rate;
}

const ds_policy ds_mint_constant = {
    .as = {.name = "constant",
           .doc = "The same rate at any supply: the reference that a rising rate is compared with.",
           .params = table,
           .params_size = sizeof(constant_params)},
    .rate = rate,
};
