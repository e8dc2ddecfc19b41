#include "mint_cubic.h"

#include <math.h>

typedef struct capacity_params {
    ds_cubic_params cubic;
    double share;
} capacity_params;

static const ds_param table[] = {
    DS_CUBIC_PARAMS(ds_cubic_params),
    DS_P_NUMBER(capacity_params, share, "1", 1, 0, 1e6,
                "DIEM that there may be for each USD a day that all slots can serve", NULL),
    {0},
};

static double rate(const void *params, const ds_view *now, double supply)
{
    const capacity_params *const p = params;
    return supply < p->share * now->capacity ? ds_cubic_rate(&p->cubic, supply) : INFINITY;
}

const ds_policy ds_mint_capacity_linked = {
    .as = {.name = "capacity_linked",
           .doc = "The exponential-cubic rule below a share of what compute can serve, nothing "
                  "beyond. A DIEM is a claim of 1 USD of inference a day: with share 1 all claims "
                  "can be met at once. Where capacity falls, DIEM stays, and minting stops.",
           .params = table,
           .params_size = sizeof(capacity_params)},
    .rate = rate,
};
