/*
 * Policies of one expression: `{use: formula, rate: "base * exp(power * (supply / target)^3)",
 * base: 90, power: 2, target: 40000}`. Every name is a number given beside it, a member of the
 * view, `supply` in a mint, or a function; the expression becomes a script (script.h).
 */
#ifndef DS_MODELS_FORMULA_H
#define DS_MODELS_FORMULA_H

#include "policy.h"

extern const ds_policy ds_formula_policies[DS_RULES];

#endif
