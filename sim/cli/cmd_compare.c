#include "analysis/compare.h"
#include "analysis/names.h"
#include "analysis/text.h"
#include "answer.h"

#include "sim/io/objective.h"

#include <stdlib.h>
#include <string.h>

enum { RESULTS = 2, GOALS_MOST = 64, VARIANTS_SHOWN = 8 };

static const char *const over_words[] = {"end", "time", NULL};

typedef struct comparing {
    const ds_args *args;
    ds_result *result[RESULTS];
    const char *const *name;
    ds_compare_request request;
    ds_goal goal[GOALS_MOST];
    ds_pool pool;
} comparing;

/* ---- what is asked for ---- */

static bool open_results(comparing *q, ds_status *st)
{
    for (size_t i = 0; i < q->args->count; i++)
        if (!ds_result_open(&q->result[i], q->args->operand[i], st))
            return false;
    q->name = ds_names_of_files(&q->pool, q->args->operand, q->args->count);
    return true;
}

static bool add_goal(comparing *q, const ds_goal *goal, ds_status *st)
{
    if (q->request.goals == GOALS_MOST)
        return ds_fail(st, DS_E_USAGE, "there are more than %d objectives", GOALS_MOST);
    q->goal[q->request.goals++] = *goal;
    return true;
}

/* Those of the first result's scenario that the result can answer, then those asked for. */
static bool read_goals(comparing *q, ds_status *st)
{
    const ds_result_info *const about = ds_result_about(q->result[0]);
    ds_goals stored;
    if (!ds_goals_stored(&q->pool, about, &stored, st))
        return false;
    for (size_t i = 0; i < stored.count; i++) {
        const ds_goal *const goal = &stored.goal[i];
        if (goal->number == SIZE_MAX)
            fprintf(stderr,
                    "warning: the objective '%s' is of '%s', which the result does not hold\n",
                    goal->name, goal->of);
        else if (!add_goal(q, goal, st))
            return false;
    }
    for (size_t i = 0; i < q->args->sets; i++) {
        ds_goal goal;
        if (!ds_compare_goal(&q->pool, about, q->args->set[i], &goal, st) ||
            !add_goal(q, &goal, st))
            return false;
    }
    q->request.goal = q->goal;
    return true;
}

static bool read_request(comparing *q, ds_status *st)
{
    const ds_args *const args = q->args;
    int over = 0, adjust = DS_ADJUST_HOLM;
    const ds_guide *const guide = ds_guide_of(ds_result_about(q->result[0])->model);
    q->request = (ds_compare_request){.names = q->name,
                                      .results = q->result,
                                      .count = args->count,
                                      .key = guide ? guide->key : NULL,
                                      .baseline = args->baseline,
                                      .variants = args->variants,
                                      .level = 0.95,
                                      .matters = 0.01};
    if (!ds_args_share("confidence", args->confidence, 0.5, 0.9999, &q->request.level, st) ||
        !ds_args_share("matters", args->matters, 1e-9, 10, &q->request.matters, st) ||
        !ds_args_word("adjust", args->adjust, ds_adjustment_words, &adjust, st) ||
        !ds_args_word("over", args->over, over_words, &over, st))
        return false;
    q->request.over_time = over == 1;
    q->request.adjust = (ds_adjustment)adjust;
    return ds_args_list(&q->pool, "metrics", args->metrics, &q->request.metrics, st);
}

/* ---- what is printed ---- */

static bool print_view(ds_comparison *c, enum ds_compare_view view, size_t which, ds_status *st)
{
    ds_table table;
    ds_compare_table(&table, c, view, which);
    const bool ok =
        ds_table_print(stdout, &table, view == DS_COMPARE_ALL ? DS_TABLE_CSV : DS_TABLE_PLAIN, st);
    ds_table_free(&table);
    return ok;
}

static bool print_verdicts(ds_comparison *c, ds_table_form form, ds_status *st)
{
    ds_table table;
    ds_compare_verdicts(&table, c);
    const bool ok = ds_table_print(stdout, &table, form, st);
    ds_table_free(&table);
    return ok;
}

static bool print_csv(ds_comparison *c, bool judged, ds_status *st)
{
    if (judged)
        fputs("# verdicts\r\n", stdout);
    if (judged && !print_verdicts(c, DS_TABLE_CSV, st))
        return false;
    if (judged)
        fputs("# comparison\r\n", stdout);
    return print_view(c, DS_COMPARE_ALL, 0, st);
}

/* A table for each variant; where there are many, for each metric. */
static bool print_tables(ds_comparison *c, ds_status *st)
{
    const bool many = c->variants - 1 > VARIANTS_SHOWN;
    for (size_t i = 0; i < (many ? c->questions : c->variants); i++) {
        if (!many && i == c->baseline)
            continue;
        putchar('\n');
        if (!print_view(c, many ? DS_COMPARE_OF_QUESTION : DS_COMPARE_OF_VARIANT, i, st))
            return false;
    }
    return true;
}

static void print_titles(const comparing *q)
{
    for (size_t i = 0; i < q->request.count; i++) {
        const char *const title = ds_result_about(q->result[i])->title;
        if (q->request.count > 1) {
            ds_text_put(stdout, q->name[i], DS_MARKUP_PLAIN);
            fputs(": ", stdout);
        }
        ds_text_put(stdout, title && *title ? title : "untitled", DS_MARKUP_PLAIN);
        putchar('\n');
    }
}

static void print_notes(const ds_comparison *c)
{
    putchar('\n');
    for (size_t i = 0; i < c->notes; i++) {
        fputs("- ", stdout);
        ds_text_put(stdout, c->note[i], DS_MARKUP_PLAIN);
        putchar('\n');
    }
}

static void print_replicas(const ds_comparison *c)
{
    size_t least = SIZE_MAX, most = 0;
    for (size_t i = 0; i < c->variants; i++) {
        const size_t n = c->variant[i].of.about->replicas;
        least = n < least ? n : least;
        most = n > most ? n : most;
    }
    if (least == most)
        printf("%zu replica%s each\n", most, most == 1 ? "" : "s");
    else
        printf("%zu to %zu replicas each\n", least, most);
}

static bool print(ds_comparison *c, const comparing *q, ds_status *st)
{
    if (q->args->csv)
        return print_csv(c, q->request.goals > 0, st);
    print_titles(q);
    printf("%zu variant%s against '", c->variants - 1, c->variants == 2 ? "" : "s");
    ds_text_put(stdout, c->variant[c->baseline].label, DS_MARKUP_PLAIN);
    printf("' in %zu figure%s; ", c->questions, c->questions == 1 ? "" : "s");
    print_replicas(c);
    if (q->request.goals > 0) {
        putchar('\n');
        if (!print_verdicts(c, DS_TABLE_PLAIN, st))
            return false;
    }
    if (!print_tables(c, st))
        return false;
    print_notes(c);
    return true;
}

bool ds_cmd_compare(const ds_args *args, ds_status *st)
{
    comparing q = {.args = args};
    ds_comparison c = {0};
    const bool ok = open_results(&q, st) && read_request(&q, st) && read_goals(&q, st) &&
                    ds_compare(&c, &q.request, st) && print(&c, &q, st);
    ds_comparison_free(&c);
    for (size_t i = 0; i < RESULTS; i++)
        ds_result_close(q.result[i]);
    ds_pool_free(&q.pool);
    return ok;
}
