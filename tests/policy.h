/*
 * Policies of the catalogue with their defaults, as a scenario that says nothing would bind them,
 * and single parameters set on top. What they point to lives as long as the program.
 */
#ifndef DS_TESTS_POLICY_H
#define DS_TESTS_POLICY_H

#include "models/policies/policy.h"
#include "sim/io/bind.h"

#include <check.h>
#include <string.h>

/* False, with the status, where the policy's own check refuses. */
static inline bool policy_check(const ds_choice *c, ds_status *st)
{
    return !c->as->check || c->as->check(c->params, st);
}

static inline ds_choice policy_default(const ds_alternative *as)
{
    static ds_pool pool;
    ds_status st = {0};
    ds_files files = {.pool = &pool};
    ds_binder binder = {.pool = &pool, .files = &files, .st = &st};
    const ds_choice c = {as, ds_pool_take(&pool, as->params_size)};
    ck_assert_msg(ds_bind(&binder, as->params, NULL, NULL, c.params), "%s: %s", as->name, st.text);
    ck_assert_msg(policy_check(&c, &st), "%s: %s", as->name, st.text);
    return c;
}

static inline ds_choice policy_named(const ds_alternative *const *slot, const char *name)
{
    const ds_alternative *const as = ds_alternative_find(slot, name);
    ck_assert_msg(as != NULL, "no policy '%s'", name);
    return policy_default(as);
}

/* Sets a number or a word; the check is the caller's. */
static inline void policy_put(const ds_choice *c, const char *name, double value)
{
    const ds_param *const p = ds_param_find(c->as->params, name);
    ck_assert_msg(p != NULL, "no parameter '%s'", name);
    char *const at = (char *)c->params + p->offset;
    if (p->kind == DS_WORD) {
        memcpy(at, &(int){(int)value}, sizeof(int));
    } else if (p->kind == DS_DATE) {
        memcpy(at, &value, sizeof value);
    } else if (p->kind == DS_INTEGER) {
        memcpy(at, &(int64_t){(int64_t)value}, sizeof(int64_t));
    } else {
        ck_assert_int_eq(p->kind, DS_NUMBER);
        memcpy(at, &value, sizeof value);
    }
}

static inline void policy_set(const ds_choice *c, const char *name, double value)
{
    ds_status st = {0};
    policy_put(c, name, value);
    ck_assert_msg(policy_check(c, &st), "%s", st.text);
}

/* A policy in use, as the economy uses it: the view stands for the economy, the memory is its. */
typedef struct policy_use {
    ds_choice choice;
    const ds_policy *policy;
    double memory[DS_POLICY_MEMORY];
} policy_use;

static inline void policy_begin(policy_use *u, const ds_choice *choice, ds_view *now)
{
    *u = (policy_use){.choice = *choice, .policy = ds_policy_of(choice)};
    now->memory = u->memory;
    if (u->policy->begin)
        u->policy->begin(choice->params, now, u->memory);
}

/* The next day's epoch. */
static inline void policy_epoch(policy_use *u, ds_view *now)
{
    now->time += 1;
    now->date += 1;
    if (u->policy->epoch)
        u->policy->epoch(u->choice.params, now, u->memory);
}

#endif
