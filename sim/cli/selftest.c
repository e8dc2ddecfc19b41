#include "selftest.h"

#include "models/models.h"
#include "sim/core/libm.h"
#include "sim/core/real.h"
#include "sim/run/crew.h"

const char ds_selftest_digest[] = "e17696d76fc4607a5f3ea490bfa3ce2f";

static const char *const scenarios[] = {
    "model: diem\n"
    "start: 2026-09-19\n"
    "horizon: 60 d\n"
    "replicas: 4\n"
    "seed: 1\n"
    "holders: {scale: 0.05}\n"
    "consumers: {scale: 0.1}\n"
    "policies:\n"
    "  mint: {use: formula, rate: 'base * exp(power * (supply / target)^3.1)', base: 90, power: 2,"
    " target: 40000}\n"
    "  pricing: {use: formula, price: '1 + 0.1 * log(1 + utilization)'}\n"
    "output: {metrics: [vvv_price, diem_price, diem_supply, diem_staked, mint_rate, utilization,"
    " fees_usd, treasury, minter_return, gini_staked]}\n",
    "model: queue\n"
    "horizon: 2000\n"
    "observe: 100\n"
    "replicas: 4\n"
    "seed: 1\n"
    "arrivals: {process: hawkes, mu: 0.4, alpha: 0.5, beta: 1}\n"
    "service: {distribution: mixture, p: [0.3, 0.7], means: [0.3, 0.7], scv: [2, 0.2]}\n"
    "servers: 2\n"
    "patience: {distribution: lognormal, mean: 10, scv: 4}\n"
    "failures: {mttf: 50, mttr: 1}\n",
};
enum { SCENARIOS = sizeof scenarios / sizeof *scenarios };

typedef struct witness {
    ds_plan plan;
    ds_digest *digest;
} witness;

/* One batch of one point. */
static bool add(void *self, const ds_batch *batch, ds_status *st)
{
    const witness *const w = self;
    const ds_experiment *const x = &w->plan.experiment;
    const size_t values = batch->count * x->times;
    (void)st;
    for (size_t m = 0; m < ds_metric_count(x->metrics); m++)
        if (batch->paths[m])
            ds_digest_add(w->digest, batch->paths[m],
                          values * (x->metrics[m].wide ? sizeof(double) : sizeof(float)));
    ds_digest_add(w->digest, batch->events, batch->count * sizeof *batch->events);
    return true;
}

static bool simulate(witness *w, ds_status *st)
{
    const uint8_t all = DS_TODO_ALL;
    ds_progress progress;
    const ds_crew crew = {.plan = &w->plan,
                          .threads = 1,
                          .todo = &all,
                          .put = add,
                          .owner = w,
                          .progress = &progress};
    if (w->plan.batches != 1)
        return ds_fail(st, DS_E_BUG, "the selftest has more than one batch");
    ds_progress_begin(&progress, 0, w->plan.experiment.replicas, w->plan.all_events, true);
    const bool ok = ds_crew_run(&crew, st);
    ds_progress_end(&progress);
    return ok;
}

static bool witness_one(const char *text, ds_digest *digest, ds_status *st)
{
    const ds_scenario_request request = {
        .path = "selftest.yaml", .text = text, .models = ds_models};
    const ds_maker nobody = {"", "", ""};
    ds_scenario scenario;
    witness w = {.digest = digest};
    const bool ok = ds_scenario_load(&scenario, &request, st) &&
                    ds_plan_make(&w.plan, &scenario, &nobody, st) && simulate(&w, st);
    ds_plan_free(&w.plan);
    ds_scenario_free(&scenario);
    return ok;
}

/* Directly, as in a few thousand of them no simulation need show a last bit. */
static void add_functions(ds_digest *digest)
{
    for (int i = 1; i <= 2000; i++) {
        const double x = i / 128.0;
        const double values[] = {ds_exp(-x), ds_exp2(x), ds_expm1(-x), ds_log(x),
                                 ds_sin(x),  ds_cos(x),  ds_tanh(x),   ds_pow(x, 1.7)};
        ds_digest_add(digest, values, sizeof values);
    }
}

bool ds_selftest(ds_hex hex, ds_status *st)
{
    if (!ds_libm_is_ours())
        return ds_fail(st, DS_E_BUG,
                       "GSL and Lua compute with the functions of this machine's C library: the "
                       "program was linked without its own");
    ds_digest *const digest = ds_digest_new();
    bool ok = digest || ds_fail(st, DS_E_SYSTEM, "no memory for a digest");
    if (ok)
        add_functions(digest);
    for (size_t i = 0; ok && i < SCENARIOS; i++)
        ok = witness_one(scenarios[i], digest, st);
    if (ok)
        ds_digest_hex(digest, hex);
    ds_digest_free(digest);
    return ok;
}
