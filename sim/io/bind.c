#include "bind.h"

#include "complain.h"
#include "fallback.h"
#include "known.h"
#include "merge.h"
#include "outside.h"
#include "quantity.h"

#include "sim/core/dist.h"
#include "sim/core/nearest.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool bind_value(ds_binder *b, const ds_param *p, const ds_node *node, void *out);
static bool bind_choice(ds_binder *b, const ds_param *p, const ds_node *node, ds_choice *out);

/* ---- keys ---- */

static bool knows(ds_binder *b, const ds_param *table, const ds_node *node, const char *key,
                  ds_nearest *nearest)
{
    for (const ds_param *p = table; p && p->name; p++) {
        if (!p->merged) {
            if (strcmp(p->name, key) == 0)
                return true;
            ds_nearest_try(nearest, p->name);
            continue;
        }
        if (strcmp(p->tag, key) == 0)
            return true;
        ds_nearest_try(nearest, p->tag);
        const ds_alternative *const as = ds_fallback_pick(b, p, node);
        if (as && knows(b, as->params, node, key, nearest))
            return true;
    }
    return false;
}

/* A path of keys in the place of one key, as the mapping that it stands for; NULL where it is none.
 */
static const char *nested(ds_pool *pool, const char *key)
{
    enum { LONGEST = 60 };
    const char *made = "", *braces = "", *dot;
    const size_t length = strlen(key);
    if (length > LONGEST || !strchr(key, '.') || *key == '.' || key[length - 1] == '.' ||
        strstr(key, ".."))
        return NULL;
    for (; (dot = strchr(key, '.')) != NULL; key = dot + 1) {
        made = ds_pool_print(pool, "%s%.*s: {", made, (int)(dot - key), key);
        braces = ds_pool_print(pool, "%s}", braces);
    }
    return ds_escape(pool, ds_pool_print(pool, "%s%s: …%s", made, key, braces));
}

static bool unknown(ds_binder *b, const ds_node *key, const ds_nearest *nearest, const char *what)
{
    const char *const name = ds_quote(b->pool, key->scalar);
    const char *const mapping = nested(b->pool, key->scalar);
    if (mapping)
        return ds_complain(b->st, key, "unknown %s '%s': write '%s'", what, name, mapping);
    if (nearest->best)
        return ds_complain(b->st, key, "unknown %s '%s', did you mean '%s'?", what, name,
                           nearest->best);
    if (*nearest->all)
        return ds_complain(b->st, key, "unknown %s '%s' (one of: %s)", what, name, nearest->all);
    return ds_complain(b->st, key, "unknown %s '%s'", what, name);
}

static bool check_keys(ds_binder *b, const ds_param *table, const ds_param *also,
                       const ds_node *node, const char *tag)
{
    for (uint32_t i = 0; i < node->count; i++) {
        const ds_node *const key = node->key[i];
        ds_nearest nearest = ds_nearest_to(key->scalar);
        if (tag && strcmp(tag, key->scalar) == 0)
            continue;
        if (knows(b, table, node, key->scalar, &nearest) ||
            (also && knows(b, also, node, key->scalar, &nearest)))
            continue;
        if (tag)
            ds_nearest_try(&nearest, tag);
        return unknown(b, key, &nearest, "key");
    }
    return true;
}

/* ---- values ---- */

static bool is_null(const ds_node *node)
{
    return node->shape == DS_SCALAR && !node->quoted &&
           (!*node->scalar || strcmp(node->scalar, "~") == 0 || strcmp(node->scalar, "null") == 0);
}

static bool out_of_range(ds_binder *b, const ds_param *p, const ds_node *node, double value)
{
    const char *const unit =
        strcmp(p->unit, "1") == 0 ? "" : ds_pool_print(b->pool, " %s", p->unit);
    return ds_complain(b->st, node, "'%s' is %.10g%s, must lie in [%.10g, %.10g]%s", p->name, value,
                       unit, p->min, p->max, unit);
}

void ds_bind_warn(ds_binder *b, const char *text)
{
    for (size_t i = 0; i < b->warning_count; i++)
        if (strcmp(b->warnings[i], text) == 0)
            return;
    const char **const more = ds_pool_take(b->pool, (b->warning_count + 1) * sizeof *b->warnings);
    if (b->warning_count)
        memcpy(more, b->warnings, b->warning_count * sizeof *more);
    more[b->warning_count++] = text;
    b->warnings = more;
}

static void warn_of_horizon(ds_binder *b, const ds_param *p, const ds_node *node, double value)
{
    if (p->moment && value > b->horizon)
        ds_bind_warn(
            b, ds_pool_print(b->pool,
                             "'%s' is %s, which lies beyond the horizon of %.10g %s: it never "
                             "happens",
                             p->name, ds_quote(b->pool, node->scalar), b->horizon, p->unit));
}

/* A date, as time since the start. */
static bool read_moment(ds_binder *b, const ds_param *p, const ds_node *node, double *value)
{
    char start[40];
    ds_date_print(b->start, start, sizeof start);
    *value = ds_date_since(*value, b->start);
    if (*value < 0)
        return ds_complain(b->st, node, "'%s' is %s, must not be before the start, %s", p->name,
                           ds_quote(b->pool, node->scalar), start);
    warn_of_horizon(b, p, node, *value);
    return true;
}

static const char *unit_of(const ds_binder *b, const ds_param *p)
{
    if (!p->inner || !b->unit)
        return p->unit;
    return p->inner > 0 ? b->unit : ds_pool_print(b->pool, "1/%s", b->unit);
}

static bool read_number(ds_binder *b, const ds_param *p, const ds_node *node, double *value)
{
    char why[200];
    if (isnan(p->fallback) && is_null(node)) { /* takes back what an include says */
        *value = NAN;
        return true;
    }
    if (node->shape != DS_SCALAR)
        return ds_complain(b->st, node, "'%s' must be a number", p->name);
    if (p->moment && ds_date_read(node->scalar, value))
        return read_moment(b, p, node, value);
    if (p->unlimited && strcmp(node->scalar, "unlimited") == 0) {
        *value = INFINITY;
        return true;
    }
    if (!ds_quantity_read(node->scalar, unit_of(b, p), value, why, sizeof why))
        return ds_complain(b->st, node, "'%s' is '%s': %s%s", p->name,
                           ds_quote(b->pool, node->scalar), why,
                           p->unlimited ? "; 'unlimited' is allowed"
                           : p->moment  ? "; a date such as 2026-09-19 is allowed"
                                        : "");
    if (!(*value >= p->min && *value <= p->max))
        return out_of_range(b, p, node, *value);
    if (ds_param_whole(p) && *value != floor(*value))
        return ds_complain(b->st, node, "'%s' is %.10g, must be a whole number%s", p->name, *value,
                           p->unlimited ? " or unlimited" : "");
    warn_of_horizon(b, p, node, *value);
    return true;
}

static bool bind_integer(ds_binder *b, const ds_param *p, const ds_node *node, int64_t *out)
{
    double value;
    if (node->shape == DS_SCALAR && ds_integer_read(node->scalar, out) && (double)*out >= p->min &&
        (double)*out <= p->max)
        return true;
    if (!read_number(b, p, node, &value))
        return false;
    if (value >= 0x1p63) /* which may be the largest that is allowed, as a double */
        return ds_complain(b->st, node, "'%s' is '%s', must be at most %lld", p->name,
                           ds_quote(b->pool, node->scalar), (long long)INT64_MAX);
    *out = (int64_t)value;
    return true;
}

static bool bind_switch(ds_binder *b, const ds_param *p, const ds_node *node, bool *out)
{
    const bool yes = node->shape == DS_SCALAR && strcmp(node->scalar, "true") == 0;
    const bool no = node->shape == DS_SCALAR && strcmp(node->scalar, "false") == 0;
    if (!yes && !no)
        return node->shape == DS_SCALAR
                   ? ds_complain(b->st, node, "'%s' is '%s', must be true or false", p->name,
                                 ds_quote(b->pool, node->scalar))
                   : ds_complain(b->st, node, "'%s' must be true or false", p->name);
    *out = yes;
    return true;
}

static bool bind_text(ds_binder *b, const ds_param *p, const ds_node *node, const char **out)
{
    if (node->shape != DS_SCALAR)
        return ds_complain(b->st, node, "'%s' must be text", p->name);
    *out = node->scalar;
    return true;
}

static bool bind_date(ds_binder *b, const ds_param *p, const ds_node *node, double *out)
{
    if (node->shape != DS_SCALAR)
        return ds_complain(b->st, node, "'%s' must be a date, like 2026-09-19", p->name);
    return ds_date_read(node->scalar, out) ||
           ds_complain(b->st, node,
                       "'%s' is '%s', must be a date of the calendar, like 2026-09-19 or "
                       "2026-09-19T12:00",
                       p->name, ds_quote(b->pool, node->scalar));
}

static bool bind_changes(ds_binder *b, const ds_param *p, const ds_node *node, ds_changes *out)
{
    if (node->shape != DS_MAPPING || node->count == 0)
        return ds_complain(b->st, node, "'%s' must be a mapping of keys to what they become",
                           p->name);
    out->said = node;
    return true;
}

static bool bind_numbers(ds_binder *b, const ds_param *p, const ds_node *node, ds_numbers *out)
{
    const ds_node *const *const items =
        node->shape == DS_SEQUENCE ? (const ds_node *const *)node->item : &node;
    out->count = node->shape == DS_SEQUENCE ? node->count : 1;
    double *const value = ds_pool_take(b->pool, (out->count + 1) * sizeof *value);
    out->value = value;
    if (node->shape == DS_MAPPING || out->count == 0)
        return ds_complain(b->st, node, "'%s' must be a list of numbers", p->name);
    for (uint32_t i = 0; i < out->count; i++)
        if (!read_number(b, p, items[i], &value[i]))
            return false;
    return true;
}

static bool bind_word(ds_binder *b, const ds_param *p, const ds_node *node, int *out)
{
    if (node->shape != DS_SCALAR)
        return ds_complain(b->st, node, "'%s' must be a word", p->name);
    ds_nearest nearest = ds_nearest_to(node->scalar);
    for (int i = 0; p->words[i]; i++) {
        if (strcmp(p->words[i], node->scalar) == 0) {
            *out = i;
            return true;
        }
        ds_nearest_try(&nearest, p->words[i]);
    }
    const char *all = p->words[0];
    for (int i = 1; p->words[i]; i++)
        all = ds_pool_print(b->pool, "%s, %s", all, p->words[i]);
    if (nearest.best)
        return ds_complain(b->st, node, "'%s' is '%s', did you mean '%s'? (one of: %s)", p->name,
                           ds_quote(b->pool, node->scalar), nearest.best, all);
    return ds_complain(b->st, node, "'%s' is '%s', must be one of: %s", p->name,
                       ds_quote(b->pool, node->scalar), all);
}

/* A file, or a mapping of `file` and the other keys that are known. */
static bool file_keys(ds_binder *b, const ds_param *p, const ds_node *node,
                      const char *const *known, const ds_node **file)
{
    for (uint32_t i = 0; i < node->count; i++) {
        const char *const key = node->key[i]->scalar;
        ds_nearest nearest = ds_nearest_to(key);
        bool found = false;
        for (const char *const *k = known; *k; k++) {
            ds_nearest_try(&nearest, *k);
            found = found || strcmp(key, *k) == 0;
        }
        if (!found)
            return unknown(b, node->key[i], &nearest, "key");
    }
    *file = ds_node_get(node, "file", NULL);
    return *file || ds_complain(b->st, node, "'%s' lacks the key 'file'", p->name);
}

static bool file_of(ds_binder *b, const ds_param *p, const ds_node *file, const ds_text **text)
{
    if (file->shape != DS_SCALAR)
        return ds_complain(b->st, file, "'%s' must be a file, or {file: ..., column: ...}",
                           p->name);
    return ds_file_named(b->files, file, false, text, b->st);
}

static const ds_param column_key = {.name = "column"}, gaps_key = {.name = "gaps"},
                      between_key = {.name = "interpolation", .words = ds_between_words};

static bool path_keys(ds_binder *b, const ds_node *node, ds_path *out)
{
    const ds_node *const column = ds_node_get(node, "column", NULL);
    const ds_node *const gaps = ds_node_get(node, "gaps", NULL);
    const ds_node *const between = ds_node_get(node, "interpolation", NULL);
    return (!column || bind_text(b, &column_key, column, &out->column)) &&
           (!gaps || bind_switch(b, &gaps_key, gaps, &out->gaps)) &&
           (!between || bind_word(b, &between_key, between, &out->between));
}

/* A model's dates are days; rows that all lie outside the run are one number for all of it. */
static void warn_of_dates(ds_binder *b, const ds_param *p, const ds_path *path)
{
    char first[40], last[40];
    if (path->count == 0 ||
        (path->time[path->count - 1] >= b->start && path->time[0] <= b->start + b->horizon))
        return;
    ds_date_print(path->time[0], first, sizeof first);
    ds_date_print(path->time[path->count - 1], last, sizeof last);
    ds_bind_warn(b, ds_pool_print(b->pool,
                                  "'%s' has rows from %s to %s, none of them in the time that is "
                                  "simulated: one of them holds all along",
                                  p->name, first, last));
}

/* {file: ..., column: ..., gaps: ..., interpolation: ...} */
static bool bind_path(ds_binder *b, const ds_param *p, const ds_node *node, ds_path *out)
{
    static const char *const known[] = {"file", "column", "gaps", "interpolation", NULL};
    const ds_node *file = node;
    const ds_text *text = NULL;
    *out = (ds_path){.between = (int)p->fallback};
    if (is_null(node))
        return true;
    if (node->shape == DS_MAPPING &&
        (!file_keys(b, p, node, known, &file) || !path_keys(b, node, out)))
        return false;
    if (!file_of(b, p, file, &text))
        return false;
    out->file = file->scalar;
    if (!ds_known_path(b, p, text, out))
        return false;
    warn_of_dates(b, p, out);
    return true;
}

/* {file: ..., column: ...} */
static bool bind_column(ds_binder *b, const ds_param *p, const ds_node *node, ds_column *out)
{
    static const char *const known[] = {"file", "column", NULL};
    const ds_node *file = node;
    const ds_text *text = NULL;
    *out = (ds_column){0};
    if (is_null(node))
        return true;
    if (node->shape == DS_MAPPING) {
        const ds_node *const column = ds_node_get(node, "column", NULL);
        if (!file_keys(b, p, node, known, &file) ||
            (column && !bind_text(b, &column_key, column, &out->column)))
            return false;
    }
    if (!file_of(b, p, file, &text))
        return false;
    out->file = file->scalar;
    return ds_known_column(b, p, text, out);
}

/* ---- structs ---- */

bool ds_bind_refuse(ds_binder *b, const ds_status *inner, const ds_node *node)
{
    const ds_node *at = node;
    char name[200], *rest = NULL;
    if (!node)
        return ds_fail(b->st, inner->code, "%s", inner->text);
    if (sscanf(inner->text, "'%199[^']'", name) == 1)
        for (char *word = strtok_r(name, ".", &rest); word; word = strtok_r(NULL, ".", &rest)) {
            const ds_node *const item = ds_node_get(at, word, NULL);
            if (!item)
                break;
            at = item;
        }
    return ds_complain(b->st, at, "%s", ds_escape(b->pool, inner->text));
}

static bool check_struct(ds_binder *b, bool (*check)(void *, ds_status *), void *item,
                         const ds_node *node)
{
    ds_status inner = {0};
    return !check || check(item, &inner) || ds_bind_refuse(b, &inner, node);
}

/* Averages of what has no mean go wherever the largest value takes them. */
static void warn_of_mean(ds_binder *b, const ds_param *p, const ds_choice *choice)
{
    if (p->alternatives != ds_distributions || isfinite(ds_dist_of(choice).mean))
        return;
    ds_bind_warn(b, ds_pool_print(b->pool,
                                  "'%s' has an infinite mean: averages over it never settle, and "
                                  "no confidence interval of a mean holds",
                                  p->name));
}

static bool bind_item(ds_binder *b, const ds_param *p, const ds_node *node, void *out)
{
    if (node->shape != DS_MAPPING && !is_null(node))
        return ds_complain(b->st, node, "'%s' takes a mapping of keys and values here", p->name);
    const ds_node *const keys = node->shape == DS_MAPPING ? node : NULL;
    /* The first member of a map's struct is its name, which is no key of its own. */
    const ds_param *const table = p->kind == DS_MAP ? p->table + 1 : p->table;
    return ds_bind(b, table, NULL, keys, out);
}

/* The entries that count: in a map a null takes out what an included scenario names. */
static uint32_t entries_of(const ds_param *p, const ds_node *node)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < node->count; i++)
        count += p->kind != DS_MAP || !is_null(node->item[i]);
    return count;
}

static bool bind_entries(ds_binder *b, const ds_param *p, const ds_node *node, ds_list *out)
{
    char *item = out->items = ds_pool_take(b->pool, (out->count + 1) * p->size);
    for (uint32_t i = 0; i < node->count; i++) {
        if (p->kind == DS_MAP && is_null(node->item[i]))
            continue;
        if (p->kind == DS_MAP)
            memcpy(item, &node->key[i]->scalar, sizeof(const char *));
        if (!bind_item(b, p, node->item[i], item) ||
            !check_struct(b, p->check, item, node->item[i]))
            return false;
        item += p->size;
    }
    return true;
}

static bool bind_list(ds_binder *b, const ds_param *p, const ds_node *node, ds_list *out)
{
    const bool map = p->kind == DS_MAP;
    if (node->shape != (map ? DS_MAPPING : DS_SEQUENCE))
        return ds_complain(b->st, node, "'%s' must be a %s", p->name,
                           map ? "mapping of names to keys and values" : "list");
    out->count = entries_of(p, node);
    if (out->count < p->min || out->count > p->max)
        return ds_complain(b->st, node, "'%s' has %u %s, must have %.10g to %.10g", p->name,
                           out->count, out->count == 1 ? "entry" : "entries", p->min, p->max);
    return bind_entries(b, p, node, out);
}

/* The mapping of a choice; where the user's says no tag, with the default's keys below its own. */
static bool with_default(ds_binder *b, const ds_param *p, const ds_node *node, ds_node **whole)
{
    ds_node *fallback;
    if (!ds_fallback(b, p, &fallback))
        return false;
    *whole = (ds_node *)(uintptr_t)node;
    if (fallback && !node)
        *whole = fallback;
    else if (fallback && !ds_node_get(node, p->tag, NULL))
        *whole = ds_merge_value(b, p, fallback, (ds_node *)(uintptr_t)node);
    return true;
}

static bool make_choice(ds_binder *b, const ds_param *p, const ds_node *node, ds_choice *out)
{
    ds_node *whole, *tag;
    const bool absent =
        !node || is_null(node) ||
        (p->unlimited && node->shape == DS_SCALAR && strcmp(node->scalar, "unlimited") == 0);
    if (absent && p->required && node)
        return ds_complain(b->st, node, "'%s' is missing: %s", p->name, p->doc);
    if (absent && !p->text)
        return true;
    if (!absent && node->shape != DS_MAPPING)
        return ds_complain(b->st, node, "'%s' must be a mapping with the key '%s'%s", p->name,
                           p->tag, p->unlimited ? ", or 'unlimited'" : "");
    if (!with_default(b, p, absent ? NULL : node, &whole))
        return false;
    if (!whole)
        return ds_fail(b->st, DS_E_BUG, "'%s' has an empty default", p->name);
    tag = ds_node_get(whole, p->tag, NULL);
    if (!tag)
        return ds_complain(b->st, whole, "'%s' lacks the key '%s'", p->name, p->tag);
    out->as = tag->shape == DS_SCALAR ? ds_alternative_find(p->alternatives, tag->scalar) : NULL;
    if (!out->as)
        return ds_fallback_refuse(b, p, tag);
    out->as = ds_outside_of(b, out->as, whole);
    if (!out->as)
        return false;
    out->params = ds_pool_take(b->pool, out->as->params_size);
    if (!p->merged && !check_keys(b, out->as->params, NULL, whole, p->tag))
        return false;
    if (!ds_bind(b, out->as->params, out->as->params, whole, out->params) ||
        !check_struct(b, out->as->check, out->params, whole))
        return false;
    warn_of_mean(b, p, out);
    return true;
}

/* Parameters of a policy can be a large table: what many points have in common is made once. */
static bool bind_choice(ds_binder *b, const ds_param *p, const ds_node *node, ds_choice *out)
{
    for (size_t i = 0; i < DS_KNOWN_CHOICES; i++)
        if (b->choice[i].param == p && b->choice[i].node == node) {
            *out = b->choice[i].choice;
            return true;
        }
    const char *const around = b->unit;
    if (strcmp(p->unit, "1") != 0)
        b->unit = p->unit;
    const bool made = make_choice(b, p, node, out);
    b->unit = around;
    if (!made)
        return false;
    b->choice[b->choices++ % DS_KNOWN_CHOICES] = (ds_known_choice){p, node, *out};
    return true;
}

static bool bind_value(ds_binder *b, const ds_param *p, const ds_node *node, void *out)
{
    switch (p->kind) {
    case DS_NUMBER:
        return read_number(b, p, node, out);
    case DS_INTEGER:
        return bind_integer(b, p, node, out);
    case DS_SWITCH:
        return bind_switch(b, p, node, out);
    case DS_TEXT:
        return bind_text(b, p, node, out);
    case DS_DATE:
        return bind_date(b, p, node, out);
    case DS_NUMBERS:
        return bind_numbers(b, p, node, out);
    case DS_WORD:
        return bind_word(b, p, node, out);
    case DS_GROUP:
        return bind_item(b, p, node, out) && check_struct(b, p->check, out, node);
    case DS_LIST:
    case DS_MAP:
        return bind_list(b, p, node, out);
    case DS_CHOICE:
        return bind_choice(b, p, node, out);
    case DS_PATH:
        return bind_path(b, p, node, out);
    case DS_CHANGES:
        return bind_changes(b, p, node, out);
    case DS_COLUMN:
        return bind_column(b, p, node, out);
    }
    return ds_fail(b->st, DS_E_BUG, "a parameter of unknown kind '%s'", p->name);
}

static bool bind_absent(ds_binder *b, const ds_param *p, const ds_node *within, void *out)
{
    ds_node *fallback;
    if (p->required && within)
        return ds_complain(b->st, within, "'%s' is missing: %s", p->name, p->doc);
    if (p->required)
        return ds_fail(b->st, DS_E_DATA, "'%s' is missing: %s", p->name, p->doc);
    if (p->kind == DS_NUMBER)
        memcpy(out, &p->fallback, sizeof p->fallback);
    else if (p->kind == DS_INTEGER)
        *(int64_t *)out = (int64_t)p->fallback;
    else if (p->kind == DS_SWITCH)
        *(bool *)out = p->fallback != 0;
    else if (p->kind == DS_GROUP)
        return ds_bind(b, p->table, NULL, NULL, out) && check_struct(b, p->check, out, NULL);
    else if (p->kind == DS_CHOICE)
        return bind_choice(b, p, NULL, out);
    else
        return ds_fallback(b, p, &fallback) && (!fallback || bind_value(b, p, fallback, out));
    return true;
}

bool ds_bind(ds_binder *b, const ds_param *table, const ds_param *also, const ds_node *node,
             void *out)
{
    /* A choice has checked its keys already, with its tag: it passes its own table twice. */
    if (node && also != table && !check_keys(b, table, also, node, NULL))
        return false;
    for (const ds_param *p = table; p && p->name; p++) {
        void *const place = (char *)out + p->offset;
        const ds_node *const value = p->merged ? node : ds_node_get(node, p->name, NULL);
        const bool fine = value ? bind_value(b, p, value, place) : bind_absent(b, p, node, place);
        if (!fine)
            return false;
    }
    return true;
}
