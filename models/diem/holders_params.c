#include "config.h"
#include "growth.h"

#define P DS_P_NUMBER
#define S ds_holder_cohort
static const ds_param cohort_params[] = {
    {DS_AT(S, name), .kind = DS_TEXT, .unit = "1", .doc = "what the cohort is called"},
    DS_P_FIXED_INTEGER(S, count, "1", 1000, 1, 1e8, "holders in the cohort", NULL),
    DS_P_FIXED(S, liquid, "1", 1, 0, 1e9,
               "weight of the cohort's share of the liquid VVV at the start", NULL),
    DS_P_FIXED(S, staked, "1", 1, 0, 1e9, "weight of its share of the staked, unlocked VVV", NULL),
    DS_P_FIXED(S, locked, "1", 1, 0, 1e9,
               "weight of its share of the locked sVVV and the DIEM minted with it", NULL),
    DS_P_FIXED(S, diem, "1", 1, 0, 1e9, "weight of its share of the DIEM that holders own", NULL),
    DS_P_FIXED(S, pareto, "1", 1.16, 1.0001, 100,
               "tail index of the Pareto distribution of holdings, where `holdings` names no other",
               "80/20 rule, a common fit of token holdings"),
    {DS_AT(S, holdings), .kind = DS_CHOICE, .unit = "1", .tag = "distribution",
     .alternatives = ds_share_rules, .fixed = true,
     .doc = "how the cohort's totals are spread over its members, in place of `pareto`"},
    {DS_AT(S, growth), .kind = DS_CHOICE, .unit = "1", .tag = "curve",
     .alternatives = ds_growth_curves, .fixed = true,
     .doc = "holders who come to this cohort, in place of holders.growth"},
    P(S, arrives_with, "USD", 1000, 0, 1e9,
      "cash that a new holder brings, on average; its size is drawn from the distribution of "
      "holdings. At another holders.scale fewer or more bring the same in total",
      NULL),
    DS_P_FIXED(S, cash, "1", 0.003, 0, 100,
               "USD at the start, as a part of the value of the liquid VVV", NULL),
    DS_P_FIXED(S, required, "1/yr", 0.20, 0, 10, "mean required annual return", NULL),
    DS_P_FIXED(S, required_spread, "1", 0.3, 0, 3, "log sd of the required return over holders",
               NULL),
    P(S, use, "1", 0.45, 0, 1, "part of the credit of its staked DIEM that it uses",
      "under half of the credit is used in a week, 2026"),
    P(S, rent_out, "1", 0.1, 0, 1, "part of the credit it does not use that it offers for rent",
      NULL),
    P(S, belief, "1/yr", 0.45, -10, 10, "expected annual rise of the price of VVV", NULL),
    P(S, lock_premium, "1/yr", 0.09, -10, 10,
      "annual return asked for having sVVV locked; chosen with taste, step, inertia and use by "
      "history",
      NULL),
    P(S, inertia, "1", 0.8, 0, 1, "probability that a review changes nothing", NULL),
    P(S, step, "1", 0.5, 0, 1, "part of a balance that one decision moves", NULL),
    P(S, taste, "1/yr", 0.055, 1e-6, 100,
      "scale of the logit choice: returns closer than this hardly differ", NULL),
    DS_P_FIXED(S, leverage, "1", 0, 0, 20,
               "value over own capital that it borrows up to, where `lending` is on; 0 or 1: never",
               NULL),
    {0},
};
#undef S

#define S ds_holders_config
const ds_param ds_holders_params[] = {
    DS_P_FIXED(S, scale, "1", 1, 1e-6, 1e6,
               "multiplies the counts of all cohorts; amounts held stay in total", NULL),
    P(S, review, "d", 7, 1e-3, 36500, "mean time between two reviews of a holder", NULL),
    P(S, slippage, "1", 0.02, 1e-6, 0.9, "bound on the slippage of a trade; trades are sized to it",
      NULL),
    P(S, herding, "1/yr", 0.01, 0, 100,
      "expected annual rise for each unit of log price above its 30-day trend; 0: none", NULL),
    P(S, anticipation, "1", 0.5, 0, 1,
      "weight that an announced change of rules has before it comes; 0: none", NULL),
    P(S, herding_exit, "1/yr", 0.2, 0, 100,
      "annual return that leaving gains when all stake is unstaking; 0: none", NULL),
    P(S, loss_aversion, "1", 1.25, 0, 100, "how much more a fall weighs than a rise; 0: none",
      "Tversky & Kahneman 1992: losses weigh 2.25 times gains"),
    {DS_AT(S, growth), .kind = DS_CHOICE, .unit = "1", .tag = "curve",
     .alternatives = ds_growth_curves, .text = "{curve: none}", .fixed = true,
     .doc = "holders who come, in every cohort without a growth of its own"},
    {DS_AT(S, cohorts), .kind = DS_MAP, .unit = "1", .table = cohort_params,
     .size = sizeof(ds_holder_cohort), .min = 1, .max = DS_COHORTS,
     .text =
         "api_users: {count: 1500, liquid: 5, staked: 15, locked: 30, diem: 40, use: 0.7, "
         "inertia: 0.9}\n"
         "yield_seekers: {count: 5000, liquid: 25, staked: 45, locked: 40, diem: 25, use: 0.35, "
         "inertia: 0.998, leverage: 1.25}\n"
         "arbitrageurs: {count: 500, liquid: 5, staked: 5, locked: 15, diem: 20, use: 0.35, "
         "inertia: 0.3, leverage: 1.5}\n"
         "long_term: {count: 3000, liquid: 65, staked: 35, locked: 15, diem: 15, use: 0.35, "
         "inertia: 0.996, belief: 0.6}\n",
     .doc = "who holds VVV: a name and the cohort's attributes"},
    {0},
};
#undef S

#define S ds_initial_config
const ds_param ds_initial_params[] = {
    P(S, vvv_supply, "VVV", 114876027, 1, 9e10, "VVV ever issued", "emission schedule, 2026-09-19"),
    P(S, vvv_burned, "VVV", 33866757, 0, 9e10, "of that, burned before the start",
      "effective supply 81,009,270 on 2026-09-19"),
    P(S, vvv_staked, "VVV", 33941209, 0, 9e10, "staked, locked ones included", "chain, 2026-09-19"),
    P(S, vvv_locked, "VVV", 8954490, 0, 9e10, "locked behind DIEM", "chain, 2026-09-19"),
    P(S, diem_supply, "DIEM", 37713.66, 0, 9e10, "DIEM minted and not burned", "chain, 2026-09-19"),
    P(S, diem_staked, "DIEM", 28449.84, 0, 9e10, "staked for credit", "chain, 2026-09-19"),
    P(S, consumers_share, "1", 0.3, 0, 1, "part of the staked DIEM that consumers own", NULL),
    P(S, vvv_price, "USD", 26.7, 1e-9, 1e9, "price of VVV; a price path replaces it",
      "market, 2026-09-19"),
    P(S, diem_price, "USD", 1969, 1e-9, 1e9, "price of DIEM", "market, 2026-09-19"),
    P(S, treasury, "USD", 1.2e7, 0, 9e10, "cash of the treasury", NULL),
    P(S, outside_vvv, "VVV", 5e6, 0, 9e10,
      "inventory of the outside venue, which arbitrage draws on", NULL),
    P(S, noise_vvv, "VVV", 50000, 0, 9e10, "VVV of noise traders", NULL),
    P(S, noise_diem, "DIEM", 700, 0, 9e10, "DIEM of noise traders", NULL),
    {0},
};
#undef S
#undef P
