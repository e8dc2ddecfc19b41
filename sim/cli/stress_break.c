#include "stress.h"

#include "analysis/number.h"
#include "analysis/table.h"
#include "analysis/text.h"
#include "analysis/threshold.h"
#include "journal.h"
#include "sim/io/digest.h"
#include "sim/run/breaking.h"
#include "sim/run/ensemble_mpi.h"
#include "sim/run/probe.h"
#include "sim/run/signals.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_LOOK = 64, DEPTHS = 12 };

/* One search. */
typedef struct hunt {
    ds_args args; /* with the seed that was drawn, where one was */
    ds_stress_request request;
    ds_scenario base; /* at the mild end */
    ds_threshold threshold[DS_THRESHOLDS_MOST];
    double required[DS_THRESHOLDS_MOST];
    size_t thresholds;
    ds_breaking search;
    ds_bracket found;
    ds_journal journal;
    char path[DS_OUTPUT_ROOM];
    size_t failed, resumed;
    char cause[256];
} hunt;

/* ---- looking at a depth ---- */

static bool simulate(hunt *h, double depth, ds_journal_look *look, ds_status *st)
{
    ds_scenario scenario;
    ds_stress_request request = h->request;
    request.depth = depth;
    bool ok = ds_args_load(&h->args, h->args.operand[0], &request, &scenario, st);
    if (ok) {
        ds_probe probe = {.scenario = &scenario,
                          .thresholds = h->threshold,
                          .count = h->thresholds,
                          .threads = (unsigned)h->args.threads,
                          .quiet = h->args.quiet};
        ok = ds_probe_run(&probe, look->first, look->count, look->held, st);
        if (*probe.cause && !*h->cause)
            snprintf(h->cause, sizeof h->cause, "%s", probe.cause);
    }
    ds_scenario_free(&scenario);
    return ok;
}

static bool look_at(void *owner, double depth, size_t first, size_t count, ds_depth_count *sum,
                    ds_status *st)
{
    hunt *const h = owner;
    const uint64_t *held = ds_journal_find(&h->journal, depth, first, count);
    ds_journal_look look = {.depth = depth, .first = first, .count = count};
    bool ok = true;
    if (first == 0 && !h->args.quiet)
        fprintf(stderr, "depth %.4g\n", depth);
    if (!held) {
        look.held = calloc(count, sizeof *look.held);
        ok = look.held || ds_fail(st, DS_E_SYSTEM, "no memory for %zu replicas", count);
        ok = ok && simulate(h, depth, &look, st) && ds_journal_add(&h->journal, &look, st);
        held = look.held;
    } else {
        h->resumed += count;
    }
    for (size_t r = 0; ok && r < count; r++) {
        const bool finished = (held[r] & DS_PROBE_FINISHED) != 0;
        h->failed += !finished;
        sum->finished += finished;
        sum->failed += !finished;
        for (size_t i = 0; i < h->thresholds; i++)
            sum->held[i] += finished && (held[r] >> i & 1);
    }
    free(look.held);
    return ok;
}

/* ---- what is searched ---- */

static bool read_number(const char *text, size_t length, double *value)
{
    char word[40], *end;
    if (length == 0 || length >= sizeof word)
        return false;
    memcpy(word, text, length);
    word[length] = '\0';
    *value = strtod(word, &end);
    return !*end && isfinite(*value);
}

static bool read_range(const ds_args *args, double deepest, ds_breaking *search, ds_status *st)
{
    const char *const text = args->range;
    const char *const dots = text ? strstr(text, "..") : NULL;
    search->mild = 0;
    search->deep = deepest;
    if (!text)
        return true;
    if (!dots || !read_number(text, (size_t)(dots - text), &search->mild) ||
        !read_number(dots + 2, strlen(dots + 2), &search->deep))
        return ds_fail(st, DS_E_USAGE, "'--range' is '%.60s', must be FROM..TO, as 0..0.9", text);
    if (search->mild == search->deep)
        return ds_fail(st, DS_E_USAGE, "'--range' is '%.60s', must be two depths", text);
    return fmax(search->mild, search->deep) <= deepest ||
           ds_fail(st, DS_E_USAGE, "'--range' is '%.60s', must be two depths of at most %g", text,
                   deepest);
}

static void look_at_most(ds_breaking *search, size_t most)
{
    search->first = most < FIRST_LOOK ? most : FIRST_LOOK;
    search->most = most;
}

/* With more replicas a depth is looked at more often, and every look wants its part of what may be
 * wrong. */
static size_t least_replicas(const hunt *h)
{
    ds_breaking search = h->search;
    size_t least = 0;
    for (size_t needs = 1; needs > least; needs = ds_breaking_needs(&search)) {
        least = needs;
        look_at_most(&search, least);
    }
    return least;
}

/* Depths are looked at with replicas that say something for themselves. */
static bool check_base(const hunt *h, ds_status *st)
{
    const ds_scenario *const s = &h->base;
    if (ds_frame_group(&s->frame) > 1)
        return ds_fail(st, DS_E_DATA,
                       "'sampling' is '%s', must be independent: the search counts replicas",
                       ds_sampling_words[s->frame.sampling]);
    return s->frame.replicas >= ds_breaking_needs(&h->search) ||
           ds_fail(st, DS_E_USAGE,
                   "%u replicas a depth cannot show that anything holds, even if it does in all of "
                   "them: --replicas %zu is the least for these thresholds, a few times as many "
                   "are better",
                   s->frame.replicas, least_replicas(h));
}

/* Beside where a result would be. */
static bool name_journal(hunt *h, ds_status *st)
{
    char ending[80];
    int length = snprintf(ending, sizeof ending, ".break-%.60s", h->request.which);
    for (int i = 7; i < length; i++)
        if (!isalnum((unsigned char)ending[i]))
            ending[i] = '-';
    return ds_output_search(&h->args, ending, h->path, st);
}

/* What decides about the numbers: the scenario at the mild end, and how the search goes. */
static bool open_journal(hunt *h, ds_status *st)
{
    ds_hex hex;
    char identity[200];
    const ds_scenario *const s = &h->base;
    ds_digest *const digest = ds_digest_new();
    if (!digest)
        return ds_fail(st, DS_E_SYSTEM, "no memory for a digest");
    ds_digest_add_text(digest, s->resolved);
    for (size_t i = 0; i < s->file_count; i++)
        ds_digest_add_text(digest, s->files[i].text);
    for (size_t i = 0; i < h->thresholds; i++)
        ds_digest_add_text(digest, h->threshold[i].name);
    ds_digest_hex(digest, hex);
    ds_digest_free(digest);
    snprintf(identity, sizeof identity, "diemsim %s, search %s from %a to %a, seed %llu",
             DIEMSIM_VERSION, hex, h->search.mild, h->search.deep,
             (unsigned long long)s->frame.seed);
    return ds_journal_open(&h->journal, h->path, identity, st);
}

static bool prepare(hunt *h, ds_status *st)
{
    const ds_args *const args = &h->args;
    if (!ds_args_stressed(args, args->operand[0], &h->request, &h->base, st) ||
        !ds_stress_able(args, &h->base, st) ||
        !ds_stress_choose(args, &h->base.thresholds, h->threshold, &h->thresholds, st))
        return false;
    h->args.has_seed = true;
    h->args.seed = h->base.frame.seed;
    for (size_t i = 0; i < h->thresholds; i++)
        h->required[i] = h->threshold[i].share;
    h->search = (ds_breaking){.properties = h->thresholds,
                              .required = h->required,
                              .depths = DEPTHS,
                              .confidence = DS_STRESS_LEVEL,
                              .simulate = look_at,
                              .owner = h};
    look_at_most(&h->search, h->base.frame.replicas);
    const ds_stress *const made = h->base.stress;
    return made && read_range(args, made->deepest, &h->search, st) && check_base(h, st) &&
           name_journal(h, st) && (args->output || ds_output_folder(st)) && open_journal(h, st);
}

/* ---- what is said ---- */

static const char *const fate_words[] = {
    [DS_DEPTH_OPEN] = "undecided", [DS_DEPTH_HOLDS] = "holds", [DS_DEPTH_BREAKS] = "BREAKS"};

static const ds_table_column columns[] = {
    {"depth", "depth", NULL, true},
    {"replicas", "replicas", NULL, true},
    {"verdict", "verdict", NULL, false},
    {"threshold", "weakest", NULL, false},
    {"asked", "must hold in", NULL, true},
    {"share", "holds in", NULL, true},
    {"low", "interval", NULL, true},
    {"high", NULL, NULL, true},
    {0},
};

static int by_depth(const void *a, const void *b)
{
    const ds_depth_look *const x = a, *const y = b;
    return (x->depth > y->depth) - (x->depth < y->depth);
}

static void put_look(const hunt *h, const ds_depth_look *look, ds_table *table)
{
    const ds_threshold *const t = &h->threshold[look->property];
    const size_t held = look->count.held[look->property], finished = look->count.finished;
    const double risk = ds_breaking_risk(&h->search);
    const ds_interval interval = ds_breaking_bounds(&look->count, look->property, risk);
    ds_table_number(table, look->depth, 4);
    ds_table_number(table, (double)finished, 6);
    ds_table_text(table, fate_words[look->fate]);
    ds_table_text(table, t->name);
    ds_table_shown(table, t->share, "%.4g %%", 100 * t->share);
    ds_table_shown(table, (double)held / (double)finished, "%.3g %%",
                   100 * (double)held / (double)finished);
    ds_table_shown(table, interval.low, "%.3g to %.3g %%", 100 * interval.low, 100 * interval.high);
    ds_table_number(table, interval.high, 6);
}

static bool print_looks(hunt *h, ds_table_form form, ds_status *st)
{
    ds_table table;
    qsort(h->found.look, h->found.looks, sizeof *h->found.look, by_depth);
    ds_table_begin(&table, "depths", NULL, columns);
    for (size_t i = 0; i < h->found.looks; i++)
        put_look(h, &h->found.look[i], &table);
    const bool ok = ds_table_print(stdout, &table, form, st);
    ds_table_free(&table);
    return ok;
}

static void put_heading(const hunt *h)
{
    char words[200];
    const ds_scenario *const s = &h->base;
    ds_text_put(stdout, s->title, DS_MARKUP_PLAIN);
    printf("%s%s, %s from %.4g to %.4g; at most %u replicas a depth, seed %llu\n\n",
           *s->title ? "\n" : "", s->stress->which,
           s->stress->count > 1 ? "times its own depths," : "depth", h->search.mild, h->search.deep,
           s->frame.replicas, (unsigned long long)s->frame.seed);
    for (size_t i = 0; i < h->thresholds; i++) {
        ds_threshold_words(&h->threshold[i], words, sizeof words);
        printf("%s: %s, in %.4g %% of replicas\n", h->threshold[i].name, words,
               100 * h->threshold[i].share);
    }
    printf("\n");
}

static const char *breaker(const hunt *h)
{
    for (size_t i = 0; i < h->found.looks; i++)
        if (h->found.look[i].depth == h->found.breaks)
            return h->threshold[h->found.look[i].property].name;
    return "";
}

static void put_answer(const hunt *h)
{
    const ds_bracket *const f = &h->found;
    const bool holds = !isnan(f->holds), breaks = !isnan(f->breaks);
    if (holds && breaks)
        printf("\nHolds at %.4g and breaks at %.4g (%s), which are both right at %.4g %%.\n",
               f->holds, f->breaks, breaker(h), 100 * DS_STRESS_LEVEL);
    else if (holds && f->holds == h->search.deep)
        printf("\nHolds even at the deepest, %.4g.\n", f->holds);
    else if (holds)
        printf("\nHolds at %.4g; of no depth up to %.4g it is sure that it breaks anything: more "
               "replicas may tell.\n",
               f->holds, h->search.deep);
    else if (breaks)
        printf("\nBroken already at %.4g (%s).\n", f->breaks, breaker(h));
    else
        printf("\nAlready at %.4g it is not sure that all holds: more replicas may tell, or "
               "--threshold with others.\n",
               h->search.mild);
}

/* Replicas that a deeper shock leaves whole where a milder one did not. */
static size_t recovered(const hunt *h, size_t *replicas)
{
    const ds_journal *const j = &h->journal;
    const uint64_t all = (UINT64_C(1) << h->thresholds) - 1;
    size_t count = 0;
    *replicas = h->base.frame.replicas < FIRST_LOOK ? h->base.frame.replicas : FIRST_LOOK;
    for (size_t r = 0; r < *replicas; r++) {
        double broken = INFINITY, held = -INFINITY;
        for (size_t i = 0; i < j->looks; i++) {
            if (j->look[i].first > 0)
                continue;
            const double way =
                (j->look[i].depth - h->search.mild) / (h->search.deep - h->search.mild);
            const uint64_t bits = j->look[i].held[r];
            if ((bits & all) == all)
                held = fmax(held, way);
            else if (bits & DS_PROBE_FINISHED)
                broken = fmin(broken, way);
        }
        count += held > broken;
    }
    return count;
}

static void put_notes(const hunt *h)
{
    size_t replicas;
    const size_t back = recovered(h, &replicas);
    bool open = false;
    for (size_t i = 0; i < h->found.looks; i++)
        open = open || h->found.look[i].fate == DS_DEPTH_OPEN;
    if (open)
        printf("note: depths in between are undecided at this number of replicas; more make the "
               "bracket narrower\n");
    if (back)
        printf(
            "note: in %zu of the first %zu replicas something holds again at a greater depth, so "
            "there may be more than one depth at which it breaks\n",
            back, replicas);
    if (h->failed)
        printf("note: %zu replicas failed, and intervals hold whatever they would have shown; the "
               "first: %s\n",
               h->failed, *h->cause ? h->cause : "before this command");
}

static bool report(hunt *h, ds_status *st)
{
    if (h->args.csv)
        return print_looks(h, DS_TABLE_CSV, st);
    put_heading(h);
    if (!print_looks(h, DS_TABLE_PLAIN, st))
        return false;
    put_answer(h);
    put_notes(h);
    return true;
}

/* ---- the command ---- */

static bool stopped(const hunt *h, const ds_status *why, ds_status *st)
{
    return ds_fail(st, why->code, "%s%s%s", why->text,
                   why->code == DS_E_STOPPED ? "; run the same command to go on with what is in "
                                             : "",
                   why->code == DS_E_STOPPED ? h->path : "");
}

bool ds_stress_break(const ds_args *args, ds_status *st)
{
    hunt h = {.args = *args,
              .request = {.use = DS_STRESS_DEPTH, .suite = args->suite, .which = args->broken}};
    ds_status trouble = {0};
    if (ds_mpi_size() > 1)
        return ds_fail(st, DS_E_USAGE,
                       "'--break' decides from depth to depth, so it runs in one process");
    bool ok = prepare(&h, st), done = false;
    if (ok) {
        ds_signals_catch();
        ok = ds_breaking_search(&h.search, &h.found, &trouble) || stopped(&h, &trouble, st);
        ds_signals_release();
        done = ok;
    }
    if (ok && h.resumed && !args->quiet)
        fprintf(stderr, "%zu replicas are from before\n", h.resumed);
    ok = ok && report(&h, st);
    ds_journal_close(&h.journal, done);
    if (ok && args->check && !isnan(h.found.breaks))
        ok = ds_fail(st, DS_E_VERDICT, "it breaks at %g", h.found.breaks);
    ds_scenario_free(&h.base);
    return ok;
}
