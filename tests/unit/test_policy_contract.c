/* The contract of the catalogue: every policy, over ordinary and wild economies, with its memory,
 * its parameters and its documentation. A new policy is tested by being listed. */
#include "models/models.h"
#include "run.h"
#include "sim/io/scenario.h"
#include "tests/policy.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { POLICIES_MOST = 64 };

static struct {
    const ds_policy_slot *slot;
    const ds_alternative *as;
} catalogue[POLICIES_MOST];
static int policies;
static int policy_now; /* of a test that runs over all */

static void list_catalogue(void)
{
    for (const ds_policy_slot *slot = ds_policy_slots; slot->name; slot++)
        for (const ds_alternative *const *as = slot->policies; *as; as++) {
            if ((*as)->outside) /* test_script.c */
                continue;
            catalogue[policies].slot = slot;
            catalogue[policies++].as = *as;
        }
}

/* An economy of September 2026, and hours of it that are better or worse. */
static ds_view view_at(double day, double utilization)
{
    return (ds_view){.time = day,
                     .date = 20115 + day, /* 2025-01-27 */
                     .diem_supply = 37713,
                     .diem_staked = 28450,
                     .vvv_supply = 81e6,
                     .vvv_staked = 33.9e6,
                     .vvv_locked = 8.95e6,
                     .utilization = utilization,
                     .capacity = 60000,
                     .demand = 60000 * utilization,
                     .vvv_price = 26.7,
                     .diem_price = 1969,
                     .treasury = 1e6,
                     .revenue = 30000 * utilization,
                     .cost = 0.8,
                     .price = 1,
                     .outflow = 1000,
                     .runway = 1000,
                     .consumers = 2000,
                     .vvv_burned = 50};
}

/* ---- the contract, slot by slot ---- */

/* Of the policies of a slot: what its answers must be, in any economy. */
static void mint_holds(const policy_use *u, const ds_view *now)
{
    static const double supplies[] = {0, 1e-8, 1, 499.99, 500, 9999, 37713, 40000, 127999, 1e9};
    double last = 0;
    for (size_t i = 0; i < sizeof supplies / sizeof *supplies; i++) {
        const double rate = u->policy->rate(u->choice.params, now, supplies[i]);
        ck_assert_msg(rate > 0 && rate >= last, "rate %g at %g, %g before", rate, supplies[i],
                      last);
        ck_assert(!u->policy->step ||
                  u->policy->step(u->choice.params, now, supplies[i]) > supplies[i]);
        last = rate;
    }
}

static void fee_split_holds(const policy_use *u, const ds_view *now)
{
    double share[DS_PARTIES], sum = 0;
    memset(share, 0xff, sizeof share);
    u->policy->split(u->choice.params, now, share);
    for (int i = 0; i < DS_PARTIES; i++) {
        ck_assert_msg(share[i] >= 0 && share[i] <= 1, "share %d is %g", i, share[i]);
        sum += share[i];
    }
    ck_assert_double_eq_tol(sum, 1, 1e-12);
}

static void emission_holds(const policy_use *u, const ds_view *now)
{
    const double rate = u->policy->emission(u->choice.params, now);
    ck_assert_msg(rate >= 0 && rate <= 1e12, "rate %g", rate);
    ck_assert(!u->policy->emission_changes ||
              u->policy->emission_changes(u->choice.params, now) > now->date);
    if (u->policy->protocol_part) {
        const double part = u->policy->protocol_part(u->choice.params, now);
        ck_assert_msg(part >= 0 && part <= 1, "part %g", part);
    }
}

static void buyback_holds(const policy_use *u, const ds_view *now)
{
    const double usd = u->policy->spend(u->choice.params, now);
    ck_assert_msg(usd >= 0 && isfinite(usd), "spends %g", usd);
}

static void pricing_holds(const policy_use *u, const ds_view *now)
{
    const double price = u->policy->price(u->choice.params, now);
    ck_assert_msg(price >= 1e-6 && price <= 1e6, "price %g", price);
}

static void (*const holds[DS_RULES])(const policy_use *u, const ds_view *now) = {
    mint_holds, fee_split_holds, emission_holds, buyback_holds, pricing_holds,
};

static ds_rule rule_of(const ds_policy_slot *slot)
{
    return (ds_rule)(slot - ds_policy_slots);
}

START_TEST(every_policy_keeps_the_contract)
{
    const ds_choice c = policy_default(catalogue[_i].as);
    policy_use u;
    for (int day = -400; day < 4000; day += 7)
        for (int k = 0; k <= 8; k++) {
            ds_view now = view_at(day, k / 8.0);
            policy_begin(&u, &c, &now);
            holds[rule_of(catalogue[_i].slot)](&u, &now);
        }
    if (catalogue[_i].slot->policies == ds_mint_policies) {
        ds_view now = view_at(600, 0.5);
        policy_begin(&u, &c, &now);
        ck_assert(isfinite(u.policy->rate(c.params, &now, 0)));
    }
}
END_TEST

/* ---- wild economies ---- */

/* Values that each field may have together with any of the others'. */
static const double amounts[] = {0, 1e-8, 1, 37713, 81e6, 9e10};
static const double prices[] = {0, 1e-12, 1, 26.7, 1969, 1e12};
static const double parts[] = {0, 1e-9, 0.2, 0.5, 0.8, 1};
static const double flows[] = {0, 1e-8, 1, 9999, 30000, 1e15};
static const double losses[] = {-1e12, -1, 0, 1e-9, 1000, 1e12};
static const double runways[] = {0, 1e-9, 200, 500, 36500, NAN};

static uint32_t turn(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u; /* Numerical Recipes */
    return (*state >> 16) % 6;
}

static ds_view wild_view(uint32_t *s, double day)
{
    ds_view v = view_at(day, parts[turn(s)]);
    v.diem_supply = amounts[turn(s)];
    v.diem_staked = fmin(amounts[turn(s)], v.diem_supply);
    v.vvv_supply = amounts[turn(s)];
    v.vvv_staked = fmin(amounts[turn(s)], v.vvv_supply);
    v.vvv_locked = fmin(amounts[turn(s)], v.vvv_staked);
    v.capacity = flows[turn(s)];
    v.demand = flows[turn(s)];
    v.vvv_price = prices[turn(s)];
    v.diem_price = prices[turn(s)];
    v.treasury = amounts[turn(s)];
    v.revenue = flows[turn(s)];
    v.cost = turn(s) ? prices[turn(s)] : 0;
    v.outflow = losses[turn(s)];
    v.runway = runways[turn(s)];
    v.consumers = amounts[turn(s)];
    v.vvv_burned = amounts[turn(s)];
    return v;
}

/* Check writes a line of every assertion: one for all of it. */
static void assert_memory_is_finite(const policy_use *u)
{
    int k = 0;
    while (k < DS_POLICY_MEMORY && isfinite(u->memory[k]))
        k++;
    ck_assert_msg(k == DS_POLICY_MEMORY, "memory %d is %g", k, u->memory[k % DS_POLICY_MEMORY]);
}

START_TEST(no_economy_is_too_wild_for_a_policy)
{
    const ds_choice c = policy_default(catalogue[_i].as);
    uint32_t s = 1;
    for (int life = 0; life < 60; life++) {
        policy_use u;
        ds_view now = wild_view(&s, 300);
        policy_begin(&u, &c, &now);
        for (int day = 0; day < 100; day++) {
            now = wild_view(&s, 300 + day);
            now.memory = u.memory;
            policy_epoch(&u, &now);
            holds[rule_of(catalogue[_i].slot)](&u, &now);
            assert_memory_is_finite(&u);
        }
    }
}
END_TEST

/* The answer of a slot as numbers. */
static void answer(const policy_use *u, ds_rule rule, const ds_view *now, double to[DS_PARTIES])
{
    const void *const p = u->choice.params;
    memset(to, 0, DS_PARTIES * sizeof *to);
    if (rule == DS_RULE_MINT) {
        to[0] = u->policy->rate(p, now, now->diem_supply);
        to[1] = u->policy->step ? u->policy->step(p, now, now->diem_supply) : 0;
    } else if (rule == DS_RULE_FEE_SPLIT) {
        u->policy->split(p, now, to);
    } else if (rule == DS_RULE_EMISSION) {
        to[0] = u->policy->emission(p, now);
        to[1] = u->policy->emission_changes ? u->policy->emission_changes(p, now) : 0;
        to[2] = u->policy->protocol_part ? u->policy->protocol_part(p, now) : 0;
    } else {
        to[0] = (rule == DS_RULE_BUYBACK ? u->policy->spend : u->policy->price)(p, now);
    }
}

/* Asked twice it says the same, and neither its memory nor its parameters move; two that remember
 * the same go on as one. */
START_TEST(an_answer_hangs_on_view_and_memory_alone)
{
    const ds_alternative *const as = catalogue[_i].as;
    const ds_rule rule = rule_of(catalogue[_i].slot);
    const ds_choice c = policy_default(as);
    void *const params = malloc(as->params_size);
    uint32_t s = 7;
    policy_use u, v;
    ds_view now = view_at(600, 0.6);
    policy_begin(&u, &c, &now);
    memcpy(params, c.params, as->params_size);
    for (int day = 0; day < 200; day++) {
        double once[DS_PARTIES], twice[DS_PARTIES];
        now = wild_view(&s, 600 + day);
        now.memory = u.memory;
        policy_epoch(&u, &now);
        v = u;
        answer(&u, rule, &now, once);
        ck_assert_mem_eq(&u, &v, sizeof u); /* memory moves at epochs alone */
        now.memory = v.memory;
        answer(&v, rule, &now, twice);
        ck_assert_mem_eq(once, twice, sizeof once);
    }
    ck_assert_mem_eq(params, c.params, as->params_size);
    free(params);
}
END_TEST

/* A policy that remembers begins anew where it is begun again. */
START_TEST(a_memory_is_begun_and_goes_on_or_is_not_there)
{
    const ds_choice c = policy_default(catalogue[_i].as);
    const ds_policy *const policy = ds_policy_of(&c);
    ck_assert_msg(!policy->begin == !policy->epoch, "begins without going on");
    if (!policy->begin)
        return;
    ds_view now = view_at(600, 0.9);
    policy_use u;
    policy_begin(&u, &c, &now);
    double begun[DS_POLICY_MEMORY];
    memcpy(begun, u.memory, sizeof begun);
    now = view_at(600, 0.9);
    now.vvv_price = 20, now.diem_price = 900, now.vvv_burned = 77;
    now.memory = u.memory;
    for (int day = 0; day < 8; day++)
        policy_epoch(&u, &now);
    ck_assert(memcmp(begun, u.memory, sizeof begun) != 0);
    now = view_at(600, 0.9);
    memset(u.memory, 0x40, sizeof u.memory); /* of whoever had the slot before */
    policy->begin(c.params, &now, u.memory);
    double again[DS_POLICY_MEMORY];
    memset(again, 0x40, sizeof again);
    for (int k = 0; k < DS_POLICY_MEMORY; k++)
        ck_assert(u.memory[k] == begun[k] || (u.memory[k] == again[k] && begun[k] == 0));
}
END_TEST

/* ---- parameters ---- */

static bool scenario_takes(const char *text, ds_status *st)
{
    ds_scenario scenario;
    const void *config;
    const ds_scenario_request q = {.path = "s.yaml", .text = text, .models = ds_models};
    const bool taken =
        ds_scenario_load(&scenario, &q, st) && ds_scenario_config(&scenario, 0, &config, st);
    ds_scenario_free(&scenario);
    return taken;
}

static void refused_at(const char *name, double value)
{
    char text[400];
    ds_status st = {0};
    snprintf(text, sizeof text, "policies: {%s: {use: %s, %s: %.17g}}\n",
             catalogue[policy_now].slot->name, catalogue[policy_now].as->name, name, value);
    ck_assert_msg(!scenario_takes(text, &st), "%s", text);
    ck_assert_msg(strstr(st.text, name) != NULL, "%s: %s", text, st.text);
}

START_TEST(what_lies_outside_its_range_is_refused)
{
    policy_now = _i;
    char text[400];
    ds_status st = {0};
    snprintf(text, sizeof text, "policies: {%s: {use: %s}}\n", catalogue[_i].slot->name,
             catalogue[_i].as->name);
    ck_assert_msg(scenario_takes(text, &st), "%s: %s", text, st.text);
    for (const ds_param *p = catalogue[_i].as->params; p->name; p++) {
        if (p->kind != DS_NUMBER && p->kind != DS_INTEGER)
            continue;
        const double beyond = p->kind == DS_INTEGER ? 1 : fmax(1e-9, fabs(p->max) * 1e-9);
        refused_at(p->name, p->max + beyond);
        refused_at(p->name, p->min - (p->kind == DS_INTEGER ? 1 : fmax(1e-9, fabs(p->min) * 1e-9)));
    }
}
END_TEST

START_TEST(tiers_are_shares_that_rise)
{
    static const char *const wrong[][2] = {
        {"[{from: 0, providers: 0.8, treasury: 0.1}]", "0.9"},
        {"[{from: 0, providers: 0.8, treasury: 0.2}, {from: 0, providers: 1}]", "'tiers'"},
        {"[{from: 5, providers: 0.8, treasury: 0.2}, {from: 4, providers: 1}]", "'tiers'"},
        {"[]", "tiers"},
    };
    char text[400];
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ds_status st = {0};
        snprintf(text, sizeof text, "policies: {fee_split: {use: tiered, tiers: %s}}\n",
                 wrong[i][0]);
        ck_assert_msg(!scenario_takes(text, &st), "%s", text);
        ck_assert_msg(strstr(st.text, wrong[i][1]) != NULL, "%s: %s", text, st.text);
    }
}
END_TEST

static void documented(const char *policy, const ds_param *table)
{
    for (const ds_param *p = table; p->name; p++) {
        ck_assert_msg(p->doc && strlen(p->doc) > 3 && p->unit && *p->unit,
                      "'%s.%s' lacks a meaning or a unit", policy, p->name);
        ck_assert_msg(!p->source || strlen(p->source) > 5, "'%s.%s' has an empty source", policy,
                      p->name);
        const bool number = p->kind == DS_NUMBER || p->kind == DS_INTEGER;
        if (number && !p->required)
            ck_assert_msg(p->fallback >= p->min && (p->fallback <= p->max || p->unlimited),
                          "'%s.%s': the default lies outside the range", policy, p->name);
        ck_assert_msg(!number || p->min < p->max, "'%s.%s' has no range", policy, p->name);
        if (p->kind == DS_LIST)
            documented(p->name, p->table);
    }
}

/* Rules of this model's own making, and references that nobody claims. */
static bool has_no_source(const char *name)
{
    static const char *const own[] = {"constant",       "none",   "capacity_linked",
                                      "solvency_first", "tiered", "price_triggered"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcmp(own[i], name) == 0)
            return true;
    return false;
}

START_TEST(every_policy_is_documented)
{
    const ds_alternative *const as = catalogue[_i].as;
    ck_assert_str_ne(as->name, "");
    ck_assert_msg(as->doc && strlen(as->doc) > 10, "'%s' has no documentation", as->name);
    ck_assert_msg(as->source ? strlen(as->source) > 10 : has_no_source(as->name),
                  "'%s' has no source", as->name);
    ck_assert_uint_gt(as->params_size, 0);
    documented(as->name, as->params);
    /* A name is one policy of its slot. */
    ck_assert_ptr_eq(ds_alternative_find(catalogue[_i].slot->policies, as->name), as);
}
END_TEST

START_TEST(the_words_of_scenarios_are_fixed)
{
    static const char *const words[DS_RULES][9] = {
        {"constant", "linear", "exponential_cubic", "table", "logistic", "pi_controller",
         "capacity_linked", "collateral_ratio"},
        {"fixed", "utilization_sloped", "solvency_first", "burn_most", "tiered"},
        {"schedule", "halving", "target_bonding", "target_ratio", "inverse_sqrt", "net_emissions",
         "utilization_split"},
        {"none", "revenue_share", "per_subscription", "price_triggered"},
        {"fixed", "utilization_adjusted", "cost_plus"},
    };
    static const char *const cubic[] = {"exponential_cubic", "table"};
    for (int rule = 0; rule < DS_RULES; rule++)
        for (const char *const *word = words[rule]; *word; word++)
            ck_assert_msg(ds_alternative_find(ds_policy_slots[rule].policies, *word) != NULL,
                          "no policy '%s'", *word);
    for (int i = 0; i < 2; i++) {
        const ds_alternative *const as = ds_alternative_find(ds_mint_policies, cubic[i]);
        ck_assert_ptr_nonnull(ds_param_find(as->params, "target"));
        ck_assert_ptr_nonnull(ds_param_find(as->params, "base"));
        ck_assert_ptr_nonnull(ds_param_find(as->params, "power"));
    }
}
END_TEST

int main(void)
{
    list_catalogue();
    return ds_run_tests("policy_contract",
                        (const ds_test[]){
                            {every_policy_keeps_the_contract, policies},
                            {no_economy_is_too_wild_for_a_policy, policies},
                            {an_answer_hangs_on_view_and_memory_alone, policies},
                            {a_memory_is_begun_and_goes_on_or_is_not_there, policies},
                            {what_lies_outside_its_range_is_refused, policies},
                            {tiers_are_shares_that_rise, 0},
                            {every_policy_is_documented, policies},
                            {the_words_of_scenarios_are_fixed, 0},
                            {0},
                        },
                        20);
}
