#include "policy.h"

#include <math.h>

typedef struct collateral_params {
    double ratio, least, most;
} collateral_params;

static const ds_param table[] = {
    DS_P_NUMBER(collateral_params, ratio, "1", 4, 1e-3, 1e6,
                "worth of the sVVV to lock over that of the DIEM",
                "Synthetix: target collateralisation ratio of 400 %, 2022"),
    DS_P_NUMBER(collateral_params, least, "VVV/DIEM", 1, 1e-6, 1e9,
                "rate below which no price brings it", NULL),
    DS_P_NUMBER(collateral_params, most, "VVV/DIEM", 1e5, 1e-6, 1e9,
                "rate above which no price brings it, as of VVV without worth", NULL),
    {0},
};

static bool check(void *params, ds_status *st)
{
    const collateral_params *const p = params;
    if (p->most >= p->least)
        return true;
    return ds_fail(st, DS_E_DATA, "'most' is %g VVV/DIEM, must be at least 'least' (%g)", p->most,
                   p->least);
}

/* fmin takes the bound where both prices are 0. */
static double rate(const void *params, const ds_view *now, double supply)
{
    const collateral_params *const p = params;
    (void)supply;
    return fmax(fmin(p->ratio * now->diem_price / now->vvv_price, p->most), p->least);
}

const ds_policy ds_mint_collateral_ratio = {
    .as = {.name = "collateral_ratio",
           .doc = "ratio * price of DIEM / price of VVV: what is locked is worth that many times "
                  "what is minted. The rate moves with the pools' prices, not with supply.",
           .source = "Synthetix litepaper, 2020: SNX staked as collateral of synths",
           .params = table,
           .params_size = sizeof(collateral_params),
           .check = check},
    .rate = rate,
};
