#include "compare_parts.h"

#include "number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Columns of a comparison; which have a head depends on the view. */
enum column {
    VARIANT,
    METRIC,
    BASELINE_VALUE,
    VALUE,
    DIFFERENCE,
    EFFECT,
    HIGHER,
    ADJUSTED,
    COLUMNS = 27
};

static const ds_table_column columns[COLUMNS + 1] = {
    {"variant", "variant", "what is held against the baseline", false},
    {"metric", "metric", "a metric, or an outcome of a replica", false},
    {"baseline_value", "baseline", "mean over replicas, or what the metric's column says", true},
    {"value", "value", "the same of the variant", true},
    {"difference", "difference", "value less baseline, and its interval", true},
    {"effect", "effect", "the difference in words, where one is shown", false},
    {"p_higher", "P(higher)", "probability that a replica is above the baseline's", true},
    {"p_adjusted", "p", "two-sided, adjusted for all questions asked", true},
    {"unit", NULL, NULL, false},
    {"statistic", NULL, NULL, false},
    {"baseline", NULL, NULL, false},
    {"low", NULL, "of the difference, with all others", true},
    {"high", NULL, NULL, true},
    {"alone_low", NULL, "of the difference, as if it were the only one", true},
    {"alone_high", NULL, NULL, true},
    {"relative", NULL, "difference over the baseline's value", true},
    {"relative_low", NULL, NULL, true},
    {"relative_high", NULL, NULL, true},
    {"p_higher_low", NULL, NULL, true},
    {"p_higher_high", NULL, NULL, true},
    {"p", NULL, "two-sided, as if it were the only question", true},
    {"paired", NULL, NULL, false},
    {"replicas", NULL, "pairs, or the fewer values of the two", true},
    {"without_value", NULL, "replicas that are done and have none", true},
    {"replicas_needed", NULL, NULL, true},
    {"verdict", NULL, NULL, false},
    {"doubts", NULL, NULL, false},
    {0},
};

/* ---- cells ---- */

static const char *question_words(ds_pool *pool, const ds_question *q)
{
    const char *const unit = strcmp(q->what.unit, "1") == 0 || q->yes_or_no ? "" : q->what.unit;
    const char *const what =
        q->what.statistic != DS_STAT_MEAN && q->what.words ? q->what.words : q->what.of;
    const char *const over = q->what.over_time && what == q->what.of ? ", over time" : "";
    return ds_pool_print(pool, "%s%s%s%s", what, over, *unit ? " " : "", unit);
}

static const char *statistic_words(ds_pool *pool, const ds_question *q)
{
    const char *const when = q->what.outcome     ? ""
                             : q->what.over_time ? " of the mean over time"
                                                 : " at the end";
    if (q->yes_or_no && q->what.statistic == DS_STAT_MEAN)
        return "probability";
    if (q->what.statistic == DS_STAT_PROBABILITY)
        return ds_pool_print(pool, "probability %s %g%s", q->what.below ? "below" : "above",
                             q->what.threshold, when);
    if (q->what.statistic == DS_STAT_QUANTILE)
        return ds_pool_print(pool, "quantile %g %%%s", 100 * q->what.level, when);
    return ds_pool_print(pool, "mean%s", when);
}

static void put_figure(ds_table *t, const ds_question *q, double value)
{
    char text[DS_NUMBER_ROOM];
    if (q->yes_or_no && !isnan(value))
        ds_table_shown(t, value, "%s %%", ds_number(text, 100 * value, 3));
    else
        ds_table_number(t, value, DS_NUMBER_DIGITS);
}

static void put_difference(ds_table *t, const ds_question *q, const ds_compared *row)
{
    char text[DS_EFFECT_ROOM];
    ds_difference_words(text, q, row);
    ds_table_shown(t, row->difference.value, "%s", text);
}

static void put_chance(ds_table *t, double chance)
{
    static const double least = 0.005;
    if (isnan(chance))
        ds_table_number(t, chance, 1);
    else if (chance > 0 && chance < least)
        ds_table_shown(t, chance, "< 1 %%");
    else if (chance < 1 && chance > 1 - least)
        ds_table_shown(t, chance, "> 99 %%");
    else
        ds_table_shown(t, chance, "%.0f %%", 100 * chance);
}

static void put_p(ds_table *t, double p)
{
    static const double least = 0.001;
    if (p < least)
        ds_table_shown(t, p, "< 0.001");
    else
        ds_table_number(t, p, 2);
}

static const char *doubt_words(ds_pool *pool, unsigned doubts)
{
    const char *words = "";
    for (unsigned i = 0; i < DS_DOUBTS; i++)
        if (doubts & 1U << i)
            words = ds_pool_print(pool, "%s%s%s", words, *words ? "; " : "",
                                  ds_doubt_text((ds_doubt)(1U << i)));
    return words;
}

static const char *verdict_word(const ds_compared *row)
{
    static const char *const word[] = {
        [DS_VERDICT_HIGHER] = "higher",  [DS_VERDICT_LOWER] = "lower",
        [DS_VERDICT_NOT_SHOWN] = "none", [DS_VERDICT_MORE] = "more replicas",
        [DS_VERDICT_SAME] = "same",      [DS_VERDICT_UNKNOWN] = "unknown",
    };
    return word[row->verdict];
}

/* ---- rows ---- */

static void put_interval(ds_table *t, ds_interval i)
{
    ds_table_number(t, i.low, DS_NUMBER_DIGITS);
    ds_table_number(t, i.high, DS_NUMBER_DIGITS);
}

/* What only CSV has. */
static void put_rest(ds_table *t, ds_comparison *c, const ds_compared *row)
{
    const ds_question *const q = &c->question[row->question];
    ds_table_text(t, q->what.unit);
    ds_table_text(t, statistic_words(&c->pool, q));
    ds_table_text(t, c->variant[c->baseline].label);
    put_interval(t, row->together);
    put_interval(t, row->difference.interval);
    ds_table_number(t, row->relative.value, DS_NUMBER_DIGITS);
    put_interval(t, row->relative_together);
    put_interval(t, row->higher.interval);
    ds_table_number(t, row->p, DS_NUMBER_DIGITS);
    ds_table_text(t, row->paired ? "yes" : "no");
    ds_table_number(t, (double)row->pairs, DS_NUMBER_DIGITS);
    ds_table_number(t, (double)row->pairs_less, DS_NUMBER_DIGITS);
    ds_table_number(t, row->needed, DS_NUMBER_DIGITS);
    ds_table_text(t, verdict_word(row));
    ds_table_text(t, doubt_words(&c->pool, row->difference.doubts));
}

static void put_row(ds_table *t, ds_comparison *c, const ds_compared *row,
                    enum ds_compare_view view)
{
    const ds_question *const q = &c->question[row->question];
    char effect[DS_EFFECT_ROOM];
    ds_table_text(t, c->variant[row->variant].label);
    ds_table_text(t, view == DS_COMPARE_ALL ? q->what.of : question_words(&c->pool, q));
    put_figure(t, q, row->baseline);
    put_figure(t, q, row->figure);
    put_difference(t, q, row);
    ds_table_text(t, ds_effect_words(effect, c, row));
    if (row->verdict == DS_VERDICT_SAME)
        ds_table_shown(t, row->higher.value, "–");
    else
        put_chance(t, row->higher.value);
    put_p(t, row->adjusted);
    put_rest(t, c, row);
}

/* The columns with the labels of the two as heads, and without the one that the title names. */
static const ds_table_column *columns_for(ds_comparison *c, enum ds_compare_view view, size_t which)
{
    enum { HEAD = 20 };
    ds_table_column *const own = ds_pool_take(&c->pool, sizeof columns);
    memcpy(own, columns, sizeof columns);
    if (view == DS_COMPARE_ALL)
        return own;
    own[view == DS_COMPARE_OF_VARIANT ? VARIANT : METRIC].head = NULL;
    if (strlen(c->variant[c->baseline].label) <= HEAD)
        own[BASELINE_VALUE].head = c->variant[c->baseline].label;
    if (view == DS_COMPARE_OF_VARIANT && strlen(c->variant[which].label) <= HEAD)
        own[VALUE].head = c->variant[which].label;
    return own;
}

static const char *title_for(ds_comparison *c, enum ds_compare_view view, size_t which)
{
    const char *const baseline = c->variant[c->baseline].label;
    if (view == DS_COMPARE_OF_VARIANT)
        return ds_pool_print(&c->pool, "%s against %s", c->variant[which].label, baseline);
    if (view == DS_COMPARE_OF_QUESTION)
        return ds_pool_print(&c->pool, "%s against %s",
                             question_words(&c->pool, &c->question[which]), baseline);
    return NULL;
}

void ds_compare_table(ds_table *table, ds_comparison *c, enum ds_compare_view view, size_t which)
{
    ds_table_begin(table, "comparison", title_for(c, view, which), columns_for(c, view, which));
    for (size_t i = 0; i < c->rows; i++) {
        const ds_compared *const row = &c->row[i];
        if (view == DS_COMPARE_ALL ||
            (view == DS_COMPARE_OF_VARIANT ? row->variant : row->question) == which)
            put_row(table, c, row, view);
    }
}

/* ---- verdicts ---- */

static bool is_shown(const ds_compared *row)
{
    return row->verdict == DS_VERDICT_HIGHER || row->verdict == DS_VERDICT_LOWER;
}

static const char *goal_words(ds_pool *pool, const ds_goal *goal)
{
    return ds_pool_print(pool, "%s %s%s", goal->maximise ? "maximise" : "minimise",
                         goal->words ? goal->words : goal->of,
                         goal->over_time && !goal->words ? ", over time" : "");
}

static void put_better(ds_table *t, const ds_goal *goal, const ds_estimate *higher)
{
    ds_interval i = higher->interval;
    char low[DS_NUMBER_ROOM], high[DS_NUMBER_ROOM];
    const double value = goal->maximise ? higher->value : 1 - higher->value;
    if (!goal->maximise)
        i = (ds_interval){1 - i.high, 1 - i.low};
    if (isnan(value))
        ds_table_number(t, value, 1);
    else
        ds_table_shown(t, value, "%.0f %% (%s to %s)", 100 * value, ds_number(low, 100 * i.low, 2),
                       ds_number(high, 100 * i.high, 2));
    put_interval(t, i);
}

static void put_verdict(ds_table *table, ds_comparison *c, const ds_compared *row)
{
    const ds_goal *const goal = &c->question[row->question].what;
    char text[DS_EFFECT_ROOM];
    ds_table_text(table, goal->name);
    ds_table_text(table, goal_words(&c->pool, goal));
    ds_table_text(table, c->variant[row->variant].label);
    ds_table_text(table, ds_verdict_words(text, c, row));
    ds_table_text(table, is_shown(row) ? ds_effect_words(text, c, row) : "");
    put_better(table, goal, &row->higher);
    put_p(table, row->adjusted);
}

void ds_compare_verdicts(ds_table *table, ds_comparison *c)
{
    static const ds_table_column heads[] = {
        {"objective", "objective", "as the scenario calls it", false},
        {"aim", "aim", NULL, false},
        {"variant", "variant", NULL, false},
        {"verdict", "verdict", NULL, false},
        {"effect", "effect", NULL, false},
        {"p_better", "P(better)", "probability that a replica is better than the baseline's", true},
        {"p_better_low", NULL, NULL, true},
        {"p_better_high", NULL, NULL, true},
        {"p_adjusted", "p", "adjusted for all questions asked", true},
        {0},
    };
    ds_table_begin(
        table, "verdicts",
        ds_pool_print(&c->pool, "by objective, against %s", c->variant[c->baseline].label), heads);
    for (size_t g = 0; g < c->goals; g++)
        for (size_t i = 0; i < c->rows; i++)
            if (c->question[c->row[i].question].goal && c->question[c->row[i].question].place == g)
                put_verdict(table, c, &c->row[i]);
}
