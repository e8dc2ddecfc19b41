#include "objective.h"

#include "bind.h"
#include "complain.h"
#include "json.h"
#include "plain.h"
#include "scenario_rest.h"
#include "statistic.h"
#include "yaml.h"

#include "sim/core/nearest.h"

#include <stdio.h>
#include <string.h>

typedef struct goal_said {
    const char *name, *maximise, *minimise;
    int over;
    const char *statistic, *above, *below;
} goal_said;

static const char *const over_words[] = {"end", "time", NULL};
enum { OVER_END, OVER_TIME };

#define TEXT(field, text_, doc_)                                                              \
    {                                                                                         \
        DS_AT(goal_said, field), .kind = DS_TEXT, .unit = "1", .text = (text_), .doc = (doc_) \
    }
static const ds_param goal_table[] = {
    TEXT(name, NULL, "the goal's name"),
    TEXT(maximise, NULL, "a metric or an outcome that is to be large"),
    TEXT(minimise, NULL, "or one that is to be small"),
    DS_P_WORD(goal_said, over, over_words, "end",
              "which value of a metric: that at the end, or its mean over time"),
    TEXT(statistic, "mean", "over replicas: mean, median, quantile 5 %, or probability"),
    TEXT(above, NULL,
         "a probability: of a value above this; 0.5 by default, for outcomes of 0 or 1"),
    TEXT(below, NULL, "a probability: of a value below this"),
    {0},
};
const ds_param ds_goal_map = {
    .name = "objective",
    .kind = DS_MAP,
    .unit = "1",
    .table = goal_table,
    .size = sizeof(goal_said),
    .max = DS_GOALS_MOST,
    .doc = "what rules are judged by: goals by name, each a metric or an outcome to maximise or to "
           "minimise",
};

/* What goals can be of. */
typedef struct source {
    ds_pool *pool;
    const ds_metric *metrics, *outcomes;
    bool lenient; /* of a result, which need not hold all of them */
    ds_status *st;
} source;

static const ds_node *at(const ds_node *node, const char *key)
{
    const ds_node *const found = node ? ds_node_get(node, key, NULL) : NULL;
    return found ? found : node;
}

static bool refuse_name(const source *from, const ds_node *node, const char *name)
{
    ds_nearest nearest = ds_nearest_to(name);
    for (const ds_metric *m = from->metrics; m->name; m++)
        ds_nearest_try(&nearest, m->name);
    for (const ds_metric *m = from->outcomes; m->name; m++)
        ds_nearest_try(&nearest, m->name);
    return ds_complain(from->st, node, "'%s' is no metric or outcome%s", ds_quote(from->pool, name),
                       ds_nearest_or(&nearest, "; 'diemsim metrics' lists them"));
}

/* Of a metric and an outcome of one name the outcome is meant: it is of the replica. */
static bool find(const source *from, const goal_said *said, const ds_node *node, ds_goal *goal)
{
    const ds_metric *metric = ds_metric_find(from->outcomes, goal->of);
    goal->outcome = metric != NULL;
    if (!metric)
        metric = ds_metric_find(from->metrics, goal->of);
    goal->number = SIZE_MAX;
    goal->unit = "1";
    if (!metric)
        return from->lenient ||
               refuse_name(from, at(node, goal->maximise ? "maximise" : "minimise"), goal->of);
    goal->number = (size_t)(metric - (goal->outcome ? from->outcomes : from->metrics));
    goal->unit = metric->unit;
    goal->over_time = said->over == OVER_TIME;
    return !goal->outcome || !goal->over_time ||
           ds_complain(from->st, at(node, "over"),
                       "'over' is time, must be end: the outcome '%s' is one number a replica",
                       goal->of);
}

static bool read_threshold(const source *from, const goal_said *said, const ds_node *node,
                           ds_goal *goal)
{
    const char *const text = said->below ? said->below : said->above;
    const char *const key = said->below ? "below" : "above";
    goal->threshold = 0.5;
    goal->below = said->below != NULL;
    if (!text)
        return goal->statistic != DS_STAT_PROBABILITY || goal->outcome || from->lenient ||
               ds_complain(from->st, node, "the probability of a metric needs 'above' or 'below'");
    if (goal->statistic != DS_STAT_PROBABILITY)
        return ds_complain(from->st, at(node, key),
                           "'%s' belongs to 'statistic: probability', not to %s", key,
                           said->statistic);
    if (said->above && said->below)
        return ds_complain(from->st, at(node, "below"), "either 'above' or 'below', not both");
    return ds_statistic_number(from->pool, key, text, at(node, key), goal->unit, &goal->threshold,
                               from->st);
}

/* Whatever way a level is written. */
static const char *words_of(ds_pool *pool, const ds_goal *g)
{
    const char *const over = g->over_time ? ", mean over time" : "";
    if (g->statistic == DS_STAT_PROBABILITY && g->outcome && g->threshold == 0.5 && !g->below)
        return ds_pool_print(pool, "P(%s)", g->of);
    if (g->statistic == DS_STAT_PROBABILITY)
        return ds_pool_print(pool, "P(%s %c %.6g)%s", g->of, g->below ? '<' : '>', g->threshold,
                             over);
    if (g->statistic == DS_STAT_MEAN || g->level == 0.5)
        return ds_pool_print(pool, "%s of %s%s", g->statistic == DS_STAT_MEAN ? "mean" : "median",
                             g->of, over);
    return ds_pool_print(pool, "quantile %g %% of %s%s", 100 * g->level, g->of, over);
}

static bool read_goal(const source *from, const goal_said *said, const ds_node *node, ds_goal *goal)
{
    if (!said->maximise == !said->minimise)
        return ds_complain(from->st, node,
                           "the goal '%s' must have either 'maximise' or 'minimise'",
                           ds_quote(from->pool, said->name));
    *goal = (ds_goal){.name = said->name,
                      .maximise = said->maximise != NULL,
                      .of = said->maximise ? said->maximise : said->minimise};
    if (!find(from, said, node, goal) ||
        !ds_statistic_read(from->pool, said->statistic, at(node, "statistic"), &goal->statistic,
                           &goal->level, from->st) ||
        !read_threshold(from, said, node, goal))
        return false;
    if (goal->statistic == DS_STAT_PROBABILITY)
        goal->unit = "1"; /* a share, whatever its threshold is in */
    goal->words = words_of(from->pool, goal);
    return true;
}

/* Entries that are null take one out that an include has: the list does not hold them. */
static bool read_goals(const source *from, const ds_node *mapping, const ds_list *list,
                       ds_goals *goals)
{
    const goal_said *const said = list->items;
    ds_goal *const goal = ds_pool_take(from->pool, (list->count + 1) * sizeof *goal);
    for (uint32_t i = 0; i < list->count; i++)
        if (!read_goal(from, &said[i], at(mapping, said[i].name), &goal[i]))
            return false;
    *goals = (ds_goals){list->count, goal};
    return true;
}

bool ds_objective_read(ds_scenario *s, const ds_node *root, const ds_list *said, ds_status *st)
{
    static const ds_metric none[] = {{0}};
    ds_goals *const goals = ds_pool_take(&s->rest->pool, sizeof *goals);
    const source from = {&s->rest->pool, s->splitting ? none : s->model->metrics, s->outcomes,
                         false, st};
    s->goals = goals;
    return read_goals(&from, at(root, "objective"), said, goals);
}

void ds_objective_resolve(ds_json *j, const ds_goals *goals)
{
    if (!goals || goals->count == 0)
        return;
    ds_json_key(j, "objective");
    ds_json_open(j, '{');
    for (const ds_goal *g = goals->goal; g < goals->goal + goals->count; g++) {
        char level[DS_PLAIN_ROOM];
        ds_json_key(j, g->name);
        ds_json_open(j, '{');
        ds_json_key(j, g->maximise ? "maximise" : "minimise");
        ds_json_string(j, g->of);
        ds_json_key(j, "over");
        ds_json_string(j, over_words[g->over_time ? OVER_TIME : OVER_END]);
        ds_json_key(j, "statistic");
        ds_plain_print(g->level, level);
        ds_json_string(j, g->statistic == DS_STAT_MEAN          ? "mean"
                          : g->statistic == DS_STAT_PROBABILITY ? "probability"
                          : g->level == 0.5                     ? "median"
                                            : ds_pool_print(j->pool, "quantile %s", level));
        if (g->statistic == DS_STAT_PROBABILITY) {
            ds_json_key(j, g->below ? "below" : "above");
            ds_json_number(j, g->threshold);
        }
        ds_json_close(j, '}');
    }
    ds_json_close(j, '}');
}

/* ---- of a result ---- */

static const ds_metric *table_of(ds_pool *pool, const ds_variable *variable, size_t count)
{
    ds_metric *const table = ds_pool_take(pool, (count + 1) * sizeof *table);
    for (size_t i = 0; i < count; i++)
        table[i] = (ds_metric){.name = variable[i].name, .unit = variable[i].unit};
    return table;
}

static bool stored(ds_pool *pool, const ds_result_info *about, ds_goals *goals, ds_status *st)
{
    ds_text *const text = ds_pool_take(pool, sizeof *text);
    ds_binder binder = {.pool = pool, .st = st};
    ds_list said = {0};
    const ds_param table[] = {ds_goal_map, {0}};
    ds_node *root;
    *text = (ds_text){.name = "the scenario in the result",
                      .text = about->resolved,
                      .size = strlen(about->resolved)};
    if (!ds_yaml_parse(pool, text, &root, st))
        return false;
    const ds_node *const mapping = ds_node_get(root, "objective", NULL);
    ds_node *const alone = ds_node_new(pool, DS_MAPPING, text, 1, 1);
    if (!mapping)
        return true;
    ds_node_add(pool, alone, ds_node_scalar(pool, mapping, "objective"),
                ds_node_get(root, "objective", NULL));
    const source from = {pool, table_of(pool, about->variable, about->variables),
                         table_of(pool, about->outcome, about->outcomes), true, st};
    return ds_bind(&binder, table, NULL, alone, &said) && read_goals(&from, mapping, &said, goals);
}

bool ds_goals_stored(ds_pool *pool, const ds_result_info *about, ds_goals *goals, ds_status *st)
{
    *goals = (ds_goals){0};
    const ds_plain plain = ds_plain_begin();
    const bool fine = stored(pool, about, goals, st);
    ds_plain_end(plain);
    return fine;
}

bool ds_goal_better(const ds_goal *goal, double a, double b)
{
    return goal->maximise ? a > b : a < b;
}
