#include "policy.h"

typedef struct subscription_params {
    double amount, subscriptions, period;
} subscription_params;

static const ds_param table[] = {
    DS_P_NUMBER(subscription_params, amount, "USD", 5, 0, 1e6,
                "that a subscription pays for VVV to burn, every period",
                "protocol announcements, 2026: 1 to 10 USD a subscription, by its tier"),
    DS_P_NUMBER(subscription_params, subscriptions, "1", 1, 0, 1e6,
                "of each consumer served here, who may stand for many users", NULL),
    DS_P_NUMBER(subscription_params, period, "d", 30, 1, 3650, "from one payment to the next",
                NULL),
    {0},
};

static double spend(const void *params, const ds_view *now)
{
    const subscription_params *const p = params;
    return p->amount * p->subscriptions * now->consumers / p->period;
}

const ds_policy ds_buyback_per_subscription = {
    .as = {.name = "per_subscription",
           .doc = "An amount of every subscription buys VVV in the pool, which is burned, spread "
                  "evenly over the period.",
           .source = "protocol announcements, 2026: 1-10 USD a subscription",
           .params = table,
           .params_size = sizeof(subscription_params)},
    .spend = spend,
};
