#include "outside.h"

#include "complain.h"

#include <string.h>

/* Every point of a sweep names the same file: it becomes an alternative once. */
struct ds_known_outside {
    const struct ds_known_outside *next;
    const ds_alternative *general, *made;
    const ds_text *text;
};

static const ds_alternative *known(const ds_binder *b, const ds_alternative *as,
                                   const ds_text *text)
{
    for (const struct ds_known_outside *k = b->outside; text && k; k = k->next)
        if (k->general == as && k->text == text)
            return k->made;
    return NULL;
}

static void remember(ds_binder *b, const ds_alternative *as, const ds_text *text,
                     const ds_alternative *made)
{
    struct ds_known_outside *const k = ds_pool_take(b->pool, sizeof *k);
    *k = (struct ds_known_outside){b->outside, as, made, text};
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

const ds_alternative *ds_outside_of(ds_binder *b, const ds_alternative *as, const ds_node *mapping)
{
    const ds_text *text;
    ds_status inner = {0};
    if (!as->outside)
        return as;
    if (!read_file(b, as, mapping, &text))
        return NULL;
    const ds_alternative *made = known(b, as, text);
    if (made)
        return made;
    const ds_outside s = said(b, mapping, text);
    made = as->outside(as, &s, &inner);
    if (!made)
        refuse(b, &inner, mapping);
    else if (text)
        remember(b, as, text, made);
    return made;
}
