#include "selftest.h"

#include "models/models.h"
#include "sim/core/arithmetic.h"
#include "sim/core/dist.h"
#include "sim/core/interval.h"
#include "sim/core/law.h"
#include "sim/core/libm.h"
#include "sim/core/real.h"
#include "sim/io/digest.h"
#include "sim/run/crew.h"

#include <stdio.h>
#include <string.h>

/* ---- numbers ---- */

static void add(ds_digest *digest, double value)
{
    ds_digest_add(digest, &value, sizeof value);
}

/* Directly, as in a few thousand of them no simulation need show a last bit. */
static bool functions(ds_digest *digest, ds_status *st)
{
    static double (*const quick[])(double) = {ds_exp, ds_exp2, ds_expm1, ds_log,
                                              ds_sin, ds_cos,  ds_tanh};
    static double (*const slow[])(double) = {ds_atan, ds_cbrt, ds_erfc, ds_lgamma, ds_log10};
    (void)st;
    for (int i = 1; i <= 20000; i++) {
        for (size_t f = 0; f < sizeof quick / sizeof *quick; f++)
            add(digest, quick[f](i / 1024.0));
        add(digest, ds_pow(i / 1024.0, 1.7));
    }
    for (int i = 1; i <= 200; i++)
        for (size_t f = 0; f < sizeof slow / sizeof *slow; f++)
            add(digest, slow[f](i / 128.0));
    return true;
}

static bool draws(ds_digest *digest, ds_status *st)
{
    ds_rng rng = ds_rng_stream(1, 2, 3, 4);
    (void)st;
    for (int i = 0; i < 100000; i++) {
        add(digest, ds_rng_exponential(&rng));
        add(digest, ds_rng_normal(&rng));
        add(digest, ds_rng_gamma(&rng, 0.1 + i % 7));
    }
    return true;
}

static bool intervals(ds_digest *digest, ds_status *st)
{
    (void)st;
    for (size_t n = 2; n < 2000; n += 1 + n / 4) {
        const ds_ranks ranks = ds_quantile_ranks(n, 0.3, 0.95);
        const ds_interval share = ds_clopper_pearson(n / 3, n, 0.95);
        const double values[] = {ds_t_critical(n, 0.95),
                                 ds_normal_quantile(1.0 / (double)n),
                                 (double)ranks.low,
                                 (double)ranks.high,
                                 ranks.coverage,
                                 share.low,
                                 share.high};
        ds_digest_add(digest, values, sizeof values);
    }
    return true;
}

/* ---- scenarios ---- */

static const char economy_text[] =
    "model: diem\n"
    "start: 2026-09-19\n"
    "horizon: 90 d\n"
    "replicas: 8\n"
    "seed: 1\n"
    "holders: {scale: 0.05}\n"
    "consumers: {scale: 0.1}\n"
    "policies:\n"
    "  mint: {use: formula, rate: 'base * exp(power * (supply / target)^3.1)', base: 90, power: 2,"
    " target: 40000}\n"
    "  pricing: {use: formula, price: '1 + 0.1 * log(1 + utilization)'}\n"
    "output: {metrics: [vvv_price, diem_price, diem_supply, diem_staked, mint_rate, utilization,"
    " fees_usd, treasury, minter_return, gini_staked]}\n";

static const char queue_text[] =
    "model: queue\n"
    "horizon: 2000\n"
    "observe: 100\n"
    "replicas: 4\n"
    "seed: 1\n"
    "arrivals: {process: hawkes, mu: 0.4, alpha: 0.5, beta: 1}\n"
    "service: {distribution: mixture, p: [0.3, 0.7], means: [0.3, 0.7], scv: [2, 0.2]}\n"
    "servers: 2\n"
    "patience: {distribution: lognormal, mean: 10, scv: 4}\n"
    "failures: {mttf: 50, mttr: 1}\n";

typedef struct witness {
    ds_plan plan;
    ds_digest *digest;
} witness;

/* One batch of one point. */
static bool witness_batch(void *self, const ds_batch *batch, ds_status *st)
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
    const uint8_t all = DS_DUE_ALL;
    ds_progress progress;
    const ds_crew crew = {.plan = &w->plan,
                          .threads = 1,
                          .due = &all,
                          .put = witness_batch,
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

static bool economy(ds_digest *digest, ds_status *st)
{
    return witness_one(economy_text, digest, st);
}

static bool queue(ds_digest *digest, ds_status *st)
{
    return witness_one(queue_text, digest, st);
}

/* ---- all of it ---- */

/* What the digests must be. They change with what changes numbers, and are then set to what the
 * test says, once tests/matrix.sh finds them the same from all builds. */
static const struct part {
    const char *name;
    bool (*compute)(ds_digest *digest, ds_status *st);
    const char *digest;
} parts[] = {
    {"functions", functions, "16feb3b721c117ecfa603ccd2d7dc5db"},
    {"draws", draws, "fe3c88467fcff6ff2746b78c39f01a4c"},
    {"intervals", intervals, "bd58382ee3bb9c5477061802d008902e"},
    {"economy", economy, "0b3c4fc5e61cb54f5f3ff3c625c662eb"},
    {"queue", queue, "5f1d8d116a83643a10d94e8f3b36750b"},
};

static bool check_build(ds_status *st)
{
    if (!ds_arithmetic_is_as_written())
        return ds_fail(st, DS_E_VERDICT,
                       "this program was built with options that change arithmetic from build to "
                       "build (-ffast-math, -ffp-contract and their like)");
    return ds_libm_is_ours() ||
           ds_fail(st, DS_E_VERDICT,
                   "GSL and Lua compute with the functions of this machine's C library: the "
                   "program was linked without its own");
}

/* Says whether a part is as it must be. */
static bool check_part(const struct part *part, bool *same, ds_status *st)
{
    ds_digest_room room;
    ds_hex hex;
    ds_digest *const digest = ds_digest_in(&room);
    if (!part->compute(digest, st))
        return false;
    ds_digest_hex(digest, hex);
    *same = strcmp(hex, part->digest) == 0;
    printf("selftest   %-9s %s, %s%s\n", part->name, hex, *same ? "as it must be" : "must be ",
           *same ? "" : part->digest);
    return true;
}

bool ds_selftest(ds_status *st)
{
    char differ[100] = "";
    if (!check_build(st))
        return false;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const size_t length = strlen(differ);
        bool same;
        if (!check_part(&parts[i], &same, st))
            return false;
        if (!same)
            snprintf(differ + length, sizeof differ - length, "%s%s", length ? ", " : "",
                     parts[i].name);
    }
    return !*differ || ds_fail(st, DS_E_VERDICT,
                               "this build on this machine computes other numbers than version %s "
                               "does: %s",
                               DIEMSIM_VERSION, differ);
}
