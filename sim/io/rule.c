#include "rule.h"

#include "complain.h"
#include "statistic.h"

#include "sim/core/nearest.h"

#include <string.h>

enum { RULE_MOST = 1000000 };

#define TEXT(field, text_, doc_)                                                                   \
    {                                                                                              \
        DS_AT(ds_rule_config, field), .kind = DS_TEXT, .unit = "1", .text = (text_), .doc = (doc_) \
    }
const ds_param ds_rule_table[] = {
    TEXT(metric, NULL, "whose estimate is to be sure: a metric, at the horizon, or an outcome"),
    TEXT(statistic, "mean", "mean, median, quantile 5 %, or probability"),
    TEXT(above, NULL,
         "a probability: of a value above this; 0.5 by default, for outcomes of 0 or 1"),
    TEXT(below, NULL, "a probability: of a value below this"),
    TEXT(half_width, NULL,
         "half the width of the interval that is narrow enough, in the metric's unit; of a "
         "probability as a share"),
    TEXT(relative_half_width, NULL, "the same as a share of the estimate"),
    DS_P_NUMBER(ds_rule_config, confidence, "1", 0.95, 0.51, 0.9999, "of the interval", NULL),
    DS_P_INTEGER(ds_rule_config, max_replicas, "1", 100000, 2, RULE_MOST,
                 "of every point, if the interval never is; 'replicas' is the least", NULL),
    {0},
};

typedef struct reader {
    ds_scenario *s;
    const ds_node *node;
    const ds_rule_config *config;
    ds_until *until;
    ds_status *st;
} reader;

static const ds_node *at(const reader *r, const char *key)
{
    const ds_node *const found = ds_node_get(r->node, key, NULL);
    return found ? found : r->node;
}

static bool refuse_metric(const reader *r)
{
    const char *const name = r->config->metric;
    ds_nearest nearest = ds_nearest_to(name);
    for (const ds_metric *m = r->s->model->metrics; m->name && !r->s->splitting; m++)
        ds_nearest_try(&nearest, m->name);
    for (const ds_metric *m = r->s->outcomes; m->name; m++)
        ds_nearest_try(&nearest, m->name);
    return ds_complain(r->st, at(r, "metric"), "'%s' is no metric or outcome%s%s%s",
                       ds_quote(&r->s->rest->pool, name),
                       nearest.best      ? ", did you mean '"
                       : r->s->splitting ? " of a splitting, such as 'probability'"
                                         : "; 'diemsim metrics' lists them",
                       nearest.best ? nearest.best : "", nearest.best ? "'?" : "");
}

/* Of a metric and an outcome of one name the outcome is meant: it is of the replica. */
static bool find_metric(const reader *r, const ds_metric **metric)
{
    ds_scenario *const s = r->s;
    if (!r->config->metric)
        return ds_complain(r->st, r->node, "'until' must name a 'metric'");
    *metric = ds_metric_find(s->outcomes, r->config->metric);
    s->until_outcome = *metric != NULL;
    if (!*metric && !s->splitting) /* which records no series */
        *metric = ds_metric_find(s->model->metrics, r->config->metric);
    if (!*metric)
        return refuse_metric(r);
    s->until_number = (size_t)(*metric - (s->until_outcome ? s->outcomes : s->model->metrics));
    return true;
}

static bool read_number(const reader *r, const char *key, const char *text, const char *unit,
                        double *value)
{
    return ds_statistic_number(&r->s->rest->pool, key, text, at(r, key), unit, value, r->st);
}

static bool read_threshold(const reader *r, const ds_metric *metric)
{
    const ds_rule_config *const c = r->config;
    r->until->threshold = 0.5;
    r->until->below = c->below != NULL;
    const char *const text = c->below ? c->below : c->above;
    const char *const key = c->below ? "below" : "above";
    if (!text)
        return r->until->statistic != DS_STAT_PROBABILITY || r->s->until_outcome ||
               ds_complain(r->st, r->node, "the probability of a metric needs 'above' or 'below'");
    if (r->until->statistic != DS_STAT_PROBABILITY)
        return ds_complain(r->st, at(r, key), "'%s' belongs to a probability", key);
    if (c->below && c->above)
        return ds_complain(r->st, at(r, "below"), "either 'above' or 'below', not both");
    return read_number(r, key, text, metric->unit, &r->until->threshold);
}

static bool read_width(const reader *r, const ds_metric *metric)
{
    const ds_rule_config *const c = r->config;
    const bool share = r->until->statistic == DS_STAT_PROBABILITY;
    const char *const text = c->half_width ? c->half_width : c->relative_half_width;
    const char *const key = c->half_width ? "half_width" : "relative_half_width";
    if (!text || (c->half_width && c->relative_half_width))
        return ds_complain(r->st, r->node,
                           "'until' must have either 'half_width' or 'relative_half_width'");
    r->until->relative = !c->half_width;
    if (!read_number(r, key, text, c->half_width && !share ? metric->unit : "1",
                     &r->until->half_width))
        return false;
    return r->until->half_width > 0 ||
           ds_complain(r->st, at(r, key), "'%s' is %g, must be above 0", key, r->until->half_width);
}

static bool read_replicas(const reader *r)
{
    ds_scenario *const s = r->s;
    const int64_t most = r->config->max_replicas;
    if (most < s->frame.replicas)
        return ds_complain(r->st, at(r, "max_replicas"),
                           "'max_replicas' is %lld, must be at least 'replicas' = %u",
                           (long long)most, s->frame.replicas);
    r->until->confidence = r->config->confidence;
    r->until->min_replicas = s->frame.replicas;
    r->until->max_replicas = (size_t)most;
    s->frame.replicas = (uint32_t)most;
    return true;
}

bool ds_rule_read(ds_scenario *s, const ds_node *root, const ds_rule_config *config, ds_status *st)
{
    const ds_node *const node = ds_node_get(root, "until", NULL);
    const ds_metric *metric;
    if (!node || node->shape != DS_MAPPING)
        return true;
    ds_until *const until = ds_pool_take(&s->rest->pool, sizeof *until);
    const reader r = {s, node, config, until, st};
    *until = (ds_until){0};
    if (!find_metric(&r, &metric) ||
        !ds_statistic_read(&s->rest->pool, config->statistic, at(&r, "statistic"),
                           &until->statistic, &until->level, st) ||
        !read_threshold(&r, metric) || !read_width(&r, metric) || !read_replicas(&r))
        return false;
    s->until = until;
    s->until_metric = metric->name;
    s->until_statistic = config->statistic;
    return true;
}
