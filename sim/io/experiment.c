#include "experiment.h"

#include "digest.h"

#include <string.h>

size_t ds_experiment_columns(const ds_experiment *experiment)
{
    size_t columns = 0;
    for (size_t m = 0; m < ds_metric_count(experiment->metrics); m++)
        columns += ds_experiment_records(experiment, m);
    return columns;
}

size_t ds_store_batches(const ds_experiment *experiment)
{
    const size_t each = ds_experiment_batch_points(experiment);
    return (experiment->points + each - 1) / each * ds_experiment_across(experiment);
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

void ds_store_batch_range(const ds_experiment *experiment, size_t number, ds_batch *batch)
{
    const size_t across = ds_experiment_across(experiment);
    const size_t points = ds_experiment_batch_points(experiment);
    const size_t replicas = ds_experiment_batch_replicas(experiment);
    batch->number = number;
    batch->point = number / across * points;
    batch->points = smaller(points, experiment->points - batch->point);
    batch->first = number % across * replicas;
    batch->count = smaller(replicas, experiment->replicas - batch->first);
}

/* Of series in double precision: so much is worth compressing on its own, and read at a time. */
enum { CHUNK_BYTES = 64 << 10, CHUNK_VALUES = 5 };

/* The largest power of two that divides a number, up to a limit. */
static size_t power_in(size_t number, size_t limit)
{
    size_t power = 1;
    while (number % (2 * power) == 0 && 2 * power <= limit)
        power *= 2;
    return power;
}

size_t ds_experiment_chunk_replicas(const ds_experiment *experiment)
{
    const size_t bytes = DS_STORE_ROWS * experiment->times * sizeof(double);
    const size_t rows = ds_experiment_batch_replicas(experiment) / DS_STORE_ROWS;
    return smaller(DS_STORE_ROWS * power_in(rows, CHUNK_BYTES / bytes), experiment->replicas);
}

/* Several only where a batch has all replicas of its points. Summaries have as many points in a
 * chunk, with some values of each. */
size_t ds_experiment_chunk_points(const ds_experiment *experiment)
{
    const size_t rows = ds_experiment_chunk_replicas(experiment);
    const size_t bytes =
        (rows > CHUNK_VALUES ? rows : CHUNK_VALUES) * experiment->times * sizeof(double);
    if (ds_experiment_across(experiment) > 1)
        return 1;
    return smaller(power_in(ds_experiment_batch_points(experiment), CHUNK_BYTES / bytes),
                   experiment->points);
}

static size_t whole(size_t count, size_t chunk)
{
    return (count + chunk - 1) / chunk * chunk;
}

size_t ds_store_rows(const ds_experiment *experiment, size_t count)
{
    return whole(count, ds_experiment_chunk_replicas(experiment));
}

size_t ds_experiment_room(const ds_experiment *experiment, size_t points)
{
    return whole(points, ds_experiment_chunk_points(experiment));
}

enum { FORMAT = 4 }; /* of shards: a change keeps older ones from being joined */

static void add_number(ds_digest *digest, uint64_t number)
{
    ds_digest_add(digest, &number, sizeof number);
}

static void add_metrics(ds_digest *digest, const ds_metric *metrics, const bool *recorded)
{
    const size_t count = ds_metric_count(metrics);
    add_number(digest, count);
    for (size_t m = 0; m < count; m++) {
        ds_digest_add_text(digest, metrics[m].name);
        ds_digest_add_text(digest, metrics[m].unit);
        ds_digest_add_text(digest, metrics[m].doc);
        add_number(digest, (uint64_t)metrics[m].kind);
        add_number(digest, metrics[m].wide);
        add_number(digest, !recorded || recorded[m]);
    }
}

static void add_provenance(ds_digest *digest, const ds_provenance *provenance)
{
    ds_digest_add_text(digest, provenance->scenario);
    ds_digest_add_text(digest, provenance->resolved);
    ds_digest_add_text(digest, provenance->program);
    ds_digest_add_text(digest, provenance->version);
    ds_digest_add_text(digest, provenance->build);
    add_number(digest, provenance->seed);
    add_number(digest, provenance->file_count);
    for (size_t i = 0; i < provenance->file_count; i++) {
        ds_digest_add_text(digest, provenance->file_names[i]);
        ds_digest_add_text(digest, provenance->file_texts[i]);
    }
}

void ds_store_identity(const ds_experiment *experiment, char identity[33])
{
    if (experiment->identity) {
        memcpy(identity, experiment->identity, 33);
        return;
    }
    ds_digest_room room;
    ds_digest *const digest = ds_digest_in(&room);
    add_number(digest, FORMAT);
    ds_digest_add_text(digest, experiment->title);
    ds_digest_add_text(digest, experiment->model);
    add_metrics(digest, experiment->metrics, experiment->recorded);
    add_metrics(digest, experiment->outcomes, NULL);
    add_number(digest, experiment->points);
    add_number(digest, experiment->replicas);
    add_number(digest, experiment->times);
    add_number(digest, ds_experiment_batch_points(experiment));
    add_number(digest, ds_experiment_batch_replicas(experiment));
    add_number(digest, experiment->keep_paths);
    add_number(digest, experiment->watches);
    ds_digest_add(digest, experiment->time, experiment->times * sizeof *experiment->time);
    const double start = isnan(experiment->start) ? -1e300 : experiment->start;
    ds_digest_add(digest, &start, sizeof start);
    for (size_t i = 0; i < experiment->points; i++)
        ds_digest_add_text(digest, experiment->labels[i]);
    add_provenance(digest, &experiment->provenance);
    ds_digest_hex(digest, identity);
}
