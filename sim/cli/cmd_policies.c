#include "cli.h"

#include "models/policies/policy.h"
#include "sim/io/complain.h"
#include "sim/io/files.h"
#include "sim/io/nearest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The first sentence: a list has one line for each. */
static int headline(const char *doc)
{
    const char *const end = strstr(doc, ". ");
    return end ? (int)(end - doc) + 1 : (int)strlen(doc);
}

static void list_all(void)
{
    for (const ds_policy_slot *slot = ds_policy_slots; slot->name; slot++) {
        printf("%s%s: %s\n", slot == ds_policy_slots ? "" : "\n", slot->name, slot->doc);
        for (const ds_alternative *const *p = slot->policies; *p; p++)
            printf("  %-22s %.*s\n", (*p)->name, headline((*p)->doc), (*p)->doc);
    }
}

static void print_default(const ds_param *p)
{
    if (p->required)
        printf("required");
    else if (p->kind == DS_NUMBER || p->kind == DS_INTEGER)
        isinf(p->fallback) ? printf("unlimited") : printf("%.10g", p->fallback);
    else if (p->kind == DS_SWITCH)
        printf("%s", p->fallback != 0 ? "true" : "false");
    else
        printf("%s", p->text ? p->text : "none");
}

static void print_param(const ds_param *p)
{
    printf("\n  %s", p->name);
    if (p->unit && strcmp(p->unit, "1") != 0)
        printf(" [%s]", p->unit);
    printf("\n      %s\n      default ", p->doc);
    print_default(p);
    if (p->kind == DS_NUMBER || p->kind == DS_INTEGER || p->kind == DS_NUMBERS)
        printf(", from %.10g to %.10g%s", p->min, p->max, p->unlimited ? ", or unlimited" : "");
    printf("\n");
    if (p->source)
        printf("      source: %s\n", p->source);
}

/* `file`: where the policy is from; NULL: this program. */
static void describe(const ds_policy_slot *slot, const ds_alternative *policy, const char *file)
{
    printf("%s, a policy of the slot %s\n\n%s\n", file ? file : policy->name, slot->name,
           policy->doc);
    if (policy->source)
        printf("Source: %s\n", policy->source);
    for (const ds_param *p = policy->params; p && p->name; p++)
        if (!file || strcmp(p->name, "file") != 0)
            print_param(p);
    printf("\nin a scenario:  policies: {%s: {use: %s%s%s}}\n", slot->name, policy->name,
           file ? ", file: " : "", file ? file : "");
}

/* ---- a policy in a file ---- */

static void *take(void *memory, size_t size)
{
    return ds_pool_take(memory, size);
}

static bool ends_with(const char *name, const char *ending)
{
    const size_t n = strlen(name), m = strlen(ending);
    return n > m && strcmp(name + n - m, ending) == 0;
}

/* What a file becomes in every slot that it answers. */
static bool describe_file(const char *path, const char *use, ds_status *st)
{
    ds_pool pool = {0};
    ds_outside said = {.file = ds_escape(&pool, path), .take = take, .memory = &pool};
    char *const real = realpath(path, NULL);
    bool found = false;
    ds_status first = {0};
    const bool read = ds_file_slurp(&pool, path, DS_CSV_MOST, &said.text, &said.size, st);
    said.path = real;
    for (const ds_policy_slot *slot = ds_policy_slots; read && slot->name; slot++) {
        const ds_alternative *const general = ds_alternative_find(slot->policies, use);
        ds_status inner = {0};
        const ds_alternative *const made = general->outside(general, &said, &inner);
        if (made) {
            printf("%s", found ? "\n" : "");
            describe(slot, made, said.file);
            found = true;
        } else if (first.code == DS_OK) {
            first = inner;
        }
    }
    if (read && !found)
        (void)ds_fail(st, first.code, "%s", ds_escape(&pool, first.text));
    free(real);
    ds_pool_free(&pool);
    return found;
}

bool ds_cmd_policies(const ds_args *args, ds_status *st)
{
    if (args->count == 0) {
        list_all();
        return true;
    }
    size_t found = 0;
    const char *const name = args->operand[0];
    if (ends_with(name, ".lua") || ends_with(name, ".so"))
        return describe_file(name, ends_with(name, ".lua") ? "lua" : "plugin", st);
    ds_nearest nearest = ds_nearest_to(name);
    for (const ds_policy_slot *slot = ds_policy_slots; slot->name; slot++) {
        for (const ds_alternative *const *p = slot->policies; *p; p++) {
            ds_nearest_try(&nearest, (*p)->name);
            if (strcmp((*p)->name, name) != 0)
                continue;
            if (found++)
                printf("\n");
            describe(slot, *p, NULL);
        }
    }
    if (found)
        return true;
    return ds_fail(st, DS_E_USAGE, "unknown policy '%.60s'%s%s%s", name,
                   nearest.best ? ", did you mean '" : "; 'diemsim policies' lists them",
                   nearest.best ? nearest.best : "", nearest.best ? "'?" : "");
}
