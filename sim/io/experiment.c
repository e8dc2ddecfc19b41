#include "experiment.h"

#include "digest.h"

#include <string.h>

size_t ds_store_batches(const ds_experiment *experiment)
{
    return experiment->points * ds_experiment_batches(experiment);
}

void ds_store_batch_range(const ds_experiment *experiment, size_t number, ds_batch *batch)
{
    const size_t each = ds_experiment_batches(experiment);
    batch->point = number / each;
    batch->first = number % each * DS_STORE_BATCH;
    const size_t left = experiment->replicas - batch->first;
    batch->count = left < DS_STORE_BATCH ? left : DS_STORE_BATCH;
}

enum { FORMAT = 1 }; /* of shards: a change keeps older ones from being joined */

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
    ds_digest *digest = ds_digest_new();
    if (!digest) {
        memset(identity, '?', 32);
        identity[32] = '\0';
        return;
    }
    add_number(digest, FORMAT);
    ds_digest_add_text(digest, experiment->title);
    ds_digest_add_text(digest, experiment->model);
    add_metrics(digest, experiment->metrics, experiment->recorded);
    add_metrics(digest, experiment->outcomes, NULL);
    add_number(digest, experiment->points);
    add_number(digest, experiment->replicas);
    add_number(digest, experiment->times);
    add_number(digest, experiment->keep_paths);
    ds_digest_add(digest, experiment->time, experiment->times * sizeof *experiment->time);
    const double start = isnan(experiment->start) ? -1e300 : experiment->start;
    ds_digest_add(digest, &start, sizeof start);
    for (size_t i = 0; i < experiment->points; i++)
        ds_digest_add_text(digest, experiment->labels[i]);
    add_provenance(digest, &experiment->provenance);
    ds_digest_hex(digest, identity);
    ds_digest_free(digest);
}
