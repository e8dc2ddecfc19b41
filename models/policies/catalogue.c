#include "formula.h"
#include "plugin.h"
#include "script.h"

extern const ds_policy ds_mint_exponential_cubic, ds_mint_table, ds_mint_constant, ds_mint_linear,
    ds_mint_logistic, ds_mint_pi_controller, ds_mint_capacity_linked, ds_mint_collateral_ratio;
extern const ds_policy ds_fee_split_fixed, ds_fee_split_utilization_sloped,
    ds_fee_split_solvency_first, ds_fee_split_burn_most, ds_fee_split_tiered;
extern const ds_policy ds_emission_schedule, ds_emission_halving, ds_emission_target_bonding,
    ds_emission_target_ratio, ds_emission_inverse_sqrt, ds_emission_net_emissions,
    ds_emission_utilization_split;
extern const ds_policy ds_buyback_none, ds_buyback_revenue_share, ds_buyback_per_subscription,
    ds_buyback_price_triggered;
extern const ds_policy ds_pricing_fixed, ds_pricing_utilization_adjusted, ds_pricing_cost_plus;

const ds_alternative *const ds_mint_policies[] = {
    &ds_mint_exponential_cubic.as,
    &ds_mint_table.as,
    &ds_mint_constant.as,
    &ds_mint_linear.as,
    &ds_mint_logistic.as,
    &ds_mint_pi_controller.as,
    &ds_mint_capacity_linked.as,
    &ds_mint_collateral_ratio.as,
    &ds_script_policies[DS_RULE_MINT].as,
    &ds_formula_policies[DS_RULE_MINT].as,
    &ds_plugin_policies[DS_RULE_MINT].as,
    NULL,
};

const ds_alternative *const ds_fee_split_policies[] = {
    &ds_fee_split_fixed.as,
    &ds_fee_split_utilization_sloped.as,
    &ds_fee_split_solvency_first.as,
    &ds_fee_split_burn_most.as,
    &ds_fee_split_tiered.as,
    &ds_script_policies[DS_RULE_FEE_SPLIT].as,
    &ds_formula_policies[DS_RULE_FEE_SPLIT].as,
    &ds_plugin_policies[DS_RULE_FEE_SPLIT].as,
    NULL,
};

const ds_alternative *const ds_emission_policies[] = {
    &ds_emission_schedule.as,
    &ds_emission_halving.as,
    &ds_emission_target_bonding.as,
    &ds_emission_target_ratio.as,
    &ds_emission_inverse_sqrt.as,
    &ds_emission_net_emissions.as,
    &ds_emission_utilization_split.as,
    &ds_script_policies[DS_RULE_EMISSION].as,
    &ds_formula_policies[DS_RULE_EMISSION].as,
    &ds_plugin_policies[DS_RULE_EMISSION].as,
    NULL,
};

const ds_alternative *const ds_buyback_policies[] = {
    &ds_buyback_none.as,
    &ds_buyback_revenue_share.as,
    &ds_buyback_per_subscription.as,
    &ds_buyback_price_triggered.as,
    &ds_script_policies[DS_RULE_BUYBACK].as,
    &ds_formula_policies[DS_RULE_BUYBACK].as,
    &ds_plugin_policies[DS_RULE_BUYBACK].as,
    NULL,
};

const ds_alternative *const ds_pricing_policies[] = {
    &ds_pricing_fixed.as,
    &ds_pricing_utilization_adjusted.as,
    &ds_pricing_cost_plus.as,
    &ds_script_policies[DS_RULE_PRICING].as,
    &ds_formula_policies[DS_RULE_PRICING].as,
    &ds_plugin_policies[DS_RULE_PRICING].as,
    NULL,
};

const ds_policy_slot ds_policy_slots[] = {
    {"mint", "sVVV to lock for one more DIEM", ds_mint_policies},
    {"fee_split", "who gets what part of every fee", ds_fee_split_policies},
    {"emission", "VVV issued to stakers", ds_emission_policies},
    {"buyback", "USD the treasury spends on VVV to burn", ds_buyback_policies},
    {"pricing", "USD charged for a USD of inference at list price", ds_pricing_policies},
    {0},
};
