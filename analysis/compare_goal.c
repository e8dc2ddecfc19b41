#include "compare.h"

#include "sim/core/nearest.h"
#include "sim/io/quantity.h"

#include <string.h>

/* Moves on behind a word that the text begins with. */
static bool take(const char **text, const char *word)
{
    const size_t length = strlen(word);
    if (strncmp(*text, word, length) != 0 || ((*text)[length] && (*text)[length] != ' '))
        return false;
    *text += length;
    *text += strspn(*text, " ");
    return true;
}

static bool take_statistic(ds_pool *pool, const char **text, ds_goal *goal, ds_status *st)
{
    char why[200];
    goal->level = goal->threshold = 0.5;
    if (take(text, "mean"))
        goal->statistic = DS_STAT_MEAN;
    else if (take(text, "median"))
        goal->statistic = DS_STAT_QUANTILE;
    else if (take(text, "probability"))
        goal->statistic = DS_STAT_PROBABILITY;
    else if (take(text, "quantile")) {
        const char *const end = strchr(*text, '%');
        goal->statistic = DS_STAT_QUANTILE;
        if (!end ||
            !ds_quantity_read(ds_pool_copy(pool, *text, (size_t)(end + 1 - *text)), "1",
                              &goal->level, why, sizeof why) ||
            !(goal->level > 0 && goal->level < 1))
            return ds_fail(st, DS_E_USAGE,
                           "'--objective' asks for the quantile '%.60s', must be as 'quantile 5 "
                           "%%', above 0 %% and "
                           "below 100 %%",
                           *text);
        *text = end + 1;
        *text += strspn(*text, " ");
    }
    return true;
}

static bool find(const ds_result_info *about, ds_goal *goal, ds_status *st)
{
    ds_nearest nearest = ds_nearest_to(goal->of);
    for (size_t i = 0; i < about->outcomes; i++) {
        ds_nearest_try(&nearest, about->outcome[i].name);
        if (strcmp(about->outcome[i].name, goal->of) == 0) {
            goal->outcome = true;
            goal->unit = about->outcome[i].unit;
        }
    }
    for (size_t i = 0; i < about->variables; i++) {
        ds_nearest_try(&nearest, about->variable[i].name);
        if (strcmp(about->variable[i].name, goal->of) == 0 && !goal->unit)
            goal->unit = about->variable[i].unit;
    }
    if (goal->unit)
        return true;
    return ds_fail(st, DS_E_USAGE, "'%.60s' is no metric or outcome of the result%s", goal->of,
                   ds_nearest_or(&nearest, "; see 'diemsim info'"));
}

static const char *words_of(ds_pool *pool, const ds_goal *goal)
{
    const char *const over = goal->over_time ? ", mean over time" : "";
    if (goal->statistic == DS_STAT_PROBABILITY)
        return ds_pool_print(pool, "P(%s)", goal->of);
    if (goal->statistic == DS_STAT_MEAN)
        return ds_pool_print(pool, "mean of %s%s", goal->of, over);
    if (goal->level == 0.5)
        return ds_pool_print(pool, "median of %s%s", goal->of, over);
    return ds_pool_print(pool, "quantile %g %% of %s%s", 100 * goal->level, goal->of, over);
}

bool ds_compare_goal(ds_pool *pool, const ds_result_info *about, const char *text, ds_goal *goal,
                     ds_status *st)
{
    const char *rest = text;
    *goal = (ds_goal){.maximise = take(&rest, "maximise") || take(&rest, "maximize")};
    if (!goal->maximise && !take(&rest, "minimise") && !take(&rest, "minimize"))
        return ds_fail(st, DS_E_USAGE,
                       "'--objective' is '%.100s', must be as 'maximise apr_staked' or 'minimise "
                       "probability ruined'",
                       text);
    if (!take_statistic(pool, &rest, goal, st))
        return false;
    const size_t length = strcspn(rest, " ");
    goal->of = goal->name = ds_pool_copy(pool, rest, length);
    rest += length + strspn(rest + length, " ");
    goal->over_time = take(&rest, "over time");
    if (length == 0 || *rest)
        return ds_fail(st, DS_E_USAGE,
                       "'--objective' is '%.100s', must end with one metric or outcome, and then "
                       "'over time' at most",
                       text);
    if (!find(about, goal, st))
        return false;
    if (goal->outcome && goal->over_time)
        return ds_fail(st, DS_E_USAGE, "'%s' is one number a replica, and has no mean over time",
                       goal->of);
    if (!goal->outcome && goal->statistic == DS_STAT_PROBABILITY)
        return ds_fail(st, DS_E_USAGE,
                       "'%s' is a metric: its probability needs a threshold, as 'objective' in a "
                       "scenario gives it",
                       goal->of);
    if (goal->statistic == DS_STAT_PROBABILITY)
        goal->unit = "1";
    goal->words = words_of(pool, goal);
    return true;
}
