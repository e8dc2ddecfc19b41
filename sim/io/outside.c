#include "outside.h"

#include "complain.h"
#include "fallback.h"

#include <ctype.h>
#include <string.h>

/* Points of a sweep and the times of a scenario say the same again: it becomes an alternative once.
 */
struct ds_known_outside {
    const struct ds_known_outside *next;
    const ds_alternative *general, *made;
    const ds_text *text;
    ds_outside said; /* counts where there is no file */
};

static bool same_word(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_words(const ds_outside *a, const ds_outside *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!same_word(a->key[i], b->key[i]) || !same_word(a->value[i], b->value[i]))
            return false;
    return true;
}

static const ds_alternative *known(const ds_binder *b, const ds_alternative *as,
                                   const ds_text *text, const ds_outside *said)
{
    for (const struct ds_known_outside *k = b->outside; k; k = k->next)
        if (k->general == as && k->text == text && (text || same_words(&k->said, said)))
            return k->made;
    return NULL;
}

static void remember(ds_binder *b, const ds_alternative *as, const ds_text *text,
                     const ds_outside *said, const ds_alternative *made)
{
    struct ds_known_outside *const k = ds_pool_take(b->pool, sizeof *k);
    *k = (struct ds_known_outside){b->outside, as, made, text, *said};
    b->outside = k;
}

static void *take(void *memory, size_t size)
{
    return ds_pool_take(memory, size);
}

static ds_outside said(ds_binder *b, const ds_node *mapping, const ds_text *text)
{
    const char **const key = ds_pool_take(b->pool, (mapping->count + 1) * sizeof *key);
    const char **const value = ds_pool_take(b->pool, (mapping->count + 1) * sizeof *value);
    for (uint32_t i = 0; i < mapping->count; i++) {
        const ds_node *const item = mapping->item[i];
        key[i] = mapping->key[i]->scalar;
        value[i] = item->shape == DS_SCALAR ? item->scalar : NULL;
    }
    ds_outside s = {
        .key = key, .value = value, .count = mapping->count, .take = take, .memory = b->pool};
    if (text) {
        s.file = text->name;
        s.path = text->real;
        s.text = text->text;
        s.size = text->size;
    }
    return s;
}

static bool read_file(ds_binder *b, const ds_alternative *as, const ds_node *mapping,
                      const ds_text **text)
{
    const ds_param *const file = ds_param_find(as->params, "file");
    const ds_node *const node = ds_node_get(mapping, "file", NULL);
    *text = NULL;
    if (!file)
        return true;
    if (!node)
        return ds_complain(b->st, mapping, "'file' is missing: %s", file->doc);
    return as->native ? ds_file_native(b->files, node, text, b->st)
                      : ds_file_named(b->files, node, false, text, b->st);
}

/* What is wrong within the file has its place in the file; all else a place in the scenario. */
static void refuse(ds_binder *b, const ds_status *inner, const ds_node *mapping)
{
    if (inner->code == DS_E_DATA)
        (void)ds_bind_refuse(b, inner, mapping);
    else
        (void)ds_fail(b->st, inner->code, "%s", ds_escape(b->pool, inner->text));
}

/* A script may have in its comments what a result cannot hold. */
static bool can_be_stored(const ds_alternative *as, const ds_text *text, ds_status *st)
{
    return !text || as->native || ds_text_check(text, st);
}

const ds_alternative *ds_outside_of(ds_binder *b, const ds_alternative *as, const ds_node *mapping)
{
    const ds_text *text;
    ds_status inner = {0};
    if (!as->outside)
        return as;
    if (!read_file(b, as, mapping, &text))
        return NULL;
    const ds_outside s = said(b, mapping, text);
    const ds_alternative *made = known(b, as, text, &s);
    if (made)
        return made;
    made = as->outside(as, &s, &inner);
    if (!made)
        refuse(b, &inner, mapping);
    else if (!can_be_stored(as, text, b->st))
        return NULL;
    else
        remember(b, as, text, &s, made);
    return made;
}

/* ---- merging ---- */

static bool is_other(const ds_alternative *as, const ds_node *under, const ds_node *over)
{
    for (const ds_param *p = as->params; p->name; p++) {
        const ds_node *const now = ds_node_get(over, p->name, NULL);
        const ds_node *const old = ds_node_get(under, p->name, NULL);
        if (now && !(old && old->shape == DS_SCALAR && now->shape == DS_SCALAR &&
                     strcmp(old->scalar, now->scalar) == 0))
            return true;
    }
    return false;
}

static bool in_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool has_word(const char *text, const char *word)
{
    const size_t length = strlen(word);
    for (const char *at = strstr(text, word); at && length; at = strstr(at + 1, word))
        if (!(at > text && in_word(at[-1])) && !in_word(at[length]))
            return true;
    return false;
}

bool ds_outside_names(const ds_alternative *as, const ds_node *mapping, const char *key)
{
    for (const ds_param *p = as->params; p->name; p++) {
        const ds_node *const text = ds_node_get(mapping, p->name, NULL);
        if (strcmp(p->name, key) == 0 ||
            (text && text->shape == DS_SCALAR && strcmp(p->name, "file") != 0 &&
             has_word(text->scalar, key)))
            return true;
    }
    return false;
}

ds_node *ds_outside_merged(ds_binder *b, const ds_param *choice, const ds_node *under,
                           const ds_node *over, ds_node *both)
{
    const ds_alternative *const as = ds_fallback_pick(b, choice, under);
    if (!as || !as->outside || !is_other(as, under, over))
        return both;
    ds_node *const kept = ds_node_new(b->pool, DS_MAPPING, both->from, both->line, both->column);
    for (uint32_t i = 0; i < both->count; i++) {
        const char *const key = both->key[i]->scalar;
        if (strcmp(key, choice->tag) == 0 || ds_node_get(over, key, NULL) ||
            ds_outside_names(as, both, key))
            ds_node_add(b->pool, kept, both->key[i], both->item[i]);
    }
    return kept;
}
