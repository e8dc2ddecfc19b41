#include "models/policies/plugin.h"
#include "run.h"
#include "tests/outside.h"

#include <fenv.h>
#include <float.h>
#include <stdio.h>

/* How plugins/misbehaves.c can be wrong. */
enum {
    FINE,
    ABI,
    SIZE,
    SLOT,
    NAMELESS,
    FUNCTIONLESS,
    RANGE,
    TWICE,
    GREEDY,
    ROUNDING,
    NOT_A_NUMBER,
    ROUNDING_LATE
};

typedef struct ds_library {
    char path[400];
    char *bytes;
    size_t size;
} ds_library;

static void read_library(ds_library *l, const char *name)
{
    snprintf(l->path, sizeof l->path, "%s/%s", DS_TEST_PLUGINS, name);
    FILE *const file = fopen(l->path, "rb");
    ck_assert_msg(file != NULL, "no '%s'", l->path);
    ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
    l->size = (size_t)ftell(file);
    rewind(file);
    l->bytes = malloc(l->size);
    ck_assert_uint_eq(fread(l->bytes, 1, l->size, file), l->size);
    fclose(file);
}

static bool load(ds_asked *a, ds_rule slot, const ds_library *l)
{
    return outside_make(
        a, &ds_plugin_policies[slot],
        &(ds_outside){.file = "my.so", .path = l->path, .text = l->bytes, .size = l->size});
}

static bool load_named(ds_asked *a, ds_rule slot, const char *name)
{
    ds_library l;
    read_library(&l, name);
    const bool fine = load(a, slot, &l);
    free(l.bytes);
    return fine;
}

static bool load_wrong(ds_asked *a, int wrong)
{
    char name[40];
    snprintf(name, sizeof name, "plugin_%d.so", wrong);
    return load_named(a, DS_RULE_MINT, name);
}

static void refused(int wrong, const char *words)
{
    ds_asked a;
    ck_assert_msg(!load_wrong(&a, wrong), "wrong in way %d is taken", wrong);
    ck_assert_int_eq(a.st.code, DS_E_POLICY);
    ck_assert_msg(strstr(a.st.text, words) != NULL, "way %d says: %s", wrong, a.st.text);
}

START_TEST(the_example_is_the_built_in_rate_to_the_last_bit)
{
    ds_asked a;
    ck_assert_msg(load_named(&a, DS_RULE_MINT, "cubic.so"), "%s", a.st.text);
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

START_TEST(a_plugin_declares_its_parameters)
{
    ds_asked a;
    ck_assert_msg(load_wrong(&a, FINE), "%s", a.st.text);
    const ds_param *const table = a.choice.as->params;
    ck_assert_str_eq(table[0].name, "file");
    ck_assert_str_eq(table[1].name, "base");
    ck_assert_str_eq(table[1].unit, "VVV/DIEM");
    ck_assert_double_eq(table[1].fallback, 90);
    ck_assert_double_eq(table[1].max, 100);
    ck_assert_str_eq(table[2].name, "rise");
    ck_assert_ptr_null(table[3].name);
    ck_assert_str_eq(a.choice.as->doc, "A rate that rises with every question.");
}
END_TEST

START_TEST(what_a_plugin_keeps_begins_anew_with_every_replica)
{
    ds_asked a;
    ck_assert_msg(load_wrong(&a, FINE), "%s", a.st.text);
    for (int replica = 0; replica < 3; replica++) {
        ck_assert(a.policy->open(a.policy, a.choice.params, a.room, &a.st));
        for (int i = 1; i < 4; i++)
            ck_assert_double_eq(a.policy->rate(a.choice.params, &a.now, 1), 90 + 0.5 * i);
    }
}
END_TEST

START_TEST(plugins_that_break_the_contract_are_refused)
{
    refused(ABI, "my.so: has interface version 2, this program has 1");
    refused(SIZE, "its struct ds_plugin has 8 bytes");
    refused(SLOT, "is a policy of the slot 'mnt', not of 'mint'");
    refused(NAMELESS, "must say its 'slot', 'name' and 'doc'");
    refused(FUNCTIONLESS, "lacks the function of its slot 'mint'");
    refused(RANGE, "parameter 'base' has the default 900, must lie in [0, 100]");
    refused(TWICE, "two parameters 'base'");
    refused(GREEDY, "wants to keep 100000 numbers");
}
END_TEST

START_TEST(a_plugin_that_changes_arithmetic_is_refused_and_undone)
{
    refused(ROUNDING, "changes how this program rounds numbers");
    volatile double small = DBL_MIN;
    ck_assert_int_eq(fegetround(), FE_TONEAREST);
    ck_assert(small / 2 > 0);
}
END_TEST

START_TEST(arithmetic_is_checked_after_every_call)
{
    ds_asked a;
    ck_assert_msg(load_wrong(&a, ROUNDING_LATE), "%s", a.st.text);
    ck_assert_double_eq(a.policy->rate(a.choice.params, &a.now, 7), 90.5);
    ck_assert_double_eq(a.policy->rate(a.choice.params, &a.now, 7), 91);
    ck_assert_int_eq(a.st.code, DS_OK);
    ck_assert(isinf(a.policy->rate(a.choice.params, &a.now, 7)));
    ck_assert_str_eq(asked_why(&a), "plugin 'rising' changes how this program rounds numbers");
    ck_assert_int_eq(fegetround(), FE_TONEAREST);
}
END_TEST

START_TEST(an_answer_that_is_no_number_is_refused)
{
    ds_asked a;
    ck_assert_msg(load_wrong(&a, NOT_A_NUMBER), "%s", a.st.text);
    ck_assert(isinf(a.policy->rate(a.choice.params, &a.now, 7)));
    ck_assert_str_eq(asked_why(&a),
                     "plugin 'rising': 'rate' gave nan VVV/DIEM at supply 7, must be above 0");
}
END_TEST

START_TEST(files_that_are_no_library_are_refused)
{
    ds_library l;
    ds_asked a;
    read_library(&l, "cubic.so");
    for (size_t size = 0; size < l.size; size += l.size / 16 + 1) {
        const ds_library cut = {.bytes = l.bytes, .size = size};
        ck_assert(!load(&a, DS_RULE_MINT, &cut));
        ck_assert_int_eq(a.st.code, DS_E_POLICY);
    }
    ck_assert(!load(&a, DS_RULE_FEE_SPLIT, &l));
    ck_assert_ptr_nonnull(strstr(a.st.text, "is a policy of the slot 'mint', not of 'fee_split'"));
    l.bytes[1] = 'e';
    ck_assert(!load(&a, DS_RULE_MINT, &l));
    ck_assert_str_eq(a.st.text, "my.so: is no shared object (ELF)");
    l.bytes[1] = 'E';
    l.path[0] = '\0';
    snprintf(l.path, sizeof l.path, "/nowhere.so");
    ck_assert(!load(&a, DS_RULE_MINT, &l));
    ck_assert_ptr_nonnull(strstr(a.st.text, "my.so: cannot be loaded: "));
    free(l.bytes);
    ck_assert(!load_named(&a, DS_RULE_MINT, "plugin_none.so"));
    ck_assert_ptr_nonnull(strstr(a.st.text, "exports no symbol 'ds_plugin_export'"));
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {the_example_is_the_built_in_rate_to_the_last_bit, 0},
        {a_plugin_declares_its_parameters, 0},
        {what_a_plugin_keeps_begins_anew_with_every_replica, 0},
        {plugins_that_break_the_contract_are_refused, 0},
        {a_plugin_that_changes_arithmetic_is_refused_and_undone, 0},
        {arithmetic_is_checked_after_every_call, 0},
        {an_answer_that_is_no_number_is_refused, 0},
        {files_that_are_no_library_are_refused, 0},
        {0},
    };
    return ds_run_tests("plugin", tests, 30);
}
