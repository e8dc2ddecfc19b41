#include "launch.h"

#include "analysis/text.h"
#include "share.h"
#include "sim/run/ensemble_mpi.h"
#include "sim/run/folder.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- where to ---- */

/* Below the current folder. */
static bool default_output(const char *scenario, const char *ending, char output[DS_OUTPUT_ROOM],
                           ds_status *st)
{
    const char *const slash = strrchr(scenario, '/');
    const char *const name = slash ? slash + 1 : scenario;
    const char *const dot = strrchr(name, '.');
    const int length = dot && dot > name ? (int)(dot - name) : (int)strlen(name);
    if (snprintf(output, DS_OUTPUT_ROOM, "out/%.*s%s.h5", length, name, ending) >= DS_OUTPUT_ROOM)
        return ds_fail(st, DS_E_CREATE, "the scenario's name is too long for a file");
    return true;
}

bool ds_output_folder(ds_status *st)
{
    if (mkdir("out", 0777) != 0 && errno != EEXIST)
        return ds_fail(st, DS_E_CREATE, "cannot create the folder 'out': %s", strerror(errno));
    return true;
}

bool ds_output_spares(const char *output, const char *input, const char *what, ds_status *st)
{
    struct stat to, from;
    return stat(output, &to) != 0 || stat(input, &from) != 0 || to.st_dev != from.st_dev ||
           to.st_ino != from.st_ino || !S_ISREG(to.st_mode) ||
           ds_fail(st, DS_E_CREATE, "'%s' is %s, must be another file", output, what);
}

bool ds_output_spares_files(const char *output, const ds_scenario *scenario, ds_status *st)
{
    const ds_stress *const stress = scenario->stress;
    for (size_t i = 0; i < scenario->file_count; i++) {
        const char *const path = ds_scenario_path(scenario, i);
        if (path && !ds_output_spares(output, path, "read by the scenario", st))
            return false;
    }
    for (size_t i = 0; stress && i < stress->files; i++)
        if (!ds_output_spares(output, stress->file[i], "of the suite of the stress test", st))
            return false;
    return true;
}

static bool check_output(const char *output, const char *scenario, ds_status *st)
{
    if (strcmp(output, "-") == 0)
        return ds_fail(st, DS_E_USAGE,
                       "'-o' is '-', must be a file: a result is not written to a stream");
    return ds_output_spares(output, scenario, "the scenario itself", st);
}

bool ds_output_name(const ds_args *args, const char *ending, char output[DS_OUTPUT_ROOM],
                    ds_status *st)
{
    if (args->output && strlen(args->output) >= DS_OUTPUT_ROOM)
        return ds_fail(st, DS_E_CREATE, "the output's name is too long for a file");
    if (args->output)
        strcpy(output, args->output);
    else if (!default_output(args->operand[0], ending, output, st))
        return false;
    return check_output(output, args->operand[0], st);
}

bool ds_output_search(const ds_args *args, const char *ending, char path[DS_OUTPUT_ROOM],
                      ds_status *st)
{
    if (!ds_output_name(args, ending, path, st))
        return false;
    char *const slash = strrchr(path, '/'), *const name = slash ? slash + 1 : path;
    char *const dot = strrchr(name, '.');
    if (dot && dot > name && strcmp(dot, ".s") != 0)
        *dot = '\0';
    if (strlen(path) + sizeof ".s" > DS_OUTPUT_ROOM)
        return ds_fail(st, DS_E_CREATE, "the output's name is too long for a file");
    strcat(path, ".s");
    return true;
}

/* ---- the scenario ---- */

/* Every task must run the same experiment, and none can see the others' results. */
static bool check_shares(size_t shards, const ds_scenario *scenario, ds_status *st)
{
    if (shards == 0)
        return true;
    if (!scenario->seed_given)
        return ds_fail(st, DS_E_USAGE,
                       "'--shard' needs a seed that all tasks share: 'seed' in the scenario, or "
                       "--seed");
    return !scenario->until ||
           ds_fail(st, DS_E_USAGE,
                   "'until' looks at the replicas of all tasks, so it cannot be used with "
                   "'--shard': run under MPI, or on one machine");
}

/* A seed that was left to chance is that of the run that goes on, if there is one. */
static bool settle_seed(const ds_launch *l, ds_scenario *scenario, ds_status *st)
{
    uint64_t seed = scenario->frame.seed;
    if (scenario->seed_given)
        return true;
    if (!ds_folder_kept_seed(l->output, &seed, st))
        return false;
    if (seed != scenario->frame.seed) {
        ds_args again = *l->args;
        again.has_seed = true;
        again.seed = seed;
        ds_scenario_free(scenario);
        if (!ds_args_stressed(&again, again.operand[0], l->stress, scenario, st))
            return false;
    }
    fprintf(stderr, "seed %llu, drawn; --seed %llu repeats this run\n", (unsigned long long)seed,
            (unsigned long long)seed);
    return true;
}

bool ds_launch_load(const ds_launch *l, ds_scenario *scenario, ds_status *st)
{
    return ds_args_stressed(l->args, l->args->operand[0], l->stress, scenario, st) &&
           ds_output_spares_files(l->output, scenario, st) &&
           check_shares(l->shards, scenario, st) &&
           (!l->check || l->check(l->args, scenario, st)) && settle_seed(l, scenario, st);
}

/* ---- the run ---- */

void ds_output_warn(const ds_run_report *report)
{
    if (report->failed)
        fprintf(stderr, "warning: %zu of %zu replicas failed, the first: %s\n", report->failed,
                report->replicas, report->first_cause);
}

void ds_output_tell(const char *output, const ds_run_report *report)
{
    ds_text_put(stderr, output, DS_MARKUP_PLAIN);
    fprintf(stderr, " written in %.1f s\n", report->join_seconds);
}

static void tell_events(const ds_run_report *report)
{
    const double millions = (double)report->events / 1e6;
    if (millions < 0.1)
        fprintf(stderr, ", %llu events", (unsigned long long)report->events);
    else
        fprintf(stderr, ", %.*f million events", millions < 10 ? 2 : 0, millions);
    fprintf(stderr, " in %.*f s", report->seconds < 10 ? 2 : 1, report->seconds);
}

static void tell(const ds_run_report *report, const ds_launch *l)
{
    if (report->valueless)
        fprintf(stderr,
                "warning: the metric of 'until' has no value in any replica of some point\n");
    else if (!report->reached)
        fprintf(stderr, "warning: 'until' asks for a narrower interval than 'max_replicas' give\n");
    if (report->doubtful)
        fprintf(stderr,
                "warning: the values of 'until' are so skewed that its interval may hold the "
                "true mean less often than it says\n");
    if (report->unvaried)
        fprintf(stderr, "warning: the metric of 'until' has the same value in all replicas of some "
                        "point, which does not show that it always has: more 'replicas' may\n");
    ds_output_warn(report);
    if (l->args->quiet)
        return;
    if (l->shards && report->replicas == 0)
        fprintf(stderr, "nothing falls to share %zu of %zu: there are fewer batches than shares\n",
                l->shard, l->shards);
    fprintf(stderr, "%zu replica%s", report->replicas, report->replicas == 1 ? "" : "s");
    if (report->resumed)
        fprintf(stderr, " (%zu from before)", report->resumed);
    if (report->events)
        tell_events(report);
    fputs("\n", stderr);
    ds_output_tell(l->output, report);
}

/* Splitting that never arrived estimates 0, with a spread of 0. */
static bool warn_of_zero(const ds_scenario *scenario, const char *output, ds_status *st)
{
    ds_result *result;
    double *const values = calloc(scenario->frame.replicas, sizeof *values);
    if (!values)
        return ds_fail(st, DS_E_SYSTEM, "no memory for the estimates of splitting");
    bool ok = ds_result_open(&result, output, st), zero = false;
    for (size_t p = 0; ok && p < scenario->points; p++) {
        double sum = 0;
        ok = ds_result_outcome(result, ds_splitting_outcomes[0].name, p, values, st);
        for (size_t r = 0; ok && r < scenario->frame.replicas; r++)
            sum += isnan(values[r]) ? 0 : values[r];
        zero = zero || sum == 0;
    }
    ds_result_close(result);
    free(values);
    if (zero)
        fprintf(stderr, "warning: at some point no trial reached the target; that estimate, 0 ± 0, "
                        "bounds nothing: give it more 'effort', or a longer 'horizon'\n");
    return ok;
}

bool ds_launch_run(const ds_launch *l, ds_status *st)
{
    const ds_args *const args = l->args;
    ds_scenario scenario = {0};
    ds_shared_text texts = {0};
    ds_run_report report;
    const ds_run_request request = {.scenario = &scenario,
                                    .output = l->output,
                                    .threads = (unsigned)args->threads,
                                    .force = args->force,
                                    .quiet = args->quiet,
                                    .shard = l->shard,
                                    .shards = l->shards,
                                    .program = "diemsim",
                                    .version = DIEMSIM_VERSION,
                                    .build = ds_build()};
    bool ok = ds_mpi_rank() > 0 || ds_launch_load(l, &scenario, st);
    ok = ds_mpi_agree(ok, st) &&
         ds_mpi_agree(ds_share_scenario(args->operand[0], &scenario, &texts, st), st) &&
         ds_mpi_agree(args->output || ds_output_folder(st), st) && ds_run(&request, &report, st);
    if (ok && ds_mpi_rank() == 0)
        tell(&report, l);
    if (ok && ds_mpi_rank() == 0 && scenario.splitting && l->shards == 0)
        ok = warn_of_zero(&scenario, l->output, st);
    ds_scenario_free(&scenario);
    ds_shared_text_free(&texts);
    return ok;
}
