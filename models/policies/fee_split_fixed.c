#include "shares.h"

static const ds_param table[] = {DS_SHARES_PARAMS(0.80, 0, 0, 0.20, 0), {0}};

static void split(const void *params, const ds_view *now, double share[DS_PARTIES])
{
    (void)now;
    ds_shares_put(params, share);
}

const ds_policy ds_fee_split_fixed = {
    .as = {.name = "fixed",
           .doc = "The same shares of every fee. By default providers get their cost at a markup "
                  "of 1.25, the treasury "
                  "the rest; stakers live on emission.",
           .source =
               "deployed economy, 2026-09: stakers are paid by emission, revenue buys and burns",
           .params = table,
           .params_size = sizeof(ds_shares),
           .check = ds_shares_check},
    .split = split,
};
