#include "config.h"
#include "growth.h"
#include "sim/core/arrivals.h"

#define P DS_P_NUMBER
#define S ds_consumer_cohort
/* Hour of day, UTC: share of the day's mean, 0.66 at night to 1.46 in the afternoon. */
#define PROFILE                                                                                   \
    "[0.74, 0.69, 0.66, 0.66, 0.68, 0.72, 0.79, 0.88, 0.97, 1.05, 1.12, 1.19, 1.25, 1.33, 1.41, " \
    "1.46, 1.43, 1.34, 1.23, 1.12, 1.02, 0.94, 0.87, 0.80]"

static const ds_param cohort_params[] = {
    {DS_AT(S, name), .kind = DS_TEXT, .unit = "1", .doc = "what the cohort is called"},
    DS_P_FIXED_INTEGER(S, count, "1", 500, 1, 1e7, "consumers in the cohort", NULL),
    DS_P_FIXED(S, spend, "1", 1, 0, 1e9, "weight of the cohort's share of demand.spend", NULL),
    DS_P_FIXED(S, zipf, "1", 1.37, 0, 10,
               "spend falls with the rank in the cohort to the power of minus this, where "
               "`spending` names no other distribution",
               "rank-size slope -1.37 of a public LLM-serving trace"),
    {DS_AT(S, spending), .kind = DS_CHOICE, .unit = "1", .tag = "distribution",
     .alternatives = ds_share_rules, .fixed = true,
     .doc = "how the cohort's spend is spread over its members, in place of `zipf`"},
    {DS_AT(S, growth), .kind = DS_CHOICE, .unit = "1", .tag = "curve",
     .alternatives = ds_growth_curves, .fixed = true,
     .doc = "consumers who come to this cohort, in place of consumers.growth"},
    DS_P_FIXED(S, required, "1/yr", 0.20, 1e-6, 10, "mean required annual return on a DIEM", NULL),
    DS_P_FIXED(S, required_spread, "1", 0.5, 0, 3, "log sd of the required return over consumers",
               NULL),
    P(S, bundled, "USD/d", 0, 0, 1e9,
      "credit a consumer has each day besides DIEM, used before USD", NULL),
    P(S, review, "d", 0, 0, 36500,
      "mean time between two reviews in this cohort; 0: that of all consumers. Autonomous agents "
      "review within hours",
      NULL),
    P(S, sensitivity, "1", 1, 0, 100, "multiplies consumers.elasticity", NULL),
    P(S, pays_diem, "1", 0, 0, 1,
      "part of what it pays in cash that it pays in DIEM, bought in the pool once a day", NULL),
    {DS_AT(S, process), .kind = DS_CHOICE, .unit = "d", .tag = "process",
     .alternatives = ds_arrival_processes, .text = "{process: poisson, rate: 1}", .fixed = true,
     .doc = "how jobs cluster; its mean rate is scaled to the cohort's demand, times are in days"},
    {DS_AT(S, profile), .kind = DS_NUMBERS, .unit = "1", .min = 0, .max = 24, .text = PROFILE,
     .doc = "24 weights of the hours of a day, UTC; their mean is scaled to 1",
     .source = "hourly profile of a public LLM-serving trace, 0.66 to 1.46"},
    {0},
};
#undef S

#define S ds_consumers_config
const ds_param ds_consumers_params[] = {
    DS_P_FIXED(S, scale, "1", 1, 1e-6, 1e6,
               "multiplies the counts of all cohorts; what they spend stays in total", NULL),
    P(S, review, "d", 14, 1e-3, 36500, "mean time between two reviews of a consumer", NULL),
    P(S, slippage, "1", 0.02, 1e-6, 0.9, "bound on the slippage of a trade; trades are sized to it",
      NULL),
    P(S, cover, "1", 0.95, 0.01, 1,
      "part of its load that a consumer covers with own or rented DIEM, and uses of its credit; "
      "by it the default price of DIEM begins near balance",
      NULL),
    P(S, step, "1", 0.5, 0, 1,
      "part of the way to the wanted DIEM that one review goes at this pace of reviews", NULL),
    P(S, inertia, "1", 0.8, 0, 1, "probability that a review changes nothing", NULL),
    P(S, taste, "1", 0.05, 1e-6, 100,
      "scale of the logit choice of a route: prices closer than this hardly differ", NULL),
    P(S, switching, "1", 0.1, 0, 10, "by how much another route must be cheaper to be even", NULL),
    P(S, churn, "1/yr", 0.1, 0, 100, "consumers who leave for outside whatever it costs", NULL),
    P(S, elasticity, "1", 0.3, 0, 10,
      "demand falls with the effective price to the power of minus this", NULL),
    P(S, outside_price, "1", 1.25, 0, 1e6,
      "price of an outside provider at the start, list price 1; a path of it replaces it", NULL),
    DS_P_GROUP(S, outside, ds_rival_params, ds_rival_config,
               "how the price of the outside provider moves; by default it does not"),
    P(S, wait_tolerance, "d", 0.05, 0, 3650, "mean wait above which consumers go outside", NULL),
    P(S, loss_tolerance, "1", 0.05, 0, 1, "share of lost jobs above which consumers go outside",
      NULL),
    {DS_AT(S, growth), .kind = DS_CHOICE, .unit = "1", .tag = "curve",
     .alternatives = ds_growth_curves, .text = "{curve: none}", .fixed = true,
     .doc = "consumers who come, in every cohort without a growth of its own"},
    {DS_AT(S, cohorts), .kind = DS_MAP, .unit = "1", .table = cohort_params,
     .size = sizeof(ds_consumer_cohort), .min = 1, .max = DS_COHORTS,
     .text = "developers: {count: 1200, spend: 40}\n"
             "apps: {count: 500, spend: 35, process: {process: mmpp, rates: [0.6, 2.2], switch: "
             "[2, 6]}}\n"
             "agents: {count: 300, spend: 25, required: 0.16, review: 4 h, sensitivity: 2, "
             "process: {process: hawkes, mu: 0.5, "
             "alpha: 48, beta: 96}}\n",
     .doc = "who buys inference: a name and the cohort's attributes"},
    {0},
};
#undef S
#undef P
