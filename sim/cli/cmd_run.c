#include "cli.h"

#include "sim/run/ensemble_mpi.h"
#include "sim/run/folder.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { NAME_ROOM = 4096 };

/* out/NAME.h5 of a scenario folder/NAME.yaml, below the current folder. */
static bool default_output(const char *scenario, char output[NAME_ROOM], ds_status *st)
{
    const char *const slash = strrchr(scenario, '/');
    const char *const name = slash ? slash + 1 : scenario;
    const char *const dot = strrchr(name, '.');
    const int length = dot && dot > name ? (int)(dot - name) : (int)strlen(name);
    if (snprintf(output, NAME_ROOM, "out/%.*s.h5", length, name) >= NAME_ROOM)
        return ds_fail(st, DS_E_CREATE, "the scenario's name is too long for a file");
    return true;
}

static bool make_default_folder(ds_status *st)
{
    if (mkdir("out", 0777) != 0 && errno != EEXIST)
        return ds_fail(st, DS_E_CREATE, "cannot create the folder 'out': %s", strerror(errno));
    return true;
}

/* No --force makes a result replace the scenario that it comes from. */
static bool check_output(const char *output, const char *scenario, ds_status *st)
{
    struct stat to, from;
    if (strcmp(output, "-") == 0)
        return ds_fail(st, DS_E_USAGE,
                       "'-o' is '-', must be a file: a result is not written to a stream");
    if (stat(output, &to) == 0 && stat(scenario, &from) == 0 && to.st_dev == from.st_dev &&
        to.st_ino == from.st_ino && S_ISREG(to.st_mode))
        return ds_fail(st, DS_E_CREATE, "'%s' is the scenario itself, must be another file",
                       output);
    return true;
}

/* A seed that was left to chance is that of the run that goes on, if there is one; all processes of
 * a job have the same. */
static bool settle_seed(const ds_args *args, const char *output, ds_scenario *scenario,
                        ds_status *st)
{
    uint64_t seed = scenario->frame.seed;
    if (scenario->seed_given)
        return true;
    (void)ds_folder_kept_seed(output, &seed);
    ds_mpi_share(&seed, sizeof seed);
    if (seed != scenario->frame.seed) {
        ds_args again = *args;
        again.has_seed = true;
        again.seed = seed;
        ds_scenario_free(scenario);
        if (!ds_args_scenario(&again, args->operand[0], scenario, st))
            return false;
    }
    if (ds_mpi_rank() == 0)
        fprintf(stderr, "seed %llu, drawn; --seed %llu repeats this run\n",
                (unsigned long long)seed, (unsigned long long)seed);
    return true;
}

static bool load(const ds_args *args, const char *output, ds_scenario *scenario, ds_status *st)
{
    const bool ok = ds_args_scenario(args, args->operand[0], scenario, st);
    return ds_mpi_agree(ok, st) && settle_seed(args, output, scenario, st);
}

static void tell(const ds_run_report *report, const char *output, bool quiet)
{
    if (report->failed)
        fprintf(stderr, "warning: %zu of %zu replicas failed, the first: %s\n", report->failed,
                report->replicas, report->first_cause);
    if (quiet)
        return;
    fprintf(stderr, "%zu replicas", report->replicas);
    if (report->resumed)
        fprintf(stderr, " (%zu from before)", report->resumed);
    const double millions = (double)report->events / 1e6;
    if (report->events)
        fprintf(stderr, ", %.*f million events in %.1f s", millions < 10 ? 2 : 0, millions,
                report->seconds);
    fprintf(stderr, "\n%s written in %.1f s\n", output, report->join_seconds);
}

bool ds_cmd_run(const ds_args *args, ds_status *st)
{
    char output[NAME_ROOM];
    ds_scenario scenario = {0};
    ds_run_report report;
    /* Who watches may leave; the run goes on. */
    signal(SIGPIPE, SIG_IGN);
    if (args->output && strlen(args->output) >= NAME_ROOM)
        return ds_fail(st, DS_E_CREATE, "the output's name is too long for a file");
    if (args->output)
        strcpy(output, args->output);
    else if (!default_output(args->operand[0], output, st))
        return false;
    if (!check_output(output, args->operand[0], st))
        return false;
    const ds_run_request request = {.scenario = &scenario,
                                    .output = output,
                                    .threads = (unsigned)args->threads,
                                    .force = args->force,
                                    .quiet = args->quiet,
                                    .program = "diemsim",
                                    .version = DIEMSIM_VERSION,
                                    .build = ds_build()};
    const bool ok = load(args, output, &scenario, st) &&
                    (args->output || make_default_folder(st)) && ds_run(&request, &report, st);
    if (ok && ds_mpi_rank() == 0)
        tell(&report, output, args->quiet);
    ds_scenario_free(&scenario);
    return ok;
}
