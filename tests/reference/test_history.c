/* History: from the opening of DIEM to September 2026 with observed prices of VVV, where do
 * observations lie in the fans? Which of them lie inside the band of nine of ten replicas is said
 * in models/diem/ODD.md, section 11, and held to here, with fewer and larger jobs and agents. */
#include "tests/economy.h"
#include "tests/unit/run.h"

#include "sim/io/observations.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { REPLICAS = 40, LOW = 1, HIGH = 38 }; /* 5 % and 95 % of 40, nearest ranks from 0 */

static const char *const fewer[] = {"demand.jobs_per_day=100", "consumers.scale=0.25", "seed=1"};

/* Where an observation lies. Those at the edge of the band are left open. */
typedef enum ds_place { BELOW, INSIDE, ABOVE, EDGE } ds_place;

/* What the document says of those that are not inside. Prices of VVV are an input. */
static const struct {
    const char *quantity;
    double date; /* d since 1970; 0: any */
    ds_place place;
} elsewhere[] = {
    {"vvv_locked", 20459, ABOVE}, /* 2026-01-06, rough */
    {"vvv_locked", 20578, EDGE},  /* 2026-05-05, rough */
    {"diem_price", 20344, EDGE},  /* 2025-09-13 */
    {"diem_price", 20407, EDGE},  /* 2025-11-15, rough */
    {"diem_supply", 20473, EDGE}, /* 2026-01-20, rough */
    {"diem_price", 20527, EDGE},  /* 2026-03-15, rough */
    {"diem_supply", 20527, EDGE}, /* the same day: at 93 % of replicas */
    {"diem_staked", 0, EDGE},
};

static const char *const made[] = {
    "diem_supply", "vvv_locked", "average_lock", "diem_price", "vvv_staked", "diem_staked", NULL};

typedef struct ds_fans {
    size_t times, metrics;
    double *rows[REPLICAS];
} ds_fans;

static ds_fans simulate(ds_scenario *s)
{
    ds_fans f = {.times = ds_frame_times(&s->frame), .metrics = ds_metric_count(s->model->metrics)};
    double outcomes[64];
    const void *config;
    ds_status st = {0};
    ds_replica replica;
    ck_assert(ds_scenario_config(s, 0, &config, &st));
    ck_assert_msg(ds_replica_open(&replica, s->model, config, &s->frame, &st), "%s", st.text);
    for (uint32_t r = 0; r < REPLICAS; r++) {
        f.rows[r] = malloc(f.times * f.metrics * sizeof *f.rows[r]);
        ck_assert_msg(ds_replica_run(&replica, r, f.rows[r], outcomes), "%s", replica.status.text);
    }
    ds_replica_close(&replica);
    return f;
}

static int rising(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static ds_place place_of(const ds_fans *f, const ds_observation *o, double start)
{
    double value[REPLICAS];
    const size_t day = (size_t)(o->date - start), metric = economy_metric(o->quantity);
    for (size_t r = 0; r < REPLICAS; r++)
        value[r] = f->rows[r][day * f->metrics + metric];
    qsort(value, REPLICAS, sizeof *value, rising);
    return o->value < value[LOW] ? BELOW : o->value <= value[HIGH] ? INSIDE : ABOVE;
}

static ds_place said(const ds_observation *o)
{
    for (size_t i = 0; i < sizeof elsewhere / sizeof elsewhere[0]; i++)
        if (strcmp(o->quantity, elsewhere[i].quantity) == 0 &&
            (elsewhere[i].date == 0 || elsewhere[i].date == o->date))
            return elsewhere[i].place;
    return INSIDE;
}

static bool is_made(const char *quantity)
{
    for (const char *const *m = made; *m; m++)
        if (strcmp(*m, quantity) == 0)
            return true;
    return false;
}

START_TEST(observations_lie_where_the_document_says)
{
    ds_scenario s;
    ds_status st = {0};
    ds_pool pool = {0};
    ds_observations seen;
    const ds_scenario_request q = {.path = DS_TEST_DATA "/../scenarios/venice-history.yaml",
                                   .models = ds_models,
                                   .sets = (const char **)(uintptr_t)fewer,
                                   .set_count = sizeof fewer / sizeof fewer[0],
                                   .presets = DS_TEST_DATA "/../scenarios"};
    ck_assert_msg(ds_scenario_load(&s, &q, &st), "%s", st.text);
    ck_assert_msg(ds_observations_read(
                      &pool, DS_TEST_DATA "/../scenarios/histories/observations.csv", &seen, &st),
                  "%s", st.text);
    const ds_fans f = simulate(&s);
    size_t held = 0;
    for (size_t i = 0; i < seen.count; i++) {
        const ds_observation *const o = &seen.item[i];
        if (!is_made(o->quantity) || o->date <= s.frame.start || said(o) == EDGE)
            continue;
        ck_assert_msg(place_of(&f, o, s.frame.start) == said(o), "%s on day %g", o->quantity,
                      o->date - s.frame.start);
        held++;
    }
    ck_assert_uint_ge(held, 14);
    for (size_t r = 0; r < REPLICAS; r++)
        free(f.rows[r]);
    ds_pool_free(&pool);
    ds_scenario_free(&s);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {{observations_lie_where_the_document_says, 0}, {0}};
    return ds_run_tests("history", tests, 300);
}
