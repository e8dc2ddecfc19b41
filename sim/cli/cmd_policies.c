#include "analysis/text.h"
#include "cli.h"

#include "models/policies/policy.h"
#include "sim/core/nearest.h"
#include "sim/io/complain.h"
#include "sim/io/files.h"

#include <math.h>
#include <string.h>

enum { WIDTH = 96, NAMES = 21 };

/* A number keeps its "%". */
static size_t word_length(const char *text)
{
    const size_t n = strcspn(text, " ");
    return text[n] == ' ' && text[n + 1] == '%' ? n + 1 + strcspn(text + n + 1, " ") : n;
}

/* Words from column `indent` up to the width, and on in further lines that begin there. */
static void print_words(const char *text, size_t length, int indent)
{
    const char *const end = text + length;
    int column = indent;
    while (text < end) {
        const size_t left = (size_t)(end - text), word = word_length(text);
        const int size = (int)(word < left ? word : left);
        if (column > indent && column + 1 + size > WIDTH)
            column = printf("\n%*s", indent, "") - 1;
        else if (column > indent)
            column += printf(" ");
        printf("%.*s", size, text);
        column += size;
        text += size + 1;
    }
    printf("\n");
}

/* The first sentence: a list says little of each. */
static size_t headline(const char *doc)
{
    const char *const end = strstr(doc, ". ");
    return end ? (size_t)(end - doc) + 1 : strlen(doc);
}

static void list_slot(const ds_policy_slot *slot)
{
    printf("%s: %s\n", slot->name, slot->doc);
    for (const ds_alternative *const *p = slot->policies; *p; p++) {
        printf("  %-*s", NAMES, (*p)->name);
        print_words((*p)->doc, headline((*p)->doc), 2 + NAMES);
    }
}

static void list_all(void)
{
    for (const ds_policy_slot *slot = ds_policy_slots; slot->name; slot++) {
        printf("%s", slot == ds_policy_slots ? "" : "\n");
        list_slot(slot);
    }
}

/* A text of several lines, each indented. */
static void print_lines(const char *text, int indent)
{
    while (*text) {
        const size_t n = strcspn(text, "\n");
        printf("\n%*s%.*s", indent, "", (int)n, text);
        text += n + (text[n] == '\n');
    }
}

static void print_default(const ds_param *p, int indent)
{
    printf("%s", p->required ? "required" : "default");
    if (p->required)
        return;
    if (p->text && strchr(p->text, '\n')) {
        print_lines(p->text, indent + 2);
        return;
    }
    printf(" ");
    if (p->kind == DS_NUMBER || p->kind == DS_INTEGER)
        isinf(p->fallback) ? printf("unlimited") : printf("%.10g", p->fallback);
    else if (p->kind == DS_SWITCH)
        printf("%s", p->fallback != 0 ? "true" : "false");
    else
        printf("%s", p->text ? p->text : "none");
}

static void print_words_of(const ds_param *p)
{
    for (const char *const *word = p->words; *word; word++)
        printf("%s%s", word == p->words ? ", one of " : " | ", *word);
}

static void print_param(const ds_param *p, int indent)
{
    const bool number = p->kind == DS_NUMBER || p->kind == DS_INTEGER;
    const int inner = indent + 4;
    printf("%*s%s", indent, "", p->name);
    if (p->unit && strcmp(p->unit, "1") != 0)
        printf(" [%s]", p->unit);
    printf("\n%*s", inner, "");
    print_words(p->doc, strlen(p->doc), inner);
    printf("%*s", inner, "");
    print_default(p, inner);
    if (number || p->kind == DS_NUMBERS)
        printf(", from %g to %g%s", p->min, p->max, p->unlimited ? ", or unlimited" : "");
    if (p->kind == DS_WORD)
        print_words_of(p);
    printf("\n");
    if (p->source) {
        printf("%*ssource: ", inner, "");
        print_words(p->source, strlen(p->source), inner + 8);
    }
}

static void print_params(const ds_param *table, const char *file)
{
    for (const ds_param *p = table; p && p->name; p++) {
        if (file && strcmp(p->name, "file") == 0)
            continue;
        printf("\n");
        print_param(p, 2);
        if (p->kind == DS_LIST)
            for (const ds_param *q = p->table; q->name; q++) {
                printf("\n");
                print_param(q, 8);
            }
    }
}

/* `file`: where the policy is from; NULL: this program. */
static void describe(const ds_policy_slot *slot, const ds_alternative *policy, const char *file)
{
    ds_text_put(stdout, file ? file : policy->name, DS_MARKUP_PLAIN);
    printf(", a policy of the slot %s\n\n", slot->name);
    print_words(policy->doc, strlen(policy->doc), 0);
    if (policy->source) {
        printf("Source: ");
        print_words(policy->source, strlen(policy->source), 8);
    }
    print_params(policy->params, file);
    printf("\nin a scenario:  policies: {%s: {use: %s%s", slot->name, policy->name,
           file ? ", file: " : "");
    ds_text_put(stdout, file ? file : "", DS_MARKUP_PLAIN);
    puts("}}");
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
    bool found = false;
    ds_status first = {0};
    const bool read = ds_file_slurp(&pool, path, DS_CSV_MOST, &said.text, &said.size, st);
    said.path = ds_pool_path(&pool, path);
    for (const ds_policy_slot *slot = ds_policy_slots; read && slot->name; slot++) {
        const ds_alternative *const general = ds_alternative_find(slot->policies, use);
        ds_status inner = {0};
        const ds_alternative *const made = general->outside(general, &said, &inner);
        if (made) {
            printf("%s", found ? "\n" : "");
            describe(slot, made, said.file);
            found = true;
        } else if (first.code == DS_OK || inner.code == DS_E_SYSTEM) {
            first = inner;
        }
    }
    const bool starved = first.code == DS_E_SYSTEM;
    if (read && (!found || starved))
        (void)ds_fail(st, first.code, "%s", ds_escape(&pool, first.text));
    ds_pool_free(&pool);
    return found && !starved;
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
    const char *const dot = strchr(name, '.'), *const rule = dot ? dot + 1 : name;
    ds_nearest nearest = ds_nearest_to(rule);
    for (const ds_policy_slot *slot = ds_policy_slots; slot->name; slot++) {
        if (strcmp(slot->name, name) == 0) {
            list_slot(slot);
            return true;
        }
        ds_nearest_try(&nearest, slot->name);
        const size_t length = dot ? (size_t)(dot - name) : 0;
        if (dot && (strlen(slot->name) != length || strncmp(slot->name, name, length) != 0))
            continue;
        for (const ds_alternative *const *p = slot->policies; *p; p++) {
            ds_nearest_try(&nearest, (*p)->name);
            if (strcmp((*p)->name, rule) != 0)
                continue;
            if (found++)
                printf("\n");
            describe(slot, *p, NULL);
        }
    }
    if (found)
        return true;
    return ds_fail(st, DS_E_USAGE, "unknown policy '%.60s'%s", name,
                   ds_nearest_or(&nearest, "; 'diemsim policies' lists them"));
}
