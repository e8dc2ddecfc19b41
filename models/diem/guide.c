#include "guide.h"

#include <math.h>
#include <stddef.h>

static const char *const key[] = {
    "diem_supply", "utilization",   "apr_staked", "vvv_locked", "vvv_price",
    "diem_price",  "minter_return", "treasury",   NULL,
};

static const char *const given[] = {
    "shock_demand",  "shock_cost", "credit_value", "slots_held", "demand_index",
    "price_outside", NULL};

static const ds_mishap mishaps[] = {
    {.name = "ruin",
     .doc = "the treasury owes providers",
     .outcome = "ruined",
     .at_least = 1,
     .time = "time_to_ruin"},
    {.name = "death_spiral",
     .doc = "VVV 80 % below its highest, while stake halves or supply grows",
     .outcome = "death_spiral",
     .at_least = 1,
     .time = "time_to_spiral"},
    {.name = "run_on_staking",
     .doc = "a quarter of all stake is unstaking",
     .outcome = "run_on_staking",
     .at_least = 1,
     .time = "time_to_run"},
    {.name = "squeeze",
     .doc = "DIEM at twice its 30-day trend, against who minted and sold",
     .outcome = "squeeze",
     .at_least = 1,
     .time = "time_to_squeeze"},
    {.name = "exodus",
     .doc = "half of the providers are gone since there were most",
     .outcome = "exodus",
     .at_least = 1,
     .time = "time_to_exodus"},
    {.name = "vvv_halved",
     .doc = "VVV falls to half of its highest so far",
     .outcome = "vvv_drawdown",
     .at_least = 0.5},
    {.name = "vvv_crashed",
     .doc = "VVV falls to a fifth of its highest so far",
     .outcome = "vvv_drawdown",
     .at_least = 0.8},
    {.name = "diem_halved",
     .doc = "DIEM falls to half of its highest so far",
     .outcome = "diem_drawdown",
     .at_least = 0.5},
    {.name = "diem_crashed",
     .doc = "DIEM falls to a fifth of its highest so far",
     .outcome = "diem_drawdown",
     .at_least = 0.8},
    {.name = "bad_debt",
     .doc = "lenders lose 10,000 USD or more",
     .outcome = "bad_debt_total",
     .at_least = 1e4},
    {0},
};

/* Prices as returns, as value at risk has it (Jorion 2006); what is a rate or a share as it ends.
 */
static const ds_loss losses[] = {
    {"vvv_price", DS_LOSS_GROWTH, .low_is_bad = true},
    {"diem_price", DS_LOSS_GROWTH, .low_is_bad = true},
    {"diem_supply", DS_LOSS_GROWTH, .low_is_bad = true},
    {"vvv_staked", DS_LOSS_GROWTH, .low_is_bad = true},
    {"treasury", DS_LOSS_GROWTH, .low_is_bad = true},
    {"apr_staked", DS_LOSS_CHANGE, .low_is_bad = true},
    {"minter_return", DS_LOSS_CHANGE, .low_is_bad = true},
    {"provider_margin", DS_LOSS_VALUE, .low_is_bad = true},
    {"providers_active", DS_LOSS_GROWTH, .low_is_bad = true},
    {"lost_share", DS_LOSS_VALUE, .low_is_bad = false},
    {"vvv_drawdown", DS_LOSS_VALUE, .low_is_bad = false},
    {"diem_drawdown", DS_LOSS_VALUE, .low_is_bad = false},
    {"insolvent_days", DS_LOSS_VALUE, .low_is_bad = false},
    {"bad_debt_total", DS_LOSS_VALUE, .low_is_bad = false},
    {0},
};

/*
 * How a compute network fails, as sequences that stress tests of such networks look for; every
 * threshold is an assumption. A pool of constant product is worth twice the root of reserves'
 * product: a price that falls by three quarters halves it, a smaller fall does not.
 */
static const ds_signature signatures[] = {
    {.name = "yield_decoupled",
     .doc = "demand falls by a fifth in 30 days, and the stakers' yield by less than a tenth of "
            "itself: it is not paid for by use",
     .smooth = 7,
     .lasting = 7,
     .clue = {{"demand", DS_CLUE_GROWTH, 30, -INFINITY, -0.2},
              {"apr_staked", DS_CLUE_GROWTH, 30, -0.1, INFINITY}}},
    {.name = "unprofitable_churn",
     .doc = "providers lose money, and a tenth of them leave in 30 days",
     .smooth = 7,
     .lasting = 7,
     .clue = {{"provider_margin", DS_CLUE_VALUE, 0, -INFINITY, 0},
              {"providers_active", DS_CLUE_GROWTH, 30, -INFINITY, -0.1}}},
    {.name = "liquidity_compression",
     .doc = "in 30 days VVV falls by a tenth or more, and its pool is worth half or less, which a "
            "fall by less than three quarters does not explain: liquidity goes with the price",
     .smooth = 7,
     .lasting = 3,
     .clue = {{"pool_depth_vvv_usd", DS_CLUE_GROWTH, 30, -INFINITY, -0.5},
              {"vvv_price", DS_CLUE_GROWTH, 30, -0.75, -0.1}}},
    {.name = "provider_exodus",
     .doc = "half of the providers are gone since there were most, for a week",
     .smooth = 7,
     .lasting = 7,
     .clue = {{"providers_active", DS_CLUE_FALL, 0, 0.5, INFINITY}}},
    {.name = "idle_capacity",
     .doc =
         "less than half of the slots is busy, and capacity has not shrunk by a tenth in 30 days: "
         "more is provided than used",
     .smooth = 7,
     .lasting = 7,
     .clue = {{"utilization", DS_CLUE_VALUE, 0, -INFINITY, 0.5},
              {"capacity", DS_CLUE_GROWTH, 30, -0.1, INFINITY}}},
    {0},
};

const ds_guide ds_diem_guide = {
    .key = key, .given = given, .mishaps = mishaps, .losses = losses, .signatures = signatures};
