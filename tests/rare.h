/* Repetitions of a splitting estimate from scenario text, and how far their mean is off. */
#ifndef DS_TESTS_RARE_H
#define DS_TESTS_RARE_H

#include "tests/economy.h"
#include "tests/reference/estimate.h"

typedef struct ds_rare {
    ds_scenario scenario;
    ds_replica replica;
    const void *config;
} ds_rare;

static inline void rare_open(ds_rare *r, const char *text)
{
    ds_status st = {0};
    const ds_scenario_request q = {.path = "rare.yaml", .text = text, .models = ds_models};
    ck_assert_msg(ds_scenario_load(&r->scenario, &q, &st), "%s", st.text);
    ck_assert(r->scenario.splitting != NULL);
    ck_assert_msg(ds_scenario_config(&r->scenario, 0, &r->config, &st), "%s", st.text);
    ck_assert_msg(
        ds_replica_open(&r->replica, r->scenario.model, r->config, &r->scenario.frame, &st), "%s",
        st.text);
}

static inline void rare_close(ds_rare *r)
{
    ds_replica_close(&r->replica);
    ds_scenario_free(&r->scenario);
}

static inline double rare_outcome(const double *outcomes, const char *name)
{
    const ds_metric *const m = ds_metric_find(ds_splitting_outcomes, name);
    ck_assert_msg(m != NULL, "no outcome '%s'", name);
    return outcomes[m - ds_splitting_outcomes];
}

static inline double rare_once(ds_rare *r, uint32_t repetition)
{
    double outcomes[16];
    uint64_t events;
    ck_assert_msg(
        ds_splitting_run(&r->replica, r->scenario.splitting, repetition, outcomes, &events), "%s",
        r->replica.status.text);
    return rare_outcome(outcomes, "probability");
}

/* Of as many repetitions as the scenario has; debug builds take fewer. */
static inline estimate rare_estimate(const char *text)
{
    ds_rare r;
    rare_open(&r, text);
    const uint32_t all = r.scenario.frame.replicas / estimate_thrift;
    const uint32_t count = all < 12 ? 12 : all;
    double *const p = calloc(count, sizeof *p);
    for (uint32_t i = 0; i < count; i++)
        p[i] = rare_once(&r, i);
    const estimate e = {sample_mean(p, count), sqrt(sample_variance(p, count) / count)};
    free(p);
    rare_close(&r);
    return e;
}

static inline void rare_is(const char *text, double value, double most)
{
    const estimate e = rare_estimate(text);
    ck_assert_msg(fabs(e.value - value) <= most * e.error,
                  "%.5g with error %.2g, must be %.5g: %.1f errors off\n%s", e.value, e.error,
                  value, (e.value - value) / e.error, text);
    ck_assert_msg(e.error < 0.2 * value * sqrt(estimate_thrift), "error %.2g of %.5g", e.error,
                  value);
}

/* From 1, to reach `target` before 0, where arrivals over services are rho (gambler's ruin; Feller
 * 1968, XIV.2). */
static inline double rare_overflow(double rho, double target)
{
    return (1 / rho - 1) / (pow(rho, -target) - 1);
}

#endif
