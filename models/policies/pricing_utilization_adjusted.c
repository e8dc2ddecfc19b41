#include "policy.h"

#include <math.h>

typedef struct adjusted_params {
    double initial, target, denominator, floor, ceiling;
} adjusted_params;

/* What it remembers. */
enum { PRICE };

#define EIP "EIP-1559 (Buterin et al. 2019)"
static const ds_param table[] = {
    DS_P_NUMBER(adjusted_params, initial, "1", 1, 1e-6, 1e6, "price until the first epoch",
                "protocol documentation, DIEM: 1 USD of inference a day at list price"),
    DS_P_NUMBER(adjusted_params, target, "1", 0.5, 1e-3, 1,
                "utilization at which the price stays as it is", EIP ": half of the gas limit"),
    DS_P_NUMBER(adjusted_params, denominator, "1", 8, 1, 1e6,
                "the price moves by (utilization - target) / target / denominator", EIP),
    DS_P_NUMBER(adjusted_params, floor, "1", 0.5, 1e-6, 1e6, "the price is never below", NULL),
    DS_P_NUMBER(adjusted_params, ceiling, "1", 2, 1e-6, 1e6, "the price is never above", NULL),
    {0},
};

static bool check(void *params, ds_status *st)
{
    const adjusted_params *const p = params;
    if (p->floor <= p->initial && p->initial <= p->ceiling)
        return true;
    return ds_fail(st, DS_E_DATA, "'initial' is %g, must lie in 'floor' (%g) to 'ceiling' (%g)",
                   p->initial, p->floor, p->ceiling);
}

static void begin(const void *params, const ds_view *now, double *memory)
{
    (void)now;
    memory[PRICE] = ((const adjusted_params *)params)->initial;
}

/* Bounds may have come closer since the price was found. */
static double within(const adjusted_params *p, double price)
{
    return fmin(fmax(price, p->floor), p->ceiling);
}

static void epoch(const void *params, const ds_view *now, double *memory)
{
    const adjusted_params *const p = params;
    const double off = (now->utilization - p->target) / p->target / p->denominator;
    memory[PRICE] = within(p, within(p, memory[PRICE]) * (1 + off));
}

static double price(const void *params, const ds_view *now)
{
    return within(params, now->memory[PRICE]);
}

const ds_policy ds_pricing_utilization_adjusted = {
    .as = {.name = "utilization_adjusted",
           .doc = "price * (1 + (utilization - target) / target / 8) every day, between a floor "
                  "and a ceiling: a full network becomes dearer by 12.5 % a day, an idle one "
                  "cheaper by as much.",
           .source = EIP,
           .params = table,
           .params_size = sizeof(adjusted_params),
           .check = check},
    .begin = begin,
    .epoch = epoch,
    .price = price,
};
