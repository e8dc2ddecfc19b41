/* A policy from outside, made of what a scenario would say, and asked. */
#ifndef DS_FUZZ_POLICY_H
#define DS_FUZZ_POLICY_H

#include "fuzz.h"
#include "models/policies/sandbox.h"

#include <math.h>

typedef struct fuzz_policy {
    ds_pool pool;
    ds_choice choice;
    const ds_policy *policy; /* NULL: it cannot be made */
    ds_view now;
    ds_status st;
} fuzz_policy;

static inline void *policy_take(void *memory, size_t size)
{
    return ds_pool_take(memory, size);
}

/* Numbers have their defaults, or 2 where they have none. */
static inline void policy_fill(fuzz_policy *f)
{
    f->choice.params = ds_pool_take(&f->pool, f->choice.as->params_size);
    for (const ds_param *p = f->choice.as->params; p->name; p++) {
        const double value = p->required ? 2 : p->fallback;
        must(p->kind != DS_NUMBER || (p->min <= value && value <= p->max),
             "a default lies between its bounds", p->name);
        if (p->kind == DS_NUMBER)
            memcpy((char *)f->choice.params + p->offset, &value, sizeof value);
    }
}

/* False: the status says why. To be closed whatever happens. */
static inline bool policy_open(fuzz_policy *f, const ds_policy *general, const ds_outside *said)
{
    *f = (fuzz_policy){.now = {.time = 3,
                               .date = 20715,
                               .vvv_supply = 4e7,
                               .diem_supply = 37713,
                               .utilization = 0.6,
                               .vvv_price = 26.7,
                               .revenue = 30000}};
    ds_outside whole = *said;
    whole.take = policy_take;
    whole.memory = &f->pool;
    f->choice.as = general->as.outside(&general->as, &whole, &f->st);
    must_say(f->choice.as != NULL, &f->st);
    if (!f->choice.as)
        return false;
    f->policy = ds_policy_of(&f->choice);
    policy_fill(f);
    f->now.room = ds_pool_take(&f->pool, f->policy->room);
    f->now.st = &f->st;
    const bool open = f->policy->open(f->policy, f->choice.params, f->now.room, &f->st);
    must_say(open, &f->st);
    return open;
}

static inline void policy_close(fuzz_policy *f)
{
    ds_pool_free(&f->pool);
}

/* A number that is none says so in the status, and what is no number was refused there. */
static inline void check_answer(const fuzz_policy *f, double answer, double least, double most)
{
    if (f->st.code == DS_OK)
        must(answer >= least && answer <= most, "an answer is one, or is refused", "");
    else
        must_say(false, &f->st);
}

static inline double ask_mint(fuzz_policy *f)
{
    const double rate = f->policy->rate(f->choice.params, &f->now, 40000);
    check_answer(f, rate, 0, INFINITY);
    if (f->policy->step && f->st.code == DS_OK)
        check_answer(f, f->policy->step(f->choice.params, &f->now, 40000), 40000, INFINITY);
    return rate;
}

static inline double ask_split(fuzz_policy *f)
{
    double share[DS_PARTIES], sum = 0;
    f->policy->split(f->choice.params, &f->now, share);
    for (int i = 0; i < DS_PARTIES; i++) {
        check_answer(f, share[i], 0, 1 + 1e-9);
        sum += share[i];
    }
    check_answer(f, sum, 1 - 1e-8, 1 + 1e-8);
    return share[DS_STAKERS];
}

static inline double ask_emission(fuzz_policy *f)
{
    const double emission = f->policy->emission(f->choice.params, &f->now);
    check_answer(f, emission, 0, 1e12);
    if (f->policy->emission_changes && f->st.code == DS_OK)
        (void)f->policy->emission_changes(f->choice.params, &f->now);
    return emission;
}

/* One of its answers. */
static inline double policy_ask(fuzz_policy *f, ds_rule slot)
{
    double answer;
    switch (slot) {
    case DS_RULE_MINT:
        return ask_mint(f);
    case DS_RULE_FEE_SPLIT:
        return ask_split(f);
    case DS_RULE_EMISSION:
        return ask_emission(f);
    case DS_RULE_BUYBACK:
        answer = f->policy->spend(f->choice.params, &f->now);
        check_answer(f, answer, 0, INFINITY);
        return answer;
    default:
        answer = f->policy->price(f->choice.params, &f->now);
        check_answer(f, answer, 1e-6, 1e6);
        return answer;
    }
}

#endif
