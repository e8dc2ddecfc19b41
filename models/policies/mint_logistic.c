#include "policy.h"

#include "sim/core/real.h"

#include <math.h>

typedef struct logistic_params {
    double low, high, midpoint, width;
} logistic_params;

static const ds_param table[] = {
    DS_P_NUMBER(logistic_params, low, "VVV/DIEM", 90, 1e-6, 1e9, "rate far below the midpoint",
                "protocol documentation, 2025-08-20: rate of the first DIEM"),
    DS_P_NUMBER(logistic_params, high, "VVV/DIEM", 1000, 1e-6, 1e9, "rate far above the midpoint",
                NULL),
    DS_P_NUMBER(logistic_params, midpoint, "DIEM", 38000, 0, 1e12,
                "supply at which the rate is halfway between low and high", NULL),
    DS_P_NUMBER(logistic_params, width, "DIEM", 4000, 1e-3, 1e12,
                "a width below the midpoint 27 % of the way is done, a width above it 73 %", NULL),
    {0},
};

static bool check(void *params, ds_status *st)
{
    const logistic_params *const p = params;
    if (p->high >= p->low)
        return true;
    return ds_fail(st, DS_E_DATA, "'high' is %g VVV/DIEM, must be at least 'low' (%g)", p->high,
                   p->low);
}

static double rate(const void *params, const ds_view *now, double supply)
{
    const logistic_params *const p = params;
    (void)now;
    return p->low + (p->high - p->low) / (1 + ds_exp(-(supply - p->midpoint) / p->width));
}

const ds_policy ds_mint_logistic = {
    .as = {.name = "logistic",
           .doc = "low + (high - low) / (1 + exp(-(supply - midpoint) / width)): cheap far below "
                  "the midpoint, dear far above it, never beyond either.",
           .source = "logistic curve: Verhulst 1838",
           .params = table,
           .params_size = sizeof(logistic_params),
           .check = check},
    .rate = rate,
};
