/* One replica of the economy from scenario text, for tests that look inside. */
#ifndef DS_TESTS_ECONOMY_H
#define DS_TESTS_ECONOMY_H

#include "models/diem/economy.h"
#include "models/models.h"
#include "sim/core/replica.h"
#include "sim/io/scenario.h"

#include <check.h>
#include <stdlib.h>

typedef struct ds_economy_test {
    ds_scenario scenario;
    ds_replica replica;
    ds_world *w;
} ds_economy_test;

/* `files`: what the text names, count of them. */
static inline void economy_open_with(ds_economy_test *t, const char *text,
                                     const ds_scenario_file *files, size_t count)
{
    ds_status st = {0};
    const void *config;
    const ds_scenario_request q = {.path = "economy.yaml",
                                   .text = text,
                                   .files = files,
                                   .file_count = count,
                                   .models = ds_models};
    ck_assert_msg(ds_scenario_load(&t->scenario, &q, &st), "%s", st.text);
    ck_assert_msg(ds_scenario_config(&t->scenario, 0, &config, &st), "%s", st.text);
    ck_assert_msg(ds_replica_open(&t->replica, t->scenario.model, config, &t->scenario.frame, &st),
                  "%s", st.text);
    t->w = t->replica.world;
}

static inline void economy_open(ds_economy_test *t, const char *text)
{
    economy_open_with(t, text, NULL, 0);
}

/* A file for economy_open_with. */
#define ECONOMY_FILE(name, text)     \
    {                                \
        name, text, sizeof(text) - 1 \
    }

static inline void economy_begin(ds_economy_test *t, uint32_t index)
{
    ck_assert_msg(ds_replica_begin(&t->replica, index), "%s", t->replica.status.text);
}

static inline void economy_until(ds_economy_test *t, double time)
{
    ck_assert_msg(ds_replica_until(&t->replica, time), "%s", t->replica.status.text);
}

static inline void economy_close(ds_economy_test *t)
{
    ds_replica_close(&t->replica);
    ds_scenario_free(&t->scenario);
}

static inline size_t economy_metric(const char *name)
{
    const ds_metric *const m = ds_metric_find(ds_diem_model.metrics, name);
    ck_assert_msg(m != NULL, "no metric '%s'", name);
    return (size_t)(m - ds_diem_model.metrics);
}

/* All rows of a replica, for the caller to free, and its outcomes. */
static inline double *economy_rows_and(ds_economy_test *t, uint32_t index, double *outcomes)
{
    const size_t metrics = ds_metric_count(ds_diem_model.metrics);
    double *const rows = malloc(metrics * ds_frame_times(&t->scenario.frame) * sizeof *rows);
    ck_assert_msg(ds_replica_run(&t->replica, index, rows, outcomes), "%s", t->replica.status.text);
    return rows;
}

static inline double *economy_rows(ds_economy_test *t, uint32_t index)
{
    double outcomes[64];
    return economy_rows_and(t, index, outcomes);
}

static inline double economy_at(const double *rows, size_t time, const char *metric)
{
    return rows[time * ds_metric_count(ds_diem_model.metrics) + economy_metric(metric)];
}

#endif
