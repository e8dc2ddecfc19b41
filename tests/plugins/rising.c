/* An emission that rises every day, by what it keeps of the days before. */
#include "models/policies/ds_policy.h"

static double answer(const double *param, const ds_plugin_view *now, double *memory)
{
    if (memory[0] == 0) {
        memory[0] = param[0];
        memory[1] = now->time;
    }
    for (; now->time - memory[1] > 0.999; memory[1] += 1)
        memory[0] += param[1];
    return memory[0];
}

static const ds_plugin_param params[] = {
    {"first", "VVV/yr", 1e6, 1, 1e12, "rate on the first day"},
    {"by", "VVV/yr", 1e5, 0, 1e12, "rise a day"},
    {0},
};

const ds_plugin ds_plugin_export = {
    .abi = DS_PLUGIN_ABI,
    .size = sizeof(ds_plugin),
    .slot = "emission",
    .name = "rising",
    .doc = "A rate that rises every day.",
    .params = params,
    .memory = 2,
    .answer = answer,
};
