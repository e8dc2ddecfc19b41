#include "stress.h"

#include "analysis/heat.h"
#include "analysis/number.h"
#include "analysis/ordeal.h"
#include "analysis/text.h"
#include "sim/core/nearest.h"
#include "sim/run/ensemble_mpi.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* ---- which thresholds ---- */

static bool take(const ds_thresholds *all, const char *word, ds_threshold *made, size_t *count,
                 ds_status *st)
{
    char names[300] = "";
    ds_nearest nearest = ds_nearest_to(word);
    for (size_t i = 0; i < all->count; i++) {
        if (strcmp(all->threshold[i].name, word) == 0 && *count < DS_THRESHOLDS_MOST) {
            made[(*count)++] = all->threshold[i];
            return true;
        }
        ds_nearest_try(&nearest, all->threshold[i].name);
        const size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "", all->threshold[i].name);
    }
    if (nearest.best)
        return ds_fail(st, DS_E_USAGE, "there is no threshold '%.60s', did you mean '%s'?", word,
                       nearest.best);
    return ds_fail(st, DS_E_USAGE, "there is no threshold '%.60s'; there are %s", word,
                   all->count ? names : "none");
}

bool ds_stress_choose(const ds_args *args, const ds_thresholds *all, ds_threshold *made,
                      size_t *count, ds_status *st)
{
    *count = 0;
    for (size_t i = 0; !args->threshold && i < all->count; i++)
        made[(*count)++] = all->threshold[i];
    ds_pool pool = {0};
    const char *const *words = NULL;
    bool ok = ds_args_list(&pool, "threshold", args->threshold, &words, st);
    for (size_t i = 0; ok && words && words[i]; i++)
        ok = take(all, words[i], made, count, st);
    ds_pool_free(&pool);
    if (!ok)
        return false;
    return *count > 0 ||
           ds_fail(st, DS_E_DATA,
                   "there is no threshold to look at: 'thresholds' of the scenario says what must "
                   "hold");
}

bool ds_stress_able(const ds_args *args, const ds_scenario *scenario, ds_status *st)
{
    ds_threshold chosen[DS_THRESHOLDS_MOST];
    size_t count;
    if (!ds_stress_choose(args, &scenario->thresholds, chosen, &count, st))
        return false;
    for (size_t i = 0; i < count && !scenario->keep_paths; i++)
        if (!chosen[i].outcome)
            return ds_fail(st, DS_E_DATA,
                           "the threshold '%s' looks at '%s' at the end of each replica, which "
                           "'output: {paths: false}' does not keep: --set output.paths=true, or "
                           "--threshold with others",
                           chosen[i].name, chosen[i].of);
    return true;
}

/* ---- what is said ---- */

static const char *doc_of(const ds_result_info *about, const ds_threshold *t)
{
    if (t->number == SIZE_MAX)
        return "";
    return t->outcome ? about->outcome[t->number].doc : about->variable[t->number].doc;
}

static void put_legend(const ds_result_info *about, const ds_threshold *t, size_t count)
{
    char words[200];
    size_t width = 0;
    for (size_t i = 0; i < count; i++)
        width = strlen(t[i].name) > width ? strlen(t[i].name) : width;
    for (size_t i = 0; i < count; i++) {
        ds_threshold_words(&t[i], words, sizeof words);
        printf("%-*s  ", (int)width, t[i].name);
        ds_text_put(stdout, words, DS_MARKUP_PLAIN);
        printf(", in %.4g %% of replicas; ", 100 * t[i].share);
        ds_text_put(stdout, doc_of(about, &t[i]), DS_MARKUP_PLAIN);
        fputc('\n', stdout);
    }
}

static void put_heading(const ds_result_info *about, const char *what)
{
    ds_text_put(stdout, about->title, DS_MARKUP_PLAIN);
    printf("%s%s, %zu replicas each, seed %llu\n\n", *about->title ? "\n" : "", what,
           about->replicas, (unsigned long long)about->seed);
}

static void put_notes(const ds_ordeals *all)
{
    size_t undefined = 0;
    unsigned doubts = 0;
    for (size_t i = 0; i < all->points * all->thresholds; i++) {
        undefined += all->ordeal[i].fared.undefined;
        doubts |= all->ordeal[i].fared.share.doubts & DS_DOUBT_GROUPED;
    }
    for (size_t p = 1; p < all->points; p++)
        if (all->idle[p]) {
            printf("note: ");
            ds_text_put(stdout, all->about->labels[p], DS_MARKUP_PLAIN);
            printf(" changes nothing: every replica is as without it\n");
        }
    if (ds_ordeals_needs(all))
        printf("note: %zu replicas are too few to show what holds in every one of them: about %zu "
               "would do\n",
               all->about->replicas, ds_ordeals_needs(all));
    if (undefined)
        printf("note: %zu values are not defined where a replica ended, and count as not holding\n",
               undefined);
    if (all->failed)
        printf("note: %zu replicas failed, and intervals hold whatever they would have shown\n",
               all->failed);
    if (doubts)
        printf("note: %s\n", ds_doubt_text(DS_DOUBT_GROUPED));
}

static void put_closing(const ds_ordeals *all)
{
    const size_t pass = ds_ordeals_count(all, DS_FATE_PASS);
    const size_t fail = ds_ordeals_count(all, DS_FATE_FAIL);
    const size_t open = ds_ordeals_count(all, DS_FATE_UNDECIDED);
    const ds_fate calm = ds_ordeals_fate(all, 0);
    printf("\n%zu of %zu presets pass", pass, all->points - 1);
    if (fail)
        printf(", %zu fail%s", fail, fail == 1 ? "s" : "");
    if (open)
        printf(", %zu %s undecided", open, open == 1 ? "is" : "are");
    printf("; without any, the scenario %s\n", calm == DS_FATE_PASS   ? "passes"
                                               : calm == DS_FATE_FAIL ? "fails"
                                                                      : "is undecided");
}

static bool print_all(const ds_ordeals *all, ds_status *st)
{
    ds_table table;
    ds_ordeals_table(all, false, &table);
    const bool ok = ds_table_print(stdout, &table, DS_TABLE_CSV, st);
    ds_table_free(&table);
    return ok;
}

static bool print_trouble(const ds_ordeals *all, ds_status *st)
{
    ds_table table;
    ds_ordeals_table(all, true, &table);
    bool ok = true;
    if (table.rows > 0) {
        printf(
            "\nWhat fails (x) or is undecided (?). Of each threshold so large a share of replicas "
            "as it asks for\nkeeps to the bound 'reached'; 'calm' is the same without the "
            "preset.\n\n");
        ok = ds_table_print(stdout, &table, DS_TABLE_PLAIN, st);
    }
    ds_table_free(&table);
    return ok;
}

static bool print_suite(const ds_ordeals *all, const ds_threshold *t, ds_status *st)
{
    ds_ordeals_grid grid;
    char what[80];
    snprintf(what, sizeof what, "%zu presets", all->points - 1);
    put_heading(all->about, what);
    put_legend(all->about, t, all->thresholds);
    printf("\nIn how many replicas each holds:\n\n");
    bool ok = ds_ordeals_grid_of(all, &grid, st) &&
              ds_table_print(stdout, &grid.table, DS_TABLE_PLAIN, st);
    ds_ordeals_grid_free(&grid);
    ok = ok && print_trouble(all, st);
    put_closing(all);
    put_notes(all);
    return ok;
}

/* ---- a suite ---- */

static bool failing(const ds_args *args, size_t failed, const char *what, ds_status *st)
{
    return !args->check || failed == 0 || ds_fail(st, DS_E_VERDICT, "%zu %s fail", failed, what);
}

static bool judge_suite(const ds_args *args, ds_result *result, const ds_threshold *t, size_t count,
                        ds_status *st)
{
    ds_ordeals all;
    bool ok = ds_ordeals_of(result, t, count, DS_STRESS_LEVEL, &all, st);
    if (ok)
        ok = args->csv ? print_all(&all, st) : print_suite(&all, t, st);
    if (ok)
        ok = failing(args,
                     ds_ordeals_count(&all, DS_FATE_FAIL) +
                         (ds_ordeals_fate(&all, 0) == DS_FATE_FAIL ? 1 : 0),
                     "settings", st);
    ds_ordeals_free(&all);
    return ok;
}

/* ---- a map ---- */

static size_t failing_cells(const ds_heat *heat)
{
    size_t failed = 0;
    for (size_t i = 0; i < heat->x.count * heat->y.count; i++)
        failed += heat->cell[i].fate == DS_FATE_FAIL;
    return failed;
}

static void print_map(const ds_heat *heat, const ds_result_info *about, const ds_threshold *t,
                      size_t count)
{
    put_heading(about, "Depth and duration");
    put_legend(about, t, count);
    printf("\nIn how many replicas the weakest of them holds; x: it fails, ?: it is undecided.\n"
           "%s (%s) downwards, %s along the bottom.\n\n",
           heat->y.path, heat->y.unit, heat->x.path);
    ds_heat_draw(stdout, heat);
    printf("\n%zu of %zu settings fail\n", failing_cells(heat), heat->x.count * heat->y.count);
}

static bool judge_map(const ds_args *args, ds_result *result, const ds_threshold *t, size_t count,
                      ds_status *st)
{
    ds_heat heat;
    ds_table table;
    size_t failed = 0;
    bool ok = ds_heat_of(result, t, count, DS_STRESS_LEVEL, &heat, st);
    if (ok && args->csv) {
        ds_heat_list(&heat, &table);
        ok = ds_table_print(stdout, &table, DS_TABLE_CSV, st);
        ds_table_free(&table);
    } else if (ok) {
        print_map(&heat, ds_result_about(result), t, count);
    }
    failed = ok ? failing_cells(&heat) : 0;
    ds_heat_free(&heat);
    return ok && failing(args, failed, "settings", st);
}

/* ---- the command ---- */

static bool judge(const ds_args *args, const char *output, ds_status *st)
{
    ds_result *result;
    ds_pool pool = {0};
    ds_thresholds all;
    ds_threshold chosen[DS_THRESHOLDS_MOST];
    size_t count;
    if (!ds_result_open(&result, output, st))
        return false;
    const bool ok = ds_thresholds_stored(&pool, ds_result_about(result), &all, st) &&
                    ds_stress_choose(args, &all, chosen, &count, st) &&
                    (args->map ? judge_map(args, result, chosen, count, st)
                               : judge_suite(args, result, chosen, count, st));
    ds_result_close(result);
    ds_pool_free(&pool);
    return ok;
}

static bool check_options(const ds_args *args, ds_status *st)
{
    if (args->broken && args->map)
        return ds_fail(st, DS_E_USAGE, "either '--break' or '--map', not both");
    if (args->range && !args->broken)
        return ds_fail(st, DS_E_USAGE, "'--range' belongs to '--break'");
    if ((args->depths || args->durations) && !args->map)
        return ds_fail(st, DS_E_USAGE, "'--%s' belongs to '--map'",
                       args->depths ? "depths" : "durations");
    if (args->broken && args->output)
        return ds_fail(st, DS_E_USAGE, "'--break' makes no result, so it takes no '-o'");
    return true;
}

bool ds_cmd_stress(const ds_args *args, ds_status *st)
{
    char output[DS_OUTPUT_ROOM];
    const ds_stress_request request = {.use = args->map ? DS_STRESS_MAP : DS_STRESS_SUITE,
                                       .suite = args->suite,
                                       .which = args->map,
                                       .depths = args->depths,
                                       .lengths = args->durations};
    const ds_launch launch = {
        .args = args, .output = output, .stress = &request, .check = ds_stress_able};
    signal(SIGPIPE, SIG_IGN);
    if (!ds_mpi_agree(check_options(args, st), st))
        return false;
    if (args->broken)
        return ds_stress_break(args, st);
    return ds_mpi_agree(ds_output_name(args, args->map ? ".map" : ".stress", output, st), st) &&
           ds_launch_run(&launch, st) &&
           ds_mpi_agree(ds_mpi_rank() > 0 || judge(args, output, st), st);
}
