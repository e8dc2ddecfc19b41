/*
 * Choices of a scenario built without a scenario: the defaults of an alternative's table, then the
 * settings, then its own check. What they point to lives as long as the program.
 */
#ifndef DS_TESTS_CHOICE_H
#define DS_TESTS_CHOICE_H

#include "sim/core/arrivals.h"

#include <check.h>

typedef struct ds_setting {
    const char *name; /* NULL ends a list */
    ds_numbers to;
} ds_setting;

#define SET(name, ...)                                                               \
    {                                                                                \
        name,                                                                        \
        {                                                                            \
            sizeof((const double[]){__VA_ARGS__}) / sizeof(double), (const double[]) \
            {                                                                        \
                __VA_ARGS__                                                          \
            }                                                                        \
        }                                                                            \
    }
#define SETTINGS(...) ((const ds_setting[]){__VA_ARGS__, {0}})

static inline void *choice_memory(size_t size)
{
    static _Alignas(max_align_t) char pool[1 << 18];
    static size_t used;
    void *const block = pool + used;
    used += (size + 15) & ~(size_t)15;
    ck_assert_uint_le(used, sizeof pool);
    return block;
}

static inline void choice_set(const ds_param *p, char *params, const ds_numbers *to)
{
    if (p->kind == DS_NUMBER) {
        memcpy(params + p->offset, to->value, sizeof(double));
    } else if (p->kind == DS_INTEGER) {
        memcpy(params + p->offset, &(int64_t){(int64_t)to->value[0]}, sizeof(int64_t));
    } else {
        double *const kept = choice_memory(to->count * sizeof(double));
        memcpy(kept, to->value, to->count * sizeof(double));
        memcpy(params + p->offset, &(ds_numbers){to->count, kept}, sizeof(ds_numbers));
    }
}

/* False, with the status, where the alternative's own check refuses. */
static inline bool choice_try(ds_choice *choice, const ds_alternative *const *list,
                              const char *name, const ds_setting *settings, ds_status *st)
{
    choice->as = ds_alternative_find(list, name);
    ck_assert_ptr_nonnull(choice->as);
    char *const params = choice->params = choice_memory(choice->as->params_size);
    for (const ds_param *p = choice->as->params; p->name; p++)
        if (p->kind == DS_NUMBER || p->kind == DS_INTEGER)
            choice_set(p, params, &(ds_numbers){1, &p->fallback});
    for (; settings && settings->name; settings++) {
        const ds_param *const p = ds_param_find(choice->as->params, settings->name);
        ck_assert_ptr_nonnull(p);
        choice_set(p, params, &settings->to);
    }
    return !choice->as->check || choice->as->check(choice->params, st);
}

static inline ds_choice choice_of(const ds_alternative *const *list, const char *name,
                                  const ds_setting *settings)
{
    ds_choice choice;
    ds_status st = {0};
    ck_assert_msg(choice_try(&choice, list, name, settings, &st), "%s", st.text);
    return choice;
}

static inline ds_choice a_process(const char *name, const ds_setting *settings)
{
    return choice_of(ds_arrival_processes, name, settings);
}

static inline ds_choice a_distribution(const char *name, const ds_setting *settings)
{
    return choice_of(ds_distributions, name, settings);
}

static inline ds_choice a_renewal(const char *distribution, const ds_setting *settings)
{
    ds_choice process = {.as = ds_alternative_find(ds_arrival_processes, "renewal")};
    process.params = choice_memory(process.as->params_size);
    const ds_choice gap = a_distribution(distribution, settings);
    memcpy((char *)process.params + process.as->params[0].offset, &gap, sizeof gap);
    ck_assert(process.as->check(process.params, &(ds_status){0}));
    return process;
}

static inline ds_choice a_poisson(double rate)
{
    return a_process("poisson", SETTINGS(SET("rate", rate)));
}

static inline ds_choice an_exponential(double mean)
{
    return a_distribution("exponential", SETTINGS(SET("mean", mean)));
}

#endif
