#include "report_parts.h"
#include "sim/io/plain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ENTRIES = 24, CASES = 6, DEEP = 8, DIFFERING = 60 };

static const char rule_tag[] = "use"; /* of choices that are rules; others are distributions */

const char *ds_report_unit(const ds_param *p)
{
    return !p->unit || strcmp(p->unit, "1") == 0 ? "" : p->unit;
}

const char *ds_report_default(const ds_report *r, const ds_param *p)
{
    char text[DS_PLAIN_ROOM];
    if (p->kind == DS_SWITCH)
        return p->fallback != 0 ? "true" : "false";
    if (p->kind != DS_NUMBER && p->kind != DS_INTEGER)
        return p->text ? p->text : "";
    if (isnan(p->fallback))
        return "";
    if (isinf(p->fallback))
        return "unlimited";
    ds_plain_print(p->fallback, text);
    return ds_pool_print(r->pool, "%s", text);
}

static size_t shown_cases(const ds_report *r)
{
    return r->count < CASES ? r->count : CASES;
}

/* The tables that stand behind a choice of one case. */
static const ds_alternative *chosen(const ds_report *r, const ds_case *c, const ds_param *p,
                                    const char *path)
{
    const ds_node *const word = ds_report_said(r, c, ds_pool_print(r->pool, "%s.%s", path, p->tag));
    return word && word->shape == DS_SCALAR ? ds_alternative_find(p->alternatives, word->scalar)
                                            : NULL;
}

/* Where the keys of a map's entry begin that a case has; 0: it has no such entry. */
static size_t entry_of(const ds_report *r, const ds_case *c, const char *path, size_t from)
{
    const size_t end = from + strcspn(path + from, ".");
    const bool has =
        path[end] && ds_report_said(r, c, ds_pool_print(r->pool, "%.*s", (int)end, path));
    return has ? end + 1 : 0;
}

static const ds_param *find(const ds_report *r, const ds_case *c, const ds_param *table,
                            const char *path, size_t from)
{
    const size_t n = strcspn(path + from, ".");
    for (const ds_param *p = table; p && p->name; p++) {
        if (strlen(p->name) != n || strncmp(p->name, path + from, n) != 0)
            continue;
        if (!path[from + n])
            return p;
        if (p->kind == DS_GROUP)
            return find(r, c, p->table, path, from + n + 1);
        if (p->kind == DS_MAP) {
            const size_t keys = entry_of(r, c, path, from + n + 1);
            return keys ? find(r, c, p->table, path, keys) : NULL;
        }
        if (p->kind != DS_CHOICE)
            return NULL;
        const ds_alternative *const as =
            chosen(r, c, p, ds_pool_print(r->pool, "%.*s", (int)(from + n), path));
        return strcmp(path + from + n + 1, p->tag) == 0 ? p
               : as                                     ? find(r, c, as->params, path, from + n + 1)
                                                        : NULL;
    }
    return NULL;
}

const ds_param *ds_report_param(const ds_report *r, const ds_case *c, const char *path)
{
    return r->model ? find(r, c, r->model->params, path, 0) : NULL;
}

/* ---- rules ---- */

static const char *with_unit(const ds_report *r, const ds_param *p, const char *value)
{
    const bool plain = strpbrk(value, " [{") == NULL;
    const char *const unit = plain ? ds_report_unit(p) : "";
    return ds_pool_print(r->pool, "%s %s%s%s", p->name, value, *unit ? " " : "", unit);
}

/* "from 2025-01-27 rate 14000000, from 2025-08-20 rate 10000000": entries of a list in words. */
static const char *value_of(const ds_report *r, const ds_node *node)
{
    const char *text = "";
    bool words = node->shape == DS_SEQUENCE && node->count > 0 && node->count <= ENTRIES;
    for (uint32_t i = 0; words && i < node->count; i++) {
        const ds_node *const entry = node->item[i];
        words = entry->shape == DS_MAPPING;
        for (uint32_t k = 0; words && k < entry->count; k++) {
            words = entry->item[k]->shape == DS_SCALAR;
            text = ds_pool_print(r->pool, "%s%s%s %s", text, *text ? (k ? " " : ", ") : "",
                                 entry->key[k]->scalar, words ? entry->item[k]->scalar : "");
        }
    }
    return words ? text : ds_report_value(r, node);
}

static const char *parameters(const ds_report *r, const ds_case *c, const ds_alternative *rule,
                              const char *path)
{
    const char *text = "";
    for (const ds_param *p = rule->params; p && p->name; p++) {
        const ds_node *const said =
            ds_report_said(r, c, ds_pool_print(r->pool, "%s.%s", path, p->name));
        const char *const value = said ? value_of(r, said) : ds_report_default(r, p);
        if (*value)
            text =
                ds_pool_print(r->pool, "%s%s%s", text, *text ? "; " : "", with_unit(r, p, value));
    }
    /* What a rule from a file says is in no table of ours. */
    const ds_node *const all = ds_report_said(r, c, path);
    for (uint32_t i = 0; all && all->shape == DS_MAPPING && i < all->count; i++)
        if (strcmp(all->key[i]->scalar, rule_tag) != 0 &&
            !ds_param_find(rule->params, all->key[i]->scalar))
            text = ds_pool_print(r->pool, "%s%s%s %s", text, *text ? "; " : "", all->key[i]->scalar,
                                 ds_report_value(r, all->item[i]));
    return text;
}

/* The text of the file that a rule is written in, where the result keeps it; NULL: none. */
static const char *script_of(const ds_report *r, const ds_case *c, const char *path)
{
    const ds_node *const file = ds_report_said(r, c, ds_pool_print(r->pool, "%s.file", path));
    const char *const name = file && file->shape == DS_SCALAR ? file->scalar : NULL;
    const size_t n = name ? strlen(name) : 0;
    for (size_t i = 0; n > 4 && strcmp(name + n - 4, ".lua") == 0 && i < c->about->file_count;
         i++) {
        const char *const kept = c->about->file_names[i];
        const size_t m = strlen(kept);
        if (m >= n && strcmp(kept + m - n, name) == 0 && (m == n || kept[m - n - 1] == '/'))
            return c->about->file_texts[i];
    }
    return NULL;
}

static void put_rule(const ds_report *r, const ds_param *slot, const ds_alternative *rule,
                     const char *label, const char *values, const char *script)
{
    ds_page_heading(&r->page, 3,
                    ds_pool_print(r->pool, "%s: %s%s%s%s", slot->name, rule->name,
                                  *label ? " (" : "", label, *label ? ")" : ""));
    ds_page_paragraph(&r->page, "%s", rule->doc);
    if (*values)
        ds_page_paragraph(&r->page, "With %s.", values);
    if (rule->source)
        ds_page_note(&r->page, "note", "Source: %s.", rule->source);
    if (!script)
        return;
    ds_page_fold(&r->page, NULL, "The script");
    ds_page_preformatted(&r->page, script);
    ds_page_unfold(&r->page);
}

/* Cases of one rule and the same parameters stand together. */
static void put_slot(const ds_report *r, const ds_param *slot, const char *path)
{
    const size_t n = shown_cases(r);
    const ds_alternative *rule[CASES];
    const char *values[CASES];
    for (size_t i = 0; i < n; i++) {
        rule[i] = chosen(r, &r->cases[i], slot, path);
        values[i] = rule[i] ? parameters(r, &r->cases[i], rule[i], path) : "";
    }
    for (size_t i = 0; i < n; i++) {
        const char *label = "";
        size_t same = 0;
        bool told = false;
        for (size_t k = 0; rule[i] && k < n; k++) {
            if (rule[k] != rule[i] || strcmp(values[k], values[i]) != 0)
                continue;
            told = told || k < i;
            label = ds_pool_print(r->pool, "%s%s%s", label, *label ? ", " : "", r->cases[k].label);
            same++;
        }
        if (rule[i] && !told)
            put_rule(r, slot, rule[i], same == n ? "" : label, values[i],
                     script_of(r, &r->cases[i], path));
    }
}

static void put_slots(const ds_report *r, const ds_param *table, const char *path, size_t *found)
{
    for (const ds_param *p = table; p && p->name; p++) {
        const char *const here = ds_pool_print(r->pool, "%s%s%s", path, *path ? "." : "", p->name);
        if (p->kind == DS_GROUP)
            put_slots(r, p->table, here, found);
        if (p->kind != DS_CHOICE || strcmp(p->tag, rule_tag) != 0)
            continue;
        if ((*found)++ == 0) {
            ds_page_heading(&r->page, 2, r->count > 1 ? "The rules compared" : "The rules");
            if (r->count > CASES)
                ds_page_paragraph(&r->page, "Of the first %d of %zu cases.", CASES, r->count);
            if (ds_report_rules_change(r))
                ds_page_paragraph(&r->page,
                                  "As they are at the start; 'governance' or 'branch' of the "
                                  "scenario changes them on the way.");
        }
        put_slot(r, p, here);
    }
}

void ds_report_rules(const ds_report *r)
{
    size_t found = 0;
    if (r->model)
        put_slots(r, r->model->params, "", &found);
}

/* ---- assumptions ---- */

typedef struct assumption {
    const ds_param *param;
    const char *path, *value, *fallback;
} assumption;

typedef struct assumptions {
    const ds_report *r;
    assumption *item;
    size_t count, room, differing, sourced;
} assumptions;

static bool same_value(const ds_param *p, const char *value, const char *fallback)
{
    if ((p->kind == DS_NUMBER || p->kind == DS_INTEGER) && *fallback) {
        char *end;
        const double number = strtod(value, &end);
        if (!*end && end > value)
            return number == p->fallback;
    }
    return strcmp(value, fallback) == 0;
}

static bool is_leaf(const ds_param *p)
{
    return p->kind == DS_NUMBER || p->kind == DS_INTEGER || p->kind == DS_SWITCH ||
           p->kind == DS_WORD || p->kind == DS_DATE || p->kind == DS_TEXT;
}

static void add(assumptions *a, const ds_param *p, const char *path, const ds_node *said)
{
    if (a->count == a->room) {
        const size_t room = 2 * a->room + 64;
        assumption *const more = ds_pool_take(a->r->pool, room * sizeof *more);
        if (a->count)
            memcpy(more, a->item, a->count * sizeof *more);
        a->item = more;
        a->room = room;
    }
    const char *const value = ds_report_value(a->r, said);
    const char *const fallback = ds_report_default(a->r, p);
    a->item[a->count++] = (assumption){p, path, value, fallback};
    a->differing += !same_value(p, value, fallback);
    a->sourced += p->source != NULL;
}

static void gather(assumptions *a, const ds_param *table, const char *path, int deep)
{
    const ds_report *const r = a->r;
    for (const ds_param *p = table; p && p->name && deep < DEEP; p++) {
        const char *const here = ds_pool_print(r->pool, "%s%s%s", path, *path ? "." : "", p->name);
        const ds_node *const said = ds_report_said(r, &r->cases[0], p->merged ? path : here);
        if (!said)
            continue;
        if (p->kind == DS_GROUP)
            gather(a, p->table, here, deep + 1);
        else if (p->kind == DS_CHOICE) {
            const char *const at = p->merged ? path : here;
            const ds_alternative *const as = chosen(r, &r->cases[0], p, at);
            gather(a, as ? as->params : NULL, at, deep + 1);
        } else if (is_leaf(p) && said->shape == DS_SCALAR)
            add(a, p, here, said);
    }
}

static void put_row(const ds_report *r, const assumption *a, bool fallback)
{
    const char *const unit = ds_report_unit(a->param);
    const char *cells[5] = {a->path,
                            ds_pool_print(r->pool, "%s%s%s", a->value, *unit ? " " : "", unit)};
    size_t n = 2;
    if (fallback)
        cells[n++] = a->fallback;
    cells[n++] = a->param->doc ? a->param->doc : "";
    cells[n++] = a->param->source ? a->param->source : "assumption";
    ds_page_row(&r->page, n, n, cells);
}

static void put_differing(const assumptions *a)
{
    static const char *const heads[] = {"parameter", "here", "default", "meaning",
                                        "source of the default"};
    size_t left = DIFFERING;
    ds_page_table(&a->r->page, 5, 5, heads);
    for (size_t i = 0; i < a->count && left > 0; i++)
        if (!same_value(a->item[i].param, a->item[i].value, a->item[i].fallback)) {
            put_row(a->r, &a->item[i], true);
            left--;
        }
    ds_page_table_end(&a->r->page);
}

static void put_every(const assumptions *a)
{
    static const char *const heads[] = {"parameter", "value", "meaning", "source"};
    ds_page_fold(&a->r->page, NULL, "Every parameter with its source");
    ds_page_table(&a->r->page, 4, 4, heads);
    for (size_t i = 0; i < a->count; i++)
        put_row(a->r, &a->item[i], false);
    ds_page_table_end(&a->r->page);
    ds_page_unfold(&a->r->page);
}

void ds_report_assumptions(const ds_report *r)
{
    assumptions a = {.r = r};
    if (!r->model)
        return;
    gather(&a, r->model->params, "", 0);
    if (a.count == 0)
        return;
    ds_page_heading(&r->page, 2, "What is assumed");
    ds_page_paragraph(
        &r->page,
        "Of %zu numbers and words that the model takes, %zu have a source and %zu are "
        "assumptions of the model's author%s; %zu %s default%s",
        a.count, a.sourced, a.count - a.sourced, r->count > 1 ? " (of the first case)" : "",
        a.differing, a.differing == 1 ? "differs from its" : "differ from their",
        a.differing > DIFFERING ? ", the first of these:"
        : a.differing           ? ":"
                                : ".");
    if (a.differing)
        put_differing(&a);
    if (r->page.html)
        put_every(&a);
    else
        ds_page_paragraph(&r->page,
                          "`diemsim schema --markdown` prints every one with its source.");
}
