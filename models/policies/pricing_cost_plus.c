#include "policy.h"

#include <math.h>

typedef struct cost_params {
    double markup, floor, ceiling;
} cost_params;

static const ds_param table[] = {
    DS_P_NUMBER(cost_params, markup, "1", 0.25, -1, 1e6, "on what inference costs its provider",
                NULL),
    DS_P_NUMBER(cost_params, floor, "1", 0.2, 1e-6, 1e6, "the price is never below", NULL),
    DS_P_NUMBER(cost_params, ceiling, "1", 5, 1e-6, 1e6, "the price is never above", NULL),
    {0},
};

static bool check(void *params, ds_status *st)
{
    const cost_params *const p = params;
    if (p->floor <= p->ceiling)
        return true;
    return ds_fail(st, DS_E_DATA, "'ceiling' is %g, must be at least 'floor' (%g)", p->ceiling,
                   p->floor);
}

/* While no slot is up, no cost is known: the price stays. */
static double price(const void *params, const ds_view *now)
{
    const cost_params *const p = params;
    const double wanted = now->cost > 0 ? now->cost * (1 + p->markup) : now->price;
    return fmin(fmax(wanted, p->floor), p->ceiling);
}

const ds_policy ds_pricing_cost_plus = {
    .as = {.name = "cost_plus",
           .doc = "What a USD of inference at list price costs providers with all slots full, and "
                  "a markup, between a floor and a ceiling.",
           .source = "full-cost pricing: Hall & Hitch 1939",
           .params = table,
           .params_size = sizeof(cost_params),
           .check = check},
    .price = price,
};
