#include "policy.h"

#include <math.h>

typedef struct triggered_params {
    double rate, threshold, days, share;
} triggered_params;

/* What it remembers. */
enum { MEAN };

static const ds_param table[] = {
    DS_P_NUMBER(triggered_params, rate, "USD/d", 5000, 0, 1e15, "spent while it is triggered",
                NULL),
    DS_P_NUMBER(triggered_params, threshold, "1", 0.10, 0, 1,
                "fall of the price of VVV below its trailing mean that triggers it", NULL),
    DS_P_NUMBER(triggered_params, days, "d", 30, 1, 3650,
                "the mean trails: a day counts 1/days, the past the rest", NULL),
    DS_P_NUMBER(triggered_params, share, "1/d", 0.01, 0, 1,
                "of the treasury, never more than that a day", NULL),
    {0},
};

static void begin(const void *params, const ds_view *now, double *memory)
{
    (void)params;
    memory[MEAN] = now->vvv_price;
}

static void epoch(const void *params, const ds_view *now, double *memory)
{
    memory[MEAN] += (now->vvv_price - memory[MEAN]) / ((const triggered_params *)params)->days;
}

static double spend(const void *params, const ds_view *now)
{
    const triggered_params *const p = params;
    if (!(now->vvv_price < (1 - p->threshold) * now->memory[MEAN]))
        return 0;
    return fmin(p->rate, p->share * fmax(0, now->treasury));
}

const ds_policy ds_buyback_price_triggered = {
    .as = {.name = "price_triggered",
           .doc = "Buys only into weakness: a constant rate while VVV is cheaper than its trailing "
                  "mean by more than a threshold, limited by a share of the treasury.",
           .params = table,
           .params_size = sizeof(triggered_params)},
    .begin = begin,
    .epoch = epoch,
    .spend = spend,
};
