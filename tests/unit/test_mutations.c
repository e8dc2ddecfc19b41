/* Shipped scripts and a few formulas with random changes: each is refused, or made and asked, and
 * says why where it has no answer. ROUNDS in the environment asks for more of them. */
#include "models/policies/formula.h"
#include "models/policies/script.h"
#include "run.h"
#include "tests/outside.h"

#include "sim/core/rng.h"
#include "sim/io/files.h"

#include <stdio.h>

enum { MOST = 8000, CHANGES = 4, ROUNDS = 600 };

typedef struct ds_mutant {
    char text[MOST];
    size_t size;
    ds_rng rng;
} ds_mutant;

static size_t below(ds_mutant *m, size_t n)
{
    return n ? (size_t)ds_rng_below(&m->rng, (uint32_t)n) : 0;
}

/* Takes `cut` bytes out at a place and puts others in, as far as there is room. */
static void splice(ds_mutant *m, size_t at, size_t cut, const char *in, size_t size)
{
    if (m->size - cut + size > MOST)
        return;
    memmove(m->text + at + size, m->text + at + cut, m->size - at - cut);
    memmove(m->text + at, in, size);
    m->size = m->size - cut + size;
}

static const char *const words[] = {
    "nil",
    "-",
    "1e308",
    "0/0",
    "math.huge",
    "{}",
    "'x'",
    "#",
    "..",
    "//0",
    "%0",
    "while true do end",
    "p",
    "now",
    "return",
    "end",
    "function()",
    "error()",
    "pcall",
    "^",
    "(",
    ")",
    ",",
    "now.time",
    "math.mininteger",
    "goto a",
    "::a::",
    "for i=1,9e9 do",
    "...",
    "\n",
    "\"",
    "[[",
    "]]",
    "--",
    "[",
    "table.concat",
    "local t={}",
    "select",
    "table.unpack(p)",
    "supply",
    "999999999999999999999",
    "0x7fffffffffffffff",
};

static void change(ds_mutant *m)
{
    const size_t at = below(m, m->size), rest = m->size - at;
    char copy[40];
    const size_t length = below(m, rest < sizeof copy ? rest : sizeof copy);
    switch (below(m, 4)) {
    case 0: {
        const char *const word = words[below(m, sizeof words / sizeof words[0])];
        splice(m, at, length, word, strlen(word));
        break;
    }
    case 1:
        splice(m, at, length, "", 0);
        break;
    case 2:
        memcpy(copy, m->text + at, length);
        splice(m, below(m, m->size), 0, copy, length);
        break;
    default:
        if (rest)
            m->text[at] = (char)below(m, 256);
    }
}

static void mutate(ds_mutant *m, const char *text, size_t size, uint32_t round)
{
    m->rng = ds_rng_stream(7, round, 0, 0);
    m->size = size;
    memcpy(m->text, text, size);
    for (size_t i = 1 + below(m, CHANGES); i > 0; i--)
        change(m);
}

static void is_an_answer(double value, const ds_status *st, const ds_mutant *m)
{
    if (st->code == DS_OK)
        ck_assert_msg(!isnan(value), "%.*s", (int)m->size, m->text);
    else
        ck_assert_msg(st->code == DS_E_POLICY && st->text[0], "%.*s", (int)m->size, m->text);
}

static void ask(const ds_policy *p, const void *params, const ds_view *now, const ds_mutant *m)
{
    double share[DS_PARTIES] = {0};
    if (p->rate)
        is_an_answer(p->rate(params, now, now->diem_supply), now->st, m);
    if (p->step)
        is_an_answer(p->step(params, now, now->diem_supply), now->st, m);
    if (p->split)
        p->split(params, now, share);
    is_an_answer(share[0], now->st, m);
    if (p->emission)
        is_an_answer(p->emission(params, now), now->st, m);
    if (p->spend)
        is_an_answer(p->spend(params, now), now->st, m);
    if (p->price)
        is_an_answer(p->price(params, now), now->st, m);
}

static void try_one(const ds_policy *general, ds_outside *said, const ds_mutant *m, void *room)
{
    ds_pool pool = {0};
    ds_status st = {0};
    said->take = outside_take;
    said->memory = &pool;
    const ds_alternative *const as = general->as.outside(&general->as, said, &st);
    if (as) {
        const ds_policy *const policy = (const ds_policy *)(const void *)as;
        const ds_view now = {
            .time = 9, .date = 20715, .diem_supply = 37713, .room = room, .st = &st};
        ck_assert_uint_le(policy->room, DS_SANDBOX_ROOM);
        const void *const params = ds_pool_take(&pool, as->params_size);
        if (policy->open(policy, params, room, &st))
            for (int i = 0; i < 3; i++)
                ask(policy, params, &now, m);
    } else {
        ck_assert_msg((st.code == DS_E_POLICY || st.code == DS_E_DATA) && st.text[0], "%.*s",
                      (int)m->size, m->text);
    }
    ds_pool_free(&pool);
}

static uint32_t rounds(void)
{
    const char *const more = getenv("ROUNDS");
    return more ? (uint32_t)strtoul(more, NULL, 10) : ROUNDS;
}

static const struct shipped {
    ds_rule slot;
    const char *file;
} shipped[] = {
    {DS_RULE_MINT, "cubic.lua"},
    {DS_RULE_FEE_SPLIT, "sloped_split.lua"},
    {DS_RULE_EMISSION, "halving_emission.lua"},
    {DS_RULE_BUYBACK, "cautious_buyback.lua"},
    {DS_RULE_PRICING, "peak_pricing.lua"},
};

START_TEST(no_change_of_a_script_does_harm)
{
    static ds_mutant m;
    char path[400];
    ds_pool pool = {0};
    ds_status st = {0};
    const char *text;
    size_t size;
    void *const room = aligned_alloc(16, DS_SANDBOX_ROOM);
    snprintf(path, sizeof path, "%s/../scenarios/policies/%s", DS_TEST_DATA, shipped[_i].file);
    ck_assert_msg(ds_file_slurp(&pool, path, MOST, &text, &size, &st), "%s", st.text);
    for (uint32_t round = 0; round < rounds(); round++) {
        mutate(&m, text, size, round);
        ds_outside said = {.file = "my.lua", .text = m.text, .size = m.size};
        try_one(&ds_script_policies[shipped[_i].slot], &said, &m, room);
    }
    free(room);
    ds_pool_free(&pool);
}
END_TEST

static const char *const formulas[] = {
    "base * exp(power * (supply / target)^3)",
    "utilization > 0.9 and 2 or 1 + max(0, min(1, base - floor(power)))",
    "abs(-base) + sqrt(target) % 7 // 2 - log(1e3 + .5)",
};

START_TEST(no_change_of_a_formula_does_harm)
{
    static ds_mutant m;
    char text[MOST + 1];
    void *const room = aligned_alloc(16, DS_SANDBOX_ROOM);
    static const char *const key[] = {"use", "rate", "base", "power", "target"};
    for (uint32_t round = 0; round < rounds(); round++) {
        mutate(&m, formulas[_i], strlen(formulas[_i]), round);
        snprintf(text, sizeof text, "%.*s", (int)m.size, m.text);
        const char *const value[] = {"formula", text, "90", "2", "40000"};
        ds_outside said = {.key = key, .value = value, .count = 2 + round % 4};
        try_one(&ds_formula_policies[DS_RULE_MINT], &said, &m, room);
    }
    free(room);
}
END_TEST

#define COUNT(array) (int)(sizeof(array) / sizeof *(array))

int main(void)
{
    const ds_test tests[] = {
        {no_change_of_a_script_does_harm, COUNT(shipped)},
        {no_change_of_a_formula_does_harm, COUNT(formulas)},
        {0},
    };
    return ds_run_tests("mutations", tests, 300);
}
