#include "policy.h"
#include "rounds.h"

typedef struct bonding_params {
    double inflation, change, target, round, most;
} bonding_params;

/* What it remembers. */
enum { INFLATION, ROUND };

static const ds_param table[] = {
    DS_P_NUMBER(bonding_params, inflation, "1", 8.5e-5, 0, 1,
                "issued in the first round, as a part of the supply",
                "protocol announcement, 2026-09: 2.5M VVV a year on 81.0M"),
    DS_P_NUMBER(bonding_params, change, "1", 5e-7, 0, 1,
                "inflation rises or falls by that every round",
                "Livepeer, LIP-34 and LIP-40 (2020): 0.00005 %, before 0.0003 %"),
    DS_P_NUMBER(bonding_params, target, "1", 0.5, 0, 1, "part of the supply that is to be staked",
                "Livepeer, targetBondingRate of 50 %"),
    DS_P_NUMBER(bonding_params, round, "d", 1, 1.0 / 24, 365, "length of a round",
                "Livepeer, roundLength of 5,760 blocks of 15 s"),
    {DS_AT(bonding_params, most), .kind = DS_NUMBER, .unit = "1", .fallback = INFINITY, .max = 1,
     .unlimited = true, .doc = "inflation of a round is never above"},
    {0},
};

static bool check(void *params, ds_status *st)
{
    const bonding_params *const p = params;
    if (p->inflation <= p->most)
        return true;
    return ds_fail(st, DS_E_DATA, "'inflation' is %g, must be at most 'most' (%g)", p->inflation,
                   p->most);
}

static void begin(const void *params, const ds_view *now, double *memory)
{
    const bonding_params *const p = params;
    memory[INFLATION] = p->inflation;
    ds_rounds_begin(&memory[ROUND], now->time, p->round);
}

/* The bound may have come down since the inflation was found. */
static double inflation_of(const bonding_params *p, const double *memory)
{
    return fmin(memory[INFLATION], fmin(p->most, 1));
}

/* Nothing is staked of no supply. */
static double bonded(const ds_view *now)
{
    return now->vvv_supply > 0 ? now->vvv_staked / now->vvv_supply : 0;
}

static void epoch(const void *params, const ds_view *now, double *memory)
{
    const bonding_params *const p = params;
    const double by = ds_rounds_since(&memory[ROUND], now->time, p->round) * p->change;
    const double staked = bonded(now);
    memory[INFLATION] = inflation_of(p, memory);
    if (staked < p->target)
        memory[INFLATION] = fmin(memory[INFLATION] + by, fmin(p->most, 1));
    else if (staked > p->target)
        memory[INFLATION] = fmax(memory[INFLATION] - by, 0);
}

static double emission(const void *params, const ds_view *now)
{
    const bonding_params *const p = params;
    return fmin(inflation_of(p, now->memory) * now->vvv_supply / p->round * 365, 1e12);
}

const ds_policy ds_emission_target_bonding = {
    .as = {.name = "target_bonding",
           .doc = "A part of the supply is issued every round. That part rises by a constant "
                  "every round while less than the target is staked, falls by it while more is, "
                  "and is never below 0.",
           .source = "Livepeer: Minter.setInflation; LIP-34, LIP-40 (2020)",
           .params = table,
           .params_size = sizeof(bonding_params),
           .check = check},
    .begin = begin,
    .epoch = epoch,
    .emission = emission,
};
