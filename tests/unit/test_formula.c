#include "models/policies/formula.h"
#include "run.h"
#include "tests/outside.h"

enum { KEYS_MOST = 8 };

/* "use" is among the keys, as it is in a scenario. Pairs of key and value, ended by NULL. */
static bool make(ds_asked *a, ds_rule slot, const char *const *pairs)
{
    const char *key[KEYS_MOST] = {"use"}, *value[KEYS_MOST] = {"formula"};
    size_t n = 1;
    for (; pairs[0]; pairs += 2, n++) {
        key[n] = pairs[0];
        value[n] = pairs[1];
    }
    return outside_make(a, &ds_formula_policies[slot],
                        &(ds_outside){.key = key, .value = value, .count = n});
}
#define PAIRS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void set(const ds_asked *a, const char *name, double value)
{
    ds_status st = {0};
    const ds_param *const p = ds_param_find(a->choice.as->params, name);
    ck_assert_msg(p != NULL, "no parameter '%s'", name);
    memcpy((char *)a->choice.params + p->offset, &value, sizeof value);
    ck_assert(a->policy->open(a->policy, a->choice.params, a->room, &st));
}

static double rate_of(const char *expression, double supply)
{
    ds_asked a;
    ck_assert_msg(make(&a, DS_RULE_MINT, PAIRS("rate", expression)), "%s", a.st.text);
    const double rate = a.policy->rate(a.choice.params, &a.now, supply);
    ck_assert_msg(a.st.code == DS_OK, "%s", a.st.text);
    return rate;
}

static void refused(ds_rule slot, const char *const *pairs, const char *words)
{
    ds_asked a;
    ck_assert_msg(!make(&a, slot, pairs), "'%s' is taken", pairs[1]);
    ck_assert_int_eq(a.st.code, DS_E_DATA);
    ck_assert_msg(strstr(a.st.text, words) != NULL, "'%s' says: %s", pairs[1], a.st.text);
}

START_TEST(the_rate_is_the_built_in_one_to_the_last_bit)
{
    ds_asked a;
    ck_assert(make(&a, DS_RULE_MINT,
                   PAIRS("rate", "base * exp(power*(supply/target)^3)", "base", "90", "power", "2",
                         "target", "40000")));
    set(&a, "base", 90);
    set(&a, "power", 2);
    set(&a, "target", 40000);
    const ds_alternative *const as = ds_alternative_find(ds_mint_policies, "exponential_cubic");
    const double params[] = {90, 2, 40000}; /* base, power, target */
    const ds_policy *const built_in = (const ds_policy *)(const void *)as;
    for (int i = 0; i < 822; i++) {
        const double supply = 97.3 * i;
        const double mine = a.policy->rate(a.choice.params, &a.now, supply);
        const double theirs = built_in->rate(params, &a.now, supply);
        ck_assert_int_eq(memcmp(&mine, &theirs, sizeof mine), 0);
    }
}
END_TEST

START_TEST(arithmetic_is_that_of_lua_in_floats)
{
    ck_assert_double_eq(rate_of("2^3^2 + 1", 0), 513);
    ck_assert_double_eq(rate_of("7 // 2 + 7 % 4 + -supply", 2), 4);
    ck_assert_double_eq(rate_of("1--supply", 2), 3);
    ck_assert_double_eq(rate_of("9000000000000000000 * 10", 0), 9e19);
    ck_assert_double_eq(rate_of("1e3 + .5 + 2.", 0), 1002.5);
    ck_assert_double_eq(rate_of("supply < 5 and 1 or 2", 5), 2);
    ck_assert_double_eq(rate_of("utilization >= 0.5 and not (supply == 1) and 3 or 4", 0), 3);
    ck_assert_double_eq(rate_of("min(3, 2) + max(1, supply, 2) + floor(1.5) + abs(-1)", 9), 13);
    ck_assert_double_eq(rate_of("(supply\n+ 1)", 1), 2);
    ck_assert_double_eq(rate_of("now.utilization * math.max(5, supply)", 1), 3);
    ck_assert(isinf(rate_of("supply > 1 and math.huge or 2", 3)));
}
END_TEST

/* A unit beside a number says what it is of, where it cannot scale it. */
START_TEST(a_number_has_the_unit_that_stands_beside_it)
{
    static const char *const unit[][2] = {
        {"40000", "1"},
        {"40000 DIEM", "DIEM"},
        {"90  VVV/DIEM", "VVV/DIEM"},
        {"9 %", "1"},
        {"9%", "1"},
        {"7 d", "1"},
        {"2.5e6 VVV/yr", "1"},
        {"3 USD / days", "1"},
        {"3 dates", "dates"},
    };
    for (size_t i = 0; i < sizeof unit / sizeof *unit; i++) {
        ds_asked a;
        ck_assert(make(&a, DS_RULE_MINT, PAIRS("rate", "a", "a", unit[i][0])));
        ck_assert_str_eq(ds_param_find(a.choice.as->params, "a")->unit, unit[i][1]);
    }
}
END_TEST

START_TEST(shares_that_are_not_said_are_zero)
{
    ds_asked a;
    double share[DS_PARTIES];
    ck_assert(make(
        &a, DS_RULE_FEE_SPLIT,
        PAIRS("providers", "1 - part * utilization", "burn", "part * utilization", "part", "0.5")));
    set(&a, "part", 0.5);
    a.policy->split(a.choice.params, &a.now, share);
    ck_assert_double_eq_tol(share[DS_PROVIDERS], 0.7, 1e-15);
    ck_assert_double_eq_tol(share[DS_BURN], 0.3, 1e-15);
    ck_assert_double_eq(share[DS_STAKERS] + share[DS_MINTERS] + share[DS_TREASURY], 0);
}
END_TEST

START_TEST(every_slot_has_its_expression)
{
    ds_asked a;
    ck_assert(make(&a, DS_RULE_EMISSION, PAIRS("emission", "1000 * utilization")));
    ck_assert_double_eq(a.policy->emission(a.choice.params, &a.now), 600);
    ck_assert(make(&a, DS_RULE_BUYBACK, PAIRS("spend", "0.1 * revenue")));
    ck_assert_double_eq(a.policy->spend(a.choice.params, &a.now), 3000);
    ck_assert(make(&a, DS_RULE_PRICING, PAIRS("price", "0.5 + utilization")));
    ck_assert_double_eq_tol(a.policy->price(a.choice.params, &a.now), 1.1, 1e-15);
}
END_TEST

START_TEST(what_is_no_formula_is_refused)
{
    refused(DS_RULE_MINT, PAIRS("rte", "5"), "'rate' is missing");
    refused(DS_RULE_MINT, PAIRS("rate", ""), "'rate' is empty");
    refused(DS_RULE_MINT, PAIRS("rate", NULL), "'rate' is empty");
    refused(DS_RULE_MINT, PAIRS("rate", "1 +"), "'rate' is no formula");
    refused(DS_RULE_MINT, PAIRS("rate", "1 2"), "'rate' is no formula");
    refused(DS_RULE_MINT, PAIRS("rate", "now.tresury"), "did you mean 'treasury'?");
    refused(DS_RULE_MINT, PAIRS("rate", "now.base", "base", "1"), "'rate' names 'base'");
    refused(DS_RULE_MINT, PAIRS("rate", "math.random()"), "'rate' names 'random'");
    refused(DS_RULE_MINT, PAIRS("rate", "math.utilization"), "'rate' names 'utilization'");
    refused(DS_RULE_MINT, PAIRS("rate", "now"), "'rate' names 'now'");
    refused(DS_RULE_MINT, PAIRS("rate", "supply.x"), "has the character '.'");
    char deep[1000] = "1";
    for (int i = 0; i < 300; i++)
        strcat(deep, "^1");
    refused(DS_RULE_MINT, PAIRS("rate", deep), "'rate' is nested too deeply");
    refused(DS_RULE_MINT, PAIRS("rate", "(1"), "lacks a closing parenthesis");
    refused(DS_RULE_MINT, PAIRS("rate", "1) + (2"), "one expression");
    refused(DS_RULE_MINT, PAIRS("rate", "1, 2"), "one expression");
    refused(DS_RULE_MINT, PAIRS("rate", "os.exit()"), "names 'os'");
    refused(DS_RULE_MINT, PAIRS("rate", "suply"), "names 'suply', did you mean 'supply'?");
    refused(DS_RULE_MINT, PAIRS("rate", "(function() while true do end end)()"), "'function'");
    refused(DS_RULE_MINT, PAIRS("rate", "'x'"), "has the character '''");
    refused(DS_RULE_MINT, PAIRS("rate", "1 ; 2"), "has the character ';'");
    refused(DS_RULE_MINT, PAIRS("rate", "{}"), "has the character '{'");
    refused(DS_RULE_MINT, PAIRS("rate", "1 << 62"), "has the operator '<<', which no formula has");
    refused(DS_RULE_MINT, PAIRS("rate", "supply >> 1"), "has the operator '>>'");
    refused(DS_RULE_MINT, PAIRS("rate", "~5 + 10"), "has the operator '~'");
    refused(DS_RULE_MINT, PAIRS("rate", "5 ~ 3"), "has the operator '~'");
    refused(DS_RULE_MINT, PAIRS("rate", "5 ~~= 3"), "has the operator '~'");
    refused(DS_RULE_MINT, PAIRS("rate", "1 + 1e400"), "has the number 1e400, which is too large");
    refused(DS_RULE_EMISSION, PAIRS("emission", "supply"), "names 'supply'");
}
END_TEST

START_TEST(parameters_are_numbers_that_the_formula_names)
{
    refused(DS_RULE_MINT, PAIRS("rate", "5", "bass", "90"), "'bass' is no name of the formula");
    refused(DS_RULE_FEE_SPLIT, PAIRS("provider", "0.8", "burn", "0.2"),
            "'provider' is no name of the formula, did you mean 'providers'?");
    refused(DS_RULE_MINT, PAIRS("rate", "5", "time", "90"), "'time' is a word of formulas");
    refused(DS_RULE_MINT, PAIRS("rate", "5", "exp", "90"), "'exp' is a word of formulas");
    refused(DS_RULE_MINT, PAIRS("rate", "5", "end", "90"), "'end' is a word of formulas");
    refused(DS_RULE_MINT, PAIRS("rate", "5", "a b", "90"), "'a b' cannot be a name");
    refused(DS_RULE_MINT, PAIRS("rate", "5", "", "90"), "'' cannot be a name");
}
END_TEST

START_TEST(answers_are_checked)
{
    ds_asked a;
    ck_assert(make(&a, DS_RULE_MINT, PAIRS("rate", "supply - 5")));
    ck_assert(isinf(a.policy->rate(a.choice.params, &a.now, 5)));
    ck_assert_ptr_nonnull(strstr(asked_why(&a), "policies.mint:1: 'rate' gave 0"));
    ck_assert(make(&a, DS_RULE_MINT, PAIRS("rate", "supply > 5")));
    ck_assert(isinf(a.policy->rate(a.choice.params, &a.now, 5)));
    ck_assert_ptr_nonnull(strstr(asked_why(&a), "gave a boolean"));
    /* In as many digits as show what is wrong. */
    ck_assert(make(&a, DS_RULE_PRICING, PAIRS("price", "1000000.5")));
    (void)a.policy->price(a.choice.params, &a.now);
    ck_assert_ptr_nonnull(strstr(asked_why(&a), "'price' gave 1000000.5 of the list price, must"));
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {the_rate_is_the_built_in_one_to_the_last_bit, 0},
        {arithmetic_is_that_of_lua_in_floats, 0},
        {a_number_has_the_unit_that_stands_beside_it, 0},
        {shares_that_are_not_said_are_zero, 0},
        {every_slot_has_its_expression, 0},
        {what_is_no_formula_is_refused, 0},
        {parameters_are_numbers_that_the_formula_names, 0},
        {answers_are_checked, 0},
        {0},
    };
    return ds_run_tests("formula", tests, 30);
}
