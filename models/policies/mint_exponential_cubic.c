#include "mint_cubic.h"

static double rate(const void *params, const ds_view *now, double supply)
{
    (void)now;
    return ds_cubic_rate(params, supply);
}

const ds_policy ds_mint_exponential_cubic = {
    .as = {.name = "exponential_cubic",
           .doc = "base * exp(power * (supply / target)^3): the public rule, smooth.",
           .source = "protocol documentation, DIEM tokenomics, 2025-08-20",
           .params = ds_cubic_table,
           .params_size = sizeof(ds_cubic_params)},
    .rate = rate,
};
