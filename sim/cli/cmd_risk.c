#include "analysis/risk_tables.h"
#include "answer.h"

#include "sim/core/nearest.h"
#include "sim/io/quantity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS_SHOWN = 8, ROWS_SHOWN = 12 };

typedef struct risk {
    const ds_args *args;
    const ds_result_info *about;
    const ds_guide *guide;
    ds_case *cases;
    size_t first, count; /* points that are shown */
    ds_risk_query query;
    double share[2], level;
    ds_mishap *mishap;
    ds_worst_query worst;
    bool share_given;
    char *worst_name;
} risk;

static size_t rows_shown(const risk *k)
{
    return k->args->csv || k->args->all ? SIZE_MAX : ROWS_SHOWN;
}

/* ---- the command line ---- */

static bool is_outcome(const ds_result_info *about, const char *name)
{
    for (size_t i = 0; i < about->outcomes; i++)
        if (strcmp(about->outcome[i].name, name) == 0)
            return true;
    return false;
}

static bool no_such(const ds_result_info *about, const char *what, const char *name, bool metrics,
                    ds_status *st)
{
    ds_nearest nearest = ds_nearest_to(name);
    for (size_t i = 0; i < about->outcomes; i++)
        ds_nearest_try(&nearest, about->outcome[i].name);
    for (size_t i = 0; metrics && i < about->variables; i++)
        ds_nearest_try(&nearest, about->variable[i].name);
    return ds_fail(st, DS_E_USAGE, "the result has no %s '%.60s'%s", what, name,
                   ds_nearest_or(&nearest, "; 'diemsim info' lists them"));
}

/* "outcome=value" */
static bool read_mishap(const risk *k, const char *text, ds_mishap *m, char *name, ds_status *st)
{
    const char *const equals = strchr(text, '=');
    char why[160];
    if (!equals || equals == text)
        return ds_fail(st, DS_E_USAGE,
                       "'--beyond' is '%.60s', must be an outcome and a value, as vvv_drawdown=0.5",
                       text);
    snprintf(name, strlen(text) + 1, "%.*s", (int)(equals - text), text);
    for (size_t i = 0; i < k->about->outcomes; i++)
        if (strcmp(k->about->outcome[i].name, name) == 0) {
            const ds_variable *const v = &k->about->outcome[i];
            *m = (ds_mishap){.name = text, .doc = v->doc, .outcome = v->name};
            return ds_quantity_read(equals + 1, v->unit, &m->at_least, why, sizeof why) ||
                   ds_fail(st, DS_E_USAGE, "'--beyond' is '%.60s', %s", text, why);
        }
    return no_such(k->about, "outcome", name, false, st);
}

static bool read_mishaps(risk *k, ds_status *st)
{
    k->mishap = calloc(k->args->sets + 1, sizeof *k->mishap);
    if (!k->mishap)
        return ds_fail(st, DS_E_SYSTEM, "no memory for the command line");
    for (size_t i = 0; i < k->args->sets; i++) {
        char *const name = malloc(strlen(k->args->set[i]) + 1);
        const bool ok = name ? read_mishap(k, k->args->set[i], &k->mishap[i], name, st)
                             : ds_fail(st, DS_E_SYSTEM, "no memory for the command line");
        free(name);
        if (!ok)
            return false;
    }
    k->query.mishap = k->mishap;
    k->query.mishaps = k->args->sets;
    return true;
}

static const ds_loss *known_loss(const risk *k, const char *name)
{
    for (const ds_loss *l = k->guide ? k->guide->losses : NULL; l && l->of; l++)
        if (strcmp(l->of, name) == 0)
            return l;
    return NULL;
}

static bool has_figure(const risk *k, const char *name)
{
    for (size_t i = 0; k->about->has_paths && i < k->about->variables; i++)
        if (strcmp(k->about->variable[i].name, name) == 0)
            return true;
    return is_outcome(k->about, name);
}

/* "name", "name:low" or "name:high"; without, the guide's first that the result has. */
static bool read_worst(risk *k, ds_status *st)
{
    const ds_loss *l = k->guide ? k->guide->losses : NULL;
    if (!k->args->worst) {
        while (l && l->of && !has_figure(k, l->of))
            l++;
        if (l && l->of)
            k->worst =
                (ds_worst_query){.of = l->of, .worst = l->low_is_bad ? DS_SIDE_LOW : DS_SIDE_HIGH};
        return true;
    }
    k->worst_name = strdup(k->args->worst);
    if (!k->worst_name)
        return ds_fail(st, DS_E_SYSTEM, "no memory for the command line");
    char *const colon = strchr(k->worst_name, ':');
    const char *const side = colon ? colon + 1 : "";
    if (colon)
        *colon = '\0';
    k->worst.of = k->worst_name;
    if (!has_figure(k, k->worst.of))
        return no_such(k->about, k->about->has_paths ? "metric or outcome" : "outcome", k->worst.of,
                       k->about->has_paths, st);
    l = known_loss(k, k->worst.of);
    k->worst.worst =
        strcmp(side, "low") == 0 || (!*side && l && l->low_is_bad) ? DS_SIDE_LOW : DS_SIDE_HIGH;
    if (*side ? strcmp(side, "low") == 0 || strcmp(side, "high") == 0
              : l || is_outcome(k->about, k->worst.of))
        return true;
    return ds_fail(st, DS_E_USAGE,
                   "which end of '%.60s' is the worst? '--worst %.60s:low' or ':high'", k->worst.of,
                   k->worst.of);
}

static bool read_points(risk *k, ds_status *st)
{
    const size_t points = k->about->points;
    k->count = k->args->all || k->args->csv || points < POINTS_SHOWN ? points : POINTS_SHOWN;
    if (!k->args->has_point)
        return true;
    if (k->args->point >= points)
        return ds_fail(st, DS_E_USAGE,
                       "'--point' is %llu, the result has %zu point%s, counted from 0",
                       (unsigned long long)k->args->point, points, points == 1 ? "" : "s");
    k->first = (size_t)k->args->point;
    k->count = 1;
    return true;
}

static bool read_options(risk *k, ds_status *st)
{
    k->level = 0.95;
    k->share[0] = 0.95;
    k->share[1] = 0.99;
    if (!ds_args_share("confidence", k->args->confidence, 0.5, 0.9999, &k->level, st) ||
        !ds_args_share("level", k->args->level, 0.5, 0.9999, &k->share[0], st))
        return false;
    k->share_given = k->args->level != NULL;
    k->query = (ds_risk_query){
        .guide = k->guide, .share = k->share, .shares = k->share_given ? 1 : 2, .level = k->level};
    return read_points(k, st) && read_mishaps(k, st) && read_worst(k, st);
}

/* ---- the baseline of a point ---- */

static bool check_baseline(const risk *k, ds_status *st)
{
    const ds_coordinate *const variant = ds_case_variants(k->about);
    const char *const name = k->args->baseline;
    if (!name || strcmp(name, "none") == 0)
        return true;
    if (!variant)
        return ds_fail(st, DS_E_USAGE, "'--baseline' is '%.60s', but the result has no variants",
                       name);
    ds_nearest nearest = ds_nearest_to(name);
    for (size_t p = 0; p < k->about->points; p++) {
        if (strcmp(variant->text[p], name) == 0)
            return true;
        ds_nearest_try(&nearest, variant->text[p]);
    }
    return ds_fail(st, DS_E_USAGE, "the result has no variant '%.60s'%s%.60s%s", name,
                   nearest.best ? ", did you mean '" : "; the first is '",
                   nearest.best ? nearest.best : variant->text[0], nearest.best ? "'?" : "'");
}

/* The point of the baseline variant that is like this one otherwise; NULL: there is none. */
static const ds_case *baseline_of(const risk *k, size_t point)
{
    const char *const name = k->args->baseline;
    return name && strcmp(name, "none") == 0
               ? NULL
               : ds_case_like(k->cases, k->about->points, &k->cases[point], name);
}

/* ---- the tables ---- */

/* What a name means, once. */
static void explain(const risk *k, const char *name, const char *doc)
{
    if (!k->args->csv && doc)
        printf("  %s: %s\n", name, doc);
}

static bool finish(const risk *k, ds_table *table, unsigned doubts, bool ok, ds_status *st)
{
    ok = ok && (table->rows == 0 || ds_answer_table(k->args, table, st));
    if (ok && table->rows > 0)
        ds_answer_doubts(k->args, doubts);
    ds_table_free(table);
    return ok;
}

static bool put_chances(const risk *k, ds_status *st)
{
    ds_table table;
    ds_chances last = {0};
    unsigned doubts = 0;
    bool ok = true;
    ds_chances_begin(&table, k->about->points > 1);
    for (size_t i = 0; ok && i < k->count; i++) {
        ds_chances all;
        const ds_case *const c = &k->cases[k->first + i];
        if (!(ok = ds_chances_of(&all, c, &k->query, st)))
            break;
        ds_chances_rows(&table, c, &all);
        doubts |= ds_chances_doubts(&all);
        ds_chances_free(&last);
        last = all;
    }
    ok = finish(k, &table, doubts, ok, st);
    for (size_t i = 0; ok && i < last.count; i++)
        explain(k, last.chance[i].name, last.chance[i].doc);
    ds_chances_free(&last);
    return ok;
}

static bool put_tails(const risk *k, ds_status *st)
{
    ds_table table;
    char refusal[2][200] = {"", ""};
    unsigned doubts = 0;
    bool ok = true;
    ds_loss_tails_begin(&table, k->about->points > 1);
    for (size_t i = 0; ok && i < k->count; i++) {
        ds_loss_tails all;
        const ds_case *const c = &k->cases[k->first + i];
        if (!(ok = ds_loss_tails_of(&all, c, &k->query, st)))
            break;
        ds_loss_tails_rows(&table, c, &all, k->args->csv);
        doubts |= ds_loss_tails_doubts(&all);
        for (size_t s = 0; s < k->query.shares; s++)
            (void)ds_loss_tails_refusal(&all, k->share[s], refusal[s], sizeof refusal[s]);
        ds_loss_tails_free(&all);
    }
    if (ok && table.rows == 0 && *refusal[0])
        putchar('\n');
    ok = finish(k, &table, doubts, ok, st);
    for (size_t s = 0; ok && !k->args->csv && s < 2; s++)
        if (*refusal[s])
            printf("%s\n", refusal[s]);
    return ok;
}

static bool put_signs(const risk *k, ds_status *st)
{
    ds_table table;
    unsigned doubts = 0;
    bool ok = true;
    const char *unseen = NULL;
    ds_signs_begin(&table, k->about->points > 1);
    for (size_t i = 0; ok && i < k->count; i++) {
        ds_signs all;
        const ds_case *const c = &k->cases[k->first + i];
        if (!(ok = ds_signs_of(&all, c, k->guide, k->level, st)))
            break;
        ds_signs_rows(&table, c, &all);
        doubts |= ds_signs_doubts(&all);
        unseen = ds_signs_unseen(&all);
        ds_signs_free(&all);
    }
    const bool any = table.rows > 0;
    ok = finish(k, &table, doubts, ok, st);
    if (ok && unseen && !k->args->csv)
        printf("note: %s\n", unseen);
    for (size_t i = 0;
         ok && any && k->guide && k->guide->signatures && k->guide->signatures[i].name; i++)
        explain(k, k->guide->signatures[i].name, k->guide->signatures[i].doc);
    return ok;
}

static void explain_signals(const risk *k, const ds_signals *s)
{
    char when[48];
    const char *const unit = isnan(k->cases[0].origin) ? "units of time" : "days";
    if (k->args->csv || s->count == 0)
        return;
    if (s->paired) {
        printf("band: 5 to 95 %% of the baseline's replicas at the same time; left for %g %s or "
               "more, where the baseline's\nown replica does not, or farther than any. Without "
               "cause: baseline's replicas that leave it for as long\n",
               s->lasting, unit);
        return;
    }
    ds_case_when(&k->cases[0], floor(s->window), when, sizeof when);
    printf("band: 5 to 95 %% of each replica's own values up to %s; left after that for %g %s or "
           "more. There is no baseline: what has a trend leaves it by that alone\n",
           when, s->lasting, unit);
}

/* Without a baseline all that has a trend would seem to warn: only who asks for it gets it. */
static bool wants_signals(const risk *k, const ds_case *baseline, const ds_case *c)
{
    return baseline ? baseline != c : k->args->baseline != NULL;
}

static bool put_signals(const risk *k, ds_status *st)
{
    ds_table table;
    ds_signals last = {0};
    bool ok = true, alone = true;
    ds_signals_begin(&table, k->about->points > 1);
    for (size_t i = 0; ok && i < k->count; i++) {
        ds_signals all;
        const ds_case *const c = &k->cases[k->first + i];
        const ds_signals_query q = {
            .baseline = baseline_of(k, c->point), .guide = k->guide, .level = k->level};
        alone = alone && !q.baseline;
        if (!wants_signals(k, q.baseline, c))
            continue;
        if (!(ok = ds_signals_of(&all, c, &q, st)))
            break;
        ds_signals_rows(&table, c, &all, rows_shown(k));
        last = (ds_signals){
            .window = all.window, .lasting = all.lasting, .paired = all.paired, .count = all.count};
        ds_signals_free(&all);
    }
    ok = finish(k, &table, 0, ok, st);
    if (ok)
        explain_signals(k, &last);
    if (ok && last.count == 0 && last.lasting > 0 && !k->args->csv)
        printf("\nno metric can warn: the times recorded are shorter than the %g %s that a signal "
               "lasts\n",
               last.lasting, isnan(k->cases[0].origin) ? "units of time" : "days");
    if (ok && alone && last.count == 0 && !k->args->csv)
        puts("\nwhich metric warns first is told against a variant without the shock; "
             "'--baseline none' holds replicas against their own beginning");
    return ok;
}

/* Where replicas are too few for the usual part of them, as few as it takes are the worst; more
 * than half of them never are. */
static double worst_share(const risk *k, size_t replicas)
{
    const double few = 1 - DS_TAIL_LEAST / fmax((double)replicas, 1);
    return k->share_given || few >= k->share[0] ? k->share[0] : fmax(few, 0.5);
}

/* Replicas that have a figure. */
static bool count_figures(const ds_case *c, const char *of, size_t *count, ds_status *st)
{
    const size_t replicas = c->about->replicas;
    double *const values = calloc(replicas, sizeof *values);
    const bool ok = values ? ds_replica_figures(c, of, DS_LOSS_VALUE, values, st)
                           : ds_fail(st, DS_E_SYSTEM, "no memory for %zu replicas", replicas);
    *count = 0;
    for (size_t r = 0; ok && r < replicas; r++)
        *count += isnan(values[r]) ? 0 : 1;
    free(values);
    return ok;
}

/* What was not asked for by name is passed over where it cannot be. */
static bool add_worst(const risk *k, const ds_case *c, ds_table *table, ds_status *st)
{
    ds_worst_query q = k->worst;
    ds_worst worst;
    size_t replicas;
    if (!count_figures(c, q.of, &replicas, st))
        return false;
    q.level = k->level;
    q.share = worst_share(k, replicas);
    if (!k->args->worst && replicas < ds_tail_shortfall_needs(q.share))
        return true;
    if (!ds_worst_of(&worst, c, &q, st))
        return false;
    if (!k->args->csv)
        printf("%sthe worst %zu of %zu replicas%s%s: '%s' %s %.4g\n", table->rows ? "" : "\n",
               worst.inside, worst.replicas, k->about->points > 1 ? " of " : "",
               k->about->points > 1 ? c->label : "", q.of,
               q.worst == DS_SIDE_LOW ? "at most" : "at least", worst.threshold);
    ds_worst_rows(table, c, &worst, rows_shown(k));
    ds_worst_free(&worst);
    return true;
}

static bool put_worst(const risk *k, ds_status *st)
{
    ds_table table;
    bool ok = true;
    ds_worst_begin(&table, k->about->points > 1);
    for (size_t i = 0; ok && k->worst.of && i < k->count; i++)
        ok = add_worst(k, &k->cases[k->first + i], &table, st);
    return finish(k, &table, 0, ok, st);
}

static bool put_all(const risk *k, ds_status *st)
{
    ds_answer_head(k->args, k->about, k->level);
    if (!put_chances(k, st) || !put_tails(k, st))
        return false;
    if (k->about->has_paths && (!put_signs(k, st) || !put_signals(k, st)))
        return false;
    if (!put_worst(k, st))
        return false;
    if (k->args->csv)
        return true;
    if (ds_case_is_rare(&k->cases[0]))
        puts("\n'probability' is of something rare, by splitting: each replica is an estimate, and "
             "'diemsim info' has their mean");
    else if (!k->about->has_paths)
        puts("\nsummaries only: tails of metrics, signatures and signals want the series of each "
             "replica (output.paths true)");
    if (!k->args->has_point && k->count < k->about->points)
        printf("\nthe first %zu of %zu points; --all or --point N shows others\n", k->count,
               k->about->points);
    return true;
}

static bool open_cases(risk *k, ds_result *result, ds_status *st)
{
    k->cases = calloc(k->about->points, sizeof *k->cases);
    if (!k->cases)
        return ds_fail(st, DS_E_SYSTEM, "no memory for %zu points", k->about->points);
    for (size_t p = 0; p < k->about->points; p++)
        if (!ds_case_of(&k->cases[p], result, p, st))
            return false;
    return true;
}

bool ds_cmd_risk(const ds_args *args, ds_status *st)
{
    ds_result *result;
    if (!ds_result_open(&result, args->operand[0], st))
        return false;
    risk k = {.args = args, .about = ds_result_about(result)};
    k.guide = ds_guide_of(k.about->model);
    const bool ok = read_options(&k, st) && check_baseline(&k, st) && open_cases(&k, result, st) &&
                    put_all(&k, st);
    free(k.cases);
    free(k.mishap);
    free(k.worst_name);
    ds_result_close(result);
    return ok;
}
