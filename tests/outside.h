/* Policies from outside without a scenario: made from what a scenario would say, and asked. */
#ifndef DS_TESTS_OUTSIDE_H
#define DS_TESTS_OUTSIDE_H

#include "models/policies/sandbox.h"
#include "sim/io/pool.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct ds_asked {
    ds_choice choice;
    const ds_policy *policy;
    ds_view now;
    ds_status st;
    void *room;
} ds_asked;

static inline void *outside_take(void *memory, size_t size)
{
    return ds_pool_take(memory, size);
}

/* False, with the status, where it cannot be made or opened. Numbers have their defaults. */
static inline bool outside_make(ds_asked *a, const ds_policy *general, const ds_outside *said)
{
    static ds_pool pool;
    ds_outside whole = *said;
    whole.take = outside_take;
    whole.memory = &pool;
    *a = (ds_asked){0};
    a->choice.as = general->as.outside(&general->as, &whole, &a->st);
    if (!a->choice.as)
        return false;
    a->policy = ds_policy_of(&a->choice);
    a->choice.params = ds_pool_take(&pool, a->choice.as->params_size);
    for (const ds_param *p = a->choice.as->params; p->name; p++)
        if (p->kind == DS_NUMBER)
            memcpy((char *)a->choice.params + p->offset, &p->fallback, sizeof p->fallback);
    a->room = ds_pool_take(&pool, a->policy->room);
    a->now = (ds_view){.time = 3,
                       .date = 20715,
                       .diem_supply = 37713,
                       .utilization = 0.6,
                       .vvv_price = 26.7,
                       .revenue = 30000,
                       .room = a->room,
                       .st = &a->st};
    return a->policy->open(a->policy, a->choice.params, a->room, &a->st);
}

static inline bool a_script(ds_asked *a, ds_rule slot, const char *text)
{
    extern const ds_policy ds_script_policies[DS_RULES];
    return outside_make(
        a, &ds_script_policies[slot],
        &(ds_outside){.file = "my.lua", .text = text, .size = text ? strlen(text) : 0});
}

/* The first failure of a policy, if it has one. */
static inline const char *asked_why(const ds_asked *a)
{
    return a->st.code == DS_OK ? "no failure" : a->st.text;
}

#endif
