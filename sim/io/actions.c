#include "actions.h"

#include "complain.h"
#include "merge.h"
#include "override.h"

#include <string.h>

static bool can_change(ds_binder *b, const ds_param *table, const ds_node *now,
                       const ds_node *over);

/* Cohorts, like all that is laid out when a replica begins, neither come nor go on the way. */
static bool can_change_entries(ds_binder *b, const ds_param *p, const ds_node *now,
                               const ds_node *over)
{
    for (uint32_t i = 0; i < over->count; i++) {
        const ds_node *const entry = ds_node_get(now, over->key[i]->scalar, NULL);
        if (!entry)
            return ds_complain(b->st, over->key[i],
                               "'%s' has no entry '%s', and an action cannot bring one", p->name,
                               ds_quote(b->pool, over->key[i]->scalar));
        if (over->item[i]->shape != DS_MAPPING)
            return ds_complain(b->st, over->item[i],
                               "'%s' must be a mapping here: an action cannot take an entry of "
                               "'%s' out",
                               ds_quote(b->pool, over->key[i]->scalar), p->name);
        if (!can_change(b, p->table, entry, over->item[i]))
            return false;
    }
    return true;
}

/* Unknown keys are left to binding. */
static bool can_change(ds_binder *b, const ds_param *table, const ds_node *now, const ds_node *over)
{
    for (uint32_t i = 0; i < over->count; i++) {
        const ds_param *const p = ds_param_find(table, over->key[i]->scalar);
        const ds_node *const item = over->item[i];
        if (p && p->fixed)
            return ds_complain(b->st, over->key[i],
                               "'%s' is read when a replica begins, no action can change it",
                               p->name);
        if (!p || item->shape != DS_MAPPING)
            continue;
        const ds_node *const below = ds_node_get(now, p->name, NULL);
        if ((p->kind == DS_GROUP && !can_change(b, p->table, below, item)) ||
            (p->kind == DS_MAP && !can_change_entries(b, p, below, item)))
            return false;
    }
    return true;
}

/* What belongs to the experiment as a whole is the same at all times. */
static bool is_models_own(const ds_scenario_rest *r, const ds_node *key)
{
    const size_t length = strcspn(key->scalar, ".");
    for (const ds_param *p = r->common_table; p->name; p++)
        if (strlen(p->name) == length && strncmp(key->scalar, p->name, length) == 0)
            return ds_complain(r->binder.st, key, "'%s' is no parameter that an action can change",
                               p->name);
    return true;
}

/* The tree from an action on: its keys, nested ones and dotted paths, over what held before. */
static bool lay(ds_scenario *s, const ds_node *said, ds_node **tree)
{
    ds_scenario_rest *const r = s->rest;
    ds_binder *const b = &r->binder;
    const ds_param *const tables[2] = {s->model->params, NULL};
    const uint32_t *const order = ds_override_order_of(b, tables[0], *tree, said);
    for (uint32_t k = 0; k < said->count; k++) {
        const uint32_t i = order[k];
        ds_node *over = ds_node_new(b->pool, DS_MAPPING, said->from, said->line, said->column);
        if (!is_models_own(r, said->key[i]))
            return false;
        if (!strchr(said->key[i]->scalar, '.'))
            ds_node_add(b->pool, over, said->key[i], said->item[i]);
        else if (!ds_override_nest(b, tables, *tree, said->key[i], said->item[i], &over))
            return false;
        if (!can_change(b, s->model->params, *tree, over))
            return false;
        *tree = ds_merge(b, tables, *tree, over);
    }
    return true;
}

/* By time; equal times in the order in which they are written. */
static void sort(ds_action *action, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        const ds_action moved = action[i];
        uint32_t to = i;
        for (; to > 0 && action[to - 1].at > moved.at; to--)
            action[to] = action[to - 1];
        action[to] = moved;
    }
}

bool ds_actions_bind(ds_scenario *s, ds_node *tree, void *config, ds_status *st)
{
    const char *const key = s->model->actions;
    const ds_param *const p = key ? ds_param_find(s->model->params, key) : NULL;
    if (!p)
        return true;
    ds_list list;
    memcpy(&list, (const char *)config + p->offset, sizeof list);
    ds_action *const action = list.items;
    ds_node *now = ds_node_without(&s->rest->pool, tree, key);
    sort(action, list.count);
    s->rest->binder.st = s->rest->st = st;
    for (uint32_t i = 0; i < list.count; i++) {
        void *changed;
        if (!lay(s, action[i].set.said, &now) || !ds_config_of(s, now, action[i].at, &changed, st))
            return false;
        action[i].set.config = changed;
    }
    return true;
}
