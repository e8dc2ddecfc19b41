/* Results made of functions: what every replica of every point recorded. */
#ifndef DS_TEST_MADE_H
#define DS_TEST_MADE_H

#include "sim/io/store.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct made {
    ds_experiment x; /* points, replicas, metrics, outcomes, time and what else differs */
    double (*series)(size_t point, size_t replica, double time, size_t metric);
    double (*outcome)(size_t point, size_t replica, size_t outcome);
    bool (*fails)(size_t point, size_t replica); /* NULL: none */
    char folder[64], path[80];
} made;

static inline void made_ok(bool done, const ds_status *st)
{
    ck_assert_msg(done, "%s", st->text);
}

static inline void made_fill(const made *m, ds_batch *b, double *rows)
{
    ds_status st = {0};
    const size_t metrics = ds_metric_count(m->x.metrics), outcomes = ds_metric_count(m->x.outcomes);
    for (size_t i = 0; i < b->points * b->count; i++) {
        const size_t point = b->point + i / b->count, replica = b->first + i % b->count;
        for (size_t k = 0; k < m->x.times; k++)
            for (size_t j = 0; j < metrics; j++)
                rows[k * metrics + j] = m->series(point, replica, m->x.time[k], j);
        for (size_t o = 0; o < outcomes; o++)
            b->outcomes[i * outcomes + o] = m->outcome(point, replica, o);
        b->state[i] = DS_REPLICA_DONE;
        if (m->fails && m->fails(point, replica)) {
            b->state[i] = DS_REPLICA_FAILED;
            b->code[i] = DS_E_POLICY;
            b->cause[i] = strdup("it was to fail");
        }
        made_ok(ds_batch_put(b, &m->x, i, rows, &st), &st);
    }
}

static inline ds_result *made_result(made *m)
{
    ds_status st = {0};
    ds_batch batch;
    ds_joined joined;
    ds_result *result;
    strcpy(m->folder, "/tmp/diemsim_made_XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(m->folder));
    snprintf(m->path, sizeof m->path, "%s/made.h5", m->folder);
    double *const rows = calloc(m->x.times * ds_metric_count(m->x.metrics) + 1, sizeof *rows);
    ck_assert_ptr_nonnull(rows);
    made_ok(ds_batch_open(&batch, &m->x, &st), &st);
    for (size_t n = 0; n < ds_store_batches(&m->x); n++) {
        ds_batch_blank(&batch, &m->x, n);
        made_fill(m, &batch, rows);
        made_ok(ds_shard_write(m->folder, &m->x, &batch, &st), &st);
    }
    ds_batch_close(&batch, &m->x);
    free(rows);
    made_ok(ds_store_join(m->folder, &m->x, NULL, m->path, &joined, &st), &st);
    made_ok(ds_result_open(&result, m->path, &st), &st);
    return result;
}

static inline void made_end(made *m, ds_result *result)
{
    char command[128];
    ds_result_close(result);
    snprintf(command, sizeof command, "rm -rf '%s'", m->folder);
    ck_assert_int_eq(system(command), 0);
}

#endif
