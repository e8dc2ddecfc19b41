#include "policy.h"

#include <math.h>
#include <string.h>

typedef struct fixed_params {
    double providers, stakers, minters, treasury, burn;
} fixed_params;

#define SHARE(field, fallback, doc) DS_P_NUMBER(fixed_params, field, "1", fallback, 0, 1, doc, NULL)
static const ds_param table[] = {
    SHARE(providers, 0.80, "share of the provider that served"),
    SHARE(stakers, 0, "share of all staked VVV"),
    SHARE(minters, 0, "share of locked VVV"),
    SHARE(treasury, 0.20, "share of the treasury"),
    SHARE(burn, 0, "share that buys VVV and burns it"),
    {0},
};

static bool check(void *params, ds_status *st)
{
    const fixed_params *const p = params;
    const double sum = p->providers + p->stakers + p->minters + p->treasury + p->burn;
    if (fabs(sum - 1) <= 1e-12)
        return true;
    return ds_fail(
        st, DS_E_DATA,
        "shares 'providers' + stakers + minters + treasury + burn sum to %.15g, must sum to 1",
        sum);
}

static void split(const void *params, const ds_view *now, double share[DS_PARTIES])
{
    const fixed_params *const p = params;
    (void)now;
    const double shares[DS_PARTIES] = {p->providers, p->stakers, p->minters, p->treasury, p->burn};
    memcpy(share, shares, sizeof shares);
}

const ds_policy ds_fee_split_fixed = {
    .as = {.name = "fixed",
           .doc = "The same shares of every fee. By default providers get their cost at a markup "
                  "of 1.25, the treasury "
                  "the rest; stakers live on emission.",
           .source =
               "deployed economy, 2026-09: stakers are paid by emission, revenue buys and burns",
           .params = table,
           .params_size = sizeof(fixed_params),
           .check = check},
    .split = split,
};
