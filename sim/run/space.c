#include "space.h"

#include "packing.h"
#include "sim/core/letters.h"
#include "sim/io/experiment.h"
#include "sim/io/layout.h"

#include <libgen.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* Of summaries, where series are packed as usual; means move where any of the replicas does. */
static const double packed_summary = 0.38, bytes_a_dataset = 3400;
/* State, events and number of a replica; each of its outcomes. */
static const double bytes_a_replica = 13, bytes_an_outcome = 8;
/* Of a shard: of each replica, and of a cell with the sums and counts of so many of them. */
static const double kept_of_replica = 40, kept_of_cell = 25, kept_of_value = 3.5, values_most = 100,
                    kept_of_shard = 4096;
/* Estimates are within half as much again on what ships. */
static const double certain = 3;

typedef struct extent {
    double cells, replicas, values; /* of all points */
} extent;

static extent extent_of(const ds_plan *plan, double replicas)
{
    const ds_experiment *const x = &plan->experiment;
    const double cells = (double)ds_experiment_columns(x) * (double)x->times * (double)x->points;
    return (extent){cells, replicas * (double)x->points, x->keep_paths ? cells * replicas : 0};
}

static double result_of(const ds_plan *plan, const extent *e, double packing)
{
    const ds_experiment *const x = &plan->experiment;
    const double outcomes = (double)ds_metric_count(x->outcomes);
    return ds_store_datasets(x) * bytes_a_dataset + e->values * sizeof(float) * packing +
           e->cells * (DS_QUANTILES + 2) * sizeof(double) * packed_summary *
               sqrt(fmin(1, packing / ds_packing_usual)) +
           e->replicas * (bytes_a_replica + outcomes * bytes_an_outcome);
}

static double shards_of(const ds_plan *plan, const extent *e, double packing, double replicas)
{
    const ds_experiment *const x = &plan->experiment;
    const double batch = fmin((double)x->batch_replicas, replicas);
    const double across = ceil(replicas / batch);
    const double cell = kept_of_cell + kept_of_value * fmin(batch, values_most);
    const double outcomes = (double)ds_metric_count(x->outcomes);
    return across * ceil((double)x->points / (double)x->batch_points) * kept_of_shard +
           e->replicas * (kept_of_replica + outcomes * bytes_an_outcome) +
           (x->keep_paths ? e->values * sizeof(float) * packing : e->cells * across * cell);
}

double ds_space_result(const ds_plan *plan, double packing)
{
    const extent e = extent_of(plan, (double)plan->experiment.replicas);
    return result_of(plan, &e, packing);
}

double ds_space_run(const ds_plan *plan, double packing, size_t shares)
{
    const ds_until *const until = plan->scenario->until;
    const double replicas = until ? (double)until->min_replicas : (double)plan->experiment.replicas;
    const extent e = extent_of(plan, replicas);
    const double shards = shards_of(plan, &e, packing, replicas);
    return shares ? 2 * shards / (double)shares : shards + result_of(plan, &e, packing);
}

/* Bytes that are free where an output will be; NAN: not known, as on disks that do not tell. */
static double free_in(const char *folder)
{
    struct statvfs disk;
    if (statvfs(folder, &disk) != 0 || disk.f_blocks == 0)
        return NAN;
    return (double)disk.f_bavail * (double)disk.f_frsize;
}

void ds_space_words(double bytes, char *text, size_t room)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    size_t i = 0;
    for (; bytes >= 999.5 && i + 1 < sizeof units / sizeof units[0]; i++)
        bytes /= 1000;
    snprintf(text, room, "%.*f %s", bytes < 9.95 && i > 0 ? 1 : 0, bytes, units[i]);
}

bool ds_space_check(double bytes, const char *output, char warning[DS_SPACE_ROOM], ds_status *st)
{
    char need[32], have[32], text[DS_SPACE_ROOM];
    char *const copy = strdup(output);
    *warning = '\0';
    if (!copy)
        return ds_fail(st, DS_E_SYSTEM, "no memory for a name");
    const char *const parent = dirname(copy);
    const char *const folder = access(parent, F_OK) == 0 ? parent : "."; /* still to be made */
    const double left = free_in(folder);
    ds_space_words(bytes, need, sizeof need);
    ds_space_words(left, have, sizeof have);
    snprintf(text, sizeof text,
             "what is written takes about %s, the disk of '%.100s' has %s free: take fewer "
             "replicas, a coarser 'observe', fewer 'output.metrics', or 'output.paths: false'",
             need, folder, have);
    free(copy);
    if (bytes > certain * left)
        return ds_fail(st, DS_E_IO, "%s", text);
    if (bytes > left) {
        ds_make_plain(text);
        strcpy(warning, text);
    }
    return true;
}
