/* The known disaster: redemption at market value must collapse, as Terra did in May 2022 (Liu,
 * Makarov & Schoar 2023), and the deployed rules must not, under the same shock. */
#include "tests/economy.h"
#include "tests/unit/run.h"

#include "estimate.h"

#include <math.h>
#include <stdlib.h>

enum { REPLICAS = estimate_thrift > 1 ? 5 : 25, SEEDS = 2 };

typedef struct ds_ends {
    int spirals;                          /* replicas */
    double least_drawdown, most_drawdown; /* of VVV's price */
    double least_supply, most_supply;     /* of VVV at the end, over the start's */
    double least_stake;                   /* at any observation, over the start's */
} ds_ends;

static size_t outcome(const char *name)
{
    const ds_metric *const m = ds_metric_find(ds_diem_model.outcomes, name);
    ck_assert_msg(m != NULL, "no outcome '%s'", name);
    return (size_t)(m - ds_diem_model.outcomes);
}

static void add(ds_ends *e, const double *rows, size_t times, const double *outcomes)
{
    const size_t metrics = ds_metric_count(ds_diem_model.metrics);
    const size_t supply = economy_metric("vvv_supply"), stake = economy_metric("vvv_staked");
    const double grown = rows[(times - 1) * metrics + supply] / rows[supply];
    const double drawdown = outcomes[outcome("vvv_drawdown")];
    e->spirals += outcomes[outcome("death_spiral")] > 0;
    e->least_drawdown = fmin(e->least_drawdown, drawdown);
    e->most_drawdown = fmax(e->most_drawdown, drawdown);
    e->least_supply = fmin(e->least_supply, grown);
    e->most_supply = fmax(e->most_supply, grown);
    for (size_t k = 0; k < times; k++)
        e->least_stake = fmin(e->least_stake, rows[k * metrics + stake] / rows[stake]);
}

static ds_ends run(ds_scenario *s, size_t point)
{
    const size_t times = ds_frame_times(&s->frame);
    double *const rows = malloc(ds_metric_count(ds_diem_model.metrics) * times * sizeof *rows);
    double outcomes[64];
    const void *config;
    ds_status st = {0};
    ds_replica replica;
    ds_ends ends = {.least_drawdown = 1, .least_supply = INFINITY, .least_stake = 1};
    ck_assert(ds_scenario_config(s, point, &config, &st));
    ck_assert_msg(ds_replica_open(&replica, s->model, config, &s->frame, &st), "%s", st.text);
    for (uint32_t r = 0; r < REPLICAS; r++) {
        ck_assert_msg(ds_replica_run(&replica, r, rows, outcomes), "%s", replica.status.text);
        add(&ends, rows, times, outcomes);
    }
    ds_replica_close(&replica);
    free(rows);
    return ends;
}

START_TEST(redemption_at_market_value_collapses_and_the_deployed_form_does_not)
{
    ds_scenario s;
    ds_status st = {0};
    const ds_scenario_request q = {.path = DS_TEST_DATA "/../scenarios/control/redeemable.yaml",
                                   .models = ds_models,
                                   .presets = DS_TEST_DATA "/../scenarios"};
    ck_assert_msg(ds_scenario_load(&s, &q, &st), "%s", st.text);
    ck_assert_uint_eq(s.points, 2);
    ck_assert_str_eq(ds_scenario_label(&s, 0), "redeemable");
    s.frame.seed += (uint64_t)_i; /* the seed it ships with, and others */
    const ds_ends deployed = run(&s, 1);
    s.frame.horizon = 20; /* days: both Terra and Iron were gone in a week */
    const ds_ends redeemable = run(&s, 0);
    ck_assert_msg(redeemable.spirals == REPLICAS, "only %d spiral", redeemable.spirals);
    ck_assert_msg(redeemable.least_drawdown > 0.99, "%g", redeemable.least_drawdown);
    ck_assert_msg(redeemable.least_supply > 10, "%g", redeemable.least_supply);
    ck_assert_msg(deployed.spirals == 0, "%d of the deployed spiral", deployed.spirals);
    ck_assert_msg(deployed.most_drawdown < 0.99, "%g", deployed.most_drawdown);
    ck_assert_msg(deployed.most_supply < 1.05, "%g", deployed.most_supply);
    ck_assert_msg(deployed.least_stake > 0.75, "%g", deployed.least_stake);
    ds_scenario_free(&s);
}
END_TEST

int main(void)
{
    const ds_test tests[] = {
        {redemption_at_market_value_collapses_and_the_deployed_form_does_not, SEEDS}, {0}};
    return ds_run_tests("disaster", tests, 300);
}
