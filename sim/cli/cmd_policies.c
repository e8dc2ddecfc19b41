#include "cli.h"

#include "models/policies/policy.h"
#include "sim/io/nearest.h"

#include <math.h>
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

static void describe(const ds_policy_slot *slot, const ds_alternative *policy)
{
    printf("%s, a policy of the slot %s\n\n%s\n", policy->name, slot->name, policy->doc);
    if (policy->source)
        printf("Source: %s\n", policy->source);
    for (const ds_param *p = policy->params; p && p->name; p++)
        print_param(p);
    printf("\nin a scenario:  policies: {%s: {use: %s}}\n", slot->name, policy->name);
}

bool ds_cmd_policies(const ds_args *args, ds_status *st)
{
    if (args->count == 0) {
        list_all();
        return true;
    }
    size_t found = 0;
    const char *const name = args->operand[0];
    ds_nearest nearest = ds_nearest_to(name);
    for (const ds_policy_slot *slot = ds_policy_slots; slot->name; slot++) {
        for (const ds_alternative *const *p = slot->policies; *p; p++) {
            ds_nearest_try(&nearest, (*p)->name);
            if (strcmp((*p)->name, name) != 0)
                continue;
            if (found++)
                printf("\n");
            describe(slot, *p);
        }
    }
    if (found)
        return true;
    return ds_fail(st, DS_E_USAGE, "unknown policy '%.60s'%s%s%s", name,
                   nearest.best ? ", did you mean '" : "; 'diemsim policies' lists them",
                   nearest.best ? nearest.best : "", nearest.best ? "'?" : "");
}
