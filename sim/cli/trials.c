#include "trials.h"

#include "sim/run/progress.h"

#include <math.h>
#include <unistd.h>

static bool check(const ds_scenario *s, ds_status *st)
{
    const char *const why = s->points > 1  ? "'variants', 'sweep' or 'branch'"
                            : s->until     ? "'until'"
                            : s->splitting ? "'splitting'"
                                           : NULL;
    return !why || ds_fail(st, DS_E_DATA,
                           "the scenario has %s, must be one setting with a fixed number of "
                           "replicas: what may vary stands under 'vary'",
                           why);
}

bool ds_trials_open(ds_trials *t, const ds_args *args, ds_status *st)
{
    *t = (ds_trials){.args = args, .terminal = isatty(STDERR_FILENO)};
    if (!ds_args_scenario(args, args->operand[0], &t->scenario, st) || !check(&t->scenario, st))
        return false;
    ds_args_request(args, args->operand[0], &t->words, &t->request);
    const unsigned long long seed = t->scenario.frame.seed;
    if (!t->scenario.seed_given)
        fprintf(stderr, "seed %llu, drawn; --seed %llu repeats this search\n", seed, seed);
    t->trial = (ds_trial){.base = &t->request,
                          .scenario = &t->scenario,
                          .threads = (unsigned)args->threads,
                          .figure = t->figure};
    t->begun = ds_seconds();
    return true;
}

void ds_trials_close(ds_trials *t)
{
    ds_scenario_free(&t->scenario);
}

bool ds_trials_add(ds_trials *t, const ds_trial_figure *figure, ds_status *st)
{
    if (t->trial.figures == DS_TRIALS_FIGURES)
        return ds_fail(st, DS_E_DATA, "more than %d figures are asked of every replica",
                       DS_TRIALS_FIGURES);
    t->figure[t->trial.figures++] = *figure;
    return true;
}

void ds_trials_passed(ds_trials *t, size_t count, double best)
{
    if (t->args->quiet)
        return;
    t->done += count;
    const double each = (ds_seconds() - t->begun) / (double)t->done;
    const double left =
        each * (t->after + (double)(t->planned > t->done ? t->planned - t->done : 0));
    if (!t->terminal && !t->printed && left >= 1)
        fprintf(stderr, "%zu candidates, about %.0f s in all\n", t->planned,
                each * ((double)t->planned + t->after));
    t->printed = true;
    if (!t->terminal)
        return;
    fprintf(stderr, "\r\033[K%zu of %zu candidates", t->done, t->planned);
    if (!isnan(best))
        fprintf(stderr, ", best so far %.6g", best);
    fprintf(stderr, ", at most %.0f s left", left);
}

void ds_trials_end(ds_trials *t)
{
    if (t->terminal && t->printed)
        fputs("\r\033[K", stderr);
    t->printed = false;
}

void ds_trials_warn(const ds_trial_answer *answer, size_t refused)
{
    if (refused)
        fprintf(stderr, "warning: the scenario refuses %zu candidate%s, the first: %s\n", refused,
                refused == 1 ? "" : "s", answer->refusal);
    if (answer->failed)
        fprintf(stderr, "warning: %zu replica%s failed, the first: %s\n", answer->failed,
                answer->failed == 1 ? "" : "s", answer->cause);
}
