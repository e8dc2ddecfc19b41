/*
 * The public mint rule as a shared object, the same numbers as cubic.lua and exponential_cubic.
 * Beside a scenario, with ds_policy.h as it is installed (or -Imodels/policies):
 *
 *     cc -O2 -shared -fPIC $(pkg-config --cflags diemsim) -o cubic.so cubic.c -lm
 *
 * and in the scenario:  policies: {mint: {use: plugin, file: cubic.so, target: 45000 DIEM}}
 */
#include "ds_policy.h"

#include <math.h>

enum { BASE, POWER, TARGET };

static const ds_plugin_param params[] = {
    {"base", "VVV/DIEM", 90, 1e-6, 1e9, "rate of the first DIEM"},
    {"power", "1", 2, 0, 50, "log rise of the rate from supply 0 to the target"},
    {"target", "DIEM", 40000, 1, 1e12, "target supply"},
    {0},
};

static double rate(const double *param, const ds_plugin_view *now, double *memory, double supply)
{
    (void)now, (void)memory;
    return param[BASE] * exp(param[POWER] * pow(supply / param[TARGET], 3));
}

const ds_plugin ds_plugin_export = {
    .abi = DS_PLUGIN_ABI,
    .size = sizeof(ds_plugin),
    .slot = "mint",
    .name = "cubic",
    .doc = "Exponential-cubic mint rate, as the built-in policy exponential_cubic.",
    .source = "protocol documentation, DIEM tokenomics, 2025-08-20",
    .params = params,
    .rate = rate,
};
