#include "compare_parts.h"

#include "sim/core/nearest.h"

#include <fnmatch.h>
#include <string.h>

/* ---- variants ---- */

static const char *label_of(ds_pool *pool, const ds_compare_request *q, size_t result, size_t point)
{
    const ds_result_info *const about = ds_result_about(q->results[result]);
    if (q->count == 1)
        return about->labels[point];
    if (about->points == 1)
        return q->names[result];
    return ds_pool_print(pool, "%s: %s", q->names[result], about->labels[point]);
}

static bool same_kind(const ds_compare_request *q, size_t i, ds_status *st)
{
    const ds_result_info *const a = ds_result_about(q->results[0]);
    const ds_result_info *const b = ds_result_about(q->results[i]);
    if (strcmp(a->model, b->model) != 0)
        return ds_fail(st, DS_E_DATA,
                       "'%.200s' is of the model %.60s and '%.200s' of %.60s: they have nothing to "
                       "compare",
                       q->names[0], a->model, q->names[i], b->model);
    return true;
}

static bool collect(ds_comparison *c, const ds_compare_request *q, ds_status *st)
{
    size_t points = 0;
    for (size_t i = 0; i < q->count; i++)
        points += ds_result_about(q->results[i])->points;
    c->variant = ds_pool_take(&c->pool, points * sizeof *c->variant);
    for (size_t i = 0; i < q->count; i++)
        for (size_t p = 0; p < ds_result_about(q->results[i])->points; p++) {
            ds_compare_variant *const v = &c->variant[c->variants++];
            if (!same_kind(q, i, st) || !ds_case_of(&v->of, q->results[i], p, st))
                return false;
            v->label = label_of(&c->pool, q, i, p);
            v->failed = v->of.about->replicas - v->of.done;
        }
    return points > 1 ||
           ds_fail(st, DS_E_USAGE,
                   "the result has one variant: name a second result to compare it with");
}

static bool fits(const char *pattern, const char *label)
{
    return strcmp(pattern, label) == 0 || fnmatch(pattern, label, 0) == 0;
}

static bool no_variant(const ds_comparison *c, const char *option, const char *name, ds_status *st)
{
    ds_nearest nearest = ds_nearest_to(name);
    for (size_t i = 0; i < c->variants; i++)
        ds_nearest_try(&nearest, c->variant[i].label);
    return ds_fail(st, DS_E_USAGE, "'%s' is '%.200s', no variant is called so%s%.200s%s", option,
                   name, nearest.best ? "; did you mean '" : "; the first is '",
                   nearest.best ? nearest.best : c->variant[0].label, nearest.best ? "'?" : "'");
}

static bool find_baseline(ds_comparison *c, const char *name, ds_status *st)
{
    size_t found = 0;
    for (size_t i = 0; name && i < c->variants; i++)
        if (strcmp(name, c->variant[i].label) == 0) {
            c->baseline = i;
            return true;
        }
    for (size_t i = 0; name && i < c->variants; i++)
        if (fits(name, c->variant[i].label) && found++ == 0)
            c->baseline = i;
    if (name && found == 0)
        return no_variant(c, "--baseline", name, st);
    return found <= 1 ||
           ds_fail(st, DS_E_USAGE,
                   "'--baseline' is '%.200s', which %zu variants fit; one is wanted", name, found);
}

/* Names stand between commas; a comma with a space behind it is a part of a name, as in the labels
 * of sweeps. */
static const char *next_name(ds_pool *pool, const char **list)
{
    const char *end = *list;
    while (*end && !(*end == ',' && end[1] != ' '))
        end++;
    const char *const name = ds_pool_copy(pool, *list, (size_t)(end - *list));
    *list = *end ? end + 1 : end;
    return name;
}

static bool keep_variants(ds_comparison *c, const char *list, ds_status *st)
{
    bool *const kept = ds_pool_take(&c->pool, c->variants * sizeof *kept);
    size_t count = 0, baseline = 0;
    while (*list) {
        const char *const name = next_name(&c->pool, &list);
        size_t found = 0;
        for (size_t i = 0; i < c->variants; i++)
            if (fits(name, c->variant[i].label)) {
                kept[i] = true;
                found++;
            }
        if (found == 0)
            return no_variant(c, "--variants", name, st);
    }
    kept[c->baseline] = true;
    for (size_t i = 0; i < c->variants; i++)
        if (kept[i]) {
            baseline = i == c->baseline ? count : baseline;
            c->variant[count++] = c->variant[i];
        }
    c->variants = count;
    c->baseline = baseline;
    return count > 1 ||
           ds_fail(st, DS_E_USAGE,
                   "'--variants' leaves the baseline alone: nothing to compare it with");
}

/* Of one result, or of one seed and drawn the same way: replica r met the same random numbers. */
static bool met_the_same(const ds_case *a, const ds_case *b)
{
    return a->result == b->result ||
           (a->about->seed == b->about->seed && a->about->group == b->about->group &&
            (a->about->group == 1 || a->about->replicas == b->about->replicas));
}

/* ---- questions ---- */

static const ds_variable *find(const ds_result_info *about, const char *name, bool *outcome)
{
    for (size_t i = 0; i < about->outcomes; i++)
        if (strcmp(about->outcome[i].name, name) == 0) {
            *outcome = true;
            return &about->outcome[i];
        }
    *outcome = false;
    for (size_t i = 0; i < about->variables; i++)
        if (strcmp(about->variable[i].name, name) == 0)
            return &about->variable[i];
    return NULL;
}

static bool same_question(const ds_goal *a, const ds_goal *b)
{
    return strcmp(a->of, b->of) == 0 && a->outcome == b->outcome && a->over_time == b->over_time &&
           a->statistic == b->statistic &&
           (a->statistic != DS_STAT_QUANTILE || a->level == b->level) &&
           (a->statistic != DS_STAT_PROBABILITY ||
            (a->threshold == b->threshold && a->below == b->below));
}

/* Values of one name must be of one unit in all results. */
static bool check_units(const ds_comparison *c, const char *name, const char *unit, ds_status *st)
{
    for (size_t i = 0; i < c->variants; i++) {
        bool outcome;
        const ds_variable *const v = find(c->variant[i].of.about, name, &outcome);
        if (!v)
            return ds_fail(st, DS_E_DATA, "'%.60s' is not in the result of '%.200s'", name,
                           c->variant[i].label);
        if (strcmp(v->unit, unit) != 0)
            return ds_fail(st, DS_E_DATA, "'%.60s' is in %.60s in '%.200s' and in %.60s in another",
                           name, v->unit, c->variant[i].label, unit);
    }
    return true;
}

/* A question that a goal asks, too. */
static ds_question judged(const ds_question *q, const ds_goal *goal, size_t place)
{
    ds_question both = *q;
    both.what.name = goal->name;
    both.what.words = goal->words;
    both.what.maximise = goal->maximise;
    both.goal = true;
    both.place = place;
    return both;
}

static bool add(ds_comparison *c, const ds_goal *what, bool goal, ds_status *st)
{
    bool outcome;
    const ds_case *const base = &c->variant[c->baseline].of;
    const ds_variable *const v = find(base->about, what->of, &outcome);
    if (!v)
        return ds_fail(st, DS_E_DATA, "'%.60s', which is to be judged by, is not in the result",
                       what->of);
    if (!check_units(c, what->of, v->unit, st))
        return false;
    for (size_t i = 0; i < c->questions; i++)
        if (same_question(&c->question[i].what, what) && !(goal && c->question[i].goal)) {
            if (goal)
                c->question[i] = judged(&c->question[i], what, c->goals++);
            return true;
        }
    ds_question *const q = &c->question[c->questions++];
    *q = (ds_question){.what = *what, .goal = goal, .listed = !goal, .doc = v->doc};
    q->place = goal ? c->goals++ : 0;
    q->yes_or_no = what->statistic == DS_STAT_PROBABILITY;
    q->what.unit = q->yes_or_no ? "1" : v->unit;
    q->what.outcome = outcome;
    for (size_t i = 0; i < c->variants && !outcome; i++)
        q->no_values = q->no_values || !c->variant[i].of.about->has_paths;
    return true;
}

static bool add_mean(ds_comparison *c, const ds_variable *v, bool outcome, bool over_time,
                     ds_status *st)
{
    const ds_goal what = {.of = v->name,
                          .outcome = outcome,
                          .over_time = over_time && !outcome,
                          .statistic = DS_STAT_MEAN};
    return add(c, &what, false, st);
}

static bool add_named(ds_comparison *c, const char *name, bool over_time, ds_status *st)
{
    const ds_result_info *const about = c->variant[c->baseline].of.about;
    bool outcome;
    const ds_variable *const v = find(about, name, &outcome);
    if (v)
        return add_mean(c, v, outcome, over_time, st);
    ds_nearest nearest = ds_nearest_to(name);
    for (size_t i = 0; i < about->variables; i++)
        ds_nearest_try(&nearest, about->variable[i].name);
    for (size_t i = 0; i < about->outcomes; i++)
        ds_nearest_try(&nearest, about->outcome[i].name);
    return ds_fail(st, DS_E_USAGE, "'%.60s' is no metric or outcome of the result%s", name,
                   ds_nearest_or(&nearest, "; see 'diemsim info'"));
}

static bool all_have(const ds_comparison *c, const char *name)
{
    bool outcome;
    for (size_t i = 0; i < c->variants; i++)
        if (!find(c->variant[i].of.about, name, &outcome))
            return false;
    return true;
}

/* How much work a replica was: nobody decides by that who does not ask for it. */
static bool is_work(const char *name)
{
    return strcmp(name, "events") == 0;
}

/* As many keys as a report shows. */
static bool add_usual(ds_comparison *c, const ds_compare_request *q, ds_status *st)
{
    enum { KEYS = 8 };
    const ds_result_info *const about = c->variant[c->baseline].of.about;
    for (const char *const *key = q->key; key && *key && c->questions < KEYS; key++)
        if (all_have(c, *key) && !add_named(c, *key, q->over_time, st))
            return false;
    for (size_t i = 0; i < about->variables && c->questions == 0; i++)
        if (!add_mean(c, &about->variable[i], false, q->over_time, st))
            return false;
    for (size_t i = 0; i < about->outcomes; i++)
        if (!is_work(about->outcome[i].name) && all_have(c, about->outcome[i].name) &&
            !add_mean(c, &about->outcome[i], true, false, st))
            return false;
    return true;
}

static bool ask(ds_comparison *c, const ds_compare_request *q, ds_status *st)
{
    const ds_result_info *const about = c->variant[c->baseline].of.about;
    size_t named = 0;
    while (q->metrics && q->metrics[named])
        named++;
    c->question = ds_pool_take(&c->pool, (named + about->variables + about->outcomes + q->goals) *
                                             sizeof *c->question);
    if (!q->metrics && !add_usual(c, q, st))
        return false;
    for (size_t i = 0; i < named; i++)
        if (!add_named(c, q->metrics[i], q->over_time, st))
            return false;
    for (size_t i = 0; i < q->goals; i++)
        if (!add(c, &q->goal[i], true, st))
            return false;
    return c->questions > 0 || ds_fail(st, DS_E_DATA, "the results have no metric in common");
}

bool ds_compare_choose(ds_comparison *c, const ds_compare_request *q, ds_status *st)
{
    if (!collect(c, q, st) || !find_baseline(c, q->baseline, st) ||
        (q->variants && !keep_variants(c, q->variants, st)))
        return false;
    for (size_t i = 0; i < c->variants; i++)
        c->variant[i].paired = met_the_same(&c->variant[i].of, &c->variant[c->baseline].of);
    return ask(c, q, st);
}
