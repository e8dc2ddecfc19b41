#include "cli.h"
#include "pace.h"

#include "analysis/text.h"
#include "sim/io/designs.h"
#include "sim/run/crew.h"
#include "sim/run/pilot.h"
#include "sim/run/space.h"

#include <math.h>

/* A rule that may end the run earlier, and where futures part. */
static void tell_more(const ds_scenario *s)
{
    if (s->until)
        printf("until     the %s of %s is known to +- %g%s at %g %%, from %zu replicas on\n",
               s->until_statistic, s->until_metric, s->until->half_width,
               s->until->relative ? " of itself" : "", 100 * s->until->confidence,
               s->until->min_replicas);
    if (s->splitting)
        printf("splitting %s to %g, %lld trials a stage; a replica is a repetition of it all\n",
               s->splitting->metric, s->splitting->target, (long long)s->splitting->effort);
    for (size_t i = 0; s->thresholds.said && i < s->thresholds.count; i++)
        printf("%s%s", i ? ", " : "holds     ", s->thresholds.threshold[i].name);
    if (s->thresholds.said && s->thresholds.count)
        printf("%s\n", ": what stress tests look at");
    if (s->branches > 1 && !isnan(s->branch_at))
        printf("branch    %zu futures part at %g\n", s->branches, s->branch_at);
}

/* How points were chosen, where there are several; futures of a branch are told by themselves. */
static void print_design(const ds_scenario *s, size_t varied)
{
    char text[200];
    const ds_design *const design = ds_scenario_design(s);
    const size_t variants = s->points / s->branches / (size_t)ds_design_points(design);
    ds_design_describe(design, text, sizeof text);
    if (design->axes == 0 && varied > 0)
        printf("design    %zu variant%s\n", variants, variants == 1 ? "" : "s");
    else if (varied > design->axes)
        printf("design    %s, under each of %zu variants\n", text, variants);
    else if (varied > 0)
        printf("design    %s\n", text);
}

/* Of the folder where a run writes if it is told no other. */
static void warn_of_space(const ds_plan *plan, const ds_pilot *pilot)
{
    const double bytes = ds_space_run(plan, pilot->packing, 0);
    char warning[DS_SPACE_ROOM];
    ds_status refused = {0};
    fflush(stdout);
    if (!ds_space_check(bytes, "out/result.h5", warning, &refused))
        fprintf(stderr, "warning: a run here would be refused: %s\n", refused.text);
    else if (*warning)
        fprintf(stderr, "warning: %s\n", warning);
}

static void tell_cost(const ds_plan *plan, const ds_pilot *pilot, unsigned threads)
{
    char whole[16], each[16], result[16], pace[DS_PACE_ROOM];
    const double replicas = (double)plan->experiment.points * (double)plan->experiment.replicas;
    printf("events    about %.3g, %.3g a replica\n", pilot->events, pilot->events / replicas);
    printf("batches   %zu, what machines of a cluster take at a time\n", plan->batches);
    ds_space_words(pilot->memory, whole, sizeof whole);
    ds_space_words(pilot->replica, each, sizeof each);
    ds_space_words(pilot->result, result, sizeof result);
    printf("memory    about %s, %s a replica, %u %s\n", whole, each, threads,
           threads == 1 ? "thread" : "threads");
    printf("result    about %s\n", result);
    printf("time      %s\n", ds_pace_words(pace, ds_pilot_time(pilot, threads)));
}

static bool tell(const ds_args *args, const char *path, ds_scenario *s, ds_status *st)
{
    ds_plan plan;
    const ds_maker nobody = {"", "", ""};
    ds_pilot pilot;
    unsigned threads = 1;
    bool ok = ds_plan_make(&plan, s, &nobody, st);
    if (ok) {
        threads = ds_crew_threads(&plan, (unsigned)args->threads);
        ok = ds_pilot_run(&pilot, &plan, threads, st);
    }
    if (ok) {
        ds_text_put(stdout, path, DS_MARKUP_PLAIN);
        if (*s->title) {
            fputs("\ntitle     ", stdout);
            ds_text_put(stdout, s->title, DS_MARKUP_PLAIN);
        }
        printf("\nmodel     %s\n", s->model->name);
        print_design(s, plan.experiment.coordinates - (s->branches > 1));
        printf("points    %zu\nreplicas  %s%u of each\n", s->points, s->until ? "at most " : "",
               s->frame.replicas);
        tell_more(s);
        if (s->seed_given)
            printf("seed      %llu\n", (unsigned long long)s->frame.seed);
        else
            printf("seed      drawn anew for every run\n");
        printf("times     %zu, every %g, until %g\n", plan.experiment.times, s->frame.observe,
               s->frame.horizon);
        tell_cost(&plan, &pilot, threads);
        warn_of_space(&plan, &pilot);
    }
    ds_plan_free(&plan);
    return ok;
}

static bool validate(const ds_args *args, const char *path, ds_status *st)
{
    ds_scenario scenario;
    const bool ok = ds_args_scenario(args, path, &scenario, st) && tell(args, path, &scenario, st);
    ds_scenario_free(&scenario);
    return ok;
}

bool ds_cmd_validate(const ds_args *args, ds_status *st)
{
    ds_code first = DS_OK;
    size_t bad = 0;
    if (args->count == 1)
        return validate(args, args->operand[0], st);
    for (size_t i = 0; i < args->count; i++) {
        ds_status one = {0};
        if (validate(args, args->operand[i], &one)) {
            printf("\n");
            continue;
        }
        fflush(stdout);
        ds_say(&one);
        first = bad++ ? first : one.code;
    }
    return bad == 0 || ds_fail(st, first, "%zu of %zu scenarios %s wrong", bad, args->count,
                               bad == 1 ? "is" : "are");
}
