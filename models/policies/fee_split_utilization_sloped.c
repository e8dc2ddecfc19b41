#include "policy.h"

#include <math.h>

typedef struct sloped_params {
    double low, high, providers, treasury;
    int paid;
} sloped_params;

static const char *const paid_words[] = {"stakers", "minters", "burn", NULL};
static const ds_party paid_party[] = {DS_STAKERS, DS_MINTERS, DS_BURN};

#define SOURCE "protocol documentation, utilization split before 2025-08: 20 % to 80 %"
static const ds_param table[] = {
    DS_P_NUMBER(sloped_params, low, "1", 0.20, 0, 1,
                "the paid party's part of the sloped rest on an idle network", SOURCE),
    DS_P_NUMBER(sloped_params, high, "1", 0.80, 0, 1,
                "the same with every slot busy; below low, the part falls with use", SOURCE),
    DS_P_WORD(sloped_params, paid, paid_words, "stakers", "party whose part follows utilization"),
    DS_P_NUMBER(sloped_params, providers, "1", 0.80, 0, 1, "share of the provider that served",
                NULL),
    DS_P_NUMBER(sloped_params, treasury, "1", 0, 0, 1,
                "fixed share of the treasury, besides what the slope leaves it", NULL),
    {0},
};

static bool check(void *params, ds_status *st)
{
    const sloped_params *const p = params;
    if (p->providers + p->treasury <= 1 + 1e-12)
        return true;
    return ds_fail(st, DS_E_DATA, "'providers' + treasury sum to %.15g, must be at most 1",
                   p->providers + p->treasury);
}

/* Linear from low at utilization 0 to high at 1; the rest of the sloped part is the treasury's. */
static void split(const void *params, const ds_view *now, double share[DS_PARTIES])
{
    const sloped_params *const p = params;
    const double u = fmin(1, fmax(0, now->utilization));
    const double sloped = fmax(0, 1 - p->providers - p->treasury);
    const double paid = sloped * fmin(1, p->low + (p->high - p->low) * u);
    share[DS_STAKERS] = share[DS_MINTERS] = share[DS_BURN] = 0;
    share[DS_PROVIDERS] = p->providers;
    share[paid_party[p->paid]] = paid;
    share[DS_TREASURY] = fmax(0, 1 - p->providers - paid);
}

const ds_policy ds_fee_split_utilization_sloped = {
    .as = {.name = "utilization_sloped",
           .doc = "What providers and a fixed treasury share leave is split by use: one party's "
                  "part rises from 20 % on an idle network to 80 % on a full one, the treasury "
                  "gets the rest.",
           .source = "protocol documentation, utilization split before 2025-08",
           .params = table,
           .params_size = sizeof(sloped_params),
           .check = check},
    .split = split,
};
