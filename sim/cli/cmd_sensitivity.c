#include "analysis/sensitivity.h"
#include "answer.h"

#include "analysis/text.h"
#include "sim/core/nearest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { AXES_SHOWN = 5, PAIRS_SHOWN = 3 };

static const double much_noise = 0.1, little_explained = 0.7;

static bool is_one_of(const ds_variable *table, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(table[i].name, name) == 0)
            return true;
    return false;
}

static bool check_name(const ds_result_info *about, const char *name, ds_status *st)
{
    ds_nearest nearest = ds_nearest_to(name);
    if (is_one_of(about->variable, about->variables, name) ||
        is_one_of(about->outcome, about->outcomes, name))
        return true;
    for (size_t i = 0; i < about->variables; i++)
        ds_nearest_try(&nearest, about->variable[i].name);
    for (size_t i = 0; i < about->outcomes; i++)
        ds_nearest_try(&nearest, about->outcome[i].name);
    return ds_fail(st, DS_E_USAGE, "the result has no metric or outcome '%.60s'%s", name,
                   ds_nearest_or(&nearest, "; 'diemsim info' lists them"));
}

/* Those that were asked for; else the model's key metrics, or all of them, and every outcome. */
static bool choose(const ds_args *args, const ds_result_info *about, const char **of, size_t *count,
                   ds_status *st)
{
    const ds_guide *const guide = ds_guide_of(about->model);
    for (size_t i = 0; i < args->sets; i++) {
        if (!check_name(about, args->set[i], st))
            return false;
        of[(*count)++] = args->set[i];
    }
    if (args->sets > 0)
        return true;
    for (const char *const *key = guide ? guide->key : NULL; key && *key; key++)
        if (is_one_of(about->variable, about->variables, *key))
            of[(*count)++] = *key;
    for (size_t i = 0; *count == 0 && i < about->variables; i++)
        of[i] = about->variable[i].name;
    if (*count == 0)
        *count = about->variables;
    for (size_t i = 0; i < about->outcomes; i++)
        of[(*count)++] = about->outcome[i].name;
    return true;
}

static void put_name(const ds_sensitivity *s)
{
    ds_text_put(stdout, s->of, DS_MARKUP_PLAIN);
    if (!s->group)
        return;
    fputs(" (", stdout);
    ds_text_put(stdout, s->group, DS_MARKUP_PLAIN);
    fputs(")", stdout);
}

/* Figures of which nothing can be said, a line for each reason. */
static void put_reasons(const ds_sensitivities *all)
{
    for (size_t i = 0; i < all->count; i++) {
        const char *const why = all->item[i].why;
        bool said = !*why;
        for (size_t k = 0; !said && k < i; k++)
            said = strcmp(all->item[k].why, why) == 0;
        for (size_t k = i; !said && k < all->count; k++)
            if (strcmp(all->item[k].why, why) == 0) {
                fputs(k == i ? "note: nothing of " : ", ", stdout);
                put_name(&all->item[k]);
            }
        if (!said)
            printf(": %s\n", why);
    }
}

static void begin_note(const ds_sensitivity *s)
{
    fputs("note: ", stdout);
    put_name(s);
}

static void put_notes(const ds_args *args, const ds_result_info *about, const ds_sensitivities *all)
{
    bool unknown = false;
    put_reasons(all);
    for (size_t i = 0; i < all->count; i++) {
        const ds_sensitivity *const s = &all->item[i];
        if (*s->why)
            continue;
        unknown = unknown || (isnan(s->noise) && about->replicas > 1);
        if (s->empty > 0) {
            begin_note(s);
            printf(": %zu of %zu points have no value and are left out\n", s->empty, s->points);
        }
        if (s->noise > much_noise) {
            begin_note(s);
            printf(": chance makes about %.0f %% of the variance over points; more replicas make "
                   "less\n",
                   100 * fmin(s->noise, 1));
        }
        if (s->determination < little_explained) {
            begin_note(s);
            printf(": R2 is %.2f, it does not rise or fall throughout; a saltelli design tells "
                   "more\n",
                   s->determination);
        }
    }
    if (unknown)
        puts("note: summaries only: how much of a metric's variance over points is chance is not "
             "known (output.paths true)");
    if (!args->all && all->count > 0 && all->item[0].axes > AXES_SHOWN)
        printf("the first %d of %zu parameters of each figure; --all shows the others\n",
               AXES_SHOWN, all->item[0].axes);
}

static bool put(const ds_args *args, const ds_result_info *about, const ds_sensitivities *all,
                ds_status *st)
{
    const bool full = args->csv || args->all;
    ds_table axes, pairs;
    ds_sensitivity_table(&axes, all, full ? SIZE_MAX : AXES_SHOWN);
    ds_interaction_table(&pairs, all, full ? SIZE_MAX : PAIRS_SHOWN);
    ds_answer_head(args, about, all->level);
    bool ok =
        ds_answer_table(args, &axes, st) && (pairs.rows == 0 || ds_answer_table(args, &pairs, st));
    if (ok && !args->csv) {
        ds_answer_doubts(args, ds_sensitivity_doubts(all));
        put_notes(args, about, all);
    }
    ds_table_free(&axes);
    ds_table_free(&pairs);
    return ok;
}

bool ds_cmd_sensitivity(const ds_args *args, ds_status *st)
{
    ds_result *result;
    double level = 0.95;
    size_t count = 0;
    if (!ds_args_share("confidence", args->confidence, 0.5, 0.9999, &level, st) ||
        !ds_result_open(&result, args->operand[0], st))
        return false;
    const ds_result_info *const about = ds_result_about(result);
    const char **const of =
        calloc(args->sets + about->variables + about->outcomes + 1, sizeof(const char *));
    ds_sensitivities all = {0};
    bool ok = (of || ds_fail(st, DS_E_SYSTEM, "no memory for the command line")) &&
              choose(args, about, of, &count, st);
    const ds_sensitivity_query q = {.result = result, .of = of, .count = count, .level = level};
    ok = ok && ds_sensitivities_of(&all, &q, st) && put(args, about, &all, st);
    ds_sensitivities_free(&all);
    free((void *)of);
    ds_result_close(result);
    return ok;
}
