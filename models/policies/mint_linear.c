#include "policy.h"

typedef struct linear_params {
    double base, at_target, target;
} linear_params;

static const ds_param table[] = {
    DS_P_KEPT(linear_params, base, "VVV/DIEM", 90, 1e-6, 1e9, "rate of the first DIEM",
              "protocol documentation, 2025-08-20"),
    DS_P_NUMBER(linear_params, at_target, "VVV/DIEM", 665, 1e-6, 1e9, "rate at the target supply",
                "exponential-cubic rule at its target: 90 e^2 = 665.0"),
    DS_P_KEPT(linear_params, target, "DIEM", 40000, 1, 1e12,
              "supply at which the rate is at_target; beyond it, it goes on rising",
              "protocol announcement, 2026-09-14"),
    {0},
};

static bool check(void *params, ds_status *st)
{
    const linear_params *const p = params;
    if (p->at_target >= p->base)
        return true;
    return ds_fail(st, DS_E_DATA, "'at_target' is %g VVV/DIEM, must be at least 'base' (%g)",
                   p->at_target, p->base);
}

static double rate(const void *params, const ds_view *now, double supply)
{
    const linear_params *const p = params;
    (void)now;
    return p->base + (p->at_target - p->base) * (supply / p->target);
}

const ds_policy ds_mint_linear = {
    .as = {.name = "linear",
           .doc = "base + (at_target - base) * supply / target: a straight line. By default it "
                  "meets the exponential-cubic rule at supply 0 and at the target, and is dearer "
                  "in between.",
           .source = "linear bonding curve: de la Rouviere 2017, Curved token bonding",
           .params = table,
           .params_size = sizeof(linear_params),
           .check = check},
    .rate = rate,
};
