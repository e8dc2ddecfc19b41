/*
 * What a scenario can say about the economy, as plain structs. Each mechanism's file holds the
 * table that describes its struct; economy.c joins the tables. Constant while replicas run.
 */
#ifndef DS_DIEM_CONFIG_H
#define DS_DIEM_CONFIG_H

#include "models/diem/price.h"
#include "models/diem/rival.h"
#include "models/policies/policy.h"
#include "sim/core/model.h"

enum {
    DS_COHORTS = 8,  /* that a population can have at most */
    DS_ACTIONS = 64, /* of governance */
};

typedef struct ds_policies_config {
    ds_choice rule[DS_RULES];
} ds_policies_config;

typedef struct ds_staking_config {
    double cooldown, diem_cooldown, locked_keep, diem_minimum;
} ds_staking_config;

typedef struct ds_holder_cohort {
    const char *name;
    int64_t count;
    double liquid, staked, locked, diem; /* weights: share of each initial total */
    double pareto, cash;
    ds_choice holdings, growth; /* may be absent */
    double arrives_with;
    double required, required_spread;
    double use, rent_out, belief, lock_premium;
    double inertia, step, taste;
    double leverage;
} ds_holder_cohort;

typedef struct ds_holders_config {
    double scale, review, slippage;
    double herding, herding_exit, loss_aversion, anticipation;
    ds_choice growth;
    ds_list cohorts;
} ds_holders_config;

typedef struct ds_consumer_cohort {
    const char *name;
    int64_t count;
    double spend; /* weight */
    double zipf;
    ds_choice spending, growth; /* may be absent */
    double required, required_spread, bundled;
    double review, sensitivity, pays_diem;
    ds_choice process;
    ds_numbers profile;
} ds_consumer_cohort;

typedef struct ds_consumers_config {
    double scale, review, slippage, cover, step;
    double taste, inertia, switching, churn;
    double elasticity, outside_price, wait_tolerance, loss_tolerance;
    ds_rival_config outside;
    ds_choice growth;
    ds_list cohorts;
} ds_consumers_config;

typedef struct ds_demand_config {
    double scale, spend, jobs_per_day;
    double growth_limit, growth_rate;
    ds_path path;
    ds_choice size;
} ds_demand_config;

typedef struct ds_provider_cohort {
    const char *name;
    int64_t count, slots, gpus;
    double active, speed, cost, cost_spread, price, bond;
    ds_choice sizes; /* may be absent */
} ds_provider_cohort;

typedef enum ds_dispatch {
    DS_DISPATCH_RANDOM,
    DS_DISPATCH_LEAST_LOADED,
    DS_DISPATCH_CHEAPEST
} ds_dispatch;

typedef struct ds_providers_config {
    double scale, review;
    int dispatch; /* ds_dispatch */
    int64_t queue;
    double patience, mttf;
    ds_choice repair;
    double entry_margin, entry_rate, exit_rate, reprice;
    double bond_return, slash;
    ds_list cohorts;
} ds_providers_config;

typedef struct ds_pool_config {
    double depth, fee, rewards;
} ds_pool_config;

typedef struct ds_rental_config {
    double price, speed, floor, friction;
} ds_rental_config;

typedef struct ds_redemption_config {
    double par, visits, slippage, confidence, run;
} ds_redemption_config;

typedef struct ds_liquidity_config {
    bool active;
    double review, required, sensitivity, drawdown_aversion, step, purse;
} ds_liquidity_config;

typedef struct ds_markets_config {
    ds_pool_config vvv_usd, diem_vvv;
    ds_rental_config rental;
    ds_redemption_config redemption;
    ds_price_config price;
    ds_liquidity_config liquidity;
    double arbitrage, permanent;
    double noise, noise_spread, noise_half_life;
} ds_markets_config;

typedef struct ds_perpetual_config {
    bool active;
    double interest, band, cap;
    double margin, maintenance, top_up;
    double speculation, sensitivity, hedge, adjustment;
    double inventory, limit, slippage, impact, premium_limit;
} ds_perpetual_config;

/* Lending markets are named by their collateral; the loan is in USD. */
typedef enum ds_lending_market { DS_LEND_VVV, DS_LEND_DIEM, DS_LEND_MARKETS } ds_lending_market;

typedef struct ds_lending_market_config {
    double lltv, supplied, cap;
    int64_t count; /* borrowers at the start */
    double collateral, ltv, ltv_spread;
} ds_lending_market_config;

typedef struct ds_interest_config {
    double target, steepness, speed, rate, least, most;
} ds_interest_config;

typedef struct ds_lenders_config {
    double review, required, sensitivity, step;
} ds_lenders_config;

typedef struct ds_liquidators_config {
    double delay, least, window;
} ds_liquidators_config;

typedef struct ds_borrowers_config {
    double premium, buffer;
} ds_borrowers_config;

typedef struct ds_lending_config {
    bool active;
    ds_lending_market_config vvv, diem;
    ds_interest_config interest;
    ds_lenders_config lenders;
    ds_liquidators_config liquidators;
    ds_borrowers_config borrowers;
} ds_lending_config;

typedef struct ds_initial_config {
    double vvv_supply, vvv_burned, vvv_staked, vvv_locked;
    double diem_supply, diem_staked, consumers_share;
    double vvv_price, diem_price;
    double treasury, outside_vvv, noise_vvv, noise_diem;
} ds_initial_config;

/* What a shock strikes. The first are factors, which several shocks multiply; the others each
 * follow whom they struck. */
typedef enum ds_shock_kind {
    DS_SHOCK_DEMAND,
    DS_SHOCK_PRICE,
    DS_SHOCK_CREDIT,
    DS_SHOCK_COMPETITOR,
    DS_SHOCK_COST,
    DS_SHOCK_OUTAGE,
    DS_SHOCK_EXIT,
    DS_SHOCK_LIQUIDITY,
    DS_SHOCK_UNSTAKE,
    DS_SHOCK_KINDS,
    DS_SHOCK_FACTORS = DS_SHOCK_OUTAGE,
} ds_shock_kind;

typedef enum ds_shock_shape { DS_SHAPE_STEP, DS_SHAPE_RAMP, DS_SHAPE_DECAY } ds_shock_shape;

typedef struct ds_shock_config {
    const char *name;
    int kind, shape; /* ds_shock_kind, ds_shock_shape */
    double at, rate; /* one of them is NAN */
    double depth;
    ds_choice size;                              /* of what depth multiplies; absent: none */
    double onset, duration, recovery, half_life; /* NAN where the shape has none */
    double within;
    int pool; /* ds_pair; DS_PAIRS: both */
    bool slots;
} ds_shock_config;

typedef struct ds_diem_config {
    ds_policies_config policies;
    ds_staking_config staking;
    ds_demand_config demand;
    ds_holders_config holders;
    ds_consumers_config consumers;
    ds_providers_config providers;
    ds_markets_config markets;
    ds_perpetual_config perpetual;
    ds_lending_config lending;
    ds_initial_config initial;
    ds_list governance; /* of ds_action, by time */
    ds_list shocks;     /* ds_shock_config */
} ds_diem_config;

extern const ds_param ds_diem_params[]; /* the whole, joined */
extern const ds_param ds_policies_params[], ds_staking_params[], ds_demand_params[],
    ds_holders_params[], ds_consumers_params[], ds_providers_params[], ds_markets_params[],
    ds_liquidity_params[], ds_perpetual_params[], ds_lending_params[], ds_initial_params[],
    ds_shock_params[];

#endif
