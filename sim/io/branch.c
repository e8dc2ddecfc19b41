#include "branch.h"

#include "complain.h"
#include "merge.h"

#include "sim/core/nearest.h"

#include <math.h>
#include <string.h>

static const char action_name[] = "branch";

static bool check_keys(ds_binder *b, const ds_node *branch)
{
    static const char *const known[] = {"at", "variants"};
    for (uint32_t i = 0; i < branch->count; i++) {
        const char *const key = branch->key[i]->scalar;
        ds_nearest nearest = ds_nearest_to(key);
        bool found = false;
        for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
            found = found || strcmp(key, known[k]) == 0;
            ds_nearest_try(&nearest, known[k]);
        }
        if (!found)
            return ds_complain(b->st, branch->key[i],
                               "unknown key '%s' of 'branch'%s (one of: at, variants)",
                               ds_quote(b->pool, key), ds_nearest_or(&nearest, ""));
    }
    return true;
}

static bool check_futures(ds_binder *b, const ds_node *variants)
{
    if (!variants || variants->shape != DS_MAPPING || variants->count == 0)
        return false;
    uint32_t changes = 0;
    for (uint32_t i = 0; i < variants->count; i++) {
        changes += variants->item[i]->count;
        if (!*variants->key[i]->scalar || variants->item[i]->shape != DS_MAPPING)
            return ds_complain(b->st, variants->item[i],
                               "a future must have a name and be a mapping of what changes, {} for "
                               "nothing");
    }
    return changes > 0 || ds_complain(b->st, variants,
                                      "at least one future of a branch must change "
                                      "something");
}

bool ds_branch_read(ds_scenario *s, ds_status *st)
{
    ds_scenario_rest *const r = s->rest;
    const ds_node *const branch = ds_node_get(r->base, "branch", NULL);
    s->branches = 1;
    s->branch_at = NAN;
    r->binder.st = st;
    if (!branch)
        return true;
    if (!s->model->actions)
        return ds_complain(st, branch, "the model '%s' knows no changes on the way, so no 'branch'",
                           s->model->name);
    if (s->splitting)
        return ds_complain(st, branch, "'branch' and 'splitting' cannot be combined");
    if (branch->shape == DS_MAPPING && !check_keys(&r->binder, branch))
        return false;
    if (branch->shape != DS_MAPPING || !ds_node_get(branch, "at", NULL) ||
        !ds_node_get(branch, "variants", NULL))
        return ds_complain(st, branch,
                           "'branch' must be a mapping of 'at', a time, and 'variants'");
    r->futures = ds_node_get(branch, "variants", NULL);
    if (!check_futures(&r->binder, r->futures))
        return ds_complain(st, r->futures,
                           "'variants' of a branch must be a mapping of names to what changes");
    s->branches = r->futures->count;
    if ((double)s->points * (double)s->branches > DS_POINTS_MOST)
        return ds_complain(st, branch, "%zu points times %zu futures, must be at most %d in all",
                           s->points, s->branches, DS_POINTS_MOST);
    s->points *= s->branches;
    return true;
}

/* {governance: {branch: {at: ..., set: ...}}} of a model whose actions are called so. */
static ds_node *action_of(ds_scenario *s, const ds_node *branch, ds_node *changes)
{
    ds_pool *const pool = &s->rest->pool;
    ds_node *const action =
        ds_node_new(pool, DS_MAPPING, branch->from, branch->line, branch->column);
    ds_node *const map = ds_node_new(pool, DS_MAPPING, branch->from, branch->line, branch->column);
    ds_node *const over = ds_node_new(pool, DS_MAPPING, branch->from, branch->line, branch->column);
    ds_node_add(pool, action, ds_node_scalar(pool, branch, "at"), ds_node_get(branch, "at", NULL));
    ds_node_add(pool, action, ds_node_scalar(pool, changes, "set"), changes);
    ds_node_add(pool, map, ds_node_scalar(pool, branch, action_name), action);
    ds_node_add(pool, over, ds_node_scalar(pool, branch, s->model->actions), map);
    return over;
}

bool ds_branch_tree(ds_scenario *s, size_t future, ds_node **tree, ds_status *st)
{
    ds_scenario_rest *const r = s->rest;
    const ds_param *const tables[2] = {s->model->params, NULL};
    if (!r->futures || r->futures->item[future]->count == 0)
        return true;
    const ds_node *const branch = ds_node_get(r->base, "branch", NULL);
    const ds_node *const actions = ds_node_get(*tree, s->model->actions, NULL);
    const ds_node *const taken = actions ? ds_node_get(actions, action_name, NULL) : NULL;
    if (taken)
        return ds_complain(st, taken, "'%s' is the name of the action that a branch makes",
                           action_name);
    r->binder.st = st;
    *tree = ds_merge(&r->binder, tables, *tree, action_of(s, branch, r->futures->item[future]));
    return true;
}

static bool time_of(const ds_scenario *s, const void *config, double *at)
{
    const ds_param *const p = ds_param_find(s->model->params, s->model->actions);
    ds_list list;
    memcpy(&list, (const char *)config + p->offset, sizeof list);
    const ds_action *const action = list.items;
    for (uint32_t i = 0; i < list.count; i++)
        if (strcmp(action[i].name, action_name) == 0) {
            *at = action[i].at;
            return true;
        }
    return false;
}

void ds_branch_part(ds_scenario *s)
{
    ds_scenario_rest *const r = s->rest;
    for (size_t p = 0; r->futures && p < s->branches && isnan(s->branch_at); p++)
        if (r->config[p])
            (void)time_of(s, r->config[p], &s->branch_at);
}

const char *ds_branch_label(ds_scenario *s, size_t future)
{
    const ds_scenario_rest *const r = s->rest;
    return r->futures ? ds_escape(&s->rest->pool, r->futures->key[future]->scalar) : NULL;
}
