#include "share.h"

#include "sim/run/ensemble_mpi.h"
#include "sim/run/folder.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { NAME_ROOM = 4096, SHARES_MOST = 100000 };

/* ---- which share ---- */

/* What --shard says: the batches index, index + count, ... of the plan. */
typedef struct ds_share {
    size_t index, count; /* count 0: the whole run */
} ds_share;

static bool share_number(const char *text, size_t *value)
{
    const size_t length = strlen(text);
    *value = length < 10 ? strtoull(text, NULL, 10) : SHARES_MOST + 1;
    return length > 0 && strspn(text, "0123456789") == length && *value <= SHARES_MOST;
}

/* What Slurm says of an array; `value` stays where it says nothing and need not. */
static bool slurm_number(const char *name, bool needed, size_t *value, ds_status *st)
{
    const char *const text = getenv(name);
    if (!text && needed)
        return ds_fail(st, DS_E_USAGE,
                       "'--shard slurm' needs %s, which Slurm sets in the tasks of an array job: "
                       "sbatch --array=0-7",
                       name);
    return !text || share_number(text, value) ||
           ds_fail(st, DS_E_USAGE, "%s is '%.60s', must be a whole number from 0 to %d", name, text,
                   SHARES_MOST);
}

/* Tasks are numbered as shares are only where all of them are in the array. */
static bool share_of_array(ds_share *share, ds_status *st)
{
    size_t count = 0, first = 0, last;
    if (!slurm_number("SLURM_ARRAY_TASK_COUNT", true, &count, st) ||
        !slurm_number("SLURM_ARRAY_TASK_MIN", false, &first, st))
        return false;
    last = first + count - 1;
    if (!slurm_number("SLURM_ARRAY_TASK_MAX", false, &last, st))
        return false;
    if (first > 1 || last - first + 1 != count)
        return ds_fail(st, DS_E_USAGE,
                       "'--shard slurm' needs an array that begins with 0 or 1 and has no gaps, "
                       "this one has %zu of the tasks %zu to %zu: --shard slurm/N says how many "
                       "shares there are in all",
                       count, first, last);
    share->count = count;
    return true;
}

/* I/N, slurm, or slurm/N. */
static bool read_pair(const char *text, ds_share *share, ds_status *st)
{
    char index[16] = "";
    const char *const slash = strchr(text, '/');
    const size_t length = slash ? (size_t)(slash - text) : strlen(text);
    if (length < sizeof index)
        memcpy(index, text, length);
    const bool slurm = strcmp(index, "slurm") == 0;
    if (slurm && !slurm_number("SLURM_ARRAY_TASK_ID", true, &share->index, st))
        return false;
    if (slurm && !slash)
        return share_of_array(share, st);
    if (slash && share_number(slash + 1, &share->count) && share->count > 0 &&
        (slurm || share_number(index, &share->index)))
        return true;
    return ds_fail(
        st, DS_E_USAGE,
        "'--shard' is '%.60s', must be I/N as 3/8 with N from 1 to %d, slurm, or slurm/N", text,
        SHARES_MOST);
}

/* Shares count from 0 or from 1: the last is also the first, N/N is 0/N. */
static bool read_share(const char *text, ds_share *share, ds_status *st)
{
    *share = (ds_share){0};
    if (!text)
        return true;
    if (!read_pair(text, share, st))
        return false;
    return share->index <= share->count ||
           ds_fail(st, DS_E_USAGE, "'--shard' is '%.60s': there is no share %zu of %zu", text,
                   share->index, share->count);
}

/* Every task must run the same experiment, and none can see the others' results. */
static bool check_share(const ds_share *share, const ds_scenario *scenario, ds_status *st)
{
    if (share->count == 0)
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

/* ---- where to ---- */

/* out/NAME.h5 of a scenario folder/NAME.yaml, below the current folder; of a part NAME.I-N.h5. */
static bool default_output(const char *scenario, const ds_share *share, char output[NAME_ROOM],
                           ds_status *st)
{
    char part[64] = "";
    const char *const slash = strrchr(scenario, '/');
    const char *const name = slash ? slash + 1 : scenario;
    const char *const dot = strrchr(name, '.');
    const int length = dot && dot > name ? (int)(dot - name) : (int)strlen(name);
    if (share->count)
        snprintf(part, sizeof part, ".%zu-%zu", share->index, share->count);
    if (snprintf(output, NAME_ROOM, "out/%.*s%s.h5", length, name, part) >= NAME_ROOM)
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

/* A seed that was left to chance is that of the run that goes on, if there is one. */
static bool settle_seed(const ds_args *args, const char *output, ds_scenario *scenario,
                        ds_status *st)
{
    uint64_t seed = scenario->frame.seed;
    if (scenario->seed_given)
        return true;
    (void)ds_folder_kept_seed(output, &seed);
    if (seed != scenario->frame.seed) {
        ds_args again = *args;
        again.has_seed = true;
        again.seed = seed;
        ds_scenario_free(scenario);
        if (!ds_args_scenario(&again, args->operand[0], scenario, st))
            return false;
    }
    fprintf(stderr, "seed %llu, drawn; --seed %llu repeats this run\n", (unsigned long long)seed,
            (unsigned long long)seed);
    return true;
}

static bool load_first(const ds_args *args, const ds_share *share, const char *output,
                       ds_scenario *scenario, ds_status *st)
{
    return ds_args_scenario(args, args->operand[0], scenario, st) &&
           check_share(share, scenario, st) && settle_seed(args, output, scenario, st);
}

static void tell(const ds_run_report *report, const ds_share *share, const char *output, bool quiet)
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
    if (report->failed)
        fprintf(stderr, "warning: %zu of %zu replicas failed, the first: %s\n", report->failed,
                report->replicas, report->first_cause);
    if (quiet)
        return;
    if (share->count && report->replicas == 0)
        fprintf(stderr, "nothing falls to share %zu of %zu: there are fewer batches than shares\n",
                share->index, share->count);
    fprintf(stderr, "%zu replicas", report->replicas);
    if (report->resumed)
        fprintf(stderr, " (%zu from before)", report->resumed);
    const double millions = (double)report->events / 1e6;
    if (report->events)
        fprintf(stderr, ", %.*f million events in %.*f s", millions < 10 ? 2 : 0, millions,
                report->seconds < 10 ? 2 : 1, report->seconds);
    fprintf(stderr, "\n%s written in %.1f s\n", output, report->join_seconds);
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

static bool run(const ds_args *args, const ds_share *share, const char *output, ds_status *st)
{
    ds_scenario scenario = {0};
    ds_shared_text texts = {0};
    ds_run_report report;
    const ds_run_request request = {.scenario = &scenario,
                                    .output = output,
                                    .threads = (unsigned)args->threads,
                                    .force = args->force,
                                    .quiet = args->quiet,
                                    .shard = share->index,
                                    .shards = share->count,
                                    .program = "diemsim",
                                    .version = DIEMSIM_VERSION,
                                    .build = ds_build()};
    bool ok = ds_mpi_rank() > 0 || load_first(args, share, output, &scenario, st);
    ok = ds_mpi_agree(ok, st) &&
         ds_mpi_agree(ds_share_scenario(args->operand[0], &scenario, &texts, st), st) &&
         ds_mpi_agree(args->output || make_default_folder(st), st) && ds_run(&request, &report, st);
    if (ok && ds_mpi_rank() == 0)
        tell(&report, share, output, args->quiet);
    if (ok && ds_mpi_rank() == 0 && scenario.splitting && share->count == 0)
        ok = warn_of_zero(&scenario, output, st);
    ds_scenario_free(&scenario);
    ds_shared_text_free(&texts);
    return ok;
}

static bool prepare(const ds_args *args, ds_share *share, char output[NAME_ROOM], ds_status *st)
{
    if (!read_share(args->shard, share, st))
        return false;
    if (args->output && strlen(args->output) >= NAME_ROOM)
        return ds_fail(st, DS_E_CREATE, "the output's name is too long for a file");
    if (args->output)
        strcpy(output, args->output);
    else if (!default_output(args->operand[0], share, output, st))
        return false;
    return check_output(output, args->operand[0], st);
}

bool ds_cmd_run(const ds_args *args, ds_status *st)
{
    char output[NAME_ROOM];
    ds_share share;
    /* Who watches may leave; the run goes on. */
    signal(SIGPIPE, SIG_IGN);
    return ds_mpi_agree(prepare(args, &share, output, st), st) && run(args, &share, output, st);
}
