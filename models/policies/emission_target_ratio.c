#include "policy.h"
#include "rounds.h"

#include "sim/core/real.h"

typedef struct ratio_params {
    double initial, target, band;
    double rise, fall, decay;
    double period, least, most;
} ratio_params;

/* What it remembers. */
enum { RATE, ROUND };

#define SIP "Synthetix, SIP-202 (2022)"
static const ds_param table[] = {
    DS_P_NUMBER(ratio_params, initial, "VVV/yr", 2.5e6, 0, 1e12, "rate of the first period",
                "protocol announcement, 2026-09"),
    DS_P_NUMBER(ratio_params, target, "1", 0.85, 0, 1, "part of the supply that is to be staked",
                SIP),
    DS_P_NUMBER(ratio_params, band, "1", 0.05, 0, 1,
                "distance from the target within which the rate decays", SIP),
    DS_P_NUMBER(ratio_params, rise, "1", 0.10, 0, 10, "rise of the rate below the band", SIP),
    DS_P_NUMBER(ratio_params, fall, "1", 0.10, 0, 1, "fall of the rate above the band", SIP),
    DS_P_NUMBER(ratio_params, decay, "1", 0.05, 0, 1, "fall of the rate within the band", SIP),
    DS_P_NUMBER(ratio_params, period, "d", 7, 1.0 / 24, 365, "from one change to the next", SIP),
    DS_P_NUMBER(ratio_params, least, "VVV/yr", 0, 0, 1e12, "the rate is never below", NULL),
    DS_P_NUMBER(ratio_params, most, "VVV/yr", 14e6, 0, 1e12,
                "the rate is never above; by default that of genesis", NULL),
    {0},
};

static bool check(void *params, ds_status *st)
{
    const ratio_params *const p = params;
    if (p->least <= p->initial && p->initial <= p->most)
        return true;
    return ds_fail(st, DS_E_DATA, "'initial' is %g VVV/yr, must lie in 'least' (%g) to 'most' (%g)",
                   p->initial, p->least, p->most);
}

static void begin(const void *params, const ds_view *now, double *memory)
{
    const ratio_params *const p = params;
    memory[RATE] = p->initial;
    ds_rounds_begin(&memory[ROUND], now->time, p->period);
}

/* Nothing is staked of no supply. The published steps are exclusive: on the band's edge it decays.
 */
static double factor(const ratio_params *p, const ds_view *now)
{
    const double staked = now->vvv_supply > 0 ? now->vvv_staked / now->vvv_supply : 0;
    if (staked < p->target - p->band)
        return 1 + p->rise;
    return staked > p->target + p->band ? 1 - p->fall : 1 - p->decay;
}

/* Bounds may have come closer since the rate was found. */
static double within(const ratio_params *p, double rate)
{
    return fmin(fmax(rate, p->least), p->most);
}

static void epoch(const void *params, const ds_view *now, double *memory)
{
    const ratio_params *const p = params;
    const double periods = ds_rounds_since(&memory[ROUND], now->time, p->period);
    if (periods > 0)
        memory[RATE] = within(p, within(p, memory[RATE]) * ds_pow(factor(p, now), periods));
}

static double emission(const void *params, const ds_view *now)
{
    return within(params, now->memory[RATE]);
}

const ds_policy ds_emission_target_ratio = {
    .as = {.name = "target_ratio",
           .doc = "Once a week the rate is multiplied by 1.10 while the staked part of the supply "
                  "is more than 5 points below the target, by 0.90 while it is more than 5 points "
                  "above, and by 0.95 in between.",
           .source = "Synthetix, SIP-202: Target Staking Ratio (Warwick & Chan 2022)",
           .params = table,
           .params_size = sizeof(ratio_params),
           .check = check},
    .begin = begin,
    .epoch = epoch,
    .emission = emission,
};
