#include "policy.h"

#include <math.h>

typedef struct sloped_params {
    double low, high, providers, treasury;
} sloped_params;

static const ds_param table[] = {
    DS_P_NUMBER(sloped_params, low, "1", 0.20, 0, 1,
                "stakers' part of what is not the providers' or treasury's, idle network",
                "protocol documentation, utilization split before 2025-08: 20 % to 80 %"),
    DS_P_NUMBER(sloped_params, high, "1", 0.80, 0, 1, "the same with every slot busy",
                "protocol documentation, utilization split before 2025-08: 20 % to 80 %"),
    DS_P_NUMBER(sloped_params, providers, "1", 0.80, 0, 1, "share of the provider that served",
                NULL),
    DS_P_NUMBER(sloped_params, treasury, "1", 0, 0, 1,
                "fixed share of the treasury, besides what the slope leaves it", NULL),
    {0},
};

static bool check(void *params, ds_status *st)
{
    const sloped_params *const p = params;
    if (p->providers + p->treasury <= 1 + 1e-12)
        return true;
    return ds_fail(st, DS_E_DATA, "'providers' + treasury are %.10g, must be at most 1",
                   p->providers + p->treasury);
}

/* Linear from low at utilization 0 to high at 1; the rest of the sloped part is the treasury's. */
static void split(const void *params, const ds_view *now, double share[DS_PARTIES])
{
    const sloped_params *const p = params;
    const double u = fmin(1, fmax(0, now->utilization));
    const double sloped = fmax(0, 1 - p->providers - p->treasury);
    share[DS_PROVIDERS] = p->providers;
    share[DS_STAKERS] = sloped * (p->low + (p->high - p->low) * u);
    share[DS_MINTERS] = 0;
    share[DS_BURN] = 0;
    share[DS_TREASURY] = 1 - share[DS_PROVIDERS] - share[DS_STAKERS];
}

const ds_policy ds_fee_split_utilization_sloped = {
    .as = {.name = "utilization_sloped",
           .doc = "What providers leave is split between stakers and treasury; the stakers' part "
                  "rises with utilization.",
           .source = "protocol documentation, utilization split before 2025-08",
           .params = table,
           .params_size = sizeof(sloped_params),
           .check = check},
    .split = split,
};
