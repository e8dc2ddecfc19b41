/* A plugin that is wrong in the way that WRONG names; CMake builds one of each. */
#include "models/policies/ds_policy.h"

#include <fenv.h>
#include <math.h>

enum {
    FINE,
    ABI,
    SIZE,
    SLOT,
    NAMELESS,
    FUNCTIONLESS,
    RANGE,
    TWICE,
    GREEDY,
    ROUNDING,
    NOT_A_NUMBER,
    ROUNDING_LATE
};

#ifndef WRONG
#define WRONG FINE
#endif

static const ds_plugin_param params[] = {
    {"base", "VVV/DIEM", WRONG == RANGE ? 900 : 90, 0, 100, "rate of the first DIEM"},
    {WRONG == TWICE ? "base" : "rise", "1", 0.5, 0, 10, "of the rate with every question"},
    {0},
};

static double rate(const double *param, const ds_plugin_view *now, double *memory, double supply)
{
    (void)now, (void)supply;
    memory[0] += param[1];
    if (WRONG == ROUNDING_LATE && memory[0] > 1)
        fesetround(FE_UPWARD);
    return WRONG == NOT_A_NUMBER ? (double)NAN : param[0] + memory[0];
}

#if WRONG == 9
__attribute__((constructor)) static void change_rounding(void)
{
    fesetround(FE_UPWARD);
}
#endif

const ds_plugin ds_plugin_export = {
    .abi = WRONG == ABI ? DS_PLUGIN_ABI + 1 : DS_PLUGIN_ABI,
    .size = WRONG == SIZE ? 8 : sizeof(ds_plugin),
    .slot = WRONG == SLOT ? "mnt" : "mint",
    .name = WRONG == NAMELESS ? 0 : "rising",
    .doc = "A rate that rises with every question.",
    .params = params,
    .memory = WRONG == GREEDY ? 100000 : 1,
    .rate = WRONG == FUNCTIONLESS ? 0 : rate,
};
