#include "policy.h"

typedef struct burn_params {
    double burn, providers;
} burn_params;

static const ds_param table[] = {
    DS_P_NUMBER(burn_params, burn, "1", 0.95, 0, 1,
                "part that buys VVV and burns it, of what providers leave; the rest is the "
                "treasury's",
                "Render Network, RNP-001, 2022: a fee of 5 %, the rest is burned"),
    DS_P_NUMBER(burn_params, providers, "1", 0.80, 0, 1,
                "share of the provider that served; 0 where emission pays them", NULL),
    {0},
};

static void split(const void *params, const ds_view *now, double share[DS_PARTIES])
{
    const burn_params *const p = params;
    (void)now;
    const double rest = 1 - p->providers;
    share[DS_PROVIDERS] = p->providers;
    share[DS_STAKERS] = share[DS_MINTERS] = 0;
    share[DS_BURN] = rest * p->burn;
    share[DS_TREASURY] = rest - share[DS_BURN];
}

const ds_policy ds_fee_split_burn_most = {
    .as = {.name = "burn_most",
           .doc = "What providers leave is nearly all burned: 95 % buys VVV and burns it, 5 % runs "
                  "the protocol. Stakers gain by scarcity alone.",
           .source = "burn and mint of the Render Network, RNP-001, 2022: 95 % and 5 %",
           .params = table,
           .params_size = sizeof(burn_params)},
    .split = split,
};
