#include "policy.h"

#include <math.h>

typedef struct solvency_params {
    double providers, stakers, minters, burn;
    double runway_low, runway_high;
} solvency_params;

#define SHARE(field, fallback, doc) \
    DS_P_NUMBER(solvency_params, field, "1", fallback, 0, 1, doc, NULL)
static const ds_param table[] = {
    SHARE(providers, 0.80, "share of the provider that served, whatever the runway"),
    SHARE(stakers, 0.15, "share of all staked VVV while the runway is long"),
    SHARE(minters, 0, "share of locked VVV while the runway is long"),
    SHARE(burn, 0, "share that buys VVV and burns it while the runway is long"),
    DS_P_NUMBER(solvency_params, runway_low, "d", 180, 0, 36500,
                "runway up to which the treasury gets all that providers leave", NULL),
    DS_P_NUMBER(solvency_params, runway_high, "d", 730, 0, 36500,
                "runway from which the others get all of their shares", NULL),
    {0},
};

static bool check(void *params, ds_status *st)
{
    const solvency_params *const p = params;
    const double sum = p->providers + p->stakers + p->minters + p->burn;
    if (sum > 1 + 1e-12)
        return ds_fail(
            st, DS_E_DATA,
            "shares 'providers' + stakers + minters + burn sum to %.15g, must be at most 1", sum);
    if (p->runway_high >= p->runway_low)
        return true;
    return ds_fail(st, DS_E_DATA, "'runway_high' is %g d, must be at least 'runway_low' (%g d)",
                   p->runway_high, p->runway_low);
}

/* 0 up to the low bound, 1 from the high one, straight between; a runway that nobody knows is
 * none. */
static double health(const solvency_params *p, double runway)
{
    if (!(runway > p->runway_low))
        return 0;
    if (runway >= p->runway_high)
        return 1;
    return (runway - p->runway_low) / (p->runway_high - p->runway_low);
}

static void split(const void *params, const ds_view *now, double share[DS_PARTIES])
{
    const solvency_params *const p = params;
    const double h = health(p, now->runway);
    share[DS_PROVIDERS] = p->providers;
    share[DS_STAKERS] = h * p->stakers;
    share[DS_MINTERS] = h * p->minters;
    share[DS_BURN] = h * p->burn;
    share[DS_TREASURY] =
        fmax(0, 1 - p->providers - share[DS_STAKERS] - share[DS_MINTERS] - share[DS_BURN]);
}

const ds_policy ds_fee_split_solvency_first = {
    .as = {.name = "solvency_first",
           .doc = "The treasury's runway comes before stakers: below a low bound it gets all that "
                  "providers leave, above a high one stakers, minters and burning get their "
                  "shares in full, between the two in proportion.",
           .params = table,
           .params_size = sizeof(solvency_params),
           .check = check},
    .split = split,
};
