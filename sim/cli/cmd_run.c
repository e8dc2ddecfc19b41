#include "launch.h"

#include "sim/run/ensemble_mpi.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { SHARES_MOST = 100000 };

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

bool ds_cmd_run(const ds_args *args, ds_status *st)
{
    char output[DS_OUTPUT_ROOM], part[64] = "";
    ds_share share;
    /* Who watches may leave; the run goes on. */
    signal(SIGPIPE, SIG_IGN);
    bool ok = read_share(args->shard, &share, st);
    if (ok && share.count)
        snprintf(part, sizeof part, ".%zu-%zu", share.index, share.count);
    ok = ok && ds_output_name(args, part, output, st);
    const ds_launch launch = {
        .args = args, .output = output, .shard = share.index, .shards = share.count};
    return ds_mpi_agree(ok, st) && ds_launch_run(&launch, st);
}
