#include "config.h"

#define P DS_P_NUMBER
#define S ds_lending_market_config
/* The rows of a market whose collateral has this unit. */
#define MARKET(unit)                                                                             \
    P(S, lltv, "1", 0.625, 0.01, 0.99,                                                           \
      "debt over the value of collateral above which a loan is liquidated",                      \
      "Morpho Blue: one of the values enabled"),                                                 \
        DS_P_FIXED(                                                                              \
            S, supplied, "USD", 1e6, 0, 9e10,                                                    \
            "what lenders have there at the start; more where the first loans pass the target",  \
            NULL),                                                                               \
        P(S, cap, "USD", 1e7, 0, 9e10, "up to which lenders supply more; interest may pass it",  \
          NULL),                                                                                 \
        DS_P_FIXED_INTEGER(                                                                      \
            S, count, "1", 0, 0, 1e7,                                                            \
            "borrowers from outside at the start, who keep their loans as they are", NULL),      \
        DS_P_FIXED(S, collateral, unit, 0, 0, 9e10, "their collateral in all, in equal parts",   \
                   NULL),                                                                        \
        DS_P_FIXED(S, ltv, "1", 0.4, 0, 0.99, "mean of their debt over the value of collateral", \
                   NULL),                                                                        \
        DS_P_FIXED(S, ltv_spread, "1", 0.5, 0, 1,                                                \
                   "half width of its uniform distribution, over the mean", NULL)
static const ds_param vvv_params[] = {MARKET("VVV"), {0}};
static const ds_param diem_params[] = {MARKET("DIEM"), {0}};
#undef MARKET
#undef S

#define S ds_interest_config
static const ds_param interest_params[] = {
    P(S, target, "1", 0.9, 0.01, 0.99, "utilization at which the rate stays",
      "Morpho, AdaptiveCurveIRM"),
    P(S, steepness, "1", 4, 1, 100,
      "rate at full utilization over that at the target, and that over the rate at none",
      "Morpho, AdaptiveCurveIRM"),
    P(S, speed, "1/yr", 50, 0, 1000, "log change of the rate in a year at full utilization",
      "Morpho, AdaptiveCurveIRM"),
    DS_P_FIXED(S, rate, "1/yr", 0.04, 1e-6, 100, "rate at the target utilization, at the start",
               "Morpho, AdaptiveCurveIRM"),
    P(S, least, "1/yr", 0.001, 1e-6, 100, "least rate at the target", "Morpho, AdaptiveCurveIRM"),
    P(S, most, "1/yr", 2, 1e-6, 100, "largest rate at the target", "Morpho, AdaptiveCurveIRM"),
    {0},
};
#undef S

#define S ds_lenders_config
static const ds_param lenders_params[] = {
    P(S, review, "d", 7, 1e-2, 36500, "mean time between two reviews of a market's lenders", NULL),
    P(S, required, "1/yr", 0.04, 0, 10,
      "interest received, less bad debt of late, at which lenders stay as they are", NULL),
    P(S, sensitivity, "yr", 40, 0, 1e4, "of the choice between supplying and withdrawing to it",
      NULL),
    P(S, step, "1", 0.1, 0, 1, "most of what is supplied that a review adds or withdraws", NULL),
    {0},
};
#undef S

#define S ds_liquidators_config
static const ds_param liquidators_params[] = {
    P(S, delay, "d", 2.3148148148148147e-5, 1e-6, 30,
      "from when a loan can be liquidated, or one before it was, until it is",
      "block time of Base, 2 s"),
    P(S, least, "USD", 100, 1, 1e9,
      "value below which a part of a loan's collateral is not worth "
      "seizing",
      NULL),
    P(S, window, "d", 0.020833333333333332, 0, 365,
      "over which the price of DIEM in VVV is averaged for loans: an exponential memory; 0: the "
      "price of the moment",
      NULL),
    {0},
};
#undef S

#define S ds_borrowers_config
static const ds_param borrowers_params[] = {
    P(S, premium, "1/yr", 0.4, -10, 10,
      "annual return asked, besides interest, for a dollar of debt: the fear of liquidation; by it "
      "borrowing is modest in the default economy",
      NULL),
    P(S, buffer, "1", 0.15, 0, 0.99,
      "a borrower repays when its debt is within this part of liquidation", NULL),
    {0},
};
#undef S

#define S ds_lending_config
const ds_param ds_lending_params[] = {
    {DS_AT(S, active), .kind = DS_SWITCH, .unit = "1", .max = 1, .fixed = true,
     .doc = "whether dollars can be borrowed against VVV and DIEM"},
    DS_P_GROUP(S, vvv, vvv_params, ds_lending_market_config, "market with VVV as collateral"),
    DS_P_GROUP(S, diem, diem_params, ds_lending_market_config, "market with DIEM as collateral"),
    DS_P_GROUP(S, interest, interest_params, ds_interest_config, "what borrowing costs"),
    DS_P_GROUP(S, lenders, lenders_params, ds_lenders_config, "who supplies the dollars"),
    DS_P_GROUP(S, liquidators, liquidators_params, ds_liquidators_config,
               "who repays loans for their collateral"),
    DS_P_GROUP(S, borrowers, borrowers_params, ds_borrowers_config,
               "how holders borrow; how much is `leverage` of their cohort"),
    {0},
};
#undef S
#undef P
