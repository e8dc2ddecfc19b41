#include "fallback.h"

#include "complain.h"
#include "yaml.h"

#include "sim/core/nearest.h"

#include <string.h>

struct ds_known_default {
    const struct ds_known_default *next;
    const char *text; /* a table may be a copy: its texts are not */
    ds_node *node;
};

bool ds_fallback(ds_binder *b, const ds_param *p, ds_node **node)
{
    *node = NULL;
    if (!p->text)
        return true;
    for (const struct ds_known_default *k = b->defaults; k; k = k->next)
        if (k->text == p->text) {
            *node = k->node;
            return true;
        }
    ds_text *const text = ds_pool_take(b->pool, sizeof *text);
    *text = (ds_text){.name = ds_pool_print(b->pool, "default of '%s'", p->name),
                      .text = p->text,
                      .size = strlen(p->text)};
    ds_status found = {0};
    if (!ds_yaml_parse(b->pool, text, node, &found)) {
        if (found.code == DS_E_SYSTEM) /* not everybody asks whether there is a default */
            ds_pool_give_up(text->name);
        return ds_fail(b->st, found.code, "%s", found.text);
    }
    struct ds_known_default *const k = ds_pool_take(b->pool, sizeof *k);
    *k = (struct ds_known_default){.next = b->defaults, .text = p->text, .node = *node};
    b->defaults = k;
    return true;
}

const char *ds_fallback_tag(ds_binder *b, const ds_param *p, const ds_node *mapping)
{
    const ds_node *tag = ds_node_get(mapping, p->tag, NULL);
    ds_node *node;
    if (!tag && ds_fallback(b, p, &node))
        tag = ds_node_get(node, p->tag, NULL);
    return tag && tag->shape == DS_SCALAR ? tag->scalar : NULL;
}

const ds_alternative *ds_fallback_pick(ds_binder *b, const ds_param *p, const ds_node *mapping)
{
    const char *const tag = ds_fallback_tag(b, p, mapping);
    return tag ? ds_alternative_find(p->alternatives, tag) : NULL;
}

bool ds_fallback_refuse(ds_binder *b, const ds_param *p, const ds_node *tag)
{
    ds_nearest nearest = ds_nearest_to(tag->shape == DS_SCALAR ? tag->scalar : "");
    const char *all = NULL;
    for (const ds_alternative *const *a = p->alternatives; *a; a++) {
        ds_nearest_try(&nearest, (*a)->name);
        all = all ? ds_pool_print(b->pool, "%s, %s", all, (*a)->name) : (*a)->name;
    }
    if (tag->shape != DS_SCALAR)
        return ds_complain(b->st, tag, "'%s' must be a word, its parameters beside it, one of: %s",
                           p->tag, all);
    const char *const said = ds_quote(b->pool, tag->scalar);
    if (nearest.best)
        return ds_complain(b->st, tag, "'%s' is '%s', did you mean '%s'? (one of: %s)", p->tag,
                           said, nearest.best, all);
    return ds_complain(b->st, tag, "'%s' is '%s', must be one of: %s", p->tag, said, all);
}
