#include "policy.h"

#include <math.h>

typedef struct sqrt_params {
    double issuance;
} sqrt_params;

static const ds_param table[] = {
    DS_P_NUMBER(sqrt_params, issuance, "VVV/yr", 166.32, 0, 1e9, "issued while 1 VVV is staked",
                "Ethereum: BASE_REWARD_FACTOR 64 and 82,181.25 epochs a year give 166.32 ETH"),
    {0},
};

static double emission(const void *params, const ds_view *now)
{
    return fmin(((const sqrt_params *)params)->issuance * sqrt(fmax(0, now->vvv_staked)), 1e12);
}

const ds_policy ds_emission_inverse_sqrt = {
    .as = {.name = "inverse_sqrt",
           .doc = "issuance * sqrt(staked): four times the stake earns twice the emission, so the "
                  "yield falls with the square root of the stake.",
           .source = "Ethereum consensus specification, phase 0 and Altair (2020, 2021)",
           .params = table,
           .params_size = sizeof(sqrt_params)},
    .emission = emission,
};
