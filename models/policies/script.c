#include "script.h"

#include "heap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- answers ---- */

static ds_sandbox *box_of(const ds_view *now)
{
    return now->room;
}

/* No more DIEM where a script has no answer: a mint then ends, and the run at its next check. */
static double rate(const void *params, const ds_view *now, double supply)
{
    const ds_question q = {DS_ANSWER, now, &supply, 1};
    double rate;
    (void)params;
    if (!ds_sandbox_ask(box_of(now), &q, &rate))
        return INFINITY;
    if (DS_LIKELY(rate > 0))
        return rate;
    ds_sandbox_refuse(box_of(now), &q, "%g VVV/DIEM at supply %.10g, must be above 0",
                      isnan(rate) ? (double)NAN : rate, supply);
    return INFINITY;
}

/* Where the script has no steps the rate is one step to it. */
static double step(const void *params, const ds_view *now, double supply)
{
    const ds_question q = {DS_SECOND_ANSWER, now, &supply, 1};
    double end;
    (void)params;
    if (!ds_sandbox_ask(box_of(now), &q, &end))
        return INFINITY;
    if (DS_LIKELY(end > supply))
        return end;
    ds_sandbox_refuse(box_of(now), &q, "%.10g, must be above the supply %.10g", end, supply);
    return INFINITY;
}

static void split(const void *params, const ds_view *now, double share[DS_PARTIES])
{
    const ds_question q = {DS_ANSWER, now, NULL, DS_PARTIES};
    double sum = 0;
    (void)params;
    for (int i = 0; i < DS_PARTIES; i++)
        share[i] = NAN;
    if (!ds_sandbox_ask(box_of(now), &q, share))
        return;
    bool fine = true;
    for (int i = 0; i < DS_PARTIES; i++) {
        fine = fine && share[i] >= 0;
        sum += share[i];
    }
    if (!fine || !(fabs(sum - 1) < 1e-9))
        ds_sandbox_refuse(box_of(now), &q,
                          "shares %.10g, %.10g, %.10g, %.10g, %.10g: each must be >= 0 and their "
                          "sum 1",
                          share[0], share[1], share[2], share[3], share[4]);
}

static double one_number(const ds_view *now, double least, double most, const char *unit)
{
    const ds_question q = {DS_ANSWER, now, NULL, 1};
    double value;
    if (!ds_sandbox_ask(box_of(now), &q, &value))
        return NAN;
    if (!(value >= least && value <= most))
        ds_sandbox_refuse(box_of(now), &q, "%.10g %s, must lie in [%g, %g]",
                          isnan(value) ? (double)NAN : value, unit, least, most);
    return value;
}

static double emission(const void *params, const ds_view *now)
{
    (void)params;
    return one_number(now, 0, 1e12, "VVV/yr");
}

static double emission_changes(const void *params, const ds_view *now)
{
    const ds_question q = {DS_SECOND_ANSWER, now, NULL, 1};
    double date;
    (void)params;
    return ds_sandbox_ask(box_of(now), &q, &date) ? date : NAN;
}

static double spend(const void *params, const ds_view *now)
{
    (void)params;
    return one_number(now, 0, INFINITY, "USD/d");
}

static double price(const void *params, const ds_view *now)
{
    (void)params;
    return one_number(now, 1e-6, 1e6, "of the list price");
}

/* ---- replicas ---- */

static const struct slot {
    const char *answer, *second; /* names of functions; NULL: none */
} slots[DS_RULES] = {
    [DS_RULE_MINT] = {"rate", "step"},
    [DS_RULE_FEE_SPLIT] = {"split", NULL},
    [DS_RULE_EMISSION] = {"emission", "changes"},
    [DS_RULE_BUYBACK] = {"spend", NULL},
    [DS_RULE_PRICING] = {"price", NULL},
};

enum { FUNCTIONS_MOST = 2 * DS_RULES };

static void list_functions(const char *functions[FUNCTIONS_MOST + 1])
{
    size_t n = 0;
    for (int slot = 0; slot < DS_RULES; slot++) {
        functions[n++] = slots[slot].answer;
        if (slots[slot].second)
            functions[n++] = slots[slot].second;
    }
    functions[n] = NULL;
}

static bool start(ds_sandbox **box, void *room, const ds_script *script, ds_status *st)
{
    const struct slot *const slot = &slots[script->slot];
    if (!ds_sandbox_open(box, room, &script->chunk, st))
        return false;
    if (!ds_sandbox_find(*box, DS_ANSWER, slot->answer, st))
        return ds_fail(st, DS_E_POLICY,
                       "%s: returns no function '%s', which the slot '%s' asks for",
                       script->chunk.name, slot->answer, ds_policy_slots[script->slot].name);
    return !slot->second || ds_sandbox_find(*box, DS_SECOND_ANSWER, slot->second, st) ||
           st->code == DS_OK;
}

static bool open(const ds_policy *self, const void *params, void *room, ds_status *st)
{
    const ds_script *const script = (const ds_script *)self;
    ds_sandbox *box;
    return start(&box, room, script, st) && ds_sandbox_fill(box, self->as.params, params, st);
}

void ds_script_bind(ds_script *script, ds_rule slot, const ds_lua_chunk *chunk)
{
    ds_policy *const p = &script->policy;
    script->slot = slot;
    script->chunk = *chunk;
    p->room = DS_SANDBOX_ROOM;
    p->open = open;
    if (slot == DS_RULE_MINT)
        p->rate = rate;
    else if (slot == DS_RULE_FEE_SPLIT)
        p->split = split;
    else if (slot == DS_RULE_EMISSION)
        p->emission = emission;
    else if (slot == DS_RULE_BUYBACK)
        p->spend = spend;
    else
        p->price = price;
}

/* ---- loading ---- */

static void *spare_room(ds_status *st)
{
    void *const room = aligned_alloc(DS_HEAP_GRAIN, DS_SANDBOX_ROOM);
    if (!room)
        (void)ds_fail(st, DS_E_SYSTEM, "no memory for a script");
    return room;
}

bool ds_script_try(const ds_script *script, ds_status *st)
{
    ds_sandbox *box;
    void *const room = spare_room(st);
    const bool fine = room && start(&box, room, script, st);
    free(room);
    return fine;
}

#define FILE_PARAM                                                                     \
    {                                                                                  \
        .name = "file", .kind = DS_TEXT, .unit = "1", .required = true,                \
        .doc = "the script, in the scenario's folder or below it, which declares the " \
               "other parameters",                                                     \
    }
static const ds_param always[] = {FILE_PARAM, {0}};

static bool read_script(ds_script *script, ds_declarations *d, void *room, ds_status *st)
{
    ds_sandbox *box;
    if (!start(&box, room, script, st) || !ds_sandbox_declared(box, d, st))
        return false;
    if (ds_sandbox_has(box, DS_SECOND_ANSWER) && script->slot == DS_RULE_MINT)
        script->policy.step = step;
    if (ds_sandbox_has(box, DS_SECOND_ANSWER) && script->slot == DS_RULE_EMISSION)
        script->policy.emission_changes = emission_changes;
    return true;
}

static const ds_alternative *load(const ds_alternative *self, const ds_outside *said, ds_status *st)
{
    const ds_policy *const general = (const ds_policy *)(const void *)self;
    ds_script *const script = said->take(said->memory, sizeof *script);
    const char *functions[FUNCTIONS_MOST + 1];
    ds_declarations d = {.take = said->take,
                         .memory = said->memory,
                         .base = 1,
                         .at = sizeof(const char *),
                         .functions = functions};
    const ds_lua_chunk chunk = {said->file, said->text, said->size};
    void *const room = spare_room(st);
    if (!room)
        return NULL;
    list_functions(functions);
    ds_script_bind(script, (ds_rule)(general - ds_script_policies), &chunk);
    const bool fine = read_script(script, &d, room, st);
    free(room);
    if (!fine)
        return NULL;
    d.table[0] = always[0];
    script->policy.as = (ds_alternative){
        .name = self->name,
        .doc = d.doc ? d.doc : "A policy in Lua.",
        .source = d.source,
        .params = d.table,
        .params_size = d.at + d.count * sizeof(double),
    };
    return &script->policy.as;
}

#define SCRIPT(slot)                                                                        \
    [slot] = {.as = {.name = "lua",                                                         \
                     .doc = "A script in Lua 5.4, read with the scenario. It declares its " \
                            "parameters itself: 'diemsim policies FILE.lua' prints them.",  \
                     .params = always,                                                      \
                     .params_size = sizeof(const char *),                                   \
                     .outside = load}}
const ds_policy ds_script_policies[DS_RULES] = {
    SCRIPT(DS_RULE_MINT),    SCRIPT(DS_RULE_FEE_SPLIT), SCRIPT(DS_RULE_EMISSION),
    SCRIPT(DS_RULE_BUYBACK), SCRIPT(DS_RULE_PRICING),
};
