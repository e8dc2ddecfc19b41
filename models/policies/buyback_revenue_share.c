#include "policy.h"

#include <math.h>

typedef struct share_params {
    double share, most;
} share_params;

static const ds_param table[] = {
    DS_P_NUMBER(share_params, share, "1", 0.08, 0, 1,
                "part of the last day's cash revenue that buys VVV to burn",
                "protocol announcements, 2026: about 8 % of revenue in all"),
    {DS_AT(share_params, most), .kind = DS_NUMBER, .unit = "USD/d", .fallback = INFINITY,
     .max = 1e15, .unlimited = true, .doc = "never more than this"},
    {0},
};

static double spend(const void *params, const ds_view *now)
{
    const share_params *const p = params;
    return fmin(p->share * now->revenue, p->most);
}

const ds_policy ds_buyback_revenue_share = {
    .as = {.name = "revenue_share",
           .doc = "A part of cash revenue buys VVV in the pool, which is burned.",
           .source =
               "protocol announcements, 2026: 5 % of credit purchases and 1-10 USD a subscription",
           .params = table,
           .params_size = sizeof(share_params)},
    .spend = spend,
};
