#include "rare.h"

#include "complain.h"

#include "sim/core/nearest.h"

/* Of those that have a level; NULL: none is near. */
static const char *near_metric(const ds_model *model, const char *word)
{
    ds_nearest nearest = ds_nearest_to(word);
    for (size_t i = 0; model->metrics[i].name; i++)
        if (model->has_level && model->has_level(i))
            ds_nearest_try(&nearest, model->metrics[i].name);
    return nearest.best;
}

bool ds_rare_read(ds_scenario *s, const ds_node *said, ds_status *st)
{
    ds_splitting *const split = &s->rest->common.splitting;
    ds_status inner = {0};
    if (!split->metric)
        return !said || said->count == 0 ||
               ds_complain(st, said, "'splitting' lacks 'metric', whose level is rarely reached");
    s->splitting = split;
    s->outcomes = ds_splitting_outcomes;
    const char *const near = near_metric(s->model, split->metric);
    if (near && !ds_metric_find(s->model->metrics, split->metric))
        return ds_complain(st, ds_node_get(said, "metric", NULL),
                           "unknown metric '%s', did you mean '%s'?",
                           ds_quote(&s->rest->pool, split->metric), near);
    return ds_splitting_aim(split, s->model, &inner) ||
           ds_bind_refuse(&s->rest->binder, &inner, said);
}

/* Trials begin as replicas of numbers of their own. */
static bool check_trials(const ds_scenario *s, const ds_node *root, ds_status *st)
{
    if (!s->splitting)
        return true;
    const double most = DS_RNG_PLAIN;
    const double trials = (double)s->splitting->effort * (double)s->frame.replicas;
    return trials <= most ||
           ds_complain(
               st, ds_node_get(root, "splitting", NULL),
               "%u repetitions of 'effort' = %lld, must be at most %.0f trials at the start "
               "in all",
               s->frame.replicas, (long long)s->splitting->effort, most);
}

/* Errors of groups are known only where every replica's numbers are. */
static bool check_together(ds_scenario *s, const ds_node *root, ds_status *st)
{
    const ds_node *const at = ds_node_get(root, "sampling", NULL);
    const char *const other = s->until         ? "until"
                              : s->splitting   ? "splitting"
                              : !s->keep_paths ? "output: {paths: false}"
                                               : NULL;
    return s->frame.sampling == DS_SAMPLING_INDEPENDENT || !other ||
           ds_complain(st, at ? at : root,
                       "'sampling' is '%s', must be independent together with '%s'",
                       ds_sampling_words[s->frame.sampling], other);
}

static bool check_metrics(const ds_scenario *s, const ds_node *root, ds_status *st)
{
    const ds_node *const output = ds_node_get(root, "output", NULL);
    const ds_node *const metrics = output ? ds_node_get(output, "metrics", NULL) : NULL;
    return !s->splitting || !metrics ||
           ds_complain(
               st, metrics,
               "'metrics' cannot go with 'splitting', which records no series: leave it out");
}

bool ds_rare_check(ds_scenario *s, const ds_node *root, ds_status *st)
{
    return check_metrics(s, root, st) && check_together(s, root, st) && check_trials(s, root, st);
}
