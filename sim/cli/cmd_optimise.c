#include "analysis/proposal.h"
#include "analysis/search.h"
#include "analysis/stats.h"
#include "launch.h"
#include "trials.h"

#include "sim/io/json.h"
#include "sim/io/objective.h"
#include "sim/io/search.h"
#include "sim/io/thresholds.h"
#include "sim/run/folder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    BOUNDS_MOST = DS_THRESHOLDS_MOST,
    DIGITS = 4,
    FRONT_MOST = 8,
    CHECK_TIMES = 4,
    FRESH_STREAM = 1,
    NAME_ROOM = 32
};
static const double coordinate_tolerance = 1e-3;

/* A candidate on fresh random numbers, and what it is called. */
typedef struct proposal {
    char name[NAME_ROOM];
    const ds_looked *looked;
    double *seen, *fresh; /* [replicas][figures], [check][figures] */
} proposal;

typedef struct optimising {
    ds_trials t;
    const ds_optimise *said;
    const ds_goals *goals;
    const ds_threshold *bound; /* figures: goals, then bounds */
    size_t bounds, replicas, check, evaluations;
    size_t known[DS_SEARCH_GOALS]; /* replicas of the scenario as it is that have a value */
    uint64_t fresh_seed;
    double level, best;
    double *value;  /* of the candidate under way, [replicas][figures], */
    double *column; /* and one figure of it */
    size_t refused;
    ds_trial_answer answer;
    ds_search_log log;
    proposal now, then[FRONT_MOST];
    size_t proposals;
    bool feasible;
    ds_pool pool;
} optimising;

/* ---- what is asked ---- */

static bool add_figures(optimising *o, ds_status *st)
{
    for (size_t i = 0; i < o->goals->count; i++) {
        const ds_goal *const g = &o->goals->goal[i];
        const ds_trial_figure f = {.outcome = g->outcome,
                                   .number = g->number,
                                   .when = g->over_time ? DS_TRIAL_MEAN : DS_TRIAL_END};
        if (!ds_trials_add(&o->t, &f, st))
            return false;
    }
    for (size_t i = 0; i < o->bounds; i++) {
        const ds_trial_figure f = {.outcome = o->bound[i].outcome, .number = o->bound[i].number};
        if (!ds_trials_add(&o->t, &f, st))
            return false;
    }
    return true;
}

static bool check_asked(const ds_scenario *s, const char *path, ds_status *st)
{
    if (s->goals->count == 0)
        return ds_fail(st, DS_E_DATA,
                       "'%s' states no 'objective', must be like objective: {income: {maximise: "
                       "METRIC, statistic: median}}",
                       path);
    if (s->goals->count > DS_SEARCH_GOALS)
        return ds_fail(st, DS_E_DATA,
                       "'%s' states %zu goals under 'objective', must be 1, or 2 for the front "
                       "between them; the others can be 'thresholds'",
                       path, s->goals->count);
    if (!s->optimise || s->optimise->vary.count == 0)
        return ds_fail(st, DS_E_DATA,
                       "'%s' does not say what may vary, must be like optimise: {vary: "
                       "{KEY.PATH: {from: 1, to: 4}}}",
                       path);
    return true;
}

static bool open_all(optimising *o, const ds_args *args, ds_status *st)
{
    const ds_scenario *const s = &o->t.scenario;
    o->level = 0.95;
    if (!ds_args_share("confidence", args->confidence, 0.5, 0.9999, &o->level, st) ||
        !ds_trials_open(&o->t, args, st) || !check_asked(s, args->operand[0], st))
        return false;
    o->said = s->optimise;
    o->goals = s->goals;
    o->bound = s->thresholds.threshold;
    o->bounds = s->thresholds.said ? s->thresholds.count : 0;
    o->replicas = s->frame.replicas;
    o->check = o->said->check ? (size_t)o->said->check : CHECK_TIMES * o->replicas;
    o->evaluations =
        args->has_evaluations ? (size_t)args->evaluations : (size_t)o->said->evaluations;
    o->fresh_seed = ds_trial_seed(s->frame.seed, FRESH_STREAM);
    o->best = NAN;
    o->t.trial.vary = &o->said->vary;
    o->t.trial.digits = DIGITS;
    o->t.planned = o->evaluations;
    const double checks = o->goals->count == 1 ? 2 : 1 + FRONT_MOST;
    o->t.after = checks * (1 + (double)o->check / (double)o->replicas);
    if (!add_figures(o, st))
        return false;
    const size_t most = o->check > o->replicas ? o->check : o->replicas;
    o->value = ds_pool_take(&o->pool, o->replicas * o->t.trial.figures * sizeof *o->value);
    o->column = ds_pool_take(&o->pool, 4 * most * sizeof *o->column);
    return true;
}

/* ---- the search ---- */

static const double *column_of(const optimising *o, const double *value, size_t count,
                               size_t figure, double *column)
{
    for (size_t r = 0; r < count; r++)
        column[r] = value[r * o->t.trial.figures + figure];
    return column;
}

/* NULL: the scenario as it is. */
static bool simulate(optimising *o, const double *x, size_t replicas, uint64_t seed, double *value,
                     bool *valid, ds_status *st)
{
    const ds_trial_call call = {.candidate = x, .count = 1, .replicas = replicas, .seed = seed};
    o->answer.value = value;
    o->answer.valid = valid;
    const bool ok = ds_trials_run(&o->t, &call, &o->answer, st);
    o->answer.value = NULL;
    o->answer.valid = NULL;
    return ok;
}

/* Replicas of what was last simulated that have a value of a goal. */
static size_t known_of(const optimising *o, size_t goal)
{
    return ds_sample_of(column_of(o, o->value, o->replicas, goal, o->column), o->replicas).count;
}

/* Goals are to be small in a search. */
static bool look(void *self, const double *x, double *goal, double *excess, ds_status *st)
{
    optimising *const o = self;
    bool valid, broken = false;
    if (!simulate(o, x, o->replicas, o->t.scenario.frame.seed, o->value, &valid, st))
        return false;
    o->refused += !valid;
    for (size_t g = 0; g < o->goals->count; g++) {
        const ds_goal *const aim = &o->goals->goal[g];
        if (!ds_goal_figure(aim, column_of(o, o->value, o->replicas, g, o->column), o->replicas,
                            &goal[g], st))
            return false;
        goal[g] *= aim->maximise ? -1 : 1;
        if (!ds_proposal_keeps(known_of(o, g), o->known[g]))
            goal[g] = NAN;
    }
    for (size_t b = 0; b < o->bounds; b++) {
        const double *const column =
            column_of(o, o->value, o->replicas, o->goals->count + b, o->column);
        excess[b] = o->bound[b].share - ds_threshold_share(&o->bound[b], column, o->replicas);
        broken = broken || excess[b] > 0;
    }
    if (o->goals->count == 1 && !broken && !isnan(goal[0])) {
        const double figure = o->goals->goal[0].maximise ? -goal[0] : goal[0];
        if (isnan(o->best) || ds_goal_better(o->goals->goal, figure, o->best))
            o->best = figure;
    }
    ds_trials_passed(&o->t, 1, o->best);
    return true;
}

static void snap(const void *self, double *x)
{
    const optimising *const o = self;
    ds_vary_snap(&o->said->vary, DIGITS, x);
}

static void choose(optimising *o, const size_t *places, size_t count)
{
    o->proposals = count;
    for (size_t i = 0; i < count; i++) {
        o->then[i].looked = &o->log.item[places[i]];
        if (o->goals->count == 1)
            snprintf(o->then[i].name, NAME_ROOM, "proposed");
        else
            snprintf(o->then[i].name, NAME_ROOM, "front %zu", i + 1);
    }
}

static bool search(optimising *o, ds_status *st)
{
    const ds_vary *const vary = &o->said->vary;
    bool ordered[DS_SEARCH_AXES], valid;
    double start[DS_SEARCH_AXES];
    size_t place[FRONT_MOST], count = 1;
    for (size_t k = 0; k < vary->count; k++) {
        ordered[k] = ds_vary_ordered(vary, k);
        start[k] = isnan(vary->now[k]) ? 0.5 : vary->now[k];
    }
    const ds_search s = {.axes = vary->count,
                         .goals = o->goals->count,
                         .constraints = o->bounds,
                         .ordered = ordered,
                         .start = start,
                         .evaluations = o->evaluations,
                         .seed = o->t.scenario.frame.seed,
                         .tolerance = coordinate_tolerance,
                         .look = look,
                         .snap = snap,
                         .self = o};
    if (!ds_trials_begin(&o->t, ".optimise", o->replicas, st) ||
        !simulate(o, NULL, o->replicas, o->t.scenario.frame.seed, o->value, &valid, st))
        return false;
    for (size_t g = 0; g < o->goals->count; g++)
        o->known[g] = known_of(o, g);
    bool ok = o->goals->count == 1 ? ds_search_run(&s, NULL, &o->log, &place[0], st)
                                   : ds_search_front(&s, &o->log, place, FRONT_MOST, &count, st);
    ds_trials_end(&o->t);
    if (!ok)
        return false;
    if (o->goals->count > 1 && count == 0) { /* the one that breaks least */
        const double weight[DS_SEARCH_GOALS] = {1, 1};
        count = 1;
        place[0] = ds_search_best(&s, weight, &o->log);
    }
    choose(o, place, count);
    o->feasible = o->then[0].looked->broken == 0;
    return isfinite(o->then[0].looked->broken) ||
           ds_fail(st, DS_E_DATA, "no candidate of %zu has a value of the objective%s%s",
                   o->log.count, *o->answer.refusal ? "; the first was refused: " : "",
                   o->answer.refusal);
}

/* ---- the check ---- */

static bool simulate_again(optimising *o, proposal *p, ds_status *st)
{
    const size_t figures = o->t.trial.figures;
    const double *const x = p->looked ? p->looked->x : NULL;
    bool valid;
    p->seen = ds_pool_take(&o->pool, o->replicas * figures * sizeof *p->seen);
    p->fresh = ds_pool_take(&o->pool, o->check * figures * sizeof *p->fresh);
    if (!simulate(o, x, o->replicas, o->t.scenario.frame.seed, p->seen, &valid, st) ||
        !simulate(o, x, o->check, o->fresh_seed, p->fresh, &valid, st))
        return false;
    return valid || ds_fail(st, DS_E_DATA, "%zu fresh replicas of '%s' cannot be simulated",
                            o->check, p->name);
}

static bool check_again(optimising *o, ds_status *st)
{
    strcpy(o->now.name, "current");
    bool ok = simulate_again(o, &o->now, st);
    for (size_t i = 0; ok && i < o->proposals; i++)
        ok = simulate_again(o, &o->then[i], st);
    return ok;
}

static ds_trial_values values_of(optimising *o, const proposal *p, size_t figure)
{
    ds_frame frame = o->t.scenario.frame;
    const size_t most = o->check > o->replicas ? o->check : o->replicas;
    double *const c = o->column;
    frame.replicas = (uint32_t)o->check;
    return (ds_trial_values){
        .seen_now = column_of(o, o->now.seen, o->replicas, figure, c),
        .seen_then = column_of(o, p->seen, o->replicas, figure, c + most),
        .seen = o->replicas,
        .now = column_of(o, o->now.fresh, o->check, figure, c + 2 * most),
        .then = column_of(o, p->fresh, o->check, figure, c + 3 * most),
        .fresh = o->check,
        .group = ds_frame_group(&frame),
        .level = o->level,
        .seed = o->fresh_seed,
    };
}

typedef struct verdicts {
    ds_proposed_goal goal[DS_SEARCH_GOALS];
    ds_proposed_bound bound[BOUNDS_MOST];
} verdicts;

static bool judge(optimising *o, const proposal *p, verdicts *v, ds_status *st)
{
    for (size_t g = 0; g < o->goals->count; g++) {
        const ds_trial_values values = values_of(o, p, g);
        if (!ds_proposal_goal(&o->goals->goal[g], &values, &v->goal[g], st))
            return false;
    }
    for (size_t b = 0; b < o->bounds; b++) {
        const ds_trial_values values = values_of(o, p, o->goals->count + b);
        if (!ds_proposal_bound(&o->bound[b], &values, &v->bound[b], st))
            return false;
    }
    return true;
}

/* ---- what is printed ---- */

static void note_doubts(const verdicts *v, size_t goals)
{
    unsigned doubts = 0;
    for (size_t g = 0; g < goals; g++)
        doubts |= v->goal[g].change.difference.doubts;
    for (int i = 0; i < DS_DOUBTS; i++)
        if (doubts & (1U << i))
            printf("- the interval of the change: %s\n", ds_doubt_text((ds_doubt)(1 << i)));
}

/* Replicas that failed, or end without a value. */
static void note_values(const optimising *o, const ds_proposed_goal *g)
{
    if (g->then.count < o->check || g->now.count < o->check)
        printf(
            "- %zu of %zu fresh replicas have a value of '%s' under the proposal, %zu without it: "
            "the change is that of those which have both\n",
            g->then.count, o->check, g->goal->name, g->now.count);
}

static void note_verdict(const optimising *o, const verdicts *v)
{
    const ds_proposed_goal *const g = &v->goal[0];
    size_t broken = 0, undecided = 0;
    for (size_t b = 0; b < o->bounds; b++) {
        broken += v->bound[b].then.fate == DS_FATE_FAIL;
        undecided += v->bound[b].then.fate == DS_FATE_UNDECIDED;
    }
    if (broken)
        printf("- the proposal breaks %zu threshold%s on fresh random numbers: it is not to be "
               "adopted\n",
               broken, broken == 1 ? "" : "s");
    if (undecided)
        printf("- %zu threshold%s undecided: more replicas decide ('optimise.check')\n", undecided,
               undecided == 1 ? " is" : "s are");
    if (strcmp(ds_proposal_verdict(g), "better") != 0)
        printf(
            "- on fresh random numbers the proposal is not shown to be better: there is no reason "
            "to adopt it\n");
}

static bool is_of_use(const optimising *o, const verdicts *v)
{
    bool broken = false;
    for (size_t b = 0; b < o->bounds; b++)
        broken = broken || v->bound[b].then.fate == DS_FATE_FAIL;
    return !broken && strcmp(ds_proposal_verdict(&v->goal[0]), "better") == 0;
}

static void note_how(const optimising *o)
{
    printf("- searched: %zu candidates, each with the same %zu replicas (seed %llu)\n",
           o->log.count, o->replicas, (unsigned long long)o->t.scenario.frame.seed);
    printf("- checked: %zu fresh replicas (seed %llu), which the search has not seen; intervals "
           "are of %g %%\n",
           o->check, (unsigned long long)o->fresh_seed, 100 * o->level);
    if (!o->t.scenario.thresholds.said)
        printf("- nothing bounds the search: the scenario states no 'thresholds'\n");
}

static void print_settings(optimising *o, const proposal *p)
{
    const ds_vary *const vary = &o->said->vary;
    printf("\nTo put into the scenario:\n\n%s\nor on the command line:\n\n ",
           ds_vary_yaml(&o->pool, vary, DIGITS, p->looked->x));
    for (size_t k = 0; k < vary->count; k++)
        printf(" --set '%s=%s'", vary->axis[k].path->scalar,
               ds_vary_text(&o->pool, vary, k, DIGITS, p->looked->x[k]));
    printf("\n");
}

static bool print_one(optimising *o, ds_status *st)
{
    ds_table table;
    verdicts *const v = ds_pool_take(&o->pool, sizeof *v);
    if (!judge(o, &o->then[0], v, st))
        return false;
    ds_proposal_parameters(&table, &o->said->vary, DIGITS, o->then[0].looked->x);
    if (!ds_trials_table(&o->t, &table, st))
        return false;
    ds_proposal_goals(&table, v->goal, o->goals->count);
    if (!ds_trials_table(&o->t, &table, st))
        return false;
    ds_proposal_bounds(&table, v->bound, o->bounds);
    if (o->bounds && !ds_trials_table(&o->t, &table, st))
        return false;
    if (o->t.args->csv)
        return true;
    note_verdict(o, v);
    note_values(o, &v->goal[0]);
    note_how(o);
    note_doubts(v, o->goals->count);
    if (is_of_use(o, v))
        print_settings(o, &o->then[0]);
    return true;
}

/* ---- fronts ---- */

static const ds_table_column front_columns[] = {
    {"point", "point", NULL, false},
    {"parameters", "parameters", NULL, false},
    {"goal", "goal", NULL, false},
    {"value", "value", "on fresh random numbers", true},
    {"low", "interval", NULL, true},
    {"high", NULL, NULL, true},
    {"search", "in the search", NULL, true},
    {"thresholds", "thresholds", "met, broken or undecided, the worst of all", false},
    {"front", "front",
     "no other point is better in one goal and not worse in the other, on fresh "
     "random numbers",
     false},
    {0},
};

static ds_fate worst_fate(const optimising *o, const verdicts *v, bool now)
{
    ds_fate worst = DS_FATE_PASS;
    for (size_t b = 0; b < o->bounds; b++) {
        const ds_fate fate = now ? v->bound[b].now.fate : v->bound[b].then.fate;
        if (fate == DS_FATE_FAIL || (fate == DS_FATE_UNDECIDED && worst == DS_FATE_PASS))
            worst = fate;
    }
    return worst;
}

static bool stays(const optimising *o, const verdicts *v, size_t i)
{
    for (size_t k = 0; k < o->proposals; k++) {
        bool better = false, worse = false;
        for (size_t g = 0; g < o->goals->count; g++) {
            const double a = v[k].goal[g].then.value, b = v[i].goal[g].then.value;
            better = better || ds_goal_better(&o->goals->goal[g], a, b);
            worse = worse || ds_goal_better(&o->goals->goal[g], b, a);
        }
        if (better && !worse && worst_fate(o, &v[k], false) != DS_FATE_FAIL)
            return false;
    }
    return worst_fate(o, &v[i], false) != DS_FATE_FAIL;
}

/* `point`: number of a proposal, or SIZE_MAX for what there is. */
static void put_point(optimising *o, const verdicts *v, size_t point, ds_table *table)
{
    const bool now = point == SIZE_MAX;
    const proposal *const p = now ? &o->now : &o->then[point];
    const verdicts *const mine = &v[now ? 0 : point];
    const char *text = "";
    for (size_t k = 0; k < o->said->vary.count; k++)
        text =
            ds_pool_print(&o->pool, "%s%s%s", text, k ? ", " : "",
                          now ? o->said->vary.now_text[k]
                              : ds_vary_text(&o->pool, &o->said->vary, k, DIGITS, p->looked->x[k]));
    for (size_t g = 0; g < o->goals->count; g++) {
        const ds_proposed_goal *const goal = &mine->goal[g];
        const ds_estimate *const e = now ? &goal->now : &goal->then;
        const bool csv = o->t.args->csv;
        ds_table_text(table, g == 0 || csv ? p->name : "");
        ds_table_text(table, g == 0 || csv ? text : "");
        ds_table_text(table, o->goals->goal[g].name);
        ds_table_number(table, e->value, DIGITS);
        ds_table_interval(table, e->interval, DIGITS);
        ds_table_number(table, now ? goal->seen_now : goal->seen_then, DIGITS);
        ds_table_text(table, g > 0 && !csv ? ""
                             : !o->bounds  ? "-"
                                           : ds_bound_verdict(worst_fate(o, mine, now)));
        ds_table_text(table, g > 0 && !csv ? "" : now ? "-" : stays(o, v, point) ? "yes" : "no");
    }
}

static void print_variants(optimising *o)
{
    printf("\nAs variants of the scenario:\n\nvariants:\n  current: {}\n");
    for (size_t i = 0; i < o->proposals; i++)
        printf("  %s: %s\n", o->then[i].name,
               ds_vary_changes(&o->pool, &o->said->vary, DIGITS, o->then[i].looked->x));
}

static bool print_front(optimising *o, ds_status *st)
{
    ds_table table;
    verdicts *const v = ds_pool_take(&o->pool, (o->proposals + 1) * sizeof *v);
    for (size_t i = 0; i < o->proposals; i++)
        if (!judge(o, &o->then[i], &v[i], st))
            return false;
    ds_table_begin(&table, "front", NULL, front_columns);
    put_point(o, v, SIZE_MAX, &table);
    for (size_t i = 0; i < o->proposals; i++)
        put_point(o, v, i, &table);
    if (!ds_trials_table(&o->t, &table, st))
        return false;
    if (o->t.args->csv)
        return true;
    for (size_t g = 0; g < o->goals->count; g++)
        printf("- %s: %s %s\n", o->goals->goal[g].name,
               o->goals->goal[g].maximise ? "maximise" : "minimise", o->goals->goal[g].words);
    note_how(o);
    print_variants(o);
    return true;
}

/* ---- the result ---- */

/* Found before anything is simulated. */
static bool check_output(const ds_args *args, ds_status *st)
{
    char output[DS_OUTPUT_ROOM];
    return !args->output ||
           (ds_output_name(args, "", output, st) && ds_folder_can(output, args->force, st));
}

static bool write_result(optimising *o, ds_status *st)
{
    ds_args again = *o->t.args;
    ds_scenario scenario = {0};
    ds_run_report report;
    const char *text = "variants={\"current\":{}";
    ds_json said = {.pool = &o->pool};
    const ds_proposal_search search = {.vary = &o->said->vary,
                                       .goals = o->goals,
                                       .bound = o->bound,
                                       .bounds = o->bounds,
                                       .candidates = o->log.count,
                                       .replicas = o->replicas,
                                       .seed = o->t.scenario.frame.seed};
    ds_json_string(&said, ds_proposal_words(&o->pool, &search));
    again.set = ds_pool_take(&o->pool, (again.sets + 4) * sizeof *again.set);
    for (size_t i = 0; i < again.sets; i++)
        again.set[i] = o->t.args->set[i];
    for (size_t i = 0; i < o->proposals; i++)
        text =
            ds_pool_print(&o->pool, "%s,\"%s\":%s", text, o->then[i].name,
                          ds_vary_changes(&o->pool, &o->said->vary, DIGITS, o->then[i].looked->x));
    again.set[again.sets++] = ds_pool_print(&o->pool, "%s}", text);
    again.set[again.sets++] = ds_pool_print(&o->pool, "description=%s", said.text);
    again.has_replicas = again.has_seed = true;
    again.replicas = o->check;
    again.seed = o->fresh_seed;
    const ds_run_request request = {.scenario = &scenario,
                                    .output = again.output,
                                    .threads = (unsigned)again.threads,
                                    .force = again.force,
                                    .quiet = again.quiet,
                                    .program = "diemsim",
                                    .version = DIEMSIM_VERSION,
                                    .build = ds_build()};
    const bool ok =
        ds_args_scenario(&again, again.operand[0], &scenario, st) && ds_run(&request, &report, st);
    if (ok)
        ds_output_warn(&report);
    if (ok && !again.quiet)
        ds_output_tell(again.output, &report);
    ds_scenario_free(&scenario);
    return ok;
}

static bool refuse_infeasible(const optimising *o, ds_status *st)
{
    const ds_looked *const nearest = o->then[0].looked;
    size_t worst = 0;
    for (size_t b = 1; b < o->bounds; b++)
        worst = nearest->excess[b] > nearest->excess[worst] ? b : worst;
    return o->feasible ||
           ds_fail(st, DS_E_DATA,
                   "no candidate of %zu meets all thresholds in the search; the nearest holds '%s' "
                   "in %.3g %% of replicas, must be at least %.3g %%",
                   o->log.count, o->bound[worst].name,
                   100 * (o->bound[worst].share - nearest->excess[worst]),
                   100 * o->bound[worst].share);
}

bool ds_cmd_optimise(const ds_args *args, ds_status *st)
{
    optimising o = {0};
    bool ok = check_output(args, st) && open_all(&o, args, st) &&
              (!args->output || ds_output_spares_files(args->output, &o.t.scenario, st)) &&
              search(&o, st) && check_again(&o, st) &&
              (o.goals->count == 1 ? print_one(&o, st) : print_front(&o, st));
    if (ok)
        ds_trials_warn(&o.answer, o.refused);
    ds_trials_done(&o.t);
    ok = ok && (!args->output || write_result(&o, st)) && refuse_infeasible(&o, st);
    ds_search_free(&o.log);
    ds_trials_close(&o.t, ok || st->code == DS_E_DATA);
    ds_pool_free(&o.pool);
    return ok;
}
