/* Rules that are built in as well, as plugins of the slot that SLOT names; CMake builds one of
 * each.
 */
#include "models/policies/ds_policy.h"

#include <math.h>

enum { SPLIT, EMISSION, BUYBACK, PRICING };

#ifndef SLOT
#define SLOT SPLIT
#endif

static void split(const double *param, const ds_plugin_view *now, double *memory,
                  double share[DS_SHARES])
{
    const double use = fmin(1, fmax(0, now->utilization));
    const double paid = (1 - 0.8) * fmin(1, param[0] + (param[1] - param[0]) * use);
    (void)memory;
    share[DS_SHARE_PROVIDERS] = 0.8;
    share[DS_SHARE_STAKERS] = paid;
    share[DS_SHARE_MINTERS] = share[DS_SHARE_BURN] = 0;
    share[DS_SHARE_TREASURY] = 1 - 0.8 - paid;
}

static double answer(const double *param, const ds_plugin_view *now, double *memory)
{
    (void)memory;
    switch (SLOT) {
    case EMISSION:
        return now->date < 20725.25 ? param[0] : param[1];
    case BUYBACK:
        return param[0] * now->revenue;
    default:
        return param[0];
    }
}

static double changes(const double *param, const ds_plugin_view *now, double *memory)
{
    (void)param, (void)memory;
    return now->date < 20725.25 ? 20725.25 : HUGE_VAL;
}

static const ds_plugin_param params[] = {
    {"a", "1", 1, 0, 1e12, "first number of the rule"},
    {"b", "1", 1, 0, 1e12, "second number, if it has two"},
    {0},
};

const ds_plugin ds_plugin_export = {
    .abi = DS_PLUGIN_ABI,
    .size = sizeof(ds_plugin),
    .slot = SLOT == SPLIT      ? "fee_split"
            : SLOT == EMISSION ? "emission"
            : SLOT == BUYBACK  ? "buyback"
                               : "pricing",
    .name = "same",
    .doc = "A rule that is built in as well.",
    .params = params,
    .split = split,
    .answer = answer,
    .changes = changes,
};
