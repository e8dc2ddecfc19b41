#include "policies.h"

#include "fees.h"
#include "staking.h"

static const double least_price = 1e-6, most_price = 1e6; /* of compute over list price */
static const double minute = 59.9 / 86400;                /* d, less what a date rounds away */
static const double shortest_wait = 1e-9;                 /* d, beyond a date's rounding */
static const uint32_t close_changes = 10;

#define RULE(rule_, name_, list, text_, doc_)                                             \
    {                                                                                     \
        .name = (name_), .kind = DS_CHOICE, .unit = "1", .tag = "use", .text = (text_),   \
        .offset = offsetof(ds_policies_config, rule) + (rule_) * sizeof(ds_choice),       \
        .alternatives = (list), .doc = (doc_), .source = "rules of the protocol, 2026-09" \
    }
const ds_param ds_policies_params[] = {
    RULE(DS_RULE_MINT, "mint", ds_mint_policies, "{use: table}", "sVVV to lock for one more DIEM"),
    RULE(DS_RULE_FEE_SPLIT, "fee_split", ds_fee_split_policies, "{use: fixed}",
         "who gets what part of every fee"),
    RULE(DS_RULE_EMISSION, "emission", ds_emission_policies, "{use: schedule}",
         "VVV issued to stakers"),
    RULE(DS_RULE_BUYBACK, "buyback", ds_buyback_policies, "{use: revenue_share}",
         "USD the treasury spends on VVV to burn"),
    RULE(DS_RULE_PRICING, "pricing", ds_pricing_policies, "{use: fixed}",
         "USD charged for a USD of inference at list price"),
    {0},
};
#undef RULE

/* ---- what they see ---- */

ds_view ds_rule_view(const ds_world *w, ds_rule rule)
{
    const ds_economy *const e = w->eco;
    const ds_book *const vvv = &e->ledger.book[DS_VVV], *const diem = &e->ledger.book[DS_DIEM];
    return (ds_view){
        .time = ds_now(&w->engine),
        .date = w->frame->start + ds_now(&w->engine),
        .diem_supply = ds_tokens(ds_ledger_supply(&e->ledger, DS_DIEM)),
        .diem_staked = ds_tokens(diem->bucket[DS_STAKED] + diem->bucket[DS_USERS_STAKED]),
        .vvv_supply = ds_tokens(ds_ledger_supply(&e->ledger, DS_VVV)),
        .vvv_staked = ds_tokens(vvv->bucket[DS_STAKED] + vvv->bucket[DS_LOCKED]),
        .vvv_locked = ds_tokens(vvv->bucket[DS_LOCKED]),
        .utilization = e->utilization_day,
        .capacity = e->speed.value,
        .demand = e->demand_day,
        .vvv_price = e->vvv_price,
        .diem_price = e->diem_price,
        .treasury = ds_tokens(e->ledger.book[DS_USD].bucket[DS_PROTOCOL]),
        .revenue = e->revenue_day,
        .cost = e->speed.value > 0 ? e->cost.value / e->speed.value : 0,
        .price = e->price,
        .outflow = e->net_outflow,
        .runway = ds_runway(w),
        .consumers = e->served_here,
        .vvv_burned = e->burned_day,
        .memory = e->memory[rule],
        .room = w->room[rule],
        .st = w->engine.status,
    };
}

bool ds_policy_stays(const ds_diem_config *now, const ds_diem_config *before, ds_rule rule)
{
    const ds_choice *const a = &now->policies.rule[rule], *const b = &before->policies.rule[rule];
    return a->as == b->as && ds_params_same(a->as->params, a->params, b->params);
}

static bool needs_room(const ds_diem_config *now, const ds_diem_config *before, int rule)
{
    const ds_policy *const policy = ds_policy_of(&now->policies.rule[rule]);
    if (policy->room == 0 || !before)
        return policy->room > 0;
    return policy->lasting ? now->policies.rule[rule].as != before->policies.rule[rule].as
                           : !ds_policy_stays(now, before, (ds_rule)rule);
}

void ds_policies_place(void *room[DS_RULES], const ds_diem_config *now,
                       const ds_diem_config *before, ds_arena *arena)
{
    for (int rule = 0; rule < DS_RULES; rule++) {
        const size_t size = ds_policy_of(&now->policies.rule[rule])->room;
        room[rule] =
            needs_room(now, before, rule) ? DS_TAKE(arena, (size + 15) / 16, ds_wide) : NULL;
    }
}

/* ---- what they propose ---- */

static bool refuse(ds_world *w, ds_rule rule, double value, const char *unit)
{
    return ds_fail(ds_world_status(w), DS_E_POLICY,
                   "policy '%s.%s' proposes %.10g %s, which is out of range",
                   ds_policies_params[rule].name, ds_rule_choice(w, rule)->as->name, value, unit);
}

static bool ask_protocol_part(ds_world *w, const ds_choice *emission, const ds_view *now)
{
    const ds_policy *const policy = ds_policy_of(emission);
    const double part = policy->protocol_part ? policy->protocol_part(emission->params, now) : 0;
    w->eco->protocol_part = part;
    return (part >= 0 && part <= 1) ||
           refuse(w, DS_RULE_EMISSION, part, "of the emission for the protocol (0 to 1)");
}

/* start + (date - start) may round to before the date: asked again, but never for ever. */
static bool set_emission_change(ds_world *w, double date)
{
    const double now = ds_now(&w->engine), next = date - w->frame->start;
    uint32_t *const close = &w->eco->emission_close;
    if (isnan(next))
        return ds_fail(
            ds_world_status(w), DS_E_POLICY,
            "policy 'emission.%s' names no date of its next change, must be a date or never",
            ds_rule_choice(w, DS_RULE_EMISSION)->as->name);
    *close = next < now + minute ? *close + 1 : 0;
    if (*close > close_changes)
        return ds_fail(ds_world_status(w), DS_E_POLICY,
                       "policy 'emission.%s' names changes in the past or less than a minute "
                       "apart, %u in a row, the last the date %.10g on the date %.10g",
                       ds_rule_choice(w, DS_RULE_EMISSION)->as->name, *close, date,
                       w->frame->start + now);
    ds_engine_set(&w->engine, DS_AT_EMISSION_CHANGE, fmax(next, now + shortest_wait));
    return true;
}

bool ds_emission_ask(ds_world *w)
{
    const ds_choice *const emission = ds_rule_choice(w, DS_RULE_EMISSION);
    const ds_policy *const policy = ds_policy_of(emission);
    if (!ds_staking_accrue(w))
        return false;
    const ds_view now = ds_rule_view(w, DS_RULE_EMISSION);
    const double rate = policy->emission(emission->params, &now);
    if (!(rate >= 0 && rate <= 1e12))
        return refuse(w, DS_RULE_EMISSION, rate, "VVV/yr (0 to 1e12)");
    w->eco->emission_rate = rate;
    if (!ask_protocol_part(w, emission, &now))
        return false;
    return set_emission_change(
        w, policy->emission_changes ? policy->emission_changes(emission->params, &now) : INFINITY);
}

static bool shares_are_valid(const double share[DS_PARTIES])
{
    double sum = 0;
    for (int i = 0; i < DS_PARTIES; i++) {
        if (!(share[i] >= 0))
            return false;
        sum += share[i];
    }
    return fabs(sum - 1) < 1e-9;
}

static bool ask_split(ds_world *w)
{
    const ds_choice *const split = ds_rule_choice(w, DS_RULE_FEE_SPLIT);
    const ds_view now = ds_rule_view(w, DS_RULE_FEE_SPLIT);
    double *const s = w->eco->share;
    ds_policy_of(split)->split(split->params, &now, s);
    if (shares_are_valid(s))
        return true;
    return ds_fail(ds_world_status(w), DS_E_POLICY,
                   "policy 'fee_split.%s' proposes shares %.10g, %.10g, %.10g, %.10g, %.10g: each "
                   "must be >= 0 "
                   "and their sum 1",
                   split->as->name, s[0], s[1], s[2], s[3], s[4]);
}

static bool ask_buyback(ds_world *w)
{
    const ds_choice *const buyback = ds_rule_choice(w, DS_RULE_BUYBACK);
    const ds_view now = ds_rule_view(w, DS_RULE_BUYBACK);
    w->eco->buyback_rate = ds_policy_of(buyback)->spend(buyback->params, &now);
    return w->eco->buyback_rate >= 0 ||
           refuse(w, DS_RULE_BUYBACK, w->eco->buyback_rate, "USD/d (0 or more)");
}

static bool ask_price(ds_world *w)
{
    const ds_choice *const pricing = ds_rule_choice(w, DS_RULE_PRICING);
    const ds_view now = ds_rule_view(w, DS_RULE_PRICING);
    const double price = ds_policy_of(pricing)->price(pricing->params, &now);
    if (!(price >= least_price && price <= most_price))
        return refuse(w, DS_RULE_PRICING, price, "of the list price (1e-6 to 1e6)");
    w->eco->price = price;
    return true;
}

static const struct {
    ds_rule rule;
    bool (*ask)(ds_world *w);
} asked[] = {{DS_RULE_EMISSION, ds_emission_ask},
             {DS_RULE_FEE_SPLIT, ask_split},
             {DS_RULE_BUYBACK, ask_buyback},
             {DS_RULE_PRICING, ask_price}};

/* Proposals for the time from now on, of those that are not as before; NULL: of all. */
static bool ask(ds_world *w, const ds_diem_config *before)
{
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        const bool stays = before && ds_policy_stays(w->config, before, asked[i].rule);
        if (!stays && !asked[i].ask(w))
            return false;
    }
    return ds_world_status(w)->code == DS_OK;
}

/* ---- what they remember ---- */

static bool open_room(ds_world *w, const ds_choice *choice, void *room)
{
    const ds_policy *const policy = ds_policy_of(choice);
    return !policy->open || policy->open(policy, choice->params, room, ds_world_status(w));
}

static void remember(const ds_world *w, int rule, const ds_choice *choice, double *memory)
{
    const ds_policy *const policy = ds_policy_of(choice);
    const ds_view now = ds_rule_view(w, (ds_rule)rule);
    memset(memory, 0, DS_POLICY_MEMORY * sizeof *memory);
    if (policy->begin)
        policy->begin(choice->params, &now, memory);
}

bool ds_policies_begin(ds_world *w)
{
    for (int rule = 0; rule < DS_RULES; rule++) {
        const ds_choice *const choice = ds_rule_choice(w, (ds_rule)rule);
        if (!open_room(w, choice, w->room[rule]))
            return false;
        remember(w, rule, choice, w->eco->memory[rule]);
    }
    return ask(w, NULL);
}

bool ds_policies_epoch(ds_world *w)
{
    for (int r = 0; r < DS_RULES; r++) {
        const ds_choice *const choice = ds_rule_choice(w, (ds_rule)r);
        const ds_policy *const policy = ds_policy_of(choice);
        const ds_view now = ds_rule_view(w, (ds_rule)r);
        if (policy->epoch)
            policy->epoch(choice->params, &now, w->eco->memory[r]);
    }
    return ask(w, NULL);
}

/* ---- what governance brings ---- */

bool ds_policies_open(ds_world *w, const ds_diem_config *next, void *const room[DS_RULES])
{
    for (int rule = 0; rule < DS_RULES; rule++)
        if (room[rule] && !open_room(w, &next->policies.rule[rule], room[rule]))
            return false;
    return true;
}

bool ds_policies_turn(ds_world *w, const ds_diem_config *before)
{
    for (int rule = 0; rule < DS_RULES; rule++) {
        const ds_choice *const choice = ds_rule_choice(w, (ds_rule)rule);
        if (choice->as != before->policies.rule[rule].as)
            remember(w, rule, choice, w->eco->memory[rule]);
    }
    return ask(w, before);
}
